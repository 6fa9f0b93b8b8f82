"""The sun stands low ahead."""

import dataclasses

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import CornerCase, Scenario

HIGHEST_DEG, LOWEST_DEG = 20.0, 3.0
ASIDE_DEG = 15.0


@entry(
    "injections",
    source="Mitra, Sun glare and road safety, Safety Science 70, 2014: the sun low and ahead of the driver",
    tags=("domain",),
)
def low_sun(scenario: Scenario, severity: float, rng: np.random.Generator) -> Scenario:
    """The sun shines into the cameras that look ahead, low and a little to one side, from a nearly clear sky.

    Severity 0 is 20 degrees above the horizon, 1 is 3 degrees; at most 15 degrees to either side of where the ego heads
    at the start.
    """
    elevation_deg = HIGHEST_DEG + (LOWEST_DEG - HIGHEST_DEG) * severity
    bearing_deg = float(rng.uniform(-ASIDE_DEG, ASIDE_DEG))
    weather = dataclasses.replace(
        scenario.weather, sun_elevation_deg=elevation_deg, sun_bearing_deg=bearing_deg, cloudiness=0.1
    )
    case = CornerCase(
        case="low_sun",
        level="domain",
        tags=("light",),
        severity=severity,
        sensors=("camera",),
        parameters={"sun_elevation_deg": elevation_deg, "sun_bearing_deg": bearing_deg},
    )
    return dataclasses.replace(scenario, weather=weather, cases=(*scenario.cases, case))
