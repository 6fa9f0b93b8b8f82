"""What is kept of meshes between scenes: the same bytes as made anew, and gone with the mesh."""

import gc
import hashlib
import weakref
from dataclasses import replace

import numpy as np
import staging

from simgen.motion import Cast
from simgen.render.casters import casters
from simgen.render.cuts import numbered
from simgen.render.geometry import Geometry
from simgen.render.pieces import pieces
from simgen.render.scene import Scene
from simgen.render.shapes import once_per_shape
from simgen.world.material import Material
from simgen.world.mesh import Mesh


def _copied(mesh: Mesh) -> Mesh:
    names = ("vertices", "faces", "normals", "uvs", "material")
    return replace(mesh, **{name: getattr(mesh, name).copy() for name in names})


def _digest(geometry: Geometry) -> str:
    state = hashlib.sha256()
    for name in ("vertices", "indices", "normal", "centre", "radius_m", "material", "link_faces"):
        state.update(np.ascontiguousarray(getattr(geometry, name)).tobytes())
    for batch in (*geometry.static, *(batch for link in geometry.links for batch in link)):
        state.update(repr((batch.first, batch.count, batch.face, batch.kind, batch.centre.tolist())).encode())
    return state.hexdigest()


def _anew(scene: Scene) -> Scene:
    """The same scene, of meshes that were never seen."""
    copies = {id(mesh): _copied(mesh) for mesh in scene.link_meshes}
    heads = tuple((signal, _copied(mesh)) for signal, mesh in scene.signals)
    links = tuple(copies[id(mesh)] for mesh in scene.link_meshes)
    return replace(scene, surfaces=_copied(scene.surfaces), signals=heads, link_meshes=links)


def test_geometry_is_the_same_after_other_casts() -> None:
    world, cast = staging.world(), staging.cast(3)
    fewer = Cast.of(cast.actors[:2])
    scene = Scene.of(world, cast)
    expected = _digest(Geometry.of(_anew(scene))), _digest(Geometry.of(casters(_anew(scene))))
    for other in (cast, fewer, cast):
        Geometry.of(Scene.of(world, other))
    again = Scene.of(world, cast)
    assert (_digest(Geometry.of(again)), _digest(Geometry.of(casters(again)))) == expected
    assert _digest(Geometry.of(Scene.of(world, fewer))) != expected[0]


def test_another_table_of_materials_gives_other_labels_on_the_same_cut() -> None:
    mesh = staging.box_mesh((2.0, 2.0, 2.0), (0.0, 0.0, 0.0))
    table = (Material(name="other"), *mesh.materials)
    moved = replace(mesh, material=mesh.material + 1, materials=table)
    scene = Scene.of(staging.world(), staging.cast(0))
    first = Geometry.of(replace(scene, surfaces=mesh, materials=mesh.materials))
    second = Geometry.of(replace(scene, surfaces=moved, materials=table))
    np.testing.assert_array_equal(second.material, first.material + 1)
    np.testing.assert_array_equal(second.vertices["position"], first.vertices["position"])
    np.testing.assert_array_equal(second.vertices["label"][:, 0], first.vertices["label"][:, 0] + 1)


def test_what_is_kept_goes_with_its_mesh() -> None:
    mesh = staging.box_mesh((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    asked: list[int] = []

    class Result:
        pass

    @once_per_shape
    def result(of: Mesh) -> Result:
        asked.append(len(of.faces))
        return Result()

    first = result(mesh)
    assert result(replace(mesh, materials=())) is first
    assert len(asked) == 1
    gone = weakref.ref(first)
    del first, mesh
    gc.collect()
    assert gone() is None


def test_pieces_of_a_copy_are_found_again() -> None:
    mesh = staging.box_mesh((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    assert pieces(mesh) is pieces(replace(mesh, materials=mesh.materials))
    assert pieces(mesh) is not pieces(_copied(mesh))


def test_numbers_go_in_the_order_of_first_use() -> None:
    rng = np.random.Generator(np.random.Philox(key=5))
    for values in (rng.integers(0, 9, 40), np.array([7]), np.array([3, 3, 0, 3])):
        numbers, meaning = numbered(values)
        np.testing.assert_array_equal(meaning[numbers], values)
        assert meaning.tolist() == list(dict.fromkeys(values.tolist()))
