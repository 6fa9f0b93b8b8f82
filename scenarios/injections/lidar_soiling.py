"""Dirt on the windows of the lidars."""

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import Scenario

from ._sensor_fault import between, with_fault

LEAST, MOST = 0.02, 0.7
OPACITY = 0.85


@entry("injections", source="Heidecker et al. 2021, hardware level: soiled windows", tags=("hardware", "sensor"))
def lidar_soiling(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Dirt lies on the window of every lidar: in some sectors it sees less far, or nothing.

    Severity 0 covers 2 % of the directions, 1 covers 70 %; the share grows by equal ratios.
    """
    return with_fault(
        scenario,
        "lidar_soiling",
        severity,
        kind="soiled",
        sensors=("lidar",),
        parameters={"share": between(severity, LEAST, MOST), "opacity": OPACITY},
        tag="soiling",
    )
