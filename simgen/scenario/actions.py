"""What entities do (OpenSCENARIO's private actions), as data; physics carries them out."""

from dataclasses import dataclass

from simgen.sampling import Number
from simgen.scenario.position import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedProfile:
    """Go through speeds at times.

    Attributes:
        speeds_mps: the first is reached `durations_s[0]` after the start.
        durations_s: one for each speed; 0 is a step. None with `acceleration_mps2` goes there at that rate.
        shape: "linear", "cubic", "sinusoidal" or "step" (OpenSCENARIO's dynamicsShape).
    """

    speeds_mps: tuple[Number, ...]
    durations_s: tuple[Number, ...] | None = None
    acceleration_mps2: Number = 3.0
    shape: str = "linear"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneChange:
    """Change lanes.

    Attributes:
        lanes: to the left (positive) or right.
        duration_s: from the start to the new centre line.
    """

    lanes: int
    duration_s: Number = 4.0
    shape: str = "sinusoidal"
    offset_m: Number = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowRoute:
    """Drive through these places, shortest way between them."""

    waypoints: tuple[Position, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowTrajectory:
    """Be at these places at these times after the start (heading along the path if `heading_rad` is 0 throughout)."""

    positions: tuple[Position, ...]
    times_s: tuple[Number, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Walk (or run) along a path of places, at a speed, then stand."""

    path: tuple[Position, ...]
    speed_mps: Number = 1.4


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLamps:
    """Switch lamps on or off by name (`lamps.LAMPS`)."""

    lamps: tuple[str, ...]
    on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Appear:
    """Come into being at a place (until then the entity is absent), or vanish (`present` False)."""

    position: Position | None = None
    present: bool = True


Action = SpeedProfile | LaneChange | FollowRoute | FollowTrajectory | Walk | SetLamps | Appear
