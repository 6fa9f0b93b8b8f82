"""Four wheels under a rigid chassis: suspension, tyres, brakes and drive, as the force and torque of one step.

Wheels are numbered front left, front right, rear left, rear right. Columns of the wheel state: see `W_*`.
"""

import numpy as np
from numba import njit
from numpy import ndarray

from simgen.physics.ground import ground_at
from simgen.physics.tyre import (
    CORNERING_STIFFNESS,
    MU_X,
    MU_Y,
    RELAXATION_X_M,
    RELAXATION_Y_M,
    SLIP_STIFFNESS,
    lateral,
    longitudinal,
    relax,
)
from simgen.physics.vehicle_parameters import GRAVITY_MPS2, VehicleParameters

W_SPIN, W_ANGLE, W_STRETCH_X, W_STRETCH_Y, W_TRAVEL, W_TRAVEL_RATE, W_GROUND, W_STEER, W_LOAD = range(9)
"""rad/s, rad, m, m, m (up from nominal), m/s, world z of the ground felt, rad, N."""

_BUMP_STOP = 10.0
"""Stiffness beyond the travel, in springs."""
_SLIP_LIMIT, _SLIP_LIMIT_FROM_MPS = 0.12, 1.0
"""Anti-lock: the brake lets go beyond this slip (the peak of the tyre's curve), except at walking pace."""
_BRISTLE_DAMPING, _BRISTLE_SPEED_MPS = 0.7, 0.5
"""Critical fraction of the patch's damping at rest and the rolling speed over which it fades (Pacejka 2012, eq.
8.130 ff.)."""


Vector = tuple[float, float, float]
Tyre = tuple[float, float, float, float, float]
"""Stretch m, slip angle rad, load N, grip, damping Ns/m."""


@njit(cache=True, error_model="numpy")
def axes_of(x: float, y: float, z: float, w: float) -> tuple[Vector, Vector, Vector]:
    """Ahead, left and up of a unit quaternion."""
    return (
        (1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + z * w), 2.0 * (x * z - y * w)),
        (2.0 * (x * y - z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + x * w)),
        (2.0 * (x * z + y * w), 2.0 * (y * z - x * w), 1.0 - 2.0 * (x * x + y * y)),
    )


@njit(cache=True, error_model="numpy")
def cross(a: Vector, b: Vector) -> Vector:
    """Vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


@njit(cache=True, error_model="numpy")
def dot(a: Vector, b: Vector) -> float:
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@njit(cache=True, error_model="numpy")
def mix(p: float, a: Vector, q: float, b: Vector) -> Vector:
    """P a + q b."""
    return p * a[0] + q * b[0], p * a[1] + q * b[1], p * a[2] + q * b[2]


@njit(cache=True, error_model="numpy")
def ackermann(steer_rad: float, wheel: int, p: VehicleParameters) -> float:
    """Angle of one wheel when the single track's is `steer_rad`: all axles point at one centre of the turn."""
    if wheel > 1 or abs(steer_rad) < 1e-9:
        return 0.0
    side = 0.5 * p.track_front_m * (1.0 if wheel == 0 else -1.0)
    base = p.front_m + p.rear_m
    t = np.tan(steer_rad)
    return float(np.arctan(base * t / (base - side * t)))


@njit(cache=True, error_model="numpy")
def _needed(
    spin: float, now: float, drive: float, vx: float, rolling: float, tyre: Tyre, p: VehicleParameters, dt: float
) -> tuple[float, float]:
    """Torque that must act besides drive for the wheel to have `spin` after the step, and the tyre's force then.

    `tyre` holds stretch, slip angle, load, grip, damping.
    """
    sliding = p.wheel_radius_m * spin - vx
    stretch = relax(tyre[0], sliding, rolling, RELAXATION_X_M, dt)
    force = longitudinal(stretch / RELAXATION_X_M, tyre[1], tyre[2], tyre[3]) + tyre[4] * sliding
    limit = MU_X * tyre[3] * tyre[2]
    force = min(max(force, -limit), limit)
    return p.wheel_kg_m2 * (spin - now) / dt + p.wheel_radius_m * force - drive, force


@njit(cache=True, error_model="numpy")
def _spin_with(
    torque: float, held: float, now: float, drive: float, vx: float, rolling: float, tyre: Tyre,
    p: VehicleParameters, dt: float,
) -> float:  # fmt: skip
    """The spin after the step if this torque acts besides drive: implicit Euler, by Newton kept inside a bracket.

    The torque needed grows with the spin by at least about the inertia over the step, so `held` and its residual
    bracket the root.
    """
    residual = _needed(held, now, drive, vx, rolling, tyre, p, dt)[0] - torque
    reach = 3.0 * residual * dt / p.wheel_kg_m2
    low, high = min(held, held - reach), max(held, held - reach)
    spin = min(max(now, low), high)
    for _ in range(30):
        residual = _needed(spin, now, drive, vx, rolling, tyre, p, dt)[0] - torque
        if residual > 0.0:
            high = spin
        else:
            low = spin
        further = _needed(spin + 1e-6, now, drive, vx, rolling, tyre, p, dt)[0] - torque
        slope = (further - residual) / 1e-6
        following = spin - residual / slope if slope > 0.0 else low - 1.0
        if not low <= following <= high:
            following = 0.5 * (low + high)
        if abs(following - spin) < 1e-10:
            return following
        spin = following
    return spin


@njit(cache=True, error_model="numpy")
def spin_wheel(
    now: float, drive: float, friction: float, vx: float, rolling: float, tyre: Tyre, p: VehicleParameters, dt: float
) -> tuple[float, float]:
    """Spin and tyre force after a step in which brake and rolling resistance may resist with up to `friction` Nm."""
    if abs(vx) > _SLIP_LIMIT_FROM_MPS:
        held = (1.0 - _SLIP_LIMIT) * vx / p.wheel_radius_m
    else:
        held = 0.0
    needed, force = _needed(held, now, drive, vx, rolling, tyre, p, dt)
    forward = 1.0 if held > 0.0 else (-1.0 if held < 0.0 else 0.0)
    low = -friction if forward >= 0.0 else 0.0
    high = friction if forward <= 0.0 else 0.0
    if low <= needed <= high:
        return held, force
    spin = _spin_with(high if needed > high else low, held, now, drive, vx, rolling, tyre, p, dt)
    return spin, _needed(spin, now, drive, vx, rolling, tyre, p, dt)[1]


@njit(cache=True, error_model="numpy")
def _feel_ground(
    height: float, normal: Vector, hub: Vector, up: Vector, speed: float, wheel: ndarray, fresh: bool,
    p: VehicleParameters, dt: float,
) -> bool:  # fmt: skip
    """Updates travel of one wheel from the ground below its hub; whether it touches any.

    A wheel climbs a kerb along its round tread, no steeper than about 45 degrees, so the ground that it feels moves at
    most as fast as the car.
    """
    found = not np.isnan(height) and height > hub[2] - p.wheel_radius_m - 3.0 * p.travel_m
    before = wheel[W_TRAVEL]
    if not found:
        wheel[W_TRAVEL] = -p.travel_m
        wheel[W_GROUND] = hub[2] - p.wheel_radius_m - p.travel_m
    else:
        reach = (speed + 0.2) * dt
        felt = height if fresh else min(max(height, wheel[W_GROUND] - reach), wheel[W_GROUND] + reach)
        wheel[W_GROUND] = felt
        clearance = (hub[2] - felt) * normal[2]
        wheel[W_TRAVEL] = max((p.wheel_radius_m - clearance) / max(dot(up, normal), 0.3), -p.travel_m)
    wheel[W_TRAVEL_RATE] = 0.0 if fresh else (wheel[W_TRAVEL] - before) / dt
    return bool(found and wheel[W_TRAVEL] > -p.travel_m)


@njit(cache=True, error_model="numpy")
def _suspend(wheels: ndarray, p: VehicleParameters) -> None:
    """Loads of all wheels: static share, spring, damper, anti-roll bar, bump stops."""
    base = p.front_m + p.rear_m
    for i in range(4):
        front = i < 2
        travel, rate = wheels[i, W_TRAVEL], wheels[i, W_TRAVEL_RATE]
        spring = p.spring_front_N_m if front else p.spring_rear_N_m
        damper = p.damper_front_Ns_m if front else p.damper_rear_Ns_m
        track = p.track_front_m if front else p.track_rear_m
        bar = p.anti_roll_front_Nm if front else p.anti_roll_rear_Nm
        static = 0.5 * p.mass_kg * GRAVITY_MPS2 * (p.rear_m if front else p.front_m) / base
        other = wheels[i ^ 1, W_TRAVEL]
        load = static + spring * travel + damper * rate + bar * (travel - other) / (track * track)
        if travel > p.travel_m:
            load += _BUMP_STOP * spring * (travel - p.travel_m)
        wheels[i, W_LOAD] = min(max(load, 0.0), 20.0 * static)


@njit(cache=True, error_model="numpy")
def _stand(
    pose: ndarray, up: Vector, ahead: Vector, left: Vector, speed: float, wheels: ndarray, contact: ndarray,
    p: VehicleParameters, fresh: bool, dt: float,
    triangles: ndarray, origin: ndarray, grid: ndarray, starts: ndarray, members: ndarray,
) -> None:  # fmt: skip
    """Travel and load of all wheels; rows of `contact`: arm from the centre of mass to the patch, ground's normal."""
    for i in range(4):
        front = i < 2
        x = p.front_m if front else -p.rear_m
        y = 0.5 * (p.track_front_m if front else p.track_rear_m) * (1.0 - 2.0 * (i % 2))
        arm = mix(1.0, mix(x, ahead, y, left), p.wheel_radius_m - p.height_m, up)
        hub = (pose[0] + arm[0], pose[1] + arm[1], pose[2] + arm[2])
        height, nx, ny, nz = ground_at(
            hub[0], hub[1], hub[2] + p.wheel_radius_m, triangles, origin, grid, starts, members
        )
        normal = (nx, ny, nz)
        touches = _feel_ground(height, normal, hub, up, speed, wheels[i], fresh, p, dt)
        patch = mix(1.0, arm, wheels[i, W_TRAVEL], up)
        patch = mix(1.0, patch, -p.wheel_radius_m, normal)
        contact[i, 0], contact[i, 1], contact[i, 2] = patch
        contact[i, 3], contact[i, 4], contact[i, 5] = normal
        contact[i, 6] = 1.0 if touches else 0.0
    _suspend(wheels, p)
    for i in range(4):
        wheels[i, W_LOAD] *= contact[i, 6]


@njit(cache=True, error_model="numpy")
def _roll(
    wheel: ndarray, vx: float, vy: float, drive: float, friction: float, p: VehicleParameters, grip: float, dt: float
) -> tuple[float, float, float]:
    """Tyre forces ahead and to the left, and the change of spin, of one wheel in a step.

    Args:
        wheel: its state, updated.
        vx: of the contact patch over the ground, along the wheel's heading.
        vy: of the contact patch over the ground, to the wheel's left.
        drive: torque of the engine, Nm.
        friction: torque that brake and rolling resistance can hold, Nm.
        p: of the car.
        grip: friction relative to dry asphalt.
        dt: length of the step, s.
    """
    load, before = wheel[W_LOAD], wheel[W_SPIN]
    rolling = max(abs(vx), abs(p.wheel_radius_m * before))
    fade = _BRISTLE_DAMPING * np.exp(-rolling / _BRISTLE_SPEED_MPS)
    damping_x = 2.0 * fade * np.sqrt(SLIP_STIFFNESS * load / RELAXATION_X_M * 0.25 * p.mass_kg)
    damping_y = 2.0 * fade * np.sqrt(CORNERING_STIFFNESS * load / RELAXATION_Y_M * 0.25 * p.mass_kg)
    stretch_y = relax(wheel[W_STRETCH_Y], -vy, max(rolling, abs(vy)), RELAXATION_Y_M, dt)
    alpha = np.arctan(stretch_y / RELAXATION_Y_M)
    tyre = (wheel[W_STRETCH_X], alpha, load, grip, damping_x)
    spin, fx = spin_wheel(before, drive, friction, vx, rolling, tyre, p, dt)
    stretch_x = relax(wheel[W_STRETCH_X], p.wheel_radius_m * spin - vx, rolling, RELAXATION_X_M, dt)
    fy = lateral(stretch_x / RELAXATION_X_M, alpha, load, grip) - damping_y * vy
    limit = MU_Y * grip * load
    wheel[W_SPIN] = spin
    wheel[W_ANGLE] += spin * dt
    wheel[W_STRETCH_X] = stretch_x if load > 0.0 else 0.0
    wheel[W_STRETCH_Y] = stretch_y if load > 0.0 else 0.0
    return fx, min(max(fy, -limit), limit), spin - before


@njit(cache=True, error_model="numpy")
def step_wheels(
    pose: ndarray, twist: ndarray, wheels: ndarray, steer: float, throttle: float, brake: float,
    p: VehicleParameters, grip: float, fresh: bool, dt: float,
    triangles: ndarray, origin: ndarray, grid: ndarray, starts: ndarray, members: ndarray,
) -> tuple[Vector, Vector]:  # fmt: skip
    """Force and torque (world axes, about the centre of mass) of gravity, air and wheels; updates the wheel state.

    Args:
        pose: of the centre of mass.
        twist: of the centre of mass, world axes.
        wheels: their state, see `W_*`.
        steer: road wheel angle of the single track, rad.
        throttle: 0..1.
        brake: 0..1.
        p: of the car.
        grip: friction relative to dry asphalt.
        fresh: first step after being placed: the suspension takes the ground as it is.
        dt: length of the step, s.
        triangles: with those that follow, `Ground.tables`.
        origin: see there.
        grid: see there.
        starts: see there.
        members: see there.
    """
    ahead, left, up = axes_of(pose[3], pose[4], pose[5], pose[6])
    velocity, angular = (twist[0], twist[1], twist[2]), (twist[3], twist[4], twist[5])
    speed = np.sqrt(dot(velocity, velocity))
    contact = np.empty((4, 7))
    _stand(
        pose, up, ahead, left, speed, wheels, contact, p, fresh, dt, triangles, origin, grid, starts, members
    )  # fmt: skip
    force = mix(-0.5 * p.air_kg_m3 * p.drag_area_m2 * speed, velocity, -p.mass_kg * GRAVITY_MPS2, (0.0, 0.0, 1.0))
    torque = (0.0, 0.0, 0.0)
    pull = 0.5 * throttle * min(p.launch_N, p.power_W / max(speed, 0.1)) * p.wheel_radius_m
    press = 0.5 * brake * p.brake_mps2 * p.mass_kg * p.wheel_radius_m
    for i in range(4):
        arm = (contact[i, 0], contact[i, 1], contact[i, 2])
        n = (contact[i, 3], contact[i, 4], contact[i, 5])
        angle = ackermann(steer, i, p)
        heading = mix(np.cos(angle), ahead, np.sin(angle), left)
        heading = mix(1.0, heading, -dot(heading, n), n)
        size = np.sqrt(dot(heading, heading))
        heading = (heading[0] / size, heading[1] / size, heading[2] / size)
        aside = cross(n, heading)
        at = mix(1.0, velocity, 1.0, cross(angular, arm))
        load = wheels[i, W_LOAD]
        friction = press * (p.brake_front if i < 2 else 1.0 - p.brake_front) + p.rolling * load * p.wheel_radius_m
        drive = 0.0 if i < 2 else pull
        fx, fy, change = _roll(wheels[i], dot(at, heading), dot(at, aside), drive, friction, p, grip, dt)
        wheels[i, W_STEER] = angle
        push = mix(1.0, mix(fx, heading, fy, aside), load, n)
        force = mix(1.0, force, 1.0, push)
        torque = mix(1.0, torque, 1.0, cross(arm, push))
        torque = mix(1.0, torque, -p.wheel_kg_m2 * change / dt, aside)
    return force, torque
