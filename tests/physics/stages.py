"""Cars on planes, and concrete scenarios by hand, for the tests of this room."""

import dataclasses

import numpy as np
from scipy.spatial.transform import Rotation

from simgen.geometry import Pose
from simgen.physics.client import Client
from simgen.physics.ground import Ground
from simgen.physics.tiles import NearWorld, Tiles
from simgen.physics.vehicle import Controls, Vehicle
from simgen.scenario.scenario import ConcreteScenario, Entity, WeatherSpec
from simgen.world.mesh import Mesh
from simgen.world.model import Model, Part
from simgen.world.weather import COLUMNS, Weather
from simgen.world.world import Surface
from tests import staging

WHEEL_PLACES = {
    "wheel_front_left": (2.6, 0.75),
    "wheel_front_right": (2.6, -0.75),
    "wheel_rear_left": (0.0, 0.75),
    "wheel_rear_right": (0.0, -0.75),
}


def car_model() -> Model:
    """A box on four wheels, origin at the rear axle."""
    body = Part(name="body", mesh=staging.box_mesh((4.2, 1.8, 1.2), (1.3, 0, 0.9)), parent=-1)
    wheels = [
        Part(
            name=name,
            mesh=staging.box_mesh((0.6, 0.2, 0.6), (0, 0, 0)),
            parent=0,
            parent_from_part=Pose.from_xyz_rpy(x, y, 0.32),
            joint="wheel",
        )
        for name, (x, y) in WHEEL_PLACES.items()
    ]
    return Model(
        name="wheeled",
        category="car",
        parts=(body, *wheels),
        extent_m=(4.2, 1.8, 1.5),
        centre_m=(1.3, 0.0, 0.75),
        dimensions={"wheelbase_m": 2.6, "track_front_m": 1.5, "track_rear_m": 1.5, "wheel_radius_m": 0.32},
    )


class Track:
    """One vehicle with the published car's own measures on a plane that may be tilted."""

    def __init__(self, grade: float = 0.0, yaw_rad: float = 0.0, speed_mps: float = 0.0) -> None:
        plane: Mesh = staging.plane_mesh(2000.0)
        vertices = plane.vertices.copy()
        vertices[:, 2] = grade * vertices[:, 0]
        surfaces = (Surface(name="ground", mesh=dataclasses.replace(plane, vertices=vertices)),)
        self.client = Client()
        NearWorld(self.client, Tiles(surfaces))
        self.vehicle = Vehicle(self.client, Ground(surfaces), staging.box_model())
        up = np.array([-grade, 0.0, 1.0]) / np.hypot(1.0, grade)
        ahead = np.array([np.cos(yaw_rad), np.sin(yaw_rad), grade * np.cos(yaw_rad)])
        ahead /= np.linalg.norm(ahead)
        axes = np.stack([ahead, np.cross(up, ahead), up], axis=1)
        pose = Pose(rotation=Rotation.from_matrix(axes).as_quat(), translation=np.zeros(3))
        self.vehicle.place(pose, speed_mps)

    def step(self, controls: Controls) -> None:
        self.vehicle.push(controls)
        self.client.step()
        self.vehicle.read()

    def keep(self, steer_rad: float, speed_mps: float) -> None:
        """One step at constant speed."""
        wanted = 0.1 + 2.0 * (speed_mps - self.vehicle.speed_mps)
        self.step(Controls(steer_rad, min(max(wanted, 0.0), 1.0), 0.0))


def concrete(ego: Entity, *actors: Entity, **more: object) -> ConcreteScenario:
    """A concrete scenario on the plane of `staging`."""
    weather = WeatherSpec(**{name: getattr(Weather(), name) for name in COLUMNS})
    return ConcreteScenario(name="test", ego=ego, actors=actors, weather=weather, seed=1, **more)  # type: ignore
