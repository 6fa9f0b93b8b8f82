"""Rain for every sensor that looks through the air."""

import dataclasses

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import CornerCase, Scenario

LIGHTEST_MM_H, HEAVIEST_MM_H = 0.5, 50.0
SOAKED_MM_H = 5.0


@entry(
    "injections",
    source="WMO-No. 8, Guide to Instruments, part II: rain is slight below 2.5 mm/h, heavy above 10, violent above 50",
    tags=("domain",),
)
def rain(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Rain falls on a wet road under clouds: it dims what is far, and drops near the sensors give echoes of their own.

    Severity 0 is 0.5 mm/h, 1 is 50 mm/h; between them the rate grows by equal ratios. The road is wet through from
    5 mm/h on, whatever weather the scenario had.
    """
    rate_mm_h = LIGHTEST_MM_H * (HEAVIEST_MM_H / LIGHTEST_MM_H) ** severity
    wetness = min(rate_mm_h / SOAKED_MM_H, 1.0)
    weather = dataclasses.replace(scenario.weather, rain_mm_h=rate_mm_h, wetness=wetness, cloudiness=0.9)
    case = CornerCase(
        case="rain",
        level="domain",
        tags=("weather",),
        severity=severity,
        sensors=("*",),
        parameters={"rain_mm_h": rate_mm_h},
    )
    return dataclasses.replace(scenario, weather=weather, cases=(*scenario.cases, case))
