"""The robot ego against closed forms: kinematics of a differential drive, stopping distances, rest on a slope."""

import dataclasses

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from simgen import library
from simgen.geometry import Pose, yaw_of
from simgen.motion import PHYSICS_HZ
from simgen.physics.client import Client
from simgen.physics.ego import ego_of
from simgen.physics.ground import Ground
from simgen.physics.robot import FULL_LOCK_RAD, Robot
from simgen.physics.tiles import NearWorld, Tiles
from simgen.physics.vehicle import Controls, Vehicle
from simgen.world.world import Surface
from tests import staging


class Floor:
    """An AMR on a plane that may be tilted about y."""

    def __init__(self, grade: float = 0.0, speed_mps: float = 0.0) -> None:
        plane = staging.plane_mesh(200.0)
        vertices = plane.vertices.copy()
        vertices[:, 2] = grade * vertices[:, 0]
        surfaces = (Surface(name="ground", mesh=dataclasses.replace(plane, vertices=vertices)),)
        self.client = Client()
        NearWorld(self.client, Tiles(surfaces))
        robot = ego_of(self.client, Ground(surfaces), library.find("models", "amr").build())
        assert isinstance(robot, Robot)
        self.robot = robot
        turn = Rotation.from_euler("y", -np.arctan(grade)).as_quat()
        self.robot.place(Pose(rotation=turn, translation=np.zeros(3)), speed_mps)

    def run(self, seconds: float, controls: Controls) -> None:
        for _ in range(round(seconds * PHYSICS_HZ)):
            self.robot.push(controls)
            self.client.step()
            self.robot.read()

    def yaw(self) -> float:
        return float(yaw_of(self.robot.root()[0][3:]))


def test_cars_stay_cars() -> None:
    floor = Floor()
    assert isinstance(ego_of(floor.client, floor.robot._ground, staging.box_model()), Vehicle)


def test_it_speeds_up_at_its_rate_to_its_top_speed() -> None:
    floor = Floor()
    floor.run(1.0, Controls(throttle=1.0))
    assert floor.robot.speed_mps == pytest.approx(1.0, abs=0.03)
    floor.run(3.0, Controls(throttle=1.0))
    assert floor.robot.speed_mps == pytest.approx(2.0, abs=0.01)


def test_the_protective_stop_takes_v_squared_over_two_a() -> None:
    floor = Floor(speed_mps=2.0)
    floor.run(0.5, Controls())
    start = floor.robot.root()[0][0]
    floor.run(2.0, Controls(brake=1.0))
    assert floor.robot.root()[0][0] - start == pytest.approx(2.0**2 / (2.0 * 2.4), rel=0.05)
    assert abs(floor.robot.speed_mps) < 1e-3


def test_it_turns_on_the_spot() -> None:
    floor = Floor()
    floor.run(0.5, Controls(steer_rad=FULL_LOCK_RAD))
    before = floor.yaw()
    floor.run(0.5, Controls(steer_rad=FULL_LOCK_RAD))
    assert floor.yaw() - before == pytest.approx(2.0 * 0.5, rel=0.03)
    assert np.linalg.norm(floor.robot.root()[0][:2]) < 0.02


@pytest.mark.parametrize("curvature", [0.5, -0.8])
def test_it_drives_the_circle_asked_for(curvature: float) -> None:
    floor = Floor(speed_mps=1.0)
    for _ in range(4):
        floor.run(0.5, Controls(steer_rad=floor.robot.steer_for(curvature)))
    pose, twist = floor.robot.root()
    radius = np.linalg.norm(twist[:2]) / twist[5]
    assert radius == pytest.approx(1.0 / curvature, rel=0.03)
    assert np.isclose(pose[2], 0.0, atol=0.003)


def test_its_wheels_spin_as_the_difference_says() -> None:
    floor = Floor(speed_mps=0.5)
    floor.run(1.0, Controls(steer_rad=0.5 * FULL_LOCK_RAD))
    left, right = floor.robot._spin * floor.robot.parameters.wheel_radius_m
    assert right - left == pytest.approx(0.40 * 1.0, rel=1e-6)
    assert 0.5 * (left + right) == pytest.approx(0.5, rel=1e-6)


def test_it_stays_where_it_stands_on_a_ramp() -> None:
    floor = Floor(grade=0.05)
    floor.run(0.5, Controls())
    start = floor.robot.root()[0][:3].copy()
    floor.run(4.0, Controls())
    assert np.linalg.norm(floor.robot.root()[0][:3] - start) < 1e-3
    assert np.abs(floor.robot.twist).max() < 1e-3


def test_braking_grip_is_what_friction_allows() -> None:
    """On ice (grip 0.1) the driven wheels slide: half the weight times 0.07 g, not the brake's 2.4 m/s2."""
    floor = Floor(speed_mps=2.0)
    floor.robot._friction *= 0.1
    floor.run(0.5, Controls())
    start = floor.robot.speed_mps
    floor.run(0.5, Controls(brake=1.0))
    assert start - floor.robot.speed_mps == pytest.approx(0.5 * 0.5 * 0.07 * 9.81, rel=0.15)


def test_the_same_run_twice() -> None:
    ends = []
    for _ in range(2):
        floor = Floor()
        floor.run(1.0, Controls(steer_rad=0.2, throttle=0.7))
        ends.append(floor.robot.root()[0].tobytes())
    assert ends[0] == ends[1]
