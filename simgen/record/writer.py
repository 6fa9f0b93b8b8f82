"""Writes an episode as it happens: streaming, atomic, the same bytes for the same input."""

import contextlib
import errno
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any

import h5py
import numpy as np

from simgen.errors import InputError
from simgen.motion import Happening
from simgen.observe import Frame, Take
from simgen.record.chunks import ChunkQueue, Compression
from simgen.record.columns import Store, write_attributes
from simgen.record.events import event_rows, write_events
from simgen.record.label_streams import LabelStreams
from simgen.record.layout import write_actors, write_links, write_map, write_root
from simgen.record.storage import Storage
from simgen.record.streams import (
    BoxStream,
    CameraStream,
    CuboidStream,
    EventStream,
    LidarStream,
    RadarStream,
    SampleStream,
    SensorStream,
    StateStream,
)


class DiskFullError(OSError):
    """The disk has no room for the episode; nothing with its final name was left."""


class EpisodeWriter:
    """A context in which frames become one HDF5 file, as docs/episode_format.md says.

    The file grows as NAME.h5.partial and gets its final name when all of it is on the disk; after an exception there is
    no file. Memory does not grow with the length. Arrays that are handed over must not change afterwards.

    Args:
        path: final name.
        take: what stays the same over the episode.
        compression: "lz4" or "zstd".
        rgb: "lossless" or "jpeg:QUALITY".
        threads: for compression; as many as there are cores by default.

    Raises:
        InputError: an option that is none, or a folder that cannot be written.
        DiskFullError: no room.
    """

    def __init__(
        self,
        path: Path | str,
        take: Take,
        *,
        compression: str = "lz4",
        rgb: str = "lossless",
        threads: int | None = None,
    ) -> None:
        self.path, self.take = Path(path), take
        self._jpeg = jpeg_quality(rgb)
        self._compression = Compression(name=compression)
        self._partial = self.path.with_name(self.path.name + ".partial")
        self._threads = threads
        self._happenings: list[Happening] = []

    def __enter__(self) -> "EpisodeWriter":
        try:
            self._storage = Storage(self._partial)
        except OSError as error:
            if is_full(error):
                raise self._disk_full() from error
            raise InputError(f"{self.path}: expected a path that can be written, got: {error.strerror}") from error
        # The oldest layout of groups holds no times, so the bytes do not depend on the clock.
        self._file = h5py.File(self._storage, "w", libver=("earliest", "v110"))
        self._queue = ChunkQueue(self._threads)
        try:
            self._open()
        except BaseException as error:
            self._abandon()
            if is_full(error):
                raise self._disk_full() from error
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._abandon()
            if is_full(error):
                raise self._disk_full() from error
            return
        try:
            self._finish()
        except BaseException as late:
            self._abandon()
            if is_full(late):
                raise self._disk_full() from late
            raise

    def write(self, frame: Frame) -> None:
        """Adds a frame; may wait until earlier ones are on their way to the disk."""
        for snapshot in frame.snapshots:
            self._state.append(snapshot)
            self._happenings.extend(snapshot.happenings)
        for name, reading in frame.readings.items():
            self._sensors[name].append(reading)
            if name in self._boxes:
                self._boxes[name].append(frame.boxes.get(name))
        if frame.cuboids is not None:
            self._cuboids.append(frame.time_ns, frame.cuboids)
        self._labels.append(frame)
        self._storage.check()

    def _open(self) -> None:
        file, take = self._file, self.take
        store = Store(self._queue, self._compression)
        write_root(file, take)
        write_actors(file, take.cast)
        write_links(file, take.cast)
        write_map(store, file, take.world)
        self._queue.flush()
        self._state = StateStream(store, file, len(take.cast.actors), len(take.cast.links), len(take.world.signals))
        sensors = file.create_group("sensors")
        self._sensors = {name: self._sensor(store, sensors.create_group(name), name) for name in take.rig.mounts}
        labels = file.create_group("labels")
        self._cuboids = CuboidStream(store, labels)
        boxes = labels.create_group("boxes2d")
        self._boxes = {name: BoxStream(store, boxes.create_group(name)) for name in take.channels}
        self._labels = LabelStreams(store, labels, take)
        self._storage.check()

    def _sensor(self, store: Store, group: h5py.Group, name: str) -> SensorStream:
        attributes = dict(self.take.sensors[name])
        write_attributes(group, self._mount_attributes(name) | attributes)
        match attributes["kind"]:
            case "camera":
                size = (int(attributes["height"]), int(attributes["width"]))
                return CameraStream(store, group, size, self.take.channels[name], self._jpeg)
            case "lidar":
                return LidarStream(store, group)
            case "radar":
                return RadarStream(store, group)
            case "event":
                return EventStream(store, group)
            case _:
                return SampleStream(store, group, attributes.get("units", {}))

    def _mount_attributes(self, name: str) -> dict[str, Any]:
        mount = self.take.rig.mounts[name]
        camera = {
            "model": "pinhole",
            "distortion": np.zeros(0),
            "shutter": "global",
            "line_time_ns": 0,
            "depth_kind": "z",
        }
        return {
            "kind": "",
            "device": mount.device,
            "rate_hz": float(mount.rate_hz),
            "phase_s": float(mount.phase_s),
            "ego_from_sensor": mount.ego_from_sensor.matrix(),
            "fixed_to": mount.fixed_to,
            "parameters": json.dumps(dict(mount.parameters)),
            **(camera if name in self.take.channels else {}),
        }

    def _finish(self) -> None:
        self._state.close()
        for sensor in self._sensors.values():
            sensor.close()
        self._cuboids.close()
        for boxes in self._boxes.values():
            boxes.close()
        self._labels.close()
        self._queue.flush()
        kinds = {name: str(sensor["kind"]) for name, sensor in self.take.sensors.items()}
        write_events(self._file, event_rows(self.take.scenario, self._happenings), self.take.cast, kinds)
        self._file.attrs["complete"] = True
        self._queue.close()
        self._file.close()
        self._storage.close()
        os.replace(self._partial, self.path)
        sync(self.path.parent)

    def _disk_full(self) -> DiskFullError:
        return DiskFullError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    def _abandon(self) -> None:
        self._queue.close()
        self._file.close()
        with contextlib.suppress(OSError):  # a full disk fails here again; the first error is told
            self._storage.close()
        self._partial.unlink(missing_ok=True)


def jpeg_quality(rgb: str) -> int | None:
    """The quality in "jpeg:QUALITY", None for "lossless".

    Raises:
        InputError: neither of them, or a quality outside 1..100.
    """
    if rgb == "lossless":
        return None
    kind, _, quality = rgb.partition(":")
    if kind == "jpeg" and quality.isdecimal() and 1 <= int(quality) <= 100:
        return int(quality)
    raise InputError(f"--rgb: expected lossless or jpeg:1..100, got {rgb!r}")


def sync(path: Path) -> None:
    """Waits until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_full(error: BaseException) -> bool:
    """Whether the system says that there is no room, or none left for this user."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
