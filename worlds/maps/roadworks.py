"""Draws roadworks.xodr: a motorway whose left lane is closed for 270 m; both lanes swing over the hard shoulder.

Source: RSA 21 (German guidelines for securing work sites), plan D II: lanes of at least 2.60 m and 3.25 m, yellow
lines of 0.15 m, taper 1:20 and longer, beacons 10 m apart in it; cross section RQ 31 of RAA with lanes of 3.75 m.
"""

from . import furniture
from .pen import Pen
from .sheet import LaneDraft, Mark, RoadDraft, SectionDraft, document

MEDIAN_M, STRIP_M, LANE_M, SHOULDER_M, BERM_M = 1.5, 0.5, 3.75, 2.5, 1.5
CLOSED_M, LEFT_M, RIGHT_M, REST_M = 3.7, 2.9, 3.25, 0.15
"""Widths at the site: what is closed, the lanes beside it, and what is left of the hard shoulder."""

TAPER_IN_M, SITE_M, SITE_END_M, TAPER_OUT_M = 430.0, 520.0, 790.0, 860.0
"""Stations of the forward carriageway where the swing begins, ends, and is undone."""

INNER_M = MEDIAN_M + STRIP_M
EDGE_M = INNER_M + 2.0 * LANE_M + SHOULDER_M
_Cubic = tuple[tuple[float, float, float, float, float], ...]


def draw() -> bytes:
    """The file."""
    pen = reference()
    road = RoadDraft(
        id="1",
        name="A 7",
        kind="motorway",
        speed_kmh=120.0,
        pieces=pen.pieces,
        sections=_sections(),
        elevation=(
            furniture.smooth_rise(0.0, 500.0, 0.0, 3.0),
            furniture.smooth_rise(500.0, pen.length_m - 500.0, 3.0, 1.0),
        ),
    )
    _barriers(road)
    _old_lines(road)
    _signs(road)
    return document("roadworks", [road], [])


def reference() -> Pen:
    """The reference line, in the middle of the median."""
    return Pen(x_m=-600.0, y_m=0.0, heading_rad=0.0).line(330.0).bend(0.16, 2600.0, 120.0).line(520.0)


def closed_m(s_m: float) -> float:
    """Width of what is closed at a station."""
    if s_m <= TAPER_IN_M or s_m >= TAPER_OUT_M:
        return 0.0
    if s_m < SITE_M:
        share = (s_m - TAPER_IN_M) / (SITE_M - TAPER_IN_M)
    else:
        share = min((TAPER_OUT_M - s_m) / (TAPER_OUT_M - SITE_END_M), 1.0)
    return CLOSED_M * share**2 * (3.0 - 2.0 * share)


def _between(start_m: float, end_m: float, length_m: float) -> _Cubic:
    change = end_m - start_m
    return ((0.0, start_m, 0.0, 3.0 * change / length_m**2, -2.0 * change / length_m**3),)


def _sections() -> tuple[SectionDraft, ...]:
    usual, site = (0.0, LANE_M, LANE_M, SHOULDER_M), (CLOSED_M, LEFT_M, RIGHT_M, REST_M)
    return (
        _section(0.0, TAPER_IN_M, usual, usual),
        _section(TAPER_IN_M, SITE_M, usual, site),
        _section(SITE_M, SITE_END_M, site, site),
        _section(SITE_END_M, TAPER_OUT_M, site, usual),
        _section(TAPER_OUT_M, reference().length_m, usual, usual),
    )


def _section(
    start_m: float, end_m: float, first: tuple[float, float, float, float], last: tuple[float, float, float, float]
) -> SectionDraft:
    """The cross section; the closed lane has no width where nothing is closed, so lane numbers stay."""
    widths = [_between(a, b, end_m - start_m) for a, b in zip(first, last, strict=True)]
    site = first != last or first[0] > 0.0
    colour, limit = ("yellow", 80.0) if site else ("white", 120.0)
    dash = Mark(kind="broken", width_m=0.15, dash_m=6.0, gap_m=12.0, colour=colour)
    edge = Mark(kind="solid", width_m=0.3 if not site else 0.15, weight="bold", colour=colour)
    white = Mark(kind="solid", width_m=0.3, weight="bold")
    right = (
        LaneDraft(kind="median", width_m=MEDIAN_M),
        LaneDraft(kind="shoulder", width_m=STRIP_M, marks=(white,)),
        LaneDraft(kind="roadWorks", widths=widths[0], marks=(edge,) if site else ()),
        LaneDraft(kind="driving", widths=widths[1], marks=(dash,), speed_kmh=limit),
        LaneDraft(kind="driving", widths=widths[2], marks=(edge,), speed_kmh=limit),
        LaneDraft(kind="stop", widths=widths[3]),
        LaneDraft(kind="border", width_m=BERM_M),
    )
    back = Mark(kind="broken", width_m=0.15, dash_m=6.0, gap_m=12.0)
    left = (
        right[0],
        right[1],
        LaneDraft(kind="driving", width_m=LANE_M, marks=(back,), speed_kmh=120.0),
        LaneDraft(kind="driving", width_m=LANE_M, marks=(white,), speed_kmh=120.0),
        LaneDraft(kind="stop", width_m=SHOULDER_M),
        LaneDraft(kind="border", width_m=BERM_M),
    )
    return SectionDraft(s_m=start_m, left=left, right=right)


def _barriers(road: RoadDraft) -> None:
    """A concrete wall in the median, one beside the site, guard rails and posts at the edges."""
    length = road.length_m
    road.objects += [
        furniture.along(
            "wall", "barrier", "concrete barrier", s_m=0.0, length_m=length, distance_m=0.0, t_m=0.0, height_m=0.9,
            width_m=0.6,
        ),
        furniture.along(
            "site", "barrier", "concrete barrier", s_m=SITE_M, length_m=SITE_END_M - SITE_M, distance_m=0.0,
            t_m=-(INNER_M + CLOSED_M - 0.55), height_m=0.8, width_m=0.5,
        ),
    ]  # fmt: skip
    for side in (-1.0, 1.0):
        tag = "r" if side < 0 else "l"
        road.objects += [
            furniture.along(
                f"rail{tag}", "barrier", "guardRail", s_m=0.0, length_m=length, distance_m=0.0,
                t_m=side * (EDGE_M + 0.6), height_m=0.75, width_m=0.3,
            ),
            furniture.along(
                f"posts{tag}", "pole", "delineator", s_m=25.0, length_m=length - 30.0, distance_m=50.0,
                t_m=side * (EDGE_M + 1.2), height_m=1.05, width_m=0.12, each_m=0.12,
            ),
        ]  # fmt: skip


def _old_lines(road: RoadDraft) -> None:
    """The white lines that still lie there while the yellow ones hold."""
    stretch = TAPER_OUT_M - TAPER_IN_M
    road.objects += [
        furniture.painted_line(
            "oldlane", s_m=TAPER_IN_M + 10.0, length_m=stretch - 14.0, t_m=-(INNER_M + LANE_M), width_m=0.15,
            dash_m=6.0, gap_m=12.0,
        ),
        furniture.painted_line(
            "oldedge", s_m=TAPER_IN_M, length_m=stretch, t_m=-(INNER_M + 2.0 * LANE_M + 0.1), width_m=0.3
        ),
    ]  # fmt: skip


def _signs(road: RoadDraft) -> None:
    """Speed falls in steps before the site, overtaking is forbidden; behind it all limits end."""
    for n, (s_m, limit) in enumerate(((90.0, 100), (200.0, 80), (330.0, 80), (TAPER_OUT_M + 60.0, 120))):
        for side in (-1.0, 1.0):
            t = -(EDGE_M + 1.3) if side < 0 else -0.55
            road.signals.append(
                furniture.signal(
                    f"limit{n}{'r' if side < 0 else 'l'}", str(limit), s_m=s_m, t_m=t, kind="274", subtype=str(limit),
                    value=float(limit), height_m=0.75, width_m=0.75,
                )
            )  # fmt: skip
    for s_m, forward in ((road.length_m - 60.0, False),):
        road.signals.append(
            furniture.signal(
                "limitback", "120", s_m=s_m, t_m=EDGE_M + 1.3, kind="274", subtype="120", value=120.0, forward=forward,
                height_m=0.75, width_m=0.75,
            )
        )  # fmt: skip
