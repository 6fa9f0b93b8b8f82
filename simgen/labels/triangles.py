"""All triangles of a scene, what they are, and those of them that are near the ego, in its frame."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Int64, UInt8, UInt32
from numba import njit
from numpy import ndarray

from simgen.geometry import Pose
from simgen.render.camera_view import link_matrices
from simgen.render.scene import Scene
from simgen.world.mesh import Mesh, merge

FLAT = 12
"""Codes 1 to this are surfaces that one drives, walks or stands on."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Triangles:
    """Corners, class code and actor (0: the world) of each."""

    corners: Float[ndarray, "t 3 3"]
    category: UInt8[ndarray, " t"]
    instance: UInt32[ndarray, " t"]


class TriangleSource:
    """The world's triangles with their bounds, and every link's in its own frame; the ego's own are left out."""

    def __init__(self, scene: Scene) -> None:
        still = merge([scene.surfaces, *(mesh for _, mesh in scene.signals)])
        lookup = {material: k for k, material in enumerate(scene.materials)}
        own = np.array([lookup[material] for material in still.materials], dtype=np.int64)
        self._corners: Float32[ndarray, "t 3 3"] = still.vertices[still.faces]
        self._category = scene.semantic[0, own[still.material]] if len(still.faces) else np.zeros(0, np.uint8)
        self._middle = self._corners.mean(axis=1)
        away = np.linalg.norm(self._corners - self._middle[:, None], axis=-1)
        self._radius = away.max(axis=1, initial=0.0)
        ego = scene.cast.ego.id
        self._links = [
            (row, link.actor_id, _Part.of(scene, link.id, scene.link_meshes[row]))
            for row, link in enumerate(scene.cast.links)
            if link.actor_id != ego and len(scene.link_meshes[row].faces)
        ]

    def world(self, world_from_ego: Pose, reach_m: float) -> Triangles:
        """What stands still within a radius of the ego."""
        near = _near(self._middle, self._radius, world_from_ego.translation, reach_m)
        corners = _moved(self._corners[near], world_from_ego.inverse().matrix())
        return Triangles(corners=corners, category=self._category[near], instance=np.zeros(len(near), dtype=np.uint32))

    def actors(self, world_from_ego: Pose, link_poses: Float[ndarray, "l 7"], reach_m: float) -> Triangles:
        """What moves within a radius of the ego."""
        ego_from_link = world_from_ego.inverse().matrix() @ link_matrices(link_poses)[1:]
        away = np.linalg.norm(link_poses[:, :3] - world_from_ego.translation, axis=1)
        corners, category, instance = [np.zeros((0, 3, 3))], [np.zeros(0, np.uint8)], [np.zeros(0, np.uint32)]
        for row, actor_id, part in self._links:
            if not away[row] - part.radius_m < reach_m:  # NaN where it is absent
                continue
            corners.append(_moved(part.corners, ego_from_link[row]))
            category.append(part.category)
            instance.append(np.full(len(part.category), actor_id, dtype=np.uint32))
        return Triangles(
            corners=np.concatenate(corners), category=np.concatenate(category), instance=np.concatenate(instance)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    corners: Float[ndarray, "t 3 3"]
    category: UInt8[ndarray, " t"]
    radius_m: float

    @classmethod
    def of(cls, scene: Scene, link: int, mesh: Mesh) -> "_Part":
        corners = mesh.vertices[mesh.faces].astype(np.float64)
        return cls(
            corners=corners,
            category=scene.semantic[link, mesh.material],
            radius_m=float(np.linalg.norm(mesh.vertices, axis=1).max()),
        )


@njit(cache=True)
def _moved(corners: ndarray, matrix: Float[ndarray, "4 4"]) -> Float[ndarray, "t 3 3"]:
    result = np.empty(corners.shape, np.float64)
    for t in range(len(corners)):
        for c in range(3):
            x, y, z = corners[t, c, 0], corners[t, c, 1], corners[t, c, 2]
            for i in range(3):
                result[t, c, i] = matrix[i, 0] * x + matrix[i, 1] * y + matrix[i, 2] * z + matrix[i, 3]
    return result


@njit(cache=True)
def _near(middle: ndarray, radius: ndarray, centre: ndarray, reach: float) -> Int64[ndarray, " n"]:
    found = np.empty(len(middle), np.int64)
    count = 0
    for t in range(len(middle)):
        dx, dy = middle[t, 0] - centre[0], middle[t, 1] - centre[1]
        far = reach + radius[t]
        if dx * dx + dy * dy <= far * far:
            found[count] = t
            count += 1
    return found[:count]
