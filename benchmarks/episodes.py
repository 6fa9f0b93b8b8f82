"""Whole episodes a second with one and with two single-threaded workers."""

import statistics
import tempfile
from pathlib import Path
from typing import Any

from simgen.bulk.local import run_pool, shares
from simgen.generation import Job, Recipe, episode_seed

from .suite import row

EPISODES_EACH = 4


def rows() -> list[dict[str, Any]]:
    """Episodes of two seconds of `urban_traffic` with the rig `front`; each worker's first episode is not counted."""
    one = _rate(1)
    two = _rate(2)
    return [row("episodes_two_workers", two, "episodes/s", "one single-threaded worker", one)]


def _rate(workers: int) -> float:
    recipe = Recipe(scenario="urban_traffic", duration_s=2.0)
    with tempfile.TemporaryDirectory() as folder:
        jobs = [
            Job(
                recipe=recipe,
                index=k,
                seed=episode_seed(1, "urban_traffic", k + 1),
                path=Path(folder) / f"{k}.h5",
                threads=1,
            )
            for k in range(EPISODES_EACH * workers)
        ]
        processors = [share[:1] for share in shares(max(workers, 2))][:workers]
        reports = list(run_pool(jobs, processors))
    failed = [report.error for report in reports if report.error]
    if failed:
        raise RuntimeError(failed[0])
    warm = [report.seconds for report in reports[workers:]]
    return workers / statistics.mean(warm)
