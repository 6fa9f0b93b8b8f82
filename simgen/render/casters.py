"""What throws the shadows of moving things: convex hulls of few corners."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial import ConvexHull, QhullError

from simgen.render.pieces import pieces
from simgen.render.scene import Scene
from simgen.render.shapes import once_per_shape
from simgen.world.mesh import Mesh

_FEW_FACES = 64
_SMALL_M = 0.4
_CORNERS, _CORNERS_OF_SMALL = 36, 20


def casters(scene: Scene) -> Scene:
    """The scene of what moves, as its shadows need it."""
    hulls: dict[int, Mesh] = {}
    for mesh in scene.link_meshes:
        if id(mesh) not in hulls:
            hull = _hull(mesh)
            hulls[id(mesh)] = mesh if hull is None else replace(hull, materials=mesh.materials)
    meshes = tuple(hulls[id(mesh)] for mesh in scene.link_meshes)
    return replace(scene, surfaces=Mesh.empty(), signals=(), link_meshes=meshes)


@once_per_shape
def _hull(mesh: Mesh) -> Mesh | None:
    """A convex hull of few corners for what is solid and has many faces: its shadow differs by centimetres."""
    if len(mesh.faces) <= _FEW_FACES or pieces(mesh).closed.mean() < 0.5:
        return None
    points = mesh.vertices.astype(np.float64)
    small = np.linalg.norm(np.ptp(points, axis=0)) < 2 * _SMALL_M
    corners = points[np.unique(np.argmax(points @ _directions(_CORNERS_OF_SMALL if small else _CORNERS).T, axis=0))]
    try:
        hull, full = ConvexHull(corners), ConvexHull(points)
    except QhullError:
        return None
    if _volume(mesh) < 0.4 * full.volume:
        return None
    faces = hull.simplices.astype(np.int32)
    a, b, c = (corners[faces[:, k]] for k in range(3))
    inward = np.sum(np.cross(b - a, c - a) * hull.equations[:, :3], axis=1) < 0
    faces[inward] = faces[inward][:, ::-1]
    return Mesh(
        vertices=corners.astype(np.float32),
        faces=faces,
        normals=np.zeros((len(corners), 3), np.float32),
        uvs=np.zeros((len(corners), 2), np.float32),
        material=np.zeros(len(faces), np.int32),
        materials=mesh.materials,
    )


def _volume(mesh: Mesh) -> float:
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(np.float64) for k in range(3))
    return float(np.sum(a * np.cross(b, c)) / 6.0)


def _directions(count: int) -> Float[ndarray, "n 3"]:
    # A Fibonacci sphere.
    k = np.arange(count) + 0.5
    z = 1.0 - 2.0 * k / count
    angle = k * np.pi * (3.0 - np.sqrt(5.0))
    ring = np.sqrt(1.0 - z * z)
    return np.stack([ring * np.cos(angle), ring * np.sin(angle), z], axis=1)
