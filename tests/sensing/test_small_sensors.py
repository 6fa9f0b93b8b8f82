"""Ultrasonic, odometry, collision: closed forms on a plane."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from staging import box_mesh, box_model, cast, view, world

from simgen import library
from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.motion import Actor, Cast, Contact, View
from simgen.readings import Mount, Sample
from simgen.render.scene import Scene
from simgen.sensing.sensor import Sensor, Setting
from simgen.world.material import Material
from simgen.world.model import Model, Part
from simgen.world.world import Surface

WALL = Material(name="wall", semantic="wall", source="test")
RADIUS_M = 0.3


def _build(sensor: str, scene: Scene, pose: Pose | None = None, rate_hz: float = 20.0, **parameters: Any) -> Sensor:
    mount = Mount(sensor=sensor, ego_from_sensor=pose or Pose.identity(), rate_hz=rate_hz, parameters=parameters)
    setting = Setting(name="S", mount=mount, scene=scene, seed=3, channels=(), engines={})
    built: Sensor = library.find("sensors", sensor).build(setting)
    return built


def _read(sensor: Sensor, motion: View, k: int = 1) -> dict[str, Any]:
    reading = sensor.read(motion, k)
    assert isinstance(reading, Sample)
    return dict(reading.values)


def _still(row: int, t: float) -> Pose:
    return Pose.identity() if row == 0 else Pose.from_xyz_rpy(300.0, 0, 0)


# Ultrasonic.


def _range(scene: Scene, pose_at: Callable[[int, float], Pose] = _still) -> dict[str, Any]:
    return _read(_build("ultrasonic", scene, Pose.from_xyz_rpy(0, 0, 0.5)), view(scene.cast, pose_at))


@pytest.mark.parametrize("distance", [0.5, 1.0, 2.5, 5.0])
def test_a_wall_is_heard_at_its_distance(distance: float) -> None:
    wall = Surface(name="wall", mesh=box_mesh((1.0, 20.0, 4.0), (distance + 0.5, 0, 2), WALL))
    values = _range(Scene.of(world(wall), cast(0)))
    assert values["range"] == pytest.approx(distance, abs=0.05)
    assert values["range_true"] == pytest.approx(distance, abs=0.04)
    assert values["instance"] == 0


def test_the_ground_alone_is_not_heard() -> None:
    assert np.isnan(_range(Scene.of(world(), cast(0)))["range"])


def test_a_car_behind_is_heard_and_named() -> None:
    scene = Scene.of(world(), cast(1))
    values = _range(scene, lambda row, t: Pose.identity() if row == 0 else Pose.from_xyz_rpy(4.0, 0.3, 0))
    assert values["range"] == pytest.approx(2.0, abs=0.06)
    assert values["instance"] == 2


def test_what_is_too_far_is_not_heard() -> None:
    wall = Surface(name="wall", mesh=box_mesh((1.0, 20.0, 4.0), (6.5, 0, 2), WALL))
    assert np.isnan(_range(Scene.of(world(wall), cast(0)))["range"])


# Odometry.


def _rolling() -> Cast:
    body = box_model()
    places = ((2.7, 0.8), (2.7, -0.8), (0.0, 0.8), (0.0, -0.8))
    names = ("wheel_front_left", "wheel_front_right", "wheel_rear_left", "wheel_rear_right")
    mesh = box_mesh((0.5, 0.2, 0.5), (0, 0, 0))
    parts = (*body.parts, *(Part(name=name, mesh=mesh, parent=0) for name in names))
    measures = {"wheel_radius_m": RADIUS_M, "track_m": 1.6}
    model = Model(
        name="roller", category="car", parts=parts, extent_m=(4, 1.8, 1.5), centre_m=(1.4, 0, 0.7), dimensions=measures
    )
    assert len(places) == len(names)
    return Cast.of([Actor(id=1, name="ego", model=model, category="car", is_ego=True)])


def _roll(speed: float, yaw_rate: float) -> Callable[[int, float], Pose]:
    places = ((0.0, 0.0), (2.7, 0.8), (2.7, -0.8), (0.0, 0.8), (0.0, -0.8))

    def pose_at(row: int, t: float) -> Pose:
        heading = yaw_rate * t
        x, y = speed * t, 0.0
        if yaw_rate:
            x, y = speed / yaw_rate * np.sin(heading), speed / yaw_rate * (1 - np.cos(heading))
        body = Pose.from_xyz_rpy(x, y, 0, yaw=heading)
        if row == 0:
            return body
        px, py = places[row]
        spin = (speed - yaw_rate * py) / RADIUS_M
        return body @ Pose.from_xyz_rpy(px, py, RADIUS_M, pitch=spin * t)

    return pose_at


def test_wheels_that_roll_give_speed_and_yaw_rate() -> None:
    actors = _rolling()
    scene = Scene.of(world(), actors)
    sensor = _build("odometry", scene, radius_error=0, jitter_ticks=0, ticks=100_000)
    values = _read(sensor, view(actors, _roll(9.0, 0.3)))
    assert values["speed"] == pytest.approx(9.0, rel=1e-3)
    assert values["yaw_rate"] == pytest.approx(0.3, rel=1e-2)
    assert values["wheel_speed_true"][2:] == pytest.approx([(9 - 0.24) / RADIUS_M, (9 + 0.24) / RADIUS_M], rel=1e-3)
    assert values["speed_true"] == pytest.approx(9.0, rel=1e-3)
    assert values["yaw_rate_true"] == pytest.approx(0.3, rel=1e-3)


def test_encoders_count_whole_edges_that_are_right_on_average() -> None:
    actors = _rolling()
    scene = Scene.of(world(), actors)
    sensor = _build("odometry", scene, radius_error=0, jitter_ticks=0, rate_hz=50.0)
    motion = view(actors, _roll(9.0, 0.0))
    speeds = np.array([_read(sensor, motion, k)["wheel_speed"] for k in range(12)])
    edges = speeds / (2 * np.pi / 96 * 50)
    assert np.abs(edges - np.rint(edges)).max() < 1e-9
    assert speeds.mean() == pytest.approx(30.0, rel=0.02)


def test_a_vehicle_without_wheels_is_told() -> None:
    with pytest.raises(InputError, match="wheel_front_left"):
        _build("odometry", Scene.of(world(), cast(0)))


# Collision.


def _touched(*contacts: Contact) -> View:
    plain = view(cast(1), _still)
    return View([replace(s, contacts=contacts if s.time_ns == 50_000_000 else ()) for s in plain.snapshots])


def test_a_contact_is_told_once_with_its_place_and_partner() -> None:
    scene = Scene.of(world(), cast(1))
    sensor = _build("collision", scene, Pose.from_xyz_rpy(1.0, 0, 0))
    motion = _touched(
        Contact(actor_a=2, actor_b=1, impulse_Ns=30.0, point_m=(3.0, 0.5, 0.4)),
        Contact(actor_a=0, actor_b=1, impulse_Ns=10.0, point_m=(0.0, 0.0, 0.0)),
        Contact(actor_a=2, actor_b=3, impulse_Ns=99.0, point_m=(9.0, 0.0, 0.0)),
    )
    before, at, after = (_read(sensor, motion, k) for k in range(3))
    assert not before["pressed"]
    assert not after["pressed"]
    assert np.isnan(before["point"]).all()
    assert at["pressed"]
    assert at["count"] == 2
    assert at["impulse"] == pytest.approx(40.0)
    assert at["actor"] == 2
    assert at["point"] == pytest.approx([2.0, 0.5, 0.4])


def test_a_bumper_feels_its_own_side_alone() -> None:
    scene = Scene.of(world(), cast(1))
    motion = _touched(Contact(actor_a=1, actor_b=2, impulse_Ns=5.0, point_m=(3.0, 0.5, 0.4)))
    assert _read(_build("collision", scene, arc_deg=90), motion)["pressed"]
    assert not _read(_build("collision", scene, Pose.from_xyz_rpy(0, 0, 0, yaw=np.pi), arc_deg=90), motion)["pressed"]
    assert not _read(_build("collision", scene, least_impulse_Ns=6), motion)["pressed"]


@pytest.mark.parametrize("sensor", ["ultrasonic", "odometry", "collision"])
def test_unknown_parameters_are_told(sensor: str) -> None:
    with pytest.raises(InputError, match="colour"):
        _build(sensor, Scene.of(world(), _rolling()), colour=1)
