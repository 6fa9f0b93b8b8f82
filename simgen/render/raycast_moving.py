"""The loops that move rays into the frames of links; the other loops of ray casting are in `raycast_kernels`.

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

_BLEND_M = 1e-5
"""How far off a link may be by blending over several groups."""


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
def candidates(
    tiles: Int32[ndarray, "tiles 4"],
    cones: Float[ndarray, "tiles 5"],
    poses: Float[ndarray, "bounds 3 4"],
    bounds_ns: Int64[ndarray, " bounds"],
    times_ns: Int64[ndarray, " s"],
    swept: Float[ndarray, "i l 7"],
) -> tuple[Int32[ndarray, "n 3"], Float[ndarray, "n 4"]]:
    """Which links a tile's rays may meet: tile, row and how many groups its pose may be blended over.

    Beside it a cone about each such link (axis, cosine of the half angle) in the sensor's frame, which holds for all
    groups of the tile: a ray of the tile outside it cannot meet the link. Tiles of the same groups stand together.
    """
    found, about, n, start = np.empty((1024, 3), np.int32), np.empty((1024, 4)), 0, 0
    while start < len(tiles):
        g0, g1, stop = tiles[start, 0], tiles[start, 1], start + 1
        while stop < len(tiles) and tiles[stop, 0] == g0 and tiles[stop, 1] == g1:
            stop += 1
        middle = poses[(g0 + g1) // 2]
        drift, turn = _spread(poses[g0], middle, poses[g1])
        look = _looks(cones[start:stop], middle, turn)
        k0, k1 = _intervals(g0, g1, bounds_ns, times_ns, len(swept))
        met = np.empty(stop - start, np.bool_)
        for row in range(swept.shape[1]):
            met[:] = False
            for k in range(k0, k1 + 1):
                if swept[k, row, 3] < 0.0:
                    continue
                radius = swept[k, row, 3] + drift
                away = swept[k, row, 0] - middle[0, 3], swept[k, row, 1] - middle[1, 3], swept[k, row, 2] - middle[2, 3]
                for tile in range(start, stop):
                    if met[tile - start] or not _meets(away, radius, look, tile - start):
                        continue
                    met[tile - start] = True
                    if n == len(found):
                        found, about = _doubled(found, about)
                    seconds = (bounds_ns[g1] - bounds_ns[g0]) * 1e-9
                    distance = _surround(away, middle, np.pi if k1 > k0 else turn, radius, about[n])
                    stride = 1 if k1 > k0 else _stride(g1 - g0, seconds, drift, turn, distance, swept[k, row])
                    found[n, 0], found[n, 1], found[n, 2] = tile, row, stride
                    n += 1
        start = stop
    return found[:n], about[:n]


@njit(cache=True, nogil=True)
@no_type_check
def _looks(cones: Float[ndarray, "n 5"], middle: Float[ndarray, "3 4"], turn: float) -> Float[ndarray, "n 5"]:
    """Cones in the world, wider by what the sensor turns meanwhile."""
    result = np.empty_like(cones)
    for k in range(len(cones)):
        for i in range(3):
            result[k, i] = middle[i, 0] * cones[k, 0] + middle[i, 1] * cones[k, 1] + middle[i, 2] * cones[k, 2]
        half = np.arccos(cones[k, 3]) + turn
        result[k, 3], result[k, 4] = np.cos(half), np.sin(half)
    return result


@njit(cache=True, nogil=True)
@no_type_check
def _meets(away: tuple[float, float, float], radius: float, look: Float[ndarray, "n 5"], k: int) -> bool:
    """Whether a cone and a sphere may meet."""
    square = away[0] * away[0] + away[1] * away[1] + away[2] * away[2]
    along = away[0] * look[k, 0] + away[1] * look[k, 1] + away[2] * look[k, 2]
    cosine, sine = look[k, 3], look[k, 4]
    if along < 0.0 and cosine > 0.5 and 4.0 * radius * radius < square:
        return False  # more than 90 degrees off, where cone and sphere together reach less than 60 + 30
    if square <= radius * radius or cosine <= 0.0:
        return True
    # angle to the axis <= half + asin(radius / distance), by the cosine of the sum
    return cosine * np.sqrt(square - radius * radius) - sine * radius <= along


@njit(cache=True, nogil=True)
@no_type_check
def _stride(
    groups: int, seconds: float, drift: float, turn: float, distance: float, motion: Float[ndarray, "7"]
) -> int:
    """Over how many groups the way from the sensor's frame to a link's may be blended linearly.

    The error of blending over a time T is T^2 / 8 times the second derivative of what a point's image in the link's
    frame does: the link's own acceleration, twice its turn times how fast the point moves past it, and the sensor's
    own, which the bounds on its drift and turn within the tile hold (as if both were reached by acceleration alone).
    """
    bend, rate, speed = motion[4], motion[5], motion[6]
    past = 2.0 * (drift + turn * distance)
    error = bend * seconds**2 / 8.0 + rate * seconds * (past + speed * seconds) / 4.0 + turn * turn * distance
    stride = groups
    while stride > 1 and error * (stride / groups) ** 2 > _BLEND_M:
        stride = (stride + 1) // 2
    return stride


@njit(cache=True, nogil=True)
@no_type_check
def _intervals(
    g0: int, g1: int, bounds_ns: Int64[ndarray, " bounds"], times_ns: Int64[ndarray, " s"], count: int
) -> tuple[int, int]:
    """First and last interval between snapshots that groups g0 to g1 lie in."""
    k0 = min(max(np.searchsorted(times_ns, bounds_ns[g0], side="right") - 1, 0), count - 1)
    return k0, min(max(np.searchsorted(times_ns, bounds_ns[g1], side="left") - 1, k0), count - 1)


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
    found: Int32[ndarray, "n 3"], about: Float[ndarray, "n 4"]
) -> tuple[Int32[ndarray, "m 3"], Float[ndarray, "m 4"]]:
    n = len(found)
    longer, wider = np.empty((2 * n, 3), np.int32), np.empty((2 * n, 4))
    longer[:n], wider[:n] = found, about
    return longer, wider


@njit(cache=True, nogil=True)
@no_type_check
def _surround(
    away: tuple[float, float, float],
    pose: Float[ndarray, "3 4"],
    slack: float,
    radius: float,
    out: Float[ndarray, "4"],
) -> float:
    """The cone about a sphere (centre `away` from the pose's origin, world axes), wider by a slack angle.

    Returns how far the sphere's centre is.
    """
    distance = np.sqrt(away[0] * away[0] + away[1] * away[1] + away[2] * away[2])
    half = np.pi if radius >= distance else np.arcsin(radius / distance) + slack
    out[3] = -2.0 if half >= np.pi else np.cos(half) - 1e-9
    for i in range(3):
        out[i] = (pose[0, i] * away[0] + pose[1, i] * away[1] + pose[2, i] * away[2]) / max(distance, 1e-12)
    return distance


@njit(cache=True, nogil=True)
@no_type_check
def _link_from_sensor(link: Float[ndarray, "3 4"], sensor: Float[ndarray, "3 4"], out: Float[ndarray, "3 4"]) -> None:
    x, y, z = sensor[0, 3] - link[0, 3], sensor[1, 3] - link[1, 3], sensor[2, 3] - link[2, 3]
    for i in range(3):
        for j in range(3):
            out[i, j] = link[0, i] * sensor[0, j] + link[1, i] * sensor[1, j] + link[2, i] * sensor[2, j]
        out[i, 3] = link[0, i] * x + link[1, i] * y + link[2, i] * z


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _slab(
    row: tuple[float, ...], s: float, ray: tuple[float, float, float], box: tuple[float, float], near: float, far: float
) -> tuple[float, float, float, float]:
    """One component of a moved ray, origin and direction, and what is left of its span between two planes.

    `row` is that of the matrix that moves the ray at s = 0, and what is added to it until s = 1.
    """
    along = (row[0] + s * row[4]) * ray[0] + (row[1] + s * row[5]) * ray[1] + (row[2] + s * row[6]) * ray[2]
    start = row[3] + s * row[7]
    back = 1.0 / (along if abs(along) > 1e-12 else 1e-12)  # a ray along the planes is always between them, or never
    first, second = (box[0] - start) * back, (box[1] - start) * back
    return start, along, max(near, min(first, second)), min(far, max(first, second))


@njit(cache=True, nogil=True)
@no_type_check
def _row(a: Float[ndarray, "3 4"], b: Float[ndarray, "3 4"], i: int) -> tuple[float, ...]:
    c, d, e, f = a[i, 0], a[i, 1], a[i, 2], a[i, 3]
    return c, d, e, f, b[i, 0] - c, b[i, 1] - d, b[i, 2] - e, b[i, 3] - f


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
    count = 0
    for k in range(TILE):
        out[k] = tiled[tile, group, 0, k] * axis[0] + tiled[tile, group, 1, k] * axis[1]
        out[k] += tiled[tile, group, 2, k] * axis[2]
        count += out[k] >= axis[3]
    return count


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def moving_rays(
    pairs: Int32[ndarray, "n 3"],
    about: Float[ndarray, "n 4"],
    tiles: Int32[ndarray, "tiles 4"],
    tiled: Float[ndarray, "tiles side 3 side"],
    delay: Float[ndarray, " beams"],
    poses: Float[ndarray, "bounds 3 4"],
    bounds_ns: Int64[ndarray, " bounds"],
    motion: tuple[Int64[ndarray, " s"], Float[ndarray, "s l 7"], Float[ndarray, "s l 6"]],
    boxes: Float[ndarray, "l 2 3"],
    place: Float[ndarray, "l 3"],
    nearest: Float32[ndarray, " rays"],
    found: tuple[Float32[ndarray, "m 6"], Int32[ndarray, " m"], Int32[ndarray, " m"], Float[ndarray, " m"]],
) -> int:
    """Rays that meet a link's box before what they hit so far, moved into that link's frame at their own moment.

    Fills in `found`: the rays, each from where it enters the box and shifted to where the link's mesh is parked; which
    ray of the sensor and which row they are; how far they came. `motion` is snapshots' times, poses and twists.
    Returns how many there are; where that is more than the arrays hold, the rest is only counted.
    """
    n, row, first, last, was, here = 0, -1, -1, -1, False, False
    link, behind, ahead, cosines = np.empty((3, 4)), np.empty((3, 4)), np.empty((3, 4)), np.empty(TILE)
    for p in range(len(pairs)):
        tile, stride = pairs[p, 0], pairs[p, 2]
        axis = about[p, 0], about[p, 1], about[p, 2], about[p, 3]
        g0, g1, b0, b1 = tiles[tile]
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
            if was and here:
                span = _share(bounds_ns, a, last, g)
                rays = (tiled[tile, g - g0], delay[b0:b1], g * len(delay) + b0)
                n = _cross(rays, cosines, axis[3], behind, ahead, span, boxes[row], place[row], row, nearest, n, found)
    return n


@njit(cache=True, nogil=True)
@no_type_check
def _share(bounds_ns: Int64[ndarray, " bounds"], first: int, last: int, group: int) -> tuple[float, float]:
    """Where a group begins between two bounds, and how much of the way it takes, as shares."""
    whole = max(bounds_ns[last] - bounds_ns[first], 1)
    return (bounds_ns[group] - bounds_ns[first]) / whole, (bounds_ns[group + 1] - bounds_ns[group]) / whole


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _cross(
    sent: tuple[Float[ndarray, "3 side"], Float[ndarray, " n"], int],
    cosines: Float[ndarray, " side"],
    cosine: float,
    behind: Float[ndarray, "3 4"],
    ahead: Float[ndarray, "3 4"],
    span: tuple[float, float],
    box: Float[ndarray, "2 3"],
    place: Float[ndarray, "3"],
    row: int,
    nearest: Float32[ndarray, " rays"],
    n: int,
    found: tuple[Float32[ndarray, "m 6"], Int32[ndarray, " m"], Int32[ndarray, " m"], Float[ndarray, " m"]],
) -> int:
    """Adds those of a group's rays in a tile that meet a link's box to the n of `found`; returns how many it has."""
    directions, delay, start = sent
    rays, ray_of, row_of, entry = found
    to_x, to_y, to_z = _row(behind, ahead, 0), _row(behind, ahead, 1), _row(behind, ahead, 2)
    in_x, in_y, in_z = (box[0, 0], box[1, 0]), (box[0, 1], box[1, 1]), (box[0, 2], box[1, 2])
    for k in range(len(delay)):
        if cosines[k] < cosine:
            continue
        s, ray = span[0] + span[1] * delay[k], (directions[0, k], directions[1, k], directions[2, k])
        ox, dx, near, far = _slab(to_x, s, ray, in_x, 0.0, np.float64(nearest[start + k]))
        if near > far:
            continue
        oy, dy, near, far = _slab(to_y, s, ray, in_y, near, far)
        if near > far:
            continue
        oz, dz, near, far = _slab(to_z, s, ray, in_z, near, far)
        if near > far:
            continue
        if n < len(ray_of):
            rays[n, 0] = ox + near * dx + place[0]
            rays[n, 1] = oy + near * dy + place[1]
            rays[n, 2] = oz + near * dz + place[2]
            rays[n, 3], rays[n, 4], rays[n, 5] = dx, dy, dz
            ray_of[n], row_of[n], entry[n] = start + k, row, near
        n += 1
    return n
