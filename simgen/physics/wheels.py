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
"""Critical fraction of the patch's damping at rest and the rolling speed over which it fades (Pacejka 2012, eq. 8.130 ff.)."""


@njit(cache=True)
def turned(q: ndarray) -> ndarray:
    """The rotation matrix of an xyzw quaternion."""
    x, y, z, w = q[0], q[1], q[2], q[3]
    m = np.empty((3, 3))
    m[0, 0], m[0, 1], m[0, 2] = 1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)
    m[1, 0], m[1, 1], m[1, 2] = 2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)
    m[2, 0], m[2, 1], m[2, 2] = 2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)
    return m


@njit(cache=True)
def _cross(a: ndarray, b: ndarray) -> ndarray:
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


@njit(cache=True)
def ackermann(steer_rad: float, wheel: int, p: VehicleParameters) -> float:
    """Angle of one wheel when the single track's is `steer_rad`: all axles point at one centre of the turn."""
    if wheel > 1 or abs(steer_rad) < 1e-9:
        return 0.0
    side = 0.5 * p.track_front_m * (1.0 if wheel == 0 else -1.0)
    base = p.front_m + p.rear_m
    t = np.tan(steer_rad)
    return float(np.arctan(base * t / (base - side * t)))


@njit(cache=True)
def _needed(
    spin: float, now: float, drive: float, vx: float, rolling: float, tyre: ndarray, p: VehicleParameters, dt: float
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


@njit(cache=True)
def _spin_with(
    torque: float, guess: float, now: float, drive: float, vx: float, rolling: float, tyre: ndarray,
    p: VehicleParameters, dt: float,
) -> float:  # fmt: skip
    """The spin after the step if this torque acts besides drive (implicit Euler, Newton with a slope bounded below)."""
    spin = guess
    for _ in range(8):
        residual = _needed(spin, now, drive, vx, rolling, tyre, p, dt)[0] - torque
        further = _needed(spin + 1e-4, now, drive, vx, rolling, tyre, p, dt)[0] - torque
        change = residual / max((further - residual) / 1e-4, p.wheel_kg_m2 / dt)
        spin -= change
        if abs(change) < 1e-9:
            break
    return spin


@njit(cache=True)
def spin_wheel(
    now: float, drive: float, friction: float, vx: float, rolling: float, tyre: ndarray, p: VehicleParameters, dt: float
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


@njit(cache=True)
def _feel_ground(
    hub: ndarray,
    up: ndarray,
    speed: float,
    wheel: ndarray,
    fresh: bool,
    p: VehicleParameters,
    ground: ndarray,
    dt: float,
) -> tuple[ndarray, bool]:
    """Updates travel of one wheel from the ground below its hub; its normal, and whether there is ground at all.

    A wheel climbs a kerb along its round tread, no steeper than about 45 degrees, so the ground that it feels moves at
    most as fast as the car.
    """
    height, normal = ground[0], ground[1:]
    found = height == height and height > hub[2] - p.wheel_radius_m - 3.0 * p.travel_m
    before = wheel[W_TRAVEL]
    if not found:
        wheel[W_TRAVEL] = -p.travel_m
        wheel[W_GROUND] = hub[2] - p.wheel_radius_m - p.travel_m
    else:
        reach = (speed + 0.2) * dt
        felt = height if fresh else min(max(height, wheel[W_GROUND] - reach), wheel[W_GROUND] + reach)
        wheel[W_GROUND] = felt
        clearance = (hub[2] - felt) * normal[2]
        lean = up[0] * normal[0] + up[1] * normal[1] + up[2] * normal[2]
        wheel[W_TRAVEL] = max((p.wheel_radius_m - clearance) / max(lean, 0.3), -p.travel_m)
    wheel[W_TRAVEL_RATE] = 0.0 if fresh else (wheel[W_TRAVEL] - before) / dt
    return normal, found and wheel[W_TRAVEL] > -p.travel_m


@njit(cache=True)
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


@njit(cache=True)
def step_wheels(
    pose: ndarray, twist: ndarray, wheels: ndarray, controls: ndarray, p: VehicleParameters, grip: float, fresh: bool,
    dt: float, triangles: ndarray, origin: ndarray, grid: ndarray, starts: ndarray, members: ndarray,
) -> tuple[ndarray, ndarray]:  # fmt: skip
    """Force and torque (world axes, about the centre of mass) of gravity, air and wheels; updates the wheel state.

    Args:
        pose, twist: of the centre of mass.
        controls: road wheel angle of the single track, throttle, brake.
        fresh: first step after being placed: the suspension takes the ground as it is.
    """
    m = turned(pose[3:])
    ahead, up = m[:, 0].copy(), m[:, 2].copy()
    velocity, angular = twist[:3].copy(), twist[3:].copy()
    speed = np.sqrt(velocity[0] ** 2 + velocity[1] ** 2 + velocity[2] ** 2)
    force = -0.5 * p.air_kg_m3 * p.drag_area_m2 * speed * velocity
    force[2] -= p.mass_kg * GRAVITY_MPS2
    torque = np.zeros(3)
    normals = np.zeros((4, 3))
    arms = np.zeros((4, 3))
    touching = np.zeros(4, np.bool_)
    for i in range(4):
        front = i < 2
        track = p.track_front_m if front else p.track_rear_m
        local = np.array(
            [p.front_m if front else -p.rear_m, 0.5 * track * (1.0 - 2.0 * (i % 2)), p.wheel_radius_m - p.height_m]
        )
        arm = m @ local
        hub = pose[:3] + arm
        above = hub[2] + p.wheel_radius_m
        below = ground_at(hub[0], hub[1], above, triangles, origin, grid, starts, members)
        normal, touching[i] = _feel_ground(hub, up, speed, wheels[i], fresh, p, np.array(below), dt)
        normals[i] = normal
        arms[i] = arm + up * wheels[i, W_TRAVEL] - normal * p.wheel_radius_m
    _suspend(wheels, p)
    drive = controls[1] * min(p.launch_N, p.power_W / max(speed, 0.1)) * p.wheel_radius_m / 2.0
    brake = controls[2] * p.brake_mps2 * p.mass_kg * p.wheel_radius_m / 2.0
    for i in range(4):
        wheel = wheels[i]
        front = i < 2
        load = wheel[W_LOAD] if touching[i] else 0.0
        wheel[W_LOAD] = load
        wheel[W_STEER] = ackermann(controls[0], i, p)
        c, s = np.cos(wheel[W_STEER]), np.sin(wheel[W_STEER])
        heading = ahead * c + m[:, 1] * s
        n = normals[i]
        heading = heading - n * (heading @ n)
        heading /= np.sqrt(heading @ heading)
        left = _cross(n, heading)
        at = velocity + _cross(angular, arms[i])
        vx, vy = at @ heading, at @ left
        rolling = max(abs(vx), abs(p.wheel_radius_m * wheel[W_SPIN]))
        fade = np.exp(-rolling / _BRISTLE_SPEED_MPS)
        stretch_y = relax(wheel[W_STRETCH_Y], -vy, max(rolling, abs(vy)), RELAXATION_Y_M, dt)
        alpha = np.arctan(stretch_y / RELAXATION_Y_M)
        quarter = 0.25 * p.mass_kg
        damping_x = 2.0 * _BRISTLE_DAMPING * np.sqrt(SLIP_STIFFNESS * load / RELAXATION_X_M * quarter) * fade
        damping_y = 2.0 * _BRISTLE_DAMPING * np.sqrt(CORNERING_STIFFNESS * load / RELAXATION_Y_M * quarter) * fade
        tyre = np.array([wheel[W_STRETCH_X], alpha, load, grip, damping_x])
        resisting = brake * (p.brake_front if front else 1.0 - p.brake_front) + p.rolling * load * p.wheel_radius_m
        before = wheel[W_SPIN]
        spin, fx = spin_wheel(before, 0.0 if front else drive, resisting, vx, rolling, tyre, p, dt)
        stretch_x = relax(wheel[W_STRETCH_X], p.wheel_radius_m * spin - vx, rolling, RELAXATION_X_M, dt)
        fy = lateral(stretch_x / RELAXATION_X_M, alpha, load, grip) - damping_y * vy
        fy = min(max(fy, -MU_Y * grip * load), MU_Y * grip * load)
        wheel[W_SPIN], wheel[W_STRETCH_X], wheel[W_STRETCH_Y] = spin, stretch_x, stretch_y
        wheel[W_ANGLE] += spin * dt
        if load == 0.0:
            wheel[W_STRETCH_X], wheel[W_STRETCH_Y] = 0.0, 0.0
        push = heading * fx + left * fy + n * load
        force += push
        torque += _cross(arms[i], push) - p.wheel_kg_m2 * (spin - before) / dt * _cross(n, heading)
    return force, torque
