"""Triangles of a scene as the rasteriser holds them: one vertex buffer, chunks in space, a record a face."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int, Int32, Shaped, UInt32
from numpy import ndarray

from simgen.render.cuts import CHUNK_M, GLOSSY, KINDS, SMALL, VERTEX, Batch, Cut, cut
from simgen.render.scene import Scene
from simgen.world.material import Material
from simgen.world.mesh import Mesh

__all__ = ["GLOSSY", "KINDS", "SMALL", "Batch", "Geometry", "kind_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Geometry:
    """What is uploaded once.

    Attributes:
        vertices: of type VERTEX.
        indices: three a face, in the order of the face records.
        static: chunks of the world, in world coordinates.
        links: batches of each link's mesh, by row of the cast's links; equal meshes share theirs.
        normal, centre, radius_m, material: of each face, in the frame of its mesh.
        link_faces: first face record and number of face records of each link's mesh and its coarser levels.
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
        """The geometry of a scene; meshes that were in another scene before are not cut again."""
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
                known[id(mesh)] = (store.add(mesh, 0.0), (start, store.faces - start))
            links.append(known[id(mesh)][0])
        ranges = [known[id(mesh)][1] for mesh in scene.link_meshes]
        return cls(
            static=static,
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
        self._parts: list[tuple[Cut, Int[ndarray, " k"]]] = []

    def add(self, mesh: Mesh, chunk_m: float, signal: int = -1) -> tuple[Batch, ...]:
        if len(mesh.faces) == 0:
            return ()
        found, materials = cut(mesh, self._kind, chunk_m)
        self._parts.append((found, materials))
        before = self.faces
        self.faces += len(found.material)
        if before == 0 and signal < 0:
            return found.batches
        return tuple(batch.behind(before, signal) for batch in found.batches)

    def arrays(self) -> dict[str, ndarray]:
        faces, vertices = self.faces, sum(len(part.vertices) for part, _ in self._parts)
        # OpenGL has no empty buffers.
        result: dict[str, Any] = {
            "vertices": np.zeros(max(vertices, 1), VERTEX),
            "indices": np.zeros(3 * max(faces, 1), np.uint32),
            "normal": np.empty((faces, 3)),
            "centre": np.empty((faces, 3)),
            "radius_m": np.empty(faces),
            "material": np.empty(faces, np.int32),
        }
        face = vertex = 0
        for part, materials in self._parts:
            rows = slice(face, face + len(part.material))
            corners = slice(vertex, vertex + len(part.vertices))
            result["vertices"][corners] = part.vertices
            result["vertices"]["label"][corners, 0] = materials[part.vertices["label"][:, 0]]
            np.add(part.indices, np.uint32(vertex), out=result["indices"][3 * rows.start : 3 * rows.stop])
            result["material"][rows] = materials[part.material]
            for name in ("normal", "centre", "radius_m"):
                result[name][rows] = getattr(part, name)
            face, vertex = rows.stop, corners.stop
        return result


def kind_of(material: Material) -> int:
    """Which program draws it: 1 with a texture, plus 2 where it mirrors enough to need the full lighting model."""
    glossy = material.transparent or material.roughness < 0.55 or material.metallic > 0.0
    return (material.texture is not None) + 2 * glossy
