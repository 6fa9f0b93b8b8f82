"""KITTI's object detection layout: image_2, velodyne, calib, label_2."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Float, Float32
from numpy import ndarray

from simgen.errors import InputError
from simgen.export.folder import whole_folder
from simgen.geometry import Pose
from simgen.library import entry
from simgen.readings import FAULTS
from simgen.record.dataset import episode_paths
from simgen.record.episode import Episode, StoredFrame
from simgen.record.playback import trajectory
from simgen.record.stored import StoredSensor
from simgen.world.taxonomy import BY_NAME

DONT_CARE_PX = 8.0
"""Visible boxes lower than this are regions that nobody should be judged by."""

_FOLDERS = ("image_2", "velodyne", "calib", "label_2")
_DONT_CARE = "DontCare -1 -1 -10 {:.2f} {:.2f} {:.2f} {:.2f} -1 -1 -1 -1000 -1000 -1000 -10"
_DROPPED = 1 << FAULTS.index("dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setup:
    """What is exported of a rig.

    Attributes:
        camera: the reference camera; its optical frame is KITTI's rectified frame.
        right: a parallel camera to its right (image_3), if there is one.
    """

    camera: StoredSensor
    right: StoredSensor | None
    lidar: StoredSensor
    imu: StoredSensor | None


@entry("formats", "kitti", source="Geiger et al. 2012, KITTI object development kit, readme.txt")
def kitti(source: Path, dest: Path) -> str:
    """KITTI object detection: images, points, calibration and labels of keyframes, for any rig with camera and lidar.

    The reference camera is the rig's first that looks ahead. Points are what the lidar measured, moved with the ego to
    the time of the labels. Boxes in the image are the visible ones. Pixel centres have integer coordinates in KITTI,
    so principal points are half a pixel less than in the episode.

    Args:
        source: an episode or a dataset.
        dest: a folder that is empty or does not exist.

    Returns:
        One line about what was written.

    Raises:
        InputError: nothing to export, or a folder that is not empty.
    """
    count = 0
    with whole_folder(Path(dest)) as folder:
        for name in _FOLDERS:
            (folder / "training" / name).mkdir(parents=True)
        for path in episode_paths(source):
            with Episode(path) as episode:
                setup = _setup(episode)
                for frame in episode:
                    count += _write_frame(folder / "training", f"{count:06d}", episode, setup, frame)
        (folder / "ImageSets").mkdir()
        names = "".join(f"{index:06d}\n" for index in range(count))
        (folder / "ImageSets" / "train.txt").write_text(names, encoding="utf-8")
    return f"{dest}: {count} frames"


def _setup(episode: Episode) -> _Setup:
    cameras = [episode.sensors[name] for name in episode.cameras if "rgb" in episode.sensors[name].columns]
    lidars = [episode.sensors[name] for name in episode.lidars]
    if not cameras or not lidars:
        raise InputError(f"{episode.path}: expected a camera with rgb and a lidar, got {', '.join(episode.sensors)}")
    ahead = [float(camera.attributes["ego_from_sensor"][0, 2]) for camera in cameras]
    reference = cameras[int(np.argmax(np.round(ahead, 3)))]
    if str(reference.attributes["model"]) != "pinhole":
        raise InputError(
            f"{episode.path}: {reference.name}: expected a pinhole camera, got {reference.attributes['model']}"
        )
    right = next((camera for camera in cameras if camera is not reference and _is_right_of(reference, camera)), None)
    imu = next((sensor for sensor in episode.sensors.values() if sensor.kind == "imu"), None)
    return _Setup(camera=reference, right=right, lidar=lidars[0], imu=imu)


def _is_right_of(left: StoredSensor, right: StoredSensor) -> bool:
    left_from_right = np.linalg.inv(left.attributes["ego_from_sensor"]) @ right.attributes["ego_from_sensor"]
    parallel = np.allclose(left_from_right[:3, :3], np.eye(3), atol=1e-3)
    return bool(parallel and left_from_right[0, 3] > 0.01)


def _write_frame(folder: Path, name: str, episode: Episode, setup: _Setup, frame: StoredFrame) -> bool:
    image, sweep = setup.camera.nearest(frame.time_ns), setup.lidar.nearest(frame.time_ns)
    if (image.faults | sweep.faults) & _DROPPED:
        return False
    rgb = setup.camera.item(image.k)["rgb"]
    if not cv2.imwrite(str(folder / "image_2" / f"{name}.png"), rgb[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 3]):
        raise OSError(f"{folder}: OpenCV cannot write {name}.png")
    _points(episode, setup.lidar, sweep.k).tofile(folder / "velodyne" / f"{name}.bin")
    (folder / "calib" / f"{name}.txt").write_text(_calibration(setup), encoding="utf-8")
    lines = _labels(episode, frame, setup.camera, image.k)
    (folder / "label_2" / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return True


def _points(episode: Episode, lidar: StoredSensor, k: int) -> Float32[ndarray, "p 4"]:
    sweep = lidar.item(k)
    times, where = np.unique(sweep["offset_ns"].astype(np.int64) + lidar.times_ns[k], return_inverse=True)
    points = sweep["xyz"].astype(np.float64)
    if len(points):
        world_from_ego = trajectory(episode.file, episode.ego_row, times)
        world_from_lidar = world_from_ego @ Pose.from_matrix(lidar.attributes["ego_from_sensor"])
        points = Pose.from_matrix(lidar.poses[k]).inverse().apply(world_from_lidar[where].apply(points))
    return np.column_stack([points, sweep["intensity"]]).astype(np.float32)


def _calibration(setup: _Setup) -> str:
    camera_from_ego = np.linalg.inv(setup.camera.attributes["ego_from_sensor"])
    velo_from_ego = np.linalg.inv(setup.lidar.attributes["ego_from_sensor"])
    left = _projection(setup.camera, np.zeros(3))
    right = left
    if setup.right is not None:
        reference_from_right = camera_from_ego @ setup.right.attributes["ego_from_sensor"]
        right = _projection(setup.right, -reference_from_right[:3, 3])
    imu = np.eye(4) if setup.imu is None else setup.imu.attributes["ego_from_sensor"]
    matrices = {
        "P0": left,
        "P1": right,
        "P2": left,
        "P3": right,
        "R0_rect": np.eye(3),
        "Tr_velo_to_cam": (camera_from_ego @ setup.lidar.attributes["ego_from_sensor"])[:3],
        "Tr_imu_to_velo": (velo_from_ego @ imu)[:3],
    }
    return "".join(f"{name}: {' '.join(f'{x:.12e}' for x in matrix.ravel())}\n" for name, matrix in matrices.items())


def _projection(camera: StoredSensor, offset: Float[ndarray, "3"]) -> Float[ndarray, "3 4"]:
    intrinsic = camera.attributes["K"].copy()
    intrinsic[:2, 2] -= 0.5
    return intrinsic @ np.column_stack([np.eye(3), offset])


def _labels(episode: Episode, frame: StoredFrame, camera: StoredSensor, k: int) -> list[str]:
    boxes, cuboids = episode.boxes(camera.name, k), frame.cuboids
    rows = {int(actor_id): row for row, actor_id in enumerate(cuboids.actor_id)}
    camera_from_world = Pose.from_matrix(np.linalg.inv(camera.poses[k]))
    lines = []
    for i in np.argsort(boxes.distance_m, kind="stable").tolist():
        actor_id, box = int(boxes.actor_id[i]), boxes.visible[i] - np.array([0.0, 0.0, 1.0, 1.0])
        if not np.isfinite(box).all() or actor_id not in rows:
            continue
        kind = BY_NAME[episode.actors[actor_id - 1].category].kitti
        if kind == "DontCare" or box[3] - box[1] + 1 < DONT_CARE_PX:
            lines.append(_DONT_CARE.format(*box))
            continue
        row = rows[actor_id]
        centre = camera_from_world @ Pose.from_array(cuboids.pose[row])
        facts = f"{kind} {boxes.truncation[i]:.2f} {occlusion(float(boxes.visibility[i]))}"
        lines.append(f"{facts} {_geometry(centre, cuboids.extent_m[row], box)}")
    return lines


def occlusion(visibility: float) -> int:
    """KITTI's code: 0 fully visible, 1 partly occluded, 2 largely occluded, 3 unknown."""
    if np.isnan(visibility):
        return 3
    return 0 if visibility >= 0.8 else 1 if visibility >= 0.4 else 2


def _geometry(centre: Pose, extent: Float32[ndarray, "3"], box: Float[ndarray, "4"]) -> str:
    length, width, height = extent.tolist()
    bottom = centre.apply(np.array([0.0, 0.0, -height / 2]))
    heading = centre.apply(np.array([1.0, 0.0, 0.0])) - centre.translation
    rotation_y = np.arctan2(-heading[2], heading[0])
    alpha = _wrapped(rotation_y - np.arctan2(bottom[0], bottom[2]))
    numbers = [*box, height, width, length, *bottom, rotation_y]
    return f"{alpha:.4f} {' '.join(f'{x:.4f}' for x in numbers)}"


def _wrapped(angle: float) -> float:
    return float((angle + np.pi) % (2 * np.pi) - np.pi)
