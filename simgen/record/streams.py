"""What an episode gains with each frame: readings, labels, states."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import h5py
import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from simgen.labels.boxes import Boxes2D
from simgen.labels.cuboids import Cuboids
from simgen.motion import PHYSICS_HZ, SNAPSHOT_HZ, Contact, EgoTrace, Snapshot
from simgen.readings import FAULTS, EventBatch, Image, PointCloud, RadarScan, Reading, Sample
from simgen.record.columns import RAGGED_CHUNK_BYTES, BlobColumn, Column, Store, TextColumn
from simgen.record.layout import class_names
from simgen.world.lamps import LAMPS, SIGNAL_STATES
from simgen.world.weather import COLUMNS

CAMERA_DTYPES: dict[str, tuple[Any, tuple[int, ...]]] = {
    "rgb": (np.uint8, (3,)),
    "depth": (np.float32, ()),
    "semantic": (np.uint8, ()),
    "instance": (np.uint32, ()),
    "normal": (np.float16, (3,)),
    "flow_forward": (np.float32, (2,)),
    "flow_backward": (np.float32, (2,)),
    "saturated": (np.bool_, ()),
    "soiled": (np.bool_, ()),
}
"""Channel -> type, and what a pixel holds."""

LIDAR_DTYPES: dict[str, tuple[Any, tuple[int, ...]]] = {
    "xyz": (np.float32, (3,)),
    "intensity": (np.float32, ()),
    "ring": (np.uint16, ()),
    "column": (np.uint16, ()),
    "offset_ns": (np.int32, ()),
    "return": (np.uint8, ()),
    "semantic": (np.uint8, ()),
    "instance": (np.uint32, ()),
    "is_clutter": (np.bool_, ()),
    "xyz_true": (np.float32, (3,)),
    "flow": (np.float32, (3,)),
}
RADAR_DTYPES: dict[str, tuple[Any, tuple[int, ...]]] = {
    "range_m": (np.float32, ()),
    "azimuth_rad": (np.float32, ()),
    "elevation_rad": (np.float32, ()),
    "velocity_mps": (np.float32, ()),
    "rcs_dbsm": (np.float32, ()),
    "snr_db": (np.float32, ()),
    "instance": (np.uint32, ()),
    "is_ghost": (np.bool_, ()),
}
EVENT_DTYPES: dict[str, tuple[Any, tuple[int, ...]]] = {
    "x": (np.uint16, ()),
    "y": (np.uint16, ()),
    "offset_ns": (np.int32, ()),
    "polarity": (np.bool_, ()),
}
CUBOID_DTYPES: dict[str, tuple[Any, tuple[int, ...]]] = {
    "actor_id": (np.uint32, ()),
    "pose": (np.float64, (7,)),
    "extent_m": (np.float32, (3,)),
    "velocity_mps": (np.float32, (3,)),
    "class": (np.uint8, ()),
    "lidar_points": (np.int32, ()),
    "radar_points": (np.int32, ()),
    "visibility": (np.float32, ()),
    "distance_m": (np.float32, ()),
}
BOX_DTYPES: dict[str, tuple[Any, tuple[int, ...]]] = {
    "actor_id": (np.uint32, ()),
    "amodal": (np.float32, (4,)),
    "visible": (np.float32, (4,)),
    "visibility": (np.float32, ()),
    "truncation": (np.float32, ()),
    "distance_m": (np.float32, ()),
}


class Ragged:
    """Columns whose rows belong to items, by `offsets` (one more than there are items)."""

    def __init__(
        self,
        store: Store,
        group: h5py.Group,
        columns: Mapping[str, tuple[Any, tuple[int, ...]]],
        inner: str = "",
        chunk_bytes: int = RAGGED_CHUNK_BYTES,
    ) -> None:
        self._offsets = Column(store, group, "offsets", np.int64)
        self._offsets.append(np.zeros(1, np.int64))
        rows = group.create_group(inner) if inner else group
        self._columns = {
            name: Column(store, rows, name, dtype, row, chunk_bytes=chunk_bytes, attributes=_meaning(name))
            for name, (dtype, row) in columns.items()
        }
        self._end = 0

    def append(self, columns: Mapping[str, ndarray]) -> None:
        """The rows of one item."""
        lengths = {len(columns[name]) for name in self._columns}
        if len(lengths) > 1:
            raise ValueError(f"expected columns of equal length, got {sorted(lengths)}")
        for name, column in self._columns.items():
            column.append(columns[name])
        self._end += lengths.pop()
        self._offsets.append(np.array([self._end], np.int64))

    def close(self) -> None:
        """Hands over what is left."""
        self._offsets.close()
        for column in self._columns.values():
            column.close()


class SensorStream:
    """What every sensor has: times, faults, poses."""

    def __init__(self, store: Store, group: h5py.Group) -> None:
        self._store, self._group = store, group
        self._rows = 0
        self._columns: dict[str, Column] = {
            "time_ns": Column(store, group, "time_ns", np.int64),
            "reported_time_ns": Column(store, group, "reported_time_ns", np.int64),
            "faults": Column(store, group, "faults", np.uint32, attributes={"bits": FAULTS}),
            "delay_ns": Column(store, group, "delay_ns", np.int64),
            "world_from_sensor": Column(store, group, "world_from_sensor", np.float64, (4, 4)),
        }

    def append(self, reading: Reading) -> None:
        """The row of one reading, which must be the next one."""
        if reading.k != self._rows:
            raise ValueError(f"{self._group.name}: expected reading {self._rows}, got {reading.k}")
        self._rows += 1
        for name in ("time_ns", "reported_time_ns", "faults", "delay_ns", "world_from_sensor"):
            self._columns[name].append(np.asarray(getattr(reading, name))[None])

    def close(self) -> None:
        """Hands over what is left."""
        for column in self._columns.values():
            column.close()


class CameraStream(SensorStream):
    """Images, a chunk a frame."""

    def __init__(
        self, store: Store, group: h5py.Group, size: tuple[int, int], channels: Sequence[str], jpeg: int | None
    ) -> None:
        super().__init__(store, group)
        self._jpeg = jpeg
        self._blob: BlobColumn | None = None
        self._images: dict[str, Column] = {}
        for name in channels:
            if name == "rgb" and jpeg is not None:
                self._blob = BlobColumn(store, group, name, {"encoding": "jpeg", "quality": jpeg})
                continue
            dtype, pixel = CAMERA_DTYPES[name]
            row = (size[0], size[1], *pixel)
            self._images[name] = Column(store, group, name, dtype, row, chunk_rows=1, attributes=_meaning(name))

    def append(self, reading: Reading) -> None:
        """The row of one image."""
        if not isinstance(reading, Image):
            raise TypeError(f"{self._group.name}: expected an Image, got {type(reading).__name__}")
        super().append(reading)
        for name, column in self._images.items():
            column.append(reading.channels[name][None])
        if self._blob is not None and self._jpeg is not None:
            rgb, quality = reading.channels["rgb"], self._jpeg
            self._blob.append(lambda: _encode_jpeg(rgb, quality), rgb.nbytes)

    def close(self) -> None:
        """Hands over what is left."""
        super().close()
        for column in self._images.values():
            column.close()


class LidarStream(SensorStream):
    """Sweeps, their points one after another."""

    def __init__(self, store: Store, group: h5py.Group) -> None:
        super().__init__(store, group)
        self._points: Ragged | None = None

    def append(self, reading: Reading) -> None:
        """The row of one sweep, and its points."""
        if not isinstance(reading, PointCloud):
            raise TypeError(f"{self._group.name}: expected a PointCloud, got {type(reading).__name__}")
        super().append(reading)
        self._open(LIDAR_DTYPES if "flow" in reading.columns else _without_flow()).append(reading.columns)

    def close(self) -> None:
        """Hands over what is left."""
        self._open(_without_flow()).close()
        super().close()

    def _open(self, columns: Mapping[str, tuple[Any, tuple[int, ...]]]) -> Ragged:
        # Only the first sweep says whether this lidar measures flow.
        if self._points is None:
            self._points = Ragged(self._store, self._group, columns, "points")
        return self._points


class RadarStream(SensorStream):
    """Cycles of a radar, their detections one after another."""

    def __init__(self, store: Store, group: h5py.Group) -> None:
        super().__init__(store, group)
        self._detections = Ragged(store, group, RADAR_DTYPES, "detections")

    def append(self, reading: Reading) -> None:
        """The row of one cycle, and its detections."""
        if not isinstance(reading, RadarScan):
            raise TypeError(f"{self._group.name}: expected a RadarScan, got {type(reading).__name__}")
        super().append(reading)
        self._detections.append(reading.columns)

    def close(self) -> None:
        """Hands over what is left."""
        self._detections.close()
        super().close()


class EventStream(SensorStream):
    """What an event camera fired, one event after another."""

    def __init__(self, store: Store, group: h5py.Group) -> None:
        super().__init__(store, group)
        self._events = Ragged(store, group, EVENT_DTYPES, "events")

    def append(self, reading: Reading) -> None:
        """The row of one reading, and its events."""
        if not isinstance(reading, EventBatch):
            raise TypeError(f"{self._group.name}: expected an EventBatch, got {type(reading).__name__}")
        super().append(reading)
        self._events.append(reading.columns)

    def close(self) -> None:
        """Hands over what is left."""
        self._events.close()
        super().close()


class SampleStream(SensorStream):
    """Sensors with a few numbers, a dataset a quantity; the first sample says which."""

    def __init__(self, store: Store, group: h5py.Group, units: Mapping[str, str]) -> None:
        super().__init__(store, group)
        self._units = units
        self._quantities: tuple[str, ...] = ()

    def append(self, reading: Reading) -> None:
        """The row of one sample."""
        if not isinstance(reading, Sample):
            raise TypeError(f"{self._group.name}: expected a Sample, got {type(reading).__name__}")
        if not self._rows:
            self._quantities = tuple(reading.values)
            for name in self._quantities:
                value = np.asarray(reading.values[name])
                unit = {"unit": self._units.get(name, "")}
                self._columns[name] = Column(self._store, self._group, name, value.dtype, value.shape, attributes=unit)
        super().append(reading)
        for name in self._quantities:
            self._columns[name].append(np.asarray(reading.values[name])[None])


class StateStream:
    """Snapshots, and the ego at the physics rate."""

    def __init__(self, store: Store, file: h5py.File, actors: int, links: int, signals: int) -> None:
        state, ego = file.create_group("state"), file.create_group("ego")
        state.attrs["snapshot_hz"] = float(SNAPSHOT_HZ)
        ego.attrs["physics_hz"] = float(PHYSICS_HZ)
        large = RAGGED_CHUNK_BYTES
        self._state = {
            "time_ns": Column(store, state, "time_ns", np.int64),
            "link_pose": Column(store, state, "link_pose", np.float64, (links, 7), chunk_bytes=large),
            "link_twist": Column(store, state, "link_twist", np.float32, (links, 6), chunk_bytes=large),
            "lamps": Column(store, state, "lamps", np.uint32, (actors,), attributes={"bits": LAMPS}),
            "signals": Column(store, state, "signals", np.uint8, (signals,), attributes={"names": SIGNAL_STATES}),
            "weather": Column(store, state, "weather", np.float32, (len(COLUMNS),), attributes={"columns": COLUMNS}),
        }
        contact = {"actor_a": (np.uint32, ()), "actor_b": (np.uint32, ()), "impulse_Ns": (np.float32, ())}
        self._contacts = Ragged(store, state.create_group("contacts"), contact | {"point_m": (np.float64, (3,))})
        shapes = {"pose": 7, "twist": 6, "acceleration": 3, "controls": 3}
        self._ego = {
            "time_ns": Column(store, ego, "time_ns", np.int64),
            **{name: Column(store, ego, name, np.float64, (width,)) for name, width in shapes.items()},
            **{name: Column(store, ego, name, np.float64) for name in ("lane_offset_m", "route_s_m")},
        }
        ego["controls"].attrs["columns"] = json.dumps(["steer_rad", "throttle", "brake"])
        self._lanes = TextColumn(store, ego, "lane_id")

    def append(self, snapshot: Snapshot) -> None:
        """One snapshot, and how the ego got there."""
        for name, column in self._state.items():
            column.append(np.asarray(getattr(snapshot, name))[None])
        self._contacts.append(_contact_columns(snapshot.contacts))
        trace: EgoTrace | None = snapshot.ego
        if trace is not None:
            for name, column in self._ego.items():
                column.append(getattr(trace, name))
            self._lanes.append(trace.lane_id)

    def close(self) -> None:
        """Hands over what is left."""
        for column in (*self._state.values(), *self._ego.values()):
            column.close()
        self._contacts.close()
        self._lanes.close()


class CuboidStream:
    """Cuboids, an item a keyframe."""

    def __init__(self, store: Store, labels: h5py.Group) -> None:
        self._times = Column(store, labels, "time_ns", np.int64)
        self._rows = Ragged(store, labels.create_group("cuboids"), CUBOID_DTYPES)

    def append(self, time_ns: int, cuboids: Cuboids) -> None:
        """The cuboids of one keyframe."""
        self._times.append(np.array([time_ns], np.int64))
        columns = {name: getattr(cuboids, name) for name in CUBOID_DTYPES if name != "class"}
        self._rows.append(columns | {"class": cuboids.category})

    def close(self) -> None:
        """Hands over what is left."""
        self._times.close()
        self._rows.close()


class BoxStream:
    """2D boxes of one camera, an item an image."""

    def __init__(self, store: Store, group: h5py.Group) -> None:
        self._rows = Ragged(store, group, BOX_DTYPES)

    def append(self, boxes: Boxes2D | None) -> None:
        """The boxes of one image; None is none."""
        if boxes is None:
            self._rows.append({name: np.zeros((0, *row), dtype) for name, (dtype, row) in BOX_DTYPES.items()})
        else:
            self._rows.append({name: getattr(boxes, name) for name in BOX_DTYPES})

    def close(self) -> None:
        """Hands over what is left."""
        self._rows.close()


def _meaning(name: str) -> dict[str, Any]:
    return {"names": class_names()} if name in ("semantic", "class") else {}


def _without_flow() -> dict[str, tuple[Any, tuple[int, ...]]]:
    return {name: kind for name, kind in LIDAR_DTYPES.items() if name != "flow"}


def _contact_columns(contacts: Sequence[Contact]) -> dict[str, ndarray]:
    return {
        "actor_a": np.array([contact.actor_a for contact in contacts], np.uint32),
        "actor_b": np.array([contact.actor_b for contact in contacts], np.uint32),
        "impulse_Ns": np.array([contact.impulse_Ns for contact in contacts], np.float32),
        "point_m": np.array([contact.point_m for contact in contacts], np.float64).reshape(-1, 3),
    }


def _encode_jpeg(rgb: UInt8[ndarray, "h w 3"], quality: int) -> UInt8[ndarray, " n"]:
    done, encoded = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise RuntimeError("OpenCV cannot encode JPEG")
    return np.asarray(encoded, dtype=np.uint8).reshape(-1)
