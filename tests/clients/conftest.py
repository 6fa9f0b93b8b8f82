"""One episode for programs that know nothing but docs/episode_format.md."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a second of a street with a child, parked cars, debris and a camera that drops frames."""
    out = tmp_path_factory.mktemp("recorded")
    command = [sys.executable, "-m", "simgen", "generate", "pedestrian_dart_out", "--duration", "0.6", "--seed", "5"]
    more = ["--inject", "frame_drop:0.8", "--inject", "debris:1", "--out", str(out / "set")]
    done = subprocess.run([*command, *more], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out / "set" / "episodes" / "000000.h5"
