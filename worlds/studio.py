"""A room for products: a floor, four walls, and a table, a shelf or nothing to put things on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import numpy as np
from simgen.worlds import materials

from simgen.errors import InputError
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.lanes import LaneNetwork
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.weather import Weather
from simgen.world.world import Surface, World

TABLE_M, TABLE_TOP_M = (1.2, 0.8), 0.74
"""Length and width (along y and x) of its top, and its height. Source: EN 527-1, desks of fixed height."""

SHELF_M, SHELF_LEVELS_M = (1.25, 0.47), (0.17, 0.57, 0.97, 1.37, 1.77)
"""Width and depth of a gondola's bay, heights of its shelves. Source: usual shop fittings (bays of 1250 x 470 mm)."""

FURNITURE = ("floor", "table", "shelf")
_ROOM_M, _WALL_M = 9.0, 2.6
_FLOORS = ("wood", "paving", "concrete", "asphalt", "tactile_paving")
_WALLS = ("plaster", "brick", "wall", "concrete", "wood")
_TOPS = ("furniture_wood", "wood", "box_panel", "steel", "concrete", "plastic")


@entry("worlds", source="a room of 9 x 9 m of our own; furniture: EN 527-1, shop fittings", tags=("indoor", "product"))
def studio(
    seed: Annotated[int, Parameter(text="which floor, walls and furniture, in which colours", low=0)] = 0,
    furniture: Annotated[str, Parameter(text="floor, table or shelf")] = "table",
) -> World:
    """A room without a ceiling whose floor, walls and furniture are made of what the seed draws."""
    if furniture not in FURNITURE:
        raise InputError(f"world studio: furniture: expected one of {', '.join(FURNITURE)}, got {furniture!r}")
    rng = stream(seed, "world", "studio")
    floor, wall, top, metal = (
        _stuff(rng, names, semantic)
        for names, semantic in (
            (_FLOORS, "ground"),
            (_WALLS, "wall"),
            (_TOPS, "furniture"),
            (("steel", "plastic", "furniture_metal"), "furniture"),
        )
    )
    half = _ROOM_M / 2.0
    ground = shapes.box((_ROOM_M, _ROOM_M, 0.2), floor, (0.0, 0.0, -0.1))
    walls = [
        shapes.box(size, wall, (x, y, _WALL_M / 2.0))
        for x, y, size in (
            (half, 0.0, (0.1, _ROOM_M, _WALL_M)),
            (-half, 0.0, (0.1, _ROOM_M, _WALL_M)),
            (0.0, half, (_ROOM_M, 0.1, _WALL_M)),
            (0.0, -half, (_ROOM_M, 0.1, _WALL_M)),
        )
    ]
    surfaces = [Surface(name="floor", mesh=ground), Surface(name="walls", mesh=merge(walls))]
    pieces = {"floor": [], "table": _table(top, metal), "shelf": _shelf(top, metal)}[furniture]
    if pieces:
        surfaces.append(Surface(name=furniture, mesh=merge(pieces)))
    return World(
        name="studio",
        surfaces=tuple(surfaces),
        lanes=LaneNetwork({}),
        origin_m=np.zeros(3),
        weather=Weather(sun_elevation_deg=55.0, cloudiness=0.4),
        parameters={"seed": seed, "furniture": furniture},
    )


def _stuff(rng: np.random.Generator, names: Sequence[str], semantic: str) -> Material:
    """One of some materials, its colour moved about."""
    known = [name for name in names if name in materials.names()]
    base = materials.by_name(known[int(rng.integers(len(known)))])
    tint = np.clip(np.array(base.base_colour) * rng.uniform(0.6, 1.3) * rng.uniform(0.75, 1.25, 3), 0.02, 0.9)
    red, green, blue = (round(float(value), 3) for value in tint)
    name = f"{base.name}_{semantic}_{red}_{green}_{blue}"
    return replace(base, name=name, semantic=semantic, base_colour=(red, green, blue), paint=False)


def _table(top: Material, metal: Material) -> list[Mesh]:
    long, deep = TABLE_M
    plate = shapes.box((deep, long, 0.03), top, (0.0, 0.0, TABLE_TOP_M - 0.015))
    legs = [
        shapes.box((0.05, 0.05, TABLE_TOP_M - 0.03), metal, (x, y, (TABLE_TOP_M - 0.03) / 2.0))
        for x in (deep / 2.0 - 0.05, 0.05 - deep / 2.0)
        for y in (long / 2.0 - 0.05, 0.05 - long / 2.0)
    ]
    return [plate, *legs]


def _shelf(top: Material, metal: Material) -> list[Mesh]:
    """A gondola's bay whose front looks along x."""
    wide, deep = SHELF_M
    high = SHELF_LEVELS_M[-1] + 0.35
    boards = [shapes.box((deep, wide, 0.03), top, (0.0, 0.0, level - 0.015)) for level in SHELF_LEVELS_M]
    back = shapes.box((0.02, wide, high), top, (-deep / 2.0 - 0.01, 0.0, high / 2.0))
    posts = [shapes.box((0.05, 0.03, high), metal, (-deep / 2.0, y, high / 2.0)) for y in (-wide / 2.0, wide / 2.0)]
    return [*boards, back, *posts]
