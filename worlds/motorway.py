"""A motorway with an interchange: exits and entries, slip roads up to a road that crosses on a bridge, gantries."""

import math
from typing import Annotated

import numpy as np

from simgen.library import Parameter, entry
from simgen.world.build import Place, world_from_opendrive
from simgen.world.mesh import merge
from simgen.world.model import Model
from simgen.world.world import Surface, World

from . import _countryside as country
from ._dressing import Plots, scatter
from ._palette import palette
from .maps import motorway as drawing
from .models import motorway_signs, plants


@entry("worlds", source="RQ 36 and diamond interchange of RAA; map: worlds/maps/motorway.py", tags=("motorway",))
def motorway(
    seed: Annotated[int, Parameter(text="hills, fields and trees beside it", low=0)] = 0,
    trees: Annotated[int, Parameter(text="single trees", low=0, high=60)] = 22,
) -> World:
    """A six-lane motorway with a diamond interchange: deceleration lanes, slip roads, a bridge, gantries, signs."""

    def dress(place: Place) -> list[Surface]:
        plots = Plots(place=place)
        _signs(plots)
        scatter(plots, _tree, count=trees, what="trees", reach_m=60.0, clear_m=7.0)
        woods = country.horizon_woods(place, nearest_m=90.0, count=18)
        belts = country.belts(place, share=0.3, away_m=(12.0, 30.0))
        return [
            *plots.surfaces(),
            Surface(name="fields", mesh=merge(country.far_fields(place, nearest_m=25.0, count=34)), collide=False),
            Surface(name="woods", mesh=merge([*woods, *belts]), collide=False),
        ]

    return world_from_opendrive(
        drawing.draw().decode(),
        name="motorway",
        palette=palette(),
        dress=dress,
        relief=country.rolling(seed, 2.0, 45.0, clear_m=12.0),
        seed=seed,
        parameters={"seed": seed, "trees": trees},
    )


def _signs(plots: Plots) -> None:
    """A gantry over each carriageway before its exit, an exit sign at each gore, both the same after half a turn."""
    middle = (drawing.MEDIAN_M + drawing.EDGE_M + drawing.AUX_M) / 2.0
    width = drawing.EDGE_M + drawing.AUX_M - drawing.MEDIAN_M + 1.6
    gantry = motorway_signs.gantry(width_m=round(width, 1))
    before = -drawing.GORE_M - drawing.AUX_LENGTH_M + 20.0
    for turn in (0.0, math.pi):
        sign = 1.0 if turn == 0.0 else -1.0
        plots.drop(gantry, sign * np.array([before, -middle + 0.3]), turn, "gantries")
        at = sign * np.array([-drawing.GORE_M + 78.0, -drawing.INNER_M - 2.6])
        plots.drop(motorway_signs.exit_sign(), at, turn, "signs by the gores")


def _tree(rng: np.random.Generator) -> Model:
    if rng.uniform() < 0.4:
        return plants.conifer(height_m=float(rng.integers(8, 15)), seed=int(rng.integers(5)))
    return plants.tree(height_m=float(rng.integers(6, 13)), seed=int(rng.integers(6)))
