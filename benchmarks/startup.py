"""`simgen --help` beside a Python that does nothing."""

import statistics
import subprocess
import sys
import time
from typing import Any

from .suite import row


def rows() -> list[dict[str, Any]]:
    """Seconds of wall clock, medians of five."""
    ours = _median([sys.executable, "-m", "simgen", "--help"])
    bare = _median([sys.executable, "-c", "pass"])
    return [row("help", ours, "s", "python -c pass", bare)]


def _median(command: list[str]) -> float:
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)
