"""`simgen info`, `validate`, `export`, `preview`: what is done with a finished episode or dataset."""

import json as json_module
from pathlib import Path
from typing import Annotated

import tyro

from simgen import library

PathArgument = Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="PATH")]


def info(path: PathArgument, *, json: tyro.conf.FlagCreatePairsOff[bool] = False) -> int:
    """Says what is in an episode or dataset.

    Args:
        path: an .h5 file or a dataset's folder.
        json: prints one object.
    """
    from simgen.record.summary import describe

    described = describe(path)
    if json:
        print(json_module.dumps(described, indent=1))
        return 0
    for key, value in described.items():
        if isinstance(value, dict):
            print(f"{key}:")
            for name, line in value.items():
                if key == "drawn" and name.startswith("material."):
                    continue  # hundreds of them: `--json` has them
                print(f"  {name}: {line if not isinstance(line, dict) else json_module.dumps(line)}")
        else:
            print(f"{key}: {value}")
    return 0


def validate(path: PathArgument, *, json: tyro.conf.FlagCreatePairsOff[bool] = False) -> int:
    """Checks the schema and the truth of the labels; exit 1 and what failed.

    Args:
        path: an .h5 file or a dataset's folder.
        json: prints a list of objects, one a check.
    """
    from simgen.record.checks import validate as run_checks

    report = run_checks(path)
    if json:
        print(json_module.dumps(report.rows(), indent=1))
    else:
        for row in report.rows():
            verdict = "ok  " if row["passed"] else "FAIL"
            print(f"{verdict} {row['file']}: {row['check']}: {row['detail']}")
    return 0 if report.passed else 1


def export(
    format: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="FORMAT")],
    path: PathArgument,
    dest: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="DEST")],
) -> int:
    """Writes an episode or dataset in a format of the field.

    Args:
        format: see `simgen list formats`.
        path: an .h5 file or a dataset's folder.
        dest: a folder that is empty or does not exist.
    """
    print(library.find("formats", format).build(path, dest))
    return 0


def preview(path: PathArgument, *, out: Path) -> int:
    """Draws a contact sheet or a video: every camera, its labels, lidar from above.

    Args:
        path: an .h5 file or a dataset's folder.
        out: a .png or .mp4 file.
    """
    from simgen.view.preview import preview as draw

    draw(path, out)
    print(out)
    return 0
