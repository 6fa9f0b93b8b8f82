"""`simgen/Drive-v0` with a robot: full lock is the whole turn rate, full drive its top speed, and seeds repeat."""

from collections.abc import Iterator

import gymnasium
import numpy as np
import pytest

import simgen  # noqa: F401 - registers the environment


@pytest.fixture(scope="module")
def env() -> Iterator[gymnasium.Env]:
    settings = {"people": 1, "forklifts": 0, "robot_speed_mps": 0.5}
    made = gymnasium.make("simgen/Drive-v0", scenario="warehouse_traffic", rig="rl_amr", settings=settings)
    yield made
    made.close()


def test_the_robot_s_limits_are_those_of_its_datasheet(env: gymnasium.Env) -> None:
    env.reset(seed=3)
    for _ in range(3):
        observation, *_ = env.step(np.array([0.0, -1.0], np.float32))
    assert abs(observation["state"][0]) < 0.05
    for _ in range(6):
        observation, *_ = env.step(np.array([1.0, 0.0], np.float32))
    assert observation["state"][1] == pytest.approx(2.0, rel=0.03)
    assert abs(observation["state"][0]) < 0.05


def test_the_same_seed_shows_the_same(env: gymnasium.Env) -> None:
    seen = []
    for _ in range(2):
        env.reset(seed=5)
        observation, *_ = env.step(np.array([0.1, 0.5], np.float32))
        seen.append({name: value.tobytes() for name, value in observation.items()})
    assert seen[0] == seen[1]
    assert seen[0].keys() == {"state", "FRONT", "SCANNER"}
