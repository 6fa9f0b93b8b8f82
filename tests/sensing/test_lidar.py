"""The lidar against closed forms: ranges, skew, truth, link budget, fog, noise."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from simgen.sensors.devices import lidar_device
from simgen.sensors.lidar import Lidar
from staging import BODY, GROUND, box_mesh, cast, plane_mesh, view, world

from simgen import library
from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.motion import View
from simgen.readings import Mount, PointCloud
from simgen.render.scene import Scene
from simgen.sensing.sensor import Setting
from simgen.world.material import Material
from simgen.world.taxonomy import code_of
from simgen.world.weather import Weather
from simgen.world.world import Surface, World

HEIGHT = 1.8


def _lidar(
    scene: Scene, device: str = "HDL-64E", rate_hz: float = 10.0, seed: int = 5, name: str = "LIDAR", **parameters: Any
) -> Lidar:
    mount = Mount(
        sensor="lidar",
        device=device,
        ego_from_sensor=Pose.from_xyz_rpy(0, 0, HEIGHT),
        rate_hz=rate_hz,
        parameters=parameters,
    )
    setting = Setting(name=name, mount=mount, scene=scene, seed=seed, channels=(), engines={})
    sensor: Lidar = library.find("sensors", "lidar").build(setting)
    return sensor


def _scene(*surfaces: Surface, boxes: int = 0) -> Scene:
    return Scene.of(world(*surfaces), cast(boxes))


def _still(row: int, t: float) -> Pose:
    return Pose.from_xyz_rpy(0, 0, 0) if row == 0 else Pose.from_xyz_rpy(30.0 * row, 0, 0)


def _view(scene: Scene, pose_at: Callable[[int, float], Pose] = _still, **more: Any) -> View:
    return view(scene.cast, pose_at, **more)


def _distance(cloud: PointCloud, name: str = "xyz") -> np.ndarray:
    return np.linalg.norm(cloud.columns[name].astype(np.float64), axis=1)


def _wall(x: float, material: Material = BODY) -> Surface:
    return Surface(name="wall", mesh=box_mesh((1.0, 300.0, 40.0), (x + 0.5, 0, 15), material))


@pytest.mark.parametrize(("device", "rate_hz"), [("HDL-64E", 10.0), ("HDL-32E", 20.0), ("VLP-16", 10.0)])
def test_ground_is_met_at_height_over_sine_of_each_beams_elevation(device: str, rate_hz: float) -> None:
    scene = _scene()
    cloud = _lidar(scene, device, rate_hz).read(_view(scene), 1)
    table = lidar_device(device)
    elevation = np.radians(table.elevation_deg)[cloud.ring]
    measured, true = _distance(cloud), _distance(cloud, "xyz_true")
    assert np.abs(true - HEIGHT / -np.sin(elevation)).max() < 1e-4
    assert np.abs(np.arcsin(cloud.xyz[:, 2] / measured) - elevation).max() < 1e-6
    assert np.abs(measured - true).max() < 7 * 0.1
    assert np.all(cloud.columns["semantic"] == 1)
    assert not cloud.instance.any()
    assert not cloud.flow.any()


def test_every_beam_that_looks_down_enough_returns_in_every_column() -> None:
    scene = _scene()
    cloud = _lidar(scene).read(_view(scene), 1)
    table = lidar_device("HDL-64E")
    counts = np.bincount(cloud.ring, minlength=64)
    # A 20 % plane of slopes s is seen where 0.2 (sin e + B/A cos^2 e) (h / sin e)^-2 > 0.1 / 50^2, by the manual
    # and Oren and Nayar; alpha = 0.8^2 for a roughness of 0.8.
    s2 = np.arctan(0.64 / np.sqrt(2.0)) ** 2
    gain = (0.45 * s2 / (s2 + 0.09)) / (1.0 - 0.5 * s2 / (s2 + 0.33))
    sine = np.sin(np.radians(-table.elevation_deg))
    power = 0.2 * (sine + gain * (1.0 - sine**2)) * sine**2 / HEIGHT**2
    threshold = 0.1 / 50.0**2
    assert np.all(counts[(power > 2.5 * threshold) & (sine > 0)] == 2083)
    assert np.all(counts[(power < 0.15 * threshold) | (sine < 0)] <= 1)


def test_times_and_columns_of_a_sweep() -> None:
    scene = _scene()
    cloud = _lidar(scene).read(_view(scene), 1)
    assert cloud.time_ns == 100_000_000
    offset, column = cloud.offset_ns.astype(np.int64), cloud.column.astype(np.int64)
    assert offset.max() < 0
    assert offset.min() >= -100_000_000
    period = 1e8 / 2083
    assert np.all(offset >= -1e8 + column * period - 2)
    assert np.all(offset <= -1e8 + (column + 1) * period + 2)
    table = lidar_device("HDL-64E")
    azimuth = np.degrees(np.arctan2(cloud.xyz[:, 1], cloud.xyz[:, 0])) - table.azimuth_deg[cloud.ring]
    expected = 180.0 - 360.0 * (offset + 1e8) / 1e8
    assert np.abs((azimuth - expected + 180) % 360 - 180).max() < 1e-3


def test_skew_of_a_moving_and_turning_ego_and_its_removal() -> None:
    """A wall x = 20 and the ground seen from an ego that drives and turns: both in closed form at each ray's time."""

    def pose_at(row: int, t: float) -> Pose:
        return Pose.from_xyz_rpy(15 * t, 2 * t, 0, 0, 0, 0.8 * t) if row == 0 else Pose.from_xyz_rpy(100, 100, 0)

    scene = _scene(_wall(20.0))
    cloud = _lidar(scene).read(_view(scene, pose_at), 1)
    assert isinstance(cloud, PointCloud)
    t = 0.1 + cloud.offset_ns * 1e-9
    direction = cloud.xyz / _distance(cloud)[:, None]
    yaw = 0.8 * t
    x = np.cos(yaw) * direction[:, 0] - np.sin(yaw) * direction[:, 1]
    y = np.sin(yaw) * direction[:, 0] + np.cos(yaw) * direction[:, 1]
    with np.errstate(divide="ignore"):
        to_wall = np.where(x > 0, (20.0 - 15 * t) / x, np.inf)
        to_ground = np.where(direction[:, 2] < 0, HEIGHT / -direction[:, 2], np.inf)
    expected = np.minimum(to_wall, to_ground)
    error = _distance(cloud) - expected
    assert np.abs(np.median(error)) < 1e-3
    assert np.percentile(np.abs(error), 99) < 0.1
    # The truth stands still in the world, where the sensor is at the end of the sweep.
    at_end = Pose.from_matrix(cloud.world_from_sensor).apply(cloud.xyz_true.astype(np.float64))
    true = np.stack([15 * t + x * expected, 2 * t + y * expected, HEIGHT + direction[:, 2] * expected], axis=1)
    assert np.abs(at_end - true).max() < 2e-3
    on_wall = to_wall < to_ground - 1e-3
    assert np.abs(at_end[on_wall, 0] - 20).max() < 1e-3
    assert cloud.world_from_sensor[0, 3] == pytest.approx(1.5)


def test_truth_of_a_moving_actor_moves_with_it() -> None:
    """The face x = 8 - 12 t of a box that comes closer: measured where it was, true where it is at the end."""

    def pose_at(row: int, t: float) -> Pose:
        return Pose.from_xyz_rpy(0, 0, 0) if row == 0 else Pose.from_xyz_rpy(12.0 - 12 * t, 0, 0)

    scene = _scene(boxes=1)
    cloud = _lidar(scene, start_azimuth_deg=90.0).read(_view(scene, pose_at), 1)
    seen = cloud.instance == 2
    assert seen.sum() > 500
    assert np.all(cloud.columns["semantic"][seen] == 40)
    face = seen & (cloud.xyz_true[:, 2] + HEIGHT < 1.499)
    t = 0.1 + cloud.offset_ns[face] * 1e-9
    assert np.abs(cloud.xyz_true[face, 0] - (12 - 1.2 - 2)).max() < 1e-3
    assert np.std(cloud.xyz[face, 0] - (12 - 12 * t - 2)) < 0.03
    assert np.abs(cloud.flow[seen] - [-12, 0, 0]).max() < 1e-3
    assert np.all(np.abs(cloud.xyz_true[seen, 1]) < 0.9 + 1e-4)


def test_range_noise_is_that_of_the_datasheet_on_a_near_target() -> None:
    scene = _scene(_wall(5.0, Material(name="white", semantic="wall", reflectivity_905nm=0.9)))
    cloud = _lidar(scene).read(_view(scene), 1)
    near = (cloud.xyz_true[:, 0] > 4.9) & (np.abs(cloud.xyz_true[:, 1]) < 3)
    error = (_distance(cloud) - _distance(cloud, "xyz_true"))[near]
    n = near.sum()
    assert n > 3000
    assert np.std(error) == pytest.approx(0.02, rel=0.05)
    assert abs(np.mean(error)) < 4 * 0.02 / np.sqrt(n)
    steps = _distance(cloud)[near] / 0.002
    assert np.abs(steps - np.rint(steps)).max() < 2e-3


def test_intensity_is_lambertian_and_in_steps() -> None:
    half = Material(name="half", semantic="wall", reflectivity_905nm=0.5, roughness=0.05)
    scene = _scene(_wall(6.0, half))
    cloud = _lidar(scene).read(_view(scene), 1)
    near = (cloud.columns["semantic"] == code_of("wall")) & (np.abs(cloud.xyz_true[:, 1]) < 15)
    cosine = cloud.xyz_true[near, 0] / _distance(cloud, "xyz_true")[near]
    floor = lidar_device("HDL-64E").intensity_floor
    assert np.abs(cloud.intensity[near] * (1 - floor) + floor - 0.5 * cosine).max() < 0.03
    assert np.abs(cloud.intensity * 100 - np.rint(cloud.intensity * 100)).max() < 1e-4


def test_a_ten_percent_target_is_seen_half_the_time_at_the_datasheets_range() -> None:
    dark = Material(name="dark", semantic="wall", reflectivity_905nm=0.1)
    for x, low, high in [(30.0, 0.99, 1.0), (50.0, 0.3, 0.7), (75.0, 0.0, 0.01)]:
        scene = Scene.of(_only(_wall(x, dark)), cast(0))
        cloud = _lidar(scene).read(_view(scene), 1)
        table = lidar_device("HDL-64E")
        level = np.abs(table.elevation_deg[cloud.ring]) < 1.0
        straight = np.abs(np.arctan2(cloud.xyz[:, 1], cloud.xyz[:, 0])) < np.radians(3)
        asked = (np.abs(table.elevation_deg) < 1.0).sum() * 2083 * 6 / 360
        assert low <= (level & straight).sum() / asked <= high * 1.03 + 0.005


def _only(*surfaces: Surface) -> World:
    """No ground."""
    plain = world()
    return World(name="bare", surfaces=surfaces, lanes=plain.lanes, origin_m=np.zeros(3))


def test_fog_weakens_by_beer_and_lambert_both_ways() -> None:
    white = Material(name="white", semantic="wall", reflectivity_905nm=0.9)
    scene = Scene.of(_only(_wall(10.0, white)), cast(0))
    weather = Weather(fog=0.5)
    clear = _lidar(scene).read(_view(scene), 1)
    foggy = _lidar(scene).read(_view(scene, weather=weather), 1)
    means = []
    for cloud in (clear, foggy):
        straight = (np.abs(cloud.xyz_true[:, 1]) < 1) & (np.abs(cloud.xyz_true[:, 2]) < 1)
        floor = lidar_device("HDL-64E").intensity_floor
        means.append(cloud.intensity[straight].mean() * (1 - floor) + floor)
    assert means[1] / means[0] == pytest.approx(np.exp(-2 * weather.extinction_per_m * 10.05), rel=0.02)


def test_dense_fog_gives_near_labelled_clutter_and_hides_what_is_far() -> None:
    scene = _scene(_wall(60.0))
    foggy = _lidar(scene).read(_view(scene, weather=Weather(fog=1.0)), 1)
    clear = _lidar(scene).read(_view(scene), 1)
    assert not clear.is_clutter.any()
    clutter = foggy.is_clutter
    assert 0.02 < clutter.mean() < 0.9
    assert not foggy.instance[clutter].any()
    assert np.isnan(foggy.xyz_true[clutter]).all()
    assert np.isfinite(foggy.xyz_true[~clutter]).all()
    assert np.percentile(_distance(foggy)[clutter], 99) < 15
    assert np.median(foggy.intensity[clutter]) < 0.05
    assert np.percentile(_distance(foggy), 99) < 30 < _distance(clear).max()


def test_glass_drops_out_and_signs_shine() -> None:
    glass = Material(name="glass", semantic="building", reflectivity_905nm=0.05, transparent=True)
    sign = Material(name="sign", semantic="traffic_sign", reflectivity_905nm=0.9, retroreflective=True)
    for material, x, seen in [(glass, 70.0, False), (sign, 110.0, True)]:
        scene = Scene.of(_only(_wall(x, material)), cast(0))
        cloud = _lidar(scene).read(_view(scene), 1)
        angle = np.degrees(np.arccos(np.clip(cloud.xyz[:, 0] / _distance(cloud), -1, 1)))
        assert ((np.abs(angle - 5) < 3).sum() > 500) == seen
        assert (angle < 1).any()
        if seen:
            assert np.all(cloud.intensity[angle < 5] == 1.0)


def test_equal_bytes_again_in_another_order_and_by_another_instance() -> None:
    scene = _scene(boxes=2)
    seen = _view(scene)
    first, second = _lidar(scene), _lidar(scene)
    one = [first.read(seen, k) for k in (0, 1, 2)]
    two = [second.read(seen, k) for k in (2, 0, 1)]
    for a, b in zip(one, (two[1], two[2], two[0]), strict=True):
        assert all(a.columns[name].tobytes() == b.columns[name].tobytes() for name in a.columns)
    assert one[0].xyz.tobytes() != one[1].xyz.tobytes()
    assert _lidar(scene, name="OTHER").read(seen, 0).xyz.tobytes() != one[0].xyz.tobytes()


def test_columns_have_the_types_of_the_format() -> None:
    scene = _scene(boxes=1)
    cloud = _lidar(scene).read(_view(scene), 1)
    types = {name: (array.dtype.str[1:], array.shape[1:]) for name, array in cloud.columns.items()}
    assert types == {
        "xyz": ("f4", (3,)),
        "intensity": ("f4", ()),
        "ring": ("u2", ()),
        "column": ("u2", ()),
        "offset_ns": ("i4", ()),
        "return": ("u1", ()),
        "semantic": ("u1", ()),
        "instance": ("u4", ()),
        "is_clutter": ("b1", ()),
        "xyz_true": ("f4", (3,)),
        "flow": ("f4", (3,)),
    }
    assert cloud.rings == 64


@pytest.mark.parametrize(
    ("device", "rate_hz", "parameters"),
    [
        ("", 10.0, {}),
        ("HDL-63", 10.0, {}),
        ("HDL-64E", 60.0, {}),
        ("HDL-64E", 10.0, {"beams": 3}),
        ("HDL-64E", 10.0, {"start_azimuth_deg": float("nan")}),
        ("lidar", 10.0, {}),
    ],
)
def test_bad_mounts_give_one_line(device: str, rate_hz: float, parameters: dict[str, Any]) -> None:
    with pytest.raises(InputError) as error:
        _lidar(_scene(), device, rate_hz, **parameters)
    assert "\n" not in str(error.value)


def test_the_ground_of_the_stage_is_what_the_tests_say() -> None:
    assert GROUND.reflectivity_905nm == 0.2
    assert plane_mesh().bounds()[1, 0] == 200.0
