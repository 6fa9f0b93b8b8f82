"""Work in a warehouse: a robot on its way among forklifts and people in high-visibility vests."""

import math
from typing import Annotated

from simgen.library import Parameter, entry
from simgen.sampling import Number, Uniform
from simgen.scenario.position import RelativeLane, Somewhere
from simgen.scenario.scenario import Entity, Scenario

MIR = "MiR250 datasheet: up to 2.0 m/s; its safety fields let it stop for people (EN ISO 3691-4)"
SPEED = Uniform(low=1.0, high=1.6)
WALK = Uniform(low=0.9, high=1.4)
TRUCK_MPS = 1.6
"""Walking pace, as usual where people go about (DGUV Rule 108-007 names 6 km/h)."""
PEOPLE = ("vest_woman", "road_worker", "vest_woman", "adult_man")
VEST = (0.55, 0.75, 0.02)
ROOM_M, BEHIND_M = 16.0, 4.0


@entry("scenarios", source=MIR, tags=("traffic", "robot", "warehouse"))
def warehouse_traffic(
    *,
    world: str = "warehouse",
    forklifts: Annotated[int, Parameter(text="driving somewhere in the aisles", low=0, high=6)] = 2,
    people: Annotated[int, Parameter(text="walking beside the robot's way", low=0, high=8)] = 4,
    robot_speed_mps: Annotated[
        Number, Parameter(text="speed of the robot", unit="m/s", low=0.0, high=2.0, source=MIR)
    ] = SPEED,
    aside_m: Annotated[
        float,
        Parameter(
            text="from the lane's middle to where people walk; 0.6 suits the narrow ways of office and shop",
            unit="m",
            low=0.0,
            high=3.0,
        ),
    ] = 1.0,
) -> Scenario:
    """A mobile robot goes down aisles where forklifts drive and people walk, and stops for whoever is in its way."""
    return Scenario(
        name="warehouse_traffic",
        world=world,
        duration_s=12.0,
        ego=_robot(robot_speed_mps),
        actors=(*(_truck(k) for k in range(forklifts)), *(_person(k, aside_m) for k in range(people))),
        source=MIR,
    )


def _robot(speed_mps: Number) -> Entity:
    """The ego, where it has room ahead."""
    return Entity(
        name="ego",
        model="amr",
        start=Somewhere(ahead_m=ROOM_M, behind_m=BEHIND_M, straight=True),
        speed_mps=speed_mps,
    )


def _truck(number: int) -> Entity:
    """The first two drive before the robot, the others somewhere."""
    near = (Uniform(low=7.0, high=9.5), Uniform(low=14.0, high=17.0))
    return Entity(
        name=f"forklift_{number + 1}",
        model="forklift",
        start=RelativeLane(entity="ego", ds_m=near[number]) if number < 2 else Somewhere(ahead_m=10.0, straight=True),
        speed_mps=TRUCK_MPS,
        parameters={"desired_speed_mps": TRUCK_MPS, "standstill_m": 1.5},
    )


def _person(number: int, aside_m: float) -> Entity:
    """On a walkway or verge: to the right of the robot's lane towards it, or away from it, one behind another."""
    towards = number % 2 == 0
    near = 4.0 + 3.5 * number
    return Entity(
        name=f"person_{number + 1}",
        model=PEOPLE[number % len(PEOPLE)],
        controller="walker",
        start=RelativeLane(
            entity="ego",
            ds_m=Uniform(low=near, high=near + 2.0),
            offset_m=Uniform(low=-aside_m - 0.15, high=-aside_m),
            heading_rad=math.pi if towards else 0.0,
        ),
        speed_mps=WALK,
        paint=VEST,
    )
