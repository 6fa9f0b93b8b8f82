"""IMU and GNSS against closed forms, their own Allan deviation, and PROJ."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from simgen.sensors.devices import imu_device
from simgen.sensors.gnss import Geodesy
from simgen.sensors.imu import felt
from staging import cast, view, world

from simgen import library
from simgen.errors import InputError
from simgen.geometry import Pose, rotate
from simgen.motion import EgoTrace, View
from simgen.readings import Mount, Sample
from simgen.render.scene import Scene
from simgen.sensing.noise import Drift
from simgen.sensing.sensor import Setting

SCENE = Scene.of(world(), cast(0))
_ENGINES: dict[str, Any] = {}
Motion = Callable[[float], tuple[Pose, np.ndarray, np.ndarray, np.ndarray]]


def _traced(motion: Motion) -> View:
    """Snapshots with the ego's trace; `motion(t)` gives pose, velocity, angular velocity, acceleration."""
    plain = view(SCENE.cast, lambda row, t: motion(t)[0])
    snapshots = []
    for snapshot in plain.snapshots:
        k = round(snapshot.time_ns * 60e-9)
        times = np.rint(1e9 * (4 * k - np.arange(3, -1, -1)) / 240).astype(np.int64)
        states = [motion(t * 1e-9) for t in times]
        trace = EgoTrace(
            time_ns=times,
            pose=np.stack([pose.array() for pose, *_ in states]),
            twist=np.stack([np.concatenate([v, w]) for _, v, w, _ in states]),
            acceleration=np.stack([a for *_, a in states]),
            controls=np.zeros((4, 3)),
            lane_id=("",) * 4,
            lane_offset_m=np.zeros(4),
            route_s_m=np.zeros(4),
        )
        snapshots.append(replace(snapshot, ego=trace))
    return View(snapshots)


def _rest(t: float) -> tuple[Pose, np.ndarray, np.ndarray, np.ndarray]:
    return Pose.identity(), np.zeros(3), np.zeros(3), np.zeros(3)


def _circle(t: float) -> tuple[Pose, np.ndarray, np.ndarray, np.ndarray]:
    """20 m radius at 10 m/s, counter-clockwise about (0, 20)."""
    w, r = 0.5, 20.0
    pose = Pose.from_xyz_rpy(r * np.sin(w * t), r * (1 - np.cos(w * t)), 0, yaw=w * t)
    ahead, left = np.array([np.cos(w * t), np.sin(w * t), 0]), np.array([-np.sin(w * t), np.cos(w * t), 0])
    return pose, w * r * ahead, np.array([0, 0, w]), w * w * r * left


def _sensor(kind: str, scene: Scene = SCENE, seed: int = 1, **more: Any) -> Any:
    mount = Mount(**({"sensor": kind, "rate_hz": 100.0, "ego_from_sensor": Pose.from_xyz_rpy(0.0, 0.0, 0.6)} | more))
    engines = _ENGINES if scene is SCENE else {}
    setting = Setting(name=kind.upper(), mount=mount, scene=scene, seed=seed, channels=(), engines=engines)
    return library.find("sensors", kind).build(setting)


def test_at_rest_the_accelerometer_reads_g_upwards() -> None:
    rate, force = felt(_traced(_rest), 50_000_000, Pose.from_xyz_rpy(1, 2, 3))
    assert rate == pytest.approx(np.zeros(3), abs=1e-12)
    assert force == pytest.approx([0, 0, 9.80665], abs=1e-12)
    sample = _sensor("imu").read(_traced(_rest), 7)
    assert sample.values["linear_acceleration"] == pytest.approx([0, 0, 9.80665], abs=0.04)
    assert sample.values["angular_velocity"] == pytest.approx(np.zeros(3), abs=0.005)


@given(st.floats(-3, 3), st.floats(-1.5, 1.5), st.floats(-3, 3))
@settings(max_examples=25, deadline=None)
def test_a_turned_sensor_at_rest_still_reads_g_in_all(roll: float, pitch: float, yaw: float) -> None:
    _, force = felt(_traced(_rest), 10_000_000, Pose.from_xyz_rpy(0, 0, 0, roll, pitch, yaw))
    assert np.linalg.norm(force) == pytest.approx(9.80665)
    assert force[0] == pytest.approx(-9.80665 * np.sin(pitch), abs=1e-9)


def test_a_constant_turn_reads_v_omega_to_the_left_and_the_lever_arm_its_share() -> None:
    seen = _traced(_circle)
    rate, force = felt(seen, 123_456_789, Pose.identity())
    assert rate == pytest.approx([0, 0, 0.5], abs=1e-9)
    assert force == pytest.approx([0, 10 * 0.5, 9.80665], abs=1e-4)
    _, outer = felt(seen, 123_456_789, Pose.from_xyz_rpy(2.0, -1.0, 0))
    assert outer == pytest.approx([-0.25 * 2.0, 5 + 0.25 * 1.0, 9.80665], abs=1e-4)


def test_a_sensor_looking_left_turns_its_axes() -> None:
    _, force = felt(_traced(_circle), 100_000_000, Pose.from_xyz_rpy(0, 0, 0, yaw=np.pi / 2))
    assert force == pytest.approx([5, 0, 9.80665], abs=1e-4)


def test_allan_deviation_recovers_white_noise_and_bias_stability() -> None:
    device = imu_device("ADIS16465")
    imu = _sensor("imu", device="ADIS16465")
    rate_hz, n = 100.0, 60_000
    rng = np.random.default_rng(0)
    white = rng.standard_normal(n) * imu._white[0]
    drift = np.array([imu._drifts[0][0][k][0] for k in range(n)])
    signal = white + drift
    assert _allan(signal, 100) == pytest.approx(device.gyro_white / np.sqrt(100 / rate_hz), rel=0.1)
    sigma = np.std(np.concatenate([np.array([_drift(seed)[k] for k in (0, 200)]).ravel() for seed in range(400)]))
    assert sigma == pytest.approx(1.0, rel=0.06)


DEVICE = """
from simgen.library import entry
from simgen.sensors.devices import ImuDevice

@entry("sensors", source="test", tags=("device", "imu"))
def noisy() -> ImuDevice:
    return ImuDevice(name="noisy", gyro_white=0.01, gyro_bias=0.02, gyro_walk=0.002, accel_white=0.1, accel_bias=0.2,
                     accel_walk=0.02, bias_time_s=5.0, gyro_range_rps=1e3, accel_range_mps2=1e3)
"""


def test_allan_deviation_is_that_of_white_noise_bias_instability_and_random_walk(tmp_path: Path) -> None:
    """IEEE Std 952-1997, annex C: N^2 / t, the correlated term, and K^2 t / 3, over three decades of time."""
    (tmp_path / "noisy.py").write_text(DEVICE)
    rate_hz, count = 10.0, 120_000
    imu = _sensor("imu", device=str(tmp_path / "noisy.py"), rate_hz=rate_hz, seed=4)
    white, sigma, walk, time_s = 0.01, 0.02 / 0.618, 0.002, 5.0
    correlated, wandering = imu._drifts[0]
    drift = np.array([correlated[k] + wandering[k] for k in range(count)])
    signal = drift + imu._white[0] * np.random.default_rng(1).standard_normal((count, 3))
    for t in (0.1, 0.5, 2.0, 9.45, 40.0, 150.0):
        decay = 3.0 - 4.0 * np.exp(-t / time_s) + np.exp(-2.0 * t / time_s)
        markov = 2.0 * sigma**2 * time_s / t * (1.0 - time_s / (2.0 * t) * decay)
        expected = np.sqrt(white**2 / t + markov + walk**2 * t / 3.0)
        found = np.sqrt(np.mean([_allan(signal[:, axis], round(t * rate_hz)) ** 2 for axis in range(3)]))
        assert found == pytest.approx(expected, rel=0.05 + 0.9 / np.sqrt(3 * count / rate_hz / t))


def test_axes_have_the_scale_and_the_skew_of_the_datasheet() -> None:
    axes = np.array([_sensor("imu", seed=seed)._axes[0] for seed in range(300)])
    scale = axes[:, range(3), range(3)] - 1.0
    assert np.std(scale) == pytest.approx(imu_device("ADIS16465").scale_error, rel=0.1)
    skew = axes[:, ~np.eye(3, dtype=bool)]
    assert np.degrees(np.std(skew)) == pytest.approx(0.05, rel=0.1)


def _drift(seed: int) -> Drift:
    return Drift.gauss_markov(seed, "test", channels=3, sigma=1.0, time_constant_s=1.0, interval_s=0.01)


def _allan(signal: np.ndarray, m: int) -> float:
    means = signal[: len(signal) // m * m].reshape(-1, m).mean(axis=1)
    return float(np.sqrt(0.5 * np.mean(np.diff(means) ** 2)))


def test_gauss_markov_noise_is_correlated_as_it_says() -> None:
    drift = Drift.gauss_markov(3, "test", channels=1, sigma=2.0, time_constant_s=0.5, interval_s=0.01)
    values = np.array([drift[k][0] for k in range(100_000)])
    for lag in (10, 50, 100):
        assert np.mean(values[lag:] * values[:-lag]) / 4 == pytest.approx(np.exp(-lag * 0.01 / 0.5), abs=0.06)


def test_random_walk_grows_with_the_root_of_time() -> None:
    ends = [Drift.random_walk(s, "w", channels=2, density=0.1, interval_s=0.01)[400] for s in range(500)]
    assert np.std(ends) == pytest.approx(0.1 * np.sqrt(4.0), rel=0.08)


def test_drift_does_not_depend_on_the_order_of_asking() -> None:
    a, b = _drift(9), _drift(9)
    late = a[700]
    assert np.array_equal([b[k] for k in range(701)][700], late)
    assert np.array_equal(a[3], b[3])


@pytest.mark.parametrize("kind", ["imu", "gnss"])
def test_samples_are_the_same_in_any_order(kind: str) -> None:
    seen = _traced(_circle)
    one, two = _sensor(kind), _sensor(kind)
    forward = [one.read(seen, k) for k in (1, 2, 3)]
    backward = [two.read(seen, k) for k in (3, 2, 1)][::-1]
    for a, b in zip(forward, backward, strict=True):
        assert all(np.array_equal(a.values[name], b.values[name], equal_nan=True) for name in a.values)
    assert set(one.attributes()["units"]) >= {name for name in forward[0].values if name != "fix"}


@given(st.floats(-2000, 2000), st.floats(-2000, 2000), st.floats(-50, 300))
@settings(max_examples=40, deadline=None)
def test_geodetic_position_against_geographiclib(x: float, y: float, z: float) -> None:
    """Distance and bearing on the ellipsoid, by another algorithm (Karney's geodesics)."""
    place = world()
    latitude, longitude, height = Geodesy(place).of(np.array([x, y, z]))
    bearing, _, distance = Geod(ellps="WGS84").inv(place.longitude_deg, place.latitude_deg, longitude, latitude)
    flat = np.hypot(x, y)
    assert distance == pytest.approx(flat, rel=1e-4, abs=1e-4)
    if flat > 1:
        turn = (np.radians(bearing) - np.arctan2(x, y) + np.pi) % (2 * np.pi) - np.pi
        assert abs(turn) < 2e-3
    assert height == pytest.approx(place.altitude_m + z + flat**2 / 2 / 6.37e6, abs=0.02)


def test_a_map_with_a_projection_uses_it() -> None:
    place = replace(world(), geo_reference="+proj=utm +zone=33 +datum=WGS84", origin_m=np.array([600e3, 5340e3, 0.0]))
    latitude, longitude, height = Geodesy(place).of(np.array([100.0, 200.0, 5.0]))
    from pyproj import Transformer

    back = Transformer.from_crs("EPSG:4326", "EPSG:32633", always_xy=True).transform(longitude, latitude)
    assert back == pytest.approx((600_100.0, 5_340_200.0), abs=1e-3)
    assert height == pytest.approx(place.altitude_m + 5.0)
    with pytest.raises(InputError, match="geoReference"):
        Geodesy(replace(place, geo_reference="+proj=nonsense"))


def test_gnss_errors_are_as_large_as_their_covariance_says() -> None:
    seen = _traced(_rest)
    errors = []
    for seed in range(300):
        sample: Sample = _sensor("gnss", seed=seed, parameters={"fix": "rtk_fixed", "sky_s": 3600.0}).read(seen, 3)
        north = (sample.values["latitude"] - sample.values["latitude_true"]) * 111.2e3
        errors.append((north, sample.values["altitude"] - sample.values["altitude_true"]))
    covariance = sample.values["covariance"]
    assert np.std([e[0] for e in errors]) == pytest.approx(np.sqrt(covariance[1, 1]), rel=0.12)
    assert np.std([e[1] for e in errors]) == pytest.approx(np.sqrt(covariance[2, 2]), rel=0.12)
    assert sample.values["fix"] == 4
    assert sample.values["altitude_true"] == pytest.approx(world().altitude_m + 0.6)


def test_gnss_velocity_is_that_of_the_antenna() -> None:
    arm = Pose.from_xyz_rpy(2.0, 0.0, 1.5)
    sample = _sensor("gnss", ego_from_sensor=arm).read(_traced(_circle), 10)
    pose, v, w, _ = _circle(0.1)
    expected = v + np.cross(w, rotate(pose.rotation, arm.translation))
    assert sample.values["velocity"] == pytest.approx(expected, abs=0.15)


def test_no_fix_gives_no_numbers() -> None:
    sample = _sensor("gnss", parameters={"fix": "none"}).read(_traced(_rest), 1)
    assert np.isnan(sample.values["latitude"])
    assert np.isnan(sample.values["velocity"]).all()
    assert np.isfinite(sample.values["latitude_true"])


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("imu", {"device": "ADIS1"}),
        ("imu", {"device": "HDL-64E"}),
        ("imu", {"parameters": {"bias": 1}}),
        ("gnss", {"parameters": {"fix": "perfect"}}),
        ("gnss", {"parameters": {"satellites": 3}}),
        ("gnss", {"parameters": {"mask_deg": -5}}),
        ("gnss", {"parameters": {"sky_s": "noon"}}),
    ],
)
def test_bad_mounts_give_one_line(kind: str, more: dict[str, Any]) -> None:
    with pytest.raises(InputError) as error:
        _sensor(kind, **more)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "longitude", "latitude"),
    [
        ("+lat_0=4.9e+1 +lon_0=8.0", 8.0, 49.0),  # CARLA's towns
        ("+proj=tmerc +lat_0=49 +lon_0=8 +geoidgrids=egm96_15.gtx +vunits=m +datum=WGS84", 8.0, 49.0),  # esmini's maps
    ],
)
def test_references_as_maps_have_them(text: str, longitude: float, latitude: float) -> None:
    """A projection without its name, and a geoid whose grid is not on this machine."""
    found = Geodesy(replace(world(), geo_reference=text)).of(np.zeros(3))
    assert found[:2] == pytest.approx((latitude, longitude), abs=1e-9)
