"""3D boxes of actors: what encloses all links of an actor at one time, in the axes of its root link."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Int32, UInt8, UInt32
from numpy import ndarray

from simgen.geometry import Pose
from simgen.motion import Cast, View
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
    """Knows the corner points of every link, so that a box costs a few matrix products."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._rows = [cast.rows(actor.id) for actor in cast.actors]
        self._hulls = [[_hull(part.mesh.vertices) for part in actor.model.parts] for actor in cast.actors]
        self._class = [code_of(actor.category) for actor in cast.actors]

    def boxes(self, link_pose: Float[ndarray, "l 7"]) -> dict[int, tuple[Pose, Float[ndarray, " 3"]]]:
        """Actor id -> (centre pose in the world, extent) of every actor that is present."""
        result = {}
        for actor, rows, hulls in zip(self.cast.actors, self._rows, self._hulls, strict=True):
            poses = link_pose[rows.start : rows.stop]
            if np.isnan(poses[0, 0]):
                continue
            root = Pose.from_array(poses[0])
            local = root.inverse() @ Pose.from_array(poses)
            corners = [local[i].apply(hull) for i, hull in enumerate(hulls) if len(hull)]
            points = np.concatenate(corners) if corners else np.zeros((1, 3))
            low, high = points.min(axis=0), points.max(axis=0)
            centre = Pose(rotation=root.rotation, translation=root.apply((low + high) / 2))
            result[actor.id] = (centre, high - low)
        return result

    def label(
        self, view: View, time_ns: int, lidar_points: Mapping[int, int], visibility: Mapping[int, float]
    ) -> Cuboids:
        """The cuboids at one time.

        Args:
            lidar_points: actor id -> points on it, over the lidars at that time.
            visibility: actor id -> best visibility over the cameras at that time.
        """
        poses = view.link_poses(time_ns)
        twists = view.nearest(time_ns).link_twist.astype(np.float64)
        boxes = self.boxes(poses)
        ego = poses[self.cast.rows(self.cast.ego.id).start, :3]
        ids = [actor_id for actor_id in boxes if actor_id != self.cast.ego.id]
        centre = np.array([boxes[i][0].translation for i in ids]).reshape(-1, 3)
        roots = np.array([self._rows[i - 1].start for i in ids], dtype=np.int64)
        arm = centre - poses[roots, :3]
        velocity = twists[roots, :3] + np.cross(twists[roots, 3:], arm)
        return Cuboids(
            actor_id=np.array(ids, dtype=np.uint32),
            pose=np.array([boxes[i][0].array() for i in ids]).reshape(-1, 7),
            extent_m=np.array([boxes[i][1] for i in ids], dtype=np.float32).reshape(-1, 3),
            velocity_mps=velocity.astype(np.float32),
            category=np.array([self._class[i - 1] for i in ids], dtype=np.uint8),
            lidar_points=np.array([lidar_points.get(i, 0) for i in ids], dtype=np.int32),
            radar_points=np.zeros(len(ids), dtype=np.int32),
            visibility=np.array([visibility.get(i, np.nan) for i in ids], dtype=np.float32),
            distance_m=np.linalg.norm(centre - ego, axis=1).astype(np.float32),
        )


def _hull(vertices: Float[ndarray, "v 3"]) -> Float[ndarray, "h 3"]:
    """The vertices that can touch a box in any rotation."""
    if len(vertices) < 5:
        return vertices.astype(np.float64)
    from scipy.spatial import ConvexHull, QhullError

    try:
        return vertices[ConvexHull(vertices).vertices].astype(np.float64)
    except QhullError:  # flat meshes have no volume; then all vertices stay
        return vertices.astype(np.float64)
