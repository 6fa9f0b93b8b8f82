"""How high the ground is: triangles under points, found through a uniform grid."""

import numpy as np
from jaxtyping import Float, Int
from numba import njit
from numpy import ndarray

from simgen.world.mesh import Mesh

_LARGE_M = 60.0
"""Triangles that reach further than this (the land up to the horizon) have a grid of their own, of larger cells."""

_COARSE = 50.0


class HeightIndex:
    """Answers how high a set of near-horizontal triangles is at a point."""

    def __init__(self, meshes: list[Mesh], cell_m: float = 4.0) -> None:
        corners = [mesh.vertices[mesh.faces].astype(np.float64) for mesh in meshes if len(mesh.faces)]
        everything = np.concatenate(corners) if corners else np.zeros((0, 3, 3))
        large = np.ptp(everything[:, :, :2], axis=1).max(axis=1, initial=0.0) > _LARGE_M
        parts = ((everything[~large], cell_m), (everything[large], _COARSE * cell_m))
        self._grids = [_Grid(part, size) for part, size in parts if len(part)]

    def height(self, xy: Float[ndarray, "n 2"], near_m: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
        """Height of the triangle over or under each point that is nearest to `near_m`; NaN where there is none."""
        xy = np.ascontiguousarray(xy, np.float64)
        near_m = np.ascontiguousarray(np.broadcast_to(near_m, len(xy)), np.float64)
        best = np.full(len(xy), np.nan)
        for grid in self._grids:
            other = grid.height(xy, near_m)
            closer = np.isnan(best) | (np.abs(other - near_m) < np.abs(best - near_m))
            best = np.where(closer, other, best)
        return best


class _Grid:
    """Triangles by the cells that their bounding boxes meet."""

    def __init__(self, corners: Float[ndarray, "t 3 3"], cell_m: float) -> None:
        self._corners, self._cell_m = corners, cell_m
        plan = corners[:, :, :2]
        self._low = plan.min(axis=(0, 1)) - 1.0
        high = plan.max(axis=(0, 1)) + 1.0
        self._shape = np.maximum(np.ceil((high - self._low) / cell_m).astype(np.int64), 1)
        first = ((plan.min(axis=1) - self._low) / cell_m).astype(np.int64)
        last = ((plan.max(axis=1) - self._low) / cell_m).astype(np.int64)
        self._starts, self._members = _fill(first, last, self._shape)

    def height(self, xy: Float[ndarray, "n 2"], near_m: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
        heights = _lookup(xy, near_m, self._corners, self._starts, self._members, self._low, self._shape, self._cell_m)
        return np.asarray(heights)


@njit(cache=True)
def _fill(
    first: Int[ndarray, "t 2"], last: Int[ndarray, "t 2"], shape: Int[ndarray, "2"]
) -> tuple[Int[ndarray, " c"], Int[ndarray, " m"]]:
    count = np.zeros(shape[0] * shape[1] + 1, np.int64)
    for t in range(len(first)):
        for i in range(first[t, 0], last[t, 0] + 1):
            for j in range(first[t, 1], last[t, 1] + 1):
                count[i * shape[1] + j + 1] += 1
    starts = np.cumsum(count)
    cursor = starts.copy()
    members = np.empty(starts[-1], np.int64)
    for t in range(len(first)):
        for i in range(first[t, 0], last[t, 0] + 1):
            for j in range(first[t, 1], last[t, 1] + 1):
                cell = i * shape[1] + j
                members[cursor[cell]] = t
                cursor[cell] += 1
    return starts, members


@njit(cache=True)
def _lookup(
    xy: Float[ndarray, "n 2"],
    near: Float[ndarray, " n"],
    corners: Float[ndarray, "t 3 3"],
    starts: Int[ndarray, " c"],
    members: Int[ndarray, " m"],
    low: Float[ndarray, "2"],
    shape: Int[ndarray, "2"],
    cell_m: float,
) -> Float[ndarray, " n"]:
    result = np.full(len(xy), np.nan)
    for p in range(len(xy)):
        i = int((xy[p, 0] - low[0]) // cell_m)
        j = int((xy[p, 1] - low[1]) // cell_m)
        if i < 0 or j < 0 or i >= shape[0] or j >= shape[1]:
            continue
        best = np.inf
        cell = i * shape[1] + j
        for k in range(starts[cell], starts[cell + 1]):
            a, b, c = corners[members[k], 0], corners[members[k], 1], corners[members[k], 2]
            area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
            if abs(area) < 1e-9:
                continue
            u = ((xy[p, 0] - a[0]) * (c[1] - a[1]) - (xy[p, 1] - a[1]) * (c[0] - a[0])) / area
            v = ((b[0] - a[0]) * (xy[p, 1] - a[1]) - (b[1] - a[1]) * (xy[p, 0] - a[0])) / area
            if u < -1e-6 or v < -1e-6 or u + v > 1.0 + 1e-6:
                continue
            z = a[2] + u * (b[2] - a[2]) + v * (c[2] - a[2])
            if abs(z - near[p]) < best:
                best = abs(z - near[p])
                result[p] = z
    return result
