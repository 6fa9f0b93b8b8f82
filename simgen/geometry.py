"""Rigid transforms. Names read `dst_from_src`, so that frames cancel by eye."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial.transform import Rotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """A rigid transform, or any array of them.

    Attributes:
        rotation: unit quaternions, x y z w.
        translation: metres.
    """

    rotation: Float[ndarray, "*batch 4"]
    translation: Float[ndarray, "*batch 3"]

    @classmethod
    def identity(cls) -> "Pose":
        """The transform that moves nothing."""
        return cls(rotation=np.array([0.0, 0.0, 0.0, 1.0]), translation=np.zeros(3))

    @classmethod
    def from_array(cls, array: Float[ndarray, "*batch 7"]) -> "Pose":
        """From x y z qx qy qz qw, the order that episodes store."""
        array = np.asarray(array, dtype=np.float64)
        return cls(rotation=array[..., 3:7], translation=array[..., 0:3])

    @classmethod
    def from_matrix(cls, matrix: Float[ndarray, "*batch 4 4"]) -> "Pose":
        """From homogeneous matrices."""
        return cls(rotation=Rotation.from_matrix(matrix[..., :3, :3]).as_quat(), translation=matrix[..., :3, 3])

    @classmethod
    def from_xyz_rpy(
        cls, x: float, y: float, z: float, roll: float = 0.0, pitch: float = 0.0, yaw: float = 0.0
    ) -> "Pose":
        """From a position in metres and intrinsic z-y-x angles in radians (ISO 8855: yaw, pitch, roll)."""
        rotation = Rotation.from_euler("ZYX", [yaw, pitch, roll]).as_quat()
        return cls(rotation=rotation, translation=np.array([x, y, z], dtype=np.float64))

    def array(self) -> Float[ndarray, "*batch 7"]:
        """As x y z qx qy qz qw, the order that episodes store."""
        return np.concatenate([self.translation, self.rotation], axis=-1)

    def matrix(self) -> Float[ndarray, "*batch 4 4"]:
        """Homogeneous matrices."""
        result = np.zeros((*self.translation.shape[:-1], 4, 4))
        result[..., :3, :3] = Rotation.from_quat(self.rotation).as_matrix()
        result[..., :3, 3] = self.translation
        result[..., 3, 3] = 1.0
        return result

    def inverse(self) -> "Pose":
        """The transform back."""
        rotation = self.rotation * np.array([-1.0, -1.0, -1.0, 1.0])
        return Pose(rotation=rotation, translation=-rotate(rotation, self.translation))

    def apply(self, points: Float[ndarray, "*points 3"]) -> Float[ndarray, "*out 3"]:
        """Points (metres) moved by this transform; shapes broadcast."""
        return rotate(self.rotation, points) + self.translation

    def __matmul__(self, other: "Pose") -> "Pose":
        return Pose(rotation=multiply(self.rotation, other.rotation), translation=self.apply(other.translation))

    def __getitem__(self, index: Any) -> "Pose":
        return Pose(rotation=self.rotation[index], translation=self.translation[index])


def multiply(a: Float[ndarray, "*a 4"], b: Float[ndarray, "*b 4"]) -> Float[ndarray, "*out 4"]:
    """The Hamilton product of xyzw quaternions; shapes broadcast."""
    ax, ay, az, aw = a[..., 0], a[..., 1], a[..., 2], a[..., 3]
    bx, by, bz, bw = b[..., 0], b[..., 1], b[..., 2], b[..., 3]
    return np.stack(
        [
            aw * bx + ax * bw + ay * bz - az * by,
            aw * by - ax * bz + ay * bw + az * bx,
            aw * bz + ax * by - ay * bx + az * bw,
            aw * bw - ax * bx - ay * by - az * bz,
        ],
        axis=-1,
    )


def rotate(rotation: Float[ndarray, "*a 4"], vectors: Float[ndarray, "*b 3"]) -> Float[ndarray, "*out 3"]:
    """Vectors turned by unit xyzw quaternions; shapes broadcast."""
    axis, w = rotation[..., :3], rotation[..., 3:4]
    t = 2.0 * cross(axis, vectors)
    return vectors + w * t + cross(axis, t)


def cross(a: Float[ndarray, "*a 3"], b: Float[ndarray, "*b 3"]) -> Float[ndarray, "*out 3"]:
    """The vector product; NumPy's own costs several times as much for a few vectors."""
    ax, ay, az = a[..., 0], a[..., 1], a[..., 2]
    bx, by, bz = b[..., 0], b[..., 1], b[..., 2]
    return np.stack([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx], axis=-1)


def slerp(a: Float[ndarray, "*n 4"], b: Float[ndarray, "*n 4"], share: Float[ndarray, "..."]) -> Float[ndarray, "*n 4"]:
    """Spherical interpolation from a (share 0) to b (share 1) on the shorter arc; NaN stays NaN.

    Source: K. Shoemake, Animating rotation with quaternion curves, SIGGRAPH 1985.
    """
    dot = np.sum(a * b, axis=-1, keepdims=True)
    b = np.where(dot < 0, -b, b)
    angle = np.arccos(np.clip(np.abs(dot), 0.0, 1.0))
    share = np.asarray(share)[..., None]
    small = angle < 1e-6
    sine = np.where(small, 1.0, np.sin(angle))
    left = np.where(small, 1.0 - share, np.sin((1.0 - share) * angle) / sine)
    right = np.where(small, share, np.sin(share * angle) / sine)
    result = left * a + right * b
    return result / np.linalg.norm(result, axis=-1, keepdims=True)


def yaw_of(rotation: Float[ndarray, "*n 4"]) -> Float[ndarray, "*n"]:
    """Heading in radians, counter-clockwise from x (ISO 8855)."""
    x, y, z, w = np.moveaxis(np.asarray(rotation), -1, 0)
    return np.asarray(np.arctan2(2.0 * (w * z + x * y), 1.0 - 2.0 * (y * y + z * z)))
