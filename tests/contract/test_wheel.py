"""A wheel, installed outside the clone, runs a scenario from there."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.full
def test_wheel_runs_outside_the_clone(tmp_path: Path) -> None:
    """The mapped library folders and the maps are in the wheel; nothing of it needs the clone."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(tmp_path.glob("*.whl"))
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(site), str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    program = (
        f"import sys; sys.path = [p for p in sys.path if {str(ROOT)!r} not in p or 'site-packages' in p];"
        "import simgen; from pathlib import Path;"
        f"assert Path(simgen.__file__).is_relative_to({str(site)!r}), simgen.__file__;"
        "print(simgen.generate('cut_in', out='out', duration_s=0.2, channels=['rgb']))"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-S",
            "-c",
            f"import sys; sys.path[:0] = [{str(site)!r}]; import site; site.main(); {program}",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "episodes" / "000000.h5").is_file()
