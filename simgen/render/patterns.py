"""Textures made by code that mean nothing: what domain randomisation paints things with."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from simgen.sampling import stream
from simgen.world.material import Texture

_SIDE = 256
VARIANTS = 6
"""How many of each there are: each is a layer of the graphics memory."""


@lru_cache(maxsize=128)
def pattern(kind: str, variant: int, metres: float) -> Texture:
    """A pattern of two colours that repeats without seams; the same for the same arguments.

    Args:
        kind: "checker", "stripes", "noise", "dots" or "gradient".
        variant: 0 .. VARIANTS - 1.
        metres: width of a tile.
    """
    return Texture(name=f"{kind}_{variant}", pixels=_pixels(kind, variant), metres=metres)


@lru_cache(maxsize=64)
def _pixels(kind: str, variant: int) -> UInt8[ndarray, "256 256 3"]:
    rng = stream(variant, "pattern", kind)
    share = _SHARES[kind](rng)[..., None]
    dark, light = rng.uniform(0.1, 0.55, 3), rng.uniform(0.75, 1.0, 3)
    return np.rint(255.0 * (dark * (1.0 - share) + light * share)).astype(np.uint8)


def _grid() -> tuple[Float[ndarray, "256 256"], Float[ndarray, "256 256"]]:
    axis = (np.arange(_SIDE) + 0.5) / _SIDE
    v, u = np.meshgrid(axis, axis, indexing="ij")
    return u, v


def _checker(rng: np.random.Generator) -> Float[ndarray, "256 256"]:
    u, v = _grid()
    fields = 2 * int(rng.integers(1, 5))
    return np.asarray((np.floor(u * fields) + np.floor(v * fields)) % 2.0)


def _stripes(rng: np.random.Generator) -> Float[ndarray, "256 256"]:
    u, v = _grid()
    across, along, width = int(rng.integers(0, 4)), int(rng.integers(1, 7)), float(rng.uniform(0.3, 0.7))
    return np.asarray(((u * across + v * along) % 1.0 < width).astype(np.float64))


def _noise(rng: np.random.Generator) -> Float[ndarray, "256 256"]:
    # Filtered in the frequency domain, so it is whole at the edges.
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(_SIDE), np.fft.fftfreq(_SIDE))) * _SIDE
    weight = 1.0 / np.maximum(frequency, 1.0) ** float(rng.uniform(0.8, 1.8))
    field = np.fft.ifft2(np.fft.fft2(rng.normal(size=(_SIDE, _SIDE))) * weight).real
    return np.clip(0.5 + 0.25 * (field - field.mean()) / field.std(), 0.0, 1.0)


def _dots(rng: np.random.Generator) -> Float[ndarray, "256 256"]:
    u, v = _grid()
    fields, radius = int(rng.integers(2, 9)), float(rng.uniform(0.2, 0.45))
    return (np.hypot((u * fields) % 1.0 - 0.5, (v * fields) % 1.0 - 0.5) < radius).astype(np.float64)


def _gradient(rng: np.random.Generator) -> Float[ndarray, "256 256"]:
    u, v = _grid()
    across, along = int(rng.integers(0, 3)), int(rng.integers(1, 3))
    return np.asarray(0.5 + 0.5 * np.sin(2.0 * np.pi * (u * across + v * along)))


_SHARES: Mapping[str, Callable[[np.random.Generator], Float[ndarray, "256 256"]]] = {
    "checker": _checker,
    "stripes": _stripes,
    "noise": _noise,
    "dots": _dots,
    "gradient": _gradient,
}
