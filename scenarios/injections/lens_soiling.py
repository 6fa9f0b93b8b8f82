"""Dirt on the lenses of the cameras."""

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import Scenario

from ._sensor_fault import between, with_fault

LEAST, MOST = 0.02, 0.7
OPACITY = 0.92


@entry("injections", source="Heidecker et al. 2021, hardware level: soiled lenses", tags=("hardware", "sensor"))
def lens_soiling(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Mud lies on the lens of every camera, at the same places throughout.

    Severity 0 covers 2 % of the picture, 1 covers 70 %; the share grows by equal ratios.
    """
    return with_fault(
        scenario,
        "lens_soiling",
        severity,
        kind="soiled",
        sensors=("camera",),
        parameters={"share": between(severity, LEAST, MOST), "opacity": OPACITY},
        tag="soiling",
    )
