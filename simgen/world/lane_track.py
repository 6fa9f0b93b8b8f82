"""A lane as a track to move along: a pose at any distance, in a few microseconds."""

import math
from bisect import bisect_right

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial.transform import Rotation

Row = list[float]


class Track:
    """Position and orientation along a polyline, smooth between its points.

    Plain lists and floats: for one place at a time they are ten times as fast as arrays.
    """

    __slots__ = ("_centre", "_lateral", "_rotation", "_station")

    def __init__(
        self,
        station_m: Float[ndarray, " n"],
        centre: Float[ndarray, "n 3"],
        left: Float[ndarray, "n 3"],
        right: Float[ndarray, "n 3"],
        tangent: Float[ndarray, "n 3"],
    ) -> None:
        self._station: list[float] = station_m.tolist()
        self._centre: list[Row] = centre.tolist()
        lateral, rotation = _frames(left - right, tangent)
        self._lateral: list[Row] = lateral.tolist()
        self._rotation: list[Row] = rotation.tolist()

    def at(self, s_m: float, offset_m: float = 0.0, heading_rad: float = 0.0) -> tuple[Row, Row]:
        """Quaternion (xyzw) and point at a distance along and an offset to the left; beyond the ends straight on."""
        station = self._station
        i = min(max(bisect_right(station, s_m) - 1, 0), len(station) - 2)
        share = (s_m - station[i]) / (station[i + 1] - station[i])
        inside = min(max(share, 0.0), 1.0)
        ax, ay, az = self._centre[i]
        bx, by, bz = self._centre[i + 1]
        point = [ax + share * (bx - ax), ay + share * (by - ay), az + share * (bz - az)]
        if offset_m:
            lx, ly, lz = _mixed(self._lateral[i], self._lateral[i + 1], inside)
            scale = offset_m / math.sqrt(lx * lx + ly * ly + lz * lz)
            point = [point[0] + scale * lx, point[1] + scale * ly, point[2] + scale * lz]
        x, y, z, w = _mixed(self._rotation[i], self._rotation[i + 1], inside)
        if heading_rad:
            c, s = math.cos(0.5 * heading_rad), math.sin(0.5 * heading_rad)
            x, y, z, w = x * c + y * s, y * c - x * s, z * c + w * s, w * c - z * s
        scale = 1.0 / math.sqrt(x * x + y * y + z * z + w * w)
        return [x * scale, y * scale, z * scale, w * scale], point


def _mixed(a: Row, b: Row, share: float) -> Row:
    rest = 1.0 - share
    return [rest * one + share * other for one, other in zip(a, b, strict=True)]


def _frames(
    across: Float[ndarray, "n 3"], tangent: Float[ndarray, "n 3"]
) -> tuple[Float[ndarray, "n 3"], Float[ndarray, "n 4"]]:
    """Unit vectors from the right to the left border, and rotations with x ahead and z up from the surface."""
    level = np.stack([-tangent[:, 1], tangent[:, 0], np.zeros(len(tangent))], axis=1)
    # Where a lane has no width its borders do not say what is left.
    lateral = _unit(np.where(np.linalg.norm(across, axis=1, keepdims=True) > 1e-3, across, level))
    ahead = _unit(tangent)
    up = _unit(np.cross(ahead, lateral))
    matrices = np.stack([ahead, np.cross(up, ahead), up], axis=-1)
    rotation = Rotation.from_matrix(matrices).as_quat()
    flips = np.where(np.sum(rotation[1:] * rotation[:-1], axis=1) < 0.0, -1.0, 1.0)
    rotation[1:] *= np.cumprod(flips)[:, None]
    return lateral, rotation


def _unit(vectors: Float[ndarray, "n 3"]) -> Float[ndarray, "n 3"]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))
