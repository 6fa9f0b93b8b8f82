"""Episodes in drawn looks: the same bytes, true labels, equal twins, and what was drawn can be asked for."""

import hashlib
from pathlib import Path

import duckdb
import h5py
import hdf5plugin  # noqa: F401  registers the filters
import numpy as np
import pytest

from simgen.generation import Job, Recipe, load_rig, run
from simgen.geometry import Pose
from simgen.record.catalog import write_catalog
from simgen.record.checks import validate
from simgen.record.episode import Episode
from simgen.record.summary import describe
from simgen.resense import Look, resense

RECIPE = Recipe(
    scenario="cut_in",
    rig="front",
    settings={"randomise": "strong"},
    injections=("fog:0.3",),
    paired=True,
    duration_s=0.2,
)


def make(folder: Path) -> tuple[Path, Path]:
    paths = folder / "000000.h5", folder / "000000.pair.h5"
    folder.mkdir(parents=True)
    report = run(Job(recipe=RECIPE, index=0, seed=6, path=paths[0], pair_path=paths[1]))
    assert report.error == ""
    return paths


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make(tmp_path_factory.mktemp("set") / "episodes")


def test_the_same_seed_gives_the_same_bytes(twins: tuple[Path, Path], tmp_path: Path) -> None:
    again = make(tmp_path / "again")
    for first, second in zip(twins, again, strict=True):
        assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()


def test_labels_are_true(twins: tuple[Path, Path]) -> None:
    report = validate(twins[0])
    assert report.passed, [row for row in report.rows() if not row["passed"]]


def test_twins_look_and_move_alike(twins: tuple[Path, Path]) -> None:
    with Episode(twins[0]) as case, Episode(twins[1]) as twin:
        drawn = [dict(one.scenario.drawn) for one in (case, twin)]
        assert drawn[0] == drawn[1]
        assert case.rig.mounts["FRONT"].ego_from_sensor.array() == pytest.approx(
            twin.rig.mounts["FRONT"].ego_from_sensor.array(), abs=0.0
        )
        for place in ("state/link_pose", "labels/cuboids/pose", "sensors/FRONT/semantic"):
            np.testing.assert_array_equal(case.file[place], twin.file[place])


def test_the_calibration_is_that_of_the_camera_as_it_stands(twins: tuple[Path, Path]) -> None:
    with Episode(twins[0]) as episode:
        moved, drawn = episode.rig.mounts["FRONT"].ego_from_sensor, episode.scenario.drawn
        away = load_rig("front").mounts["FRONT"].ego_from_sensor.inverse() @ moved
    wanted = [drawn[f"camera.FRONT.{name}"] for name in ("forward_m", "left_m", "up_m")]
    # Optical axes: x right, y down, z forward.
    np.testing.assert_allclose(away.translation, [-wanted[1], -wanted[2], wanted[0]], atol=1e-9)
    angles = np.radians([drawn[f"camera.FRONT.{name}"] for name in ("roll_deg", "pitch_deg", "yaw_deg")])
    whole = Pose.from_xyz_rpy(0.0, 0.0, 0.0, *angles.tolist())
    assert abs(away.rotation[3]) == pytest.approx(abs(whole.rotation[3]))


def test_what_was_drawn_can_be_asked_for(twins: tuple[Path, Path]) -> None:
    folder = twins[0].parent.parent
    write_catalog(folder)
    draws = duckdb.read_parquet(str(folder / "draws.parquet"))
    with Episode(twins[0]) as episode:
        drawn = dict(episode.scenario.drawn)
    found = draws.filter("episode = '000000.h5' AND number IS NOT NULL").project("name, number").fetchall()
    assert dict(found) == {name: value for name, value in drawn.items() if isinstance(value, int | float)}
    bright = draws.filter("name = 'weather.exposure_ev' AND number BETWEEN -1 AND 0.8")
    assert sorted(bright.project("episode").fetchall()) == [("000000.h5",), ("000000.pair.h5",)]
    assert describe(twins[0])["drawn"] == drawn
    assert describe(twins[0])["randomise"] == "strong"


def test_sensed_again_it_looks_the_same(twins: tuple[Path, Path], tmp_path: Path) -> None:
    resense(twins[0], tmp_path / "again.h5", Look())
    with h5py.File(twins[0]) as first, h5py.File(tmp_path / "again.h5") as second:
        np.testing.assert_array_equal(first["sensors/FRONT/rgb"], second["sensors/FRONT/rgb"])
        assert first.attrs["concrete_scenario"] == second.attrs["concrete_scenario"]
