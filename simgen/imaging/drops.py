"""Drops and flakes that fall through the world: where each one is at a time, without keeping any of them.

Space is cut into cells that fall with their kind of particle, each with a Poisson number of them (mean 1) at places
that follow from the cell's own number. So the same drops are there for any camera, before and after.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Float, Int64
from numba import njit
from numpy import ndarray

SWAY_RAD_S = 2.0 * np.pi * 0.8
"""How fast flakes swing; assumed, about once a second."""

_NEAR_M = 0.35
_MARGIN_M = 0.1
_CHANCE = np.cumsum(np.exp(-1.0) / np.array([1.0, 1.0, 2.0, 6.0, 24.0, 120.0]))
"""Of 0, 1, ... 5 particles in a cell, added up; six happen in one of 1700."""


def drops_within(
    number_per_m3: Float[ndarray, " kinds"],
    speed_mps: Float[ndarray, " kinds"],
    far_m: Float[ndarray, " kinds"],
    rays: Float[ndarray, "r 3"],
    eye_m: Float[ndarray, "3"],
    time_s: float,
    key: int,
) -> tuple[Float[ndarray, "n 3"], Float[ndarray, "n 3"], Int64[ndarray, " n"]]:
    """The particles in a view: place relative to the eye (world axes), phase of their swing (radians), and kind.

    Args:
        number_per_m3: of each kind.
        speed_mps: at which it falls.
        far_m: up to where it is wanted.
        rays: unit, world axes, all over the view.
        eye_m: place in the world.
        time_s: at which.
        key: picks the particles.
    """
    axis = rays.mean(axis=0)
    length = float(np.linalg.norm(axis))
    axis = axis / length if length > 1e-6 else np.array([0.0, 0.0, 1.0])
    cosine = float((rays @ axis).min()) if length > 1e-6 else -1.0
    low, high = np.minimum(rays.min(axis=0), 0.0), np.maximum(rays.max(axis=0), 0.0)
    places, phases, kinds = [np.zeros((0, 3))], [np.zeros((0, 3))], [np.zeros(0, np.int64)]
    for kind in range(len(far_m)):
        if far_m[kind] <= _NEAR_M or number_per_m3[kind] <= 0.0:
            continue
        side = float(number_per_m3[kind] ** (-1.0 / 3.0))
        box = np.stack([low, high]) * far_m[kind] + eye_m + np.array([[-_MARGIN_M], [_MARGIN_M]])
        fallen = speed_mps[kind] * time_s
        box[:, 2] += fallen
        cells = np.floor(box / side).astype(np.int64)
        within = (float(far_m[kind]), cosine, side, float(fallen), SWAY_RAD_S * time_s)
        place, phase = _gather(cells, (key + kind) & 0x3FFFFFFFFFFFFFFF, eye_m, axis, within, _CHANCE)
        places.append(place)
        phases.append(phase)
        kinds.append(np.full(len(place), kind, np.int64))
    return np.concatenate(places), np.concatenate(phases), np.concatenate(kinds)


@njit(cache=True, nogil=True)
@no_type_check
def _gather(
    cells: Int64[ndarray, "2 3"],
    key: int,
    eye: Float[ndarray, "3"],
    axis: Float[ndarray, "3"],
    within: tuple[float, float, float, float, float],
    chance: Float[ndarray, " counts"],
) -> tuple[Float[ndarray, "n 3"], Float[ndarray, "n 3"]]:
    """The particles of one kind in a block of cells that lie in a cone about the eye.

    `within` is how far they may be, cosine of the cone's half angle, side of a cell, how far all have fallen, and the
    phase of those that began to swing upright.
    """
    far, cosine, side, fallen, swung = within
    place, phase, n = np.empty((1024, 3)), np.empty((1024, 3)), 0
    for i in range(cells[0, 0], cells[1, 0] + 1):
        for j in range(cells[0, 1], cells[1, 1] + 1):
            for k in range(cells[0, 2], cells[1, 2] + 1):
                lot = _mixed(_mixed(_mixed(np.uint64(key) ^ np.uint64(i)) ^ np.uint64(j)) ^ np.uint64(k))
                luck = _share(lot)
                for number in range(len(chance)):
                    if luck < chance[number]:
                        break
                    first = _mixed(lot + np.uint64(3 * number + 1))
                    second, third = _mixed(first + np.uint64(1)), _mixed(first + np.uint64(2))
                    x = (i + _share(first)) * side - eye[0]
                    y = (j + _share(second)) * side - eye[1]
                    z = (k + _share(third)) * side - fallen - eye[2]
                    away = np.sqrt(x * x + y * y + z * z)
                    if not _NEAR_M < away < far or x * axis[0] + y * axis[1] + z * axis[2] < cosine * away:
                        continue
                    if n == len(place):
                        place, phase = _longer(place), _longer(phase)
                    place[n, 0], place[n, 1], place[n, 2] = x, y, z
                    phase[n, 0] = swung + 2.0 * np.pi * _share(_mixed(first))
                    phase[n, 1] = swung + 2.0 * np.pi * _share(_mixed(second))
                    phase[n, 2] = swung + 2.0 * np.pi * _share(_mixed(third))
                    n += 1
    return place[:n].copy(), phase[:n].copy()


@njit(cache=True, nogil=True)
@no_type_check
def _longer(values: Float[ndarray, "n 3"]) -> Float[ndarray, "m 3"]:
    result = np.empty((2 * len(values), 3))
    result[: len(values)] = values
    return result


@njit(cache=True, nogil=True)
@no_type_check
def _mixed(number: np.uint64) -> np.uint64:
    """Source: Steele et al., SplitMix64, OOPSLA 2014."""
    h = number + np.uint64(0x9E3779B97F4A7C15)
    h = (h ^ (h >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    h = (h ^ (h >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return h ^ (h >> np.uint64(31))


@njit(cache=True, nogil=True)
@no_type_check
def _share(number: np.uint64) -> float:
    return np.float64(number >> np.uint64(11)) / 9007199254740992.0
