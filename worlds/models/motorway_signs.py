"""Large signs of motorways and work sites: gantries, exit boards, boards that show how lanes swing."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Annotated

import cv2
import numpy as np

from simgen.library import Parameter, entry
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from ._lettering import BLACK, BLUE, WHITE, YELLOW, Ink, Picture, drawn, facing, write
from ._pieces import at, rod, stuff
from ._standing import single


def _board(name: str, width_m: float, height_m: float, draw: Callable[[Picture], None]) -> Mesh:
    """A sign's board about the origin that looks at those who come along +x."""
    art: Material = drawn(name, width_m, height_m, draw, stuff("sign_face", "traffic_sign"))
    panel = shapes.box((0.05, width_m, height_m), stuff("sign_back", "traffic_sign"))
    return merge([panel, facing("-x", (-0.032, 0.0, 0.0), width_m, height_m, art)])


def _frame(picture: Picture, ground: Ink, ink: Ink) -> None:
    picture[:] = ground
    rows, columns = picture.shape[:2]
    cv2.rectangle(picture, (3, 3), (columns - 4, rows - 4), ink, 2)


def _arrow(picture: Picture, start: tuple[float, float], end: tuple[float, float], ink: Ink, thick: int = 7) -> None:
    rows, columns = picture.shape[:2]
    a = (round(start[0] * columns), round(start[1] * rows))
    b = (round(end[0] * columns), round(end[1] * rows))
    cv2.arrowedLine(picture, a, b, ink, thick, cv2.LINE_AA, tipLength=0.35)


def _ahead(picture: Picture) -> None:
    _frame(picture, BLUE, WHITE)
    write(picture, "Wien  Linz", WHITE, row=0.27, size=0.3)
    for x in (0.3, 0.7):
        _arrow(picture, (x, 0.55), (x, 0.9), WHITE)


def _leaving(picture: Picture) -> None:
    _frame(picture, BLUE, WHITE)
    write(picture, "Seestadt", WHITE, row=0.27, size=0.28)
    write(picture, "12", WHITE, row=0.7, size=0.22)
    _arrow(picture, (0.6, 0.9), (0.85, 0.52), WHITE)


def _exit(picture: Picture) -> None:
    _frame(picture, BLUE, WHITE)
    write(picture, "Ausfahrt", WHITE, row=0.35, size=0.34)
    _arrow(picture, (0.42, 0.9), (0.68, 0.6), WHITE)


def _swing(picture: Picture) -> None:
    _frame(picture, YELLOW, BLACK)
    rows, columns = picture.shape[:2]
    for x in (0.24, 0.52):
        points = [(x, 0.92), (x, 0.66), (x + 0.22, 0.4)]
        for (ax, ay), (bx, by) in pairwise(points):
            a, b = (round(ax * columns), round(ay * rows)), (round(bx * columns), round(by * rows))
            cv2.line(picture, a, b, BLACK, 13, cv2.LINE_AA)
        _arrow(picture, (x + 0.22, 0.42), (x + 0.22, 0.1), BLACK, 13)


def _place(name: str) -> Callable[[Picture], None]:
    def draw(picture: Picture) -> None:
        _frame(picture, YELLOW, BLACK)
        write(picture, name, BLACK, size=0.5)

    return draw


_GANTRY = "sign gantry, clear height 5.5 m (RWBA 2000); boards of signs 449 and 448 (StVO); truss estimated"


@entry("models", source=_GANTRY, tags=("motorway",))
@cache
def gantry(
    width_m: Annotated[float, Parameter(text="between its posts, along y", unit="m", low=8.0, high=40.0)] = 16.0,
) -> Model:
    """A steel portal over a carriageway with two blue direction signs for those who come along +x."""
    steel = stuff("steel", "pole")
    half, low, high = width_m / 2.0, 6.6, 7.8
    posts = [shapes.box((0.4, 0.4, high), steel, (0.0, side * half, high / 2.0)) for side in (-1.0, 1.0)]
    feet = [shapes.box((0.9, 0.9, 0.5), stuff("concrete", "pole"), (0.0, side * half, 0.25)) for side in (-1.0, 1.0)]
    beams = [rod((x, -half, z), (x, half, z), 0.07, steel, 5) for x in (-0.25, 0.25) for z in (low, high)]
    count = max(4, round(width_m / 1.6))
    y = np.linspace(-half, half, count + 1)
    truss = [
        rod((x, float(y[k]), low if k % 2 else high), (x, float(y[k + 1]), high if k % 2 else low), 0.04, steel, 4)
        for k in range(count)
        for x in (-0.25, 0.25)
    ]
    wide = 0.42 * width_m
    boards = [
        at(_board("gantry_ahead", wide, 2.4, _ahead), -0.42, 0.23 * width_m, 7.1),
        at(_board("gantry_leaving", wide, 2.4, _leaving), -0.42, -0.24 * width_m, 7.1),
    ]
    mesh = merge([*posts, *feet, *beams, *truss, *boards])
    return single("gantry", "traffic_sign", mesh, _GANTRY, {"clear_m": 5.9})


_EXIT = "sign 333 (StVO), exit of a motorway: 2.0 x 1.4 m; posts estimated"


@entry("models", source=_EXIT, tags=("motorway", "sign"))
@cache
def exit_sign() -> Model:
    """A blue exit sign on two posts at the gore, for those who come along +x."""
    board = at(_board("exit_board", 2.0, 1.4, _exit), 0.0, 0.0, 1.7)
    posts = [rod((0.07, y, 0.0), (0.07, y, 2.4), 0.05, stuff("steel", "traffic_sign")) for y in (-0.6, 0.6)]
    return single("exit_sign", "traffic_sign", merge([board, *posts]), _EXIT)


_SWING = "sign 501 (StVO), lanes swing to the right: 1.6 x 1.25 m, here 1.6 x 1.6 m; posts estimated"


@entry("models", source=_SWING, tags=("roadworks", "sign"))
@cache
def lane_swing_sign() -> Model:
    """A yellow board on two posts that shows two lanes swinging to the right, for those who come along +x."""
    board = at(_board("swing_board", 1.6, 1.6, _swing), 0.0, 0.0, 2.3)
    posts = [rod((0.07, y, 0.0), (0.07, y, 3.0), 0.04, stuff("steel", "traffic_sign")) for y in (-0.55, 0.55)]
    return single("lane_swing_sign", "traffic_sign", merge([board, *posts]), _SWING)


_PLACE = "sign 310 (StVO), place name: 1.0 x 0.65 m; posts estimated"


@entry("models", source=_PLACE, tags=("country", "sign"))
@cache
def place_sign(
    name: Annotated[str, Parameter(text="the place")] = "Hausen",
) -> Model:
    """A yellow place-name sign on two posts, for those who come along +x."""
    board = at(_board(f"place_{name}", 1.2, 0.7, _place(name)), 0.0, 0.0, 2.0)
    posts = [rod((0.05, y, 0.0), (0.05, y, 2.35), 0.035, stuff("steel", "traffic_sign")) for y in (-0.45, 0.45)]
    return single("place_sign", "traffic_sign", merge([board, *posts]), _PLACE)
