"""Cameras and lidars hand their readings over late."""

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import Scenario

from ._sensor_fault import between, with_fault

LEAST_S, MOST_S = 0.01, 0.5


@entry("injections", source="Heidecker et al. 2021, hardware level: latency", tags=("hardware", "sensor"))
def latency(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Every camera and lidar is late, and its receiver stamps readings when they come in.

    Severity 0 is 10 ms, 1 is half a second; a queue adds a tenth of it at random. It grows by equal ratios.
    """
    delay_s = between(severity, LEAST_S, MOST_S)
    return with_fault(
        scenario,
        "latency",
        severity,
        kind="late",
        sensors=("camera", "lidar"),
        parameters={"delay_s": delay_s, "jitter_s": 0.1 * delay_s},
        tag="latency",
    )
