"""The catalog of a dataset, for SQL: one row a keyframe, and one row a value that was drawn."""

import errno
import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from simgen.record.episode import Episode

COLUMNS: dict[str, str] = {
    "episode": "VARCHAR",
    "episode_id": "VARCHAR",
    "pair_id": "VARCHAR",
    "scenario": "VARCHAR",
    "seed": "BIGINT",
    "corner_cases": "VARCHAR[]",
    "active_cases": "VARCHAR[]",
    "keyframe": "INTEGER",
    "time_ns": "BIGINT",
    "ego_speed_mps": "FLOAT",
    "weather": "MAP(VARCHAR, FLOAT)",
    "actors": "STRUCT(id INTEGER, class VARCHAR, distance_m FLOAT, visibility FLOAT, speed_mps FLOAT, "
    "lidar_points INTEGER)[]",
}
"""Column -> SQL type."""

DRAWS: dict[str, str] = {
    "episode": "VARCHAR",
    "episode_id": "VARCHAR",
    "pair_id": "VARCHAR",
    "scenario": "VARCHAR",
    "seed": "BIGINT",
    "name": "VARCHAR",
    "number": "DOUBLE",
    "text": "VARCHAR",
}
"""The same of draws.parquet; of `number` and `text` one is NULL."""


def write_catalog(folder: Path) -> Path:
    """Writes catalog.parquet and draws.parquet from the episodes of a dataset; each is whole or as it was.

    Raises:
        OSError: it cannot be written.
    """
    _write(folder, "draws", DRAWS, draws)
    return _write(folder, "catalog", COLUMNS, rows)


def _write(
    folder: Path, name: str, columns: Mapping[str, str], rows_of: Callable[[Episode], Iterator[dict[str, Any]]]
) -> Path:
    target = folder / f"{name}.parquet"
    lines, partial = folder / f"{name}.ndjson.partial", folder / f"{name}.parquet.partial"
    try:
        with lines.open("w", encoding="utf-8") as file:
            for path in sorted((folder / "episodes").glob("*.h5")):
                with Episode(path) as episode:
                    file.writelines(json.dumps(row) + "\n" for row in rows_of(episode))
        _convert(lines, partial, columns)
        os.replace(partial, target)
    finally:
        lines.unlink(missing_ok=True)
        partial.unlink(missing_ok=True)
    return target


def _convert(lines: Path, parquet: Path, columns: Mapping[str, str]) -> None:
    import duckdb

    types = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items()) + "}"
    # One thread and the order of insertion: the same episodes give the same bytes.
    with duckdb.connect(config={"threads": 1, "preserve_insertion_order": True}) as database:
        read = f"read_json({_text(lines)}, format='newline_delimited', columns={types})"
        try:
            database.execute(f"COPY (SELECT * FROM {read}) TO {_text(parquet)} (FORMAT parquet)")  # noqa: S608
        except duckdb.IOException as error:
            full = os.strerror(errno.ENOSPC) in str(error)
            raise OSError(errno.ENOSPC if full else errno.EIO, str(error).splitlines()[0], str(parquet)) from error


def rows(episode: Episode) -> Iterator[dict[str, Any]]:
    """The rows of one episode."""
    root = episode.attributes
    state = episode.file["state"]
    names = json.loads(state["weather"].attrs["columns"])
    last = np.maximum(np.searchsorted(state["time_ns"][:], episode.times_ns, side="right") - 1, 0)
    events = episode.events()
    for k, time_ns in enumerate(episode.times_ns.tolist()):
        speed = np.linalg.norm(state["link_twist"][last[k], episode.ego_row, :3])
        yield {
            "episode": episode.path.name,
            "episode_id": root["episode_id"],
            "pair_id": root["pair_id"],
            "scenario": root["scenario"],
            "seed": int(root["seed"]),
            "corner_cases": json.loads(root["corner_cases"]),
            "active_cases": [event["case"] for event in events if _active(event, time_ns)],
            "keyframe": k,
            "time_ns": time_ns,
            "ego_speed_mps": _number(speed),
            "weather": {name: _number(x) for name, x in zip(names, state["weather"][last[k]], strict=True)},
            "actors": _actors(episode, k),
        }


def draws(episode: Episode) -> Iterator[dict[str, Any]]:
    """What was drawn for one episode, as its scenario tells it."""
    root = episode.attributes
    names = {key: root[key] for key in ("episode_id", "pair_id", "scenario")}
    for name, value in episode.scenario.drawn.items():
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        yield {
            "episode": episode.path.name,
            **names,
            "seed": int(root["seed"]),
            "name": name,
            "number": _number(value) if numeric else None,
            "text": None if numeric else value if isinstance(value, str) else json.dumps(value),
        }


def _active(event: dict[str, Any], time_ns: int) -> bool:
    start = event["onset_ns"] if event["onset_ns"] >= 0 else event["trigger_ns"]
    return bool(0 <= start <= time_ns and (event["end_ns"] < 0 or time_ns < event["end_ns"]))


def _actors(episode: Episode, keyframe: int) -> list[dict[str, Any]]:
    cuboids = episode.cuboids(keyframe)
    return [
        {
            "id": int(actor_id),
            "class": episode.actors[actor_id - 1].category,
            "distance_m": _number(cuboids.distance_m[i]),
            "visibility": _number(cuboids.visibility[i]),
            "speed_mps": _number(np.linalg.norm(cuboids.velocity_mps[i])),
            "lidar_points": int(cuboids.lidar_points[i]),
        }
        for i, actor_id in enumerate(cuboids.actor_id)
    ]


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
