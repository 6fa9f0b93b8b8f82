"""All benchmarks, each figure beside its reference of the same run."""

import importlib
import sys
from collections.abc import Sequence
from typing import Any

from simgen.errors import InputError

MODULES = {
    "camera_640x480": "camera",
    "camera_1600x900": "camera",
    "camera_640x480_antialiased": "camera",
    "camera_1600x900_antialiased": "camera",
    "camera_84x84_rgb": "camera",
    "lidar_hdl64e": "lidar",
    "lidar_sub_rays": "lidar",
    "lidar_os1_128": "lidar",
    "physics": "physics",
    "env_state": "environments",
    "env_rgb84": "environments",
    "episodes_two_workers": "episodes",
    "writing": "writing",
    "memory_60s_over_10s": "memory",
    "help": "startup",
}
"""File by the name of the figure."""


def run(names: Sequence[str] = (), *, quiet: bool = False) -> list[dict[str, Any]]:
    """Rows {name, value, unit, reference, reference_value, ratio}, one a reference.

    Args:
        names: which; all by default.
        quiet: no progress on stderr.
    """
    for name in names:
        if name not in MODULES:
            raise InputError(f"bench: --only: expected some of {', '.join(MODULES)}, got {name!r}")
    wanted = list(names) or list(MODULES)
    rows: list[dict[str, Any]] = []
    for file in dict.fromkeys(MODULES[name] for name in wanted):
        if not quiet:
            print(f"measuring {file} ...", file=sys.stderr, flush=True)
        module = importlib.import_module(f"simgen.benchmarks.{file}")
        rows += [row for row in module.rows() if row["name"] in wanted]
    return rows


def row(name: str, value: float, unit: str, reference: str, reference_value: float) -> dict[str, Any]:
    """One row; the ratio is value over reference."""
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "reference": reference,
        "reference_value": reference_value,
        "ratio": value / reference_value if reference_value else None,
    }
