"""Meshes of users: what is read is what was written, and what is broken is told in one line."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image
from simgen.worlds import materials

from simgen import library
from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.motion import Actor, Cast
from simgen.readings import CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.picture import looking_at
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.world import shapes
from simgen.world.lanes import LaneNetwork
from simgen.world.mesh_looks import baked, linear
from simgen.world.model import Model
from simgen.world.user_mesh import import_mesh
from simgen.world.weather import Weather
from simgen.world.world import Surface, World

QUARTERS = np.array([[[250, 20, 20], [20, 200, 20]], [[30, 30, 240], [240, 230, 30]]], np.uint8)
"""Red and green above, blue and yellow below."""


def card(path: Path, picture: np.ndarray = QUARTERS) -> Path:
    """A glTF sheet of 2 wide, 1 high, facing the file's z, with a picture on it."""
    image = Image.fromarray(np.kron(picture, np.ones((64, 64, 1), np.uint8)))
    material = trimesh.visual.material.PBRMaterial(baseColorTexture=image, metallicFactor=0.0, roughnessFactor=0.9)
    vertices = [[-1, 0, 0], [1, 0, 0], [1, 1, 0], [-1, 1, 0]]
    visual = trimesh.visual.TextureVisuals(uv=[[0, 0], [1, 0], [1, 1], [0, 1]], material=material)
    mesh = trimesh.Trimesh(vertices, [[0, 1, 2], [0, 2, 3]], visual=visual, process=False)
    mesh.export(path)
    return path


def photograph(model: Model, eye: tuple[float, float, float]) -> np.ndarray:
    """RGB under an even sky, from a point towards the model's middle."""
    floor = shapes.box((50.0, 50.0, 0.1), materials.by_name("concrete"), (0.0, 0.0, -5.0))
    world = World(name="w", surfaces=(Surface(name="f", mesh=floor),), lanes=LaneNetwork({}), origin_m=np.zeros(3))
    actors = Cast.of([Actor(id=1, name="a", model=model, category=model.category, is_ego=True)])
    raster = Rasteriser(Scene.of(world, actors))
    now = Moment(
        world_from_camera=looking_at(np.array(eye), np.array(model.centre_m)),
        link_pose=model.link_poses(Pose.identity()),
    )
    light = State(weather=Weather(cloudiness=1.0))
    camera = CameraModel.from_fov(320, 240, 50.0)
    picture = raster.render(camera, now, ("rgb",), state=light, outlines=False).channels["rgb"]
    raster.close()
    return picture


def test_axes_scale_and_ground(tmp_path: Path) -> None:
    box = trimesh.creation.box((0.2, 0.4, 0.6))
    box.apply_translation([5.0, 7.0, -3.0])
    path = tmp_path / "box.glb"
    box.export(path)
    model = import_mesh(path, category="movable", scale=2.0)
    # glTF: y up, z ahead, x to the left.
    assert np.allclose(model.extent_m, (1.2, 0.4, 0.8), atol=1e-6)
    assert np.allclose(model.parts[0].mesh.bounds(), [[-0.6, -0.2, 0.0], [0.6, 0.2, 0.8]], atol=1e-6)
    assert shapes.signed_volume_m3(model.parts[0].mesh) == pytest.approx(1.2 * 0.4 * 0.8, rel=1e-5)
    assert np.allclose(import_mesh(path, up="z").extent_m, (0.2, 0.4, 0.6), atol=1e-6)
    assert np.allclose(import_mesh(path, up="z", yaw_deg=90.0).extent_m, (0.4, 0.2, 0.6), atol=1e-6)
    assert len(model.hulls) == 1
    assert model.dimensions["mass_kg"] == pytest.approx(200.0 * 1.2 * 0.4 * 0.8, rel=1e-4)


def test_a_picture_lies_the_right_way_up(tmp_path: Path) -> None:
    picture = photograph(import_mesh(card(tmp_path / "card.glb"), category="product"), (2.5, 0.0, 0.5)).astype(int)
    upper_left, upper_right = picture[80, 100], picture[80, 220]
    lower_left, lower_right = picture[160, 100], picture[160, 220]
    assert upper_left.argmax() == 0
    assert upper_right.argmax() == 1
    assert lower_left.argmax() == 2
    assert lower_right.argmin() == 2
    assert lower_right[0] > 100


def test_obj_with_materials(tmp_path: Path) -> None:
    (tmp_path / "two.mtl").write_text(
        "newmtl red\nKd 1 0 0\nNs 0\nnewmtl glass\nKd 0.1 0.1 0.1\nd 0.2\n", encoding="utf-8"
    )
    (tmp_path / "two.obj").write_text(
        "mtllib two.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nusemtl red\nf 1 2 3\nusemtl glass\nf 1 3 4\nf 1 4 2\n",
        encoding="utf-8",
    )
    model = library.find("models", str(tmp_path / "two.obj")).build(category="debris")
    table = model.parts[0].mesh.materials
    assert len(table) == 2
    red = next(material for material in table if not material.transparent)
    assert np.allclose(red.base_colour, (1.0, 0.0, 0.0))
    pane = next(material for material in table if material.transparent)
    glass = materials.by_name("car_glass")
    assert pane.reflectivity_905nm == glass.reflectivity_905nm
    assert pane.radar_reflectivity == glass.radar_reflectivity
    assert all(material.semantic == "debris" and material.source for material in table)


def test_colours_at_corners_are_interpolated(tmp_path: Path) -> None:
    colours = np.array([[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]], np.uint8)
    mesh = trimesh.Trimesh([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 2]], vertex_colors=colours, process=False)
    path = tmp_path / "scan.ply"
    mesh.export(path)
    material = import_mesh(path, category="custom").parts[0].mesh.materials[0]
    assert material.texture is not None
    texture, where = baked(np.array([np.eye(3), np.eye(3)[::-1]]), "t")
    light = linear(texture.pixels)

    def at(uv: np.ndarray) -> np.ndarray:
        """Bilinear, as OpenGL does it (OpenGL 4.6, 8.14.2)."""
        place = uv * len(light) - 0.5
        low = np.floor(place).astype(int)
        (u, v), (i, j) = place - low, low
        rows = (1 - u) * light[j : j + 2, i] + u * light[j : j + 2, i + 1]
        return (1 - v) * rows[0] + v * rows[1]

    for face, corners in enumerate((np.eye(3), np.eye(3)[::-1])):
        for weights in ((1, 0, 0), (0, 1, 0), (0, 0, 1), (0.4, 0.35, 0.25)):
            assert np.allclose(at(np.array(weights) @ where[face]), np.array(weights) @ corners, atol=0.01)


def test_the_name_tells_the_content_and_its_pictures(tmp_path: Path) -> None:
    first = import_mesh(card(tmp_path / "a.glb"))
    same = import_mesh(card(tmp_path / "a.glb"))
    other = import_mesh(card(tmp_path / "a.glb", QUARTERS[::-1]))
    assert first.name == same.name
    assert first.name != other.name
    assert first.name.startswith("a@")


def gltf(path: Path, **extra: object) -> Path:
    """A glTF whose buffer is another file."""
    card(path.with_suffix(".glb"))
    scene = trimesh.load_scene(path.with_suffix(".glb"))
    files = trimesh.exchange.gltf.export_gltf(scene)
    header = json.loads(files.pop("model.gltf"))
    for name, data in files.items():
        (path.parent / name).write_bytes(data)
    path.write_text(json.dumps(header | extra), encoding="utf-8")
    return path


def test_files_beside_a_mesh_are_read_and_those_elsewhere_are_not(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    path = gltf(inside / "card.gltf")
    assert import_mesh(path).parts[0].mesh.materials[0].texture is not None
    text = path.read_text(encoding="utf-8")
    buffer = json.loads(text)["buffers"][0]["uri"]
    (inside / buffer).rename(tmp_path / buffer)
    with pytest.raises(InputError, match="no such file"):
        import_mesh(path)
    for name in (f"../{buffer}", f"file://{tmp_path}/{buffer}", "https://example.org/x.bin"):
        path.write_text(text.replace(buffer, name), encoding="utf-8")
        with pytest.raises(InputError, match="outside"):
            import_mesh(path)


BROKEN = {
    "a.glb": b"",
    "b.glb": b"glTF" + b"\0" * 40,
    "c.gltf": b"{]",
    "d.obj": b"v 0 0 0\nv 1 0 0\n",
    "e.ply": b"ply\nformat ascii 1.0\nelement vertex 3\n",
    "f.obj": b"\xff\xfe\x00\x01" * 50,
    "g.stl": b"solid",
    "h.obj": b"v 0 0 nan\nv 1 0 0\nv 0 1 0\nf 1 2 3\n",
    "i.obj": b"v 0 0 0\nv 9000 0 0\nv 0 1 0\nf 1 2 3\n",
    "j.obj": b"mtllib /etc/passwd\nv 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n",
    "k.gltf": b'{"asset": {"version": "2.0"}, "extensionsRequired": ["KHR_draco_mesh_compression"]}',
    "l.obj": b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 99\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_told_in_one_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(BROKEN[name])
    with pytest.raises(InputError) as caught:
        import_mesh(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_wrong_arguments(tmp_path: Path) -> None:
    path = card(tmp_path / "card.glb")
    for wrong in ({"category": "dragon"}, {"scale": 0.0}, {"up": "w"}, {"texture_px": 300}, {"faces_limit": 1}):
        with pytest.raises(InputError):
            import_mesh(path, **wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no such file"):
        import_mesh(tmp_path / "none.glb")


def test_a_large_picture_is_kept_up_to_the_limit(tmp_path: Path) -> None:
    path = card(tmp_path / "card.glb", np.kron(QUARTERS, np.ones((6, 6, 1), np.uint8)))

    def side(limit: int) -> int:
        texture = import_mesh(path, texture_px=limit).parts[0].mesh.materials[0].texture
        assert texture is not None
        return len(texture.pixels)

    assert [side(limit) for limit in (256, 512, 1024, 2048)] == [256, 512, 1024, 1024]


def test_pictures_with_a_bomb_are_refused(tmp_path: Path) -> None:
    data = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(data, "PNG")
    (tmp_path / "big.png").write_bytes(data.getvalue())
    (tmp_path / "m.mtl").write_text("newmtl m\nmap_Kd big.png\n", encoding="utf-8")
    (tmp_path / "m.obj").write_text(
        "mtllib m.mtl\nusemtl m\nv 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nvt 1 0\nvt 0 1\nf 1/1 2/2 3/3\n", encoding="utf-8"
    )
    with pytest.raises(InputError):
        import_mesh(tmp_path / "m.obj")
