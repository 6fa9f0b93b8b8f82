"""Draws car_park.xodr: a street with a car park beside it: aisles, marked bays, walkways with zebra crossings.

A row of bays is a road across the aisle with a parking lane for each bay, so cars stand in bays as they do on lanes.
Source: EAR 05 (German guidelines for parking): bays 2.5 m x 5.0 m at right angles, aisles of 6.0 m.
"""

import math
from collections.abc import Sequence

from . import furniture
from .crossing import Arm, crossing
from .pen import Pen
from .sheet import LaneDraft, Mark, RoadDraft, SectionDraft, document

BAY_M, DEPTH_M, AISLE_M, WALKWAY_M, GAP_M = 2.5, 5.0, 6.0, 2.5, 5.0
STREET_M, WALK_M, KERB_M = 3.25, 2.5, 0.12
FIRST_M, SETBACK_M, END_M, REACH_M = 30.0, 7.0, 3.0, 75.0
"""The first aisle's distance from the street, of junctions' arms from their middle, of aisles' ends from the last bays,
and how far the street goes on."""

STAND_M = 4.45
"""Of a bay's depth, what a car's rear axle may stand on: one car each."""

PITCH_M = AISLE_M + 2.0 * DEPTH_M + WALKWAY_M
_LANE = LaneDraft(kind="driving", width_m=AISLE_M / 2.0, speed_kmh=20.0)
_STREET = LaneDraft(kind="driving", width_m=STREET_M, speed_kmh=50.0)
_WALK = LaneDraft(kind="sidewalk", width_m=WALK_M, height_m=KERB_M)


def draw(aisles: int = 3, bays: int = 32) -> bytes:
    """The file; `bays` of one row (an even number: a walkway leads through its middle)."""
    side = column_m(bays)
    rows = [aisle_m(k) for k in range(aisles)]
    roads = [_street("1", -side - REACH_M, -side), _street("2", -side, side), _street("3", side, side + REACH_M)]
    arms: dict[str, list[Arm]] = {}
    _street_arms(arms, side)
    for k, y in enumerate(rows):
        roads.append(_aisle(k, y, side, arms))
        roads += _bays(k, y, bays)
        if k < aisles - 1:
            roads.append(_walkway(k, y, bays))
    for tag, x in (("w", -side), ("e", side)):
        for k, (low, high) in enumerate(zip([0.0, *rows[:-1]], rows, strict=True)):
            roads.append(_column(tag, k, x, low, high, arms))
    drawn, junctions = [], []
    for n, name in enumerate(sorted(arms)):
        made = crossing(200 + n, f"node {name}", sorted(arms[name], key=lambda arm: (arm.road, arm.contact)), 0.0)
        drawn += list(made.roads)
        junctions.append(made.junction)
        for road in roads:
            for end, which in (("start", "predecessor"), ("end", "successor")):
                if any(arm.road == road.id and arm.contact == end for arm in arms[name]):
                    setattr(road, which, ("junction", str(200 + n), ""))
    return document("car_park", [*roads, *drawn], junctions)


def column_m(bays: int) -> float:
    """Where the ways along the rows' ends run: x, either sign."""
    return bays * BAY_M / 2.0 + GAP_M / 2.0 + END_M + SETBACK_M


def aisle_m(k: int) -> float:
    """The middle of an aisle: y."""
    return FIRST_M + k * PITCH_M


def blocks_m(bays: int) -> tuple[float, float]:
    """Where the bays of both halves of a row begin: x."""
    half = bays // 2 * BAY_M
    return -GAP_M / 2.0 - half, GAP_M / 2.0


def _arm(
    road: str, contact: str, x: float, y: float, out: float, lane: LaneDraft, walk: Sequence[LaneDraft] = ()
) -> Arm:
    return Arm(road=road, contact=contact, x_m=x, y_m=y, out_rad=out, walk=tuple(walk), drive=(lane,))


def _street(id_: str, first_m: float, last_m: float) -> RoadDraft:
    start = first_m + (SETBACK_M + 3.0 if id_ != "1" else 0.0)
    end = last_m - (SETBACK_M + 3.0 if id_ != "3" else 0.0)
    lanes = (_STREET, _WALK)
    dash = Mark(kind="broken", dash_m=3.0, gap_m=6.0)
    road = RoadDraft(
        id=id_, name="Station Street", pieces=Pen(x_m=start, y_m=0.0, heading_rad=0.0).line(end - start).pieces,
        sections=(SectionDraft(s_m=0.0, left=lanes, right=lanes, centre=(dash,)),),
    )  # fmt: skip
    for k, s_m in enumerate((12.0, road.length_m / 2.0 - 6.0, road.length_m - 12.0)):
        side = 1.0 if k % 2 else -1.0
        road.objects.append(
            furniture.standing(
                f"lamp{id_}{k}", "streetLamp", "lamp post", s_m, side * (STREET_M + WALK_M - 0.3), height_m=7.0,
                radius_m=0.08, z_offset_m=KERB_M, heading_rad=-side * math.pi / 2.0,
            )
        )  # fmt: skip
    return road


def _street_arms(arms: dict[str, list[Arm]], side: float) -> None:
    back = SETBACK_M + 3.0
    for name, x, west, east in (("w0", -side, "1", "2"), ("e0", side, "2", "3")):
        arms.setdefault(name, []).append(_arm(west, "end", x - back, 0.0, math.pi, _STREET, (_WALK,)))
        arms[name].append(_arm(east, "start", x + back, 0.0, 0.0, _STREET, (_WALK,)))


def _column(tag: str, k: int, x: float, low: float, high: float, arms: dict[str, list[Arm]]) -> RoadDraft:
    """One piece of the ways along the ends; the first leads in from the street and has sidewalks."""
    id_ = f"{4 if tag == 'w' else 5}{k}"
    start, end = low + SETBACK_M + (3.0 if k == 0 else 0.0), high - SETBACK_M
    lanes: tuple[LaneDraft, ...] = (_LANE, _WALK) if k == 0 else (_LANE,)
    road = RoadDraft(
        id=id_, name="Car park", speed_kmh=20.0, kind="lowSpeed",
        pieces=Pen(x_m=x, y_m=start, heading_rad=math.pi / 2.0).line(end - start).pieces,
        sections=(SectionDraft(s_m=0.0, left=lanes, right=lanes),),
    )  # fmt: skip
    walk = (_WALK,) if k == 0 else ()
    arms.setdefault(f"{tag}{k}", []).append(_arm(id_, "start", x, start, math.pi / 2.0, _LANE, walk))
    arms.setdefault(f"{tag}{k + 1}", []).append(_arm(id_, "end", x, end, -math.pi / 2.0, _LANE))
    if k == 0:
        road.objects.append(furniture.give_way_line(f"wait{tag}", 1.0, AISLE_M / 4.0, AISLE_M / 2.0 - 0.3))
        road.signals.append(
            furniture.signal(f"yield{tag}", "Vorfahrt", s_m=1.5, t_m=AISLE_M / 2.0 + 0.5, kind="205", forward=False)
        )
        road.signals.append(
            furniture.signal(
                f"limit{tag}", "20", s_m=5.0, t_m=-(AISLE_M / 2.0 + 0.5), kind="274", subtype="20", value=20.0
            )
        )
    return road


def _aisle(k: int, y: float, side: float, arms: dict[str, list[Arm]]) -> RoadDraft:
    id_, start, end = f"6{k}", -side + SETBACK_M, side - SETBACK_M
    arms.setdefault(f"w{k + 1}", []).append(_arm(id_, "start", start, y, 0.0, _LANE))
    arms.setdefault(f"e{k + 1}", []).append(_arm(id_, "end", end, y, math.pi, _LANE))
    road = RoadDraft(
        id=id_, name=f"Aisle {k + 1}", speed_kmh=20.0, kind="lowSpeed",
        pieces=Pen(x_m=start, y_m=y, heading_rad=0.0).line(end - start).pieces,
        sections=(SectionDraft(s_m=0.0, left=(_LANE,), right=(_LANE,)),),
    )  # fmt: skip
    road.objects.append(furniture.crosswalk(f"zebra{k}", end, 4.0, AISLE_M / 2.0 - 0.1))
    return road


def _bays(k: int, y: float, bays: int) -> list[RoadDraft]:
    """Both rows along an aisle, each in two halves, noses away from the aisle."""
    line = Mark(kind="solid", width_m=0.12)
    stand = LaneDraft(kind="parking", width_m=BAY_M, marks=(line,))
    count = bays // 2
    roads = []
    for n, first in enumerate(blocks_m(bays)):
        for side in (1.0, -1.0):
            # Lanes lie to the right of the way into the bays: eastwards to the north, westwards to the south.
            x = first if side > 0 else first + count * BAY_M
            pen = Pen(x_m=x, y_m=y + side * AISLE_M / 2.0, heading_rad=side * math.pi / 2.0).line(DEPTH_M)
            rest = LaneDraft(kind="shoulder", width_m=count * BAY_M, marks=(line,))
            roads.append(
                RoadDraft(
                    id=f"7{k}{n}{'n' if side > 0 else 's'}", name="Bays", speed_kmh=10.0, kind="lowSpeed",
                    pieces=pen.pieces,
                    sections=(
                        SectionDraft(s_m=0.0, right=(stand,) * count, centre=(line,)),
                        SectionDraft(s_m=STAND_M, right=(rest,), centre=(line,)),
                    ),
                )
            )  # fmt: skip
    return roads


def _walkway(k: int, y: float, bays: int) -> RoadDraft:
    """Between the rows of two aisles: a raised way for people."""
    low = y + AISLE_M / 2.0 + DEPTH_M
    first = blocks_m(bays)[0] - 0.5
    pen = Pen(x_m=first, y_m=low + WALKWAY_M, heading_rad=0.0).line(-2.0 * first)
    return RoadDraft(
        id=f"8{k}", name="Walkway", speed_kmh=5.0, kind="pedestrian", pieces=pen.pieces,
        sections=(
            SectionDraft(s_m=0.0, right=(LaneDraft(kind="sidewalk", width_m=WALKWAY_M, height_m=KERB_M),)),
        ),
    )  # fmt: skip
