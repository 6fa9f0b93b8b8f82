"""Whether the weather that sensors read is the one that the scenario tells of."""

import json
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float32
from numpy import ndarray

from simgen.record.evidence import Evidence, Worst
from simgen.scenario.scenario import ConcreteScenario

LIMIT = 1e-3
"""Numbers are stored with 24 bits, azimuths of up to 360 among them."""


def check_weather(evidence: Evidence) -> Worst:
    """Each number of the weather, at every time, against the concrete scenario, and that against what was drawn."""
    stored = evidence.episode.file["state/weather"]
    return deviation(stored[:], json.loads(stored.attrs["columns"]), evidence.episode.scenario)


def deviation(rows: Float32[ndarray, "t w"], names: Sequence[str], scenario: ConcreteScenario) -> Worst:
    """How far stored numbers are off the scenario's, and these off what was drawn.

    Args:
        rows: of the weather, a row a time.
        names: of the columns.
        scenario: that tells of them.
    """
    worst = Worst()
    for column, name in enumerate(names):
        told = getattr(scenario.weather, name, None)
        if told is None or not len(rows):
            continue
        worst.see(float(np.max(np.abs(rows[:, column] - np.float32(told)))), f"state/weather {name}")
        drawn = scenario.drawn.get(f"weather.{name}", told)
        worst.see(abs(float(drawn) - float(told)), f"drawn weather.{name}")
    return worst
