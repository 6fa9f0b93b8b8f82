"""Traffic lights on a fixed cycle."""

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from simgen.sampling import stream
from simgen.world.lamps import SIGNAL_STATES
from simgen.world.world import World

GREEN_S, AMBER_S, CLEARING_S, RED_AMBER_S = 12.0, 3.0, 2.0, 1.0
"""Amber at 50 km/h and red-amber: RiLSA 2015 (FGSV 321), 2.4 and 2.5; green and clearing are usual values."""


class Lights:
    """The states of all of a world's traffic lights as a function of time."""

    def __init__(self, world: World, seed: int) -> None:
        self._phase = GREEN_S + AMBER_S + CLEARING_S
        self._group = np.array([signal.group for signal in world.signals], dtype=np.float64)
        self._cycle = self._phase * np.array([max(signal.groups, 2) for signal in world.signals], dtype=np.float64)
        self._now: tuple[float, UInt8[ndarray, " s"]] | None = None
        self._start = float(stream(seed, "signals").uniform(0.0, 60.0))

    def states(self, time_s: float) -> UInt8[ndarray, " s"]:
        """Code of every light's state; asked for twice a snapshot, worked out once."""
        if self._now is None or self._now[0] != time_s:
            self._now = (time_s, self._states(time_s))
        return self._now[1]

    def _states(self, time_s: float) -> UInt8[ndarray, " s"]:
        code = {name: SIGNAL_STATES.index(name) for name in SIGNAL_STATES}
        since = np.mod(time_s + self._start - self._group * self._phase, np.maximum(self._cycle, 1.0))
        state = np.full(len(since), code["red"], np.uint8)
        state[since < GREEN_S] = code["green"]
        state[(since >= GREEN_S) & (since < GREEN_S + AMBER_S)] = code["amber"]
        state[since >= self._cycle - RED_AMBER_S] = code["red_amber"]
        return state
