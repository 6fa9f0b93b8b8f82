"""Places relative to the path that a vehicle is on: along the arc of its present speed and yaw rate, and beside it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

SLOWEST_MPS = 0.5
"""Below this the ratio of yaw rate and speed says nothing about the way ahead, which is taken as straight."""
TIGHTEST_PER_M = 0.25
"""No car turns tighter than a radius of 4 m (set by us; turning circles of cars are 9 to 13 m across)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ahead:
    """Where n rectangles are along a path whose own rectangle reaches from `rear_m` to `front_m`.

    Attributes:
        near_m, far_m: along the path from its origin, the nearest and the farthest corner.
        right_m, left_m: beside the path (left positive), the outermost corners.
        direction: of the path at each rectangle's centre, unit vectors in the world.
    """

    near_m: Float[ndarray, " n"]
    far_m: Float[ndarray, " n"]
    right_m: Float[ndarray, " n"]
    left_m: Float[ndarray, " n"]
    direction: Float[ndarray, "n 2"]

    def inside(self, half_width_m: float) -> Bool[ndarray, " n"]:
        """Which reach into the strip that the path covers."""
        return (self.right_m < half_width_m) & (self.left_m > -half_width_m)


def curvature_per_m(speed_mps: float, yaw_rate_radps: float) -> float:
    """Curvature of the way that a vehicle is on (constant turn rate and velocity), counter-clockwise positive.

    Source: R. Schubert, E. Richter, G. Wanielik, Comparison and evaluation of advanced motion models for vehicle
        tracking, FUSION 2008 (CTRV).
    """
    if abs(speed_mps) < SLOWEST_MPS:
        return 0.0
    return float(np.clip(yaw_rate_radps / speed_mps, -TIGHTEST_PER_M, TIGHTEST_PER_M))


def along_path(
    origin_m: Float[ndarray, "2"], heading_rad: float, curvature: float, corners_m: Float[ndarray, "n 4 2"]
) -> Ahead:
    """Rectangles relative to an arc.

    Args:
        origin_m: where the path begins, in the world.
        heading_rad: of the path there.
        curvature: 1/m; 0 is a straight line.
        corners_m: of the rectangles, in the world.
    """
    cos, sin = np.cos(heading_rad), np.sin(heading_rad)
    points = np.concatenate([corners_m, corners_m.mean(axis=1, keepdims=True)], axis=1) - origin_m
    x = cos * points[..., 0] + sin * points[..., 1]
    y = -sin * points[..., 0] + cos * points[..., 1]
    s, offset, turn = x, y, np.zeros_like(x)
    if abs(curvature) > 1e-9:
        # Points as seen from the centre of the circle; what is behind it stays behind.
        turn = np.arctan2(curvature * x, 1.0 - curvature * y)
        s = turn / curvature
        offset = (1.0 - np.hypot(curvature * x, 1.0 - curvature * y)) / curvature
    angle = heading_rad + turn[:, 4]
    return Ahead(
        near_m=s[:, :4].min(axis=1),
        far_m=s[:, :4].max(axis=1),
        right_m=offset[:, :4].min(axis=1),
        left_m=offset[:, :4].max(axis=1),
        direction=np.stack([np.cos(angle), np.sin(angle)], axis=-1),
    )
