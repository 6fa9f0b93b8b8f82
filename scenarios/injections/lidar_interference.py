"""Another lidar blinds this one."""

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import Scenario

from ._sensor_fault import between, with_fault

LEAST, MOST = 0.001, 0.1


@entry(
    "injections", source="Heidecker et al. 2021, hardware level: crosstalk between lidars", tags=("hardware", "sensor")
)
def lidar_interference(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Every lidar takes pulses of another for its own echoes, in bursts of firings.

    Severity 0 is one burst in a thousand, 1 is one in ten; the share grows by equal ratios.
    """
    return with_fault(
        scenario,
        "lidar_interference",
        severity,
        kind="interference",
        sensors=("lidar",),
        parameters={"share": between(severity, LEAST, MOST)},
        tag="crosstalk",
    )
