"""Links' meshes where rays are cast on them: each distinct one parked once, in its own frame, one above the other."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32, Int32
from numpy import ndarray

from simgen.world.mesh import Mesh

_MARGIN_M = 1e-3
_GAP_M = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parking:
    """Each distinct mesh of the links in a place of its own.

    Attributes:
        place: how far each link's mesh was shifted.
        faces_of: first and last + 1 face of each link's mesh.
        boxes: bounds of each link's mesh in its own frame.
        spheres: centre and radius about those boxes.
        solid: links that have triangles.
    """

    vertices: Float32[ndarray, "v 3"]
    faces: Int32[ndarray, "f 3"]
    normals: Float32[ndarray, "f 3"]
    material: Int32[ndarray, " f"]
    place: Float[ndarray, "l 3"]
    faces_of: Int32[ndarray, "l 2"]
    boxes: Float[ndarray, "l 2 3"]
    spheres: Float[ndarray, "l 4"]
    solid: Bool[ndarray, " l"]

    @classmethod
    def of(cls, meshes: tuple[Mesh, ...]) -> "Parking":
        """Parks the meshes of links, one a link; links may share one."""
        distinct = list({id(mesh): mesh for mesh in meshes}.values())
        kind = {id(mesh): k for k, mesh in enumerate(distinct)}
        row = np.array([kind[id(mesh)] for mesh in meshes], np.int64)
        boxes = np.array([mesh.bounds() for mesh in distinct], np.float64).reshape(-1, 2, 3)
        boxes += np.array([-_MARGIN_M, _MARGIN_M])[:, None]
        height = boxes[:, 1, 2] - boxes[:, 0, 2] + _GAP_M
        floor = np.cumsum(height) - height
        place = np.zeros((len(distinct), 3))
        place[:, 2] = floor - boxes[:, 0, 2]
        sizes = np.array([len(mesh.faces) for mesh in distinct], np.int64)
        ends = np.cumsum(sizes)
        starts = np.cumsum([0, *(len(mesh.vertices) for mesh in distinct)])
        centre = boxes.mean(axis=1)
        radius = np.linalg.norm(boxes[:, 1] - boxes[:, 0], axis=1, keepdims=True) / 2
        none = np.zeros((0, 3))
        moved = [mesh.vertices + place[k] for k, mesh in enumerate(distinct)]
        return cls(
            vertices=np.concatenate([none, *moved]).astype(np.float32),
            faces=np.concatenate([none, *(mesh.faces + starts[k] for k, mesh in enumerate(distinct))]).astype(np.int32),
            normals=np.concatenate([none, *map(face_normals, distinct)]).astype(np.float32),
            material=np.concatenate([none[:, 0], *(mesh.material for mesh in distinct)]).astype(np.int32),
            place=place[row],
            faces_of=np.stack([ends - sizes, ends], axis=1).astype(np.int32)[row].reshape(-1, 2),
            boxes=boxes[row],
            spheres=np.concatenate([centre, radius], axis=1)[row],
            solid=sizes[row] > 0,
        )


def face_normals(mesh: Mesh) -> Float32[ndarray, "f 3"]:
    """Unit normals of the triangles themselves; zero for a triangle without area."""
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(np.float64) for k in range(3))
    cross = np.cross(b - a, c - a)
    length = np.linalg.norm(cross, axis=1, keepdims=True)
    unit: Float[ndarray, "f 3"] = np.divide(cross, length, out=np.zeros_like(cross), where=length > 0)
    return unit.astype(np.float32)
