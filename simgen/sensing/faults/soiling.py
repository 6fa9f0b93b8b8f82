"""Where dirt lies on a round window: splashes, the same for an episode, growing with the share that is covered."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

_EDGE = 0.5
_SECTORS = 720


def dirt_of_window(azimuth_rad: Float[ndarray, " n"], share: float, rng: np.random.Generator) -> Float[ndarray, " n"]:
    """How much of the light a lidar's round window takes, 0..1: it depends on the azimuth alone."""
    waves = np.arange(1, 13)
    phase, size = rng.uniform(0, 2 * np.pi, len(waves)), rng.standard_normal(len(waves)) / np.sqrt(waves)

    def field(angle: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
        return np.cos(angle[:, None] * waves + phase) @ size

    grid = field(np.linspace(-np.pi, np.pi, _SECTORS, endpoint=False))
    return _cut(field(azimuth_rad), share, grid)


def _cut(field: Float[ndarray, "*n"], share: float, over: Float[ndarray, "*m"] | None = None) -> Float[ndarray, "*n"]:
    """0 where the field is below the level that `share` of it exceeds, rising to 1 over a soft edge."""
    whole = field if over is None else over
    if share <= 0.0:
        return np.zeros_like(field)
    if share >= 1.0:
        return np.ones_like(field)
    soft = _EDGE * float(np.std(whole))
    result: Float[ndarray, "*n"] = np.clip((field - float(np.quantile(whole, 1.0 - share))) / soft + 0.5, 0.0, 1.0)
    return result
