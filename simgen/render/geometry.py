"""Triangles of a scene as the rasteriser holds them: one vertex buffer, chunks in space, a record a face."""

from dataclasses import dataclass
from typing import no_type_check

import numpy as np
from jaxtyping import Float, Int, Int32, Shaped, UInt32
from numba import njit
from numpy import ndarray

from simgen.render.pieces import pieces
from simgen.render.scene import Scene
from simgen.world.material import Material
from simgen.world.mesh import Mesh

CHUNK_M = 32.0
"""Side of the squares that the static world is cut into."""

_DETAILS_M = (0.1, 0.25, 0.6, 1.5, 4.0)
"""Pieces of a chunk are drawn apart by these radii."""

TEXTURED, GLOSSY, SMALL = 1, 2, 4
"""Kinds of what is drawn: matte, `TEXTURED`, `GLOSSY`, both; plain ones whose triangles are `SMALL` in the image."""

KINDS = 5

VERTEX = np.dtype([("position", "f4", 3), ("normal", "f2", 4), ("uv", "f4", 2), ("label", "u4", 2)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """A range of indices that is drawn at once: a chunk of the world, or a mesh of a link.

    Attributes:
        first: where its indices start; `count` of them.
        face: row of its first face in `Geometry`'s face records.
        closed: it has no border, so that its back faces never show.
        kind: `textured` plus 2 where it mirrors enough to need the full lighting model.
        side_m: of squares as large as two of its triangles, their mean by area.
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
    side_m: float
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
        found = pieces(mesh)
        key = found.closed + 2 * self._kind[mesh.material]
        if chunk_m > 0:
            cell = np.floor(corners.mean(axis=1)[:, :2] / chunk_m).astype(np.int64)
            cell -= cell.min(axis=0)
            size = np.digitize(found.radius_m, _DETAILS_M)
            key += 2 * KINDS * (size + (len(_DETAILS_M) + 1) * (cell[:, 0] * (cell[:, 1].max() + 1) + cell[:, 1]))
        order = np.argsort(key, kind="stable")
        starts = np.flatnonzero(np.diff(key[order], prepend=-1))
        counts = np.diff(starts, append=len(order))
        corners = corners[order]
        low = np.minimum.reduceat(corners.min(axis=1), starts)
        high = np.maximum.reduceat(corners.max(axis=1), starts)
        centre = (low + high) / 2
        away = ((corners - np.repeat(centre, counts, axis=0)[:, None]) ** 2).sum(axis=2).max(axis=1)
        radius = np.sqrt(np.maximum.reduceat(away, starts))
        detail = np.maximum.reduceat(found.radius_m[order], starts)
        side = _sides(corners, starts)
        first = order[starts]
        batches = [
            Batch(
                first=3 * (self.faces + int(starts[k])),
                count=3 * int(counts[k]),
                face=self.faces + int(starts[k]),
                closed=bool(found.closed[first[k]]),
                kind=int(self._kind[mesh.material[first[k]]]),
                centre=centre[k],
                radius_m=float(radius[k]),
                detail_m=float(detail[k]),
                side_m=float(side[k]),
                signal=signal,
            )
            for k in range(len(starts))
        ]
        self._append(mesh, corners, order, np.append(starts, len(order)))
        return batches

    def _append(
        self, mesh: Mesh, corners: Float[ndarray, "f 3 3"], order: Int[ndarray, " f"], edges: Int[ndarray, " b"]
    ) -> None:
        faces, material = mesh.faces[order].astype(np.int64), mesh.material[order].astype(np.int64)
        source, of, indices = split_corners(faces, material, edges, len(mesh.vertices))
        vertices = np.zeros(len(source), VERTEX)
        vertices["position"] = mesh.vertices[source]
        vertices["normal"][:, :3] = mesh.normals[source]
        vertices["uv"] = mesh.uvs[source]
        vertices["label"][:, 0] = of
        number = np.arange(len(order)) - np.repeat(edges[:-1], np.diff(edges))
        vertices["label"][indices[:, 2], 1] = number
        self._vertices.append(vertices)
        self._indices.append((indices + self._vertex_count).astype(np.uint32).reshape(-1))
        self._vertex_count += len(vertices)
        self.faces += len(order)
        centre = corners.mean(axis=1)
        cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normal = cross / np.maximum(np.linalg.norm(cross, axis=1, keepdims=True), 1e-30)
        radius = np.sqrt(((corners - centre[:, None]) ** 2).sum(axis=2).max(axis=1))
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


@njit(cache=True)
@no_type_check
def split_corners(
    faces: Int[ndarray, "f 3"], material: Int[ndarray, " f"], edges: Int[ndarray, " b"], count: int
) -> tuple[Int[ndarray, " v"], Int[ndarray, " v"], Int[ndarray, "f 3"]]:
    """Vertices of one material each, batch by batch, whose faces then get last corners of their own.

    Args:
        faces: of the mesh, batch by batch.
        material: of each face.
        edges: where batches start, and where the last one ends.
        count: vertices of the mesh.

    Returns:
        The vertex that each new vertex is a copy of, its material, and the faces.
    """
    most = 4 * len(faces)
    source, of, result = np.empty(most, np.int64), np.empty(most, np.int64), np.empty_like(faces)
    head, total = np.full(count, -1, np.int64), 0
    for b in range(len(edges) - 1):
        start, stop = edges[b], edges[b + 1]
        room = 3 * (stop - start)
        used, kind, following = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
        plain, distinct = np.empty((stop - start, 3), np.int64), 0
        for f in range(start, stop):
            for k in range(3):
                vertex = faces[f, k]
                at = head[vertex]
                while at >= 0 and kind[at] != material[f]:
                    at = following[at]
                if at < 0:
                    used[distinct], kind[distinct], following[distinct] = vertex, material[f], head[vertex]
                    head[vertex] = at = distinct
                    distinct += 1
                plain[f - start, k] = at
        copies, owned = own_last_corners(plain, distinct)
        result[start:stop] = owned + total
        for i in range(len(copies)):
            source[total + i], of[total + i] = used[copies[i]], kind[copies[i]]
        total += len(copies)
        for i in range(distinct):
            head[used[i]] = -1
    return source[:total].copy(), of[:total].copy(), result


def _sides(corners: Float[ndarray, "f 3 3"], starts: Int[ndarray, " b"]) -> Float[ndarray, " b"]:
    twice = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) + 1e-12
    mean: Float[ndarray, " b"] = np.add.reduceat(twice**1.5, starts) / np.add.reduceat(twice, starts)
    return mean


def kind_of(material: Material) -> int:
    """Which program draws it: 1 with a texture, plus 2 where it mirrors enough to need the full lighting model."""
    glossy = material.transparent or material.roughness < 0.55 or material.metallic > 0.0
    return (material.texture is not None) + 2 * glossy
