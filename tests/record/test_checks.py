"""Labels in closed form pass every check; each lie is found, by the check that it concerns."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401
import numpy as np
import pytest

from simgen.errors import InputError
from simgen.record.checks import validate
from tests.record.filming import CAMERA, LIDAR


def test_truth_passes(recorded: Path):
    report = validate(recorded)
    assert report.passed, report.failures
    names = {check.check for check in report.checks if check.detail != "nothing to compare"}
    assert {"flow", "lidar against depth", "points in cuboids", "visible boxes", "cuboids around boxes"} <= names
    assert next(check.worst for check in report.checks if check.check == "flow") < 1e-4


def change(path: str, edit: Callable[[np.ndarray], np.ndarray]) -> Callable[[h5py.File], None]:
    def apply(file: h5py.File) -> None:
        file[path][...] = edit(file[path][:])

    return apply


def nudge(path: str, amount: float, column: object = ...) -> Callable[[h5py.File], None]:
    def edit(array: np.ndarray) -> np.ndarray:
        array[column] += np.asarray(amount, array.dtype)
        return array

    return change(path, edit)


def removed(path: str) -> Callable[[h5py.File], None]:
    def apply(file: h5py.File) -> None:
        del file[path]

    return apply


def unsorted(file: h5py.File) -> None:
    file["labels/cuboids/offsets"][1] = 10**6


def as_double(file: h5py.File) -> None:
    values = file["labels/cuboids/distance_m"][:].astype(np.float64)
    del file["labels/cuboids/distance_m"]
    file["labels/cuboids/distance_m"] = values


CAM, BOX = f"sensors/{CAMERA}", f"labels/boxes2d/{CAMERA}"
LIES = {
    "flow off by a fifth of a pixel": (nudge(f"{CAM}/flow_forward", 0.2), "flow"),
    "backward flow is forward flow": (change(f"{CAM}/flow_backward", lambda flow: -flow), "flow"),
    "depth off by 5 cm": (nudge(f"{CAM}/depth", 0.05), "lidar against depth"),
    "depth is range": (change(f"{CAM}/depth", lambda depth: depth * 1.03), "lidar against depth"),
    "points not de-skewed": (nudge(f"sensors/{LIDAR}/points/xyz_true", 0.2), "points in cuboids"),
    "instance of points wrong": (
        change(f"sensors/{LIDAR}/points/instance", lambda ids: np.where(ids == 2, 3, ids).astype(ids.dtype)),
        "points in cuboids",
    ),
    "points miscounted": (nudge("labels/cuboids/lidar_points", 1), "lidar points counted"),
    "visible box off by a pixel": (nudge(f"{BOX}/visible", 1.0), "visible boxes"),
    "amodal box too small": (nudge(f"{BOX}/amodal", 2.0, (slice(None), 0)), "amodal boxes"),
    "amodal box too large": (nudge(f"{BOX}/amodal", -5.0, (slice(None), 0)), "cuboids around boxes"),
    "visibility over one": (nudge(f"{BOX}/visibility", 0.5), "visibility"),
    "visibility far too low": (change(f"{BOX}/visibility", lambda share: share * 0.1), "visibility"),
    "truncation wrong": (nudge(f"{BOX}/truncation", 0.1), "truncation"),
    "cuboid misplaced": (nudge("labels/cuboids/pose", 0.3, (slice(None), 2)), "points in cuboids"),
    "sensor misplaced": (nudge(f"{CAM}/world_from_sensor", 0.001, (slice(None), 0, 3)), "sensor poses"),
    "mask without a box": (
        change(f"{CAM}/instance", lambda ids: np.where(ids == 0, 4, ids).astype(ids.dtype)),
        "visible boxes",
    ),
    "column missing": (removed(f"{BOX}/visibility"), "schema labels"),
    "table missing": (removed("events"), "schema events"),
    "offsets wrong": (unsorted, "schema labels"),
    "type wrong": (as_double, "schema labels"),
    "clock wrong": (nudge(f"sensors/{LIDAR}/time_ns", 1000), f"schema sensors/{LIDAR}"),
    "attribute missing": (lambda file: file[CAM].attrs.__delitem__("K"), f"schema sensors/{CAMERA}"),
}


@pytest.mark.parametrize("lie", LIES)
def test_lies_are_found(recorded: Path, tmp_path: Path, lie: str):
    falsify, check = LIES[lie]
    path = tmp_path / "a.h5"
    path.write_bytes(recorded.read_bytes())
    with h5py.File(path, "a") as file:
        falsify(file)
    report = validate(path)
    assert not report.passed
    assert check in {failure.check for failure in report.failures}


def test_rows_are_plain(recorded: Path):
    import json

    rows = validate(recorded).rows()
    assert json.loads(json.dumps(rows)) == rows
    assert {"file", "check", "passed", "worst", "limit", "detail"} <= set(rows[0])


def test_what_is_no_episode_is_bad_input(tmp_path: Path):
    for path in (tmp_path / "none.h5", tmp_path):
        with pytest.raises(InputError, match="expected"):
            validate(path)


def test_dropped_readings_are_no_lies(footage, tmp_path: Path):
    from simgen.readings import FAULTS
    from simgen.record.writer import EpisodeWriter

    bit = 1 << FAULTS.index("dropped")
    path = tmp_path / "a.h5"
    with EpisodeWriter(path, footage.take) as writer:
        for k, given in enumerate(footage.frames):
            frame = given
            if k == 1:
                image, sweep = frame.readings[CAMERA], frame.readings[LIDAR]
                blank = {
                    name: np.full_like(channel, {"depth": np.inf}.get(name, np.nan if "flow" in name else 0))
                    for name, channel in image.channels.items()
                }
                nothing = {name: column[:0] for name, column in sweep.columns.items()}
                readings = {
                    **frame.readings,
                    CAMERA: replace(image, faults=bit, channels=blank),
                    LIDAR: replace(sweep, faults=bit, columns=nothing),
                }
                frame = replace(frame, readings=readings)
            writer.write(frame)
    assert validate(path).passed
