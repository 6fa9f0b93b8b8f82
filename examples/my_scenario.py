"""A scenario of one's own: a van stands in the lane, and the ego comes with any of many speeds."""

from typing import Annotated

from simgen.library import Parameter, entry
from simgen.sampling import Uniform
from simgen.scenario.position import RelativeLane, Somewhere
from simgen.scenario.scenario import Entity, Scenario


@entry("scenarios", source="an example")
def broken_down_van(
    distance_m: Annotated[float, Parameter("how far ahead the van stands", unit="m", low=20, high=200)] = 60.0,
) -> Scenario:
    """A van has broken down in the ego's lane."""
    ego = Entity(name="ego", model="suv", start=Somewhere(ahead_m=150.0), speed_mps=Uniform(low=8.0, high=14.0))
    van = Entity(
        name="van",
        model="van",
        start=RelativeLane(entity="ego", ds_m=distance_m),
        controller="static",
        paint=(0.7, 0.7, 0.72),
        lamps=("indicator_left", "indicator_right"),
    )
    return Scenario(name="broken_down_van", world="town", duration_s=6.0, ego=ego, actors=(van,))
