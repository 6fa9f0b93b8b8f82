from pathlib import Path
from typing import Annotated

import pytest

from simgen.errors import InputError
from simgen.library import Parameter, entry, find
from simgen.sampling import Choice, LogUniform, Normal, Number, Uniform
from simgen.scenario.actions import Walk
from simgen.scenario.position import OnLane, RelativeLane
from simgen.scenario.scenario import Entity, Event, Scenario
from simgen.scenario.settings import apply_settings, build_scenario
from simgen.scenario.triggers import AtTime

CHILD = Entity(name="child", model="child", controller="walker", start=RelativeLane(entity="ego", ds_m=20.0))
GO = Event(name="go", when=AtTime(time_s=1.0), do=Walk(path=()), entities=("child",))
BASE = Scenario(name="s", ego=Entity(name="ego"), actors=(CHILD,), events=(GO,))


@entry("scenarios")
def adjustable(
    *,
    world: str = "town",
    gap_m: Annotated[Number, Parameter(text="gap", low=1, high=9)] = 5.0,
    cars: Annotated[int, Parameter(text="cars", low=0, high=5)] = 1,
) -> Scenario:
    """A scenario with parameters of its own."""
    lead = Entity(name="lead", start=RelativeLane(entity="ego", ds_m=gap_m))
    return Scenario(name="adjustable", world=world, ego=Entity(name="ego"), actors=(lead,) * min(cars, 1))


ENTRY = adjustable.simgen_entry  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("key", "text", "read", "value"),
    [
        ("ego.speed_mps", "12", lambda s: s.ego.speed_mps, 12.0),
        ("ego.speed_mps", "uniform(3, 5)", lambda s: s.ego.speed_mps, Uniform(low=3.0, high=5.0)),
        ("ego.speed_mps", "normal(5, 1)", lambda s: s.ego.speed_mps, Normal(mean=5.0, sigma=1.0)),
        ("ego.speed_mps", "loguniform(1,9)", lambda s: s.ego.speed_mps, LogUniform(low=1.0, high=9.0)),
        ("ego.speed_mps", "choice(1, 2.5)", lambda s: s.ego.speed_mps, Choice(values=(1, 2.5))),
        ("weather.fog", "0.3", lambda s: s.weather.fog, 0.3),
        ("weather.fog", "none", lambda s: s.weather.fog, None),
        ("world", "maps/x.xodr", lambda s: s.world, "maps/x.xodr"),
        ("world_parameters.trees", "7", lambda s: s.world_parameters, {"trees": 7}),
        ("traffic.cars", "5", lambda s: s.traffic.cars, 5),
        ("duration_s", "2.5", lambda s: s.duration_s, 2.5),
        ("actors.child.speed_mps", "2", lambda s: s.actors[0].speed_mps, 2.0),
        ("actors.0.present", "false", lambda s: s.actors[0].present, False),
        ("actors.child.start.ds_m", "30", lambda s: s.actors[0].start.ds_m, 30.0),
        ("events.go.when.time_s", "uniform(1,2)", lambda s: s.events[0].when.time_s, Uniform(low=1.0, high=2.0)),
        ("ego.start", "1/0/-1@25", lambda s: s.ego.start, OnLane(lane="1/0/-1", s_m=25.0)),
        ("ego.start", "1/0/-1@25@-0.5", lambda s: s.ego.start, OnLane(lane="1/0/-1", s_m=25.0, offset_m=-0.5)),
        ("ego.lamps", "low_beam,fog", lambda s: s.ego.lamps, ("low_beam", "fog")),
        ("ego.paint", "0.1,uniform(0.2,0.3),0.4", lambda s: s.ego.paint, (0.1, Uniform(low=0.2, high=0.3), 0.4)),
        ("ego.parameters.time_gap_s", "1.1", lambda s: s.ego.parameters["time_gap_s"], 1.1),
        ("ego.model", "choice(suv, van)", lambda s: s.ego.model, Choice(values=("suv", "van"))),
    ],
)
def test_a_path_reaches_its_field(key: str, text: str, read: object, value: object) -> None:
    changed = apply_settings(BASE, {key: text})
    assert read(changed) == value  # type: ignore[operator]
    assert apply_settings(BASE, {}) == BASE


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("ego.colour", "red", "ego.colour: expected one of name, model, "),
        ("speed", "3", "speed: expected one of name, world, "),
        ("ego.speed_mps", "fast", "ego.speed_mps: expected a number, got 'fast'"),
        ("ego.speed_mps", "-4", "ego.speed_mps: expected 0..60, got -4"),
        ("ego.speed_mps", "nan", "ego.speed_mps: expected 0..60, got nan"),
        ("ego.speed_mps", "uniform(3)", "ego.speed_mps: expected 2 numbers in uniform(...), got 1"),
        ("ego.speed_mps", "uniform(3, 500)", "ego.speed_mps: expected 0..60, got 500"),
        ("ego.speed_mps.x", "3", "ego.speed_mps.x: 'x' leads no further"),
        ("actors.dog.speed_mps", "3", "actors.dog.speed_mps: expected one of child, got 'dog'"),
        ("traffic.cars", "2.5", "traffic.cars: expected a whole number, got '2.5'"),
        ("actors.child.present", "maybe", "actors.child.present: expected true or false, got 'maybe'"),
        ("ego.start", "here", "ego.start: expected LANE@S"),
        ("ego.paint", "1,2", "ego.paint: expected 3 values, got 2"),
        ("weather", "fine", "weather: expected one of clear, cloudy, overcast, fog, rain, snow, low_sun, dusk, night"),
        ("ego.model", "spaceship", "ego.model: expected one of "),
    ],
)
def test_what_cannot_be_set_is_told_in_one_line(key: str, text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        apply_settings(BASE, {key: text})
    assert str(caught.value).startswith("scenarios/s: " + told)
    assert "\n" not in str(caught.value)


def test_a_builders_own_parameters_come_first() -> None:
    built = build_scenario(ENTRY, {"gap_m": "uniform(2,4)", "world": "highway", "actors.lead.speed_mps": "3"})
    assert built.world == "highway"
    assert built.actors[0].start == RelativeLane(entity="ego", ds_m=Uniform(low=2.0, high=4.0))
    assert built.actors[0].speed_mps == 3.0


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("gap_m", "0.5", "gap_m: expected 1..9, got 0.5"),
        ("gap_m", "nan", "gap_m: expected 1..9, got nan"),
        ("gap_m", "wide", "gap_m: expected a number, got 'wide'"),
        ("cars", "9", "cars: expected 0..5, got 9"),
        ("gap", "3", "gap: expected one of name, world"),
        ("gap", "3", ", gap_m, cars, got 'gap'"),
    ],
)
def test_a_builders_own_parameters_are_checked(key: str, text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        build_scenario(ENTRY, {key: text})
    assert told in str(caught.value)
    assert str(caught.value).startswith("scenarios/adjustable: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def f(:\n", "mine.py:1: SyntaxError"),
        ("import nothing_like_this\n", "mine.py:1: ModuleNotFoundError"),
        ("x = 1\n", "expected exactly one of scenarios marked with @entry, found 0"),
        (
            "from simgen.library import entry\n@entry('scenarios')\ndef f():\n    return 3\n",
            "a Scenario, got int",
        ),
        ("from simgen.library import entry\n@entry('scenarios')\ndef f():\n    return 1 / 0\n", "ZeroDivisionError"),
        ("from simgen.library import entry\n@entry('scenarios')\ndef f(need):\n    return need\n", "TypeError"),
    ],
)
def test_broken_python_is_one_line(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        build_scenario(find("scenarios", str(path)), {})
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
