"""Time to collision in two dimensions, time headway, and the deceleration that avoids a crash."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.criticality.footprints import Footprints, reach_m


def time_to_collision_s(
    a: Footprints, b: Footprints, velocity_a_mps: Float[ndarray, "n 2"], velocity_b_mps: Float[ndarray, "n 2"]
) -> Float[ndarray, " n"]:
    """Time until each pair of rectangles first touches if both keep their velocities; inf where they never do.

    Two convex shapes that translate are in contact while their projections overlap on every separating axis. On one
    axis that is one interval of time, so the first contact is the latest of the beginnings, if none ended before.

    Source: J. Hayward, Near-miss determination, Highway Research Record 384 (1972), for time to collision;
        S. Gottschalk, M. Lin, D. Manocha, OBBTree, SIGGRAPH 1996, for the separating axes of oriented boxes.
    """
    axes = np.concatenate([a.axes(), b.axes()], axis=1)
    distance = np.einsum("nij,nj->ni", axes, b.centre_m - a.centre_m)
    closing = np.einsum("nij,nj->ni", axes, np.asarray(velocity_b_mps) - np.asarray(velocity_a_mps))
    reach = reach_m(a, axes) + reach_m(b, axes)
    moving = np.abs(closing) > 1e-9
    rate = np.where(moving, closing, 1.0)
    one, other = (-reach - distance) / rate, (reach - distance) / rate
    apart = np.abs(distance) > reach
    begin = np.where(moving, np.minimum(one, other), np.where(apart, np.inf, -np.inf))
    end = np.where(moving, np.maximum(one, other), np.where(apart, -np.inf, np.inf))
    first, last = begin.max(axis=1), end.min(axis=1)
    return np.where((first <= last) & (last >= 0.0), np.maximum(first, 0.0), np.inf)


def time_headway_s(gap_m: Float[ndarray, " n"], speed_mps: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
    """Time until the follower's front is where the leader's rear is now; inf at standstill.

    Source: SAE J2944 (2015), 7.1 time gap.
    """
    speed = np.asarray(speed_mps, dtype=np.float64)
    return np.where(speed > 1e-9, np.maximum(gap_m, 0.0) / np.where(speed > 1e-9, speed, 1.0), np.inf)


def deceleration_to_avoid_crash_mps2(
    gap_m: Float[ndarray, " n"], closing_mps: Float[ndarray, " n"]
) -> Float[ndarray, " n"]:
    """Constant deceleration with which the follower just matches the leader's speed at contact; 0 where the gap opens.

    Source: Almqvist, Hyden, Risser 1991 (DRAC): closing speed squared over twice the gap.
    """
    closing = np.maximum(np.asarray(closing_mps, dtype=np.float64), 0.0)
    gap = np.asarray(gap_m, dtype=np.float64)
    needed = np.where(gap > 0.0, closing**2 / np.where(gap > 0.0, 2.0 * gap, 1.0), np.inf)
    return np.where(closing > 0.0, needed, 0.0)
