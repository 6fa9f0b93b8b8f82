"""What the towns that are drawn anew are like: cross sections, blocks, lights.

Source: RASt 06 (German guidelines for town streets): lanes 2.75 to 3.25 m, sidewalks 2.5 m and more; lanes of main
streets in pairs of 3.25 m.
"""

from .grid import Plan
from .sheet import LaneDraft, Mark
from .streets import Profile

_KERB_M = 0.12


def town_plan(size_m: float) -> Plan:
    """A European town: parked streets, one main street with lights, side streets that give way."""
    profile = Profile(
        drive=(LaneDraft(kind="driving", width_m=3.25, speed_kmh=50.0),),
        edge=LaneDraft(kind="sidewalk", width_m=2.2, height_m=_KERB_M),
        bay=LaneDraft(kind="parking", width_m=2.2),
        walk=LaneDraft(kind="sidewalk", width_m=2.8, height_m=_KERB_M),
        setback_m=13.0,
        end_m=15.0,
    )
    return Plan(name="town", profile=profile, size_m=size_m, block_m=110.0, bows=0.15, gaps=0.12)


def suburb_plan(size_m: float) -> Plan:
    """Winding residential streets with grass verges, dead ends that widen to turn in; right goes before left."""
    profile = Profile(
        drive=(LaneDraft(kind="driving", width_m=2.75, speed_kmh=30.0),),
        edge=LaneDraft(kind="border", width_m=1.8, height_m=0.1),
        bay=None,
        walk=LaneDraft(kind="sidewalk", width_m=1.8, height_m=0.1),
        setback_m=11.0,
        end_m=12.0,
    )
    return Plan(
        name="suburb",
        profile=profile,
        size_m=size_m,
        block_m=100.0,
        jitter=0.1,
        bows=0.75,
        dead_ends=0.4,
        lights="none",
        rise_m=3.0,
        lamp_apart_m=36.0,
        lamp_height_m=5.0,
    )


def downtown_plan(size_m: float) -> Plan:
    """Avenues of two lanes each way with wide sidewalks and lights at every junction."""
    dash = Mark(kind="broken", dash_m=3.0, gap_m=6.0)
    lane = LaneDraft(kind="driving", width_m=3.25, speed_kmh=50.0)
    profile = Profile(
        drive=(LaneDraft(kind="driving", width_m=3.25, speed_kmh=50.0, marks=(dash,)), lane),
        edge=LaneDraft(kind="sidewalk", width_m=2.2, height_m=0.15),
        bay=LaneDraft(kind="parking", width_m=2.2),
        walk=LaneDraft(kind="sidewalk", width_m=4.6, height_m=0.15),
        setback_m=19.0,
        end_m=16.0,
    )
    return Plan(
        name="downtown",
        profile=profile,
        size_m=size_m,
        block_m=112.0,
        margin_m=46.0,
        lights="all",
        rise_m=1.0,
        lamp_apart_m=26.0,
        lamp_height_m=9.0,
    )
