"""Sun and sky of a `Weather`, as the shader takes them: radiance relative to sunlit white, and the exposure."""

from dataclasses import dataclass
from typing import no_type_check

import numpy as np
from jaxtyping import Float, Float32
from numba import njit
from numpy import ndarray
from numpy.typing import ArrayLike

from simgen.world.weather import Weather

SKY_PIXELS = 768
FOG_LAYER_M = 60.0
"""Height over which the air's extinction falls to 1/e: a look straight up passes as much as this far ahead."""

_DB_PER_KM = np.log(10.0) / 10.0 / 1000.0
_GREEN_NM = 550.0

_DIM_DEG, _DIM = (-12.0, -9.0, -6.0, -3.0, 0.0, 5.0), (0.003, 0.004, 0.023, 0.055, 0.17, 1.0)
"""Elevation of the sun, and by how much the light then is dimmer than it looks: 600, 50 and 3.4 lx at 0, -3 and -6
degrees (P. Seidelmann, Explanatory Supplement to the Astronomical Almanac, 1992, section 9.3), 0.4 lx under the sky of
a lit town (C. Kyba et al., How bright is moonlight?, Astronomy and Geophysics 58, 2017: 0.1 lx and more)."""

_GLOOM_DEG, _GLOOM = (-7.0, -2.0, 3.0), (0.45, 0.6, 1.0)
"""A picture of dusk is taken darker than one of the day, as one remembers it."""

_DIMMEST = 1.0 / 250.0
"""Dimmer than this, pictures are exposed for what lamps light: a road of 10 lx (EN 13201-2, class P2)."""

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_OPTICAL_DEPTH = np.array([0.085, 0.13, 0.26])
"""Of the clear air at the zenith for red, green and blue.

Source: D. Frohlich, G. Shaw, Applied Optics 19 (1980), Rayleigh scattering, plus thin aerosol.
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Light:
    """What lights the scene, before exposure; vectors in world axes.

    Attributes:
        to_sun: where the sun stands, unit.
        to_key: where the light comes from that casts shadows: the sun, or the zenith where there is none (the sky is
            brightest there when overcast; so things still stand on the ground). Unit.
        key: radiance of a white surface that faces it.
        sun: the same of the sun; 0 at night and under clouds.
        sky, ground: the same of one that faces the whole sky or the ground alone.
        horizon, zenith: radiance of the sky.
        airlight: radiance of thick fog.
        exposure: by which everything is multiplied before the tone curve.
        is_dark: lamps are lit.
    """

    to_sun: Float[ndarray, "3"]
    to_key: Float[ndarray, "3"]
    key: Float[ndarray, "3"]
    sun: Float[ndarray, "3"]
    sky: Float[ndarray, "3"]
    ground: Float[ndarray, "3"]
    horizon: Float[ndarray, "3"]
    zenith: Float[ndarray, "3"]
    airlight: Float[ndarray, "3"]
    exposure: float
    is_dark: bool


def light_of(weather: Weather) -> Light:
    """The light of a weather: the direct beam by Beer's law, the sky's colours as they look.

    Source: relative air mass: F. Kasten, A. Young, Applied Optics 28 (1989), eq. 3.
    """
    elevation = np.radians(weather.sun_elevation_deg)
    azimuth = np.radians(weather.sun_azimuth_deg)
    to_sun = np.array([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)])
    height = max(weather.sun_elevation_deg, -2.0)
    air_mass = 1.0 / (np.sin(np.radians(max(height, 0.0))) + 0.50572 * (max(height, 0.0) + 6.07995) ** -1.6364)
    beam = np.exp(-_OPTICAL_DEPTH * air_mass) / np.exp(-_OPTICAL_DEPTH * 1.15)
    up = float(np.clip(weather.sun_elevation_deg / 2.0 + 0.5, 0.0, 1.0))
    clear = 1.0 - weather.cloudiness
    haze = np.exp(-weather.extinction_per_m * FOG_LAYER_M)
    sun = beam * up * clear**1.5 * haze * np.array([1.04, 1.0, 0.93])
    sun = sun if sun.max() > 0.02 else np.zeros(3)
    day = float(np.clip((weather.sun_elevation_deg + 6.0) / 26.0, 0.0, 1.0)) ** 1.6
    dusk = float(np.exp(-((weather.sun_elevation_deg / 5.0) ** 2)))
    night = np.array([0.0010, 0.0013, 0.0022])
    zenith = _mixed([0.055, 0.150, 0.40], [0.40, 0.42, 0.46], weather.cloudiness**1.5) * day + night
    horizon = _mixed([0.33, 0.45, 0.60], [0.52, 0.54, 0.57], weather.cloudiness**1.5) * day + night * 2.0
    below = float(np.exp(min(weather.sun_elevation_deg, 0.0) / 2.5))
    horizon = horizon + np.array([0.32, 0.13, 0.035]) * dusk * clear * below * max(day, 0.03) ** 0.4
    sky = _mixed(0.75 * zenith + 0.4 * horizon, 0.5 * zenith + 0.3 * horizon, weather.cloudiness)
    # Cameras balance white: shadows are bluish, not blue.
    sky = 0.5 * sky + 0.5 * float(sky @ _LUMINANCE)
    illumination = sun * max(np.sin(elevation), 0.0) + sky
    ground = 0.18 * illumination * np.array([1.0, 0.96, 0.88])
    level = float(illumination @ _LUMINANCE)
    overcast = sun.max() == 0.0
    dim = float(np.exp(np.interp(weather.sun_elevation_deg, _DIM_DEG, np.log(_DIM))))
    gloom = float(np.interp(weather.sun_elevation_deg, _GLOOM_DEG, _GLOOM))
    return Light(
        to_sun=to_sun,
        to_key=np.array([0.0, 0.0, 1.0]) if overcast else to_sun,
        key=dim * (0.45 * sky if overcast else sun),
        sun=dim * sun,
        sky=dim * (0.7 * sky if overcast else sky),
        ground=dim * ground,
        horizon=dim * horizon,
        zenith=dim * zenith,
        airlight=dim * (0.35 * horizon + 0.45 * sky + 0.14 * illumination),
        exposure=0.95 / (level + 0.012) ** 0.85 * gloom / max(dim, _DIMMEST),
        is_dark=bool(sun.mean() + (0.7 if overcast else 1.0) * sky.mean() < 0.03),
    )


def air_extinction_per_m(weather: Weather) -> float:
    """Extinction coefficient of the air for what a camera sees, 1/m: fog, rain and snow together.

    Rain: 1.076 R^0.67 dB/km. Snow, S in mm/h of water: wet (not below 0 deg C) (1.023e-4 w + 3.7855) S^0.72 dB/km, dry
    (5.42e-5 w + 5.4959) S^1.38 dB/km, wavelength w in nm. Source: Recommendation ITU-R P.1814, annex 1.
    """
    rain = 1.076 * weather.rain_mm_h**0.67
    if weather.temperature_c >= 0.0:
        snow = (1.023e-4 * _GREEN_NM + 3.7855466) * weather.snow_mm_h**0.72
    else:
        snow = (5.42e-5 * _GREEN_NM + 5.4958776) * weather.snow_mm_h**1.38
    return weather.extinction_per_m + float((rain + snow) * _DB_PER_KM)


def sky_picture(weather: Weather, light: Light) -> Float32[ndarray, "n n 3"]:
    """The upper hemisphere as (x, y) / (1 + z) over [-1, 1], exposed radiance: gradient, sun, clouds."""
    axis = ((np.arange(SKY_PIXELS) + 0.5) / SKY_PIXELS - 0.5) / 0.498
    x, y = np.meshgrid(axis, axis)
    r2 = np.minimum(x * x + y * y, 1.0)
    z = (1.0 - r2) / (1.0 + r2)
    direction = np.stack([x * (1.0 + z), y * (1.0 + z), z], axis=-1)
    share = (np.clip(z, 0.0, 1.0) ** 0.45)[..., None]
    colour = light.horizon * (1.0 - share) + light.zenith * share
    toward = np.clip(direction @ light.to_sun, 0.0, 1.0)[..., None]
    warm = light.sun + 0.02 * light.horizon
    colour = colour + warm * (0.25 * toward**32 + 0.6 * toward**400)
    cover, bright = _clouds(direction, weather.cloudiness)
    lit = light.sky * 1.15 + light.sun * 0.55 * bright[..., None]
    grey = 0.78 + 0.22 * bright[..., None]
    colour = colour * (1.0 - cover[..., None]) + lit * grey * cover[..., None]
    # The disc, as wide as the picture is fine: 0.6 degrees.
    colour += light.sun * (1.0 - 0.9 * weather.cloudiness) * 40.0 * np.clip((toward - 0.99994) * 4.0e4, 0.0, 1.0)
    return np.asarray(colour * light.exposure, dtype=np.float32)


def _mixed(clear: ArrayLike, overcast: ArrayLike, share: float) -> Float[ndarray, "3"]:
    return np.asarray(clear) * (1.0 - share) + np.asarray(overcast) * share


def _clouds(
    direction: Float[ndarray, "n n 3"], cloudiness: float
) -> tuple[Float[ndarray, "n n"], Float[ndarray, "n n"]]:
    """Cover and brightness of a layer of clouds: value noise in octaves, on a plane above."""
    plane = direction[..., :2] / (direction[..., 2:] + 0.12)
    lattices = [np.random.Generator(np.random.Philox(key=octave)).random((256, 256)) for octave in range(6)]
    density = _noise(plane.reshape(-1, 2), np.stack(lattices)).reshape(direction.shape[:2])
    edge = 0.78 - 0.62 * cloudiness
    cover = np.clip((density - edge) / 0.22, 0.0, 1.0)
    cover = cover * cover * (3.0 - 2.0 * cover)
    cover *= np.clip(direction[..., 2] * 7.0, 0.0, 1.0) * 0.92
    bright = np.clip(1.25 - (density - edge) * 1.6, 0.25, 1.0)
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
