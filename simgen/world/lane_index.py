"""Finds the lanes that points of the plane lie in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from jaxtyping import Float, Int
from numpy import ndarray

# Maps leave cracks of this size where sections and roads meet; a point in one still lies on the road.
_CRACK_M = 0.005


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hits:
    """Every (point, lane) pair where the lane contains the point.

    Attributes:
        point, lane: indices. row: of the lane's points before the hit. share: of the step to the next one.
        offset_m: to the left of the centre. z_m: of the lane there. heading_rad: of the lane there.
    """

    point: Int[ndarray, " h"]
    lane: Int[ndarray, " h"]
    row: Int[ndarray, " h"]
    share: Float[ndarray, " h"]
    offset_m: Float[ndarray, " h"]
    z_m: Float[ndarray, " h"]
    heading_rad: Float[ndarray, " h"]


class LaneIndex:
    """A tree over the quadrilaterals between the borders' points.

    Neighbours share their corners, so that no point between two lanes falls through.
    """

    def __init__(
        self,
        lefts: Sequence[Float[ndarray, "_ 3"]],
        rights: Sequence[Float[ndarray, "_ 3"]],
    ) -> None:
        self._lane = np.repeat(np.arange(len(lefts)), [len(one) - 1 for one in lefts])
        self._row = np.concatenate([np.arange(len(one) - 1) for one in lefts])
        self._left = np.concatenate([np.stack([one[:-1], one[1:]], axis=1) for one in lefts])
        self._right = np.concatenate([np.stack([one[:-1], one[1:]], axis=1) for one in rights])
        corners = (self._right[:, 0], self._right[:, 1], self._left[:, 1], self._left[:, 0], self._right[:, 0])
        self._tree = shapely.STRtree(shapely.polygons(np.stack([corner[:, :2] for corner in corners], axis=1)))

    def query(self, xy: Float[ndarray, "n 2"]) -> Hits:
        """All lanes that contain each point, in the order of the points."""
        finite = np.flatnonzero(np.isfinite(xy).all(axis=1))
        point, quad = self._tree.query(shapely.points(xy[finite]), predicate="dwithin", distance=_CRACK_M)
        order = np.lexsort((quad, point))
        point, quad = finite[point[order]], quad[order]
        left, right = self._left[quad], self._right[quad]
        share = _along(left[..., :2], right[..., :2], xy[point])
        low = right[:, 0] + share[:, None] * (right[:, 1] - right[:, 0])
        across = left[:, 0] + share[:, None] * (left[:, 1] - left[:, 0]) - low
        square = np.maximum(np.sum(across[:, :2] ** 2, axis=1), 1e-18)
        part = np.sum((xy[point] - low[:, :2]) * across[:, :2], axis=1) / square
        ahead = (left[:, 1] + right[:, 1] - left[:, 0] - right[:, 0])[:, :2]
        return Hits(
            point=point,
            lane=self._lane[quad],
            row=self._row[quad],
            share=share,
            offset_m=(part - 0.5) * np.linalg.norm(across, axis=1),
            z_m=low[:, 2] + part * across[:, 2],
            heading_rad=np.arctan2(ahead[:, 1], ahead[:, 0]),
        )


def _along(
    left: Float[ndarray, "h 2 2"], right: Float[ndarray, "h 2 2"], xy: Float[ndarray, "h 2"]
) -> Float[ndarray, " h"]:
    """The share of a step at which the line from border to border passes through the point (Newton)."""
    across, there = left[:, 0] - right[:, 0], xy - right[:, 0]
    turn, ahead = left[:, 1] - right[:, 1] - across, right[:, 1] - right[:, 0]
    a, b, c = _cross(across, there), _cross(turn, there) - _cross(across, ahead), -_cross(turn, ahead)
    share = np.full(len(xy), 0.5)
    for _ in range(10):
        slope = b + 2.0 * c * share
        slope = np.where(np.abs(slope) < 1e-15, np.inf, slope)
        share = np.clip(share - (a + share * (b + share * c)) / slope, 0.0, 1.0)
    return share


def _cross(a: Float[ndarray, "h 2"], b: Float[ndarray, "h 2"]) -> Float[ndarray, " h"]:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
