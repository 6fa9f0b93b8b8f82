# ruff: noqa: PLR0917 -- numba kernels take arrays, not objects, and by position
"""From what a laser beam hit to what the lidar reports: link budget, detection, noise, fog, and the truth beside it.

All powers are relative to a white Lambertian target that faces the sensor at 1 m in clear air:
`reflectance * cos(incidence) * exp(-2 extinction range) / range^2` (extended target: the footprint is smaller than what
it hits). Source: Rasshofer, Spies and Spies, Influences of weather phenomena on automotive laser radar systems,
Adv. Radio Sci. 9, 2011, eq. 1 to 5; Wagner et al., ISPRS J. Photogramm. 60, 2006.

`no_type_check` keeps jaxtyping's run-time checks from hiding the functions from numba.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float, Float32, Int32, UInt8, UInt16, UInt32
from numba import njit
from numpy import ndarray

LIGHT_MPS = 299_792_458.0
THRESHOLD_SNR = 5.0
"""Detection threshold over the receiver's noise: false alarms in 3e-7 of samples (tail of the normal distribution)."""

RETRO_GAIN = 220.0
"""How much brighter than a white Lambertian target a retroreflector is, looked at from beside the lamp: 70 cd/(lx m2)
(EN 12899-1 class RA1, white, observation 0.33 deg, entrance 5 deg) over 1/pi."""

GLASS_MIRROR_COSINE = np.cos(np.radians(1.0))
"""Glass sends its 8 % mirror reflection (Fresnel, n = 1.52, two faces) back only where it faces the beam."""

GLASS_MIRROR = 0.08 * RETRO_GAIN

NEAR_M = 10.0
"""Nearer than this the receiver's gain falls with the square of range (sensitivity time control), so that what scatters
weakly close by does not blind it. Source: McManamon, LiDAR Technologies and Systems, SPIE 2019; the datasheets do not
say from where on, 10 m lets no target of more than 0.4 % go and keeps haze out."""

NOTHING, TARGET, CLUTTER = 0, 1, 2


@njit(cache=True, nogil=True)
@no_type_check
def measure(
    t: Float32[ndarray, " n"],
    cosine: Float32[ndarray, " n"],
    material: Int32[ndarray, " n"],
    noise: Float32[ndarray, "2 n"],
    reflectance: Float[ndarray, " m"],
    surface: UInt8[ndarray, " m"],
    device: Float[ndarray, " d"],
    extinction_per_m: float,
    fog: Float32[ndarray, "draws 2"],
    fog_of: UInt16[ndarray, " n"],
    distance: Float32[ndarray, " n"],
    intensity: Float32[ndarray, " n"],
    kind: UInt8[ndarray, " n"],
) -> int:
    """Range and intensity that each beam reports, and whether it saw a target, fog or nothing; returns how many did.

    `t`, `cosine`, `material` are of the hit (inf, 0, -1 for none). `noise` has standard normal numbers for amplitude
    and range. `surface` is 0 for diffuse, 1 for retroreflective, 2 for glass, by material as `reflectance` is. `device`
    has min range, max range, range at 10 %, range sigma, range step, levels, diffuse share, pulse length in metres.
    `fog` is the strongest echo from the fog (power, range) in a few thousand realisations, `fog_of` which of them each
    beam meets; it is empty in clear air. `distance`, `intensity` and `kind` are filled in.
    """
    low, high, reach, sigma, step, levels, diffuse, pulse = device
    threshold = 0.1 / (reach * reach)
    grain = threshold / THRESHOLD_SNR
    count = 0
    for k in range(len(t)):
        r, kind[k] = np.float64(t[k]), NOTHING
        power = 0.0
        if r < np.inf:
            m = material[k]
            rho, seen = reflectance[m], surface[m]
            if seen == 1:
                rho *= RETRO_GAIN
            elif seen == 2 and cosine[k] > GLASS_MIRROR_COSINE:
                rho += GLASS_MIRROR
            power = rho * cosine[k] * np.exp(-2.0 * extinction_per_m * r) / max(r, NEAR_M) ** 2
        if len(fog) and fog[fog_of[k], 0] > power and fog[fog_of[k], 1] < r:
            power, r = fog[fog_of[k], 0], fog[fog_of[k], 1]
            kind[k] = CLUTTER
        received = power + grain * noise[0, k]
        if received < threshold or r < low or r > high:
            kind[k] = NOTHING
            continue
        # Time of arrival jitters by the pulse's rise time over the signal-to-noise ratio.
        # Source: Richmond and Cain, Direct-Detection LADAR Systems, SPIE 2010, section 2.4.
        jitter = 0.25 * pulse * grain / received
        measured = r + noise[1, k] * np.sqrt(sigma * sigma + jitter * jitter)
        measured = np.rint(measured / step) * step
        if measured <= 0.0:
            kind[k] = NOTHING
            continue
        distance[k] = measured
        apparent = received * max(r, NEAR_M) ** 2
        if apparent <= 1.0:
            value = diffuse * apparent
        else:
            value = diffuse + (1.0 - diffuse) * np.log(apparent) / np.log(RETRO_GAIN)
        intensity[k] = np.rint(min(value, 1.0) * levels) / levels
        kind[k] = max(kind[k], TARGET)
        count += 1
    return count


def fog_echoes(
    extinction_per_m: float, pulse_m: float, draws: Float[ndarray, "draws cells"]
) -> Float32[ndarray, "draws 2"]:
    """Power (behind the gain) and range of the strongest echo from the fog itself, a realisation a row of draws.

    The fog is cut into cells as deep as the pulse resolves (half its length). A cell at range r scatters back
    `pi beta (pulse / 2) exp(-2 alpha r) / r^2` (in units of a white target at 1 m), behind the gain, times an
    exponentially distributed number of mean 1, for fog comes in clouds; the strongest cell is what the lidar takes for
    a target. Below 1 m transmitter and receiver do not overlap.
    Source: Rasshofer et al. 2011, eq. 7 and 14 (soft target, beta = 0.046 / MOR, overlap from 0.9 to 1 m); Hahner et
    al., Fog Simulation on Real LiDAR Point Clouds, ICCV 2021, eq. 5 to 8; exponential: Goodman, Speckle Phenomena in
    Optics, 2007.

    Args:
        extinction_per_m: alpha; MOR is ln(20) / alpha.
        pulse_m: length of the pulse in the air.
        draws: exponentially distributed numbers of mean 1.
    """
    depth = 0.5 * pulse_m
    cell = 1.0 + depth * (np.arange(draws.shape[1]) + 0.5)
    beta = 0.046 / (np.log(20.0) / extinction_per_m)
    mean = np.pi * beta * depth * np.exp(-2.0 * extinction_per_m * cell) / np.maximum(cell, NEAR_M) ** 2
    echoes = mean * draws
    best = np.argmax(echoes, axis=1)
    return np.stack([echoes[np.arange(len(best)), best], cell[best]], axis=1).astype(np.float32)


@njit(cache=True, nogil=True)
@no_type_check
def collect(
    first: int,
    kind: UInt8[ndarray, " n"],
    distance: Float32[ndarray, " n"],
    intensity_of: Float32[ndarray, " n"],
    directions: Float[ndarray, "columns beams 3"],
    offsets: Int32[ndarray, " n"],
    link: Int32[ndarray, " n"],
    material: Int32[ndarray, " n"],
    point: Float[ndarray, "n 3"],
    semantic_of: UInt8[ndarray, "l m"],
    actor_of_link: UInt32[ndarray, " l"],
    sensor_from_link: Float[ndarray, "l 3 4"],
    turned: Float[ndarray, "l 3 3"],
    twist: Float[ndarray, "l 6"],
    xyz: Float32[ndarray, "p 3"],
    intensity: Float32[ndarray, " p"],
    ring: UInt16[ndarray, " p"],
    column: UInt16[ndarray, " p"],
    offset_ns: Int32[ndarray, " p"],
    semantic: UInt8[ndarray, " p"],
    instance: UInt32[ndarray, " p"],
    is_clutter: Bool[ndarray, " p"],
    xyz_true: Float32[ndarray, "p 3"],
    flow: Float32[ndarray, "p 3"],
) -> None:
    """Packs what was reported, in the order of firing, with labels, de-skewed truth and velocity.

    `first` is the column that the arrays start with. By link id and at the end of the sweep: `sensor_from_link` leads
    from the link's frame, `turned` has the link's axes in the world, `twist` is that of its origin. The arrays from
    `xyz` on are filled in.
    """
    beams, n = directions.shape[1], 0
    for k in range(len(kind)):
        if kind[k] == NOTHING:
            continue
        c, b = first + k // beams, k % beams
        intensity[n], ring[n], column[n], offset_ns[n] = intensity_of[k], b, c, offsets[k]
        for i in range(3):
            xyz[n, i] = distance[k] * directions[c - first, b, i]
        is_clutter[n] = kind[k] == CLUTTER
        if kind[k] == CLUTTER:
            semantic[n], instance[n] = 0, 0
            xyz_true[n, 0] = xyz_true[n, 1] = xyz_true[n, 2] = np.nan
            flow[n, 0] = flow[n, 1] = flow[n, 2] = np.nan
            n += 1
            continue
        hit = link[k]
        semantic[n], instance[n] = semantic_of[hit, material[k]], actor_of_link[hit]
        x, y, z = point[k, 0], point[k, 1], point[k, 2]
        for i in range(3):
            m = sensor_from_link[hit]
            xyz_true[n, i] = m[i, 0] * x + m[i, 1] * y + m[i, 2] * z + m[i, 3]
        if hit == 0:
            flow[n, 0] = flow[n, 1] = flow[n, 2] = 0.0
        else:
            m, v = turned[hit], twist[hit]
            ax = m[0, 0] * x + m[0, 1] * y + m[0, 2] * z
            ay = m[1, 0] * x + m[1, 1] * y + m[1, 2] * z
            az = m[2, 0] * x + m[2, 1] * y + m[2, 2] * z
            flow[n, 0] = v[0] + v[4] * az - v[5] * ay
            flow[n, 1] = v[1] + v[5] * ax - v[3] * az
            flow[n, 2] = v[2] + v[3] * ay - v[4] * ax
        n += 1
