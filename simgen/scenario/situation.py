"""What triggers see of the simulation, and what the storyboard answers."""

from dataclasses import dataclass

from jaxtyping import Bool, Float
from numpy import ndarray

from simgen.motion import Happening
from simgen.scenario.actions import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All entities at one time, in the order of `names` (the ego first).

    Attributes:
        time_s: 0 is the first reading's time base.
        position: of root origins, world frame.
        velocity, acceleration: world frame.
        length_m, width_m: of footprints.
        centre_m: how far the footprint's centre lies ahead of the root origin.
        lane: lane id each, "" off the lanes; `lane_s_m` along it.
        contacts: pairs of entity names that touched since the last situation.
    """

    time_s: float
    names: tuple[str, ...]
    present: Bool[ndarray, " n"]
    position: Float[ndarray, "n 3"]
    heading_rad: Float[ndarray, " n"]
    velocity: Float[ndarray, "n 3"]
    acceleration: Float[ndarray, "n 3"]
    length_m: Float[ndarray, " n"]
    width_m: Float[ndarray, " n"]
    centre_m: Float[ndarray, " n"]
    lane: tuple[str, ...]
    lane_s_m: Float[ndarray, " n"]
    contacts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """An entity is to begin an action now."""

    event: str
    entity: str
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryStep:
    """What a step of the storyboard brought: actions to begin, and rows for `/events`."""

    started: tuple[Started, ...]
    happenings: tuple[Happening, ...]
