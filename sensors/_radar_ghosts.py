"""Multipath: targets that a radar sees a second time, mirrored in walls, rails and the road, or by its own car.

`no_type_check` keeps jaxtyping's run-time checks from hiding the functions from numba.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Float, Int64
from numba import njit
from numpy import ndarray

from ._radar_scatter import GHOST, Echoes, Scatterers, Surfaces

_MIRRORS, _TARGETS = 4, 24
_LEAST_AREA_M2 = 2.0
_LEAST_RCS_M2 = 0.3
_EGO_RCS_M2 = 10.0
_NEAR_M = 1.5
_APART_M = 0.5
_STEPS_PER_TURN = 72
_OFFSET_STEP_M = 0.5
_ROUGHNESS_M = 0.3e-3
_WAVELENGTH_M = 299_792_458.0 / 76.5e9


def ghosts(
    found: Scatterers,
    echoes: Echoes,
    surfaces: Surfaces,
    world_from_sensor: Float[ndarray, "4 4"],
    sensor_velocity: Float[ndarray, "3"],
) -> Scatterers:
    """Images of the strongest actors; their actor is `GHOST`.

    By a flat mirror of reflectivity rho the path radar - mirror - target - mirror - radar shows the target at its
    mirror image with rho^2 of its RCS; the paths with one bounce show it half way between in range, once in the
    direction of the mirror and once in its own, with rho (Kraus et al., Using machine learning to detect ghost images
    in automotive radar, ITSC 2020: types 1 and 2). The path target - ego - target shows it at twice the
    range and range rate; the radar equation with three scatterers gives it rcs rcs_ego / ((4 pi)^2 R^4) of the power.
    """
    place, velocity, rcs = _targets(found, echoes)
    sensor = world_from_sensor[:3, 3]
    doubled = _doubled(place - sensor, velocity - sensor_velocity, rcs, world_from_sensor)
    paths = []
    for normal, offset, rho, points in _mirrors(found, echoes, surfaces):
        height = place @ normal - offset
        own = float(sensor @ normal - offset)
        image = place - 2.0 * height[:, None] * normal
        bounce = sensor + (image - sensor) * (own / np.where(own + height > 0, own + height, np.inf))[:, None]
        seen = np.flatnonzero((height > 0.1) & (own > 0.1))
        seen = seen[_gaps(bounce[seen], points) < _NEAR_M**2]
        if not len(seen):
            continue
        moved = velocity[seen] - 2.0 * (velocity[seen] @ normal)[:, None] * normal
        # Rayleigh roughness: what is left of the mirrored wave on a surface that is rough by sigma.
        way = image[seen] - sensor
        sine = np.abs(way @ normal) / np.linalg.norm(way, axis=1)
        flat = rho * np.exp(-((4.0 * np.pi * _ROUGHNESS_M * sine / _WAVELENGTH_M) ** 2))
        true = (place - sensor)[seen], (velocity - sensor_velocity)[seen]
        paths.append((*true, way, moved - sensor_velocity, rcs[seen], flat))
    if not paths:
        return doubled
    arm, rate, image, image_rate, power, share = (np.concatenate(part) for part in zip(*paths, strict=True))
    return doubled.and_(_bounced((arm, rate), (image, image_rate), power, share, world_from_sensor))


@njit(cache=True, nogil=True)
@no_type_check
def _gaps(places: Float[ndarray, "t 3"], points: Float[ndarray, "p 3"]) -> Float[ndarray, " t"]:
    """Square of the distance from each place to the nearest point."""
    result = np.empty(len(places))
    for i in range(len(places)):
        x, y, z, least = places[i, 0], places[i, 1], places[i, 2], np.inf
        for k in range(len(points)):
            u, v, w = points[k, 0] - x, points[k, 1] - y, points[k, 2] - z
            least = min(least, u * u + v * v + w * w)
        result[i] = least
    return result


def _targets(
    found: Scatterers, echoes: Echoes
) -> tuple[Float[ndarray, "t 3"], Float[ndarray, "t 3"], Float[ndarray, " t"]]:
    """Place, velocity and RCS of the strongest actors, weighted by what their parts send back."""
    on = np.flatnonzero(found.actor > 0)
    if not len(on):
        return np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0)
    ids, index = np.unique(found.actor[on], return_inverse=True)
    rcs = np.bincount(index, found.rcs_m2[on], len(ids))

    def mean(values: Float[ndarray, "n 3"]) -> Float[ndarray, "t 3"]:
        sums = [np.bincount(index, found.rcs_m2[on] * values[on, k], len(ids)) for k in range(3)]
        result: Float[ndarray, "t 3"] = np.stack(sums, axis=1) / np.maximum(rcs, 1e-12)[:, None]
        return result

    strong = np.argsort(-rcs, kind="stable")[:_TARGETS]
    strong = strong[rcs[strong] > _LEAST_RCS_M2]
    return mean(echoes.point)[strong], mean(echoes.velocity)[strong], rcs[strong]


def _mirrors(
    found: Scatterers, echoes: Echoes, surfaces: Surfaces
) -> list[tuple[Float[ndarray, "3"], float, float, Float[ndarray, "p 3"]]]:
    """Normal, offset, reflectivity and points of the largest flat surfaces that stand still, the road among them."""
    still = found.actor == 0
    upright = np.flatnonzero(still & (np.abs(echoes.normal[:, 2]) < 0.1))
    lying = np.flatnonzero(still & (echoes.normal[:, 2] > 0.98))
    turn = np.round(np.arctan2(echoes.normal[upright, 1], echoes.normal[upright, 0]) / (2 * np.pi) * _STEPS_PER_TURN)
    offset = np.einsum("ij,ij->i", echoes.point[upright], echoes.normal[upright])
    key = np.round(offset / _OFFSET_STEP_M).astype(np.int64) * _STEPS_PER_TURN + turn.astype(np.int64) % _STEPS_PER_TURN
    keys, index = np.unique(key, return_inverse=True)
    area = np.bincount(index, echoes.area_m2[upright], len(keys))
    largest = np.argsort(-area, kind="stable")[:_MIRRORS]
    groups = [upright[index == k] for k in largest.tolist() if area[k] > _LEAST_AREA_M2]
    return [_plane(echoes, surfaces, group) for group in (*groups, lying) if len(group)]


def _plane(
    echoes: Echoes, surfaces: Surfaces, rows: Int64[ndarray, " p"]
) -> tuple[Float[ndarray, "3"], float, float, Float[ndarray, "p 3"]]:
    weight = np.minimum(echoes.area_m2[rows], 10.0)
    weight = weight / weight.sum()
    normal = weight @ echoes.normal[rows]
    normal /= np.linalg.norm(normal)
    points = echoes.point[rows]
    return (
        normal,
        float(weight @ (points @ normal)),
        float(weight @ surfaces.reflectivity[echoes.material[rows]]),
        points,
    )


_Moving = tuple[Float[ndarray, "t 3"], Float[ndarray, "t 3"]]


def _bounced(
    true: _Moving,
    mirrored: _Moving,
    rcs: Float[ndarray, " t"],
    rho: Float[ndarray, " t"],
    world_from_sensor: Float[ndarray, "4 4"],
) -> Scatterers:
    (near, rate), (far, far_rate) = _radial(*true), _radial(*mirrored)
    half, half_rate = (near + far) / 2.0, (rate + far_rate) / 2.0
    once = rcs * rho * half**4 / np.maximum(near * far, 1e-6) ** 2
    apart = np.where(half - near > _APART_M, once, 0.0)  # nearer than this it is no image but part of the target
    return (
        _seen(mirrored[0], far, far_rate, rcs * rho**2, world_from_sensor)
        .and_(_seen(mirrored[0], half, half_rate, once, world_from_sensor))
        .and_(_seen(true[0], half, half_rate, apart, world_from_sensor))
    )


def _doubled(
    arm: Float[ndarray, "t 3"],
    velocity: Float[ndarray, "t 3"],
    rcs: Float[ndarray, " t"],
    world_from_sensor: Float[ndarray, "4 4"],
) -> Scatterers:
    distance, rate = _radial(arm, velocity)
    share = np.minimum(rcs * _EGO_RCS_M2 / ((4.0 * np.pi) ** 2 * np.maximum(distance, 1.0) ** 4), 0.1)
    return _seen(arm, 2.0 * distance, 2.0 * rate, 16.0 * rcs * share, world_from_sensor)


def _radial(
    arm: Float[ndarray, "t 3"], velocity: Float[ndarray, "t 3"]
) -> tuple[Float[ndarray, " t"], Float[ndarray, " t"]]:
    distance = np.maximum(np.linalg.norm(arm, axis=1), 1e-6)
    return distance, np.einsum("ij,ij->i", arm, velocity) / distance


def _seen(
    arm: Float[ndarray, "t 3"],
    range_m: Float[ndarray, " t"],
    rate: Float[ndarray, " t"],
    rcs: Float[ndarray, " t"],
    world_from_sensor: Float[ndarray, "4 4"],
) -> Scatterers:
    ahead = arm @ world_from_sensor[:3, :3]
    return Scatterers(
        range_m=range_m,
        azimuth_rad=np.arctan2(ahead[:, 1], ahead[:, 0]),
        elevation_rad=np.arctan2(ahead[:, 2], np.hypot(ahead[:, 0], ahead[:, 1])),
        velocity_mps=rate,
        rcs_m2=rcs,
        actor=np.full(len(arm), GHOST, np.int64),
    )
