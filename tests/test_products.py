"""Things of a user's own, from the file to the labels: pictures from everywhere, and a file that was changed."""

from pathlib import Path

import numpy as np
import pytest
import trimesh

from simgen.errors import InputError
from simgen.generation import Job, Recipe, run
from simgen.record.checks import validate
from simgen.record.episode import Episode
from simgen.resense import Look, resense


def box(path: Path, size: tuple[float, float, float]) -> Path:
    """A box as a glTF file."""
    trimesh.creation.box(size).export(path)
    return path


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return box(tmp_path_factory.mktemp("things") / "brick.glb", (0.10, 0.06, 0.2))


@pytest.fixture(scope="module")
def episode(tmp_path_factory: pytest.TempPathFactory, mesh: Path) -> Path:
    """Four pictures of six boxes on a table."""
    path = tmp_path_factory.mktemp("episodes") / "bricks.h5"
    settings = {"model": str(mesh), "count": "6", "others": "0"}
    recipe = Recipe(scenario="product_scatter", rig="product_orbit", settings=settings, duration_s=0.16)
    report = run(Job(recipe=recipe, index=0, seed=5, path=path))
    assert not report.error, report.error
    assert report.images == 4
    return path


def test_every_picture_is_true_and_from_elsewhere(episode: Path) -> None:
    found = validate(episode)
    assert found.passed, [check.detail for check in found.checks if not check.passed]
    with Episode(episode) as stored:
        camera = stored.sensors["CAMERA"]
        places = camera.poses[:, :3, 3]
        assert np.linalg.norm(places[1:] - places[:-1], axis=1).min() > 0.05
        assert all(actor.category == "product" for actor in stored.actors[1:])
        assert all(actor.model.startswith("brick@") for actor in stored.actors[1:])
        masks = camera.columns["instance"]
        assert all(len(np.unique(masks[k])) > 1 for k in range(4))


def test_a_changed_file_is_told_when_it_is_sensed_again(episode: Path, mesh: Path, tmp_path: Path) -> None:
    again = resense(episode, tmp_path / "same.h5", Look())[0].path
    with Episode(episode) as one, Episode(again) as two:
        for name in ("rgb", "instance"):
            assert np.array_equal(one.sensors["CAMERA"].columns[name][:], two.sensors["CAMERA"].columns[name][:])
    kept = mesh.read_bytes()
    try:
        box(mesh, (0.10, 0.06, 0.21))
        with pytest.raises(InputError, match="has its file changed") as changed:
            resense(episode, tmp_path / "changed.h5", Look())
        mesh.unlink()
        with pytest.raises(InputError, match="no such file") as missing:
            resense(episode, tmp_path / "missing.h5", Look())
        assert all("\n" not in str(error.value) for error in (changed, missing))
    finally:
        mesh.write_bytes(kept)
