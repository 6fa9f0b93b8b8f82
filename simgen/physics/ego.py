"""What carries the sensors: a car, or a robot where the model says so."""

from typing import TypeAlias

from simgen.physics.client import Client
from simgen.physics.ground import Ground
from simgen.physics.robot import Robot, is_robot
from simgen.physics.vehicle import Vehicle
from simgen.world.model import Model

Ego: TypeAlias = Vehicle | Robot


def ego_of(client: Client, ground: Ground, model: Model, grip: float = 1.0) -> Ego:
    """The dynamics that belong to the ego's model: a differential drive if it names the track of one, else a car's."""
    kind = Robot if is_robot(model) else Vehicle
    return kind(client, ground, model, grip)
