"""Light that goes astray in a lidar: halos about retroreflectors that blind it.

`no_type_check` keeps jaxtyping's run-time checks from hiding the functions from numba.
"""

from dataclasses import dataclass
from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float, Float32, Int32, Int64
from numba import njit
from numpy import ndarray

from simgen.render.raycast_crew import Crew
from simgen.render.raycast_kernels import TILE
from simgen.render.raycast_pattern import RayPattern

SATURATION = 100.0
"""How far over the detection threshold an echo must be to show a halo: where detectors saturate, some 20 dB."""

STRAY_SHARE = 3e-4
"""Share of a beam's power in a neighbour of its own width, close by; assumed: optics as clean as Harvey's mirrors."""

STRAY_CORE_DEG = 0.2
_REACH_DEG = 0.8
_TOGETHER = 32.0  # beside what is seen at all, an eighth of that counts: so many sources shine together


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stray:
    """Echoes of clutter, at most one a beam.

    Attributes:
        beam: which beams have one.
        power: relative to a white target at 1 m, as everywhere in `_lidar_echo`.
        distance_m: where it seems to be.
        passes: whether it is seen though the beam itself ends before (light of other beams).
    """

    beam: Int64[ndarray, " s"]
    power: Float[ndarray, " s"]
    distance_m: Float[ndarray, " s"]
    passes: bool

    @classmethod
    def none(cls) -> "Stray":
        """No clutter."""
        return cls(beam=np.zeros(0, np.int64), power=np.zeros(0), distance_m=np.zeros(0), passes=False)


@njit(cache=True, nogil=True)
@no_type_check
def halo_share(angle_deg: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
    """Share of a beam's power that comes back through a neighbour that many degrees beside it.

    Scatter of optical surfaces, flat in the middle and falling with a power of the angle (ABg model, exponent 3).
    Source: Harvey, Light-scattering characteristics of optical surfaces, 1976; Dittman, K-correlation power spectral
    density and surface scatter model, SPIE 6291, 2006. Its numbers are assumed, so that a number plate at 10 m has a
    rim of a few points; blooming of lidars: Uttarkabat et al., BloomNet, IEEE Intelligent Vehicles, 2024.
    """
    wide = 1.0 + (angle_deg / STRAY_CORE_DEG) ** 2
    return STRAY_SHARE / (wide * np.sqrt(wide))


def halos(
    pattern: RayPattern,
    met: tuple[Float32[ndarray, " all"], Float32[ndarray, " all"], Int32[ndarray, " all"]],
    retro: Bool[ndarray, " m"],
    rays: int,
    threshold: float,
    apart_m: float,
    crew: Crew,
) -> Stray:
    """What beams beside a retroreflector see of it, at its range; none where their own target is as far.

    Args:
        pattern: all rays.
        met: of each ray, range of what it hit (inf for none), power of its echo, and material (-1 for none).
        retro: which materials are retroreflectors.
        rays: to a beam, the first its axis, which alone counts here.
        threshold: power of an echo that is just detected.
        apart_m: echoes closer than this are one.
        crew: threads to work with.
    """
    t, power, material = met
    blinding = crew.split(len(t) // rays, lambda a, b: _sources(a, b, rays, power, material, retro, threshold))
    sources = np.concatenate(blinding)
    if not len(sources):
        return Stray.none()
    excess = (_TOGETHER * STRAY_SHARE * power[sources].astype(np.float64) / threshold) ** (2.0 / 3.0)
    reach = np.radians(np.minimum(STRAY_CORE_DEG * np.sqrt(np.maximum(excess - 1.0, 0.0)), _REACH_DEG))
    axes = pattern.directions.reshape(-1, 3)[sources]
    about = np.concatenate([axes, np.cos(reach)[:, None], np.sin(reach)[:, None]], axis=1)
    beams = (pattern.tiles, pattern.cones, pattern.tiled, pattern.directions.shape[1], rays)
    seen = (t, power, material, retro)
    parts = crew.split(
        len(pattern.tiles), lambda a, b: _lit(a, b, beams, seen, (sources, about), 0.25 * threshold, apart_m), 4
    )
    beam, light, middle = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.argsort(beam)
    return Stray(beam=beam[order], power=light[order], distance_m=middle[order], passes=True)


@njit(cache=True, nogil=True)
@no_type_check
def _sources(
    start: int,
    stop: int,
    rays: int,
    power: Float32[ndarray, " n"],
    material: Int32[ndarray, " n"],
    retro: Bool[ndarray, " m"],
    threshold: float,
) -> Int64[ndarray, " s"]:
    """Axes, as rays, of the beams start to stop that a retroreflector blinds."""
    found, n = np.empty(stop - start, np.int64), 0
    for k in range(start * rays, stop * rays, rays):
        if power[k] > SATURATION * threshold and material[k] >= 0 and retro[material[k]]:
            found[n] = k
            n += 1
    return found[:n]


@njit(cache=True, nogil=True)
@no_type_check
def _lit(
    start: int,
    stop: int,
    beams: tuple[Int32[ndarray, "tiles 4"], Float[ndarray, "tiles 5"], Float[ndarray, "tiles side 3 side"], int, int],
    met: tuple[Float32[ndarray, " n"], Float32[ndarray, " n"], Int32[ndarray, " n"], Bool[ndarray, " m"]],
    lamps: tuple[Int64[ndarray, " s"], Float[ndarray, "s 5"]],
    least: float,
    apart_m: float,
) -> tuple[Int64[ndarray, " b"], Float[ndarray, " b"], Float[ndarray, " b"]]:
    """Beams of the tiles start to stop that see halos: which, power and range.

    `beams` are tiles, their cones and rays, how many rays a group has, and how many of those a beam; `lamps` are the
    axes that retroreflectors blind, as rays, with direction, and cosine and sine of how far each is seen.
    """
    (tiles, cones, tiled, width, rays), (t, power, material, retro), (sources, about) = beams, met, lamps
    light, middle, ray_of = np.zeros(TILE * TILE), np.zeros(TILE * TILE), np.empty(TILE * TILE, np.int64)
    room = (stop - start) * TILE * TILE  # pages that stay empty cost nothing
    beam, total, where, n = np.empty(room, np.int64), np.empty(room), np.empty(room), 0
    for tile in range(start, stop):
        c0, c1, c2, c3, c4 = cones[tile, 0], cones[tile, 1], cones[tile, 2], cones[tile, 3], cones[tile, 4]
        lit = 0
        for s in range(len(sources)):
            along = c0 * about[s, 0] + c1 * about[s, 1] + c2 * about[s, 2]
            if along < c3 * about[s, 3] - c4 * about[s, 4] - 1e-9 and c3 > 0.0:
                continue  # farther off than both angles together
            if lit == 0:
                light[:], middle[:] = 0.0, 0.0
                _axes(tiles[tile], width, rays, t, material, retro, ray_of)
            lit += 1
            at, bright = np.float64(t[sources[s]]), np.float64(power[sources[s]])
            _shine(tiled[tile], about[s], (at, bright, apart_m), t, ray_of, light, middle)
        if lit == 0:
            continue
        for k in range(TILE * TILE):
            if light[k] > least:
                beam[n], total[n], where[n] = ray_of[k] // rays, light[k], middle[k] / light[k]
                n += 1
    return beam[:n], total[:n], where[:n]


@njit(cache=True, nogil=True)
@no_type_check
def _axes(
    tile: Int32[ndarray, "4"],
    width: int,
    rays: int,
    t: Float32[ndarray, " n"],
    material: Int32[ndarray, " n"],
    retro: Bool[ndarray, " m"],
    ray_of: Int64[ndarray, " side_side"],
) -> None:
    """Which rays of a tile are axes of beams that hit no retroreflector themselves; -1 for the others."""
    g0, g1, b0, b1 = tile
    ray_of[:] = -1
    for g in range(g0, g1):
        for b in range(b0, b1):
            ray = g * width + b
            if b % rays == 0 and not (material[ray] >= 0 and retro[material[ray]]):
                ray_of[(g - g0) * TILE + b - b0] = ray


@njit(cache=True, nogil=True)
@no_type_check
def _shine(
    tiled: Float[ndarray, "side 3 side"],
    about: Float[ndarray, "5"],
    lamp: tuple[float, float, float],
    t: Float32[ndarray, " n"],
    ray_of: Int64[ndarray, " side_side"],
    light: Float[ndarray, " side_side"],
    middle: Float[ndarray, " side_side"],
) -> None:
    """Adds what the beams of a tile see of one retroreflector: light, and light times range.

    `lamp` is its range and power, and how far off in range a beam's own target must be.
    """
    (at, power, apart_m), (x, y, z, least) = lamp, (about[0], about[1], about[2], about[3])
    for g in range(TILE):
        near = 0
        for b in range(tiled.shape[2]):  # a constant would be unrolled before the compiler could take several at once
            along = tiled[g, 0, b] * x + tiled[g, 1, b] * y + tiled[g, 2, b] * z
            near += 1 if along >= least else 0
        for b in range(TILE if near else 0):
            u, v, w, ray = tiled[g, 0, b], tiled[g, 1, b], tiled[g, 2, b], ray_of[g * TILE + b]
            if ray < 0 or u * x + v * y + w * z < least or abs(t[ray] - at) < apart_m:
                continue
            chord = np.sqrt((u - x) ** 2 + (v - y) ** 2 + (w - z) ** 2)
            share = power * halo_share(np.degrees(2.0 * np.arcsin(0.5 * chord)))
            light[g * TILE + b] += share
            middle[g * TILE + b] += share * at
