"""`simgen resense`."""

import json as json_module
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from simgen.errors import InputError

if TYPE_CHECKING:
    from simgen.resense import Sensed

Weather = Annotated[
    tyro.conf.UseAppendAction[tuple[str, ...]],
    tyro.conf.arg(
        metavar="NAME|KEY=VALUE", help="weather by name (night), or a number of it (fog=0.3); may be given again"
    ),
]


def resense(
    path: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="PATH")],
    *,
    out: Path,
    rig: str = "",
    weather: Weather = (),
    channels: str = "",
    rgb: str = "",
    compression: str = "lz4",
    labels: str = "",
    json: tyro.conf.FlagCreatePairsOff[bool] = False,
) -> int:
    """Senses a recorded motion again: with another rig, in another weather, with other channels.

    Args:
        path: an .h5 file or a dataset's folder.
        out: the new file, or a folder; finished episodes of a dataset are kept.
        rig: library name or .py file; the episode's own by default.
        weather: by name (clear, cloudy, overcast, fog, rain, snow, low_sun, dusk, night), or numbers that are replaced.
        channels: comma-separated, for every camera; the rig's own by default.
        rgb: lossless or jpeg:QUALITY; as in the episode by default.
        compression: lz4 or zstd.
        labels: comma-separated, as of generate, or none; those of the episode by default.
        json: prints the summary as one JSON object.
    """
    from simgen.resense import Look
    from simgen.resense import resense as sense

    look = Look(
        rig=rig,
        weather=parse_weather(weather),
        channels=tuple(part for part in channels.split(",") if part),
        rgb=rgb,
        compression=compression,
        labels=parse_labels(labels),
    )
    log = sys.stderr if json else sys.stdout

    def tell(sensed: "Sensed") -> None:
        what = "kept" if sensed.kept else f"failed: {sensed.error}" if sensed.error else f"{sensed.images} images"
        print(f"{sensed.path}: {what}", file=log, flush=True)

    results = sense(path, out, look, tell)
    failed = sum(bool(result.error) for result in results)
    kept = sum(result.kept for result in results)
    if json:
        counts = {"made": len(results) - failed - kept, "kept": kept, "failed": failed}
        images = sum(result.images for result in results)
        print(json_module.dumps({"out": str(out), "episodes": len(results), **counts, "images": images}))
    return 1 if failed else 0


def parse_labels(text: str) -> tuple[str, ...] | None:
    """Names of labels; None where nothing is said.

    Raises:
        InputError: a label that is none.
    """
    from simgen.labels.labeller import check_labels

    if not text:
        return None
    return () if text == "none" else check_labels(text.split(","))


def parse_weather(pairs: tuple[str, ...]) -> dict[str, float]:
    """KEY=VALUE texts and names of presets as numbers.

    Raises:
        InputError: a text without "=" that is no name, or no number behind it.
    """
    from simgen.scenario.weather_presets import numbers_of

    numbers: dict[str, float] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            numbers |= numbers_of(pair, f"--weather {pair}")
            continue
        try:
            number = float(value) if key else None
        except ValueError:
            number = None
        if number is None:
            raise InputError(f"--weather {pair}: expected KEY=NUMBER, for example fog=0.3")
        numbers[key] = number
    return numbers
