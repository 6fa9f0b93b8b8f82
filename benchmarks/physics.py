"""Simulation steps beside bare PyBullet: its own vehicle physics with the same number of bodies, in the same run."""

import time
from typing import Any

import numpy as np

from simgen import library
from simgen.motion import PHYSICS_HZ, SNAPSHOT_HZ
from simgen.physics.client import import_pybullet
from simgen.physics.simulation import Simulation
from simgen.scenario.sample import sample
from simgen.world.world import World

pybullet = import_pybullet()  # it greets on standard output otherwise

_SECONDS = 10


def rows() -> list[dict[str, Any]]:
    """Simulated seconds a second of `urban_traffic` (twenty cars, ten people) and of as many bare bodies."""
    scenario = library.find("scenarios", "urban_traffic").build()
    world: World = library.find("worlds", scenario.world).build(**scenario.world_parameters)
    concrete = sample(scenario, 0, world)
    with Simulation(concrete, world) as simulation:
        simulation.step()
        start = time.perf_counter()
        for _ in range(_SECONDS * SNAPSHOT_HZ):
            simulation.step()
        ours = _SECONDS / (time.perf_counter() - start)
        bare = _bare(len(simulation.cast.actors), len(simulation.cast.links))
    return [
        {
            "name": "physics",
            "value": ours,
            "unit": "simulated s/s",
            "reference": "PyBullet alone: as many links, poses and twists read 60 times a second",
            "reference_value": bare,
            "ratio": ours / bare,
        }
    ]


def _bare(actors: int, links: int) -> float:
    """Boxes in free flight over a plane, stepped at the same rate and read out as often."""
    client = pybullet.connect(pybullet.DIRECT)
    pybullet.setPhysicsEngineParameter(fixedTimeStep=1.0 / PHYSICS_HZ, physicsClientId=client)
    box = pybullet.createCollisionShape(pybullet.GEOM_BOX, halfExtents=[0.2, 0.2, 0.2], physicsClientId=client)
    each = max(links // actors - 1, 0)
    bodies = [_body(client, box, number, each) for number in range(actors)]
    start = time.perf_counter()
    for _ in range(_SECONDS * SNAPSHOT_HZ):
        for _ in range(PHYSICS_HZ // SNAPSHOT_HZ):
            pybullet.stepSimulation(physicsClientId=client)
        for body in bodies:
            pybullet.getBasePositionAndOrientation(body, physicsClientId=client)
            pybullet.getBaseVelocity(body, physicsClientId=client)
            if each:
                pybullet.getLinkStates(body, list(range(each)), 1, 1, physicsClientId=client)
    seconds = time.perf_counter() - start
    pybullet.disconnect(physicsClientId=client)
    return _SECONDS / seconds


def _body(client: int, box: int, number: int, links: int) -> int:
    """One actor: a base with hinged links."""
    many = range(links)
    body: int = pybullet.createMultiBody(
        1.0,
        box,
        basePosition=[5.0 * number, 0.0, 1.0],
        linkMasses=[0.1 for _ in many],
        linkCollisionShapeIndices=[-1 for _ in many],
        linkVisualShapeIndices=[-1 for _ in many],
        linkPositions=[[0.3, 0.0, 0.0] for _ in many],
        linkOrientations=[[0.0, 0.0, 0.0, 1.0] for _ in many],
        linkInertialFramePositions=[[0.0, 0.0, 0.0] for _ in many],
        linkInertialFrameOrientations=[[0.0, 0.0, 0.0, 1.0] for _ in many],
        linkParentIndices=[0 for _ in many],
        linkJointTypes=[pybullet.JOINT_REVOLUTE for _ in many],
        linkJointAxis=[[0.0, 1.0, 0.0] for _ in many],
        physicsClientId=client,
    )
    pybullet.resetBaseVelocity(body, [float(np.cos(number)), 0.0, 0.0], physicsClientId=client)
    return body
