"""Draws town.xodr: six blocks of a European town, two signalised junctions, six T junctions.

Streets have one 3.25 m lane each way, parking bays, kerbs 12 cm high and sidewalks, which widen at the junctions
(RASt 06, 6.1: lane 3.25 m with buses, parking 2.0 to 2.2 m, sidewalk 2.5 m and more).
"""

import math
from collections.abc import Mapping, Sequence

from . import furniture
from .crossing import Arm, arms_at, crossing
from .pen import Pen
from .sheet import Element, LaneDraft, RoadDraft, document
from .streets import (
    BAY_LENGTH_M,
    Ending,
    Profile,
    Street,
    arms_of,
    bay_row,
    bays_in,
    controllers,
    furnish_end,
    lamp,
    limits,
    road_of,
)

COLUMNS_M = (0.0, 100.0, 205.0, 305.0)
ROWS_M = (0.0, 92.0, 176.0)
HEIGHTS_M = ((0.0, 0.3, 0.9, 0.6), (0.8, 1.2, 2.2, 1.9), (1.0, 1.9, 3.0, 2.6))
SETBACK_M = 13.0
LANE_M, BAY_M, WALK_M, KERB_M = 3.25, 2.2, 2.8, 0.12
END_M = 15.0
SIGNALISED = (5, 6)

PROFILE = Profile(
    drive=(LaneDraft(kind="driving", width_m=LANE_M, speed_kmh=50.0),),
    edge=LaneDraft(kind="sidewalk", width_m=BAY_M, height_m=KERB_M),
    bay=LaneDraft(kind="parking", width_m=BAY_M),
    walk=LaneDraft(kind="sidewalk", width_m=WALK_M, height_m=KERB_M),
    setback_m=SETBACK_M,
    end_m=END_M,
)


def draw() -> bytes:
    """The file."""
    streets = _streets()
    ends = arms_of(streets, PROFILE)
    roads = [_road(street, ends) for street in streets]
    rest: list[Element] = []
    junctions: list[Element] = []
    for node in sorted(ends):
        lights = _controllers(node, streets) if node in SIGNALISED else []
        made = crossing(100 + node, f"node {node}", arms_at(ends, node), _height(node), [c.get("id") for c in lights])
        roads.extend(made.roads)
        rest.extend(lights)
        junctions.append(made.junction)
    return document("town", roads, [*rest, *junctions])


def _height(node: int) -> float:
    return HEIGHTS_M[node // 4][node % 4]


def _place(node: int) -> tuple[float, float]:
    return COLUMNS_M[node % 4], ROWS_M[node // 4]


def _streets() -> list[Street]:
    plain = [
        ("1", "Mill Lane", 1, 2), ("2", "Market Street", 4, 5), ("3", "Market Street", 5, 6),
        ("4", "Market Street", 6, 7), ("5", "Church Street", 1, 5), ("6", "Church Street", 5, 9),
        ("7", "School Street", 2, 6), ("8", "School Street", 6, 10),
    ]  # fmt: skip
    streets = []
    for id_, name, start, end in plain:
        pen = _straight(start, end)
        parking = ((END_M, pen.length_m - END_M),)
        streets.append(Street(id=id_, name=name, start=start, end=end, pen=pen, parking=parking))
    bow = _bow(9, 10)
    parking = ((END_M, bow.length_m - END_M),)
    streets.append(Street(id="9", name="Hill Road", start=9, end=10, pen=bow, parking=parking))
    for id_, name, start, corner, end in (
        ("10", "Mill Lane", 1, 0, 4), ("11", "Garden Street", 7, 3, 2),
        ("12", "Hill Road", 4, 8, 9), ("13", "Hill Road", 10, 11, 7),
    ):  # fmt: skip
        streets.append(_round_corner(id_, name, start, corner, end))
    return streets


def _leave(start: int, towards: int) -> Pen:
    (x, y), (to_x, to_y) = _place(start), _place(towards)
    heading = math.atan2(to_y - y, to_x - x)
    return Pen(x_m=x + SETBACK_M * math.cos(heading), y_m=y + SETBACK_M * math.sin(heading), heading_rad=heading)


def _straight(start: int, end: int) -> Pen:
    return _leave(start, end).line(math.dist(_place(start), _place(end)) - 2.0 * SETBACK_M)


def _bow(start: int, end: int) -> Pen:
    """A street that bows out between its ends: left, right twice as much, left, scaled so that it arrives."""
    wanted = math.dist(_place(start), _place(end)) - 2.0 * SETBACK_M
    low, high = 0.5, 2.0
    for _ in range(80):
        scale = (low + high) / 2.0
        pen = _bowed(start, end, scale)
        if math.dist((pen.x_m, pen.y_m), (pen.pieces[0].x_m, pen.pieces[0].y_m)) < wanted:
            low = scale
        else:
            high = scale
    return pen


def _bowed(start: int, end: int, scale: float) -> Pen:
    pen = _leave(start, end).line(6.0 * scale)
    angle, radius, spiral = 0.24, 60.0 * scale, 8.0 * scale
    pen.bend(angle, radius, spiral).bend(-2.0 * angle, radius, spiral).bend(angle, radius, spiral)
    return pen.line(6.0 * scale)


def _round_corner(id_: str, name: str, start: int, corner: int, end: int) -> Street:
    pen = _leave(start, corner)
    (x, y), (_, _), (to_x, to_y) = _place(start), _place(corner), _place(end)
    turn = math.remainder(math.atan2(to_y - _place(corner)[1], to_x - _place(corner)[0]) - pen.heading_rad, 2 * math.pi)
    probe = Pen(x_m=0.0, y_m=0.0, heading_rad=0.0).bend(turn, 24.0, 12.0)
    ahead, side = probe.x_m, abs(probe.y_m)
    first = math.dist((x, y), _place(corner)) - SETBACK_M - ahead
    last = math.dist(_place(corner), (to_x, to_y)) - SETBACK_M - side
    pen.line(first)
    bend_start = pen.length_m
    pen.bend(turn, 24.0, 12.0)
    bend_end = pen.length_m
    pen.line(last)
    parking = ((END_M, bend_start), (bend_end, pen.length_m - END_M))
    return Street(id=id_, name=name, start=start, end=end, pen=pen, parking=parking)


def _road(street: Street, ends: Mapping[int, Sequence[Arm]]) -> RoadDraft:
    road = road_of(street, PROFILE, {node: _height(node) for node in ends})
    for node, at_start in ((street.start, True), (street.end, False)):
        furnish_end(road, _ending(street, node, at_start, len(ends[node])), PROFILE)
    for k, (start, end) in enumerate(street.parking):
        bays, first = bays_in(start, end)
        for side in (-1.0, 1.0):
            road.objects.append(bay_row(street, PROFILE, k, side))
            for n in range(bays):
                _plant(road, f"{street.id}{k}{'r' if side < 0 else 'l'}{n}", n, first + n * BAY_LENGTH_M, side)
    limits(road, street, PROFILE)
    return road


def _ending(street: Street, node: int, at_start: bool, arms: int) -> Ending:
    minor = arms == 3 and street.id in ("5", "6", "7", "8", "2", "4")
    rule = "light" if node in SIGNALISED else "yield" if minor else "priority"
    return Ending(street=street, at_start=at_start, rule=rule, zebra=rule != "priority")


def _plant(road: RoadDraft, tag: str, n: int, s_m: float, side: float) -> None:
    """A lamp post, a tree or nothing between the bays."""
    kerb = LANE_M + BAY_M
    if n % 6 == (1 if side < 0 else 4):
        road.objects.append(lamp(tag, s_m, side, kerb + 0.4, 7.0, KERB_M))
    elif n % 3 == (0 if side < 0 else 1):
        height = 6.5 + (n * 7 % 5) * 0.4
        t_m = side * (kerb + 0.75)
        road.objects.append(
            furniture.standing(f"tree{tag}", "tree", "lime", s_m, t_m, height_m=height, radius_m=1.7, z_offset_m=KERB_M)
        )


def _controllers(node: int, streets: list[Street]) -> list[Element]:
    groups: dict[str, list[str]] = {"along": [], "across": []}
    for street in streets:
        for end, tag in ((street.start, "a"), (street.end, "b")):
            if end == node:
                axis = "along" if street.name == "Market Street" else "across"
                groups[axis].append(f"light{street.id}{tag}")
    return controllers(node, groups)
