"""What reads episodes refuses what is none: exit code 2, and one line that says what was expected."""

from collections.abc import Callable
from pathlib import Path

import h5py
import pytest

from simgen.generation import Job, Recipe, run

NOTHING = "no_such.h5: expected an episode (.h5) or a dataset's folder, got nothing"
COMMANDS = "list, show, generate, resense, info, validate, export, preview, doctor, bench"
READERS = {
    "info of nothing": (["info", "no_such.h5"], NOTHING),
    "info of any folder": (["info", "."], ".: expected a dataset's folder, got one without dataset.json"),
    "validate nothing": (["validate", "no_such.h5"], NOTHING),
    "preview of nothing": (["preview", "no_such.h5", "--out", "x.png"], NOTHING),
    "preview of another kind": (
        ["preview", "no_such.h5", "--out", "x.gif"],
        "--out: expected a file name that ends in .png or .mp4, got 'x.gif'",
    ),
    "export of nothing": (["export", "kitti", "no_such.h5", "dest"], NOTHING),
    "unknown format": (
        ["export", "no_such", "no_such.h5", "dest"],
        "formats: 'no_such' is not in the library; expected one of kitti",
    ),
    "unknown kind": (["list", "dragons"], "list: KIND: expected one of worlds, models, sensors, "),
    "show of nothing": (
        ["show", "scenarios", "no_such"],
        "scenarios: 'no_such' is not in the library; expected one of aisle_crossing, cut_in, ",
    ),
    "show of half": (["show", "scenarios"], "show: Required options Missing from simgen show: NAME of the entry"),
    "unknown benchmark": (["bench", "--only", "dragons"], "bench: --only: expected some of camera_640x480, "),
    "unknown command": (["paint"], f"expected one of the commands {COMMANDS}, got 'paint'"),
    "half a command": (["resense", "a.h5"], "resense: Required options Missing from simgen resense: out PATH"),
    "unknown flag": (["--colour"], "--colour: Unrecognized options"),
}


@pytest.mark.parametrize("case", READERS)
def test_readers_refuse_with_the_reason(case: str, simgen: Callable[..., str]) -> None:
    arguments, reason = READERS[case]
    assert simgen(*arguments).startswith(f"simgen: {reason}")


@pytest.fixture(scope="module")
def episode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short episode without a lidar."""
    path = tmp_path_factory.mktemp("episode") / "episode.h5"
    recipe = Recipe(scenario="cut_in", rig="rl_front", duration_s=0.2)
    assert run(Job(recipe=recipe, index=0, seed=1, path=path)).error == ""
    return path


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "text": lambda _: b"not HDF5",
    "a signature alone": lambda _: b"\x89HDF\r\n\x1a\n" + bytes(100),
    "half of it": lambda whole: whole[: len(whole) // 2],
    "without its last byte": lambda whole: whole[:-1],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_readers_refuse_damaged_file(damage: str, episode: Path, simgen: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "a.h5").write_bytes(DAMAGE[damage](episode.read_bytes()))
    for command in (["info"], ["validate"]):
        assert "a.h5" in simgen(*command, "a.h5")
    assert "a.h5" in simgen("preview", "a.h5", "--out", "x.png")
    assert "a.h5" in simgen("export", "kitti", "a.h5", "dest")


EDITS: dict[str, Callable[[h5py.File], None]] = {
    "not complete": lambda file: file.attrs.__setitem__("complete", False),
    "of a later version": lambda file: file.attrs.__setitem__("version", 2),
    "of no version": lambda file: file.attrs.__delitem__("version"),
    "without labels": lambda file: file.__delitem__("labels"),
    "without actors": lambda file: file.__delitem__("actors"),
    "with a broken rig": lambda file: file.attrs.__setitem__("rig", "{"),
    "with a class that is none": lambda file: file["actors/class"].__setitem__(0, 250),
}


@pytest.mark.parametrize("edit", EDITS)
def test_info_refuses_what_is_no_episode(edit: str, episode: Path, simgen: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "a.h5").write_bytes(episode.read_bytes())
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        EDITS[edit](file)
    assert "a.h5" in simgen("info", "a.h5")


def test_export_refuses_what_it_cannot_use(episode: Path, simgen: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    assert "lidar" in simgen("export", "kitti", episode, "dest")
    assert "full" in simgen("export", "kitti", episode, "full")
    assert "full/x/y" in simgen("export", "kitti", episode, "full/x/y")


def test_preview_refuses_where_nothing_can_be_written(episode: Path, simgen: Callable[..., str]) -> None:
    assert "/proc/x.png" in simgen("preview", episode, "--out", "/proc/x.png")
