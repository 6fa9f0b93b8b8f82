"""Every model that the library lists keeps the promises of `simgen.world.model`."""

from functools import cache

import numpy as np
import pytest
from numpy import ndarray
from scipy.spatial import ConvexHull, QhullError

from simgen import library
from simgen.geometry import Pose
from simgen.world import lamps, shapes, taxonomy
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

NAMES = [offered.name for offered in library.entries("models")]
JOINTS = {"fixed", "wheel", "hinge", "ball"}
MOST_TRIANGLES = 3000
VEHICLES = {"car", "van", "truck", "bus"}
COCO_LIMBS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "eye", "ear")


@cache
def build(name: str) -> Model:
    return library.find("models", name).build()


@cache
def whole(name: str) -> Mesh:
    model = build(name)
    poses = model.link_poses(Pose.identity())
    return merge(
        [shapes.moved(p.mesh, Pose.from_array(poses[k])) for k, p in enumerate(model.parts) if len(p.mesh.faces)]
    )


def face_normals(mesh: Mesh) -> ndarray:
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(float) for k in range(3))
    return np.cross(b - a, c - a)


def components(mesh: Mesh) -> list[ndarray]:
    """Faces of each connected piece (vertices at the same place are one)."""
    places, weld = np.unique(np.round(mesh.vertices, 5), axis=0, return_inverse=True)
    faces = weld.reshape(-1)[mesh.faces]
    parent = np.arange(len(places))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = int(parent[k])
        return k

    for a, b, c in faces:
        parent[root(a)] = root(b)
        parent[root(b)] = root(c)
    label = np.array([root(int(a)) for a in faces[:, 0]])
    return [faces[label == k] for k in np.unique(label)]


def is_closed(faces: ndarray) -> bool:
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    there, back = {tuple(edge) for edge in edges.tolist()}, {tuple(edge) for edge in edges[:, ::-1].tolist()}
    return there == back


@pytest.mark.parametrize("name", NAMES)
def test_the_same_parameters_give_the_same_object(name: str) -> None:
    assert library.find("models", name).build() is build(name)


@pytest.mark.parametrize("name", NAMES)
def test_names_joints_and_tree(name: str) -> None:
    model = build(name)
    assert model.name == name
    assert model.source
    assert model.category in taxonomy.BY_NAME
    assert len({part.name for part in model.parts}) == len(model.parts)
    assert model.parts[0].parent == -1
    assert np.allclose(model.parts[0].parent_from_part.array(), Pose.identity().array())
    for index, part in enumerate(model.parts[1:], start=1):
        assert 0 <= part.parent < index
        assert part.joint in JOINTS
        assert np.isclose(np.linalg.norm(part.axis), 1.0)


@pytest.mark.parametrize("name", NAMES)
def test_it_stands_on_the_ground_and_its_extent_is_that_of_its_mesh(name: str) -> None:
    model, bounds = build(name), whole(name).bounds()
    assert abs(bounds[0, 2]) < 0.01
    assert np.allclose(bounds[1] - bounds[0], model.extent_m, atol=1e-3)
    assert np.allclose(bounds.mean(axis=0), model.centre_m, atol=1e-3)


@pytest.mark.parametrize("name", NAMES)
def test_arrays_fit_and_normals_are_unit_and_on_the_face_s_side(name: str) -> None:
    for part in build(name).parts:
        mesh = part.mesh
        if not len(mesh.faces):
            continue
        assert mesh.faces.min() >= 0
        assert mesh.faces.max() < len(mesh.vertices)
        assert len(mesh.normals) == len(mesh.uvs) == len(mesh.vertices)
        assert np.isfinite(mesh.vertices).all()
        assert np.isfinite(mesh.uvs).all()
        assert np.allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-3)
        flat = face_normals(mesh)
        assert np.linalg.norm(flat, axis=1).min() > 0.0
        agree = np.einsum("fk,fck->fc", flat, mesh.normals[mesh.faces].astype(float))
        assert (agree > 0.0).mean() > 0.99


@pytest.mark.parametrize("name", NAMES)
def test_it_is_light_enough_to_be_drawn_by_the_hundred(name: str) -> None:
    assert sum(len(part.mesh.faces) for part in build(name).parts) <= MOST_TRIANGLES


@pytest.mark.parametrize("name", NAMES)
def test_every_face_has_a_material_that_every_sensor_knows(name: str) -> None:
    for part in build(name).parts:
        if len(part.mesh.faces):
            assert len(part.mesh.material) == len(part.mesh.faces)
            assert 0 <= part.mesh.material.min() <= part.mesh.material.max() < len(part.mesh.materials)
        for material in part.mesh.materials:
            assert material.source
            assert material.semantic in taxonomy.BY_NAME
            assert material.semantic != "none"
            assert all(0.0 <= value <= 1.0 for value in material.base_colour)
            assert 0.0 < material.roughness <= 1.0
            for value in (material.reflectivity_905nm, material.reflectivity_1550nm, material.radar_reflectivity):
                assert 0.0 < value <= 1.0
            assert not material.lamp or material.lamp in lamps.LAMPS


@pytest.mark.parametrize("name", NAMES)
def test_closed_pieces_face_outwards(name: str) -> None:
    closed = 0
    for part in build(name).parts:
        places = np.unique(np.round(part.mesh.vertices, 5), axis=0).astype(float)
        for faces in components(part.mesh):
            if is_closed(faces):
                closed += 1
                a, b, c = (places[faces[:, k]] for k in range(3))
                assert np.sum(a * np.cross(b, c)) > 0.0, part.name
    assert closed


@pytest.mark.parametrize("name", NAMES)
def test_every_part_has_a_convex_hull_to_collide_with(name: str) -> None:
    for part in build(name).parts:
        if len(part.mesh.faces):
            try:
                assert ConvexHull(part.mesh.vertices.astype(float)).volume > 0.0
            except QhullError as error:
                pytest.fail(f"{part.name}: {error}")


def vehicles() -> list[str]:
    return [name for name in NAMES if build(name).category in VEHICLES]


def people() -> list[str]:
    """Those who walk: their models have hips; who sits or rides is carried as one body."""
    return [name for name in NAMES if "hip_height_m" in build(name).dimensions]


@pytest.mark.parametrize("name", vehicles())
def test_vehicles_have_the_measures_they_claim(name: str) -> None:
    model = build(name)
    claim, bounds = model.dimensions, whole(name).bounds()
    assert np.isclose(bounds[1, 0] - bounds[0, 0], claim["length_m"], rtol=0.01)
    assert np.isclose(bounds[1, 2], claim["height_m"], rtol=0.015)
    assert claim["width_m"] * 0.99 <= model.extent_m[1] <= claim["width_m"] + 0.45
    assert np.isclose(bounds[1, 0], claim["wheelbase_m"] + claim["front_overhang_m"], atol=0.03)
    assert np.isclose(bounds[0, 0], -claim["rear_overhang_m"], atol=0.03)


@pytest.mark.parametrize("name", vehicles())
def test_wheels_stand_where_the_measures_say(name: str) -> None:
    model = build(name)
    claim = model.dimensions
    wheels = {part.name: part for part in model.parts if part.joint == "wheel"}
    assert list(wheels) == ["wheel_front_left", "wheel_front_right", "wheel_rear_left", "wheel_rear_right"]
    for label, part in wheels.items():
        x, y, z = part.parent_from_part.translation
        assert np.isclose(x, claim["wheelbase_m"] if "front" in label else 0.0)
        track = claim["track_front_m"] if "front" in label else claim["track_rear_m"]
        assert np.isclose(y, track / 2.0 if "left" in label else -track / 2.0)
        assert np.isclose(z, claim["wheel_radius_m"])
        radius = np.linalg.norm(part.mesh.vertices[:, [0, 2]], axis=1).max()
        assert np.isclose(radius, claim["wheel_radius_m"], rtol=0.02)


@pytest.mark.parametrize("name", vehicles())
def test_vehicles_have_lamps_where_they_belong(name: str) -> None:
    mesh, model = whole(name), build(name)
    middle = model.centre_m[0]
    centres = mesh.vertices[mesh.faces].mean(axis=1)
    lamp = np.array([material.lamp for material in mesh.materials])[mesh.material]
    assert {"low_beam", "brake", "indicator_left", "indicator_right", "reverse"} <= set(lamp)
    assert (centres[lamp == "low_beam"][:, 0] > middle).all()
    assert (centres[lamp == "brake"][:, 0] < middle).all()
    assert (centres[lamp == "indicator_left"][:, 1] > 0).all()
    assert (centres[lamp == "indicator_right"][:, 1] < 0).all()
    for side in ("indicator_left", "indicator_right"):
        x = centres[lamp == side][:, 0]
        assert x.max() > middle > x.min()


@pytest.mark.parametrize("name", vehicles())
def test_vehicles_take_the_actor_s_paint_and_have_windows_and_plates(name: str) -> None:
    materials = whole(name).materials
    assert any(material.paint for material in materials)
    assert any(material.transparent for material in materials)
    assert any(material.retroreflective and not material.lamp for material in materials)


@pytest.mark.parametrize("name", people())
def test_people_have_coco_s_keypoints_inside_them(name: str) -> None:
    model = build(name)
    poses = model.link_poses(Pose.identity())
    names = {"nose", *(f"{side}_{joint}" for side in ("left", "right") for joint in COCO_LIMBS)}
    assert set(model.keypoints) == names
    low, high = whole(name).bounds() + np.array([[-0.005], [0.005]])
    place = {key: Pose.from_array(poses[part]).apply(np.array(point)) for key, (part, point) in model.keypoints.items()}
    for key, point in place.items():
        assert ((point >= low) & (point <= high)).all(), key
    assert place["nose"][0] > place["left_eye"][0] > place["left_ear"][0]
    for side, sign in (("left", 1.0), ("right", -1.0)):
        heights = [place[f"{side}_{joint}"][2] for joint in ("shoulder", "elbow", "hip", "knee", "ankle")]
        assert heights == sorted(heights, reverse=True)
        assert all(place[f"{side}_{joint}"][1] * sign > 0 for joint in COCO_LIMBS)


@pytest.mark.parametrize("name", people())
def test_people_hang_their_limbs_from_their_joints(name: str) -> None:
    model = build(name)
    index = {part.name: k for k, part in enumerate(model.parts)}
    poses = model.link_poses(Pose.identity())
    claim = model.dimensions
    assert len(model.parts[0].mesh.faces) == 0
    assert np.isclose(poses[index["thigh_left"], 2], claim["hip_height_m"], atol=1e-6)
    thigh = poses[index["thigh_left"], :3] - poses[index["shin_left"], :3]
    shin = poses[index["shin_left"], :3] - poses[index["foot_left"], :3]
    assert np.allclose(thigh, [0.0, 0.0, claim["thigh_m"]], atol=1e-6)
    assert np.allclose(shin, [0.0, 0.0, claim["shin_m"]], atol=1e-6)
    # Hats add to the stature and bent backs take from it.
    head = shapes.moved(model.parts[index["head"]].mesh, Pose.from_array(poses[index["head"]]))
    plain = name in {"adult_man", "adult_woman", "child", "toddler", "heavy_man"}
    assert np.isclose(head.bounds()[1, 2], claim["stature_m"], rtol=0.01 if plain else 0.05)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_world_is_built_of_is_seen_as_one_class(name: str) -> None:
    """A pixel of a world has the class of its material: the steel of a house is no pole, a fence no furniture."""
    model = build(name)
    if model.category in ("building", "wall", "fence"):
        seen = {material.semantic for part in model.parts for material in part.mesh.materials}
        assert seen <= {model.category, "vegetation", "trunk"}
