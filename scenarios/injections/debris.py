"""Something lies on the ego's lane."""

import dataclasses

import numpy as np

from simgen.library import entry
from simgen.scenario.position import RelativeLane
from simgen.scenario.scenario import CornerCase, Entity, Scenario

OBJECTS = ("debris_box", "debris_tyre")
NEAREST_M = 10.0
FARTHEST_S, NEAREST_S = 3.0, 1.5


@entry(
    "injections",
    source="CODA (Li et al., ECCV 2022) and Lost and Found (Pinggera et al., IROS 2016): small obstacles on the road",
    tags=("object",),
)
def debris(scenario: Scenario, severity: float, rng: np.random.Generator) -> Scenario:
    """A box or a tyre lies on the ego's lane, off its middle by up to half a metre.

    Severity 0 puts it 10 m and 3 s of travel ahead at the start, which leaves time to stop from 100 km/h at 7 m/s2; 1
    puts it 10 m and 1.5 s ahead, which only an emergency braking or swerve can answer.
    """
    model = OBJECTS[int(rng.integers(len(OBJECTS)))]
    offset_m, heading_rad = float(rng.uniform(-0.5, 0.5)), float(rng.uniform(-np.pi, np.pi))
    ahead_s = FARTHEST_S + (NEAREST_S - FARTHEST_S) * severity
    thing = Entity(
        name="debris",
        model=model,
        controller="static",
        start=RelativeLane(
            entity=scenario.ego.name, ds_m=NEAREST_M, gap_s=ahead_s, offset_m=offset_m, heading_rad=heading_rad
        ),
        injected=True,
    )
    case = CornerCase(
        case="debris",
        level="object",
        tags=("CODA", "lost cargo"),
        severity=severity,
        entities=("debris",),
        parameters={"model": model, "ahead_s": ahead_s, "offset_m": offset_m, "drivable_over": False},
    )
    return dataclasses.replace(scenario, actors=(*scenario.actors, thing), cases=(*scenario.cases, case))
