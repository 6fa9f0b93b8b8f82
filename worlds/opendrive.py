"""Any OpenDRIVE map as a world: what `--set world=PATH.xodr` means."""

from typing import Annotated

from simgen.library import Parameter, entry
from simgen.world.build import world_from_opendrive
from simgen.world.world import World

from ._dressing_map import dress_map
from ._palette import palette


@entry("worlds", source="ASAM OpenDRIVE 1.4 to 1.8", tags=("map",))
def opendrive(
    map: Annotated[str, Parameter(text="path of an .xodr file, or its text")],
    dressed: Annotated[bool, Parameter(text="with buildings, trees, lamps and furniture, not the bare map")] = True,
    seed: Annotated[int, Parameter(text="what stands beside the roads", low=0)] = 0,
) -> World:
    """The world that an OpenDRIVE file of your own describes, dressed by what kinds of road it has."""
    return world_from_opendrive(
        map,
        palette=palette(),
        dress=dress_map if dressed else None,
        seed=seed,
        parameters={"map": map, "dressed": dressed, "seed": seed},
    )
