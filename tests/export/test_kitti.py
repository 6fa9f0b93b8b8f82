"""KITTI's files by its development kit's readme: boxes in 3D, projected, are the boxes in the image."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from simgen.errors import InputError
from simgen.export.kitti import kitti, occlusion
from simgen.library import find
from tests.record.filming import CAMERA, LIDAR, Film


def labels(folder: Path, name: str) -> list[tuple[str, np.ndarray]]:
    lines = (folder / "training/label_2" / f"{name}.txt").read_text().splitlines()
    return [(line.split()[0], np.array(line.split()[1:], dtype=float)) for line in lines]


def calibration(folder: Path, name: str) -> dict[str, np.ndarray]:
    lines = (folder / "training/calib" / f"{name}.txt").read_text().splitlines()
    return {line.split(":")[0]: np.array(line.split()[1:], dtype=float) for line in lines}


def corners(numbers: np.ndarray) -> np.ndarray:
    """As in the kit's computeBox3D.m."""
    height, width, length = numbers[7:10]
    turn = numbers[13]
    x = np.array([1, 1, -1, -1, 1, 1, -1, -1]) * length / 2
    y = np.array([0, 0, 0, 0, -1, -1, -1, -1]) * height
    z = np.array([1, -1, -1, 1, 1, -1, -1, 1]) * width / 2
    rotation = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    return (rotation @ np.stack([x, y, z])).T + numbers[10:13]


def test_every_keyframe_has_its_four_files(exported: Path, footage: Film):
    names = [f"{k:06d}" for k in range(len(footage.frames))]
    for folder, ending in (("image_2", "png"), ("velodyne", "bin"), ("calib", "txt"), ("label_2", "txt")):
        found = sorted(path.name for path in (exported / "training" / folder).iterdir())
        assert found == [f"{name}.{ending}" for name in names]
    assert (exported / "ImageSets/train.txt").read_text().split() == names
    image = cv2.imread(str(exported / "training/image_2/000001.png"))
    np.testing.assert_array_equal(image[..., ::-1], footage.frames[1].readings[CAMERA].rgb)


def test_cuboids_project_to_the_boxes_in_the_image(exported: Path, footage: Film):
    compared = 0
    for k, frame in enumerate(footage.frames):
        projection = calibration(exported, f"{k:06d}")["P2"].reshape(3, 4)
        boxes = frame.boxes[CAMERA]
        for kind, numbers in labels(exported, f"{k:06d}"):
            assert kind == "Car"
            projected = np.column_stack([corners(numbers), np.ones(8)]) @ projection.T
            pixels = projected[:, :2] / projected[:, 2:]
            low, high = pixels.min(axis=0), pixels.max(axis=0)
            row = int(np.argmin(np.abs(boxes.visible[:, 0] - numbers[3])))
            np.testing.assert_array_equal(numbers[3:7], boxes.visible[row] - [0, 0, 1, 1])
            if boxes.visibility[row] == 1.0 and boxes.truncation[row] == 0.0:
                np.testing.assert_allclose([*low, *high], numbers[3:7], atol=1.0)
                compared += 1
    assert compared >= 4


def test_points_lie_in_the_cuboids_that_their_instances_say(exported: Path, footage: Film):
    for k, frame in enumerate(footage.frames):
        name = f"{k:06d}"
        points = np.fromfile(exported / "training/velodyne" / f"{name}.bin", np.float32).reshape(-1, 4)
        sweep = frame.readings[LIDAR]
        assert len(points) == len(sweep.xyz)
        np.testing.assert_array_equal(points[:, 3], sweep.intensity)
        still = sweep.instance == 0
        np.testing.assert_allclose(points[still, :3], sweep.xyz_true[still], atol=1e-3)


def test_alpha_and_rotation_agree(exported: Path):
    for _, numbers in labels(exported, "000000"):
        alpha, turn, x, z = numbers[2], numbers[13], numbers[10], numbers[12]
        assert np.cos(alpha - (turn - np.arctan2(x, z))) == pytest.approx(1.0, abs=1e-6)
        assert -np.pi <= alpha <= np.pi


def test_occlusion_codes():
    assert [occlusion(share) for share in (1.0, 0.8, 0.79, 0.4, 0.39, 0.01, float("nan"))] == [0, 0, 1, 1, 2, 2, 3]


def test_a_folder_that_holds_something_is_left_alone(recorded: Path, tmp_path: Path):
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(InputError, match="empty folder"):
        kitti(recorded, tmp_path)
    with pytest.raises(InputError, match="got a file"):
        kitti(recorded, tmp_path / "thesis.tex")
    assert [item.name for item in tmp_path.iterdir()] == ["thesis.tex"]


def test_what_cannot_be_exported_leaves_nothing(tmp_path: Path):
    with pytest.raises(InputError, match="expected an episode"):
        kitti(tmp_path / "none.h5", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled(recorded: Path, tmp_path: Path):
    assert "4 frames" in kitti(recorded, tmp_path)


def test_the_library_lists_it():
    assert find("formats", "kitti").build is kitti
