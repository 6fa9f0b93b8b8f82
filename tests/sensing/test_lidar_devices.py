"""Lidar products against their datasheets: where beams look, how dense, how often, how far."""

import numpy as np
import pytest
from simgen.sensors._lidar_scan import beam_pattern, footprint_deg
from simgen.sensors.devices import LidarDevice, lidar_device
from simgen.sensors.lidar import Lidar
from staging import box_mesh, cast, view, world

from simgen import library
from simgen.geometry import Pose
from simgen.readings import Mount, PointCloud
from simgen.render.scene import Scene
from simgen.sensing.sensor import Setting
from simgen.world.material import Material
from simgen.world.world import Surface, World

# Name, beams, points a second at 10 Hz (the sheets'), lowest and highest elevation.
SHEETS = [
    ("HDL-64E", 64, 1.33e6, -24.33, 2.0),
    ("HDL-32E", 32, 0.695e6, -30.67, 10.67),
    ("VLP-16", 16, 0.29e6, -15.0, 15.0),
    ("VLP-32C", 32, 0.58e6, -25.0, 15.0),
    ("OS0-128", 128, 1.31e6, -45.0, 45.0),
    ("OS1-64", 64, 0.655e6, -22.5, 22.5),
    ("OS1-128", 128, 1.31e6, -22.5, 22.5),
    ("OS2-128", 128, 1.31e6, -11.25, 11.25),
    ("Pandar64", 64, 1.152e6, -25.0, 15.0),
    ("AT128", 128, 1.536e6, -12.7, 12.7),
    ("Avia", 6, 0.24e6, -38.6, 38.6),
    ("Mid-360", 4, 0.2e6, -7.0, 52.0),
]


@pytest.mark.parametrize(("name", "beams", "points_per_s", "lowest_deg", "highest_deg"), SHEETS)
def test_beams_points_and_field_of_view_are_those_of_the_sheet(
    name: str, beams: int, points_per_s: float, lowest_deg: float, highest_deg: float
) -> None:
    device = lidar_device(name)
    assert device.name == name
    assert device.source
    assert len(device.elevation_deg) == len(device.azimuth_deg) == len(device.delay) == beams
    columns = device.columns(10.0)
    assert columns * 10.0 * beams == pytest.approx(points_per_s, rel=0.01)
    elevation = np.degrees(np.arcsin(_directions(device, columns)[..., 2]))
    slack_deg = 0.15 if device.repeats else 0.6  # a tenth of a second does not reach every edge of a rosette
    assert elevation.min() == pytest.approx(lowest_deg, abs=slack_deg)
    assert elevation.max() == pytest.approx(highest_deg, abs=slack_deg)
    assert np.all((device.delay >= 0.0) & (device.delay < 1.0))
    assert device.min_range_m < device.range_at_10_percent_m <= device.max_range_m


def _directions(device: LidarDevice, columns: int, start_s: float = 0.0) -> np.ndarray:
    return beam_pattern(device, columns, 180.0, 1, start_s, 0.1).directions


def test_rings_of_the_os1_are_even() -> None:
    device = lidar_device("OS1-128")
    assert np.allclose(np.diff(device.elevation_deg), 45.0 / 127.0)
    assert device.wavelength_nm == 865


def test_the_raster_covers_its_field_evenly_and_again() -> None:
    device = lidar_device("AT128")
    directions = _directions(device, 1200)
    azimuth = np.degrees(np.arctan2(directions[..., 1], directions[..., 0]))
    assert azimuth.max() == pytest.approx(60.0, abs=1e-9)
    assert azimuth.min() == pytest.approx(-60.0, abs=0.1)
    assert np.allclose(np.diff(azimuth[:, 0]), -0.1)
    assert np.array_equal(directions, _directions(device, 1200, 7.3))


@pytest.mark.parametrize("name", ["Avia", "Mid-360"])
def test_a_rosette_fills_its_field_with_time(name: str) -> None:
    """Share of cells of 1 deg that hold a point: it grows from sweep to sweep, and no sweep repeats another."""
    device = lidar_device(name)
    columns = device.columns(10.0)
    sweeps = [_directions(device, columns, 0.1 * k) for k in range(10)]
    assert np.abs(sweeps[0] - sweeps[1]).max() > 0.05
    after = [_cells(np.concatenate(sweeps[:n])) for n in (1, 3, 10)]
    assert after[1] > 1.15 * after[0]
    assert after[2] > 1.05 * after[1]


def _cells(directions: np.ndarray) -> int:
    elevation = np.degrees(np.arcsin(directions[..., 2]))
    azimuth = np.degrees(np.arctan2(directions[..., 1], directions[..., 0]))
    return len(np.unique(np.floor(4 * elevation) * 10_000 + np.floor(4 * azimuth)))


def test_the_avia_looks_ahead_within_its_ellipse() -> None:
    directions = _directions(lidar_device("Avia"), 4000)
    azimuth = np.degrees(np.arctan2(directions[..., 1], directions[..., 0]))
    assert 34.0 < np.abs(azimuth).max() <= 35.2 + 1e-9


def test_rays_of_a_footprint_carry_a_gaussian_beam() -> None:
    """Half of a round Gaussian beam's power lies within the half of its full width at half maximum."""
    across, up = footprint_deg((0.2, 0.2), 4000)
    assert np.mean(np.hypot(across, up) < 0.1) == pytest.approx(0.5, abs=0.002)
    assert across[0] == up[0] == 0.0
    assert abs(across.mean()) < 1e-3
    assert np.std(across) == pytest.approx(0.2 / 2.3548, rel=0.01)


def _read(device: str, scene: Scene, rate_hz: float = 10.0, **parameters: float | str) -> PointCloud:
    at = Pose.from_xyz_rpy(0, 0, 1.0)
    mount = Mount(sensor="lidar", device=device, ego_from_sensor=at, rate_hz=rate_hz, parameters=parameters)
    setting = Setting(name="L", mount=mount, scene=scene, seed=1, channels=(), engines={})
    sensor: Lidar = library.find("sensors", "lidar").build(setting)
    return sensor.read(view(scene.cast, lambda _row, _t: Pose.from_xyz_rpy(0, 0, 0)), 1)


def test_the_flat_scanner_measures_a_room() -> None:
    """Walls at x = 5 and y = 3, in closed form; 270 degrees in three quarters of the period."""
    white = Material(name="white", semantic="wall", reflectivity_905nm=0.8)
    walls = (
        Surface(name="ahead", mesh=box_mesh((1.0, 100.0, 10.0), (5.5, 0, 0), white)),
        Surface(name="left", mesh=box_mesh((100.0, 1.0, 10.0), (0, 3.5, 0), white)),
    )
    scene = Scene.of(World(name="room", surfaces=walls, lanes=world().lanes, origin_m=np.zeros(3)), cast(0))
    cloud = _read("LMS111", scene, 50.0)
    azimuth = np.arctan2(cloud.xyz[:, 1], cloud.xyz[:, 0])
    with np.errstate(divide="ignore"):
        ahead, left = 5.0 / np.cos(azimuth), 3.0 / np.sin(azimuth)
    expected = np.minimum(np.where(ahead > 0, ahead, np.inf), np.where(left > 0, left, np.inf))
    distance = np.linalg.norm(cloud.xyz, axis=1)
    assert np.abs(distance - expected)[expected < 15].max() < 6 * 0.012
    assert cloud.offset_ns.min() >= -20e6
    assert cloud.offset_ns.max() < -0.25 * 20e6
    assert not cloud.ring.any()


@pytest.mark.parametrize("name", ["AT128", "Avia", "Mid-360", "OS0-128"])
def test_every_kind_of_scan_sees_the_ground_where_it_is(name: str) -> None:
    cloud = _read(name, Scene.of(world(), cast(0)))
    assert len(cloud.xyz) > 500
    assert np.abs(cloud.xyz_true[:, 2] + 1.0).max() < 1e-4
    assert np.all(cloud.columns["semantic"] == 1)
    assert np.abs(cloud.offset_ns / 1e6 + 50.0).max() <= 50.0
