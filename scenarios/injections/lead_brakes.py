"""The vehicle ahead brakes hard."""

import dataclasses

import numpy as np

from simgen.library import entry
from simgen.scenario.actions import SetLamps, SpeedProfile
from simgen.scenario.position import RelativeLane
from simgen.scenario.scenario import CornerCase, Entity, Event, Scenario
from simgen.scenario.triggers import AtTime

GENTLE_MPS2, FULL_MPS2 = 2.0, 8.0
GAP_M, GAP_S = 8.0, 1.2
EARLIEST, LATEST = 0.15, 0.3


@entry(
    "injections",
    source="UN Regulation No. 157, guidance on traffic disturbance critical scenarios, deceleration; Euro NCAP CCRb",
    tags=("scenario",),
)
def lead_brakes(scenario: Scenario, severity: float, rng: np.random.Generator) -> Scenario:
    """The vehicle ahead in the ego's lane, added where there is none, brakes to a standstill with its brake lamps lit.

    Severity 0 is 2 m/s2 (everyday braking), 1 is 8 m/s2 (an emergency braking on a dry road); Euro NCAP's CCRb has 2
    and 6 m/s2. An added vehicle drives as fast as the ego, 8 m and 1.2 s ahead of it (between the origins).
    """
    lead = _lead_of(scenario)
    actors = scenario.actors
    if not lead:
        lead = "lead"
        actors = (*actors, _lead(scenario.ego.name))
    deceleration = GENTLE_MPS2 + (FULL_MPS2 - GENTLE_MPS2) * severity
    when = AtTime(time_s=float(rng.uniform(EARLIEST, LATEST)) * scenario.duration_s)
    brake = SpeedProfile(speeds_mps=(0.0,), acceleration_mps2=deceleration)
    events = tuple(
        Event(name=name, when=when, do=action, entities=(lead,), case="lead_brakes")
        for name, action in (("lead_brakes", brake), ("lead_brake_lamps", SetLamps(lamps=("brake",))))
    )
    case = CornerCase(
        case="lead_brakes",
        level="scenario",
        tags=("UN R157 deceleration", "Euro NCAP CCRb", "NHTSA lead vehicle decelerating"),
        severity=severity,
        entities=(lead,),
        trigger="lead_brakes",
        parameters={"deceleration_mps2": deceleration},
    )
    return dataclasses.replace(
        scenario, actors=actors, events=(*scenario.events, *events), cases=(*scenario.cases, case)
    )


def _lead(ego: str) -> Entity:
    return Entity(
        name="lead",
        model="saloon",
        controller="driver",
        start=RelativeLane(entity=ego, ds_m=GAP_M, gap_s=GAP_S),
        speed_like=ego,
        paint=(0.45, 0.46, 0.47),
        lamps=("low_beam", "position"),
        injected=True,
    )


def _lead_of(scenario: Scenario) -> str:
    """The nearest actor that drives ahead in the ego's lane, as far as the scenario says so."""
    ahead = [
        (start.ds_m, actor.name)
        for actor in scenario.actors
        if isinstance(start := actor.start, RelativeLane)
        and start.entity == scenario.ego.name
        and start.dlane == 0
        and actor.controller in ("driver", "none")
        and isinstance(start.ds_m, int | float)
        and start.ds_m > 0
    ]
    return min(ahead)[1] if ahead else ""
