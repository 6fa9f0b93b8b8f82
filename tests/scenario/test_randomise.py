"""Domain randomisation of a scenario: what is drawn, from where, and that nothing else changes."""

import dataclasses
import functools
import importlib.resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simgen.errors import InputError
from simgen.library import find
from simgen.sampling import Choice, LogUniform, Normal, Uniform
from simgen.scenario.randomise_presets import PRESETS
from simgen.scenario.sample import sample
from simgen.scenario.scenario import ConcreteScenario, Scenario
from simgen.scenario.settings import build_scenario
from simgen.scenario.traffic import size_of
from simgen.scenario.validate import validate
from simgen.serial import from_json, to_json
from simgen.world.opendrive.network import lane_network
from simgen.world.opendrive.read import read_opendrive
from simgen.world.world import World

NAMES = ("mild", "strong", "structured")


@functools.cache
def town() -> World:
    path = importlib.resources.files("simgen.worlds.maps") / "town.xodr"
    lanes = lane_network(read_opendrive(Path(str(path))), np.zeros(3))
    return World(name="town", surfaces=(), lanes=lanes, origin_m=np.zeros(3))


def scenario(**settings: str) -> Scenario:
    small = {"cars": "6", "people": "4", **settings}
    return build_scenario(find("scenarios", "urban_traffic"), small)


@functools.cache
def made(name: str, seed: int) -> ConcreteScenario:
    return sample(scenario(randomise=name), seed, town())


def limits(value: Any) -> tuple[float, float]:
    """The lowest and highest outcome of a distribution of numbers."""
    if isinstance(value, Uniform | LogUniform | Normal):
        return value.low, value.high
    if isinstance(value, Choice):
        ends = [limits(item) for item in value.values]
        return min(low for low, _ in ends), max(high for _, high in ends)
    return float(value), float(value)


@pytest.mark.parametrize("name", NAMES)
def test_presets_are_valid_and_survive_json(name: str) -> None:
    for seed in range(3):
        concrete = made(name, seed)
        validate(concrete)
        assert from_json(to_json(concrete), ConcreteScenario) == concrete
        assert to_json(sample(scenario(randomise=name), seed, town())) == to_json(concrete)
        assert concrete.randomise.name == name


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_keeps_its_range_and_is_what_the_weather_is(name: str) -> None:
    wanted, seen = PRESETS[name].weather, {}
    for seed in range(12):
        concrete = (
            made(name, seed) if seed < 3 else sample(scenario(randomise=name, cars="0", people="0"), seed, town())
        )
        for key, value in concrete.drawn.items():
            field = key.removeprefix("weather.")
            if key.startswith("weather.") and field not in ("time", "date"):
                low, high = limits(getattr(wanted, field))
                assert low <= value <= high
                assert getattr(concrete.weather, field) == value
                seen.setdefault(field, set()).add(value)
    assert all(len(values) > 1 for values in seen.values())
    assert {"cloudiness", "cloud_seed", "exposure_ev"} <= set(seen)


def test_randomising_one_thing_changes_no_other_draw() -> None:
    plain = sample(scenario(), 5, town())
    for settings in (
        {"randomise.weather.fog": "uniform(0, 0.5)"},
        {"randomise.distractors.count": "4"},
        {"randomise.paints": "choice(1, 2)"},
        {"randomise.camera.yaw_deg": "uniform(-1, 1)"},
    ):
        build = scenario(**{key: value for key, value in settings.items() if key != "randomise.paints"})
        if "randomise.paints" in settings:
            paints = Choice(values=((0.1, 0.2, 0.3), (0.7, 0.1, 0.1)))
            build = dataclasses.replace(build, randomise=dataclasses.replace(build.randomise, paints=paints))
        other = sample(build, 5, town())
        assert [a.name for a in other.actors][: len(plain.actors)] == [a.name for a in plain.actors]
        for mine, theirs in zip(other.actors, plain.actors, strict=False):
            assert dataclasses.replace(mine, paint=theirs.paint) == theirs
        assert other.drawn.items() >= plain.drawn.items()


def test_numbers_of_things_are_whole() -> None:
    concrete = sample(scenario(**{"randomise.cars": "uniform(2, 6)", "randomise.people": "choice(1, 3)"}), 3, town())
    assert concrete.drawn["traffic.cars"] == concrete.traffic.cars == concrete.placed["cars"][0]
    assert concrete.drawn["traffic.people"] == concrete.traffic.people
    assert isinstance(concrete.traffic.cars, int)


def test_model_choice_changes_models_alone() -> None:
    build = scenario()
    models = Choice(values=("supermini", "city_car"))
    looks = dataclasses.replace(build.randomise, car_models=models)
    plain, other = (sample(one, 2, town()) for one in (build, dataclasses.replace(build, randomise=looks)))
    cars = [a for a in other.actors if a.name.startswith("traffic_car")]
    assert cars
    assert {car.model for car in cars} <= set(models.values)
    assert [car.paint for car in cars] == [a.paint for a in plain.actors[: len(cars)]]
    assert all(other.drawn[f"model.{car.name}"] == car.model for car in cars)


def test_what_the_scenario_says_is_not_drawn_over() -> None:
    concrete = sample(scenario(**{"randomise": "mild", "weather": "night"}), 1, town())
    assert concrete.weather.sun_elevation_deg == -30.0
    assert "weather.sun_elevation_deg" not in concrete.drawn
    assert "weather.sun_azimuth_deg" in concrete.drawn
    timed = sample(scenario(**{"randomise": "mild", "weather.time": "2024-06-21T12:00Z"}), 1, town())
    assert timed.weather.time == "2024-06-21T12:00:00Z"
    assert not {"weather.sun_azimuth_deg", "weather.sun_elevation_deg"} & set(timed.drawn)


def test_distractors_stand_apart_and_off_the_way() -> None:
    concrete = sample(scenario(**{"randomise.distractors.count": "8"}), 4, town())
    things = [actor for actor in concrete.actors if actor.name.startswith("distractor_")]
    assert 4 <= len(things) <= 8
    assert all(
        thing.controller == "static" and concrete.drawn[f"model.{thing.name}"] == thing.model for thing in things
    )
    at = np.array([(thing.start.x_m, thing.start.y_m) for thing in things])  # type: ignore[union-attr]
    apart = np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1)) + 100.0 * np.eye(len(at))
    widths = [min(size_of(str(thing.model))[:2]) for thing in things]
    assert apart.min() > min(widths)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"randomise": "wild"}, "randomise: expected one of none, mild, strong, structured"),
        ({"randomise.weather.fog": "uniform(0, 3)"}, r"randomise.weather.fog: expected 0\.\.1"),
        ({"randomise.camera.pitch_deg": "120"}, "randomise.camera.pitch_deg: expected"),
        ({"randomise.colour": "1"}, "expected one of name, weather, materials"),
    ],
)
def test_bad_values_give_one_line(settings: dict[str, str], told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        scenario(**settings)
    assert "\n" not in str(caught.value)


def test_a_texture_that_is_none() -> None:
    build = scenario(randomise="strong")
    rule = dataclasses.replace(build.randomise.materials[0], texture=Choice(values=("noise", "tartan")))
    with pytest.raises(InputError, match=r"randomise.materials.0.texture: expected one of keep, .* got 'tartan'"):
        validate(dataclasses.replace(build, randomise=dataclasses.replace(build.randomise, materials=(rule,))))
