"""Sensing a recorded motion again: the same rig gives the same data, another rig or weather a sound episode."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401  for reading what was compressed
import numpy as np
import pytest

from simgen.errors import InputError
from simgen.generation import Job, Recipe, run
from simgen.record.checks import validate
from simgen.record.dataset import Dataset
from simgen.record.episode import Episode
from simgen.resense import Look, resense

SETTINGS = {"world": "proving_ground", "traffic.cars": "3", "traffic.people": "2"}
RIG = """
from simgen.geometry import Pose
from simgen.library import entry
from simgen.readings import OPTICAL_FROM_BODY, Mount, Rig

@entry("rigs", source="test")
def small() -> Rig:
    def at(x, y, z):
        return Pose.from_xyz_rpy(x, y, z)
    camera = {"width": 96, "height": 64, "horizontal_fov_deg": 80.0,
              "channels": ("rgb", "depth", "semantic", "instance", "flow_forward")}
    return Rig(name="small", mounts={
        "CAM": Mount(sensor="camera", ego_from_sensor=at(1.6, 0, 1.4) @ OPTICAL_FROM_BODY.inverse(), rate_hz=10.0,
                     parameters=camera),
        "LIDAR": Mount(sensor="lidar", device="VLP-16", ego_from_sensor=at(0.9, 0, 1.9), rate_hz=10.0),
        "RADAR": Mount(sensor="radar", device="ARS408-21", ego_from_sensor=at(3.6, 0, 0.6), rate_hz=10.0),
        "IMU": Mount(sensor="imu", ego_from_sensor=at(0, 0, 0.5), rate_hz=100.0),
        "GNSS": Mount(sensor="gnss", ego_from_sensor=at(0, 0, 1.6), rate_hz=10.0),
    })
"""


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("rigs") / "small.py"
    path.write_text(RIG)
    return str(path)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory, rig: str) -> Path:
    """One episode with its twin: a camera knocked, its frames lost now and then."""
    folder = tmp_path_factory.mktemp("data") / "original"
    injections = ("calibration_shift:0.5", "frame_drop:0.8", "latency:0.5")
    recipe = Recipe(
        scenario="urban_traffic", rig=rig, settings=SETTINGS, duration_s=0.5, injections=injections, paired=True
    )
    with Dataset.create_or_resume(folder, {"recipes": [{"scenario": "urban_traffic"}]}) as data:
        report = run(
            Job(recipe=recipe, index=0, seed=5, path=data.episode_path(0), pair_path=data.episode_path(0, pair=True))
        )
        assert not report.error, report.traceback
        data.finish()
    return folder


@pytest.fixture(scope="module")
def episode(dataset: Path) -> Path:
    return dataset / "episodes" / "000000.h5"


def _arrays(path: Path, *groups: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with h5py.File(path) as file:

        def keep(name: str, item: object) -> None:
            if isinstance(item, h5py.Dataset):
                values = np.asarray(item[()])
                plain = values.dtype != object
                found[f"{group}/{name}"] = values.tobytes() if plain else repr(values.tolist()).encode()

        for group in groups:
            file[group].visititems(keep)
    return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_rig_and_weather_give_the_same_data(episode: Path, tmp_path: Path) -> None:
    resense(episode, tmp_path / "again.h5", Look())
    groups = ("sensors", "labels", "state", "ego", "events", "map", "actors", "links")
    first, second = _arrays(episode, *groups), _arrays(tmp_path / "again.h5", *groups)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    with h5py.File(episode) as a, h5py.File(tmp_path / "again.h5") as b:
        assert b.attrs["source_id"] == a.attrs["episode_id"] != b.attrs["episode_id"]
        for name in ("rig", "concrete_scenario", "seed", "duration_ns", "corner_cases"):
            assert a.attrs[name] == b.attrs[name]
        for name, sensor in a["sensors"].items():
            assert set(sensor.attrs) == set(b["sensors"][name].attrs)


def test_it_is_the_same_file_each_time(episode: Path, rig: str, tmp_path: Path) -> None:
    look = Look(rig=rig, weather={"fog": 0.4})
    for name in ("one.h5", "two.h5"):
        resense(episode, tmp_path / name, look)
    assert _digest(tmp_path / "one.h5") == _digest(tmp_path / "two.h5")
    report = validate(tmp_path / "one.h5")
    assert report.passed, [row for row in report.rows() if not row["passed"]]
    # Another weather: the same motion, other pictures and fewer far points, the same labels of where things are.
    same = _arrays(episode, "ego", "actors", "links", "state/contacts")
    assert same == _arrays(tmp_path / "one.h5", "ego", "actors", "links", "state/contacts")
    with Episode(episode) as clear, Episode(tmp_path / "one.h5") as foggy:
        assert np.array_equal(clear.file["state/link_pose"], foggy.file["state/link_pose"], equal_nan=True)
        assert np.array_equal(clear.sensors["CAM"][1].depth, foggy.sensors["CAM"][1].depth)
        assert not np.array_equal(clear.sensors["CAM"][1].rgb, foggy.sensors["CAM"][1].rgb)
        assert foggy.scenario.weather.fog == 0.4
        column = json.loads(foggy.file["state/weather"].attrs["columns"]).index("fog")
        assert np.all(foggy.file["state/weather"][:, column] == np.float32(0.4))
        assert len(foggy.sensors["LIDAR"][1].xyz) < 0.9 * len(clear.sensors["LIDAR"][1].xyz)


def test_another_rig_sees_the_same_motion(episode: Path, tmp_path: Path) -> None:
    resense(episode, tmp_path / "other.h5", Look(rig="rl_front"))
    report = validate(tmp_path / "other.h5")
    assert report.passed, [row for row in report.rows() if not row["passed"]]
    with Episode(tmp_path / "other.h5") as other:
        assert "LIDAR" not in other.sensors
        assert other.cameras
    assert _arrays(episode, "state", "ego") == _arrays(tmp_path / "other.h5", "state", "ego")


def test_a_dataset_stays_one_and_resumes(dataset: Path, rig: str, tmp_path: Path) -> None:
    out = tmp_path / "again"
    look = Look(rig=rig, channels=("rgb", "depth"))
    made = resense(dataset, out, look)
    assert [result.kept for result in made] == [False, False]
    assert (out / "catalog.parquet").is_file()
    with Episode(made[0].path) as one, Episode(made[1].path) as twin:
        assert one.attributes["pair_id"] == twin.attributes["episode_id"]
        assert twin.attributes["pair_id"] == one.attributes["episode_id"]
    digest = _digest(made[1].path)
    made[1].path.unlink()
    again = resense(dataset, out, look)
    assert [result.kept for result in again] == [True, False]
    assert _digest(again[1].path) == digest
    with pytest.raises(InputError, match="look"):
        resense(dataset, out, Look(rig=rig))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--rig", "no_such_rig"], "no_such_rig"),
        (["--weather", "fog=2"], "--weather fog: expected 0..1"),
        (["--weather", "mist=0.2"], "--weather mist"),
        (["--weather", "fog=thick"], "--weather fog=thick"),
        (["--channels", "rgb,smell"], "smell"),
        (["--rgb", "jpeg:101"], "--rgb"),
    ],
)
def test_bad_input_gives_one_line(episode: Path, tmp_path: Path, arguments: list[str], told: str) -> None:
    out = tmp_path / "new.h5"
    line = [sys.executable, "-m", "simgen", "resense", str(episode), "--out", str(out), *arguments]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_episode_is_not_written_over_itself(episode: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="another file"):
        resense(episode, episode, Look())
    with pytest.raises(InputError, match="nothing"):
        resense(tmp_path / "none.h5", tmp_path / "new.h5", Look())
