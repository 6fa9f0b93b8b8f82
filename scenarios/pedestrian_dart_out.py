"""A child runs into the road from behind parked vehicles."""

import math
from typing import Annotated

from simgen.library import Parameter, entry
from simgen.sampling import Number, Uniform, scaled
from simgen.scenario.actions import Walk
from simgen.scenario.position import RelativeLane, Somewhere
from simgen.scenario.scenario import CornerCase, Entity, Event, Scenario
from simgen.scenario.traffic import size_of
from simgen.scenario.triggers import TimeHeadway

PROTOCOL = "Euro NCAP, Test Protocol AEB/LSS VRU systems, CPNCO-50"
"""Version 4.5.1 (February 2024): speeds and point of impact; the lateral run and both gaps are after its sketch of the
obstructed child."""
KMH = 1.0 / 3.6
EGO_SPEED = Uniform(low=20.0, high=60.0)
EGO = "suv"
START_MPS2 = 2.0
"""Acceleration of the child from standing, as walkers have it here; the run takes so much longer."""


@entry("scenarios", source=PROTOCOL, tags=("Euro NCAP CPNCO-50", "NHTSA pedestrian", "scenario"))
def pedestrian_dart_out(
    *,
    world: str = "town",
    ego_speed_kmh: Annotated[
        Number, Parameter(text="speed of the car under test", unit="km/h", low=5, high=80, source=PROTOCOL + ": 20..60")
    ] = EGO_SPEED,
    child_speed_kmh: Annotated[
        float, Parameter(text="running speed of the child", unit="km/h", low=2, high=15, source=PROTOCOL + ": 5")
    ] = 5.0,
    run_m: Annotated[
        float, Parameter(text="from where the child starts to the car's centre line", unit="m", low=3, high=10)
    ] = 4.0,
    side_gap_m: Annotated[
        float, Parameter(text="between the car's side and the parked vehicles", unit="m", low=0.4, high=3)
    ] = 1.0,
    front_gap_m: Annotated[
        float, Parameter(text="between the parked car's front and the child's path", unit="m", low=0.3, high=5)
    ] = 1.0,
    lead_in_s: Annotated[
        float, Parameter(text="how long the car drives before the child starts", unit="s", low=0, high=20)
    ] = 2.0,
) -> Scenario:
    """A seven-year-old runs out from behind a parked van and car and would be hit in the middle of the bumper.

    The car passes the larger vehicle first, then the smaller one; the child crosses one metre beyond it. It starts when
    the car's front is as far from its path, in time, as it needs to the car's centre line: an impact at 50 % of the
    width if nobody brakes.
    """
    child_mps = child_speed_kmh * KMH
    run_s = run_m / child_mps + child_mps / (2.0 * START_MPS2)
    across = tuple(RelativeLane(entity="child", ds_m=0.0, offset_m=offset) for offset in (0.0, run_m))
    return Scenario(
        name="pedestrian_dart_out",
        world=world,
        duration_s=8.0,
        ego=_ego(scaled(ego_speed_kmh, KMH), lead_in_s + run_s),
        actors=(_child(run_m), *_parked_row(side_gap_m, front_gap_m)),
        events=(
            Event(
                name="dart_out",
                when=TimeHeadway(entity="ego", to="child", headway_s=run_s),
                do=Walk(path=across, speed_mps=child_mps),
                entities=("child",),
                case="pedestrian_dart_out",
            ),
        ),
        cases=(_case(child_speed_kmh=child_speed_kmh, run_m=run_m, side_gap_m=side_gap_m, front_gap_m=front_gap_m),),
        source=PROTOCOL,
    )


def _ego(speed_mps: Number, until_hit_s: float) -> Entity:
    """The car under test, so far from the child's path that it gets there in this time."""
    return Entity(
        name="ego",
        model=EGO,
        start=RelativeLane(entity="child", ds_m=-_front_m(EGO), gap_s=-until_hit_s),
        speed_mps=speed_mps,
        parameters={"keeps_rules": False},
        lamps=("low_beam", "position"),
    )


def _child(run_m: float) -> Entity:
    """The child, beside a straight stretch of road and facing it."""
    return Entity(
        name="child",
        model="child",
        controller="walker",
        start=Somewhere(
            behind_m=110.0,
            ahead_m=15.0,
            straight=True,
            off_junctions_m=26.0,
            outermost=True,
            offset_m=-run_m,
            heading_rad=math.pi / 2,
        ),
    )


def _case(**parameters: float) -> CornerCase:
    """The record of the case; severity 1 is a run at 10 km/h."""
    return CornerCase(
        case="pedestrian_dart_out",
        level="scenario",
        tags=("Euro NCAP CPNCO-50", "occlusion"),
        severity=min(parameters["child_speed_kmh"] / 10.0, 1.0),
        entities=("child", "parked_car", "parked_van"),
        trigger="dart_out",
        parameters=parameters,
        injected=False,
    )


def _parked_row(side_gap_m: float, front_gap_m: float) -> tuple[Entity, Entity]:
    """The smaller vehicle next to the child's path, the larger one behind it, their left sides in line."""
    ego_half = size_of(EGO)[1] / 2.0
    row, rear = [], -front_gap_m
    vehicles = (("parked_car", "hatchback", (0.35, 0.012, 0.012)), ("parked_van", "van", (0.8, 0.8, 0.78)))
    for name, model, paint in vehicles:
        length, width, _ = size_of(model)
        row.append(
            Entity(
                name=name,
                model=model,
                controller="static",
                start=RelativeLane(
                    entity="child", ds_m=rear - _front_m(model), offset_m=-(ego_half + side_gap_m + width / 2.0)
                ),
                paint=paint,
            )
        )
        rear -= length + 1.0
    return row[0], row[1]


def _front_m(model: str) -> float:
    """How far a vehicle's front is ahead of its origin."""
    length, _, ahead = size_of(model)
    return ahead + length / 2.0
