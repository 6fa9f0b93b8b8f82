"""Other radars raise the noise."""

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import Scenario

from ._sensor_fault import between, with_fault

LEAST_DB, MOST_DB = 3.0, 30.0


@entry(
    "injections",
    source="Heidecker et al. 2021, hardware level: mutual interference of radars",
    tags=("hardware", "sensor"),
)
def radar_interference(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """The noise floor of every radar rises: weak and far targets are lost.

    Severity 0 is 3 dB, 1 is 30 dB; the decibels grow by equal ratios.
    """
    return with_fault(
        scenario,
        "radar_interference",
        severity,
        kind="interference",
        sensors=("radar",),
        parameters={"floor_db": between(severity, LEAST_DB, MOST_DB)},
        tag="interference",
    )
