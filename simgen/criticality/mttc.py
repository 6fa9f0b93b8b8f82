"""Time to collision when both keep their accelerations."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.criticality.footprints import Footprints, reach_m

_TOLERANCE_M = 1e-6


def modified_time_to_collision_s(
    a: Footprints,
    b: Footprints,
    velocity_mps: Float[ndarray, "n 2"],
    acceleration_mps2: Float[ndarray, "n 2"],
) -> Float[ndarray, " n"]:
    """Time until each pair of rectangles first touches if the relative acceleration stays; inf where they never do.

    In one dimension this is the first root of gap = closing t + acceleration t^2 / 2. In two, rectangles that do not
    turn touch while their projections overlap on all four axes: it is the first root on any axis at which they do.

    Args:
        a: one of each pair.
        b: the other.
        velocity_mps: of b, relative to a.
        acceleration_mps2: of b, relative to a.

    Source: K. Ozbay et al., Derivation and validation of new simulation-based surrogate safety measure,
        Transportation Research Record 2083 (2008) 105, eq. 4 (MTTC).
    """
    axes = np.concatenate([a.axes(), b.axes()], axis=1)
    distance = np.einsum("nij,nj->ni", axes, b.centre_m - a.centre_m)
    speed = np.einsum("nij,nj->ni", axes, velocity_mps)
    change = np.einsum("nij,nj->ni", axes, acceleration_mps2)
    reach = reach_m(a, axes) + reach_m(b, axes)
    sides = np.stack([distance - reach, distance + reach], axis=-1)
    roots = _roots(0.5 * change[..., None], speed[..., None], sides)
    times = np.concatenate(
        [np.zeros((len(distance), 1)), roots.reshape(len(distance), np.prod(roots.shape[1:], dtype=int))], axis=1
    )
    finite = np.isfinite(times) & (times >= 0.0)
    t = np.where(finite, times, 0.0)[:, :, None]
    apart = np.abs(distance[:, None] + speed[:, None] * t + 0.5 * change[:, None] * t * t) - reach[:, None]
    touches = finite & (apart <= _TOLERANCE_M).all(axis=-1)
    return np.asarray(np.where(touches, times, np.inf).min(axis=1))


def _roots(
    a: Float[ndarray, "n k 1"], b: Float[ndarray, "n k 1"], c: Float[ndarray, "n k 2"]
) -> Float[ndarray, "n k 2 2"]:
    """Both roots of a t^2 + b t + c, in the form that does not cancel; NaN where there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        q = -0.5 * (b + np.where(b < 0.0, -1.0, 1.0) * np.sqrt(b * b - 4.0 * a * c))
        return np.stack([np.where(np.abs(a) < 1e-12, np.nan, q / a), c / q], axis=-1)
