"""What is in an episode or a dataset, in a few lines."""

import json
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from simgen.record.dataset import episode_paths
from simgen.record.episode import Episode
from simgen.record.stored import StoredSensor


def describe(path: str | PathLike[str]) -> dict[str, Any]:
    """The facts that one asks first: what it shows, how long, with which sensors, how large.

    Raises:
        InputError: neither an episode nor a dataset.
    """
    paths = episode_paths(path)
    if Path(path).is_dir():
        return _dataset(Path(path), paths)
    return _episode(paths[0])


def _episode(path: Path) -> dict[str, Any]:
    with Episode(path) as episode:
        root = episode.attributes
        classes, counts = np.unique([actor.category for actor in episode.actors], return_counts=True)
        return {
            "file": str(path),
            "scenario": root["scenario"],
            "seed": int(root["seed"]),
            "duration_s": float(root["duration_ns"]) * 1e-9,
            "episode_id": root["episode_id"],
            "pair_id": root["pair_id"],
            "corner_cases": json.loads(root["corner_cases"]),
            "events": {event["case"]: _event(event) for event in episode.events()},
            "randomise": episode.scenario.randomise.name,
            "drawn": dict(episode.scenario.drawn),
            "keyframes": len(episode),
            "actors": {str(name): int(count) for name, count in zip(classes, counts, strict=True)},
            "sensors": {name: _sensor(sensor) for name, sensor in episode.sensors.items()},
            "world": str(episode.file["map"].attrs["name"]),
            "lanes": len(episode.file["map/lanes/id"]),
            "renderer": root["renderer"],
            "simgen_version": root["simgen_version"],
            "megabytes": round(path.stat().st_size / 1e6, 1),
        }


def _dataset(folder: Path, paths: tuple[Path, ...]) -> dict[str, Any]:
    seconds, keyframes = 0.0, 0
    scenarios: dict[str, int] = {}
    cases: dict[str, int] = {}
    for path in paths:
        with Episode(path) as episode:
            root = episode.attributes
            seconds += float(root["duration_ns"]) * 1e-9
            keyframes += len(episode)
            scenarios[root["scenario"]] = scenarios.get(root["scenario"], 0) + 1
            for case in json.loads(root["corner_cases"]):
                cases[case] = cases.get(case, 0) + 1
    return {
        "folder": str(folder),
        "episodes": len(paths),
        "failed": len(list((folder / "failed").glob("*.json"))),
        "scenarios": scenarios,
        "corner_cases": cases,
        "duration_s": round(seconds, 3),
        "keyframes": keyframes,
        "megabytes": round(sum(path.stat().st_size for path in paths) / 1e6, 1),
    }


def _sensor(sensor: StoredSensor) -> str:
    facts = [sensor.kind, str(sensor.attributes.get("device", "")), f"{sensor.attributes['rate_hz']:g} Hz"]
    if sensor.kind == "camera":
        facts.append(f"{sensor.attributes['width']}x{sensor.attributes['height']}")
        facts.append(" ".join(sensor.columns))
    return ", ".join([*(fact for fact in facts if fact), f"{len(sensor)} readings"])


def _event(event: dict[str, Any]) -> str:
    times = {name: event[f"{name}_ns"] for name in ("trigger", "onset", "end")}
    told = [f"{name} {time * 1e-9:.2f} s" for name, time in times.items() if time >= 0]
    return f"{event['level']}, severity {event['severity']:.2g}, {', '.join(told) or 'never'}"
