"""What stands or goes in somebody's way: footprints projected on the path ahead."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy import ndarray

from simgen.physics import spline

_LEVEL_M = 3.0
"""Things further above or below are on another bridge."""


class Crowd(NamedTuple):
    """Everybody's footprint, a row an actor.

    Attributes:
        box: x, y, z of the footprint's centre, heading, half length, half width.
        velocity: x, y.
        there: present, and worth stopping for.
    """

    box: ndarray
    velocity: ndarray
    there: ndarray


@njit(cache=True, error_model="numpy")
def _along(
    control: ndarray, spacing_m: float, crowd: Crowd, j: int, delay_s: float, low_m: float, high_m: float
) -> tuple[float, float, float, float]:
    """Of one footprint after a time: near edge on the path, distance of its side from the path's line (negative
    where it covers the line), its centre's offset, speed along.
    """
    x = crowd.box[j, 0] + crowd.velocity[j, 0] * delay_s
    y = crowd.box[j, 1] + crowd.velocity[j, 1] * delay_s
    station, left = spline.nearest(control, spacing_m, x, y, low_m, high_m)
    dx, dy, _ = spline.slope(control, spacing_m, station)
    px, py, pz = spline.point(control, spacing_m, station)
    if abs(pz - crowd.box[j, 2]) > _LEVEL_M:
        return np.inf, np.inf, np.inf, 0.0
    size = np.sqrt(dx * dx + dy * dy)
    # Beyond the ends of the stretch the nearest point is its end, so the remainder counts along.
    station += ((x - px) * dx + (y - py) * dy) / size
    turn = crowd.box[j, 3] - np.arctan2(dy, dx)
    c, s = abs(np.cos(turn)), abs(np.sin(turn))
    length = c * crowd.box[j, 4] + s * crowd.box[j, 5]
    width = s * crowd.box[j, 4] + c * crowd.box[j, 5]
    speed = (crowd.velocity[j, 0] * dx + crowd.velocity[j, 1] * dy) / size
    return station - length, width, left, speed


@njit(cache=True, error_model="numpy")
def in_the_way(
    control: ndarray, spacing_m: float, s_m: float, offset_m: float, ahead_m: float, front_m: float,
    half_width_m: float, me: int, crowd: Crowd, horizon_s: float, speed_mps: float,
) -> ndarray:  # fmt: skip
    """Distance from the bumper to everybody in the corridor, and their speeds along it: (n, 2), inf where not in the
    way.

    Args:
        control: of the path.
        spacing_m: of the path.
        s_m: of the root on the path.
        offset_m: of the root to the path's left.
        ahead_m: how far to look.
        front_m: from the root to the bumper.
        half_width_m: of the corridor.
        me: own row in the crowd.
        crowd: everybody.
        speed_mps: own.
        horizon_s: whoever will have walked into the corridor within this time, but before one has passed, counts too.
    """
    result = np.empty((len(crowd.there), 2))
    hx, hy, _ = spline.point(control, spacing_m, s_m)
    reach = ahead_m + front_m + 10.0
    for j in range(len(crowd.there)):
        result[j, 0], result[j, 1] = np.inf, 0.0
        if j == me or not crowd.there[j]:
            continue
        dx, dy = crowd.box[j, 0] - hx, crowd.box[j, 1] - hy
        if dx * dx + dy * dy > (reach + crowd.box[j, 4]) ** 2:
            continue
        low, high = s_m, s_m + ahead_m + front_m
        near, width, left, along = _along(control, spacing_m, crowd, j, 0.0, low, high)
        gap = near - s_m - front_m
        inside = abs(left - offset_m) - width < half_width_m
        if not inside and horizon_s > 0.0 and gap < ahead_m:
            arrival = min(max(gap, 0.0) / max(speed_mps, 0.5), horizon_s)
            later, width, left, _ = _along(control, spacing_m, crowd, j, arrival, low, high)
            inside = abs(left - offset_m) - width < half_width_m
            gap = min(gap, later - s_m - front_m)
        if inside and -front_m < gap < ahead_m:
            result[j, 0], result[j, 1] = gap, along
    return result
