"""People who stroll give way to others on foot: a step aside in time, a slower pace where there is no room.

A pedestrian foresees who would come too near within some seconds and evades sideways, more often to the right
(Moussaid, Helbing, Theraulaz, PNAS 108 (2011) 6884; time horizon: Karamouzas, Skinner, Guy, Phys. Rev. Lett. 113 (2014)
238701, anticipation up to 3 s or so).
"""

import numpy as np
from numba import njit
from numpy import ndarray

from simgen.physics import spline

HORIZON_S = 3.0
ROOM_M = 0.15
"""Air kept between two who pass each other (set by us)."""
_RIGHT_M = 0.1
"""Who comes straight towards us, or this much to our right, is passed on the right all the same."""
_HASTE_PER_S = 2.5
_ASIDE_MPS2, _ASIDE_MPS = 2.0, 0.6
"""Of a sidestep while walking (set by us: a walk's lateral sway is 0.1 to 0.2 m/s, a quick sidestep near 1 m/s)."""
_NEAR_M = 6.0
_LEVEL_M = 2.0


@njit(cache=True, error_model="numpy")
def where_now(
    packed: ndarray, where: ndarray, spacing: ndarray, state: ndarray, aside: ndarray, still: ndarray, out: ndarray
) -> None:
    """Position, direction (unit, in the plane), and velocity of every walker: x y z, ahead x y, velocity x y."""
    for w in range(len(where)):
        out[w, 3:] = 0.0
        if where[w, 1] == 0:
            out[w, :3] = still[w, :3]
            out[w, 3] = 1.0
            continue
        control = packed[where[w, 0] : where[w, 0] + where[w, 1]]
        x, y, z = spline.point(control, spacing[w], state[w, 0])
        dx, dy, _ = spline.slope(control, spacing[w], state[w, 0])
        size = max(np.sqrt(dx * dx + dy * dy), 1e-9)
        dx, dy = dx / size, dy / size
        out[w, 0], out[w, 1], out[w, 2] = x - dy * aside[w, 0], y + dx * aside[w, 0], z
        out[w, 3], out[w, 4] = dx, dy
        out[w, 5] = dx * state[w, 1] - dy * aside[w, 1]
        out[w, 6] = dy * state[w, 1] + dx * aside[w, 1]


@njit(cache=True, error_model="numpy")
def _meet(me: ndarray, other: ndarray, need: float) -> tuple[float, float, float]:
    """How far ahead somebody is, how far to the left when we meet, and their speed along our way.

    The first is infinite for who will not come near.
    """
    dx, dy = other[0] - me[0], other[1] - me[1]
    ahead, side = dx * me[3] + dy * me[4], dy * me[3] - dx * me[4]
    along = other[5] * me[3] + other[6] * me[4]
    across = other[6] * me[3] - other[5] * me[4]
    closing = me[5] * me[3] + me[6] * me[4] - along
    if abs(other[2] - me[2]) > _LEVEL_M or not abs(dx) + abs(dy) < 2.0 * _NEAR_M or ahead < -0.5 * need:
        return np.inf, 0.0, 0.0
    if ahead > need:
        if closing < 0.05 or (ahead - need) / closing > HORIZON_S:
            return np.inf, 0.0, 0.0
        side += across * (ahead - need) / closing
    if abs(side) >= need:
        return np.inf, 0.0, 0.0
    return ahead, side, along


@njit(cache=True, error_model="numpy")
def give_way(
    now: ndarray, width: ndarray, evades: ndarray, room: ndarray, wanted: ndarray, aside: ndarray, pace: ndarray
) -> None:
    """Chooses a place beside the path and a pace for each who evades.

    Args:
        now: rows of `where_now`.
        width: of each body, m.
        evades: whether a walker does.
        room: rightmost and leftmost offset that the ground allows.
        wanted: speed, m/s.
        aside: offset and its rate, m and m/s; the wished offset goes to column 2.
        pace: speed that is left, m/s.
    """
    for w in range(len(now)):
        pace[w] = wanted[w]
        if not evades[w]:
            continue
        low, high = 0.0, 0.0
        wish = 0.0
        for other in range(len(now)):
            if other == w or not np.isfinite(now[other, 0]):
                continue
            need = 0.5 * (width[w] + width[other]) + ROOM_M
            ahead, side, along = _meet(now[w], now[other], need)
            if ahead == np.inf:
                continue
            step = side - need if side > -_RIGHT_M else side + need
            at = aside[w, 0] + step
            low, high = min(low, at), max(high, at)
            lateral = abs((now[other, 1] - now[w, 1]) * now[w, 3] - (now[other, 0] - now[w, 0]) * now[w, 4])
            if ahead > 0.0 and ahead < need + 0.5 * now[w, 5] ** 2 + 0.5 * now[w, 6] ** 2 and lateral < 0.8 * need:
                pace[w] = min(pace[w], max(along, 0.15))
        wish = low if -low >= high else high
        aside[w, 2] = min(max(wish, room[w, 0]), room[w, 1])


@njit(cache=True, error_model="numpy")
def sway(aside: ndarray, evades: ndarray, step_s: float) -> None:
    """Moves everybody who evades a step further to the wished offset: critically damped, with bounded effort."""
    for w in range(len(aside)):
        if not evades[w]:
            continue
        pull = _HASTE_PER_S * (_HASTE_PER_S * (aside[w, 2] - aside[w, 0]) - 2.0 * aside[w, 1])
        pull = min(max(pull, -_ASIDE_MPS2), _ASIDE_MPS2)
        rate = min(max(aside[w, 1] + pull * step_s, -_ASIDE_MPS), _ASIDE_MPS)
        aside[w, 0] += 0.5 * (aside[w, 1] + rate) * step_s
        aside[w, 1] = rate
