"""Cameras lose frames."""

import dataclasses

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import CornerCase, Fault, Scenario

RAREST, MOST_OFTEN = 0.01, 0.5


@entry(
    "injections", source="Heidecker et al. 2021, hardware level: frames lost on the way", tags=("hardware", "sensor")
)
def frame_drop(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Every camera loses frames at random, each independently.

    Severity 0 loses one frame in a hundred, 1 every other one; between them the share grows by equal ratios.
    """
    probability = RAREST * (MOST_OFTEN / RAREST) ** severity
    fault = Fault(kind="dropped", sensors=("camera",), parameters={"probability": probability}, case="frame_drop")
    case = CornerCase(
        case="frame_drop",
        level="hardware",
        tags=("frame loss",),
        severity=severity,
        sensors=("camera",),
        parameters={"probability": probability},
    )
    return dataclasses.replace(scenario, faults=(*scenario.faults, fault), cases=(*scenario.cases, case))
