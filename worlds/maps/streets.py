"""Streets between junctions: cross section, parking, crosswalks, signs and lights at their ends, lamps and trees."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from . import furniture
from .crossing import Arm, controller
from .pen import Pen
from .sheet import Element, LaneDraft, Mark, RoadDraft, SectionDraft

BAY_LENGTH_M = 5.8
CIRCLE_M = 22.0
"""Length of a turning circle (RASt 06, 6.1.2.2: 6 m radius for cars)."""
_DASH = Mark(kind="broken", dash_m=3.0, gap_m=6.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A cross section, the same on both sides.

    Attributes:
        drive: driving lanes from the middle outwards.
        edge: what lies beside them where nobody parks, with the kerb.
        bay: parking bays, as wide as `edge`; None where there are none.
        walk: the sidewalk.
        setback_m: from the middle of a junction to where its streets begin.
        end_m: of a street, without parking.
    """

    drive: tuple[LaneDraft, ...]
    edge: LaneDraft
    bay: LaneDraft | None
    walk: LaneDraft
    setback_m: float
    end_m: float

    @property
    def drive_m(self) -> float:
        """From the middle to the edge of the carriageway."""
        return sum(lane.width_m for lane in self.drive)

    @property
    def half_m(self) -> float:
        """From the middle to the sidewalk's outer border."""
        return self.drive_m + self.edge.width_m + self.walk.width_m

    @property
    def speed_kmh(self) -> float:
        """The limit."""
        return self.drive[0].speed_kmh

    def arm(self, road: str, contact: str, x_m: float, y_m: float, out_rad: float) -> Arm:
        """A street's end at a junction."""
        lanes = tuple(replace(lane, speed_kmh=0.0, marks=()) for lane in self.drive)
        walk = (self.edge, self.walk)
        return Arm(road=road, contact=contact, x_m=x_m, y_m=y_m, out_rad=out_rad, walk=walk, drive=lanes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A street between two nodes, the parking stretches along it, and how it runs; `end` -1 is a dead end."""

    id: str
    name: str
    start: int
    end: int
    pen: Pen
    parking: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A street's end at a junction: "light", "yield", "priority", or "" for right before left."""

    street: Street
    at_start: bool
    rule: str
    zebra: bool

    @property
    def tag(self) -> str:
        """Ends the ids of what stands there."""
        return f"{self.street.id}{'a' if self.at_start else 'b'}"

    def s(self, from_end_m: float) -> float:
        """Where along the street."""
        return from_end_m if self.at_start else self.street.pen.length_m - from_end_m


def arms_of(streets: Sequence[Street], profile: Profile) -> dict[int, list[Arm]]:
    """The ends of all streets, node by node."""
    ends: dict[int, list[Arm]] = {}
    for street in streets:
        first, last = street.pen.pieces[0], street.pen
        start = profile.arm(street.id, "start", first.x_m, first.y_m, first.heading_rad)
        ends.setdefault(street.start, []).append(start)
        if street.end >= 0:
            end = profile.arm(street.id, "end", last.x_m, last.y_m, last.heading_rad + math.pi)
            ends.setdefault(street.end, []).append(end)
    return ends


def road_of(street: Street, profile: Profile, heights: Mapping[int, float]) -> RoadDraft:
    """The road of a street, as yet without anything on it."""
    length = street.pen.length_m
    low = heights[street.start]
    high = heights[street.end] if street.end >= 0 else low
    return RoadDraft(
        id=street.id,
        name=street.name,
        pieces=street.pen.pieces,
        sections=_sections(street, profile),
        speed_kmh=profile.speed_kmh,
        predecessor=("junction", str(100 + street.start), ""),
        successor=("junction", str(100 + street.end), "") if street.end >= 0 else None,
        elevation=(furniture.smooth_rise(0.0, length, low, high),),
    )


def _sections(street: Street, profile: Profile) -> tuple[SectionDraft, ...]:
    length = street.pen.length_m
    cuts: list[tuple[float, bool]] = [(0.0, False)]
    for start, end in street.parking:
        cuts += [(start, True), (end, False)]
    bare = (*profile.drive, profile.edge, profile.walk)
    bays = (*profile.drive, profile.bay or profile.edge, profile.walk)
    middle = _DASH if len(profile.drive) == 1 else Mark(kind="solid")
    sections = []
    for k, (start, parked) in enumerate(cuts):
        lanes = bays if parked else bare
        solid = Mark(kind="solid", start_m=6.5)
        if k == 0 and len(cuts) == 1:
            centre: tuple[Mark, ...] = (Mark(kind="none"), replace(middle, start_m=6.5))
            if street.end >= 0:
                centre = (*centre, Mark(kind="none", start_m=length - 6.5))
        elif k == 0:
            centre = (Mark(kind="none"), solid)
        elif k == len(cuts) - 1:
            centre = (Mark(kind="solid"), Mark(kind="none", start_m=length - start - 6.5))
        else:
            centre = (middle,)
        sections.append(SectionDraft(s_m=start, left=lanes, right=lanes, centre=centre))
    if street.end < 0:
        sections.append(_turning_circle(length, profile))
    return tuple(sections)


def _turning_circle(length_m: float, profile: Profile) -> SectionDraft:
    """The end of a dead end, where cars turn: asphalt beside the lanes that widens and narrows again."""
    grow, keep, wide = 8.0, 8.0, 6.0
    shrink = CIRCLE_M - grow - keep
    widths = (
        (0.0, 0.0, 0.0, 3.0 * wide / grow**2, -2.0 * wide / grow**3),
        (grow, wide, 0.0, 0.0, 0.0),
        (grow + keep, wide, 0.0, -3.0 * wide / shrink**2, 2.0 * wide / shrink**3),
    )
    bulge = LaneDraft(kind="shoulder", widths=widths)
    lanes = (*profile.drive, bulge, profile.edge, profile.walk)
    return SectionDraft(s_m=length_m - CIRCLE_M, left=lanes, right=lanes, centre=(Mark(kind="none"),))


def furnish_end(road: RoadDraft, ending: Ending, profile: Profile) -> None:
    """Zebra crossing, stop line, and a traffic light or a sign where the street meets a junction."""
    side, tag, wide, count = (1.0 if ending.at_start else -1.0), ending.tag, profile.drive_m, len(profile.drive)
    if ending.zebra:
        road.objects.append(furniture.crosswalk(f"zebra{tag}", ending.s(2.9), 3.6, wide - 0.15))
        road.objects.append(furniture.stop_line(f"stop{tag}", ending.s(6.0), side * wide / 2.0, wide - 0.1))
    t = side * (wide + 0.7)
    forward = not ending.at_start
    if ending.rule == "light":
        lanes = (1, count) if ending.at_start else (-1, -count)
        road.signals.append(
            furniture.signal(
                f"light{tag}",
                "traffic light",
                s_m=ending.s(5.2),
                t_m=t,
                kind="1000001",
                forward=forward,
                dynamic=True,
                z_offset_m=2.4,
                height_m=0.9,
                width_m=0.3,
                lanes=lanes,
            )
        )
    elif ending.rule == "yield":
        road.signals.append(
            furniture.signal(
                f"yield{tag}", "Vorfahrt gewähren", s_m=ending.s(5.4), t_m=t, kind="205", forward=forward, width_m=0.9
            )
        )
    elif ending.rule == "priority":
        road.signals.append(
            furniture.signal(
                f"prio{tag}", "Vorfahrtstraße", s_m=ending.s(7.0), t_m=t, kind="306", forward=forward, width_m=0.6
            )
        )


def bay_row(street: Street, profile: Profile, stretch: int, side: float) -> Element:
    """Parking bays along one side (1 left, -1 right) of one of the street's parking stretches."""
    bays, first = bays_in(*street.parking[stretch])
    return furniture.parking_bays(
        f"bays{street.id}{stretch}{'r' if side < 0 else 'l'}",
        s_m=first,
        length_m=bays * BAY_LENGTH_M,
        t_m=side * (profile.drive_m + profile.edge.width_m / 2.0),
        bay_m=BAY_LENGTH_M,
        width_m=profile.edge.width_m,
    )


def bays_in(start_m: float, end_m: float) -> tuple[int, float]:
    """How many bays a stretch holds, and where the first begins."""
    bays = math.floor((end_m - start_m - 1.0) / BAY_LENGTH_M)
    return bays, (start_m + end_m - bays * BAY_LENGTH_M) / 2.0


def limits(road: RoadDraft, street: Street, profile: Profile, from_end_m: float = 11.0) -> None:
    """A sign with the speed limit behind each junction."""
    t, text = profile.drive_m + 0.7, f"{profile.speed_kmh:.0f}"
    value = profile.speed_kmh
    road.signals.append(
        furniture.signal(f"limit{street.id}f", text, s_m=from_end_m, t_m=-t, kind="274", subtype=text, value=value)
    )
    if street.end >= 0:
        end = street.pen.length_m - from_end_m
        road.signals.append(
            furniture.signal(
                f"limit{street.id}b", text, s_m=end, t_m=t, kind="274", subtype=text, value=value, forward=False
            )
        )


def lamp(tag: str, s_m: float, side: float, t_m: float, height_m: float, kerb_m: float) -> Element:
    """A street lamp beside the road that looks at it; `side` 1 is the left one."""
    return furniture.standing(
        f"lamp{tag}",
        "streetLamp",
        "lamp post",
        s_m,
        side * t_m,
        height_m=height_m,
        radius_m=0.08,
        z_offset_m=kerb_m,
        heading_rad=-side * math.pi / 2.0,
    )


def controllers(node: int, groups: Mapping[str, Sequence[str]]) -> list[Element]:
    """A controller for each group of lights at a node that has green at the same time."""
    return [controller(f"{node}{k}", f"{name} {node}", lights) for k, (name, lights) in enumerate(groups.items())]
