"""How high the ground is: triangles that face up, sorted into a grid, asked from above.

A wheel asks several times a step and a ray through PyBullet costs more than everything else of a vehicle, so this
looks up
the few triangles of one cell; the answers are the same (a test compares them).
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float
from numba import njit
from numpy import ndarray

from simgen.world.mesh import Mesh
from simgen.world.world import Surface

CARRIERS = (
    "road", "marking", "sidewalk", "kerb", "shoulder", "parking", "bicycle_lane", "crosswalk", "stop_line",
    "rail_track",
    "terrain", "ground", "bridge",
)  # fmt: skip
"""Classes of surfaces that carry."""

_CELLS = 4_000_000
_LEAST_CELL_M = 1.0


@njit(cache=True, error_model="numpy")
def _sort_into_cells(first: ndarray, last: ndarray, nx: int, ny: int) -> tuple[ndarray, ndarray]:
    """Members of every cell, end to end, and where each cell's begin; triangle t covers cells first[t] to last[t]."""
    starts = np.zeros(nx * ny + 1, np.int64)
    for t in range(len(first)):
        for i in range(first[t, 0], last[t, 0] + 1):
            for j in range(first[t, 1], last[t, 1] + 1):
                starts[i * ny + j + 1] += 1
    for c in range(nx * ny):
        starts[c + 1] += starts[c]
    cursor = starts.copy()
    members = np.empty(starts[nx * ny], np.int32)
    for t in range(len(first)):
        for i in range(first[t, 0], last[t, 0] + 1):
            for j in range(first[t, 1], last[t, 1] + 1):
                members[cursor[i * ny + j]] = t
                cursor[i * ny + j] += 1
    return starts, members


@njit(cache=True, error_model="numpy")
def ground_at(
    x: float, y: float, z: float, triangles: ndarray, origin: ndarray, grid: ndarray, starts: ndarray, members: ndarray
) -> tuple[float, float, float, float]:
    """Height and unit normal of the highest ground not above z; height NaN where there is none.

    Args:
        x: metres.
        y: metres.
        z: metres.
        triangles: that carry.
        origin: corner of the grid.
        grid: cell size in metres, cells along x, cells along y.
        starts: of each cell's part of `members`.
        members: triangles by cell.
    """
    best, nx, ny, nz = np.nan, 0.0, 0.0, 1.0
    i = int(np.floor((x - origin[0]) / grid[0]))
    j = int(np.floor((y - origin[1]) / grid[0]))
    columns, rows = int(grid[1]), int(grid[2])
    if i < 0 or j < 0 or i >= columns or j >= rows:
        return best, nx, ny, nz
    cell = i * rows + j
    for k in range(starts[cell], starts[cell + 1]):
        t = members[k]
        tx, ty, tz = triangles[t, 0, 0], triangles[t, 0, 1], triangles[t, 0, 2]
        ax, ay = triangles[t, 1, 0] - tx, triangles[t, 1, 1] - ty
        bx, by = triangles[t, 2, 0] - tx, triangles[t, 2, 1] - ty
        px, py = x - tx, y - ty
        det = ax * by - ay * bx
        u = (px * by - py * bx) / det
        v = (ax * py - ay * px) / det
        if u < -1e-9 or v < -1e-9 or u + v > 1.0 + 1e-9:
            continue
        az, bz = triangles[t, 1, 2] - tz, triangles[t, 2, 2] - tz
        height = tz + u * az + v * bz
        if height <= z and not best >= height:
            best = height
            mx, my, mz = ay * bz - az * by, az * bx - ax * bz, det
            length = np.sqrt(mx * mx + my * my + mz * mz)
            nx, ny, nz = mx / length, my / length, mz / length
    return best, nx, ny, nz


@njit(cache=True, error_model="numpy")
def _grounds_at(
    points: ndarray, triangles: ndarray, origin: ndarray, grid: ndarray, starts: ndarray, members: ndarray
) -> ndarray:
    result = np.empty((len(points), 4))
    for n in range(len(points)):
        z, nx, ny, nz = ground_at(points[n, 0], points[n, 1], points[n, 2], triangles, origin, grid, starts, members)
        result[n, 0], result[n, 1], result[n, 2], result[n, 3] = z, nx, ny, nz
    return result


def carries(mesh: Mesh) -> Bool[ndarray, " f"]:
    """Whether each triangle is made of something that one walks or drives on, unlike roofs and crowns of trees."""
    carrying = np.array([material.semantic in CARRIERS for material in mesh.materials], dtype=bool)
    return np.asarray(carrying[mesh.material])


def _carrying(mesh: Mesh) -> Float[ndarray, "f 3 3"]:
    return np.asarray(mesh.vertices[mesh.faces[carries(mesh)]].astype(np.float64))


class Ground:
    """Everything of a world that one can stand on.

    Attributes:
        tables: arrays that `ground_at` takes after the point, in its order.
    """

    tables: tuple[ndarray, ndarray, ndarray, ndarray, ndarray]

    def __init__(self, surfaces: Sequence[Surface]) -> None:
        soup = [_carrying(surface.mesh) for surface in surfaces if surface.collide and len(surface.mesh.faces)]
        triangles = np.concatenate(soup) if soup else np.zeros((0, 3, 3))
        edge_a, edge_b = triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0]
        cross = np.cross(edge_a, edge_b)
        # Faces steeper than about 84 degrees carry nobody; kerb faces and walls are for the collision bodies.
        up = cross[:, 2] > 0.1 * np.linalg.norm(cross, axis=1)
        triangles = np.ascontiguousarray(triangles[up & (cross[:, 2] > 1e-10)])
        low = triangles[..., :2].min(axis=(0, 1)) if len(triangles) else np.zeros(2)
        high = triangles[..., :2].max(axis=(0, 1)) if len(triangles) else np.ones(2)
        span = np.maximum(high - low, 1.0)
        cell = max(_LEAST_CELL_M, float(np.sqrt(span[0] * span[1] / _CELLS)))
        nx, ny = int(span[0] / cell) + 1, int(span[1] / cell) + 1
        top = np.array([nx - 1, ny - 1])
        first = np.clip(np.floor((triangles[..., :2].min(axis=1) - low) / cell).astype(np.int64), 0, top)
        last = np.clip(np.floor((triangles[..., :2].max(axis=1) - low) / cell).astype(np.int64), 0, top)
        starts, members = _sort_into_cells(first, last, nx, ny)
        self.tables = (triangles, low, np.array([cell, nx, ny], dtype=np.float64), starts, members)

    def height(self, points: Float[ndarray, "n 3"]) -> Float[ndarray, " n"]:
        """World z of the highest ground at or below each point; NaN where there is none."""
        heights: Float[ndarray, " n"] = _grounds_at(np.ascontiguousarray(points, dtype=np.float64), *self.tables)[:, 0]
        return heights

    def normal(self, points: Float[ndarray, "n 3"]) -> Float[ndarray, "n 3"]:
        """Unit normal of that ground; straight up where there is none."""
        normals: Float[ndarray, "n 3"] = _grounds_at(np.ascontiguousarray(points, dtype=np.float64), *self.tables)[
            :, 1:
        ]
        return normals
