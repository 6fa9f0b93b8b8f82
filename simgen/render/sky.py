"""The upper hemisphere as a picture: gradient, a low sun's glow, clouds, sun, moon and stars."""

from typing import no_type_check

import numpy as np
from jaxtyping import Float, Float32
from numba import njit
from numpy import ndarray

from simgen.render.light import SKY_PIXELS, Light
from simgen.world.weather import Weather

_OCTAVES = 6
_STARS = 900
_MOON_COS = np.cos(np.radians(0.45))
"""Of half its width: twice the real one, or it would be three pixels."""


def sky_picture(weather: Weather, light: Light) -> Float32[ndarray, "n n 3"]:
    """The upper hemisphere as (x, y) / (1 + z) over [-1, 1], exposed radiance."""
    direction = _directions()
    colour = _air(direction, light)
    toward = np.clip(direction @ light.to_sun, 0.0, 1.0)[..., None]
    warm = light.sun + 0.02 * light.horizon
    colour = colour + warm * (0.25 * toward**32 + 0.6 * toward**400)
    if light.is_dark:
        colour = colour + _stars(weather, light)
    cover, bright = _clouds(direction, weather, light.to_sun if light.sun.max() > 0.0 else light.to_moon)
    lit = light.sky * 1.15 + light.sun * 0.62 * bright[..., None]
    under = light.glow * (0.5 * _low(direction, light))[..., None]
    grey = (0.55 + 0.45 * bright[..., None]) if light.sun.max() > 0.0 else (0.78 + 0.22 * bright[..., None])
    colour = colour * (1.0 - cover[..., None]) + (lit * grey + under) * cover[..., None]
    # The disc, as wide as the picture is fine: 0.6 degrees.
    colour += light.sun * (1.0 - 0.9 * weather.cloudiness) * 40.0 * np.clip((toward - 0.99994) * 4.0e4, 0.0, 1.0)
    return np.asarray(colour * light.exposure + _moon(direction, weather, light), dtype=np.float32)


def _directions() -> Float[ndarray, "n n 3"]:
    axis = ((np.arange(SKY_PIXELS) + 0.5) / SKY_PIXELS - 0.5) / 0.498
    x, y = np.meshgrid(axis, axis)
    r2 = np.minimum(x * x + y * y, 1.0)
    z = (1.0 - r2) / (1.0 + r2)
    return np.stack([x * (1.0 + z), y * (1.0 + z), z], axis=-1)


def _air(direction: Float[ndarray, "n n 3"], light: Light) -> Float[ndarray, "n n 3"]:
    share = (np.clip(direction[..., 2], 0.0, 1.0) ** 0.45)[..., None]
    colour = light.horizon * (1.0 - share) + light.zenith * share
    return np.asarray(colour + light.glow * _low(direction, light)[..., None])


def _low(direction: Float[ndarray, "n n 3"], light: Light) -> Float[ndarray, "n n"]:
    """How much of a low sun's glow comes from each direction: from near the horizon, and from the sun's side."""
    if light.glow.max() < 1e-3 * light.horizon.max():
        return np.zeros(direction.shape[:2])
    sun = light.to_sun[:2] / max(float(np.linalg.norm(light.to_sun[:2])), 1e-9)
    level = np.linalg.norm(direction[..., :2], axis=-1)
    side = 0.5 + 0.5 * (direction[..., :2] @ sun) / np.maximum(level, 1e-9)
    return np.asarray(np.exp(-direction[..., 2] / (0.07 + 0.16 * side)) * (0.06 + 0.94 * side**4))


def _stars(weather: Weather, light: Light) -> Float[ndarray, "n n 3"]:
    """Points of light, always the same; clouds, haze and dusk take them."""
    rng = np.random.Generator(np.random.Philox(key=77))
    up = rng.uniform(0.03, 1.0, _STARS)
    turn = rng.uniform(0.0, 2.0 * np.pi, _STARS)
    radius = np.sqrt(1.0 - up * up) / (1.0 + up)
    at = ((np.stack([np.sin(turn), np.cos(turn)]) * radius * 0.498 + 0.5) * SKY_PIXELS).astype(np.int64)
    bright = 0.06 + 0.5 * rng.random(_STARS) ** 6
    seen = float(np.exp(-4.0 * weather.extinction_per_m * 60.0)) * (1.0 - weather.cloudiness) * light.moon.max()
    full = max(float(light.moon.max()), 1e-9)
    result = np.zeros((SKY_PIXELS, SKY_PIXELS, 3))
    tint = np.stack([0.9 + 0.1 * rng.random(_STARS), np.full(_STARS, 0.95), 0.9 + 0.1 * rng.random(_STARS)], axis=-1)
    result[at[0], at[1]] = bright[:, None] * tint * (seen / full / light.exposure)
    return result


def _moon(direction: Float[ndarray, "n n 3"], weather: Weather, light: Light) -> Float[ndarray, "n n 3"]:
    """Its disc, and a halo that grows with the clouds before it; as bright as pictures of the night show it."""
    if light.moon.max() == 0.0:
        return np.zeros((*direction.shape[:2], 3))
    toward = np.clip(direction @ light.to_moon, 0.0, 1.0)[..., None]
    disc = np.clip((toward - _MOON_COS) * 6.0e4 + 0.5, 0.0, 1.0) * (1.0 - 0.8 * weather.cloudiness)
    halo = 0.05 * toward**250 + (0.02 + 0.05 * weather.cloudiness) * toward**25
    return np.asarray((2.5 * disc + halo) * np.array([1.0, 0.98, 0.9]))


def _clouds(
    direction: Float[ndarray, "n n 3"], weather: Weather, to_light: Float[ndarray, "3"]
) -> tuple[Float[ndarray, "n n"], Float[ndarray, "n n"]]:
    """Cover and brightness of a layer of clouds: value noise in octaves, on a plane above.

    Edges are bright; what is thick, or thicker towards the light, is grey.
    """
    cloudiness, number = weather.cloudiness, round(weather.cloud_seed)
    plane = (direction[..., :2] / (direction[..., 2:] + 0.12)).reshape(-1, 2)
    keys = [octave + (number << 8) for octave in range(_OCTAVES)]
    lattices = np.stack([np.random.Generator(np.random.Philox(key=key)).random((256, 256)) for key in keys])
    density = _noise(plane, lattices).reshape(direction.shape[:2])
    ahead = _noise(plane + 0.12 * to_light[:2] / max(to_light[2] + 0.12, 0.2), lattices[:4]).reshape(density.shape)
    edge, width = 0.74 - 0.58 * cloudiness, 0.12 + 0.10 * cloudiness
    cover = np.clip((density - edge) / width, 0.0, 1.0)
    cover = cover * cover * (3.0 - 2.0 * cover)
    cover *= np.clip(direction[..., 2] * 7.0, 0.0, 1.0) * 0.94
    thick = np.clip((density - edge) * 2.2, 0.0, 1.0)
    bright = np.clip(1.08 - 0.75 * thick - 1.6 * np.clip(ahead - density, -0.15, 0.3), 0.2, 1.1)
    return cover, bright


@njit(cache=True, nogil=True)
@no_type_check
def _noise(plane: Float[ndarray, "n 2"], lattices: Float[ndarray, "octaves 256 256"]) -> Float[ndarray, " n"]:
    result = np.zeros(len(plane))
    for i in range(len(plane)):
        for octave in range(len(lattices)):
            lattice = lattices[octave]
            x, y = plane[i, 0] * 1.3 * 2.0**octave, plane[i, 1] * 1.3 * 2.0**octave
            left, top = np.floor(x), np.floor(y)
            sx, sy = x - left, y - top
            sx, sy = sx * sx * (3.0 - 2.0 * sx), sy * sy * (3.0 - 2.0 * sy)
            x0, y0 = np.int64(left) & 255, np.int64(top) & 255
            x1, y1 = (x0 + 1) & 255, (y0 + 1) & 255
            low = lattice[y0, x0] * (1.0 - sx) + lattice[y0, x1] * sx
            high = lattice[y1, x0] * (1.0 - sx) + lattice[y1, x1] * sx
            result[i] += (low * (1.0 - sy) + high * sy) * 0.5 ** (octave + 1)
    return result
