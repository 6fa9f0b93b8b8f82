"""Peak memory of an episode of 60 s over one of 10 s."""

import subprocess
import sys
import tempfile
from typing import Any

from .suite import row

_PROGRAM = """
import sys
from pathlib import Path
from simgen.generation import Job, Recipe, run
report = run(Job(recipe=Recipe(scenario="urban_traffic", duration_s=float(sys.argv[1])), index=0, seed=1,
                 path=Path(sys.argv[2]) / "episode.h5"))
assert not report.error, report.error
# Not getrusage's ru_maxrss: Linux hands that of the parent on to the child.
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024)
"""


def rows() -> list[dict[str, Any]]:
    """Megabytes of resident memory at their highest, rig `front`."""
    return [row("memory_60s_over_10s", _peak(60.0), "MB", "episode of 10 s", _peak(10.0))]


def _peak(duration_s: float) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", _PROGRAM, str(duration_s), folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])
