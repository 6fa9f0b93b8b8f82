"""The stored weather must be the scenario's."""

import numpy as np
import pytest

from simgen.record.weather_check import LIMIT, deviation
from simgen.scenario.scenario import ConcreteScenario, Entity, WeatherSpec
from simgen.world.weather import COLUMNS, Weather

TOLD = Weather(fog=0.3, sun_azimuth_deg=359.123456)


@pytest.mark.parametrize(
    ("fog", "drawn", "sound"),
    [(0.3, {}, True), (0.3, {"weather.fog": 0.3}, True), (0.31, {}, False), (0.3, {"weather.fog": 0.2}, False)],
)
def test_weather_that_is_not_the_scenarios_is_found(fog: float, drawn: dict[str, float], sound: bool) -> None:
    spec = WeatherSpec(**{name: getattr(TOLD, name) for name in COLUMNS})
    scenario = ConcreteScenario(name="s", ego=Entity(name="ego"), seed=0, drawn=drawn, weather=spec)
    rows = np.stack([TOLD.array()] * 3)
    rows[1, COLUMNS.index("fog")] = fog
    assert (deviation(rows, COLUMNS, scenario).value <= LIMIT) == sound


def test_an_earlier_episode_has_fewer_columns() -> None:
    spec = WeatherSpec(**{name: getattr(TOLD, name) for name in COLUMNS[:8]})
    scenario = ConcreteScenario(name="s", ego=Entity(name="ego"), seed=0, weather=spec)
    assert deviation(TOLD.array()[None, :8], COLUMNS[:8], scenario).value <= LIMIT
