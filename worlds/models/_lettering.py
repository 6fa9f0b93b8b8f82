"""Words and pictures on flat things: one 256-pixel texture each, drawn by code."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from simgen.world import shapes
from simgen.world.material import Material, Texture
from simgen.world.mesh import Mesh

from ._pieces import Point, stuff

Ink = tuple[int, int, int]
Picture = UInt8[ndarray, "h 256 3"]
WHITE: Ink = (250, 250, 250)
BLACK: Ink = (20, 20, 20)
RED: Ink = (190, 20, 28)
BLUE: Ink = (10, 80, 165)
GREEN: Ink = (0, 110, 70)
YELLOW: Ink = (250, 190, 10)
_PIXELS = 256
_BASE = (0.85, 0.85, 0.85)


def drawn(name: str, width_m: float, height_m: float, draw: Callable[[Picture], None], base: Material) -> Material:
    """A material whose tile, as wide as the thing (which is no higher), shows a picture in its lower left corner."""
    rows = max(8, min(_PIXELS, round(_PIXELS * height_m / width_m)))
    picture = np.full((rows, _PIXELS, 3), 255, np.uint8)
    draw(picture)
    tile = np.full((_PIXELS, _PIXELS, 3), 255, np.uint8)
    tile[:rows] = picture[::-1]
    tile.setflags(write=False)
    texture = Texture(name=name, pixels=tile, metres=width_m)
    return replace(base, name=name, base_colour=_BASE, texture=texture, paint=False)


def write(picture: Picture, words: str, ink: Ink, *, row: float = 0.5, size: float = 0.6) -> None:
    """Words in the middle of a picture's row, as high as this share of it if they fit its width."""
    rows = picture.shape[0]
    scale = size * rows / 22.0
    (wide, _), _ = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, scale, 2)
    scale *= min(1.0, 0.9 * _PIXELS / max(wide, 1))
    thick = max(1, round(4.0 * scale))
    (wide, tall), _ = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    place = ((_PIXELS - wide) // 2, round(row * rows + tall / 2))
    cv2.putText(picture, words, place, cv2.FONT_HERSHEY_SIMPLEX, scale, ink, thick, cv2.LINE_AA)


@cache
def words(
    lines: tuple[str, ...], width_m: float, height_m: float, ink: Ink, ground: Ink, semantic: str, base: str = "plastic"
) -> Material:
    """Lines of words on a coloured ground."""

    def draw(picture: Picture) -> None:
        picture[:] = ground
        for k, line in enumerate(lines):
            write(picture, line, ink, row=(k + 0.5) / len(lines), size=0.62 / len(lines))

    name = "_".join(("words", *lines, f"{width_m:.2f}", semantic, base)).replace(" ", "-")
    return drawn(name, width_m, height_m, draw, stuff(base, semantic))


def panel(corner: Point, right: Point, up: Point, material: Material) -> Mesh:
    """A rectangle from its lower left corner, seen from its front, along two edges."""
    a, u, v = (np.asarray(point, np.float64) for point in (corner, right, up))
    return shapes.quad(np.stack([a, a + u, a + u + v, a + v]), material)


def facing(axis: str, place: Point, width_m: float, height_m: float, material: Material) -> Mesh:
    """An upright rectangle about a place that faces "+x", "-x", "+y" or "-y"."""
    x, y, z = place
    low = z - height_m / 2.0
    edges: dict[str, tuple[Point, Point]] = {
        "+x": ((x, y - width_m / 2.0, low), (0.0, width_m, 0.0)),
        "-x": ((x, y + width_m / 2.0, low), (0.0, -width_m, 0.0)),
        "+y": ((x + width_m / 2.0, y, low), (-width_m, 0.0, 0.0)),
        "-y": ((x - width_m / 2.0, y, low), (width_m, 0.0, 0.0)),
    }
    corner, right = edges[axis]
    return panel(corner, right, (0.0, 0.0, height_m), material)


def striped(name: str, colours: Sequence[Ink], count: int, slant: float) -> Callable[[Picture], None]:
    """A drawing of slanted bars in turn; `name` tells it from others."""

    def draw(picture: Picture) -> None:
        rows = picture.shape[0]
        v, u = np.mgrid[0:rows, 0:_PIXELS]
        bar = np.floor((u + slant * v) * count / _PIXELS).astype(int) % len(colours)
        picture[:] = np.array(colours, np.uint8)[bar]

    draw.__name__ = name
    return draw
