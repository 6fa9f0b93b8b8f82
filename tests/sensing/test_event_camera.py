"""The event camera in a scene: edges fire when they pass, readings join, bad input."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from staging import cast, view, world

from simgen import library
from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.motion import View
from simgen.readings import OPTICAL_FROM_BODY, EventBatch, Mount
from simgen.render.scene import Scene
from simgen.sensing.sensor import Setting

CAST = cast(1)
SPEED, DISTANCE = 6.0, 12.0
QUIET = {"mismatch": 0.0, "leak_hz": 0.0, "noise_hz": 0.0, "refractory_s": 0.0}
ENGINES: dict[str, Any] = {}


def pose_at(row: int, time_s: float) -> Pose:
    """The ego stands; a box crosses ahead from left to right."""
    places = [(0.0, 0.0), (DISTANCE, 2.0 - SPEED * time_s)]
    return Pose.from_xyz_rpy(*places[row], 0.0)


@pytest.fixture(scope="module")
def scene():
    return Scene.of(world(), CAST)


@pytest.fixture(scope="module")
def seen():
    return view(CAST, pose_at, end_s=0.5)


def sensor(scene: Scene, parameters: dict[str, Any], rate_hz: float = 50.0, seed: int = 1):
    pose = Pose.from_xyz_rpy(0.0, 0.0, 1.0) @ OPTICAL_FROM_BODY.inverse()
    size = {"width": 120, "height": 80, "horizontal_fov_deg": 50.0}
    mount = Mount(
        sensor="event_camera",
        ego_from_sensor=pose,
        rate_hz=rate_hz,
        parameters={**size, **parameters, "sees_ego": True},
    )
    setting = Setting(
        name="EVENTS", mount=mount, scene=scene, seed=seed, channels=(), engines=ENGINES, readings=20
    )  # fmt: skip
    return library.find("sensors", "event_camera").build(setting)


def test_an_edge_fires_where_it_is(scene, seen):
    """The front edge of the box crosses pixel x at the time that its position says."""
    camera = sensor(scene, QUIET)
    focal = camera.model.K[0, 0]
    off = []
    for k in range(5, 15):
        batch = camera.read(seen, k)
        events = (batch.y == 45) & (batch.x > 5) & (batch.x < 115)
        time_s = (batch.time_ns + batch.offset_ns[events]) * 1e-9
        # Its corners in the picture, near and far: x = cx - f y / z.
        sides = [2.0 - SPEED * time_s + side * 0.9 for side in (-1, 1)]
        edges = [60.0 - focal * side / (DISTANCE + end) for side in sides for end in (-2.0, 2.0)]
        away = np.min([np.abs(edge - (batch.x[events] + 0.5)) for edge in edges], axis=0)
        off.append(away)
    off = np.concatenate(off)
    assert len(off) > 100
    assert np.median(off) < 0.5
    assert np.quantile(off, 0.95) < 1.0  # a pixel is a pixel wide


def test_a_still_scene_is_silent_but_for_noise(scene):
    still = view(CAST, lambda row, _: pose_at(row, 0.3))
    assert len(sensor(scene, QUIET).read(still, 3).x) == 0
    noisy = sensor(scene, {**QUIET, "noise_hz": 40.0}).read(still, 3)
    assert 0.25 * 0.02 * 40 * 9600 < len(noisy.x) < 0.02 * 40 * 9600 * 1.1


def test_readings_do_not_depend_on_order_or_history(scene, seen):
    forth, back = sensor(scene, {}), sensor(scene, {})
    first = {k: forth.read(seen, k) for k in (4, 5, 6)}
    second = {k: back.read(seen, k) for k in (6, 4, 5)}
    for k, batch in first.items():
        for name in ("x", "y", "offset_ns", "polarity"):
            assert np.array_equal(batch.columns[name], second[k].columns[name])
    start, end = forth.window_ns(6)
    part = View([s for s in seen.snapshots if start - 17_000_000 <= s.time_ns <= end + 17_000_000])
    assert np.array_equal(sensor(scene, {}).read(part, 6).x, first[6].x)
    assert not np.array_equal(sensor(scene, {}, seed=2).read(seen, 6).offset_ns, first[6].offset_ns)


def test_columns_are_as_the_format_says(scene, seen):
    camera = sensor(scene, {})
    for k in (0, 1, 7):
        batch = camera.read(seen, k)
        assert isinstance(batch, EventBatch)
        assert [batch.columns[name].dtype for name in ("x", "y", "offset_ns", "polarity")] == ["u2", "u2", "i4", "?"]
        assert np.all((batch.offset_ns <= 0) & (batch.offset_ns > -20_000_001))
        assert np.all(np.diff(batch.offset_ns) >= 0)
        assert np.all((batch.x < 120) & (batch.y < 80))


@pytest.mark.parametrize(
    ("parameters", "rate_hz", "message"),
    [
        ({"on_threshold": 0.0}, 50.0, "rig: EVENTS.on_threshold: expected 0.05..2, got 0.0"),
        ({"steps": 0}, 50.0, "rig: EVENTS.steps: expected a whole number 1..64, got 0"),
        ({"contrast": 1}, 50.0, "rig: EVENTS: expected parameters width, "),
        ({}, 5.0, "rig: EVENTS.rate_hz: expected 10 or more, got 5"),
    ],
)
def test_bad_input_is_one_line(scene, parameters, rate_hz, message):
    with pytest.raises(InputError) as error:
        sensor(scene, parameters, rate_hz)
    assert str(error.value).startswith(message)


def test_any_lens_and_carrier_sees_the_same_edges(scene, seen):
    """A fisheye's events lie where its projection puts the pinhole's; one in the world sees what the ego's does."""
    pinhole = sensor(scene, QUIET)
    at = pinhole._mount
    parameters = dict(at.parameters)
    fisheye = {**parameters, "model": "kannala_brandt", "distortion": [0.0, 0.0, 0.0, 0.0], "width": 121}
    cameras = [
        library.find("sensors", "event_camera").build(
            Setting(name="EVENTS", mount=mount, scene=scene, seed=1, channels=(), engines=ENGINES, readings=20)
        )
        for mount in (replace(at, parameters=fisheye), replace(at, fixed_to="world"))
    ]
    first, bent, standing = (camera.read(seen, 8) for camera in (pinhole, *cameras))
    assert all(np.array_equal(first.columns[name], standing.columns[name]) for name in first.columns)
    assert np.allclose(first.world_from_sensor, standing.world_from_sensor)
    pixels = np.stack([first.x + 0.5, first.y + 0.5], axis=1).astype(np.float64)
    there = cameras[0].model.project(pinhole.model.rays(pixels))
    events = np.stack([bent.x + 0.5, bent.y + 0.5], axis=1)
    gap = [np.min(np.linalg.norm(events - place, axis=1)) for place in there]
    assert np.median(gap) < 1.0
    assert np.quantile(gap, 0.9) < 2.5
