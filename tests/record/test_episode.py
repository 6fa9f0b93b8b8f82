from pathlib import Path

import h5py
import numpy as np
import pytest

import simgen
from simgen.errors import InputError
from simgen.record.episode import Episode
from simgen.record.summary import describe
from tests.record.filming import CAMERA, IMU, LIDAR, Film, pose_at


def test_frames_by_iteration_and_by_index(footage: Film, recorded: Path):
    with simgen.open(recorded) as episode:
        assert len(episode) == len(footage.frames)
        for given, frame in zip(footage.frames, episode, strict=True):
            assert frame.time_ns == given.time_ns
            np.testing.assert_array_equal(frame[CAMERA].rgb, given[CAMERA].rgb)
            np.testing.assert_array_equal(frame[LIDAR].xyz, given[LIDAR].xyz)
            np.testing.assert_array_equal(frame[IMU].values["acceleration"], [0, 0, 9.81])
            np.testing.assert_array_equal(frame.cuboids.pose, given.cuboids.pose)
            np.testing.assert_array_equal(frame.boxes[CAMERA].amodal, given.boxes[CAMERA].amodal)
        assert episode[-1].time_ns == footage.frames[-1].time_ns
        assert [frame.index for frame in episode[1:3]] == [1, 2]
        with pytest.raises(IndexError):
            episode[len(episode)]


def test_arrays_are_read_only_when_asked_for(recorded: Path):
    with Episode(recorded) as episode:
        image = episode[0][CAMERA]
        episode.close()
        with pytest.raises((ValueError, RuntimeError, KeyError)):
            _ = image.rgb


def test_jpeg_is_decoded(footage: Film, tmp_path: Path):
    from tests.record.test_writer import write

    with Episode(write(tmp_path / "a.h5", footage, rgb="jpeg:100")) as episode:
        rgb = episode[2][CAMERA].rgb
        assert rgb.dtype == np.uint8
        assert np.abs(rgb.astype(int) - footage.frames[2].readings[CAMERA].rgb).mean() < 2


def test_snapshots_come_back_for_sensing_again(footage: Film, recorded: Path):
    given = [snapshot for frame in footage.frames for snapshot in frame.snapshots]
    with Episode(recorded) as episode:
        back = list(episode.snapshots)
    assert len(back) == len(given)
    for one, two in zip(given, back, strict=True):
        assert one.time_ns == two.time_ns
        np.testing.assert_array_equal(one.link_pose, two.link_pose)
        np.testing.assert_array_equal(one.link_twist, two.link_twist)
        assert one.contacts == two.contacts
        np.testing.assert_array_equal(one.ego.pose, two.ego.pose)
        assert one.ego.lane_id == two.ego.lane_id


def test_a_link_between_snapshots_is_where_it_was(recorded: Path):
    from simgen.record.playback import trajectory

    times = np.array([12_345_678, 55_000_000, 123_456_789])
    with Episode(recorded) as episode:
        poses = trajectory(episode.file, episode.ego_row, times)
    for k, time_ns in enumerate(times):
        np.testing.assert_allclose(poses.translation[k], pose_at(0, time_ns * 1e-9).translation, atol=1e-5)


def test_scenario_and_rig_come_back(footage: Film, recorded: Path):
    with Episode(recorded) as episode:
        assert episode.scenario == footage.take.scenario
        assert episode.rig.name == "test"
        assert list(episode.rig.mounts) == [CAMERA, LIDAR, IMU]


def test_describe_says_what_it_is(recorded: Path):
    told = describe(recorded)
    assert told["scenario"] == "test_scene"
    assert told["actors"] == {"car": 4}
    assert set(told["sensors"]) == {CAMERA, LIDAR, IMU}
    assert told["events"]["dart_out"].startswith("scenario, severity 0.7, trigger 0.10 s")


def test_what_is_no_episode_is_bad_input(recorded: Path, tmp_path: Path):
    text = tmp_path / "text.h5"
    text.write_text("hello")
    empty = tmp_path / "empty.h5"
    empty.touch()
    short = tmp_path / "short.h5"
    short.write_bytes(recorded.read_bytes()[: recorded.stat().st_size // 2])
    other = tmp_path / "other.h5"
    h5py.File(other, "w").close()
    for path in (text, empty, short, other, tmp_path / "none.h5", tmp_path):
        with pytest.raises(InputError, match="expected") as caught:
            Episode(path)
        assert "\n" not in str(caught.value)


def test_an_incomplete_episode_is_bad_input(recorded: Path, tmp_path: Path):
    path = tmp_path / "a.h5"
    path.write_bytes(recorded.read_bytes())
    with h5py.File(path, "a") as file:
        file.attrs["complete"] = False
    with pytest.raises(InputError, match="not complete"):
        Episode(path)
