"""Cameras sit elsewhere than their calibration says."""

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import Scenario

from ._sensor_fault import between, with_fault

LEAST_DEG, MOST_DEG = 0.1, 5.0
LEAST_M, MOST_M = 0.002, 0.05


@entry("injections", source="Heidecker et al. 2021, hardware level: decalibration", tags=("hardware", "sensor"))
def calibration_shift(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Every camera was knocked: it looks in another direction than its extrinsics say, which stay as they were.

    Severity 0 is 0.1 deg and 2 mm, 1 is 5 deg and 5 cm; both grow by equal ratios.
    """
    return with_fault(
        scenario,
        "calibration_shift",
        severity,
        kind="miscalibrated",
        sensors=("camera",),
        parameters={
            "rotation_deg": between(severity, LEAST_DEG, MOST_DEG),
            "translation_m": between(severity, LEAST_M, MOST_M),
        },
        tag="decalibration",
    )
