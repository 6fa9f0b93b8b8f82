from collections.abc import Mapping

import numpy as np
import pytest
import roads

from simgen.scenario.actions import SetLamps, SpeedProfile
from simgen.scenario.position import OnLane, WorldPosition
from simgen.scenario.scenario import ConcreteScenario, CornerCase, Entity, Event, Fault, WeatherSpec
from simgen.scenario.situation import Situation, StoryStep
from simgen.scenario.storyboard import Storyboard
from simgen.scenario.triggers import (
    All,
    AnyOf,
    AtTime,
    Distance,
    LaneTraversal,
    ReachPosition,
    Speed,
    State,
    TimeHeadway,
    TimeToCollision,
    Trigger,
)

BRAKE = SpeedProfile(speeds_mps=(0.0,))
LENGTH, WIDTH, CENTRE = 4.0, 2.0, 1.5


def concrete(*events: Event, **others: object) -> ConcreteScenario:
    names = {"ego": Entity(name="ego"), "actors": (Entity(name="b"),)}
    return ConcreteScenario(name="t", seed=0, weather=WeatherSpec(), events=events, **{**names, **others})  # type: ignore[arg-type]


def event(when: Trigger, name: str = "e", **others: object) -> Event:
    return Event(**{"name": name, "when": when, "do": BRAKE, "entities": ("b",), **others})  # type: ignore[arg-type]


def at(time_s: float, a: Mapping[str, object], b: Mapping[str, object]) -> Situation:
    """Two cars; x, y, heading, vx, vy, lane and present of each."""
    both = (a, b)

    def column(name: str, default: float = 0.0) -> np.ndarray:
        return np.array([float(each.get(name, default)) for each in both])  # type: ignore[arg-type]

    zero = np.zeros(2)
    return Situation(
        time_s=time_s,
        names=("ego", "b"),
        present=np.array([bool(each.get("present", True)) for each in both]),
        position=np.stack([column("x"), column("y"), zero], axis=1),
        heading_rad=column("heading"),
        velocity=np.stack([column("vx"), column("vy"), zero], axis=1),
        acceleration=np.zeros((2, 3)),
        length_m=np.full(2, LENGTH),
        width_m=np.full(2, WIDTH),
        centre_m=np.full(2, CENTRE),
        lane=tuple(str(each.get("lane", "")) for each in both),
        lane_s_m=zero,
    )


def fires(when: Trigger, a: Mapping[str, object], b: Mapping[str, object], time_s: float = 0.0) -> bool:
    story = Storyboard(concrete(event(when)), roads.two_lane_road())
    return bool(story.step(at(time_s, a, b)).started)


def phases(step: StoryStep) -> list[tuple[str, str]]:
    return [(happening.case, happening.phase) for happening in step.happenings]


def test_time_comes_once() -> None:
    story = Storyboard(concrete(event(AtTime(time_s=0.5))), roads.two_lane_road())
    times = np.arange(-48, 240) / 240.0
    started = [time for time in times if story.step(at(float(time), {}, {})).started]
    assert started == [0.5]


@pytest.mark.parametrize(
    ("along", "truth"),
    [("euclidean", 5.0), ("longitudinal", 4.0), ("lateral", 3.0)],
)
def test_distances_between_origins_in_the_first_ones_axes(along: str, truth: float) -> None:
    heading = 0.7
    cos, sin = np.cos(heading), np.sin(heading)
    b = {"x": 4 * cos - 3 * sin, "y": 4 * sin + 3 * cos, "heading": 2.0}
    for rule, expected in (("less", (False, True)), ("greater", (True, False))):
        for distance, fired in zip((truth - 1e-6, truth + 1e-6), expected, strict=True):
            when = Distance(entity="ego", to="b", distance_m=distance, along=along, rule=rule)
            assert fires(when, {"heading": heading}, b) is fired


def test_freespace_is_between_boxes() -> None:
    when = Distance(entity="ego", to="b", distance_m=6.0, along="freespace")
    assert fires(when, {}, {"x": LENGTH + 5.999})
    assert not fires(when, {}, {"x": LENGTH + 6.001})
    # A box reaches from half its length behind its centre: x in [-0.5, 3.5] here, y in [-1, 1].
    spot = Distance(entity="ego", to=WorldPosition(x_m=3.5 + 3.0, y_m=1.0 + 4.0), distance_m=5.001, along="freespace")
    assert fires(spot, {}, {})


def test_ttc_of_head_on_and_crossing() -> None:
    head_on = {"x": 50.0, "heading": np.pi, "vx": -5.0}
    truth = (50.0 - 2 * (CENTRE + LENGTH / 2)) / 15.0
    for margin, fired in ((1e-6, True), (-1e-6, False)):
        assert fires(TimeToCollision(entity="ego", to="b", ttc_s=truth + margin), {"vx": 10.0}, head_on) is fired
    # From the right at 2 m/s: its front reaches y = -1 after (10 - 1 - 3.5) / 2 s, when the ego is at x 13.25..17.25.
    crossing = {"x": 16.0, "y": -10.0, "heading": np.pi / 2, "vy": 2.0}
    assert fires(TimeToCollision(entity="ego", to="b", ttc_s=2.7501), {"vx": 5.0}, crossing)
    assert not fires(TimeToCollision(entity="ego", to="b", ttc_s=2.7499), {"vx": 5.0}, crossing)
    assert not fires(TimeToCollision(entity="ego", to="b", ttc_s=60.0), {"vx": 5.0}, {"y": 5.0, "x": 30.0})


def test_headway_counts_from_the_front_and_only_ahead() -> None:
    when = TimeHeadway(entity="ego", to="b", headway_s=2.0)
    assert fires(when, {"vx": 10.0}, {"x": 3.5 + 19.99, "y": -4.0})
    assert not fires(when, {"vx": 10.0}, {"x": 3.5 + 20.01, "y": -4.0})
    assert not fires(when, {"vx": 10.0}, {"x": 3.4})


def test_reaching_a_place_on_a_lane() -> None:
    when = ReachPosition(entity="ego", position=OnLane(lane="1/0/-1", s_m=100.0, offset_m=1.0), tolerance_m=2.0)
    assert fires(when, {"x": 98.1, "y": 1.0}, {})
    assert not fires(when, {"x": 97.9, "y": 1.0}, {})


def test_speed_rises_and_falls() -> None:
    assert fires(Speed(entity="ego", speed_mps=4.9), {"vx": 3.0, "vy": 4.0}, {})
    assert fires(Speed(entity="ego", speed_mps=5.1, rule="less"), {"vx": 3.0, "vy": 4.0}, {})
    assert not fires(Speed(entity="ego", speed_mps=5.1), {"vx": 3.0, "vy": 4.0}, {})


def test_an_absent_entity_triggers_nothing() -> None:
    near = Distance(entity="ego", to="b", distance_m=10.0)
    assert fires(near, {}, {"x": 5.0})
    assert not fires(near, {}, {"x": 5.0, "present": False})
    assert not fires(Speed(entity="b", speed_mps=5.0, rule="less"), {}, {"present": False})


def test_all_and_any() -> None:
    yes, no = AtTime(time_s=0.0), AtTime(time_s=9.0)
    assert fires(All(of=(yes, yes)), {}, {})
    assert not fires(All(of=(yes, no)), {}, {})
    assert fires(AnyOf(of=(no, yes)), {}, {})
    assert not fires(AnyOf(of=(no, no)), {}, {})


def test_going_on_into_the_next_road_is_no_lane_change() -> None:
    story = Storyboard(concrete(event(LaneTraversal(entity="ego"))), roads.two_lane_road())
    assert not story.step(at(0.0, {"lane": "1/0/-1"}, {})).started
    assert not story.step(at(0.1, {"lane": "2/0/-1"}, {})).started
    assert not story.step(at(0.2, {"lane": ""}, {})).started
    assert story.step(at(0.3, {"lane": "2/0/-2"}, {})).started


def test_events_follow_each_other_by_state() -> None:
    first = event(AtTime(time_s=1.0), "first")
    second = event(State(event="first", state="running", delay_s=0.5), "second")
    third = event(State(event="first"), "third", do=SetLamps(lamps=("brake",)))
    story = Storyboard(concrete(first, second, third), roads.two_lane_road())
    seen: dict[str, float] = {}
    for k in range(30):
        time_s = k / 10
        if k == 20:
            story.complete("first", "b")
        for started in story.step(at(time_s, {}, {})).started:
            seen[started.event] = time_s
    assert seen == {"first": 1.0, "second": 1.5, "third": 2.0}
    assert [story.state(name) for name in seen] == ["complete", "running", "complete"]


def test_a_case_begins_with_its_first_event_and_ends_with_its_last() -> None:
    brake = event(AtTime(time_s=1.0), "brake", case="lead_brakes")
    lamps = event(AtTime(time_s=1.0), "lamps", case="lead_brakes", do=SetLamps(lamps=("brake",)))
    case = CornerCase(case="lead_brakes", level="scenario", severity=0.5, entities=("b",), trigger="brake")
    story = Storyboard(concrete(brake, lamps, cases=(case,)), roads.two_lane_road())
    assert phases(story.step(at(0.0, {}, {}))) == []
    began = story.step(at(1.0, {}, {}))
    assert phases(began) == [("lead_brakes", "trigger"), ("lead_brakes", "onset")]
    assert {happening.time_ns for happening in began.happenings} == {1_000_000_000}
    story.complete("brake", "b")
    assert phases(story.step(at(1.5, {}, {}))) == [("lead_brakes", "end")]


def test_a_case_without_trigger_lasts_from_the_first_reading_or_as_its_faults_do() -> None:
    fog = CornerCase(case="fog", level="domain", severity=0.5)
    drop = CornerCase(case="frame_drop", level="hardware", severity=0.5)
    fault = Fault(kind="dropped", sensors=("camera",), start_s=2.0, end_s=3.0, case="frame_drop")
    story = Storyboard(concrete(cases=(fog, drop), faults=(fault,)), roads.two_lane_road())
    seen = [
        (happening.case, happening.phase, happening.time_ns)
        for k in range(-2, 50)
        for happening in story.step(at(k / 10, {}, {})).happenings
    ]
    assert seen == [
        ("fog", "onset", 0),
        ("frame_drop", "onset", 2_000_000_000),
        ("frame_drop", "end", 3_000_000_000),
    ]
