"""From a recipe to a finished episode: the whole way, for one episode in one process."""

import contextlib
import functools
import hashlib
import json
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from simgen import library
from simgen.errors import InputError
from simgen.labels.labeller import DEFAULT_LABELS
from simgen.motion import Snapshot
from simgen.observe import Observer, Take
from simgen.physics.simulation import Simulation
from simgen.readings import Rig
from simgen.record.writer import EpisodeWriter
from simgen.render.redressed import redressed
from simgen.render.scene import Scene
from simgen.sampling import stream
from simgen.scenario.default_ego import with_ego
from simgen.scenario.draws import fix
from simgen.scenario.injections import inject, parse_injection
from simgen.scenario.sample import sample
from simgen.scenario.scenario import ConcreteScenario, CornerCase, Scenario
from simgen.scenario.settings import build_scenario
from simgen.scenario.validate import validate
from simgen.sensing.jitter import jittered
from simgen.sensing.rig_check import check_rig
from simgen.sensing.roadside import stand
from simgen.world.cache import cached_world
from simgen.world.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What an episode is made from; a dataset stores it, and refuses another.

    Attributes:
        scenario: library name or path of a .py file.
        settings: `--set` keys and values, as text.
        injections: CASE or CASE:SEVERITY, applied in this order.
        channels: of every camera; () takes the rig's own.
        rgb: "lossless" or "jpeg:QUALITY".
        labels: beside cuboids and 2D boxes.
        duration_s: None takes the scenario's own.
    """

    scenario: str
    rig: str = "front"
    settings: Mapping[str, str] = field(default_factory=dict)
    injections: tuple[str, ...] = ()
    paired: bool = False
    duration_s: float | None = None
    channels: tuple[str, ...] = ()
    rgb: str = "lossless"
    compression: str = "lz4"
    labels: tuple[str, ...] = DEFAULT_LABELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a worker is sent: one episode (and its twin) to make.

    Attributes:
        index: of the episode in its dataset.
        seed: of this episode.
        path: where it goes; a twin stands beside it as NAME.pair.h5.
        threads: how many the writer may use.
    """

    recipe: Recipe
    index: int
    seed: int
    path: Path
    pair_path: Path | None = None
    threads: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class JobReport:
    """What came of a job.

    Attributes:
        error: "" if it went well, otherwise one line.
        input_error: the user's mistake, not ours.
    """

    index: int
    seed: int
    paths: tuple[str, ...] = ()
    frames: int = 0
    images: int = 0
    simulated_s: float = 0.0
    seconds: float = 0.0
    file_bytes: int = 0
    error: str = ""
    traceback: str = ""
    input_error: bool = False
    disk_full: bool = False


def episode_seed(seed: int, scenario: str, index: int) -> int:
    """The seed of one episode: the dataset's own for the first, a digest for the others.

    A digest, so that datasets of seeds 0 and 1 share no episode.
    """
    if index == 0:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed}/{scenario}/{index}".encode()).digest()[:6], "little")


def load_rig(name: str) -> Rig:
    """A rig by name or path; its numbers are checked."""
    return check_rig(library.call(library.find("rigs", name)), name)


def load_scenario(recipe: Recipe, seed: int) -> tuple[Scenario, Scenario]:
    """The scenario with all its injections, and its counterfactual without the corner case.

    A corner case in what somebody does leaves them in the counterfactual, where they do not do it; whoever is the
    corner case by being there is not in it.
    """
    plain = build_scenario(library.find("scenarios", recipe.scenario), recipe.settings)
    if recipe.duration_s is not None:
        plain = replace(plain, duration_s=recipe.duration_s)
    plain = replace(plain, world_parameters=fix(plain.world_parameters, seed, "world_parameters"))
    validate(plain)
    if not recipe.injections:
        return plain, without_cases(plain, plain.cases)
    scenario = counterfactual = plain
    for text in recipe.injections:
        name, severity = parse_injection(text)
        scenario = inject(scenario, name, severity, stream(seed, "injection", name))
        if scenario.cases[-1].level == "scenario":
            acted = inject(counterfactual, name, severity, stream(seed, "injection", name))
            counterfactual = without_cases(acted, acted.cases[len(counterfactual.cases) :])
    validate(scenario)
    return scenario, counterfactual


def without_cases(scenario: Scenario, cases: Sequence[CornerCase]) -> Scenario:
    """A scenario in which what makes some corner cases does not happen: their events and faults are left out."""
    names = {case.case for case in cases}
    return replace(
        scenario,
        events=tuple(event for event in scenario.events if event.case not in names),
        faults=tuple(fault for fault in scenario.faults if fault.case not in names),
        cases=tuple(case for case in scenario.cases if case.case not in names),
    )


def load_world(scenario: Scenario) -> World:
    """The scenario's world, kept for the next episode of the same process."""
    parameters = json.dumps(dict(scenario.world_parameters), sort_keys=True, default=str)
    return _world(scenario.world, parameters)


@functools.lru_cache(maxsize=4)
def _world(name: str, parameters: str) -> World:
    values: dict[str, Any] = json.loads(parameters)
    if name.endswith(".xodr"):
        name, values = "opendrive", {"map": name, **values}
    offered = library.find("worlds", name)
    known = library.parameters(offered)
    for key in values:
        if key not in known:
            raise InputError(f"world {name}: {key}: expected one of {', '.join(known)}")

    def build() -> World:
        return _checked(library.call(offered, **values), name)

    text = _map_text(values)
    ours = offered.build.__module__.startswith("simgen.worlds.")
    return cached_world(name, values, build, text) if ours and text is not None else build()


def _map_text(values: Mapping[str, Any]) -> bytes | None:
    """The map that a world is made of, b"" where the library has it; None where it may refer to other files."""
    path = values.get("map")
    if any(_names_file(value) for key, value in values.items() if key != "map"):
        return None
    if path is None:
        return b""
    if not _names_file(path):
        return None
    text = Path(path).read_bytes()
    return None if b"CRG" in text else text


def _names_file(value: object) -> bool:
    """Whether a parameter is a file's path, or holds one."""
    if isinstance(value, str):
        return len(value) < _LONGEST_PATH and Path(value).is_file()
    if isinstance(value, Mapping):
        return any(_names_file(item) for item in value.values())
    return isinstance(value, list) and any(_names_file(item) for item in value)


def _checked(world: object, name: str) -> World:
    if not isinstance(world, World):
        raise InputError(f"{name}: expected a function that returns a World, got {type(world).__name__}")
    return world


_LONGEST_PATH = 1024
"""Longer texts are maps themselves, not where they lie."""


def run(job: Job) -> JobReport:
    """Makes one episode (and its twin); what goes wrong becomes a report, never an exception."""
    start = time.perf_counter()
    try:
        report = _make(job)
    except InputError as error:
        return _failed(job, start, str(error), input_error=True)
    except OSError as error:
        return _failed(
            job, start, f"{error.strerror or error}: {error.filename or job.path}", disk_full=error.errno == 28
        )
    except Exception as error:  # a failed episode is a report with a traceback, never a dead batch
        return _failed(job, start, f"{type(error).__name__}: {error}")
    return replace(report, seconds=time.perf_counter() - start)


def _failed(job: Job, start: float, line: str, *, input_error: bool = False, disk_full: bool = False) -> JobReport:
    return JobReport(
        index=job.index,
        seed=job.seed,
        seconds=time.perf_counter() - start,
        error=line.replace("\n", " "),
        traceback=traceback.format_exc(),
        input_error=input_error,
        disk_full=disk_full,
    )


def _make(job: Job) -> JobReport:
    scenario, counterfactual = load_scenario(job.recipe, job.seed)
    rig = load_rig(job.recipe.rig)
    takes = [(job.path, scenario)]
    if job.recipe.paired:
        if job.pair_path is None or not scenario.cases:
            raise InputError(f"{job.recipe.scenario}: --paired: expected a corner case (use --inject), got none")
        takes.append((job.pair_path, counterfactual))
    ids = [episode_id(job.recipe, job.seed, twin=bool(k)) for k in range(len(takes))]
    frames = images = 0
    for k, (path, logical) in enumerate(takes):
        concrete = sample(with_ego(logical, rig.vehicle), job.seed, load_world(logical))
        pair_id = ids[1 - k] if len(takes) == 2 else ""
        counted = record(path, concrete, rig, job.recipe, episode_id=ids[k], pair_id=pair_id, threads=job.threads)
        frames, images = frames + counted[0], images + counted[1]
    paths = tuple(str(path) for path, _ in takes)
    return JobReport(
        index=job.index,
        seed=job.seed,
        paths=paths,
        frames=frames,
        images=images,
        simulated_s=scenario.duration_s * len(takes),
        file_bytes=sum(path.stat().st_size for path, _ in takes),
    )


def episode_id(recipe: Recipe, seed: int, *, twin: bool) -> str:
    """A stable id: what it was made from, digested."""
    text = json.dumps([recipe.scenario, recipe.rig, dict(recipe.settings), recipe.injections, seed, twin])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def record(
    path: Path, concrete: ConcreteScenario, rig: Rig, recipe: Recipe, *, episode_id: str, pair_id: str, threads: int
) -> tuple[int, int]:
    """Simulates, senses and writes one episode; returns the number of frames and of camera images."""
    world = load_world(concrete)
    with contextlib.closing(Simulation(concrete, world)) as simulation:
        scene, concrete = redressed(Scene.of(world, simulation.cast), concrete)
        rig, concrete = jittered(rig, concrete)
        motion = functools.partial(_snapshots, simulation)
        return film(path, motion, scene, concrete, rig, recipe, episode_id=episode_id, pair_id=pair_id, threads=threads)


def film(
    path: Path,
    motion: Callable[[int], Iterable[Snapshot]],
    scene: Scene,
    concrete: ConcreteScenario,
    rig: Rig,
    recipe: Recipe,
    *,
    episode_id: str,
    pair_id: str,
    source_id: str = "",
    threads: int,
) -> tuple[int, int]:
    """Senses and writes a motion; returns the number of frames and of camera images.

    Args:
        path: of the episode.
        motion: the snapshots up to a time, ns.
        scene: in which they happen.
        concrete: what happens.
        rig: what senses it.
        recipe: channels, labels, compression.
        episode_id: of the episode.
        pair_id: of its twin, "" without one.
        source_id: of the episode whose motion it is, "" where it is its own.
        threads: of the writer.
    """
    rig = stand(rig, scene.world, concrete)
    with contextlib.ExitStack() as stack:
        filming = Observer(
            scene,
            rig,
            concrete.seed,
            channels=recipe.channels or None,
            faults=concrete.faults,
            duration_s=concrete.duration_s,
            labels=recipe.labels,
        )
        observer = stack.enter_context(contextlib.closing(filming))
        take = Take(
            episode_id=episode_id,
            pair_id=pair_id,
            scenario=concrete,
            rig=rig,
            source_id=source_id,
            world=scene.world,
            cast=scene.cast,
            renderer=observer.renderer,
            sensors={name: observer.attributes(name) for name in observer.sensors},
            channels=observer.channels,
            labels=observer.labels,
        )
        until_ns = max(observer.end_ns(concrete.duration_s), round(1e9 * concrete.duration_s))
        frames = images = 0
        with EpisodeWriter(path, take, compression=recipe.compression, rgb=recipe.rgb, threads=threads) as writer:
            for frame in observer.frames(motion(until_ns), concrete.duration_s):
                writer.write(frame)
                frames += 1
                images += sum(name in observer.channels for name in frame.readings)
    return frames, images


def _snapshots(simulation: Simulation, until_ns: int) -> Iterator[Snapshot]:
    yield simulation.first()
    while simulation.time_ns < until_ns:
        yield simulation.step()
