"""A twin is equal in everything but the corner case."""

import json
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401  registers the filters
import numpy as np
import pytest

from simgen.generation import Job, Recipe, load_scenario, run

TABLES = ("actors/id", "actors/class", "actors/extent_m", "links/id", "links/parent", "map/lanes/points/centre")


def twins(tmp_path: Path, injection: str, duration_s: float) -> tuple[h5py.File, h5py.File]:
    paths = tmp_path / "a.h5", tmp_path / "a.pair.h5"
    recipe = Recipe(scenario="cut_in", rig="rl_front", injections=(injection,), paired=True, duration_s=duration_s)
    report = run(Job(recipe=recipe, index=0, seed=4, path=paths[0], pair_path=paths[1]))
    assert report.error == ""
    return h5py.File(paths[0]), h5py.File(paths[1])


def test_until_the_lead_brakes_all_is_equal(tmp_path: Path) -> None:
    case, twin = twins(tmp_path, "lead_brakes:0.8", 1.0)
    assert json.loads(case.attrs["corner_cases"]) == ["cut_in", "lead_brakes"]
    assert json.loads(twin.attrs["corner_cases"]) == ["cut_in"]
    assert (case.attrs["pair_id"], twin.attrs["pair_id"]) == (twin.attrs["episode_id"], case.attrs["episode_id"])
    for table in TABLES:
        np.testing.assert_array_equal(case[table], twin[table])
    row = case["events/case"].asstr()[:].tolist().index("lead_brakes")
    before = case["state/time_ns"][:] <= case["events/onset_ns"][row]
    assert 0 < before.sum() < len(before)
    for column in ("link_pose", "link_twist", "lamps", "weather"):
        np.testing.assert_array_equal(case["state"][column][before], twin["state"][column][before])
    assert not np.array_equal(case["state/link_twist"], twin["state/link_twist"])
    images = case["sensors/FRONT/time_ns"][:] <= case["events/onset_ns"][row]
    np.testing.assert_array_equal(case["sensors/FRONT/rgb"][images], twin["sensors/FRONT/rgb"][images])


def test_fog_changes_no_motion_and_no_geometry(tmp_path: Path) -> None:
    case, twin = twins(tmp_path, "fog:0.9", 0.3)
    row = case["events/case"].asstr()[:].tolist().index("fog")
    assert (case["events/onset_ns"][row], case["events/trigger_ns"][row]) == (0, 0)
    assert json.loads(case["events/sensors"].asstr()[row]) == ["FRONT"]
    for place in (*TABLES, "state/link_pose", "ego/controls", "labels/cuboids/pose", "labels/boxes2d/FRONT/visible"):
        np.testing.assert_array_equal(case[place], twin[place])
    assert np.abs(case["sensors/FRONT/rgb"][:].astype(int) - twin["sensors/FRONT/rgb"][:]).mean() > 10


@pytest.mark.parametrize(("case", "stays"), [("lead_brakes", True), ("debris", False)])
def test_who_acts_stays_and_what_lies_there_does_not(case: str, stays: bool) -> None:
    scenario, twin = load_scenario(Recipe(scenario="urban_traffic", injections=(case,)), seed=1)
    assert scenario.cases[-1].case == case
    assert twin.cases == ()
    assert all(event.case != case for event in twin.events)
    assert (scenario.actors == twin.actors) == stays
    assert (scenario.ego, scenario.traffic, scenario.weather) == (twin.ego, twin.traffic, twin.weather)
