"""Labels that an episode gains with each frame, beyond cuboids and 2D boxes."""

import json
from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np
from numpy import ndarray

from simgen.labels import bev, occupancy
from simgen.observe import Frame, Take
from simgen.record.columns import TABLE_CHUNK_BYTES, Column, Store, write_attributes
from simgen.record.layout import class_names
from simgen.record.streams import Ragged
from simgen.world.boundaries import KINDS

Types = dict[str, tuple[Any, tuple[int, ...]]]

KEYPOINT_DTYPES: Types = {"actor_id": (np.uint32, ()), "points": (np.float32, (17, 3))}
LANE_DTYPES: Types = {"id": (np.uint32, ()), "type": (np.uint8, ())}
LANE_POINT_DTYPES: Types = {"pixels": (np.float32, (2,)), "ego": (np.float32, (3,)), "visible": (np.bool_, ())}
CRITICALITY_DTYPES: Types = {
    "actor_id": (np.uint32, ()),
    "ttc_s": (np.float32, ()),
    "mttc_s": (np.float32, ()),
    "thw_s": (np.float32, ()),
    "drac_mps2": (np.float32, ()),
    "pet_s": (np.float32, ()),
    "rss_violation": (np.bool_, ()),
    "distance_m": (np.float32, ()),
}


BEV_DTYPES: Types = {
    "semantic": (np.uint8, (bev.CELLS, bev.CELLS)),
    "ground": (np.uint8, (bev.CELLS, bev.CELLS)),
    "instance": (np.uint32, (bev.CELLS, bev.CELLS)),
}
OCCUPANCY_DTYPES: Types = {"semantic": (np.uint8, occupancy.SHAPE), "visible": (np.uint8, occupancy.SHAPE)}


class LabelStreams:
    """All of them; a group each for what the take says is labelled."""

    def __init__(self, store: Store, labels: h5py.Group, take: Take) -> None:
        self._keypoints: dict[str, Ragged] = {}
        self._lanes: dict[str, LaneStream] = {}
        self._criticality: Ragged | None = None
        if "keypoints" in take.labels:
            group = labels.create_group("keypoints")
            self._keypoints = {name: _ragged(store, group, name, KEYPOINT_DTYPES) for name in take.channels}
        if "lanes" in take.labels:
            group = labels.create_group("lanes")
            self._lanes = {name: LaneStream(store, group.create_group(name)) for name in take.channels}
        if "criticality" in take.labels:
            self._criticality = _ragged(store, labels, "criticality", CRITICALITY_DTYPES)
        self._grids: dict[str, dict[str, Column]] = {}
        if "bev" in take.labels:
            group = labels.create_group("bev")
            write_attributes(group, {"cell_m": bev.CELL_M, "low_m": np.array(bev.LOW_M), "ceiling_m": bev.CEILING_M})
            self._grids["bev"] = _grid(store, group, BEV_DTYPES)
        if "occupancy" in take.labels:
            group = labels.create_group("occupancy")
            write_attributes(group, {"cell_m": occupancy.CELL_M, "low_m": np.array(occupancy.LOW_M)})
            self._grids["occupancy"] = _grid(store, group, OCCUPANCY_DTYPES)

    def append(self, frame: Frame) -> None:
        """The labels of one frame; an image without any has none of its rows."""
        labels = frame.labels
        for name in frame.readings:
            if name in self._keypoints:
                self._keypoints[name].append(_columns(labels.keypoints.get(name), KEYPOINT_DTYPES))
            if name in self._lanes:
                self._lanes[name].append(labels.lanes.get(name))
        if self._criticality is not None and labels.criticality is not None:
            self._criticality.append(_columns(labels.criticality, CRITICALITY_DTYPES))
        for name, columns in self._grids.items():
            grid = getattr(labels, name)
            for part, column in columns.items() if grid is not None else ():
                column.append(getattr(grid, part)[None])

    def close(self) -> None:
        """Hands over what is left."""
        for people in self._keypoints.values():
            people.close()
        for lines in self._lanes.values():
            lines.close()
        if self._criticality is not None:
            self._criticality.close()
        for columns in self._grids.values():
            for column in columns.values():
                column.close()


class LaneStream:
    """Polylines of one camera, ragged twice: polylines by image, points by polyline."""

    def __init__(self, store: Store, group: h5py.Group) -> None:
        self._rows = Ragged(store, group, LANE_DTYPES, chunk_bytes=TABLE_CHUNK_BYTES)
        group["type"].attrs["names"] = kind_names()
        points = group.create_group("points")
        self._offsets = Column(store, points, "offsets", np.int64)
        self._offsets.append(np.zeros(1, np.int64))
        self._points = {name: Column(store, points, name, *kind) for name, kind in LANE_POINT_DTYPES.items()}
        self._end = 0

    def append(self, lines: Any) -> None:
        """The polylines of one image; None is none."""
        if lines is None:
            self._rows.append(_columns(None, LANE_DTYPES))
            return
        self._rows.append({"id": lines.id, "type": lines.kind})
        self._offsets.append(self._end + lines.offsets[1:])
        self._end += len(lines.pixels)
        for name, column in self._points.items():
            column.append(getattr(lines, name))

    def close(self) -> None:
        """Hands over what is left."""
        self._rows.close()
        self._offsets.close()
        for column in self._points.values():
            column.close()


def kind_names() -> str:
    """The attribute `names` of every dataset of boundary types."""
    return json.dumps(KINDS)


def _grid(store: Store, group: h5py.Group, kinds: Types) -> dict[str, Column]:
    meaning: dict[str, dict[str, Any]] = {"visible": {"bits": occupancy.VISIBLE_BITS}, "instance": {}}
    names = {"names": class_names()}
    return {
        name: Column(store, group, name, dtype, shape, chunk_rows=1, attributes=meaning.get(name, names))
        for name, (dtype, shape) in kinds.items()
    }


def _ragged(store: Store, parent: h5py.Group, name: str, kinds: Types) -> Ragged:
    return Ragged(store, parent.create_group(name), kinds, chunk_bytes=TABLE_CHUNK_BYTES)


def _columns(rows: object | None, kinds: Types) -> Mapping[str, ndarray]:
    """The columns of a table of labels, or of an empty one."""
    if rows is None:
        return {name: np.zeros((0, *shape), dtype) for name, (dtype, shape) in kinds.items()}
    return {name: getattr(rows, name) for name in kinds}
