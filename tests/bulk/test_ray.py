"""The same episodes come from a Ray cluster, and a worker that dies costs its job alone."""

import hashlib
import os
import signal
from pathlib import Path

import pytest

from simgen.bulk.local import run_local
from simgen.bulk.ray import run_ray
from simgen.generation import Job, JobReport, Recipe

pytestmark = pytest.mark.full
ray = pytest.importorskip("ray", reason="Ray is not installed")


def jobs(folder: Path) -> list[Job]:
    folder.mkdir()
    recipe = Recipe(scenario="cut_in", rig="rl_front", duration_s=0.2)
    return [Job(recipe=recipe, index=k, seed=10 + k, path=folder / f"{k}.h5") for k in range(3)]


def digests(folder: Path) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.h5"))]


def test_ray_makes_the_same_bytes(tmp_path: Path) -> None:
    reports: list[JobReport] = list(run_ray(jobs(tmp_path / "ray"), 2))
    assert sorted(report.index for report in reports) == [0, 1, 2]
    assert [report.error for report in reports] == ["", "", ""]
    assert [report.error for report in run_local(jobs(tmp_path / "local"), 1)] == ["", "", ""]
    assert digests(tmp_path / "ray") == digests(tmp_path / "local")


def test_worker_that_dies_costs_its_job_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deadly(job: Job) -> JobReport:
        if job.index == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return JobReport(index=job.index, seed=job.seed)

    monkeypatch.setattr("simgen.bulk.ray.run", deadly)
    reports = {report.index: report.error for report in run_ray(jobs(tmp_path / "jobs"), 1)}
    assert reports[0] == reports[2] == ""
    assert "worker died" in reports[1]
