"""Ordinary traffic: the ego drives along among cars and people."""

from typing import Annotated

from simgen.library import Parameter, entry
from simgen.sampling import Number, Uniform, scaled
from simgen.scenario.position import Somewhere
from simgen.scenario.scenario import Entity, Scenario, Traffic

SPEED = Uniform(low=25.0, high=50.0)
NUSCENES = "nuScenes (Caesar et al., CVPR 2020): on average 20 vehicles and 7 pedestrians in a keyframe"
FACTOR = Uniform(low=0.75, high=1.05)


@entry("scenarios", source=NUSCENES, tags=("traffic",))
def urban_traffic(
    *,
    world: str = "town",
    cars: Annotated[int, Parameter(text="cars asked for; as many as fit are placed", low=0, high=1000)] = 20,
    people: Annotated[int, Parameter(text="people asked for, on sidewalks or beside the road", low=0, high=1000)] = 10,
    ego_speed_kmh: Annotated[
        Number, Parameter(text="speed of the ego at the start", unit="km/h", low=0, high=130)
    ] = SPEED,
    speed_factor: Annotated[
        Number, Parameter(text="of the cars' wishes to the speed limit", low=0.1, high=2.0)
    ] = FACTOR,
    radius_m: Annotated[float, Parameter(text="around the ego", unit="m", low=10, high=5000)] = 150.0,
) -> Scenario:
    """Twenty cars and ten people around the ego, on any map: it places what fits and records what was asked for."""
    return Scenario(
        name="urban_traffic",
        world=world,
        duration_s=10.0,
        ego=Entity(
            name="ego",
            model="",
            start=Somewhere(ahead_m=120.0, behind_m=10.0),
            speed_mps=scaled(ego_speed_kmh, 1.0 / 3.6),
            lamps=("low_beam", "position"),
        ),
        traffic=Traffic(cars=cars, people=people, speed_factor=speed_factor, radius_m=radius_m),
        source=NUSCENES,
    )
