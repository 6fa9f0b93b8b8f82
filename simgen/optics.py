"""Projections of cameras: from directions to pixels and back, with the range in which a lens's polynomial holds.

Directions are in the optical frame (x right, y down, z forward), pixels in continuous coordinates with (0, 0) at the
outer corner of the top-left pixel. What a lens does not see is NaN.

    pinhole           u = K (x/z, y/z, 1)
    brown_conrady     the same of a distorted (x/z, y/z); coefficients k1 k2 p1 p2 [k3 [k4 k5 k6]], OpenCV's order
    kannala_brandt    u = K (d x/r, d y/r, 1), d = t + k1 t^3 + k2 t^5 + k3 t^7 + k4 t^9, t the angle to the axis
    equirectangular   u = K (longitude, latitude, 1): longitude from z to x, latitude from the horizon down, radians

Source: D. C. Brown, Close-range camera calibration, Photogrammetric Engineering 37 (1971); OpenCV's calib3d, rational
model; J. Kannala, S. Brandt, A generic camera model, IEEE PAMI 28 (2006), eq. 6 with the scale of OpenCV's fisheye.
"""

from typing import NamedTuple, no_type_check

import numpy as np
from jaxtyping import Float
from numba import njit
from numpy import ndarray
from numpy.polynomial import Polynomial

PINHOLE, BROWN_CONRADY, KANNALA_BRANDT, EQUIRECTANGULAR = range(4)
MODELS = ("pinhole", "brown_conrady", "kannala_brandt", "equirectangular")
WIDEST_FISHEYE_RAD = np.radians(110.0)
"""Half of the widest field of view that a fisheye may have; its polynomial may end it earlier."""

_STEPS = 60
_EXACT = 1e-12
_NEGLIGIBLE = 1e-12
"""Coefficients that matter beyond all angles alone."""


class Lens(NamedTuple):
    """A projection as the loops below take it: numbers alone, as arrays in it would be counted at each call.

    Attributes:
        model: index in MODELS.
        k: fx, skew, cx, fy, cy, pixels.
        d: coefficients; fisheye k1..k4, Brown-Conrady k1 k2 p1 p2 k3 k4 k5 k6.
        limit: up to which the distortion grows: tangent (Brown-Conrady) or radians (fisheye) off the axis.
    """

    model: int
    k: tuple[float, float, float, float, float]
    d: tuple[float, float, float, float, float, float, float, float]
    limit: float


def lens(model: str, matrix: Float[ndarray, "3 3"], distortion: Float[ndarray, " d"]) -> Lens:
    """The lens of a model's name, intrinsic matrix and coefficients (missing ones are zero)."""
    k1, k2, p1, p2, k3, k4, k5, k6 = _eight(distortion)
    fx, skew, cx, _, fy, cy = (float(value) for value in matrix[:2].reshape(-1))
    return Lens(
        model=MODELS.index(model),
        k=(fx, skew, cx, fy, cy),
        d=(k1, k2, p1, p2, k3, k4, k5, k6),
        limit=widest(model, distortion),
    )


def widest(model: str, distortion: Float[ndarray, " d"]) -> float:
    """Up to which tangent or angle (radians, fisheye) off the axis the distorted radius grows; inf without an end."""
    d = _eight(distortion)
    if model == "kannala_brandt":
        growth = Polynomial([1.0, 3.0 * d[0], 5.0 * d[1], 7.0 * d[2], 9.0 * d[3]])
        return min(float(np.sqrt(_first_root(growth))), WIDEST_FISHEYE_RAD)
    if model == "brown_conrady":
        s = Polynomial([0.0, 1.0])
        above, below = Polynomial([1.0, d[0], d[1], d[4]]), Polynomial([1.0, d[5], d[6], d[7]])
        growth = (above + 2 * s * above.deriv()) * below - 2 * s * above * below.deriv()
        return float(np.sqrt(min(_first_root(growth), _first_root(below))))
    return float("inf")


def distorted_radius(model: str, distortion: Float[ndarray, " d"], angle_rad: float) -> float:
    """How far from the principal point, in focal lengths, a ray at this angle to the axis is seen; NaN if it is not."""
    unit = lens(model, np.eye(3), np.asarray(distortion, dtype=np.float64))
    seen: Float[ndarray, "1 2"] = project(unit, np.array([[np.sin(angle_rad), 0.0, np.cos(angle_rad)]]))
    return float(seen[0, 0])


def _eight(distortion: Float[ndarray, " d"]) -> list[float]:
    return [float(value) for value in distortion] + [0.0] * (8 - len(distortion))


def _first_root(polynomial: Polynomial) -> float:
    """The smallest positive place where a polynomial changes its sign; inf without one."""
    roots = polynomial.trim(_NEGLIGIBLE).roots()
    real = np.sort(roots.real[(np.abs(roots.imag) < 1e-9) & (roots.real > 0.0)])
    return float(real[0]) if len(real) else float("inf")


@njit(cache=True, nogil=True, inline="always", error_model="numpy")
@no_type_check
def radial(d: tuple[float, ...], s: float) -> tuple[float, float]:
    """Brown and Conrady's factor of the radius, and its derivative by the radius squared."""
    above = 1.0 + s * (d[0] + s * (d[1] + s * d[4]))
    below = 1.0 + s * (d[5] + s * (d[6] + s * d[7]))
    above_ = d[0] + s * (2.0 * d[1] + s * 3.0 * d[4])
    below_ = d[5] + s * (2.0 * d[6] + s * 3.0 * d[7])
    factor = above / below
    return factor, (above_ - factor * below_) / below


@njit(cache=True, nogil=True, inline="always", error_model="numpy")
@no_type_check
def bent(d: tuple[float, ...], t: float) -> tuple[float, float]:
    """Kannala and Brandt's radius of an angle, and its derivative."""
    s = t * t
    radius = t * (1.0 + s * (d[0] + s * (d[1] + s * (d[2] + s * d[3]))))
    slope = 1.0 + s * (3.0 * d[0] + s * (5.0 * d[1] + s * (7.0 * d[2] + s * 9.0 * d[3])))
    return radius, slope


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def project_point(lens: Lens, x: float, y: float, z: float) -> tuple[float, float]:
    """Where a point (or a direction of any length) is seen."""
    model, k, d, limit = lens
    if model == KANNALA_BRANDT:
        r = np.sqrt(x * x + y * y)
        angle = np.arctan2(r, z)
        if not angle <= limit:
            return np.nan, np.nan
        scale = bent(d, angle)[0] / r if r > 0.0 else 0.0
        a, b = x * scale, y * scale
    elif model == EQUIRECTANGULAR:
        a, b = np.arctan2(x, z), np.arctan2(y, np.sqrt(x * x + z * z))
    else:
        if not z > 0.0:
            return np.nan, np.nan
        a, b = x / z, y / z
        if model == BROWN_CONRADY:
            s = a * a + b * b
            if not s <= limit * limit:
                return np.nan, np.nan
            f = radial(d, s)[0]
            a, b = (
                a * f + 2.0 * d[2] * a * b + d[3] * (s + 2.0 * a * a),
                b * f + d[2] * (s + 2.0 * b * b) + 2.0 * d[3] * a * b,
            )
    return k[0] * a + k[1] * b + k[2], k[3] * b + k[4]


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def unbent(lens: Lens, radius: float) -> float:
    """The tangent or angle off the axis whose distorted radius this is; NaN if there is none within the limit.

    Newton's steps, halved where they leave what is known to hold the root.
    """
    model, _, d, limit = lens
    low, high = 0.0, limit
    if high == np.inf:
        high = 1.0
        while high * radial(d, high * high)[0] < radius:
            high *= 2.0
            if high > 1e6:
                return np.nan
    value = min(radius, 0.5 * high)
    for _ in range(_STEPS):
        if model == KANNALA_BRANDT:
            found, slope = bent(d, value)
        else:
            factor, by_square = radial(d, value * value)
            found, slope = value * factor, factor + 2.0 * value * value * by_square
        if abs(found - radius) <= _EXACT * max(radius, 1e-3):
            return value
        if found > radius:
            high = value
        else:
            low = value
        step = value - (found - radius) / slope
        value = step if low < step < high else 0.5 * (low + high)
    return value if high - low < 1e-9 and value < limit - 1e-9 else np.nan


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _undistorted(lens: Lens, u: float, v: float) -> tuple[float, float]:
    """The tangents whose Brown-Conrady distortion is (u, v); NaN where Newton's steps find none."""
    _, _, d, limit = lens
    far = np.sqrt(u * u + v * v)
    start = unbent(lens, far) if far > 0.0 else 0.0
    if np.isnan(start):
        start = min(limit, far)
    a, b = (u * start / far, v * start / far) if far > 0.0 else (0.0, 0.0)
    for _ in range(_STEPS):
        s = a * a + b * b
        f, by_square = radial(d, s)
        off_u = a * f + 2.0 * d[2] * a * b + d[3] * (s + 2.0 * a * a) - u
        off_v = b * f + d[2] * (s + 2.0 * b * b) + 2.0 * d[3] * a * b - v
        if abs(off_u) + abs(off_v) <= _EXACT * max(far, 1e-3):
            return (a, b) if s <= limit * limit else (np.nan, np.nan)
        uu = f + 2.0 * a * a * by_square + 2.0 * d[2] * b + 6.0 * d[3] * a
        vv = f + 2.0 * b * b * by_square + 6.0 * d[2] * b + 2.0 * d[3] * a
        uv = 2.0 * a * b * by_square + 2.0 * d[2] * a + 2.0 * d[3] * b
        determinant = uu * vv - uv * uv
        a -= (vv * off_u - uv * off_v) / determinant
        b -= (uu * off_v - uv * off_u) / determinant
        if not a * a + b * b < 1e12:
            break
    return np.nan, np.nan


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def ray_point(lens: Lens, u: float, v: float) -> tuple[float, float, float]:
    """The unit direction that is seen at a place in the image."""
    model, k = lens[0], lens[1]
    b = (v - k[4]) / k[3]
    a = (u - k[2] - k[1] * b) / k[0]
    if model == EQUIRECTANGULAR:
        if not (abs(a) <= np.pi + 1e-9 and abs(b) <= np.pi / 2 + 1e-9):
            return np.nan, np.nan, np.nan
        return np.sin(a) * np.cos(b), np.sin(b), np.cos(a) * np.cos(b)
    if model == KANNALA_BRANDT:
        r = np.sqrt(a * a + b * b)
        if r == 0.0:
            return 0.0, 0.0, 1.0
        angle = unbent(lens, r)
        side = np.sin(angle) / r
        return a * side, b * side, np.cos(angle)
    if model == BROWN_CONRADY:
        a, b = _undistorted(lens, a, b)
    length = np.sqrt(a * a + b * b + 1.0)
    return a / length, b / length, 1.0 / length


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _project_all(lens: Lens, points: Float[ndarray, "n 3"], out: Float[ndarray, "n 2"]) -> None:
    for i in range(len(points)):
        out[i, 0], out[i, 1] = project_point(lens, points[i, 0], points[i, 1], points[i, 2])


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _rays_all(lens: Lens, pixels: Float[ndarray, "n 2"], out: Float[ndarray, "n 3"]) -> None:
    for i in range(len(pixels)):
        out[i, 0], out[i, 1], out[i, 2] = ray_point(lens, pixels[i, 0], pixels[i, 1])


def project(lens: Lens, points: Float[ndarray, "*n 3"]) -> Float[ndarray, "*n 2"]:
    """Pixels of points in the optical frame; NaN where the lens does not see them."""
    flat = np.ascontiguousarray(points, dtype=np.float64).reshape(-1, 3)
    out = np.empty((len(flat), 2))
    _project_all(lens, flat, out)
    return out.reshape(*np.shape(points)[:-1], 2)


def rays(lens: Lens, pixels: Float[ndarray, "*n 2"]) -> Float[ndarray, "*n 3"]:
    """Unit directions seen at places in the image; NaN where the lens sees nothing."""
    flat = np.ascontiguousarray(pixels, dtype=np.float64).reshape(-1, 2)
    out = np.empty((len(flat), 3))
    _rays_all(lens, flat, out)
    return out.reshape(*np.shape(pixels)[:-1], 3)
