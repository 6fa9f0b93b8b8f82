"""A motorway in the country: three lanes and a hard shoulder each way, guard rails, gentle curves, a bridge over it."""

from pathlib import Path
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
from .models import plants

MAP = Path(__file__).parent / "maps" / "highway.xodr"


@entry("worlds", source="cross section RQ 36 of RAA; map: worlds/maps/highway.py", tags=("motorway",))
def highway(
    seed: Annotated[int, Parameter(text="hills, fields and trees beside it", low=0)] = 0,
    trees: Annotated[int, Parameter(text="single trees", low=0, high=60)] = 20,
) -> World:
    """A 2.4 km motorway with three lanes and a hard shoulder each way, guard rails and a bridge over it."""

    def dress(place: Place) -> list[Surface]:
        plots = Plots(place=place)
        scatter(plots, _tree, count=trees, what="trees", reach_m=55.0, clear_m=7.0)
        land = country.far_fields(place, nearest_m=30.0, count=26)
        woods = [*country.horizon_woods(place, nearest_m=90.0, count=13), *country.belts(place, share=0.07)]
        return [
            *plots.surfaces(),
            Surface(name="fields", mesh=merge(land), collide=False),
            Surface(name="woods", mesh=merge(woods), collide=False),
        ]

    return world_from_opendrive(
        MAP,
        name="highway",
        palette=palette(),
        dress=dress,
        relief=country.rolling(seed, 2.0, 45.0, clear_m=12.0),
        seed=seed,
        parameters={"seed": seed, "trees": trees},
    )


def _tree(rng: np.random.Generator) -> Model:
    if rng.uniform() < 0.4:
        return plants.conifer(height_m=float(rng.integers(8, 15)), seed=int(rng.integers(6)))
    return plants.tree(height_m=float(rng.integers(6, 13)), seed=int(rng.integers(8)))
