"""Bad input gives exit code 2, one line that says what was expected, and no damaged file."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from simgen import cli

PLAIN_XODR = """<?xml version="1.0"?><OpenDRIVE><header revMajor="1" revMinor="6"/>{}</OpenDRIVE>"""
ROAD = """<road name="a" length="{length}" id="1" junction="-1"><planView><geometry s="0" x="{x}" y="0" hdg="{hdg}"
length="{length}"><line/></geometry></planView><lanes><laneSection s="0"><center><lane id="0" type="none"/></center>
<right><lane id="-1" type="driving"><width sOffset="0" a="{width}" b="0" c="0" d="0"/></lane></right></laneSection>
</lanes></road>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<OpenDRIVE><header revMajor="1" revMinor="6" name="&b;"/></OpenDRIVE>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<OpenDRIVE><header revMajor="1" revMinor="6" name="&e;"/></OpenDRIVE>"""

ONE_SCENARIO = """
from simgen.library import entry
from simgen.scenario.position import OnLane
from simgen.scenario.scenario import Entity, Scenario

@entry("scenarios")
def mine() -> Scenario:
    '''Mine.'''
    return {}
"""
PLAIN = """Scenario(name="mine", world="proving_ground", ego=Entity(name="ego", {}))"""

ONE_RIG = """
from simgen.geometry import Pose
from simgen.library import entry
from simgen.readings import Mount, Rig

@entry("rigs")
def mine() -> Rig:
    '''Mine.'''
    return Rig(name="mine", mounts={{ {} }})
"""
CAMERA = """"A": Mount(sensor="camera", ego_from_sensor=Pose.identity(), rate_hz={rate}, parameters={parameters})"""


def process(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simgen", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, timeout=300)


GENERATE = {
    "no scenario": ([], "SCENARIO"),
    "unknown scenario": (["no_such"], "no_such"),
    "empty scenario": ([""], "scenarios"),
    "path that leads elsewhere": (["../../etc/passwd"], "../../etc/passwd"),
    "unknown rig": (["cut_in", "--rig", "no_such"], "no_such"),
    "unknown injection": (["cut_in", "--inject", "no_such"], "no_such"),
    "empty injection": (["cut_in", "--inject", ""], "injections"),
    "injection file that is missing": (["cut_in", "--inject", "./no_such.py:0.5"], "no_such.py"),
    "the same case twice": (["cut_in", "--inject", "fog", "--inject", "fog:0.7"], "fog"),
    "severity above one": (["cut_in", "--inject", "fog:7"], "severity"),
    "severity below zero": (["cut_in", "--inject", "fog:-0.1"], "severity"),
    "severity NaN": (["cut_in", "--inject", "fog:nan"], "severity"),
    "severity that is no number": (["cut_in", "--inject", "fog:thick"], "fog"),
    "twins without a case": (["urban_traffic", "--paired", "--rig", "rl_front"], "--paired"),
    "unknown field": (["cut_in", "--set", "ego.colour=red"], "ego.colour"),
    "unknown top field": (["cut_in", "--set", "colour=red"], "colour"),
    "field of a number": (["cut_in", "--set", "ego.speed_mps.x=1"], "ego.speed_mps.x"),
    "field of the language": (["cut_in", "--set", "ego.__class__=1"], "ego.__class__"),
    "field without a value": (["cut_in", "--set", "ego.speed_mps"], "KEY=VALUE"),
    "field without a name": (["cut_in", "--set", "=1"], "KEY=VALUE"),
    "empty value": (["cut_in", "--set", "ego.speed_mps="], "ego.speed_mps"),
    "negative speed": (["cut_in", "--set", "ego.speed_mps=-4"], "ego.speed_mps"),
    "not a number": (["cut_in", "--set", "ego.speed_mps=fast"], "ego.speed_mps"),
    "NaN": (["cut_in", "--set", "ego.speed_mps=nan"], "ego.speed_mps"),
    "infinity": (["cut_in", "--set", "ego.speed_mps=1e400"], "ego.speed_mps"),
    "distribution upside down": (["cut_in", "--set", "ego.speed_mps=uniform(5, 3)"], "ego.speed_mps"),
    "distribution of NaN": (["cut_in", "--set", "ego.speed_mps=uniform(nan, 3)"], "ego.speed_mps"),
    "fog out of range": (["cut_in", "--set", "weather.fog=3"], "weather.fog"),
    "unknown model": (["cut_in", "--set", "ego.model=tank"], "tank"),
    "too many cars": (["urban_traffic", "--set", "traffic.cars=1000000000"], "traffic.cars"),
    "half a car": (["urban_traffic", "--set", "traffic.cars=2.5"], "traffic.cars"),
    "missing map": (["cut_in", "--set", "world=no_such.xodr"], "no_such.xodr"),
    "unknown world": (["cut_in", "--set", "world=no_such"], "no_such"),
    "unknown lane": (["cut_in", "--set", "world=proving_ground", "--set", "ego.start=no_lane@4"], "no_lane"),
    "unknown parameter of a world": (["cut_in", "--set", "world_parameters.towers=1"], "towers"),
    "no episodes": (["cut_in", "--episodes", "0"], "--episodes"),
    "endless episodes": (["cut_in", "--episodes", "999999999999"], "--episodes"),
    "no workers": (["cut_in", "--workers", "0"], "--workers"),
    "endless workers": (["cut_in", "--workers", "100000"], "--workers"),
    "unknown runner": (["cut_in", "--runner", "slurm"], "--runner"),
    "unknown channel": (["cut_in", "--channels", "rgb,heat"], "heat"),
    "unknown option": (["cut_in", "--bogus", "1"], "bogus"),
    "bad integer": (["cut_in", "--seed", "x"], "seed"),
    "negative seed": (["cut_in", "--seed", "-1"], "--seed"),
    "endless seed": (["cut_in", "--seed", "1208925819614629174706176"], "--seed"),
    "option without a value": (["cut_in", "--seed"], "seed"),
    "negative duration": (["cut_in", "--duration", "-1"], "duration"),
    "endless duration": (["cut_in", "--duration", "1e12"], "duration"),
    "duration NaN": (["cut_in", "--duration", "nan"], "duration"),
    "rgb quality": (["cut_in", "--rgb", "jpeg:900"], "jpeg"),
    "unknown compression": (["cut_in", "--compression", "rar"], "rar"),
}


@pytest.mark.parametrize("case", GENERATE)
def test_generate_refuses(case: str, simgen: Callable[..., str]) -> None:
    arguments, named = GENERATE[case]
    assert named in simgen("generate", *arguments, "--out", "out")


MAPS: dict[str, bytes | str] = {
    "malformed XML": "<OpenDRIVE><road></OpenDRIVE>",
    "another XML": "<html/>",
    "no roads": PLAIN_XODR.format(""),
    "entities": BOMB,
    "external entity": OUTSIDE,
    "deep nesting": "<a>" * 10_000,
    "empty": "",
    "binary": random.Random(1).randbytes(4000),
    "far away": PLAIN_XODR.format(ROAD.format(length=300, x=1e18, hdg=0, width=3.5)),
    "place NaN": PLAIN_XODR.format(ROAD.format(length=300, x="nan", hdg=0, width=3.5)),
    "endless road": PLAIN_XODR.format(ROAD.format(length=1e9, x=0, hdg=0, width=3.5)),
    "road of length zero": PLAIN_XODR.format(ROAD.format(length=0, x=0, hdg=0, width=3.5)),
    "endless width": PLAIN_XODR.format(ROAD.format(length=300, x=0, hdg=0, width="inf")),
    "heading that is text": PLAIN_XODR.format(ROAD.format(length=300, x=0, hdg="north", width=3.5)),
    "the same road twice": PLAIN_XODR.format(2 * ROAD.format(length=300, x=0, hdg=0, width=3.5)),
}


@pytest.mark.parametrize("case", MAPS)
def test_generate_refuses_map(case: str, simgen: Callable[..., str], tmp_path: Path) -> None:
    content = MAPS[case]
    file = tmp_path / "a map's é.xodr"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert file.name in simgen("generate", "cut_in", "--set", f"world={file}", "--out", "out")


def test_generate_refuses_folder_as_map(simgen: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "map.xodr").mkdir()
    assert "map.xodr" in simgen("generate", "cut_in", "--set", "world=map.xodr", "--out", "out")


SCENARIOS: dict[str, tuple[bytes | str, str]] = {
    "no Python": ("def (", "mine.py:1"),
    "null bytes": (b"x = 1\0", "mine.py"),
    "raises": ("\n1 / 0", "mine.py:2: ZeroDivisionError"),
    "raises in many lines": ("raise ValueError('a\\nb')", "ValueError: a"),
    "leaves": ("import sys; sys.exit(0)", "SystemExit"),
    "imports what is missing": ("import no_such_module", "no_such_module"),
    "no entry": ("x = 1\n", "@entry"),
    "returns a number": (ONE_SCENARIO.format("5"), "got int"),
    "builder raises": (ONE_SCENARIO.format("{}['x']"), "KeyError"),
    "builder leaves": (ONE_SCENARIO.format("exit(0)"), "SystemExit"),
    "no ego": (ONE_SCENARIO.format("Scenario(name='mine')"), "ego"),
    "negative speed": (ONE_SCENARIO.format(PLAIN.format("speed_mps=-4")), "ego.speed_mps: expected 0..60, got -4"),
    "endless speed": (ONE_SCENARIO.format(PLAIN.format("speed_mps=float('inf')")), "ego.speed_mps"),
    "speed NaN": (ONE_SCENARIO.format(PLAIN.format("speed_mps=float('nan')")), "ego.speed_mps"),
    "unknown lane": (ONE_SCENARIO.format(PLAIN.format("start=OnLane(lane='9/9/9', s_m=5.0)")), "9/9/9"),
}


@pytest.mark.parametrize("case", SCENARIOS)
def test_generate_refuses_scenario(case: str, simgen: Callable[..., str], tmp_path: Path) -> None:
    content, named = SCENARIOS[case]
    (tmp_path / "mine.py").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert named in simgen("generate", tmp_path / "mine.py", "--rig", "rl_front", "--out", "out")


@pytest.mark.parametrize("name", ["recipe.yaml", "storyboard.xosc", "scenario.json", "folder.py", "nothing.py"])
def test_generate_refuses_what_is_no_python(name: str, simgen: Callable[..., str], tmp_path: Path) -> None:
    if name.startswith("folder"):
        (tmp_path / name).mkdir()
    elif not name.startswith("nothing"):
        (tmp_path / name).write_text("a: [1")
    assert name in simgen("generate", name, "--out", "out")
    assert name in simgen("generate", tmp_path / name, "--out", "out")


SIZE = "{'width': 64, 'height': 48, 'horizontal_fov_deg': 90.0}"
RIGS = {
    "unknown sensor": (CAMERA.format(rate=10.0, parameters=SIZE).replace('"camera"', '"sonar"'), "sonar"),
    "rate NaN": (CAMERA.format(rate="float('nan')", parameters=SIZE), "A.rate_hz"),
    "rate zero": (CAMERA.format(rate=0, parameters=SIZE), "A.rate_hz"),
    "phase NaN": (CAMERA.format(rate="10.0, phase_s=float('nan')", parameters=SIZE), "A.phase_s"),
    "negative phase": (CAMERA.format(rate="10.0, phase_s=-1.0", parameters=SIZE), "A.phase_s"),
    "no name": (CAMERA.format(rate=10.0, parameters=SIZE).replace('"A"', "''"), "mounts"),
    "name with a slash": (CAMERA.format(rate=10.0, parameters=SIZE).replace('"A"', "'A/../B'"), "A/../B"),
    "pose NaN": (
        CAMERA.format(rate=10.0, parameters=SIZE).replace("identity()", "from_xyz_rpy(float('nan'), 0.0, 1.0)"),
        "A.ego_from_sensor",
    ),
    "unknown channel": (CAMERA.format(rate=10.0, parameters="{'channels': ('heat',)}"), "heat"),
    "channels as a number": (CAMERA.format(rate=10.0, parameters="{'channels': 3}"), "A.channels"),
    "width zero": (CAMERA.format(rate=10.0, parameters=SIZE.replace("64", "0")), "A.width"),
    "width as text": (CAMERA.format(rate=10.0, parameters=SIZE.replace("64", "'wide'")), "A.width"),
    "endless picture": (CAMERA.format(rate=10.0, parameters=SIZE.replace("64", "10**9")), "A.width"),
    "view of 200 degrees": (CAMERA.format(rate=10.0, parameters=SIZE.replace("90.0", "200.0")), "horizontal_fov_deg"),
    "unknown parameter": (CAMERA.format(rate=10.0, parameters=SIZE.replace("}", ", 'colour': 3}")), "colour"),
}


@pytest.mark.parametrize("case", RIGS)
def test_generate_refuses_rig(case: str, simgen: Callable[..., str], tmp_path: Path) -> None:
    mounts, named = RIGS[case]
    (tmp_path / "mine.py").write_text(ONE_RIG.format(mounts))
    assert named in simgen("generate", "cut_in", "--duration", "0.3", "--rig", "mine.py", "--out", "out/deep")


def test_generate_refuses_injection_that_raises(simgen: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "case.py").write_text(
        dedent("""
            from simgen.library import entry
            @entry("injections")
            def case(scenario, severity, rng):
                '''Raises.'''
                return scenario.no_such
            """)
    )
    assert "no_such" in simgen("generate", "cut_in", "--inject", "case.py:0.5", "--out", "out")


OUT = {
    "a file": "file",
    "inside a file": "file/out",
    "a folder of somebody else": "full",
    "a dataset that is none": "none",
    "a dataset that is broken": "broken",
    "a name that is too long": "a" * 300,
    "a link to nowhere": "link",
    "where nothing can be made": "/proc/simgen",
}


@pytest.mark.parametrize("case", OUT)
def test_generate_refuses_folder(case: str, simgen: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    for name, inside, text in (("full", "x", "x"), ("none", "dataset.json", "{}"), ("broken", "dataset.json", "[[")):
        (tmp_path / name).mkdir()
        (tmp_path / name / inside).write_text(text)
    (tmp_path / "link").symlink_to("/proc/no/such")
    line = simgen("generate", "cut_in", "--duration", "0.2", "--rig", "rl_front", "--out", OUT[case])
    assert OUT[case][:100] in line


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_generate_refuses_unwritable_folder(simgen: Callable[..., str], tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "out" in simgen("generate", "cut_in", "--duration", "0.2", "--rig", "rl_front", "--out", "out")


def test_dataset_of_another_recipe_is_refused(simgen: Callable[..., str], tmp_path: Path) -> None:
    """Another seed, another length, another content of the same file: each is named, and nothing changes."""
    (tmp_path / "mine.py").write_text(ONE_SCENARIO.format(PLAIN.format("speed_mps=5.0")))
    command = ["generate", "mine.py", "--duration", "0.2", "--rig", "rl_front", "--out", "a set"]
    assert cli._run(command, False) == 0
    assert "seed: expected 0 as in this dataset, got 1" in simgen(*command, "--seed", "1")
    assert "duration_s" in simgen(*command, "--duration", "0.3")
    assert "weather.fog" in simgen(*command, "--set", "weather.fog=0.2")
    (tmp_path / "mine.py").write_text(ONE_SCENARIO.format(PLAIN.format("speed_mps=6.0")))
    assert "mine.py" in simgen(*command)


def test_the_process_says_the_same_in_one_line(tmp_path: Path) -> None:
    """Types among them: in this process a checker of the tests would say it first."""
    (tmp_path / "broken.py").write_text("def (")
    (tmp_path / "text.py").write_text(ONE_SCENARIO.format(PLAIN.format("speed_mps='fast'")))
    (tmp_path / "rig.py").write_text(ONE_RIG.format("'A': None"))
    for arguments, named in (
        (["generate", "broken.py"], "broken.py:1"),
        (["generate", "text.py"], "ego.speed_mps"),
        (["generate", "cut_in", "--rig", "rig.py"], "A: expected a Mount"),
        ([], "expected one of the commands"),
    ):
        done = process(*arguments, cwd=tmp_path)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
        assert named in done.stderr
        assert done.stdout == ""


def test_list_gives_json() -> None:
    done = process("list", "scenarios", "--json")
    names = {row["name"] for row in json.loads(done.stdout)}
    assert {"pedestrian_dart_out", "cut_in", "urban_traffic"} <= names


def test_version_is_one_line() -> None:
    assert process("--version").stdout.split()[0] == "simgen"
