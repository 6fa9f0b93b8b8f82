"""Snowfall for every sensor that looks through the air."""

import dataclasses

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import CornerCase, Scenario

LIGHTEST_MM_H, HEAVIEST_MM_H = 0.1, 2.5


@entry(
    "injections",
    source="Hahner et al., LiDAR Snowfall Simulation, CVPR 2022: 0.5 to 2.5 mm/h of melted water",
    tags=("domain",),
)
def snow(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Snow falls and lies: flakes near the sensors give echoes of their own, what is far fades, markings are hidden.

    Severity 0 is 0.1 mm/h of melted water on bare ground, 1 is 2.5 mm/h on ground that is white; between them the rate
    grows by equal ratios. It is -2 deg C under clouds, whatever weather the scenario had.
    """
    rate_mm_h = LIGHTEST_MM_H * (HEAVIEST_MM_H / LIGHTEST_MM_H) ** severity
    weather = dataclasses.replace(
        scenario.weather,
        snow_mm_h=rate_mm_h,
        temperature_c=-2.0,
        cloudiness=0.9,
        snow_cover=severity,
    )
    case = CornerCase(
        case="snow",
        level="domain",
        tags=("weather",),
        severity=severity,
        sensors=("*",),
        parameters={"snow_mm_h": rate_mm_h, "snow_cover": severity},
    )
    return dataclasses.replace(scenario, weather=weather, cases=(*scenario.cases, case))
