"""Turns places that a scenario names or searches for into places on a map."""

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from simgen.errors import InputError
from simgen.geometry import Pose, yaw_of
from simgen.sampling import stream
from simgen.scenario.conditions import place_point
from simgen.scenario.lane_walk import along_route, beside, chain_behind, choose_route, width_at
from simgen.scenario.position import OnLane, Position, RelativeLane, RelativeObject, Somewhere, WorldPosition
from simgen.scenario.somewhere import search
from simgen.world.lanes import LaneNetwork, LanePosition

ROUTE_MARGIN_M = 200.0
MIN_ROUTE_SPEED_MPS = 15.0


@dataclass(slots=True, kw_only=True)
class Placer:
    """Places of one scenario on one map; entities are placed once, in the order in which others refer to them.

    Attributes:
        starts: written places of entities by name (numbers already drawn).
        speeds_mps: of entities, for the length of routes.
        routes: written routes; completed here.
        placed: what was asked for and what the map had room for, by field.
    """

    place: str
    lanes: LaneNetwork
    seed: int
    duration_s: float
    starts: Mapping[str, Position]
    speeds_mps: Mapping[str, float]
    routes: dict[str, tuple[str, ...]]
    placed: dict[str, tuple[int, int]] = field(default_factory=dict)
    _ways: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _done: dict[str, OnLane | WorldPosition] = field(default_factory=dict)
    _busy: list[str] = field(default_factory=list)

    def start(self, name: str) -> OnLane | WorldPosition:
        """Where an entity begins.

        Raises:
            InputError: unknown entity or lane, entities that refer to each other in a circle, no such place on the map.
        """
        if name not in self._done:
            if name not in self.starts:
                raise InputError(f"{self.place}: position: expected one of {', '.join(self.starts)}, got {name!r}")
            if name in self._busy:
                circle = " -> ".join(self._busy)
                raise InputError(f"{self.place}: {self._path(name)}.start: entities are placed in a circle: {circle}")
            self._busy.append(name)
            self._done[name] = self.resolve(self.starts[name], name, f"{self._path(name)}.start")
            self._busy.pop()
        return self._done[name]

    def resolve(self, position: Position, owner: str, path: str) -> OnLane | WorldPosition:
        """Any position as one on a lane or in the world; `path` names the field in messages and in `placed`."""
        if isinstance(position, WorldPosition):
            return position
        if isinstance(position, OnLane):
            return self._checked(position, path)
        if isinstance(position, Somewhere):
            found, relaxed = search(position, self.lanes, stream(self.seed, "somewhere", path), f"{self.place}: {path}")
            self.placed.update({f"{path}.{name}": numbers for name, numbers in relaxed.items()})
            self._route(owner, found, position.ahead_m)
            return found
        if isinstance(position, RelativeLane):
            return self._relative_lane(position, owner, path)
        if isinstance(position, RelativeObject):
            base = self.pose(position.entity)
            point = base.apply(np.array([position.dx_m, position.dy_m, 0.0], dtype=np.float64))
            heading = float(yaw_of(base.rotation)) + float(position.heading_rad)  # type: ignore[arg-type]
            return WorldPosition(x_m=float(point[0]), y_m=float(point[1]), heading_rad=heading)
        raise InputError(f"{self.place}: {path}: expected a position, got {type(position).__name__}")

    def pose(self, name: str) -> Pose:
        """Where an entity begins, as a pose."""
        return pose_of(self.start(name), self.lanes)

    def route(self, name: str) -> tuple[str, ...]:
        """The lanes that an entity will follow, its own first; () if it does not begin on a lane."""
        start = self.start(name)
        if isinstance(start, OnLane):
            self._route(name, start, 0.0)
        return self.routes.get(name, ())

    def _route(self, name: str, start: OnLane, straight_m: float) -> None:
        written = self.routes.get(name, ())
        for lane in written:
            self._known(lane, f"{self._path(name)}.route")
        if not written:
            lead = self._ways.get(name, (start.lane,))
            speed = max(self.speeds_mps.get(name, 0.0), MIN_ROUTE_SPEED_MPS)
            length = speed * self.duration_s + ROUTE_MARGIN_M
            rng = stream(self.seed, "route", name)
            onward = choose_route(self.lanes, lead[-1], _f(start.s_m), length, rng, straight_m=straight_m)
            self.routes[name] = (*lead[:-1], *onward)

    def _relative_lane(self, position: RelativeLane, owner: str, path: str) -> OnLane:
        base = self.start(position.entity)
        on_lane = base if isinstance(base, OnLane) else self._nearest(base, path)
        route = self.route(position.entity) or (on_lane.lane,)
        if route[0] != on_lane.lane:
            route = (on_lane.lane,)
        fastest = max(self.speeds_mps.get(name, 0.0) for name in (owner, position.entity))
        asked = _f(position.ds_m) + _f(position.gap_s) * fastest
        lane, s, missing = along_route(self.lanes, route, _f(on_lane.s_m) + asked)
        if missing > 0.5:
            self.placed[f"{path}.ds_m"] = (round(asked), round(asked - np.sign(asked) * missing))
        if asked < 0.0 and position.dlane == 0:
            self._ways[owner] = self._way_to(lane, on_lane)
        at = beside(self.lanes, lane, s, position.dlane)
        if at is None:
            side = "left" if position.dlane > 0 else "right"
            raise InputError(
                f"{self.place}: {path}.dlane: expected {abs(position.dlane)} lanes to the {side} of {lane}, found fewer"
            )
        return OnLane(lane=at[0], s_m=at[1], offset_m=position.offset_m, heading_rad=position.heading_rad)

    def _way_to(self, lane: str, target: OnLane) -> tuple[str, ...]:
        """Lanes from one behind up to the target's own: whoever begins there shall come to the target."""
        behind = chain_behind(self.lanes, target.lane, 1e4) if lane != target.lane else (lane,)
        return behind[behind.index(lane) :]

    def _path(self, name: str) -> str:
        """An entity's path in the scenario; the ego is the first."""
        return "ego" if name == next(iter(self.starts)) else f"actors.{name}"

    def grounded(self, place: OnLane | WorldPosition) -> OnLane | WorldPosition:
        """A place beside its lane as one in the world, so that it comes to stand on whatever is there."""
        if not isinstance(place, OnLane):
            return place
        width = float(width_at(self.lanes.lanes[place.lane], np.array([_f(place.s_m)]))[0])
        if abs(_f(place.offset_m)) <= width / 2.0:
            return place
        pose = pose_of(place, self.lanes)
        x, y, z = (float(value) for value in pose.translation)
        return WorldPosition(x_m=x, y_m=y, z_m=z, heading_rad=float(yaw_of(pose.rotation)))

    def _nearest(self, place: WorldPosition, path: str) -> OnLane:
        xy = np.array([[_f(place.x_m), _f(place.y_m)]])
        found = self.lanes.locate(xy, heading_rad=np.array([_f(place.heading_rad)]))[0]
        if found is None:
            raise InputError(
                f"{self.place}: {path}: expected an entity on a lane, got {_f(place.x_m)}, {_f(place.y_m)}"
            )
        return OnLane(lane=found.lane, s_m=found.s_m, offset_m=found.offset_m)

    def _checked(self, position: OnLane, path: str) -> OnLane:
        self._known(position.lane, f"{path}.lane")
        length = self.lanes.lanes[position.lane].length_m
        if not 0.0 <= _f(position.s_m) <= length:
            raise InputError(
                f"{self.place}: {path}.s_m: expected 0..{length:.1f} on lane {position.lane}, got {_f(position.s_m):g}"
            )
        return position

    def _known(self, lane: str, path: str) -> None:
        if lane not in self.lanes.lanes:
            near = difflib.get_close_matches(lane, sorted(self.lanes.lanes), n=5, cutoff=0.0)
            raise InputError(
                f"{self.place}: {path}: no lane {lane!r} on this map; expected for example {', '.join(near)}"
            )


def pose_of(place: OnLane | WorldPosition, lanes: LaneNetwork) -> Pose:
    """The pose of a concrete place (level, at height 0, where a WorldPosition has no z)."""
    if isinstance(place, OnLane):
        return lanes.pose(
            LanePosition(
                lane=place.lane, s_m=_f(place.s_m), offset_m=_f(place.offset_m), heading_rad=_f(place.heading_rad)
            )
        )
    x, y, z = place_point(place, lanes)
    return Pose.from_xyz_rpy(float(x), float(y), float(z), yaw=_f(place.heading_rad))


def resolve_inside(value: object, placer: Placer, owner: str, path: str) -> object:
    """An action or a trigger with every position in it resolved."""
    if isinstance(value, WorldPosition | OnLane | Somewhere | RelativeLane | RelativeObject):
        return placer.grounded(placer.resolve(value, owner, path))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {
            entry.name: resolve_inside(getattr(value, entry.name), placer, owner, f"{path}.{entry.name}")
            for entry in dataclasses.fields(value)
        }
        return dataclasses.replace(value, **changes)
    if isinstance(value, tuple):
        return tuple(resolve_inside(item, placer, owner, f"{path}.{index}") for index, item in enumerate(value))
    return value


def _f(value: object) -> float:
    return float(value)  # type: ignore[arg-type]
