"""Which rays may meet which links: tiles of rays against spheres that links stay in.

What calls each other stays in one file: numba's cache notices changes of the file alone.
`no_type_check` keeps jaxtyping's run-time checks from hiding the functions from numba.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Float, Int32, Int64
from numba import njit
from numpy import ndarray

_BLEND_M = 1e-5
"""How far off a link may be by blending over several groups."""


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
