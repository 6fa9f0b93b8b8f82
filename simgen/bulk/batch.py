"""A dataset from a recipe: which episodes are missing, who makes them, what came of it."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from simgen.bulk.local import run_local
from simgen.errors import InputError
from simgen.generation import Job, JobReport, Recipe, episode_seed, load_rig, load_scenario, load_world
from simgen.readings import CAMERA_CHANNELS, DEFAULT_CHANNELS, Rig
from simgen.record.chunks import Compression
from simgen.record.dataset import Dataset
from simgen.record.writer import jpeg_quality
from simgen.scenario.sample import sample
from simgen.version import VERSION

_BYTES = {"rgb": 3, "depth": 4, "semantic": 1, "instance": 4, "normal": 6, "flow_forward": 8, "flow_backward": 8}
_PACKED = 0.3
"""Share of the raw size that lossless compression leaves, measured on `urban_traffic`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A dataset to be made.

    Attributes:
        recipes: one for each scenario, equal otherwise.
        episodes: for each scenario.
        runner: "local" or "ray".
    """

    recipes: tuple[Recipe, ...]
    seed: int = 0
    episodes: int = 1
    out: Path = Path("dataset")
    workers: int = 1
    runner: str = "local"

    def document(self) -> dict[str, Any]:
        """What a dataset remembers, to refuse another recipe: all but how many episodes and by how many workers."""
        return {"recipes": [asdict(recipe) for recipe in self.recipes], "seed": self.seed, "version": VERSION}

    def jobs(self, dataset: Dataset) -> Iterator[Job]:
        """The episodes that are missing. Scenarios alternate, so that more episodes can be asked for later."""
        for index in dataset.missing(self.episodes * len(self.recipes)):
            recipe = self.recipes[index % len(self.recipes)]
            yield Job(
                recipe=recipe,
                index=index,
                seed=episode_seed(self.seed, recipe.scenario, index // len(self.recipes)),
                path=dataset.episode_path(index),
                pair_path=dataset.episode_path(index, pair=True) if recipe.paired else None,
                threads=2 if self.workers == 1 else 1,
            )


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


def check(order: Order) -> int:
    """Everything of an order that can be checked before work begins; returns an estimate of its bytes on disk.

    Raises:
        InputError: the first thing that cannot be used.
    """
    if order.episodes < 1:
        raise InputError(f"--episodes: expected 1 or more, got {order.episodes}")
    if order.workers < 1:
        raise InputError(f"--workers: expected 1 or more, got {order.workers}")
    _runner(order)
    if order.out.exists() and not order.out.is_dir():
        raise InputError(f"--out {order.out}: expected a folder, got a file")
    total = 0
    for recipe in order.recipes:
        jpeg_quality(recipe.rgb)
        Compression(name=recipe.compression)
        unknown = [channel for channel in recipe.channels if channel not in CAMERA_CHANNELS]
        if unknown:
            raise InputError(f"--channels: expected some of {', '.join(CAMERA_CHANNELS)}, got {unknown[0]!r}")
        rig = load_rig(recipe.rig)
        scenario, _ = load_scenario(recipe, order.seed)
        sample(scenario, order.seed, load_world(scenario))
        total += order.episodes * (1 + recipe.paired) * estimate_bytes(recipe, rig, scenario.duration_s)
    return total


def estimate_bytes(recipe: Recipe, rig: Rig, duration_s: float) -> int:
    """About how large an episode becomes."""
    total = 0.0
    for mount in rig.mounts.values():
        count = mount.count(duration_s)
        if mount.sensor == "camera":
            channels = recipe.channels or mount.parameters.get("channels", DEFAULT_CHANNELS)
            pixels = float(mount.parameters.get("width", 640)) * float(mount.parameters.get("height", 480))
            total += count * pixels * sum(_BYTES.get(channel, 0) for channel in channels) * _PACKED
        elif mount.sensor == "lidar":
            total += count * 2.5e6
    return int(total)


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
    with Dataset.create_or_resume(order.out, order.document()) as dataset:
        jobs = list(order.jobs(dataset))
        kept = total - len(jobs)
        for report in _runner(order)(jobs, min(order.workers, max(len(jobs), 1))):
            reports.append(report)
            if report.error:
                dataset.record_failure(report.index, asdict(report))
            if progress is not None:
                progress(report, kept + len(reports), total)
            if report.disk_full or report.input_error:
                break
        if not reports or any(not report.error for report in reports):
            dataset.finish()
    bad = [report for report in reports if report.error]
    unusable = next((report for report in bad if report.input_error), None)
    if unusable is not None:
        raise InputError(unusable.error)
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
    if order.runner == "ray":
        from simgen.bulk.ray import run_ray

        return run_ray
    raise InputError(f"--runner: expected local or ray, got {order.runner!r}")


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
    )
    order = Order(recipes=(recipe,), seed=seed, out=Path(os.fspath(out)))
    check(order)
    summary = make(order)
    if summary.failed:
        raise RuntimeError(summary.failures[0]["error"])
    return order.out / "episodes" / "000000.h5"
