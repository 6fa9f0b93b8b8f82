"""A worker that dies costs one job; a killed call is resumed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import h5py
import pytest

from simgen.bulk.local import shares
from simgen.generation import episode_seed

COMMAND = ["generate", "cut_in", "--episodes", "3", "--duration", "0.3", "--channels", "rgb", "--workers", "2"]


def simgen(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "simgen", *arguments]


def test_killed_call_is_resumed(tmp_path: Path) -> None:
    """SIGKILL at a random moment leaves no damaged file; the same command finishes the set and keeps what was done."""
    out = tmp_path / "out"
    command = simgen(*COMMAND, "--out", str(out))
    moments = random.Random(5)
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(4.0, 9.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    kept = {path.name: path.stat().st_mtime_ns for path in out.glob("episodes/*.h5")}
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    files = sorted(out.glob("episodes/*"))
    assert [path.name for path in files] == ["000000.h5", "000001.h5", "000002.h5"]
    for path in files:
        assert kept.get(path.name, path.stat().st_mtime_ns) == path.stat().st_mtime_ns
        with h5py.File(path) as file:
            assert file.attrs["complete"]


def test_worker_that_dies_costs_its_job_alone(tmp_path: Path) -> None:
    """A scenario that kills its own process (as the system does when memory runs out) fails; the other one is made."""
    (tmp_path / "fatal.py").write_text(
        "import os, signal\n"
        "from simgen.library import entry\n"
        "from simgen.scenario.scenario import Scenario\n"
        "import multiprocessing\n"
        "@entry('scenarios')\n"
        "def fatal() -> Scenario:\n"
        "    '''Kills a worker.'''\n"
        "    from simgen import library\n"
        "    if multiprocessing.parent_process() is not None:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return library.find('scenarios', 'cut_in').build()\n"
    )
    out = tmp_path / "out"
    command = ["generate", str(tmp_path / "fatal.py"), "cut_in", "--duration", "0.2", "--channels", "rgb"]
    done = subprocess.run(
        simgen(*command, "--workers", "2", "--out", str(out)), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert [path.name for path in out.glob("episodes/*.h5")] == ["000001.h5"]
    assert "worker died" in next(out.glob("failed/*.json")).read_text()


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="needs processor affinity")
def test_shares_use_every_processor_once() -> None:
    processors = sorted(os.sched_getaffinity(0))
    assert sorted(processor for share in shares(len(processors)) for processor in share) == processors


def test_datasets_of_neighbouring_seeds_share_no_episode() -> None:
    seeds = [episode_seed(seed, "cut_in", index) for seed in range(20) for index in range(1, 50)]
    assert len(set(seeds)) == len(seeds)
