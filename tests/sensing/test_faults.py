import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.imaging.soiling import dirt_opacity
from simgen.readings import FAULTS, Image, Mount, PointCloud, RadarScan, Reading, Sample
from simgen.sampling import Uniform
from simgen.scenario.scenario import Fault
from simgen.sensing.faults import FaultModel
from simgen.sensing.faults.model import KINDS
from simgen.sensing.faults.soiling import dirt_of_window

MOUNT = Mount(sensor="lidar", ego_from_sensor=Pose.identity(), rate_hz=10.0)


def _model(*faults: Fault, kind: str = "lidar", seed: int = 3) -> FaultModel:
    return FaultModel("LIDAR", kind, MOUNT, faults, seed)


def _bit(kind: str) -> int:
    return 1 << FAULTS.index(kind)


def _cloud(k: int = 0, rings: int = 64, columns_of: int = 10) -> PointCloud:
    ring = np.tile(np.arange(rings, dtype=np.uint16), columns_of)
    column = np.repeat(np.arange(columns_of, dtype=np.uint16), rings)
    azimuth = -2 * np.pi * (column + 0.5) / columns_of
    xyz = (20.0 + k) * np.stack([np.cos(azimuth), np.sin(azimuth), np.zeros(len(ring))], axis=1)
    columns = {
        "xyz": xyz.astype(np.float32),
        "xyz_true": xyz.astype(np.float32),
        "ring": ring,
        "column": column,
        "intensity": np.full(len(ring), 0.3, np.float32),
        "instance": np.full(len(ring), 7, np.uint32),
        "is_clutter": np.zeros(len(ring), bool),
    }
    time_ns = k * 100_000_000
    return PointCloud(
        k=k, time_ns=time_ns, reported_time_ns=time_ns, world_from_sensor=np.eye(4), columns=columns, rings=rings
    )


def _scan(k: int = 0) -> RadarScan:
    snr = np.linspace(12.0, 52.0, 81).astype(np.float32)
    return RadarScan(k=k, time_ns=0, reported_time_ns=0, world_from_sensor=np.eye(4), columns={"snr_db": snr})


def _sample(k: int = 0, **values: object) -> Sample:
    time_ns = k * 100_000_000
    return Sample(k=k, time_ns=time_ns, reported_time_ns=time_ns, world_from_sensor=np.eye(4), values=values)


def _image(k: int = 0) -> Image:
    time_ns = k * 100_000_000
    channels = {
        "rgb": np.full((4, 5, 3), 9 + k, np.uint8),
        "depth": np.ones((4, 5), np.float32),
        "semantic": np.ones((4, 5), np.uint8),
        "instance": np.ones((4, 5), np.uint32),
        "flow_forward": np.ones((4, 5, 2), np.float32),
    }
    return Image(k=k, time_ns=time_ns, reported_time_ns=time_ns, world_from_sensor=np.eye(4), channels=channels)


def test_dropped_image_is_empty_as_the_format_says() -> None:
    image = _model(Fault(kind="dropped", sensors=("camera",)), kind="camera").apply(_image())
    assert image.faults == 1 << FAULTS.index("dropped")
    assert isinstance(image, Image)
    assert not image.rgb.any()
    assert not image.instance.any()
    assert not image.semantic.any()
    assert np.isposinf(image.depth).all()
    assert np.isnan(image.flow_forward).all()
    assert image.instance.dtype == np.uint32


def test_dropped_cloud_has_no_points_and_sample_no_numbers() -> None:
    fault = Fault(kind="dropped", sensors=("*",))
    cloud = _model(fault).apply(_cloud())
    assert isinstance(cloud, PointCloud)
    assert cloud.xyz.shape == (0, 3)
    sample = Sample(
        k=0, time_ns=0, reported_time_ns=0, world_from_sensor=np.eye(4), values={"a": np.ones(3), "fix": np.uint8(3)}
    )
    dropped = _model(fault, kind="imu").apply(sample)
    assert isinstance(dropped, Sample)
    assert np.isnan(dropped.values["a"]).all()
    assert dropped.values["fix"] == 0


def test_faults_hold_only_in_their_span_and_for_their_sensors() -> None:
    model = _model(Fault(kind="dropped", sensors=("LIDAR",), start_s=0.2, end_s=0.3))
    assert [model.apply(_cloud(k)).faults for k in range(5)] == [0, 0, 1, 1, 0]
    assert _model(Fault(kind="dropped", sensors=("CAM",))).apply(_cloud()).faults == 0


def test_drop_rate_and_independence_of_order() -> None:
    model = _model(Fault(kind="dropped", sensors=("*",), parameters={"probability": 0.3}))
    forward = [model.apply(_cloud(k)).faults for k in range(2000)]
    backward = [model.apply(_cloud(k)).faults for k in reversed(range(2000))]
    assert forward == backward[::-1]
    assert abs(np.mean(forward) - 0.3) < 3 * np.sqrt(0.3 * 0.7 / 2000)


def test_dead_beams_by_list() -> None:
    cloud = _model(Fault(kind="dead_beams", sensors=("lidar",), parameters={"beams": [0, 5]})).apply(_cloud())
    assert set(range(64)) - set(cloud.columns["ring"].tolist()) == {0, 5}
    assert cloud.faults == 1 << FAULTS.index("dead_beams")


@given(st.integers(0, 2**40), st.floats(0.02, 0.98), st.integers(4, 128))
@settings(max_examples=30, deadline=None)
def test_dead_beams_by_share_are_as_many_as_asked_and_the_same_in_each_sweep(
    seed: int, share: float, rings: int
) -> None:
    model = _model(Fault(kind="dead_beams", sensors=("*",), parameters={"share": share}), seed=seed)
    left = [set(model.apply(_cloud(k, rings)).columns["ring"].tolist()) for k in (0, 7)]
    assert left[0] == left[1]
    assert rings - len(left[0]) == max(round(share * rings), 1)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind="melted", sensors=("*",)), "lidar"),
        (Fault(kind="dropped", sensors=("*",), parameters={"probability": 1.5}), "lidar"),
        (Fault(kind="dead_beams", sensors=("lidar",), parameters={"beams": "all"}), "lidar"),
        (Fault(kind="dead_beams", sensors=("LIDAR",)), "camera"),
        (Fault(kind="stuck", sensors=("*",), parameters={"readings": 0}), "camera"),
        (Fault(kind="late", sensors=("*",), parameters={"delay_s": float("nan")}), "camera"),
        (Fault(kind="clock_drift", sensors=("*",), parameters={"speed": 3.0}), "imu"),
        (Fault(kind="miscalibrated", sensors=("*",), parameters={"rotation_vector_deg": [1.0, 2.0]}), "imu"),
        (Fault(kind="jump", sensors=("LIDAR",)), "lidar"),
        (Fault(kind="dropped", sensors=("*",), start_s=Uniform(low=0.0, high=1.0)), "lidar"),
    ],
)
def test_bad_faults_give_one_line(fault: Fault, kind: str) -> None:
    with pytest.raises(InputError) as error:
        _model(fault, kind=kind)
    assert "\n" not in str(error.value)


def test_every_fault_of_the_format_can_befall_a_sensor() -> None:
    assert set(KINDS) == set(FAULTS)


def test_a_stuck_camera_repeats_the_last_frame_before_the_fault() -> None:
    model = _model(Fault(kind="stuck", sensors=("*",), start_s=0.3, end_s=0.6), kind="camera")
    images = [model.apply(_image(k)) for k in range(9)]
    assert [image.faults for image in images] == [0, 0, 0, *[_bit("stuck")] * 4, 0, 0]
    for k in (3, 4, 5, 6):
        assert isinstance(images[k], Image)
        for name, channel in images[2].channels.items():
            assert images[k].channels[name].tobytes() == channel.tobytes()
        assert images[k].time_ns == k * 100_000_000
    assert images[7].rgb.tobytes() == _image(7).rgb.tobytes()


def test_random_freezes_last_as_long_as_they_say() -> None:
    parameters = {"probability": 0.05, "readings": 6}
    model = _model(Fault(kind="stuck", sensors=("*",), parameters=parameters), kind="lidar")
    stuck = np.array([bool(model.apply(_cloud(k)).faults) for k in range(1500)])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], stuck.astype(int), [0]])))
    runs = edges[1::2] - edges[::2]
    assert runs.min() >= 6  # freezes that overlap are longer
    # A reading is fresh only where none of the last six began one.
    expected = 1 - 0.95**6
    assert abs(stuck.mean() - expected) < 4 * np.sqrt(expected * (1 - expected) * 11 / 1500)


@given(st.floats(-1000, 1000), st.floats(-2, 2), st.integers(0, 3000))
@settings(max_examples=40, deadline=None)
def test_a_clock_drifts_by_exactly_its_parts_in_a_million(ppm: float, offset_s: float, k: int) -> None:
    fault = Fault(kind="clock_drift", sensors=("*",), parameters={"ppm": ppm, "offset_s": offset_s}, start_s=1.0)
    reading = _model(fault, kind="imu").apply(_sample(k, a=np.zeros(3)))
    if k < 10:
        assert (reading.faults, reading.reported_time_ns) == (0, reading.time_ns)
        return
    expected = reading.time_ns + 1e9 * offset_s + ppm * 1e-6 * (reading.time_ns - 1_000_000_000)
    assert abs(reading.reported_time_ns - expected) <= 0.5 + 1e-3
    assert reading.time_ns == k * 100_000_000
    assert reading.faults == _bit("clock_drift")


def test_late_readings_say_when_they_come() -> None:
    parameters = {"delay_s": 0.25, "jitter_s": 0.05}
    model = _model(Fault(kind="late", sensors=("*",), parameters=parameters))
    clouds = [model.apply(_cloud(k)) for k in range(400)]
    extra = np.array([cloud.delay_ns for cloud in clouds]) - 250_000_000
    assert extra.min() >= 0
    assert extra.mean() == pytest.approx(50e6, rel=0.2)
    assert all(cloud.reported_time_ns == cloud.time_ns + cloud.delay_ns for cloud in clouds)
    assert [model.delay_ns(k) for k in range(400)] == [cloud.delay_ns for cloud in clouds]
    assert model.longest_delay_ns >= max(cloud.delay_ns for cloud in clouds)
    punctual = parameters | {"stamped_on_arrival": 0}
    cloud = _model(Fault(kind="late", sensors=("*",), parameters=punctual)).apply(_cloud(3))
    assert cloud.reported_time_ns == cloud.time_ns


def test_the_latency_of_a_mount_is_no_fault() -> None:
    mount = Mount(sensor="lidar", ego_from_sensor=Pose.identity(), rate_hz=10.0, latency_s=0.03)
    cloud = FaultModel("LIDAR", "lidar", mount, (), 1).apply(_cloud(2))
    assert (cloud.faults, cloud.delay_ns) == (0, 30_000_000)


def test_a_shifted_sensor_is_off_by_what_was_said() -> None:
    parameters = {"rotation_deg": 3.0, "translation_m": 0.05}
    model = _model(Fault(kind="miscalibrated", sensors=("*",), parameters=parameters, start_s=0.5), kind="camera")
    assert model.true_mount(3) is MOUNT
    off = (MOUNT.ego_from_sensor.inverse() @ model.true_mount(6).ego_from_sensor).matrix()
    assert np.degrees(np.arccos((np.trace(off[:3, :3]) - 1) / 2)) == pytest.approx(3.0)
    assert np.linalg.norm(off[:3, 3]) == pytest.approx(0.05)
    exact = {"rotation_vector_deg": [0.0, 0.0, 90.0], "translation_vector_m": [1.0, 2.0, 3.0]}
    turned = _model(Fault(kind="miscalibrated", sensors=("*",), parameters=exact)).true_mount().ego_from_sensor
    assert turned.apply(np.array([1.0, 0.0, 0.0])) == pytest.approx([1.0, 3.0, 3.0])


def test_interference_puts_clutter_in_bursts_along_the_beams() -> None:
    fault = Fault(kind="interference", sensors=("*",), parameters={"share": 0.2})
    true, cloud = _cloud(1, columns_of=500), _model(fault).apply(_cloud(1, columns_of=500))
    assert isinstance(cloud, PointCloud)
    clutter = cloud.is_clutter
    assert abs(clutter.mean() - 0.2) < 4 * np.sqrt(0.2 * 0.8 * 8 / len(clutter))
    assert not cloud.instance[clutter].any()
    assert np.isnan(cloud.xyz_true[clutter]).all()
    assert np.array_equal(cloud.xyz[~clutter], true.xyz[~clutter])
    beams = cloud.xyz / np.linalg.norm(cloud.xyz, axis=1, keepdims=True)
    assert np.allclose(beams, true.xyz / np.linalg.norm(true.xyz, axis=1, keepdims=True), atol=1e-5)
    assert np.std(np.linalg.norm(cloud.xyz[clutter], axis=1)) == pytest.approx(99.0 / np.sqrt(12), rel=0.05)


def test_a_raised_noise_floor_hides_what_is_weak() -> None:
    fault = Fault(kind="interference", sensors=("*",), parameters={"floor_db": 10.0})
    scan = _model(fault, kind="radar").apply(_scan())
    assert isinstance(scan, RadarScan)
    assert scan.faults == _bit("interference")
    assert np.allclose(scan.snr_db, _scan().snr_db[_scan().snr_db > 22.0] - 10.0)


@given(st.floats(0.0, 1.0), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_dirt_covers_its_share_and_a_larger_share_more(share: float, seed: int) -> None:
    lens = dirt_opacity((60, 80), share, np.random.default_rng(seed))
    assert abs((lens > 0).mean() - share) < 0.01
    assert np.all(dirt_opacity((60, 80), min(share + 0.1, 1.0), np.random.default_rng(seed)) >= lens)
    around = np.linspace(-np.pi, np.pi, 4000, endpoint=False)
    window = dirt_of_window(around, share, np.random.default_rng(seed))
    assert abs((window > 0.5).mean() - share) < 0.02


def test_dirt_takes_light_from_the_picture_and_echoes_from_the_lidar() -> None:
    fault = Fault(kind="soiled", sensors=("*",), parameters={"share": 0.5, "opacity": 1.0})
    bright = Image(
        k=0, time_ns=0, reported_time_ns=0, world_from_sensor=np.eye(4),
        channels={
            "rgb": np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8),
            "depth": np.ones((60, 80), np.float32), "soiled": np.zeros((60, 80), bool),
        },
    )  # fmt: skip
    image = _model(fault, kind="camera").apply(bright)
    assert isinstance(image, Image)
    assert abs(image.soiled.mean() - 0.5) < 0.02
    assert np.std(image.rgb[image.soiled].astype(float)) < 0.6 * np.std(image.rgb[~image.soiled].astype(float))
    assert np.array_equal(image.depth, bright.depth)
    cloud = _model(fault).apply(_cloud(columns_of=720))
    assert isinstance(cloud, PointCloud)
    assert abs(len(cloud.xyz) / (64 * 720) - 0.5) < 0.15
    assert set(np.unique(cloud.ring).tolist()) == set(range(64))


def test_lost_packets_are_whole_blocks_and_as_many_as_they_should() -> None:
    model = _model(Fault(kind="packet_loss", sensors=("*",), parameters={"probability": 0.1, "columns": 12}))
    lost = 0
    for k in range(100):
        cloud = model.apply(_cloud(k, rings=4, columns_of=240))
        left = np.bincount(cloud.columns["column"], minlength=240).reshape(20, 12)
        assert np.all((left == 4).all(axis=1) | (left == 0).all(axis=1))
        assert bool(cloud.faults) == (len(cloud.columns["ring"]) < 960)
        lost += int((left[:, 0] == 0).sum())
    assert abs(lost / 2000 - 0.1) < 4 * np.sqrt(0.1 * 0.9 / 2000)
    image = _model(Fault(kind="packet_loss", sensors=("*",), parameters={"probability": 0.5, "rows": 2}), kind="camera")
    rows = np.array([image.apply(_image(k)).channels["rgb"][:, 0, 0] > 0 for k in range(40)])
    assert np.array_equal(rows[:, 0], rows[:, 1])
    assert 0.2 < rows.mean() < 0.8


def test_a_position_jumps_by_what_it_says() -> None:
    from pyproj import Geod

    values = {"latitude": np.float64(48.1), "longitude": np.float64(11.6), "altitude": np.float64(520.0)}
    fault = Fault(kind="jump", sensors=("*",), parameters={"distance_m": 25.0}, start_s=0.1)
    model = _model(fault, kind="gnss")
    assert model.apply(_sample(0, **values)).faults == 0
    moved = [model.apply(_sample(k, **values)) for k in (1, 5)]
    assert all(isinstance(sample, Sample) for sample in moved)
    at = [sample.values for sample in moved]
    assert at[0] == at[1]
    _, _, distance = Geod(ellps="WGS84").inv(11.6, 48.1, at[0]["longitude"], at[0]["latitude"])
    assert distance == pytest.approx(25.0, rel=1e-3)
    up = Fault(kind="jump", sensors=("*",), parameters={"offset_m": [3.0, 4.0, -2.0]})
    there = _model(up, kind="gnss").apply(_sample(1, **values)).values
    bearing, _, distance = Geod(ellps="WGS84").inv(11.6, 48.1, there["longitude"], there["latitude"])
    assert (bearing, distance) == pytest.approx((np.degrees(np.arctan2(3, 4)), 5.0), rel=1e-3)
    assert there["altitude"] == 518.0


def test_a_bias_steps_by_its_magnitude_in_one_direction() -> None:
    values = {"angular_velocity": np.ones(3), "linear_acceleration": np.full(3, 9.0)}
    fault = Fault(kind="bias", sensors=("*",), parameters={"gyro_rps": 0.2, "accel_mps2": 0.5}, start_s=0.3)
    model = _model(fault, kind="imu")
    steps = [model.apply(_sample(k, **values)) for k in (2, 3, 9)]
    assert [bool(sample.faults) for sample in steps] == [False, True, True]
    for name, size in (("angular_velocity", 0.2), ("linear_acceleration", 0.5)):
        off = steps[1].values[name] - values[name]
        assert np.linalg.norm(off) == pytest.approx(size)
        assert np.array_equal(steps[2].values[name] - values[name], off)


@pytest.mark.parametrize("kind", [kind for kind in FAULTS if kind not in ("stuck", "miscalibrated")])
def test_faults_do_not_depend_on_order_or_on_each_other(kind: str) -> None:
    sensors = KINDS[kind].sensors or ("lidar",)
    make: dict[str, object] = {"camera": _image, "lidar": _cloud, "radar": _scan}

    def reading(k: int) -> Reading:
        if sensors[0] in make:
            return make[sensors[0]](k)  # type: ignore[operator,no-any-return]
        values = {"latitude": 1.0, "longitude": 2.0, "altitude": 3.0, "angular_velocity": np.ones(3)}
        return _sample(k, **values, linear_acceleration=np.ones(3))

    fault = Fault(kind=kind, sensors=("*",))
    drift = Fault(kind="clock_drift", sensors=("*",))
    alone = _model(fault, kind=sensors[0])
    forward = [_content(alone.apply(reading(k))) for k in range(6)]
    assert [_content(alone.apply(reading(k))) for k in reversed(range(6))] == forward[::-1]
    for both in ((fault, drift), (drift, fault)):
        other = _model(*both, kind=sensors[0])
        assert [_content(other.apply(reading(k))) for k in range(6)] == forward


def _content(reading: Reading) -> list[bytes]:
    for name in ("channels", "columns", "values"):
        if hasattr(reading, name):
            return [np.asarray(value).tobytes() for value in getattr(reading, name).values()]
    raise AssertionError(reading)
