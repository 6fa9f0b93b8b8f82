"""A motorway in the country: three lanes and a hard shoulder each way, guard rails, gentle curves, a bridge over it."""

from pathlib import Path
from typing import Annotated

import numpy as np

from simgen.library import Parameter, entry
from simgen.world.build import Place, world_from_opendrive
from simgen.world.model import Model
from simgen.world.world import Surface, World

from ._dressing import Plots, scatter
from ._palette import palette
from .models import plants

MAP = Path(__file__).parent / "maps" / "highway.xodr"


@entry("worlds", source="cross section RQ 36 of RAA; map: worlds/maps/highway.py", tags=("motorway",))
def highway(
    seed: Annotated[int, Parameter(text="which trees stand beside it", low=0)] = 0,
    trees: Annotated[int, Parameter(text="how many", low=0, high=400)] = 60,
) -> World:
    """A 2.4 km motorway with three lanes and a hard shoulder each way, guard rails and a bridge over it."""

    def dress(place: Place) -> list[Surface]:
        plots = Plots(place=place)
        scatter(plots, _tree, count=trees, what="trees", reach_m=55.0, clear_m=7.0)
        return plots.surfaces()

    return world_from_opendrive(
        MAP, name="highway", palette=palette(), dress=dress, seed=seed, parameters={"seed": seed, "trees": trees}
    )


def _tree(rng: np.random.Generator) -> Model:
    if rng.uniform() < 0.4:
        return plants.conifer(height_m=float(rng.integers(8, 15)), seed=int(rng.integers(6)))
    return plants.tree(height_m=float(rng.integers(6, 13)), seed=int(rng.integers(8)))
