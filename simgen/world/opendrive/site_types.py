"""What an OpenDRIVE file says about railways and about junctions as a whole, as data.

Source: ASAM OpenDRIVE 1.8, chapters "Junctions" (junction groups, boundaries) and "Railroads".
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundarySegment:
    """A piece of a junction's outline (1.8).

    Attributes:
        kind: "lane" (along the outer border of a lane) or "joint" (across the end of a road).
        lane: of kind "lane": its id, with `s_start` and `s_end` ("begin", "end" or metres, as the file has them).
        contact: of kind "joint": which end of the road.
        lanes: of kind "joint": from which lane to which, None where the whole road is crossed.
    """

    kind: Literal["lane", "joint"]
    road: str
    lane: int = 0
    s_start: str = ""
    s_end: str = ""
    contact: str = ""
    lanes: tuple[int, int] | None = None
    transition_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JunctionGroup:
    """Junctions that belong together: `kind` is "roundabout", "complexJunction", "highwayInterchange" or "unknown"."""

    id: str
    name: str = ""
    kind: str = "unknown"
    junctions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A railway switch: where a side track leaves the main track.

    Attributes:
        position: "straight", "turn" or "dynamic".
        main, side: (track's road, s, direction "+" or "-").
        partner: the switch that ends the side track, "" where none.
    """

    id: str
    name: str = ""
    position: str = "dynamic"
    main: tuple[str, float, str]
    side: tuple[str, float, str]
    partner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A platform: stretches of road (road, from s, to s, side)."""

    id: str
    name: str = ""
    segments: tuple[tuple[str, float, float, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A station of a railway: `kind` is "small", "medium" or "large"."""

    id: str
    name: str = ""
    kind: str = ""
    platforms: tuple[Platform, ...] = ()
