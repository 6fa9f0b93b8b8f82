"""From light to picture: the tone curve, and the coding of light that the shaders write (pixel.glsl)."""

from typing import no_type_check

import numpy as np
from jaxtyping import Float, Int, UInt8, UInt32
from numba import njit
from numpy import ndarray

BRIGHTEST = 8.0
_WHITE = 4.0
_STEPS = 2048


def tone_curve(light: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
    """The share of full sRGB that a pixel of this light (white in the sun: about 1) gets.

    Extended Reinhard with white at 4, then the curve of sRGB.
    Source: E. Reinhard et al., Photographic tone reproduction, SIGGRAPH 2002, eq. 4; IEC 61966-2-1.
    """
    x = np.clip(light * (1.0 + light / _WHITE**2) / (1.0 + light), 0.0, 1.0)
    return np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1.0 / 2.4) - 0.055)


TONE: UInt8[ndarray, " n"] = np.rint(255.0 * tone_curve(BRIGHTEST * (np.arange(_STEPS) / (_STEPS - 1.0)) ** 2)).astype(
    np.uint8
)
"""sRGB of each of 2048 steps of the root of light."""


def light_of_pixels(coded: UInt32[ndarray, "h w"]) -> Float[ndarray, "h w 3"]:
    """The light that a shader coded."""
    steps = np.stack([coded & 2047, (coded >> 11) & 2047, coded >> 22], axis=-1)
    return BRIGHTEST * (steps / np.array([2047.0, 2047.0, 1023.0])) ** 2


@njit(cache=True, nogil=True)
@no_type_check
def develop_rows(
    start: int, stop: int, drawn: UInt32[ndarray, "h w 2"], tone: Int[ndarray, " n"], rgb: UInt8[ndarray, "h w 3"]
) -> None:
    """The picture's rows start..stop."""
    for row in range(start, stop):
        for column in range(drawn.shape[1]):
            coded = drawn[row, column, 1]
            rgb[row, column, 0] = tone[coded & np.uint32(2047)]
            rgb[row, column, 1] = tone[(coded >> np.uint32(11)) & np.uint32(2047)]
            rgb[row, column, 2] = tone[(coded >> np.uint32(22)) << np.uint32(1)]
