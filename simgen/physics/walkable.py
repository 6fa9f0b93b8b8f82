"""How far aside people on foot can step: level ground, and nothing that stands in the way."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int64
from numba import njit
from numpy import ndarray

from simgen.physics import spline
from simgen.physics.ground import Ground, carries, ground_at
from simgen.world.world import Surface

CELL_M = 0.2
_HEIGHTS_M = (0.4, 1.0)
"""Above the ground: what crosses one of these levels is in the way."""
_SHOULDER_M = 0.3
"""Half the breadth of a person with some room (shoulders: 0.46 m, DIN 33402-2, men, 95th percentile 0.51 m)."""
_STEP_M = 0.04
"""A difference in height that is no kerb."""
PROBE_M = 0.15
PROBES = 6
"""Places probed to each side of a path, `PROBE_M` apart."""
_AHEAD_M = (0.0, 0.75, 1.5, 2.25)
_TIGHTEST = 0.5
"""In a bend, an offset may take this share of its radius: the pace beside the path is that much slower or faster."""
_REACH_M = 4.0
"""A walker's height above or below which a level is not its own."""
_ROW = 1 << 31


@njit(cache=True, error_model="numpy")
def _key(x: float, y: float) -> int:
    return int(np.floor(x / CELL_M)) * _ROW + int(np.floor(y / CELL_M))


@njit(cache=True, error_model="numpy")
def _mark(a: ndarray, b: ndarray, keys: ndarray, used: int) -> int:
    """Cells of a segment in the plane, from `used` on."""
    steps = int(np.sqrt((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) / (0.5 * CELL_M)) + 1
    for k in range(steps + 1):
        if used < len(keys):
            t = k / steps
            keys[used] = _key(a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
        used += 1
    return used


@njit(cache=True, error_model="numpy")
def _slice(corners: ndarray, base: ndarray, keys: ndarray) -> int:
    """Cells where triangles cross a level above the ground below them; gives how many there are, even if they do not
    fit.
    """
    used = 0
    ends = np.empty((2, 2))
    for f in range(len(corners)):
        for above in _HEIGHTS_M:
            level, found = base[f] + above, 0
            for k in range(3):
                p, q = corners[f, k], corners[f, (k + 1) % 3]
                if (p[2] < level) != (q[2] < level) and found < 2:
                    t = (level - p[2]) / (q[2] - p[2])
                    ends[found, 0], ends[found, 1] = p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])
                    found += 1
            if found == 2:
                used = _mark(ends[0], ends[1], keys, used)
    return used


@njit(cache=True, error_model="numpy")
def _taken(keys: ndarray, x: float, y: float) -> bool:
    """Whether something stands within half a person's breadth."""
    span = int(np.ceil(_SHOULDER_M / CELL_M))
    for i in range(-span, span + 1):
        for j in range(-span, span + 1):
            if max(abs(i), abs(j)) * CELL_M - CELL_M < _SHOULDER_M:
                key = _key(x + i * CELL_M, y + j * CELL_M)
                at = np.searchsorted(keys, key)
                if at < len(keys) and keys[at] == key:
                    return True
    return False


@njit(cache=True, error_model="numpy")
def room_aside(
    control: ndarray, spacing_m: float, s_m: float, now_m: float, keys: ndarray, tables: tuple[ndarray, ...]
) -> tuple[float, float]:
    """Rightmost and leftmost offset from a path at which one can walk on over the next metres, around the free place
    that is nearest to `now_m`; both `now_m` where there is none.
    """
    free = np.ones(2 * PROBES + 1, np.bool_)
    for ahead in _AHEAD_M:
        x, y, z = spline.point(control, spacing_m, s_m + ahead)
        dx, dy, _ = spline.slope(control, spacing_m, s_m + ahead)
        size = max(np.sqrt(dx * dx + dy * dy), 1e-9)
        bend = spline.curvature(control, spacing_m, s_m + ahead)
        for k in range(2 * PROBES + 1):
            if not free[k]:
                continue
            aside = (k - PROBES) * PROBE_M
            px, py = x - dy / size * aside, y + dx / size * aside
            if abs(aside * bend) > _TIGHTEST:
                free[k] = False
                continue
            height = ground_at(px, py, z + 0.5, *tables)[0]
            free[k] = abs(height - z) < _STEP_M and not _taken(keys, px, py)
    best = -1
    for k in range(2 * PROBES + 1):
        if free[k] and (best < 0 or abs((k - PROBES) * PROBE_M - now_m) < abs((best - PROBES) * PROBE_M - now_m)):
            best = k
    if best < 0:
        return now_m, now_m
    low, high = best, best
    while low > 0 and free[low - 1]:
        low -= 1
    while high < 2 * PROBES and free[high + 1]:
        high += 1
    return (low - PROBES) * PROBE_M, (high - PROBES) * PROBE_M


class Walkable:
    """The ground of a world and what stands on it.

    Attributes:
        ground: where one can stand.
        keys: of the cells in which something is in the way, sorted.
    """

    def __init__(self, ground: Ground, surfaces: Sequence[Surface]) -> None:
        self.ground = ground
        soup = [_standing(surface) for surface in surfaces if surface.collide and len(surface.mesh.faces)]
        corners = np.concatenate(soup) if soup else np.zeros((0, 3, 3))
        middle = corners.mean(axis=1)
        middle[:, 2] = corners[..., 2].min(axis=1) + 1.0
        base = ground.height(middle)
        there = np.isfinite(base) & (corners[..., 2].max(axis=1) - base > _HEIGHTS_M[0])
        there &= corners[..., 2].min(axis=1) - base < _REACH_M
        self.keys = _cells(corners[there], base[there])


def _standing(surface: Surface) -> Float[ndarray, "f 3 3"]:
    """Triangles that nobody walks on."""
    mesh = surface.mesh
    return np.asarray(mesh.vertices[mesh.faces[~carries(mesh)]].astype(np.float64))


def _cells(corners: Float[ndarray, "f 3 3"], base_m: Float[ndarray, " f"]) -> Int64[ndarray, " n"]:
    keys = np.zeros(max(8 * len(corners), 1), np.int64)
    used = _slice(corners, base_m, keys)
    if used > len(keys):
        keys = np.zeros(used, np.int64)
        _slice(corners, base_m, keys)
    return np.unique(keys[:used])
