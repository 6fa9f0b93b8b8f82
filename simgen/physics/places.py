"""Concrete positions as poses on the ground."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial.transform import Rotation

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.physics.ground import Ground
from simgen.scenario.position import OnLane, Position, WorldPosition
from simgen.world.lanes import LaneNetwork, LanePosition

SKY_M = 1e4
"""Higher than anything one can stand on."""


def lane_position(position: OnLane) -> LanePosition:
    """The same in the lane network's words."""
    return LanePosition(
        lane=position.lane,
        s_m=float(position.s_m),  # type: ignore[arg-type]
        offset_m=float(position.offset_m),  # type: ignore[arg-type]
        heading_rad=float(position.heading_rad),  # type: ignore[arg-type]
    )


def pose_of(position: Position, lanes: LaneNetwork, ground: Ground) -> Pose:
    """World pose of a concrete position; z and tilt from the ground where the position does not say.

    Raises:
        InputError: a place that is neither on a lane nor in world coordinates.
    """
    if isinstance(position, OnLane):
        return lanes.pose(lane_position(position))
    if not isinstance(position, WorldPosition):
        raise InputError(f"position: expected OnLane or WorldPosition in a concrete scenario, got {position}")
    x, y = float(position.x_m), float(position.y_m)  # type: ignore[arg-type]
    if not position.grounded:
        turn = [float(value) for value in (position.roll_rad, position.pitch_rad, position.heading_rad)]  # type: ignore[arg-type]
        return Pose.from_xyz_rpy(x, y, position.z_m or 0.0, roll=turn[0], pitch=turn[1], yaw=turn[2])
    top = SKY_M if position.z_m is None else position.z_m + 0.5
    return standing(ground, np.array([x, y, top]), float(position.heading_rad))  # type: ignore[arg-type]


def standing(ground: Ground, above: Float[ndarray, "3"], heading_rad: float) -> Pose:
    """On the ground below a point, tilted with it; at height 0 where there is none."""
    height = float(ground.height(above[None])[0])
    normal = ground.normal(above[None])[0]
    ahead = np.array([np.cos(heading_rad), np.sin(heading_rad), 0.0])
    left = np.cross(normal, ahead)
    left /= np.linalg.norm(left)
    axes = np.column_stack([np.cross(left, normal), left, normal])
    z = 0.0 if np.isnan(height) else height
    return Pose(rotation=Rotation.from_matrix(axes).as_quat(), translation=np.array([above[0], above[1], z]))


def drape(points: Float[ndarray, "n 2"], ground: Ground, near_m: float | None = None) -> Float[ndarray, "n 3"]:
    """Points of the plane with the ground's height; gaps take the height of their neighbours.

    Args:
        points: metres.
        ground: what carries.
        near_m: height that they start from, where roads lie above each other.
    """
    top = SKY_M if near_m is None else near_m + 2.0
    heights = ground.height(np.column_stack([points, np.full(len(points), top)]))
    known = ~np.isnan(heights)
    index = np.arange(len(points))
    z = np.interp(index, index[known], heights[known]) if known.any() else np.zeros(len(points))
    return np.column_stack([points, z])
