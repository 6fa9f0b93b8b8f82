import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simgen.geometry import Pose
from simgen.motion import Actor, Cast
from simgen.readings import OPTICAL_FROM_BODY, CameraModel
from simgen.render.raycast import LinkMotion, Raycaster
from simgen.render.raycast_pattern import RayPattern
from simgen.render.scene import Scene
from simgen.world.world import Surface
from tests import staging


@pytest.fixture(scope="module")
def stage() -> Raycaster:
    return Raycaster(Scene.of(staging.world(), staging.cast(2)))


def _poses(*poses: Pose) -> np.ndarray:
    return np.stack([pose.array() for pose in poses])


FAR = Pose.from_xyz_rpy(500.0, 0.0, 0.0)


def _fan(directions: np.ndarray) -> RayPattern:
    return RayPattern.of(directions[:, None, :])


def _slab(origin: np.ndarray, direction: np.ndarray, low: np.ndarray, high: np.ndarray) -> float:
    """Distance to a box, straight from its inequalities."""
    with np.errstate(divide="ignore"):
        a, b = (low - origin) / direction, (high - origin) / direction
    near, far = np.minimum(a, b).max(), np.maximum(a, b).min()
    return float(near) if near <= far and near > 0 else np.inf


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_rays_against_plane_and_turned_boxes(stage: Raycaster, seed: int) -> None:
    rng = np.random.default_rng(seed)
    boxes = [Pose.from_xyz_rpy(*rng.uniform(-15, 15, 2), rng.uniform(0, 3), *rng.uniform(-3, 3, 3)) for _ in range(2)]
    sensor = Pose.from_xyz_rpy(*rng.uniform(-3, 3, 2), 8.0, *rng.uniform(-3, 3, 3))
    directions = rng.normal(size=(200, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    poses = np.broadcast_to(sensor.matrix(), (201, 4, 4))
    motion = LinkMotion.still(_poses(FAR, *boxes))
    hits = stage.cast(_fan(directions), poses, np.zeros(201, np.int64), motion)
    low, high = np.array([-2.0, -0.9, 0.0]), np.array([2.0, 0.9, 1.5])
    for k, direction in enumerate(directions):
        world = sensor.matrix()[:3, :3] @ direction
        ground = -8.0 / world[2] if world[2] < 0 else np.inf
        reach = np.abs(sensor.translation + world * min(ground, 1e6))[:2].max()
        if 199 < reach < 201:
            continue
        if reach > 200:
            ground = np.inf
        expected = [ground]
        for box in boxes:
            back = box.inverse()
            expected.append(_slab(back.apply(sensor.translation), back.matrix()[:3, :3] @ world, low, high))
        t = min(expected)
        if not np.isclose(hits.t[k], t, rtol=1e-4, atol=1e-4):
            # only a ray that grazes an edge may differ
            assert not np.isfinite(hits.t[k]) or min(abs(hits.t[k] - e) for e in expected) < 1e-2
            continue
        which = int(np.argmin(expected))
        assert hits.link[k] == (-1 if np.isinf(t) else (0 if which == 0 else which + 1))
        if which:
            assert np.all(hits.point[k] > low - 1e-4)
            assert np.all(hits.point[k] < high + 1e-4)
            local = boxes[which - 1].inverse().matrix()[:3, :3] @ world
            assert hits.cosine[k] == pytest.approx(-float(local @ hits.normal[k]), abs=1e-5)


def test_a_wall_and_a_sphere(stage: Raycaster) -> None:
    """Range to a finely triangulated sphere, in closed form."""
    phi, theta = np.meshgrid(np.linspace(0, 2 * np.pi, 181), np.linspace(0, np.pi, 91))
    points = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], -1).reshape(-1, 3)
    rows, columns = phi.shape
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    faces = np.concatenate([np.stack([a, d, c], -1).reshape(-1, 3), np.stack([a, c, b], -1).reshape(-1, 3)])
    mesh = staging.box_mesh((1, 1, 1), (0, 0, 0))
    ball = type(mesh)(
        vertices=(points * 2.0 + [10, 0, 3]).astype(np.float32),
        faces=faces.astype(np.int32),
        normals=points.astype(np.float32),
        uvs=np.zeros((len(points), 2), np.float32),
        material=np.zeros(len(faces), np.int32),
        materials=mesh.materials,
    )
    caster = Raycaster(Scene.of(staging.world(Surface(name="ball", mesh=ball)), staging.cast(0)))
    rng = np.random.default_rng(1)
    directions = np.array([1.0, 0, 0]) + rng.uniform(-0.17, 0.17, (500, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    poses = np.broadcast_to(Pose.from_xyz_rpy(0, 0, 3).matrix(), (501, 4, 4))
    hits = caster.cast(_fan(directions), poses, np.zeros(501, np.int64), LinkMotion.still(_poses(FAR)))
    along = directions[:, 0] * 10
    square = 4.0 - (100 - along**2)
    inside = square > 0.5
    assert np.abs(hits.t[inside] - (along - np.sqrt(np.maximum(square, 0)))[inside]).max() < 5e-3
    assert np.all(hits.t[square < -0.1] > 12)


def test_absent_and_ignored_links_are_not_hit(stage: Raycaster) -> None:
    directions = np.array([[1.0, 0.0, 0.0]])
    poses = np.broadcast_to(Pose.from_xyz_rpy(0, 0, 1).matrix(), (2, 4, 4))
    near, far = Pose.from_xyz_rpy(10, 0, 0), Pose.from_xyz_rpy(20, 0, 0)
    where = _poses(FAR, near, far)
    bounds = np.zeros(2, np.int64)
    assert stage.cast(_fan(directions), poses, bounds, LinkMotion.still(where)).t[0] == pytest.approx(8.0)
    ignore = np.array([False, True, False])
    hits = stage.cast(_fan(directions), poses, bounds, LinkMotion.still(where), ignore=ignore)
    assert hits.t[0] == pytest.approx(18.0)
    assert hits.link[0] == 3
    where[1:] = np.nan
    hits = stage.cast(_fan(directions), poses, bounds, LinkMotion.still(where))
    assert np.isinf(hits.t[0])
    assert hits.link[0] == -1


def test_every_ray_meets_a_moving_box_where_it_is_at_that_moment(stage: Raycaster) -> None:
    """A box that drives, turns and accelerates against the analytic position at each ray's own time."""

    def pose_at(row: int, t: float) -> Pose:
        return FAR if row != 1 else Pose.from_xyz_rpy(20 - 25 * t - 4 * t * t, 0.0, 0.2)

    view = staging.view(stage.scene.cast, pose_at)
    groups = 200
    bounds = np.rint(np.linspace(-0.1e9, 0, groups + 1)).astype(np.int64)
    delay = np.array([0.0, 0.5, 0.99])
    directions = np.broadcast_to(np.array([1.0, 0, 0]), (groups, 3, 3))
    sensor = np.stack([Pose.from_xyz_rpy(8 * t * 1e-9, 0, 1).matrix() for t in bounds])
    pattern = RayPattern.of(directions, delay)
    hits = stage.cast(pattern, sensor, bounds, LinkMotion.of(view, int(bounds[0]), 0))
    t = (bounds[:-1, None] + delay * np.diff(bounds)[:, None]) * 1e-9
    expected = 20 - 25 * t - 4 * t * t - 2 - 8 * t
    assert np.abs(hits.t.reshape(groups, 3) - expected).max() < 2e-5
    assert np.all(hits.link == 2)
    assert np.abs(hits.point[:, 0] + 2).max() < 2e-5


def test_poses_between_snapshots_equal_those_of_the_view(stage: Raycaster) -> None:
    from simgen.render.raycast_moving import interpolate

    def pose_at(row: int, t: float) -> Pose:
        return Pose.from_xyz_rpy(5 * np.sin(3 * t + row), 2 * t, row, 0.3 * t, 2 * t, 4 * t + row)

    view = staging.view(stage.scene.cast, pose_at)
    motion = LinkMotion.of(view, view.start_ns, view.end_ns)
    out = np.empty((3, 4))
    for time_ns in np.linspace(view.start_ns, view.end_ns, 97).astype(np.int64):
        expected = Pose.from_array(view.link_poses(int(time_ns))).matrix()
        for row in range(3):
            assert interpolate(motion.times_ns, motion.pose, motion.twist, row, time_ns, out)
            assert np.abs(out - expected[row, :3]).max() < 1e-12


def test_links_of_one_model_share_their_triangles_and_keep_their_ids() -> None:
    ego, box = staging.cast(1).actors
    boxes = [Actor(id=k + 2, name=f"box{k}", model=box.model, category="car") for k in range(30)]
    caster = Raycaster(Scene.of(staging.world(), Cast.of([ego, *boxes])))
    assert len(caster._parked.faces) == 12
    where = [FAR] + [Pose.from_xyz_rpy(12 * np.cos(a), 12 * np.sin(a), 0, 0, 0, a) for a in np.arange(30) * np.pi / 15]
    angle = np.arange(30) * np.pi / 15
    directions = np.stack([np.cos(angle), np.sin(angle), 0 * angle], -1)
    poses = np.broadcast_to(Pose.from_xyz_rpy(0, 0, 1).matrix(), (31, 4, 4))
    hits = caster.cast(_fan(directions), poses, np.zeros(31, np.int64), LinkMotion.still(_poses(*where)))
    assert hits.link.tolist() == list(range(2, 32))
    assert hits.t == pytest.approx(10.0, abs=1e-4)


def test_depth_map_of_a_pinhole(stage: Raycaster) -> None:
    camera = CameraModel.from_fov(80, 60, 90.0)
    body = Pose.from_xyz_rpy(0, 0, 1.5)
    optical = body @ OPTICAL_FROM_BODY.inverse()
    depth, instance = stage.depth_map(camera, optical.matrix(), _poses(FAR, Pose.from_xyz_rpy(12, 0, 0), FAR))
    assert depth.shape == (60, 80)
    assert depth[30, 40] == pytest.approx(10.0, abs=1e-4)
    assert instance[30, 40] == 2
    row = 50.5 - 30
    assert depth[50, 5] == pytest.approx(1.5 * 40 / row, rel=1e-5)
    assert np.isinf(depth[0, 0])
    assert set(np.unique(instance)) == {0, 2}


def test_equal_hits_with_one_thread_and_with_all() -> None:
    scene = Scene.of(staging.world(), staging.cast(2))
    camera = CameraModel.from_fov(160, 120, 90.0)
    optical = (Pose.from_xyz_rpy(0, 0, 1.5) @ OPTICAL_FROM_BODY.inverse()).matrix()
    where = _poses(FAR, Pose.from_xyz_rpy(12, 0, 0, 0, 0, 1), Pose.from_xyz_rpy(9, 3, 0, 0, 0, 2))
    results = [Raycaster(scene, threads=n).depth_map(camera, optical, where) for n in (0, 1)]
    assert results[0][0].tobytes() == results[1][0].tobytes()
    assert results[0][1].tobytes() == results[1][1].tobytes()


def test_another_thread_is_turned_away(stage: Raycaster) -> None:
    caught: list[BaseException] = []

    def use() -> None:
        try:
            stage.depth_map(CameraModel.from_fov(8, 8, 90.0), np.eye(4), _poses(FAR, FAR, FAR))
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_a_scene_without_triangles() -> None:
    empty = staging.world()
    empty = type(empty)(name="void", surfaces=(), lanes=empty.lanes, origin_m=np.zeros(3))
    caster = Raycaster(
        Scene.of(
            empty, Cast.of([Actor(id=1, name="ego", model=staging.cast(0).ego.model, category="car", is_ego=True)])
        )
    )
    depth, _ = caster.depth_map(CameraModel.from_fov(8, 8, 90.0), np.eye(4), _poses(FAR))
    assert np.isinf(depth).all()
