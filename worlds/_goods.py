"""Shop shelves for worlds: goods drawn on a few textures, with price strips and topping signs."""

from functools import cache

import cv2
import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from simgen.geometry import Pose
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge

from .materials import tinted
from .models import _lettering as lettering
from .models._pieces import stuff

SHELF_M, DEPTH_M, HEIGHT_M = 1.25, 0.45, 1.8
"""A bay along the aisle, the depth of one side, the height of its back."""

_WORDS = (
    "MILK",
    "RICE",
    "TEA",
    "SOAP",
    "PASTA",
    "COLA",
    "OATS",
    "NUTS",
    "JAM",
    "BEER",
    "FLOUR",
    "SALT",
    "HONEY",
    "CHIPS",
)
_BRANDS = (
    (190, 30, 35), (15, 90, 165), (245, 190, 20), (25, 130, 70), (235, 235, 230), (110, 40, 120), (230, 110, 20),
    (60, 60, 65),
)  # fmt: skip


@cache
def front(kind: int) -> Material:
    """A row of packets side by side as wide as a bay: `kind` chooses brands, widths and words."""

    def draw(picture: UInt8[ndarray, "h 256 3"]) -> None:
        rng, rows = stream(kind, "goods", "front"), picture.shape[0]
        picture[:] = 30
        x = 0
        while x < 254:
            wide = int(rng.integers(15, 34))
            colour, other = (_BRANDS[int(k)] for k in rng.integers(0, len(_BRANDS), 2))
            top, word = int(rng.integers(0, 12)), _WORDS[int(rng.integers(len(_WORDS)))]
            for left in range(x, min(x + wide * int(rng.integers(2, 4)), 254), wide):
                _packet(picture, (left, top, min(left + wide - 1, 255), rows - 1), colour, other, word)
                x = left + wide
        picture[: rows // 14] //= 2

    name = f"goods_{kind}"
    return lettering.drawn(name, SHELF_M, 0.32, draw, stuff("cardboard", "furniture", (0.85, 0.85, 0.85)))


def _packet(
    picture: UInt8[ndarray, "h 256 3"],
    box: tuple[int, int, int, int],
    colour: tuple[int, int, int],
    other: tuple[int, int, int],
    word: str,
) -> None:
    """One packet: a band, a picture and a word on its colour."""
    left, top, right, low = box
    cv2.rectangle(picture, (left, top), (right, low), colour, -1)
    third = top + (low - top) // 3
    cv2.rectangle(picture, (left, third), (right, third + (low - top) // 5), other, -1)
    cv2.circle(picture, ((left + right) // 2, low - (low - top) // 4), max((right - left) // 4, 2), other, -1)
    cv2.putText(picture, word, (left + 1, third + (low - top) // 6), cv2.FONT_HERSHEY_SIMPLEX, 0.26, (20, 20, 20), 1)
    cv2.line(picture, (right, top), (right, low), (25, 25, 25), 1)


@cache
def _prices() -> Material:
    """The strip at the front of a shelf, with price labels."""

    def draw(picture: UInt8[ndarray, "h 256 3"]) -> None:
        rng = stream(0, "goods", "prices")
        picture[:] = (205, 205, 205)
        for x in range(6, 250, 36):
            colour = (250, 220, 40) if rng.uniform() < 0.3 else (250, 250, 250)
            cv2.rectangle(picture, (x, 0), (x + 24, picture.shape[0]), colour, -1)
            cv2.putText(
                picture, f"{int(rng.integers(1, 9))}.99", (x + 2, 7), cv2.FONT_HERSHEY_SIMPLEX, 0.24, (10, 10, 10)
            )

    return lettering.drawn("goods_prices", SHELF_M, 0.045, draw, stuff("cardboard", "furniture", (0.85, 0.85, 0.85)))


@cache
def bay(kind: int) -> Mesh:
    """One side of a gondola, facing +y from its back at y = 0, its middle at x = 0."""
    white, rng = tinted("box_panel", (0.62, 0.63, 0.63)), stream(kind, "goods", "bay")
    parts = [shapes.box((SHELF_M, 0.03, HEIGHT_M), white, (0.0, 0.015, HEIGHT_M / 2.0))]
    for level in range(5):
        z = 0.14 + 0.36 * level
        deep = DEPTH_M if level == 0 else DEPTH_M - 0.08
        parts.append(shapes.box((SHELF_M, deep, 0.03), white, (0.0, deep / 2.0, z)))
        strip = lettering.facing("+y", (0.0, deep + 0.004, z), SHELF_M, 0.045, _prices())
        parts.append(strip)
        if level == 4 and rng.uniform() < 0.4:
            continue
        tall = 0.29 if level < 4 else 0.26
        goods = front(int(rng.integers(10)))
        back = deep - 0.05 - 0.06 * float(rng.uniform())
        parts.append(lettering.facing("+y", (0.0, back, z + 0.015 + tall / 2.0), SHELF_M - 0.02, tall, goods))
        lid = tinted("cardboard", (0.35, 0.32, 0.28))
        parts.append(
            shapes.box(
                (SHELF_M - 0.04, back - 0.04, tall - 0.02), lid, (0.0, 0.5 * back + 0.01, z + 0.005 + tall / 2.0)
            )
        )
    parts.append(
        shapes.box((SHELF_M, DEPTH_M, 0.12), tinted("box_panel", (0.10, 0.10, 0.11)), (0.0, DEPTH_M / 2.0, 0.06))
    )
    return merge(parts)


def gondola(rng: np.random.Generator, first_x_m: float, y_m: float, bays: int) -> list[Mesh]:
    """A double-sided row along x with end bays."""
    made = []
    for k in range(bays):
        for side in (0.0, np.pi):
            x = first_x_m + (k + 0.5) * SHELF_M
            made.append(shapes.moved(bay(int(rng.integers(12))), Pose.from_xyz_rpy(x, y_m, 0.0, yaw=side)))
    for x, yaw in ((first_x_m, np.pi / 2.0), (first_x_m + bays * SHELF_M, -np.pi / 2.0)):
        made.append(shapes.moved(bay(int(rng.integers(12))), Pose.from_xyz_rpy(x, y_m, 0.0, yaw=yaw)))
    return made


@cache
def freezer() -> Mesh:
    """A chest freezer of 2.0 m along x with sliding glass lids and packets inside."""
    white, glass = tinted("box_panel", (0.68, 0.69, 0.70)), tinted("car_glass", (0.30, 0.40, 0.45))
    dark = tinted("plastic", (0.05, 0.05, 0.055))
    parts = [
        shapes.box((2.0, 0.9, 0.72), white, (0.0, 0.0, 0.42)),
        shapes.box((1.96, 0.86, 0.06), dark, (0.0, 0.0, 0.03)),
        shapes.box((2.04, 0.94, 0.05), dark, (0.0, 0.0, 0.80)),
        shapes.box((0.96, 0.82, 0.02), glass, (-0.49, 0.0, 0.83)),
        shapes.box((0.96, 0.82, 0.02), glass, (0.49, 0.0, 0.85)),
    ]
    label = lettering.words(("FROZEN",), 1.2, 0.25, lettering.WHITE, (30, 120, 200), "furniture")
    parts += [lettering.facing(axis, (0.0, y, 0.55), 1.2, 0.25, label) for axis, y in (("+y", 0.452), ("-y", -0.452))]
    return merge(parts)


@cache
def crates(colour: tuple[float, float, float], name: str) -> Mesh:
    """A slanted stand of fruit or vegetables, 1.2 m along x, facing +y, with its price."""
    wood, fruit = tinted("furniture_wood", (0.32, 0.2, 0.1)), tinted("plastic", colour)
    parts = [shapes.box((1.2, 0.9, 0.55), wood, (0.0, 0.0, 0.275))]
    for k in range(2):
        y, z = 0.22 - 0.44 * k, 0.62 + 0.16 * k
        parts.append(shapes.moved(shapes.box((1.16, 0.42, 0.14), wood), Pose.from_xyz_rpy(0.0, y, z, roll=-0.3)))
        for x in np.linspace(-0.5, 0.5, 7):
            for dy in (-0.12, 0.0, 0.12):
                ball = shapes.ellipsoid((0.07, 0.065, 0.06), fruit, rings=3, segments=6)
                parts.append(shapes.moved(ball, Pose.from_xyz_rpy(float(x), y + dy, z + 0.085 - 0.3 * dy)))
    sign = lettering.words((name, "1.99"), 0.36, 0.24, (20, 20, 20), (250, 220, 40), "furniture")
    parts += [shapes.box((0.02, 0.02, 0.5), wood, (0.0, -0.4, 1.05))]
    parts += [
        lettering.facing(axis, (0.0, -0.4 + dy, 1.38), 0.36, 0.24, sign) for axis, dy in (("+y", 0.012), ("-y", -0.012))
    ]
    return merge(parts)
