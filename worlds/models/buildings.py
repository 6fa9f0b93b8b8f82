"""Houses and blocks with storeys and window bays of 3 m."""

from functools import cache
from typing import Annotated

import numpy as np
from simgen.worlds import materials

from simgen.errors import InputError
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world.material import Material
from simgen.world.model import Model

from . import _panes
from ._facades import DOORS, FRAMES, RENDER, TILES, balcony, canopy, pick, steps, stone, windows
from ._masonry import Masonry, Opening, Side, applied, four_sides, ledge, rectangle, wall
from ._roofs import chimney, flat_roof, gable_roof, gables
from ._standing import single

STOREY_M = 3.0
STYLES = ("plaster", "brick", "glass")
_SOURCE = "storey and bay of 3 m: typical European housing, TABULA building typology"


@entry("models", source=_SOURCE, tags=("building",))
@cache
def house(
    bays: Annotated[int, Parameter(text="window bays along x", low=2, high=12)] = 4,
    storeys: Annotated[int, Parameter(text="storeys below the eaves", low=1, high=4)] = 2,
    seed: Annotated[int, Parameter(text="which colours, windows and roof", low=0)] = 0,
) -> Model:
    """A house with a pitched, tiled roof; its front, with the door, looks along -y."""
    rng = stream(seed, "model", "house")
    length, depth, eaves = STOREY_M * bays, STOREY_M * 3, STOREY_M * storeys + 0.3
    shell = stone(rng, "brick" if rng.uniform() < 0.35 else "plaster")
    rise, trim = depth / 2.0 * float(rng.uniform(0.7, 0.95)), materials.tinted("plaster", (0.72, 0.71, 0.68))
    tiles = materials.tinted("roof_tiles", pick(rng, TILES))
    pane = _panes.window(("casement", "sash", "wide")[int(rng.integers(3))], pick(rng, FRAMES))
    work, sides = Masonry(), four_sides(length, depth)
    middle, size = 3.0 * ((bays - 1) // 2) + 1.5, (1.5 if rng.uniform() < 0.5 else 1.15, 1.35)
    columns, rows = [1.5 + 3.0 * k for k in range(bays)], [1.15 + STOREY_M * k for k in range(storeys)]
    fronts = windows(rng, columns, rows, size, pane)
    fronts = [one for one in fronts if one.low_m > 2.0 or abs(one.left_m + size[0] / 2.0 - middle) > 0.1]
    leaf = _panes.door("panel" if rng.uniform() < 0.5 else "glazed", pick(rng, DOORS))
    fronts.append(Opening(left_m=middle - 0.55, low_m=0.15, width_m=1.1, height_m=2.1, pane=leaf, reveal_m=0.2))
    wall(work, sides["front"], 0.0, eaves, shell, fronts, trim=trim)
    applied(work, sides["back"], 0.0, eaves, shell, windows(rng, columns, rows, size, pane))
    for name in ("left", "right"):
        attic = windows(rng, [depth / 2.0], [eaves - STOREY_M + 1.0], (1.0, 1.2), pane)
        applied(work, sides[name], 0.0, eaves, shell, attic)
    gables(work, sides, eaves, rise, shell)
    gable_roof(work, (length, depth), eaves, rise, tiles, trim)
    steps(work, sides["front"], middle, 1.5)
    canopy(work, sides["front"], middle, 1.7, 2.45, tiles if rng.uniform() < 0.5 else trim)
    chimney(work, length / 4.0, 0.8, eaves + 0.5 * rise, eaves + rise + 0.7, int(rng.integers(1, 3)))
    return single("house", "building", work.mesh(), _SOURCE)


@entry("models", source=_SOURCE, tags=("building",))
@cache
def block(
    bays: Annotated[int, Parameter(text="window bays along x", low=2, high=30)] = 6,
    depth_bays: Annotated[int, Parameter(text="window bays along y", low=2, high=30)] = 4,
    storeys: Annotated[int, Parameter(text="storeys", low=1, high=40)] = 4,
    style: Annotated[str, Parameter(text=f"one of {', '.join(STYLES)}")] = "plaster",
    seed: Annotated[int, Parameter(text="which colours, balconies and windows", low=0)] = 0,
) -> Model:
    """A block of flats or offices with a flat roof; its front, with the door, looks along -y.

    Raises:
        InputError: there is no such style.
    """
    if style not in STYLES:
        raise InputError(f"building: style: expected one of {', '.join(STYLES)}, got {style!r}")
    rng = stream(seed, "model", "block", style)
    length, depth, height = STOREY_M * bays, STOREY_M * depth_bays, STOREY_M * storeys + 0.3
    work, sides = Masonry(), four_sides(length, depth)
    if style == "glass":
        coping = materials.by_name("furniture_metal")
        _offices(work, sides, height, bays)
    else:
        coping = materials.tinted("plaster", (0.62, 0.61, 0.58))
        _flats(work, sides, rng, (bays, storeys), style)
    flat_roof(work, (length, depth), height, coping)
    plant = (min(3.0, length / 2.0), min(3.0, depth / 2.0), 2.2)
    work.box(plant, (length / 6.0, 0.0, height + 1.1), materials.by_name("plaster"), ("-x", "+x", "-y", "+y", "+z"))
    work.box((1.6, 1.2, 0.9), (-length / 4.0, 0.6, height + 0.45), materials.classed("aluminium", "building"))
    return single("block", "building", work.mesh(), _SOURCE)


def _flats(work: Masonry, sides: dict[str, Side], rng: np.random.Generator, size: tuple[int, int], style: str) -> None:
    """Real windows towards the street, painted ones elsewhere; perhaps balconies."""
    (bays, storeys), front = size, sides["front"]
    colour, height = pick(rng, RENDER), STOREY_M * storeys + 0.3
    shell = stone(rng, "brick") if style == "brick" else materials.tinted("plaster", colour)
    plain = materials.by_name("facade_brick") if style == "brick" else materials.tinted("facade", colour)
    trim = materials.tinted("plaster", (0.74, 0.73, 0.70) if rng.uniform() < 0.6 else (0.30, 0.29, 0.28))
    pane = _panes.window(("casement", "old", "sash")[int(rng.integers(3))], pick(rng, FRAMES))
    columns, door = [1.5 + STOREY_M * k for k in range(bays)], bays // 2
    hung = {1, bays - 2} if rng.uniform() < 0.45 and bays > 3 else set()
    openings = windows(rng, columns, [1.15 + STOREY_M * k for k in range(storeys)], (1.4, 1.5), pane)
    french, leaf = _panes.window("french", (0.80, 0.80, 0.77)), _panes.door("glazed", pick(rng, DOORS))
    rail = (
        materials.classed("furniture_metal", "building") if rng.uniform() < 0.5 else materials.tinted("plaster", colour)
    )
    for index, one in enumerate(openings):
        storey, column = divmod(index, bays)
        if storey == 0 and column == door:
            openings[index] = Opening(left_m=one.left_m, low_m=0.15, width_m=1.4, height_m=2.5, pane=leaf, reveal_m=0.3)
        elif storey and column in hung:
            low = STOREY_M * storey + 0.32
            openings[index] = Opening(
                left_m=one.left_m, low_m=low, width_m=1.4, height_m=one.low_m + 1.5 - low, pane=french, reveal_m=0.16
            )
            balcony(work, front, columns[column], 2.7, low - 0.02, rail)
    wall(work, front, 0.0, height, shell, openings, trim=trim)
    steps(work, front, columns[door], 1.8)
    for low, high, out in ((STOREY_M + 0.15, STOREY_M + 0.35, 0.07), (height - 0.35, height - 0.05, 0.16)):
        ledge(work, front, 0.0, front.length_m, low, high, out, trim)
    for name in ("back", "left", "right"):
        _painted(work, sides[name], 0.0, height, plain)


def _painted(work: Masonry, side: Side, low_m: float, high_m: float, material: Material) -> None:
    """A wall whose windows are a picture, from its own lower left corner."""
    wide, high = side.length_m, high_m - low_m
    uv = np.array([[0.0, 0.0], [wide, 0.0], [wide, high], [0.0, high]])
    work.add(rectangle(side, 0.0, wide, low_m, high_m, 0.0), material, uv)


def _offices(work: Masonry, sides: dict[str, Side], height_m: float, bays: int) -> None:
    """A curtain wall behind fins, a glazed entrance."""
    metal = materials.classed("aluminium", "building")
    for side in sides.values():
        _painted(work, side, 0.0, height_m, materials.by_name("facade_glass"))
        count = round(side.length_m / STOREY_M)
        for k in range(count + 1):
            u = min(max(k * side.length_m / count, 0.06), side.length_m - 0.06)
            ledge(work, side, u - 0.06, u + 0.06, 3.2, height_m, 0.22, metal)
        ledge(work, side, 0.0, side.length_m, 3.0, 3.2, 0.26, metal)
    front = sides["front"]
    middle = 1.5 + STOREY_M * (bays // 2)
    uv = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    work.add(
        rectangle(front, middle - 1.3, middle + 1.3, 0.0, 2.7, 0.02), _panes.door("entrance", (0.1, 0.1, 0.11)), uv
    )
    canopy(work, front, middle, 4.0, 2.75, metal)
