"""People who are hit fall, come to rest lying, and their joints never leave their ranges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simgen import library
from simgen.geometry import Pose
from simgen.motion import Snapshot
from simgen.physics import limp
from simgen.physics.simulation import Simulation
from simgen.scenario.position import WorldPosition
from simgen.scenario.scenario import Entity
from tests import staging
from tests.physics.stages import car_model, concrete

LOW, HIGH = np.repeat([-30, 0, -50, -50, 0], 2), np.repeat([120, 135, 20, 180, 150], 2)

direction = st.tuples(*(st.floats(-1.0, 1.0) for _ in range(3))).filter(lambda v: np.linalg.norm(v) > 0.1)


@given(direction, st.floats(-20.0, 20.0), st.integers(0, 2**31))
def test_joints_stay_in_their_ranges_and_come_to_rest(down: tuple[float, float, float], turn: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    angle, rate = rng.uniform(np.radians(LOW), np.radians(HIGH)), rng.normal(0.0, 5.0, 10)
    unit = np.array(down) / np.linalg.norm(down)
    for step in range(360):
        limp.swing(angle, rate, limp.resting(unit, turn if step < 60 else 0.0), 1.0 / 60.0)
        assert np.all(angle >= np.radians(LOW) - 0.01)
        assert np.all(angle <= np.radians(HIGH) + 0.01)
    assert np.abs(rate).max() < 0.02


def struck(model: str, speed_mps: float) -> tuple[list[Snapshot], Simulation]:
    """A car without a driver's mind hits somebody who stands across its way; what comes of it in 5 s."""
    ego = Entity(
        name="ego", model=car_model(), start=WorldPosition(x_m=-15.0, y_m=0.0), speed_mps=speed_mps, controller="none"
    )
    person = Entity(
        name="person", model=model, controller="walker",
        start=WorldPosition(x_m=0.0, y_m=0.3, heading_rad=np.pi / 2), speed_mps=0.0,
    )  # fmt: skip
    with Simulation(concrete(ego, person), staging.world()) as simulation:
        return [simulation.step() for _ in range(60 * 5)], simulation


@pytest.mark.parametrize(("model", "speed_mps"), [("child", 8.0), ("adult_man", 12.0)])
def test_who_is_hit_ends_lying_on_the_ground(model: str, speed_mps: float) -> None:
    snapshots, simulation = struck(model, speed_mps)
    built = library.find("models", model).build()
    rows = simulation.cast.rows(2)
    assert any(contact.actor_b == 2 for one in snapshots for contact in one.contacts)
    last = snapshots[-1].link_pose[rows]
    points = np.concatenate(
        [
            Pose.from_array(pose).apply(part.mesh.vertices.astype(np.float64))
            for part, pose in zip(built.parts, last, strict=True)
        ]
    )
    assert points[:, 2].max() < 0.4 * built.extent_m[2]
    assert points[:, 2].min() > -0.12
    poses = np.stack([one.link_pose[rows] for one in snapshots])
    steps = np.linalg.norm(np.diff(poses[:, :, :3], axis=0), axis=2)
    assert steps.max() < 2.0 * speed_mps / 60.0 + 0.15  # nothing jumps
