"""Where lanes inside junctions meet, and which of two goes first."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.physics.path import Path
from simgen.world.lanes import Lane, LaneNetwork
from simgen.world.precedence import Precedence

_REACH_M = 2.3
"""Middles of lanes that come nearer than this belong to cars that would touch (widths of 1.8 m, and 0.5 m between)."""

_TOGETHER_M = 1.0
_LEVEL_M = 2.0
_OPPOSITE_RAD, _SAME_RAD, _STRAIGHT_RAD = math.radians(135.0), math.radians(45.0), math.radians(30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A lane and another that it meets.

    Attributes:
        other: lane id.
        own_m, other_m: (first, last) station of the meeting on each.
        yields: whether who drives on the lane lets the other's traffic go first.
    """

    other: str
    own_m: tuple[float, float]
    other_m: tuple[float, float]
    yields: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A lane inside a junction on somebody's path.

    Attributes:
        lane: its id.
        start_m: station on the path where it begins.
        entry_m: where the path enters the junction.
    """

    lane: str
    start_m: float
    entry_m: float


class Crossings:
    """The conflicts of a network's lanes, worked out when they are first asked for."""

    def __init__(self, network: LaneNetwork, precedence: Precedence) -> None:
        self._network, self._precedence = network, precedence
        self._inside: dict[str, list[Lane]] = {}
        for lane in network.lanes.values():
            if lane.junction and lane.kind == "driving":
                self._inside.setdefault(lane.junction, []).append(lane)
        self._known: dict[str, tuple[Conflict, ...]] = {}

    def conflicts(self, name: str) -> tuple[Conflict, ...]:
        """All lanes that a lane meets."""
        found = self._known.get(name)
        if found is None:
            lane = self._network.lanes[name]
            others = self._inside.get(lane.junction, ())
            pairs = (self._meeting(lane, other) for other in others if other.id != name)
            found = self._known[name] = tuple(one for one in pairs if one is not None)
        return found

    def passages(self, path: Path) -> tuple[Passage, ...]:
        """The lanes inside junctions that a path leads over."""
        result: list[Passage] = []
        junction, entry = "", 0.0
        for name, start in zip(path.lanes, path.lane_start_m, strict=True):
            lane = self._network.lanes[name]
            if lane.junction and lane.junction != junction:
                entry = float(start)
            junction = lane.junction
            if junction and lane.kind == "driving":
                result.append(Passage(lane=name, start_m=float(start), entry_m=entry))
        return tuple(result)

    def _meeting(self, lane: Lane, other: Lane) -> Conflict | None:
        a, b = _dense(lane), _dense(other)
        if np.linalg.norm(a[0, 1:3] - b[0, 1:3]) < _TOGETHER_M:
            return None  # they part, and whoever follows keeps his distance
        away = np.linalg.norm(a[:, None, 1:3] - b[None, :, 1:3], axis=2)
        near = (away < _REACH_M) & (np.abs(a[:, None, 3] - b[None, :, 3]) < _LEVEL_M)
        if not near.any():
            return None
        own, others = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
        return Conflict(
            other=other.id,
            own_m=(float(a[own[0], 0]), float(a[own[-1], 0])),
            other_m=(float(b[others[0], 0]), float(b[others[-1], 0])),
            yields=self._yields(lane, other),
        )

    def _yields(self, lane: Lane, other: Lane) -> bool:
        """Signs first, then the usual rules: who turns across oncoming traffic waits, else whoever has it on his right.

        Source: Vienna Convention on Road Traffic (1968), articles 16 and 18; where one drives on the left, mirrored
        (Japan, Road Traffic Act, articles 36 and 37).
        """
        if (lane.road, other.road) in self._precedence.over:
            return False
        if (other.road, lane.road) in self._precedence.over:
            return True
        rank, others = (self._precedence.rank.get(name, 0) for name in (lane.id, other.id))
        if rank != others:
            return rank < others
        side = 1.0 if (lane.index < 0) == (lane.road_s_m[-1] >= lane.road_s_m[0]) else -1.0
        between = _wrapped(_heading(other, 0) - _heading(lane, 0))
        own_turn, other_turn = side * _turn(lane), side * _turn(other)
        if abs(between) > _OPPOSITE_RAD or abs(between) < _SAME_RAD:
            # Against oncoming traffic, and where ways become one, who turns further across lets the other go.
            if abs(own_turn - other_turn) > _STRAIGHT_RAD:
                return own_turn > other_turn if abs(between) > _OPPOSITE_RAD else abs(own_turn) > abs(other_turn)
            return lane.id > other.id
        return side * between > 0.0


def _dense(lane: Lane) -> Float[ndarray, "n 4"]:
    """Station, x, y, z every half metre."""
    station = np.append(np.arange(0.0, lane.length_m, 0.5), lane.length_m)
    return np.column_stack([station, *(np.interp(station, lane.station_m, lane.centre[:, k]) for k in range(3))])


def _heading(lane: Lane, end: int) -> float:
    step = lane.centre[1] - lane.centre[0] if end == 0 else lane.centre[-1] - lane.centre[-2]
    return math.atan2(float(step[1]), float(step[0]))


def _turn(lane: Lane) -> float:
    return _wrapped(_heading(lane, -1) - _heading(lane, 0))


def _wrapped(angle_rad: float) -> float:
    return math.remainder(angle_rad, 2.0 * math.pi)
