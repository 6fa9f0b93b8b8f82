"""Readings as an episode stores them: arrays are read when they are asked for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, overload

import cv2
import h5py
import numpy as np
from numpy import ndarray

from simgen.readings import EventBatch, Image, PointCloud, RadarScan, Reading, Sample

STAMPS = ("time_ns", "reported_time_ns", "faults", "delay_ns", "world_from_sensor")


class Lazy(Mapping[str, Any]):
    """Arrays (or numbers) of one item, by name; each is read at its first use and kept."""

    def __init__(self, columns: Mapping[str, h5py.Dataset], rows: int | slice) -> None:
        self._columns, self._rows = columns, rows
        self._read: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            column = self._columns[name]
            value = column[self._rows]
            if column.attrs.get("encoding") == "jpeg":
                decoded = cv2.imdecode(value, cv2.IMREAD_COLOR)
                if decoded is None:
                    raise OSError(f"{column.name}: expected a JPEG picture in row {self._rows}")
                value = np.ascontiguousarray(decoded[..., ::-1])
            self._read[name] = value
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


class StoredSensor(Sequence[Reading]):
    """All readings of one sensor.

    Attributes:
        name: of its mount.
        kind: "camera", "lidar", "imu", ...
        attributes: as stored: width, height, K, rate_hz, ego_from_sensor, ...
        times_ns, faults, poses: of every reading (poses: world_from_sensor).
    """

    def __init__(self, group: h5py.Group) -> None:
        self.name = group.name.rsplit("/", 1)[-1]
        self.attributes: dict[str, Any] = dict(group.attrs)
        self.kind = str(group.attrs["kind"])
        self.times_ns: ndarray = group["time_ns"][:]
        self._stamps = {name: group[name][:] for name in STAMPS if name in group}
        self.poses: ndarray = self._stamps["world_from_sensor"]
        self.faults: ndarray = self._stamps["faults"]
        self._offsets = group["offsets"][:] if "offsets" in group else None
        rows = next((group[name] for name in ("points", "detections", "events") if name in group), group)
        skipped = {*STAMPS, "offsets"}
        self.columns: dict[str, h5py.Dataset] = {
            name: item for name, item in rows.items() if name not in skipped and isinstance(item, h5py.Dataset)
        }

    def __len__(self) -> int:
        return len(self.times_ns)

    @overload
    def __getitem__(self, index: int) -> Reading: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Reading]: ...
    def __getitem__(self, index: int | slice) -> Reading | Sequence[Reading]:
        if isinstance(index, slice):
            return [self[k] for k in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"{self.name}: reading {index} of {len(self)}")
        return self._reading(index % len(self))

    def nearest(self, time_ns: int) -> Reading:
        """The reading whose time is nearest.

        Raises:
            LookupError: there is no reading at all.
        """
        if not len(self):
            raise LookupError(f"{self.name}: it has no reading")
        return self[int(np.argmin(np.abs(self.times_ns - time_ns)))]

    def item(self, k: int) -> Lazy:
        """The arrays of reading k: channels of an image, columns of a sweep, quantities of a sample."""
        if self._offsets is None:
            return Lazy(self.columns, k)
        return Lazy(self.columns, slice(int(self._offsets[k]), int(self._offsets[k + 1])))

    def _reading(self, k: int) -> Reading:
        stamp: dict[str, Any] = {
            "k": k,
            "time_ns": int(self.times_ns[k]),
            "reported_time_ns": int(self._stamps["reported_time_ns"][k]),
            "faults": int(self._stamps["faults"][k]),
            "delay_ns": int(self._stamps["delay_ns"][k]) if "delay_ns" in self._stamps else 0,
            "world_from_sensor": self._stamps["world_from_sensor"][k],
        }
        if self.kind == "camera":
            return Image(**stamp, channels=self.item(k))
        if self.kind == "radar":
            return RadarScan(**stamp, columns=self.item(k))
        if self.kind == "event":
            return EventBatch(**stamp, columns=self.item(k))
        if self._offsets is not None:
            return PointCloud(**stamp, columns=self.item(k))
        return Sample(**stamp, values=self.item(k))
