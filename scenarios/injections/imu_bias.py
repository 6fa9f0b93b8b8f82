"""The bias of the inertial unit steps."""

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import Scenario

from ._sensor_fault import between, with_fault

LEAST_DPS, MOST_DPS = 0.05, 5.0
LEAST_MPS2, MOST_MPS2 = 0.01, 1.0
SPAN = (0.4, 1.0)


@entry(
    "injections",
    source="Heidecker et al. 2021, hardware level: bias steps of inertial units",
    tags=("hardware", "sensor"),
)
def imu_bias(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Both biases of every inertial unit step in the middle of the scenario, and stay.

    Severity 0 is 0.05 deg/s and 0.01 m/s2, 1 is 5 deg/s and 1 m/s2; both grow by equal ratios.
    """
    return with_fault(
        scenario,
        "imu_bias",
        severity,
        kind="bias",
        sensors=("imu",),
        parameters={
            "gyro_rps": float(np.radians(between(severity, LEAST_DPS, MOST_DPS))),
            "accel_mps2": between(severity, LEAST_MPS2, MOST_MPS2),
        },
        tag="bias step",
        span=SPAN,
    )
