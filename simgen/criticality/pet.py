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
        far = half[one, 0] + half[one, 1] + half[other, 0] + half[other, 1]
        for k in range(len(ages) - 1, -1, -1):
            here = _near(now, one, past[k], other, far) and _touch(now, one, past[k], other, half)
            if here or (_near(now, other, past[k], one, far) and _touch(now, other, past[k], one, half)):
                result[other] = ages[k]
                break
    return result


@njit(cache=True, inline="always")
def _near(places: ndarray, i: int, others: ndarray, j: int, far: float) -> bool:
    """Whether circles about both could meet; what is absent (NaN) is near nothing."""
    dx, dy = others[j, 0] - places[i, 0], others[j, 1] - places[i, 1]
    return bool(dx * dx + dy * dy <= far * far)


@njit(cache=True)
def _touch(places: ndarray, i: int, others: ndarray, j: int, half: ndarray) -> bool:
    """Whether two rectangles have a point in common (separating axes)."""
    dx, dy = others[j, 0] - places[i, 0], others[j, 1] - places[i, 1]
    ac, as_, bc, bs = places[i, 2], places[i, 3], others[j, 2], others[j, 3]
    c, s = abs(ac * bc + as_ * bs), abs(ac * bs - as_ * bc)
    if abs(ac * dx + as_ * dy) > half[i, 0] + c * half[j, 0] + s * half[j, 1]:
        return False
    if abs(ac * dy - as_ * dx) > half[i, 1] + s * half[j, 0] + c * half[j, 1]:
        return False
    if abs(bc * dx + bs * dy) > half[j, 0] + c * half[i, 0] + s * half[i, 1]:
        return False
    return bool(abs(bc * dy - bs * dx) <= half[j, 1] + s * half[i, 0] + c * half[i, 1])
