"""Lanes: where one can drive or walk, lane-relative positions both ways, neighbours, routing."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.world.lane_index import Hits, LaneIndex
from simgen.world.lane_routes import LANE_CHANGE_M, shortest_way
from simgen.world.lane_track import Track

# Two levels of a bridge are further apart than this, a kerb or a ramp under one's feet is not.
_LEVEL_M = 2.0
# How much further off the centre a lane may be whose heading fits better by a radian.
_METRES_PER_RADIAN = 10.0


def _no_points() -> Float[ndarray, "0 3"]:
    return np.zeros((0, 3))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lane:
    """One lane of one lane section, in its direction of travel.

    Attributes:
        id: "road/section/lane", for example "12/0/-1".
        kind: OpenDRIVE's lane type ("driving", "sidewalk", "shoulder", "parking", "biking", ...).
        centre, left, right: polylines in the direction of travel, metres, world frame; equal lengths, finely sampled
            (deviation from the true curve at most 1 cm).
        station_m: arc length along `centre` at each of its points, from 0.
        successors, predecessors: lane ids in the direction of travel.
        left_id, right_id: neighbours with the same direction of travel, "" where none.
        opposite_id: the neighbour across the centre line with the other direction, "" where none.
        junction: id of the junction whose connecting road it is on, "" elsewhere.
        speed_limit_mps: NaN where the map says none, infinite where it says that there is none.
        tangent: direction of the true curve at each point; empty: taken from the points.
        road_s_m: the road's own s at each point (falling where traffic moves against it); empty where no road is known.
        road_t_m: the road's own t of the left and of the right border at each point.
    """

    id: str
    kind: str
    road: str
    section: int
    index: int
    centre: Float[ndarray, "n 3"]
    left: Float[ndarray, "n 3"]
    right: Float[ndarray, "n 3"]
    station_m: Float[ndarray, " n"]
    successors: tuple[str, ...] = ()
    predecessors: tuple[str, ...] = ()
    left_id: str = ""
    right_id: str = ""
    opposite_id: str = ""
    junction: str = ""
    speed_limit_mps: float = float("nan")
    tangent: Float[ndarray, "m 3"] = field(default_factory=_no_points)
    road_s_m: Float[ndarray, " m"] = field(default_factory=lambda: np.zeros(0))
    road_t_m: Float[ndarray, "m 2"] = field(default_factory=lambda: np.zeros((0, 2)))

    @property
    def length_m(self) -> float:
        """Length of the centre line."""
        return float(self.station_m[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class LanePosition:
    """A place relative to a lane.

    Attributes:
        lane: lane id.
        s_m: along the centre line, in the direction of travel.
        offset_m: to the left of the centre line.
        heading_rad: relative to the direction of travel, counter-clockwise.
    """

    lane: str
    s_m: float
    offset_m: float = 0.0
    heading_rad: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadPlace:
    """A place in a road's own coordinates (OpenDRIVE, OpenSCENARIO).

    Attributes:
        s_m: along the reference line. t_m: to its left.
        heading_rad: relative to the reference line, counter-clockwise.
    """

    road: str
    s_m: float
    t_m: float
    heading_rad: float = 0.0


class LaneNetwork:
    """All lanes of a world, and the questions that drivers and scenarios ask of them."""

    lanes: Mapping[str, Lane]

    def __init__(self, lanes: Mapping[str, Lane]) -> None:
        self.lanes = lanes
        self._names = tuple(lanes)
        self._tracks: dict[str, Track] = {}
        self._turns: dict[str, float] = {}
        self._roads: dict[str, list[Lane]] = {}
        for lane in lanes.values():
            self._roads.setdefault(lane.road, []).append(lane)
        self._kinds = np.array([lane.kind for lane in lanes.values()])
        self._masks: dict[tuple[str, ...], Bool[ndarray, " n"]] = {}
        self._index: LaneIndex | None = None

    def pose(self, position: LanePosition) -> Pose:
        """The pose on the surface, x along the lane (or turned by `heading_rad`), z along the surface's normal."""
        rotation, point = self._track(position.lane).at(position.s_m, position.offset_m, position.heading_rad)
        return Pose(rotation=np.array(rotation), translation=np.array(point))

    def locate(
        self,
        xy: Float[ndarray, "n 2"],
        kinds: Sequence[str] = ("driving",),
        heading_rad: Float[ndarray, " n"] | None = None,
        z_m: Float[ndarray, " n"] | None = None,
    ) -> list[LanePosition | None]:
        """The lane that each point lies in, or None: the nearest centre among those that contain it.

        Args:
            xy: points of the world, metres.
            kinds: lane types to look at; empty for all.
            heading_rad: of what stands there, counter-clockwise from x; the lane that fits best is taken.
            z_m: heights; they choose the level where roads cross above each other.
        """
        xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
        result: list[LanePosition | None] = [None] * len(xy)
        if not self.lanes:
            return result
        if self._index is None:
            lanes = self.lanes.values()
            self._index = LaneIndex([lane.left for lane in lanes], [lane.right for lane in lanes])
        hits = self._index.query(xy)
        if not len(hits.point):
            return result
        turned = np.zeros(len(hits.point)) if heading_rad is None else np.asarray(heading_rad)[hits.point]
        turned = np.remainder(turned - hits.heading_rad + math.pi, 2.0 * math.pi) - math.pi
        cost = np.abs(hits.offset_m)
        if heading_rad is not None:
            cost = cost + _METRES_PER_RADIAN * np.abs(turned)
        allowed = self._of_kinds(tuple(kinds))[hits.lane]
        if z_m is not None:
            allowed &= np.abs(hits.z_m - np.asarray(z_m)[hits.point]) < _LEVEL_M
        for i in _best(hits, cost, allowed):
            heading = 0.0 if heading_rad is None else float(turned[i])
            result[int(hits.point[i])] = self._position(hits, i, heading)
        return result

    def advance(self, position: LanePosition, distance_m: float, route: Sequence[str] = ()) -> LanePosition | None:
        """The position further along, over successors (on the route first, else the straightest); None past the end.

        Args:
            position: where to begin; offset and heading are kept.
            distance_m: in the direction of travel, negative to go back over predecessors.
            route: lane ids to prefer.
        """
        lane, s_m = self.lanes[position.lane], position.s_m + distance_m
        # A ring of lanes without length would be walked for ever.
        for _ in range(10_000):
            length = lane.station_m.item(-1)
            if 0.0 <= s_m <= length:
                return LanePosition(lane=lane.id, s_m=s_m, offset_m=position.offset_m, heading_rad=position.heading_rad)
            following = self._preferred(lane.successors if s_m > length else lane.predecessors, route)
            if following is None:
                return None
            if s_m > length:
                lane, s_m = following, s_m - length
            else:
                lane, s_m = following, s_m + following.station_m.item(-1)
        return None

    def route(self, start: str, goal: str, lane_changes: bool = True) -> tuple[str, ...]:
        """Lane ids from start to goal, shortest; () where there is no way."""
        if start not in self.lanes or goal not in self.lanes:
            return ()
        return shortest_way(start, goal, lambda name: self._steps(name, lane_changes))

    def to_road(self, position: LanePosition) -> RoadPlace:
        """The same place in the road's own coordinates."""
        lane = self.lanes[position.lane]
        forward = _is_forward(lane)
        left, right = (float(np.interp(position.s_m, lane.station_m, lane.road_t_m[:, i])) for i in (0, 1))
        return RoadPlace(
            road=lane.road,
            s_m=float(np.interp(position.s_m, lane.station_m, lane.road_s_m)),
            t_m=0.5 * (left + right) + (position.offset_m if forward else -position.offset_m),
            heading_rad=position.heading_rad if forward else _wrapped(position.heading_rad + math.pi),
        )

    def from_road(self, place: RoadPlace) -> LanePosition | None:
        """The same place relative to the lane that it lies in, or to the nearest one beside; None where no road is."""
        found: tuple[float, LanePosition] | None = None
        for lane in self._at(place.road, place.s_m):
            position = self._across(lane, place)
            width = abs(float(np.interp(position.s_m, lane.station_m, lane.road_t_m[:, 0] - lane.road_t_m[:, 1])))
            outside = max(abs(position.offset_m) - 0.5 * width, 0.0) + (1e-9 if width < 1e-6 else 0.0)
            if found is None or outside < found[0] - 1e-12:
                found = (outside, position)
        return None if found is None else found[1]

    def in_lane(self, road: str, index: int, s_m: float, offset_m: float = 0.0) -> LanePosition | None:
        """A place on a numbered lane of a road (OpenSCENARIO's LanePosition); None where it has no such lane there.

        Args:
            road: its id.
            index: the lane's number in the road.
            s_m: along the road.
            offset_m: towards positive t.
        """
        for lane in self._at(road, s_m):
            if lane.index == index:
                position = self._across(lane, RoadPlace(road=road, s_m=s_m, t_m=0.0))
                return replace(position, offset_m=offset_m if _is_forward(lane) else -offset_m, heading_rad=0.0)
        return None

    def _of_kinds(self, kinds: tuple[str, ...]) -> Bool[ndarray, " n"]:
        """Of each lane, whether it is of one of the kinds (of any, where none is named)."""
        mask = self._masks.get(kinds)
        if mask is None:
            mask = np.isin(self._kinds, kinds) if kinds else np.ones(len(self._kinds), dtype=bool)
            self._masks[kinds] = mask
        return mask

    def _track(self, name: str) -> Track:
        track = self._tracks.get(name)
        if track is None:
            lane = self.lanes[name]
            track = Track(lane.station_m, lane.centre, lane.left, lane.right, _tangent(lane))
            self._tracks[name] = track
        return track

    def _position(self, hits: Hits, i: int, heading_rad: float) -> LanePosition:
        name, row = self._names[int(hits.lane[i])], int(hits.row[i])
        station = self.lanes[name].station_m
        s_m = float(station[row] + hits.share[i] * (station[row + 1] - station[row]))
        return LanePosition(lane=name, s_m=s_m, offset_m=float(hits.offset_m[i]), heading_rad=heading_rad)

    def _preferred(self, names: Sequence[str], route: Sequence[str]) -> Lane | None:
        if not names:
            return None
        if len(names) > 1:
            on_route = [name for name in names if name in route]
            names = on_route or sorted(names, key=self._turn)
        return self.lanes[names[0]]

    def _turn(self, name: str) -> float:
        """How far a lane turns from its start to its end, radians."""
        turn = self._turns.get(name)
        if turn is None:
            tangent = _tangent(self.lanes[name])
            heading = np.unwrap(np.arctan2(tangent[:, 1], tangent[:, 0]))
            turn = self._turns[name] = abs(float(heading[-1] - heading[0]))
        return turn

    def _steps(self, name: str, lane_changes: bool) -> Iterator[tuple[str, float]]:
        lane = self.lanes[name]
        for following in lane.successors:
            yield following, lane.length_m
        for beside in (lane.left_id, lane.right_id) if lane_changes else ():
            if beside and self.lanes[beside].kind == lane.kind:
                yield beside, LANE_CHANGE_M

    def _at(self, road: str, s_m: float) -> list[Lane]:
        """The lanes of a road at s (two of a kind where sections meet: the later section first)."""
        there = [
            lane
            for lane in self._roads.get(road, ())
            if min(lane.road_s_m[0], lane.road_s_m[-1]) - 1e-6 <= s_m <= max(lane.road_s_m[0], lane.road_s_m[-1]) + 1e-6
        ]
        return sorted(there, key=lambda lane: (-lane.section, abs(lane.index)))

    def _across(self, lane: Lane, place: RoadPlace) -> LanePosition:
        forward = _is_forward(lane)
        order = slice(None) if forward else slice(None, None, -1)
        s_m = float(np.interp(place.s_m, lane.road_s_m[order], lane.station_m[order]))
        middle = float(np.interp(s_m, lane.station_m, lane.road_t_m.mean(axis=1)))
        away = place.t_m - middle
        return LanePosition(
            lane=lane.id,
            s_m=s_m,
            offset_m=away if forward else -away,
            heading_rad=place.heading_rad if forward else _wrapped(place.heading_rad + math.pi),
        )


def _best(hits: Hits, cost: Float[ndarray, " h"], allowed: Bool[ndarray, " h"]) -> list[int]:
    """The cheapest allowed hit of every point that has one; the first lane among equals."""
    order = np.lexsort((hits.lane, cost, hits.point))
    order = order[allowed[order]]
    _, first = np.unique(hits.point[order], return_index=True)
    return [int(i) for i in order[first]]


def _tangent(lane: Lane) -> Float[ndarray, "n 3"]:
    if len(lane.tangent):
        return lane.tangent
    if len(lane.centre) > 2:
        return np.asarray(np.gradient(lane.centre, lane.station_m, axis=0, edge_order=2))
    return np.repeat(np.diff(lane.centre, axis=0), 2, axis=0)


def _is_forward(lane: Lane) -> bool:
    return bool(lane.road_s_m[-1] >= lane.road_s_m[0])


def _wrapped(angle_rad: float) -> float:
    return math.remainder(angle_rad, 2.0 * math.pi)
