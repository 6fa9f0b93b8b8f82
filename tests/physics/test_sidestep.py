"""People who stroll pass each other, posts and kerbs; those of a storyboard keep to their way."""

import itertools

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.motion import Snapshot
from simgen.physics.simulation import Simulation
from simgen.scenario.position import WorldPosition
from simgen.scenario.scenario import Entity
from simgen.world.material import Material
from simgen.world.world import Surface, World
from tests import staging
from tests.physics.stages import concrete

EGO = Entity(name="ego", model="suv", start=WorldPosition(x_m=-80.0, y_m=40.0), controller="none")
POST = Material(name="post", semantic="pole", source="test")
KERB = Material(name="walk", semantic="sidewalk", source="test")


def stroller(name: str, x_m: float, y_m: float, to_m: float, speed_mps: float = 1.4) -> Entity:
    """Somebody who goes from one x to another."""
    way = tuple((float(x), y_m) for x in np.linspace(x_m, to_m, 31))
    heading = 0.0 if to_m > x_m else np.pi
    start = WorldPosition(x_m=x_m, y_m=y_m, heading_rad=heading)
    more = {"path_m": way}
    return Entity(
        name=name, model="adult_woman", start=start, controller="walker", speed_mps=speed_mps, parameters=more
    )


def tracks(world: World, *people: Entity, seconds: float = 12.0) -> Float[ndarray, "time people 3"]:
    """Where the roots of all people are, 60 times a second."""
    with Simulation(concrete(EGO, *people), world) as simulation:
        rows = [simulation.cast.rows(actor.id).start for actor in simulation.cast.actors[1:]]
        states: list[Snapshot] = [simulation.first()]
        while simulation.time_ns < seconds * 1e9:
            states.append(simulation.step())
    return np.stack([state.link_pose[rows, :3] for state in states])


def closest(way: Float[ndarray, "time people 3"]) -> float:
    """The least distance of two people, from centre to centre."""
    pairs = itertools.combinations(range(way.shape[1]), 2)
    return min(float(np.linalg.norm(way[:, a, :2] - way[:, b, :2], axis=1).min()) for a, b in pairs)


def test_who_comes_straight_on_is_passed_on_the_right() -> None:
    way = tracks(staging.world(), stroller("a", 0.0, 0.0, 40.0), stroller("b", 12.0, 0.05, -28.0))
    assert closest(way) > 0.5
    meeting = int(np.abs(way[:, 0, 0] - way[:, 1, 0]).argmin())
    assert way[meeting, 0, 1] < way[meeting, 1, 1]  # each sees the other on the left hand


def test_who_is_slow_is_overtaken() -> None:
    way = tracks(staging.world(), stroller("a", 0.0, 0.0, 40.0, 1.8), stroller("b", 3.0, 0.0, 40.0, 0.8))
    assert closest(way) > 0.5
    assert way[-1, 0, 0] > way[-1, 1, 0] + 1.0


def test_nobody_walks_through_a_post() -> None:
    post = Surface(name="post", mesh=staging.box_mesh((0.3, 0.3, 3.0), (6.0, 0.05, 1.5), POST))
    way = tracks(staging.world(post), stroller("a", 0.0, 0.0, 40.0))
    away = np.linalg.norm(np.maximum(np.abs(way[:, 0, :2] - (6.0, 0.05)) - 0.15, 0.0), axis=1)
    assert way[-1, 0, 0] > 10.0
    assert away.min() > 0.2


def test_nobody_steps_off_a_kerb_to_give_way() -> None:
    """A walk 1.1 m wide, 12 cm above the road: two can only just pass, and both stay on it."""
    walk = Surface(name="walk", mesh=staging.box_mesh((80.0, 1.1, 0.12), (0.0, 0.0, 0.06), KERB))
    way = tracks(staging.world(walk), stroller("a", -10.0, -0.2, 30.0), stroller("b", 2.0, 0.2, -30.0))
    assert np.abs(way[..., 1]).max() < 0.55
    assert np.abs(way[..., 2] - 0.12).max() < 1e-3


def test_who_has_a_script_keeps_to_it() -> None:
    """Without `path_m` a walker's way is the scenario's, to the millimetre."""
    fixed = Entity(
        name="b", model="adult_woman", start=WorldPosition(x_m=12.0, y_m=0.0, heading_rad=np.pi), controller="walker",
        speed_mps=1.4,
    )  # fmt: skip
    way = tracks(staging.world(), stroller("a", 0.0, 0.0, 40.0), fixed)
    assert np.abs(way[:, 1, 1]).max() < 1e-3
    assert closest(way) > 0.4
