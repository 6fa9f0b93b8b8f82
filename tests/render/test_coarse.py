"""Coarser levels: as close to the true shape as they say, and no pixel but at edges can tell."""

from dataclasses import replace

import numpy as np
import staging
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.motion import Actor, Cast
from simgen.readings import CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.coarse import levels
from simgen.render.drawing import Drawer
from simgen.render.geometry import Geometry
from simgen.render.picture import looking_at
from simgen.render.pieces import pieces
from simgen.render.raster import Rasteriser
from simgen.render.raycast import Raycaster
from simgen.render.raycast_embree import import_open3d
from simgen.render.scene import Scene
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model, Part
from simgen.world.shapes import ellipsoid
from simgen.world.world import Surface


def _moved(mesh: Mesh, x: float, y: float, z: float) -> Mesh:
    return replace(mesh, vertices=mesh.vertices + np.array([x, y, z], np.float32))


def _ball(radius_m: float, material: Material) -> Mesh:
    return ellipsoid((2 * radius_m,) * 3, material, rings=24, segments=32)


def test_levels_are_as_close_as_they_say() -> None:
    mesh = merge([_moved(_ball(r, Material(name="bark")), 5.0 * k, 0.0, 2.0) for k, r in enumerate((0.3, 1.0, 2.0))])
    found = pieces(mesh)
    made = levels(mesh, found.number, (0.1, 0.4, 0.8))
    assert len(made) == 2
    before = len(mesh.faces)
    for coarse, error_m in made:
        assert len(coarse.piece) <= 0.7 * before
        before = len(coarse.piece)
        used = mesh.vertices[np.unique(mesh.faces[np.isin(found.number, coarse.piece)])]
        assert _distance(coarse.mesh, used).max() <= error_m
        assert _distance(mesh, coarse.mesh.vertices[coarse.mesh.faces].mean(axis=1)).max() <= error_m


def _distance(mesh: Mesh, points: Float[ndarray, "n 3"]) -> Float[ndarray, " n"]:
    """Distance of points from a surface, by Open3D."""
    open3d = import_open3d()
    surface = open3d.t.geometry.RaycastingScene(nthreads=1)
    surface.add_triangles(mesh.vertices, mesh.faces.astype(np.uint32))
    return surface.compute_distance(np.ascontiguousarray(points, np.float32)).numpy()


def test_the_more_error_is_allowed_the_fewer_triangles_are_drawn() -> None:
    tree = _moved(_ball(2.0, Material(name="leaf")), 40.0, 3.0, 3.0)
    scene = Scene.of(staging.world(Surface(name="tree", mesh=tree)), staging.cast(0))
    geometry = Geometry.of(scene)
    drawer = Drawer(scene, geometry)
    everywhere = np.array([[0.0, 0.0, 1.0, 1e6]])
    still = np.eye(4)[None]
    counts = []
    for coarse in (0.0, 0.001, 0.01, 0.03, 1.0):
        what = drawer.pick(still, everywhere, np.zeros(1, bool), coarse=coarse)
        counts.append(int(what.commands[:, 0].sum()) // 3)
    assert counts[0] == counts[1] == len(scene.surfaces.faces)
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] < 0.7 * counts[0]
    assert geometry.static_faces == sum(batch.count // 3 for batch in geometry.static)


def test_far_things_have_the_labels_that_rays_find() -> None:
    """A dense ball as an actor and one of the world, near and far: what differs lies within a pixel of an edge."""
    paint = Material(name="leaf", semantic="vegetation")
    part = Part(name="body", mesh=_moved(_ball(1.0, paint), 0.0, 0.0, 1.0), parent=-1)
    model = Model(name="ball", category="car", parts=(part,), extent_m=(2.0, 2.0, 2.0), centre_m=(0.0, 0.0, 1.0))
    trees = [_moved(_ball(2.0, paint), x, -3.0, 2.5) for x in (15.0, 60.0, 150.0)]
    world = staging.world(Surface(name="trees", mesh=merge(trees)))
    actors = [Actor(id=k + 1, name=f"ball{k}", model=model, category="car", is_ego=k == 0) for k in range(4)]
    scene = Scene.of(world, Cast.of(actors))
    places = [Pose.from_xyz_rpy(x, y, 0.0).array() for x, y in ((-50.0, 0.0), (15.0, 3.0), (60.0, 6.0), (50.0, 16.0))]
    eye = looking_at(np.array([0.0, 0.0, 2.0]), np.array([50.0, 0.0, 2.0]))
    camera = CameraModel.from_fov(160, 120, 60.0)
    rasteriser, caster = Rasteriser(scene), Raycaster(scene)
    moment = Moment(world_from_camera=eye, link_pose=np.stack(places))
    drawn = rasteriser.render(camera, moment, ("depth", "instance", "semantic"), state=State())
    depth, instance = caster.depth_map(camera, eye, moment.link_pose)
    wrong = drawn.channels["instance"] != instance
    assert set(np.unique(instance)) == set(np.unique(drawn.channels["instance"])) >= {2, 3, 4}
    edge = np.zeros_like(wrong)
    for axis in (0, 1):
        for step in (-1, 1):
            edge |= np.roll(instance, step, axis) != instance
    assert not (wrong & ~edge).any()
    same = ~wrong & ~edge & (instance > 0)
    allowed = 1.5 / 3.0 / camera.K[0, 0] * depth[same] + 0.05
    assert (np.abs(drawn.channels["depth"][same] - depth[same]) <= 3.0 * allowed).all()
    assert drawn.outlines is not None
    seen, found = drawn.outlines.visible_pixels[2:], np.bincount(instance.reshape(-1), minlength=5)[2:]
    assert (np.abs(seen - found) <= 2.0 + 0.5 * np.sqrt(found)).all()
    assert (seen <= drawn.outlines.alone_pixels[2:] + 2.0).all()
    rasteriser.close()
    caster.close()
