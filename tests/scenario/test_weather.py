"""Weather of a scenario: by time and place, by name, beside the ego."""

import math

import numpy as np
import pytest

from simgen.errors import InputError
from simgen.library import find
from simgen.sampling import Choice, Uniform
from simgen.scenario.scenario import Scenario, WeatherSpec
from simgen.scenario.setting_values import parse
from simgen.scenario.settings import build_scenario
from simgen.scenario.weather import fixed_weather, moment
from simgen.scenario.weather_presets import PRESETS, numbers_of, preset
from simgen.world.lanes import LaneNetwork
from simgen.world.weather import COLUMNS, Weather
from simgen.world.world import World


def world(**changes: float) -> World:
    return World(name="w", surfaces=(), lanes=LaneNetwork({}), origin_m=np.zeros(3), **changes)  # type: ignore[arg-type]


def built(**settings: str) -> Scenario:
    return build_scenario(
        find("scenarios", "urban_traffic"), {f"weather.{key}": text for key, text in settings.items()}
    )


def test_a_morning_sun_stands_in_the_east_which_is_x() -> None:
    fixed = fixed_weather(WeatherSpec(time="2024-03-20T06:30+01:00"), world(), 0, 0.0)
    assert abs((float(fixed.sun_azimuth_deg) + 180.0) % 360.0 - 180.0) < 6.0  # type: ignore[arg-type]
    assert 0.0 < float(fixed.sun_elevation_deg) < 6.0  # type: ignore[arg-type]
    assert fixed.time == "2024-03-20T05:30:00Z"


def test_noon_is_in_the_south_wherever_the_map_has_north() -> None:
    for north_deg in (90.0, 0.0, -120.0):
        fixed = fixed_weather(WeatherSpec(time="2024-06-21T12:00"), world(north_deg=north_deg), 0, 0.0)
        # Within the equation of time and the 1.4 degrees between 16.37 and the zone's 15 degrees.
        away = (float(fixed.sun_azimuth_deg) - north_deg - 180.0 + 180.0) % 360.0 - 180.0  # type: ignore[arg-type]
        assert abs(away) < 6.0
        assert float(fixed.sun_elevation_deg) == pytest.approx(90.0 - 48.2 + 23.44, abs=0.2)  # type: ignore[arg-type]


def test_texts_numbers_and_zones_mean_the_same_moment() -> None:
    wanted = moment("2024-06-21T16:30Z", "", 0.0)
    for time, day, longitude in (
        ("2024-06-21T18:30+02:00", "", 100.0),
        ("18:30+02:00", "2024-06-21", 0.0),
        ("17:30", "2024-06-21", 16.37),
        (17.5, "2024-06-21", 16.37),
    ):
        assert moment(time, day, longitude) == wanted
    assert moment("", "", 0.0) is None


def test_angles_that_are_given_go_before_the_time() -> None:
    spec = WeatherSpec(time="12:00", sun_elevation_deg=-20.0)
    fixed = fixed_weather(spec, world(), 0, 0.0)
    assert fixed.sun_elevation_deg == -20.0
    bearing = fixed_weather(WeatherSpec(sun_bearing_deg=10.0), world(), 0, math.radians(80.0))
    assert bearing.sun_azimuth_deg == pytest.approx(90.0)


def test_times_may_be_distributions() -> None:
    spec = WeatherSpec(time=Uniform(low=6.0, high=9.0), date=Choice(values=("2024-06-21", "2024-12-21")))
    found = {fixed_weather(spec, world(), seed, 0.0).time for seed in range(12)}
    assert len(found) == 12
    assert {text[:10] for text in found} == {"2024-06-21", "2024-12-21"}
    assert fixed_weather(spec, world(), 3, 0.0).time == fixed_weather(spec, world(), 3, 1.0).time


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"time": "half past six"}, "weather.time: expected a time such as"),
        ({"time": "25:00"}, "weather.time: expected"),
        ({"time": "30"}, r"weather.time: expected 0\.\.24 hours"),
        ({"time": "uniform(5, 40)"}, r"weather.time: expected 0\.\.24 hours"),
        ({"time": "12:00", "date": "21.6.2024"}, "weather.date: expected a date such as"),
        ({"time": "2024-02-30T12:00"}, "weather.time"),
        ({"snow_cover": "2"}, r"expected 0\.\.1"),
    ],
)
def test_bad_values_give_one_line(settings: dict[str, str], told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        built(**settings)
    assert "\n" not in str(caught.value)


def test_names_are_weather_and_can_be_changed_further() -> None:
    made = build_scenario(find("scenarios", "urban_traffic"), {"weather": "night", "weather.fog": "0.2"})
    assert made.weather.sun_elevation_deg == PRESETS["night"].sun_elevation_deg
    assert made.weather.fog == 0.2
    assert parse("snow", WeatherSpec, "here") == preset("snow")
    assert numbers_of("snow")["snow_cover"] > 0.5
    with pytest.raises(InputError, match=r"expected one of clear, cloudy, .* got 'sleet'"):
        build_scenario(find("scenarios", "urban_traffic"), {"weather": "sleet"})


def test_an_earlier_versions_row_is_read() -> None:
    row = Weather(fog=0.25, temperature_c=3.0).array()
    assert Weather.from_array(row[:8]) == Weather.from_array(row)
    assert Weather.from_array(row[:8]).fog == 0.25
    assert COLUMNS[:8] == (
        "sun_azimuth_deg", "sun_elevation_deg", "cloudiness", "fog", "rain_mm_h", "snow_mm_h", "wetness",
        "temperature_c",
    )  # fmt: skip
