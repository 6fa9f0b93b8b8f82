"""Parts that move with what rolls: wheels of any number, forks, cranks, pedalling legs, trailers."""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numba import njit
from numpy import ndarray

from simgen.motion import Actor, Cast

TURNS = 1000
"""Wheel angles repeat after so many turns: gears of any thousandth meet themselves again."""


@njit(cache=True, error_model="numpy")
def _cam(table: ndarray, start: int, count: int, angle: float) -> float:
    """A table of angles over one turn, cubic between its entries (Catmull-Rom), so that rates are continuous."""
    place = angle / (2.0 * np.pi) * count
    low = np.floor(place)
    t, k = place - low, int(low)
    a, b = table[start + (k - 1) % count], table[start + k % count]
    c, d = table[start + (k + 1) % count], table[start + (k + 2) % count]
    return b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))


@njit(cache=True, error_model="numpy")
def _turn(local: ndarray, rows: ndarray, neutral: ndarray, axes: ndarray, gears: ndarray, cams: ndarray,
          table: ndarray, drives: ndarray) -> None:  # fmt: skip
    """Writes the rotation of every part: its neutral one, then about its own axis."""
    for i in range(len(rows)):
        row, who = rows[i, 0], rows[i, 1]
        angle = gears[i, 0] * drives[who, 0] + gears[i, 1] * drives[who, 1] + gears[i, 2] * drives[who, 2]
        if cams[i, 1] > 0:
            angle = _cam(table, cams[i, 0], cams[i, 1], angle)
        s, w = np.sin(0.5 * angle), np.cos(0.5 * angle)
        x, y, z = axes[i, 0] * s, axes[i, 1] * s, axes[i, 2] * s
        nx, ny, nz, nw = neutral[i, 0], neutral[i, 1], neutral[i, 2], neutral[i, 3]
        local[row, 3] = nw * x + nx * w + ny * z - nz * y
        local[row, 4] = nw * y - nx * z + ny * w + nz * x
        local[row, 5] = nw * z + nx * y - ny * x + nz * w
        local[row, 6] = nw * w - nx * x - ny * y - nz * z


class Linkages:
    """The driven parts of some actors, in the order in which these are given."""

    def __init__(self, cast: Cast, actors: Sequence[Actor]) -> None:
        found = [
            (cast.rows(actor.id).start + index, who, part)
            for who, actor in enumerate(actors)
            for index, part in enumerate(actor.model.parts)
            if part.spins or part.steers or part.trails_m
        ]
        count = len(found)
        self._rows = np.array([(row, who) for row, who, _ in found], dtype=np.int64).reshape(count, 2)
        parts = [part for _, _, part in found]
        self._neutral = np.array([part.parent_from_part.rotation for part in parts]).reshape(count, 4)
        axes = np.array([part.axis for part in parts], dtype=np.float64).reshape(count, 3)
        self._axes = axes / np.maximum(np.linalg.norm(axes, axis=1, keepdims=True), 1e-12)
        self._gears = np.array(
            [(part.spins, part.steers, float(part.trails_m > 0.0)) for part in parts], dtype=np.float64
        ).reshape(count, 3)
        sizes = np.array([len(part.cam_rad) for part in parts], dtype=np.int64)
        self._cams = np.column_stack([np.cumsum(sizes) - sizes, sizes]).reshape(count, 2)
        self._table = np.array([angle for part in parts for angle in part.cam_rad], dtype=np.float64)

    def fill(self, local: Float[ndarray, "l 7"], drives: Float[ndarray, "n 3"]) -> None:
        """Writes local poses.

        Args:
            local: of all links.
            drives: wheel angle, steering angle and trailer angle of each actor, rad.
        """
        if len(self._rows):
            _turn(local, self._rows, self._neutral, self._axes, self._gears, self._cams, self._table, drives)


def hitch_of(actor: Actor) -> tuple[float, float]:
    """From the kingpin to the trailer's axles, and how far the kingpin is ahead of the rear axle; zeros without one."""
    for part in actor.model.parts:
        if part.trails_m > 0.0:
            return part.trails_m, float(part.parent_from_part.translation[0])
    return 0.0, 0.0


@njit(cache=True, error_model="numpy")
def hitch_rate(angle: float, speed: float, curvature: float, length: float, ahead: float) -> float:
    """How fast a trailer turns against its tractor, rad/s, without slip of its axle.

    Source: J.-P. Laumond (ed.), Robot Motion Planning and Control, 1998, section 1.3.3 (car with a trailer), with the
    hitch `ahead` of the rear axle.
    """
    yaw_rate = speed * curvature
    return (ahead * yaw_rate * np.cos(angle) - speed * np.sin(angle)) / length - yaw_rate


def settled(curvature: float, length: float, ahead: float) -> float:
    """The trailer's angle in a bend that goes on for ever."""
    if length <= 0.0:
        return 0.0
    # ahead k cos g - sin g = length k.
    reach = math.hypot(ahead * curvature, 1.0)
    return math.atan2(ahead * curvature, 1.0) - math.asin(min(max(length * curvature / reach, -1.0), 1.0))
