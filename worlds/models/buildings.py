"""Houses and blocks with storeys and window bays of 3 m."""

from functools import cache
from typing import Annotated

import numpy as np
from simgen.worlds import materials

from simgen.errors import InputError
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model

from ._standing import single

STOREY_M = 3.0
_RENDER = (
    (0.74, 0.70, 0.60),
    (0.72, 0.58, 0.36),
    (0.78, 0.77, 0.74),
    (0.60, 0.40, 0.30),
    (0.56, 0.60, 0.56),
    (0.74, 0.66, 0.42),
)
"""Colours of rendered facades, linear RGB."""
STYLES = ("plaster", "brick", "glass")
_SOURCE = "storey and bay of 3 m: typical European housing, TABULA building typology"


def _wall(style: str, seed: int) -> Material:
    if style == "plaster":
        return materials.tinted("facade", _RENDER[int(stream(seed, "model", "facade").integers(len(_RENDER)))])
    if style not in STYLES:
        raise InputError(f"building: style: expected one of {', '.join(STYLES)}, got {style!r}")
    return materials.by_name(f"facade_{style}")


def _walls(length_m: float, depth_m: float, height_m: float, wall: Material) -> list[Mesh]:
    """Four walls, each with texture coordinates from its own lower left corner."""
    x, y = length_m / 2.0, depth_m / 2.0
    corners = [(-x, -y), (x, -y), (x, y), (-x, y)]
    sheets = []
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], corners[0]], strict=True):
        points = np.array([[x0, y0, 0.0], [x1, y1, 0.0], [x1, y1, height_m], [x0, y0, height_m]])
        sheets.append(shapes.quad(points, wall))
    return sheets


def _door(bays: int, depth_m: float, colour: tuple[float, float, float]) -> Mesh:
    """A door between two bays of the front, which is the side towards -y."""
    x = 0.0 if bays % 2 == 0 else STOREY_M / 2.0
    door = shapes.box((1.1, 0.08, 2.15), materials.tinted("plaster", colour), (x, -depth_m / 2.0 - 0.01, 1.075))
    frame = shapes.box((1.3, 0.06, 2.25), materials.by_name("plaster"), (x, -depth_m / 2.0 - 0.005, 1.125))
    step = shapes.box((1.5, 0.5, 0.15), materials.by_name("concrete"), (x, -depth_m / 2.0 - 0.25, 0.075))
    return merge([door, frame, step])


@entry("models", source=_SOURCE, tags=("building",))
@cache
def house(
    bays: Annotated[int, Parameter(text="window bays along x", low=2, high=12)] = 4,
    storeys: Annotated[int, Parameter(text="storeys below the eaves", low=1, high=4)] = 2,
    seed: Annotated[int, Parameter(text="which colours", low=0)] = 0,
) -> Model:
    """A house with a pitched, tiled roof; its front, with the door, looks along -y."""
    rng = stream(seed, "model", "house")
    length, depth, eaves = STOREY_M * bays, STOREY_M * 3, STOREY_M * storeys
    wall = _wall("brick" if rng.uniform() < 0.3 else "plaster", seed)
    rise = depth / 2.0 * rng.uniform(0.7, 0.95)
    door = tuple(float(value) for value in rng.uniform(0.03, 0.25, 3))
    pieces = [*_walls(length, depth, eaves, wall), *_roof(length, depth, eaves, rise)]
    chimney_top = eaves + rise + 0.5
    chimney = shapes.box((0.6, 0.6, 2.0), materials.by_name("brick"), (length / 4.0, 0.8, chimney_top - 1.0))
    pieces += [chimney, _door(bays, depth, (door[0], door[1], door[2]))]
    return single("house", "building", merge(pieces), _SOURCE)


def _roof(length_m: float, depth_m: float, eaves_m: float, rise_m: float) -> list[Mesh]:
    """Two pitches with overhang and thickness, and the gables below them."""
    tiles, over = materials.by_name("roof_tiles"), 0.4
    y, x = depth_m / 2.0, length_m / 2.0
    slope = rise_m / y
    outer, eave, ridge = y + over, eaves_m - over * slope, eaves_m + rise_m
    section = np.array(
        [[-outer, eave], [0.0, ridge], [outer, eave], [outer, eave + 0.18], [0.0, ridge + 0.18], [-outer, eave + 0.18]]
    )
    rings = np.stack([np.column_stack([np.full(6, place), section]) for place in (-x - over, x + over)])
    prism = shapes.loft(rings, tiles, caps=False, crease_deg=20.0)
    plaster = materials.by_name("plaster")
    gables = []
    for side in (1.0, -1.0):
        low = [[side * x, -side * y, eaves_m], [side * x, side * y, eaves_m], [side * x, 0.0, ridge]]
        gables.append(shapes.assemble(np.array(low), np.array([[0, 1, 2]]), plaster))
    ends = [_barge(section, side * (x + over), side) for side in (1.0, -1.0)]
    return [prism, *gables, *ends]


def _barge(section: np.ndarray, x_m: float, side: float) -> Mesh:
    """The end face of the roof's prism."""
    points = np.column_stack([np.full(6, x_m), section])
    faces = np.array([[0, 1, 4], [0, 4, 5], [1, 2, 3], [1, 3, 4]])
    return shapes.assemble(points, faces if side > 0 else faces[:, ::-1], materials.by_name("plaster"))


@entry("models", source=_SOURCE, tags=("building",))
@cache
def block(
    bays: Annotated[int, Parameter(text="window bays along x", low=2, high=30)] = 6,
    depth_bays: Annotated[int, Parameter(text="window bays along y", low=2, high=30)] = 4,
    storeys: Annotated[int, Parameter(text="storeys", low=1, high=40)] = 4,
    style: Annotated[str, Parameter(text=f"one of {', '.join(STYLES)}")] = "plaster",
    seed: Annotated[int, Parameter(text="which colours", low=0)] = 0,
) -> Model:
    """A block of flats or offices with a flat roof; its front, with the door, looks along -y.

    Raises:
        InputError: there is no such style.
    """
    length, depth, height = STOREY_M * bays, STOREY_M * depth_bays, STOREY_M * storeys
    wall = _wall(style, seed)
    x, y = length / 2.0, depth / 2.0
    roof = shapes.quad(
        np.array([[-x, -y, height], [x, -y, height], [x, y, height], [-x, y, height]]), materials.by_name("roof_flat")
    )
    coping = materials.by_name("plaster" if style != "glass" else "furniture_metal")
    parapet = [shapes.box((length + 0.3, 0.3, 0.7), coping, (0.0, side * y, height + 0.2)) for side in (1.0, -1.0)]
    parapet += [shapes.box((0.3, depth - 0.3, 0.7), coping, (side * x, 0.0, height + 0.2)) for side in (1.0, -1.0)]
    plant = shapes.box((3.0, 3.0, 2.2), materials.by_name("plaster"), (x / 3.0, 0.0, height + 1.1))
    mesh = merge([*_walls(length, depth, height, wall), roof, *parapet, plant, _door(bays, depth, (0.06, 0.07, 0.08))])
    return single("block", "building", mesh, _SOURCE)
