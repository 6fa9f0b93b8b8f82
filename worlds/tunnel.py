"""A road tunnel through a hill: satellites are lost inside, and cameras meet dark and light within seconds."""

from typing import Annotated

import numpy as np

from simgen.library import Parameter, entry
from simgen.world.build import Place, world_from_opendrive
from simgen.world.mesh import merge
from simgen.world.model import Model
from simgen.world.world import Surface, World

from . import _countryside as country
from . import _tube as tube
from ._dressing import Plots, scatter
from ._palette import palette
from .maps import tunnel as drawing
from .models import plants


@entry("worlds", source="tube RQ 11 t by RABT 2006; map: worlds/maps/tunnel.py", tags=("tunnel", "rural"))
def tunnel(
    seed: Annotated[int, Parameter(text="hills and trees outside", low=0)] = 0,
    length_m: Annotated[float, Parameter(text="of the tube", unit="m", low=200.0, high=1000.0)] = 400.0,
    trees: Annotated[int, Parameter(text="trees beside the road", low=0, high=60)] = 24,
) -> World:
    """A two-lane road through a hill: portals, lamps, panels, doors, SOS niches and lay-bys in a curved tube."""

    def dress(place: Place) -> list[Surface]:
        plots, area = Plots(place=place), tube.hill_area(place, length_m)
        plots.taken.append(area)
        inside = [*tube.panels(place, length_m), *tube.lamps(place, length_m), *tube.safety(place, length_m)]
        scatter(plots, _tree, count=trees, what="trees", reach_m=60.0, clear_m=5.0)
        woods = country.horizon_woods(place, nearest_m=100.0, count=14, keep_off=area)
        fields = country.far_fields(place, nearest_m=40.0, count=16, keep_off=area)
        return [
            Surface(name="tube", mesh=merge(inside), collide=False),
            Surface(name="portals", mesh=merge(tube.portals(place, length_m))),
            Surface(name="hill", mesh=merge(tube.hill(place, length_m)), collide=False),
            *plots.surfaces(),
            Surface(name="fields", mesh=merge(fields), collide=False),
            Surface(name="woods", mesh=merge([*woods, *country.belts(place, keep_off=area)]), collide=False),
        ]

    return world_from_opendrive(
        drawing.draw(length_m).decode(),
        name="tunnel",
        palette=palette(),
        dress=dress,
        relief=country.rolling(seed, 2.5, 60.0, clear_m=14.0),
        roofs=lambda place: (tube.roof(place, length_m),),
        seed=seed,
        parameters={"seed": seed, "length_m": length_m, "trees": trees},
    )


def _tree(rng: np.random.Generator) -> Model:
    if rng.uniform() < 0.55:
        return plants.conifer(height_m=float(rng.integers(8, 15)), seed=int(rng.integers(5)))
    return plants.tree(height_m=float(rng.integers(6, 12)), seed=int(rng.integers(6)))
