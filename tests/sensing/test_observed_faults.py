"""Faults as an observer puts them on a rig's readings: late ones, sensors that were knocked, frozen ones."""

from dataclasses import replace

import numpy as np
import pytest
from staging import cast, view, world

from simgen.geometry import Pose
from simgen.motion import View
from simgen.observe import Observer
from simgen.readings import FAULTS, Mount, Rig
from simgen.render.scene import Scene
from simgen.scenario.scenario import Fault

SCENE = Scene.of(world(), cast(0))
AT = Pose.from_xyz_rpy(1.0, 0.0, 1.5)
MOUNT = Mount(sensor="gnss", ego_from_sensor=AT, rate_hz=10.0, parameters={"obstruction": 0, "sky_s": 3600})
RIG = Rig(name="two", mounts={"A": MOUNT, "B": MOUNT}, keyframe_hz=10.0)


def _observer(*faults: Fault, rig: Rig = RIG) -> Observer:
    return Observer(SCENE, rig, 3, faults=faults, duration_s=1.2)


def _drive(until_s: float = 1.3) -> View:
    return view(SCENE.cast, lambda row, t: Pose.from_xyz_rpy(10.0 * t, 0, 0), end_s=until_s)


def test_a_late_reading_is_not_there_before_it_comes() -> None:
    observer = _observer(Fault(kind="late", sensors=("A",), parameters={"delay_s": 0.25}))
    at = [(observer.newest("A", round(1e9 * t)), observer.newest("B", round(1e9 * t))) for t in (0.2, 0.25, 0.96, 1.0)]
    assert at == [(-1, 2), (0, 2), (7, 9), (7, 10)]
    assert observer.longest_delay_ns == 250_000_000
    readings = observer.readings(_drive(), {"A": 4, "B": 4})
    assert (readings["A"].delay_ns, readings["B"].delay_ns) == (250_000_000, 0)


def test_the_latency_of_a_mount_counts() -> None:
    observer = _observer(rig=replace(RIG, mounts={"A": replace(MOUNT, latency_s=0.1)}))
    assert observer.newest("A", 500_000_000) == 4


def test_a_knocked_sensor_reads_from_where_it_is_from_then_on() -> None:
    shift = {"rotation_vector_deg": [0.0, 0.0, 0.0], "translation_vector_m": [0.0, 3.0, 0.0]}
    observer = _observer(Fault(kind="miscalibrated", sensors=("A",), parameters=shift, start_s=0.5))
    before, after = (observer.readings(_drive(), {"A": k, "B": k}) for k in (4, 5))
    assert np.array_equal(before["A"].world_from_sensor, before["B"].world_from_sensor)
    off = after["A"].world_from_sensor - after["B"].world_from_sensor
    assert off[:3, 3] == pytest.approx([0.0, 3.0, 0.0])
    metres = np.radians(after["A"].values["latitude_true"] - after["B"].values["latitude_true"]) * 6.37e6
    assert metres == pytest.approx(3.0, rel=0.01)
    assert after["A"].faults == 1 << FAULTS.index("miscalibrated")
    told = observer.attributes("A")
    assert told["ego_from_sensor_true"][:3, 3] == pytest.approx([1.0, 3.0, 1.5])
    assert "ego_from_sensor_true" not in observer.attributes("B")


def test_a_sensor_in_the_world_can_be_knocked_too() -> None:
    stands = Mount(sensor="radar", device="ARS408-21", ego_from_sensor=AT, rate_hz=10.0, fixed_to="world")
    shift = {"rotation_vector_deg": [0.0, 0.0, 90.0], "translation_vector_m": [0.0, 3.0, 0.0]}
    fault = Fault(kind="miscalibrated", sensors=("A",), parameters=shift)
    observer = _observer(fault, rig=replace(RIG, mounts={"A": stands, "B": stands}))
    found = observer.readings(_drive(), {"A": 5, "B": 5})
    assert np.allclose(found["B"].world_from_sensor, AT.matrix())
    assert found["A"].world_from_sensor[:3, 3] == pytest.approx([1.0, 3.0, 1.5])
    assert found["A"].world_from_sensor[:3, 0] == pytest.approx([0.0, 1.0, 0.0], abs=1e-9)


def test_a_frozen_sensor_repeats_itself_in_an_episode() -> None:
    observer = _observer(Fault(kind="stuck", sensors=("A",), start_s=0.3, end_s=0.5))
    frames = [frame for frame in observer.frames(_drive().snapshots, 1.2) if frame.readings]
    latitude = [frame["A"].values["longitude"] for frame in frames]
    stuck = [bool(frame["A"].faults) for frame in frames]
    assert [k for k, flag in enumerate(stuck) if flag] == [3, 4, 5]
    assert latitude[3] == latitude[4] == latitude[5] == latitude[2]
    assert len(set(latitude)) == len(latitude) - 3


def test_the_same_faults_come_again_with_the_seed() -> None:
    faults = (
        Fault(kind="dropped", sensors=("*",), parameters={"probability": 0.4}),
        Fault(kind="late", sensors=("*",), parameters={"jitter_s": 0.1}),
    )
    runs = [_observer(*order) for order in (faults, faults[::-1])]
    found = [[run.readings(_drive(), {"A": k, "B": k}) for k in range(12)] for run in runs]
    for one, two in zip(*found, strict=True):
        for name in ("A", "B"):
            assert (one[name].faults, one[name].delay_ns) == (two[name].faults, two[name].delay_ns)
    assert [reading["A"].faults for reading in found[0]] != [reading["B"].faults for reading in found[0]]
