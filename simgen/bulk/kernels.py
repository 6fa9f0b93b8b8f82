"""Compiles the numeric kernels before they are needed: once a machine, then numba's cache has them.

The first episode would compile them as it goes, one after the other. Here those of the simulation and of the sensors
are compiled side by side, on a small scene that has everything: cars, people, a camera, a lidar.
"""

import multiprocessing
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from simgen import library
from simgen.generation import Job, Recipe, load_rig, load_world, run
from simgen.geometry import Pose
from simgen.motion import Snapshot, View
from simgen.observe import Observer
from simgen.physics.casting import cast_of
from simgen.physics.simulation import Simulation
from simgen.render.scene import Scene
from simgen.scenario.sample import sample
from simgen.scenario.scenario import ConcreteScenario
from simgen.scenario.settings import build_scenario
from simgen.world.world import World

_SETTINGS = {"world": "proving_ground", "traffic.cars": "3", "traffic.people": "2"}
_SEED = 1


def compile_kernels() -> None:
    """Compiles in two processes, then makes a short episode, which finds what is still missing.

    Raises:
        RuntimeError: the episode fails.
    """
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=work) for work in (_simulate, _observe)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    with tempfile.TemporaryDirectory() as folder:
        recipe = Recipe(scenario="urban_traffic", settings=_SETTINGS, duration_s=0.2)
        report = run(Job(recipe=recipe, index=0, seed=_SEED, path=Path(folder) / "episode.h5"))
    if report.error:
        raise RuntimeError(report.error)


def _stage() -> tuple[ConcreteScenario, World]:
    scenario = build_scenario(library.find("scenarios", "urban_traffic"), _SETTINGS)
    world = load_world(scenario)
    return sample(scenario, _SEED, world), world


def _simulate() -> None:
    with Simulation(*_stage()) as simulation:
        for _ in range(15):
            simulation.step()


def _observe() -> None:
    """The camera and the lidar of the rig `front` see everybody stand in a row."""
    concrete, world = _stage()
    cast = cast_of(concrete)
    poses = [
        actor.model.link_poses(Pose.from_xyz_rpy(50.0 + 6.0 * k, -1.75, 0.0)) for k, actor in enumerate(cast.actors)
    ]
    still = Snapshot(
        time_ns=0,
        link_pose=np.concatenate(poses),
        link_twist=np.zeros((len(cast.links), 6), np.float32),
        lamps=np.zeros(len(cast.actors), np.uint32),
        signals=np.zeros(len(world.signals), np.uint8),
        weather=world.weather.array(),
    )
    times = range(-300_000_000, 300_000_001, 50_000_000)
    view = View([replace(still, time_ns=time_ns) for time_ns in times])
    observer = Observer(Scene.of(world, cast), load_rig("front"), _SEED, duration_s=0.3)
    seeing = [name for name, sensor in observer.sensors.items() if sensor.kind in ("camera", "lidar")]
    for k in range(3):
        observer.frame(view, k * 100_000_000, dict.fromkeys(seeing, k))
    observer.close()
