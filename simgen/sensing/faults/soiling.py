"""Where dirt lies on a lens or a window: splashes, the same for an episode, growing with the share that is covered."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

_COARSE, _FINE = (9, 7), (36, 27)
_FINE_SHARE = 0.35
_EDGE = 0.5
_SECTORS = 720


def dirt_of_camera(height: int, width: int, share: float, rng: np.random.Generator) -> Float[ndarray, "h w"]:
    """How much of the light each pixel loses, 0..1: a field of two scales, cut where `share` of the pixels lie above.

    The edges are soft, since the lens is out of focus. A larger share covers all that a smaller one covers.
    """
    rough = sum(
        weight * _stretched(rng.standard_normal(size[::-1]), height, width)
        for weight, size in ((1.0, _COARSE), (_FINE_SHARE, _FINE))
    )
    return _cut(np.asarray(rough), share)


def dirt_of_window(azimuth_rad: Float[ndarray, " n"], share: float, rng: np.random.Generator) -> Float[ndarray, " n"]:
    """The same about a lidar's round window: it depends on the azimuth alone."""
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


def _stretched(grid: Float[ndarray, "a b"], height: int, width: int) -> Float[ndarray, "h w"]:
    """A small grid blown up, smoothly: each axis by cubic interpolation (smoothstep of the shares)."""
    rows, columns = _weights(height, grid.shape[0]), _weights(width, grid.shape[1])
    result: Float[ndarray, "h w"] = rows @ grid @ columns.T
    return result


def _weights(count: int, knots: int) -> Float[ndarray, "count knots"]:
    place = (np.arange(count) + 0.5) / count * (knots - 1)
    first = np.minimum(place.astype(np.int64), knots - 2)
    share = place - first
    smooth = share * share * (3.0 - 2.0 * share)
    weights = np.zeros((count, knots))
    weights[np.arange(count), first] = 1.0 - smooth
    weights[np.arange(count), first + 1] = smooth
    return weights
