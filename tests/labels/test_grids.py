"""Bird's-eye semantics and voxels against boxes and triangles that can be written down."""

from dataclasses import replace

import numpy as np
import sights
import staging
from hypothesis import given, settings
from hypothesis import strategies as st

from simgen.geometry import Pose
from simgen.labels import bev, occupancy
from simgen.labels.occupancy import CAMERA, LIDAR, Rays
from simgen.labels.rays import camera_rays, lidar_rays
from simgen.labels.triangles import TriangleSource
from simgen.motion import View
from simgen.readings import PointCloud
from simgen.render.picture import looking_at
from simgen.render.scene import Scene
from simgen.world.taxonomy import BY_NAME
from simgen.world.world import Surface

ROAD, CAR = BY_NAME["road"].code, BY_NAME["car"].code
BUILDING, LEAVES = BY_NAME["building"].code, BY_NAME["vegetation"].code


def block(name: str, semantic: str, size: tuple[float, ...], centre: tuple[float, ...]) -> Surface:
    material = replace(staging.GROUND, name=name, semantic=semantic)
    return Surface(name=name, mesh=staging.box_mesh(size, centre, material))


def stage(
    *boxes: Pose, more: tuple[Surface, ...] = (), ego: Pose | None = None
) -> tuple[TriangleSource, Pose, np.ndarray]:
    cast = staging.cast(len(boxes))
    place = ego or Pose.identity()
    poses = np.stack([place.array(), *(box.array() for box in boxes)])
    return TriangleSource(Scene.of(staging.world(*more), cast)), place, poses


def local(ego: Pose, box: Pose, points: np.ndarray) -> np.ndarray:
    return box.inverse().apply(ego.apply(points))


@given(x=st.floats(-30, 30), y=st.floats(-30, 30), yaw=st.floats(-3, 3), turn=st.floats(-3, 3))
@settings(max_examples=15, deadline=None)
def test_a_box_fills_the_cells_that_it_reaches_into(x: float, y: float, yaw: float, turn: float) -> None:
    box, ego = Pose.from_xyz_rpy(x, y, 0.0, yaw=yaw), Pose.from_xyz_rpy(3.0, -2.0, 0.0, yaw=turn)
    grid = bev.birds_eye(*stage(box, ego=ego))
    i, j = np.mgrid[0 : bev.CELLS, 0 : bev.CELLS]
    middle = np.stack([-50 + (i + 0.5) * 0.5, -50 + (j + 0.5) * 0.5, 0 * i], axis=-1)
    outside = np.abs(local(ego, box, middle)[..., :2]) - [2.0, 0.9]
    inside, far = outside.max(axis=-1) < -0.09, np.linalg.norm(np.maximum(outside, 0.0), axis=-1) > 0.36
    assert (grid.instance[inside] == 2).all()
    assert (grid.instance[far] == 0).all()
    assert (grid.semantic[grid.instance == 2] == CAR).all()
    assert (grid.ground == ROAD).all()
    assert (grid.semantic[far] == ROAD).all()


def test_houses_stand_in_the_way_and_what_hangs_above_does_not() -> None:
    house = block("house", "building", (10.0, 8.0, 12.0), (20.0, 0.0, 6.0))
    crown = block("crown", "vegetation", (6.0, 6.0, 2.0), (-20.0, 0.0, 6.0))
    hedge = block("hedge", "vegetation", (2.0, 6.0, 1.0), (0.0, 20.0, 0.5))
    grid = bev.birds_eye(*stage(more=(house, crown, hedge)))
    at = {"house": (140, 100), "crown": (60, 100), "hedge": (100, 140)}
    assert grid.semantic[at["house"]] == BUILDING
    assert grid.semantic[at["crown"]] == ROAD
    assert grid.semantic[at["hedge"]] == LEAVES
    assert {int(grid.ground[place]) for place in at.values()} == {ROAD}


def test_ego_and_absent_actors_are_not_in_the_grids() -> None:
    nowhere = Pose(rotation=np.full(4, np.nan), translation=np.full(3, np.nan))
    source, ego, poses = stage(nowhere)
    assert not bev.birds_eye(source, ego, poses).instance.any()
    assert (occupancy.occupancy(source, ego, poses, []).semantic != CAR).all()


def voxel_middles() -> np.ndarray:
    index = np.stack(np.meshgrid(*(np.arange(n) for n in occupancy.SHAPE), indexing="ij"), axis=-1)
    return np.array(occupancy.LOW_M) + (index + 0.5) * occupancy.CELL_M


@given(x=st.floats(-30, 30), y=st.floats(-30, 30), z=st.floats(0.6, 2.0), yaw=st.floats(-3, 3), roll=st.floats(-1, 1))
@settings(max_examples=6, deadline=None)
def test_a_box_is_solid_and_nothing_else_is_there(x: float, y: float, z: float, yaw: float, roll: float) -> None:
    box, ego = Pose.from_xyz_rpy(x, y, z, roll=roll, yaw=yaw), Pose.from_xyz_rpy(1.0, 2.0, 0.0, yaw=0.3)
    grid = occupancy.occupancy(*stage(box, ego=ego), [])
    outside = np.abs(local(ego, box, voxel_middles()) - [0.0, 0.0, 0.75]) - [2.0, 0.9, 0.75]
    inside, away = outside.max(axis=-1) < 0.0, np.linalg.norm(np.maximum(outside, 0.0), axis=-1)
    assert (grid.semantic[inside] == CAR).all()
    # A tilted box is filled from its lowest to its highest voxel in each column, which stays inside it.
    assert (away[grid.semantic == CAR] <= 0.5 * np.sqrt(3.0) * occupancy.CELL_M + 1e-6).all()
    assert set(np.unique(grid.semantic)) <= {0, ROAD, CAR}
    assert (grid.semantic[..., 2] > 0).all()
    assert not (grid.semantic == ROAD)[..., [0, 1, *range(3, 16)]].any()


axis = st.integers(-500, 6500).map(lambda k: k / 1000.0 + 3.7e-4)  # off the borders of voxels
corner = st.tuples(axis, axis, axis)


@given(a=corner, b=corner, c=corner)
@settings(max_examples=80, deadline=None)
def test_voxels_are_those_that_a_triangle_meets(a: tuple, b: tuple, c: tuple) -> None:
    """Against points strewn over the triangle: theirs are all marked, and a marked one is near one of them."""
    tri = np.array([a, b, c])
    shape = (6, 6, 6)
    found, score, owner = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8), np.zeros(shape, np.uint32)
    occupancy._voxels(tri[None], np.array([7], np.uint8), np.array([1], np.uint32), 12, found, score, owner)
    u, v = (part.ravel() for part in np.meshgrid(np.linspace(0, 1, 160), np.linspace(0, 1, 160)))
    keep = u + v <= 1.0
    points = a + u[keep, None] * (tri[1] - tri[0]) + v[keep, None] * (tri[2] - tri[0])
    cells = np.floor(points).astype(int)
    inside = ((cells >= 0) & (cells < 6)).all(axis=1)
    assert (found[tuple(cells[inside].T)] == 7).all()
    for marked in np.argwhere(found):
        gap = np.maximum(np.abs(points - (marked + 0.5)) - 0.5, 0.0)
        assert np.linalg.norm(gap, axis=1).min() < 0.1


@given(start=corner, end=corner)
@settings(max_examples=80, deadline=None)
def test_a_ray_marks_the_voxels_on_its_way(start: tuple, end: tuple) -> None:
    visible = np.zeros((6, 6, 6), np.uint8)
    occupancy._traverse(np.array([start]), np.array([end]), np.uint8(2), visible)
    points = np.array(start) + np.linspace(0, 1, 4001)[:, None] * (np.array(end) - np.array(start))
    cells = np.floor(points).astype(int)
    inside = ((cells >= 0) & (cells < 6)).all(axis=1)
    expected = np.zeros_like(visible)
    expected[tuple(cells[inside].T)] = 2
    # Only where a ray all but touches an edge may strewn points and the exact way differ.
    assert (visible != expected).sum() <= 2
    if inside[0]:
        assert visible[tuple(cells[0])] == 2


def test_masks_tell_who_could_see_a_voxel() -> None:
    """A lidar beam ends on the ground 10 m ahead; a camera looks over it: both pass the air above, none the cellar."""
    source, ego, poses = stage()
    beam = Rays(start=np.array([[0.0, 0.0, 2.0]]), end=np.array([[10.0, 0.0, 0.0]]), bit=LIDAR)
    sight = sights.look(
        staging.world(), staging.cast(0), poses, looking_at(np.array([0.0, 0.0, 1.6]), np.array([20.0, 0.0, 1.6]))
    )
    grid = occupancy.occupancy(source, ego, poses, [beam, camera_rays(sight)])

    def at(x: float, y: float, z: float) -> int:
        place = np.array([x + 40.0, y + 40.0, z + 1.0])
        return int(grid.visible[tuple(np.floor(place / 0.4).astype(int))])

    assert at(5.0, 0.0, 1.0) == LIDAR | CAMERA
    assert at(9.99, 0.0, 0.0) & LIDAR
    assert at(30.0, 0.0, 1.6) == CAMERA
    assert at(-5.0, 0.0, 1.0) == 0
    assert at(20.0, 0.0, -0.5) == 0


def test_lidar_rays_start_where_the_sensor_was_when_it_fired() -> None:
    """The ego drives 10 m/s: a beam fired 50 ms before the sweep's end started half a metre further back."""
    cast = staging.cast(0)
    view: View = staging.view(cast, lambda row, t: Pose.from_xyz_rpy(10.0 * t, 0.0, 0.0))
    mounted = Pose.from_xyz_rpy(1.0, 0.0, 2.0).matrix()
    points = np.array([[20.0, 3.0, -1.0], [20.0, -3.0, -1.0], [np.nan] * 3], np.float32)
    columns = {"xyz_true": points, "offset_ns": np.array([0, -50_000_000, -10], np.int32)}
    cloud = PointCloud(k=0, time_ns=0, reported_time_ns=0, world_from_sensor=mounted, columns=columns)
    rays = lidar_rays(cloud, view, 0)
    np.testing.assert_allclose(rays.start, [[1.0, 0.0, 2.0], [0.5, 0.0, 2.0]], atol=1e-5)
    np.testing.assert_allclose(rays.end, [[21.0, 3.0, 1.0], [21.0, -3.0, 1.0]], atol=1e-5)
