"""A picture to draw on, with text that can be read."""

from collections.abc import Sequence

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from simgen.view.palette import BACKGROUND, MUTED, PANEL, TEXT, Colour

Point = tuple[float, float]

_FACE = "sans"
_SHIFT = 4
_INK: Colour = (12, 13, 16)
_REGULAR, _BOLD = 400, 700


class Canvas:
    """An RGB picture.

    Attributes:
        pixels: what has been drawn.
    """

    def __init__(self, width: int, height: int, colour: Colour = BACKGROUND) -> None:
        self.pixels: UInt8[ndarray, "h w 3"] = np.full((height, width, 3), colour, np.uint8)
        self._tags: list[tuple[int, int, int, int]] = []

    @classmethod
    def on(cls, picture: UInt8[ndarray, "h w 3"], width: int, height: int) -> "Canvas":
        """A canvas with a picture on it, fitted to a size."""
        canvas = cls(width, height)
        shrinks = width < picture.shape[1]
        method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        canvas.pixels[:] = cv2.resize(np.ascontiguousarray(picture), (width, height), interpolation=method)
        return canvas

    def paste(self, picture: UInt8[ndarray, "h w 3"], x: int, y: int) -> None:
        """Puts another picture here."""
        self.pixels[y : y + picture.shape[0], x : x + picture.shape[1]] = picture

    def line(self, a: Point, b: Point, colour: Colour, width: int = 1) -> None:
        """A straight line between continuous image coordinates."""
        if np.isfinite([*a, *b]).all() and max(map(abs, (*a, *b))) < 1e5:
            cv2.line(self.pixels, _fixed(a), _fixed(b), colour, width, cv2.LINE_AA, _SHIFT)

    def polyline(self, points: Float[ndarray, "n 2"], colour: Colour, width: int = 1, closed: bool = False) -> None:
        """Straight lines through continuous image coordinates."""
        fixed = np.round((points - 0.5) * (1 << _SHIFT)).astype(np.int32)
        cv2.polylines(self.pixels, [fixed], closed, colour, width, cv2.LINE_AA, _SHIFT)

    def dashed(self, a: Point, b: Point, colour: Colour, width: int = 1, dash: float = 7.0) -> None:
        """A dashed straight line."""
        start, end = np.array(a, float), np.array(b, float)
        count = int(np.hypot(*(end - start)) // dash)
        for k in range(0, count + 1, 2):
            one, two = k * dash, min((k + 1) * dash, float(np.hypot(*(end - start))))
            direction = (end - start) / max(float(np.hypot(*(end - start))), 1e-9)
            first, second = start + direction * one, start + direction * two
            self.line((first[0], first[1]), (second[0], second[1]), colour, width)

    def rectangle(self, box: Sequence[float], colour: Colour, width: int = 1, dashed: bool = False) -> None:
        """The outline of x1 y1 x2 y2."""
        x1, y1, x2, y2 = (float(side) for side in box)
        corners: list[Point] = [(x1, y1), (x2, y1), (x2, y2), (x1, y2)]
        draw = self.dashed if dashed else self.line
        for i in range(4):
            draw(corners[i], corners[(i + 1) % 4], colour, width)

    def text(self, text: str, x: float, y: float, size: int = 15, *, colour: Colour = TEXT, bold: bool = False) -> None:
        """Text whose upper left corner is here."""
        weight = _BOLD if bold else _REGULAR
        place = (round(x), round(y) + round(size * 0.82))
        cv2.putText(self.pixels, text, place, colour, cv2.FontFace(_FACE), size, weight)

    def tag(self, text: str, x: float, y: float, colour: Colour, size: int = 13) -> None:
        """Dark text on a patch of colour whose lower left corner is here; left out where another one already is."""
        width, height = text_width(text, size, bold=True) + 8, size + 5
        left = int(np.clip(x, 0, max(self.pixels.shape[1] - width, 0)))
        top = int(np.clip(y - height, 0, max(self.pixels.shape[0] - height, 0)))
        taken = (left, top, left + width, top + height)
        if any(_overlap(taken, other) for other in self._tags):
            return
        self._tags.append(taken)
        cv2.rectangle(self.pixels, taken[:2], taken[2:], colour, -1)
        self.text(text, left + 4, top + 3, size, colour=_INK, bold=True)

    def caption(self, title: str, detail: str = "", size: int = 15) -> None:
        """A title in the upper left corner, on a dark strip."""
        width = text_width(title, size, bold=True) + (10 + text_width(detail, size - 2) if detail else 0) + 18
        strip = self.pixels[: size + 13, : min(width, self.pixels.shape[1])]
        strip[:] = (strip * 0.22 + np.array(PANEL) * 0.78).astype(np.uint8)
        self.text(title, 9, 6, size, bold=True)
        if detail:
            self.text(detail, 19 + text_width(title, size, bold=True), 7, size - 2, colour=MUTED)


def text_width(text: str, size: int, bold: bool = False) -> int:
    """How wide text is, in pixels."""
    box = cv2.getTextSize((0, 0), text, (0, 0), cv2.FontFace(_FACE), size, _BOLD if bold else _REGULAR)
    return int(box[2])


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _fixed(point: Point) -> tuple[int, int]:
    # OpenCV's coordinates have pixel centres at integers.
    return round((point[0] - 0.5) * (1 << _SHIFT)), round((point[1] - 0.5) * (1 << _SHIFT))
