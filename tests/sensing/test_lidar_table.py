"""A beam table of one's own, and a calibration that gets it back from the points alone."""

from pathlib import Path

import numpy as np
import pytest
from simgen.sensors.devices import lidar_device
from simgen.sensors.lidar import Lidar
from staging import box_mesh, cast, view, world

from simgen import library
from simgen.geometry import Pose
from simgen.readings import Mount, PointCloud
from simgen.render.scene import Scene
from simgen.sensing.sensor import Setting
from simgen.world.material import Material
from simgen.world.world import Surface, World

MINE = str(Path(__file__).resolve().parents[2] / "examples" / "my_lidar.py")
HALF_M = 8.0


def _room() -> Scene:
    """A square room with its floor 4 m below and its ceiling 4 m above the sensor."""
    white = Material(name="white", semantic="wall", reflectivity_905nm=0.8)
    walls = [
        Surface(name=f"wall{k}", mesh=box_mesh(size, centre, white))
        for k, (size, centre) in enumerate(
            [
                ((1.0, 40.0, 8.0), (HALF_M + 0.5, 0, 0)),
                ((1.0, 40.0, 8.0), (-HALF_M - 0.5, 0, 0)),
                ((40.0, 1.0, 8.0), (0, HALF_M + 0.5, 0)),
                ((40.0, 1.0, 8.0), (0, -HALF_M - 0.5, 0)),
                ((40.0, 40.0, 1.0), (0, 0, 4.5)),
                ((40.0, 40.0, 1.0), (0, 0, -4.5)),
            ]
        )
    ]
    return Scene.of(World(name="room", surfaces=tuple(walls), lanes=world().lanes, origin_m=np.zeros(3)), cast(0))


def _sweep(device: str) -> PointCloud:
    mount = Mount(sensor="lidar", device=device, ego_from_sensor=Pose.identity(), rate_hz=10.0)
    scene = _room()
    setting = Setting(name="L", mount=mount, scene=scene, seed=2, channels=(), engines={})
    sensor: Lidar = library.find("sensors", "lidar").build(setting)
    return sensor.read(view(scene.cast, lambda _row, _t: Pose.from_xyz_rpy(0, 0, 0)), 1)


def _estimate(cloud: PointCloud, rings: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Elevation and azimuth of each beam, degrees: means over its points' directions; the azimuth from where the head
    stands at the time of firing, turning once clockwise a sweep from -x."""
    xyz = cloud.xyz.astype(np.float64)
    elevation = np.degrees(np.arctan2(xyz[:, 2], np.hypot(xyz[:, 0], xyz[:, 1])))
    head = 180.0 - 360.0 * (1.0 + cloud.offset_ns * 1e-9 / 0.1)
    beside = np.mod(np.degrees(np.arctan2(xyz[:, 1], xyz[:, 0])) - head + 180.0, 360.0) - 180.0
    count = np.bincount(cloud.ring, minlength=rings)
    assert count.min() > 0.9 * columns
    return (
        np.bincount(cloud.ring, elevation, minlength=rings) / count,
        np.bincount(cloud.ring, beside, minlength=rings) / count,
    )


@pytest.mark.parametrize("device", ["HDL-64E", "VLP-32C", "OS1-64", "Pandar64", MINE])
def test_the_beam_table_comes_back_from_the_points(device: str) -> None:
    table, cloud = lidar_device(device), _sweep(device)
    elevation, azimuth = _estimate(cloud, len(table.elevation_deg), table.columns(10.0))
    assert np.abs(elevation - table.elevation_deg).max() < 1e-3
    assert np.abs(azimuth - table.azimuth_deg).max() < 2e-3


def test_planes_are_flat_and_where_they_are() -> None:
    """Each wall fitted by the measured points alone: its distance to a millimetre, its residual that of the range."""
    cloud = _sweep("OS1-64")
    for axis in range(2):
        for sign in (-1.0, 1.0):
            on = (sign * cloud.xyz_true[:, axis] > HALF_M - 1e-3) & (np.abs(cloud.xyz_true[:, 1 - axis]) < 4)
            points = cloud.xyz[on].astype(np.float64)
            middle = points.mean(axis=0)
            normal = np.linalg.svd(points - middle, full_matrices=False)[2][2]
            assert abs(abs(normal[axis]) - 1.0) < 1e-6
            assert abs(middle @ normal) == pytest.approx(HALF_M, abs=2e-3)
            assert np.std((points - middle) @ normal) == pytest.approx(0.01, rel=0.1)


def test_a_lidar_of_ones_own_is_one_file() -> None:
    lines = Path(MINE).read_text().splitlines()
    assert len(lines) < 40
    found = lidar_device(MINE)
    assert found.name == "my lidar"
    cloud = _sweep(MINE)
    assert cloud.rings == 12
    assert set(cloud.ring.tolist()) == set(range(12))
