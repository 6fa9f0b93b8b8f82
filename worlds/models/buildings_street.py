"""Buildings of streets where people live and shop: shops under flats, terraces, detached houses, garages."""

from functools import cache
from typing import Annotated

import numpy as np
from simgen.worlds import materials

from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world.material import Material
from simgen.world.model import Model

from . import _panes
from ._facades import (
    BRICK,
    DOORS,
    FRAMES,
    RENDER,
    SHOPS,
    TILES,
    awning,
    canopy,
    pick,
    shop_openings,
    shop_sign,
    steps,
    stone,
    windows,
)
from ._masonry import Masonry, Opening, Side, applied, four_sides, ledge, rectangle, wall
from ._roofs import chimney, dormer, flat_roof, gable_roof, gables, hip_roof, mansard
from ._standing import single

_BAY_M, _SHOP_M, _STOREY_M = 3.2, 4.0, 3.2
_TOWN = "European perimeter blocks of 1880 to 1910: storey 3.2 m, shop 4 m, bay 3.2 m; proportions estimated"
_WHITE = (0.80, 0.80, 0.77)


@entry("models", source=_TOWN, tags=("building",))
@cache
def shop_house(
    bays: Annotated[int, Parameter(text="window bays along x", low=2, high=8)] = 4,
    storeys: Annotated[int, Parameter(text="storeys over the shop", low=1, high=6)] = 3,
    seed: Annotated[int, Parameter(text="which shops, colours and roof", low=0)] = 0,
) -> Model:
    """A town house with shops at street level, awnings and lettering; its front looks along -y."""
    rng = stream(seed, "model", "shop_house")
    length, depth, eaves = _BAY_M * bays, 11.0, _SHOP_M + _STOREY_M * storeys + 0.3
    shell = stone(rng, "brick" if rng.uniform() < 0.3 else "plaster")
    trim = materials.tinted("plaster", (0.74, 0.73, 0.70) if rng.uniform() < 0.7 else (0.48, 0.44, 0.38))
    work, sides = Masonry(), four_sides(length, depth)
    _shops(work, sides["front"], rng, bays, materials.tinted("plaster", (0.34, 0.32, 0.30)))
    pane = _panes.window(("old", "casement", "sash")[int(rng.integers(3))], pick(rng, FRAMES))
    columns = [_BAY_M * (k + 0.5) for k in range(bays)]
    rows = [_SHOP_M + 0.85 + _STOREY_M * k for k in range(storeys)]
    front = sides["front"]
    wall(work, front, _SHOP_M, eaves, shell, windows(rng, columns, rows, (1.25, 1.85), pane), trim=trim)
    if rng.uniform() < 0.5:
        for u in columns:
            ledge(work, front, u - 0.8, u + 0.8, rows[0] + 1.95, rows[0] + 2.1, 0.14, trim)
    ledge(work, front, 0.0, length, _SHOP_M - 0.12, _SHOP_M + 0.12, 0.16, trim)
    ledge(work, front, 0.0, length, eaves - 0.35, eaves, 0.28, trim)
    _other_walls(work, sides, eaves, shell)
    _top(work, rng, (length, depth), eaves, shell, trim, columns)
    return single("shop_house", "building", work.mesh(), _TOWN)


def _shops(work: Masonry, front: Side, rng: np.random.Generator, bays: int, pier: Material) -> None:
    """A shop every two bays; a bay left over holds the door to the flats."""
    openings: list[Opening] = []
    for k in range(bays // 2):
        left, right = 2 * _BAY_M * k, 2 * _BAY_M * (k + 1)
        goods, text, ground, cloth = SHOPS[int(rng.integers(len(SHOPS)))]
        openings += shop_openings(rng, left, right, goods, 2.9)
        shop_sign(work, front, left, right, 3.1, text, ground)
        if rng.uniform() < 0.55:
            awning(work, front, left + 0.3, right - 0.3, 2.3, cloth)
    if bays % 2:
        middle = _BAY_M * (bays - 0.5)
        leaf = _panes.door("glazed", pick(rng, DOORS))
        openings.append(Opening(left_m=middle - 0.6, low_m=0.0, width_m=1.2, height_m=2.9, pane=leaf, reveal_m=0.35))
    wall(work, front, 0.0, _SHOP_M, pier, openings)


def _other_walls(work: Masonry, sides: dict[str, Side], eaves_m: float, shell: Material) -> None:
    """Blank walls to the neighbours; painted windows towards the yard."""
    for name in ("left", "right"):
        wall(work, sides[name], 0.0, eaves_m, shell)
    side = sides["back"]
    uv = np.array([[0.0, 0.0], [side.length_m, 0.0], [side.length_m, eaves_m], [0.0, eaves_m]])
    plain = (
        materials.by_name("facade_brick")
        if shell.name.startswith("brick")
        else materials.tinted("facade", shell.base_colour)
    )
    work.add(rectangle(side, 0.0, side.length_m, 0.0, eaves_m, 0.0), plain, uv)


def _top(
    work: Masonry,
    rng: np.random.Generator,
    size_m: tuple[float, float],
    eaves_m: float,
    shell: Material,
    trim: Material,
    columns_m: list[float],
) -> None:
    """A mansard or a gable roof with dormers, or a flat roof."""
    kind, (length, depth) = rng.uniform(), size_m
    if kind > 0.75:
        flat_roof(work, size_m, eaves_m, trim)
        return
    tiles = materials.tinted("roof_tiles", pick(rng, TILES[2:] if kind < 0.4 else TILES))
    if kind < 0.4:
        mansard(work, size_m, eaves_m, 2.9, tiles, shell)
        pane, top = _panes.window("single", _WHITE), eaves_m + 2.9
        for k, u in enumerate(columns_m[:: 1 if len(columns_m) < 5 else 2]):
            place = (u - length / 2.0, 0.25 - depth / 2.0, eaves_m + 0.35)
            dormer(work, place, (1.3, 1.1, 1.7), pane, trim, tiles, k % 4)
    else:
        rise = depth / 2.0 * 0.75
        top = eaves_m + rise
        gables(work, four_sides(length, depth), eaves_m, rise, shell)
        gable_roof(work, size_m, eaves_m, rise, tiles, trim)
        pane = _panes.window("single", _WHITE)
        for k, u in enumerate(columns_m[::2]):
            place = (u - length / 2.0, 1.3 - depth / 2.0, eaves_m + 0.85)
            dormer(work, place, (1.4, 2.2, 1.4), pane, trim, tiles, k % 4)
    chimney(work, length / 2.0 - 0.7, 1.2, eaves_m, top + 0.9, int(rng.integers(2, 4)))


_TERRACE = "terraced housing of 5.4 m a house: English House Condition Survey; proportions estimated"


@entry("models", source=_TERRACE, tags=("building",))
@cache
def terraced_houses(
    houses: Annotated[int, Parameter(text="how many side by side", low=2, high=8)] = 4,
    seed: Annotated[int, Parameter(text="which colours and bays", low=0)] = 0,
) -> Model:
    """A terrace of narrow houses with bay windows and coloured doors; its front looks along -y."""
    rng = stream(seed, "model", "terraced_houses")
    wide, depth, eaves = 5.4, 9.0, 6.0
    shell = materials.tinted("brick", pick(rng, BRICK)) if rng.uniform() < 0.7 else stone(rng, "plaster")
    trim, tiles = materials.tinted("plaster", (0.74, 0.73, 0.70)), materials.tinted("roof_tiles", pick(rng, TILES))
    pane = _panes.window("sash", _WHITE)
    work, sides = Masonry(), four_sides(wide * houses, depth)
    front, openings = sides["front"], []
    for k in range(houses):
        left = wide * k
        openings += windows(rng, [left + 1.6, left + 3.9], [3.85], (1.1, 1.5), pane)
        leaf = _panes.door("panel", pick(rng, DOORS))
        openings.append(Opening(left_m=left + 3.4, low_m=0.2, width_m=1.0, height_m=2.1, pane=leaf, reveal_m=0.35))
        _bow(work, front, left + 0.55, 2.1, pane, trim, tiles)
        steps(work, front, left + 3.9, 1.3, 0.2)
        ledge(work, front, left + 3.2, left + 4.6, 2.42, 2.56, 0.12, trim)
        chimney(work, left + 0.4 - wide * houses / 2.0, 0.6, eaves + 1.5, eaves + 4.4, 3)
    wall(work, front, 0.0, eaves, shell, openings, trim=trim)
    _other_walls(work, sides, eaves, shell)
    gables(work, sides, eaves, 3.4, shell)
    gable_roof(work, (wide * houses, depth), eaves, 3.4, tiles, trim)
    return single("terraced_houses", "building", work.mesh(), _TERRACE)


def _bow(
    work: Masonry, front: Side, left_m: float, wide_m: float, pane: Material, trim: Material, tiles: Material
) -> None:
    """A bay window: three panes that stand out of the wall over a sill, under a sloped roof."""
    out, low, high, slant = 0.7, 0.75, 2.5, 0.45
    us, outs = (left_m, left_m + slant, left_m + wide_m - slant, left_m + wide_m), (0.0, out, out, 0.0)
    for k in range(3):
        a = {z: front.at(us[k], outs[k], z) for z in (0.0, low, high, high + 0.25)}
        b = {z: front.at(us[k + 1], outs[k + 1], z) for z in (0.0, low, high, high + 0.25)}
        work.add(np.stack([a[0.0], b[0.0], b[low], a[low]]), trim)
        uv = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]) + np.array([k % 2, 0.0])
        work.add(np.stack([a[low], b[low], b[high], a[high]]), pane, uv)
        work.add(np.stack([a[high], b[high], b[high + 0.25], a[high + 0.25]]), trim)
        top = front.at(left_m + wide_m / 2.0 + (k - 1) * 0.4, 0.0, high + 0.75)
        work.triangle(np.stack([a[high + 0.25], b[high + 0.25], top]), tiles)


_DETACHED = "detached house of 120 to 160 m2: TABULA building typology; proportions estimated"


@entry("models", source=_DETACHED, tags=("building",))
@cache
def detached_house(
    seed: Annotated[int, Parameter(text="which shape, colours and roof", low=0)] = 0,
    wide_m: Annotated[float, Parameter(text="width of its front", unit="m", low=8.0, high=16.0)] = 11.0,
) -> Model:
    """A family house with a hipped or gabled roof, a porch and a gable towards the street; its front looks along -y."""
    rng = stream(seed, "model", "detached_house")
    depth, eaves = 8.4, 3.1 if rng.uniform() < 0.45 else 5.8
    shell, trim = (
        stone(rng, "brick" if rng.uniform() < 0.3 else "plaster"),
        materials.tinted("plaster", (0.74, 0.73, 0.7)),
    )
    tiles = materials.tinted("roof_tiles", pick(rng, TILES))
    pane, work, sides = _panes.window("wide", pick(rng, FRAMES)), Masonry(), four_sides(wide_m, depth)
    porch = 0.62 * wide_m
    rows = [0.95] if eaves < 4.0 else [0.95, 3.75]
    columns = [0.2 * wide_m, 0.85 * wide_m]
    openings = windows(rng, columns, rows, (1.9, 1.4), pane)
    leaf = _panes.door("glazed" if rng.uniform() < 0.5 else "panel", pick(rng, DOORS))
    openings.append(Opening(left_m=porch - 0.55, low_m=0.15, width_m=1.1, height_m=2.15, pane=leaf, reveal_m=0.25))
    wall(work, sides["front"], 0.0, eaves, shell, openings, trim=trim)
    garden = _panes.window("french", _WHITE)
    backs = windows(rng, [0.3 * wide_m, 0.7 * wide_m], [0.15], (2.4, 2.2), garden, sill=False)
    applied(work, sides["back"], 0.0, eaves, shell, backs)
    for name in ("left", "right"):
        applied(work, sides[name], 0.0, eaves, shell, windows(rng, [depth / 2.0], [1.1], (1.3, 1.2), pane))
    _family_roof(work, rng, sides, (wide_m, depth), eaves, (shell, trim, tiles))
    steps(work, sides["front"], porch, 1.8)
    canopy(work, sides["front"], porch, 2.2, 2.5, tiles)
    for u in (porch - 0.95, porch + 0.95):
        ledge(work, sides["front"], u - 0.06, u + 0.06, 0.0, 2.5, 0.88, trim)
    return single("detached_house", "building", work.mesh(), _DETACHED)


def _family_roof(
    work: Masonry,
    rng: np.random.Generator,
    sides: dict[str, Side],
    size_m: tuple[float, float],
    eaves_m: float,
    looks: tuple[Material, Material, Material],
) -> None:
    """Hipped, or gabled with a dormer."""
    shell, trim, tiles = looks
    length, depth = size_m
    if rng.uniform() < 0.45:
        rise = depth / 2.0 * float(rng.uniform(0.5, 0.7))
        hip_roof(work, size_m, eaves_m, rise, tiles, trim)
    else:
        rise = depth / 2.0 * float(rng.uniform(0.75, 1.0))
        gables(work, sides, eaves_m, rise, shell)
        gable_roof(work, size_m, eaves_m, rise, tiles, trim)
        place = (-0.3 * length + 0.5, 0.9 - depth / 2.0, eaves_m + 0.75 * rise / depth * 2.0)
        dormer(work, place, (2.2, 2.4, 1.4), _panes.window("casement", _WHITE), trim, tiles, int(rng.integers(4)))
    chimney(work, 0.25 * length, 0.7, eaves_m + 0.4 * rise, eaves_m + rise + 0.6, 1)


_GARAGE = "garages after the German GarVO: 3 x 6 m inside a car, 2.6 m tall"


@entry("models", source=_GARAGE, tags=("building",))
@cache
def garage(
    cars: Annotated[int, Parameter(text="doors side by side", low=1, high=6)] = 1,
    seed: Annotated[int, Parameter(text="which colours", low=0)] = 0,
) -> Model:
    """A garage with up-and-over doors and a flat roof; its front looks along -y."""
    rng = stream(seed, "model", "garage")
    length, depth, high = 3.2 * cars, 6.2, 2.6
    shell, work, sides = materials.tinted("plaster", pick(rng, RENDER)), Masonry(), four_sides(length, depth)
    colour = ((0.72, 0.72, 0.70), (0.30, 0.31, 0.32), (0.16, 0.09, 0.05))[int(rng.integers(3))]
    leaf = _panes.door("garage", colour)
    doors = [
        Opening(left_m=3.2 * k + 0.35, low_m=0.0, width_m=2.5, height_m=2.15, pane=leaf, reveal_m=0.18)
        for k in range(cars)
    ]
    wall(work, sides["front"], 0.0, high, shell, doors)
    for name in ("left", "right", "back"):
        wall(work, sides[name], 0.0, high, shell)
    flat_roof(work, (length, depth), high, materials.tinted("plaster", (0.36, 0.35, 0.34)), 0.22)
    return single("garage", "building", work.mesh(), _GARAGE)
