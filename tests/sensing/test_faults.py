import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.readings import FAULTS, Image, Mount, PointCloud, Sample
from simgen.scenario.scenario import Fault
from simgen.sensing.faults import FaultModel

MOUNT = Mount(sensor="lidar", ego_from_sensor=Pose.identity(), rate_hz=10.0)


def _model(*faults: Fault, kind: str = "lidar", seed: int = 3) -> FaultModel:
    return FaultModel("LIDAR", kind, MOUNT, faults, seed)


def _cloud(k: int = 0, rings: int = 64) -> PointCloud:
    ring = np.repeat(np.arange(rings, dtype=np.uint16), 10)
    columns = {"xyz": np.ones((len(ring), 3), np.float32), "ring": ring}
    time_ns = k * 100_000_000
    return PointCloud(
        k=k, time_ns=time_ns, reported_time_ns=time_ns, world_from_sensor=np.eye(4), columns=columns, rings=rings
    )


def _image() -> Image:
    channels = {
        "rgb": np.full((4, 5, 3), 9, np.uint8),
        "depth": np.ones((4, 5), np.float32),
        "semantic": np.ones((4, 5), np.uint8),
        "instance": np.ones((4, 5), np.uint32),
        "flow_forward": np.ones((4, 5, 2), np.float32),
    }
    return Image(k=0, time_ns=0, reported_time_ns=0, world_from_sensor=np.eye(4), channels=channels)


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
    ],
)
def test_bad_faults_give_one_line(fault: Fault, kind: str) -> None:
    with pytest.raises(InputError) as error:
        _model(fault, kind=kind)
    assert "\n" not in str(error.value)
