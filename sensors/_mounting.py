"""How calibrations that are written down in different ways become poses."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.readings import OPTICAL_FROM_BODY

HALF_PIXEL = 0.5
"""Calibrations have (0, 0) in the middle of the top-left pixel, ours is its outer corner."""


def looking(x: float, y: float, z: float, yaw_deg: float = 0.0, pitch_deg: float = 0.0) -> Pose:
    """ego_from_sensor of a camera at that place (metres), turned left by yaw and down by pitch."""
    body = Pose.from_xyz_rpy(x, y, z, pitch=float(np.radians(pitch_deg)), yaw=float(np.radians(yaw_deg)))
    return body @ OPTICAL_FROM_BODY.inverse()


def from_quaternion(translation: tuple[float, ...], wxyz: tuple[float, ...]) -> Pose:
    """A pose whose quaternion is written with its real part first."""
    rotation = np.roll(np.array(wxyz), -1)
    return Pose(rotation=rotation / np.linalg.norm(rotation), translation=np.array(translation))


def from_rows(rows: tuple[tuple[float, ...], ...]) -> Pose:
    """A pose written as the upper rows of its matrix."""
    matrix: Float[ndarray, "4 4"] = np.vstack([np.array(rows), [0.0, 0.0, 0.0, 1.0]])
    return Pose.from_matrix(matrix)


def intrinsics(f: float, cx: float, cy: float) -> list[list[float]]:
    """K of square pixels from a published focal length and principal point."""
    return [[f, 0.0, cx + HALF_PIXEL], [0.0, f, cy + HALF_PIXEL], [0.0, 0.0, 1.0]]
