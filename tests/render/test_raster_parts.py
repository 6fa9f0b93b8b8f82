"""Parts of the rasteriser: pieces of meshes, corners that carry a face's number, and pictures without a memory."""

from dataclasses import replace

import numpy as np
import staging

from simgen.geometry import Pose
from simgen.readings import CameraModel
from simgen.render.camera_view import Moment, State, cross, link_matrices
from simgen.render.geometry import Geometry
from simgen.render.picture import looking_at
from simgen.render.pieces import pieces
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.shapes import ellipsoid


def _without(mesh: Mesh, face: int) -> Mesh:
    keep = np.arange(len(mesh.faces)) != face
    return Mesh(
        vertices=mesh.vertices, faces=mesh.faces[keep], normals=mesh.normals, uvs=mesh.uvs,
        material=mesh.material[keep], materials=mesh.materials,
    )  # fmt: skip


def test_a_box_is_closed_and_one_without_a_face_is_not() -> None:
    whole, open_box = (
        staging.box_mesh((4.0, 2.0, 4.0), (0.0, 0.0, 0.0)),
        _without(staging.box_mesh((2.0, 2.0, 1.0), (9.0, 0, 0)), 3),
    )
    found = pieces(merge([whole, open_box]))
    np.testing.assert_array_equal(found.closed, [True] * 12 + [False] * 11)
    np.testing.assert_allclose(found.radius_m, [3.0] * 12 + [1.5] * 11)


def test_a_box_inside_out_is_not_closed() -> None:
    mesh = staging.box_mesh((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    turned = Mesh(
        vertices=mesh.vertices, faces=np.ascontiguousarray(mesh.faces[:, ::-1]), normals=-mesh.normals, uvs=mesh.uvs,
        material=mesh.material, materials=mesh.materials,
    )  # fmt: skip
    assert pieces(mesh).closed.all()
    assert not pieces(turned).closed.any()


def test_every_face_has_a_last_corner_of_its_own_and_stays_where_it_was() -> None:
    materials = Material(name="a"), Material(name="b", roughness=0.2)
    ball = merge([ellipsoid((1.0, 1.0, 1.0), material, rings=7, segments=9) for material in materials])
    world = staging.world()
    scene = Scene.of(world, staging.cast(0))
    found = Geometry.of(_with_surfaces(scene, ball))
    faces = found.indices.reshape(-1, 3)
    for batch in found.static:
        rows = slice(batch.face, batch.face + batch.count // 3)
        last = faces[rows, 2]
        assert len(np.unique(last)) == len(last)
        np.testing.assert_array_equal(found.vertices["label"][last, 1], np.arange(len(last)))
    label = found.vertices["label"][faces, 0]
    np.testing.assert_array_equal(label, found.material[:, None].repeat(3, axis=1))
    true = [row for b in found.static if b.error_m == 0.0 for row in range(b.face, b.face + b.count // 3)]
    ours = np.sort(found.vertices["position"][faces[true]].mean(axis=1), axis=0)
    np.testing.assert_allclose(ours, np.sort(ball.vertices[ball.faces].mean(axis=1), axis=0), atol=1e-6)


def _with_surfaces(scene: Scene, mesh: Mesh) -> Scene:
    return replace(scene, surfaces=mesh, materials=mesh.materials)


def test_matrices_of_links_are_those_of_their_poses() -> None:
    rng = np.random.Generator(np.random.Philox(key=3))
    poses = np.concatenate([rng.normal(0, 100, (50, 3)), rng.normal(size=(50, 4))], axis=1)
    poses[7] = np.nan
    found = link_matrices(poses)
    kept = np.arange(50) != 7
    np.testing.assert_array_equal(found[0], np.eye(4))
    np.testing.assert_allclose(found[1:][kept], Pose.from_array(poses[kept]).matrix(), atol=1e-12)
    assert np.isnan(found[8]).all()


def test_vector_products() -> None:
    rng = np.random.Generator(np.random.Philox(key=4))
    a, b = rng.normal(size=(2, 20, 3))
    np.testing.assert_allclose(cross(a, b), np.cross(a, b), atol=1e-14)


def test_a_picture_does_not_depend_on_those_before_it() -> None:
    scene = Scene.of(staging.world(), staging.cast(2))
    poses = [
        np.stack([Pose.from_xyz_rpy(x, y, 0.0, yaw=y).array() for x, y in places])
        for places in (((0.0, 0.0), (12.0, 1.0), (60.0, -3.0)), ((40.0, 4.0), (15.0, -2.0), (9.0, 2.0)))
    ]
    eyes = [looking_at(np.array([x, 0.0, 1.7]), np.array([x + 20.0, y, 0.5])) for x, y in ((0.0, 0.0), (30.0, 3.0))]
    moments = [Moment(world_from_camera=eye, link_pose=pose) for eye in eyes for pose in poses]
    for camera in (CameraModel.from_fov(84, 84, 90.0), CameraModel.from_fov(400, 240, 70.0)):
        fresh = []
        for moment in moments:
            rasteriser = Rasteriser(scene)
            fresh.append(rasteriser.render(camera, moment, ("rgb",), state=State()).channels["rgb"].tobytes())
            rasteriser.close()
        used = Rasteriser(scene)
        for k in (0, 1, 2, 3, 1, 0, 3, 0):
            assert used.render(camera, moments[k], ("rgb",), state=State()).channels["rgb"].tobytes() == fresh[k]
        used.close()
        assert len(set(fresh)) == len(fresh)
