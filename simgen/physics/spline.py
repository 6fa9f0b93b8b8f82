"""Uniform cubic B-splines along paths: twice differentiable, so headings, yaw rates and accelerations do not jump.

A control array has columns x y z and the surface's normal, one row before and one behind the knots; beyond both ends
the
path goes straight on. Compiled functions give tuples of numbers, which compile and run faster than small arrays.
"""

import numpy as np
from jaxtyping import Float
from numba import njit
from numpy import ndarray

Triple = tuple[float, float, float]


@njit(cache=True, error_model="numpy")
def _cell(control: ndarray, spacing_m: float, s_m: float) -> tuple[int, float, float]:
    """First of the four control rows, place between the knots 0..1, and how far beyond the path's ends."""
    inside = min(max(s_m, 0.0), (len(control) - 3) * spacing_m)
    i = min(int(inside / spacing_m), len(control) - 4)
    return i, inside / spacing_m - i, s_m - inside


@njit(cache=True, error_model="numpy")
def slope(control: ndarray, spacing_m: float, s_m: float) -> Triple:
    """First derivative of the position with respect to s."""
    i, t, _ = _cell(control, spacing_m, s_m)
    a = -0.5 * (1.0 - t) * (1.0 - t) / spacing_m
    b = (1.5 * t - 2.0) * t / spacing_m
    c = ((-1.5 * t + 1.0) * t + 0.5) / spacing_m
    d = 0.5 * t * t / spacing_m
    x = a * control[i, 0] + b * control[i + 1, 0] + c * control[i + 2, 0] + d * control[i + 3, 0]
    y = a * control[i, 1] + b * control[i + 1, 1] + c * control[i + 2, 1] + d * control[i + 3, 1]
    z = a * control[i, 2] + b * control[i + 1, 2] + c * control[i + 2, 2] + d * control[i + 3, 2]
    return x, y, z


@njit(cache=True, error_model="numpy")
def _mixed(control: ndarray, i: int, t: float, column: int) -> float:
    u = 1.0 - t
    a = u * u * u / 6.0
    b = ((3.0 * t - 6.0) * t * t + 4.0) / 6.0
    c = (((-3.0 * t + 3.0) * t + 3.0) * t + 1.0) / 6.0
    d = t * t * t / 6.0
    return float(
        a * control[i, column] + b * control[i + 1, column] + c * control[i + 2, column] + d * control[i + 3, column]
    )


@njit(cache=True, error_model="numpy")
def point(control: ndarray, spacing_m: float, s_m: float) -> Triple:
    """Position at a station."""
    i, t, beyond = _cell(control, spacing_m, s_m)
    dx, dy, dz = slope(control, spacing_m, s_m)
    x, y, z = _mixed(control, i, t, 0), _mixed(control, i, t, 1), _mixed(control, i, t, 2)
    return x + dx * beyond, y + dy * beyond, z + dz * beyond


@njit(cache=True, error_model="numpy")
def curvature(control: ndarray, spacing_m: float, s_m: float) -> float:
    """Signed curvature in the plane, 1/m, left positive."""
    i, t, beyond = _cell(control, spacing_m, s_m)
    if beyond != 0.0:
        return 0.0
    dx, dy, _ = slope(control, spacing_m, s_m)
    a, b, c, d = 1.0 - t, 3.0 * t - 2.0, 1.0 - 3.0 * t, t
    h = spacing_m * spacing_m
    bx = (a * control[i, 0] + b * control[i + 1, 0] + c * control[i + 2, 0] + d * control[i + 3, 0]) / h
    by = (a * control[i, 1] + b * control[i + 1, 1] + c * control[i + 2, 1] + d * control[i + 3, 1]) / h
    return float((dx * by - dy * bx) / max(np.sqrt(dx * dx + dy * dy), 1e-6) ** 3)


@njit(cache=True, error_model="numpy")
def frame(
    control: ndarray, spacing_m: float, s_m: float, offset_m: float, turn_rad: float
) -> tuple[Triple, Triple, Triple, Triple]:
    """Origin and axes (ahead, left, up) on the path, moved to the left and turned about up."""
    i, t, _ = _cell(control, spacing_m, s_m)
    x, y, z = point(control, spacing_m, s_m)
    ax, ay, az = slope(control, spacing_m, s_m)
    size = np.sqrt(ax * ax + ay * ay + az * az)
    ax, ay, az = ax / size, ay / size, az / size
    ux, uy, uz = _mixed(control, i, t, 3), _mixed(control, i, t, 4), _mixed(control, i, t, 5)
    along = ux * ax + uy * ay + uz * az
    ux, uy, uz = ux - along * ax, uy - along * ay, uz - along * az
    size = np.sqrt(ux * ux + uy * uy + uz * uz)
    ux, uy, uz = ux / size, uy / size, uz / size
    lx, ly, lz = uy * az - uz * ay, uz * ax - ux * az, ux * ay - uy * ax
    c, s = np.cos(turn_rad), np.sin(turn_rad)
    return (
        (x + lx * offset_m, y + ly * offset_m, z + lz * offset_m),
        (c * ax + s * lx, c * ay + s * ly, c * az + s * lz),
        (c * lx - s * ax, c * ly - s * ay, c * lz - s * az),
        (ux, uy, uz),
    )


@njit(cache=True, error_model="numpy")
def frame_pose(control: ndarray, spacing_m: float, s_m: float, offset_m: float, turn_rad: float, out: ndarray) -> None:
    """Writes `frame` as x y z and a quaternion (S. Shepperd, J. Guidance and Control 1 (1978) 223)."""
    (x, y, z), (ax, ay, az), (lx, ly, lz), (ux, uy, uz) = frame(control, spacing_m, s_m, offset_m, turn_rad)
    trace = ax + ly + uz
    if trace >= ax and trace >= ly and trace >= uz:
        qx, qy, qz, qw = lz - uy, ux - az, ay - lx, 1.0 + trace
    elif uz >= ax and uz >= ly:
        qx, qy, qz, qw = az + ux, lz + uy, 1.0 - trace + 2.0 * uz, ay - lx
    elif ly >= ax:
        qx, qy, qz, qw = ay + lx, 1.0 - trace + 2.0 * ly, lz + uy, ux - az
    else:
        qx, qy, qz, qw = 1.0 - trace + 2.0 * ax, ay + lx, az + ux, lz - uy
    size = np.sqrt(qx * qx + qy * qy + qz * qz + qw * qw)
    if qw < 0.0:
        size = -size
    out[0], out[1], out[2] = x, y, z
    out[3], out[4], out[5], out[6] = qx / size, qy / size, qz / size, qw / size


@njit(cache=True, error_model="numpy")
def nearest(control: ndarray, spacing_m: float, x: float, y: float, low_m: float, high_m: float) -> tuple[float, float]:
    """Station between two others that is nearest to a point in the plane, and the point's offset to the left there."""
    first = max(int(low_m / spacing_m), 0)
    last = min(int(high_m / spacing_m) + 1, len(control) - 3)
    station = low_m
    # Coarse first, then every knot around the best: roads do not bend so much within four knots that this misses.
    for stride in (4, 1):
        best = np.inf
        for i in range(first, last + 1, stride):
            dx, dy = control[i + 1, 0] - x, control[i + 1, 1] - y
            if dx * dx + dy * dy < best:
                best, station = dx * dx + dy * dy, i * spacing_m
        middle = int(station / spacing_m + 0.5)
        first, last = max(first, middle - 4), min(last, middle + 4)
    left = 0.0
    for _ in range(3):
        px, py, _ = point(control, spacing_m, station)
        dx, dy, _ = slope(control, spacing_m, station)
        norm = max(dx * dx + dy * dy, 1e-9)
        station += ((x - px) * dx + (y - py) * dy) / norm
        station = min(max(station, low_m), high_m)
        left = (dx * (y - py) - dy * (x - px)) / np.sqrt(norm)
    return station, left


@njit(cache=True, error_model="numpy")
def bends(control: ndarray, spacing_m: float) -> ndarray:
    """Curvature at every knot."""
    result = np.empty(len(control) - 2)
    for k in range(len(result)):
        result[k] = curvature(control, spacing_m, k * spacing_m)
    return result


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
