"""Packets of the lidars are lost."""

import numpy as np

from simgen.library import entry
from simgen.scenario.scenario import Scenario

from ._sensor_fault import between, with_fault

RAREST, MOST_OFTEN = 0.002, 0.4


@entry("injections", source="Heidecker et al. 2021, hardware level: lost packets", tags=("hardware", "sensor"))
def packet_loss(scenario: Scenario, severity: float, _rng: np.random.Generator) -> Scenario:
    """Packets of every lidar get lost, each independently: blocks of azimuth are missing.

    Severity 0 loses one packet in five hundred, 1 loses four in ten; the share grows by equal ratios.
    """
    return with_fault(
        scenario,
        "packet_loss",
        severity,
        kind="packet_loss",
        sensors=("lidar",),
        parameters={"probability": between(severity, RAREST, MOST_OFTEN)},
        tag="packet loss",
    )
