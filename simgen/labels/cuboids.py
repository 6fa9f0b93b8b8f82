"""3D boxes of actors: what encloses all links of an actor at one time, in the axes of its root link."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Int32, Int64, UInt8, UInt32
from numba import njit
from numpy import ndarray
from scipy.spatial import ConvexHull, QhullError

from simgen.geometry import Pose, cross
from simgen.motion import Cast, View
from simgen.world.mesh import Mesh
from simgen.world.taxonomy import code_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cuboids:
    """A row an actor that is present, the ego left out.

    Attributes:
        pose: of the box's centre in the world, x y z qx qy qz qw.
        extent_m: length, width, height.
        velocity_mps: of the box's centre, world axes.
        category: class code.
        visibility: the best over the cameras at that time, NaN without one.
        distance_m: from the ego's origin to the box's centre.
    """

    actor_id: UInt32[ndarray, " n"]
    pose: Float[ndarray, "n 7"]
    extent_m: Float32[ndarray, "n 3"]
    velocity_mps: Float32[ndarray, "n 3"]
    category: UInt8[ndarray, " n"]
    lidar_points: Int32[ndarray, " n"]
    radar_points: Int32[ndarray, " n"]
    visibility: Float32[ndarray, " n"]
    distance_m: Float32[ndarray, " n"]


class CuboidLabeller:
    """Knows the corner points of every link, so that all boxes cost one pass over some thousand points."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._roots = np.array([cast.rows(actor.id).start for actor in cast.actors], dtype=np.int64)
        hulls = [_hull(part.mesh) for actor in cast.actors for part in actor.model.parts]
        self._points = np.concatenate([*hulls, np.zeros((0, 3))])
        self._starts = np.concatenate([[0], np.cumsum([len(hull) for hull in hulls])]).astype(np.int64)
        self._class = [code_of(actor.category) for actor in cast.actors]

    def boxes(self, link_pose: Float[ndarray, "l 7"]) -> dict[int, tuple[Pose, Float[ndarray, " 3"]]]:
        """Actor id -> (centre pose in the world, extent) of every actor that is present."""
        ends = np.append(self._roots[1:], len(link_pose))
        bounds = _bounds(np.ascontiguousarray(link_pose), self._points, self._starts, self._roots, ends)
        present = np.flatnonzero(np.isfinite(link_pose[self._roots, 0]))
        root = Pose.from_array(link_pose[self._roots[present]])
        low, high = bounds[present, 0], bounds[present, 1]
        centre = root.apply((low + high) / 2)
        return {
            int(k) + 1: (Pose(rotation=root.rotation[i], translation=centre[i]), high[i] - low[i])
            for i, k in enumerate(present)
        }

    def distances_m(self, link_pose: Float[ndarray, "l 7"]) -> Float[ndarray, " a"]:
        """From the ego's origin to the centre of each actor's box, by actor id; NaN where it is absent."""
        ego = link_pose[self._roots[self.cast.ego.id - 1], :3]
        result = np.full(len(self.cast.actors) + 1, np.nan)
        for actor_id, (centre, _) in self.boxes(link_pose).items():
            result[actor_id] = np.linalg.norm(centre.translation - ego)
        return result

    def label(
        self,
        view: View,
        time_ns: int,
        lidar_points: Mapping[int, int],
        visibility: Mapping[int, float],
        radar_points: Mapping[int, int] | None = None,
    ) -> Cuboids:
        """The cuboids at one time.

        Args:
            view: covers the time.
            time_ns: of the keyframe.
            lidar_points: actor id -> points on it, over the lidars at that time.
            visibility: actor id -> best visibility over the cameras at that time.
            radar_points: actor id -> detections on it, over the last cycle of each radar.
        """
        poses = view.link_poses(time_ns)
        twists = view.nearest(time_ns).link_twist.astype(np.float64)
        boxes = self.boxes(poses)
        ego = poses[self._roots[self.cast.ego.id - 1], :3]
        ids = [actor_id for actor_id in boxes if actor_id != self.cast.ego.id]
        centre = np.array([boxes[i][0].translation for i in ids]).reshape(-1, 3)
        roots = self._roots[np.array(ids, dtype=np.int64) - 1]
        arm = centre - poses[roots, :3]
        velocity = twists[roots, :3] + cross(twists[roots, 3:], arm)
        return Cuboids(
            actor_id=np.array(ids, dtype=np.uint32),
            pose=np.array([boxes[i][0].array() for i in ids]).reshape(-1, 7),
            extent_m=np.array([boxes[i][1] for i in ids], dtype=np.float32).reshape(-1, 3),
            velocity_mps=velocity.astype(np.float32),
            category=np.array([self._class[i - 1] for i in ids], dtype=np.uint8),
            lidar_points=np.array([lidar_points.get(i, 0) for i in ids], dtype=np.int32),
            radar_points=np.array([(radar_points or {}).get(i, 0) for i in ids], dtype=np.int32),
            visibility=np.array([visibility.get(i, np.nan) for i in ids], dtype=np.float32),
            distance_m=np.linalg.norm(centre - ego, axis=1).astype(np.float32),
        )


@functools.lru_cache(maxsize=4096)
def _hull(mesh: Mesh) -> Float[ndarray, "h 3"]:
    """The vertices that can touch a box in any rotation."""
    vertices = mesh.vertices.astype(np.float64)
    if len(vertices) < 5:
        return vertices
    try:
        return vertices[ConvexHull(vertices).vertices]
    except QhullError:  # flat meshes have no volume; then all vertices stay
        return vertices


@njit(cache=True)
def _bounds(
    link_pose: Float[ndarray, "l 7"],
    points: Float[ndarray, "p 3"],
    starts: Int64[ndarray, " l1"],
    roots: Int64[ndarray, " a"],
    ends: Int64[ndarray, " a"],
) -> Float[ndarray, "a 2 3"]:
    """Lowest and highest corner of every actor's links in the axes of its root; zeros for one without a mesh."""
    result = np.zeros((len(roots), 2, 3))
    for actor in range(len(roots)):
        first = True
        root = link_pose[roots[actor]]
        for link in range(roots[actor], ends[actor]):
            pose = link_pose[link]
            for k in range(starts[link], starts[link + 1]):
                x, y, z = _turned(pose, points[k, 0], points[k, 1], points[k, 2], 1.0)
                dx, dy, dz = x + pose[0] - root[0], y + pose[1] - root[1], z + pose[2] - root[2]
                x, y, z = _turned(root, dx, dy, dz, -1.0)
                if first:
                    result[actor, :, 0], result[actor, :, 1], result[actor, :, 2] = x, y, z
                    first = False
                result[actor, 0, 0], result[actor, 1, 0] = min(result[actor, 0, 0], x), max(result[actor, 1, 0], x)
                result[actor, 0, 1], result[actor, 1, 1] = min(result[actor, 0, 1], y), max(result[actor, 1, 1], y)
                result[actor, 0, 2], result[actor, 1, 2] = min(result[actor, 0, 2], z), max(result[actor, 1, 2], z)
    return result


@njit(cache=True)
def _turned(pose: Float[ndarray, " 7"], x: float, y: float, z: float, direction: float) -> tuple[float, float, float]:
    """A vector turned by a pose's quaternion, or (direction -1) back."""
    a, b, c, w = direction * pose[3], direction * pose[4], direction * pose[5], pose[6]
    tx, ty, tz = 2 * (b * z - c * y), 2 * (c * x - a * z), 2 * (a * y - b * x)
    return x + w * tx + b * tz - c * ty, y + w * ty + c * tx - a * tz, z + w * tz + a * ty - b * tx
