"""Other sensors, another rig or another weather on a motion that was recorded."""

import dataclasses
import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int64
from numpy import ndarray

from simgen.errors import InputError
from simgen.generation import Recipe, film, load_rig, load_world
from simgen.labels.labeller import LABELS
from simgen.motion import Cast, Snapshot
from simgen.physics.casting import WALKING, cast_of
from simgen.physics.scene_lamps import DRIVING, wants_lamps
from simgen.readings import CAMERA_CHANNELS, Rig
from simgen.record.dataset import Dataset, episode_paths
from simgen.record.episode import Episode
from simgen.render.redressed import redressed
from simgen.render.scene import Scene
from simgen.scenario.ranges import RANGES
from simgen.scenario.scenario import ConcreteScenario, WeatherSpec
from simgen.sensing.jitter import jittered
from simgen.sensing.rig_check import check_rig
from simgen.world.weather import COLUMNS, Weather


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a motion is looked at again.

    Attributes:
        rig: library name or .py file; "" takes the episode's own, and its channels and encoding with it.
        weather: numbers of `Weather` that are replaced throughout.
        channels: of every camera; () takes the rig's own.
        rgb: "lossless" or "jpeg:QUALITY"; "" takes the episode's own, or lossless.
        labels: beside cuboids and 2D boxes; None takes those that the episode has.
    """

    rig: str = ""
    weather: Mapping[str, float] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    rgb: str = ""
    compression: str = "lz4"
    labels: tuple[str, ...] | None = None

    def document(self) -> dict[str, Any]:
        """Everything that decides about the result, as plain JSON values; a user's own rig by its content."""
        rig = Path(self.rig)
        digest = hashlib.sha256(rig.read_bytes()).hexdigest() if rig.suffix and rig.is_file() else ""
        return dataclasses.asdict(self) | {"rig_digest": digest}

    def id_of(self, episode_id: str) -> str:
        """The id of an episode that is sensed again, from its own: twins stay twins."""
        if not episode_id:
            return ""
        text = json.dumps([episode_id, self.document()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensed:
    """What came of one episode.

    Attributes:
        kept: it was there already.
        error: "" if it went well.
    """

    path: Path
    frames: int = 0
    images: int = 0
    kept: bool = False
    error: str = ""


def resense(source: Path, out: Path, look: Look, told: Callable[[Sensed], None] | None = None) -> list[Sensed]:
    """Senses an episode, or each episode of a dataset, again.

    Args:
        source: an .h5 file, or a dataset's folder.
        out: of an episode: the new file, or a folder for it; of a dataset: the new dataset's folder, where finished
            episodes are kept.
        look: with what.
        told: is called with each result.

    Raises:
        InputError: what cannot be read, used or written.
    """
    weather_range(look.weather)
    if source.is_dir():
        return _dataset(source, out, look, told)
    path = out if out.suffix == ".h5" else out / source.name
    if path.exists() and source.exists() and path.resolve() == source.resolve():
        raise InputError(f"{path}: expected another file than the episode itself")
    with Episode(source) as episode:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
        result = _episode(episode, path, look)
    if told is not None:
        told(result)
    return [result]


def _dataset(source: Path, out: Path, look: Look, told: Callable[[Sensed], None] | None) -> list[Sensed]:
    paths = episode_paths(source)
    if out.exists() and out.resolve() == source.resolve():
        raise InputError(f"{out}: expected another folder than the dataset itself")
    recipe = json.loads((source / "dataset.json").read_text(encoding="utf-8")).get("recipe", {})
    results = []
    with Dataset.create_or_resume(out, {"resensed": recipe, "look": look.document()}) as dataset:
        try:
            for path in paths:
                results.append(_one(path, dataset, look))
                if told is not None:
                    told(results[-1])
        except InputError:
            dataset.discard()
            raise
        if any(not result.error for result in results):
            dataset.finish()
    return results


def _one(path: Path, dataset: Dataset, look: Look) -> Sensed:
    there = dataset.folder / "episodes" / path.name
    if there.exists():
        return Sensed(path=there, kept=True)
    try:
        with Episode(path) as episode:
            return _episode(episode, there, look)
    except (InputError, OSError):
        raise
    except Exception as error:  # one episode that fails is told, and the others are made
        line = f"{type(error).__name__}: {error}".replace("\n", " ")
        index = int(path.name.partition(".")[0])
        dataset.record_failure(index, {"index": index, "source": str(path), "error": line})
        return Sensed(path=there, error=line)


def _episode(episode: Episode, path: Path, look: Look) -> Sensed:
    concrete = episode.scenario
    weather = _weather(concrete.weather, look.weather)
    rig = load_rig(look.rig) if look.rig else check_rig(episode.rig, str(episode.path))
    drawn = {key: value for key, value in concrete.drawn.items() if key.removeprefix("weather.") not in look.weather}
    concrete = dataclasses.replace(concrete, drawn=drawn)
    scene, concrete = redressed(_scene(episode, concrete), concrete)
    if look.rig:
        rig, concrete = jittered(rig, concrete)
    recipe = _recipe(episode, rig, concrete, look)

    def motion(until_ns: int) -> Iterator[Snapshot]:
        end_ns = int(episode.file["state/time_ns"][-1])
        if end_ns < until_ns:
            got, wanted = (f"{1e-9 * time_ns:.3f} s" for time_ns in (end_ns, until_ns))
            raise InputError(f"{episode.path}: state: expected motion until {wanted} for this rig, got {got}")
        drivers = _drivers(scene.cast)
        return (_under(snapshot, look.weather, drivers) for snapshot in episode.snapshots)

    attributes = episode.attributes
    frames, images = film(
        path,
        motion,
        scene,
        dataclasses.replace(concrete, weather=weather),
        rig,
        recipe,
        episode_id=look.id_of(str(attributes["episode_id"])),
        pair_id=look.id_of(str(attributes["pair_id"])),
        source_id=str(attributes["episode_id"]),
        threads=2,
    )
    return Sensed(path=path, frames=frames, images=images)


def _scene(episode: Episode, concrete: ConcreteScenario) -> Scene:
    """World and cast, built again; they must be those of the file.

    Raises:
        InputError: the library or the map has changed since.
    """
    world, cast = load_world(_mapped(episode, concrete)), cast_of(concrete)
    if not np.array_equal(episode.attributes["world_origin_m"], world.origin_m):
        raise InputError(f"{episode.path}: world: expected the origin of {concrete.world}, got another")
    for actor, now in zip(episode.actors, cast.actors, strict=False):
        if actor.model != now.model.name:
            changed = "has its file changed since?" if "@" in actor.model else "the library has changed since"
            raise InputError(
                f"{episode.path}: actors.{actor.name}: expected {actor.model}, got {now.model.name} ({changed})"
            )
    if not _same(episode, cast):
        raise InputError(f"{episode.path}: actors: expected those that the library builds, got others")
    return Scene.of(world, cast)


def _mapped(episode: Episode, concrete: ConcreteScenario) -> ConcreteScenario:
    """The scenario with the map that the episode holds, where its file is gone or has another text."""
    if not concrete.world.endswith(".xodr") or "map/opendrive" not in episode.file:
        return concrete
    text, path = episode.file["map/opendrive"].asstr()[()], Path(concrete.world)
    if path.is_file() and path.read_bytes().decode("utf-8", errors="replace") == text:
        return concrete
    parameters = {**concrete.world_parameters, "map": text.lstrip("\ufeff")}
    return dataclasses.replace(concrete, world="opendrive", world_parameters=parameters)


def _same(episode: Episode, cast: Cast) -> bool:
    stored = [(actor.name, actor.category, actor.model) for actor in episode.actors]
    built = [(actor.name, actor.category, actor.model.name) for actor in cast.actors]
    links = episode.file["links"]
    parts = list(zip(links["actor_id"][:].tolist(), links["name"].asstr()[:].tolist(), strict=True))
    return stored == built and parts == [(link.actor_id, link.name) for link in cast.links]


def _recipe(episode: Episode, rig: Rig, concrete: ConcreteScenario, look: Look) -> Recipe:
    channels, rgb = look.channels, look.rgb or "lossless"
    if not look.rig:
        channels, rgb = channels or _channels(episode), look.rgb or _encoding(episode)
    labels = look.labels
    if labels is None:
        labels = tuple(name for name in LABELS if name in episode.file["labels"])
    return Recipe(
        scenario=concrete.name, rig=rig.name, channels=channels, rgb=rgb, compression=look.compression, labels=labels
    )


def _channels(episode: Episode) -> tuple[str, ...]:
    """What every camera stores, where that is the same for all; otherwise each has the rig's own."""
    stored = {tuple(episode.sensors[name].columns) for name in episode.cameras}
    if len(stored) != 1:
        return ()
    known = set(stored.pop())
    own = {frozenset(episode.rig.mounts[name].parameters.get("channels", ())) for name in episode.cameras}
    return () if own == {frozenset(known)} else tuple(name for name in CAMERA_CHANNELS if name in known)


def _encoding(episode: Episode) -> str:
    for name in episode.cameras:
        attributes = dict(episode.sensors[name].columns["rgb"].attrs) if "rgb" in episode.sensors[name].columns else {}
        if "quality" in attributes:
            return f"jpeg:{int(attributes['quality'])}"
    return "lossless"


def _weather(spec: WeatherSpec, weather: Mapping[str, float]) -> WeatherSpec:
    """The weather that is stored; the time of day goes with a sun of its own."""
    plain = {name: getattr(Weather(), name) for name in COLUMNS if getattr(spec, name) is None}
    moved = {"sun_azimuth_deg", "sun_elevation_deg"} & set(weather)
    values: dict[str, Any] = {**plain, **weather, **({"time": ""} if moved else {})}
    if "sun_azimuth_deg" in moved:
        values["sun_bearing_deg"] = None
    return dataclasses.replace(spec, **values)


def _drivers(cast: Cast) -> Int64[ndarray, " n"]:
    """Rows of those who have low beams and may be on the move."""
    return np.array(
        [k for k, actor in enumerate(cast.actors) if not actor.is_static and actor.category not in WALKING],
        dtype=np.int64,
    )


def _under(snapshot: Snapshot, weather: Mapping[str, float], drivers: Int64[ndarray, " n"]) -> Snapshot:
    """The same moment in another weather; who drives has the low beams on that it asks for."""
    if not weather:
        return snapshot
    values = snapshot.weather.copy()
    for name, value in weather.items():
        values[COLUMNS.index(name)] = value
    lamps = snapshot.lamps.copy()
    if wants_lamps(values):
        lamps[drivers] |= DRIVING
    return dataclasses.replace(snapshot, weather=values, lamps=lamps)


def weather_range(weather: Mapping[str, float]) -> None:
    """Whether these numbers are a weather.

    Raises:
        InputError: an unknown name, or a value out of range.
    """
    for name, value in weather.items():
        if name not in COLUMNS:
            raise InputError(f"--weather {name}: expected one of {', '.join(COLUMNS)}")
        low, high = RANGES["WeatherSpec"][name]
        if not (math.isfinite(value) and low <= value <= high):
            raise InputError(f"--weather {name}: expected {low:g}..{high:g}, got {value:g}")
