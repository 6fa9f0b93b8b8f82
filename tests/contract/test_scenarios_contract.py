"""Whatever the library lists as a scenario or an injection keeps these promises."""

import dataclasses
import functools
import importlib.resources
import inspect
import math
from pathlib import Path

import numpy as np
import pytest

from simgen.errors import InputError
from simgen.geometry import yaw_of
from simgen.library import entries, find, parameters
from simgen.sampling import stream
from simgen.scenario.injections import inject, parse_injection
from simgen.scenario.lane_walk import width_at
from simgen.scenario.places import pose_of
from simgen.scenario.position import OnLane
from simgen.scenario.sample import sample
from simgen.scenario.scenario import ConcreteScenario, Scenario
from simgen.scenario.settings import build_scenario
from simgen.scenario.storyboard import Storyboard
from simgen.scenario.traffic import size_of
from simgen.scenario.validate import validate
from simgen.serial import from_json, to_json
from simgen.world.opendrive.network import lane_network
from simgen.world.opendrive.read import read_opendrive
from simgen.world.world import World

SCENARIOS = [entry.name for entry in entries("scenarios") if "product" not in entry.tags]
"""Products lie in a room without lanes: tests/scenario/test_scatter.py."""
INJECTIONS = [entry.name for entry in entries("injections")]
WEATHER = {
    "fog": {"fog"},
    "rain": {"rain_mm_h", "wetness", "cloudiness"},
    "snow": {"snow_mm_h", "temperature_c", "cloudiness", "snow_cover"},
    "night": {"sun_elevation_deg", "cloudiness"},
    "dusk": {"sun_elevation_deg"},
    "low_sun": {"sun_elevation_deg", "sun_azimuth_deg", "sun_bearing_deg", "cloudiness"},
    "overcast": {"cloudiness"},
}
"""What those that are weather may change of it."""
WORLDS = ("town", "highway", "proving_ground")
NEEDS_TWO_LANES = {("cut_in", "town")}


@functools.cache
def world(name: str) -> World:
    """The lanes of one of the project's own maps, which is all that scenarios look at."""
    path = importlib.resources.files("simgen.worlds.maps") / f"{name}.xodr"
    lanes = lane_network(read_opendrive(Path(str(path))), np.zeros(3))
    return World(name=name, surfaces=(), lanes=lanes, origin_m=np.zeros(3))


@functools.cache
def concrete(scenario: str, world_name: str, seed: int) -> ConcreteScenario:
    return sample(built(scenario, world_name), seed, world(world_name))


@functools.cache
def built(scenario: str, world_name: str) -> Scenario:
    return build_scenario(find("scenarios", scenario), {"world": world_name})


PAIRS = [(scenario, place) for scenario in SCENARIOS for place in WORLDS if (scenario, place) not in NEEDS_TWO_LANES]


def test_the_library_has_what_it_promises() -> None:
    assert {"pedestrian_dart_out", "cut_in", "urban_traffic"} <= set(SCENARIOS)
    assert {"fog", "debris", "lead_brakes", "frame_drop", "dead_beams"} <= set(INJECTIONS)


@pytest.mark.parametrize("kind", ["scenarios", "injections"])
def test_entries_say_what_they_are_and_where_from(kind: str) -> None:
    for offered in entries(kind):
        assert offered.summary.endswith("."), offered.name
        assert offered.source, offered.name
        if kind == "injections":
            text = inspect.getdoc(offered.build) or ""
            assert "everity 0" in text, f"{offered.name}: what severity 0 and 1 mean"
            continue
        for name, (parameter, meaning) in parameters(offered).items():
            assert parameter.default is not inspect.Parameter.empty, f"{offered.name}: {name} has no default"
            assert meaning is not None or name == "world", f"{offered.name}: {name} says nothing"


@pytest.mark.parametrize(("scenario", "place"), PAIRS)
def test_sampled_scenarios_are_valid_and_survive_json(scenario: str, place: str) -> None:
    for seed in range(5):
        made = concrete(scenario, place, seed)
        validate(made)
        text = to_json(made)
        assert from_json(text, ConcreteScenario) == made
        assert to_json(from_json(text, ConcreteScenario)) == text
        Storyboard(made, world(place).lanes)
    assert to_json(sample(built(scenario, place), 0, world(place))) == to_json(concrete(scenario, place, 0))


@pytest.mark.parametrize(("scenario", "place"), PAIRS)
def test_cars_begin_in_their_lanes_and_travel_lawfully(scenario: str, place: str) -> None:
    lanes = world(place).lanes
    made = concrete(scenario, place, 1)
    for entity in (made.ego, *made.actors):
        if entity.controller not in ("driver", "none"):
            continue
        assert isinstance(entity.start, OnLane)
        lane = lanes.lanes[entity.start.lane]
        assert lane.kind == "driving"
        assert entity.start.heading_rad == 0.0
        assert width_at(lane, np.array([entity.start.s_m]))[0] > size_of(str(entity.model))[1]
        assert all(
            after in lanes.lanes[name].successors for name, after in zip(entity.route, entity.route[1:], strict=False)
        )
        assert math.isfinite(entity.parameters.get("desired_speed_mps", 0.0))


@pytest.mark.parametrize("injection", INJECTIONS)
@pytest.mark.parametrize(("scenario", "place"), [pair for pair in PAIRS if pair[1] != "proving_ground"])
def test_injections_leave_everything_else_as_it_was(injection: str, scenario: str, place: str) -> None:
    plain, twin = built(scenario, place), concrete(scenario, place, 2)
    for severity in (0.0, 1.0):
        rng = stream(2, "injection", injection)
        written = inject(plain, injection, severity, rng)
        assert written == inject(plain, injection, severity, stream(2, "injection", injection))
        made = sample(written, 2, world(place))
        assert made.cases[: len(twin.cases)] == twin.cases
        case = made.cases[-1]
        assert (case.case, case.injected, case.severity) == (injection, True, severity)
        assert made.ego == twin.ego
        assert made.actors[: len(twin.actors)] == twin.actors
        assert all(actor.injected for actor in made.actors[len(twin.actors) :])
        assert made.events[: len(twin.events)] == twin.events
        assert made.faults[: len(twin.faults)] == twin.faults
        kept = {field.name for field in dataclasses.fields(made.weather)} - WEATHER.get(injection, set())
        assert all(getattr(made.weather, name) == getattr(twin.weather, name) for name in kept)
        assert made.placed.items() >= twin.placed.items()


def test_severity_grows() -> None:
    for injection in INJECTIONS:
        plain = built("urban_traffic", "town")
        low, high = (inject(plain, injection, severity, stream(0, "i")) for severity in (0.2, 0.9))
        assert low != high, injection


def test_fog_at_its_ends_is_the_range_that_its_docstring_says() -> None:
    plain = built("urban_traffic", "town")
    for severity, range_m in ((0.0, 1000.0), (1.0, 30.0)):
        made = sample(inject(plain, "fog", severity, stream(0, "i")), 0, world("town"))
        extinction = -math.log(0.05) / 30.0 * float(made.weather.fog) ** 2  # type: ignore[arg-type]
        assert math.exp(-extinction * range_m) == pytest.approx(0.05)


@pytest.mark.parametrize("seed", range(6))
def test_the_child_is_hidden_and_would_be_hit_in_the_middle(seed: int) -> None:
    made = concrete("pedestrian_dart_out", "town", seed)
    lanes = world("town").lanes
    child = pose_of(made.actors[0].start, lanes)  # type: ignore[arg-type]
    start, aim, speed = made.ego.start, made.events[0].do.path[0], float(made.ego.speed_mps)  # type: ignore[union-attr, arg-type]
    assert isinstance(start, OnLane)
    assert isinstance(aim, OnLane)
    # At constant speed the ego's front reaches the child's path lead_in_s and the child's run after the start.
    between = made.ego.route[: made.ego.route.index(aim.lane)]
    length, _, ahead = size_of("suv")
    travel = sum(lanes.lanes[name].length_m for name in between) + float(aim.s_m) - float(start.s_m)  # type: ignore[arg-type]
    run_s = 4.0 / (5.0 / 3.6) + (5.0 / 3.6) / (2.0 * 2.0)  # at 5 km/h, after speeding up at 2 m/s2
    assert (travel - ahead - length / 2) / speed == pytest.approx(2.0 + run_s, abs=0.02)
    assert made.events[0].when.headway_s == pytest.approx(run_s)  # type: ignore[union-attr]
    # When the child starts, a parked vehicle stands in the line of sight from the ego's front to it.
    heading = float(yaw_of(child.rotation)) - math.pi / 2
    along = np.array([math.cos(heading), math.sin(heading)])
    left = np.array([-along[1], along[0]])
    front = child.translation[:2] + 4.0 * left - speed * run_s * along
    assert any(_crosses(front, child.translation[:2], actor, lanes) for actor in made.actors[1:])


def _crosses(eye: np.ndarray, target: np.ndarray, actor: object, lanes: object) -> bool:
    pose = pose_of(actor.start, lanes)  # type: ignore[attr-defined, arg-type]
    length, width, ahead = size_of(actor.model)  # type: ignore[attr-defined]
    points = np.linspace(eye, target, 2000)
    local = pose.inverse().apply(np.column_stack([points, np.full(len(points), pose.translation[2])]))
    return bool(np.any((abs(local[:, 0] - ahead) < length / 2) & (abs(local[:, 1]) < width / 2)))


@pytest.mark.parametrize(
    ("text", "name", "severity"), [("fog", "fog", 0.5), ("fog:0.25", "fog", 0.25), ("a/b.py:1", "a/b.py", 1.0)]
)
def test_injections_are_written_with_or_without_severity(text: str, name: str, severity: float) -> None:
    assert parse_injection(text) == (name, severity)


@pytest.mark.parametrize("text", ["fog:", "fog:2", "fog:-1", "fog:nan", "fog:much", ":0.5"])
def test_a_severity_that_is_none(text: str) -> None:
    with pytest.raises(InputError, match="expected CASE or CASE:SEVERITY"):
        parse_injection(text)


def test_injecting_what_is_not_there_or_twice() -> None:
    plain = built("urban_traffic", "town")
    with pytest.raises(InputError, match=r"'snowball' is not in the library; expected one of .*dead_beams"):
        inject(plain, "snowball", 0.5, stream(0, "i"))
    with pytest.raises(InputError, match="has this case already"):
        inject(inject(plain, "fog", 0.5, stream(0, "i")), "fog", 0.5, stream(0, "i"))
    with pytest.raises(InputError, match=r"severity: expected 0\.\.1, got 2"):
        inject(plain, "fog", 2.0, stream(0, "i"))
