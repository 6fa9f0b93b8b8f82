"""Labels as an episode stores them; an episode may have been made without some."""

from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np
from numpy import ndarray

from simgen.errors import InputError
from simgen.labels.bev import BirdsEye
from simgen.labels.criticality import Criticality
from simgen.labels.keypoints import Keypoints
from simgen.labels.lanes import LaneLines
from simgen.labels.occupancy import Occupancy
from simgen.record.label_streams import (
    BEV_DTYPES,
    CRITICALITY_DTYPES,
    KEYPOINT_DTYPES,
    LANE_DTYPES,
    LANE_POINT_DTYPES,
    OCCUPANCY_DTYPES,
)


def keypoints(file: h5py.File, camera: str, k: int) -> Keypoints:
    """Joints in image k of a camera."""
    return Keypoints(**ragged(_group(file, f"keypoints/{camera}"), k, KEYPOINT_DTYPES))


def lanes(file: h5py.File, camera: str, k: int) -> LaneLines:
    """Lines between lanes in image k of a camera."""
    group = _group(file, f"lanes/{camera}")
    rows = ragged(group, k, LANE_DTYPES)
    first, last = (int(value) for value in group["offsets"][k : k + 2])
    offsets = group["points/offsets"][first : last + 1]
    points = {name: group["points"][name][offsets[0] : offsets[-1]] for name in LANE_POINT_DTYPES}
    return LaneLines(id=rows["id"], kind=rows["type"], offsets=offsets - offsets[0], **points)


def criticality(file: h5py.File, keyframe: int) -> Criticality:
    """How critical everybody else is to the ego at one keyframe."""
    return Criticality(**ragged(_group(file, "criticality"), keyframe, CRITICALITY_DTYPES))


def birds_eye(file: h5py.File, keyframe: int) -> BirdsEye:
    """Bird's-eye semantics at one keyframe."""
    group = _group(file, "bev")
    return BirdsEye(**{name: group[name][keyframe] for name in BEV_DTYPES})


def occupancy(file: h5py.File, keyframe: int) -> Occupancy:
    """Voxels around the ego at one keyframe."""
    group = _group(file, "occupancy")
    return Occupancy(**{name: group[name][keyframe] for name in OCCUPANCY_DTYPES})


def ragged(group: h5py.Group, item: int, columns: Mapping[str, Any]) -> dict[str, ndarray]:
    """The rows of one item."""
    start, stop = (int(value) for value in group["offsets"][item : item + 2])
    return {name: np.asarray(group[name][start:stop]) for name in columns}


def _group(file: h5py.File, name: str) -> h5py.Group:
    if name not in file["labels"]:
        label = name.split("/", 1)[0]
        raise InputError(f"{file.filename}: expected {label}, got an episode made without (generate --labels {label})")
    return file["labels"][name]
