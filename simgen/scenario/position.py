"""Places that a scenario can name (OpenSCENARIO's positions)."""

from dataclasses import dataclass

from simgen.sampling import Number


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldPosition:
    """A point of the world frame; z is found on the ground where it is None.

    Attributes:
        heading_rad: counter-clockwise from x.
        pitch_rad: nose down, then `roll_rad`, right side down; of things that are not grounded.
        grounded: stands on what is below, tilted with it; otherwise it is just where the numbers say.
    """

    x_m: Number
    y_m: Number
    z_m: float | None = None
    heading_rad: Number = 0.0
    pitch_rad: Number = 0.0
    roll_rad: Number = 0.0
    grounded: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OnLane:
    """A place on a named lane ("road/section/lane"), `s_m` along its direction of travel."""

    lane: str
    s_m: Number
    offset_m: Number = 0.0
    heading_rad: Number = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Somewhere:
    """Anywhere on the map that has what a scenario needs, drawn by the seed.

    Attributes:
        kind: lane type.
        behind_m, ahead_m: how much lane must be there (over successors); relaxed, and recorded, on a small map.
        lanes_left, lanes_right: how many neighbours with the same direction there must be.
        straight: prefer a stretch whose heading changes less than 0.1 rad over `behind_m` and `ahead_m`.
        off_junctions_m: how far away from junctions it must be; relaxed and recorded likewise.
        outermost: no lane of the same kind and direction to its right.
    """

    kind: str = "driving"
    behind_m: float = 0.0
    ahead_m: float = 100.0
    lanes_left: int = 0
    lanes_right: int = 0
    straight: bool = False
    offset_m: Number = 0.0
    heading_rad: Number = 0.0
    off_junctions_m: float = 0.0
    outermost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeLane:
    """Relative to another entity along its lane.

    Attributes:
        ds_m: ahead of it along the lanes.
        gap_s: further ahead (negative: behind) by what the faster of the two goes in this time at its initial speed.
        dlane: lanes to the left (positive) of it, same direction.
        offset_m: to the left of that lane's centre.
    """

    entity: str
    ds_m: Number
    gap_s: Number = 0.0
    dlane: int = 0
    offset_m: Number = 0.0
    heading_rad: Number = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeObject:
    """In another entity's own axes (x forward, y left)."""

    entity: str
    dx_m: Number
    dy_m: Number
    heading_rad: Number = 0.0


Position = WorldPosition | OnLane | Somewhere | RelativeLane | RelativeObject
