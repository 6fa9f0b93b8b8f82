"""Slow noise: errors that remember what they were, the same whatever order readings are asked for."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.sampling import stream

_BLOCK = 256


class Drift:
    """A first-order autoregressive sequence in some channels: `x[k+1] = keep x[k] + step n`, `x[0] = start n`.

    It is drawn in order and kept, so that entry k does not depend on which entries were asked for before.
    """

    def __init__(self, seed: int, *names: str, channels: int, keep: float, step: float, start: float) -> None:
        self._seed, self._names = seed, names
        self._keep, self._step, self._start = keep, step, start
        self._values = np.zeros((0, channels))
        self._channels = channels

    @classmethod
    def gauss_markov(
        cls, seed: int, *names: str, channels: int, sigma: float, time_constant_s: float, interval_s: float
    ) -> "Drift":
        """Stationary, with standard deviation `sigma` and correlation exp(-t / time constant).

        Source: IEEE Std 952-1997, annex B.4.5 (exponentially correlated noise).
        """
        keep = float(np.exp(-interval_s / time_constant_s))
        step = sigma * float(np.sqrt(1.0 - keep * keep))
        return cls(seed, *names, channels=channels, keep=keep, step=step, start=sigma)

    @classmethod
    def random_walk(cls, seed: int, *names: str, channels: int, density: float, interval_s: float) -> "Drift":
        """Variance `density`^2 t after t seconds. Source: IEEE Std 952-1997, annex C.1.4 (rate random walk)."""
        step = density * float(np.sqrt(interval_s))
        return cls(seed, *names, channels=channels, keep=1.0, step=step, start=0.0)

    def __getitem__(self, k: int) -> Float[ndarray, " channels"]:
        while len(self._values) <= k:
            self._values = np.concatenate([self._values, self._next_block()])
        value: Float[ndarray, " channels"] = self._values[k]
        return value

    def _next_block(self) -> Float[ndarray, "block channels"]:
        rng = stream(self._seed, *self._names, len(self._values) // _BLOCK)
        noise = rng.standard_normal((_BLOCK, self._channels))
        block = np.empty_like(noise)
        last = self._values[-1] if len(self._values) else None
        for k, draw in enumerate(noise):
            last = self._start * draw if last is None else self._keep * last + self._step * draw
            block[k] = last
        return block
