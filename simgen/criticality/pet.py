"""Post-encroachment time: how long ago somebody was where somebody else is now."""

import numpy as np
from jaxtyping import Float, Int64
from numba import njit
from numpy import ndarray


def post_encroachment_time_s(
    times_ns: Int64[ndarray, " t"], now: Float[ndarray, "a 4"], past: Float[ndarray, "t a 4"], half_m: ndarray, one: int
) -> Float[ndarray, " a"]:
    """For each road user: the time since it left where `one` is now, or since `one` left where it is now.

    The smaller of both; 0 where they touch; inf where neither has been in the other's place as far back as `past`
    reaches. The least value over an encounter is its classical post-encroachment time: from the moment at which the
    first leaves the area that both pass until the second reaches it.

    Args:
        times_ns: of the past and, last, of now.
        now: x, y, cos and sin of the heading of each rectangle; NaN for who is absent.
        past: the same at each time before; `past[-1]` is now.
        half_m: half lengths and widths, (a, 2).
        one: row of the one.

    Source: B. Allen, B. Shin, P. Cooper, Analysis of traffic conflicts and collisions, Transportation Research Record
        667 (1978) 67.
    """
    ages = (times_ns[-1] - times_ns) * 1e-9
    found: Float[ndarray, " a"] = _latest(ages, np.ascontiguousarray(now), past, np.ascontiguousarray(half_m), one)
    return found


@njit(cache=True)
def _latest(ages: ndarray, now: ndarray, past: ndarray, half: ndarray, one: int) -> ndarray:
    result = np.full(len(now), np.inf)
    for other in range(len(now)):
        if other == one or np.isnan(now[other, 0]):
            continue
        for k in range(len(ages) - 1, -1, -1):
            before, own = past[k, other], past[k, one]
            if _touch(now[one], half[one], before, half[other]) or _touch(now[other], half[other], own, half[one]):
                result[other] = ages[k]
                break
    return result


@njit(cache=True)
def _touch(a: ndarray, half_a: ndarray, b: ndarray, half_b: ndarray) -> bool:
    """Whether two rectangles have a point in common; NaN touches nothing."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    far = half_a[0] + half_a[1] + half_b[0] + half_b[1]
    if not dx * dx + dy * dy <= far * far:
        return False
    c, s = abs(a[2] * b[2] + a[3] * b[3]), abs(a[2] * b[3] - a[3] * b[2])
    if abs(a[2] * dx + a[3] * dy) > half_a[0] + c * half_b[0] + s * half_b[1]:
        return False
    if abs(a[2] * dy - a[3] * dx) > half_a[1] + s * half_b[0] + c * half_b[1]:
        return False
    if abs(b[2] * dx + b[3] * dy) > half_b[0] + c * half_a[0] + s * half_a[1]:
        return False
    return bool(abs(b[2] * dy - b[3] * dx) <= half_b[1] + s * half_a[0] + c * half_a[1])
