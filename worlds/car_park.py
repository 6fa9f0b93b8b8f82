"""The car park of a supermarket: aisles of marked bays, parked cars, trolley shelters, walkways, trees, lamps."""

import math
from typing import Annotated

import numpy as np
import shapely

from simgen.library import Parameter, entry
from simgen.sampling import draw, stream
from simgen.scenario.palette import CAR_PAINTS
from simgen.world.build import Place, world_from_opendrive
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model
from simgen.world.shapes import box
from simgen.world.world import Resident, Surface, World

from . import _countryside as country
from ._dressing import Plots, scatter
from ._palette import palette
from .maps import car_park as drawing
from .materials import by_name, tinted
from .models import furniture, parking, plants, signs, street
from .models._lettering import RED, WHITE, facing, words

MODELS = ("hatchback", "supermini", "saloon", "estate", "suv", "city_car", "minivan", "suv_large", "van_small", "coupe")
CHANCES = (0.21, 0.14, 0.12, 0.11, 0.19, 0.07, 0.06, 0.05, 0.03, 0.02)
"""Of parked cars, roughly as in traffic."""

SHELTER_BAYS = (2, 13)
"""Bays in each half of a row that a trolley shelter has instead of cars (in every second row)."""


@entry("worlds", source="bays and aisles by EAR 05; map: worlds/maps/car_park.py", tags=("parking", "urban"))
def car_park(
    seed: Annotated[int, Parameter(text="who parks where, and what grows around", low=0)] = 0,
    aisles: Annotated[int, Parameter(text="aisles, each with a row of bays on both sides", low=1, high=6)] = 3,
    bays: Annotated[int, Parameter(text="of a row, an even number", low=8, high=48)] = 32,
    filled: Annotated[float, Parameter(text="share of bays with a car in it", low=0.0, high=1.0)] = 0.42,
) -> World:
    """A supermarket's car park: three aisles of 192 marked bays, parked cars, trolley shelters, walkways, trees."""
    count = bays // 2 * 2

    def dress(place: Place) -> list[Surface]:
        plots = Plots(place=place)
        shop = _shop(plots, aisles, count)
        _furnish(plots, aisles, count)
        scatter(plots, _tree, count=16, what="trees", reach_m=30.0, clear_m=4.0)
        woods = country.horizon_woods(place, nearest_m=110.0, count=14)
        return [
            Surface(name="shop", mesh=merge(shop)),
            Surface(name="paths", mesh=merge(_paths(place, aisles)), collide=False),
            *plots.surfaces(),
            Surface(name="woods", mesh=merge(woods), collide=False),
        ]

    return world_from_opendrive(
        drawing.draw(aisles, count).decode(),
        name="car_park",
        palette=palette(),
        dress=dress,
        relief=country.rolling(seed, 0.5, 30.0, clear_m=60.0),
        residents=lambda place: _parked(place.seed, aisles, count, filled),
        seed=seed,
        parameters={"seed": seed, "aisles": aisles, "bays": bays, "filled": filled},
    )


def _bays(aisles: int, bays: int) -> list[tuple[int, int, int, float, float, float]]:
    """Row, half, bay, and middle and direction (into the bay) of every bay."""
    places = []
    for k in range(aisles):
        for side in (1, -1):
            for half, first in enumerate(drawing.blocks_m(bays)):
                for n in range(bays // 2):
                    x = first + (n + 0.5) * drawing.BAY_M
                    y = drawing.aisle_m(k) + side * (drawing.AISLE_M + drawing.DEPTH_M) / 2.0
                    places.append((2 * k + (side + 1) // 2, half, n, x, y, side * math.pi / 2.0))
    return places


def _is_shelter(row: int, half: int, bay: int) -> bool:
    return row % 2 == 1 and bay == SHELTER_BAYS[half]


def _parked(seed: int, aisles: int, bays: int, filled: float) -> list[Resident]:
    """Parked cars: a third of them have backed in, none stands quite straight."""
    made = []
    for row, half, bay, x, y, way in _bays(aisles, bays):
        rng = stream(seed, "parked", row, half, bay)
        if rng.uniform() >= filled or _is_shelter(row, half, bay):
            continue
        turn = math.pi if rng.uniform() < 0.33 else 0.0
        yaw = way + turn + math.radians(float(rng.normal(0.0, 1.2)))
        model = str(rng.choice(MODELS, p=CHANCES))
        # A car's origin is the middle of its rear axle.
        back = 1.3 + float(rng.normal(0.0, 0.12))
        at = (x + float(rng.normal(0.0, 0.08)) - back * math.cos(yaw), y - back * math.sin(yaw))
        paint = draw(CAR_PAINTS, rng)
        made.append(Resident(model=model, x_m=at[0], y_m=at[1], yaw_rad=yaw, paint=paint))
    return made


def _shop(plots: Plots, aisles: int, bays: int) -> list[Mesh]:
    """A flat supermarket behind the last row: glass front, red band with its name, delivery side."""
    y = drawing.aisle_m(aisles - 1) + drawing.AISLE_M / 2.0 + drawing.DEPTH_M + 9.0
    wide, deep, tall = min(0.85 * bays * drawing.BAY_M, 70.0), 32.0, 6.5
    white, glass = by_name("plaster"), by_name("facade_glass")
    plots.taken.append(shapely.box(-wide / 2.0 - 3.0, y - 5.0, wide / 2.0 + 3.0, y + deep + 3.0))
    name = words(("FRISCHMARKT",), 14.0, 1.5, WHITE, RED, "building")
    made = [
        box((wide, deep, tall), white, (0.0, y + deep / 2.0, tall / 2.0)),
        box((wide + 0.3, deep + 0.3, 0.35), by_name("roof_flat"), (0.0, y + deep / 2.0, tall + 0.1)),
        box((wide * 0.62, 0.12, 3.2), glass, (0.0, y - 0.03, 1.75)),
        box((wide * 0.7, 2.8, 0.3), tinted("plaster", (0.36, 0.02, 0.02)), (0.0, y - 1.4, 3.7)),
        facing("-y", (0.0, y - 0.06, 5.15), 14.0, 1.5, name),
        box((wide, 4.0, 0.12), by_name("paving"), (0.0, y - 2.0, 0.06)),
    ]
    made += [
        box((0.25, 0.25, 3.6), by_name("steel"), (x, y - 2.6, 1.8)) for x in np.linspace(-0.33 * wide, 0.33 * wide, 6)
    ]
    made += [box((2.2, 2.2, 1.2), by_name("sign_back"), (x, y + 18.0, tall + 0.9)) for x in (-0.3 * wide, 0.12 * wide)]
    return made


def _paths(place: Place, aisles: int) -> list[Mesh]:
    """Paved ways through the middle of the rows, to the street and to the shop."""
    half = drawing.GAP_M / 2.0
    first = drawing.aisle_m(0) - drawing.AISLE_M / 2.0 - drawing.DEPTH_M
    last = drawing.aisle_m(aisles - 1) + drawing.AISLE_M / 2.0 + drawing.DEPTH_M
    rows = shapely.box(-half - 0.05, first, half + 0.05, last + 5.2)
    way = shapely.box(-1.2, drawing.STREET_M + drawing.WALK_M - 0.1, 1.2, first)
    free = shapely.difference(shapely.union(rows, way), place.roads)
    return country.field_of(place, free, by_name("paving"))


def _furnish(plots: Plots, aisles: int, bays: int) -> None:
    """Shelters in bays; lamps and trees on walkways and row ends; machine, barriers, signs where cars come in."""
    for row, half, bay, x, y, way in _bays(aisles, bays):
        if _is_shelter(row, half, bay):
            plots.drop(parking.trolley_shelter(), np.array([x, y]), way, "shelters")
    end = drawing.blocks_m(bays)[1] + bays // 2 * drawing.BAY_M
    for k in range(aisles):
        y = drawing.aisle_m(k)
        above = y + drawing.AISLE_M / 2.0 + drawing.DEPTH_M + drawing.WALKWAY_M / 2.0
        for n, x in enumerate(np.linspace(-end, end, 5)):
            if n % 2 == 1 or k == aisles - 1:
                plots.drop(furniture.lamp_post(), np.array([x, above]), math.pi / 2.0 * (-1.0) ** n, "lamps")
        for x in (-end - 1.4, end + 1.4):
            for side in (-1.0, 1.0):
                at = np.array([x, y + side * (drawing.AISLE_M + drawing.DEPTH_M) / 2.0])
                plots.drop(plants.tree(height_m=5.0 + 0.5 * k, seed=k), at, 0.0, "trees in the rows")
    side = drawing.column_m(bays)
    for sign, x in ((1.0, -side), (-1.0, side)):
        plots.drop(parking.boom_barrier(), np.array([x + 3.9 * sign, 16.0]), math.pi / 2.0, "barriers")
        plots.drop(parking.ticket_machine(), np.array([x + 4.2 * sign, 12.5]), math.pi * (sign > 0), "barriers")
        plots.drop(signs.sign_parking(), np.array([x - 6.5 * sign, 8.5]), -math.pi / 2.0, "park signs")
        plots.drop(street.charging_station(), np.array([x + 8.0 * sign, 20.5]), math.pi / 2.0, "park signs")
    for n, x in enumerate(np.arange(-side + 14.0, side - 12.0, 8.2)):
        if abs(x) > 5.0:
            plots.put(plants.hedge(length_m=7.0, height_m=1.0, seed=n % 3), np.array([x, 8.2]), 0.0, "hedges")


def _tree(rng: np.random.Generator) -> Model:
    return plants.tree(height_m=float(rng.integers(6, 11)), seed=int(rng.integers(6)))
