"""Spray that wheels throw up from a wet road: a plume behind every vehicle that is fast enough.

`no_type_check` keeps jaxtyping's run-time checks from hiding the functions from numba.
"""

from dataclasses import dataclass
from typing import no_type_check

import numpy as np
from jaxtyping import Float, Float32, Int32, Int64
from numba import njit
from numpy import ndarray

from simgen.render.raycast_crew import Crew
from simgen.render.raycast_pattern import RayPattern

from ._lidar_air import fog_backscatter
from ._lidar_echo import NEAR_M
from ._lidar_stray import Stray

Fired = tuple[RayPattern, Float[ndarray, "2 4 4"], Int32[ndarray, " n"]]
"""The rays; world_from_sensor at the start and the end of a sweep; when beams fire, nanoseconds from its end."""

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


def sprays(
    plumes: list[Plume],
    fired: Fired,
    rays: int,
    t: Float32[ndarray, " all"],
    power: Float32[ndarray, " more"],
    pulse_m: float,
    rng: np.random.Generator,
    crew: Crew,
) -> Stray:
    """The strongest echo that each beam gets from plumes; what they swallow is taken from `power`, in place.

    The cell that echoes lies where the beam's light is lost, as likely as it is lost there; its echo is that of fog of
    the same extinction, exponentially distributed, for spray comes in clouds. Beams have their own origin and time, but
    are turned as the sensor is at the end of the sweep.

    Args:
        plumes: at least one.
        fired: the beams.
        rays: to a beam, the first its axis, which alone is looked at.
        t: what each ray hit behind, inf for nothing.
        power: of the echoes of what rays hit.
        pulse_m: length of the pulse.
        rng: for where and how strong.
        crew: threads to work with.
    """
    pattern, poses, offsets_ns = fired
    table = _in_sensor(plumes, poses, max(-1e-9 * float(offsets_ns[0]), 1e-9))
    beams = (pattern.tiles, pattern.cones, pattern.tiled, pattern.directions.shape[1], rays)
    cloud = (0.5 * pulse_m, fog_backscatter(1.0, 1.0), int(rng.integers(0, 1 << 62)))

    def cross(a: int, b: int) -> tuple[ndarray, ndarray, ndarray]:
        found: tuple[ndarray, ndarray, ndarray] = _through(a, b, beams, offsets_ns, t, table, cloud, power)
        return found

    parts = crew.split(len(pattern.tiles), cross, 4)
    beam, light, where = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Stray(beam=beam, power=light, distance_m=where, passes=False)


def _in_sensor(
    plumes: list[Plume], poses: Float[ndarray, "2 4 4"], lasts_s: float
) -> tuple[Float[ndarray, "p 3 5"], Float[ndarray, "p 2 3"], Float[ndarray, "p 3"], Float[ndarray, "p 5"]]:
    """What leads from the sensor's axes at the end of the sweep to each plume's, with the place of the sensor there
    and how that was away for each second before; the boxes; extinction, rear and fading; and cones about them.

    Cones (in the sensor's frame: axis, cosine and sine of the half angle) hold for the whole sweep of that length.
    """
    ways, boxes, airs, cones = [], [], [], []
    (start, end) = poses
    for of in plumes:
        turn, place = of.world_from_vehicle[:3, :3].T, of.world_from_vehicle[:3, 3]
        drift = (start[:3, 3] - end[:3, 3]) / lasts_s + of.velocity_mps
        ways.append(np.column_stack([turn @ end[:3, :3], turn @ (end[:3, 3] - place), turn @ drift]))
        low = np.array([of.rear_m - of.length_m, -of.half_width_m, 0.0])
        high = np.array([of.rear_m, of.half_width_m, of.height_m])
        boxes.append(np.stack([low, high]))
        airs.append((of.extinction_per_m, of.rear_m, of.fade_m))
        away = end[:3, :3].T @ (place + turn.T @ (0.5 * (low + high)) - end[:3, 3])
        radius = 0.5 * float(np.linalg.norm(high - low)) + lasts_s * float(np.linalg.norm(drift))
        distance = max(float(np.linalg.norm(away)), 1e-9)
        sine = min(radius / distance, 1.0)
        cosine = np.sqrt(1.0 - sine * sine) if radius < distance else -1.0
        cones.append((*(away / distance), cosine, sine if radius < distance else 0.0))
    return np.array(ways), np.array(boxes), np.array(airs), np.array(cones)


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _through(
    start: int,
    stop: int,
    beams: tuple[Int32[ndarray, "tiles 4"], Float[ndarray, "tiles 5"], Float[ndarray, "tiles side 3 side"], int, int],
    offsets_ns: Int32[ndarray, " n"],
    t: Float32[ndarray, " all"],
    table: tuple[Float[ndarray, "p 3 5"], Float[ndarray, "p 2 3"], Float[ndarray, "p 3"], Float[ndarray, "p 5"]],
    cloud: tuple[float, float, int],
    power: Float32[ndarray, " more"],
) -> tuple[Int64[ndarray, " m"], Float[ndarray, " m"], Float[ndarray, " m"]]:
    """Beams of the tiles start to stop that cross plumes: which, and power and range of their strongest echoes.

    `cloud` is the depth of a cell, backscatter of one of 1 m with an extinction of 1 / m, and what picks random
    numbers.
    """
    (tiles, cones, tiled, width, rays), (ways, boxes, airs, about), (depth_m, back, key) = beams, table, cloud
    room = (stop - start) * tiled.shape[1] * tiled.shape[3] // rays + 1  # pages that stay empty cost nothing
    beam, light, where, n = np.empty(room, np.int64), np.empty(room), np.empty(room), 0
    near, met = np.empty(len(ways), np.int64), 0
    for tile in range(start, stop):
        met = _near(cones, tile, about, near)
        if met == 0:
            continue
        g0, g1, b0, b1 = tiles[tile]
        for g in range(g0, g1):
            for b in range(b0 + -b0 % rays, b1, rays):
                ray = g * width + b
                k = ray // rays
                x, y, z = tiled[tile, g - g0, 0, b - b0], tiled[tile, g - g0, 1, b - b0], tiled[tile, g - g0, 2, b - b0]
                best, at, left = 0.0, 0.0, 1.0
                for i in range(met):
                    p = near[i]
                    if x * about[p, 0] + y * about[p, 1] + z * about[p, 2] < about[p, 3]:
                        continue
                    span = _crossing(ways, boxes, p, (x, y, z), -1e-9 * offsets_ns[k], np.float64(t[ray]))
                    if span[0] >= span[1]:
                        continue
                    lot = key + (p * len(offsets_ns) + k) * 2
                    echo, lies, passed = _echo(span, airs, p, (depth_m, back), (_uniform(lot), _uniform(lot + 1)))
                    left *= passed
                    if echo > best:
                        best, at = echo, lies
                if left < 1.0:
                    for i in range(ray, ray + rays):
                        power[i] *= np.float32(left)
                    beam[n], light[n], where[n] = k, best, at
                    n += 1
    return beam[:n], light[:n], where[:n]


@njit(cache=True, nogil=True)
@no_type_check
def _near(cones: Float[ndarray, "t 5"], tile: int, about: Float[ndarray, "p 5"], near: Int64[ndarray, " p"]) -> int:
    """Which plumes a tile's cone may meet, filled in; how many."""
    met, c0, c1, c2, c3, c4 = 0, cones[tile, 0], cones[tile, 1], cones[tile, 2], cones[tile, 3], cones[tile, 4]
    for p in range(len(about)):
        along = c0 * about[p, 0] + c1 * about[p, 1] + c2 * about[p, 2]
        if about[p, 3] > 0.0 and c3 > 0.0 and along < c3 * about[p, 3] - c4 * about[p, 4] - 1e-9:
            continue  # farther off than both angles together
        near[met] = p
        met += 1
    return met


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _crossing(
    ways: Float[ndarray, "p 3 5"],
    boxes: Float[ndarray, "p 2 3"],
    p: int,
    ray: tuple[float, float, float],
    before_s: float,
    reach_m: float,
) -> tuple[float, float, float, float]:
    """From where to where a beam crosses a box before it ends, and x of where it starts and of its direction there."""
    start, end, at, along = 0.0, reach_m, 0.0, 0.0
    for i in (2, 1, 0):  # most beams miss above or beside
        at = ways[p, i, 3] + before_s * ways[p, i, 4]
        along = ways[p, i, 0] * ray[0] + ways[p, i, 1] * ray[1] + ways[p, i, 2] * ray[2]
        reciprocal = 1.0 / (along if abs(along) > 1e-12 else 1e-12)
        one, two = (boxes[p, 0, i] - at) * reciprocal, (boxes[p, 1, i] - at) * reciprocal
        start, end = max(start, min(one, two)), min(end, max(one, two))
        if start >= end:
            break
    return start, end, at, along


@njit(cache=True, nogil=True)
@no_type_check
def _echo(
    span: tuple[float, float, float, float],
    airs: Float[ndarray, "p 3"],
    p: int,
    cell: tuple[float, float],
    chance: tuple[float, float],
) -> tuple[float, float, float]:
    """Power and range of a plume's echo, and what is left of the light that goes through it there and back."""
    near, length = span[0], span[1] - span[0]
    extinction = airs[p, 0] * np.exp(-(airs[p, 1] - span[2] - (near + 0.5 * length) * span[3]) / airs[p, 2])
    left = np.exp(-2.0 * extinction * length)
    passed = -0.5 * np.log1p(-chance[0] * (1.0 - left))  # optical depth at which the echo lies
    where = near + passed / max(extinction, 1e-12)
    clump = -np.log1p(-chance[1])
    power = cell[1] * extinction * min(cell[0], length) * clump * np.exp(-2.0 * passed) / max(where, NEAR_M) ** 2
    return power, where, left


@njit(cache=True, nogil=True)
@no_type_check
def _uniform(number: int) -> float:
    """A number 0..1 for each integer. Source: Steele et al., SplitMix64, OOPSLA 2014."""
    h = np.uint64(number) * np.uint64(0x9E3779B97F4A7C15)
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.float64((h ^ (h >> np.uint64(31))) >> np.uint64(11)) / 9007199254740992.0
