"""Cartons and pallets, as loads of other things."""

from functools import cache

from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge

from ._lettering import BLACK, WHITE, Picture, drawn, facing
from ._pieces import stuff


def _label(picture: Picture) -> None:
    """A dispatch label: bars, an address, a number."""
    picture[:] = WHITE
    rows = picture.shape[0]
    rng = stream(0, "model", "label")
    x = 20
    while x < 230:
        width = int(rng.integers(2, 7))
        picture[rows // 2 : rows - 20, x : min(x + width, 236)] = BLACK
        x += width + int(rng.integers(3, 8))
    for row in range(14, rows // 2 - 10, 16):
        picture[row : row + 6, 20 : 120 + 8 * (row % 9)] = BLACK


@cache
def _face(side_m: float) -> Material:
    """The same material for the same size."""
    return drawn(f"carton_label_{side_m:.3f}", side_m, side_m, _label, stuff("plate", "movable"))


def carton_mesh(size_m: tuple[float, float, float], marked: bool = True) -> Mesh:
    """A carton that stands on the ground, with tape and, towards +x and +y, labels."""
    length, width, height = size_m
    box = shapes.box(size_m, stuff("cardboard", "movable"), (0.0, 0.0, height / 2.0))
    tape = stuff("tape", "movable")
    parts = [box, shapes.box((length, 0.05, 0.003), tape, (0.0, 0.0, height + 0.001))]
    parts += [
        shapes.box((0.003, 0.05, 0.3 * height), tape, (side * length / 2.0, 0.0, 0.85 * height)) for side in (1.0, -1.0)
    ]
    if marked:
        side = min(0.16, 0.6 * height, 0.6 * width)
        face = _face(side)
        parts += [facing("+x", (length / 2.0 + 0.003, 0.2 * width, 0.45 * height), side, side, face)]
        parts += [facing("+y", (0.15 * length, width / 2.0 + 0.003, 0.45 * height), side, side, face)]
    return merge(parts)


def pallet_mesh() -> Mesh:
    """An EPAL pallet along x."""
    wood, across = stuff("wood", "movable"), (-0.327, 0.0, 0.327)
    parts = [shapes.box((1.2, 0.12, 0.022), wood, (0.0, y, 0.133)) for y in (-0.34, -0.17, 0.0, 0.17, 0.34)]
    parts += [shapes.box((0.145, 0.8, 0.022), wood, (x, 0.0, 0.111)) for x in (-0.5275, 0.0, 0.5275)]
    parts += [shapes.box((1.2, 0.1, 0.1), wood, (0.0, y, 0.05)) for y in across]
    return merge(parts)
