"""A robot as the ego: two driven wheels on one axle, swivel castors at the corners, a chassis on a PyBullet body."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numba import njit
from numpy import ndarray

from simgen.geometry import Pose, rotate
from simgen.motion import PHYSICS_HZ
from simgen.physics.client import Client
from simgen.physics.ground import Ground, ground_at
from simgen.physics.idm import DriverParameters
from simgen.physics.vehicle import Controls, drifted, shifted
from simgen.physics.vehicle_parameters import GRAVITY_MPS2
from simgen.physics.wheels import axes_of, cross, dot, mix
from simgen.world.model import Model

DRIVEN = ("wheel_left", "wheel_right")
"""Part names of the driven wheels."""

FULL_LOCK_RAD = 0.6
"""`Controls.steer_rad` that asks for the whole of the turn rate, as an environment's full lock to the left."""

_CLEARANCE_M = 0.04
_TOUCH_HZ, _TOUCH_DAMPING = 6.0, 0.7
"""Natural frequency and damping ratio of the robot on its tyres and springs (set by us: sinks 7 mm under its own
weight)."""
_BRISTLE_HZ = 10.0
"""Natural frequency of the robot on the bending of its tyres' tread (set by us, well below the physics rate)."""


class RobotParameters(NamedTuple):
    """A differential-drive platform for warehouses.

    Source: MiR250 datasheet (83 kg, 2.0 m/s, 800 x 580 x 300 mm); largest acceleration: Neobotix MP-500, mechanical
    properties (2.4 m/s2, a differential drive of the same size); turning: Clearpath Husky, husky_control control.yaml
    (2.0 rad/s, 6.0 rad/s2); a model's own dimensions go first.

    Attributes:
        mass_kg: with batteries, without load.
        roll_kg_m2, pitch_kg_m2, yaw_kg_m2: of a box of even density.
        height_m: of the centre of mass (set by us: batteries lie low).
        track_m: between the driven wheels.
        wheel_radius_m: of these.
        castor_x_m, castor_y_m: of the castors, from the middle.
        drive_load: share of the weight that springs press on the driven wheels (set by us).
        friction: of polyurethane on epoxy or concrete, dry (Neobotix and castor makers name 0.6 to 0.8).
        top_mps, accelerate_mps2, brake_mps2: of the drive; the brake is the protective stop.
        turn_rad_s, turn_rad_s2: yaw rate and its change.
    """

    mass_kg: float = 83.0
    roll_kg_m2: float = 2.95
    pitch_kg_m2: float = 5.05
    yaw_kg_m2: float = 6.75
    height_m: float = 0.13
    track_m: float = 0.40
    wheel_radius_m: float = 0.10
    castor_x_m: float = 0.30
    castor_y_m: float = 0.20
    drive_load: float = 0.5
    friction: float = 0.7
    top_mps: float = 2.0
    accelerate_mps2: float = 1.0
    brake_mps2: float = 2.4
    turn_rad_s: float = 2.0
    turn_rad_s2: float = 6.0


def is_robot(model: Model) -> bool:
    """Whether a model drives by the difference of two wheels: it names their distance."""
    return "drive_track_m" in model.dimensions


def robot_parameters(model: Model) -> RobotParameters:
    """The platform laid on a model's own size, mass and wheels."""
    length, width, height = model.extent_m
    own, usual = model.dimensions, RobotParameters()
    mass = own.get("mass_kg", usual.mass_kg)
    return RobotParameters(
        mass_kg=mass,
        roll_kg_m2=mass * (width**2 + height**2) / 12.0,
        pitch_kg_m2=mass * (length**2 + height**2) / 12.0,
        yaw_kg_m2=mass * (length**2 + width**2) / 12.0,
        height_m=usual.height_m / 0.3 * height,
        track_m=own["drive_track_m"],
        wheel_radius_m=own.get("wheel_radius_m", usual.wheel_radius_m),
        castor_x_m=0.375 * length,
        castor_y_m=0.345 * width,
        top_mps=own.get("top_mps", usual.top_mps),
        accelerate_mps2=own.get("accelerate_mps2", usual.accelerate_mps2),
        turn_rad_s=own.get("turn_rad_s", usual.turn_rad_s),
    )


class Robot:
    """The ego as a robot; `push` before each physics step of the client.

    Its motors hold the speeds that the drive asks of the wheels, so only the tyres' grip lies between the two; `steer`
    asks for a yaw rate (`FULL_LOCK_RAD` for the whole of it, on the spot as well), the pedals change the speed asked
    for, and without a pedal it keeps it.

    Attributes:
        habits: how it drives by itself; the reaction is that of a safety scanner.
        converge_m: errors of its path fade over no less than this.
    """

    habits = DriverParameters(
        time_gap_s=0.8, standstill_m=0.6, accelerate_mps2=0.8, decelerate_mps2=1.0, hardest_mps2=2.4
    )
    reaction_s = 0.095
    """Response time of a SICK microScan3 with one scan cycle of 40 ms and two-fold sampling (its datasheet)."""
    converge_m = 0.7

    def __init__(self, client: Client, ground: Ground, model: Model, grip: float = 1.0) -> None:
        self.parameters = p = robot_parameters(model)
        self._client, self._ground = client, ground
        self._friction = p.friction * grip
        length, width, height = model.extent_m
        size = (length, width, max(height - _CLEARANCE_M, 0.05))
        centre = (model.centre_m[0], model.centre_m[1], _CLEARANCE_M + 0.5 * size[2] - p.height_m)
        self.body = client.add_box(size, centre, p.mass_kg, (p.roll_kg_m2, p.pitch_kg_m2, p.yaw_kg_m2), ego=True)
        self._centre_from_root = np.array([0.0, 0.0, -p.height_m])
        names = [part.name for part in model.parts]
        self._rows = [names.index(name) if name in names else -1 for name in DRIVEN]
        self._speed, self._turn = 0.0, 0.0
        self._spin, self._angle = np.zeros(2), np.zeros(2)
        self._stretch = np.zeros((2, 2))
        self.pose, self.twist = np.zeros(7), np.zeros(6)
        self._root = (self.pose, self.twist)

    def place(self, world_from_root: Pose, speed_mps: float) -> None:
        """Puts the robot on its wheels, rolling straight on, no faster than it can."""
        speed = min(max(speed_mps, 0.0), self.parameters.top_mps)
        centre = world_from_root.apply(-self._centre_from_root)
        self.pose = np.concatenate([centre, world_from_root.rotation])
        forward = rotate(world_from_root.rotation, np.array([1.0, 0.0, 0.0]))
        self.twist = np.concatenate([forward * speed, np.zeros(3)])
        self._speed, self._turn = speed, 0.0
        self._spin[:] = speed / self.parameters.wheel_radius_m
        self._angle[:] = 0.0
        self._stretch[:] = 0.0
        self._client.place(self.body, self.pose, self.twist)
        self._root = shifted(self.pose, self.twist, *self._centre_from_root)

    def push(self, controls: Controls) -> Controls:
        """Applies the forces of the next step; what the limits left of the controls."""
        p, dt = self.parameters, 1.0 / PHYSICS_HZ
        done = Controls(
            min(max(controls.steer_rad, -FULL_LOCK_RAD), FULL_LOCK_RAD),
            min(max(controls.throttle, 0.0), 1.0),
            min(max(controls.brake, 0.0), 1.0),
        )
        asked = self._speed + (done.throttle * p.accelerate_mps2 - done.brake * p.brake_mps2) * dt
        wanted = done.steer_rad / FULL_LOCK_RAD * p.turn_rad_s
        change = p.turn_rad_s2 * dt
        self._turn += min(max(wanted - self._turn, -change), change)
        aside = 0.5 * p.track_m * abs(self._turn)
        # Pushed against something, the motors stall instead of spinning up.
        most = min(p.top_mps - aside, self.speed_mps + 0.3)
        self._speed = min(max(asked, 0.0), max(most, 0.0))
        ahead = np.array([-0.5, 0.5]) * p.track_m * self._turn + self._speed
        self._spin[:] = ahead / p.wheel_radius_m
        self._angle += self._spin * dt
        force, torque = _forces(
            self.pose, self.twist, self._spin, self._stretch, p, self._friction, dt, *self._ground.tables
        )
        self._client.push(self.body, self.pose[:3].tolist(), force, torque)
        return done

    def read(self) -> None:
        """Takes over the body's state after a physics step."""
        self.pose, self.twist = self._client.state(self.body)
        self._root = shifted(self.pose, self.twist, *self._centre_from_root)

    @property
    def speed_mps(self) -> float:
        """Along the robot's own x."""
        x, y, z = self.ahead()
        return float(x * self.twist[0] + y * self.twist[1] + z * self.twist[2])

    def ahead(self) -> tuple[float, float, float]:
        """The robot's x axis in the world."""
        ahead: tuple[float, float, float] = axes_of(*self.pose[3:])[0]
        return ahead

    def root(self) -> tuple[Float[ndarray, "7"], Float[ndarray, "6"]]:
        """Pose and twist of the root frame: between the driven wheels, on the ground at rest."""
        return self._root

    def steer_for(self, curvature_per_m: float) -> float:
        """The control that turns along a curve at the present speed."""
        turn = curvature_per_m * max(self.speed_mps, 0.0)
        return float(np.clip(turn / self.parameters.turn_rad_s, -1.0, 1.0)) * FULL_LOCK_RAD

    def pedals_for(self, asked_mps2: float) -> tuple[float, float]:
        """Throttle and brake for an acceleration."""
        if asked_mps2 >= 0.0:
            return min(asked_mps2 / self.parameters.accelerate_mps2, 1.0), 0.0
        return 0.0, min(-asked_mps2 / self.parameters.brake_mps2, 1.0)

    def most_mps(self, curvature_per_m: float) -> float:
        """How fast it goes in a curve: half the turn rate keeps the other half for its errors."""
        return min(self.parameters.top_mps, 0.5 * self.parameters.turn_rad_s / max(abs(curvature_per_m), 1e-6))

    def fill(self, local: Float[ndarray, "l 7"], delay_s: float) -> None:
        """Writes root and wheels in their parents, as they are `delay_s` from now."""
        drifted(*self.root(), delay_s, local[0])
        for wheel, row in enumerate(self._rows):
            if row >= 0:
                half = 0.5 * (self._angle[wheel] + self._spin[wheel] * delay_s)
                local[row, 3:] = (0.0, np.sin(half), 0.0, np.cos(half))


@njit(cache=True, error_model="numpy")
def _grip(
    stretch: ndarray, slip_x: float, slip_y: float, mass_kg: float, limit_N: float, dt: float
) -> tuple[float, float]:
    """Force of one tyre along and aside for the speeds (m/s) at which it slips; bends its tread.

    Bristles bend with the slip up to Coulomb's limit, so that a robot at rest stays where it is.
    Source: C. Canudas de Wit et al., IEEE Trans. Automatic Control 40 (1995) 419, eqs. 1 to 3 without Stribeck's term.
    """
    bend = 2.0 * np.pi * _BRISTLE_HZ
    stiff, damp = 0.5 * mass_kg * bend**2, mass_kg * bend
    stretch[0] += slip_x * dt
    stretch[1] += slip_y * dt
    along, aside = stiff * stretch[0] + damp * slip_x, stiff * stretch[1] + damp * slip_y
    size = np.sqrt(along * along + aside * aside)
    if size > limit_N:
        along, aside = along * limit_N / size, aside * limit_N / size
        reach = limit_N / stiff
        stretch[0] = min(max((along - damp * slip_x) / stiff, -reach), reach)
        stretch[1] = min(max((aside - damp * slip_y) / stiff, -reach), reach)
    return along, aside


@njit(cache=True, error_model="numpy")
def _forces(
    pose: ndarray, twist: ndarray, spin: ndarray, stretch: ndarray, p: RobotParameters, friction: float, dt: float,
    triangles: ndarray, origin: ndarray, grid: ndarray, starts: ndarray, members: ndarray,
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:  # fmt: skip
    """Force and torque about the centre of mass of two driven wheels, four castors and the weight; bends the treads."""
    ahead, left, up = axes_of(pose[3], pose[4], pose[5], pose[6])
    omega = (twist[3], twist[4], twist[5])
    fx, fy, fz = 0.0, 0.0, -p.mass_kg * GRAVITY_MPS2
    tx, ty, tz = 0.0, 0.0, 0.0
    rate = 2.0 * np.pi * _TOUCH_HZ
    for point in range(6):
        driven = point < 2
        share = 0.5 * p.drive_load if driven else 0.25 * (1.0 - p.drive_load)
        x = 0.0 if driven else (p.castor_x_m if point < 4 else -p.castor_x_m)
        y = (0.5 * p.track_m if driven else p.castor_y_m) * (-1.0 if point % 2 else 1.0)
        arm = mix(1.0, mix(x, ahead, y, left), -p.height_m, up)
        at = (pose[0] + arm[0], pose[1] + arm[1], pose[2] + arm[2])
        swing = cross(omega, arm)
        speed = (twist[0] + swing[0], twist[1] + swing[1], twist[2] + swing[2])
        height, nx, ny, nz = ground_at(at[0], at[1], at[2] + 0.2, triangles, origin, grid, starts, members)
        if not height > -np.inf:
            continue
        normal = (nx, ny, nz)
        mass = share * p.mass_kg
        load = mass * (
            GRAVITY_MPS2 + rate**2 * (height - at[2]) * nz - 2.0 * _TOUCH_DAMPING * rate * dot(speed, normal)
        )
        load = max(load, 0.0)
        force = (load * nx, load * ny, load * nz)
        if driven:
            slip_x = spin[point] * p.wheel_radius_m - dot(speed, ahead)
            along, aside = _grip(stretch[point], slip_x, -dot(speed, left), p.mass_kg, friction * load, dt)
            grip = mix(along, ahead, aside, left)
            force = (force[0] + grip[0], force[1] + grip[1], force[2] + grip[2])
        fx, fy, fz = fx + force[0], fy + force[1], fz + force[2]
        twisting = cross(arm, force)
        tx, ty, tz = tx + twisting[0], ty + twisting[1], tz + twisting[2]
    return (fx, fy, fz), (tx, ty, tz)
