"""Bad input gives exit code 2, one line that says what was expected, and no damaged file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PLAIN_XODR = """<?xml version="1.0"?><OpenDRIVE><header revMajor="1" revMinor="6"/>{}</OpenDRIVE>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<OpenDRIVE><header revMajor="1" revMinor="6" name="&b;"/></OpenDRIVE>"""

ONE_SCENARIO = """
from simgen.library import entry
from simgen.scenario.scenario import Entity, Scenario

@entry("scenarios")
def mine() -> Scenario:
    '''Mine.'''
    return Scenario(name="mine", world="proving_ground", ego=Entity(name="ego", {}))
"""


def simgen(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simgen", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, timeout=300)


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of a refusal; asserts that it is one."""
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


GENERATE = {
    "no scenario": ([], "SCENARIO"),
    "unknown scenario": (["no_such"], "no_such"),
    "unknown rig": (["cut_in", "--rig", "no_such"], "no_such"),
    "unknown injection": (["cut_in", "--inject", "no_such"], "no_such"),
    "severity above one": (["cut_in", "--inject", "fog:7"], "severity"),
    "severity that is no number": (["cut_in", "--inject", "fog:thick"], "fog"),
    "unknown field": (["cut_in", "--set", "ego.colour=red"], "ego.colour"),
    "field without a value": (["cut_in", "--set", "ego.speed_mps"], "KEY=VALUE"),
    "negative speed": (["cut_in", "--set", "ego.speed_mps=-4"], "ego.speed_mps"),
    "not a number": (["cut_in", "--set", "ego.speed_mps=fast"], "ego.speed_mps"),
    "NaN": (["cut_in", "--set", "ego.speed_mps=nan"], "ego.speed_mps"),
    "fog out of range": (["cut_in", "--set", "weather.fog=3"], "weather.fog"),
    "missing map": (["cut_in", "--set", "world=no_such.xodr"], "no_such.xodr"),
    "unknown world": (["cut_in", "--set", "world=no_such"], "no_such"),
    "no episodes": (["cut_in", "--episodes", "0"], "--episodes"),
    "no workers": (["cut_in", "--workers", "0"], "--workers"),
    "unknown runner": (["cut_in", "--runner", "slurm"], "--runner"),
    "unknown channel": (["cut_in", "--channels", "rgb,heat"], "heat"),
    "unknown option": (["cut_in", "--bogus", "1"], "bogus"),
    "bad integer": (["cut_in", "--seed", "x"], "seed"),
    "negative duration": (["cut_in", "--duration", "-1"], "duration"),
    "rgb quality": (["cut_in", "--rgb", "jpeg:900"], "jpeg"),
    "unknown compression": (["cut_in", "--compression", "rar"], "rar"),
}


@pytest.mark.parametrize("case", GENERATE)
def test_generate_refuses(case: str, tmp_path: Path) -> None:
    arguments, named = GENERATE[case]
    line = complaint(simgen("generate", *arguments, "--out", str(tmp_path / "out")))
    assert named in line
    assert not list(tmp_path.rglob("*.h5"))
    assert not list(tmp_path.rglob("*.partial"))


FILES = {
    "malformed XML": ("map.xodr", "<OpenDRIVE><road></OpenDRIVE>"),
    "another XML": ("map.xodr", "<html/>"),
    "no roads": ("map.xodr", PLAIN_XODR.format("")),
    "entities": ("map.xodr", BOMB),
    "empty": ("map.xodr", ""),
}


@pytest.mark.parametrize("case", FILES)
def test_generate_refuses_map(case: str, tmp_path: Path) -> None:
    name, text = FILES[case]
    (tmp_path / name).write_text(text)
    line = complaint(simgen("generate", "cut_in", "--set", f"world={tmp_path / name}", "--out", str(tmp_path / "out")))
    assert name in line


def test_generate_refuses_broken_python(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def (")
    assert "mine.py:1" in complaint(simgen("generate", str(tmp_path / "mine.py"), "--out", str(tmp_path / "out")))


def test_generate_refuses_bad_numbers_of_python(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(ONE_SCENARIO.replace("{}", "speed_mps=-4"))
    line = complaint(simgen("generate", str(tmp_path / "mine.py"), "--out", str(tmp_path / "out")))
    assert "ego.speed_mps" in line
    assert "-4" in line


def test_generate_refuses_python_without_entry(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("x = 1\n")
    assert "@entry" in complaint(simgen("generate", str(tmp_path / "mine.py"), "--out", str(tmp_path / "out")))


def test_generate_refuses_file_as_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    assert "out" in complaint(simgen("generate", "cut_in", "--out", str(tmp_path / "out")))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_generate_refuses_unwritable_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "out" in complaint(simgen("generate", "cut_in", "--out", str(tmp_path / "out")))


def test_generate_refuses_folder_where_nothing_can_be_made() -> None:
    assert "/proc" in complaint(simgen("generate", "cut_in", "--out", "/proc/simgen"))


READERS = {
    "info of nothing": ["info", "no_such.h5"],
    "validate nothing": ["validate", "no_such.h5"],
    "preview of nothing": ["preview", "no_such.h5", "--out", "x.png"],
    "export of nothing": ["export", "kitti", "no_such.h5", "dest"],
    "unknown kind": ["list", "dragons"],
    "show of nothing": ["show", "scenarios", "no_such"],
    "unknown command": ["paint"],
    "no command": [],
}


@pytest.mark.parametrize("case", READERS)
def test_readers_refuse(case: str, tmp_path: Path) -> None:
    complaint(simgen(*READERS[case], cwd=tmp_path))


@pytest.mark.parametrize("content", [b"", b"not HDF5", b"\x89HDF\r\n\x1a\n" + bytes(100)])
def test_readers_refuse_damaged_file(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "episode.h5").write_bytes(content)
    assert "episode.h5" in complaint(simgen("info", "episode.h5", cwd=tmp_path))


def test_unknown_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "episode.h5").write_bytes(b"")
    assert "no_such" in complaint(simgen("export", "no_such", "episode.h5", "dest", cwd=tmp_path))


def test_list_gives_json() -> None:
    done = simgen("list", "scenarios", "--json")
    names = {row["name"] for row in json.loads(done.stdout)}
    assert {"pedestrian_dart_out", "cut_in", "urban_traffic"} <= names


def test_version_is_one_line() -> None:
    assert simgen("--version").stdout.split()[0] == "simgen"
