"""What the air does to a laser beam: extinction, and echoes from fog, rain and snow."""

import numpy as np
from jaxtyping import Float, Float32
from numpy import ndarray

from simgen.world.weather import Weather

from ._lidar_echo import NEAR_M

LIGHT_MPS = 299_792_458.0
_DB_PER_KM = np.log(10.0) / 10.0 / 1000.0
_DEPTH_M = 40.0
_SMALLEST_MM = 0.5
_APERTURE_M = 0.01
"""Width of the beam where it leaves the sensor. Source: Ouster OS1 datasheet, beam diameter exiting sensor 10 mm."""

DROP_SHARE = 0.1
"""Backscatter cross-section of a raindrop over its disc's: axial rays off its front, 2 % (Fresnel, n = 1.33), and off
its back, focused, 2 % (n / (2 - n))^2. Source: van de Hulst, Light Scattering by Small Particles, section 12.4."""

FLAKE_REFLECTANCE = 0.9
"""Source: Hahner et al., LiDAR Snowfall Simulation for Robust 3D Object Detection, CVPR 2022."""


def extinction_per_m(weather: Weather, wavelength_nm: float) -> float:
    """Extinction coefficient of the air, 1/m: fog, rain and snow together.

    Rain: 1.076 R^0.67 dB/km (Carbonneau). Snow, S in mm/h of water: wet (not below 0 deg C)
    (1.023e-4 w + 3.7855) S^0.72 dB/km, dry (5.42e-5 w + 5.4959) S^1.38 dB/km, wavelength w in nm.
    Source: Recommendation ITU-R P.1814, annex 1. (Goodin et al. 2019 have 0.01 R^0.6 per metre, thirty times and
    more what optical links in rain measure, so it is not used.)
    """
    rain = 1.076 * weather.rain_mm_h**0.67
    if weather.temperature_c >= 0.0:
        snow = (1.023e-4 * wavelength_nm + 3.7855466) * weather.snow_mm_h**0.72
    else:
        snow = (5.42e-5 * wavelength_nm + 5.4958776) * weather.snow_mm_h**1.38
    return weather.extinction_per_m + float((rain + snow) * _DB_PER_KM)


def echoes(
    weather: Weather, wavelength_nm: float, pulse_m: float, divergence_rad: float, rng: np.random.Generator, draws: int
) -> Float32[ndarray, "draws 2"]:
    """Power (behind the gain) and range of the strongest echo from the air itself, a realisation a row.

    The air is cut into cells as deep as the pulse resolves (half its length) from 1 m on, where transmitter and
    receiver begin to overlap (Rasshofer et al. 2011); the strongest cell is what the lidar may take for a target.
    """
    depth = 0.5 * pulse_m
    cell = 1.0 + depth * (np.arange(int(_DEPTH_M / depth)) + 0.5)
    alpha = extinction_per_m(weather, wavelength_nm)
    back = np.zeros((draws, len(cell)))
    fog = weather.extinction_per_m
    if fog > 0.0:
        back += fog_backscatter(fog, depth) * rng.standard_exponential(back.shape)
    area = 0.25 * np.pi * (_APERTURE_M + divergence_rad * cell) ** 2
    for number_per_m3, slope_per_mm, share in particles(weather):
        back += _in_beam(number_per_m3, slope_per_mm, share, area, depth, rng, draws)
    power = back * np.exp(-2.0 * alpha * cell) / np.maximum(cell, NEAR_M) ** 2
    best = np.argmax(power, axis=1)
    where = cell[best] + depth * (rng.random(draws) - 0.5)
    return np.stack([power[np.arange(draws), best], where], axis=1).astype(np.float32)


def fog_backscatter(extinction: float, depth_m: float) -> float:
    """Of a cell of fog, relative to a white target: `pi beta depth`, on average.

    It is exponentially distributed, for fog comes in clouds.
    Source: Rasshofer et al. 2011, eq. 7 and 14 (soft target, beta = 0.046 / MOR); Hahner et al., Fog Simulation on
    Real LiDAR Point Clouds, ICCV 2021, eq. 5 to 8; exponential: Goodman, Speckle Phenomena in Optics, 2007.
    """
    return float(np.pi * 0.046 / (np.log(20.0) / extinction) * depth_m)


def particles(weather: Weather) -> list[tuple[float, float, float]]:
    """Of each kind of particle in the air: number over 0.5 mm in a cubic metre, slope of their sizes (1/mm), and
    reflectance of their discs relative to white.

    Numbers fall with the diameter D as N0 exp(-slope D). Rain: N0 = 8000, slope = 4.1 R^-0.21 (Marshall and Palmer,
    J. Meteor. 5, 1948). Snow, D that of the melted flake: N0 = 3800 S^-0.87, slope = 2.55 S^-0.48 (Gunn and Marshall,
    J. Meteor. 15, 1958), as in Hahner et al. 2022.
    """
    found = []
    if weather.rain_mm_h > 0.0:
        slope = 4.1 * weather.rain_mm_h**-0.21
        found.append((8000.0 / slope * np.exp(-slope * _SMALLEST_MM), slope, DROP_SHARE / 4.0))
    if weather.snow_mm_h > 0.0:
        slope = 2.55 * weather.snow_mm_h**-0.48
        number = 3800.0 * weather.snow_mm_h**-0.87 / slope * np.exp(-slope * _SMALLEST_MM)
        found.append((number, slope, FLAKE_REFLECTANCE))
    return found


def _in_beam(
    number_per_m3: float,
    slope_per_mm: float,
    share: float,
    area_m2: Float[ndarray, " cells"],
    depth_m: float,
    rng: np.random.Generator,
    draws: int,
) -> Float[ndarray, "draws cells"]:
    """What the particles in each cell scatter back, relative to a white target that fills the beam."""
    counts = rng.poisson(number_per_m3 * area_m2 * depth_m, (draws, len(area_m2)))
    owner = np.repeat(np.arange(counts.size), counts.reshape(-1))
    width_m = 1e-3 * (_SMALLEST_MM + rng.standard_exponential(len(owner)) / slope_per_mm)
    covered = np.minimum(0.25 * np.pi * width_m**2 / area_m2[owner % len(area_m2)], 1.0)
    return np.bincount(owner, share * covered, minlength=counts.size).reshape(counts.shape)
