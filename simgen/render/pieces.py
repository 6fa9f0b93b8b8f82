"""Connected pieces of a mesh: which are closed, and how large they are."""

from dataclasses import dataclass
from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float, Int
from numba import njit
from numpy import ndarray

from simgen.render.shapes import once_per_shape
from simgen.world.mesh import Mesh


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pieces:
    """What is known of the piece that each face belongs to: what hangs together by welded vertices.

    Attributes:
        number: of the piece.
        closed: it has no border (every edge is used once each way) and encloses a volume, faces outward.
        radius_m: half the diagonal of the box around it.
    """

    number: Int[ndarray, " f"]
    closed: Bool[ndarray, " f"]
    radius_m: Float[ndarray, " f"]


@once_per_shape
def pieces(mesh: Mesh) -> Pieces:
    """The pieces of a mesh."""
    if len(mesh.faces) == 0:
        return Pieces(number=np.zeros(0, np.int64), closed=np.zeros(0, bool), radius_m=np.zeros(0))
    faces = _welded(mesh.vertices)[mesh.faces]
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    piece, count = _connected(faces, int(faces.max()) + 1)
    low, high, volume = _extents(piece, count, corners)
    is_open = volume <= 0.0
    is_open[piece[_open_edges(faces) // 3]] = True
    radius = np.linalg.norm(high - low, axis=1) / 2.0
    return Pieces(number=piece, closed=~is_open[piece], radius_m=radius[piece])


def _open_edges(faces: Int[ndarray, "f 3"]) -> Int[ndarray, " n"]:
    """Edges (three a face) that are not used exactly once each way."""
    tails, heads = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    key = np.minimum(tails, heads) * (int(faces.max()) + 1) + np.maximum(tails, heads)
    order = np.argsort(key, kind="stable")
    order = order[tails[order] != heads[order]]
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    forth = (tails < heads)[order].astype(np.int64)
    uses = np.diff(starts, append=len(order))
    paired = (uses == 2) & (np.add.reduceat(forth, starts) == 1) if len(starts) else np.zeros(0, bool)
    return np.asarray(order[np.repeat(~paired, uses)])


@njit(cache=True)
@no_type_check
def _connected(faces: Int[ndarray, "f 3"], count: int) -> tuple[Int[ndarray, " f"], int]:
    """A number for each face, equal for those that hang together by vertices, and how many there are."""
    parent = np.arange(count)
    for f in range(len(faces)):
        for k in range(1, 3):
            a, b = faces[f, 0], faces[f, k]
            while parent[a] != a:
                parent[a] = parent[parent[a]]
                a = parent[a]
            while parent[b] != b:
                parent[b] = parent[parent[b]]
                b = parent[b]
            parent[max(a, b)] = min(a, b)
    number = np.full(count, -1, np.int64)
    result = np.empty(len(faces), np.int64)
    total = 0
    for f in range(len(faces)):
        root = faces[f, 0]
        while parent[root] != root:
            root = parent[root]
        if number[root] < 0:
            number[root] = total
            total += 1
        result[f] = number[root]
    return result, total


@njit(cache=True)
@no_type_check
def _extents(
    piece: Int[ndarray, " f"], count: int, corners: Float[ndarray, "f 3 3"]
) -> tuple[Float[ndarray, "p 3"], Float[ndarray, "p 3"], Float[ndarray, " p"]]:
    """Lowest and highest corner of each piece, and six times its volume."""
    low, high, volume = np.full((count, 3), np.inf), np.full((count, 3), -np.inf), np.zeros(count)
    for f in range(len(piece)):
        p = piece[f]
        a, b, c = corners[f, 0], corners[f, 1], corners[f, 2]
        volume[p] += (
            a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) + a[2] * (b[0] * c[1] - b[1] * c[0])
        )
        for k in range(3):
            for j in range(3):
                low[p, j] = min(low[p, j], corners[f, k, j])
                high[p, j] = max(high[p, j], corners[f, k, j])
    return low, high, volume


def _welded(points: Float[ndarray, "v 3"]) -> Int[ndarray, " v"]:
    """A number for each point, equal for those at the same place (to 0.01 mm)."""
    grid = np.round(points.astype(np.float64) * 1e5).astype(np.int64)
    order = np.lexsort(grid.T)
    fresh = (np.diff(grid[order], axis=0) != 0).any(axis=1)
    result = np.empty(len(points), np.int64)
    result[order] = np.concatenate([[0], np.cumsum(fresh)])
    return result
