"""Environment steps, with the state alone and with an 84x84 camera, beside bare PyBullet steps."""

import statistics
import time
from typing import Any

import gymnasium
import numpy as np

from simgen.readings import Rig

from .suite import row

STEPS = 100


def rows() -> list[dict[str, Any]]:
    """Steps a second of `simgen/Drive-v0` in `urban_traffic` (10 Hz steps: 24 physics steps each), medians of three."""
    bare = statistics.median(_bare() for _ in range(3))
    state = _rate(Rig(name="none", mounts={}))
    camera = _rate("rl_front")
    return [
        row("env_state", state, "steps/s", "bare PyBullet, 24 steps of 31 bodies", bare),
        row("env_rgb84", camera, "steps/s", "env_state of this run", state),
    ]


def _rate(rig: str | Rig) -> float:
    env = gymnasium.make("simgen/Drive-v0", scenario="urban_traffic", rig=rig, disable_env_checker=True)
    rates = []
    for seed in range(3):
        env.reset(seed=seed)
        start = time.perf_counter()
        for _ in range(STEPS):
            _, _, terminated, truncated, _ = env.step(np.array([0.0, 0.2], np.float32))
            if terminated or truncated:
                env.reset()
        rates.append(STEPS / (time.perf_counter() - start))
    env.close()
    return statistics.median(rates)


def _bare() -> float:
    from simgen.physics.client import import_pybullet

    bullet = import_pybullet()
    client = bullet.connect(bullet.DIRECT)
    try:
        bullet.setTimeStep(1 / 240, physicsClientId=client)
        bullet.setGravity(0, 0, -9.81, physicsClientId=client)
        plane = bullet.createCollisionShape(bullet.GEOM_PLANE, physicsClientId=client)
        bullet.createMultiBody(0, plane, physicsClientId=client)
        box = bullet.createCollisionShape(bullet.GEOM_BOX, halfExtents=[2.0, 0.9, 0.7], physicsClientId=client)
        for k in range(31):
            where = [6.0 * (k % 6), 4.0 * (k // 6), 0.7]
            bullet.createMultiBody(1500.0, box, basePosition=where, physicsClientId=client)
        start = time.perf_counter()
        for _ in range(STEPS * 24):
            bullet.stepSimulation(physicsClientId=client)
        return STEPS / (time.perf_counter() - start)
    finally:
        bullet.disconnect(physicsClientId=client)
