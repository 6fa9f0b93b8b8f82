"""Dusk: neither lamps nor the sky light well."""

import dataclasses

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import CornerCase, Scenario

BRIGHTEST_DEG, DARKEST_DEG = 0.0, -6.0


@entry(
    "injections",
    source="Seidelmann, Explanatory Supplement to the Astronomical Almanac, 1992, 9.3: 600 lx at 0 deg, 3.4 at -6",
    tags=("domain",),
)
def dusk(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Civil twilight: the sun has set, the sky still glows there, and who is dark is hard to see.

    Severity 0 is sunset, 1 the end of civil twilight with the sun 6 degrees below the horizon.
    """
    elevation_deg = BRIGHTEST_DEG + (DARKEST_DEG - BRIGHTEST_DEG) * severity
    weather = dataclasses.replace(scenario.weather, sun_elevation_deg=elevation_deg)
    case = CornerCase(
        case="dusk",
        level="domain",
        tags=("light",),
        severity=severity,
        sensors=("camera",),
        parameters={"sun_elevation_deg": elevation_deg},
    )
    return dataclasses.replace(scenario, weather=weather, cases=(*scenario.cases, case))
