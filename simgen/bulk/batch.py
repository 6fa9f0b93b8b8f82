"""A dataset from an order: which episodes are missing, who makes them, what came of it."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from simgen.bulk.local import run_local
from simgen.bulk.order import Order, check
from simgen.errors import InputError
from simgen.generation import Job, JobReport, Recipe
from simgen.labels.labeller import DEFAULT_LABELS, check_labels
from simgen.record.dataset import Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a call of `generate` did."""

    out: str
    episodes: int
    made: int
    kept: int
    failed: int
    failures: tuple[dict[str, Any], ...]
    frames: int
    images: int
    simulated_s: float
    seconds: float
    file_bytes: int
    disk_full: bool


def make(order: Order, progress: Callable[[JobReport, int, int], None] | None = None) -> Summary:
    """Makes what is missing; finished episodes are kept.

    Args:
        order: what is wanted.
        progress: called with each report, how many are done and how many there are.

    Raises:
        InputError: the recipe cannot be used, or the folder holds another one.
    """
    start = time.perf_counter()
    total = order.episodes * len(order.recipes)
    reports: list[JobReport] = []
    unusable = False
    with Dataset.create_or_resume(order.out, order.document()) as dataset:
        jobs = list(order.jobs(dataset))
        kept = total - len(jobs)
        for report in _runner(order)(jobs, min(order.workers, max(len(jobs), 1))):
            reports.append(report)
            if report.error:
                dataset.record_failure(report.index, asdict(report))
            if progress is not None:
                progress(report, kept + len(reports), total)
            # A recipe that cannot be used fails with its first episode; a later draw that finds no place fails alone.
            unusable = report.input_error and report.index < len(order.recipes)
            if unusable or report.disk_full:
                break
        if unusable:
            dataset.discard()
            raise InputError(reports[-1].error)
        if not reports or any(not report.error for report in reports):
            dataset.finish()
    return _summary(order, reports, kept, time.perf_counter() - start)


def _summary(order: Order, reports: Sequence[JobReport], kept: int, seconds: float) -> Summary:
    good = [report for report in reports if not report.error]
    bad = [report for report in reports if report.error]
    return Summary(
        out=str(order.out),
        episodes=kept + len(good),
        made=len(good),
        kept=kept,
        failed=len(bad),
        failures=tuple({"index": r.index, "seed": r.seed, "error": r.error} for r in bad),
        frames=sum(report.frames for report in good),
        images=sum(report.images for report in good),
        simulated_s=sum(report.simulated_s for report in good),
        seconds=seconds,
        file_bytes=sum(report.file_bytes for report in good),
        disk_full=any(report.disk_full for report in bad),
    )


def _runner(order: Order) -> Callable[[Sequence[Job], int], Iterator[JobReport]]:
    if order.runner == "local":
        return run_local
    from simgen.bulk.ray import run_ray

    return run_ray


def one(
    scenario: str,
    *,
    rig: str,
    seed: int,
    out: str | PathLike[str],
    inject: Sequence[str],
    duration_s: float | None,
    channels: Sequence[str],
    rgb: str,
    labels: Sequence[str] | None,
    settings: Mapping[str, object],
) -> Path:
    """One episode in a dataset of its own; returns its path."""
    recipe = Recipe(
        scenario=scenario,
        rig=rig,
        settings={key: str(value) for key, value in settings.items()},
        injections=tuple(inject),
        duration_s=duration_s,
        channels=tuple(channels),
        rgb=rgb,
        labels=DEFAULT_LABELS if labels is None else check_labels(labels),
    )
    order = Order(recipes=(recipe,), seed=seed, out=Path(os.fspath(out)))
    check(order)
    summary = make(order)
    if summary.failed:
        raise RuntimeError(summary.failures[0]["error"])
    return order.out / "episodes" / "000000.h5"
