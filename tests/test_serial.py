import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.readings import CameraModel, Mount, Rig
from simgen.sampling import Choice, LogUniform, Normal, Uniform
from simgen.scenario.actions import FollowTrajectory, LaneChange, SetLamps, SpeedProfile, Walk
from simgen.scenario.position import OnLane, RelativeLane, RelativeObject, Somewhere, WorldPosition
from simgen.scenario.scenario import CornerCase, Entity, Event, Fault, Scenario, Traffic, WeatherSpec
from simgen.scenario.triggers import All, AtTime, Distance, State, TimeToCollision
from simgen.serial import from_json, from_plain, to_json

number = st.floats(allow_nan=False) | st.integers(-(10**6), 10**6)
word = st.text(max_size=8).filter(lambda text: text not in ("inf", "-inf", "nan"))
distribution = st.one_of(
    st.builds(Uniform, low=number, high=number),
    st.builds(Normal, mean=number, sigma=number),
    st.builds(LogUniform, low=number, high=number),
    st.builds(Choice, values=st.tuples(number, word), weights=st.none() | st.tuples(number, number)),
)
drawable = number | distribution
position = st.one_of(
    st.builds(WorldPosition, x_m=drawable, y_m=drawable, z_m=st.none() | number),
    st.builds(OnLane, lane=word, s_m=drawable),
    st.builds(Somewhere, kind=word, straight=st.booleans()),
    st.builds(RelativeLane, entity=word, ds_m=drawable, dlane=st.integers(-3, 3)),
    st.builds(RelativeObject, entity=word, dx_m=drawable, dy_m=drawable),
)
simple = st.one_of(
    st.builds(AtTime, time_s=drawable),
    st.builds(Distance, entity=word, to=word | position, distance_m=drawable),
    st.builds(TimeToCollision, entity=word, to=word, ttc_s=drawable),
    st.builds(State, event=word),
)
trigger = simple | st.builds(All, of=st.lists(simple, max_size=3).map(tuple))
action = st.one_of(
    st.builds(SpeedProfile, speeds_mps=st.tuples(drawable), durations_s=st.none() | st.tuples(drawable)),
    st.builds(LaneChange, lanes=st.integers(-2, 2), duration_s=drawable),
    st.builds(FollowTrajectory, positions=st.tuples(position, position), times_s=st.tuples(drawable, drawable)),
    st.builds(Walk, path=st.lists(position, max_size=3).map(tuple), speed_mps=drawable),
    st.builds(SetLamps, lamps=st.tuples(word), on=st.booleans()),
)
anything = st.recursive(
    st.none() | st.booleans() | number | word | distribution,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple) | st.dictionaries(word.filter(lambda key: key != "type"), inner)
    ),
    max_leaves=5,
)
mapping = st.dictionaries(word.filter(lambda key: key != "type"), anything, max_size=3)
entity = st.builds(
    Entity,
    name=word,
    model=word | st.builds(Choice, values=st.tuples(word, word)),
    start=position,
    speed_mps=drawable,
    paint=st.none() | st.tuples(drawable, drawable, drawable),
    parameters=mapping,
)
scenario = st.builds(
    Scenario,
    name=word,
    ego=entity,
    actors=st.lists(entity, max_size=2).map(tuple),
    weather=st.builds(WeatherSpec, fog=st.none() | drawable),
    traffic=st.builds(Traffic, cars=st.integers(0, 50), speed_factor=drawable),
    events=st.lists(st.builds(Event, name=word, when=trigger, do=action, entities=st.tuples(word)), max_size=2).map(
        tuple
    ),
    faults=st.lists(st.builds(Fault, kind=word, sensors=st.tuples(word), parameters=mapping), max_size=2).map(tuple),
    cases=st.lists(st.builds(CornerCase, case=word, level=word, severity=number), max_size=2).map(tuple),
)


@given(written=scenario)
@settings(max_examples=60, deadline=None)
def test_a_scenario_comes_back_as_it_was(written: Scenario) -> None:
    text = to_json(written)
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    read = from_json(text, Scenario)
    assert read == written
    assert to_json(read) == text


def test_a_rig_comes_back_with_its_poses() -> None:
    mount = Mount(
        sensor="camera",
        ego_from_sensor=Pose.from_xyz_rpy(1.5, 0.2, 1.6, 0.1, 0.2, 0.3),
        rate_hz=12.0,
        parameters={"size": (640, 480), "range": float("inf"), "beams": np.arange(3), "pose": Pose.identity()},
    )
    rig = Rig(name="r", mounts={"Z": mount, "A": mount})
    text = to_json(rig)
    read = from_json(text, Rig)
    assert to_json(read) == text
    assert list(read.mounts) == ["Z", "A"]
    np.testing.assert_array_equal(read.mounts["Z"].ego_from_sensor.array(), mount.ego_from_sensor.array())
    assert read.mounts["A"].parameters["beams"] == (0, 1, 2)


def test_arrays_keep_their_values() -> None:
    camera = CameraModel.from_fov(640, 480, 90.0)
    read = from_json(to_json(camera), CameraModel)
    np.testing.assert_array_equal(read.K, camera.K)
    assert read.K.dtype == np.float64


def test_equal_values_give_equal_text_whatever_their_number_types() -> None:
    text = '{"low": 1.5, "high": 2.5}'
    assert to_json({"low": np.float64(1.5), "high": np.float32(2.5)}) == to_json({"low": 1.5, "high": 2.5}) == text


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("ego", "speed_mps"), "fast", "ego.speed_mps: expected one of float, Uniform"),
        (("ego", "colour"), 1, "ego: expected one of the fields name, model"),
        (("events", 0, "when", "type"), "Foo", "events[0].when: expected an object whose type is one of AtTime"),
        (("events", 0, "do", "path", 0, "ds_m"), None, "events[0].do.path[0].ds_m"),
        (("actors",), 3, "actors: "),
        (("name",), 3, "name: expected str, got 3"),
        (("type",), "Rig", "expected type Scenario, got 'Rig'"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(path: tuple, value: object, told: str) -> None:
    walk = Walk(path=(RelativeLane(entity="ego", ds_m=1.0),))
    go = Event(name="go", when=AtTime(time_s=1.0), do=walk, entities=("ego",))
    plain = json.loads(to_json(Scenario(name="s", ego=Entity(name="ego"), events=(go,))))
    place = plain
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(InputError) as caught:
        from_plain(plain, Scenario, "file.json")
    assert str(caught.value).startswith("file.json: ")
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_text_that_is_no_json() -> None:
    with pytest.raises(InputError, match="expected JSON"):
        from_json("{", Scenario, "x.json")
    with pytest.raises(InputError, match="ego: required field missing"):
        from_json('{"name": "s"}', Scenario)
