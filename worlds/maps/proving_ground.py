"""Draws proving_ground.xodr: a straight, flat kilometre with two lanes each way, parking bays and sidewalks.

Made for Euro NCAP's pedestrian tests (3.5 m lanes, flat within 1 %, parked cars at the side) and UN R157's lane tests.
"""

from . import furniture
from .pen import Pen
from .sheet import LaneDraft, Mark, RoadDraft, SectionDraft, document

LENGTH_M = 1000.0
LANE_M, BAY_M, WALK_M, KERB_M = 3.5, 2.2, 3.0, 0.12


def draw() -> bytes:
    """The file."""
    return document("proving_ground", [_road()], [])


def _road() -> RoadDraft:
    dash = Mark(kind="broken", dash_m=3.0, gap_m=6.0)
    edge = Mark(kind="solid")
    lanes = (
        LaneDraft(kind="driving", width_m=LANE_M, marks=(dash,), speed_kmh=100.0),
        LaneDraft(kind="driving", width_m=LANE_M, marks=(edge,), speed_kmh=100.0),
        LaneDraft(kind="parking", width_m=BAY_M),
        LaneDraft(kind="sidewalk", width_m=WALK_M, height_m=KERB_M),
        LaneDraft(kind="border", width_m=1.0),
    )
    centre = (Mark(kind="solid solid"),)
    road = RoadDraft(
        id="1",
        name="Test straight",
        pieces=Pen(x_m=0.0, y_m=0.0, heading_rad=0.0).line(LENGTH_M).pieces,
        sections=(SectionDraft(s_m=0.0, left=lanes, right=lanes, centre=centre),),
        speed_kmh=100.0,
    )
    beyond = 2.0 * LANE_M + BAY_M + WALK_M
    for side in (-1.0, 1.0):
        tag = "r" if side < 0 else "l"
        road.objects.append(
            furniture.along(
                f"post{tag}",
                "pole",
                "delineator",
                s_m=25.0,
                length_m=950.0,
                distance_m=50.0,
                t_m=side * (beyond + 0.6),
                height_m=1.0,
                width_m=0.12,
                each_m=0.12,
            )
        )
    road.objects.append(furniture.crosswalk("zebra", 500.0, 4.0, 2.0 * LANE_M - 0.2))
    for s_m, limit in ((20.0, "100"), (460.0, "50"), (540.0, "100")):
        road.signals.append(
            furniture.signal(
                f"limit{s_m:.0f}", limit, s_m=s_m, t_m=-(beyond - 0.5), kind="274", subtype=limit, value=float(limit)
            )
        )
    return road
