"""The satellite position jumps."""

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import Scenario

from ._sensor_fault import between, with_fault

LEAST_M, MOST_M = 1.0, 100.0
SPAN = (0.4, 0.7)


@entry(
    "injections",
    source="Heidecker et al. 2021, hardware level: jumps of satellite positions",
    tags=("hardware", "sensor"),
)
def gnss_jump(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """The position jumps aside for a while in the middle of the scenario, and the receiver does not notice.

    Severity 0 is 1 m, 1 is 100 m; it grows by equal ratios.
    """
    return with_fault(
        scenario,
        "gnss_jump",
        severity,
        kind="jump",
        sensors=("gnss",),
        parameters={"distance_m": between(severity, LEAST_M, MOST_M)},
        tag="position jump",
        span=SPAN,
    )
