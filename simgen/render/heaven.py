"""The sky where nothing stands: a picture of the upper hemisphere, looked up for the pixels that no triangle covers."""

from functools import lru_cache
from typing import no_type_check

import numpy as np
from jaxtyping import Float, Float32, UInt8, UInt32, UInt64
from numba import njit
from numpy import ndarray

from simgen.render.light import FOG_LAYER_M, SKY_PIXELS, air_extinction_per_m, light_of
from simgen.render.sky import sky_picture
from simgen.world.weather import Weather

SKY = np.uint32(0xFFFFFFFF)
"""What stands in place of a triangle id."""

SKY_BRIGHTEST = 4.0
_RADIUS = 0.498
_ZERO = np.float32(0.0)
_FIELD, _NEXT, _LAST = np.uint64(0x1FFFFF), np.uint64(21), np.uint64(42)
_TO_STEPS, _SHIFT = np.uint64(5812), np.uint64(20)
"""2047 / 255 * sqrt(4 / 8) / 1024: from weighed roots over `SKY_BRIGHTEST` to the steps of pixel.glsl."""


@lru_cache(8)
def coded_sky(weather: Weather) -> UInt64[ndarray, "n n"]:
    """`sky_steps` in one number each: red, green and blue 21 bits apart, so that one product weighs all three."""
    red, green, blue = np.moveaxis(sky_steps(weather).astype(np.uint64), -1, 0)
    return np.asarray(red | green << _NEXT | blue << _LAST)


@lru_cache(8)
def sky_steps(weather: Weather) -> UInt8[ndarray, "n n 3"]:
    """Roots of the sky's exposed light over `SKY_BRIGHTEST` in 255 steps, as `sky.sky_picture` lies; dithered."""
    light = light_of(weather)
    radiance = sky_picture(weather, light)
    extinction_per_m = air_extinction_per_m(weather)
    if extinction_per_m > 0.0:
        radiance = _through_fog(radiance, light.airlight * light.exposure, extinction_per_m)
    # Roots, as pixels store light; dithered, or the gradient shows bands.
    dither = np.random.Generator(np.random.Philox(key=0)).random(radiance.shape, dtype=np.float32)
    return np.minimum(np.sqrt(radiance / SKY_BRIGHTEST) * 255.0 + dither, 255.0).astype(np.uint8)


def _through_fog(
    radiance: Float32[ndarray, "n n 3"], airlight: Float[ndarray, "3"], extinction_per_m: float
) -> Float[ndarray, "n n 3"]:
    axis = ((np.arange(SKY_PIXELS) + 0.5) / SKY_PIXELS - 0.5) / _RADIUS
    r2 = np.minimum(axis[:, None] ** 2 + axis**2, 1.0)
    range_m = FOG_LAYER_M / np.maximum((1.0 - r2) / (1.0 + r2), 0.004)
    share = np.exp(-extinction_per_m * range_m)[..., None]
    return np.asarray(airlight * (1.0 - share) + radiance * share)


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def sky_rows(
    start: int,
    stop: int,
    drawn: UInt32[ndarray, "h w 2"],
    world_from_pixel: Float[ndarray, "3 3"],
    picture: UInt64[ndarray, "m m"],
    samples: int,
) -> None:
    """Writes the light of the pixels that no triangle covers, in rows start..stop, as shaders write that of others.

    Args:
        start: first row.
        stop: row after the last.
        drawn: triangle ids and light.
        world_from_pixel: rays in world axes of image coordinates.
        picture: of `coded_sky`.
        samples: pixels a side that will be blended and may share what is looked up; `start` is a multiple of it.
    """
    width = drawn.shape[1]
    place = np.empty((2, width), np.float32)
    for row in range(start, stop):
        column = 0
        while column < width:
            end = column + 1
            if drawn[row, column, 0] == SKY:
                while end < width and drawn[row, end, 0] == SKY:
                    end += 1
                above = drawn[row - 1, column:end] if row % samples else drawn[row, column:column]
                if not _all_sky(above[::samples]):
                    _find(world_from_pixel, column + 0.5, row + 0.5, end - column, picture.shape[0], place)
                _look_up(place, picture, drawn[row, column:end], above, samples)
            column = end


@njit(cache=True, nogil=True)
@no_type_check
def _all_sky(above: UInt32[ndarray, "n 2"]) -> bool:
    """Nothing is left to look up; false of no pixels."""
    for k in range(len(above)):
        if above[k, 0] != SKY:
            return False
    return len(above) > 0


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
@no_type_check
def _find(m: Float[ndarray, "3 3"], u: float, v: float, count: int, side: int, place: Float32[ndarray, "2 w"]) -> None:
    """Where in the picture a run of pixels looks: (x, y) / (1 + z) of the unit vector."""
    x0 = np.float32(m[0, 0] * u + m[0, 1] * v + m[0, 2])
    y0 = np.float32(m[1, 0] * u + m[1, 1] * v + m[1, 2])
    z0 = np.float32(m[2, 0] * u + m[2, 1] * v + m[2, 2])
    dx, dy, dz = np.float32(m[0, 0]), np.float32(m[1, 0]), np.float32(m[2, 0])
    scale, middle = np.float32(_RADIUS * side), np.float32(0.5 * side - 0.5)
    for k in range(count):
        t = np.float32(k)
        # What is below the horizon has the horizon's colour.
        x, y, z = x0 + dx * t, y0 + dy * t, max(z0 + dz * t, _ZERO)
        share = scale / (np.sqrt(x * x + y * y + z * z) + z)
        place[0, k] = middle + x * share
        place[1, k] = middle + y * share


@njit(cache=True, nogil=True, inline="always")
@no_type_check
def _look_up(
    place: Float32[ndarray, "2 w"],
    picture: UInt64[ndarray, "m m"],
    out: UInt32[ndarray, "n 2"],
    above: UInt32[ndarray, "r 2"],
    samples: int,
) -> None:
    """The picture between its pixels, by weights in steps of 1/32; or what a sample beside or above has."""
    flat, side = picture.reshape(-1), picture.shape[0]
    for k in range(0, len(out), samples):
        if k < len(above) and above[k, 0] == SKY:
            _share(out, k, samples, above[k, 1])
            continue
        left, top = np.int32(place[0, k]), np.int32(place[1, k])
        right = np.uint32(np.int32((place[0, k] - np.float32(left)) * np.float32(32.0)))
        below = np.uint32(np.int32((place[1, k] - np.float32(top)) * np.float32(32.0)))
        both = np.uint64(right * below)
        at = np.uint64(np.uint32(top) * np.uint32(side) + np.uint32(left))
        mixed = (
            (np.uint64(1024) - np.uint64(32) * np.uint64(right + below) + both) * flat[at]
            + (np.uint64(32) * np.uint64(right) - both) * flat[at + np.uint64(1)]
            + (np.uint64(32) * np.uint64(below) - both) * flat[at + np.uint64(side)]
            + both * flat[at + np.uint64(side + 1)]
        )
        red = ((mixed & _FIELD) * _TO_STEPS) >> _SHIFT
        green = (((mixed >> _NEXT) & _FIELD) * _TO_STEPS) >> _SHIFT
        blue = ((mixed >> _LAST) * _TO_STEPS) >> (_SHIFT + np.uint64(1))
        out[k, 1] = np.uint32(red | (green << np.uint64(11)) | (blue << np.uint64(22)))
        if samples > 1:
            _share(out, k, samples, out[k, 1])


@njit(cache=True, nogil=True)
@no_type_check
def _share(out: UInt32[ndarray, "n 2"], first: int, samples: int, coded: int) -> None:
    for k in range(first, min(first + samples, len(out))):
        out[k, 1] = coded
