"""Footprints, several returns, rain and snow, each against a closed form."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from simgen.sensors import _lidar_air as air
from simgen.sensors import _lidar_echo as echo
from simgen.sensors.lidar import Lidar
from staging import box_mesh, cast, view, world

from simgen import library
from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.readings import Mount, PointCloud
from simgen.render.scene import Scene
from simgen.sensing.sensor import Setting
from simgen.world.material import Material
from simgen.world.weather import Weather
from simgen.world.world import Surface, World

WHITE = Material(name="white", semantic="wall", reflectivity_905nm=0.8, roughness=0.05)


def _wall(x: float, y_from: float = -100.0, material: Material = WHITE, name: str = "wall") -> Surface:
    mesh = box_mesh((1.0, 100.0 - y_from, 60.0), (x + 0.5, 0.5 * (y_from + 100.0), 0), material)
    return Surface(name=name, mesh=mesh)


def _scene(*surfaces: Surface) -> Scene:
    return Scene.of(World(name="bare", surfaces=surfaces, lanes=world().lanes, origin_m=np.zeros(3)), cast(0))


def _lidar(scene: Scene, device: str = "OS1-64", threads: int = 0, **parameters: Any) -> Lidar:
    mount = Mount(
        sensor="lidar", device=device, ego_from_sensor=Pose.from_xyz_rpy(0, 0, 0), rate_hz=10.0, parameters=parameters
    )
    engines = {"threads": threads} if threads else {}
    sensor: Lidar = library.find("sensors", "lidar").build(
        Setting(name="L", mount=mount, scene=scene, seed=1, channels=(), engines=engines)
    )
    return sensor


def _read(scene: Scene, weather: Weather | None = None, **parameters: Any) -> PointCloud:
    at_rest = view(scene.cast, lambda _row, _t: Pose.from_xyz_rpy(0, 0, 0), weather=weather or Weather())
    return _lidar(scene, **parameters).read(at_rest, 1)


def _distance(cloud: PointCloud) -> np.ndarray:
    return np.linalg.norm(cloud.xyz.astype(np.float64), axis=1)


def test_a_beam_on_an_edge_gives_two_returns_and_elsewhere_one() -> None:
    """A near wall x = 10 for y > 0 before one at x = 20: beams about y = 0 meet both, as wide as the footprint is."""
    scene = _scene(_wall(10.0, 0.0, name="near"), _wall(20.0))
    cloud = _read(scene, rays=16, returns="dual")
    again = cloud.columns["return"] == 1
    assert 50 < again.sum() < 1000
    azimuth = np.degrees(np.arctan2(cloud.xyz[again, 1], cloud.xyz[again, 0]))
    assert np.abs(azimuth).max() < 0.18 * 1.5
    x = cloud.xyz_true[:, 0]
    assert np.all((np.abs(x - 10) < 1e-3) | (np.abs(x - 20) < 1e-3))
    keys = cloud.ring.astype(int) * 100_000 + cloud.column
    first = {int(key): value for key, value in zip(keys[~again], x[~again], strict=True)}
    pairs = np.array([(first[int(key)], value) for key, value in zip(keys[again], x[again], strict=True)])
    assert np.all(np.abs(np.sort(pairs, axis=1) - (10.0, 20.0)) < 1e-3)


def test_the_shares_of_an_edge_add_up_to_the_whole_beam() -> None:
    """Intensity (in steps of 1/255) of the part on the near wall is that wall's times the share of the footprint."""
    whole = _read(_scene(_wall(10.0)), rays=16)
    split = _read(_scene(_wall(10.0, 0.0)), rays=16)
    straight = np.abs(np.degrees(np.arctan2(split.xyz[:, 1], split.xyz[:, 0]))) < 0.3
    full = np.median(whole.intensity[np.abs(whole.xyz[:, 1]) < 1])
    share = split.intensity[straight] / full
    assert share.max() < 1.1
    assert ((share > 0.2) & (share < 0.8)).sum() > 20


def test_first_and_last_order_what_strongest_weighs() -> None:
    scene = _scene(_wall(10.0, 0.0, name="near"), _wall(20.0))
    counts = {}
    for mode in ("first", "strongest", "last"):
        cloud = _read(scene, rays=32, returns=mode)
        assert not cloud.columns["return"].any()
        counts[mode] = int((np.abs(cloud.xyz_true[:, 0] - 10) < 1e-3).sum())
    assert counts["first"] >= counts["strongest"] > counts["last"]


def test_walls_closer_than_half_a_pulse_melt_into_one_return() -> None:
    """0.4 m apart with a pulse of 1.5 m: one echo, its range between both by their shares."""
    scene = _scene(_wall(10.0, 0.0, name="near"), _wall(10.4))
    cloud = _read(scene, rays=16, returns="dual")
    assert not cloud.columns["return"].any()
    x = cloud.xyz[:, 0][np.abs(cloud.xyz[:, 1]) < 0.02]
    assert ((x > 10.1) & (x < 10.3)).any()


def test_grazing_gain_is_oren_and_nayars() -> None:
    """At 30 degrees of slope and an incidence of 60: their formula with both directions equal."""
    alpha = np.sqrt(2.0) * np.tan(np.radians(30.0))
    s2 = np.radians(30.0) ** 2
    a, b = 1 - 0.5 * s2 / (s2 + 0.33), 0.45 * s2 / (s2 + 0.09)
    i = np.radians(60.0)
    theirs = np.cos(i) * (a + b * np.sin(i) * np.tan(i))
    ours = a * (np.cos(i) + echo.grazing_gain(float(np.sqrt(alpha))) * np.sin(i) ** 2)
    assert ours == pytest.approx(theirs, rel=1e-9)
    assert echo.grazing_gain(0.0) == 0.0


def test_rain_and_snow_dim_as_the_itu_says() -> None:
    """10 mm/h of rain: 1.076 10^0.67 = 5.03 dB/km; 1 mm/h of dry snow at 905 nm: 5.545 dB/km; both by hand."""
    per_db_km = np.log(10) / 10_000
    assert air.extinction_per_m(Weather(rain_mm_h=10.0), 905) == pytest.approx(5.0327 * per_db_km, rel=1e-3)
    dry = air.extinction_per_m(Weather(snow_mm_h=1.0, temperature_c=-5.0), 905)
    assert dry == pytest.approx(5.5449 * per_db_km, rel=1e-3)
    assert air.extinction_per_m(Weather(), 905) == 0.0


def test_rain_weakens_a_wall_by_beer_and_lambert_both_ways() -> None:
    scene, weather = _scene(_wall(80.0)), Weather(rain_mm_h=100.0)
    means = []
    for sky in (Weather(), weather):
        cloud = _read(scene, sky)
        straight = (np.abs(cloud.xyz_true[:, 1]) < 10) & (np.abs(cloud.xyz_true[:, 2]) < 10)
        means.append(cloud.intensity[straight].mean())
    assert means[1] / means[0] == pytest.approx(np.exp(-160.0 * air.extinction_per_m(weather, 865)), rel=0.03)


def test_drops_are_as_many_as_marshall_and_palmer_counted() -> None:
    """Over 0.5 mm at 10 mm/h: the integral of 8000 exp(-4.1 10^-0.21 D), done numerically."""
    ((number, slope, _),) = air.particles(Weather(rain_mm_h=10.0))
    size = np.linspace(0.5, 20.0, 200_001)
    assert number == pytest.approx(np.trapezoid(8000.0 * np.exp(-4.1 * 10**-0.21 * size), size), rel=1e-4)
    assert slope == pytest.approx(4.1 * 10**-0.21)


@pytest.mark.parametrize(
    ("weather", "least", "most"),
    [
        (Weather(rain_mm_h=10.0), 0, 0.01),
        (Weather(snow_mm_h=0.5, temperature_c=-3.0), 0.005, 0.5),
        (Weather(snow_mm_h=2.5, temperature_c=-3.0), 0.02, 0.8),
    ],
)
def test_flakes_give_labelled_clutter_nearby_and_drops_hardly_any(weather: Weather, least: float, most: float) -> None:
    cloud = _read(_scene(_wall(40.0)), weather, device="HDL-64E")
    clutter = cloud.is_clutter
    assert least <= clutter.mean() <= most
    assert not cloud.instance[clutter].any()
    assert not cloud.columns["semantic"][clutter].any()
    assert np.isnan(cloud.xyz_true[clutter]).all()
    assert np.isfinite(cloud.xyz_true[~clutter]).all()
    assert _distance(cloud)[clutter].max(initial=0.0) < 40.0


def test_more_snow_gives_more_clutter() -> None:
    shares = [
        _read(_scene(_wall(40.0)), Weather(snow_mm_h=rate, temperature_c=-3.0)).is_clutter.mean()
        for rate in (0.1, 0.5, 2.5)
    ]
    assert 0 < shares[0] < shares[1] < shares[2]


PANE = Material(name="pane", semantic="building", reflectivity_905nm=0.05, roughness=0.05, transparent=True)


def test_a_beam_passes_a_pane_and_comes_back_through_it() -> None:
    """A wall at 20 m behind a pane at 10 m: 0.7 of the light each way where both face the beam (UN R43)."""
    clean = dataclasses.replace(PANE, reflectivity_905nm=0.001)
    pane = Surface(name="pane", mesh=box_mesh((0.004, 200.0, 60.0), (10.0, 0, 0), clean))
    bare, glazed = _read(_scene(_wall(20.0))), _read(_scene(_wall(20.0), pane))
    means = []
    for cloud in (bare, glazed):
        angle = np.degrees(np.arccos(np.clip(cloud.xyz[:, 0] / _distance(cloud), -1, 1)))
        straight = (angle > 2) & (angle < 8)
        assert straight.sum() > 100
        assert np.abs(cloud.xyz_true[straight, 0] - 20).max() < 1e-3
        means.append(cloud.intensity[straight].mean())
    assert means[1] / means[0] == pytest.approx(0.7**4, rel=0.05)  # a box has two faces, passed twice


def test_both_echoes_of_glass_are_reported_where_both_are_seen() -> None:
    pane = Surface(name="pane", mesh=box_mesh((0.004, 200.0, 60.0), (6.0, 0, 0), PANE))
    cloud = _read(_scene(_wall(20.0), pane), returns="dual")
    ahead = np.abs(cloud.xyz[:, 1]) < 0.1 * cloud.xyz[:, 0]
    x = cloud.xyz_true[ahead, 0]
    assert np.all((np.abs(x - 20) < 1e-3) | (np.abs(x - 6) < 3e-3))
    assert (np.abs(x - 6) < 3e-3).sum() > 100
    assert (np.abs(x - 20) < 1e-3).sum() > 100


def test_a_wet_road_is_seen_less_far() -> None:
    scene = Scene.of(world(), cast(0))
    mounted = {"device": "HDL-64E"}
    far = []
    for wetness in (0.0, 0.5, 1.0):
        sensor = _lidar(scene, **mounted)
        at_rest = view(scene.cast, lambda _row, _t: Pose.from_xyz_rpy(0, 0, 1.8), weather=Weather(wetness=wetness))
        far.append(np.percentile(_distance(sensor.read(at_rest, 1)), 99.9))
    assert far[0] > far[1] > far[2] > 8.0


def test_equal_bytes_with_one_thread_and_two() -> None:
    scene = Scene.of(world(_wall(15.0, 0.0)), cast(1))
    seen = view(
        scene.cast,
        lambda row, t: Pose.from_xyz_rpy(5 * t, 0, 1.5) if row == 0 else Pose.from_xyz_rpy(8, -3, 0),
        weather=Weather(snow_mm_h=1.0, rain_mm_h=5.0, fog=0.5),
    )
    one, two = (_lidar(scene, threads=n, rays=5, returns="dual").read(seen, 1) for n in (1, 2))
    assert len(one.xyz) > 1000
    assert all(one.columns[name].tobytes() == two.columns[name].tobytes() for name in one.columns)


@pytest.mark.parametrize("parameters", [{"returns": "loudest"}, {"rays": 0}, {"rays": "many"}])
def test_bad_parameters_give_one_line(parameters: dict[str, Any]) -> None:
    with pytest.raises(InputError) as error:
        _lidar(_scene(_wall(5.0)), **parameters)
    assert "\n" not in str(error.value)
