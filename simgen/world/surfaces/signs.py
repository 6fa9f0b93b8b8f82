"""Traffic signs and lights about the origin: drivers come along +x, so faces look to -x.

Source: shapes of German StVO signs (catalogue of traffic signs, VzKat 2017), which most of Europe shares (Vienna
Convention on Road Signs 1968); three-aspect lights with 200 mm lenses, EN 12368.
"""

import math

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.shapes import box, cylinder
from simgen.world.surfaces.palette import Palette
from simgen.world.surfaces.sheets import sheet

LAYER_M = 0.006
"""Distance between the layers of a sign, so that they do not fight for pixels."""

LENS_M = 0.1
ASPECT_M = 0.3
"""Radius of a lens and height of the housing for each."""

_SEGMENTS = {
    "0": "abcdef", "1": "bc", "2": "abged", "3": "abgcd", "4": "fgbc", "5": "afgcd", "6": "afgedc", "7": "abc",
    "8": "abcdefg", "9": "abcdfg",
}  # fmt: skip


def plate(outline: Float[ndarray, "n 2"], layer: int, material: Material) -> Mesh:
    """A convex plate that looks to -x; the outline is (right as the driver sees it, up)."""
    x = -LAYER_M * layer
    points = np.column_stack([np.full(len(outline), x), -outline[:, 0], outline[:, 1]])
    fan = np.array([[0, k, k + 1] for k in range(1, len(outline) - 1)])
    area = np.sum(outline[:, 0] * np.roll(outline[:, 1], -1) - outline[:, 1] * np.roll(outline[:, 0], -1))
    # Counter-clockwise for the driver, whose x is the world's -y.
    return sheet(points, fan if area > 0 else fan[:, ::-1], material, uvs=np.asarray(outline))


def back(outline: Float[ndarray, "n 2"], material: Material) -> Mesh:
    """The plate's other side, 1 cm behind."""
    flipped = plate(outline[::-1], 0, material)
    return Mesh(
        vertices=flipped.vertices + np.array([0.01, 0.0, 0.0], np.float32),
        faces=np.ascontiguousarray(flipped.faces[:, ::-1]),
        normals=-flipped.normals,
        uvs=flipped.uvs,
        material=flipped.material,
        materials=flipped.materials,
    )


def polygon(corners: int, radius_m: float, turn_rad: float, centre_m: tuple[float, float]) -> Float[ndarray, "n 2"]:
    """A regular polygon, counter-clockwise."""
    angles = turn_rad + 2.0 * math.pi * np.arange(corners) / corners
    return np.asarray(np.stack([np.cos(angles), np.sin(angles)], axis=-1) * radius_m + np.array(centre_m))


def sign_face(kind: str, text: str, width_m: float, height_m: float, palette: Palette) -> Mesh:
    """The plate of a sign by its number, its lower edge at z = 0."""
    look = _look(kind)
    outer, inner = _outline(look, width_m, height_m)
    first, second = {
        "yield": (palette.sign_red, palette.sign_white),
        "danger": (palette.sign_red, palette.sign_white),
        "stop": (palette.sign_white, palette.sign_red),
        "priority": (palette.sign_white, palette.sign_yellow),
        "forbid": (palette.sign_red, palette.sign_white),
        "order": (palette.sign_white, palette.sign_blue),
        "guide": (palette.sign_white, palette.sign_blue),
        "board": (palette.sign_black, palette.sign_white),
    }[look]
    face = [back(outer, palette.sign_back), plate(outer, 0, first), plate(inner, 1, second)]
    return merge([*face, *(digits(text, (0.0, width_m / 2.0), width_m, palette) if kind.startswith("274") else ())])


def _look(kind: str) -> str:
    """Which family a StVO number belongs to."""
    special = {"205": "yield", "206": "stop", "301": "priority", "306": "priority", "274.1": "forbid"}
    if kind in special:
        return special[kind]
    if kind in ("274", "275", "276", "277", "250", "260", "267"):
        return "forbid"
    families = {"1": "danger", "2": "order", "3": "guide", "4": "guide"}
    return families.get(kind[:1], "board") if len(kind) == 3 else "board"


def _outline(look: str, width_m: float, height_m: float) -> tuple[Float[ndarray, "n 2"], Float[ndarray, "n 2"]]:
    """A sign's edge and the edge of its inner field."""
    half = width_m / 2.0
    third = width_m / math.sqrt(3.0)
    outer, share = {
        "yield": (polygon(3, third, -math.pi / 2.0, (0.0, third)), 0.72),
        "danger": (polygon(3, third, math.pi / 2.0, (0.0, third / 2.0)), 0.72),
        "stop": (polygon(8, half * 1.08, math.pi / 8.0, (0.0, half)), 0.93),
        "priority": (polygon(4, half * 1.3, 0.0, (0.0, half * 1.3)), 0.7),
        "forbid": (polygon(20, half, 0.0, (0.0, half)), 0.8),
        "order": (polygon(20, half, 0.0, (0.0, half)), 0.94),
    }.get(look, (np.array([[-half, 0.0], [half, 0.0], [half, height_m], [-half, height_m]]), 0.94))
    middle = outer.mean(axis=0)
    return outer, np.asarray(middle + share * (outer - middle))


def digits(text: str, middle_m: tuple[float, float], width_m: float, palette: Palette) -> list[Mesh]:
    """A number of up to three digits in the middle of a plate."""
    shown = [one for one in text if one in _SEGMENTS][:3]
    tall = width_m * (0.42 if len(shown) < 3 else 0.34)
    broad, stroke = 0.52 * tall, 0.15 * tall
    pitch = broad + 0.2 * tall
    meshes = []
    for k, digit in enumerate(shown):
        left = middle_m[0] + (k - (len(shown) - 1) / 2.0) * pitch - broad / 2.0
        for segment in _SEGMENTS[digit]:
            x0, y0, x1, y1 = _segment(segment, broad, tall, stroke)
            corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
            corners = corners + np.array([left, middle_m[1] - tall / 2.0])
            meshes.append(plate(corners, 2, palette.sign_black))
    return meshes


def _segment(name: str, broad: float, tall: float, stroke: float) -> tuple[float, float, float, float]:
    half = tall / 2.0
    return {
        "a": (0.0, tall - stroke, broad, tall),
        "b": (broad - stroke, half, broad, tall),
        "c": (broad - stroke, 0.0, broad, half),
        "d": (0.0, 0.0, broad, stroke),
        "e": (0.0, 0.0, stroke, half),
        "f": (0.0, half, stroke, tall),
        "g": (0.0, half - stroke / 2.0, broad, half + stroke / 2.0),
    }[name]


def light_head(aspects: tuple[str, ...], palette: Palette) -> Mesh:
    """The housing and lenses of a traffic light, its lower edge at z = 0; aspects from the top."""
    tall = ASPECT_M * len(aspects)
    lenses = {"red": palette.lens_red, "amber": palette.lens_amber, "green": palette.lens_green}
    meshes = [box((0.22, 0.32, tall), palette.housing, (0.11, 0.0, tall / 2.0))]
    board = np.array([[-0.26, -0.08], [0.26, -0.08], [0.26, tall + 0.08], [-0.26, tall + 0.08]])
    meshes += [plate(board, -1, palette.housing), back(board, palette.housing)]
    for k, aspect in enumerate(aspects):
        centre = (0.0, tall - ASPECT_M * (k + 0.5))
        meshes.append(plate(polygon(12, LENS_M, 0.0, centre), 1, lenses[aspect]))
        meshes.append(box((0.16, 0.24, 0.012), palette.housing, (-0.08, 0.0, centre[1] + LENS_M + 0.015)))
    return merge(meshes)


def post(height_m: float, palette: Palette, radius_m: float = 0.04) -> Mesh:
    """The post behind a sign, set 6 cm behind its face."""
    mast = cylinder(radius_m, height_m, palette.pole, segments=6)
    return Mesh(
        vertices=mast.vertices + np.array([radius_m + 0.02, 0.0, 0.0], np.float32),
        faces=mast.faces,
        normals=mast.normals,
        uvs=mast.uvs,
        material=mast.material,
        materials=mast.materials,
    )
