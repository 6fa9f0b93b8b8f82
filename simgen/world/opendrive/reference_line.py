"""Where a road's reference line runs in the plane."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Complex, Float
from numpy import ndarray

from simgen.world.opendrive.types import Arc, Line, ParamPoly3, PlanGeometry, Poly3, Road, Spiral

_NODES, _WEIGHTS = (np.asarray(part) for part in np.polynomial.legendre.leggauss(16))
# Points of quadrature held in memory together.
_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReferenceLine:
    """A reference line at n places.

    Attributes:
        xy_m: map coordinates.
        heading_rad: counter-clockwise from x, not wrapped.
        curvature: 1/m, positive to the left.
    """

    xy_m: Float[ndarray, "n 2"]
    heading_rad: Float[ndarray, " n"]
    curvature: Float[ndarray, " n"]


def reference_line(road: Road, s_m: Float[ndarray, " n"]) -> ReferenceLine:
    """The reference line at each s; beyond the road's ends its first and last piece are continued."""
    s_m = np.asarray(s_m, dtype=np.float64)
    starts = np.array([piece.s_m for piece in road.plan_view])
    index = np.clip(np.searchsorted(starts, s_m + 1e-9, side="right") - 1, 0, len(starts) - 1)
    xy, heading, curvature = np.empty((len(s_m), 2)), np.empty(len(s_m)), np.empty(len(s_m))
    for i in np.unique(index):
        mask = index == i
        xy[mask], heading[mask], curvature[mask] = _piece(road.plan_view[i], s_m[mask] - starts[i])
    return ReferenceLine(xy_m=xy, heading_rad=heading, curvature=curvature)


Local = tuple[Complex[ndarray, " n"], Float[ndarray, " n"], Float[ndarray, " n"]]


def _piece(
    piece: PlanGeometry, ds: Float[ndarray, " n"]
) -> tuple[Float[ndarray, "n 2"], Float[ndarray, " n"], Float[ndarray, " n"]]:
    match piece.shape:
        case Line():
            local, turn, curvature = ds.astype(np.complex128), np.zeros_like(ds), np.zeros_like(ds)
        case Arc(curvature=k):
            local, turn, curvature = _clothoid(ds, k, 0.0)
        case Spiral(curvature_start=k0, curvature_end=k1):
            local, turn, curvature = _clothoid(ds, k0, (k1 - k0) / piece.length_m)
        case Poly3(v=v):
            local, turn, curvature = _parametric(_abscissa(v, ds), (0.0, 1.0, 0.0, 0.0), v)
        case ParamPoly3(u=u, v=v, normalized=normalized):
            local, turn, curvature = _parametric(ds / piece.length_m if normalized else ds, u, v)
    place = complex(piece.x_m, piece.y_m) + np.exp(1j * piece.heading_rad) * local
    return np.stack([place.real, place.imag], axis=-1), turn + piece.heading_rad, curvature


def _clothoid(ds: Float[ndarray, " n"], curvature: float, rate: float) -> Local:
    """∫ exp(i θ) ds with θ = curvature s + rate s²/2.

    Gauss-Legendre quadrature on panels of at most a radian is exact to rounding, and needs no case for a curvature or
    a rate that is tiny, where the Fresnel integrals cancel.
    """
    turn = ds * (curvature + 0.5 * rate * ds)
    if rate == 0.0:
        return ds * np.exp(0.5j * turn) * np.sinc(0.5 * turn / np.pi), turn, np.full_like(ds, curvature)
    bend = np.max(np.abs(ds) * (abs(curvature) + abs(rate * ds)), initial=0.0)
    panels = 1 + int(bend)
    share = ((np.arange(panels)[:, None] + (_NODES + 1.0) / 2.0) / panels).ravel()
    weight = np.tile(_WEIGHTS / (2.0 * panels), panels)
    local = np.empty(len(ds), dtype=np.complex128)
    rows = max(_AT_ONCE // len(share), 1)
    for start in range(0, len(ds), rows):
        some = ds[start : start + rows]
        places = some[:, None] * share
        local[start : start + rows] = some * (np.exp(1j * places * (curvature + 0.5 * rate * places)) @ weight)
    return local, turn, curvature + rate * ds


def _parametric(
    p: Float[ndarray, " n"], u: tuple[float, float, float, float], v: tuple[float, float, float, float]
) -> Local:
    a, b, c, d = (complex(x, y) for x, y in zip(u, v, strict=True))
    place = a + p * (b + p * (c + p * d))
    velocity = b + p * (2.0 * c + p * 3.0 * d)
    bend = 2.0 * c + p * 6.0 * d
    # A curve may start with its velocity at zero; its direction there is that of its acceleration.
    velocity = np.where(np.abs(velocity) < 1e-12, np.where(np.abs(bend) < 1e-12, 1.0, bend), velocity)
    curvature = np.imag(np.conj(velocity) * bend) / np.abs(velocity) ** 3
    return place, np.unwrap(np.angle(velocity)) if len(p) else np.angle(velocity), curvature


def _abscissa(v: tuple[float, float, float, float], ds: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
    """The u of a poly3 at which its arc length is ds (Newton)."""
    _, b, c, d = v
    u = ds / np.hypot(1.0, b)
    for _ in range(30):
        places = u[:, None] * ((np.arange(8)[:, None] + (_NODES + 1.0) / 2.0) / 8.0).ravel()
        speed = np.hypot(1.0, b + places * (2.0 * c + places * 3.0 * d))
        arc = u * (speed @ np.tile(_WEIGHTS / 16.0, 8))
        step = (arc - ds) / np.hypot(1.0, b + u * (2.0 * c + u * 3.0 * d))
        u = u - step
        if len(step) == 0 or np.max(np.abs(step)) < 1e-12:
            break
    return np.asarray(u)
