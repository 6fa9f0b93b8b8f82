"""What every rig of the library must be."""

import numpy as np
import pytest

from simgen import library
from simgen.geometry import Pose
from simgen.readings import Mount, Rig

RIGS = library.entries("rigs")


def _rig(name: str) -> Rig:
    rig: Rig = library.find("rigs", name).build()
    return rig


def _axis(mount: Mount, axis: tuple[float, float, float]) -> np.ndarray:
    return mount.ego_from_sensor.matrix()[:3, :3] @ np.array(axis)


@pytest.mark.parametrize("entry", RIGS, ids=lambda entry: entry.name)
def test_every_rig_is_sound(entry: library.Entry) -> None:
    rig = entry.build()
    assert isinstance(rig, Rig)
    assert rig.name == entry.name
    assert rig.mounts
    assert rig.source
    assert entry.source
    assert entry.summary
    library.find("models", rig.vehicle)
    for mount in rig.mounts.values():
        library.find("sensors", mount.sensor)
        assert np.linalg.norm(mount.ego_from_sensor.rotation) == pytest.approx(1.0)
        assert mount.rate_hz > 0
        if mount.fixed_to != "ego":
            continue
        assert -2.0 < mount.ego_from_sensor.translation[0] < 5.0
        assert 0.0 <= mount.ego_from_sensor.translation[2] < 3.0


@pytest.mark.parametrize("entry", RIGS, ids=lambda entry: entry.name)
def test_every_keyframe_is_a_camera_time_and_the_end_of_a_sweep(entry: library.Entry) -> None:
    rig = entry.build()
    keyframes = {int(np.rint(1e9 * k / rig.keyframe_hz)) for k in range(20)}
    for mount in rig.mounts.values():
        if mount.sensor in ("camera", "lidar"):
            assert keyframes <= {mount.time_ns(k) for k in range(mount.count(20 / rig.keyframe_hz))}


@pytest.mark.parametrize("entry", RIGS, ids=lambda entry: entry.name)
def test_cameras_stand_upright(entry: library.Entry) -> None:
    for mount in entry.build().mounts.values():
        if mount.sensor == "camera":
            assert abs(_axis(mount, (1, 0, 0))[2]) < 0.03
            assert _axis(mount, (0, 1, 0))[2] < -0.7


@pytest.mark.parametrize(("rig", "camera"), [("front", "FRONT"), ("rl_front", "FRONT"), ("kitti", "image_02")])
def test_front_cameras_look_along_the_egos_x(rig: str, camera: str) -> None:
    mount = _rig(rig).mounts[camera]
    assert _axis(mount, (0, 0, 1)) == pytest.approx([1, 0, 0], abs=0.03)
    assert _axis(mount, (1, 0, 0)) == pytest.approx([0, -1, 0], abs=0.03)


def test_nuscenes_cameras_look_where_they_are_named() -> None:
    """Angles of figure 4 of the paper's sensor setup."""
    rig = _rig("nuscenes")
    expected = {
        "CAM_FRONT": 0, "CAM_FRONT_LEFT": 55, "CAM_BACK_LEFT": 110, "CAM_BACK": 180, "CAM_BACK_RIGHT": -110,
        "CAM_FRONT_RIGHT": -55,
    }  # fmt: skip
    for name, degrees in expected.items():
        ahead = _axis(rig.mounts[name], (0, 0, 1))
        seen = np.degrees(np.arctan2(ahead[1], ahead[0]))
        assert abs((seen - degrees + 180) % 360 - 180) < 3
    assert _axis(rig.mounts["LIDAR_TOP"], (1, 0, 0)) == pytest.approx([0, -1, 0], abs=0.03)


def test_kitti_has_the_papers_distances() -> None:
    """Figure 3 of Geiger et al. 2013: heights 1.65 m, 1.73 m and 0.93 m, baseline 0.54 m, camera 0.27 m ahead."""
    mounts = _rig("kitti").mounts
    place = {name: mount.ego_from_sensor.translation for name, mount in mounts.items()}
    assert place["velodyne"][2] == pytest.approx(1.73)
    assert place["image_02"][2] == pytest.approx(1.65, abs=0.03)
    assert place["oxts_imu"][2] == pytest.approx(0.93, abs=0.03)
    assert place["image_02"][0] - place["velodyne"][0] == pytest.approx(0.27, abs=0.02)
    assert place["velodyne"][0] - place["oxts_imu"][0] == pytest.approx(0.81, abs=0.02)
    right: Pose = mounts["image_02"].ego_from_sensor.inverse() @ mounts["image_03"].ego_from_sensor
    assert right.translation == pytest.approx([0.5327, 0, 0], abs=1e-3)
