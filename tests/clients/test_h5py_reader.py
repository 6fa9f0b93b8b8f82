"""A reader that knows h5py and docs/episode_format.md and nothing else: is everything there, as the page says?"""

import json
from collections.abc import Iterator
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401  registers the filters
import numpy as np
import pytest

COLUMNS = {
    "actors": "id u4, name text, class u1, model text, extent_m f4, is_ego ?, is_static ?",
    "links": "id u4, actor_id u4, name text, parent i4",
    "events": "case text, version i4, level text, onset_ns i8, trigger_ns i8, end_ns i8, severity f4, actor_ids text, "
    "sensors text, parameters text",
    "ego": "time_ns i8, pose f8, twist f8, acceleration f8, controls f8, lane_id text, lane_offset_m f8, route_s_m f8",
    "labels/cuboids": "actor_id u4, pose f8, extent_m f4, velocity_mps f4, class u1, lidar_points i4, radar_points i4, "
    "visibility f4, distance_m f4",
    "labels/boxes2d/FRONT": "actor_id u4, amodal f4, visible f4, visibility f4, truncation f4, distance_m f4",
    "state/contacts": "actor_a u4, actor_b u4, impulse_Ns f4, point_m f8",
    "sensors/LIDAR/points": "xyz f4, intensity f4, ring u2, column u2, offset_ns i4, return u1, semantic u1, "
    "instance u4, is_clutter ?, xyz_true f4, flow f4",
    "sensors/FRONT": "rgb u1, depth f4, semantic u1, instance u4, normal f2, flow_forward f4, flow_backward f4",
}
"""Group -> columns and their types, as the page lists them."""
PIXEL = {"rgb": (3,), "normal": (3,), "flow_forward": (2,), "flow_backward": (2,)}
ITEMS = {"labels/cuboids": "labels/time_ns", "state/contacts": "state/time_ns"}


@pytest.fixture(scope="module")
def file(recorded: Path) -> Iterator[h5py.File]:
    with h5py.File(recorded) as opened:
        yield opened


def has_type(column: h5py.Dataset, kind: str) -> bool:
    text = h5py.check_string_dtype(column.dtype)
    if kind == "text":
        return text is not None and text.encoding == "utf-8" and text.length is None
    return column.dtype == np.dtype(kind)


def names_of(column: h5py.Dataset, attribute: str = "names") -> list[str]:
    names = json.loads(column.attrs[attribute])
    assert names
    assert all(isinstance(name, str) for name in names)
    return names


def test_root(file: h5py.File) -> None:
    root = file.attrs
    assert (root["format"], root["version"], bool(root["complete"])) == ("simgen-episode", 1, True)
    assert root["scenario"] == "pedestrian_dart_out"
    assert (root["seed"], root["duration_ns"], root["pair_id"]) == (5, 600_000_000, "")
    assert np.shape(root["world_origin_m"]) == (3,)
    assert isinstance(root["renderer"], str)
    assert json.loads(root["concrete_scenario"])["ego"]
    assert set(json.loads(root["rig"])["mounts"]) == set(file["sensors"])
    assert json.loads(root["corner_cases"]) == ["pedestrian_dart_out", "frame_drop", "debris"]


@pytest.mark.parametrize("place", COLUMNS)
def test_columns_have_their_types_and_equal_lengths(place: str, file: h5py.File) -> None:
    kinds = dict(column.split() for column in COLUMNS[place].split(", "))
    for column, kind in kinds.items():
        assert has_type(file[place][column], kind), column
    assert len({len(file[place][column]) for column in kinds}) == 1


@pytest.mark.parametrize("place", ["labels/cuboids", "labels/boxes2d/FRONT", "state/contacts"])
def test_ragged(place: str, file: h5py.File) -> None:
    group = file[place]
    offsets = group["offsets"][:]
    assert offsets.dtype == np.int64
    assert len(offsets) == len(file[ITEMS.get(place, "sensors/FRONT/time_ns")]) + 1
    assert offsets[0] == 0
    assert np.all(np.diff(offsets) >= 0)
    assert len(group["actor_id" if "labels" in place else "actor_a"]) == offsets[-1]


def test_actors_and_links(file: h5py.File) -> None:
    actors, links = file["actors"], file["links"]
    assert actors["id"][:].tolist() == list(range(1, len(actors["id"]) + 1))
    assert actors["is_ego"][:].sum() == 1
    names = names_of(actors["class"])
    kinds = {name: names[code] for name, code in zip(actors["name"].asstr()[:], actors["class"][:], strict=True)}
    assert kinds["child"] == "child"
    assert all(json.loads(actors.attrs[taxonomy]) for taxonomy in actors.attrs)
    parent, owner = links["parent"][:], links["actor_id"][:]
    assert np.all(parent < np.arange(len(parent)))
    inner = parent >= 0
    assert np.array_equal(owner[inner], owner[parent[inner]])
    assert all(parent[np.flatnonzero(owner == actor)[0]] == -1 for actor in actors["id"][:])


def test_state(file: h5py.File) -> None:
    state = file["state"]
    time_ns = state["time_ns"][:]
    assert state.attrs["snapshot_hz"] == 60
    assert np.array_equal(time_ns, np.rint(np.round(time_ns * 60e-9) / 60 * 1e9))
    assert time_ns[0] <= -200_000_000
    assert time_ns[-1] >= 600_000_000
    pose = state["link_pose"][:]
    assert pose.shape == (len(time_ns), len(file["links/id"]), 7)
    absent = np.isnan(pose).any(axis=-1)
    assert np.array_equal(absent, np.isnan(pose).all(axis=-1))
    assert np.abs(np.linalg.norm(pose[~absent][:, 3:], axis=-1) - 1).max() < 1e-9
    assert state["lamps"].shape == (len(time_ns), len(file["actors/id"]))
    names_of(state["lamps"], "bits")
    names_of(state["signals"])
    assert len(names_of(state["weather"], "columns")) == state["weather"].shape[1]
    assert np.all(np.diff(file["ego/time_ns"][:]) > 0)


@pytest.mark.parametrize("name", ["FRONT", "LIDAR", "IMU", "GNSS"])
def test_every_sensor(name: str, file: h5py.File) -> None:
    sensor = file["sensors"][name]
    k = np.arange(len(sensor["time_ns"]))
    assert len(k) == int(np.ceil(0.6 * sensor.attrs["rate_hz"] - 1e-9))
    expected = np.rint(1e9 * (sensor.attrs["phase_s"] + k / sensor.attrs["rate_hz"]))
    assert np.array_equal(sensor["time_ns"][:], expected)
    assert np.array_equal(sensor["reported_time_ns"][:], expected)
    assert sensor["faults"].dtype == np.uint32
    assert "dropped" in names_of(sensor["faults"], "bits")
    assert sensor["world_from_sensor"].shape == (len(k), 4, 4)
    assert sensor.attrs["ego_from_sensor"].shape == (4, 4)
    json.loads(sensor.attrs["parameters"])
    for column in sensor.values():
        if isinstance(column, h5py.Dataset) and "unit" in column.attrs:
            assert len(column) == len(k)


def test_camera(file: h5py.File) -> None:
    camera = file["sensors/FRONT"]
    height, width = int(camera.attrs["height"]), int(camera.attrs["width"])
    assert (camera.attrs["model"], camera.attrs["shutter"], camera.attrs["depth_kind"]) == ("pinhole", "global", "z")
    assert camera.attrs["K"].shape == (3, 3)
    for channel in ("rgb", "depth", "semantic", "instance", "normal", "flow_forward", "flow_backward"):
        assert camera[channel].shape == (len(camera["time_ns"]), height, width, *PIXEL.get(channel, ()))
        assert camera[channel].chunks[0] == 1
    sky = names_of(camera["semantic"]).index("none")
    seen = camera["faults"][0] == 0
    assert seen
    assert np.array_equal(np.isinf(camera["depth"][0]), camera["semantic"][0] == sky)
    assert np.isnan(camera["flow_backward"][0]).all()
    assert np.isnan(camera["flow_forward"][-1]).all()
    assert np.isfinite(camera["flow_forward"][0][camera["semantic"][0] != sky]).mean() > 0.99
    assert np.isnan(camera["flow_forward"][0][camera["semantic"][0] == sky]).all()
    length = np.linalg.norm(camera["normal"][0].astype(float), axis=-1)[camera["semantic"][0] != sky]
    assert np.abs(length - 1).max() < 2e-3


def test_a_dropped_frame_keeps_its_row(file: h5py.File) -> None:
    camera = file["sensors/FRONT"]
    bit = 1 << names_of(camera["faults"], "bits").index("dropped")
    dropped = np.flatnonzero(camera["faults"][:] & bit)
    assert 0 < len(dropped) < len(camera["faults"])
    for k in dropped:
        assert not camera["rgb"][k].any()
        assert not camera["semantic"][k].any()
        assert not camera["instance"][k].any()
        assert np.isposinf(camera["depth"][k]).all()
        assert np.isnan(camera["flow_forward"][k]).all()
        assert np.isnan(camera["flow_backward"][k]).all()
        assert np.isfinite(camera["world_from_sensor"][k]).all()


def test_lidar(file: h5py.File) -> None:
    lidar = file["sensors/LIDAR"]
    points = lidar["points"]
    offsets = lidar["offsets"][:]
    assert len(offsets) == len(lidar["time_ns"]) + 1
    assert len(points["xyz"]) == offsets[-1]
    assert len(np.unique(points["ring"][:])) == 64
    sweep_ns = 1e9 / lidar.attrs["rate_hz"]
    assert points["offset_ns"][:].max() <= 0
    assert points["offset_ns"][:].min() >= -sweep_ns
    intensity = points["intensity"][:]
    assert 0 <= intensity.min() <= intensity.max() <= 1
    clutter = points["is_clutter"][:]
    assert np.isnan(points["xyz_true"][:][clutter]).all()
    assert not points["instance"][:][clutter].any()
    assert len(names_of(points["semantic"])) > points["semantic"][:].max()


def test_keyframes_coincide_with_sensors(file: h5py.File) -> None:
    keyframes = file["labels/time_ns"][:]
    assert np.array_equal(keyframes, np.rint(1e9 * np.arange(len(keyframes)) / file.attrs["keyframe_hz"]))
    for name in ("FRONT", "LIDAR"):
        assert np.isin(keyframes, file["sensors"][name]["time_ns"][:]).all()


def test_events(file: h5py.File) -> None:
    events = file["events"]
    cases = events["case"].asstr()[:].tolist()
    assert {"pedestrian_dart_out", "frame_drop", "debris"} <= set(cases)
    row = cases.index("frame_drop")
    assert json.loads(events["sensors"].asstr()[row]) == ["FRONT"]
    assert (events["onset_ns"][row], events["severity"][row]) == (0, np.float32(0.8))
    actors = dict(zip(file["actors/name"].asstr()[:], file["actors/id"][:].tolist(), strict=True))
    assert json.loads(events["actor_ids"].asstr()[cases.index("debris")]) == [actors["debris"]]


def test_map(file: h5py.File) -> None:
    lanes = file["map/lanes"]
    ids = lanes["id"].asstr()[:].tolist()
    offsets = lanes["offsets"][:]
    assert len(offsets) == len(ids) + 1
    for side in ("left", "right", "centre"):
        assert lanes["points"][side].shape == (offsets[-1], 3)
    for text in lanes["successors"].asstr()[:]:
        assert set(json.loads(text)) <= set(ids)
    lane = ids.index(file["ego/lane_id"].asstr()[0])
    centre = lanes["points/centre"][offsets[lane] : offsets[lane + 1]]
    start, along = centre[:-1, :2], np.diff(centre[:, :2], axis=0)
    share = np.sum((file["ego/pose"][0, :2] - start) * along, axis=1) / np.sum(along**2, axis=1)
    nearest = start + np.clip(share, 0, 1)[:, None] * along
    distance = np.linalg.norm(nearest - file["ego/pose"][0, :2], axis=-1).min()
    assert distance == pytest.approx(abs(file["ego/lane_offset_m"][0]), abs=0.05)
