"""A suburb: detached houses in gardens along winding streets, garages, driveways with parked cars, dead ends."""

from typing import Annotated

from simgen.errors import InputError
from simgen.library import Parameter, entry
from simgen.world.build import Place, world_from_opendrive
from simgen.world.world import Resident, Surface, World

from ._dressing import Plots, frontages, scatter
from ._dressing_gardens import Gardens
from ._dressing_kinds import garden_tree, street_tree
from ._dressing_town import line_trees
from ._palette import palette
from .maps import grid
from .maps.grid_plans import suburb_plan

LEAST_M = 220.0


@entry("worlds", source="residential streets by RASt 06; map: worlds/maps/grid.py", tags=("urban",))
def suburb(
    seed: Annotated[int, Parameter(text="how the streets run, and what stands there", low=0)] = 0,
    size_m: Annotated[float, Parameter(text="side of the square", unit="m", low=LEAST_M, high=2000)] = 340.0,
    houses: Annotated[int, Parameter(text="at most", low=0, high=4000)] = 160,
    trees: Annotated[int, Parameter(text="at most", low=0, high=8000)] = 220,
) -> World:
    """A suburb of detached houses with front gardens, hedges, garages, parked cars, street trees and dead ends.

    Raises:
        InputError: too small for its streets.
    """
    if not LEAST_M <= size_m <= 2000.0:
        raise InputError(f"world suburb: size_m: expected {LEAST_M:g}..2000, got {size_m:g}")
    cars: list[Resident] = []

    def dress(place: Place) -> list[Surface]:
        gardens = Gardens(plots=Plots(place=place), left=houses)
        streets = frontages(place)
        planted = sum(
            line_trees(gardens.plots, one, street_tree, 15.0, 2.7, trees // (2 * len(streets))) for one in streets
        )
        for one in streets:
            gardens.line(one)
        scatter(gardens.plots, garden_tree, count=trees - planted, what="trees", reach_m=40.0, clear_m=9.0)
        cars.extend(gardens.cars)
        return gardens.plots.surfaces()

    return world_from_opendrive(
        grid.draw(suburb_plan(size_m), seed).decode(),
        name="suburb",
        palette=palette(),
        dress=dress,
        residents=lambda place: cars,
        seed=seed,
        parameters={"seed": seed, "size_m": size_m, "houses": houses, "trees": trees},
    )
