"""Lidars on roofs, beside figures of real ones: how much of a sweep the own car takes."""

from dataclasses import replace

import numpy as np
import pytest
from simgen.sensors.lidar import Lidar
from staging import view, world

from simgen import library
from simgen.geometry import Pose
from simgen.motion import Actor, Cast
from simgen.readings import PointCloud, Rig
from simgen.render.scene import Scene
from simgen.sensing.sensor import Setting


def _sweep(rig_name: str, mount_name: str, vehicle: str) -> tuple[PointCloud, int]:
    """A sweep from that vehicle on a plane, and how many firings it had."""
    rig: Rig = library.find("rigs", rig_name).build()
    model = library.find("models", vehicle).build()
    scene = Scene.of(world(), Cast.of([Actor(id=1, name="ego", model=model, category="car", is_ego=True)]))
    mount = replace(rig.mounts[mount_name], parameters={**rig.mounts[mount_name].parameters, "sees_ego": True})
    sensor: Lidar = library.find("sensors", "lidar").build(
        Setting(name=mount_name, mount=mount, scene=scene, seed=1, channels=(), engines={})
    )
    cloud = sensor.read(view(scene.cast, lambda _row, _t: Pose.from_xyz_rpy(0, 0, 0)), 1)
    return cloud, int(sensor.attributes()["columns"])


def test_a_quarter_of_nuscenes_sweep_is_its_own_roof() -> None:
    """HDL-32E in nuScenes: 23 % of 32 x 1084 closer than 1 m."""
    vehicle = library.find("rigs", "nuscenes").build().vehicle
    cloud, columns = _sweep("nuscenes", "LIDAR_TOP", vehicle)
    near = np.linalg.norm(cloud.xyz, axis=1) < 1.0
    assert columns == 1084
    assert near.sum() / (32 * columns) == pytest.approx(0.23, abs=0.08)
    assert np.all(cloud.instance[near] == 1)


def test_the_lowest_beams_of_kitti_lose_half_to_its_own_roof() -> None:
    """HDL-64E in KITTI: about 1090 of 2083 returns in the lowest ring, on an estate car."""
    cloud, columns = _sweep("kitti", "velodyne", "estate")
    rings = np.bincount(cloud.ring, minlength=64)
    assert columns == 2083
    assert 500 < rings[0] < 1400
    assert np.all(np.diff(rings[:12]) > -20)
