"""Parts of facades that many buildings share: rows of windows, doors with steps, balconies, shop fronts."""

from collections.abc import Sequence

import numpy as np
from simgen.worlds import materials

from simgen.world.material import Material

from . import _panes
from ._lettering import words
from ._masonry import Masonry, Opening, Side, ledge, rectangle

Colour = tuple[float, float, float]
RENDER: tuple[Colour, ...] = (
    (0.74, 0.70, 0.60), (0.72, 0.58, 0.36), (0.78, 0.77, 0.74), (0.60, 0.40, 0.30), (0.56, 0.60, 0.56),
    (0.74, 0.66, 0.42), (0.66, 0.52, 0.44), (0.50, 0.55, 0.62), (0.80, 0.74, 0.66), (0.62, 0.62, 0.60),
)  # fmt: skip
"""Colours of rendered facades, linear RGB."""
BRICK: tuple[Colour, ...] = ((0.40, 0.175, 0.115), (0.30, 0.13, 0.09), (0.46, 0.30, 0.19), (0.34, 0.22, 0.17))
TILES: tuple[Colour, ...] = ((0.44, 0.19, 0.12), (0.30, 0.13, 0.09), (0.17, 0.165, 0.17), (0.36, 0.22, 0.15))
FRAMES: tuple[Colour, ...] = ((0.80, 0.80, 0.77), (0.80, 0.80, 0.77), (0.10, 0.105, 0.11), (0.28, 0.15, 0.07))
DOORS: tuple[Colour, ...] = (
    (0.16, 0.02, 0.02),
    (0.02, 0.07, 0.05),
    (0.03, 0.05, 0.12),
    (0.14, 0.07, 0.03),
    (0.3, 0.3, 0.29),
)


def pick(rng: np.random.Generator, colours: Sequence[Colour]) -> Colour:
    """One of them."""
    return colours[int(rng.integers(len(colours)))]


def stone(rng: np.random.Generator, style: str) -> Material:
    """A wall's material: rendered or brick."""
    if style == "brick":
        return materials.tinted("brick", pick(rng, BRICK))
    return materials.tinted("plaster", pick(rng, RENDER))


def windows(
    rng: np.random.Generator,
    columns_m: Sequence[float],
    rows_m: Sequence[float],
    size_m: tuple[float, float],
    pane: Material,
    *,
    reveal_m: float = 0.16,
    sill: bool = True,
) -> list[Opening]:
    """Windows about these middles, their lower edges at these heights."""
    return [
        Opening(
            left_m=u - size_m[0] / 2.0,
            low_m=low,
            width_m=size_m[0],
            height_m=size_m[1],
            pane=pane,
            reveal_m=reveal_m,
            sill=sill,
            variant=int(rng.integers(4)),
        )
        for low in rows_m
        for u in columns_m
    ]


def bays(length_m: float, count: int, inset_m: float = 0.0) -> list[float]:
    """Middles of equal bays along a wall."""
    wide = (length_m - 2.0 * inset_m) / count
    return [inset_m + (k + 0.5) * wide for k in range(count)]


def steps(work: Masonry, side: Side, middle_m: float, wide_m: float, high_m: float = 0.15) -> None:
    """A step before a door."""
    ledge(work, side, middle_m - wide_m / 2.0, middle_m + wide_m / 2.0, 0.0, high_m, 0.5, materials.by_name("concrete"))


def canopy(work: Masonry, side: Side, middle_m: float, wide_m: float, low_m: float, roof: Material) -> None:
    """A small roof over a door."""
    ledge(work, side, middle_m - wide_m / 2.0, middle_m + wide_m / 2.0, low_m, low_m + 0.12, 0.9, roof)


def balcony(work: Masonry, side: Side, middle_m: float, wide_m: float, floor_m: float, rail: Material) -> None:
    """A slab with a parapet before a french window."""
    left, right, deep = middle_m - wide_m / 2.0, middle_m + wide_m / 2.0, 1.2
    ledge(work, side, left, right, floor_m - 0.16, floor_m, deep, materials.by_name("concrete"))
    low, high = floor_m, floor_m + 1.0
    work.add(rectangle(side, left, right, low, high, deep), rail)
    work.add(rectangle(side, left, right, low, high, deep - 0.05)[[1, 0, 3, 2]], rail)
    for u, inner in ((left, left + 0.05), (right, right - 0.05)):
        outside = np.stack([side.at(u, out, z) for out, z in ((0.0, low), (deep, low), (deep, high), (0.0, high))])
        inside = np.stack([side.at(inner, out, z) for out, z in ((0.0, low), (deep, low), (deep, high), (0.0, high))])
        turn = 1 if u < inner else -1
        work.add(outside[::turn], rail)
        work.add(inside[::-turn], rail)
    top = [side.at(left, deep, high), side.at(right, deep, high), side.at(right, deep - 0.05, high)]
    work.add(np.stack([*top, side.at(left, deep - 0.05, high)]), rail)


SHOPS: tuple[tuple[str, str, tuple[int, int, int], Colour], ...] = (
    ("fashion", "MODE EVA", (40, 40, 44), (0.03, 0.03, 0.035)), ("fashion", "SHOES", (120, 24, 28), (0.35, 0.02, 0.02)),
    ("grocer", "FRISCH MARKT", (28, 84, 52), (0.03, 0.22, 0.06)), ("grocer", "BAKERY", (168, 112, 16), (0.5, 0.2, 0.0)),
    ("cafe", "CAFE ROMA", (92, 32, 24), (0.30, 0.03, 0.02)), ("cafe", "TRATTORIA", (28, 84, 52), (0.02, 0.2, 0.08)),
    ("books", "BOOKS", (24, 60, 96), (0.02, 0.08, 0.25)), ("books", "PHARMACY", (10, 110, 60), (0.02, 0.3, 0.1)),
    ("fashion", "OPTIK", (20, 70, 140), (0.02, 0.1, 0.4)), ("grocer", "FLOWERS", (92, 40, 96), (0.25, 0.04, 0.25)),
    ("cafe", "BISTRO 21", (60, 40, 24), (0.2, 0.08, 0.02)), ("books", "MUSIC", (40, 40, 44), (0.1, 0.1, 0.1)),
)  # fmt: skip
"""What shops show, what is written over them, the board's colour (sRGB) and the awning's (linear)."""


def shop_openings(rng: np.random.Generator, left_m: float, right_m: float, goods: str, high_m: float) -> list[Opening]:
    """Display windows with a glazed door between them."""
    pane, door = _panes.shop_window(goods), _panes.door("entrance", (0.07, 0.075, 0.08))
    wide = (right_m - left_m - 1.1 - 0.8) / 2.0
    places = (
        (left_m + 0.2, wide, pane, 0.45),
        (left_m + 0.4 + wide, 1.1, door, 0.0),
        (right_m - 0.2 - wide, wide, pane, 0.45),
    )
    return [
        Opening(
            left_m=u,
            low_m=low,
            width_m=w,
            height_m=high_m - low,
            pane=what,
            reveal_m=0.25,
            variant=int(rng.integers(4)),
        )
        for u, w, what, low in places
    ]


def shop_sign(
    work: Masonry, side: Side, left_m: float, right_m: float, low_m: float, text: str, ground: tuple[int, int, int]
) -> None:
    """A fascia board with lettering over a shop."""
    wide, high = min(right_m - left_m - 0.4, 6.0), 0.6
    left = (left_m + right_m - wide) / 2.0
    board = words((text,), wide, high, (245, 240, 225), ground, "building")
    ledge(work, side, left, left + wide, low_m, low_m + high, 0.10, materials.classed("furniture_metal", "building"))
    uv = np.array([[0.0, 0.0], [wide, 0.0], [wide, high], [0.0, high]])
    work.add(rectangle(side, left, left + wide, low_m, low_m + high, 0.11), board, uv)


def awning(work: Masonry, side: Side, left_m: float, right_m: float, low_m: float, colour: Colour) -> None:
    """Striped cloth that slants out over a shop's windows, seen from above and from below."""
    cloth, out, drop = _panes.stripes(colour), 1.3, 0.75
    wide = right_m - left_m
    lines = [(0.08, low_m + drop), (out, low_m + 0.12), (out, low_m - 0.12)]
    for (near, high), (far, low), v0, v1 in zip(lines[:2], lines[1:], (0.0, 1.3), (1.3, 1.55), strict=True):
        points = np.stack(
            [
                side.at(left_m, far, low),
                side.at(right_m, far, low),
                side.at(right_m, near, high),
                side.at(left_m, near, high),
            ]
        )
        uv = np.array([[0.0, v1], [wide, v1], [wide, v0], [0.0, v0]])
        work.add(points, cloth, uv)
        inside = points[[1, 0, 3, 2]] - np.array([0.0, 0.0, 0.01])
        work.add(inside, cloth, uv)
