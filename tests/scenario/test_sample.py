import dataclasses

import numpy as np
import pytest
import roads

from simgen.criticality.footprints import Footprints, gap_m
from simgen.errors import InputError
from simgen.geometry import yaw_of
from simgen.sampling import Choice, Uniform
from simgen.scenario.actions import Walk
from simgen.scenario.places import pose_of
from simgen.scenario.position import OnLane, RelativeLane, RelativeObject, Somewhere, WorldPosition
from simgen.scenario.sample import sample
from simgen.scenario.scenario import ConcreteScenario, Entity, Event, Scenario, Traffic, WeatherSpec
from simgen.scenario.traffic import box_of
from simgen.scenario.triggers import AtTime, ReachPosition
from simgen.world.lanes import LaneNetwork

SPEED = Uniform(low=5.0, high=15.0)
LEAD = Entity(name="lead", speed_mps=SPEED, start=RelativeLane(entity="ego", ds_m=Uniform(low=20.0, high=40.0)))


def scenario(*actors: Entity, **others: object) -> Scenario:
    ego = Entity(name="ego", speed_mps=SPEED, start=Somewhere(ahead_m=150.0))
    return Scenario(**{"name": "t", "ego": ego, "actors": actors, **others})  # type: ignore[arg-type]


def made(written: Scenario, seed: int = 0, lanes: LaneNetwork | None = None) -> ConcreteScenario:
    return sample(written, seed, roads.world_of(lanes or roads.two_lane_road()))


def boxes(concrete: ConcreteScenario, lanes: LaneNetwork) -> Footprints:
    rows = []
    for entity in (concrete.ego, *concrete.actors):
        pose = pose_of(entity.start, lanes)  # type: ignore[arg-type]
        rows.append(box_of(pose.translation[:2], float(yaw_of(pose.rotation)), str(entity.model), 0.0))
    table = np.array(rows)
    return Footprints(centre_m=table[:, :2], heading_rad=table[:, 2], length_m=table[:, 3], width_m=table[:, 4])


def test_the_same_seed_gives_the_same_and_another_seed_another() -> None:
    written = scenario(LEAD, traffic=Traffic(cars=8, people=5, speed_factor=Uniform(low=0.8, high=1.1)))
    assert made(written, 7) == made(written, 7)
    assert made(written, 7) != made(written, 8)


def test_adding_actors_and_events_changes_no_other_draw() -> None:
    few = made(scenario(LEAD, weather=WeatherSpec(fog=Uniform(low=0.0, high=1.0))), 3)
    first = Entity(
        name="first", model=Choice(values=("suv", "van")), start=RelativeLane(entity="ego", ds_m=60.0, dlane=0)
    )
    go = Event(name="go", when=AtTime(time_s=SPEED), do=Walk(path=()), entities=("first",))
    many = made(scenario(first, LEAD, events=(go,), weather=WeatherSpec(fog=Uniform(low=0.0, high=1.0))), 3)
    assert (many.ego, many.actors[1], many.weather) == (few.ego, few.actors[0], few.weather)


def test_injected_entities_leave_the_others_and_their_ids_alone() -> None:
    written = scenario(LEAD, traffic=Traffic(cars=10, people=6))
    thing = Entity(
        name="debris", model="cone", controller="static", injected=True, start=RelativeLane(entity="ego", ds_m=45.0)
    )
    plain, with_thing = made(written), made(dataclasses.replace(written, actors=(LEAD, thing)))
    assert with_thing.actors[:-1] == plain.actors
    assert with_thing.actors[-1].name == "debris"


def test_everything_is_a_number_in_its_range_and_a_place_on_the_map() -> None:
    for seed in range(10):
        concrete = made(scenario(LEAD), seed)
        ego, lead = concrete.ego, concrete.actors[0]
        assert isinstance(ego.start, OnLane)
        assert isinstance(lead.start, OnLane)
        assert 5.0 <= float(ego.speed_mps) <= 15.0  # type: ignore[arg-type]
        ahead = (
            pose_of(ego.start, roads.two_lane_road())
            .inverse()
            .apply(pose_of(lead.start, roads.two_lane_road()).translation)
        )
        assert 20.0 <= ahead[0] <= 40.0
        np.testing.assert_allclose(ahead[1:], 0.0, atol=1e-9)
        assert ego.route[0] == ego.start.lane
        assert all(value is not None for value in dataclasses.asdict(concrete.weather).values())


def test_relative_places() -> None:
    ego = Entity(name="ego", start=OnLane(lane="1/0/-1", s_m=380.0), speed_mps=10.0)
    over = Entity(name="over", start=RelativeLane(entity="ego", ds_m=30.0, dlane=-1, offset_m=0.5))
    beside = Entity(name="beside", start=RelativeObject(entity="over", dx_m=2.0, dy_m=-1.0, heading_rad=0.25))
    behind = Entity(name="behind", speed_mps=20.0, start=RelativeLane(entity="ego", ds_m=-5.0, gap_s=-1.5))
    concrete = made(dataclasses.replace(scenario(over, beside, behind), ego=ego))
    starts = [actor.start for actor in concrete.actors]
    assert starts[0] == OnLane(lane="2/0/-2", s_m=10.0, offset_m=0.5)
    assert starts[1] == WorldPosition(x_m=412.0, y_m=-4.0, heading_rad=0.25)
    assert starts[2] == OnLane(lane="1/0/-1", s_m=345.0)


def test_who_begins_behind_somebody_has_a_route_to_there() -> None:
    child = Entity(name="child", controller="static", start=OnLane(lane="2/0/-1", s_m=30.0))
    ego = Entity(name="ego", start=RelativeLane(entity="child", ds_m=-60.0), speed_mps=10.0)
    concrete = made(dataclasses.replace(scenario(child), ego=ego))
    assert concrete.ego.start == OnLane(lane="1/0/-1", s_m=370.0)
    assert concrete.ego.route == ("1/0/-1", "2/0/-1")


def test_speed_like_another() -> None:
    other = dataclasses.replace(LEAD, speed_like="ego", speed_mps=-2.0)
    concrete = made(scenario(other))
    assert concrete.actors[0].speed_mps == pytest.approx(float(concrete.ego.speed_mps) - 2.0)  # type: ignore[arg-type]


def test_off_the_lane_is_a_place_in_the_world() -> None:
    aside = dataclasses.replace(LEAD, controller="static", start=RelativeLane(entity="ego", ds_m=20.0, offset_m=-4.0))
    start = made(scenario(aside)).actors[0].start
    assert isinstance(start, WorldPosition)
    assert start.y_m in (pytest.approx(-4.0), pytest.approx(-7.5), pytest.approx(7.5))


def test_places_in_events_are_resolved() -> None:
    go = Event(
        name="go",
        when=ReachPosition(entity="ego", position=RelativeLane(entity="ego", ds_m=15.0)),
        do=Walk(path=(RelativeLane(entity="ego", ds_m=50.0, offset_m=1.0),)),
        entities=("lead",),
    )
    event = made(scenario(LEAD, events=(go,))).events[0]
    assert isinstance(event.when, ReachPosition)
    assert isinstance(event.when.position, OnLane)
    assert isinstance(event.do, Walk)
    assert isinstance(event.do.path[0], OnLane)


def test_a_small_map_relaxes_what_is_asked_and_says_so() -> None:
    concrete = made(scenario(LEAD), lanes=roads.two_lane_road(length_m=60.0, onward_m=0.0))
    asked, got = concrete.placed["ego.start.ahead_m"]
    assert (asked, got) == (150, pytest.approx(38, abs=22))
    assert set(concrete.placed) <= {"ego.start.ahead_m", "actors.lead.start.ds_m"}


def test_neighbouring_lanes_are_not_relaxed() -> None:
    ego = Entity(name="ego", start=Somewhere(lanes_left=2))
    with pytest.raises(InputError, match="2 lanes to its left"):
        made(dataclasses.replace(scenario(), ego=ego))
    for seed in range(5):
        one_left = Entity(name="ego", start=Somewhere(lanes_left=1))
        assert made(dataclasses.replace(scenario(), ego=one_left), seed).ego.start.lane[-2:] == "-2"  # type: ignore[union-attr]


@pytest.mark.parametrize("sidewalk", [True, False])
def test_traffic_keeps_apart_drives_lawfully_and_leaves_the_egos_way_free(sidewalk: bool) -> None:
    lanes = roads.two_lane_road(sidewalk)
    concrete = made(scenario(traffic=Traffic(cars=12, people=8, radius_m=200.0)), 5, lanes)
    assert concrete.placed["people"] == (8, 8)
    asked, fitted = concrete.placed["cars"]
    assert asked == 12
    assert fitted == sum(actor.controller == "driver" for actor in concrete.actors) > 4
    where = boxes(concrete, lanes)
    first, second = np.triu_indices(len(where.length_m), 1)
    assert gap_m(where[first], where[second]).min() > 0.2
    ego = pose_of(concrete.ego.start, lanes)  # type: ignore[arg-type]
    for actor in concrete.actors:
        here = ego.inverse().apply(pose_of(actor.start, lanes).translation)  # type: ignore[arg-type]
        assert np.hypot(*here[:2]) <= 210.0
        if actor.controller == "driver":
            assert not (abs(here[1]) < 1.0 and -5.0 < here[0] < 45.0)
            assert actor.parameters["desired_speed_mps"] == pytest.approx(50 / 3.6)
            continue
        y = pose_of(actor.start, lanes).translation[1]  # type: ignore[arg-type]
        on_walk, on_verge = -8.25 <= y <= -5.25, (-6.6 <= y <= -5.75) or (5.7 <= y <= 6.6)
        assert on_walk if sidewalk else on_verge


def test_no_room_is_recorded() -> None:
    concrete = made(scenario(traffic=Traffic(cars=60, people=0, radius_m=60.0)))
    asked, fitted = concrete.placed["cars"]
    assert asked == 60
    assert 0 < fitted < 20


@pytest.mark.parametrize(
    ("start", "told"),
    [
        (
            OnLane(lane="9/0/-1", s_m=0.0),
            "no lane '9/0/-1' on this map; expected for example 2/0/-1, 1/0/-1",
        ),
        (OnLane(lane="1/0/-1", s_m=401.0), "ego.start.s_m: expected 0..400.0 on lane 1/0/-1, got 401"),
        (Somewhere(kind="tram"), "no lane of kind 'tram' on this map; expected one of driving, sidewalk"),
        (RelativeLane(entity="lead", ds_m=1.0), "entities are placed in a circle: ego -> lead"),
    ],
)
def test_places_that_are_not_there(start: object, told: str) -> None:
    ego = Entity(name="ego", start=start)  # type: ignore[arg-type]
    with pytest.raises(InputError) as caught:
        made(dataclasses.replace(scenario(LEAD), ego=ego))
    assert told in str(caught.value)
    assert str(caught.value).startswith("scenarios/t: ")
