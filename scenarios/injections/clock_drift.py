"""The clocks of the cameras go wrong."""

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import Scenario

from ._sensor_fault import between, with_fault

LEAST_S, MOST_S = 1e-3, 0.2
LEAST_PPM, MOST_PPM = 10.0, 1000.0


@entry(
    "injections",
    source="Heidecker et al. 2021, hardware level: clocks without synchronisation",
    tags=("hardware", "sensor"),
)
def clock_drift(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """The clock of every camera has an offset, and goes too fast.

    Severity 0 is 1 ms and 10 ppm (a good quartz), 1 is 200 ms and 1000 ppm; both grow by equal ratios.
    """
    return with_fault(
        scenario,
        "clock_drift",
        severity,
        kind="clock_drift",
        sensors=("camera",),
        parameters={
            "offset_s": between(severity, LEAST_S, MOST_S),
            "ppm": between(severity, LEAST_PPM, MOST_PPM),
        },
        tag="clock drift",
    )
