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


def _ring(colour: _Colour, share: float, ground: _Colour) -> Callable[[_Picture], None]:
    """A ground with a border of another colour; the outline is the disc's."""

    def draw(picture: _Picture) -> None:
        picture[:] = colour
        _fill(picture, _DISC, share, ground)

    return draw


def _no_parking(picture: _Picture) -> None:
    _ring(_RED, 0.78, _BLUE)(picture)
    cv2.line(picture, (58, 58), (198, 198), _RED, 26)


def _no_stopping(picture: _Picture) -> None:
    _no_parking(picture)
    cv2.line(picture, (198, 58), (58, 198), _RED, 26)


def _arrow(picture: _Picture, start: tuple[int, int], end: tuple[int, int], colour: _Colour, width: int) -> None:
    cv2.arrowedLine(picture, start, end, colour, width, tipLength=0.45)


def _straight_on(picture: _Picture) -> None:
    picture[:] = _BLUE
    _arrow(picture, (128, 214), (128, 48), _WHITE, 24)


def _roundabout(picture: _Picture) -> None:
    picture[:] = _BLUE
    cv2.circle(picture, (128, 128), 66, _WHITE, 20)
    for turn in (0.2, 2.3, 4.4):
        near = (round(128 + 66 * np.cos(turn)), round(128 + 66 * np.sin(turn)))
        ahead = (round(128 + 66 * np.cos(turn - 0.75)), round(128 + 66 * np.sin(turn - 0.75)))
        cv2.line(picture, near, ahead, _BLUE, 26)
        tip = (round(128 + 78 * np.cos(turn - 0.7)), round(128 + 78 * np.sin(turn - 0.7)))
        _arrow(picture, near, tip, _WHITE, 16)


def _overtaking(picture: _Picture) -> None:
    _limit("")(picture)
    for x, colour in ((88, _RED), (168, _BLACK)):
        cv2.rectangle(picture, (x - 32, 122), (x + 32, 158), colour, -1)
        cv2.rectangle(picture, (x - 22, 98), (x + 22, 124), colour, -1)
        for wheel in (x - 20, x + 20):
            cv2.circle(picture, (wheel, 162), 10, colour, -1)


def _bend(picture: _Picture) -> None:
    _bordered(_WARNING, 0.72)(picture)
    points = np.array([[140, 196], [140, 160], [104, 136], [104, 104]])
    cv2.polylines(picture, [points], False, _BLACK, 18)
    _arrow(picture, (104, 120), (104, 82), _BLACK, 14)


def _works(picture: _Picture) -> None:
    _bordered(_WARNING, 0.72)(picture)
    _walker(picture, (118, 112), 0.8)
    cv2.line(picture, (110, 132), (160, 172), _BLACK, 7)
    cv2.ellipse(picture, (168, 188), (26, 16), 0, 180, 360, _BLACK, -1)


def _exclamation(picture: _Picture) -> None:
    _bordered(_WARNING, 0.72)(picture)
    cv2.line(picture, (128, 108), (128, 158), _BLACK, 18)
    cv2.circle(picture, (128, 186), 11, _BLACK, -1)


def _deer(picture: _Picture) -> None:
    _bordered(_WARNING, 0.72)(picture)
    cv2.ellipse(picture, (126, 162), (30, 13), -20, 0, 360, _BLACK, -1)
    for line in (((150, 148), (164, 122)), ((104, 172), (86, 194)), ((112, 174), (104, 200)), ((144, 166), (164, 186))):
        cv2.line(picture, *line, _BLACK, 8)
    cv2.ellipse(picture, (168, 120), (13, 7), 30, 0, 360, _BLACK, -1)
    cv2.line(picture, (160, 114), (150, 98), _BLACK, 4)


def _cycle_path(picture: _Picture) -> None:
    picture[:] = _BLUE
    for x in (82, 174):
        cv2.circle(picture, (x, 152), 34, _WHITE, 8)
    for line in (
        ((82, 152), (112, 100)),
        ((112, 100), (160, 100)),
        ((174, 152), (156, 88)),
        ((82, 152), (128, 152)),
        ((128, 152), (160, 100)),
        ((128, 152), (108, 92)),
        ((96, 88), (120, 88)),
    ):
        cv2.line(picture, *line, _WHITE, 8)


def _parking(picture: _Picture) -> None:
    picture[:] = _BLUE
    _text(picture, "P", 140.0, _WHITE)


def _one_way(picture: _Picture) -> None:
    picture[:] = _BLUE
    _arrow(picture, (34, 128), (222, 128), _WHITE, 30)


def _dead_end(picture: _Picture) -> None:
    picture[:] = _BLUE
    cv2.line(picture, (128, 226), (128, 84), _WHITE, 34)
    cv2.line(picture, (74, 66), (182, 66), _RED, 40)


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
    "no_parking": Plate(0.60, _DISC, _no_parking),
    "no_stopping": Plate(0.60, _DISC, _no_stopping),
    "straight_on": Plate(0.60, _DISC, _straight_on),
    "roundabout": Plate(0.60, _DISC, _roundabout),
    "no_overtaking": Plate(0.60, _DISC, _overtaking),
    "cycle_path": Plate(0.60, _DISC, _cycle_path),
    "bend": Plate(0.90, _WARNING, _bend),
    "works": Plate(0.90, _WARNING, _works),
    "caution": Plate(0.90, _WARNING, _exclamation),
    "deer": Plate(0.90, _WARNING, _deer),
    "parking": Plate(0.60, _SQUARE, _parking),
    "one_way": Plate(0.60, _SQUARE, _one_way),
    "dead_end": Plate(0.60, _SQUARE, _dead_end),
    "speed_80": Plate(0.75, _DISC, _limit("80")),
    "speed_120": Plate(0.75, _DISC, _limit("120")),
}
"""Signs 206, 205, 101, 136, 306, 267, 274-30, 274-50, 350, 286, 283, 209-30, 215, 276, 237, 103, 123, 101, 142, 314,
220, 357, 274-80, 274-120."""


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
