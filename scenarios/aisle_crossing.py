"""A person steps out from behind goods into a robot's aisle."""

import math
from typing import Annotated

from simgen.library import Parameter, entry
from simgen.sampling import Number, Uniform
from simgen.scenario.actions import Walk
from simgen.scenario.position import RelativeLane, Somewhere
from simgen.scenario.scenario import CornerCase, Entity, Event, Scenario
from simgen.scenario.triggers import TimeHeadway

WALKING = "EN ISO 13855: people approach machines at 1.6 m/s; protective stop of driverless trucks: EN ISO 3691-4"
SPEED = Uniform(low=1.0, high=1.8)
HIDDEN_M = 1.2
"""To the right of the lane's middle, where the walkway ends at the racks."""
ACROSS_M = 3.0


@entry("scenarios", source=WALKING, tags=("robot", "warehouse", "occlusion", "scenario"))
def aisle_crossing(
    *,
    world: str = "warehouse",
    robot_speed_mps: Annotated[Number, Parameter(text="speed of the robot", unit="m/s", low=0.2, high=2.0)] = SPEED,
    walk_mps: Annotated[
        float, Parameter(text="speed of the person", unit="m/s", low=0.4, high=3.0, source=WALKING)
    ] = 1.0,
    headway_s: Annotated[
        float, Parameter(text="how long before the robot would be there the person starts", unit="s", low=0.5, high=6.0)
    ] = 1.6,
    lead_in_s: Annotated[
        float, Parameter(text="how long the robot drives before that", unit="s", low=0.5, high=10.0)
    ] = 3.0,
) -> Scenario:
    """A person in a vest comes out between stacked goods at the side of the aisle and crosses it before the robot.

    Until the step they stand behind a loaded pallet, hidden from the robot's camera and scanners. A robot that does not
    stop hits them; one that brakes with 2.4 m/s2 as soon as they are in its way does not.
    """
    across = tuple(RelativeLane(entity="person", ds_m=0.0, offset_m=offset) for offset in (0.0, ACROSS_M))
    return Scenario(
        name="aisle_crossing",
        world=world,
        duration_s=10.0,
        ego=_robot(robot_speed_mps, headway_s + lead_in_s),
        actors=(_person(), *_goods()),
        events=(
            Event(
                name="step_out",
                when=TimeHeadway(entity="ego", to="person", headway_s=headway_s),
                do=Walk(path=across, speed_mps=walk_mps),
                entities=("person",),
                case="aisle_crossing",
            ),
        ),
        cases=(
            CornerCase(
                case="aisle_crossing",
                level="scenario",
                tags=("occlusion", "EN ISO 3691-4"),
                severity=min(walk_mps / headway_s / 1.6, 1.0),
                entities=("person", "pallet"),
                trigger="step_out",
                parameters={"walk_mps": walk_mps, "headway_s": headway_s},
                injected=False,
            ),
        ),
        source=WALKING,
    )


def _robot(speed_mps: Number, until_there_s: float) -> Entity:
    return Entity(
        name="ego",
        model="amr",
        start=RelativeLane(entity="person", ds_m=-0.4, gap_s=-until_there_s),
        speed_mps=speed_mps,
    )


def _person() -> Entity:
    """At the side of a straight aisle, facing it."""
    return Entity(
        name="person",
        model="road_worker",
        controller="walker",
        start=Somewhere(
            behind_m=12.0,
            ahead_m=6.0,
            straight=True,
            off_junctions_m=4.0,
            outermost=True,
            offset_m=-HIDDEN_M,
            heading_rad=math.pi / 2.0,
        ),
    )


def _goods() -> tuple[Entity, Entity]:
    """What hides the person from who comes, and what stands beyond."""
    return (
        Entity(
            name="pallet",
            model="pallet_loaded",
            controller="static",
            start=RelativeLane(entity="person", ds_m=-0.95, offset_m=-HIDDEN_M),
            parameters={"layers": 5},
        ),
        Entity(
            name="drum",
            model="oil_drum",
            controller="static",
            start=RelativeLane(entity="person", ds_m=0.9, offset_m=-HIDDEN_M),
        ),
    )
