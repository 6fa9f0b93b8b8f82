"""simgen: labelled sensor data for autonomous vehicles and robots, from scenarios, on any CPU."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING

from simgen.envs import register_when_imported
from simgen.version import VERSION as __version__  # noqa: N811 - the name that PEP 8 gives it

if TYPE_CHECKING:
    from pathlib import Path

    from simgen.record.episode import Episode

__all__ = ["__version__", "generate", "open"]


def generate(
    scenario: str,
    *,
    rig: str = "front",
    seed: int = 0,
    out: str | PathLike[str] = "dataset",
    inject: Sequence[str] = (),
    duration_s: float | None = None,
    channels: Sequence[str] = (),
    rgb: str = "lossless",
    labels: Sequence[str] | None = None,
    settings: Mapping[str, object] | None = None,
) -> "Path":
    """Makes one episode in a dataset and returns the episode's path; a finished one is kept.

    Args:
        scenario: library name, or path of a .py file.
        rig: library name, or path of a .py file.
        seed: of everything that is random.
        out: folder of the dataset.
        inject: corner cases, CASE or CASE:SEVERITY.
        duration_s: None takes the scenario's own.
        channels: of every camera; empty takes the rig's own.
        rgb: "lossless" or "jpeg:QUALITY".
        labels: of keypoints, lanes, criticality (None takes these), bev, occupancy; beside cuboids and 2D boxes.
        settings: scenario fields, for example `{"ego.speed_mps": 12}`.

    Raises:
        InputError: unusable input, with the place and what was expected.
    """
    from simgen.bulk.batch import one

    return one(
        scenario,
        rig=rig,
        seed=seed,
        out=out,
        inject=inject,
        duration_s=duration_s,
        channels=channels,
        rgb=rgb,
        labels=labels,
        settings=settings or {},
    )


def open(path: str | PathLike[str]) -> "Episode":
    """Opens an episode to read: lazy, indexable, iterable.

    Raises:
        InputError: not a complete episode.
    """
    from simgen.record.episode import Episode

    return Episode(path)


register_when_imported()
