"""Beams of the lidar are dead."""

import dataclasses

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import CornerCase, Fault, Scenario

FEWEST, MOST = 0.02, 0.5


@entry("injections", source="Heidecker et al. 2021, hardware level: dead lidar channels", tags=("hardware", "sensor"))
def dead_beams(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Some beams of every lidar return nothing, the same ones throughout.

    Severity 0 is 2 % of the beams (one of 64), 1 is half of them; between them the share grows by equal ratios.
    """
    share = FEWEST * (MOST / FEWEST) ** severity
    fault = Fault(kind="dead_beams", sensors=("lidar",), parameters={"share": share}, case="dead_beams")
    case = CornerCase(
        case="dead_beams",
        level="hardware",
        tags=("dead channels",),
        severity=severity,
        sensors=("lidar",),
        parameters={"share": share},
    )
    return dataclasses.replace(scenario, faults=(*scenario.faults, fault), cases=(*scenario.cases, case))
