"""From what the rays of a laser beam hit to the echoes that a lidar reports: link budget, waveform, detection, noise.

All powers are relative to a white Lambertian target that faces the sensor at 1 m in clear air:
`reflectance * facing(incidence) * exp(-2 extinction range) / range^2` (extended target: a ray's share of the footprint
is smaller than what it hits). Source: Rasshofer, Spies and Spies, Influences of weather phenomena on automotive laser
radar systems, Adv. Radio Sci. 9, 2011, eq. 1 to 5; Wagner et al., ISPRS J. Photogramm. 60, 2006.

`no_type_check` keeps jaxtyping's run-time checks from hiding the functions from numba.
"""

from statistics import NormalDist
from typing import no_type_check

import numpy as np
from jaxtyping import Float, Float32, Int32, Int64, UInt8, UInt16
from numba import njit
from numpy import ndarray

THRESHOLD_SNR = 5.0
"""Detection threshold over the receiver's noise: false alarms in 3e-7 of samples (tail of the normal distribution)."""

RETRO_GAIN = 220.0
"""How much brighter than a white Lambertian target a retroreflector is, looked at from beside the lamp: 70 cd/(lx m2)
(EN 12899-1 class RA1, white, observation 0.33 deg, entrance 5 deg) over 1/pi."""

GLASS_MIRROR_COSINE = np.cos(np.radians(1.0))
"""Glass sends its 8 % mirror reflection (Fresnel, n = 1.52, two faces) back only where it faces the beam."""

GLASS_MIRROR = 0.08 * RETRO_GAIN

GLASS_THROUGH = 0.7
"""Share of the light that one pane lets through. Source: UN Regulation 43, 70 % at least where drivers look through."""

NEAR_M = 10.0
"""Nearer than this the receiver's gain falls with the square of range (sensitivity time control), so that what scatters
weakly close by does not blind it. Source: McManamon, LiDAR Technologies and Systems, SPIE 2019; the datasheets do not
say from where on, 10 m lets no target of more than 0.4 % go and keeps haze out."""

NOTHING, TARGET, CLUTTER = 0, 1, 2
DIFFUSE, RETRO, GLASS = 0, 1, 2

STRONGEST, FIRST, LAST, DUAL = 0, 1, 2, 3
MODES = {"strongest": STRONGEST, "first": FIRST, "last": LAST, "dual": DUAL}
"""What a lidar reports of each pulse; dual is the strongest echo and the last (or, where that is the last, the second
strongest), as Velodyne's and Ouster's manuals have it."""

NORMAL = np.array([NormalDist().inv_cdf((k + 0.5) / 65536.0) for k in range(65536)], np.float32)
"""Standard normal numbers, all equally likely: a uniform 16-bit number picks one."""

_STRIDE = 40_503  # coprime to 65536: the echoes of one pulse take numbers that have nothing to do with each other


def grazing_gain(roughness: float) -> float:
    """How much a rough surface sends back at grazing incidence, over what it sends back when it faces the beam.

    Oren and Nayar's surface of V-grooves seen from where its light comes from reflects
    `rho (A cos i + B sin^2 i)` with A = 1 - s^2 / (2 (s^2 + 0.33)), B = 0.45 s^2 / (s^2 + 0.09) and s the spread of the
    grooves' slopes; this is B / A, for reflectances are measured facing. The slopes are those of the surface's
    microfacets, tan s = alpha / sqrt(2), alpha = roughness^2.
    Source: Oren and Nayar, Generalization of Lambert's reflectance model, SIGGRAPH 1994, eq. 30; Walter et al.,
    Microfacet models for refraction, EGSR 2007, for alpha; for lidar: Carrea et al., ISPRS J. Photogramm. 113, 2016.
    """
    square = float(np.arctan(roughness**2 / np.sqrt(2.0)) ** 2)
    return 0.45 * square / (square + 0.09) / (1.0 - 0.5 * square / (square + 0.33))


@njit(cache=True, nogil=True)
@no_type_check
def reflect(
    start: int,
    stop: int,
    t: Float32[ndarray, " rays"],
    cosine: Float32[ndarray, " rays"],
    link: Int32[ndarray, " rays"],
    material: Int32[ndarray, " rays"],
    point: Float[ndarray, "rays 3"],
    table: Float[ndarray, "m 5"],
    paint: Float[ndarray, " links"],
    puddles: float,
    extinction_per_m: float,
    power: Float32[ndarray, " rays"],
) -> None:
    """Fills in the power that comes back from what each of the rays start to stop hit (0 for nothing).

    `table` has for each material reflectance, gain at grazing incidence, kind of surface, whether the paint of the link
    counts instead, and whether water may stand on it; `puddles` is the share of the ground that is under water.
    """
    for k in range(start, stop):
        r, facing = np.float64(t[k]), np.float64(cosine[k])
        if r == np.inf:
            power[k] = 0.0
            continue
        rho, grazing, surface = table[material[k], 0], table[material[k], 1], table[material[k], 2]
        if table[material[k], 3] > 0.0 and paint[link[k]] >= 0.0:
            rho = paint[link[k]]
        if surface == RETRO:
            rho *= RETRO_GAIN
        elif surface == GLASS and facing > GLASS_MIRROR_COSINE:
            rho += GLASS_MIRROR
        if (
            puddles > 0.0
            and link[k] == 0
            and table[material[k], 4] > 0.0
            and is_puddle(point[k, 0], point[k, 1], puddles)
        ):
            rho *= _under_water(facing)
        rho *= facing + grazing * (1.0 - facing * facing)
        clear = np.exp(-2.0 * extinction_per_m * r) if extinction_per_m > 0.0 else 1.0
        power[k] = rho * clear / max(r, NEAR_M) ** 2


@njit(cache=True, nogil=True)
@no_type_check
def _under_water(facing: float) -> float:
    """What is left of the ground's echo under 5 mm of still water, whose face mirrors a slanting beam away.

    Fresnel's law twice (Schlick's approximation, normal reflectance 2 %), the wider cone outside water (1 / n^2), and
    absorption of 6.8 / m at 905 nm on the way (Hale and Querry, Appl. Opt. 12, 1973).
    """
    through = 1.0 - (0.02 + 0.98 * (1.0 - facing) ** 5)
    down = np.sqrt(1.0 - (1.0 - facing * facing) / 1.77)  # cosine of the refracted beam
    return through * through / 1.77 * np.exp(-2.0 * 6.8 * 0.005 / down)


@njit(cache=True, nogil=True)
@no_type_check
def is_puddle(x: float, y: float, share: float) -> bool:
    """Whether water stands at a place: smooth random heights about every 2 m, of which that share is under water."""
    cx, cy = np.floor(x / 2.0), np.floor(y / 2.0)
    u, v = x / 2.0 - cx, y / 2.0 - cy
    u, v = u * u * (3.0 - 2.0 * u), v * v * (3.0 - 2.0 * v)
    i, j = np.int64(cx), np.int64(cy)
    near = _lattice(i, j) * (1.0 - u) + _lattice(i + 1, j) * u
    far = _lattice(i, j + 1) * (1.0 - u) + _lattice(i + 1, j + 1) * u
    # Blends of uniform numbers crowd about a half: this spreads them to the shares that were asked for.
    return 0.5 + 0.5 * np.tanh(3.2 * (near * (1.0 - v) + far * v - 0.5)) < share


@njit(cache=True, nogil=True)
@no_type_check
def _lattice(i: int, j: int) -> float:
    """A number 0..1 for each corner of a lattice. Source: Steele et al., SplitMix64's mixing, OOPSLA 2014."""
    h = np.uint64(i) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(j) * np.uint64(0xD1B54A32D192ED03)
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.float64((h ^ (h >> np.uint64(31))) >> np.uint64(11)) / 9007199254740992.0


def transmission(facing: Float32[ndarray, " n"]) -> Float32[ndarray, " n"]:
    """What a car's pane lets through once.

    GLASS_THROUGH where it faces the beam, at a slant less by Fresnel's law, as Schlick approximates it (EGSR 1994;
    normal reflectance 4.3 % a face, n = 1.52).
    """
    reflected = 0.043 + 0.957 * (1.0 - facing) ** 5
    found: Float32[ndarray, " n"] = (GLASS_THROUGH * ((1.0 - reflected) / (1.0 - 0.043)) ** 2).astype(np.float32)
    return found


@njit(cache=True, nogil=True)
@no_type_check
def measure(
    start: int,
    stop: int,
    seen: tuple[Float32[ndarray, " all"], Float32[ndarray, " all"], Int32[ndarray, " rays"]],
    device: tuple[float, ...],
    mode: int,
    chance: tuple[UInt16[ndarray, "2 n"], Float32[ndarray, " 65536"]],
    sky: tuple[Float32[ndarray, "draws 2"], Int32[ndarray, " n"], int],
    report: tuple[Float32[ndarray, "n r"], Float32[ndarray, "n r"], UInt8[ndarray, "n r"], Int32[ndarray, "n r"]],
) -> int:
    """Finds the echoes that beams start to stop report; returns how many there are.

    Args:
        start: first beam.
        stop: last beam + 1.
        seen: range and power of what each ray hit (inf and 0 for none) and of panes of glass, and which pane each ray
            went through (-1: none; empty: no glass anywhere); a beam has equally many rays, with equal shares of it.
        device: min range, max range, range at 10 %, range sigma, range step, levels, diffuse share, pulse length in
            metres, intensity floor.
        mode: which echoes are reported.
        chance: picks standard normal numbers for amplitude and range, and those numbers.
        sky: echoes of clutter (power, range), which of them each beam meets, and from which on they are seen though
            the beam itself ends before; no echoes in clear air.
        report: filled in: range, intensity, kind, and the ray or pane whose hit is the echo's truth.
    """
    (t, power_of, glass_of), (draw, normal), (air, air_of, stray) = seen, chance, sky
    distance, intensity, kind, source = report
    rays = (len(glass_of) if len(glass_of) > 0 else len(t)) // len(kind)
    grain, count = 0.1 / device[2] ** 2 / THRESHOLD_SNR, 0
    power, where, truth = np.empty(2 * rays + 1), np.empty(2 * rays + 1), np.empty(2 * rays + 1, np.int64)
    chosen = np.empty(2, np.int64)
    for k in range(start, stop):
        for j in range(kind.shape[1]):
            kind[k, j] = NOTHING
        if rays == 1 and (len(glass_of) == 0 or glass_of[k] < 0):
            power[0], where[0], truth[0], echoes = power_of[k], t[k], k, 1 if t[k] < np.inf else 0
        else:
            echoes = _sorted(k * rays, rays, t, power_of, glass_of, power, where, truth)
            echoes = _merged(echoes, 0.5 * device[7], power, where, truth)
        of = air_of[k]
        if len(air) and air[of, 0] > 0.0 and (echoes == 0 or of >= stray or air[of, 1] < where[echoes - 1]):
            power[echoes], where[echoes], truth[echoes] = air[of, 0], air[of, 1], -1
            echoes += 1
        if echoes == 0:
            continue
        if echoes == 1:  # nearly always
            found, chosen[0] = 0, 0
            received = _received(power[0], where[0], normal[draw[0, k]], device)
            if received > 0.0:
                power[0], found = received, 1
        else:
            found = _detected(echoes, device, normal, draw[0, k], power, where, truth)
            _choose(found, mode, power, where, chosen)
        for j in range(min(kind.shape[1], found)):
            e = chosen[j]
            if e < 0:
                continue
            wobble = normal[(draw[1, k] + e * _STRIDE) & 0xFFFF]
            distance[k, j], intensity[k, j] = _reading(power[e], where[e], wobble, grain, device)
            if distance[k, j] > 0.0:
                kind[k, j], source[k, j] = (CLUTTER, -1) if truth[e] < 0 else (TARGET, truth[e])
                count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _received(power: float, where: float, noise: float, device: tuple[float, ...]) -> float:
    """Power of an echo with the receiver's noise where that rises over the threshold and is in range; else 0."""
    threshold = 0.1 / (device[2] * device[2])
    received = power + threshold / THRESHOLD_SNR * noise
    return received if received >= threshold and device[0] <= where <= device[1] else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _reading(power: float, where: float, wobble: float, grain: float, device: tuple[float, ...]) -> tuple[float, float]:
    """Range and intensity as the device reports an echo of that power from that far.

    Time of arrival jitters by the pulse's rise time over the signal-to-noise ratio.
    Source: Richmond and Cain, Direct-Detection LADAR Systems, SPIE 2010, section 2.4.
    """
    sigma, step, levels, diffuse, pulse, floor = device[3], device[4], device[5], device[6], device[7], device[8]
    jitter = 0.25 * pulse * grain / power
    measured = np.rint((where + wobble * np.sqrt(sigma * sigma + jitter * jitter)) / step) * step
    shade = (_shade(power * max(where, NEAR_M) ** 2, diffuse) - floor) / (1.0 - floor)
    return measured, np.rint(min(max(shade, 0.0), 1.0) * levels) / levels


@njit(cache=True, nogil=True)
@no_type_check
def _detected(
    echoes: int,
    device: tuple[float, ...],
    normal: Float32[ndarray, " 65536"],
    number: int,
    power: Float[ndarray, " e"],
    where: Float[ndarray, " e"],
    truth: Int64[ndarray, " e"],
) -> int:
    """Keeps the echoes that rise over the threshold with the receiver's noise, in place; returns how many."""
    found = 0
    for e in range(echoes):
        received = _received(power[e], where[e], normal[(number + e * _STRIDE) & 0xFFFF], device)
        if received > 0.0:
            power[found], where[found], truth[found] = received, where[e], truth[e]
            found += 1
    return found


@njit(cache=True, nogil=True)
@no_type_check
def _sorted(
    start: int,
    rays: int,
    t: Float32[ndarray, " all"],
    power_of: Float32[ndarray, " all"],
    glass_of: Int32[ndarray, " rays"],
    power: Float[ndarray, " e"],
    where: Float[ndarray, " e"],
    truth: Int64[ndarray, " e"],
) -> int:
    """Power, range and source of all that comes back of a beam, the nearest first; returns how many."""
    hits = 0
    for i in range(2 * rays):
        source = start + i
        if i >= rays:
            source = glass_of[start + i - rays] if len(glass_of) > 0 else -1
        if source < 0 or t[source] == np.inf:
            continue
        at, r = hits, t[source]
        while at > 0 and where[at - 1] > r:
            where[at], power[at], truth[at] = where[at - 1], power[at - 1], truth[at - 1]
            at -= 1
        where[at], power[at], truth[at] = r, power_of[source] / rays, source
        hits += 1
    return hits


@njit(cache=True, nogil=True)
@no_type_check
def _merged(
    hits: int, apart_m: float, power: Float[ndarray, " e"], where: Float[ndarray, " e"], truth: Int64[ndarray, " e"]
) -> int:
    """Makes one echo, from the middle of its power, of what is no farther apart than the pulse resolves, in place."""
    echoes, i = 0, 0
    while i < hits:
        total, middle, best, start, reached = 0.0, 0.0, i, i, where[i]
        while i < hits and where[i] - reached <= apart_m:
            reached = where[i]
            total += power[i]
            middle += power[i] * where[i]
            best = i if power[i] > power[best] else best
            i += 1
        power_of, truth_of = total, truth[best]
        where_of = middle / total if i > start + 1 and total > 0.0 else where[best]
        power[echoes], where[echoes], truth[echoes] = power_of, where_of, truth_of
        echoes += 1
    return echoes


@njit(cache=True, nogil=True)
@no_type_check
def _choose(
    found: int, mode: int, power: Float[ndarray, " e"], where: Float[ndarray, " e"], chosen: Int64[ndarray, "2"]
) -> None:
    """Which echoes are reported."""
    strongest, first, last, second = 0, 0, 0, -1
    for e in range(1, found):
        strongest = e if power[e] > power[strongest] else strongest
        first = e if where[e] < where[first] else first
        last = e if where[e] >= where[last] else last
    for e in range(found):
        if e != strongest and (second < 0 or power[e] > power[second]):
            second = e
    chosen[0] = first if mode == FIRST else last if mode == LAST else strongest
    chosen[1] = second if last == strongest else last


@njit(cache=True, nogil=True)
@no_type_check
def _shade(apparent: float, diffuse: float) -> float:
    """Intensity of an apparent reflectance: in proportion up to white, by its logarithm up to a retroreflector's."""
    if apparent <= 1.0:
        return diffuse * apparent
    return diffuse + (1.0 - diffuse) * np.log(apparent) / np.log(RETRO_GAIN)
