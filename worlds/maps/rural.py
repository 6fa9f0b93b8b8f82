"""Draws rural.xodr: 1.7 km of two-lane country road over hills, with bends, crests and dips.

Source of the cross section: RAL (German guidelines for rural roads) RQ 11: lanes 3.5 m, edge strip 0.5 m, verge 1.5 m;
gradients up to 8 %; lines by RMS: 0.12 m, broken 4/8 m on open roads; signs by the StVO.
"""

from itertools import pairwise

from . import furniture
from .pen import Pen
from .sheet import LaneDraft, Mark, RoadDraft, SectionDraft, document

LANE_M, STRIP_M, VERGE_M = 3.5, 0.5, 1.5
LEVELS_M = (0.0, 5.0, -1.5, 7.5, 2.0, 9.5, 4.0, 6.0)
"""Heights at equal distances along the road, before they are scaled."""

BENDS = ((0.55, 170.0), (-0.85, 150.0), (0.65, 190.0), (0.5, 240.0), (-0.6, 140.0))
SOLID_M = ((150.0, 330.0), (520.0, 760.0), (1180.0, 1420.0))
"""Where one must not overtake: bends and crests."""


def draw(hills: float = 1.0) -> bytes:
    """The file; `hills` scales all gradients."""
    road = RoadDraft(
        id="1",
        name="Hill road",
        kind="rural",
        speed_kmh=100.0,
        pieces=reference().pieces,
        sections=sections(),
        elevation=_profile(hills),
        superelevation=_bank(),
    )
    _sign(road)
    _delineators(road)
    return document("rural", [road], [])


def reference() -> Pen:
    """The reference line."""
    pen = Pen(x_m=-700.0, y_m=-120.0, heading_rad=0.1).line(140.0)
    for angle, radius in BENDS:
        pen.bend(angle, radius, 45.0).line(105.0)
    return pen.line(90.0)


def sections() -> tuple[SectionDraft, ...]:
    """Cross sections: a broken line in the middle, or a solid one where overtaking is forbidden."""
    lanes = (
        LaneDraft(kind="driving", width_m=LANE_M, marks=(Mark(kind="solid"),), speed_kmh=100.0),
        LaneDraft(kind="shoulder", width_m=STRIP_M),
        LaneDraft(kind="border", width_m=VERGE_M),
    )
    marks = [Mark(kind="broken", dash_m=4.0, gap_m=8.0)]
    for start, end in SOLID_M:
        marks += [Mark(kind="solid", start_m=start), Mark(kind="broken", start_m=end, dash_m=4.0, gap_m=8.0)]
    return (SectionDraft(s_m=0.0, left=lanes, right=lanes, centre=tuple(marks)),)


def _profile(hills: float) -> tuple[tuple[float, float, float, float, float], ...]:
    levels = [hills * level for level in LEVELS_M]
    step = reference().length_m / (len(levels) - 1)
    return tuple(furniture.smooth_rise(k * step, step, low, high) for k, (low, high) in enumerate(pairwise(levels)))


def _bank() -> tuple[tuple[float, float, float, float, float], ...]:
    """Superelevation of 4 % in the bends, the outer side higher, growing along the spirals."""
    records = []
    sharpest = {radius: 0.04 for _, radius in BENDS}
    for piece in reference().pieces:
        turn = max((piece.curvature, piece.curvature_end), key=abs)
        share = 0.0 if turn == 0.0 else sharpest[min(sharpest, key=lambda radius: abs(radius - 1.0 / abs(turn)))]
        start = -share * piece.curvature / turn if turn else 0.0
        end = -share * piece.curvature_end / turn if turn else 0.0
        sign = 1.0 if turn > 0 else -1.0
        records.append((piece.s_m, sign * start, sign * (end - start) / piece.length_m, 0.0, 0.0))
    return tuple(records)


def _sign(road: RoadDraft) -> None:
    """Bends are announced, limited and freed again, in both directions."""
    t = LANE_M + STRIP_M + 1.0
    for k, (start, end) in enumerate(SOLID_M):
        for forward, first, last in ((True, start - 60.0, end), (False, end + 60.0, start)):
            side, tag = (-t if forward else t), f"{k}{'f' if forward else 'b'}"
            bend = "103" if k != 1 else "105"
            road.signals += [
                furniture.signal(
                    f"bend{tag}", "Kurve", s_m=first, t_m=side, kind=bend, forward=forward, width_m=0.9, height_m=0.8
                ),
                furniture.signal(
                    f"limit{tag}",
                    "70",
                    s_m=first + (20.0 if forward else -20.0),
                    t_m=side,
                    kind="274",
                    subtype="70",
                    value=70.0,
                    forward=forward,
                ),
                furniture.signal(
                    f"free{tag}", "100", s_m=last, t_m=side, kind="274", subtype="100", value=100.0, forward=forward
                ),
            ]


def _delineators(road: RoadDraft) -> None:
    """White posts on both sides, every 50 m, closer in bends.

    Source: HAV (German notes on delineators): 50 m apart, 25 m and less in sharp bends.
    """
    for side in (-1.0, 1.0):
        road.objects.append(
            furniture.along(
                f"posts{'r' if side < 0 else 'l'}",
                "pole",
                "delineator",
                s_m=12.0,
                length_m=road.length_m - 24.0,
                distance_m=33.0,
                t_m=side * (LANE_M + STRIP_M + 1.0),
                height_m=1.0,
                width_m=0.12,
                each_m=0.12,
            )
        )
