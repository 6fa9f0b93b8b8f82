"""Whether a trigger holds in a situation (the conditions of OpenSCENARIO 1.3, section 7.6)."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import singledispatch

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.criticality.footprints import Footprints, gap_m
from simgen.criticality.ttc import time_to_collision_s
from simgen.errors import InputError
from simgen.scenario.position import OnLane, Position, WorldPosition
from simgen.scenario.situation import Situation
from simgen.scenario.triggers import (
    All,
    AnyOf,
    AtTime,
    Distance,
    LaneTraversal,
    ReachPosition,
    Speed,
    State,
    TimeHeadway,
    TimeToCollision,
)
from simgen.world.lanes import LaneNetwork, LanePosition

RULES: Mapping[str, Callable[[float, float], bool]] = {"less": operator.lt, "greater": operator.gt}
TIME_TOLERANCE_S = 1e-9


@dataclass(slots=True, kw_only=True)
class Evidence:
    """What conditions look at: the situation, the lanes, and what the storyboard remembers.

    Attributes:
        row: entity name -> index in the situation.
        reached_s: (event, state) -> when it was reached.
        traversed: entities that have left the lane (or its continuation) in which they began.
    """

    situation: Situation
    lanes: LaneNetwork
    row: Mapping[str, int]
    reached_s: Mapping[tuple[str, str], float]
    traversed: frozenset[str] = frozenset()
    places: dict[int, Float[ndarray, "3"]] = field(default_factory=dict)

    def present(self, *names: str) -> bool:
        """Whether all of these entities exist now."""
        return all(bool(self.situation.present[self.row[name]]) for name in names)

    def point(self, target: str | Position) -> Float[ndarray, "3"]:
        """World coordinates of an entity's origin or of a place."""
        if isinstance(target, str):
            return np.asarray(self.situation.position[self.row[target]])
        if id(target) not in self.places:
            self.places[id(target)] = place_point(target, self.lanes)
        return self.places[id(target)]

    def footprint(self, name: str) -> Footprints:
        """The rectangle of one entity, as an array of one."""
        state, k = self.situation, slice(self.row[name], self.row[name] + 1)
        heading = state.heading_rad[k]
        ahead = np.stack([np.cos(heading), np.sin(heading)], axis=-1) * state.centre_m[k, None]
        return Footprints(
            centre_m=state.position[k, :2] + ahead,
            heading_rad=heading,
            length_m=state.length_m[k],
            width_m=state.width_m[k],
        )

    def speed_mps(self, name: str) -> float:
        """Speed of one entity."""
        return float(np.linalg.norm(self.situation.velocity[self.row[name]]))


def place_point(place: Position, lanes: LaneNetwork) -> Float[ndarray, "3"]:
    """World coordinates of a concrete place (a WorldPosition without z lies at 0)."""
    if isinstance(place, WorldPosition):
        return np.array([place.x_m, place.y_m, place.z_m or 0.0], dtype=np.float64)
    if isinstance(place, OnLane):
        where = LanePosition(lane=place.lane, s_m=float(place.s_m), offset_m=float(place.offset_m))  # type: ignore[arg-type]
        return np.asarray(lanes.pose(where).translation)
    raise InputError(f"position: expected OnLane or WorldPosition in a concrete scenario, got {type(place).__name__}")


@singledispatch
def holds(trigger: object, evidence: Evidence) -> bool:
    """Whether a trigger holds now.

    Raises:
        InputError: not a trigger.
    """
    raise InputError(f"when: expected a trigger, got {type(trigger).__name__}")


@holds.register
def _(trigger: AtTime, evidence: Evidence) -> bool:
    return evidence.situation.time_s >= _number(trigger.time_s) - TIME_TOLERANCE_S


@holds.register
def _(trigger: Distance, evidence: Evidence) -> bool:
    to = (trigger.to,) if isinstance(trigger.to, str) else ()
    if not evidence.present(trigger.entity, *to):
        return False
    return RULES[trigger.rule](distance_m(trigger, evidence), _number(trigger.distance_m))


@holds.register
def _(trigger: TimeToCollision, evidence: Evidence) -> bool:
    if not evidence.present(trigger.entity, trigger.to):
        return False
    velocity = evidence.situation.velocity
    a, b = evidence.row[trigger.entity], evidence.row[trigger.to]
    left, right = evidence.footprint(trigger.entity), evidence.footprint(trigger.to)
    ttc = time_to_collision_s(left, right, velocity[a : a + 1, :2], velocity[b : b + 1, :2])
    return float(ttc[0]) < _number(trigger.ttc_s)


@holds.register
def _(trigger: TimeHeadway, evidence: Evidence) -> bool:
    to = (trigger.to,) if isinstance(trigger.to, str) else ()
    if not evidence.present(trigger.entity, *to):
        return False
    k, state = evidence.row[trigger.entity], evidence.situation
    front = state.centre_m[k] + state.length_m[k] / 2.0
    gap = _relative(trigger.entity, trigger.to, evidence)[0] - front
    return bool(0.0 <= gap < evidence.speed_mps(trigger.entity) * _number(trigger.headway_s))


@holds.register
def _(trigger: ReachPosition, evidence: Evidence) -> bool:
    if not evidence.present(trigger.entity):
        return False
    offset = evidence.point(trigger.position)[:2] - evidence.point(trigger.entity)[:2]
    return float(np.linalg.norm(offset)) <= _number(trigger.tolerance_m)


@holds.register
def _(trigger: Speed, evidence: Evidence) -> bool:
    speed = evidence.speed_mps(trigger.entity)
    return evidence.present(trigger.entity) and RULES[trigger.rule](speed, _number(trigger.speed_mps))


@holds.register
def _(trigger: LaneTraversal, evidence: Evidence) -> bool:
    if not evidence.present(trigger.entity):
        return False
    if trigger.lane:
        return evidence.situation.lane[evidence.row[trigger.entity]] == trigger.lane
    return trigger.entity in evidence.traversed


@holds.register
def _(trigger: State, evidence: Evidence) -> bool:
    since = evidence.reached_s.get((trigger.event, trigger.state))
    delay = _number(trigger.delay_s)
    return since is not None and evidence.situation.time_s >= since + delay - TIME_TOLERANCE_S


@holds.register
def _(trigger: All, evidence: Evidence) -> bool:
    return all(holds(part, evidence) for part in trigger.of)


@holds.register
def _(trigger: AnyOf, evidence: Evidence) -> bool:
    return any(holds(part, evidence) for part in trigger.of)


def distance_m(trigger: Distance, evidence: Evidence) -> float:
    """The distance that a Distance trigger compares, by its `along`."""
    if trigger.along == "freespace":
        own = evidence.footprint(trigger.entity)
        other = evidence.footprint(trigger.to) if isinstance(trigger.to, str) else _spot(evidence.point(trigger.to))
        return float(gap_m(own, other)[0])
    offset = _relative(trigger.entity, trigger.to, evidence)
    if trigger.along == "longitudinal":
        return abs(float(offset[0]))
    if trigger.along == "lateral":
        return abs(float(offset[1]))
    return float(np.linalg.norm(evidence.point(trigger.to)[:2] - evidence.point(trigger.entity)[:2]))


def _relative(entity: str, target: str | Position, evidence: Evidence) -> Float[ndarray, "2"]:
    """The target in the entity's own axes (x forward, y left)."""
    dx, dy = evidence.point(target)[:2] - evidence.point(entity)[:2]
    heading = evidence.situation.heading_rad[evidence.row[entity]]
    cos, sin = np.cos(heading), np.sin(heading)
    return np.array([cos * dx + sin * dy, -sin * dx + cos * dy])


def _spot(point: Float[ndarray, "3"]) -> Footprints:
    zero = np.zeros(1)
    return Footprints(centre_m=point[None, :2], heading_rad=zero, length_m=zero, width_m=zero)


def _number(value: object) -> float:
    return float(value)  # type: ignore[arg-type]
