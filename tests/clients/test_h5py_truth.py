"""An independent program asks the numbers of an episode for what they mean: do they agree with each other?"""

from collections.abc import Iterator
from pathlib import Path

import h5py
import hdf5plugin  # noqa: F401  registers the filters
import numpy as np
import pytest
from numpy import ndarray
from scipy.spatial.transform import Rotation

PIXEL_LIMIT = 0.05


@pytest.fixture(scope="module")
def file(recorded: Path) -> Iterator[h5py.File]:
    with h5py.File(recorded) as opened:
        yield opened


def matrix(pose: ndarray) -> ndarray:
    """x y z qx qy qz qw as 4 x 4."""
    result = np.eye(4)
    result[:3, :3] = Rotation.from_quat(pose[3:]).as_matrix()
    result[:3, 3] = pose[:3]
    return result


def moved(transform: ndarray, points: ndarray) -> ndarray:
    return points @ transform[:3, :3].T + transform[:3, 3]


def unproject(camera: h5py.Group, k: int) -> ndarray:
    """Where the surface at each pixel centre is, in the world."""
    depth = camera["depth"][k].astype(float)
    rows, columns = np.mgrid[: depth.shape[0], : depth.shape[1]] + 0.5
    rays = np.stack([columns, rows, np.ones_like(rows)], axis=-1) @ np.linalg.inv(camera.attrs["K"]).T
    return moved(camera["world_from_sensor"][k], rays * np.where(np.isfinite(depth), depth, np.nan)[..., None])


def project(camera: h5py.Group, k: int, points: ndarray) -> tuple[ndarray, ndarray]:
    """Pixels and depths of world points."""
    inside = moved(np.linalg.inv(camera["world_from_sensor"][k]), points)
    depth = inside[..., 2]
    ahead = np.where(depth > 1e-3, depth, np.nan)
    return (inside / ahead[..., None] @ camera.attrs["K"].T)[..., :2], depth


def good(camera: h5py.Group) -> list[int]:
    return np.flatnonzero(camera["faults"][:] == 0).tolist()


def root_row(file: h5py.File, actor: int) -> int:
    return int(np.flatnonzero(file["links/actor_id"][:] == actor)[0])


def test_sensor_poses_come_from_the_state(file: h5py.File) -> None:
    ego = root_row(file, int(file["actors/id"][:][file["actors/is_ego"][:]][0]))
    times = file["state/time_ns"][:]
    for sensor in file["sensors"].values():
        shared, rows, ks = np.intersect1d(times, sensor["time_ns"][:], return_indices=True)
        assert len(shared) > 3
        for row, k in zip(rows, ks, strict=True):
            expected = matrix(file["state/link_pose"][row, ego]) @ sensor.attrs["ego_from_sensor"]
            np.testing.assert_allclose(sensor["world_from_sensor"][k], expected, atol=1e-9)


@pytest.mark.parametrize(("channel", "step"), [("flow_forward", 1), ("flow_backward", -1)])
def test_flow_of_the_still_world_follows_from_depth_and_poses(channel: str, step: int, file: h5py.File) -> None:
    camera = file["sensors/FRONT"]
    rows, columns = np.mgrid[: camera.attrs["height"], : camera.attrs["width"]] + 0.5
    for k in good(camera)[1:-1]:
        still = (camera["instance"][k] == 0) & np.isfinite(camera["depth"][k])
        there, depth = project(camera, k + step, unproject(camera, k))
        still &= depth > 0.5  # a pixel that passes beside the camera magnifies the last digit of its depth
        error = np.abs(camera[channel][k] - (there - np.stack([columns, rows], axis=-1)))[still]
        assert len(error) > 10_000
        # Depth is a float32: what a far pixel moves by is exact to a hundredth of a pixel, near ones to far less.
        assert error.max() < PIXEL_LIMIT


def test_lidar_points_lie_on_the_surfaces_that_the_camera_sees(file: h5py.File) -> None:
    camera, lidar = file["sensors/FRONT"], file["sensors/LIDAR"]
    compared = 0
    for k in good(camera):
        sweep = int(np.flatnonzero(lidar["time_ns"][:] == camera["time_ns"][k])[0])
        start, stop = lidar["offsets"][sweep : sweep + 2]
        points = lidar["points/xyz_true"][start:stop].astype(float)
        points = points[~lidar["points/is_clutter"][start:stop]]
        pixel, depth = project(camera, k, moved(lidar["world_from_sensor"][sweep], points))
        column, row = np.floor(np.nan_to_num(pixel, nan=-1)).astype(int).T
        image = camera["depth"][k]
        inside = (depth > 0.5) & (column > 0) & (row > 0) & (column < image.shape[1] - 1) & (row < image.shape[0] - 1)
        column, row, depth = column[inside], row[inside], depth[inside]
        around = np.stack([image[row + i, column + j] for i in (-1, 0, 1) for j in (-1, 0, 1)])
        nearest, farthest = around.min(axis=0), around.max(axis=0)
        assert (
            np.mean(depth < nearest - 0.02) < 0.002
        )  # nothing stands before what the camera sees, but for thin things
        on_surface = (depth > nearest - 0.02) & (depth < farthest + 0.02)
        assert on_surface.mean() > 0.9  # the others are hidden from the camera, which sits lower
        compared += len(depth)
    assert compared > 20_000


def test_the_skew_of_a_sweep_is_the_motion_of_the_ego(file: h5py.File) -> None:
    """Measured points, each from where the sensor was when it fired, meet the de-skewed truth up to range noise."""
    lidar, times = file["sensors/LIDAR"], file["state/time_ns"][:]
    ego = root_row(file, int(file["actors/id"][:][file["actors/is_ego"][:]][0]))
    poses = file["state/link_pose"][:, ego]
    sweep = len(lidar["time_ns"]) // 2
    start, stop = lidar["offsets"][sweep : sweep + 2]
    still = (lidar["points/instance"][start:stop] == 0) & ~lidar["points/is_clutter"][start:stop]
    fired = lidar["time_ns"][sweep] + lidar["points/offset_ns"][start:stop][still].astype(np.int64)
    measured = lidar["points/xyz"][start:stop][still].astype(float)
    truth = moved(lidar["world_from_sensor"][sweep], lidar["points/xyz_true"][start:stop][still].astype(float))
    after = np.clip(np.searchsorted(times, fired), 1, len(times) - 1)
    share = ((fired - times[after - 1]) / (times[after] - times[after - 1]))[:, None]
    pose = (1 - share) * poses[after - 1] + share * poses[after]
    in_ego = moved(lidar.attrs["ego_from_sensor"], measured)
    world = Rotation.from_quat(pose[:, 3:]).apply(in_ego) + pose[:, :3]
    error = np.linalg.norm(world - truth, axis=-1)
    assert np.median(error) < 0.03
    assert np.percentile(error, 99) < 0.1
    skewed = np.linalg.norm(moved(lidar["world_from_sensor"][sweep], measured) - truth, axis=-1)
    assert np.median(skewed) > 3 * np.median(error)


def test_points_of_an_actor_lie_in_its_cuboid_and_are_counted(file: h5py.File) -> None:
    labels, lidar = file["labels"], file["sensors/LIDAR"]
    offsets, cuboids = labels["cuboids/offsets"][:], labels["cuboids"]
    found = 0
    for keyframe, time_ns in enumerate(labels["time_ns"][:]):
        sweep = int(np.flatnonzero(lidar["time_ns"][:] == time_ns)[0])
        start, stop = lidar["offsets"][sweep : sweep + 2]
        owner = lidar["points/instance"][start:stop]
        points = moved(lidar["world_from_sensor"][sweep], lidar["points/xyz_true"][start:stop].astype(float))
        for i in range(offsets[keyframe], offsets[keyframe + 1]):
            own = points[owner == cuboids["actor_id"][i]]
            assert cuboids["lidar_points"][i] == len(own)
            inside = moved(np.linalg.inv(matrix(cuboids["pose"][i])), own)
            assert np.all(np.abs(inside) <= cuboids["extent_m"][i] / 2 + 0.01)
            found += len(own)
    assert found > 500


def test_cuboids_stand_where_their_actors_do(file: h5py.File) -> None:
    labels, times = file["labels"], file["state/time_ns"][:]
    offsets, cuboids = labels["cuboids/offsets"][:], labels["cuboids"]
    ego = int(file["actors/id"][:][file["actors/is_ego"][:]][0])
    for keyframe, time_ns in enumerate(labels["time_ns"][:]):
        row = int(np.flatnonzero(times == time_ns)[0])
        origin = file["state/link_pose"][row, root_row(file, ego), :3]
        owners = cuboids["actor_id"][offsets[keyframe] : offsets[keyframe + 1]]
        assert ego not in owners
        assert sorted(owners) == sorted(set(file["actors/id"][:].tolist()) - {ego})
        for i in range(offsets[keyframe], offsets[keyframe + 1]):
            root = file["state/link_pose"][row, root_row(file, int(cuboids["actor_id"][i]))]
            turned = Rotation.from_quat(root[3:]).inv() * Rotation.from_quat(cuboids["pose"][i, 3:])
            assert turned.magnitude() < 1e-6
            near = moved(np.linalg.inv(matrix(cuboids["pose"][i])), root[None, :3])[0]
            assert np.all(np.abs(near) <= cuboids["extent_m"][i] / 2 + 0.1)
            distance = np.linalg.norm(cuboids["pose"][i, :3] - origin)
            assert distance == pytest.approx(cuboids["distance_m"][i], abs=1e-3)


def test_boxes_are_the_bounds_of_masks(file: h5py.File) -> None:
    camera, boxes = file["sensors/FRONT"], file["labels/boxes2d/FRONT"]
    offsets = boxes["offsets"][:]
    height, width = camera["instance"].shape[1:]
    seen = 0
    for k in good(camera):
        instance = camera["instance"][k]
        listed = boxes["actor_id"][offsets[k] : offsets[k + 1]].tolist()
        assert set(np.unique(instance).tolist()) - {0} <= set(listed)
        for i in range(offsets[k], offsets[k + 1]):
            rows, columns = np.nonzero(instance == boxes["actor_id"][i])
            amodal, visible = boxes["amodal"][i].astype(float), boxes["visible"][i]
            if len(rows):
                expected = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
                np.testing.assert_array_equal(visible, expected)
                assert np.all(amodal[:2] <= visible[:2] + 0.6)
                assert np.all(amodal[2:] >= visible[2:] - 0.6)
                seen += 1
            else:
                assert np.isnan(visible).all()
                assert boxes["visibility"][i] == 0
            inside = np.prod(np.minimum(amodal[2:], [width, height]) - np.maximum(amodal[:2], 0))
            whole = np.prod(amodal[2:] - amodal[:2])
            assert boxes["truncation"][i] == pytest.approx(1 - inside / whole, abs=1e-3)
            assert 0 <= boxes["visibility"][i] <= 1
    assert seen > 5
