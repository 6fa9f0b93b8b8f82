"""One scenario and one rig, begun again and again: what an environment drives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.generation import load_world
from simgen.geometry import Pose
from simgen.motion import Cast, EgoTrace, Snapshot, View
from simgen.observe import Observer
from simgen.physics.checkpoint import Checkpoint
from simgen.physics.simulation import Controls, Simulation
from simgen.readings import Reading, Rig
from simgen.render.redressed import redressed
from simgen.render.scene import Scene
from simgen.scenario.default_ego import with_ego
from simgen.scenario.draws import fix
from simgen.scenario.sample import sample
from simgen.scenario.scenario import ConcreteScenario, Scenario
from simgen.sensing.jitter import jittered
from simgen.sensing.roadside import stand

_HISTORY = 26
"""Snapshots that are kept: 0.43 s, more than the slowest sweep."""

_KEPT = 32
"""Concrete scenarios, and simulations' ways up to time 0, that are kept."""

_ROLLING = Controls(steer_rad=0.0, throttle=0.0, brake=0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Start:
    """A simulation's way up to time 0, and how to be there again."""

    checkpoint: Checkpoint
    snapshots: tuple[Snapshot, ...]


class Session:
    """A simulation with its observer, reused between episodes as far as world and cast stay the same."""

    def __init__(self, scenario: Scenario, rig: Rig) -> None:
        scenario = replace(scenario, world_parameters=fix(scenario.world_parameters, 0, "world_parameters"))
        self.scenario, self.rig = with_ego(scenario, rig.vehicle), rig
        self.world = load_world(scenario)
        self._simulation: Simulation | None = None
        self._observer: Observer | None = None
        self._cast: tuple[Any, ...] = ()
        self._drawn: dict[int, ConcreteScenario] = {}
        self._starts: dict[int, Start] = {}
        self._history: list[Snapshot] = []

    def begin(self, seed: int) -> None:
        """Draws the scenario and runs it up to the first reading's time, the ego rolling freely."""
        concrete = self._concrete(seed)
        self._history = self._started(seed, concrete)
        rig, concrete = jittered(self.rig, concrete)
        rig = stand(rig, self.world, concrete)
        own = seed if concrete.randomise.materials else None
        look = (*_look(self._running.cast), own)
        if self._observer is None or look != self._cast or rig is not self.rig:
            if self._observer is not None:
                self._observer.close()
            scene, concrete = redressed(Scene.of(self.world, self._running.cast), concrete)
            self._observer = Observer(scene, rig, seed, faults=concrete.faults)
            self._cast = look
        else:
            self._observer.begin(seed, concrete.faults)
        while self.time_ns < self._observer.overhang_ns:  # until the first images are exposed
            self._history.append(self._running.step(_ROLLING))

    def _started(self, seed: int, concrete: ConcreteScenario) -> list[Snapshot]:
        """Simulates up to time 0, or goes back there where that was done before; the snapshots until then."""
        known = self._starts.get(seed)
        if known is not None:
            self._running.restore(known.checkpoint)
            return list(known.snapshots)
        if self._simulation is None:
            self._simulation = Simulation(concrete, self.world, external=True)
        else:
            self._simulation.reset(concrete)
        snapshots = [self._simulation.first()]
        while snapshots[-1].time_ns < 0:
            snapshots.append(self._simulation.step(_ROLLING))
        if len(self._starts) >= _KEPT:
            del self._starts[next(iter(self._starts))]
        self._starts[seed] = Start(checkpoint=self._simulation.checkpoint(), snapshots=tuple(snapshots))
        return snapshots

    def _concrete(self, seed: int) -> ConcreteScenario:
        """The scenario drawn with a seed; the last ones are kept, for those who begin the same again and again."""
        known = self._drawn.get(seed)
        if known is None:
            known = sample(self.scenario, seed, self.world)
            if len(self._drawn) >= _KEPT:
                del self._drawn[next(iter(self._drawn))]
            self._drawn[seed] = known
        return known

    def advance(self, controls: Controls, snapshots: int) -> bool:
        """Steps the simulation; returns whether the ego touched anybody."""
        ego = self._running.cast.ego.id
        touched = False
        for _ in range(snapshots):
            snapshot = self._running.step(controls)
            self._history.append(snapshot)
            touched |= any(ego in (c.actor_a, c.actor_b) and min(c.actor_a, c.actor_b) > 0 for c in snapshot.contacts)
        since_ns = self._observing.since_ns(self.time_ns)
        while len(self._history) > _HISTORY and self._history[1].time_ns <= since_ns:
            self._history.pop(0)
        return touched

    def read(self) -> Mapping[str, Reading]:
        """The newest reading that every sensor has handed over by now."""
        observer = self._observing
        due = {}
        for name in self.rig.mounts:
            k = observer.newest(name, self.time_ns)
            if k >= 0:
                due[name] = k
        return observer.readings(View(self._history), due)

    def shape(self, name: str) -> tuple[int, int]:
        """Rings and columns of a lidar."""
        attributes = self._observing.sensors[name].attributes()
        return len(attributes["beam_elevation_deg"]), int(attributes["columns"])

    def close(self) -> None:
        """Frees what the simulation and the renderer hold; may be called twice."""
        if self._simulation is not None:
            self._simulation.close()
        self._starts.clear()
        if self._observer is not None:
            self._observer.close()
        self._simulation = self._observer = None

    @property
    def time_ns(self) -> int:
        """Now."""
        return self._history[-1].time_ns

    @property
    def over(self) -> bool:
        """The scenario's duration has passed."""
        return self.time_ns >= round(1e9 * self.scenario.duration_s)

    @property
    def trace(self) -> EgoTrace:
        """The ego since the last snapshot but one."""
        trace = self._history[-1].ego
        if trace is None:
            raise RuntimeError("the simulation gave no trace of the ego")
        return trace

    @property
    def forward(self) -> Float[ndarray, " 3"]:
        """The ego's x axis in the world."""
        return Pose.from_array(self.trace.pose[-1]).apply(np.array([1.0, 0.0, 0.0])) - self.trace.pose[-1, :3]

    @property
    def route_s_m(self) -> float:
        """How far along its route the ego is."""
        return float(self.trace.route_s_m[-1])

    @property
    def _running(self) -> Simulation:
        if self._simulation is None:
            raise RuntimeError("the environment is closed, or was never reset")
        return self._simulation

    @property
    def _observing(self) -> Observer:
        if self._observer is None:
            raise RuntimeError("the environment is closed, or was never reset")
        return self._observer


def _look(cast: Cast) -> tuple[Any, ...]:
    """What decides whether a scene can be used again: the very same models in the same colours."""
    return tuple((id(actor.model), actor.paint, actor.category, actor.is_ego) for actor in cast.actors)
