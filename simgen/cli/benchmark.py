"""`simgen bench`."""

import json as json_module
from pathlib import Path
from typing import Any

import tyro


def bench(*, json: tyro.conf.FlagCreatePairsOff[bool] = False, out: Path | None = None, only: str = "") -> int:
    """Measures cameras, lidar, physics, environments, workers, writing and memory, each beside its reference.

    Args:
        json: prints a list of objects instead of a table.
        out: writes that list to a file too.
        only: comma-separated names; all by default.
    """
    import importlib

    suite = importlib.import_module("simgen.benchmarks.suite")
    rows: list[dict[str, Any]] = suite.run([name for name in only.split(",") if name], quiet=json)
    text = json_module.dumps(rows, indent=1)
    if out is not None:
        out.write_text(text + "\n")
    if json:
        print(text)
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table("name", "value", "unit", "reference", "reference value", "ratio", box=None, pad_edge=False)
    for row in rows:
        table.add_row(
            row["name"], _number(row["value"]), row["unit"], row["reference"], _number(row["reference_value"]),
            _number(row["ratio"]),
        )  # fmt: skip
    Console().print(table)
    return 0


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"
