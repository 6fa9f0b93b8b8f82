"""Faces of traffic signs, drawn by code: one 256-pixel texture a sign, and the outline of its plate.

Source: Germany's StVO, annexes 1 to 3 (number in each name), sizes of VwV-StVO zu §§ 39 to 43 (size 2).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray
from simgen.worlds import materials

from simgen.world.material import Material, Texture

_RED, _WHITE, _BLACK, _BLUE, _YELLOW = (190, 20, 28), (250, 250, 250), (20, 20, 20), (10, 80, 165), (250, 190, 10)
_Colour = tuple[int, int, int]
_Picture = UInt8[ndarray, "256 256 3"]


@dataclass(frozen=True, slots=True)
class Plate:
    """One sign: size of its bounding square in metres, outline in shares of it (y to the right, z up), drawing."""

    size_m: float
    outline: Float[ndarray, "n 2"]
    draw: Callable[[_Picture], None]


def _regular(corners: int, turn_deg: float) -> Float[ndarray, "n 2"]:
    angle = np.radians(turn_deg) + np.arange(corners) * 2.0 * np.pi / corners
    points = np.column_stack([np.cos(angle), np.sin(angle)])
    return np.asarray((points - points.min(axis=0)) / np.ptp(points, axis=0))


def _fill(picture: _Picture, outline: Float[ndarray, "n 2"], share: float, colour: _Colour) -> None:
    """Fills the outline shrunk about its centre; pictures are drawn upright, row 0 at the top."""
    middle = outline.mean(axis=0)
    points = (middle + (outline - middle) * share) * 255.0
    points[:, 1] = 255.0 - points[:, 1]
    cv2.fillPoly(picture, [np.rint(points).astype(np.int32)], colour)


def _text(picture: _Picture, text: str, height: float, colour: _Colour) -> None:
    scale, thick = height / 22.0, max(2, round(height / 5.5))
    (width, tall), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    cv2.putText(picture, text, ((256 - width) // 2, (256 + tall) // 2), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, thick)


def _stop(picture: _Picture) -> None:
    picture[:] = _RED
    _text(picture, "STOP", 62.0, _WHITE)


def _bordered(outline: Float[ndarray, "n 2"], share: float) -> Callable[[_Picture], None]:
    def draw(picture: _Picture) -> None:
        picture[:] = _RED
        _fill(picture, outline, share, _WHITE)

    return draw


def _limit(text: str) -> Callable[[_Picture], None]:
    def draw(picture: _Picture) -> None:
        picture[:] = _RED
        _fill(picture, _DISC, 0.76, _WHITE)
        _text(picture, text, 92.0, _BLACK)

    return draw


def _no_entry(picture: _Picture) -> None:
    picture[:] = _RED
    picture[104:152, 34:222] = _WHITE


def _priority(picture: _Picture) -> None:
    picture[:] = _WHITE
    _fill(picture, _DIAMOND, 0.68, _YELLOW)


def _crossing(picture: _Picture) -> None:
    picture[:] = _BLUE
    triangle = np.array([[0.5, 0.86], [0.13, 0.2], [0.87, 0.2]])
    _fill(picture, triangle, 1.0, _WHITE)
    _walker(picture, (128, 110), 1.0)
    for x in range(66, 200, 26):
        picture[190:203, x : x + 13] = _BLACK


def _walker(picture: _Picture, head: tuple[int, int], scale: float) -> None:
    """A walking figure below a head, all strokes."""
    x, y = head
    cv2.circle(picture, head, round(8 * scale), _BLACK, -1)
    strokes = (
        ((0, 10), (-2, 42)),
        ((-2, 42), (-20, 74)),
        ((-2, 42), (16, 74)),
        ((0, 16), (-18, 36)),
        ((0, 16), (18, 34)),
    )
    for (x0, y0), (x1, y1) in strokes:
        start, end = (x + round(x0 * scale), y + round(y0 * scale)), (x + round(x1 * scale), y + round(y1 * scale))
        cv2.line(picture, start, end, _BLACK, round(9 * scale))


def _children(picture: _Picture) -> None:
    _bordered(_WARNING, 0.72)(picture)
    _walker(picture, (112, 118), 0.85)
    _walker(picture, (150, 138), 0.65)


_DISC, _OCTAGON, _DIAMOND = _regular(20, 9.0), _regular(8, 22.5), _regular(4, 0.0)
_WARNING, _YIELD = _regular(3, 90.0), _regular(3, -90.0)
_SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])

PLATES: dict[str, Plate] = {
    "stop": Plate(0.90, _OCTAGON, _stop),
    "yield": Plate(0.90, _YIELD, _bordered(_YIELD, 0.68)),
    "danger": Plate(0.90, _WARNING, _bordered(_WARNING, 0.72)),
    "children": Plate(0.90, _WARNING, _children),
    "priority": Plate(0.85, _DIAMOND, _priority),
    "no_entry": Plate(0.60, _DISC, _no_entry),
    "speed_30": Plate(0.60, _DISC, _limit("30")),
    "speed_50": Plate(0.60, _DISC, _limit("50")),
    "crossing": Plate(0.60, _SQUARE, _crossing),
}
"""Signs 206, 205, 101, 136, 306, 267, 274-30, 274-50, 350."""


@cache
def face(kind: str) -> Material:
    """The reflecting face of a sign, its tile as large as the plate."""
    plate = PLATES[kind]
    picture = np.full((256, 256, 3), 255, np.uint8)
    plate.draw(picture)
    pixels = np.ascontiguousarray(picture[::-1])
    pixels.setflags(write=False)
    texture = Texture(name=f"sign_{kind}", pixels=pixels, metres=plate.size_m)
    return replace(materials.by_name("sign_face"), name=f"sign_{kind}", texture=texture)
