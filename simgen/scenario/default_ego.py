"""Which model the ego is where its scenario leaves that open."""

from dataclasses import replace

from simgen.scenario.scenario import Scenario

USUAL = "suv"
"""Without a rig to say otherwise."""


def with_ego(scenario: Scenario, vehicle: str = USUAL) -> Scenario:
    """The scenario with this model as its ego if it names none itself ("").

    Args:
        scenario: logical.
        vehicle: of the rig, so that its sensors stand on the vehicle that they were mounted on.
    """
    if scenario.ego.model != "":
        return scenario
    return replace(scenario, ego=replace(scenario.ego, model=vehicle or USUAL))
