import json
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

from simgen.errors import InputError
from simgen.record.dataset import Dataset, episode_paths
from simgen.record.summary import describe

RECIPE = {"recipes": [{"scenario": "cut_in", "rig": "front", "paired": False}], "seed": 0, "version": "1"}
ROOT = Path(__file__).resolve().parents[2]


def test_what_is_missing_is_what_has_no_final_name(tmp_path: Path, recorded: Path):
    with Dataset.create_or_resume(tmp_path / "d", RECIPE) as dataset:
        assert dataset.missing(3) == (0, 1, 2)
        shutil.copy(recorded, dataset.episode_path(1))
        dataset.episode_path(2).with_suffix(".h5.partial").touch()
    with Dataset.create_or_resume(tmp_path / "d", RECIPE) as dataset:
        assert dataset.missing(3) == (0, 2)
        assert not list((tmp_path / "d").glob("**/*.partial"))


def test_an_episode_without_its_twin_is_missing(tmp_path: Path, recorded: Path):
    recipe = RECIPE | {"recipes": [{"paired": True}]}
    with Dataset.create_or_resume(tmp_path, recipe) as dataset:
        shutil.copy(recorded, dataset.episode_path(0))
        assert dataset.missing(1) == (0,)
        shutil.copy(recorded, dataset.episode_path(0, pair=True))
        assert dataset.missing(1) == ()
        assert dataset.episode_path(0, pair=True).name == "000000.pair.h5"


@pytest.mark.parametrize(
    ("other", "place"),
    [
        (RECIPE | {"seed": 1}, "seed: expected 0"),
        (RECIPE | {"version": "2"}, "version"),
        (RECIPE | {"recipes": [{"scenario": "cut_in", "rig": "kitti", "paired": False}]}, r"recipes\[0\].rig"),
        (RECIPE | {"recipes": RECIPE["recipes"] * 2}, "recipes"),
    ],
)
def test_another_recipe_is_bad_input(tmp_path: Path, other: dict, place: str):
    Dataset.create_or_resume(tmp_path, RECIPE).close()
    with pytest.raises(InputError, match=place):
        Dataset.create_or_resume(tmp_path, other)


def test_a_second_writer_is_refused(tmp_path: Path):
    with (
        Dataset.create_or_resume(tmp_path, RECIPE),
        pytest.raises(InputError, match="no other writer"),
    ):
        Dataset.create_or_resume(tmp_path, RECIPE)
    Dataset.create_or_resume(tmp_path, RECIPE).close()
    assert not (tmp_path / ".lock").exists()


def test_the_lock_of_a_killed_writer_is_no_obstacle(tmp_path: Path):
    script = textwrap.dedent(
        """
        import json, sys
        from simgen.record.dataset import Dataset
        dataset = Dataset.create_or_resume(sys.argv[1], json.loads(sys.argv[2]))
        print("locked", flush=True)
        sys.stdin.read()
        """
    )
    command = [sys.executable, "-c", script, str(tmp_path), json.dumps(RECIPE)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"locked\n"
        with pytest.raises(InputError, match="no other writer"):
            Dataset.create_or_resume(tmp_path, RECIPE)
        process.send_signal(signal.SIGKILL)
    assert (tmp_path / ".lock").exists()
    Dataset.create_or_resume(tmp_path, RECIPE).close()


def test_other_people_s_folders_are_left_alone(tmp_path: Path):
    (tmp_path / "thesis.tex").write_text("...")
    with pytest.raises(InputError, match=r"thesis\.tex"):
        Dataset.create_or_resume(tmp_path, RECIPE)
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="can be written"):
        Dataset.create_or_resume(tmp_path / "file", RECIPE)
    with pytest.raises(InputError, match="can be written"):
        Dataset.create_or_resume("/proc/nothing/here", RECIPE)


def test_a_broken_description_is_bad_input(tmp_path: Path):
    for text in ("", "{", "[]", '{"format": 1}'):
        (tmp_path / "dataset.json").write_text(text)
        with pytest.raises(InputError, match=r"dataset\.json"):
            Dataset.create_or_resume(tmp_path, RECIPE)


def test_the_catalog_answers_sql(tmp_path: Path, recorded: Path):
    with Dataset.create_or_resume(tmp_path, RECIPE) as dataset:
        shutil.copy(recorded, dataset.episode_path(0))
        dataset.record_failure(0, {"error": "once"})
        dataset.record_failure(1, {"error": "still"})
        dataset.finish()
        first = (tmp_path / "catalog.parquet").read_bytes()
        dataset.finish()
    assert (tmp_path / "catalog.parquet").read_bytes() == first
    table = f"read_parquet('{tmp_path / 'catalog.parquet'}')"
    rows = duckdb.sql(f"SELECT keyframe, time_ns, active_cases FROM {table} ORDER BY keyframe").fetchall()  # noqa: S608
    assert [row[:2] for row in rows] == [(k, k * 100_000_000) for k in range(4)]
    assert rows[0][2] == ["fog"]
    assert "dart_out" in rows[1][2]
    near = f"SELECT count(*) FROM {table} WHERE len(list_filter(actors, lambda a: a.distance_m < 15)) > 1"  # noqa: S608
    assert duckdb.sql(near).fetchall()[0][0] > 0
    assert [path.name for path in (tmp_path / "failed").iterdir()] == ["000001.json"]
    assert describe(tmp_path)["episodes"] == 1
    assert [path.name for path in episode_paths(tmp_path)] == ["000000.h5"]
