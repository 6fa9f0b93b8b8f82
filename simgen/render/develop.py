"""From light to picture: the tone curve, and the coding of light that the shaders write (pixel.glsl)."""

from typing import no_type_check

import numpy as np
from jaxtyping import Float, Float32, Int, UInt8, UInt32
from numba import njit
from numpy import ndarray

BRIGHTEST = 8.0
_STEPS = 2048


def tone_curve(light: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
    """The share of full sRGB that a pixel of this light (white in the sun: about 1) gets.

    A filmic curve, then that of sRGB.
    Source: K. Narkowicz, ACES filmic tone mapping curve, 2016; IEC 61966-2-1.
    """
    x = np.clip(light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14), 0.0, 1.0)
    result: Float[ndarray, "*n"] = np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1.0 / 2.4) - 0.055)
    return result


TONE: UInt8[ndarray, " n"] = np.rint(255.0 * tone_curve(BRIGHTEST * (np.arange(_STEPS) / (_STEPS - 1.0)) ** 2)).astype(
    np.uint8
)
"""sRGB of each of 2048 steps of the root of light."""


LIGHT: Float32[ndarray, " n"] = (BRIGHTEST * (np.arange(_STEPS) / (_STEPS - 1.0)) ** 2).astype(np.float32)
"""Light of each of 2048 steps of its root."""


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


@njit(cache=True, nogil=True)
@no_type_check
def light_rows(
    start: int, stop: int, drawn: UInt32[ndarray, "h w 2"], table: Float32[ndarray, " n"], to: Float32[ndarray, "h w 3"]
) -> None:
    """The light of the rows start..stop, as it was before the tone curve."""
    for row in range(start, stop):
        for column in range(drawn.shape[1]):
            coded = drawn[row, column, 1]
            to[row, column, 0] = table[coded & np.uint32(2047)]
            to[row, column, 1] = table[(coded >> np.uint32(11)) & np.uint32(2047)]
            # 1023 steps against 2047.
            to[row, column, 2] = table[2047] * (np.float32(coded >> np.uint32(22)) / np.float32(1023.0)) ** 2


@njit(cache=True, nogil=True)
@no_type_check
def blend_rows(
    start: int,
    stop: int,
    drawn: UInt32[ndarray, "fh fw 2"],
    samples: int,
    table: Float32[ndarray, " n"],
    tone: UInt8[ndarray, " n"],
    rgb: UInt8[ndarray, "h w 3"],
) -> None:
    """The picture's rows start..stop from the mean light of `samples` x `samples` drawn pixels each."""
    scale, half = np.float32(2047.0**2 / BRIGHTEST / samples**2), np.float32(0.5)
    for row in range(start, stop):
        for column in range(rgb.shape[1]):
            red = green = blue = np.float32(0.0)
            for i in range(samples):
                for j in range(samples):
                    coded = drawn[row * samples + i, column * samples + j, 1]
                    red += table[coded & np.uint32(2047)]
                    green += table[(coded >> np.uint32(11)) & np.uint32(2047)]
                    blue += table[(coded >> np.uint32(22)) << np.uint32(1)]
            rgb[row, column, 0] = tone[int(np.sqrt(red * scale) + half)]
            rgb[row, column, 1] = tone[int(np.sqrt(green * scale) + half)]
            rgb[row, column, 2] = tone[int(np.sqrt(blue * scale) + half)]


@njit(cache=True, nogil=True)
@no_type_check
def mean_rows(
    start: int, stop: int, fine: Float32[ndarray, "fh fw 3"], samples: int, to: Float32[ndarray, "h w 3"]
) -> None:
    """The mean of `samples` x `samples` pixels for each of the rows start..stop."""
    share = np.float32(1.0 / samples**2)
    for row in range(start, stop):
        for column in range(to.shape[1]):
            for k in range(3):
                total = np.float32(0.0)
                for i in range(samples):
                    for j in range(samples):
                        total += fine[row * samples + i, column * samples + j, k]
                to[row, column, k] = total * share
