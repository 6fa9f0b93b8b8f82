"""The same seed gives the same bytes: twice, with one and two workers, one and two writing threads."""

import hashlib
from pathlib import Path

import pytest

from simgen.bulk.local import run_pool
from simgen.generation import Job, Recipe, episode_seed, run

RECIPE = Recipe(scenario="pedestrian_dart_out", duration_s=0.5, injections=("debris:0.5",))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def job(folder: Path, index: int, **changes: object) -> Job:
    values = {"recipe": RECIPE, "index": index, "seed": episode_seed(3, "x", index), "path": folder / f"{index}.h5"}
    return Job(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Digests of two episodes, made one after the other in this process."""
    folder = tmp_path_factory.mktemp("reference")
    reports = [run(job(folder, index)) for index in range(2)]
    assert [report.error for report in reports] == ["", ""]
    return [digest(folder / f"{index}.h5") for index in range(2)]


def test_again_in_one_process_with_another_number_of_threads(reference: list[str], tmp_path: Path) -> None:
    assert run(job(tmp_path, 1, threads=1)).error == ""
    assert digest(tmp_path / "1.h5") == reference[1]


def test_two_workers(reference: list[str], tmp_path: Path) -> None:
    reports = list(run_pool([job(tmp_path, index) for index in range(2)], [[0], [0]]))
    assert [report.error for report in reports] == ["", ""]
    assert [digest(tmp_path / f"{index}.h5") for index in range(2)] == reference


def test_other_seed_is_another_episode(reference: list[str]) -> None:
    assert reference[0] != reference[1]
