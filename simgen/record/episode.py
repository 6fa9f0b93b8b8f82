"""An episode that has been recorded: lazy, indexable, iterable."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, overload

import h5py
import hdf5plugin  # noqa: F401  registers the filters that chunks are compressed with
import numpy as np
from numpy import ndarray

from simgen.errors import InputError
from simgen.labels.bev import BirdsEye
from simgen.labels.boxes import Boxes2D
from simgen.labels.criticality import Criticality
from simgen.labels.cuboids import Cuboids
from simgen.labels.keypoints import Keypoints
from simgen.labels.lanes import LaneLines
from simgen.labels.occupancy import Occupancy
from simgen.motion import Snapshot
from simgen.readings import Reading, Rig
from simgen.record import stored_labels
from simgen.record.layout import FORMAT, FORMAT_VERSION
from simgen.record.panoptic import panoptic_ids
from simgen.record.playback import snapshots
from simgen.record.schema import faults
from simgen.record.stored import StoredSensor
from simgen.record.streams import BOX_DTYPES, CUBOID_DTYPES
from simgen.scenario.scenario import ConcreteScenario
from simgen.serial import from_json


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorRow:
    """One row of /actors.

    Attributes:
        category: class from the taxonomy.
        extent_m: length, width, height of the neutral pose.
    """

    id: int
    name: str
    category: str
    model: str
    extent_m: tuple[float, float, float]
    is_ego: bool
    is_static: bool


class StoredFrame:
    """One keyframe: the reading of every sensor at that time (the nearest one where none coincides), and the labels.

    Attributes:
        index: of the keyframe.
        time_ns: of the keyframe.
    """

    def __init__(self, episode: "Episode", index: int) -> None:
        self._episode, self.index = episode, index
        self.time_ns = int(episode.times_ns[index])

    def __getitem__(self, name: str) -> Reading:
        return self._episode.sensors[name].nearest(self.time_ns)

    @property
    def readings(self) -> Mapping[str, Reading]:
        """By mount name; sensors that have none at all are left out."""
        return {name: self[name] for name, sensor in self._episode.sensors.items() if len(sensor)}

    @property
    def cuboids(self) -> Cuboids:
        """3D boxes of all actors but the ego."""
        return self._episode.cuboids(self.index)

    @property
    def boxes(self) -> Mapping[str, Boxes2D]:
        """2D boxes by camera, of the image that `self[camera]` is."""
        return {name: self._episode.boxes(name, self[name].k) for name in self._episode.cameras}

    @property
    def keypoints(self) -> Mapping[str, Keypoints]:
        """Joints of people by camera, in the image that `self[camera]` is."""
        return {name: self._episode.keypoints(name, self[name].k) for name in self._episode.cameras}

    @property
    def lanes(self) -> Mapping[str, LaneLines]:
        """Lines between lanes by camera, in the image that `self[camera]` is."""
        return {name: self._episode.lanes(name, self[name].k) for name in self._episode.cameras}

    @property
    def criticality(self) -> Criticality:
        """How critical everybody else is to the ego."""
        return self._episode.criticality(self.index)


class Episode(Sequence[StoredFrame]):
    """An open episode file, as a sequence of its keyframes; everything is read when it is asked for.

    Args:
        path: of an .h5 file that `EpisodeWriter` made.

    Attributes:
        file: the HDF5 file itself, for everything else.
        sensors: all readings of each sensor, by mount name, in the order of the rig.

    Raises:
        InputError: no such file, or not a complete episode.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = Path(path)
        self.file = _open(self.path)
        try:
            order = list(json.loads(self.file.attrs["rig"])["mounts"])
            self.sensors = {name: StoredSensor(self.file["sensors"][name]) for name in order}
            self.times_ns: ndarray = self.file["labels/time_ns"][:]
        except (KeyError, ValueError, TypeError, AttributeError, OSError) as error:
            self.file.close()
            raise InputError(f"{path}: expected a complete episode, got a damaged one ({error})") from error

    def __enter__(self) -> "Episode":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if isinstance(error, Exception) and not isinstance(error, InputError):
                self._blame(error)
        finally:
            self.close()

    def __len__(self) -> int:
        return len(self.times_ns)

    @overload
    def __getitem__(self, index: int) -> StoredFrame: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[StoredFrame]: ...
    def __getitem__(self, index: int | slice) -> StoredFrame | Sequence[StoredFrame]:
        if isinstance(index, slice):
            return [StoredFrame(self, k) for k in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"{self.path}: keyframe {index} of {len(self)}")
        return StoredFrame(self, index % len(self))

    def close(self) -> None:
        """Closes the file; what has not been read by then cannot be read any more."""
        self.file.close()

    @property
    def attributes(self) -> dict[str, Any]:
        """The root's attributes."""
        return dict(self.file.attrs)

    @property
    def cameras(self) -> tuple[str, ...]:
        """Names of the cameras."""
        return self._of_kind("camera")

    @property
    def lidars(self) -> tuple[str, ...]:
        """Names of the lidars."""
        return self._of_kind("lidar")

    @property
    def radars(self) -> tuple[str, ...]:
        """Names of the radars."""
        return self._of_kind("radar")

    @cached_property
    def scenario(self) -> ConcreteScenario:
        """What was simulated."""
        return from_json(self.file.attrs["concrete_scenario"], ConcreteScenario)

    @cached_property
    def rig(self) -> Rig:
        """What it was filmed with."""
        return from_json(self.file.attrs["rig"], Rig)

    @cached_property
    def actors(self) -> tuple[ActorRow, ...]:
        """All actors; the one with id i stands at i - 1."""
        group = self.file["actors"]
        names = json.loads(group["class"].attrs["names"])
        columns = [group["name"].asstr()[:], group["class"][:], group["model"].asstr()[:], group["extent_m"][:]]
        flags = [group["is_ego"][:], group["is_static"][:]]
        return tuple(
            ActorRow(
                id=int(actor_id),
                name=name,
                category=names[code],
                model=model,
                extent_m=tuple(extent.tolist()),
                is_ego=bool(is_ego),
                is_static=bool(is_static),
            )
            for actor_id, name, code, model, extent, is_ego, is_static in zip(
                group["id"][:], *columns, *flags, strict=True
            )
        )

    @cached_property
    def ego_row(self) -> int:
        """Row of the ego's root in `link_pose`."""
        ego = next(actor.id for actor in self.actors if actor.is_ego)
        return int(np.flatnonzero(self.file["links/actor_id"][:] == ego)[0])

    @property
    def snapshots(self) -> Iterator[Snapshot]:
        """How everything moved, for sensing it again."""
        return snapshots(self.file)

    def events(self) -> list[dict[str, Any]]:
        """The rows of /events; JSON columns are decoded."""
        group = self.file["events"]
        columns: dict[str, list[Any]] = {}
        for name, column in group.items():
            text = h5py.check_string_dtype(column.dtype) is not None
            columns[name] = column.asstr()[:].tolist() if text else column[:].tolist()
        for name in ("actor_ids", "sensors", "parameters"):
            columns[name] = [json.loads(value) for value in columns[name]]
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def cuboids(self, keyframe: int) -> Cuboids:
        """3D boxes at one keyframe."""
        columns = stored_labels.ragged(self.file["labels/cuboids"], keyframe, CUBOID_DTYPES)
        return Cuboids(category=columns.pop("class"), **columns)

    def boxes(self, camera: str, k: int) -> Boxes2D:
        """2D boxes of image k of a camera."""
        return Boxes2D(**stored_labels.ragged(self.file["labels/boxes2d"][camera], k, BOX_DTYPES))

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels that it was made with: cuboids, boxes2d, ..."""
        return tuple(name for name, item in self.file["labels"].items() if isinstance(item, h5py.Group))

    def panoptic(self, sensor: str, k: int, taxonomy: str = "simgen") -> ndarray:
        """One id a pixel of image k (or a point of sweep k): class * 1000 + actor id, the class where no actor is.

        Args:
            sensor: a camera with the channels semantic and instance, or a lidar.
            k: which reading.
            taxonomy: whose classes: "simgen", "cityscapes", or "semantickitti" (class + (actor id << 16)).

        Raises:
            InputError: a sensor without those channels.
        """
        stored = self.sensors[sensor]
        if not {"semantic", "instance"} <= set(stored.columns):
            raise InputError(f"{self.path}: {sensor}: expected semantic and instance, got {', '.join(stored.columns)}")
        item = stored.item(k)
        return panoptic_ids(item["semantic"], item["instance"], taxonomy)

    def keypoints(self, camera: str, k: int) -> Keypoints:
        """Joints of people in image k of a camera."""
        return stored_labels.keypoints(self.file, camera, k)

    def lanes(self, camera: str, k: int) -> LaneLines:
        """Lines between lanes in image k of a camera."""
        return stored_labels.lanes(self.file, camera, k)

    def criticality(self, keyframe: int) -> Criticality:
        """How critical everybody else is to the ego at one keyframe."""
        return stored_labels.criticality(self.file, keyframe)

    def bev(self, keyframe: int) -> BirdsEye:
        """Bird's-eye semantics around the ego at one keyframe."""
        return stored_labels.birds_eye(self.file, keyframe)

    def occupancy(self, keyframe: int) -> Occupancy:
        """Voxels around the ego at one keyframe."""
        return stored_labels.occupancy(self.file, keyframe)

    def _blame(self, error: Exception) -> None:
        """Says that the file is damaged where that is why something failed; says nothing where it is sound."""
        unreadable = isinstance(error, OSError) and error.errno is None  # how h5py tells of a broken chunk
        wrong = [f"{part}: {lines[0]}" for part, lines in faults(self.file).items() if lines]
        if unreadable or wrong:
            reason = wrong[0] if wrong else error
            raise InputError(f"{self.path}: expected a complete episode, got a damaged one ({reason})") from error

    def _of_kind(self, kind: str) -> tuple[str, ...]:
        return tuple(name for name, sensor in self.sensors.items() if sensor.kind == kind)


def _open(path: Path) -> h5py.File:
    if not path.is_file():
        raise InputError(f"{path}: expected an episode file (.h5), got {'a folder' if path.is_dir() else 'nothing'}")
    try:
        file = h5py.File(path, "r")
        found = file.attrs.get("format"), file.attrs.get("version")
        complete = bool(file.attrs.get("complete", False))
    except (OSError, RuntimeError) as error:
        raise InputError(f"{path}: expected an episode file, got one that is damaged or not HDF5") from error
    if found[0] != FORMAT or not complete or found[1] != FORMAT_VERSION:
        file.close()
        got = f"format {found[0]!r}, version {found[1]}{'' if complete else ', not complete'}"
        raise InputError(f"{path}: expected a complete {FORMAT} of version {FORMAT_VERSION}, got {got}")
    return file
