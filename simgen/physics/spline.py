"""Uniform cubic B-splines along paths: twice differentiable, so headings, yaw rates and accelerations do not jump."""

import numpy as np
from jaxtyping import Float
from numba import njit
from numpy import ndarray


@njit(cache=True)
def at(control: ndarray, spacing_m: float, s_m: float, order: int) -> ndarray:
    """Value (order 0) or derivative with respect to s (1, 2) of all columns; straight on beyond both ends.

    Args:
        control: (n, columns), one leading and one trailing row more than knots.
    """
    last = (len(control) - 3) * spacing_m
    inside = min(max(s_m, 0.0), last)
    i = min(int(inside / spacing_m), len(control) - 4)
    t = inside / spacing_m - i
    a, b, c, d = control[i], control[i + 1], control[i + 2], control[i + 3]
    if order == 2:
        if inside != s_m:
            return np.zeros(control.shape[1])
        return ((1 - t) * a + (3 * t - 2) * b + (1 - 3 * t) * c + t * d) / spacing_m**2
    slope = (-0.5 * (1 - t) ** 2 * a + (1.5 * t * t - 2 * t) * b + (-1.5 * t * t + t + 0.5) * c + 0.5 * t * t * d) / (
        spacing_m
    )
    if order == 1:
        return slope
    value = (
        (1 - t) ** 3 * a + (3 * t**3 - 6 * t * t + 4) * b + (-3 * t**3 + 3 * t * t + 3 * t + 1) * c + t**3 * d
    ) / 6.0
    return value + slope * (s_m - inside)


@njit(cache=True)
def curvature(control: ndarray, spacing_m: float, s_m: float) -> float:
    """Signed curvature in the plane, 1/m, left positive."""
    first, second = at(control, spacing_m, s_m, 1), at(control, spacing_m, s_m, 2)
    speed = np.sqrt(first[0] ** 2 + first[1] ** 2)
    return float((first[0] * second[1] - first[1] * second[0]) / max(speed, 1e-6) ** 3)


@njit(cache=True)
def frame(control: ndarray, spacing_m: float, s_m: float, offset_m: float, turn_rad: float) -> tuple[ndarray, ndarray]:
    """Origin and axes (columns: ahead, left, up) on the path, moved to the left and turned about up.

    Columns 0..2 of the control are the position, 3..5 the surface's normal.
    """
    here, slope = at(control, spacing_m, s_m, 0), at(control, spacing_m, s_m, 1)
    ahead = slope[:3] / np.sqrt(slope[0] ** 2 + slope[1] ** 2 + slope[2] ** 2)
    up = here[3:6] - ahead * (here[3] * ahead[0] + here[4] * ahead[1] + here[5] * ahead[2])
    up /= np.sqrt(up[0] ** 2 + up[1] ** 2 + up[2] ** 2)
    left = np.array(
        [up[1] * ahead[2] - up[2] * ahead[1], up[2] * ahead[0] - up[0] * ahead[2], up[0] * ahead[1] - up[1] * ahead[0]]
    )
    c, s = np.cos(turn_rad), np.sin(turn_rad)
    axes = np.empty((3, 3))
    axes[:, 0], axes[:, 1], axes[:, 2] = c * ahead + s * left, c * left - s * ahead, up
    return here[:3] + left * offset_m, axes


@njit(cache=True)
def nearest(control: ndarray, spacing_m: float, x: float, y: float, low_m: float, high_m: float) -> tuple[float, float]:
    """Station between two others that is nearest to a point in the plane, and the point's offset to the left there."""
    first = max(int(low_m / spacing_m), 0)
    last = min(int(high_m / spacing_m) + 1, len(control) - 3)
    best, station = np.inf, low_m
    for i in range(first, last + 1):
        dx, dy = control[i + 1, 0] - x, control[i + 1, 1] - y
        if dx * dx + dy * dy < best:
            best, station = dx * dx + dy * dy, i * spacing_m
    left = 0.0
    for _ in range(3):
        here, slope = at(control, spacing_m, station, 0), at(control, spacing_m, station, 1)
        norm = slope[0] ** 2 + slope[1] ** 2
        dx, dy = x - here[0], y - here[1]
        station += (dx * slope[0] + dy * slope[1]) / max(norm, 1e-9)
        station = min(max(station, low_m), high_m)
        left = (slope[0] * dy - slope[1] * dx) / np.sqrt(max(norm, 1e-9))
    return station, left


def fit(points: Float[ndarray, "n 6"], spacing_m: float) -> Float[ndarray, "m 6"]:
    """Control values at even spacing along a polyline of positions and normals (metres)."""
    steps = np.linalg.norm(np.diff(points[:, :3], axis=0), axis=1)
    kept = np.concatenate([[True], steps > 1e-6])
    points = points[kept]
    station = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points[:, :3], axis=0), axis=1))])
    knots = np.arange(0.0, max(station[-1], 2 * spacing_m) + 1e-9, spacing_m)
    control = np.stack([np.interp(knots, station, points[:, column]) for column in range(points.shape[1])], axis=1)
    before, after = 2 * control[0] - control[1], 2 * control[-1] - control[-2]
    return np.ascontiguousarray(np.concatenate([before[None], control, after[None]]))
