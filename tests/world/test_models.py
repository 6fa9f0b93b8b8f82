"""Shapes, materials, textures and models against closed forms and published numbers."""

import hashlib
import inspect
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import ndarray
from simgen.worlds import materials, textures

from simgen import library
from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh

GREY = Material(name="grey", semantic="ground", source="test")
LENGTH = st.floats(0.05, 5.0)


def area(mesh: Mesh) -> float:
    a, b, c = (mesh.vertices[mesh.faces[:, k]].astype(float) for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2.0)


@given(x=LENGTH, y=LENGTH, z=LENGTH)
@settings(max_examples=20, deadline=None)
def test_box_has_the_volume_and_area_of_a_cuboid(x: float, y: float, z: float) -> None:
    mesh = shapes.box((x, y, z), GREY, (1.0, -2.0, 0.5))
    assert len(mesh.faces) == 12
    assert shapes.signed_volume_m3(mesh) == pytest.approx(x * y * z, rel=1e-3)
    assert area(mesh) == pytest.approx(2 * (x * y + y * z + z * x), rel=1e-3)


@pytest.mark.parametrize("axis", ["x", "y", "z"])
def test_cylinder_has_the_volume_of_its_prism_along_every_axis(axis: str) -> None:
    mesh = shapes.cylinder(0.5, 2.0, GREY, axis=axis, segments=12)
    polygon = 0.5 * 12 * 0.5**2 * np.sin(2 * np.pi / 12)
    assert shapes.signed_volume_m3(mesh) == pytest.approx(polygon * 2.0, rel=1e-4)
    low, high = mesh.bounds()
    along = "xyz".index(axis)
    assert (low[along], high[along]) == pytest.approx((0.0, 2.0))


def test_ellipsoid_and_capsule_approach_their_volumes_from_inside() -> None:
    ball = shapes.ellipsoid((1.0, 2.0, 3.0), GREY, rings=32, segments=64)
    assert 0.99 < shapes.signed_volume_m3(ball) / (8.0 * np.pi) < 1.0
    pill = shapes.capsule((0, 0, 0), (1, 1, -1), 0.1, GREY, segments=48, rings=12)
    exact = np.pi * 0.01 * np.sqrt(3.0) + 4.0 / 3.0 * np.pi * 0.001
    assert 0.98 < shapes.signed_volume_m3(pill) / exact < 1.0


def test_extrusion_with_a_hole_in_either_turn() -> None:
    square = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])
    hole = square * 0.25 + 0.5
    for outline in (square, square[::-1]):
        for inner in (hole, hole[::-1]):
            mesh = shapes.extrude(outline, 1.0, 4.0, GREY, holes=[inner])
            assert shapes.signed_volume_m3(mesh) == pytest.approx(3.0 * (4.0 - 0.25), rel=1e-5)


def test_texture_coordinates_are_metres_along_the_surface() -> None:
    mesh = shapes.box((3.0, 2.0, 1.0), GREY)
    for k in range(3):
        a, b = mesh.faces[:, k], mesh.faces[:, (k + 1) % 3]
        length = np.linalg.norm(mesh.vertices[a] - mesh.vertices[b], axis=1)
        assert np.allclose(np.linalg.norm(mesh.uvs[a] - mesh.uvs[b], axis=1), length, atol=1e-5)


def test_smooth_and_sharp_edges() -> None:
    ball = shapes.ellipsoid((1.0, 1.0, 1.0), GREY, rings=16, segments=32)
    assert np.sum(ball.normals * ball.vertices, axis=1).min() > 0.995
    cube = shapes.box((1.0, 1.0, 1.0), GREY)
    assert np.allclose(np.abs(cube.normals).max(axis=1), 1.0)


def test_mirrored_and_moved_meshes_keep_facing_outwards() -> None:
    mesh = shapes.cylinder(0.3, 1.0, GREY, top_radius_m=0.1)
    pose = Pose.from_xyz_rpy(1.0, 2.0, 3.0, 0.4, -0.3, 2.0)
    for other in (shapes.mirrored(mesh), shapes.moved(mesh, pose)):
        assert shapes.signed_volume_m3(other) == pytest.approx(shapes.signed_volume_m3(mesh), rel=1e-4)


@pytest.mark.parametrize(("permittivity", "share"), [(5.24, 0.1535), (6.31, 0.1854), (3.91, 0.1077), (1.0, 0.0)])
def test_fresnel_reflection_of_building_materials(permittivity: float, share: float) -> None:
    # ((sqrt(e) - 1) / (sqrt(e) + 1)) squared, by hand, for ITU-R P.2040's concrete, glass, brick, and for air.
    assert materials.radar_of(permittivity) == pytest.approx(share, abs=2e-4)


@pytest.mark.parametrize("name", materials.names())
def test_materials_are_complete_and_the_same_object_each_time(name: str) -> None:
    material = materials.by_name(name)
    assert material is materials.by_name(name)
    assert material.name == name
    assert material.source
    assert material.reflectivity_905nm > 0.0
    assert material.radar_reflectivity > 0.0


def test_materials_stand_in_the_right_order_for_a_lidar() -> None:
    def lidar(name: str) -> float:
        return materials.by_name(name).reflectivity_905nm

    assert lidar("rubber") < lidar("asphalt") < lidar("concrete") < lidar("road_paint") < lidar("sign_face")
    assert lidar("grass") > 3.0 * materials.by_name("grass").base_colour[1], "plants are bright beyond 700 nm"
    assert materials.by_name("grass").reflectivity_1550nm < lidar("grass"), "water absorbs at 1550 nm"


def test_unknown_names_are_one_line() -> None:
    for ask in (materials.by_name, textures.by_name):
        with pytest.raises(InputError, match=r"expected one of .*, got 'gold'"):
            ask("gold")
    with pytest.raises(InputError, match=r"expected one of .*, got 'dragons'"):
        library.find("models", "sign").build(kind="dragons")


def roughest_step(pixels: ndarray, axis: int) -> tuple[float, float]:
    """Mean step across the seam, and the largest mean step between neighbouring lines inside."""
    lines = np.moveaxis(pixels.astype(float), axis, 0)
    inside = np.abs(np.diff(lines, axis=0)).mean(axis=(1, 2))
    return float(np.abs(lines[0] - lines[-1]).mean()), float(inside.max())


@pytest.mark.parametrize("name", [name for name in textures.names() if name != "number_plate"])
def test_textures_tile_without_a_seam(name: str) -> None:
    pixels = textures.by_name(name).pixels
    assert pixels.shape == (256, 256, 3)
    for axis in (0, 1):
        seam, inside = roughest_step(pixels, axis)
        assert seam <= inside * 1.25 + 0.5


@pytest.mark.parametrize("name", ["asphalt", "grass", "brick", "leaves", "facade"])
def test_textures_differ_by_seed_and_not_by_call(name: str) -> None:
    assert np.array_equal(textures.by_name(name, 1).pixels, getattr(textures, name)(1).pixels)
    assert not np.array_equal(textures.by_name(name, 1).pixels, textures.by_name(name, 2).pixels)


def test_neutral_textures_leave_the_albedo_nearly_alone() -> None:
    for name in ("asphalt", "concrete", "plaster", "road_paint", "cardboard", "fabric"):
        srgb = textures.by_name(name).pixels / 255.0
        linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
        assert 0.8 < linear.mean() < 1.0


def digest(name: str, parameters: dict[str, int]) -> str:
    result = hashlib.sha256()
    for part in library.find("models", name).build(**parameters).parts:
        for array in (part.mesh.vertices, part.mesh.faces, part.mesh.normals, part.mesh.uvs):
            result.update(array.tobytes())
    return result.hexdigest()


def test_models_are_the_same_in_another_process() -> None:
    asked = [("tree", {"seed": 3}), ("suv", {}), ("child", {}), ("house", {"seed": 2}), ("hedge", {"seed": 1})]
    code = "import hashlib\nfrom simgen import library\n"
    code += inspect.getsource(digest) + f"\nprint([digest(*one) for one in {asked!r}])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == repr([digest(*one) for one in asked])


# Length, width, height, wheelbase in metres, as published for the vehicle that each model is named after.
REAL_CARS = {
    "hatchback": (4.284, 1.789, 1.456, 2.636),
    "saloon": (4.709, 1.827, 1.442, 2.851),
    "estate": (4.767, 1.832, 1.477, 2.791),
    "suv": (4.486, 1.839, 1.654, 2.681),
    "van": (5.932, 2.020, 2.620, 3.665),
    "bus": (12.135, 2.550, 3.120, 5.900),
}


@pytest.mark.parametrize("name", REAL_CARS)
def test_bodies_have_the_size_of_the_real_vehicle(name: str) -> None:
    model = library.find("models", name).build()
    length, width, height, wheelbase = REAL_CARS[name]
    vertices = model.parts[0].mesh.vertices
    skirt = vertices[(vertices[:, 2] > 0.4) & (vertices[:, 2] < 0.8)]
    assert np.ptp(vertices[:, 0]) == pytest.approx(length, rel=0.02)
    assert np.ptp(skirt[:, 1]) == pytest.approx(width, rel=0.02)
    assert vertices[:, 2].max() == pytest.approx(height, rel=0.02)
    assert model.dimensions["wheelbase_m"] == pytest.approx(wheelbase, rel=0.02)


@pytest.mark.parametrize("name", ["hatchback", "saloon", "estate", "suv", "van", "bus", "box_truck"])
def test_bodies_leave_room_for_the_wheels(name: str) -> None:
    model = library.find("models", name).build()
    radius = model.dimensions["wheel_radius_m"]
    body = model.parts[0].mesh
    corners = body.vertices[body.faces].astype(float)
    weight = np.random.default_rng(0).dirichlet((0.7, 0.7, 0.7), (len(corners), 60))
    points = np.einsum("fsk,fkd->fsd", weight, corners).reshape(-1, 3)
    for wheel in model.parts[1:]:
        x, y, z = wheel.parent_from_part.translation
        half = np.ptp(wheel.mesh.vertices[:, 1]) / 2.0
        near = points[np.abs(points[:, 1] - y) < half]
        assert np.hypot(near[:, 0] - x, near[:, 2] - z).min() > radius, wheel.name


def test_a_bent_knee_lifts_the_foot_behind() -> None:
    model = library.find("models", "adult_man").build()
    index = {part.name: k for k, part in enumerate(model.parts)}
    neutral = model.neutral()
    rotation = neutral.rotation.copy()
    bend = 1.0
    rotation[index["shin_left"]] = Pose.from_xyz_rpy(0, 0, 0, pitch=bend).rotation
    poses = model.link_poses(Pose.identity(), Pose(rotation=rotation, translation=neutral.translation))
    knee, ankle = poses[index["shin_left"], :3], poses[index["foot_left"], :3]
    shin = model.dimensions["shin_m"]
    assert np.allclose(ankle - knee, [-shin * np.sin(bend), 0.0, -shin * np.cos(bend)], atol=1e-9)
    low, high = model.parts[index["shin_left"]].limits_rad
    assert low <= 0.0 < bend < high


def test_people_have_published_segment_lengths() -> None:
    # Winter, Biomechanics and Motor Control of Human Movement, 4th ed., figure 4.1, shares of the stature.
    claim = library.find("models", "adult_man").build().dimensions
    shares = {"hip_height_m": 0.530, "thigh_m": 0.245, "shin_m": 0.246, "upper_arm_m": 0.186, "forearm_m": 0.146}
    for name, share in shares.items():
        assert claim[name] / claim["stature_m"] == pytest.approx(share, abs=0.001)
    assert library.find("models", "child").build().dimensions["stature_m"] == pytest.approx(1.22)


def test_parameters_of_models_are_described() -> None:
    for name in ("tree", "house", "sign", "lamp_post", "hedge", "block"):
        described = library.parameters(library.find("models", name))
        assert described
        assert all(meaning is not None and meaning.text for _, meaning in described.values())
