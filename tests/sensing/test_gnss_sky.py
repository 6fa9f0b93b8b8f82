"""Satellites, geometry and reflections against closed forms and the constellation's own standard."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from simgen.sensors import _gnss_fix as fixing
from simgen.sensors._gnss_paths import BLOCKED, DIRECT, FOLIAGE, MULTIPATH, REFLECTED, Paths
from simgen.sensors._gnss_sky import SIDEREAL_DAY_S, directions, satellites_m
from simgen.sensors.gnss import FIXES
from staging import box_mesh, cast, view, world

from simgen import library
from simgen.geometry import Pose
from simgen.readings import Mount, Sample
from simgen.render.scene import Scene
from simgen.sensing.sensor import Setting
from simgen.world.material import Material
from simgen.world.world import Surface

CONCRETE = Material(name="concrete", semantic="building", radar_reflectivity=0.4, source="test")
LEAVES = Material(name="leaves", semantic="vegetation", source="test")
ANTENNA_M = 1.5


def _read(*surfaces: Surface, seed: int = 1, **parameters: Any) -> Sample:
    scene = Scene.of(world(*surfaces), cast(0))
    mount = Mount(
        sensor="gnss", rate_hz=10.0, ego_from_sensor=Pose.from_xyz_rpy(0, 0, ANTENNA_M), parameters=parameters
    )
    setting = Setting(name="GNSS", mount=mount, scene=scene, seed=seed, channels=(), engines={"threads": 1})
    return library.find("sensors", "gnss").build(setting).read(view(scene.cast, lambda row, t: Pose.identity()), 0)


def _box(
    size: tuple[float, float, float], centre: tuple[float, float, float], material: Material = CONCRETE
) -> Surface:
    return Surface(name="box", mesh=box_mesh(size, centre, material))


def _canyon(height_m: float) -> tuple[Surface, Surface]:
    """A street along x, 16 m wide."""
    return tuple(_box((400.0, 4.0, height_m), (0.0, side * 10.0, height_m / 2)) for side in (-1, 1))  # type: ignore[return-value]


def test_orbits_have_their_radius_and_come_again_after_a_sidereal_day() -> None:
    for seconds in (0.0, 5000.0, 40_000.0):
        assert np.linalg.norm(satellites_m(seconds), axis=1) == pytest.approx(np.full(24, 26_559.7e3))
        again = satellites_m(seconds + SIDEREAL_DAY_S)
        # Two revolutions are 9 s short of a day: the nodes of the real orbits regress, these do not.
        assert np.linalg.norm(again - satellites_m(seconds), axis=1).max() < 60e3
    speed = np.linalg.norm(satellites_m(1.0) - satellites_m(0.0), axis=1)
    assert np.all((speed > 2400) & (speed < 3900))  # 3.87 km/s, less or more the turning earth


@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(0, 3000), st.floats(0, 86_000))
@settings(max_examples=30, deadline=None)
def test_directions_agree_with_proj(latitude: float, longitude: float, altitude: float, seconds: float) -> None:
    place = f"+lon_0={longitude} +lat_0={latitude} +h_0={altitude}"
    topocentric = Transformer.from_pipeline(f"+proj=topocentric +ellps=WGS84 {place}")
    local = np.stack(topocentric.transform(*satellites_m(seconds).T), axis=1)
    local /= np.linalg.norm(local, axis=1, keepdims=True)
    assert directions(latitude, longitude, altitude, seconds) == pytest.approx(local, abs=1e-6)


def test_the_constellation_keeps_what_its_standard_promises() -> None:
    """SPS performance standard: PDOP of 6 or less 98 % of the time over the globe, above a mask of 5 deg."""
    rng = np.random.default_rng(0)
    worst = []
    for _ in range(600):
        latitude = float(np.degrees(np.arcsin(rng.uniform(-1, 1))))
        sky = directions(latitude, rng.uniform(-180, 180), 0.0, rng.uniform(0, 86_164))
        worst.append(fixing.Dilution.of(sky[sky[:, 2] > np.sin(np.radians(5))]).position)
    assert np.mean(np.array(worst) <= 6.0) >= 0.98


def test_dilution_is_that_of_a_known_geometry() -> None:
    """One satellite overhead, three on the horizon 120 deg apart: HDOP = VDOP = sqrt(4/3)."""
    azimuth = np.radians([0.0, 120.0, 240.0])
    sky = np.concatenate([[[0, 0, 1]], np.stack([np.sin(azimuth), np.cos(azimuth), np.zeros(3)], axis=1)])
    found = fixing.Dilution.of(sky.astype(float))
    assert (found.horizontal, found.vertical) == pytest.approx((np.sqrt(4 / 3), np.sqrt(4 / 3)))
    assert found.position == pytest.approx(np.sqrt(8 / 3))
    assert np.isnan(fixing.Dilution.of(sky[:3].astype(float)).position)


def test_least_squares_finds_what_ranges_say() -> None:
    sky = directions(48.0, 11.0, 0.0, 1000.0)
    up = sky[sky[:, 2] > 0.2]
    shift = np.array([3.0, -2.0, 5.0])
    error = -up @ shift + 7.0  # a clock that is off by 7 m
    found, covariance = fixing.solve(up, error, np.full(len(up), 2.0), 0.0)
    assert found == pytest.approx(shift)
    assert np.sqrt(np.trace(covariance)) == pytest.approx(2.0 * fixing.Dilution.of(up).position)


def test_an_open_sky_gives_a_position_with_errors_as_believed() -> None:
    sample = _read(sky_s=3600.0)
    state = sample.values["satellite_state"]
    assert set(state.tolist()) <= {0, DIRECT}
    assert FIXES[sample.values["fix"]] == "single"
    assert (
        sample.values["satellites"]
        == (state == DIRECT).sum()
        == (sample.values["satellite_elevation"] > np.radians(10)).sum()
    )
    normal = []
    for seed in range(120):
        values = _read(seed=seed, sky_s=3600.0, obstruction=0).values
        north = np.radians(values["latitude"] - values["latitude_true"]) * 6.37e6
        normal.append(north / np.sqrt(values["covariance"][1, 1]))
    assert np.std(normal) == pytest.approx(1.0, rel=0.2)


def test_a_tunnel_leaves_nothing() -> None:
    tube = (*_canyon(6.0), _box((400.0, 24.0, 1.0), (0.0, 0.0, 6.5)))
    sample = _read(*tube, sky_s=3600.0)
    # Only what shines in along the tunnel's axis could be seen.
    assert sample.values["satellites"] <= 1
    assert FIXES[sample.values["fix"]] == "none"
    assert np.isnan(sample.values["latitude"])
    assert np.isnan(sample.values["pdop"])
    assert np.isfinite(sample.values["latitude_true"])


def test_a_street_canyon_blocks_what_its_walls_hide() -> None:
    height = 25.0
    lost, worse = 0, []
    for hour in range(6):
        sample, clear = (_read(*walls, sky_s=3600.0 * hour) for walls in (_canyon(height), ()))
        azimuth, elevation = (sample.values[f"satellite_{name}"].astype(float) for name in ("azimuth", "elevation"))
        # The walls' upper edge, as seen from the antenna in the middle.
        edge = np.arctan((height - ANTENNA_M) / 8.0 * np.abs(np.sin(azimuth)))
        above = elevation > np.radians(10)
        sight = np.isin(sample.values["satellite_state"], (DIRECT, MULTIPATH))
        safe = np.abs(elevation - edge) > 0.01
        assert np.array_equal(sight[above & safe], (elevation > edge)[above & safe])
        lost += int(clear.values["satellites"]) - int(sight.sum())
        worse.append(float(sample.values["hdop"]) >= float(clear.values["hdop"]) or sample.values["fix"] in (0, 5))
    assert lost > 6
    assert np.mean(worse) >= 0.5


def test_reflections_are_as_much_longer_as_the_mirror_says() -> None:
    """The detour off a wall, from the image of the antenna behind it, to a satellite at its true distance."""
    found = 0
    for hour in range(8):
        sample = _read(*_canyon(25.0), sky_s=3600.0 * hour)
        values = sample.values
        for k in np.flatnonzero(np.isfinite(values["satellite_delay"])):
            azimuth, elevation = float(values["satellite_azimuth"][k]), float(values["satellite_elevation"][k])
            sky = np.array(
                [np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)]
            )
            antenna, far = np.array([0.0, 0.0, ANTENNA_M]), 2.2e7
            side = -8.0 if sky[1] > 0 else 8.0  # the wall that faces the satellite
            image = antenna * [1, -1, 1] + [0, 2 * side, 0]
            detour = np.linalg.norm(far * sky - image) - np.linalg.norm(far * sky - antenna)
            assert values["satellite_delay"][k] == pytest.approx(detour, abs=0.02)
            assert values["satellite_state"][k] in (MULTIPATH, REFLECTED)
            found += 1
    assert found > 3


def test_leaves_weaken_and_do_not_block() -> None:
    crown = _box((60.0, 60.0, 3.0), (0.0, 0.0, 8.0), LEAVES)
    sample, clear = _read(crown, sky_s=3600.0), _read(sky_s=3600.0)
    assert FOLIAGE in sample.values["satellite_state"]
    assert BLOCKED not in sample.values["satellite_state"]
    assert sample.values["satellites"] == clear.values["satellites"]
    assert np.trace(sample.values["covariance"]) > 1.5 * np.trace(clear.values["covariance"])


def test_real_time_kinematic_degrades_with_what_it_sees() -> None:
    def fix(count: int) -> str:
        sample = _read(fix="rtk_fixed", sky_s=3600.0, mask_deg=float(masks[count]))
        return FIXES[sample.values["fix"]]

    elevation = np.sort(np.degrees(_read(sky_s=3600.0).values["satellite_elevation"].astype(float)))[::-1]
    masks = {count: (elevation[count - 1] + elevation[count]) / 2 for count in range(1, 7)}
    assert [fix(count) for count in (6, 5, 4, 3, 2)] == ["rtk_fixed", "rtk_fixed", "rtk_float", "2d", "none"]


@given(st.floats(0.1, 400.0), st.floats(0.01, 0.5))
@settings(max_examples=100, deadline=None)
def test_multipath_stays_in_its_envelope(delay_m: float, amplitude: float) -> None:
    """Braasch: at most alpha d/2 chips for a code, a quarter of a wave for a carrier; none for long detours."""
    delay, strength = np.array([delay_m]), np.array([amplitude])
    code, carrier = fixing.code_multipath_m(delay, strength)[0], fixing.phase_multipath_m(delay, strength)[0]
    assert abs(code) <= amplitude * 0.05 * 293.06 + 1e-9
    assert abs(carrier) <= 0.1903 / (2 * np.pi) * np.arcsin(amplitude) + 1e-9
    if delay_m > 293.06 * 1.06:
        assert code == 0.0


def test_a_reflection_alone_is_all_detour() -> None:
    paths = Paths(
        state=np.array([REFLECTED, MULTIPATH, DIRECT], np.uint8),
        delay_m=np.array([30.0, 30.0, np.nan]),
        amplitude=np.array([0.3, 0.3, 0.0]),
    )
    assert fixing.biases_m(paths, carrier=False)[[0, 2]].tolist() == [30.0, 0.0]
