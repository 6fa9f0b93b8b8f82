"""Triangles to meshes: sheets that share vertices and normals, strips between two lines, plane polygons."""

from collections.abc import Sequence

import numpy as np
import shapely
from jaxtyping import Bool, Float, Int
from numba import njit
from numpy import ndarray

from simgen.world.material import Material
from simgen.world.mesh import Mesh

Points = Float[ndarray, "n 3"]


def sheet(
    points: Points, faces: Int[ndarray, "f 3"], material: Material, uvs: Float[ndarray, "n 2"] | None = None
) -> Mesh:
    """A mesh of one material with smooth normals; texture coordinates are the map's x and y where none are given."""
    points = np.ascontiguousarray(points, np.float64)
    faces = np.ascontiguousarray(faces, np.int64).reshape(-1, 3)
    kept, normals = _normals(points, faces)
    faces = faces[kept]
    return Mesh(
        vertices=points.astype(np.float32),
        faces=faces.astype(np.int32),
        normals=normals.astype(np.float32),
        uvs=(points[:, :2] if uvs is None else uvs).astype(np.float32),
        material=np.zeros(len(faces), np.int32),
        materials=(material,),
    )


@njit(cache=True, error_model="numpy")
def _normals(points: ndarray, faces: ndarray) -> tuple[ndarray, ndarray]:
    """Which faces have an area, and the points' normals: of their faces, weighted by area."""
    kept, normals = np.zeros(len(faces), np.bool_), np.zeros_like(points)
    for f in range(len(faces)):
        a, b, c = points[faces[f, 0]], points[faces[f, 1]], points[faces[f, 2]]
        px, py, pz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
        qx, qy, qz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
        x, y, z = py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx
        kept[f] = x * x + y * y + z * z > 1e-14
        if kept[f]:
            for corner in range(3):
                row = faces[f, corner]
                normals[row, 0] += x
                normals[row, 1] += y
                normals[row, 2] += z
    for k in range(len(points)):
        length = np.sqrt(normals[k, 0] ** 2 + normals[k, 1] ** 2 + normals[k, 2] ** 2)
        if length > 0.0:
            normals[k] /= max(length, 1e-12)
        else:
            normals[k, 2] = 1.0
    return kept, normals


def grid_faces(rows: int, columns: int) -> Int[ndarray, "f 3"]:
    """Triangles of a grid of points (row-major), counter-clockwise where rows run ahead and columns to the left."""
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    return np.stack([np.stack([a, b, c], -1), np.stack([a, c, d], -1)], axis=-2).reshape(-1, 3)


def ribbon(right: Points, left: Points, material: Material, *, world_uv: bool = True) -> Mesh:
    """The strip between two lines of equal length, its face to the viewer who has `left` on his left."""
    points = np.stack([right, left], axis=1)
    uvs = None
    if not world_uv:
        along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(right, axis=0), axis=1))])
        across = np.linalg.norm(left - right, axis=1)
        uvs = np.stack([np.stack([along, np.zeros_like(along)], -1), np.stack([along, across], -1)], axis=1).reshape(
            -1, 2
        )
    return sheet(points.reshape(-1, 3), grid_faces(len(right), 2), material, uvs)


def triangles(polygon: shapely.Geometry) -> Float[ndarray, "t 3 2"]:
    """A polygon (or several) cut into triangles that use no other vertices than its own, counter-clockwise."""
    parts = shapely.get_parts(shapely.constrained_delaunay_triangles(polygon))
    if len(parts) == 0:
        return np.zeros((0, 3, 2))
    if parts[0].geom_type != "Polygon":
        parts = shapely.get_parts(parts)
    corners = shapely.get_coordinates(parts).reshape(-1, 4, 2)[:, :3]
    clockwise = signed_area(corners) < 0
    corners[clockwise] = corners[clockwise][:, ::-1]
    return np.asarray(corners)


def signed_area(corners: Float[ndarray, "t 3 2"]) -> Float[ndarray, " t"]:
    """Area of plane triangles, negative for clockwise ones."""
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return np.asarray(0.5 * (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]))


def weld(corners: Float[ndarray, "t 3 2"], step_m: float = 1e-4) -> tuple[Float[ndarray, "n 2"], Int[ndarray, "t 3"]]:
    """Shared vertices of loose triangles, in a stable order."""
    flat = corners.reshape(-1, 2)
    _, first, index = np.unique(
        np.round(flat / step_m).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    return flat[first], index.reshape(-1, 3)


def polygons_of(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    """The polygons of any geometry, largest parts and slivers alike, in a stable order."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if part.geom_type == "Polygon" and part.area > 1e-6]


def valid_area(ring: Float[ndarray, "n 2"]) -> shapely.Geometry:
    """The area inside a ring, whatever loops it has; lines and points are dropped."""
    return shapely.union_all(polygons_of(shapely.make_valid(shapely.Polygon(ring))))


def lift(points: Points, height_m: float) -> Points:
    """Points raised."""
    return np.asarray(points + np.array([0.0, 0.0, height_m]))


def runs(mask: Bool[ndarray, " n"]) -> Sequence[tuple[int, int]]:
    """Start and end (exclusive) of each run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
