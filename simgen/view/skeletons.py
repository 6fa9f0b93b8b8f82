"""Joints of people and lines between lanes, drawn on a camera's picture."""

from itertools import pairwise

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.labels.keypoints import COCO_BONES, COCO_JOINTS, UNLABELLED, VISIBLE, Keypoints
from simgen.labels.lanes import LaneLines
from simgen.view.canvas import Canvas
from simgen.view.palette import Colour
from simgen.world.boundaries import KINDS

_LEFT: Colour = (94, 234, 160)
_RIGHT: Colour = (255, 196, 84)
_MIDDLE: Colour = (226, 232, 240)
_SMALL_PX = 14.0
"""Of people smaller than this only a smudge would remain."""
_LINES: dict[str, Colour] = {
    "none": (150, 158, 172),
    "curb": (255, 128, 90),
    "grass": (150, 210, 110),
    "edge": (255, 128, 90),
    "broken": (94, 220, 255),
}
_LINE: Colour = (255, 226, 94)


def draw_skeletons(canvas: Canvas, people: Keypoints, scale: float) -> None:
    """Bones between joints (left green, right amber), dashed where one is hidden; visible joints as dots.

    Of whom no joint shows nothing is drawn: in a town they would shine through every wall.
    """
    for points in people.points:
        place, flag = points[:, :2].astype(np.float64) * scale, points[:, 2]
        shown = flag != UNLABELLED
        if not (flag == VISIBLE).any() or np.ptp(place[shown, 1]) < _SMALL_PX:
            continue
        thick = 2 if np.ptp(place[shown, 1]) > 8 * _SMALL_PX else 1
        for a, b in COCO_BONES:
            if shown[a] and shown[b]:
                seen = flag[a] == flag[b] == VISIBLE
                draw = canvas.line if seen else canvas.dashed
                draw((place[a, 0], place[a, 1]), (place[b, 0], place[b, 1]), _side(a, b), thick if seen else 1)
        for joint in np.flatnonzero(flag == VISIBLE).tolist():
            x, y = place[joint]
            canvas.line((x, y), (x, y), _side(joint, joint), 2 * thick + 1)


def draw_lines(canvas: Canvas, lines: LaneLines, scale: float) -> None:
    """Boundaries by their type; dashed where something stands before them."""
    for row, (start, stop) in enumerate(pairwise(lines.offsets.tolist())):
        colour = _LINES.get(KINDS[lines.kind[row]], _LINE)
        place, seen = lines.pixels[start:stop].astype(np.float64) * scale, lines.visible[start:stop]
        for visible, part in _stretches(place, seen):
            if visible:
                canvas.polyline(part, colour)
            else:
                for a, b in pairwise(part):
                    canvas.dashed((a[0], a[1]), (b[0], b[1]), colour, dash=3.0)


def _stretches(place: Float[ndarray, "n 2"], seen: ndarray) -> list[tuple[bool, Float[ndarray, "m 2"]]]:
    """Pieces that are seen throughout or not, each up to where the next begins."""
    changes = np.flatnonzero(np.diff(seen)) + 1
    edges = [0, *changes.tolist(), len(seen)]
    return [(bool(seen[a]), place[a : min(b + 1, len(seen))]) for a, b in pairwise(edges)]


def _side(a: int, b: int) -> Colour:
    names = {COCO_JOINTS[a].split("_")[0], COCO_JOINTS[b].split("_")[0]}
    return _LEFT if names == {"left"} else _RIGHT if names == {"right"} else _MIDDLE
