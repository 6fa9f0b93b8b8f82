"""Cameras freeze and show the same picture again."""

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import Scenario

from ._sensor_fault import between, with_fault

RAREST, MOST_OFTEN = 0.01, 0.1
SHORTEST, LONGEST = 2, 20


@entry("injections", source="Heidecker et al. 2021, hardware level: frozen frames", tags=("hardware", "sensor"))
def stuck_frame(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Every camera freezes now and then, and repeats its last picture for a while.

    Severity 0 freezes at one frame in a hundred for 2 frames, 1 at one in ten for 20; both grow by equal ratios.
    """
    return with_fault(
        scenario,
        "stuck_frame",
        severity,
        kind="stuck",
        sensors=("camera",),
        parameters={
            "probability": between(severity, RAREST, MOST_OFTEN),
            "readings": round(between(severity, SHORTEST, LONGEST)),
        },
        tag="frozen frames",
    )
