"""Draws highway.xodr: 2.3 km of dual carriageway with hard shoulders, guard rails, gentle curves and a bridge over it.

Source of the cross section: RAA (German guidelines for motorways) RQ 36: lanes 3.75 m, edge strip 0.75 m,
hard shoulder 2.5 m, median 4 m; lane lines broken 6/12 m, 0.15 m wide, edge lines 0.30 m (RMS).
"""

import math

from . import furniture
from .pen import Pen
from .sheet import LaneDraft, Mark, RoadDraft, SectionDraft, document

MEDIAN_M, STRIP_M, LANE_M, SLOW_M, SHOULDER_M, BERM_M = 1.5, 0.75, 3.75, 3.75, 2.5, 1.5
RADIUS_M, SPIRAL_M, BANK_RAD = 900.0, 150.0, 0.025
EDGE_M = MEDIAN_M + STRIP_M + 2.0 * LANE_M + SLOW_M + SHOULDER_M


def draw() -> bytes:
    """The file."""
    first = Pen(x_m=-1000.0, y_m=0.0, heading_rad=0.0).line(420.0).bend(0.42, RADIUS_M, SPIRAL_M).line(80.0)
    second = Pen(x_m=first.x_m, y_m=first.y_m, heading_rad=first.heading_rad).line(520.0)
    third = Pen(x_m=second.x_m, y_m=second.y_m, heading_rad=second.heading_rad)
    third.line(80.0).bend(-0.42, RADIUS_M, SPIRAL_M).line(420.0)
    lanes = {k: (k, k) for k in (*range(-7, 0), *range(1, 8))}
    roads = []
    levels = (0.0, 4.0, 2.0, 6.0)
    for k, pen in enumerate((first, second, third)):
        road = RoadDraft(
            id=str(k + 1),
            name="A 1",
            kind="motorway",
            speed_kmh=130.0,
            pieces=pen.pieces,
            sections=(_section(),),
            predecessor=("road", str(k), "end") if k > 0 else None,
            successor=("road", str(k + 2), "start") if k < 2 else None,
            lane_links={n: (n if k > 0 else None, n if k < 2 else None) for n in lanes},
            elevation=(furniture.smooth_rise(0.0, pen.length_m, levels[k], levels[k + 1]),),
            superelevation=_bank(pen),
        )
        _furnish(road)
        roads.append(road)
    middle = second.pieces[0]
    along = 300.0
    x_m = middle.x_m + along * math.cos(middle.heading_rad)
    y_m = middle.y_m + along * math.sin(middle.heading_rad)
    roads.append(_bridge(x_m, y_m, middle.heading_rad + math.pi / 2.0, furniture_level(levels, along / 520.0)))
    return document("highway", roads, [])


def furniture_level(levels: tuple[float, ...], share: float) -> float:
    """Height of the middle road at a share of its length."""
    return levels[1] + (levels[2] - levels[1]) * (3.0 * share**2 - 2.0 * share**3)


def _section() -> SectionDraft:
    dash = Mark(kind="broken", width_m=0.15, dash_m=6.0, gap_m=12.0)
    edge = Mark(kind="solid", width_m=0.3, weight="bold")
    lanes = (
        LaneDraft(kind="median", width_m=MEDIAN_M),
        LaneDraft(kind="shoulder", width_m=STRIP_M, marks=(edge,)),
        LaneDraft(kind="driving", width_m=LANE_M, marks=(dash,), speed_kmh=130.0),
        LaneDraft(kind="driving", width_m=LANE_M, marks=(dash,), speed_kmh=130.0),
        LaneDraft(kind="driving", width_m=SLOW_M, marks=(edge,), speed_kmh=120.0),
        LaneDraft(kind="stop", width_m=SHOULDER_M),
        LaneDraft(kind="border", width_m=BERM_M),
    )
    return SectionDraft(s_m=0.0, left=lanes, right=lanes)


def _bank(pen: Pen) -> tuple[tuple[float, float, float, float, float], ...]:
    """Superelevation that follows the curvature: the outer side of a curve is higher, linear along the spirals."""
    records = []
    for piece in pen.pieces:
        start = -piece.curvature * RADIUS_M * BANK_RAD
        end = -piece.curvature_end * RADIUS_M * BANK_RAD
        records.append((piece.s_m, start, (end - start) / piece.length_m, 0.0, 0.0))
    return tuple(records)


def _furnish(road: RoadDraft) -> None:
    length = road.length_m
    road.objects.append(
        furniture.along(
            "wall" + road.id,
            "barrier",
            "concrete barrier",
            s_m=0.0,
            length_m=length,
            distance_m=0.0,
            t_m=0.0,
            height_m=0.9,
            width_m=0.6,
        )
    )
    for side in (-1.0, 1.0):
        _edge(road, side)
    t = EDGE_M + 1.4
    for s_m, forward in ((60.0, True), (length - 60.0, False)):
        road.signals.append(
            furniture.signal(
                f"limit{road.id}{'f' if forward else 'b'}",
                "130",
                s_m=s_m,
                t_m=-t if forward else t,
                kind="274",
                subtype="130",
                forward=forward,
                value=130.0,
                height_m=1.0,
                width_m=1.0,
            )
        )


def _edge(road: RoadDraft, side: float) -> None:
    """Guard rail and delineators on one side."""
    tag = f"{road.id}{'r' if side < 0 else 'l'}"
    road.objects.append(
        furniture.along(
            f"rail{tag}",
            "barrier",
            "guardRail",
            s_m=0.0,
            length_m=road.length_m,
            distance_m=0.0,
            t_m=side * (EDGE_M + 0.6),
            height_m=0.75,
            width_m=0.3,
        )
    )
    road.objects.append(
        furniture.along(
            f"posts{tag}",
            "pole",
            "delineator",
            s_m=25.0,
            length_m=road.length_m - 30.0,
            distance_m=50.0,
            t_m=side * (EDGE_M + 1.2),
            height_m=1.05,
            width_m=0.12,
            each_m=0.12,
        )
    )


def _bridge(x_m: float, y_m: float, heading_rad: float, below_m: float) -> RoadDraft:
    half = 160.0
    pen = Pen(
        x_m=x_m - half * math.cos(heading_rad), y_m=y_m - half * math.sin(heading_rad), heading_rad=heading_rad
    ).line(2.0 * half)
    ramp = half - 30.0
    top = below_m + 6.6
    lanes = (
        LaneDraft(kind="driving", width_m=3.25, marks=(Mark(kind="solid"),), speed_kmh=50.0),
        LaneDraft(kind="shoulder", width_m=0.5),
        LaneDraft(kind="sidewalk", width_m=1.8, height_m=0.12),
    )
    road = RoadDraft(
        id="4",
        name="Field bridge",
        kind="rural",
        pieces=pen.pieces,
        sections=(
            SectionDraft(s_m=0.0, left=lanes, right=lanes, centre=(Mark(kind="broken", dash_m=3.0, gap_m=6.0),)),
        ),
        elevation=(
            furniture.smooth_rise(0.0, ramp, below_m, top),
            (ramp, top, 0.0, 0.0, 0.0),
            furniture.smooth_rise(half + 30.0, ramp, top, below_m),
        ),
    )
    road.bridges.append(
        {"s": f"{half - 25.0}", "length": "50", "id": "bridge", "name": "Field bridge", "type": "concrete"}
    )
    for side in (-1.0, 1.0):
        road.objects.append(
            furniture.along(
                f"railing{side:+.0f}",
                "railing",
                "railing",
                s_m=half - 28.0,
                length_m=56.0,
                distance_m=0.0,
                t_m=side * 5.4,
                height_m=1.0,
                width_m=0.1,
                z_offset_m=0.12,
            )
        )
    return road
