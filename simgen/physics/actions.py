"""Carries out a scenario's actions: plans that go on for a while, and switches."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.interpolate import PchipInterpolator

from simgen.physics.cars import STEP_S
from simgen.physics.path import through
from simgen.physics.places import pose_of
from simgen.physics.routes import Placed, over_lanes, rejoined
from simgen.physics.shapes import SHAPES, shaped
from simgen.physics.stage import Stage
from simgen.physics.strolls import visiting
from simgen.scenario.actions import (
    Appear,
    FollowRoute,
    FollowTrajectory,
    LaneChange,
    SetLamps,
    SpeedProfile,
    Walk,
)
from simgen.scenario.position import OnLane, Position
from simgen.scenario.situation import Started
from simgen.world.lamps import mask

Going = Callable[[float], bool]
"""Called before every step with the time at its end, s; says whether the action is over."""


class Actions:
    """What is being done, by event and entity."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._going: dict[tuple[str, str], Going] = {}
        self._entities = {entity.name: entity for entity in stage.entities}

    def begin(self, started: Started, time_s: float) -> None:
        """Starts an action; one of the same kind that the entity is still at ends."""
        action, name = started.action, started.entity
        if isinstance(action, SetLamps):
            self._switch(name, action)
        elif isinstance(action, Appear):
            self._stage.appear(self._entities[name], action.position if action.present else None)
        elif isinstance(action, SpeedProfile):
            self._going[started.event, name] = self._speed(name, action, time_s)
        elif isinstance(action, LaneChange):
            self._going[started.event, name] = self._lane(name, action)
        elif isinstance(action, FollowRoute):
            self._going[started.event, name] = self._route(name, action)
        elif isinstance(action, FollowTrajectory):
            self._going[started.event, name] = self._trajectory(name, action, time_s)
        elif isinstance(action, Walk):
            self._going[started.event, name] = self._walk(name, action)

    def go_on(self, end_s: float) -> list[tuple[str, str]]:
        """Plans the step that ends at this time; which (event, entity) are over."""
        over = [key for key, going in self._going.items() if going(end_s)]
        for key in over:
            del self._going[key]
        return over

    def _switch(self, name: str, action: SetLamps) -> None:
        row = [entity.name for entity in self._stage.entities].index(name)
        bits = np.uint32(mask(*action.lamps))
        lamps = self._stage.lamps
        lamps[row] = lamps[row] | bits if action.on else lamps[row] & ~bits

    def _speed(self, name: str, action: SpeedProfile, now_s: float) -> Going:
        stage, (kind, row) = self._stage, self._stage.role[name]
        first = self._speed_of(name)
        speeds = [first, *(float(speed) for speed in action.speeds_mps)]  # type: ignore[arg-type]
        if action.durations_s is None:
            rate = max(float(action.acceleration_mps2), 1e-3)  # type: ignore[arg-type]
            spans = [abs(b - a) / rate for a, b in zip(speeds[:-1], speeds[1:], strict=True)]
        else:
            spans = [float(span) for span in action.durations_s]  # type: ignore[arg-type]
        times = now_s + np.concatenate([[0.0], np.cumsum(spans)])
        shape = SHAPES.index(action.shape)

        def speed_at(time_s: float) -> float:
            part = min(int(np.searchsorted(times, time_s, side="right")) - 1, len(spans) - 1)
            span = max(times[part + 1] - times[part], 1e-9)
            return speeds[part] + (speeds[part + 1] - speeds[part]) * shaped(shape, (time_s - times[part]) / span)[0]

        def go(end_s: float) -> bool:
            over = end_s >= times[-1] - 1e-9
            speed = speed_at(end_s)
            if kind == "car":
                stage.cars.plan_mps[row] = np.nan if over and stage.cars.plan_mps[row] == speed else speed
                stage.cars.desired_mps[row] = speeds[-1]
            elif kind == "ego":
                stage.driver.plan_mps = None if over else (speed, (speed - speed_at(end_s - STEP_S)) / STEP_S)
                stage.driver.desired_mps = speeds[-1]
            else:
                stage.walkers.wanted_mps[row] = speed
            return over

        return go

    def _lane(self, name: str, action: LaneChange) -> Going:
        stage, (kind, row) = self._stage, self._stage.role[name]
        path = stage.driver.path if kind == "ego" else stage.cars.paths[row]
        station = stage.driver.s_m if kind == "ego" else float(stage.cars.state[row, 0])
        aim = float(action.offset_m)  # type: ignore[arg-type]
        lanes = stage.world.lanes
        target = "" if path is None else self._beside(path.lane_at(station)[0], action.lanes)
        if target:
            path = over_lanes(lanes, target, ())
        elif path is not None:
            # Off the map, or where no lane is left: as wide as a usual lane (3.5 m) to the side.
            aim += 3.5 * action.lanes
        if path is None:
            return lambda _: True
        shift = self._move_over(kind, row, path, station, aim)
        duration = max(float(action.duration_s), STEP_S)  # type: ignore[arg-type]
        shift[1:] = (aim, 0.0, 1.0 / duration, SHAPES.index(action.shape))
        if kind == "car":
            stage.cars.change_hz[row] = 1.0 / duration
        side = "indicator_left" if action.lanes > 0 else "indicator_right"
        self._switch(name, SetLamps(lamps=(side,), on=True))

        def go(_: float) -> bool:
            over = bool(shift[2] >= 1.0)
            if over:
                self._switch(name, SetLamps(lamps=(side,), on=False))
            return over

        return go

    def _move_over(self, kind: str, row: int, path: object, station: float, aim: float) -> Float[ndarray, "5"]:
        """Puts somebody on another path where it is now; its shift, whose first number is the offset now."""
        stage = self._stage
        here = stage.vehicle.root()[0] if kind == "ego" else stage.cars.root(row)
        current = stage.driver.path if kind == "ego" else stage.cars.paths[row]
        if path is current:
            offset = stage.driver.left_m if kind == "ego" else stage.cars.offset(row)
        else:
            near, _ = _lane_station(stage, path, here)
            station, offset = rejoined(path, here[:3], near)  # type: ignore[arg-type]
            if kind == "ego":
                stage.driver.put(path, station, offset)  # type: ignore[arg-type]
                stage.watch_ego()
            else:
                speed = float(stage.cars.state[row, 1])
                stage.set_path(row, Placed(path=path, s_m=station, offset_m=offset), speed)  # type: ignore[arg-type]
        shift = stage.driver.shift if kind == "ego" else stage.cars.shift[row]
        shift[0] = offset
        del aim
        result: Float[ndarray, "5"] = shift
        return result

    def _beside(self, lane: str, steps: int) -> str:
        lanes = self._stage.world.lanes.lanes
        for _ in range(abs(steps)):
            if lane not in lanes:
                return ""
            lane = lanes[lane].left_id if steps > 0 else lanes[lane].right_id
        return lane if lane in lanes else ""

    def _route(self, name: str, action: FollowRoute) -> Going:
        stage, (kind, row) = self._stage, self._stage.role[name]
        here = stage.vehicle.root()[0] if kind == "ego" else stage.cars.root(row)
        path = stage.driver.path if kind == "ego" else stage.cars.paths[row]
        station = stage.driver.s_m if kind == "ego" else float(stage.cars.state[row, 0])
        names = [path.lane_at(station)[0]] if path is not None else []
        for waypoint in action.waypoints:
            if isinstance(waypoint, OnLane) and names and names[-1]:
                names += stage.world.lanes.route(names[-1], waypoint.lane)[1:]
        if not names or not names[0]:
            return lambda _: True
        way = over_lanes(stage.world.lanes, names[0], names)
        self._move_over(kind, row, way, station, 0.0)
        last = pose_of(action.waypoints[-1], stage.world.lanes, stage.ground).translation
        del here

        def go(_: float) -> bool:
            now = stage.vehicle.root()[0] if kind == "ego" else stage.cars.root(row)
            return bool(np.linalg.norm(now[:2] - last[:2]) < 3.0)

        return go

    def _trajectory(self, name: str, action: FollowTrajectory, now_s: float) -> Going:
        stage, (kind, row) = self._stage, self._stage.role[name]
        points = self._points(action.positions)
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        station = np.concatenate([[0.0], np.cumsum(steps)])
        times = now_s + np.array([float(time) for time in action.times_s])  # type: ignore[arg-type]
        station_at = PchipInterpolator(times, station)
        speed_at = station_at.derivative()
        path = through(points, 0.5, open_end=True)
        if kind == "walker":
            stage.walkers.put(row, path, 0.0)
        elif kind == "ego":
            stage.driver.put(path, 0.0, 0.0)
        else:
            stage.set_path(row, Placed(path=path, s_m=0.0), float(speed_at(now_s)))

        def go(end_s: float) -> bool:
            inside = float(np.clip(end_s, times[0], times[-1]))
            speed = float(speed_at(inside))
            if kind == "walker":
                stage.walkers.wanted_mps[row] = speed
            elif kind == "ego":
                lag = float(station_at(inside)) - stage.driver.s_m
                stage.driver.plan_mps = (speed + 0.5 * lag, 0.0) if end_s < times[-1] else None
                stage.driver.desired_mps = speed
            else:
                start = float(np.clip(end_s - STEP_S, times[0], times[-1]))
                stage.cars.state[row, 0] = float(station_at(start))
                stage.cars.plan_mps[row] = speed if end_s < times[-1] else np.nan
                stage.cars.desired_mps[row] = speed
            return end_s >= times[-1]

        return go

    def _walk(self, name: str, action: Walk) -> Going:
        stage, (kind, row) = self._stage, self._stage.role[name]
        speed = float(action.speed_mps)  # type: ignore[arg-type]
        points = self._points(action.path)
        if kind != "walker":
            stage.set_path(row, Placed(path=through(np.stack([stage.cars.root(row)[:3], *points])), s_m=0.0), speed)
            return lambda _: True
        here = stage.walkers.position(row)
        stage.walkers.put(row, visiting(here, list(points), stage.ground), speed)
        return lambda _: stage.walkers.done(row)

    def _points(self, positions: tuple[Position, ...]) -> Float[ndarray, "n 3"]:
        stage = self._stage
        return np.stack([pose_of(place, stage.world.lanes, stage.ground).translation for place in positions])

    def _speed_of(self, name: str) -> float:
        kind, row = self._stage.role[name]
        if kind == "ego":
            return max(self._stage.vehicle.speed_mps, 0.0)
        return float((self._stage.cars if kind == "car" else self._stage.walkers).state[row, 1])


def _lane_station(stage: Stage, path: object, here: Float[ndarray, "7"]) -> tuple[float, float]:
    """Roughly where a point is on a path: on its first lane."""
    del stage
    return rejoined(path, here[:3], 200.0) if path is None else _scan(path, here)


def _scan(path: object, here: Float[ndarray, "7"]) -> tuple[float, float]:
    control = path.control  # type: ignore[attr-defined]
    distance = np.hypot(control[1:-1, 0] - here[0], control[1:-1, 1] - here[1])
    return float(np.argmin(distance) * path.spacing_m), 0.0  # type: ignore[attr-defined]
