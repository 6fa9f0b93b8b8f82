"""What the sensors of a keyframe looked along: lines of sight from where a beam started to what it met."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.labels.occupancy import CAMERA, CELL_M, FARTHEST_M, LIDAR, LOW_M, Rays
from simgen.labels.sight import Sight
from simgen.motion import View
from simgen.readings import PointCloud

_KNOTS = 17
"""A sweep's beams start on a line through so many places of the sensor."""


def lidar_rays(cloud: PointCloud, view: View, ego_row: int, *, on_ego: bool = True) -> Rays:
    """From where the sensor was when it fired to the surface point, where that is at the sweep's end.

    Args:
        cloud: the sweep.
        view: covers it.
        ego_row: row of the ego's root.
        on_ego: whether the ego carries the lidar; otherwise it stands still.
    """
    true = np.asarray(cloud.columns["xyz_true"], dtype=np.float64)
    offset = np.asarray(cloud.columns["offset_ns"], dtype=np.int64)
    solid = np.isfinite(true).all(axis=1)
    true, offset = true[solid], offset[solid]
    knots = cloud.time_ns + np.linspace(offset.min(initial=0), offset.max(initial=0), _KNOTS).astype(np.int64)
    ego_from_world = view.pose(ego_row, cloud.time_ns).inverse()
    ego_from_sensor = ego_from_world @ Pose.from_matrix(cloud.world_from_sensor)
    path = Pose.from_array(view.link_trajectory(np.maximum(knots, view.start_ns), [ego_row])[:, 0])
    world = (path @ ego_from_sensor).translation if on_ego else np.tile(cloud.world_from_sensor[:3, 3], (_KNOTS, 1))
    places = ego_from_world.apply(world)
    start = np.stack([np.interp(cloud.time_ns + offset, knots, places[:, axis]) for axis in range(3)], axis=-1)
    return Rays(start=start, end=ego_from_sensor.apply(true), bit=LIDAR)


def camera_rays(sight: Sight) -> Rays:
    """Through pixels that are not further apart than a voxel at the grid's far corner; the sky is far away."""
    model = sight.model
    widest = CELL_M / float(np.hypot(*LOW_M[:2]))
    step = max(int(widest * min(model.K[0, 0], model.K[1, 1])), 1)
    row, column = (index.ravel() for index in np.mgrid[step // 2 : model.height : step, step // 2 : model.width : step])
    beam = model.rays(np.stack([column + 0.5, row + 0.5], axis=-1))
    depth = sight.image.channels["depth"][row, column].astype(np.float64)
    along = beam[:, 2] if model.depth_kind == "z" else np.ones(len(beam))
    distance = np.minimum(depth / along, FARTHEST_M)
    ego_from_world = sight.view.pose(sight.ego_row, sight.image.time_ns).inverse()
    ego_from_camera = ego_from_world @ Pose.from_matrix(sight.image.world_from_sensor)
    seen = np.isfinite(distance)
    end: Float[ndarray, "n 3"] = ego_from_camera.apply(beam[seen] * distance[seen, None])
    return Rays(start=np.broadcast_to(ego_from_camera.translation, end.shape), end=end, bit=CAMERA)
