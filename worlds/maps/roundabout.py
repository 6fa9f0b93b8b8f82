"""Draws roundabout.xodr: a single-lane roundabout with splitter islands, zebra crossings and sidewalks.

Source: Merkblatt fuer die Anlage von Kreisverkehren (FGSV 2006): compact roundabout, outer diameter 26 to 40 m, zebra
crossings a car's length (4 to 5 m) before the give-way line, splitter islands 1.6 m and more; signs 205 and 215 (StVO).
"""

import math
from collections.abc import Sequence

import numpy as np

from . import furniture
from .joints import End, joint, junction_of, widening
from .pen import Pen, Piece
from .sheet import Element, LaneDraft, Mark, RoadDraft, SectionDraft, document, element, sub

INNER_M, RING_M, APRON_M = 14.0, 5.5, 1.8
LANE_M, WALK_M, KERB_M, HALF_ISLAND_M = 3.5, 2.5, 0.12, 1.5
END_M, REACH_M = 27.0, 150.0
MERGE_RAD, TURN_M = math.radians(32.0), 11.0
ZEBRA_M = (7.0, 3.0)
"""Where the zebra crossing begins and ends, from the arm's end."""

_RING = LaneDraft(kind="driving", width_m=RING_M, speed_kmh=30.0)
_WALK = LaneDraft(kind="sidewalk", width_m=WALK_M, height_m=KERB_M)
_APRON = LaneDraft(kind="restricted", width_m=APRON_M, height_m=0.05)


def draw(arms: int = 4) -> bytes:
    """The file; `arms` from 3 to 5."""
    angles = [2.0 * math.pi * k / arms for k in range(arms)]
    roads = [_arm(k, angle) for k, angle in enumerate(angles)]
    roads += [_ring(k, angle, 2.0 * math.pi / arms) for k, angle in enumerate(angles)]
    junctions: list[Element] = []
    for k, angle in enumerate(angles):
        joints = _joints(k, angle, arms)
        roads += joints
        junctions.append(junction_of(str(200 + k), f"arm {k + 1}", joints))
    return document("roundabout", roads, junctions)


def _on_ring(angle: float) -> Pen:
    """A pen on the ring's inner edge, looking along the traffic."""
    return Pen(x_m=INNER_M * math.cos(angle), y_m=INNER_M * math.sin(angle), heading_rad=angle + math.pi / 2.0)


def _entry(angle: float) -> list[Piece]:
    """From an arm's island into the ring: straight, a bend to the right, straight."""
    turn = math.pi / 2.0 - MERGE_RAD
    rise = INNER_M * math.sin(MERGE_RAD) - HALF_ISLAND_M
    last = (rise - TURN_M * (1.0 - math.cos(turn))) / math.sin(turn)
    ahead = END_M - INNER_M * math.cos(MERGE_RAD)
    first = ahead - TURN_M * math.sin(turn) - last * math.cos(turn)
    cos, sin = math.cos(angle), math.sin(angle)
    pen = Pen(x_m=END_M * cos - HALF_ISLAND_M * sin, y_m=END_M * sin + HALF_ISLAND_M * cos, heading_rad=angle + math.pi)
    return pen.line(first).arc(TURN_M * turn, -1.0 / TURN_M).line(last).pieces


def _exit(angle: float) -> list[Piece]:
    """The mirror image: from the ring to the arm."""
    first, bend, last = (piece.length_m for piece in _entry(angle))
    return _on_ring(angle - MERGE_RAD).line(last).arc(bend, -1.0 / TURN_M).line(first).pieces


def _joints(k: int, angle: float, arms: int) -> list[RoadDraft]:
    """The ring past an arm, the way in and the way out."""
    arm = End(road=str(k + 1), contact="end")
    before, after = End(road=str(100 + (k - 1) % arms), contact="end"), End(road=str(100 + k), contact="start")
    junction = str(200 + k)
    past = _on_ring(angle - MERGE_RAD).arc(2.0 * MERGE_RAD * INNER_M, 1.0 / INNER_M).pieces
    way_in, way_out = _entry(angle), _exit(angle)
    length = sum(piece.length_m for piece in way_in)
    wider = LaneDraft(kind="driving", widths=widening(LANE_M, RING_M, length))
    narrower = LaneDraft(kind="driving", widths=widening(RING_M, LANE_M, length))
    entry = joint(f"{200 + k}1", junction, arm, after, way_in, (wider, _WALK), {-1: (-2, -1), -2: (-3, -2)})
    entry.objects.append(_give_way(k, way_in))
    return [
        joint(f"{200 + k}0", junction, before, after, past, (_RING,), {-1: (-1, -1), 1: (1, 1)}, left=(_APRON,)),
        entry,
        joint(f"{200 + k}2", junction, before, arm, way_out, (narrower, _WALK), {-1: (-1, 2), -2: (-2, 3)}),
    ]


def _give_way(k: int, pieces: Sequence[Piece]) -> Element:
    """The broken line before the ring (StVO 341), a row of blocks as one outline each would be: one band here."""
    s_m = pieces[0].length_m + 0.45 * pieces[1].length_m
    return furniture.give_way_line(f"giveway{k}", s_m, -LANE_M / 2.0 - 0.4, LANE_M + 0.6)


def _ring(k: int, angle: float, step: float) -> RoadDraft:
    pen = _on_ring(angle + MERGE_RAD).arc((step - 2.0 * MERGE_RAD) * INNER_M, 1.0 / INNER_M)
    count = round(2.0 * math.pi / step)
    return RoadDraft(
        id=str(100 + k),
        name="Ring",
        pieces=pen.pieces,
        sections=(SectionDraft(s_m=0.0, left=(_APRON,), right=(_RING, _WALK)),),
        predecessor=("junction", str(200 + k), ""),
        successor=("junction", str(200 + (k + 1) % count), ""),
        speed_kmh=30.0,
    )


def _arm(k: int, angle: float) -> RoadDraft:
    far = END_M + REACH_M
    pen = Pen(x_m=far * math.cos(angle), y_m=far * math.sin(angle), heading_rad=angle + math.pi).line(REACH_M)
    level = (1.8, -1.2, 0.8, -0.6, 1.2)[k]
    road = RoadDraft(
        id=str(k + 1),
        name=("Station Road", "Park Road", "Bridge Road", "Mill Road", "Lake Road")[k],
        pieces=pen.pieces,
        sections=_sections(),
        successor=("junction", str(200 + k), ""),
        elevation=(furniture.smooth_rise(0.0, REACH_M - 30.0, level, 0.0), (REACH_M - 30.0, 0.0, 0.0, 0.0, 0.0)),
    )
    half = HALF_ISLAND_M + LANE_M
    middle = REACH_M - (ZEBRA_M[0] + ZEBRA_M[1]) / 2.0
    road.objects.append(furniture.crosswalk(f"zebra{k}", middle, ZEBRA_M[0] - ZEBRA_M[1], half - 0.1))
    road.objects.append(_nose(k, angle))
    _lamps(road, k)
    _signs(road, k)
    return road


def _sections() -> tuple[SectionDraft, ...]:
    """From the open road: no island, an island that widens, a gap in it for the crossing, its head."""
    taper = 30.0
    edge, dash = Mark(kind="solid"), Mark(kind="broken", dash_m=3.0, gap_m=6.0)
    drive = LaneDraft(kind="driving", width_m=LANE_M, speed_kmh=50.0)
    cuts = (REACH_M - ZEBRA_M[0] - taper, REACH_M - ZEBRA_M[0], REACH_M - ZEBRA_M[1])

    def section(s_m: float, right: LaneDraft, left: LaneDraft | None = None) -> SectionDraft:
        outer = (drive, _WALK)
        return SectionDraft(s_m=s_m, left=(left or right, *outer), right=(right, *outer))

    # Where there is no island yet, the line in the middle belongs to the left one's empty lane.
    middle = LaneDraft(kind="median", width_m=0.0, marks=(dash, Mark(kind="solid", start_m=cuts[0] - 30.0)))
    return (
        section(0.0, LaneDraft(kind="median", width_m=0.0), middle),
        section(
            cuts[0],
            LaneDraft(kind="median", widths=widening(0.0, HALF_ISLAND_M, taper), height_m=KERB_M, marks=(edge,)),
        ),
        section(cuts[1], LaneDraft(kind="median", width_m=HALF_ISLAND_M)),
        section(cuts[2], LaneDraft(kind="median", width_m=HALF_ISLAND_M, height_m=KERB_M)),
    )


def _nose(k: int, angle: float) -> Element:
    """The head of the splitter island between the way in and the way out, as a raised island."""
    points = []
    for piece, count in zip(_entry(0.0)[:2], (2, 8), strict=True):
        for s in np.linspace(0.0, piece.length_m, count, endpoint=False):
            heading = piece.heading_rad + piece.curvature * s / 2.0
            chord = s if piece.curvature == 0.0 else 2.0 * math.sin(piece.curvature * s / 2.0) / piece.curvature
            points.append((piece.x_m + chord * math.cos(heading), piece.y_m + chord * math.sin(heading)))
    inside = INNER_M + RING_M + 0.7
    side = [(x, y) for x, y in points if math.hypot(x, y) > inside and x < END_M - 0.02]
    corners = [(END_M, HALF_ISLAND_M), *side]
    corners += [(x, -y) for x, y in reversed(corners)]
    made = element("object", id=f"island{k}", name="splitter island", type="trafficIsland", s=REACH_M, t=0.0)
    for key, value in (("zOffset", 0.0), ("hdg", 0.0), ("height", KERB_M)):
        made.set(key, f"{value:g}")
    made.set("orientation", "none")
    outline = sub(sub(made, "outlines"), "outline", id="0", closed="true", outer="true")
    for n, (x, y) in enumerate(corners):
        sub(outline, "cornerLocal", id=str(n), u=END_M - x, v=-y, z=0.0, height=KERB_M)
    return made


def _lamps(road: RoadDraft, k: int) -> None:
    half = LANE_M + WALK_M
    for n, s_m in enumerate((20.0, 55.0, 90.0, REACH_M - 10.0)):
        side = 1.0 if n % 2 else -1.0
        at_end = half + (HALF_ISLAND_M if n == 3 else 0.0)
        road.objects.append(
            furniture.standing(
                f"lamp{k}{n}",
                "streetLamp",
                "lamp post",
                s_m,
                side * (at_end - 0.3),
                height_m=7.0,
                radius_m=0.08,
                z_offset_m=KERB_M,
                heading_rad=-side * math.pi / 2.0,
            )
        )


def _signs(road: RoadDraft, k: int) -> None:
    t = -(HALF_ISLAND_M + LANE_M + 0.5)
    for name, kind, s_m, low in (("yield", "205", REACH_M - 1.2, 2.75), ("ring", "215", REACH_M - 1.2, 2.0)):
        road.signals.append(
            furniture.signal(
                f"{name}{k}", name, s_m=s_m, t_m=t, kind=kind, width_m=0.9 if kind == "205" else 0.6, z_offset_m=low
            )
        )
    for tag, kind, s_m, side, forward in (
        ("cross", "350", REACH_M - ZEBRA_M[0] - 0.6, t, True),
        ("crossback", "350", REACH_M - ZEBRA_M[1] + 0.6, -t, False),
        ("keep", "222", REACH_M - ZEBRA_M[0] - 24.0, 0.0, True),
        ("limit", "274", 30.0, -(LANE_M + 0.5), True),
        ("limitback", "274", 100.0, LANE_M + 0.5, False),
    ):
        road.signals.append(
            furniture.signal(
                f"{tag}{k}",
                tag,
                s_m=s_m,
                t_m=side,
                kind=kind,
                subtype="50" if kind == "274" else "-1",
                value=50.0 if kind == "274" else -1.0,
                forward=forward,
                z_offset_m=0.6 if kind == "222" else 2.2,
            )
        )
