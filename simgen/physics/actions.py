"""Carries out a scenario's actions: switches at once, the others as plans that go on for a while."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.physics.maneuvers import Going, change_lane, change_speed, follow_route, follow_trajectory, walk
from simgen.physics.movers import mover
from simgen.physics.places import pose_of
from simgen.physics.stage import Stage
from simgen.scenario.actions import (
    Action,
    Appear,
    FollowRoute,
    FollowTrajectory,
    LaneChange,
    SetLamps,
    SpeedProfile,
    Walk,
)
from simgen.scenario.position import Position
from simgen.scenario.situation import Started
from simgen.world.lamps import mask

LONGITUDINAL, LATERAL, BOTH = {"speed"}, {"lane"}, {"speed", "lane"}


class Actions:
    """What is being done, by event and entity."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._going: dict[tuple[str, str], Going] = {}
        self._controls: dict[tuple[str, str], set[str]] = {}
        self._rows = {entity.name: row for row, entity in enumerate(stage.entities)}
        self._ended: list[tuple[str, str]] = []

    def begin(self, started: Started, time_s: float) -> None:
        """Starts an action; an earlier one of the entity that controls the same ends (OpenSCENARIO 1.3, 7.4.1.2)."""
        action, name = started.action, started.entity
        if self._rows[name] in self._stage.bodies.free:
            self._ended.append((started.event, name))
        elif isinstance(action, SetLamps):
            self._switch(name, action.lamps, on=action.on)
        elif isinstance(action, Appear):
            entity = self._stage.entities[self._rows[name]]
            self._stage.appear(entity, action.position if action.present else None)
        else:
            self._supersede(name, _controlled(action))
            self._going[started.event, name] = self._going_of(action, name, time_s)
            self._controls[started.event, name] = _controlled(action)

    def go_on(self, end_s: float) -> list[tuple[str, str]]:
        """Plans the step that ends at this time; which (event, entity) are over."""
        over, self._ended = self._ended, []
        for key, going in list(self._going.items()):
            if self._rows[key[1]] in self._stage.bodies.free or going(end_s):
                over.append(key)
                del self._going[key]
                if "lane" in self._controls[key]:
                    self._switch(key[1], ("indicator_left", "indicator_right"), on=False)
        return over

    def _supersede(self, name: str, controls: set[str]) -> None:
        for key in [key for key in self._going if key[1] == name and self._controls[key] & controls]:
            del self._going[key]
            self._ended.append(key)

    def _going_of(self, action: Action, name: str, time_s: float) -> Going:
        who, stage = mover(self._stage, name), self._stage
        if isinstance(action, SpeedProfile):
            return change_speed(who, action, time_s)
        if isinstance(action, LaneChange):
            self._switch(name, ("indicator_left" if action.lanes > 0 else "indicator_right",), on=True)
            return change_lane(who, action, stage.world.lanes)
        if isinstance(action, FollowRoute):
            return follow_route(who, action, stage.world.lanes, self._points(action.waypoints))
        if isinstance(action, FollowTrajectory):
            return follow_trajectory(who, action, self._points(action.positions), time_s)
        if isinstance(action, Walk):
            return walk(who, action, self._points(action.path), stage.ground)
        raise TypeError(f"an action that physics does not know: {action}")

    def _points(self, positions: tuple[Position, ...]) -> Float[ndarray, "n 3"]:
        stage = self._stage
        return np.stack([pose_of(place, stage.world.lanes, stage.ground).translation for place in positions])

    def _switch(self, name: str, lamps: tuple[str, ...], *, on: bool) -> None:
        bits, row = np.uint32(mask(*lamps)), self._rows[name]
        before = self._stage.lamps[row]
        self._stage.lamps[row] = before | bits if on else before & ~bits


def _controlled(action: Action) -> set[str]:
    if isinstance(action, SpeedProfile):
        return LONGITUDINAL
    return LATERAL if isinstance(action, LaneChange | FollowRoute) else BOTH
