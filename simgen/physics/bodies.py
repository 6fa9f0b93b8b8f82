"""Collision bodies of everybody but the ego: carried along with their actors, released when they are hit."""

import math
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.motion import Cast, Contact
from simgen.physics.casting import WALKING
from simgen.physics.client import Client, Touch
from simgen.physics.vehicle import drifted, shifted
from simgen.physics.vehicle_parameters import GRAVITY_MPS2
from simgen.world.model import Model

MASS_KG: Mapping[str, float] = {
    "car": 1400.0, "van": 2200.0, "truck": 12000.0, "bus": 12000.0, "trailer": 6000.0, "tram": 40000.0,
    "motorcycle": 250.0, "bicycle": 20.0, "cyclist": 95.0, "pedestrian": 75.0, "child": 25.0, "animal": 80.0,
    "debris": 25.0, "cone": 4.0, "movable": 60.0, "robot": 60.0,
}  # fmt: skip
"""Usual masses; a model's own `mass_kg` goes first."""

_BUCKLE = 0.12
"""How far ahead, as a share of the height (set by us: more than half the depth of a standing body)."""

NEAR_M = 25.0
"""Bodies whose footprint is further from the ego than this are not moved: they cannot touch it before the next
snapshot."""


class Bodies:
    """One box an actor, in the order of the cast; row 0, the ego's, is not used.

    Attributes:
        free: actors (index in the cast) that were hit and now move by themselves.
    """

    def __init__(self, client: Client, cast: Cast, ego_body: int) -> None:
        self._client = client
        self._middle = np.array([actor.model.centre_m for actor in cast.actors])
        self._reach = np.array([np.linalg.norm(actor.model.extent_m) for actor in cast.actors])
        self._mass = [
            float(actor.model.dimensions.get("mass_kg", MASS_KG.get(actor.category, 50.0))) for actor in cast.actors
        ]
        people = [actor.category in WALKING for actor in cast.actors]
        self._tall_m = np.array([actor.model.extent_m[2] for actor in cast.actors]) * people
        self._roots = np.array([cast.rows(actor.id).start for actor in cast.actors])
        self._body = [ego_body]
        self.free: dict[int, tuple[Float[ndarray, "7"], Float[ndarray, "6"]]] = {}
        for index, actor in enumerate(cast.actors[1:], start=1):
            body = _solid(client, actor.model, self._mass[index])
            client.place(body, _hidden(index), np.zeros(6))
            self._body.append(body)
        self._actor = {body: index for index, body in enumerate(self._body)}
        self._shown: set[int] = set()

    def carry(self, links: Float[ndarray, "l 7"], twists: Float[ndarray, "l 6"]) -> None:
        """Puts the bodies near the ego where their actors are, with their velocities."""
        here = links[self._roots[0], :3]
        pose, twist = links[self._roots], twists[self._roots]
        distance = np.linalg.norm(pose[:, :3] - here, axis=1) - self._reach
        near = {int(index) for index in np.flatnonzero(distance < NEAR_M) if index > 0} - set(self.free)
        for index in sorted(self._shown - near - set(self.free)):
            self._client.place(self._body[index], _hidden(index), np.zeros(6))
        for index in sorted(near):
            self._client.place(self._body[index], *shifted(pose[index], twist[index], *self._middle[index]))
        self._shown = near

    def fall(self) -> None:
        """Gravity on whoever is free, for the next step."""
        for index in self.free:
            weight = [0.0, 0.0, -self._mass[index] * GRAVITY_MPS2]
            body = self._body[index]
            pose, twist = self._client.state(body)
            lean = self._tall_m[index] * buckling(pose, twist)
            self._client.push(body, (pose[:3] + lean).tolist(), weight, [0.0, 0.0, 0.0])

    def release(self, index: int) -> None:
        """Lets an actor's body go."""
        if index > 0 and index not in self.free:
            self._client.release(self._body[index])
            self.free[index] = self._client.state(self._body[index])

    def read(self) -> None:
        """Takes over what became of the free bodies."""
        for index in self.free:
            pose, twist = self._client.state(self._body[index])
            self.free[index] = shifted(pose, twist, *(-self._middle[index]))

    def fill(self, local: Float[ndarray, "l 7"], delay_s: float) -> None:
        """Writes the root poses of free actors, as they are `delay_s` from now."""
        for index, (pose, twist) in self.free.items():
            drifted(pose, twist, delay_s, local[self._roots[index]])

    def hits(self, touches: list[Touch]) -> list[tuple[int, int, Touch]]:
        """Which actors (index in the cast, -1 the world) touched."""
        return [(self._actor.get(each.body_a, -1), self._actor.get(each.body_b, -1), each) for each in touches]


class ContactSum:
    """Contacts of several steps, one a pair of actors."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[int, int], tuple[float, tuple[float, float, float]]] = {}

    def add(self, a: int, b: int, touch: Touch) -> None:
        """Counts one contact point of actors given by index in the cast (-1 the world)."""
        pair = (min(a, b) + 1, max(a, b) + 1)
        before = self._pairs.get(pair, (0.0, touch.point_m))
        self._pairs[pair] = (before[0] + touch.impulse_Ns, before[1])

    def contacts(self) -> tuple[Contact, ...]:
        """All pairs, by actor ids."""
        return tuple(
            Contact(actor_a=a, actor_b=b, impulse_Ns=impulse, point_m=point)
            for (a, b), (impulse, point) in sorted(self._pairs.items())
        )


def buckling(pose: Float[ndarray, "7"], twist: Float[ndarray, "6"]) -> Float[ndarray, "3"]:
    """Where the weight of somebody who no longer stands pulls, from the middle, as a share of the height.

    Knees give way, so nobody stays standing on the foot of the box that stands for him: the weight pulls ahead of it,
    the way he moves, the less the more he lies.
    """
    x, y, z, w = pose[3:].tolist()
    upright = max(1.0 - 2.0 * (x * x + y * y), 0.0)
    vx, vy = float(twist[0]), float(twist[1])
    speed = math.hypot(vx, vy)
    if speed < 0.1:
        vx, vy, speed = 1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + z * w), 1.0
    return np.array([vx, vy, 0.0]) * (_BUCKLE * upright / speed)


def _solid(client: Client, model: Model, mass_kg: float) -> int:
    """A body about the middle of a model's extent: its hulls, or its box."""
    if not model.hulls:
        return client.add_box(model.extent_m, (0.0, 0.0, 0.0), mass_kg)
    return client.add_hulls([hull - np.asarray(model.centre_m) for hull in model.hulls], mass_kg)


def _hidden(index: int) -> Float[ndarray, "7"]:
    """Far below the world, apart from each other."""
    return np.array([100.0 * index, 0.0, -1e4, 0.0, 0.0, 0.0, 1.0])
