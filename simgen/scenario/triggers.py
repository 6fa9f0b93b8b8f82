"""When something happens (OpenSCENARIO's conditions), as data; the storyboard evaluates them."""

from dataclasses import dataclass

from simgen.sampling import Number
from simgen.scenario.position import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTime:
    """Simulation time has come."""

    time_s: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """Two entities (or an entity and a place) come nearer than, or further than, a distance.

    Attributes:
        along: "euclidean" (between origins), "longitudinal" (in the first one's x), "lateral", "freespace" (between
            boxes).
        rule: "less" or "greater".
    """

    entity: str
    to: str | Position
    distance_m: Number
    along: str = "euclidean"
    rule: str = "less"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToCollision:
    """Time to first contact of two footprints at constant velocity falls below a number."""

    entity: str
    to: str
    ttc_s: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeHeadway:
    """An entity's front is less than a time (at its present speed) from another entity's origin or from a place.

    Measured along the first one's x, and never true once the place lies behind its front.
    """

    entity: str
    to: str | Position
    headway_s: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachPosition:
    """An entity comes within a tolerance of a place."""

    entity: str
    position: Position
    tolerance_m: Number = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """An entity's speed rises above or falls below a number."""

    entity: str
    speed_mps: Number
    rule: str = "greater"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneTraversal:
    """An entity has changed into another lane than it began in, or (with `lane`) into that lane."""

    entity: str
    lane: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Another event has reached a state: "running" or "complete" (StoryboardElementState)."""

    event: str
    state: str = "complete"
    delay_s: Number = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """All at once."""

    of: "tuple[Trigger, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """At least one."""

    of: "tuple[Trigger, ...]"


Trigger = (
    AtTime | Distance | TimeToCollision | TimeHeadway | ReachPosition | Speed | LaneTraversal | State | All | AnyOf
)
