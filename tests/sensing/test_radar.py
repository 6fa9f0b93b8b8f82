"""The radar against closed forms: Doppler, direction, radar equation, ambiguity, resolution, multipath."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from simgen.sensors._radar_detect import detect, link_budget, wrapped
from simgen.sensors._radar_scatter import GHOST, Scatterers, Surfaces, spikes
from simgen.sensors.radar import Radar, attenuation_db_km, radar_pattern
from simgen.sensors.radar_devices import radar_device
from staging import box_mesh, cast, view, world

from simgen import library
from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.motion import Actor, Cast, View
from simgen.readings import Mount
from simgen.render.scene import Scene
from simgen.sensing.sensor import Setting
from simgen.world.material import Material
from simgen.world.weather import Weather
from simgen.world.world import Surface

METAL = Material(name="rail", semantic="wall", radar_reflectivity=0.95, source="test")
DEVICE = radar_device("ARS408-21")
NEAR, FAR = DEVICE.modes


def _radar(scene: Scene, device: str = "ARS408-21", seed: int = 5, yaw: float = 0.0, **parameters: Any) -> Radar:
    parameters = {"false_alarms": 0, "fluctuation": 0, "ghosts": 0} | parameters
    pose = Pose.from_xyz_rpy(0, 0, 0.6, yaw=yaw)
    mount = Mount(sensor="radar", device=device, ego_from_sensor=pose, rate_hz=13.0, parameters=parameters)
    setting = Setting(name="RADAR", mount=mount, scene=scene, seed=seed, channels=(), engines={})
    sensor: Radar = library.find("sensors", "radar").build(setting)
    return sensor


def _scene(*surfaces: Surface, boxes: int = 1) -> Scene:
    return Scene.of(world(*surfaces), cast(boxes))


def _view(scene: Scene, pose_at: Callable[[int, float], Pose], **more: Any) -> View:
    return view(scene.cast, pose_at, **more)


def _points(*rows: tuple[float, float, float, float], actor: int = 2) -> Scatterers:
    """Range, azimuth in degrees, range rate, RCS in dBsm."""
    table = np.array(rows, np.float64)
    return Scatterers(
        range_m=table[:, 0],
        azimuth_rad=np.radians(table[:, 1]),
        elevation_rad=np.zeros(len(table)),
        velocity_mps=table[:, 2],
        rcs_m2=10.0 ** (table[:, 3] / 10.0),
        actor=np.full(len(table), actor, np.int64),
    )


def _detect(found: Scatterers, mode: Any = NEAR, k: int = 0) -> dict[str, np.ndarray]:
    quiet = replace(DEVICE, false_alarms=0.0)
    return detect(quiet, mode, found, 0.0, np.random.default_rng(k), fluctuates=False)


def test_a_car_has_its_range_direction_and_doppler() -> None:
    """Box 30 m ahead and to the left drives away at 7 m/s, the ego follows at 12 m/s."""
    scene = _scene()
    ahead = np.array([30.0, 8.0])

    def pose_at(row: int, t: float) -> Pose:
        return Pose.from_xyz_rpy(12 * t, 0, 0) if row == 0 else Pose.from_xyz_rpy(ahead[0] + 7 * t, ahead[1], 0)

    scan = _radar(scene).read(_view(scene, pose_at), 0)
    hit = scan.instance == 2
    assert hit.any()
    assert not scan.is_ghost[hit].any()
    x, y = (scan.range_m * f(scan.azimuth_rad) for f in (np.cos, np.sin))
    assert np.all(np.abs(x[hit] - ahead[0]) < 2.0 + 0.6)
    assert np.all(np.abs(y[hit] - ahead[1]) < 0.9 + 0.6)
    assert np.abs(scan.velocity_mps[hit] + 5.0 * np.cos(scan.azimuth_rad[hit])).max() < 0.15


def test_parts_that_turn_have_a_doppler_of_their_own() -> None:
    scene = _scene()

    def pose_at(row: int, t: float) -> Pose:
        return Pose.identity() if row == 0 else Pose.from_xyz_rpy(20.0, 0, 0, yaw=0.6 + 4.0 * t)

    scan = _radar(scene, "ARS548").read(_view(scene, pose_at), 0)
    velocity = scan.velocity_mps[scan.instance == 2]
    assert np.ptp(velocity) > 3.0  # 4 rad/s over its half length
    assert np.abs(velocity).max() < 4.0 * 2.2 + 1.0


def test_what_stands_moves_at_the_egos_speed() -> None:
    wall = Surface(name="wall", mesh=box_mesh((1.0, 60.0, 6.0), (40.5, 0, 3), METAL))
    scene = _scene(wall, boxes=0)
    scan = _radar(scene).read(_view(scene, lambda row, t: Pose.from_xyz_rpy(15 * t, 0, 0)), 0)
    assert len(scan.range_m)
    assert np.abs(scan.velocity_mps + 15 * np.cos(scan.azimuth_rad)).max() < 0.15


def test_snr_falls_with_the_fourth_power_of_range() -> None:
    near, far = link_budget(DEVICE, NEAR, np.array([20.0, 40.0]), np.zeros(2), np.zeros(2), 0.0)
    assert 10 * np.log10(near / far) == pytest.approx(40 * np.log10(2.0))


def test_the_reference_target_is_at_the_threshold_where_the_datasheet_says() -> None:
    snr = link_budget(DEVICE, FAR, np.array([249.99]), np.zeros(1), np.zeros(1), 0.0) * 10.0
    assert 10 * np.log10(snr[0]) == pytest.approx(DEVICE.threshold_db, abs=0.01)


def test_a_smooth_sphere_has_the_rcs_of_its_shadow() -> None:
    """pi a^2 |R|^2, by integrating the specular lobe over the sphere; the diffuse share left out."""
    surfaces = replace(Surfaces.of((METAL,)), diffuse=np.zeros(1))
    theta = np.linspace(0, np.pi / 2, 20001)[:-1]
    density = surfaces.backscatter(np.zeros(len(theta), np.int64), np.cos(theta)) * 2 * np.pi * np.sin(theta)
    slope = surfaces.slope[0]
    assert np.trapezoid(density, theta) == pytest.approx(0.95 * np.pi * (1 + slope**2), rel=5e-3)


def test_uneven_surfaces_scatter_as_much_as_even_ones() -> None:
    points = np.random.default_rng(1).uniform(-500, 500, (400_000, 3))
    for exponent in (1.0, 2.0):
        factor = spikes(np.zeros(len(points), np.int32), points, np.full(len(points), exponent))
        assert factor.mean() == pytest.approx(1.0, abs=0.03)
        assert np.array_equal(factor, spikes(np.zeros(len(points), np.int32), points, np.full(len(points), exponent)))


def test_targets_nearer_than_the_resolution_are_one() -> None:
    apart = _detect(_points((30.0, 0.0, 3.0, 10.0), (31.0, 0.0, 3.0, 10.0)))
    together = _detect(_points((30.0, 0.0, 3.0, 10.0), (30.2, 0.0, 3.0, 10.0)))
    assert len(apart["range_m"]) == 2
    assert len(together["range_m"]) == 1
    assert together["range_m"][0] == pytest.approx(30.1, abs=0.25)
    assert together["rcs_dbsm"][0] == pytest.approx(13.0, abs=1.0)
    by_rate = _detect(_points((30.0, 0.0, 3.0, 10.0), (30.0, 0.0, 3.5, 10.0)))
    assert len(by_rate["range_m"]) == 2
    by_angle = _detect(_points((30.0, 0.0, 3.0, 10.0), (30.0, 5.0, 3.0, 10.0)))
    assert len(by_angle["range_m"]) == 2


def test_the_weak_drown_in_the_sidelobes_of_the_strong() -> None:
    assert len(_detect(_points((20.0, 0.0, 3.0, 30.0), (20.0, 20.0, 3.0, 0.0)))["range_m"]) == 1
    assert len(_detect(_points((20.0, 0.0, 3.0, 30.0), (20.0, 20.0, 9.0, 0.0)))["range_m"]) == 2


def test_range_rates_wrap_at_the_ambiguity() -> None:
    narrow = replace(NEAR, velocity_mps=(-10.0, 10.0))
    seen = _detect(_points((30.0, 0.0, 13.0, 10.0)), narrow)
    assert seen["velocity_mps"][0] == pytest.approx(-7.0, abs=0.2)
    assert wrapped(np.array([-13.0]), (-10.0, 10.0))[0] == pytest.approx(7.0)


def test_errors_grow_as_the_snr_falls() -> None:
    def spread(rcs_dbsm: float) -> float:
        found = _points((60.0, 0.0, 0.0, rcs_dbsm))
        azimuth = [_detect(found, k=k)["azimuth_rad"] for k in range(200)]
        return float(np.std(np.concatenate(azimuth)))

    assert spread(30.0) == pytest.approx(np.radians(NEAR.azimuth_sigma_deg), rel=0.25)
    assert spread(4.0) > 1.5 * spread(30.0)


def test_a_wall_shows_a_car_again_behind_it() -> None:
    wall = Surface(name="wall", mesh=box_mesh((120.0, 0.5, 4.0), (40.0, 6.25, 2.0), METAL))
    scene = _scene(wall)

    def pose_at(row: int, t: float) -> Pose:
        return Pose.identity() if row == 0 else Pose.from_xyz_rpy(25.0 + 9.0 * t, 0, 0)

    with_them = _radar(scene, ghosts=1).read(_view(scene, pose_at), 0)
    without = _radar(scene).read(_view(scene, pose_at), 0)
    assert not without.is_ghost.any()
    ghost = with_them.is_ghost
    assert ghost.any()
    assert not with_them.instance[ghost].any()
    # The mirror image stands 12 m to the left of the car, and moves as it does.
    x, y = (with_them.range_m * f(with_them.azimuth_rad) for f in (np.cos, np.sin))
    image = ghost & (np.hypot(x - 24.0, y - 12.0) < 2.5)
    assert image.any()
    rate = 9.0 * np.cos(with_them.azimuth_rad[image])
    assert np.abs(with_them.velocity_mps[image] - rate).min() < 0.15  # beside it stands that of the single bounce


def test_a_radar_beside_the_road_stands_while_the_ego_passes() -> None:
    """The ego drives off at 10 m/s; from the roadside what stands has no Doppler."""
    rail = Surface(name="rail", mesh=box_mesh((60.0, 0.2, 1.0), (40.0, 6.0, 0.5), METAL))
    scene = _scene(rail, boxes=0)
    mount = Mount(
        sensor="radar", device="ARS548", ego_from_sensor=Pose.from_xyz_rpy(2.0, -3.0, 1.0), rate_hz=20.0,
        fixed_to="world", parameters={"false_alarms": 0, "fluctuation": 0, "ghosts": 0},
    )  # fmt: skip
    setting = Setting(name="RADAR", mount=mount, scene=scene, seed=5, channels=(), engines={})
    radar: Radar = library.find("sensors", "radar").build(setting)
    scan = radar.read(_view(scene, lambda row, t: Pose.from_xyz_rpy(10 * t, 0, 0)), 2)
    assert scan.world_from_sensor[:3, 3] == pytest.approx([2.0, -3.0, 1.0])
    assert len(scan.velocity_mps)
    assert np.abs(scan.velocity_mps).max() < 1.2  # noise of 0.24 m/s alone


def test_false_alarms_are_ghosts_and_as_many_as_the_device_has() -> None:
    scene = _scene(boxes=0)
    radar = _radar(scene, false_alarms=40)
    motion = _view(scene, lambda row, t: Pose.identity())
    counts = [int(radar.read(motion, k).is_ghost.sum()) for k in range(4)]
    assert 8 < np.mean(counts) < 32


def test_a_reading_depends_on_seed_name_and_number_alone() -> None:
    scene = _scene()
    motion = _view(scene, lambda row, t: Pose.from_xyz_rpy(25.0 * row, 0, 0))
    parameters = {"false_alarms": 5, "fluctuation": 1, "ghosts": 1}
    first, again = (_radar(scene, **parameters) for _ in range(2))
    first.read(motion, 0)
    one, two = first.read(motion, 2), again.read(motion, 2)
    for name, column in one.columns.items():
        assert np.array_equal(column, two.columns[name])
    other = _radar(scene, seed=6, **parameters).read(motion, 2)
    assert not np.array_equal(one.range_m, other.range_m)


def test_rain_costs_what_the_itu_says() -> None:
    """P.838-3 at 77 GHz: about 5.9 dB/km at 10 mm/h and 18.6 dB/km at 50 mm/h, less than 5 % aside."""
    rain = [attenuation_db_km(rate) - attenuation_db_km(0.0) for rate in (10.0, 50.0)]
    assert rain == pytest.approx([5.9, 18.7], rel=0.05)
    scene = _scene()

    def snr(rain_mm_h: float) -> float:
        motion = _view(scene, lambda row, t: Pose.from_xyz_rpy(60.0 * row, 0, 0), weather=Weather(rain_mm_h=rain_mm_h))
        scan = _radar(scene).read(motion, 0)
        return float(scan.snr_db[scan.instance == 2].max())

    assert snr(0.0) - snr(50.0) == pytest.approx(18.7 * 2 * 0.058, abs=1.0)


def test_rays_cover_the_field_of_view_once() -> None:
    _, solid = radar_pattern(DEVICE, 0.5)
    half = np.radians(15.0)
    assert solid.sum() == pytest.approx(np.radians(120.0) * 2 * np.sin(half), rel=1e-9)


def test_cars_are_seen_as_far_as_the_radar_equation_says() -> None:
    """The rear of a car has about 10 dBsm, in whose reach the ARS 548 sees it in half of its scans: 300 m."""
    saloon = library.find("models", "saloon").build()
    cars = [Actor(id=k + 1, name=f"a{k}", model=saloon, category="car", is_ego=k == 0) for k in range(2)]
    scene = Scene.of(world(), Cast.of(cars))
    sensor = _radar(scene, "ARS548", fluctuation=1)

    def share(nearest_m: float) -> float:
        found = []
        for k in range(10):
            away = Pose.from_xyz_rpy(nearest_m + 2.1 * k, 3.5 * (k % 3 - 1), 0.0, yaw=0.01 * (k - 5))
            motion = _view(scene, lambda row, _t, away=away: away if row else Pose.from_xyz_rpy(-6.0, 0.0, 0.0))
            found.append(bool((sensor.read(motion, 0).instance == 2).any()))
        return float(np.mean(found))

    assert share(100.0) > 0.85
    assert 0.15 < share(270.0) < 0.85
    assert share(305.0) == 0.0


def test_a_guard_rail_is_seen_from_afar() -> None:
    """A rail of steel, 40 cm high, crosses the view 150 m ahead: some of it in any scan."""
    rail = Material(name="steel", semantic="barrier", radar_reflectivity=0.9, source="test")
    for x in (140.0, 155.0, 170.0):
        scene = _scene(Surface(name="rail", mesh=box_mesh((0.3, 30.0, 0.4), (x, 0, 0.55), rail)), boxes=0)
        scan = _radar(scene, "ARS548").read(_view(scene, lambda _row, _t: Pose.from_xyz_rpy(0, 0, 0)), 0)
        assert (np.abs(scan.range_m - x) < 2.0).sum() >= 3


def test_types_are_those_of_the_episode_format() -> None:
    scene = _scene()
    scan = _radar(scene).read(_view(scene, lambda row, t: Pose.from_xyz_rpy(25.0 * row, 0, 0)), 0)
    kinds = {name: column.dtype for name, column in scan.columns.items()}
    assert kinds.pop("instance") == np.uint32
    assert kinds.pop("is_ghost") == np.bool_
    assert list(kinds) == ["range_m", "azimuth_rad", "elevation_rad", "velocity_mps", "rcs_dbsm", "snr_db"]
    assert set(kinds.values()) == {np.dtype(np.float32)}
    assert GHOST < 0


@pytest.mark.parametrize(
    ("device", "parameters", "told"),
    [("HDL-64E", {}, "radar device"), ("", {}, "name of a product"), ("ARS548", {"beams": 3}, "beams")],
)
def test_what_cannot_be_is_told(device: str, parameters: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        _radar(_scene(boxes=0), device, **parameters)


@pytest.mark.full
@pytest.mark.parametrize("place", ["town", "highway"])
def test_detections_are_like_those_of_a_unit_on_the_road(place: str) -> None:
    """An ARS 548 on the road lists 308 detections of RCS -16, 2 and 19 dBsm (5, 50 and 95 %), ranges 6.6, 54, 239 m.

    What it looked at is not known, so the bands are wide: half to twice as many, 8 dB, a third of the ranges.
    """
    from simgen.generation import Recipe, load_scenario, load_world
    from simgen.physics.simulation import Simulation
    from simgen.scenario.sample import sample

    logical, _ = load_scenario(Recipe(scenario="urban_traffic", settings={"world": place}), 3)
    where = load_world(logical)
    scans = []
    with Simulation(sample(logical, 3, where), where) as simulation:
        snapshots = [simulation.first()]
        while simulation.time_ns < 500_000_000:
            snapshots.append(simulation.step())
        mount = Mount(sensor="radar", device="ARS548", ego_from_sensor=Pose.from_xyz_rpy(3.6, 0, 0.6), rate_hz=20.0)
        scene = Scene.of(where, simulation.cast)
        setting = Setting(name="RADAR", mount=mount, scene=scene, seed=1, channels=(), engines={})
        radar: Radar = library.find("sensors", "radar").build(setting)
        scans = [radar.read(View(snapshots), k) for k in range(0, 10, 3)]
    count = np.mean([len(scan.range_m) for scan in scans])
    assert 308 / 2 < count < 308 * 2
    low, middle, high = np.percentile(np.concatenate([scan.rcs_dbsm for scan in scans]), [5, 50, 95])
    assert abs(low + 16) < 8
    assert abs(middle - 2) < 8
    assert abs(high - 19) < 8
    near, half, far = np.percentile(np.concatenate([scan.range_m for scan in scans]), [5, 50, 95])
    assert 6.6 / 3 < near < 6.6 * 3
    assert 54 / 3 < half < 54 * 3
    assert far > 60
