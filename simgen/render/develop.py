"""From light to picture: the tone curve, and the coding of light that the shaders write (pixel.glsl)."""

from typing import no_type_check

import numpy as np
from jaxtyping import Float, Float32, Int, UInt8, UInt32, UInt64
from numba import njit
from numpy import ndarray

from simgen.render.heaven import sky_rows

BRIGHTEST = 8.0
_STEPS = 2048
_AT_ONCE = 8192
"""Pixels that are worked on while they are in the cache."""


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
    tone: UInt8[ndarray, " n"],
    rgb: UInt8[ndarray, "h w 3"],
) -> None:
    """The picture's rows start..stop from the mean light of `samples` x `samples` drawn pixels each.

    Light is the square of what is stored, so that sums of squares are whole numbers.
    """
    width, share, half = rgb.shape[1], np.float32(1.0 / samples**2), np.float32(0.5)
    low, high = np.uint32(2047), np.uint32(2046)
    sums, steps = np.empty((3, width), np.uint32), np.empty((3, width), np.int32)
    for row in range(start, stop):
        # Simple loops, which the compiler turns into vectors.
        sums[:] = 0
        for i in range(samples):
            for j in range(samples):
                for column in range(width):
                    coded = drawn[row * samples + i, column * samples + j, 1]
                    r, g, b = coded & low, (coded >> np.uint32(11)) & low, (coded >> np.uint32(21)) & high
                    sums[0, column] += r * r
                    sums[1, column] += g * g
                    sums[2, column] += b * b
        for k in range(3):
            for column in range(width):
                steps[k, column] = np.int32(np.sqrt(np.float32(np.int32(sums[k, column])) * share) + half)
        for column in range(width):
            rgb[row, column, 0] = tone[steps[0, column]]
            rgb[row, column, 1] = tone[steps[1, column]]
            rgb[row, column, 2] = tone[steps[2, column]]


@njit(cache=True, nogil=True)
@no_type_check
def picture_rows(
    start: int,
    stop: int,
    drawn: UInt32[ndarray, "fh fw 2"],
    world_from_pixel: Float[ndarray, "3 3"],
    sky: UInt64[ndarray, "m m"],
    samples: int,
    shared: int,
    tone: UInt8[ndarray, " n"],
    rgb: UInt8[ndarray, "h w 3"],
) -> None:
    """The picture's rows start..stop, after the sky's light in the drawn ones (`sky_rows`), while they are at hand."""
    rows = max(_AT_ONCE // (drawn.shape[1] * samples), 1)
    for first in range(start, stop, rows):
        last = min(first + rows, stop)
        sky_rows(first * samples, last * samples, drawn, world_from_pixel, sky, shared)
        if samples == 1:
            develop_rows(first, last, drawn, tone, rgb)
        else:
            blend_rows(first, last, drawn, samples, tone, rgb)


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
