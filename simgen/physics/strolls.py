"""The paths of people on foot."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose, yaw_of
from simgen.physics.ground import Ground
from simgen.physics.path import Path, through
from simgen.physics.places import drape
from simgen.physics.walkers import SPACING_M
from simgen.scenario.scenario import Entity
from simgen.scenario.walkers import ASIDE_M

_LONGEST_M = 1000.0


def stroll(entity: Entity, start: Pose, ground: Ground) -> Path:
    """To and fro along the entity's `path_m`, or straight ahead where it has none."""
    points = entity.parameters.get("path_m")
    if points is None or len(points) < 2:
        heading = float(yaw_of(start.rotation))
        way = np.arange(0.0, 200.0, 1.0)[:, None] * np.array([np.cos(heading), np.sin(heading)])
        return over(start.translation[:2] + way, ground, float(start.translation[2]), open_end=True)
    there = _even(np.asarray(points, dtype=np.float64))
    back = (there + ASIDE_M * _left(there))[::-1]
    loop = np.concatenate([there, _bend(there[-1], back[0]), back, _bend(back[-1], there[0])])
    length = float(np.linalg.norm(np.diff(loop, axis=0), axis=1).sum())
    rounds = np.concatenate([loop] * max(int(_LONGEST_M / max(length, 1.0)), 1))
    return over(rounds, ground, float(start.translation[2]), open_end=True)


def over(points: Float[ndarray, "n 2"], ground: Ground, near_m: float, *, open_end: bool = False) -> Path:
    """A walker's path through points of the plane, on the ground."""
    return through(drape(_even(points), ground, near_m), SPACING_M, open_end=open_end)


def visiting(start: Float[ndarray, "3"], places: Sequence[Float[ndarray, "3"]], ground: Ground) -> Path:
    """From where somebody stands through places, then an end."""
    points = np.stack([start, *places])
    return over(points[:, :2], ground, float(start[2]))


def _even(points: Float[ndarray, "n 2"]) -> Float[ndarray, "m 2"]:
    """The same line with a point every half a metre or so, so that the ground below is followed."""
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    station = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0.0, station[-1], max(int(station[-1] / SPACING_M) + 1, 3))
    return np.stack([np.interp(at, station, points[:, k]) for k in range(2)], axis=1)


def _left(points: Float[ndarray, "n 2"]) -> Float[ndarray, "n 2"]:
    ahead = np.gradient(points, axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    return np.column_stack([-ahead[:, 1], ahead[:, 0]])


def _bend(a: Float[ndarray, "2"], b: Float[ndarray, "2"]) -> Float[ndarray, "3 2"]:
    """A half circle to the left from a to b."""
    middle, half = 0.5 * (a + b), 0.5 * (b - a)
    ahead = np.array([half[1], -half[0]])
    angles = np.array([0.25, 0.5, 0.75]) * np.pi
    return np.asarray(middle - np.cos(angles)[:, None] * half + np.sin(angles)[:, None] * ahead)
