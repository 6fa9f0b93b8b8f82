"""What an episode says before its first frame: root attributes, actors, links, the map."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import h5py
import numpy as np
from numpy import ndarray

from simgen.motion import Cast
from simgen.observe import Take
from simgen.record.columns import STRING, Column, Store, write_attributes
from simgen.serial import to_json
from simgen.version import VERSION
from simgen.world.boundaries import KINDS, Boundary, lane_boundaries
from simgen.world.lanes import Lane
from simgen.world.taxonomy import CLASSES, code_of
from simgen.world.world import World

FORMAT = "simgen-episode"
FORMAT_VERSION = 1

_TAXONOMIES = ("nuscenes", "kitti", "cityscapes", "semantickitti", "coco")


def class_names() -> str:
    """The attribute `names` of every dataset of class codes: a JSON list, index = code, "" for codes that are free."""
    names = [""] * (max(entry.code for entry in CLASSES) + 1)
    for entry in CLASSES:
        names[entry.code] = entry.name
    return json.dumps(names)


def write_root(file: h5py.File, take: Take) -> None:
    """The root's attributes, except `complete`, which comes last."""
    scenario = take.scenario
    write_attributes(
        file,
        {
            "format": FORMAT,
            "version": FORMAT_VERSION,
            "episode_id": take.episode_id,
            "pair_id": take.pair_id,
            "scenario": scenario.name,
            "seed": scenario.seed,
            "simgen_version": VERSION,
            "renderer": take.renderer,
            "world_origin_m": np.asarray(take.world.origin_m, dtype=np.float64),
            "concrete_scenario": to_json(scenario),
            "rig": to_json(take.rig),
            "corner_cases": list(dict.fromkeys(case.case for case in scenario.cases)),
            "duration_ns": int(np.rint(1e9 * scenario.duration_s)),
            "keyframe_hz": float(take.rig.keyframe_hz),
            **({"source_id": take.source_id} if take.source_id else {}),
        },
    )


def write_actors(file: h5py.File, cast: Cast) -> None:
    """The table /actors, and what other taxonomies call its classes."""
    group = file.create_group("actors")
    for taxonomy in _TAXONOMIES:
        group.attrs[taxonomy] = json.dumps({entry.name: getattr(entry, taxonomy) for entry in CLASSES})
    actors = cast.actors
    table(group, "id", [actor.id for actor in actors], np.uint32)
    texts(group, "name", [actor.name for actor in actors])
    table(group, "class", [code_of(actor.category) for actor in actors], np.uint8).attrs["names"] = class_names()
    texts(group, "model", [actor.model.name for actor in actors])
    table(group, "extent_m", np.array([actor.model.extent_m for actor in actors]).reshape(-1, 3), np.float32)
    table(group, "is_ego", [actor.is_ego for actor in actors], np.bool_)
    table(group, "is_static", [actor.is_static for actor in actors], np.bool_)


def write_links(file: h5py.File, cast: Cast) -> None:
    """The table /links, in the order of `link_pose`."""
    group = file.create_group("links")
    table(group, "id", [link.id for link in cast.links], np.uint32)
    table(group, "actor_id", [link.actor_id for link in cast.links], np.uint32)
    texts(group, "name", [link.name for link in cast.links])
    table(group, "parent", [link.parent for link in cast.links], np.int32)


def write_map(store: Store, file: h5py.File, world: World) -> None:
    """Lanes as polylines, traffic lights, and the OpenDRIVE text."""
    group = file.create_group("map")
    write_attributes(group, {"name": world.name, "geo_reference": world.geo_reference})
    lanes = list(world.lanes.lanes.values())
    _write_lanes(store, group.create_group("lanes"), lanes)
    _write_boundaries(store, group.create_group("boundaries"), lane_boundaries(world))
    signals = group.create_group("signals")
    texts(signals, "id", [signal.id for signal in world.signals])
    poses = np.array([signal.pose.array() for signal in world.signals]).reshape(-1, 7)
    table(signals, "pose", poses, np.float64)
    texts(signals, "lanes", [json.dumps(signal.lanes) for signal in world.signals])
    texts(signals, "stop_s_m", [json.dumps(signal.stop_s_m) for signal in world.signals])
    table(signals, "group", [signal.group for signal in world.signals], np.int32)
    if world.opendrive:
        group.create_dataset("opendrive", data=world.opendrive, dtype=STRING, track_times=False)


def _write_lanes(store: Store, group: h5py.Group, lanes: Sequence[Lane]) -> None:
    for name, fact in (("id", "id"), ("type", "kind"), ("road", "road"), ("junction", "junction")):
        texts(group, name, [getattr(lane, fact) for lane in lanes])
    for name in ("successors", "predecessors"):
        texts(group, name, [json.dumps(getattr(lane, name)) for lane in lanes])
    for name in ("left_id", "right_id", "opposite_id"):
        texts(group, name, [getattr(lane, name) for lane in lanes])
    table(group, "speed_limit_mps", [lane.speed_limit_mps for lane in lanes], np.float32)
    table(group, "offsets", np.concatenate([[0], np.cumsum([len(lane.centre) for lane in lanes])]), np.int64)
    points = group.create_group("points")
    for name in ("left", "right", "centre"):
        column = Column(store, points, name, np.float64, (3,))
        for lane in lanes:
            column.append(getattr(lane, name))
        column.close()
    store.queue.flush()  # what is created after this must not race with the chunks


def _write_boundaries(store: Store, group: h5py.Group, lines: Sequence[Boundary]) -> None:
    table(group, "id", np.arange(1, len(lines) + 1), np.uint32)
    table(group, "type", [KINDS.index(line.kind) for line in lines], np.uint8).attrs["names"] = json.dumps(KINDS)
    for name, fact in (("name", "name"), ("colour", "colour"), ("left_lane", "left"), ("right_lane", "right")):
        texts(group, name, [getattr(line, fact) for line in lines])
    table(group, "offsets", np.concatenate([[0], np.cumsum([len(line.line) for line in lines])]), np.int64)
    column = Column(store, group.create_group("points"), "line", np.float64, (3,))
    for line in lines:
        column.append(line.line)
    column.close()
    store.queue.flush()


def table(group: h5py.Group, name: str, values: Sequence[Any] | ndarray, dtype: Any) -> h5py.Dataset:
    """A short column of numbers, written at once."""
    return group.create_dataset(name, data=np.asarray(values, dtype=dtype), track_times=False)


def texts(group: h5py.Group, name: str, values: Iterable[str]) -> h5py.Dataset:
    """A short column of strings, written at once."""
    listed = np.array(list(values), dtype=object)
    return group.create_dataset(name, shape=listed.shape, data=listed, dtype=STRING, track_times=False)
