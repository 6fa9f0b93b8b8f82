"""Sun and sky of a `Weather`, as the shader takes them: radiance relative to sunlit white, and the exposure."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from numpy.typing import ArrayLike

from simgen.render.lamps import SUNLIT_WHITE_LX
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

_GLOOM_DEG, _GLOOM = (-7.0, -2.0, 5.0, 14.0), (0.45, 0.6, 0.75, 1.0)
"""A picture of dusk is taken darker than one of the day, as one remembers it."""

_DIMMEST = 1.0 / 250.0
"""Dimmer than this, pictures are exposed for what lamps light: a road of 10 lx (EN 13201-2, class P2)."""

_MOON_LX, _MOON_COLOUR = 2.0, np.array([0.78, 0.88, 1.0])
"""Of a full moon high up; what eyes see by 0.25 lx (C. Kyba et al., as above), cameras take by eight times that."""

_GROUND_ALBEDO, _SNOW_ALBEDO = 0.18, 0.7

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
        glow: what a low sun adds to the horizon below it.
        to_moon: where the moon stands: full, so opposite the sun, but never low. Unit.
        moon: radiance of a white surface that faces it; 0 by day and under clouds.
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
    glow: Float[ndarray, "3"]
    to_moon: Float[ndarray, "3"]
    moon: Float[ndarray, "3"]
    exposure: float
    is_dark: bool


def light_of(weather: Weather) -> Light:
    """The light of a weather: the direct beam by Beer's law, the sky's colours as they look.

    Source: relative air mass: F. Kasten, A. Young, Applied Optics 28 (1989), eq. 3.
    """
    to_sun = _direction(weather.sun_azimuth_deg, weather.sun_elevation_deg)
    clear = 1.0 - weather.cloudiness
    sun = _beam(weather)
    day = float(np.clip((weather.sun_elevation_deg + 6.0) / 26.0, 0.0, 1.0)) ** 1.6
    night = np.array([0.0010, 0.0013, 0.0022])
    zenith = _mixed([0.055, 0.150, 0.40], [0.40, 0.42, 0.46], weather.cloudiness**1.5) * day + night
    horizon = _mixed([0.33, 0.45, 0.60], [0.52, 0.54, 0.57], weather.cloudiness**1.5) * day + night * 2.0
    warm = _warmth(weather.sun_elevation_deg) * clear * max(day, 0.03) ** 0.4
    horizon = horizon + np.array([0.10, 0.055, 0.03]) * warm
    sky = _mixed(0.75 * zenith + 0.4 * horizon, 0.5 * zenith + 0.3 * horizon, weather.cloudiness)
    # Cameras balance white: shadows are bluish, not blue.
    sky = 0.5 * sky + 0.5 * float(sky @ _LUMINANCE)
    illumination = sun * max(to_sun[2], 0.0) + sky
    albedo = _GROUND_ALBEDO + (_SNOW_ALBEDO - _GROUND_ALBEDO) * weather.snow_cover
    ground = albedo * illumination * np.array([1.0, 0.96, 0.88])
    overcast = sun.max() == 0.0
    is_dark = bool(sun.mean() + (0.7 if overcast else 1.0) * sky.mean() < 0.03)
    dim = float(np.exp(np.interp(weather.sun_elevation_deg, _DIM_DEG, np.log(_DIM))))
    to_moon, moon = _moon(weather, is_dark)
    to_key, key = (np.array([0.0, 0.0, 1.0]), dim * 0.45 * sky) if overcast else (to_sun, dim * sun)
    if moon.max() > key.max():
        to_key, key = to_moon, moon
    return Light(
        to_sun=to_sun,
        to_key=to_key,
        key=key,
        sun=dim * sun,
        sky=dim * (0.7 * sky if overcast else sky) + 0.3 * moon,
        ground=dim * ground + 0.05 * moon,
        horizon=dim * horizon + 0.03 * moon,
        zenith=dim * zenith + 0.015 * moon,
        airlight=dim * (0.35 * horizon + 0.45 * sky + 0.14 * illumination),
        glow=dim * warm * np.array([0.95, 0.33, 0.03]),
        to_moon=to_moon,
        moon=moon,
        exposure=_exposure(weather, float(illumination @ _LUMINANCE), dim),
        is_dark=is_dark,
    )


def _direction(azimuth_deg: float, elevation_deg: float) -> Float[ndarray, "3"]:
    azimuth, elevation = np.radians(azimuth_deg), np.radians(elevation_deg)
    return np.array([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)])


def _beam(weather: Weather) -> Float[ndarray, "3"]:
    """What of the sun comes through clouds and haze; nothing where it would hardly be seen."""
    height = max(weather.sun_elevation_deg, 0.0)
    air_mass = 1.0 / (np.sin(np.radians(height)) + 0.50572 * (height + 6.07995) ** -1.6364)
    beam = np.exp(-_OPTICAL_DEPTH * air_mass) / np.exp(-_OPTICAL_DEPTH * 1.15)
    up = float(np.clip(weather.sun_elevation_deg / 2.0 + 0.5, 0.0, 1.0))
    haze = np.exp(-weather.extinction_per_m * FOG_LAYER_M)
    sun = beam * up * (1.0 - weather.cloudiness) ** 1.5 * haze * np.array([1.04, 1.0, 0.93])
    return np.asarray(sun if sun.max() > 0.02 else np.zeros(3))


def _warmth(elevation_deg: float) -> float:
    """How much of the light about the horizon is that of a low sun."""
    return float(np.exp(-((elevation_deg / 5.0) ** 2)) * np.exp(min(elevation_deg, 0.0) / 2.5))


def _moon(weather: Weather, is_dark: bool) -> tuple[Float[ndarray, "3"], Float[ndarray, "3"]]:
    """Where the moon stands, and the radiance of a white surface that faces it."""
    to_moon = _direction(weather.sun_azimuth_deg + 180.0, float(np.clip(-weather.sun_elevation_deg, 20.0, 50.0)))
    through = (1.0 - weather.cloudiness) * float(np.exp(-weather.extinction_per_m * FOG_LAYER_M))
    risen = float(np.clip((-4.0 - weather.sun_elevation_deg) / 6.0, 0.0, 1.0)) if is_dark else 0.0
    return to_moon, _MOON_LX / SUNLIT_WHITE_LX * through * risen * _MOON_COLOUR


def _exposure(weather: Weather, level: float, dim: float) -> float:
    gloom = float(np.interp(weather.sun_elevation_deg, _GLOOM_DEG, _GLOOM))
    # What is white all over is not taken as bright as white things on a dark ground.
    white = 1.0 - 0.22 * weather.snow_cover
    return float(0.95 / (level + 0.012) ** 0.85 * gloom * white / max(dim, _DIMMEST) * 2.0**weather.exposure_ev)


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


def _mixed(clear: ArrayLike, overcast: ArrayLike, share: float) -> Float[ndarray, "3"]:
    return np.asarray(clear) * (1.0 - share) + np.asarray(overcast) * share
