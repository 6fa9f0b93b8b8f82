"""Where a car or walker goes: a smooth path over a chain of lanes, or through given points."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float
from numba import njit
from numpy import ndarray
from scipy.interpolate import CubicHermiteSpline

from simgen.physics import spline
from simgen.world.lanes import Lane, LaneNetwork

SPACING_M = 1.0
_DENSE_M = 0.25
LATERAL_MPS2, COMFORTABLE_MPS2 = 2.0, 2.0
"""What people allow themselves in curves and when slowing down for them (Bosetti et al. 2014, IEEE T-ITS 15(1):
about 2 m/s2 in town)."""
UNKNOWN_LIMIT_MPS = 50.0 / 3.6
"""Where a map gives no limit: the usual one in towns (Vienna Convention countries)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Path:
    """A way to go.

    Attributes:
        control: B-spline of position and surface normal (see `spline`).
        spacing_m: between its knots.
        lanes: the lanes under it, in order; () off the map.
        lane_start_m: station of each lane's beginning on the path.
        cap_mps: speed that curves, limits and the path's end allow, at each knot.
        open_end: it could go on, so its end is no reason to stop.
    """

    control: Float[ndarray, "n 6"]
    spacing_m: float
    lanes: tuple[str, ...] = ()
    lane_start_m: tuple[float, ...]
    cap_mps: Float[ndarray, " knots"]
    open_end: bool = False

    @property
    def length_m(self) -> float:
        """From the first knot to the last."""
        return (len(self.control) - 3) * self.spacing_m

    def lane_at(self, s_m: float) -> tuple[str, float]:
        """The lane at a station and how far along it that is; "" off the map."""
        if not self.lanes:
            return "", s_m
        index = max(bisect_right(self.lane_start_m, s_m) - 1, 0)
        return self.lanes[index], s_m - float(self.lane_start_m[index])

    def goes_on_after(self, s_m: float, near_m: float) -> bool:
        """Whether its end is near and the map goes on there."""
        return bool(self.lanes) and self.open_end and self.length_m - s_m < near_m

    def cap_at(self, s_m: float) -> float:
        """Speed allowed at a station."""
        index = min(max(int(s_m / self.spacing_m), 0), len(self.cap_mps) - 1)
        return float(self.cap_mps[index])


def through(points: Float[ndarray, "n 3"], spacing_m: float = SPACING_M, *, open_end: bool = False) -> Path:
    """A path through points (metres), on level ground."""
    lifted = np.concatenate([points, np.tile([0.0, 0.0, 1.0], (len(points), 1))], axis=1)
    control = spline.fit(lifted, spacing_m)
    cap = np.full(len(control) - 2, np.inf)
    return Path(
        control=control,
        spacing_m=spacing_m,
        lane_start_m=(),
        cap_mps=_cap(control, spacing_m, cap, open_end),
        open_end=open_end,
    )


def along(network: LaneNetwork, chain: Sequence[str], *, open_end: bool = False) -> Path:
    """A path over lanes that follow on each other or lie side by side (then it changes over in the middle)."""
    return _along(network, tuple(chain), open_end)


@lru_cache(maxsize=512)
def _along(network: LaneNetwork, chain: tuple[str, ...], open_end: bool) -> Path:
    """Lanes stay and paths are not changed, so each is worked out once for all who drive there."""
    lanes = [network.lanes[name] for name in chain]
    pieces, names, starts, limits = [], [], [], []
    total, index = 0.0, 0
    while index < len(lanes):
        lane, last = lanes[index], index
        while last + 1 < len(lanes) and _beside(lanes[last], lanes[last + 1]):
            last += 1
        piece = _rows(lane) if last == index else _change(lane, lanes[last])
        length = float(np.linalg.norm(np.diff(piece[:, :3], axis=0), axis=1).sum())
        parts = last - index + 1
        for part in range(parts):
            names.append(lanes[index + part].id)
            starts.append(total + length * part / parts)
            limits.append(lanes[index + part].speed_limit_mps)
        pieces.append(piece)
        total += length
        index = last + 1
    control = spline.fit(np.concatenate(pieces), SPACING_M)
    knots = np.arange(len(control) - 2) * SPACING_M
    limit = np.array([UNKNOWN_LIMIT_MPS if np.isnan(each) else each for each in limits])
    under = np.clip(np.searchsorted(starts, knots, side="right") - 1, 0, None)
    return Path(
        control=control,
        spacing_m=SPACING_M,
        lanes=tuple(names),
        lane_start_m=tuple(starts),
        cap_mps=_cap(control, SPACING_M, limit[under], open_end),
        open_end=open_end,
    )


def chain(network: LaneNetwork, start: str, route: Sequence[str], ahead_m: float) -> tuple[tuple[str, ...], bool]:
    """Lanes from `start` on: those of the route, then straight on for `ahead_m`; and whether the map goes on there."""
    names = list(route[route.index(start) :]) if start in route else [start]
    ahead = 0.0
    seen = set(names)
    while ahead < ahead_m:
        following = straightest(network, names[-1], "")
        if following is None:
            return tuple(names), False
        if following in seen and ahead > 4 * ahead_m:
            break
        names.append(following)
        seen.add(following)
        ahead += network.lanes[following].length_m
    return tuple(names), True


def straightest(network: LaneNetwork, name: str, avoid: str) -> str | None:
    """The successor of a lane that turns least, None at the end of the map."""
    lane = network.lanes[name]
    best, turn = None, np.inf
    for candidate in lane.successors:
        if candidate not in network.lanes or candidate == avoid:
            continue
        following = network.lanes[candidate]
        change = abs(_turn(lane, following))
        if change < turn:
            best, turn = candidate, change
    return best


def _turn(lane: Lane, following: Lane) -> float:
    a = lane.centre[-1] - lane.centre[-2]
    b = following.centre[-1] - following.centre[-2]
    return float(np.arctan2(a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]))


def _beside(a: Lane, b: Lane) -> bool:
    return b.id not in a.successors and b.id in (a.left_id, a.right_id)


@lru_cache(maxsize=8192)
def _rows(lane: Lane) -> Float[ndarray, "n 6"]:
    """Positions and surface normals along a lane, smooth between the lane's own points."""
    tangent = lane.tangent if len(lane.tangent) else np.gradient(lane.centre, lane.station_m, axis=0)
    tangent = tangent / np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
    up = np.cross(tangent, lane.left - lane.right)
    size = np.linalg.norm(up, axis=1, keepdims=True)
    up = np.where(size > 1e-3, up / np.maximum(size, 1e-9), np.array([0.0, 0.0, 1.0]))
    dense = np.unique(np.append(np.arange(0.0, lane.length_m, _DENSE_M), lane.station_m))
    centre = CubicHermiteSpline(lane.station_m, lane.centre, tangent)(dense)
    return np.column_stack([centre, *(np.interp(dense, lane.station_m, up[:, k]) for k in range(3))])


def _change(a: Lane, b: Lane) -> Float[ndarray, "n 6"]:
    """From one lane to one beside it, on a cosine over the middle (at most 60 m)."""
    share = np.linspace(0.0, 1.0, max(int(a.length_m) + 1, 3))
    rows = []
    for lane in (a, b):
        values = _rows(lane)
        steps = np.linalg.norm(np.diff(values[:, :3], axis=0), axis=1)
        station = np.concatenate([[0.0], np.cumsum(steps)])
        rows.append(np.stack([np.interp(share * station[-1], station, values[:, c]) for c in range(6)], axis=1))
    half = 0.5 * min(60.0 / max(a.length_m, 1.0), 0.8)
    progress = np.clip((share - 0.5 + half) / (2 * half), 0.0, 1.0)
    weight = (0.5 - 0.5 * np.cos(np.pi * progress))[:, None]
    return np.asarray(rows[0] * (1 - weight) + rows[1] * weight)


def _cap(
    control: Float[ndarray, "n 6"], spacing_m: float, limit_mps: Float[ndarray, " knots"], open_end: bool
) -> Float[ndarray, " knots"]:
    """Speeds that keep limits and lateral acceleration, reached by comfortable braking beforehand."""
    bend = np.abs(spline.bends(control, spacing_m))
    cap = np.minimum(limit_mps, np.sqrt(LATERAL_MPS2 / np.maximum(bend, 1e-6)))
    if not open_end:
        cap[-1] = 0.0
    _brake_before(cap, 2.0 * COMFORTABLE_MPS2 * spacing_m)
    return np.asarray(cap)


@njit(cache=True, error_model="numpy")
def _brake_before(cap: ndarray, gain: float) -> None:
    """Lowers speeds so that each knot's can be reached from the one before; `gain` is the change of its square."""
    for k in range(len(cap) - 2, -1, -1):
        cap[k] = min(cap[k], np.sqrt(cap[k + 1] ** 2 + gain))
