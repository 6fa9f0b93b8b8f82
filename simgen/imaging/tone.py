"""Curves from linear light (1: white) to the share of full scale that a picture stores."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from numpy import ndarray

Curve = Callable[[Float[ndarray, "*n"]], Float[ndarray, "*n"]]


def linear(light: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
    """As it is."""
    return np.clip(light, 0.0, 1.0)


def srgb(light: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
    """The curve of sRGB. Source: IEC 61966-2-1."""
    x = np.clip(light, 0.0, 1.0)
    return np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1.0 / 2.4) - 0.055)


def gamma(exponent: float) -> Curve:
    """A plain power, light^(1 / exponent)."""

    def curve(light: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
        return np.clip(light, 0.0, 1.0) ** (1.0 / exponent)

    return curve
