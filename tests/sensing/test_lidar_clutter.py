"""Halos, spray, puddles and paint: what makes clutter, and what swallows light, each against a closed form."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from simgen.sensors._lidar_echo import is_puddle
from simgen.sensors._lidar_sky import paint_reflectance, puddle_share
from simgen.sensors._lidar_spray import EXTINCTION_PER_M, plume, sprays
from simgen.sensors._lidar_stray import STRAY_SHARE, Stray, halo_share
from simgen.sensors.lidar import Lidar
from staging import box_mesh, cast, view, world

from simgen import library
from simgen.geometry import Pose
from simgen.motion import Actor, Cast
from simgen.readings import Mount, PointCloud
from simgen.render.raycast_crew import Crew
from simgen.render.raycast_pattern import RayPattern
from simgen.render.scene import Scene
from simgen.sensing.sensor import Setting
from simgen.world.material import Material
from simgen.world.weather import Weather
from simgen.world.world import Surface, World

SIGN = Material(name="sign", semantic="traffic_sign", reflectivity_905nm=0.9, retroreflective=True)
BODY = np.array([[-1.0, -0.9, 0.3], [3.5, 0.9, 1.5]])


def _read(scene: Scene, weather: Weather | None = None, speed: float = 0.0, **parameters: Any) -> PointCloud:
    at = Pose.from_xyz_rpy(0, 0, 1.8)
    mount = Mount(sensor="lidar", device="HDL-64E", ego_from_sensor=at, rate_hz=10.0, parameters=parameters)
    sensor: Lidar = library.find("sensors", "lidar").build(
        Setting(name="L", mount=mount, scene=scene, seed=1, channels=(), engines={})
    )

    def pose_at(row: int, t: float) -> Pose:
        return Pose.from_xyz_rpy(0, 0, 0) if row == 0 else Pose.from_xyz_rpy(12 + speed * (t - 0.2), 0, 0)

    return sensor.read(view(scene.cast, pose_at, weather=weather or Weather()), 1)


def _bare(*surfaces: Surface) -> Scene:
    return Scene.of(World(name="bare", surfaces=surfaces, lanes=world().lanes, origin_m=np.zeros(3)), cast(0))


def _sign(x: float, material: Material = SIGN) -> Surface:
    return Surface(name="sign", mesh=box_mesh((0.05, 0.6, 0.6), (x, 0, 1.6), material))


def test_a_near_sign_has_a_rim_of_labelled_points_at_its_range_and_a_far_or_dull_one_has_none() -> None:
    rims = []
    for surface in (_sign(8.0), _sign(60.0), _sign(8.0, dataclasses.replace(SIGN, retroreflective=False))):
        cloud = _read(_bare(surface))
        rims.append(int(cloud.is_clutter.sum()))
        assert (~cloud.is_clutter).any()
        assert not cloud.instance[cloud.is_clutter].any()
        assert np.isnan(cloud.xyz_true[cloud.is_clutter]).all()
    assert rims[0] > 20
    assert rims[1] == rims[2] == 0
    cloud = _read(_bare(_sign(8.0)))
    rim = cloud.xyz[cloud.is_clutter]
    assert np.abs(np.linalg.norm(rim, axis=1) - 8.0).max() < 0.2
    off = np.degrees(np.arccos(rim[:, 0] / np.linalg.norm(rim, axis=1)))
    assert 2.0 < off.max() < 2.2 + 1.6 + 1.5  # half the sign is 2.2 to 3 degrees wide
    assert np.median(cloud.intensity[cloud.is_clutter]) < 0.1 < cloud.intensity[~cloud.is_clutter].min()


def test_a_halo_is_seen_behind_what_stands_before_it() -> None:
    """The lower rim meets a low wall in front; its beams see both with two returns."""
    wall = Surface(name="wall", mesh=box_mesh((0.2, 20.0, 3.08), (4.0, 0, 0.0), Material(name="w", semantic="wall")))
    cloud = _read(_bare(_sign(8.0), wall), returns="dual")
    keys = cloud.ring.astype(int) * 10_000 + cloud.column
    behind = set(keys[cloud.is_clutter]) & set(keys[~cloud.is_clutter])
    assert len(behind) > 3


def test_halo_falls_with_the_cube_of_the_angle() -> None:
    assert halo_share(np.array([0.0]))[0] == STRAY_SHARE
    far = halo_share(np.array([10.0, 20.0]))
    assert far[0] / far[1] == pytest.approx(8.0, rel=0.01)


def _car(speed: float, wetness: float = 1.0) -> Any:
    return plume(np.eye(4), np.array([speed, 0.0, 0.0]), BODY, wetness)


def test_spray_needs_speed_and_water_and_grows_with_the_square_of_speed() -> None:
    assert _car(5.0) is None
    assert _car(30.0, 0.0) is None
    assert _car(100 / 3.6).extinction_per_m == pytest.approx(EXTINCTION_PER_M)
    assert _car(15.0).extinction_per_m * 4 == pytest.approx(_car(30.0).extinction_per_m)
    assert _car(20.0, 0.5).extinction_per_m * 2 == pytest.approx(_car(20.0).extinction_per_m)


def test_light_across_a_plume_is_lost_by_beer_and_lambert() -> None:
    """Across, 3 m behind the rear: exp(-2 alpha w), with the alpha of that place."""
    found = _car(25.0)
    pattern = RayPattern.of(np.tile([0.0, 1.0, 0.0], (125, 16, 1)))
    at = np.tile(Pose.from_xyz_rpy(-1.0 - 3.0, -10.0, 1.0).matrix(), (2, 1, 1))
    fired = (pattern, at, np.full(pattern.count, -1, np.int32))

    def through(end: float) -> tuple[Stray, np.ndarray]:
        power = np.ones(pattern.count, np.float32)
        t, rng = np.full(pattern.count, end, np.float32), np.random.default_rng(1)
        return sprays([found], fired, 1, t, power, 1.5, rng, Crew(2)), power

    stray, power = through(np.inf)
    alpha = EXTINCTION_PER_M * (25.0 / (100 / 3.6)) ** 2 * np.exp(-3.0 / (25.0 * 0.6))
    width = 1.3 * 1.8
    assert power[0] == pytest.approx(np.exp(-2 * alpha * width), rel=1e-6)
    assert sorted(stray.beam) == list(range(pattern.count))
    assert np.all(np.abs(stray.distance_m - 10.0) <= 0.5 * width)
    # where light is lost, it comes back from: a uniform share of what is lost lies before each place
    share = (1 - np.exp(-2 * alpha * (stray.distance_m - 10.0 + 0.5 * width))) / (1 - power[0])
    assert share.mean() == pytest.approx(0.5, abs=0.03)
    blocked, whole = through(5.0)
    assert not len(blocked.beam)
    assert np.all(whole == 1)


def test_a_fast_car_on_a_wet_road_trails_labelled_points_that_hide_it() -> None:
    saloon = library.find("models", "saloon").build()
    actors = [Actor(id=k + 1, name=f"a{k}", model=saloon, category=saloon.category, is_ego=k == 0) for k in range(2)]
    scene = Scene.of(world(), Cast.of(actors))
    clouds = {
        name: _read(scene, Weather(wetness=wetness), speed)
        for name, wetness, speed in (("dry", 0.0, 25.0), ("slow", 1.0, 4.0), ("fast", 1.0, 25.0))
    }
    tail = {name: int((cloud.is_clutter & _behind(cloud)).sum()) for name, cloud in clouds.items()}
    assert tail["fast"] > 50
    assert tail["dry"] == tail["slow"] == 0
    seen = {name: int((cloud.instance == 2).sum()) for name, cloud in clouds.items()}
    assert 0 < seen["fast"] < seen["dry"]


def _behind(cloud: PointCloud) -> np.ndarray:
    return (cloud.xyz[:, 0] > 0) & (cloud.xyz[:, 0] < 9) & (np.abs(cloud.xyz[:, 1]) < 2) & (cloud.xyz[:, 2] > -1.7)


def test_puddles_cover_their_share_of_the_ground_in_patches() -> None:
    side = np.arange(0.0, 120.0, 0.5) + 0.13
    for share in (0.1, 0.25, 0.5):
        wet = np.array([[is_puddle(x, y, share) for x in side] for y in side])
        assert wet.mean() == pytest.approx(share, abs=0.06)
        assert (wet[:, 1:] == wet[:, :-1]).mean() > 0.8
    assert puddle_share(0.4) == 0.0
    assert puddle_share(1.0) == 0.5


def test_puddles_swallow_beams_that_slant() -> None:
    scene = Scene.of(world(), cast(0))
    damp, flooded = _read(scene, Weather(wetness=0.5)), _read(scene, Weather(wetness=1.0))
    distance = [np.linalg.norm(cloud.xyz, axis=1) for cloud in (damp, flooded)]
    near = [(of > 8) & (of < 12) for of in distance]
    assert near[1].sum() < 0.9 * near[0].sum()


def test_black_paint_is_dark_to_a_lidar_and_white_is_bright() -> None:
    found = paint_reflectance(np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [np.nan] * 3], np.float32))
    assert found[0] == pytest.approx(0.04)
    assert found[1] == pytest.approx(0.85)
    assert np.isnan(found[2])
