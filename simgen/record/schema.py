"""Whether a file has all that docs/episode_format.md promises: datasets, types, shapes, offsets."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import h5py
import numpy as np
from numpy import ndarray

from simgen.record.label_streams import (
    BEV_DTYPES,
    CRITICALITY_DTYPES,
    KEYPOINT_DTYPES,
    LANE_DTYPES,
    LANE_POINT_DTYPES,
    OCCUPANCY_DTYPES,
)
from simgen.record.layout import FORMAT, FORMAT_VERSION
from simgen.record.streams import BOX_DTYPES, CAMERA_DTYPES, CUBOID_DTYPES, EVENT_DTYPES, LIDAR_DTYPES, RADAR_DTYPES

Kind = tuple[Any, tuple[int, ...]]

TEXT = "text"
ROOT = (
    "episode_id", "pair_id", "scenario", "seed", "simgen_version", "renderer", "world_origin_m", "concrete_scenario",
    "rig", "corner_cases", "duration_ns", "keyframe_hz",
)  # fmt: skip
TABLES: dict[str, dict[str, Kind]] = {
    "actors": {
        "id": (np.uint32, ()),
        "name": (TEXT, ()),
        "class": (np.uint8, ()),
        "model": (TEXT, ()),
        "extent_m": (np.float32, (3,)),
        "is_ego": (np.bool_, ()),
        "is_static": (np.bool_, ()),
    },
    "links": {"id": (np.uint32, ()), "actor_id": (np.uint32, ()), "name": (TEXT, ()), "parent": (np.int32, ())},
    "ego": {
        "time_ns": (np.int64, ()),
        "pose": (np.float64, (7,)),
        "twist": (np.float64, (6,)),
        "acceleration": (np.float64, (3,)),
        "controls": (np.float64, (3,)),
        "lane_id": (TEXT, ()),
        "lane_offset_m": (np.float64, ()),
        "route_s_m": (np.float64, ()),
    },
    "events": {
        "case": (TEXT, ()),
        "version": (np.int32, ()),
        "level": (TEXT, ()),
        "onset_ns": (np.int64, ()),
        "trigger_ns": (np.int64, ()),
        "end_ns": (np.int64, ()),
        "severity": (np.float32, ()),
        "actor_ids": (TEXT, ()),
        "sensors": (TEXT, ()),
        "parameters": (TEXT, ()),
    },
}
SENSOR: dict[str, Kind] = {
    "time_ns": (np.int64, ()),
    "reported_time_ns": (np.int64, ()),
    "faults": (np.uint32, ()),
    "world_from_sensor": (np.float64, (4, 4)),
}
LATER: dict[str, Kind] = {"delay_ns": (np.int64, ())}
"""What files of the first versions lack."""
CONTACTS: dict[str, Kind] = {
    "actor_a": (np.uint32, ()),
    "actor_b": (np.uint32, ()),
    "impulse_Ns": (np.float32, ()),
    "point_m": (np.float64, (3,)),
}
SENSOR_ATTRIBUTES = ("kind", "device", "rate_hz", "phase_s", "ego_from_sensor", "parameters")
CAMERA_ATTRIBUTES = ("width", "height", "model", "K", "distortion", "shutter", "line_time_ns", "depth_kind")


def faults(file: h5py.File) -> dict[str, list[str]]:
    """Part of the file -> what is wrong with it, one line each; every part is listed, empty where it is right."""
    parts: dict[str, Callable[[h5py.File], Iterator[str]]] = {
        "root": _root,
        **{name: _table_check(name) for name in TABLES},
        "state": _state,
        "labels": _labels,
        "map": _map,
        "references": _references,
    }
    result = {name: _collect(check, file) for name, check in parts.items()}
    for name in file.get("sensors", {}):
        result[f"sensors/{name}"] = _collect(_sensor_check(name), file)
    return result


def _collect(check: Callable[[h5py.File], Iterator[str]], file: h5py.File) -> list[str]:
    try:
        return list(check(file))
    except Exception as error:  # the file may hold anything; whatever cannot be read is a fault of it
        return [f"{type(error).__name__}: {error}".replace("\n", " ")]


def _root(file: h5py.File) -> Iterator[str]:
    if (file.attrs.get("format"), file.attrs.get("version")) != (FORMAT, FORMAT_VERSION):
        yield f"expected format {FORMAT} of version {FORMAT_VERSION}"
    if not file.attrs.get("complete", False):
        yield "expected attribute complete = True"
    yield from (f"attribute {name} is missing" for name in ROOT if name not in file.attrs)
    for name in ("concrete_scenario", "rig", "corner_cases"):
        json.loads(file.attrs[name])
    if set(json.loads(file.attrs["rig"])["mounts"]) != set(file["sensors"]):
        yield "expected a group under /sensors for each mount of the rig"


def _table_check(name: str) -> Callable[[h5py.File], Iterator[str]]:
    def check(file: h5py.File) -> Iterator[str]:
        yield from _columns(file[name], TABLES[name], _length(file[name], TABLES[name]))

    return check


def _state(file: h5py.File) -> Iterator[str]:
    state = file["state"]
    links, actors = len(file["links/id"]), len(file["actors/id"])
    signals, weather = len(file["map/signals/id"]), len(json.loads(state["weather"].attrs["columns"]))
    kinds: dict[str, Kind] = {
        "time_ns": (np.int64, ()),
        "link_pose": (np.float64, (links, 7)),
        "link_twist": (np.float32, (links, 6)),
        "lamps": (np.uint32, (actors,)),
        "signals": (np.uint8, (signals,)),
        "weather": (np.float32, (weather,)),
    }
    times = state["time_ns"][:]
    yield from _columns(state, kinds, len(times))
    yield from _ragged(state["contacts"], state["contacts"], CONTACTS, len(times))
    if np.any(np.diff(times) <= 0):
        yield "time_ns: expected times that grow"
    norm = np.linalg.norm(state["link_pose"][:, :, 3:], axis=-1)
    if np.nanmax(np.abs(norm - 1.0), initial=0.0) > 1e-6:
        yield "link_pose: expected unit quaternions"


def _labels(file: h5py.File) -> Iterator[str]:
    labels = file["labels"]
    times = labels["time_ns"][:]
    hz = float(file.attrs["keyframe_hz"])
    if not np.array_equal(times, np.rint(1e9 * np.arange(len(times)) / hz).astype(np.int64)):
        yield f"time_ns: expected keyframes at {hz:g} Hz"
    yield from _ragged(labels["cuboids"], labels["cuboids"], CUBOID_DTYPES, len(times))
    for name, sensor in file["sensors"].items():
        if sensor.attrs["kind"] == "camera":
            group = labels["boxes2d"][name]
            yield from (f"{name}: {line}" for line in _ragged(group, group, BOX_DTYPES, len(sensor["time_ns"])))
    yield from _image_labels(file)
    if "criticality" in labels:
        yield from _ragged(labels["criticality"], labels["criticality"], CRITICALITY_DTYPES, len(times))
    for name, kinds in (("bev", BEV_DTYPES), ("occupancy", OCCUPANCY_DTYPES)):
        if name in labels:
            yield from (f"{name}: {line}" for line in _columns(labels[name], kinds, len(times)))


def _image_labels(file: h5py.File) -> Iterator[str]:
    """Labels in images that an episode may have been made without."""
    for label, kinds in (("keypoints", KEYPOINT_DTYPES), ("lanes", LANE_DTYPES)):
        for name, group in file["labels"].get(label, {}).items():
            items = len(file["sensors"][name]["time_ns"])
            yield from (f"{label}/{name}: {line}" for line in _ragged(group, group, kinds, items))
    for name, group in file["labels"].get("lanes", {}).items():
        points, rows = group["points"], len(group["id"])
        yield from (f"lanes/{name}: {line}" for line in _ragged(points, points, LANE_POINT_DTYPES, rows))
        if np.any((group["id"][:] < 1) | (group["id"][:] > len(file["map/boundaries/id"]))):
            yield f"lanes/{name}: id: expected ids of /map/boundaries"


def _references(file: h5py.File) -> Iterator[str]:
    """Codes, ids and texts that refer to something must find it."""
    classes = json.loads(file["actors/class"].attrs["names"])
    for place in ("actors/class", "labels/cuboids/class"):
        if np.any(file[place][:] >= len(classes)):
            yield f"{place}: expected codes below {len(classes)}"
    actors = file["actors/id"][:]
    if not np.array_equal(actors, np.arange(1, len(actors) + 1)):
        yield "actors/id: expected 1, 2, 3, ..."
    cameras = [f"labels/boxes2d/{name}/actor_id" for name in file["labels/boxes2d"]]
    cameras += [f"labels/keypoints/{name}/actor_id" for name in file["labels"].get("keypoints", {})]
    more = ["labels/criticality/actor_id"] if "criticality" in file["labels"] else []
    for place in ("links/actor_id", "labels/cuboids/actor_id", *cameras, *more):
        if not np.all(np.isin(file[place][:], actors)):
            yield f"{place}: expected ids of /actors"
    for column in ("actor_ids", "sensors", "parameters"):
        for text in file["events"][column].asstr()[:]:
            json.loads(text)


def _map(file: h5py.File) -> Iterator[str]:
    lanes = file["map/lanes"]
    points: dict[str, Kind] = dict.fromkeys(("left", "right", "centre"), (np.float64, (3,)))
    yield from _columns(lanes, {"id": (TEXT, ()), "type": (TEXT, ()), "successors": (TEXT, ())}, len(lanes["id"]))
    yield from _ragged(lanes, lanes["points"], points, len(lanes["id"]))
    if "boundaries" in file["map"]:
        lines = file["map/boundaries"]
        names: dict[str, Kind] = dict.fromkeys(("name", "colour", "left_lane", "right_lane"), (TEXT, ()))
        yield from _columns(lines, {"id": (np.uint32, ()), "type": (np.uint8, ()), **names}, len(lines["id"]))
        yield from _ragged(lines, lines["points"], {"line": (np.float64, (3,))}, len(lines["id"]))


def _sensor_check(name: str) -> Callable[[h5py.File], Iterator[str]]:
    def check(file: h5py.File) -> Iterator[str]:
        sensor = file["sensors"][name]
        camera = sensor.attrs["kind"] == "camera"
        wanted = SENSOR_ATTRIBUTES + (CAMERA_ATTRIBUTES if camera else ())
        yield from (f"attribute {attribute} is missing" for attribute in wanted if attribute not in sensor.attrs)
        times = sensor["time_ns"][:]
        yield from _columns(sensor, SENSOR | (LATER if "delay_ns" in sensor else {}), len(times))
        yield from _clock(times, float(sensor.attrs["rate_hz"]), float(sensor.attrs["phase_s"]))
        if camera:
            yield from _camera(sensor, len(times))
        elif sensor.attrs["kind"] == "lidar":
            optional = () if "flow" in sensor["points"] else ("flow",)
            kinds = {column: kind for column, kind in LIDAR_DTYPES.items() if column not in optional}
            yield from _ragged(sensor, sensor["points"], kinds, len(times))
        elif sensor.attrs["kind"] == "radar":
            yield from _ragged(sensor, sensor["detections"], RADAR_DTYPES, len(times))
        elif sensor.attrs["kind"] == "event":
            yield from _ragged(sensor, sensor["events"], EVENT_DTYPES, len(times))
            yield from _events(sensor)

    return check


def _camera(sensor: h5py.Group, count: int) -> Iterator[str]:
    size = (int(sensor.attrs["height"]), int(sensor.attrs["width"]))
    for channel, (dtype, pixel) in CAMERA_DTYPES.items():
        if channel not in sensor:
            continue
        if sensor[channel].attrs.get("encoding") == "jpeg":
            if sensor[channel].shape != (count,):
                yield f"{channel}: expected {count} pictures, got {sensor[channel].shape}"
        else:
            yield from _columns(sensor, {channel: (dtype, (*size, *pixel))}, count)


def _events(sensor: h5py.Group) -> Iterator[str]:
    """Events lie in the picture, and between the reading before and their own, in the order of time."""
    size, events, offsets = (sensor.attrs["width"], sensor.attrs["height"]), sensor["events"], sensor["offsets"][:]
    for axis, limit in zip("xy", size, strict=True):
        if np.any(events[axis][:] >= limit):
            yield f"events/{axis}: expected pixels below {limit}"
    time_ns = events["offset_ns"][:].astype(np.int64)
    period_ns = np.ceil(1e9 / float(sensor.attrs["rate_hz"]))
    if np.any(time_ns > 0) or np.any(time_ns < -period_ns):
        yield f"events/offset_ns: expected -{period_ns:.0f}..0"
    order = np.diff(time_ns)
    order[offsets[1:-1][(offsets[1:-1] > 0) & (offsets[1:-1] < len(time_ns))] - 1] = 0
    if np.any(order < 0):
        yield "events/offset_ns: expected events in the order of time"


def _clock(times: ndarray, rate_hz: float, phase_s: float) -> Iterator[str]:
    expected = np.rint(1e9 * (phase_s + np.arange(len(times)) / rate_hz)).astype(np.int64)
    if not np.array_equal(times, expected):
        yield f"time_ns: expected rint(1e9 (phase_s + k / rate_hz)) with rate {rate_hz:g} Hz"


def _ragged(holder: h5py.Group, rows: h5py.Group, kinds: dict[str, Kind], items: int) -> Iterator[str]:
    offsets = holder["offsets"][:]
    if offsets.dtype != np.int64 or offsets.shape != (items + 1,):
        yield f"offsets: expected int64 ({items + 1},), got {offsets.dtype} {offsets.shape}"
        return
    if offsets[0] != 0 or np.any(np.diff(offsets) < 0):
        yield "offsets: expected numbers that begin with 0 and never fall"
    yield from _columns(rows, kinds, int(offsets[-1]))


def _columns(group: h5py.Group, kinds: dict[str, Kind], length: int) -> Iterator[str]:
    for name, (dtype, row) in kinds.items():
        if name not in group:
            yield f"{name}: missing"
            continue
        column = group[name]
        text = h5py.check_string_dtype(column.dtype)
        if dtype == TEXT and (text is None or text.encoding != "utf-8" or text.length is not None):
            yield f"{name}: expected variable-length UTF-8, got {column.dtype}"
        if dtype != TEXT and column.dtype != np.dtype(dtype):
            yield f"{name}: expected {np.dtype(dtype)}, got {column.dtype}"
        if column.shape != (length, *row):
            yield f"{name}: expected shape {(length, *row)}, got {column.shape}"


def _length(group: h5py.Group, kinds: dict[str, Kind]) -> int:
    return len(group[next(iter(kinds))])
