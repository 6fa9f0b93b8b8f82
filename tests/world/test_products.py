"""Cartons and cards of photographs: every side shows its picture, upright and not mirrored."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy import ndarray

from simgen import library
from simgen.errors import InputError
from simgen.world.model import Model

COLOURS = {
    "front": (200, 30, 30), "back": (30, 200, 30), "left": (30, 30, 200), "right": (200, 200, 30),
    "top": (200, 30, 200), "bottom": (30, 200, 200),
}  # fmt: skip
SIZE = (0.1, 0.2, 0.3)


def photograph(path: Path, colour: tuple[int, int, int]) -> str:
    """A plain picture whose upper left quarter is white."""
    picture = np.full((120, 80, 3), colour, np.uint8)
    picture[:60, :40] = 255
    cv2.imwrite(str(path), picture[..., ::-1])
    return str(path)


def colour_at(model: Model, point: tuple[float, float, float]) -> ndarray:
    """What the texture shows at a point of the surface: barycentric coordinates of the triangle it is on."""
    mesh = model.parts[0].mesh
    for face, material in zip(mesh.faces, mesh.material, strict=True):
        a, b, c = mesh.vertices[face].astype(float)
        normal = np.cross(b - a, c - a)
        area = np.linalg.norm(normal)
        if abs((np.array(point) - a) @ normal / area) > 1e-6:
            continue
        weights, *_ = np.linalg.lstsq(np.vstack([np.column_stack([a, b, c]), np.ones(3)]), [*point, 1.0], rcond=None)
        if (weights > -1e-6).all():
            u, v = weights @ mesh.uvs[face]
            pixels = mesh.materials[material].texture.pixels
            return pixels[int(v * len(pixels)), int(u * len(pixels))].astype(int)
    raise AssertionError("no face there")


# Side, a point in its upper left as one sees it who looks at that side, and one in its lower right.
VIEWS = {
    "front": ((0.05, -0.08, 0.25), (0.05, 0.08, 0.05)),
    "back": ((-0.05, 0.08, 0.25), (-0.05, -0.08, 0.05)),
    "left": ((0.04, 0.1, 0.25), (-0.04, 0.1, 0.05)),
    "right": ((-0.04, -0.1, 0.25), (0.04, -0.1, 0.05)),
    "top": ((-0.04, -0.08, 0.3), (0.04, 0.08, 0.3)),
}


def test_every_side_shows_its_photograph(tmp_path: Path) -> None:
    photos = {side: photograph(tmp_path / f"{side}.png", colour) for side, colour in COLOURS.items()}
    carton = library.find("models", "product_carton").build(**photos, size_m=SIZE)
    assert np.allclose(carton.extent_m, SIZE)
    for side, (upper_left, lower_right) in VIEWS.items():
        assert np.abs(colour_at(carton, upper_left) - 255).max() <= 2, side
        assert np.abs(colour_at(carton, lower_right) - COLOURS[side]).max() <= 2, side


def test_missing_sides_show_their_opposite_or_the_mean(tmp_path: Path) -> None:
    red = photograph(tmp_path / "red.png", (200, 30, 30))
    carton = library.find("models", "product_carton").build(front=red, size_m=SIZE)
    assert np.abs(colour_at(carton, (-0.05, -0.08, 0.05)) - (200, 30, 30)).max() <= 2
    mean = 0.25 * np.array([255, 255, 255]) + 0.75 * np.array([200, 30, 30])
    assert np.abs(colour_at(carton, (0.0, 0.1, 0.15)) - mean).max() <= 2


def test_a_card_lies_face_up(tmp_path: Path) -> None:
    front = photograph(tmp_path / "front.png", (200, 30, 30))
    card = library.find("models", "product_card").build(front=front, size_m=(0.06, 0.09))
    # Its upper edge is along x, so its left edge is along y.
    assert np.abs(colour_at(card, (0.03, 0.02, 0.001)) - 255).max() <= 2
    assert np.abs(colour_at(card, (-0.03, -0.02, 0.001)) - (200, 30, 30)).max() <= 2


def test_four_corners_cut_out_what_they_enclose(tmp_path: Path) -> None:
    flat = np.full((100, 60, 3), (20, 120, 220), np.uint8)
    flat[:50, :30] = 255
    corners = np.array([[40, 30], [130, 50], [120, 180], [30, 170]], np.float32)
    view = cv2.getPerspectiveTransform(np.array([[0, 0], [60, 0], [60, 100], [0, 100]], np.float32), corners)
    path = tmp_path / "slanted.png"
    cv2.imwrite(str(path), cv2.warpPerspective(flat[..., ::-1], view, (200, 220), borderValue=(0, 0, 0)))
    named = f"{path}#{','.join(map(str, corners.ravel()))}"
    carton = library.find("models", "product_carton").build(front=named, size_m=SIZE)
    assert np.abs(colour_at(carton, (0.05, -0.05, 0.22)) - 255).max() <= 3
    assert np.abs(colour_at(carton, (0.05, 0.05, 0.07)) - (20, 120, 220)).max() <= 3
    assert "@" in carton.name


@pytest.mark.parametrize("wrong", ["none.jpg", "text.jpg", "ok.png#1,2,3", "ok.png#0,0,0,9,9,9,9,0"])
def test_bad_photographs_are_told(tmp_path: Path, wrong: str) -> None:
    photograph(tmp_path / "ok.png", (1, 2, 3))
    (tmp_path / "text.jpg").write_text("no picture", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        library.find("models", "product_carton").build(front=str(tmp_path / wrong))
    assert "\n" not in str(caught.value)
