"""The ego: a rigid chassis on a PyBullet body, carried and driven by its wheels' forces."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numba import njit
from numpy import ndarray

from simgen.geometry import Pose, rotate
from simgen.motion import PHYSICS_HZ
from simgen.physics.client import Client
from simgen.physics.ground import Ground
from simgen.physics.idm import DriverParameters
from simgen.physics.vehicle_parameters import GRAVITY_MPS2, VehicleParameters, fitted
from simgen.physics.wheels import (
    W_ANGLE,
    W_SPIN,
    W_STEER,
    W_TRAVEL,
    W_TRAVEL_RATE,
    axes_of,
    cross,
    mix,
    step_wheels,
)
from simgen.world.model import Model

WHEELS = ("wheel_front_left", "wheel_front_right", "wheel_rear_left", "wheel_rear_right")
"""Part names, in the order of the wheel state."""

_CLEARANCE_M = 0.2
"""The chassis' collision box starts here above the ground: wheels, not the box, go over kerbs."""


_HOLD = 0.4
"""Of the brake, at rest."""


class Controls(NamedTuple):
    """What a driver does.

    Attributes:
        steer_rad: road wheel angle of the single track, left positive.
        throttle, brake: 0..1.
    """

    steer_rad: float = 0.0
    throttle: float = 0.0
    brake: float = 0.0


class Vehicle:
    """A car with dynamics of its own; `push` before each physics step of the client.

    Attributes:
        habits: how a person drives it.
        reaction_s: of that person (UN R157, annex 4, appendix 3, table 1).
        converge_m: errors of its path fade over no less than this.
    """

    habits = DriverParameters(time_gap_s=1.4)
    reaction_s = 0.75
    converge_m = 4.0

    def __init__(self, client: Client, ground: Ground, model: Model, grip: float = 1.0) -> None:
        self.parameters: VehicleParameters = fitted(model)
        self.grip = grip
        p = self.parameters
        self._client, self._ground = client, ground
        length, width, height = model.extent_m
        size = (length, width, max(height - _CLEARANCE_M, 0.3))
        centre = (
            model.centre_m[0] - p.rear_m,
            model.centre_m[1],
            _CLEARANCE_M + 0.5 * size[2] - p.height_m,
        )
        self.body = client.add_box(size, centre, p.mass_kg, (p.roll_kg_m2, p.pitch_kg_m2, p.yaw_kg_m2), ego=True)
        self._centre_from_root = np.array([-p.rear_m, 0.0, -p.height_m])
        self._rows = wheel_rows(0, model)
        self.wheels = np.zeros((4, 9))
        self._fresh = True
        self._steer_rad = 0.0
        self.pose = np.zeros(7)
        self.twist = np.zeros(6)
        self._root = (self.pose, self.twist)

    def place(self, world_from_root: Pose, speed_mps: float) -> None:
        """Puts the car on its wheels, rolling straight on."""
        root = world_from_root
        centre = root.apply(-self._centre_from_root)
        self.pose = np.concatenate([centre, root.rotation])
        forward = rotate(root.rotation, np.array([1.0, 0.0, 0.0]))
        self.twist = np.concatenate([forward * speed_mps, np.zeros(3)])
        self.wheels[:] = 0.0
        self.wheels[:, W_SPIN] = speed_mps / self.parameters.wheel_radius_m
        self._steer_rad = 0.0
        self._fresh = True
        self._client.place(self.body, self.pose, self.twist)
        self._root = shifted(self.pose, self.twist, *self._centre_from_root)

    def push(self, controls: Controls) -> Controls:
        """Applies the forces of the next step; what the steering's rate and limits left of the controls."""
        p = self.parameters
        change = p.steer_rad_s / PHYSICS_HZ
        wanted = min(max(controls.steer_rad, -p.steer_rad), p.steer_rad)
        self._steer_rad += min(max(wanted - self._steer_rad, -change), change)
        done = Controls(self._steer_rad, min(max(controls.throttle, 0.0), 1.0), min(max(controls.brake, 0.0), 1.0))
        force, torque = step_wheels(
            self.pose, self.twist, self.wheels, *done, p, self.grip, self._fresh, 1.0 / PHYSICS_HZ,
            *self._ground.tables,
        )  # fmt: skip
        self._fresh = False
        self._client.push(self.body, self.pose[:3].tolist(), force, torque)
        return done

    def read(self) -> None:
        """Takes over the body's state after a physics step."""
        self.pose, self.twist = self._client.state(self.body)
        self._root = shifted(self.pose, self.twist, *self._centre_from_root)

    @property
    def speed_mps(self) -> float:
        """Along the car's own x."""
        x, y, z = self.ahead()
        return float(x * self.twist[0] + y * self.twist[1] + z * self.twist[2])

    def ahead(self) -> tuple[float, float, float]:
        """The car's x axis in the world."""
        ahead: tuple[float, float, float] = axes_of(*self.pose[3:])[0]
        return ahead

    def root(self) -> tuple[Float[ndarray, "7"], Float[ndarray, "6"]]:
        """Pose and twist of the root frame: middle of the rear axle, on the ground at rest."""
        return self._root

    def steer_for(self, curvature_per_m: float) -> float:
        """The road wheel angle that turns along a curve."""
        return float(np.arctan(self.parameters.wheelbase_m * curvature_per_m))

    def pedals_for(self, asked_mps2: float) -> tuple[float, float]:
        """Throttle and brake for an acceleration: the inverse of the car's resistances; the brake holds it at rest."""
        p, speed = self.parameters, self.speed_mps
        if abs(speed) < 0.3 and asked_mps2 <= 0.05:
            return 0.0, _HOLD
        mass = p.mass_kg + 4.0 * p.wheel_kg_m2 / p.wheel_radius_m**2
        resistance = 0.5 * p.air_kg_m3 * p.drag_area_m2 * speed * abs(speed)
        resistance += p.mass_kg * GRAVITY_MPS2 * (p.rolling + self.ahead()[2])
        force = mass * asked_mps2 + resistance
        if force >= 0.0:
            return min(float(force) / min(p.launch_N, p.power_W / max(speed, 0.1)), 1.0), 0.0
        return 0.0, min(-float(force) / (p.brake_mps2 * p.mass_kg), 1.0)

    def most_mps(self, curvature_per_m: float) -> float:
        """How fast its steering lets it go in a curve: as fast as its path allows."""
        return np.inf

    def fill(self, local: Float[ndarray, "l 7"], delay_s: float) -> None:
        """Writes root and wheels in their parents, as they are `delay_s` from now."""
        pose, twist = self.root()
        _fill(local, delay_s, pose, twist, self.wheels, self._rows)


@njit(cache=True, error_model="numpy")
def shifted(pose: ndarray, twist: ndarray, x: float, y: float, z: float) -> tuple[ndarray, ndarray]:
    """Pose and twist of a frame that is fixed to another, at a point of it."""
    ahead, left, up = axes_of(pose[3], pose[4], pose[5], pose[6])
    arm = mix(1.0, mix(x, ahead, y, left), z, up)
    swing = cross((twist[3], twist[4], twist[5]), arm)
    at, moving = pose.copy(), twist.copy()
    for k in range(3):
        at[k] += arm[k]
        moving[k] += swing[k]
    return at, moving


@njit(cache=True, error_model="numpy")
def drifted(pose: ndarray, twist: ndarray, delay_s: float, out: ndarray) -> None:
    """Writes where a frame is after a short time at constant twist."""
    hx, hy, hz = 0.5 * delay_s * twist[3], 0.5 * delay_s * twist[4], 0.5 * delay_s * twist[5]
    hw = np.sqrt(max(1.0 - hx * hx - hy * hy - hz * hz, 0.0))
    for k in range(3):
        out[k] = pose[k] + twist[k] * delay_s
    x, y, z, w = pose[3], pose[4], pose[5], pose[6]
    out[3] = hw * x + hx * w + hy * z - hz * y
    out[4] = hw * y - hx * z + hy * w + hz * x
    out[5] = hw * z + hx * y - hy * x + hz * w
    out[6] = hw * w - hx * x - hy * y - hz * z


@njit(cache=True, error_model="numpy")
def _fill(local: ndarray, delay_s: float, pose: ndarray, twist: ndarray, wheels: ndarray, rows: ndarray) -> None:
    drifted(pose, twist, delay_s, local[rows[0]])
    for w in range(4):
        row = rows[1 + w]
        if row >= 0:
            local[row, 2] += wheels[w, W_TRAVEL] + wheels[w, W_TRAVEL_RATE] * delay_s
            turn_wheel(0.5 * wheels[w, W_STEER], 0.5 * (wheels[w, W_ANGLE] + wheels[w, W_SPIN] * delay_s), local[row])


@njit(cache=True, error_model="numpy")
def turn_wheel(half_steer: float, half_angle: float, out: ndarray) -> None:
    """Writes the quaternion of a wheel that is steered about z and then spun about y into columns 3..6 of a pose."""
    cs, ss, ca, sa = np.cos(half_steer), np.sin(half_steer), np.cos(half_angle), np.sin(half_angle)
    out[3], out[4], out[5], out[6] = -ss * sa, cs * sa, ss * ca, cs * ca


def wheel_rows(first: int, model: Model) -> Int[ndarray, "5"]:
    """Link rows of the root and of the four wheels (-1 where there is none)."""
    names = [part.name for part in model.parts]
    return np.array([first, *(first + names.index(name) if name in names else -1 for name in WHEELS)], dtype=np.int64)
