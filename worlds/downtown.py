"""A downtown canyon: office towers along avenues of two lanes each way, wide sidewalks, lights at every junction."""

from dataclasses import replace
from typing import Annotated

from simgen.errors import InputError
from simgen.library import Parameter, entry
from simgen.world.build import Place, world_from_opendrive
from simgen.world.world import Surface, World

from ._dressing import Frontage, Plots, along_kerb, frontages, line_street
from ._dressing_kinds import sidewalk_thing, street_tree, towers
from ._dressing_town import line_trees
from ._palette import palette
from .maps import grid
from .maps.grid_plans import downtown_plan
from .models import street

LEAST_M = 260.0


@entry("worlds", source="main streets by RASt 06; map: worlds/maps/grid.py", tags=("urban",))
def downtown(
    seed: Annotated[int, Parameter(text="how the streets run, and which towers stand there", low=0)] = 0,
    size_m: Annotated[float, Parameter(text="side of the square", unit="m", low=LEAST_M, high=2000)] = 330.0,
    buildings: Annotated[int, Parameter(text="at most", low=0, high=4000)] = 120,
    trees: Annotated[int, Parameter(text="at most", low=0, high=8000)] = 70,
) -> World:
    """Avenues between office towers of 8 to 25 storeys, with wide sidewalks, lights, bus stops and billboards.

    Raises:
        InputError: too small for its streets.
    """
    if not LEAST_M <= size_m <= 2000.0:
        raise InputError(f"world downtown: size_m: expected {LEAST_M:g}..2000, got {size_m:g}")

    def dress(place: Place) -> list[Surface]:
        plots, left = Plots(place=place), buildings
        streets = frontages(place)
        for one in streets:
            left -= line_street(plots, one, towers, most=left)
        for k, one in enumerate(streets):
            _furnish(plots, one, k)
            line_trees(plots, one, street_tree, 17.0, 3.9, trees // len(streets))
        return plots.surfaces()

    return world_from_opendrive(
        grid.draw(downtown_plan(size_m), seed).decode(),
        name="downtown",
        palette=replace(palette(), terrain=palette().paving),
        dress=dress,
        seed=seed,
        parameters={"seed": seed, "size_m": size_m, "buildings": buildings, "trees": trees},
    )


def _furnish(plots: Plots, one: Frontage, k: int) -> None:
    """A bus stop or a billboard, and small things in turn, along the middle of the sidewalk."""
    for n, (at, yaw) in enumerate(along_kerb(one, 14.0, 13.0, 2.6)):
        if n == 1 and k % 3 == 0:
            plots.drop(street.bus_shelter(), at, yaw, "furniture")
        elif n == 2 and k % 3 == 1:
            plots.drop(street.billboard(), at, yaw, "furniture")
        else:
            plots.drop(sidewalk_thing(5 * k + n), at, yaw, "furniture")
