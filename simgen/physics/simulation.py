"""Steps a concrete scenario: story, drivers and traffic 60 times a second, dynamics and contacts 240 times."""

from collections.abc import Iterator
from functools import lru_cache
from types import TracebackType

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.motion import LEAD_NS, PHYSICS_HZ, SNAPSHOT_HZ, Cast, Contact, EgoTrace, Happening, Snapshot
from simgen.physics.actions import Actions
from simgen.physics.bodies import ContactSum
from simgen.physics.checkpoint import Checkpoint, frozen, thawed
from simgen.physics.corridor import Crowd
from simgen.physics.ground import Ground
from simgen.physics.scene_lamps import lamps_now
from simgen.physics.stage import Stage
from simgen.physics.tiles import Tiles
from simgen.physics.trace import Trace
from simgen.physics.vehicle import Controls
from simgen.physics.walkable import Walkable
from simgen.physics.witness import Witness
from simgen.scenario.scenario import ConcreteScenario
from simgen.scenario.storyboard import Storyboard
from simgen.world.weather import COLUMNS, Weather
from simgen.world.world import World

__all__ = ["Controls", "Simulation", "simulate"]

STEPS = PHYSICS_HZ // SNAPSHOT_HZ
FIRST_K = -round(LEAD_NS * 1e-9 * SNAPSHOT_HZ)
_LOOK_EVERY = 6
"""Snapshots between looks at the traffic lights (0.1 s)."""


@lru_cache(maxsize=4)
def _prepared(world: World) -> tuple[Walkable, Tiles]:
    """What a world's triangles are sorted into, once."""
    return Walkable(Ground(world.surfaces), world.surfaces), Tiles(world.surfaces)


class Simulation:
    """One run of one concrete scenario.

    Attributes:
        cast: all actors, the ego first.
        time_ns: of the last snapshot.
    """

    def __init__(self, concrete: ConcreteScenario, world: World, *, external: bool = False) -> None:
        """Places everybody.

        Args:
            concrete: what happens.
            world: where; a world's ground is prepared once and kept.
            external: the ego takes the controls given to `step`, not its driver's.

        Raises:
            InputError: a model or lane that is not there.
        """
        self._world, self._external = world, external
        self._walkable, self._tiles = _prepared(world)
        self._begin(concrete)

    def reset(self, concrete: ConcreteScenario) -> None:
        """Begins another concrete scenario in the same world."""
        self._stage.client.close()
        self._begin(concrete)

    def _begin(self, concrete: ConcreteScenario) -> None:
        self._stage = Stage(concrete, self._world, self._walkable.ground, self._tiles)
        self.cast: Cast = self._stage.cast
        self._story = Storyboard(concrete, self._world.lanes)
        self._actions = Actions(self._stage)
        self._witness = Witness(self._stage)
        self._trace = Trace(self._stage)
        self._weather = Weather(**{name: float(getattr(concrete.weather, name)) for name in COLUMNS}).array()
        self._k = FIRST_K
        self._contacts: tuple[Contact, ...] = ()
        self._links, self._twists = self._state()
        self._first = self._snapshot(self._trace.now(), ())

    def __enter__(self) -> "Simulation":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Frees the physics client; may be called twice."""
        self._stage.client.close()

    def checkpoint(self) -> Checkpoint:
        """What `restore` goes back to: now, up to time 0.

        Raises:
            ValueError: the story has begun.
        """
        if self._stage.client.calls is None:
            raise ValueError(f"a checkpoint is of time 0 at the latest, not of {self.time_ns} ns")
        return frozen(vars(self), self._stage.client.calls)

    def restore(self, checkpoint: Checkpoint) -> None:
        """Goes back to a checkpoint of a simulation in the same world; all that follows has the same bytes."""
        vars(self).update(thawed(checkpoint, self._stage.client))

    @property
    def time_ns(self) -> int:
        """Time of the last snapshot."""
        return time_of(self._k)

    def first(self) -> Snapshot:
        """The state in which the simulation began, 0.2 s before the first reading's time base."""
        return self._first

    def step(self, controls: Controls | None = None) -> Snapshot:
        """The state 1/60 s later.

        Args:
            controls: of the ego, held over the step; only with `external`, none rolls freely.
        """
        stage, time_s = self._stage, self.time_ns * 1e-9
        if self._k >= 0:
            stage.client.calls = None  # too late for a checkpoint
        crowd = stage.crowd(self._links, self._twists)
        happenings = self._play(crowd, time_s) if self._k >= 0 else ()
        for event, entity in self._actions.go_on(time_of(self._k + 1) * 1e-9):
            self._story.complete(event, entity)
        done = self._decide(crowd, time_s, controls)
        stage.near.move(self._links[0, 0], self._links[0, 1])
        stage.bodies.carry(self._links, self._twists)
        trace = self._physics(done)
        stage.cars.advance()
        stage.walkers.advance()
        stage.relax()
        self._k += 1
        self._links, self._twists = self._state()
        return self._snapshot(trace, happenings)

    def _play(self, crowd: Crowd, time_s: float) -> tuple[Happening, ...]:
        situation = self._witness.situation(crowd, self._links, self._twists, time_s, self._contacts)
        step = self._story.step(situation)
        for started in step.started:
            self._actions.begin(started, time_s)
        return step.happenings

    def _decide(self, crowd: Crowd, time_s: float, controls: Controls | None) -> Controls:
        stage = self._stage
        look = (self._k - FIRST_K) % _LOOK_EVERY == 0
        ego_stop = stage.obey(stage.lights.states(time_s), look=look)
        if look:
            stage.go_further()
            stage.walkers.look(self._walkable)
        stage.cars.choose(crowd)
        if self._external:
            return controls or Controls()
        return stage.driver.decide(stage.vehicle, crowd, time_s, ego_stop)

    def _physics(self, wanted: Controls) -> EgoTrace:
        """Four physics steps; contacts are summed over them."""
        stage, touching = self._stage, ContactSum()
        for sub in range(STEPS):
            done = stage.vehicle.push(wanted)
            stage.bodies.fall()
            stage.client.step()
            stage.vehicle.read()
            for a, b, touch in stage.bodies.hits(stage.client.touches()):
                touching.add(a, b, touch)
                stage.release(max(a, b) if min(a, b) == 0 else 0)
            self._trace.add(time_of(self._k + (sub + 1) / STEPS), done)
        stage.bodies.read()
        self._contacts = touching.contacts()
        return self._trace.take()

    def _state(self) -> tuple[Float[ndarray, "l 7"], Float[ndarray, "l 6"]]:
        """Poses and twists of all links now."""
        return self._stage.skeleton.links(self._stage.fill)

    def _snapshot(self, trace: EgoTrace, happenings: tuple[Happening, ...]) -> Snapshot:
        time_ns = self.time_ns
        return Snapshot(
            time_ns=time_ns,
            link_pose=self._links,
            link_twist=self._twists.astype(np.float32),
            lamps=lamps_now(self._stage, self._weather, trace.controls[-1]),
            signals=self._stage.lights.states(time_ns * 1e-9),
            weather=self._weather,
            contacts=self._contacts,
            ego=trace,
            happenings=happenings,
        )


def time_of(k: float) -> int:
    """Time of snapshot k (fractions: of physics steps), ns."""
    return int(np.rint(1e9 * k / SNAPSHOT_HZ))


def simulate(concrete: ConcreteScenario, world: World, end_ns: int) -> Iterator[Snapshot]:
    """Snapshots from 0.2 s before the start to the first one at or after a time."""
    with Simulation(concrete, world) as simulation:
        yield simulation.first()
        while simulation.time_ns < end_ns:
            yield simulation.step()
