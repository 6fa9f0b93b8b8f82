"""Triangles of a scene as the rasteriser holds them: one vertex buffer, chunks in space, a record a face."""

from dataclasses import dataclass
from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float, Int, Int32, Shaped, UInt32
from numba import njit
from numpy import ndarray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from simgen.render.scene import Scene
from simgen.world.material import Material
from simgen.world.mesh import Mesh

CHUNK_M = 32.0
"""Side of the squares that the static world is cut into."""

_DETAILS_M = (0.1, 0.25, 0.6, 1.5, 4.0)
"""Pieces of a chunk are drawn apart by these radii."""

KINDS = 4

VERTEX = np.dtype([("position", "f4", 3), ("normal", "f2", 4), ("uv", "f4", 2), ("label", "u4", 2)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """A range of indices that is drawn at once: a chunk of the world, or a mesh of a link.

    Attributes:
        first: where its indices start; `count` of them.
        face: row of its first face in `Geometry`'s face records.
        closed: it has no border, so that its back faces never show.
        kind: `textured` plus 2 where it mirrors enough to need the full lighting model.
        detail_m: radius of the largest connected piece in it; where that is a fraction of a pixel it need not be drawn.
        centre, radius_m: a sphere around it, in the frame of its mesh.
        signal: index of the traffic light that it belongs to, -1 for none.
    """

    first: int
    count: int
    face: int
    closed: bool
    kind: int
    centre: Float[ndarray, "3"]
    radius_m: float
    detail_m: float
    signal: int = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Geometry:
    """What is uploaded once.

    Attributes:
        vertices: of type VERTEX.
        indices: three a face, in the order of the face records.
        static: chunks of the world, in world coordinates.
        links: batches of each link's mesh, by row of the cast's links; equal meshes share theirs.
        normal, centre, radius_m, material: of each face, in the frame of its mesh.
        link_faces: first face record and number of faces of each link's mesh.
        static_faces: number of face records that belong to the world (they come first).
    """

    vertices: Shaped[ndarray, " v"]
    indices: UInt32[ndarray, " i"]
    static: tuple[Batch, ...]
    links: tuple[tuple[Batch, ...], ...]
    normal: Float[ndarray, "f 3"]
    centre: Float[ndarray, "f 3"]
    radius_m: Float[ndarray, " f"]
    material: Int32[ndarray, " f"]
    link_faces: Int[ndarray, "l 2"]
    static_faces: int

    @classmethod
    def of(cls, scene: Scene) -> "Geometry":
        """The geometry of a scene."""
        store = _Store(np.array([kind_of(material) for material in scene.materials], dtype=np.int64))
        static = store.add(scene.surfaces, CHUNK_M)
        for signal, mesh in scene.signals:
            static += store.add(mesh, 0.0, signal)
        static_faces = store.faces
        links: list[tuple[Batch, ...]] = []
        known: dict[int, tuple[tuple[Batch, ...], tuple[int, int]]] = {}
        for mesh in scene.link_meshes:
            if id(mesh) not in known:
                start = store.faces
                known[id(mesh)] = (tuple(store.add(mesh, 0.0)), (start, len(mesh.faces)))
            links.append(known[id(mesh)][0])
        ranges = [known[id(mesh)][1] for mesh in scene.link_meshes]
        return cls(
            static=tuple(static),
            links=tuple(links),
            link_faces=np.array(ranges, dtype=np.int64).reshape(-1, 2),
            static_faces=static_faces,
            **store.arrays(),
        )


class _Store:
    """Collects meshes, cut into batches."""

    def __init__(self, kind: Int[ndarray, " m"]) -> None:
        self.faces = 0
        self._kind = kind
        self._vertices: list[ndarray] = []
        self._indices: list[ndarray] = []
        self._records: list[tuple[ndarray, ndarray, ndarray, ndarray]] = []
        self._vertex_count = 0

    def add(self, mesh: Mesh, chunk_m: float, signal: int = -1) -> list[Batch]:
        if len(mesh.faces) == 0:
            return []
        corners = mesh.vertices[mesh.faces].astype(np.float64)
        closed, extent = closed_faces(mesh), piece_radius(mesh)
        kind = self._kind[mesh.material]
        key = closed + 2 * kind
        if chunk_m > 0:
            cell = np.floor(corners.mean(axis=1)[:, :2] / chunk_m).astype(np.int64)
            cell -= cell.min(axis=0)
            size = np.digitize(extent, _DETAILS_M)
            key += 2 * KINDS * (size + (len(_DETAILS_M) + 1) * (cell[:, 0] * (cell[:, 1].max() + 1) + cell[:, 1]))
        order = np.argsort(key, kind="stable")
        batches = []
        cuts = np.flatnonzero(np.diff(key[order])) + 1
        for rows in np.split(order, cuts):
            points = corners[rows].reshape(-1, 3)
            low, high = points.min(axis=0), points.max(axis=0)
            centre = (low + high) / 2
            batches.append(
                Batch(
                    first=3 * self.faces,
                    count=3 * len(rows),
                    face=self.faces,
                    closed=bool(closed[rows[0]]),
                    kind=int(kind[rows[0]]),
                    centre=centre,
                    radius_m=float(np.sqrt(((points - centre) ** 2).sum(axis=1).max())),
                    detail_m=float(extent[rows].max()),
                    signal=signal,
                )
            )
            self._append(mesh, corners, rows)
        return batches

    def _append(self, mesh: Mesh, corners: Float[ndarray, "f 3 3"], rows: Int[ndarray, " n"]) -> None:
        faces, material = mesh.faces[rows], mesh.material[rows].astype(np.uint32)
        keys = faces.astype(np.int64) * (int(material.max()) + 1) + material[:, None]
        _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
        used = faces.reshape(-1)[first]
        source, indices = own_last_corners(inverse.reshape(-1, 3).astype(np.int64), len(used))
        vertices = np.zeros(len(source), VERTEX)
        vertices["position"] = mesh.vertices[used[source]]
        vertices["normal"][:, :3] = mesh.normals[used[source]]
        vertices["uv"] = mesh.uvs[used[source]]
        vertices["label"][:, 0] = np.repeat(material, 3)[first][source]
        vertices["label"][indices[:, 2], 1] = np.arange(len(rows))
        self._vertices.append(vertices)
        self._indices.append((indices + self._vertex_count).astype(np.uint32).reshape(-1))
        self._vertex_count += len(vertices)
        self.faces += len(rows)
        points = corners[rows]
        centre = points.mean(axis=1)
        cross = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
        normal = cross / np.maximum(np.linalg.norm(cross, axis=1, keepdims=True), 1e-30)
        radius = np.sqrt(((points - centre[:, None]) ** 2).sum(axis=2).max(axis=1))
        self._records.append((normal, centre, radius, material.astype(np.int32)))

    def arrays(self) -> dict[str, ndarray]:
        if not self._vertices:
            empty = np.zeros((0, 3))
            self._records.append((empty, empty, np.zeros(0), np.zeros(0, np.int32)))
            self._vertices.append(np.zeros(1, VERTEX))
            self._indices.append(np.zeros(3, np.uint32))
        normal, centre, radius, material = (np.concatenate(column) for column in zip(*self._records, strict=True))
        return {
            "vertices": np.concatenate(self._vertices),
            "indices": np.concatenate(self._indices),
            "normal": normal,
            "centre": centre,
            "radius_m": radius,
            "material": material,
        }


@njit(cache=True)
@no_type_check
def own_last_corners(faces: Int[ndarray, "f 3"], count: int) -> tuple[Int[ndarray, " v"], Int[ndarray, "f 3"]]:
    """Turns faces, and splits vertices where it must, so that no two faces have the same last corner.

    OpenGL takes what is flat over a triangle from its last corner, so that corner can carry the face's number. (Mesa's
    software renderer is slow to number primitives itself.)

    Returns:
        The vertex that each new vertex is a copy of, in the order of first use (which caches like), and the faces.
    """
    taken = np.zeros(count, np.bool_)
    new = np.full(count, -1, np.int64)
    source = np.empty(count + len(faces), np.int64)
    result = np.empty_like(faces)
    total = 0
    for f in range(len(faces)):
        turn = 0
        for k in range(3):
            if not taken[faces[f, k]]:
                turn = k
                break
        last = faces[f, turn]
        split = taken[last]
        taken[last] = True
        for k in range(3):
            corner = faces[f, (turn + 1 + k) % 3]
            if k == 2 and split:
                result[f, k] = total
                source[total] = corner
                total += 1
                continue
            if new[corner] < 0:
                new[corner] = total
                source[total] = corner
                total += 1
            result[f, k] = new[corner]
    return source[:total].copy(), result


def kind_of(material: Material) -> int:
    """Which program draws it: 1 with a texture, plus 2 where it mirrors enough to need the full lighting model."""
    glossy = material.transparent or material.roughness < 0.55 or material.metallic > 0.0
    return (material.texture is not None) + 2 * glossy


def closed_faces(mesh: Mesh) -> Bool[ndarray, " f"]:
    """Which faces belong to a piece without a border that encloses a volume, faces outward.

    A piece is what hangs together by welded vertices; it is closed when every edge is used once each way.
    """
    if len(mesh.faces) == 0:
        return np.zeros(0, bool)
    faces = _welded(mesh.vertices)[mesh.faces]
    count = int(faces.max()) + 1
    tails, heads = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    edges = coo_matrix((np.ones(len(tails), np.int8), (tails, heads)), shape=(count, count))
    pieces, piece = connected_components(edges, directed=False)
    forth = np.sort(tails.astype(np.int64) * count + heads)
    back = np.sort(heads.astype(np.int64) * count + tails)
    open_edges = np.concatenate([np.setdiff1d(forth, back), np.setdiff1d(back, forth), forth[1:][np.diff(forth) == 0]])
    is_open = np.zeros(pieces, bool)
    is_open[piece[open_edges // count]] = True
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(np.float64) for k in range(3))
    volume = np.bincount(piece[faces[:, 0]], np.sum(a * np.cross(b, c), axis=1), minlength=pieces)
    is_open[volume <= 0] = True
    return np.asarray(~is_open[piece[faces[:, 0]]])


def piece_radius(mesh: Mesh) -> Float[ndarray, " f"]:
    """Half the diagonal of the box around the connected piece that each face belongs to."""
    faces = _welded(mesh.vertices)[mesh.faces]
    links = coo_matrix((np.ones(2 * len(faces), np.int8), (faces[:, [0, 1]].ravel(), faces[:, [1, 2]].ravel())))
    links.resize((int(faces.max()) + 1,) * 2)
    pieces, piece = connected_components(links, directed=False)
    at = np.repeat(piece[faces[:, 0]], 3)
    points = mesh.vertices[mesh.faces].reshape(-1, 3).astype(np.float64)
    low, high = np.full((pieces, 3), np.inf), np.full((pieces, 3), -np.inf)
    np.minimum.at(low, at, points)
    np.maximum.at(high, at, points)
    return np.asarray(np.linalg.norm(high - low, axis=1)[piece[faces[:, 0]]] / 2)


def _welded(points: Float[ndarray, "v 3"]) -> Int[ndarray, " v"]:
    """A number for each point, equal for those at the same place (to 0.01 mm)."""
    grid = np.round(points.astype(np.float64) * 1e5).astype(np.int64)
    order = np.lexsort(grid.T)
    fresh = (np.diff(grid[order], axis=0) != 0).any(axis=1)
    result = np.empty(len(points), np.int64)
    result[order] = np.concatenate([[0], np.cumsum(fresh)])
    return result
