"""Open3D-ML's reader of KITTI reads what we export."""

import ctypes
import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from simgen.export.kitti import kitti
from tests.record.conftest import footage, recorded
from tests.record.filming import Film

__all__ = ["footage", "recorded"]


@pytest.fixture(scope="module")
def reader() -> ModuleType:
    """The module of the KITTI reader alone; its package imports every data set's reader and all of their libraries."""
    libusb_package = pytest.importorskip("libusb_package")
    ctypes.CDLL(str(libusb_package.get_library_path()), mode=ctypes.RTLD_GLOBAL)
    open3d = pytest.importorskip("open3d")
    folder = Path(open3d.__file__).parent / "_ml3d"
    for name, path in (("open3d._ml3d", folder), ("open3d._ml3d.datasets", folder / "datasets")):
        package = ModuleType(name)
        package.__path__ = [str(path)]
        sys.modules[name] = package
    return importlib.import_module("open3d._ml3d.datasets.kitti")


def test_open3d_ml_reads_points_calibration_and_boxes(
    reader: ModuleType, footage: Film, recorded: Path, tmp_path: Path
):
    kitti(recorded, tmp_path / "kitti")
    dataset = reader.KITTI(str(tmp_path / "kitti"), use_cache=False, val_split=len(footage.frames))
    split = dataset.get_split("training")
    assert len(split) == len(footage.frames)
    for k, frame in enumerate(footage.frames):
        read = split.get_data(k)
        assert len(read["full_point"]) == len(frame["LIDAR_TOP"].xyz)
        centres = np.array([box.center for box in read["bounding_boxes"]])
        lidar_from_world = np.linalg.inv(frame["LIDAR_TOP"].world_from_sensor)
        world = np.column_stack([frame.cuboids.pose[:, :3], np.ones(len(frame.cuboids.pose))])
        expected = (world @ lidar_from_world.T)[:, :3]
        for centre in centres:
            assert np.linalg.norm(expected - centre, axis=1).min() < 0.01
        assert all(box.label_class == "Car" for box in read["bounding_boxes"])
