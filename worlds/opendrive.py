"""Any OpenDRIVE map as a world: what `--set world=PATH.xodr` means."""

from typing import Annotated

from simgen.library import Parameter, entry
from simgen.world.build import world_from_opendrive
from simgen.world.world import World

from ._palette import palette


@entry("worlds", source="ASAM OpenDRIVE 1.4 to 1.8", tags=("map",))
def opendrive(
    map: Annotated[str, Parameter(text="path of an .xodr file")],
) -> World:
    """The world that an OpenDRIVE file of your own describes."""
    return world_from_opendrive(map, palette=palette(), parameters={"map": map})
