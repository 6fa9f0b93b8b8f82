"""Clouds all over: light without shadows."""

import dataclasses

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import CornerCase, Scenario

THINNEST = 0.75


@entry(
    "injections",
    source="WMO-No. 8, Guide to Instruments, part I, chapter 15: 6 oktas and more is mostly cloudy, 8 is overcast",
    tags=("domain",),
)
def overcast(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Clouds take the sun and its shadows: all light comes from above, and contrasts are low.

    Severity 0 is a cover of 6 oktas, 1 a closed one.
    """
    cloudiness = THINNEST + (1.0 - THINNEST) * severity
    weather = dataclasses.replace(scenario.weather, cloudiness=cloudiness)
    case = CornerCase(
        case="overcast",
        level="domain",
        tags=("light",),
        severity=severity,
        sensors=("camera",),
        parameters={"cloudiness": cloudiness},
    )
    return dataclasses.replace(scenario, weather=weather, cases=(*scenario.cases, case))
