"""Spray that wheels throw up from a wet road: a plume behind every vehicle that is fast enough.

`no_type_check` keeps jaxtyping's run-time checks from hiding the function from numba.
"""

from dataclasses import dataclass
from typing import no_type_check

import numpy as np
from jaxtyping import Float, Float32, Int64
from numba import njit
from numpy import ndarray

from ._lidar_air import fog_backscatter
from ._lidar_echo import NEAR_M
from ._lidar_stray import Stray

LEAST_MPS = 8.0
"""Slower wheels splash, but throw no lasting spray: measurements see it from about 30 km/h on.
Source: Linnhoff et al., Simulating Road Spray Effects in Automotive Lidar Sensor Models, 2022 (arXiv 2212.08558)."""

FULL_MPS = 100.0 / 3.6

EXTINCTION_PER_M = 0.3
"""Close behind a car at 100 km/h on a road under water: half of a laser's light is lost across 2.5 m of plume, as the
laser transmissometers of spray trials lose beside trucks (SAE J2245, Recommended Practice for Splash and Spray
Evaluation, 2011). The number is assumed from those trials' range of 20 to 60 %."""

_SETTLE_S = 0.6
"""In which the spray thins to 1 / e: drops of 0.5 mm fall 1.2 m in it (terminal velocity 2.1 m/s; Gunn and Kinzer,
J. Meteor. 6, 1949)."""

_WIDER, _TALL_M = 1.3, 1.8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plume:
    """Spray behind one vehicle, in its own axes (x forward): a box, thinner and thinner to its end.

    Attributes:
        world_from_vehicle: pose of the vehicle at the end of the sweep.
        velocity_mps: of the vehicle, world axes.
        rear_m: x of its rear.
        half_width_m, height_m, length_m: of the box, which stands on the ground behind the rear.
        extinction_per_m: at the rear; after each e-th part of `fade_m` it is 1 / e of that.
    """

    world_from_vehicle: Float[ndarray, "4 4"]
    velocity_mps: Float[ndarray, "3"]
    rear_m: float
    half_width_m: float
    height_m: float
    length_m: float
    fade_m: float
    extinction_per_m: float


def plume(
    world_from_vehicle: Float[ndarray, "4 4"],
    velocity_mps: Float[ndarray, "3"],
    bounds_m: Float[ndarray, "2 3"],
    wetness: float,
) -> Plume | None:
    """The plume of a vehicle with that body on a road that wet; None where there is none.

    Water that wheels pick up grows with speed, and so does the share that is torn into fine drops: the extinction
    grows with the square of speed. Source: Weir, Strange and Heffley, Reduction of adverse aerodynamic effects of large
    trucks, FHWA-RD-79-84, 1978, chapter on spray.
    """
    speed = float(velocity_mps[:2] @ world_from_vehicle[:2, 0])
    if speed < LEAST_MPS or wetness <= 0.0:
        return None
    fade = speed * _SETTLE_S
    return Plume(
        world_from_vehicle=world_from_vehicle,
        velocity_mps=np.asarray(velocity_mps, np.float64),
        rear_m=float(bounds_m[0, 0]),
        half_width_m=0.5 * _WIDER * float(bounds_m[1, 1] - bounds_m[0, 1]),
        height_m=min(_TALL_M, float(bounds_m[1, 2])),
        length_m=2.0 * fade,
        fade_m=fade,
        extinction_per_m=EXTINCTION_PER_M * wetness * (speed / FULL_MPS) ** 2,
    )


def spray(
    found: Plume,
    origins: Float[ndarray, "n 3"],
    directions: Float[ndarray, "n 3"],
    before_s: Float[ndarray, " n"],
    t: Float32[ndarray, " n"],
    pulse_m: float,
    rng: np.random.Generator,
) -> tuple[Stray, Float[ndarray, " m"]]:
    """Echoes from a plume, and the share of light that each of their beams loses in it on its way out and back.

    The cell that echoes lies where the beam's light is lost, as likely as it is lost there; its echo is that of fog of
    the same extinction, exponentially distributed, for spray comes in clouds.

    Args:
        found: the plume.
        origins: of the beams, world axes.
        directions: of the beams, unit.
        before_s: how long before the end of the sweep each fires.
        t: what each hit behind, inf for nothing.
        pulse_m: length of the pulse.
        rng: for where and how strong.
    """
    low = np.array([found.rear_m - found.length_m, -found.half_width_m, 0.0])
    high = np.array([found.rear_m, found.half_width_m, found.height_m])
    pose = np.ascontiguousarray(found.world_from_vehicle[:3])
    cone = _cone(found, low, high, origins, float(before_s.max()))
    beam, near, far = _crossing(origins, directions, before_s, t, pose, found.velocity_mps, low, high, cone)
    length = far - near
    depth = _density(found, origins[beam], directions[beam], before_s[beam], near + 0.5 * length) * length
    lost = 1.0 - np.exp(-2.0 * depth)
    chance, clump = rng.random(len(beam)), rng.standard_exponential(len(beam))
    passed = -np.log1p(-chance * lost) / 2.0  # optical depth at which the echo lies
    where = near + length * passed / np.maximum(depth, 1e-12)
    cell = np.minimum(0.5 * pulse_m, length)
    scatter = np.array(fog_backscatter(1.0, 1.0)) * depth / length * cell * clump
    power = scatter * np.exp(-2.0 * passed) / np.maximum(where, NEAR_M) ** 2
    return Stray(beam=beam, power=power, distance_m=where, passes=False), lost


def _cone(
    found: Plume,
    low: Float[ndarray, "3"],
    high: Float[ndarray, "3"],
    origins: Float[ndarray, "n 3"],
    before_s: float,
) -> Float[ndarray, "4"]:
    """Axis and cosine of the half angle of a cone about the plume, from any of the beams' origins."""
    away = found.world_from_vehicle[:3] @ np.append(0.5 * (low + high), 1.0) - origins[-1]
    moves = np.linalg.norm(origins[0] - origins[-1]) + before_s * np.linalg.norm(found.velocity_mps)
    radius, distance = 0.5 * np.linalg.norm(high - low) + moves, np.linalg.norm(away)
    if distance <= radius:
        return np.array([0.0, 0.0, 0.0, -1.0])
    return np.append(away / distance, np.sqrt(1.0 - (radius / distance) ** 2))


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _crossing(
    origins: Float[ndarray, "n 3"],
    directions: Float[ndarray, "n 3"],
    before_s: Float[ndarray, " n"],
    t: Float32[ndarray, " n"],
    pose: Float[ndarray, "3 4"],
    velocity: Float[ndarray, "3"],
    low: Float[ndarray, "3"],
    high: Float[ndarray, "3"],
    cone: Float[ndarray, "4"],
) -> tuple[Int64[ndarray, " m"], Float[ndarray, " m"], Float[ndarray, " m"]]:
    """Which beams cross a box before they end, and from where to where; the box moves with its pose.

    Beams outside the cone (axis, cosine of the half angle) need not be looked at.
    """
    beam, near, far, count = np.empty(len(t), np.int64), np.empty(len(t)), np.empty(len(t)), 0
    for k in range(len(t)):
        if directions[k, 0] * cone[0] + directions[k, 1] * cone[1] + directions[k, 2] * cone[2] < cone[3]:
            continue
        start, end = 0.0, np.float64(t[k])
        for i in range(3):
            at, along = 0.0, 0.0
            for j in range(3):
                at += pose[j, i] * (origins[k, j] - pose[j, 3] + before_s[k] * velocity[j])
                along += pose[j, i] * directions[k, j]
            back = 1.0 / (along if abs(along) > 1e-12 else 1e-12)
            one, two = (low[i] - at) * back, (high[i] - at) * back
            start, end = max(start, min(one, two)), min(end, max(one, two))
            if start >= end:
                break
        if start < end:
            beam[count], near[count], far[count] = k, start, end
            count += 1
    return beam[:count].copy(), near[:count].copy(), far[:count].copy()


def _density(
    found: Plume,
    origins: Float[ndarray, "n 3"],
    directions: Float[ndarray, "n 3"],
    before_s: Float[ndarray, " n"],
    at_m: Float[ndarray, " n"],
) -> Float[ndarray, " n"]:
    """Extinction at a place along each beam, 1/m."""
    axis = found.world_from_vehicle[:3, 0]
    then = found.world_from_vehicle[:3, 3] - before_s[:, None] * found.velocity_mps
    x = (origins - then) @ axis + at_m * (directions @ axis)
    density: Float[ndarray, " n"] = found.extinction_per_m * np.exp(-(found.rear_m - x) / found.fade_m)
    return density
