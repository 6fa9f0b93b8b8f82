"""Draws tunnel.xodr: a two-lane road through a hill, with emergency walkways and lay-bys inside.

Source: RAA and RABT 2006 for a single tube with two-way traffic (RQ 11 t): lanes 3.75 m, edge strips 0.5 m, emergency
walkways 1.0 m, clear height 4.5 m, lay-bys of 40 m and 3 m width.
"""

from . import furniture
from .joints import widening
from .pen import Pen
from .sheet import LaneDraft, Mark, RoadDraft, SectionDraft, document

LANE_M, STRIP_M, WALK_M, BAY_M, KERB_M = 3.75, 0.5, 1.0, 3.0, 0.12
START_M, AFTER_M = 260.0, 270.0
"""Road before the tunnel and behind it."""

BAY_LENGTH_M, BAY_TAPER_M = 40.0, 12.0
_RADIUS_M, _SPIRAL_M = 900.0, 80.0
_Cubic = tuple[tuple[float, float, float, float, float], ...]


def draw(length_m: float = 400.0) -> bytes:
    """The file; `length_m` of the tube."""
    pen = reference(length_m)
    road = RoadDraft(
        id="1",
        name="Tunnel road",
        kind="rural",
        speed_kmh=80.0,
        pieces=pen.pieces,
        sections=_sections(length_m),
        elevation=(furniture.smooth_rise(0.0, pen.length_m, 0.0, 4.0),),
    )
    road.tunnels.append(
        {
            "s": f"{START_M:g}", "length": f"{length_m:g}", "name": "Hill tunnel", "id": "tube", "type": "standard",
            "lighting": "0.5", "daylight": "0.05",
        }
    )  # fmt: skip
    _signs(road, length_m)
    _posts(road, length_m)
    return document("tunnel", [road], [])


def reference(length_m: float) -> Pen:
    """The reference line: one does not see through the tube."""
    bend_m = max(length_m - 100.0, 180.0)
    pen = Pen(x_m=-450.0, y_m=0.0, heading_rad=0.0).line(START_M + 20.0)
    pen.bend((bend_m - _SPIRAL_M) / _RADIUS_M, _RADIUS_M, _SPIRAL_M)
    return pen.line(START_M + length_m + AFTER_M - pen.length_m)


def bay_m(length_m: float) -> tuple[float, float]:
    """Where the lay-bys begin to open and have closed again."""
    middle = START_M + length_m / 2.0
    half = BAY_LENGTH_M / 2.0 + BAY_TAPER_M
    return middle - half, middle + half


def edge_m(s_m: float, length_m: float) -> float:
    """From the middle of the road to the tube's wall at a station."""
    first, last = bay_m(length_m)
    share = min(max(min(s_m - first, last - s_m) / BAY_TAPER_M, 0.0), 1.0)
    strip = STRIP_M + (BAY_M - STRIP_M) * share**2 * (3.0 - 2.0 * share)
    return LANE_M + strip + WALK_M


def _sections(length_m: float) -> tuple[SectionDraft, ...]:
    first, last = bay_m(length_m)
    end = START_M + length_m
    steady: _Cubic = ((0.0, STRIP_M, 0.0, 0.0, 0.0),)
    wide: _Cubic = ((0.0, BAY_M, 0.0, 0.0, 0.0),)
    return (
        _section(0.0, steady, inside=False),
        _section(START_M, steady, inside=True),
        _section(first, widening(STRIP_M, BAY_M, BAY_TAPER_M), inside=True),
        _section(first + BAY_TAPER_M, wide, inside=True),
        _section(last - BAY_TAPER_M, widening(BAY_M, STRIP_M, BAY_TAPER_M), inside=True),
        _section(last, steady, inside=True),
        _section(end, steady, inside=False),
    )


def _section(s_m: float, strip: _Cubic, *, inside: bool) -> SectionDraft:
    edge = Mark(kind="solid", width_m=0.15)
    outer = (
        LaneDraft(kind="sidewalk", width_m=WALK_M, height_m=KERB_M) if inside else LaneDraft(kind="border", width_m=1.5)
    )
    lanes = (
        LaneDraft(kind="driving", width_m=LANE_M, marks=(edge,), speed_kmh=80.0),
        LaneDraft(kind="shoulder", widths=strip),
        outer,
    )
    centre = Mark(kind="solid solid", width_m=0.12) if inside else Mark(kind="broken", dash_m=4.0, gap_m=8.0)
    return SectionDraft(s_m=s_m, left=lanes, right=lanes, centre=(centre,))


def _signs(road: RoadDraft, length_m: float) -> None:
    """Tunnel ahead, 80 km/h and no overtaking before each portal."""
    t = LANE_M + STRIP_M + 1.0
    end = START_M + length_m
    for tag, kind, away, size in (
        ("tunnel", "327", 25.0, 0.9),
        ("limit", "274", 60.0, 0.75),
        ("stay", "276", 90.0, 0.75),
    ):
        for forward, s_m in ((True, START_M - away), (False, end + away)):
            road.signals.append(
                furniture.signal(
                    f"{tag}{'f' if forward else 'b'}", tag, s_m=s_m, t_m=-t if forward else t, kind=kind,
                    subtype="80" if kind == "274" else "-1", value=80.0 if kind == "274" else -1.0, forward=forward,
                    width_m=size, height_m=size,
                )
            )  # fmt: skip


def _posts(road: RoadDraft, length_m: float) -> None:
    """Delineators and guard rails before and behind the tube."""
    for n, (s_m, reach) in enumerate(((10.0, START_M - 22.0), (START_M + length_m + 12.0, AFTER_M - 22.0))):
        for side in (-1.0, 1.0):
            tag = f"{n}{'r' if side < 0 else 'l'}"
            t = side * (LANE_M + STRIP_M + 1.0)
            road.objects.append(
                furniture.along(
                    f"posts{tag}", "pole", "delineator", s_m=s_m, length_m=reach, distance_m=40.0, t_m=t, height_m=1.0,
                    width_m=0.12, each_m=0.12,
                )
            )  # fmt: skip
    for n, s_m in enumerate((START_M - 70.0, START_M + length_m + 2.0)):
        for side in (-1.0, 1.0):
            road.objects.append(
                furniture.along(
                    f"rail{n}{'r' if side < 0 else 'l'}", "barrier", "guardRail", s_m=s_m, length_m=68.0,
                    distance_m=0.0, t_m=side * (LANE_M + STRIP_M + 0.6), height_m=0.75, width_m=0.3,
                )
            )  # fmt: skip
