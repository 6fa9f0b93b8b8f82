"""Buildings that one steers by: a church, an industrial hall, a supermarket."""

from functools import cache
from typing import Annotated

import numpy as np
from simgen.worlds import materials

from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world.material import Material
from simgen.world.model import Model

from . import _panes
from ._facades import canopy, pick, steps, windows
from ._lettering import words
from ._masonry import Masonry, Opening, Side, four_sides, ledge, rectangle, wall
from ._roofs import chimney, flat_roof, gable_roof, gables
from ._standing import single

_CHURCH = "village church with a west tower, nave 22 x 11 m, tower 26 m; proportions estimated"


@entry("models", source=_CHURCH, tags=("building",))
@cache
def church(seed: Annotated[int, Parameter(text="which stone and roof", low=0)] = 0) -> Model:
    """A church along x with a tower and a spire at its left end; its side looks along -y."""
    rng = stream(seed, "model", "church")
    shell = materials.tinted(
        "plaster", ((0.76, 0.75, 0.70), (0.62, 0.55, 0.44), (0.50, 0.47, 0.43))[int(rng.integers(3))]
    )
    trim, slates = materials.tinted("concrete", (0.46, 0.42, 0.37)), materials.tinted("roof_tiles", (0.17, 0.165, 0.17))
    tiles = slates if rng.uniform() < 0.5 else materials.by_name("roof_tiles")
    work, nave = Masonry(), four_sides(22.0, 11.0, 3.0, 0.0)
    pane = _panes.window("old", (0.10, 0.10, 0.11))
    for name, side in nave.items():
        high = windows(rng, [2.8, 6.9, 11.0, 15.1, 19.2], [2.4], (1.3, 4.2), pane, reveal_m=0.4)
        wall(work, side, 0.0, 8.5, shell, high if name in ("front", "back") else (), trim=trim)
    for u in (0.3, 4.85, 8.95, 13.05, 17.15, 21.7):
        for name in ("front", "back"):
            ledge(work, nave[name], u - 0.3, u + 0.3, 0.0, 6.4, 0.7, trim)
    gables(work, nave, 8.5, 6.5, shell)
    gable_roof(work, (22.0, 11.0), 8.5, 6.5, tiles, trim, (3.0, 0.0))
    _tower(work, rng, shell, trim, slates, pane)
    return single("church", "building", work.mesh(), _CHURCH)


def _tower(
    work: Masonry, rng: np.random.Generator, shell: Material, trim: Material, slates: Material, pane: Material
) -> None:
    """A square tower with bell openings, a clock and a spire with a cross."""
    wide, high, top, x = 6.4, 18.0, 27.0, -10.4
    for name, side in four_sides(wide, wide, x, 0.0).items():
        openings = windows(rng, [wide / 2.0], [13.6], (1.5, 2.6), _panes.door("loading", (0.06, 0.05, 0.045)))
        if name == "front":
            leaf = _panes.door("panel", (0.10, 0.05, 0.03))
            openings.append(Opening(left_m=2.2, low_m=0.15, width_m=2.0, height_m=3.4, pane=leaf, reveal_m=0.6))
            steps(work, side, wide / 2.0, 2.8)
        wall(work, side, 0.0, high, shell, openings, trim=trim)
        for low in (6.0, 12.0, high - 0.3):
            ledge(work, side, -0.1, wide + 0.1, low, low + 0.3, 0.14, trim)
        face = words(("XII", "IX   III", "VI"), 1.8, 1.8, (30, 30, 30), (240, 236, 220), "building")
        uv = np.array([[0.0, 0.0], [1.8, 0.0], [1.8, 1.8], [0.0, 1.8]])
        work.add(rectangle(side, 2.3, 4.1, 9.3, 11.1, 0.05), face, uv)
    half, tip = wide / 2.0 + 0.3, (x, 0.0, top)
    corners = [(x - half, -half, high), (x + half, -half, high), (x + half, half, high), (x - half, half, high)]
    for k in range(4):
        work.triangle(np.array([corners[k], corners[(k + 1) % 4], tip]), slates)
    metal = materials.classed("steel", "building")
    work.box((0.12, 0.12, 1.8), (x, 0.0, top + 0.7), metal)
    work.box((0.9, 0.12, 0.12), (x, 0.0, top + 1.1), metal)


_HALL = "steel hall of 6 m bays, eaves 7.5 m, dock doors 3.2 x 3.6 m: Neufert, Architects' Data"
_CLADDING = ((0.55, 0.57, 0.58), (0.20, 0.30, 0.42), (0.50, 0.48, 0.42), (0.26, 0.34, 0.28))
_FIRMS = ("LOGISTIK NORD", "STAHLBAU", "MOEBELWERK", "TECHNIK AG")


@entry("models", source=_HALL, tags=("building",))
@cache
def industrial_hall(
    bays: Annotated[int, Parameter(text="bays of 6 m along x", low=3, high=12)] = 6,
    seed: Annotated[int, Parameter(text="which colours, roof and firm", low=0)] = 0,
) -> Model:
    """A clad hall with loading doors and a shed or flat roof; its front looks along -y."""
    rng = stream(seed, "model", "industrial_hall")
    length, depth, eaves = 6.0 * bays, 24.0, 7.5
    work, sides = Masonry(), four_sides(length, depth)
    sheet = _panes.cladding(pick(rng, _CLADDING))
    base, gate = materials.by_name("concrete"), _panes.door("loading", (0.60, 0.60, 0.58))
    doors = [
        Opening(left_m=6.0 * k + 1.4, low_m=0.2, width_m=3.2, height_m=3.6, pane=gate, reveal_m=0.25)
        for k in range(bays - 1)
    ]
    leaf = _panes.door("entrance", (0.1, 0.1, 0.11))
    doors.append(Opening(left_m=length - 4.0, low_m=0.2, width_m=2.0, height_m=3.6, pane=leaf, reveal_m=0.25))
    for name, side in sides.items():
        wall(work, side, 0.0, eaves, sheet, doors if name == "front" else (), trim=base)
        ledge(work, side, 0.0, side.length_m, eaves - 0.5, eaves, 0.12, materials.classed("aluminium", "building"))
    front = sides["front"]
    for one in doors[:-1]:
        middle = one.left_m + one.width_m / 2.0
        canopy(work, front, middle, 3.8, 4.1, materials.classed("aluminium", "building"))
        for u in (one.left_m - 0.25, one.left_m + one.width_m + 0.05):
            ledge(work, front, u, u + 0.2, 0.3, 1.1, 0.3, materials.classed("rubber", "building"))
    _board(work, front, length, 5.0, _FIRMS[int(rng.integers(len(_FIRMS)))])
    if rng.uniform() < 0.5:
        _sheds(work, bays, depth, eaves, sheet)
    else:
        flat_roof(work, (length, depth), eaves, materials.classed("aluminium", "building"), 0.4)
        for k in range(1, bays, 2):
            work.box(
                (2.0, 12.0, 0.5), (6.0 * k - length / 2.0 + 3.0, 0.0, eaves + 0.25), materials.by_name("facade_glass")
            )
    chimney(work, length / 2.0 - 3.0, 6.0, eaves, eaves + 4.0, 1)
    return single("industrial_hall", "building", work.mesh(), _HALL)


def _board(work: Masonry, front: Side, length_m: float, low_m: float, text: str) -> None:
    """The firm's name across the front."""
    wide, high = 7.0, 1.2
    left = (length_m - wide) / 2.0
    uv = np.array([[0.0, 0.0], [wide, 0.0], [wide, high], [0.0, high]])
    board = words((text,), wide, high, (245, 245, 240), (20, 50, 100), "building")
    ledge(work, front, left, left + wide, low_m, low_m + high, 0.12, materials.classed("aluminium", "building"))
    work.add(rectangle(front, left, left + wide, low_m, low_m + high, 0.13), board, uv)


def _sheds(work: Masonry, bays: int, depth_m: float, eaves_m: float, sheet: Material) -> None:
    """A saw-tooth roof: glass towards -x, sheet on the slope."""
    glass, y, rise = materials.by_name("facade_glass"), depth_m / 2.0, 2.2
    for k in range(bays):
        x0 = 6.0 * (k - bays / 2.0)
        x1, top = x0 + 6.0, eaves_m + rise
        work.add(np.array([(x0, y, eaves_m), (x0, -y, eaves_m), (x0, -y, top), (x0, y, top)]), glass)
        work.add(np.array([(x0, -y, top), (x1, -y, eaves_m), (x1, y, eaves_m), (x0, y, top)]), sheet)
        work.triangle(np.array([(x0, -y, eaves_m), (x1, -y, eaves_m), (x0, -y, top)]), sheet)
        work.triangle(np.array([(x1, y, eaves_m), (x0, y, eaves_m), (x0, y, top)]), sheet)


_MARKET = "supermarket of 800 to 1200 m2 with a glazed entrance: Neufert, Architects' Data; proportions estimated"


@entry("models", source=_MARKET, tags=("building",))
@cache
def supermarket(seed: Annotated[int, Parameter(text="which chain", low=0)] = 0) -> Model:
    """A flat supermarket with a glass front, a deep canopy and large letters; its front looks along -y."""
    rng = stream(seed, "model", "supermarket")
    name, ground = (("FRISCHMARKT", (20, 120, 50)), ("DISCOUNT", (200, 30, 30)), ("BIOLADEN", (90, 130, 30)))[
        int(rng.integers(3))
    ]
    length, depth, high = 34.0, 24.0, 5.6
    work, sides = Masonry(), four_sides(length, depth)
    shell = materials.tinted("brick", (0.46, 0.30, 0.19)) if rng.uniform() < 0.5 else materials.by_name("plaster")
    glass, leaf = _panes.shop_window("grocer"), _panes.door("entrance", (0.1, 0.1, 0.11))
    fronts = [
        Opening(left_m=2.0 + 4.4 * k, low_m=0.3, width_m=4.0, height_m=2.8, pane=glass, reveal_m=0.2, variant=k % 4)
        for k in range(5)
    ]
    fronts.append(Opening(left_m=26.0, low_m=0.0, width_m=3.6, height_m=3.1, pane=leaf, reveal_m=0.2))
    for label, side in sides.items():
        wall(work, side, 0.0, high, shell, fronts if label == "front" else ())
    metal, front = materials.classed("aluminium", "building"), sides["front"]
    ledge(work, front, 0.0, length, 3.4, 3.8, 2.6, metal)
    for u in (0.3, 8.5, 17.0, 25.5, 33.7):
        x, y = front.at(u, 2.4, 0.0)[:2]
        work.box((0.2, 0.2, 3.4), (float(x), float(y), 1.7), metal, ("-x", "+x", "-y", "+y"))
    uv = np.array([[0.0, 0.0], [8.0, 0.0], [8.0, 1.5], [0.0, 1.5]])
    board = words((name,), 8.0, 1.5, (250, 250, 250), ground, "building")
    ledge(work, front, 23.4, 31.6, 3.9, 5.9, 0.3, metal)
    work.add(rectangle(front, 23.5, 31.5, 4.15, 5.65, 0.31), board, uv)
    flat_roof(work, (length, depth), high, metal, 0.4)
    work.box((3.0, 2.0, 1.4), (-6.0, 3.0, high + 0.7), metal)
    return single("supermarket", "building", work.mesh(), _MARKET)
