"""Night: lamps light the scene."""

import dataclasses

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import CornerCase, Scenario

TWILIGHT_DEG, DEEPEST_DEG = -8.0, -45.0


@entry(
    "injections",
    source="Seidelmann, Explanatory Supplement to the Astronomical Almanac, 1992, 9.3: civil twilight ends at -6",
    tags=("domain",),
)
def night(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """It is night: street lamps, headlamps and tail lamps are lit, and light what is near them.

    Severity 0 is the end of dusk, the sun 8 degrees below the horizon, under a clear sky; 1 is deep night under clouds
    that hide the moon. The sun stays where it is from side to side; a time that the scenario has goes.
    """
    elevation_deg = TWILIGHT_DEG + (DEEPEST_DEG - TWILIGHT_DEG) * severity
    weather = dataclasses.replace(scenario.weather, sun_elevation_deg=elevation_deg, cloudiness=severity)
    case = CornerCase(
        case="night",
        level="domain",
        tags=("light",),
        severity=severity,
        sensors=("camera",),
        parameters={"sun_elevation_deg": elevation_deg, "cloudiness": severity},
    )
    return dataclasses.replace(scenario, weather=weather, cases=(*scenario.cases, case))
