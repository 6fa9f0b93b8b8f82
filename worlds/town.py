"""A small European town: six blocks, two signalised junctions, parked streets, sidewalks, houses and shops."""

from pathlib import Path
from typing import Annotated

import numpy as np

from simgen.errors import InputError
from simgen.library import Parameter, entry
from simgen.world.build import Place, world_from_opendrive
from simgen.world.model import Model
from simgen.world.world import Surface, World

from ._dressing import Building, Plots, along_kerb, frontages, line_street, scatter
from ._dressing_town import dress_town
from ._palette import palette
from .maps import grid
from .maps.grid_plans import town_plan
from .models import buildings, furniture, plants

LEAST_M = 240.0
MAP = Path(__file__).parent / "maps" / "town.xodr"
_MARKET = ("2", "3", "4")
"""Roads of the main street: shops and flats, closed rows."""


@entry("worlds", source="streets by RASt 06 and RMS; map: worlds/maps/town.py", tags=("urban",))
def town(
    seed: Annotated[int, Parameter(text="which houses, trees and benches stand there", low=0)] = 0,
    dressed: Annotated[bool, Parameter(text="with buildings and plants, not the bare map")] = True,
    size_m: Annotated[
        float, Parameter(text="side of a town that is drawn anew; 0: the map of six blocks", unit="m", low=0, high=2000)
    ] = 0.0,
    buildings: Annotated[int, Parameter(text="at most, of a town that is drawn anew", low=0, high=4000)] = 150,
    trees: Annotated[int, Parameter(text="at most, of a town that is drawn anew", low=0, high=8000)] = 300,
) -> World:
    """A town with sidewalks, parking bays, zebra crossings and signalised junctions: six blocks, or of any size.

    Raises:
        InputError: too small for four blocks.
    """
    if size_m:
        return _drawn(seed, dressed, size_m, buildings, trees)
    return world_from_opendrive(
        MAP,
        name="town",
        palette=palette(),
        dress=_dress if dressed else None,
        seed=seed,
        parameters={"seed": seed, "dressed": dressed},
    )


def _drawn(seed: int, dressed: bool, size_m: float, buildings: int, trees: int) -> World:
    """Streets, houses and all from the seed."""
    if size_m < LEAST_M:
        raise InputError(f"world town: size_m: expected 0 or {LEAST_M:g}..2000, got {size_m:g}")

    def dress(place: Place) -> list[Surface]:
        return dress_town(place, buildings, trees, kerb_m=2.05)

    return world_from_opendrive(
        grid.draw(town_plan(size_m), seed).decode(),
        name="town",
        palette=palette(),
        dress=dress if dressed else None,
        seed=seed,
        parameters={"seed": seed, "dressed": dressed, "size_m": size_m, "buildings": buildings, "trees": trees},
    )


def _dress(place: Place) -> list[Surface]:
    plots = Plots(place=place)
    streets = frontages(place)
    for street in sorted(streets, key=lambda one: (one.road not in _MARKET, one.road, one.side)):
        line_street(plots, street, _flats if street.road in _MARKET else _houses)
    for k, street in enumerate(streets):
        for n, (at, yaw) in enumerate(along_kerb(street, 24.0, 75.0, 0.5)):
            model = furniture.bench() if (k + n) % 3 == 0 else furniture.bin()
            plots.drop(model, at, yaw + np.pi / 2.0, "furniture")
    scatter(plots, _garden, count=14, what="trees", reach_m=60.0, clear_m=3.0)
    return plots.surfaces()


def _flats(rng: np.random.Generator) -> Building:
    style = ("plaster", "plaster", "brick", "plaster", "glass")[int(rng.integers(5))]
    model = buildings.block(
        bays=int(rng.choice([4, 6])),
        depth_bays=4,
        storeys=int(rng.integers(3, 6)),
        style=style,
        seed=int(rng.integers(3)),
    )
    return Building(model=model, setback_m=0.3, gap_m=0.05)


def _houses(rng: np.random.Generator) -> Building:
    if rng.uniform() < 0.35:
        model = buildings.block(
            bays=int(rng.choice([3, 5])), depth_bays=3, storeys=3, style="plaster", seed=int(rng.integers(6))
        )
        return Building(model=model, setback_m=0.4, gap_m=float(rng.uniform(0.5, 2.5)))
    model = buildings.house(bays=int(rng.choice([3, 4])), storeys=int(rng.integers(1, 3)), seed=int(rng.integers(6)))
    return Building(model=model, setback_m=float(rng.choice([0.6, 2.5])), gap_m=float(rng.uniform(1.0, 4.0)))


def _garden(rng: np.random.Generator) -> Model:
    if rng.uniform() < 0.25:
        return plants.conifer(height_m=float(rng.choice([7, 10])), seed=int(rng.integers(2)))
    return plants.tree(height_m=float(rng.choice([6, 8, 10])), seed=int(rng.integers(3)))
