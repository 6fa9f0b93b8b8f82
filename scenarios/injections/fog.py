"""Fog for every sensor that looks through the air."""

import dataclasses
import math

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import CornerCase, Scenario

THINNEST_M, DENSEST_M = 1000.0, 30.0


@entry(
    "injections",
    source="WMO-No. 8, Guide to Instruments, part I, chapter 9: fog is a meteorological optical range below 1000 m",
    tags=("domain",),
)
def fog(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Fog dims camera and lidar alike, and gives the lidar returns from the air.

    Severity 0 is a meteorological optical range of 1000 m (the thinnest that is called fog), 1 is 30 m; between them
    the range falls by equal ratios. Fog that the scenario has already is replaced.
    """
    range_m = THINNEST_M * (DENSEST_M / THINNEST_M) ** severity
    weather = dataclasses.replace(scenario.weather, fog=math.sqrt(DENSEST_M / range_m))
    case = CornerCase(
        case="fog",
        level="domain",
        tags=("weather",),
        severity=severity,
        sensors=("camera", "lidar"),
        parameters={"optical_range_m": range_m},
    )
    return dataclasses.replace(scenario, weather=weather, cases=(*scenario.cases, case))
