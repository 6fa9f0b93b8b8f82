"""The file by docs/episode_format.md alone: h5py and hdf5plugin, none of the program's own reading."""

import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import cv2
import h5py
import hdf5plugin  # noqa: F401
import numpy as np
import pytest

from simgen.errors import InputError
from simgen.record.writer import DiskFullError, EpisodeWriter, jpeg_quality
from tests.record.filming import CAMERA, IMU, LIDAR, Film

ROOT = Path(__file__).resolve().parents[2]


def write(path: Path, footage: Film, **options) -> Path:
    with EpisodeWriter(path, footage.take, **options) as writer:
        for frame in footage.frames:
            writer.write(frame)
    return path


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_every_camera_channel_comes_back_as_it_was(footage: Film, recorded: Path):
    with h5py.File(recorded) as file:
        group = file["sensors"][CAMERA]
        for k, frame in enumerate(footage.frames):
            for name, channel in frame.readings[CAMERA].channels.items():
                np.testing.assert_array_equal(group[name][k], channel, err_msg=name)
            assert group["time_ns"][k] == frame.time_ns
            np.testing.assert_array_equal(group["world_from_sensor"][k], frame.readings[CAMERA].world_from_sensor)
        assert {group[name].dtype.str for name in ("depth", "flow_forward")} == {"<f4"}
        assert group["normal"].dtype == np.float16
        assert group["instance"].dtype == np.uint32
        assert group["depth"].chunks == (1, *footage.frames[0].readings[CAMERA].depth.shape)
        assert 32001 in [group["depth"].id.get_create_plist().get_filter(0)[0]]


def test_points_come_back_by_offsets(footage: Film, recorded: Path):
    with h5py.File(recorded) as file:
        group = file["sensors"][LIDAR]
        offsets = group["offsets"][:]
        assert offsets.dtype == np.int64
        assert len(offsets) == len(footage.frames) + 1
        for k, frame in enumerate(footage.frames):
            for name, column in frame.readings[LIDAR].columns.items():
                np.testing.assert_array_equal(group["points"][name][offsets[k] : offsets[k + 1]], column)


def test_labels_come_back_by_offsets(footage: Film, recorded: Path):
    with h5py.File(recorded) as file:
        boxes, cuboids = file["labels/boxes2d"][CAMERA], file["labels/cuboids"]
        for k, frame in enumerate(footage.frames):
            rows = slice(*boxes["offsets"][k : k + 2])
            np.testing.assert_array_equal(boxes["amodal"][rows], frame.boxes[CAMERA].amodal)
            np.testing.assert_array_equal(boxes["visible"][rows], frame.boxes[CAMERA].visible)
            rows = slice(*cuboids["offsets"][k : k + 2])
            np.testing.assert_array_equal(cuboids["pose"][rows], frame.cuboids.pose)
            np.testing.assert_array_equal(cuboids["actor_id"][rows], frame.cuboids.actor_id)
        names = json.loads(cuboids["class"].attrs["names"])
        assert {names[code] for code in cuboids["class"][:]} == {"car"}
        np.testing.assert_array_equal(file["labels/time_ns"][:], [frame.time_ns for frame in footage.frames])


def test_the_root_says_what_it_is(footage: Film, recorded: Path):
    with h5py.File(recorded) as file:
        attributes = dict(file.attrs)
        assert attributes["format"] == "simgen-episode"
        assert attributes["version"] == 1
        assert attributes["complete"]
        assert attributes["seed"] == 7
        assert attributes["duration_ns"] == 400_000_000
        assert json.loads(attributes["corner_cases"]) == ["dart_out", "fog"]
        assert json.loads(attributes["concrete_scenario"])["name"] == "test_scene"
        assert list(json.loads(attributes["rig"])["mounts"]) == [CAMERA, LIDAR, IMU]
        assert attributes["world_origin_m"].shape == (3,)


def test_actors_links_and_state(footage: Film, recorded: Path):
    snapshots = [snapshot for frame in footage.frames for snapshot in frame.snapshots]
    with h5py.File(recorded) as file:
        assert file["actors/id"][:].tolist() == [1, 2, 3, 4]
        assert file["actors/name"].asstr()[:].tolist() == ["ego", "box0", "box1", "box2"]
        assert file["actors/is_ego"][:].tolist() == [True, False, False, False]
        assert json.loads(file["actors"].attrs["kitti"])["car"] == "Car"
        assert file["links/parent"][:].tolist() == [-1] * 4
        state = file["state"]
        np.testing.assert_array_equal(state["time_ns"][:], [snapshot.time_ns for snapshot in snapshots])
        np.testing.assert_array_equal(state["link_pose"][:], [snapshot.link_pose for snapshot in snapshots])
        assert state["signals"].shape == (len(snapshots), 0)
        assert state["contacts/actor_a"][:].tolist() == [2]
        assert np.diff(state["contacts/offsets"][:]).sum() == 1
        assert file["ego/pose"].shape == (4 * len(snapshots), 7)
        assert set(file["ego/lane_id"].asstr()[:]) == {"1/0/-1"}
        assert file["sensors"][IMU]["acceleration"].attrs["unit"] == "m/s2"


def test_events_say_when_a_case_began(recorded: Path):
    with h5py.File(recorded) as file:
        events = file["events"]
        rows = {case: k for k, case in enumerate(events["case"].asstr()[:])}
        assert set(rows) == {"dart_out", "fog", "horn"}
        dart, fog, horn = rows["dart_out"], rows["fog"], rows["horn"]
        assert events["trigger_ns"][dart] == events["onset_ns"][dart] == 100_000_000
        assert events["end_ns"][dart] == -1
        assert events["onset_ns"][fog] == 0
        assert (events["trigger_ns"][horn], events["onset_ns"][horn]) == (100_000_000, -1)
        assert json.loads(events["actor_ids"].asstr()[dart]) == [2]
        assert json.loads(events["sensors"].asstr()[fog]) == [CAMERA]
        assert events["severity"][dart] == pytest.approx(0.7)


def test_same_bytes_whatever_the_threads_and_the_clock(footage: Film, recorded: Path, tmp_path: Path):
    expected = digest(recorded)
    time.sleep(1.1)  # HDF5's times have whole seconds
    for threads in (1, 2, 5):
        assert digest(write(tmp_path / f"{threads}.h5", footage, threads=threads)) == expected


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
def test_compressions_are_lossless(footage: Film, tmp_path: Path, compression: str):
    path = write(tmp_path / "a.h5", footage, compression=compression)
    with h5py.File(path) as file:
        np.testing.assert_array_equal(file["sensors"][CAMERA]["rgb"][1], footage.frames[1].readings[CAMERA].rgb)


def test_jpeg_is_read_by_opencv(footage: Film, tmp_path: Path):
    path = write(tmp_path / "a.h5", footage, rgb="jpeg:95")
    with h5py.File(path) as file:
        column = file["sensors"][CAMERA]["rgb"]
        assert column.attrs["encoding"] == "jpeg"
        assert column.shape == (len(footage.frames),)
        for k, frame in enumerate(footage.frames):
            rgb = cv2.imdecode(column[k], cv2.IMREAD_COLOR)[..., ::-1].astype(int)
            assert np.abs(rgb - frame.readings[CAMERA].rgb).mean() < 3
    assert digest(write(tmp_path / "b.h5", footage, rgb="jpeg:95", threads=1)) == digest(path)


@pytest.mark.parametrize("rgb", ["png", "jpeg", "jpeg:", "jpeg:0", "jpeg:101", "jpeg:-5", "jpeg:9.5"])
def test_unknown_rgb_is_bad_input(rgb: str):
    with pytest.raises(InputError, match="--rgb"):
        jpeg_quality(rgb)


def test_unknown_compression_is_bad_input(footage: Film, tmp_path: Path):
    with pytest.raises(InputError, match="lz4, zstd"):
        EpisodeWriter(tmp_path / "a.h5", footage.take, compression="gzip")


def test_missing_folder_is_bad_input(footage: Film, tmp_path: Path):
    with pytest.raises(InputError, match="can be written"):
        write(tmp_path / "nowhere" / "a.h5", footage)


def test_an_exception_leaves_nothing(footage: Film, tmp_path: Path):
    def interrupted() -> None:
        with EpisodeWriter(tmp_path / "a.h5", footage.take) as writer:
            writer.write(footage.frames[0])
            raise KeyError("something else went wrong")

    with pytest.raises(KeyError):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_readings_out_of_turn_are_refused(footage: Film, tmp_path: Path):
    with (
        pytest.raises(ValueError, match="expected reading 0, got 1"),
        EpisodeWriter(tmp_path / "a.h5", footage.take) as writer,
    ):
        writer.write(footage.frames[1])


@pytest.mark.parametrize("room", [0, 3_000, 20_000, 100_000])
def test_a_full_disk_is_said_and_leaves_nothing(
    room: int, footage: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    """Wherever in the file it happens: HDF5 itself would print tracebacks and crash."""
    pwrite = os.pwrite

    def write_while_there_is_room(handle: int, data: memoryview, offset: int) -> int:
        if offset >= room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return pwrite(handle, data[: room - offset], offset)

    monkeypatch.setattr(os, "pwrite", write_while_there_is_room)
    with pytest.raises(DiskFullError) as caught:
        write(tmp_path / "a.h5", footage)
    assert caught.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("mount") is None, reason="only root can mount a small disk")
def test_a_disk_that_is_really_full(footage: Film, tmp_path: Path):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(DiskFullError):
            write(small / "a.h5", footage)
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_kill_leaves_only_the_partial_file(tmp_path: Path):
    script = textwrap.dedent(
        """
        import sys
        from simgen.record.writer import EpisodeWriter
        from tests.record.filming import film
        footage = film(1, (32, 48))
        with EpisodeWriter(sys.argv[1], footage.take) as writer:
            writer.write(footage.frames[0])
            print("written", flush=True)
            sys.stdin.read()
        """
    )
    command = [sys.executable, "-c", script, str(tmp_path / "a.h5")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        process.send_signal(signal.SIGKILL)
    assert [item.name for item in tmp_path.iterdir()] == ["a.h5.partial"]


def test_memory_does_not_grow_with_the_length(tmp_path: Path):
    script = textwrap.dedent(
        """
        import resource, sys
        from dataclasses import replace
        from simgen.record.writer import EpisodeWriter
        from tests.record.filming import film
        footage = film(1, (240, 320))
        frame, peaks = footage.frames[0], []
        for count in (60, 300):
            with EpisodeWriter(sys.argv[1], footage.take, threads=1) as writer:
                for k in range(count):
                    readings = {name: replace(reading, k=k) for name, reading in frame.readings.items()}
                    writer.write(replace(frame, readings=readings))
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        print(peaks[1] / peaks[0])
        """
    )
    command = [sys.executable, "-c", script, str(tmp_path / "a.h5")]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(told.stdout) < 1.1
