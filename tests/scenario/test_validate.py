import copy
from typing import Any, TypeVar

import pytest

from simgen.errors import InputError
from simgen.sampling import Choice, LogUniform, Normal, Uniform
from simgen.scenario.actions import FollowTrajectory, SetLamps, SpeedProfile, Walk
from simgen.scenario.position import OnLane, RelativeLane
from simgen.scenario.scenario import CornerCase, Entity, Event, Fault, Scenario, Traffic, WeatherSpec
from simgen.scenario.triggers import All, AtTime, Distance, State, TimeToCollision
from simgen.scenario.validate import validate

T = TypeVar("T")
EGO = Entity(name="ego", speed_mps=Uniform(low=3.0, high=9.0))
CHILD = Entity(name="child", model="child", controller="walker", start=RelativeLane(entity="ego", ds_m=20.0))
GO = Event(name="go", when=TimeToCollision(entity="ego", to="child", ttc_s=2.0), do=Walk(path=()), entities=("child",))
CASE = CornerCase(case="c", level="scenario", severity=0.5, entities=("child",), trigger="go")
FAULT = Fault(kind="dropped", sensors=("camera",), parameters={"probability": 0.5})
GOOD = Scenario(name="s", ego=EGO, actors=(CHILD,), events=(GO,), cases=(CASE,), faults=(FAULT,))


def changed(thing: T, **fields: Any) -> T:
    """With fields of any type, which a user's file may have and the type checks of the tests would refuse."""
    result = copy.copy(thing)
    for name, value in fields.items():
        object.__setattr__(result, name, value)
    return result


def ego(**fields: Any) -> Scenario:
    return changed(GOOD, ego=changed(EGO, **fields))


def event(**fields: Any) -> Scenario:
    return changed(GOOD, events=(changed(GO, **fields),))


def scenario(**fields: Any) -> Scenario:
    return changed(GOOD, **fields)


@pytest.mark.parametrize(("good", "bad"), [(0.0, -1e-9), (60.0, 60.0 + 1e-9), (12, 61)])
def test_a_good_one_passes_up_to_its_very_limits(good: float, bad: float) -> None:
    before = copy.deepcopy(GOOD)
    validate(ego(speed_mps=good))
    with pytest.raises(InputError) as refusal:
        validate(ego(speed_mps=bad))
    assert str(refusal.value).startswith(f"scenarios/s: ego.speed_mps: expected 0..60, got {bad:g}")
    validate(GOOD)
    assert before == GOOD


BAD: list[tuple[Scenario, str]] = [
    (ego(speed_mps=-4), "ego.speed_mps: expected 0..60, got -4"),
    (ego(speed_mps=float("nan")), "ego.speed_mps: expected 0..60, got nan"),
    (ego(speed_mps=float("inf")), "ego.speed_mps: expected 0..60, got inf"),
    (ego(speed_mps="12"), "ego.speed_mps: expected 0..60, got '12'"),
    (ego(speed_mps=Uniform(low=-1.0, high=5.0)), "ego.speed_mps: expected 0..60, got -1"),
    (ego(speed_mps=Uniform(low=5.0, high=1.0)), "ego.speed_mps: expected a distribution with low <= high, got 5..1"),
    (ego(speed_mps=LogUniform(low=0.0, high=1.0)), "ego.speed_mps: expected a distribution with low <= high"),
    (ego(speed_mps=Normal(mean=5.0, sigma=-1.0)), "ego.speed_mps: expected sigma >= 0"),
    (ego(speed_mps=Choice(values=())), "ego.speed_mps: expected choices"),
    (ego(speed_mps=Choice(values=(1.0, 99.0))), "ego.speed_mps: expected 0..60, got 99"),
    (ego(speed_mps=Choice(values=(1.0, 2.0), weights=(1.0,))), "ego.speed_mps: expected choices"),
    (ego(start=OnLane(lane="1/0/-1", s_m=-3.0)), "ego.start.s_m: expected 0..1e+06, got -3"),
    (ego(start="1/0/-1"), "ego.start: expected WorldPosition or OnLane"),
    (ego(start=RelativeLane(entity="nobody", ds_m=1.0)), "ego.start.entity: expected one of ego, child, got 'nobody'"),
    (ego(model="spaceship"), "ego.model: expected one of "),
    (ego(model=3), "ego.model: expected the name of a model, got 3"),
    (ego(controller="pilot"), "ego.controller: expected one of driver, none, walker, static, got 'pilot'"),
    (ego(lamps=("disco",)), "ego.lamps: expected some of low_beam"),
    (ego(category="ufo"), "ego.category: expected one of none, road"),
    (ego(paint=(0.1, 0.2)), "ego.paint: expected red, green and blue, got 2 numbers"),
    (ego(paint=(0.1, 0.2, 1.5)), "ego.paint: expected 0..1, got 1.5"),
    (ego(parameters={"desired_speed_mps": -1.0}), "ego.parameters.desired_speed_mps: expected 0..60, got -1"),
    (ego(speed_like="nobody"), "ego.speed_like: expected one of ego, child, got 'nobody'"),
    (ego(speed_like="ego"), "ego.speed_like: entities take their speeds from each other in a circle"),
    (
        event(when=TimeToCollision(entity="egg", to="child", ttc_s=2.0)),
        "events.go.when.entity: expected one of ego",
    ),
    (event(when=TimeToCollision(entity="ego", to="bike", ttc_s=2.0)), "events.go.when.to: expected one of ego, child"),
    (event(when=AtTime(time_s=-1.0)), "events.go.when.time_s: expected 0..3600, got -1"),
    (
        event(when=All(of=(AtTime(time_s=1.0), AtTime(time_s=float("nan"))))),
        "events.go.when.of.1.time_s: expected 0..",
    ),
    (event(when=State(event="gone")), "events.go.when.event: expected one of go, got 'gone'"),
    (event(when=State(event="go", state="half")), "events.go.when.state: expected one of running, complete"),
    (
        event(when=Distance(entity="ego", to="child", distance_m=1.0, rule="under")),
        "events.go.when.rule: expected one",
    ),
    (event(when="now"), "events.go.when: expected AtTime or Distance"),
    (event(do=SetLamps(lamps=("disco",))), "events.go.do.lamps: expected some of low_beam"),
    (
        event(do=SpeedProfile(speeds_mps=(1.0, 2.0), durations_s=(1.0,))),
        "events.go.do.durations_s: expected one for",
    ),
    (event(do=FollowTrajectory(positions=(), times_s=())), "events.go.do.times_s: expected one for each"),
    (event(entities=("dog",)), "events.go.entities: expected one of ego, child, got 'dog'"),
    (scenario(duration_s=0.0), "duration_s: expected 0.05..3600, got 0"),
    (scenario(duration_s=float("nan")), "duration_s: expected 0.05..3600, got nan"),
    (scenario(world=""), "world: expected a name, got ''"),
    (scenario(actors=(CHILD, CHILD)), "actors: expected different names, got 'child' 2 times"),
    (scenario(actors=("child",)), "actors.0: expected Entity, got 'child'"),
    (scenario(actors=[CHILD]), "actors: expected tuple"),
    (scenario(events=(GO, GO)), "events: expected different names, got 'go' 2 times"),
    (scenario(traffic=Traffic(cars=-2)), "traffic.cars: expected 0..1000, got -2"),
    (scenario(weather=WeatherSpec(fog=1.5)), "weather.fog: expected 0..1, got 1.5"),
    (scenario(faults=(changed(FAULT, kind="bored"),)), "faults.0.kind: expected one of dropped, stuck"),
    (scenario(faults=(changed(FAULT, sensors=()),)), "faults.0.sensors: expected names"),
    (
        scenario(faults=(changed(FAULT, parameters={"probability": 2.0}),)),
        "faults.0.parameters.prob",
    ),
    (scenario(cases=(changed(CASE, severity=2.0),)), "cases.0.severity: expected 0..1, got 2"),
    (scenario(cases=(changed(CASE, level="bad"),)), "cases.0.level: expected one of hardware"),
    (scenario(cases=(changed(CASE, trigger="x"),)), "cases.0.trigger: expected one of go, got 'x'"),
    (scenario(cases=(changed(CASE, entities=("x",)),)), "cases.0.entities: expected one of ego, child"),
]


@pytest.mark.parametrize(("bad", "told"), BAD, ids=[f"{told.split(':')[0]}-{k}" for k, (_, told) in enumerate(BAD)])
def test_bad_ones_are_told_in_one_line(bad: Scenario, told: str) -> None:
    with pytest.raises(InputError) as caught:
        validate(bad)
    assert str(caught.value).startswith("scenarios/s: " + told)
    assert "\n" not in str(caught.value)
