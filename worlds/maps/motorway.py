"""Draws motorway.xodr: a motorway with an interchange: exits, entries, slip roads and a road over it.

The whole map is the same after half a turn about its origin, so each thing is drawn once and put there twice.
Source: RAA (German guidelines for motorways): cross section RQ 36 with lanes of 3.75 m; deceleration and acceleration
lanes of 250 m with tapers of 60 m, divided by a broken line of 0.3 m; slip roads of 3.5 m with a paved strip (Q 1).
"""

import math
from collections.abc import Sequence

from . import furniture
from .joints import End, joint, junction_of, widening
from .pen import Pen, Piece
from .sheet import Element, LaneDraft, Mark, RoadDraft, SectionDraft, document, element, sub

MEDIAN_M, STRIP_M, LANE_M, STOP_M, BERM_M = 1.5, 0.75, 3.75, 2.5, 1.5
AUX_M, TAPER_M, AUX_LENGTH_M = 3.5, 60.0, 260.0
GORE_M, NODE_M, BRIDGE_M = 320.0, 65.0, 6.9
"""Where slip roads part from the motorway (x), where they meet the road over it (y), and how high that is."""

INNER_M = MEDIAN_M + STRIP_M + 3.0 * LANE_M
"""From the middle to where slip roads' lanes begin."""

EDGE_M = INNER_M + STOP_M
_SLIP_M = 3.5
_Cubic = tuple[tuple[float, float, float, float, float], ...]
Spot = tuple[float, float, float]
"""x, y, heading."""


def draw() -> bytes:
    """The file."""
    roads = [*_main(), *_slip_roads(), *_over()]
    near, far = _node(half=0), _node(half=1)
    direct = [_gore("301", "2", "3", "11", "14"), _gore("302", "4", "3", "13", "12")]
    junctions = [*direct, junction_of("201", "south", near), junction_of("202", "north", far)]
    return document("motorway", [*roads, *near, *far], junctions)


def _turned(spot: Spot, half: int) -> Spot:
    """The same place after so many half turns about the origin."""
    x, y, heading = spot
    return (x, y, heading) if half == 0 else (-x, -y, heading + math.pi)


def _cross(
    start: float,
    end: float,
    stop: tuple[float, float],
    *,
    at: float = 0.0,
    berm: tuple[float, float] = (BERM_M, BERM_M),
    length: float = 1.0,
    aux: bool = True,
) -> SectionDraft:
    """Both carriageways; `start` and `end` are the widths of the additional lane, `stop` those of the hard shoulder."""
    dash = Mark(kind="broken", width_m=0.15, dash_m=6.0, gap_m=12.0)
    block = Mark(kind="broken", width_m=0.3, dash_m=6.0, gap_m=6.0)
    edge = Mark(kind="solid", width_m=0.3, weight="bold")
    lanes = [
        LaneDraft(kind="median", width_m=MEDIAN_M),
        LaneDraft(kind="shoulder", width_m=STRIP_M, marks=(edge,)),
        LaneDraft(kind="driving", width_m=LANE_M, marks=(dash,), speed_kmh=130.0),
        LaneDraft(kind="driving", width_m=LANE_M, marks=(dash,), speed_kmh=130.0),
        LaneDraft(kind="driving", width_m=LANE_M, marks=(block if aux else edge,), speed_kmh=120.0),
    ]
    if aux:
        lanes.append(LaneDraft(kind="driving", widths=widening(start, end, length), marks=(edge,), speed_kmh=100.0))
    lanes += [
        LaneDraft(kind="stop", widths=widening(*stop, length)),
        LaneDraft(kind="border", widths=widening(*berm, length)),
    ]
    return SectionDraft(s_m=at, left=tuple(lanes), right=tuple(lanes))


def _plain_sections(length: float) -> tuple[SectionDraft, ...]:
    return (_cross(0.0, 0.0, (STOP_M, STOP_M), length=length, aux=False),)


def _middle_sections() -> tuple[SectionDraft, ...]:
    """Between the gores: the hard shoulder begins where the slip road has left room for it."""
    grown, length = 110.0, 2.0 * GORE_M
    full = (STOP_M, STOP_M)
    return (
        _cross(0.0, 0.0, (0.0, STOP_M), berm=(0.0, BERM_M), length=grown, aux=False),
        _cross(0.0, 0.0, full, at=grown, length=length - 2.0 * grown, aux=False),
        _cross(0.0, 0.0, (STOP_M, 0.0), at=length - grown, berm=(BERM_M, 0.0), length=grown, aux=False),
    )


def _main() -> list[RoadDraft]:
    """The motorway from west to east: bend, additional lanes, straight under the bridge, additional lanes, bend."""
    full, rest = (STOP_M, STOP_M), AUX_LENGTH_M - TAPER_M
    opening = (
        _cross(0.0, AUX_M, full, length=TAPER_M),
        _cross(AUX_M, AUX_M, full, at=TAPER_M, length=rest),
    )
    closing = (_cross(AUX_M, AUX_M, full, length=rest), _cross(AUX_M, 0.0, full, at=rest, length=TAPER_M))
    east = Pen(x_m=GORE_M + AUX_LENGTH_M, y_m=0.0, heading_rad=0.0).bend(0.16, 1400.0, 100.0)
    east_end = (east.x_m, east.y_m, east.heading_rad)
    west_x, west_y, west_heading = _turned(east_end, 1)
    west = Pen(x_m=west_x, y_m=west_y, heading_rad=west_heading - math.pi).bend(-0.16, 1400.0, 100.0)
    stop, berm = 6, 7
    wider = {stop: stop + 1, berm: berm + 1}
    same = {k: k for k in range(1, 6)}
    links_in = {k: v for lane, other in (same | wider).items() for k, v in ((lane, other), (-lane, -other))}
    straight = Pen(x_m=-GORE_M, y_m=0.0, heading_rad=0.0).line(2.0 * GORE_M)
    west_aux = Pen(x_m=-GORE_M - AUX_LENGTH_M, y_m=0.0, heading_rad=0.0).line(AUX_LENGTH_M)
    east_aux = Pen(x_m=GORE_M, y_m=0.0, heading_rad=0.0).line(AUX_LENGTH_M)
    one = _road(
        "1", west.pieces, _plain_sections(west.length_m), (furniture.smooth_rise(0.0, west.length_m, -3.0, 0.0),)
    )
    one.successor, one.lane_links = ("road", "2", "start"), {k: (None, v) for k, v in links_in.items()}
    two = _road("2", west_aux.pieces, opening)
    two.predecessor, two.successor = ("road", "1", "end"), ("junction", "301", "")
    two.lane_links = {v: (k, None) for k, v in links_in.items()}
    three = _road("3", straight.pieces, _middle_sections())
    three.predecessor, three.successor = ("junction", "301", ""), ("junction", "302", "")
    four = _road("4", east_aux.pieces, closing)
    four.predecessor, four.successor = ("junction", "302", ""), ("road", "5", "start")
    four.lane_links = {v: (None, k) for k, v in links_in.items()}
    five = _road(
        "5", east.pieces, _plain_sections(east.length_m), (furniture.smooth_rise(0.0, east.length_m, 0.0, 2.5),)
    )
    five.predecessor, five.lane_links = ("road", "4", "end"), {k: (v, None) for k, v in links_in.items()}
    roads = [one, two, three, four, five]
    for road in roads:
        _furnish(road)
    return roads


def _road(
    id_: str,
    pieces: Sequence[Piece],
    sections: Sequence[SectionDraft],
    elevation: _Cubic = ((0.0, 0.0, 0.0, 0.0, 0.0),),
) -> RoadDraft:
    return RoadDraft(
        id=id_, name="A 4", kind="motorway", speed_kmh=130.0, pieces=pieces, sections=sections, elevation=elevation
    )


def _furnish(road: RoadDraft) -> None:
    """A wall in the middle, guard rails and posts at the sides; 130 at the ends."""
    length, aux = road.length_m, AUX_M if road.id in ("2", "4") else 0.0
    start, reach = (115.0, length - 230.0) if road.id == "3" else (0.0, length)
    road.objects.append(
        furniture.along(
            f"wall{road.id}", "barrier", "concrete barrier", s_m=0.0, length_m=length, distance_m=0.0, t_m=0.0,
            height_m=0.9, width_m=0.6,
        )
    )  # fmt: skip
    for side in (-1.0, 1.0):
        tag, t = f"{road.id}{'r' if side < 0 else 'l'}", side * (EDGE_M + aux + 0.7)
        road.objects.append(
            furniture.along(
                f"rail{tag}", "barrier", "guardRail", s_m=start, length_m=reach, distance_m=0.0, t_m=t, height_m=0.75,
                width_m=0.3,
            )
        )  # fmt: skip
        road.objects.append(
            furniture.along(
                f"posts{tag}", "pole", "delineator", s_m=start + 20.0, length_m=reach - 25.0, distance_m=50.0,
                t_m=t + side * 0.6, height_m=1.05, width_m=0.12, each_m=0.12,
            )
        )  # fmt: skip
    if road.id in ("1", "5"):
        for forward in (True, False):
            s_m, t = (30.0, -(EDGE_M + 1.4)) if forward else (length - 30.0, EDGE_M + 1.4)
            road.signals.append(
                furniture.signal(
                    f"limit{road.id}{forward:d}", "130", s_m=s_m, t_m=t, kind="274", subtype="130", value=130.0,
                    forward=forward, height_m=0.9, width_m=0.9,
                )
            )  # fmt: skip


def _leaving() -> Pen:
    """The way of an exit's slip road from its gore to the road over the motorway (southern half)."""
    pen = Pen(x_m=-GORE_M, y_m=-INNER_M, heading_rad=0.0)
    turn, wide, tight = 0.24, 500.0, 150.0
    goal = -(NODE_M - _SLIP_M / 2.0)
    drop = INNER_M + goal + (wide + tight) * (1.0 - math.cos(turn))
    pen.arc(turn * wide, -1.0 / wide).line(-drop / math.sin(turn)).arc(turn * tight, 1.0 / tight)
    return pen.line(-16.0 - pen.x_m)


def _entering() -> Pen:
    """The way of an entry's slip road: the exit's mirror image, backwards."""
    lengths = [piece.length_m for piece in _leaving().pieces]
    pen = Pen(x_m=16.0, y_m=-(NODE_M - _SLIP_M / 2.0), heading_rad=0.0).line(lengths[3])
    return pen.arc(lengths[2], 1.0 / 150.0).line(lengths[1]).arc(lengths[0], -1.0 / 500.0)


def _half(pen: Pen, half: int) -> Pen:
    """The same way after so many half turns."""
    first = pen.pieces[0]
    x, y, heading = _turned((first.x_m, first.y_m, first.heading_rad), half)
    made = Pen(x_m=x, y_m=y, heading_rad=heading)
    for piece in pen.pieces:
        made.spiral(piece.length_m, piece.curvature, piece.curvature_end)
    return made


def _slip_roads() -> list[RoadDraft]:
    """11 and 12 lead off the motorway, 13 and 14 onto it; odd ones to the south."""
    roads = []
    for half in (0, 1):
        leave, enter = _half(_leaving(), half), _half(_entering(), half)
        length = leave.length_m
        off = _slip(str(11 + half), leave, (furniture.smooth_rise(50.0, length - 80.0, 0.0, BRIDGE_M),), leaving=True)
        off.elevation = ((0.0, 0.0, 0.0, 0.0, 0.0), *off.elevation, (length - 30.0, BRIDGE_M, 0.0, 0.0, 0.0))
        off.predecessor = ("junction", str(301 + half), "")
        off.successor = ("junction", str(201 + half), "")
        on = _slip(str(13 + half), enter, (furniture.smooth_rise(30.0, length - 80.0, BRIDGE_M, 0.0),), leaving=False)
        on.elevation = ((0.0, BRIDGE_M, 0.0, 0.0, 0.0), *on.elevation, (length - 50.0, 0.0, 0.0, 0.0, 0.0))
        on.predecessor = ("junction", str(201 + half), "")
        on.successor = ("junction", str(302 - half), "")
        off.signals.append(
            furniture.signal(
                f"yield{half}", "Vorfahrt", s_m=length - 3.0, t_m=-(_SLIP_M + 1.0), kind="205", width_m=0.9
            )
        )
        off.objects.append(furniture.give_way_line(f"line{half}", length - 1.0, -_SLIP_M / 2.0, _SLIP_M - 0.2))
        roads += [off, on]
    return roads


def _slip(id_: str, pen: Pen, elevation: _Cubic, *, leaving: bool) -> RoadDraft:
    """One lane with a paved strip on its right; its left edge appears where it has left the motorway."""
    length, clear, grown = pen.length_m, 75.0, 60.0
    edge, none = Mark(kind="solid", width_m=0.15), (0.0, 0.0)
    cuts = [(0.0, clear, none), (clear, grown, (0.0, 1.0)), (clear + grown, length - clear - grown, (1.0, 1.0))]
    if not leaving:
        cuts = [
            (0.0, length - clear - grown, (1.0, 1.0)),
            (length - clear - grown, grown, (1.0, 0.0)),
            (length - clear, clear, none),
        ]
    sections = []
    for at, stretch, (first, last) in cuts:
        near = at == 0.0 if leaving else at + stretch > length - 1.0
        paved = ((STOP_M, 1.5) if leaving else (1.5, STOP_M)) if near else (1.5, 1.5)
        right = (
            LaneDraft(kind="driving", width_m=_SLIP_M, marks=(edge,), speed_kmh=60.0 if not near else 80.0),
            LaneDraft(kind="stop", widths=widening(*paved, stretch)),
            LaneDraft(kind="border", width_m=BERM_M),
        )
        left = (
            LaneDraft(kind="shoulder", widths=widening(0.75 * first, 0.75 * last, stretch)),
            LaneDraft(kind="border", widths=widening(first, last, stretch)),
        )
        sections.append(SectionDraft(s_m=at, left=left, right=right, centre=(edge,)))
    return RoadDraft(
        id=id_, name="Slip road", kind="motorway", speed_kmh=60.0, pieces=pen.pieces, sections=sections,
        elevation=elevation,
    )  # fmt: skip


def _gore(id_: str, aux: str, middle: str, off: str, on: str) -> Element:
    """A direct junction: the road with additional lanes, the middle road, a slip road off and one onto it.

    In road 2 traffic to the east leaves and traffic to the west arrives; in road 4 it is the other way round.
    """
    made = element("junction", id=id_, name=f"gore {id_}", type="direct")
    sign = -1 if aux == "2" else 1
    contact = "start" if aux == "2" else "end"
    other = "end" if aux == "2" else "start"
    through = [sign * lane for lane in (1, 2, 3, 4, 5)]
    exit_, entry = (off, on) if aux == "2" else (on, off)
    for k, (incoming, linked, at, pairs) in enumerate(
        (
            (aux, middle, contact, [(lane, lane) for lane in through]),
            (middle, aux, other, [(-lane, -lane) for lane in through]),
            (aux, exit_, "start", [(6 * sign, -1), (7 * sign, -2)]),
            (entry, aux, other, [(-1, -6 * sign), (-2, -7 * sign)]),
        )
    ):
        connection = sub(made, "connection", id=str(k), incomingRoad=incoming, linkedRoad=linked, contactPoint=at)
        for before, after in pairs:
            sub(connection, "laneLink", from_=str(before), to=str(after))
    return made


def _over() -> list[RoadDraft]:
    """The road over the motorway: 21 from the south, 22 with the bridge, 23 from the north."""
    dash = Mark(kind="broken", dash_m=4.0, gap_m=8.0)
    lanes = (
        LaneDraft(kind="driving", width_m=_SLIP_M, marks=(Mark(kind="solid"),), speed_kmh=70.0),
        LaneDraft(kind="shoulder", width_m=0.75),
        LaneDraft(kind="border", width_m=BERM_M),
    )
    section = (SectionDraft(s_m=0.0, left=lanes, right=lanes, centre=(dash,)),)
    reach, ramp = 170.0, 150.0
    roads = []
    for half in (0, 1):
        x, y, heading = _turned((0.0, -NODE_M - 14.0 - reach, math.pi / 2.0), half)
        pen = Pen(x_m=x, y_m=y, heading_rad=heading).line(reach)
        road = RoadDraft(
            id=str(21 if half == 0 else 23), name="L 12", kind="rural", speed_kmh=70.0, pieces=pen.pieces,
            sections=section,
            elevation=(furniture.smooth_rise(0.0, ramp, 0.0, BRIDGE_M), (ramp, BRIDGE_M, 0.0, 0.0, 0.0)),
            successor=("junction", str(201 + half), ""),
        )  # fmt: skip
        road.signals.append(
            furniture.signal(f"first{half}", "Vorfahrtstraße", s_m=reach - 8.0, t_m=-(_SLIP_M + 1.4), kind="306")
        )
        roads.append(road)
    span = NODE_M - 14.0
    bridge = RoadDraft(
        id="22", name="L 12", kind="rural", speed_kmh=70.0, sections=section,
        pieces=Pen(x_m=0.0, y_m=-span, heading_rad=math.pi / 2.0).line(2.0 * span).pieces,
        elevation=((0.0, BRIDGE_M, 0.0, 0.0, 0.0),),
        predecessor=("junction", "201", ""), successor=("junction", "202", ""),
    )  # fmt: skip
    bridge.bridges.append({"s": f"{span - 24.0:g}", "length": "48", "id": "bridge", "name": "L 12", "type": "concrete"})
    for side in (-1.0, 1.0):
        tag = "r" if side < 0 else "l"
        bridge.objects.append(
            furniture.along(
                f"railing{tag}", "railing", "railing", s_m=span - 30.0, length_m=60.0, distance_m=0.0,
                t_m=side * (_SLIP_M + 0.75 + 0.9), height_m=1.1, width_m=0.1,
            )
        )  # fmt: skip
        first_s = 8.0 if side > 0 else 2.0 * span - 8.0
        bridge.signals.append(
            furniture.signal(
                f"first{tag}", "Vorfahrtstraße", s_m=first_s, t_m=side * (_SLIP_M + 1.4), kind="306", forward=side < 0
            )
        )
    return [*roads, bridge]


def _way(start: Spot, end: Spot) -> list[Piece]:
    """Straight on, or a straight piece, the widest bend that fits, and a straight piece."""
    x, y, heading = start
    pen = Pen(x_m=x, y_m=y, heading_rad=heading)
    dx, dy = end[0] - x, end[1] - y
    ahead = dx * math.cos(heading) + dy * math.sin(heading)
    aside = dy * math.cos(heading) - dx * math.sin(heading)
    turn = math.remainder(end[2] - heading, 2.0 * math.pi)
    if abs(turn) < 1e-9:
        return pen.line(ahead).pieces
    last = aside / math.sin(turn)
    first = ahead - last * math.cos(turn)
    tangent = min(first, last)
    radius = tangent / math.tan(abs(turn) / 2.0)
    if first - tangent > 1e-6:
        pen.line(first - tangent)
    pen.arc(abs(turn) * radius, math.copysign(1.0 / radius, turn))
    if last - tangent > 1e-6:
        pen.line(last - tangent)
    return pen.pieces


def _node(half: int) -> list[RoadDraft]:
    """Where slip roads end and begin at the road over the motorway."""
    outer = End(road=str(21 if half == 0 else 23), contact="end")
    bridge = End(road="22", contact="start" if half == 0 else "end")
    off, on = End(road=str(11 + half), contact="end"), End(road=str(13 + half), contact="start")
    level = NODE_M - _SLIP_M / 2.0
    south, north = -NODE_M - 14.0, -NODE_M + 14.0
    up, down = math.pi / 2.0, -math.pi / 2.0
    arrive, depart = (-16.0, -level, 0.0), (16.0, -level, 0.0)
    # Lanes of the bridge's road change their sign with the end that one comes to.
    sign = 1 if half == 0 else -1
    ways: tuple[tuple[End, End, Spot, Spot, int, int], ...] = (
        (outer, bridge, (0.0, south, up), (0.0, north, up), -1, -sign),
        (bridge, outer, (0.0, north, down), (0.0, south, down), sign, 1),
        (off, outer, arrive, (0.0, south, down), -1, 1),
        (off, bridge, arrive, (0.0, north, up), -1, -sign),
        (outer, on, (0.0, south, up), depart, -1, -1),
        (bridge, on, (0.0, north, down), depart, sign, -1),
    )
    roads = []
    for k, (before, after, start, end, incoming, outgoing) in enumerate(ways):
        pieces = _way(_turned(start, half), _turned(end, half))
        wide = k in (0, 1, 2, 4)
        right = [LaneDraft(kind="driving", width_m=_SLIP_M)]
        links: dict[int, tuple[int | None, int | None]] = {-1: (incoming, outgoing)}
        if wide and k in (2, 4):
            right.append(LaneDraft(kind="shoulder", width_m=0.75))
        roads.append(
            joint(
                f"{201 + half}{k}", str(201 + half), before, after, pieces, right, links,
                elevation=((0.0, BRIDGE_M, 0.0, 0.0, 0.0),), speed_kmh=40.0,
            )
        )  # fmt: skip
    return roads
