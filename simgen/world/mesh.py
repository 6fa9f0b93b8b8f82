"""Triangles with materials."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float32, Int32
from numpy import ndarray

from simgen.world.material import Material


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mesh:
    """Triangles, counter-clockwise seen from outside, one material each.

    Vertices are split where normals or texture coordinates break, so all attributes are per vertex.

    Attributes:
        vertices: metres.
        faces: indices of vertices.
        normals: unit, for shading (geometric normals come from the faces).
        uvs: metres along the surface (a texture knows how many metres its tile has).
        material: index into `materials`, a face each.
    """

    vertices: Float32[ndarray, "v 3"]
    faces: Int32[ndarray, "f 3"]
    normals: Float32[ndarray, "v 3"]
    uvs: Float32[ndarray, "v 2"]
    material: Int32[ndarray, " f"]
    materials: tuple[Material, ...]

    @classmethod
    def empty(cls) -> "Mesh":
        """No triangle at all."""
        return cls(
            vertices=np.zeros((0, 3), np.float32),
            faces=np.zeros((0, 3), np.int32),
            normals=np.zeros((0, 3), np.float32),
            uvs=np.zeros((0, 2), np.float32),
            material=np.zeros(0, np.int32),
            materials=(),
        )

    def bounds(self) -> Float32[ndarray, "2 3"]:
        """Lowest and highest corner; zeros for an empty mesh."""
        if len(self.vertices) == 0:
            return np.zeros((2, 3), np.float32)
        return np.stack([self.vertices.min(axis=0), self.vertices.max(axis=0)])


def merge(meshes: Sequence[Mesh]) -> Mesh:
    """One mesh of many; equal materials become one."""
    meshes = [mesh for mesh in meshes if len(mesh.faces)]
    if not meshes:
        return Mesh.empty()
    table: dict[Material, int] = {}
    faces, material, start = [], [], 0
    for mesh in meshes:
        lookup = np.array([table.setdefault(m, len(table)) for m in mesh.materials], dtype=np.int32)
        material.append(lookup[mesh.material])
        faces.append(mesh.faces + np.int32(start))
        start += len(mesh.vertices)
    return Mesh(
        vertices=np.concatenate([mesh.vertices for mesh in meshes]),
        faces=np.concatenate(faces).astype(np.int32),
        normals=np.concatenate([mesh.normals for mesh in meshes]),
        uvs=np.concatenate([mesh.uvs for mesh in meshes]),
        material=np.concatenate(material).astype(np.int32),
        materials=tuple(table),
    )
