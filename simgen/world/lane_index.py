"""Finds the lanes that points of the plane lie in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numba import njit
from numpy import ndarray

# Maps leave cracks of this size where sections and roads meet; a point in one still lies on the road.
_CRACK_M = 0.005

_CELL_M = 8.0


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
    """A grid over the quadrilaterals between the borders' points.

    Neighbours share their corners, so that no point between two lanes falls through.
    """

    def __init__(
        self,
        lefts: Sequence[Float[ndarray, "_ 3"]],
        rights: Sequence[Float[ndarray, "_ 3"]],
    ) -> None:
        self._lane = np.repeat(np.arange(len(lefts)), [len(one) - 1 for one in lefts])
        self._row = np.concatenate([np.arange(len(one) - 1) for one in lefts])
        left = np.concatenate([np.stack([one[:-1], one[1:]], axis=1) for one in lefts])
        right = np.concatenate([np.stack([one[:-1], one[1:]], axis=1) for one in rights])
        # Of each quadrilateral: right and left corner at its start, right and left at its end.
        self._corners = np.ascontiguousarray(np.stack([right[:, 0], left[:, 0], right[:, 1], left[:, 1]], axis=1))
        plan = self._corners[:, :, :2]
        low, high = plan.min(axis=1) - _CRACK_M, plan.max(axis=1) + _CRACK_M
        self._low = low.min(axis=0)
        self._shape = np.floor((high.max(axis=0) - self._low) / _CELL_M).astype(np.int64) + 1
        first, last = (np.floor((side - self._low) / _CELL_M).astype(np.int64) for side in (low, high))
        self._starts, self._members = _filled(first, last, self._shape)

    def query(self, xy: Float[ndarray, "n 2"]) -> Hits:
        """All lanes that contain each point, in the order of the points."""
        xy = np.ascontiguousarray(xy, np.float64)
        point, quad, share, offset, z, heading = _hits(
            xy, self._corners, self._low, self._shape, self._starts, self._members
        )
        return Hits(
            point=point,
            lane=self._lane[quad],
            row=self._row[quad],
            share=share,
            offset_m=offset,
            z_m=z,
            heading_rad=heading,
        )


@njit(cache=True, error_model="numpy")
def _filled(first: ndarray, last: ndarray, shape: ndarray) -> tuple[ndarray, ndarray]:
    """Which quadrilaterals each cell may hold, ascending: starts in the list of members, and the members."""
    count = np.zeros(shape[0] * shape[1] + 1, np.int64)
    for t in range(len(first)):
        for i in range(first[t, 0], last[t, 0] + 1):
            for j in range(first[t, 1], last[t, 1] + 1):
                count[i * shape[1] + j + 1] += 1
    starts = np.cumsum(count)
    cursor = starts.copy()
    members = np.empty(starts[-1], np.int64)
    for t in range(len(first)):
        for i in range(first[t, 0], last[t, 0] + 1):
            for j in range(first[t, 1], last[t, 1] + 1):
                cell = i * shape[1] + j
                members[cursor[cell]] = t
                cursor[cell] += 1
    return starts, members


@njit(cache=True, error_model="numpy")
def _hits(
    xy: ndarray, corners: ndarray, low: ndarray, shape: ndarray, starts: ndarray, members: ndarray
) -> tuple[ndarray, ndarray, ndarray, ndarray, ndarray, ndarray]:
    """Point, quadrilateral, share along it, offset from its middle, height and heading of every hit."""
    room = max(4 * len(xy), 16)
    index, numbers, found = np.empty((room, 2), np.int64), np.empty((room, 4)), 0
    for p in range(len(xy)):
        x, y = xy[p]
        if not (np.isfinite(x) and np.isfinite(y)):
            continue
        i, j = int(np.floor((x - low[0]) / _CELL_M)), int(np.floor((y - low[1]) / _CELL_M))
        if i < 0 or j < 0 or i >= shape[0] or j >= shape[1]:
            continue
        cell = i * shape[1] + j
        for k in range(starts[cell], starts[cell + 1]):
            quad = members[k]
            if not _contains(corners[quad], x, y):
                continue
            if found == len(index):
                more, others = np.empty((2 * found, 2), np.int64), np.empty((2 * found, 4))
                more[:found], others[:found] = index, numbers
                index, numbers = more, others
            index[found, 0], index[found, 1] = p, quad
            _describe(corners[quad], x, y, numbers[found])
            found += 1
    index, numbers = index[:found], numbers[:found]
    return (
        index[:, 0].copy(),
        index[:, 1].copy(),
        numbers[:, 0].copy(),
        numbers[:, 1].copy(),
        numbers[:, 2].copy(),
        numbers[:, 3].copy(),
    )


@njit(cache=True, error_model="numpy")
def _contains(quad: ndarray, x: float, y: float) -> bool:
    """Whether a point lies in a quadrilateral, or within a crack's width of it."""
    order = (0, 2, 3, 1)
    inside = False
    for k in range(4):
        a, b = order[k], order[(k + 1) % 4]
        ax, ay, bx, by = quad[a, 0], quad[a, 1], quad[b, 0], quad[b, 1]
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        share = 0.0 if square <= 0.0 else min(max(((x - ax) * dx + (y - ay) * dy) / square, 0.0), 1.0)
        gap_x, gap_y = ax + share * dx - x, ay + share * dy - y
        if gap_x * gap_x + gap_y * gap_y <= _CRACK_M * _CRACK_M:
            return True
    return inside


@njit(cache=True, error_model="numpy")
def _describe(quad: ndarray, x: float, y: float, out: ndarray) -> None:
    """Writes share along, offset to the left of the middle, height and heading of a point in a quadrilateral."""
    share = _along(quad, x, y)
    right_x = quad[0, 0] + share * (quad[2, 0] - quad[0, 0])
    right_y = quad[0, 1] + share * (quad[2, 1] - quad[0, 1])
    right_z = quad[0, 2] + share * (quad[2, 2] - quad[0, 2])
    across_x = quad[1, 0] + share * (quad[3, 0] - quad[1, 0]) - right_x
    across_y = quad[1, 1] + share * (quad[3, 1] - quad[1, 1]) - right_y
    across_z = quad[1, 2] + share * (quad[3, 2] - quad[1, 2]) - right_z
    square = max(across_x * across_x + across_y * across_y, 1e-18)
    part = ((x - right_x) * across_x + (y - right_y) * across_y) / square
    length = np.sqrt(across_x * across_x + across_y * across_y + across_z * across_z)
    out[0], out[1], out[2] = share, (part - 0.5) * length, right_z + part * across_z
    ahead_x = quad[3, 0] + quad[2, 0] - quad[1, 0] - quad[0, 0]
    ahead_y = quad[3, 1] + quad[2, 1] - quad[1, 1] - quad[0, 1]
    out[3] = np.arctan2(ahead_y, ahead_x)


@njit(cache=True, error_model="numpy")
def _along(quad: ndarray, x: float, y: float) -> float:
    """The share of a step at which the line from border to border passes through the point (Newton)."""
    across_x, across_y = quad[1, 0] - quad[0, 0], quad[1, 1] - quad[0, 1]
    there_x, there_y = x - quad[0, 0], y - quad[0, 1]
    turn_x, turn_y = quad[3, 0] - quad[2, 0] - across_x, quad[3, 1] - quad[2, 1] - across_y
    ahead_x, ahead_y = quad[2, 0] - quad[0, 0], quad[2, 1] - quad[0, 1]
    a = across_x * there_y - across_y * there_x
    b = turn_x * there_y - turn_y * there_x - (across_x * ahead_y - across_y * ahead_x)
    c = -(turn_x * ahead_y - turn_y * ahead_x)
    share = 0.5
    for _ in range(10):
        slope = b + 2.0 * c * share
        if abs(slope) < 1e-15:
            break
        share = min(max(share - (a + share * (b + share * c)) / slope, 0.0), 1.0)
    return share
