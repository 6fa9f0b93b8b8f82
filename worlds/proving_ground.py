"""A proving ground: a straight, flat kilometre with two lanes each way, parking bays and sidewalks."""

from pathlib import Path
from typing import Annotated

import numpy as np

from simgen.library import Parameter, entry
from simgen.world.build import Place, world_from_opendrive
from simgen.world.model import Model
from simgen.world.world import Surface, World

from ._dressing import Plots, scatter
from ._palette import palette
from .models import buildings, plants

MAP = Path(__file__).parent / "maps" / "proving_ground.xodr"


@entry(
    "worlds", source="test track of Euro NCAP AEB VRU and UN R157; map: worlds/maps/proving_ground.py", tags=("test",)
)
def proving_ground(
    seed: Annotated[int, Parameter(text="which trees stand around it", low=0)] = 0,
) -> World:
    """A straight, flat test road of 1 km with two lanes each way, parking bays and sidewalks."""
    return world_from_opendrive(
        MAP, name="proving_ground", palette=palette(), dress=_dress, seed=seed, parameters={"seed": seed}
    )


def _dress(place: Place) -> list[Surface]:
    plots = Plots(place=place)
    for k, x in enumerate((120.0, 480.0, 800.0)):
        hall = buildings.block(bays=10, depth_bays=6, storeys=2, style="plaster", seed=k)
        plots.put(hall, np.array([x, 38.0]), 0.0, "buildings")
    scatter(plots, _tree, count=40, what="trees", reach_m=70.0, clear_m=22.0)
    return plots.surfaces()


def _tree(rng: np.random.Generator) -> Model:
    return plants.tree(height_m=float(rng.integers(6, 13)), seed=int(rng.integers(8)))
