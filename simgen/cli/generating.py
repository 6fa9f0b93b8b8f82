"""`simgen generate`."""

import json as json_module
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from simgen.errors import InputError

if TYPE_CHECKING:
    from simgen.bulk.batch import Summary
    from simgen.bulk.order import Order
    from simgen.generation import Recipe

Setting = Annotated[
    tyro.conf.UseAppendAction[tuple[str, ...]],
    tyro.conf.arg(
        name="set", metavar="KEY=VALUE", help="scenario field, for example ego.speed_mps=12 or world=MAP.xodr"
    ),
]
Injection = Annotated[
    tyro.conf.UseAppendAction[tuple[str, ...]],
    tyro.conf.arg(metavar="CASE[:SEVERITY]", help="corner case to inject, severity 0..1; may be given again"),
]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to make.

    Attributes:
        scenario: library names or .py files.
        episodes: of each scenario.
        seed: of everything that is random.
        rig: library name or .py file.
        inject: corner cases.
        paired: writes a twin beside each episode, equal in all but the corner case.
        duration: seconds; the scenario's own by default.
        set_: scenario fields.
        out: folder of the dataset.
        workers: processes.
        runner: local or ray.
        rgb: lossless or jpeg:QUALITY.
        channels: comma-separated, for every camera; the rig's own by default.
        compression: lz4 or zstd.
        labels: comma-separated, of keypoints, lanes, criticality (these by default), bev, occupancy; or none.
        json: prints the summary as one JSON object.
    """

    scenario: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="SCENARIO")]
    episodes: int = 1
    seed: int = 0
    rig: str = "front"
    inject: Injection = ()
    paired: tyro.conf.FlagCreatePairsOff[bool] = False
    duration: float | None = None
    set_: Setting = ()
    out: Path = Path("dataset")
    workers: int = 1
    runner: str = "local"
    rgb: str = "lossless"
    channels: str = ""
    compression: str = "lz4"
    labels: str = ""
    json: tyro.conf.FlagCreatePairsOff[bool] = False


def generate(wanted: Annotated[Wanted, tyro.conf.arg(name="")]) -> int:
    """Makes labelled episodes of scenarios; called again, it makes only what is missing.

    Args:
        wanted: what to make.
    """
    from simgen.bulk.order import Order, check

    recipes = _recipes(wanted)
    order = Order(
        recipes=recipes,
        seed=wanted.seed,
        episodes=wanted.episodes,
        out=wanted.out,
        workers=wanted.workers,
        runner=wanted.runner,
    )
    estimate = check(order)
    log = sys.stderr if wanted.json else sys.stdout
    count = wanted.episodes * len(recipes)
    print(f"{count} episode(s) to {wanted.out}, about {_size(estimate)} on disk", file=log)
    summary = _with_progress(order, log)
    _report(summary, wanted.json)
    return 1 if summary.failed else 0


def _recipes(wanted: Wanted) -> "tuple[Recipe, ...]":
    """One for each scenario."""
    from simgen.generation import Recipe

    if not wanted.scenario:
        raise InputError("generate: expected at least one SCENARIO, got none (simgen list scenarios)")
    return tuple(
        Recipe(
            scenario=name,
            rig=wanted.rig,
            settings=parse_settings(wanted.set_),
            injections=wanted.inject,
            paired=wanted.paired,
            duration_s=wanted.duration,
            channels=tuple(part for part in wanted.channels.split(",") if part),
            rgb=wanted.rgb,
            compression=wanted.compression,
            labels=_labels(wanted.labels),
        )
        for name in wanted.scenario
    )


def _labels(text: str) -> tuple[str, ...]:
    from simgen.labels.labeller import DEFAULT_LABELS, check_labels

    if text in ("", "none"):
        return () if text else DEFAULT_LABELS
    return check_labels(text.split(","))


def parse_settings(pairs: tuple[str, ...]) -> dict[str, str]:
    """KEY=VALUE texts as a dictionary.

    Raises:
        InputError: a text without "=".
    """
    settings = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise InputError(f"--set {pair}: expected KEY=VALUE")
        settings[key] = value
    return settings


def _with_progress(order: "Order", log: object) -> "Summary":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from simgen.bulk.batch import make
    from simgen.generation import JobReport

    console = Console(file=log, soft_wrap=True)  # type: ignore[arg-type]
    if not console.is_terminal:

        def line(report: JobReport, done: int, total: int) -> None:
            what = f"failed: {report.error}" if report.error else f"{report.images} images, {_size(report.file_bytes)}"
            print(f"[{done}/{total}] episode {report.index:06d}: {what}, {report.seconds:.1f} s", file=log, flush=True)  # type: ignore[call-overload]

        return make(order, line)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("episodes", total=order.episodes * len(order.recipes))

        def advance(report: JobReport, done: int, total: int) -> None:
            if report.error:
                bar.console.print(f"episode {report.index:06d} failed: {report.error}")
            bar.update(task, completed=done, total=total)

        return make(order, advance)


def _report(summary: "Summary", json: bool) -> None:
    from dataclasses import asdict

    if json:
        print(json_module.dumps(asdict(summary), sort_keys=True))
        return
    rate = summary.images / summary.seconds if summary.seconds else 0.0
    print(
        f"{summary.made} made, {summary.kept} kept, {summary.failed} failed: {summary.images} images, "
        f"{_size(summary.file_bytes)}, {summary.seconds:.1f} s ({rate:.1f} images/s)"
    )
    for failure in summary.failures:
        print(f"episode {failure['index']:06d} failed: {failure['error']}", file=sys.stderr)


def _size(number: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"
