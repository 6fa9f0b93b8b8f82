"""The loops that move rays into the frames of links; the other loops of ray casting are in `raycast_kernels`.

What calls each other stays in one file: numba's cache notices changes of the file alone. Poses are 3x4 matrices here.
Between the two ends of a group (tens of microseconds for a lidar) matrices are blended linearly: the error is of second
order in the turn within a group, below a micrometre even on a spinning wheel.
`no_type_check` keeps jaxtyping's run-time checks from hiding the functions from numba.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float, Float32, Int32, Int64
from numba import njit
from numpy import ndarray


@njit(cache=True, nogil=True)
@no_type_check
def interpolate(
    times_ns: Int64[ndarray, " s"],
    link_pose: Float[ndarray, "s l 7"],
    link_twist: Float[ndarray, "s l 6"],
    row: int,
    time_ns: int,
    out: Float[ndarray, "3 4"],
) -> bool:
    """Pose of one link at one time, as `View.link_trajectory` has it; False where the link is absent."""
    k = min(max(np.searchsorted(times_ns, time_ns, side="right") - 1, 0), max(len(times_ns) - 2, 0))
    after = min(k + 1, len(times_ns) - 1)
    h = max(times_ns[after] - times_ns[k], 1) * 1e-9
    s = (time_ns - times_ns[k]) * 1e-9 / h
    if s == 0.0:
        after = k
    a, b, va, vb = link_pose[k, row], link_pose[after, row], link_twist[k, row], link_twist[after, row]
    if np.isnan(a[0]) or np.isnan(b[0]):
        return False
    p, q = 2 * s**3 - 3 * s**2 + 1, (s**3 - 2 * s**2 + s) * h
    r, u = -2 * s**3 + 3 * s**2, (s**3 - s**2) * h
    for i in range(3):
        out[i, 3] = p * a[i] + q * va[i] + r * b[i] + u * vb[i]
    dot = a[3] * b[3] + a[4] * b[4] + a[5] * b[5] + a[6] * b[6]
    angle = np.arccos(min(abs(dot), 1.0))
    left, right = 1.0 - s, s
    if angle >= 1e-6:
        sine = np.sin(angle)
        left, right = np.sin((1.0 - s) * angle) / sine, np.sin(s * angle) / sine
    if dot < 0.0:
        right = -right
    x, y, z, w = left * a[3] + right * b[3], left * a[4] + right * b[4], left * a[5] + right * b[5], 0.0
    w = left * a[6] + right * b[6]
    n = 2.0 / (x * x + y * y + z * z + w * w)
    out[0, 0], out[0, 1], out[0, 2] = 1 - n * (y * y + z * z), n * (x * y - z * w), n * (x * z + y * w)
    out[1, 0], out[1, 1], out[1, 2] = n * (x * y + z * w), 1 - n * (x * x + z * z), n * (y * z - x * w)
    out[2, 0], out[2, 1], out[2, 2] = n * (x * z - y * w), n * (y * z + x * w), 1 - n * (x * x + y * y)
    return True


@njit(cache=True, nogil=True)
@no_type_check
def link_matrices(
    times_ns: Int64[ndarray, " s"],
    link_pose: Float[ndarray, "s l 7"],
    link_twist: Float[ndarray, "s l 6"],
    row: int,
    at_ns: Int64[ndarray, " n"],
) -> Float[ndarray, "n 4 4"]:
    """Poses of one link at many times, as homogeneous matrices; NaN where it is absent."""
    result = np.zeros((len(at_ns), 4, 4))
    for k in range(len(at_ns)):
        if not interpolate(times_ns, link_pose, link_twist, row, at_ns[k], result[k]):
            result[k] = np.nan
        result[k, 3] = (0.0, 0.0, 0.0, 1.0)
    return result


@njit(cache=True, nogil=True)
@no_type_check
def swept_spheres(
    times_ns: Int64[ndarray, " s"],
    link_pose: Float[ndarray, "s l 7"],
    link_twist: Float[ndarray, "s l 6"],
    spheres: Float[ndarray, "l 4"],
    wanted: Bool[ndarray, " l"],
) -> Float[ndarray, "i l 4"]:
    """Spheres in the world that hold each link for the whole of each interval between snapshots; radius -1 for none.

    The Hermite path leaves the straight line between its ends by at most 4/27 h (|va - v| + |vb - v|), where v is the
    mean velocity; the sphere's centre turns about the link's origin by the angle between both rotations.
    """
    intervals, links = max(len(times_ns) - 1, 1), link_pose.shape[1]
    result = np.full((intervals, links, 4), -1.0)
    start, end = np.empty((3, 4)), np.empty((3, 4))
    for k in range(intervals):
        last = min(k + 1, len(times_ns) - 1)
        h = max(times_ns[last] - times_ns[k], 1) * 1e-9
        for row in range(links):
            if not wanted[row]:
                continue
            present = interpolate(times_ns, link_pose, link_twist, row, times_ns[k], start)
            leaves = not interpolate(times_ns, link_pose, link_twist, row, times_ns[last], end)
            if not present or leaves:
                continue
            centre = spheres[row, :3]
            bulge_a, bulge_b, gap, trace = 0.0, 0.0, 0.0, 0.0
            for i in range(3):
                mean = (end[i, 3] - start[i, 3]) / h
                bulge_a += (link_twist[k, row, i] - mean) ** 2
                bulge_b += (link_twist[last, row, i] - mean) ** 2
                at_a = start[i, 3] + start[i, :3] @ centre
                at_b = end[i, 3] + end[i, :3] @ centre
                gap += (at_b - at_a) ** 2
                trace += start[i, :3] @ end[i, :3]
                result[k, row, i] = 0.5 * (at_a + at_b)
            turn = np.arccos(min(max((trace - 1.0) / 2.0, -1.0), 1.0))
            bulge = 0.0 if last == k else 4.0 / 27.0 * h * (np.sqrt(bulge_a) + np.sqrt(bulge_b))
            result[k, row, 3] = spheres[row, 3] + 0.5 * np.sqrt(gap) + bulge + np.sqrt(centre @ centre) * turn
    return result


@njit(cache=True, nogil=True)
@no_type_check
def candidates(
    tiles: Int32[ndarray, "tiles 4"],
    cones: Float[ndarray, "tiles 5"],
    poses: Float[ndarray, "bounds 3 4"],
    bounds_ns: Int64[ndarray, " bounds"],
    times_ns: Int64[ndarray, " s"],
    swept: Float[ndarray, "i l 4"],
) -> tuple[Int32[ndarray, "n 2"], Float[ndarray, "n 4"]]:
    """Which links a tile's rays may meet: (tile, row) pairs, tile by tile, and a cone about each such link.

    The cone (axis, cosine of the half angle) is in the sensor's frame and holds for all groups of the tile: a ray of
    the tile outside it cannot meet the link.
    """
    found, about = np.empty((1024, 2), np.int32), np.empty((1024, 4))
    n = 0
    axis, away = np.empty(3), np.empty(3)
    for tile in range(len(tiles)):
        g0, g1 = tiles[tile, 0], tiles[tile, 1]
        middle = poses[(g0 + g1) // 2]
        drift, turn = _spread(poses[g0], middle, poses[g1])
        for i in range(3):
            axis[i] = middle[i, 0] * cones[tile, 0] + middle[i, 1] * cones[tile, 1] + middle[i, 2] * cones[tile, 2]
        half = np.arccos(cones[tile, 3]) + turn
        cosine, sine = np.cos(half), np.sin(half)
        k0 = min(max(np.searchsorted(times_ns, bounds_ns[g0], side="right") - 1, 0), len(swept) - 1)
        k1 = min(max(np.searchsorted(times_ns, bounds_ns[g1], side="left") - 1, k0), len(swept) - 1)
        for row in range(swept.shape[1]):
            meets, inside, radius = False, False, 0.0
            for k in range(k0, k1 + 1):
                if meets or swept[k, row, 3] < 0.0:
                    continue
                radius = swept[k, row, 3] + drift
                for i in range(3):
                    away[i] = swept[k, row, i] - middle[i, 3]
                square = away[0] * away[0] + away[1] * away[1] + away[2] * away[2]
                along = away[0] * axis[0] + away[1] * axis[1] + away[2] * axis[2]
                if along < 0.0 and cosine > 0.5 and 4.0 * radius * radius < square:
                    continue  # more than 90 degrees off, where cone and sphere together reach less than 60 + 30
                inside = square <= radius * radius or cosine <= 0.0
                # angle to the axis <= half + asin(radius / distance), by the cosine of the sum
                meets = inside or cosine * np.sqrt(square - radius * radius) - sine * radius <= along
            if not meets:
                continue
            if n == len(found):
                found, about = _doubled(found, about)
            found[n, 0], found[n, 1] = tile, row
            _surround(away, middle, np.pi if inside or k1 > k0 else turn, radius, about[n])
            n += 1
    return found[:n], about[:n]


@njit(cache=True, nogil=True)
@no_type_check
def _spread(
    first: Float[ndarray, "3 4"], middle: Float[ndarray, "3 4"], last: Float[ndarray, "3 4"]
) -> tuple[float, float]:
    """How far (metres) and by what angle (at most) the sensor is from its middle pose at either end."""
    drift, turn = 0.0, 0.0
    for i in range(3):
        drift = max(drift, abs(first[i, 3] - middle[i, 3]), abs(last[i, 3] - middle[i, 3]))
        for j in range(3):
            turn = max(turn, abs(first[i, j] - middle[i, j]), abs(last[i, j] - middle[i, j]))
    return 2.0 * drift, 3.0 * turn


@njit(cache=True, nogil=True)
@no_type_check
def _doubled(
    found: Int32[ndarray, "n 2"], about: Float[ndarray, "n 4"]
) -> tuple[Int32[ndarray, "m 2"], Float[ndarray, "m 4"]]:
    n = len(found)
    longer, wider = np.empty((2 * n, 2), np.int32), np.empty((2 * n, 4))
    longer[:n], wider[:n] = found, about
    return longer, wider


@njit(cache=True, nogil=True)
@no_type_check
def _surround(
    away: Float[ndarray, "3"], pose: Float[ndarray, "3 4"], slack: float, radius: float, out: Float[ndarray, "4"]
) -> None:
    """The cone about a sphere (centre `away` from the pose's origin, world axes), wider by a slack angle."""
    distance = np.sqrt(away[0] * away[0] + away[1] * away[1] + away[2] * away[2])
    half = np.pi if radius >= distance else np.arcsin(radius / distance) + slack
    out[3] = -2.0 if half >= np.pi else np.cos(half) - 1e-9
    for i in range(3):
        out[i] = (pose[0, i] * away[0] + pose[1, i] * away[1] + pose[2, i] * away[2]) / max(distance, 1e-12)


@njit(cache=True, nogil=True)
@no_type_check
def _link_from_sensor(link: Float[ndarray, "3 4"], sensor: Float[ndarray, "3 4"], out: Float[ndarray, "3 4"]) -> None:
    for i in range(3):
        for j in range(4):
            total = 0.0
            for m in range(3):
                value = sensor[m, j] - (link[m, 3] if j == 3 else 0.0)
                total += link[m, i] * value
            out[i, j] = total


@njit(cache=True, nogil=True)
@no_type_check
def _span(origin: float, direction: float, low: float, high: float, near: float, far: float) -> tuple[float, float]:
    """What is left of the span near..far of a ray between two planes."""
    if abs(direction) < 1e-12:
        return (near, far) if low <= origin <= high else (1.0, 0.0)
    first, second = (low - origin) / direction, (high - origin) / direction
    if first > second:
        first, second = second, first
    return max(near, first), min(far, second)


@njit(cache=True, nogil=True)
@no_type_check
def _blend(
    a: Float[ndarray, "3 4"], b: Float[ndarray, "3 4"], i: int, s: float, x: float, y: float, z: float
) -> tuple[float, float]:
    """Component i of the origin and of the direction of a ray, by the matrix a + s (b - a)."""
    at_a = a[i, 0] * x + a[i, 1] * y + a[i, 2] * z
    at_b = b[i, 0] * x + b[i, 1] * y + b[i, 2] * z
    return a[i, 3] + s * (b[i, 3] - a[i, 3]), at_a + s * (at_b - at_a)


@njit(cache=True, nogil=True)
@no_type_check
def moving_rays(
    pairs: Int32[ndarray, "n 2"],
    about: Float[ndarray, "n 4"],
    tiles: Int32[ndarray, "tiles 4"],
    directions: Float[ndarray, "groups beams 3"],
    delay: Float[ndarray, " beams"],
    poses: Float[ndarray, "bounds 3 4"],
    bounds_ns: Int64[ndarray, " bounds"],
    times_ns: Int64[ndarray, " s"],
    link_pose: Float[ndarray, "s l 7"],
    link_twist: Float[ndarray, "s l 6"],
    boxes: Float[ndarray, "l 2 3"],
    place: Float[ndarray, "l 3"],
    nearest: Float32[ndarray, " rays"],
    rays: Float32[ndarray, "m 6"],
    ray_of: Int32[ndarray, " m"],
    row_of: Int32[ndarray, " m"],
    entry: Float[ndarray, " m"],
) -> int:
    """Rays that meet a link's box before what they hit so far, moved into that link's frame at their own moment.

    A ray starts where it enters the box, and is shifted to where the link's mesh is parked; `entry` is how far it came.
    Returns how many there are; where that is more than the arrays hold, the rest is only counted.
    """
    beams, capacity, n = directions.shape[1], len(ray_of), 0
    link, ahead, behind = np.empty((3, 4)), np.empty((3, 4)), np.empty((3, 4))
    for p in range(len(pairs)):
        row, cx, cy, cz, cosine = pairs[p, 1], about[p, 0], about[p, 1], about[p, 2], about[p, 3]
        g0, g1, b0, b1 = tiles[pairs[p, 0]]
        x0, y0, z0, x1, y1, z1 = boxes[row].flat
        ready, here = -1, False  # the bound that `ahead` is for, and whether the link was there then
        for g in range(g0, g1):
            present = False
            for beam in range(b0, b1):
                x, y, z = directions[g, beam, 0], directions[g, beam, 1], directions[g, beam, 2]
                if x * cx + y * cy + z * cz < cosine:
                    continue
                if ready != g + 1:
                    if ready != g:
                        here = interpolate(times_ns, link_pose, link_twist, row, bounds_ns[g], link)
                        _link_from_sensor(link, poses[g], ahead)
                    behind[:] = ahead
                    present = here
                    here = interpolate(times_ns, link_pose, link_twist, row, bounds_ns[g + 1], link)
                    _link_from_sensor(link, poses[g + 1], ahead)
                    ready, present = g + 1, present and here
                if not present:
                    break
                s = delay[beam]
                ox, dx = _blend(behind, ahead, 0, s, x, y, z)
                near, far = _span(ox, dx, x0, x1, 0.0, nearest[g * beams + beam])
                oy, dy = _blend(behind, ahead, 1, s, x, y, z)
                near, far = _span(oy, dy, y0, y1, near, far)
                if near > far:
                    continue
                oz, dz = _blend(behind, ahead, 2, s, x, y, z)
                near, far = _span(oz, dz, z0, z1, near, far)
                if near > far:
                    continue
                if n < capacity:
                    rays[n, 0] = ox + near * dx + place[row, 0]
                    rays[n, 1] = oy + near * dy + place[row, 1]
                    rays[n, 2] = oz + near * dz + place[row, 2]
                    rays[n, 3], rays[n, 4], rays[n, 5] = dx, dy, dz
                    ray_of[n], row_of[n], entry[n] = g * beams + beam, row, near
                n += 1
    return n
