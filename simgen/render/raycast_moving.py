"""The loops that move rays into the frames of links; which rays that may be, `raycast_candidates` says.

What calls each other stays in one file: numba's cache notices changes of the file alone. Poses are 3x4 matrices here.
Between the two ends of a group (tens of microseconds for a lidar) matrices are blended linearly: the error is of second
order in the turn within a group, below a micrometre even on a spinning wheel. So are they over several groups, as many
as keep the error below 10 micrometres (single precision resolves 8 at 100 m).
`no_type_check` keeps jaxtyping's run-time checks from hiding the functions from numba.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float, Float32, Int32, Int64
from numba import njit
from numpy import ndarray

from simgen.render.raycast_kernels import TILE

_NEAR, _FAR, _SHARE, _ORIGIN, _AHEAD = 0, TILE, 2 * TILE, 3 * TILE, 6 * TILE


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
    dot = a[3] * b[3] + a[4] * b[4] + a[5] * b[5] + a[6] * b[6]
    angle = np.arccos(min(abs(dot), 1.0))
    left, right = 1.0 - s, s
    if angle >= 1e-6:
        sine = np.sin(angle)
        left, right = np.sin((1.0 - s) * angle) / sine, np.sin(s * angle) / sine
    if dot < 0.0:
        right = -right
    x, y, z = left * a[3] + right * b[3], left * a[4] + right * b[4], left * a[5] + right * b[5]
    _turned(x, y, z, left * a[6] + right * b[6], out)
    for i in range(3):
        out[i, 3] = p * a[i] + q * va[i] + r * b[i] + u * vb[i]
    return True


@njit(cache=True, nogil=True)
@no_type_check
def _turned(x: float, y: float, z: float, w: float, out: Float[ndarray, "3 4"]) -> None:
    """Fills in the rotation of a quaternion of any length."""
    n = 2.0 / (x * x + y * y + z * z + w * w)
    out[0, 0], out[0, 1], out[0, 2] = 1 - n * (y * y + z * z), n * (x * y - z * w), n * (x * z + y * w)
    out[1, 0], out[1, 1], out[1, 2] = n * (x * y + z * w), 1 - n * (x * x + z * z), n * (y * z - x * w)
    out[2, 0], out[2, 1], out[2, 2] = n * (x * z - y * w), n * (y * z + x * w), 1 - n * (x * x + y * y)


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
    result: Float[ndarray, "i l 7"],
) -> None:
    """Spheres in the world that hold each link for the whole of each interval between snapshots; radius -1 for none.

    The Hermite path leaves the straight line between its ends by at most 4/27 h (|va - v| + |vb - v|), where v is the
    mean velocity; the sphere's centre turns about the link's origin by the angle between both rotations.
    The last numbers bound the acceleration of all points of the link (that of its origin on the Hermite path and the
    centripetal one of its turn, m/s2), its rate of turn (rad/s), and its origin's speed (m/s).
    """
    ends = np.empty((2, 3, 4))
    for row in range(link_pose.shape[1]):
        for k in range(len(result)):
            last = min(k + 1, len(times_ns) - 1)
            a, b = link_pose[k, row], link_pose[last, row]
            result[k, row, 3] = -1.0
            if not wanted[row] or np.isnan(a[0]) or np.isnan(b[0]):
                continue
            ends[0, :, 3], ends[1, :, 3] = a[:3], b[:3]
            _turned(a[3], a[4], a[5], a[6], ends[0])
            _turned(b[3], b[4], b[5], b[6], ends[1])
            h = max(times_ns[last] - times_ns[k], 1) * 1e-9
            turn = 2.0 * np.arccos(min(abs(a[3] * b[3] + a[4] * b[4] + a[5] * b[5] + a[6] * b[6]), 1.0))
            moves = 0.0 if last == k else h
            _sweep(ends, link_twist[k, row], link_twist[last, row], moves, turn, spheres[row], result[k, row])


@njit(cache=True, nogil=True)
@no_type_check
def _sweep(
    ends: Float[ndarray, "2 3 4"],
    twist_a: Float[ndarray, "6"],
    twist_b: Float[ndarray, "6"],
    h: float,
    turn: float,
    sphere: Float[ndarray, "4"],
    out: Float[ndarray, "7"],
) -> None:
    """One link in one interval of h seconds (0: no motion), in which it turns by that angle; see `swept_spheres`."""
    bulge_a, bulge_b, gap, bend_a, bend_b, offset, speed = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(3):
        at_a, at_b = ends[0, i, 3], ends[1, i, 3]
        if h > 0.0:
            mean = (at_b - at_a) / h
            bulge_a += (twist_a[i] - mean) ** 2
            bulge_b += (twist_b[i] - mean) ** 2
            speed += mean * mean
            bend_a += ((6.0 * mean - 4.0 * twist_a[i] - 2.0 * twist_b[i]) / h) ** 2  # second derivative at either end
            bend_b += ((4.0 * twist_b[i] + 2.0 * twist_a[i] - 6.0 * mean) / h) ** 2
        for j in range(3):
            at_a += ends[0, i, j] * sphere[j]
            at_b += ends[1, i, j] * sphere[j]
        gap += (at_b - at_a) ** 2
        offset += sphere[i] ** 2
        out[i] = 0.5 * (at_a + at_b)
    far, bulge = np.sqrt(offset), 4.0 / 27.0 * h * (np.sqrt(bulge_a) + np.sqrt(bulge_b))
    out[3] = sphere[3] + 0.5 * np.sqrt(gap) + bulge + far * turn
    rate = turn / h if h > 0.0 else 0.0
    out[4] = np.sqrt(max(bend_a, bend_b)) + rate * rate * (far + sphere[3])
    out[5], out[6] = rate, np.sqrt(speed) + np.sqrt(bulge_a) + np.sqrt(bulge_b)


@njit(cache=True, nogil=True)
@no_type_check
def _link_from_sensor(link: Float[ndarray, "3 4"], sensor: Float[ndarray, "3 4"], out: Float[ndarray, "3 4"]) -> None:
    x, y, z = sensor[0, 3] - link[0, 3], sensor[1, 3] - link[1, 3], sensor[2, 3] - link[2, 3]
    for i in range(3):
        for j in range(3):
            out[i, j] = link[0, i] * sensor[0, j] + link[1, i] * sensor[1, j] + link[2, i] * sensor[2, j]
        out[i, 3] = link[0, i] * x + link[1, i] * y + link[2, i] * z


@njit(cache=True, nogil=True)
@no_type_check
def _row(a: Float[ndarray, "3 4"], b: Float[ndarray, "3 4"], i: int) -> tuple[float, ...]:
    c, d, e, f = a[i, 0], a[i, 1], a[i, 2], a[i, 3]
    return c, d, e, f, b[i, 0] - c, b[i, 1] - d, b[i, 2] - e, b[i, 3] - f


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _slab(
    lanes: Float[ndarray, " lanes"],
    axis: int,
    row: tuple[float, ...],
    tiled: Float[ndarray, "tiles side 3 side"],
    tile: int,
    group: int,
    low: float,
    high: float,
) -> None:
    """One component of a group's moved rays, origin and direction, and what is left of their spans between two planes.

    `row` is that of the matrix that moves a ray at the start of its blend, and what is added to it until the end.
    No lane waits for another: the compiler takes several at once.
    """
    a, b, c, d, e, f, g, h = row
    for k in range(TILE):
        s = lanes[_SHARE + k]
        along = (a + s * e) * tiled[tile, group, 0, k] + (b + s * f) * tiled[tile, group, 1, k]
        along += (c + s * g) * tiled[tile, group, 2, k]
        start = d + s * h
        back = 1.0 / (along if abs(along) > 1e-12 else 1e-12)  # a ray along the planes is between them, or never
        first, second = (low - start) * back, (high - start) * back
        lanes[_ORIGIN + axis * TILE + k], lanes[_AHEAD + axis * TILE + k] = start, along
        lanes[_NEAR + k] = max(lanes[_NEAR + k], min(first, second))
        lanes[_FAR + k] = min(lanes[_FAR + k], max(first, second))


@njit(cache=True, nogil=True)
@no_type_check
def _started(
    lanes: Float[ndarray, " lanes"],
    b0: int,
    b1: int,
    delay: Float[ndarray, " beams"],
    base: float,
    share: float,
    nearest: Float32[ndarray, " rays"],
    at: int,
) -> None:
    """Fills in when a group's rays leave, as shares of what their frame is blended over, and how far they may go."""
    for k in range(b1 - b0):
        lanes[_SHARE + k] = base + share * delay[b0 + k]
        lanes[_NEAR + k], lanes[_FAR + k] = 0.0, nearest[at + k]


@njit(cache=True, nogil=True)
@no_type_check
def _frame(
    bound: int,
    row: int,
    poses: Float[ndarray, "bounds 3 4"],
    bounds_ns: Int64[ndarray, " bounds"],
    motion: tuple[Int64[ndarray, " s"], Float[ndarray, "s l 7"], Float[ndarray, "s l 6"]],
    link: Float[ndarray, "3 4"],
    out: Float[ndarray, "3 4"],
) -> bool:
    """From the sensor's frame to a link's at the end of a group; False where the link is absent. `link` is scratch."""
    here = interpolate(motion[0], motion[1], motion[2], row, bounds_ns[bound], link)
    _link_from_sensor(link, poses[bound], out)
    return here


@njit(cache=True, nogil=True)
@no_type_check
def _near(
    tiled: Float[ndarray, "tiles side 3 side"],
    tile: int,
    group: int,
    axis: tuple[float, float, float, float],
    out: Float[ndarray, " side"],
) -> int:
    """How many of a group's rays in a tile are within a cone; fills in the cosines of their angles to its axis."""
    count, (x, y, z, least) = 0, axis
    for k in range(tiled.shape[3]):  # a constant would be unrolled before the compiler could take several at once
        along = tiled[tile, group, 0, k] * x + tiled[tile, group, 1, k] * y + tiled[tile, group, 2, k] * z
        out[k] = along
        count += 1 if along >= least else 0
    return count


@njit(cache=True, nogil=True)
@no_type_check
def _put(
    rays: Float32[ndarray, "m 6"],
    n: int,
    lanes: Float[ndarray, " lanes"],
    k: int,
    place: Float[ndarray, "l 3"],
    row: int,
) -> None:
    """A moved ray from where it enters its box."""
    for i in range(3):
        ahead = lanes[_AHEAD + i * TILE + k]
        rays[n, i] = lanes[_ORIGIN + i * TILE + k] + lanes[_NEAR + k] * ahead + place[row, i]
        rays[n, 3 + i] = ahead


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def moving_rays(
    pairs: Int32[ndarray, "n 3"],
    about: Float[ndarray, "n 4"],
    sent: tuple[ndarray, ndarray, ndarray, ndarray, ndarray],
    links: tuple[tuple[ndarray, ndarray, ndarray], ndarray, ndarray],
    nearest: Float32[ndarray, " rays"],
    found: tuple[Float32[ndarray, "m 6"], Int32[ndarray, " m"], Int32[ndarray, " m"], Float[ndarray, " m"]],
) -> int:
    """Rays that meet a link's box before what they hit so far, moved into that link's frame at their own moment.

    Fills in `found`: the rays, each from where it enters the box and shifted to where the link's mesh is parked; which
    ray of the sensor and which row they are; how far they came. Returns how many there are; where that is more than the
    arrays hold, the rest is only counted. `sent` is tiles, directions by tile, delays, poses and times of the rays;
    `links` is their motion (times, poses and twists of the snapshots), boxes and places.
    """
    (tiles, tiled, delay, poses, bounds_ns), (motion, boxes, place) = sent, links
    rays, ray_of, row_of, entry = found  # tuples are opened here: within loops numba counts references
    n, row, first, last, was, here = 0, -1, -1, -1, False, False
    link, behind, ahead, cosines = np.empty((3, 4)), np.empty((3, 4)), np.empty((3, 4)), np.empty(TILE)
    lanes = np.zeros(9 * TILE)
    for p in range(len(pairs)):
        tile, stride, axis = pairs[p, 0], pairs[p, 2], (about[p, 0], about[p, 1], about[p, 2], about[p, 3])
        g0, g1, b0, b1 = tiles[tile, 0], tiles[tile, 1], tiles[tile, 2], tiles[tile, 3]
        if row != pairs[p, 1]:
            row, first, last = pairs[p, 1], -1, -1  # no frames yet; else those of a tile of the same groups may serve
        for g in range(g0, g1):
            if not _near(tiled, tile, g - g0, axis, cosines):
                continue
            a = g0 + (g - g0) // stride * stride
            if first != a or last != min(a + stride, g1):
                if last == a:
                    behind[:], was = ahead, here
                else:
                    was = _frame(a, row, poses, bounds_ns, motion, link, behind)
                first, last = a, min(a + stride, g1)
                here = _frame(last, row, poses, bounds_ns, motion, link, ahead)
            if not (was and here):
                continue
            whole = max(bounds_ns[last] - bounds_ns[a], 1)
            base, share = (bounds_ns[g] - bounds_ns[a]) / whole, (bounds_ns[g + 1] - bounds_ns[g]) / whole
            _started(lanes, b0, b1, delay, base, share, nearest, g * len(delay) + b0)
            for i in range(3):
                _slab(lanes, i, _row(behind, ahead, i), tiled, tile, g - g0, boxes[row, 0, i], boxes[row, 1, i])
            for k in range(b1 - b0):
                if cosines[k] < axis[3] or lanes[_NEAR + k] > lanes[_FAR + k]:
                    continue
                if n < len(ray_of):
                    _put(rays, n, lanes, k, place, row)
                    ray_of[n], row_of[n], entry[n] = g * len(delay) + b0 + k, row, lanes[_NEAR + k]
                n += 1
    return n
