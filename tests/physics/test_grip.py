"""Snow takes grip from everybody: the ego's tyres, and how hard other drivers brake."""

import dataclasses

import pytest

from simgen.physics.grip import grip_of
from simgen.physics.idm import DriverParameters
from simgen.physics.simulation import Simulation
from simgen.scenario.position import WorldPosition
from simgen.scenario.scenario import Entity
from simgen.world.weather import Weather
from tests import staging
from tests.physics.stages import car_model, concrete

WORLD = staging.world()


@pytest.mark.parametrize("cover", [0.0, 1.0])
def test_nobody_brakes_harder_than_the_road_allows(cover: float) -> None:
    ego, other = (
        Entity(name=name, model=car_model(), start=WorldPosition(x_m=x, y_m=0.0), speed_mps=8.0)
        for name, x in (("ego", -40.0), ("other", 0.0))
    )
    scenario = concrete(ego, other)
    scenario = dataclasses.replace(scenario, weather=dataclasses.replace(scenario.weather, snow_cover=cover))
    simulation = Simulation(scenario, WORLD)
    stage = simulation._stage
    hardest = float(stage.cars.drivers[0, 4])
    assert stage.vehicle.grip == pytest.approx(grip_of(Weather(snow_cover=cover)))
    assert hardest == pytest.approx(min(DriverParameters().hardest_mps2, stage.vehicle.grip * 9.81), rel=1e-3)
    assert (hardest < 5.0) == (cover == 1.0)
    simulation.close()
