"""The rasteriser against Open3D's ray casting (Embree): the same depth and the same actor at every pixel's centre."""

import numpy as np
import pytest
import staging

from simgen.geometry import Pose
from simgen.motion import Actor, Cast
from simgen.readings import CameraModel
from simgen.render.camera_view import Moment
from simgen.render.picture import looking_at
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.world.material import Material
from simgen.world.mesh import Mesh
from simgen.world.model import Model, Part
from simgen.world.shapes import capsule, ellipsoid, revolve
from simgen.world.world import Surface

CAMERA = CameraModel.from_fov(640, 400, 80.0)


def _model(mesh: Mesh) -> Model:
    part = Part(name="body", mesh=mesh, parent=-1)
    return Model(name="body", category="car", parts=(part,), extent_m=(2.0, 2.0, 2.0), centre_m=(0.0, 0.0, 1.0))


def _stage() -> tuple[Scene, "np.ndarray"]:
    paint = Material(name="paint", roughness=0.3)
    meshes = [
        ellipsoid((1.0, 0.6, 0.8), paint, rings=12, segments=16),
        revolve(np.array([[0.8, 0.0], [0.2, 1.0], [0.7, 2.0]]), paint, segments=14),
        capsule((0.0, 0.0, 0.4), (0.0, 0.0, 1.5), 0.4, paint, rings=4, segments=12),
        staging.box_mesh((4.0, 1.8, 1.5), (0, 0, 0.75)),
    ]
    walls = [
        Surface(name=f"wall{k}", mesh=staging.box_mesh((0.3, 12.0, 5.0), (45.0, 14.0 * k - 21.0, 2.5)))
        for k in range(4)
    ]
    actors = [
        Actor(id=k + 1, name=f"a{k}", model=_model(meshes[k % 4]), category="car", is_ego=k == 0) for k in range(16)
    ]
    rng = np.random.Generator(np.random.Philox(key=5))
    poses = [
        Pose.from_xyz_rpy(
            *rng.uniform([4, -10, 0], [40, 10, 0.5]), *rng.uniform(-0.3, 0.3, 2), rng.uniform(-3, 3)
        ).array()
        for _ in actors
    ]
    return Scene.of(staging.world(*walls), Cast.of(actors)), np.stack(poses)


def test_depth_and_instances_agree_with_ray_casting() -> None:
    pytest.importorskip("libusb_package").get_library_path()
    import ctypes

    import libusb_package

    ctypes.CDLL(str(libusb_package.get_library_path()), mode=ctypes.RTLD_GLOBAL)
    import open3d as o3d

    scene, poses = _stage()
    eye = looking_at(np.array([0.0, 0.5, 1.7]), np.array([20.0, -1.0, 1.0]))
    rasteriser = Rasteriser(scene)
    ours = rasteriser.render(CAMERA, Moment(world_from_camera=eye, link_pose=poses), ("depth", "instance")).channels
    rasteriser.close()
    caster = o3d.t.geometry.RaycastingScene()
    actor_of = {}
    matrices = [np.eye(4), *Pose.from_array(poses).matrix()]
    for actor, (mesh, matrix) in enumerate(zip((scene.surfaces, *scene.link_meshes), matrices, strict=True)):
        vertices = (mesh.vertices @ matrix[:3, :3].T + matrix[:3, 3]).astype(np.float32)
        actor_of[caster.add_triangles(vertices, mesh.faces.astype(np.uint32))] = actor
    u, v = np.meshgrid(np.arange(CAMERA.width) + 0.5, np.arange(CAMERA.height) + 0.5)
    along = np.stack([u, v, np.ones_like(u)], axis=-1) @ np.linalg.inv(CAMERA.K).T @ eye[:3, :3].T
    rays = np.concatenate([np.broadcast_to(eye[:3, 3], along.shape), along], axis=-1).astype(np.float32)
    hit = caster.cast_rays(o3d.core.Tensor(rays))
    depth = hit["t_hit"].numpy()
    lookup = np.zeros(len(actor_of) + 1, np.int64)
    for geometry, actor in actor_of.items():
        lookup[geometry] = actor
    instance = lookup[np.minimum(hit["geometry_ids"].numpy().astype(np.int64), len(actor_of))]
    edge = _edges(instance) | _edges(np.isfinite(depth))
    assert (instance == ours["instance"])[~edge].mean() > 0.9999
    assert (instance == ours["instance"]).mean() > 0.998
    same = (instance == ours["instance"]) & np.isfinite(depth) & np.isfinite(ours["depth"]) & ~edge
    gradient = np.hypot(*np.gradient(np.where(np.isfinite(depth), depth, 0.0)))
    error = np.abs(depth - ours["depth"])[same]
    allowed = (0.001 + 0.0005 * depth + 0.02 * gradient)[same]
    assert (error <= allowed).mean() > 0.9999
    assert same.mean() > 0.5


def _edges(labels: "np.ndarray") -> "np.ndarray":
    result = np.zeros(labels.shape, bool)
    for axis in (0, 1):
        for step in (1, -1):
            result |= np.roll(labels, step, axis) != labels
    return result
