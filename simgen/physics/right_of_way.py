"""Who waits before a junction: gaps in the traffic that goes first, and whoever is in there already."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simgen.physics.crossings import Conflict, Crossings, Passage

_LOOK_M = 60.0
_BEFORE_M = 0.5
"""Where one waits, before the junction begins."""

_START_MPS2, _CRUISE_MPS, _CREEP_MPS = 1.5, 10.0, 3.0
"""How those who wait get going (IDM's city driver), how fast one crosses at most, and at least, when guessed."""

_GAP_S, _CLEAR_S = 1.5, 0.7
"""Time left before somebody who goes first, and after somebody who has passed (critical gaps of 4 to 6 s in HCM 2010,
chapter 19, hold the manoeuvre itself, which is counted here)."""

_STOP_MPS2, _HARD_MPS2 = 3.5, 6.0
"""Who would have to brake harder than this is in the junction as good as already; and how hard one brakes in there."""

_PATIENCE_S = 3.0
_TICK_S = 0.1


@dataclass(slots=True)
class Comer:
    """Somebody on the way through junctions.

    Attributes:
        passages: of its path.
        front_m, rear_m: stations of the bumpers.
        held_m: station where a traffic light holds it now; inf for none.
        waited_s: how long it has stood before a junction.
    """

    passages: tuple[Passage, ...]
    front_m: float
    rear_m: float
    speed_mps: float
    held_m: float
    waited_s: float


def waiting_lines(comers: Sequence[Comer], crossings: Crossings) -> list[float]:
    """Station where each has to wait now, inf where it may go on."""
    on: dict[str, list[tuple[int, Passage]]] = {}
    ahead = [_ahead(comer) for comer in comers]
    for k, passages in enumerate(ahead):
        for passage in passages:
            on.setdefault(passage.lane, []).append((k, passage))
    return [_line(k, comers, ahead[k], on, crossings) for k in range(len(comers))]


def patience(comer: Comer, line_m: float) -> float:
    """How long somebody has stood by the next look."""
    return comer.waited_s + _TICK_S if line_m < np.inf and comer.speed_mps < 0.5 else 0.0


def _ahead(comer: Comer) -> list[Passage]:
    """What it has not left yet, as far as it looks (and as far as a red light lets it)."""
    return [
        one
        for one in comer.passages
        if one.entry_m < comer.front_m + _LOOK_M
        and one.start_m + 60.0 > comer.rear_m
        and one.start_m < comer.held_m - 1.0
    ]


def _line(
    me: int,
    comers: Sequence[Comer],
    passages: Sequence[Passage],
    on: dict[str, list[tuple[int, Passage]]],
    crossings: Crossings,
) -> float:
    comer = comers[me]
    line = float(np.inf)
    for passage in passages:
        before = passage.entry_m - _BEFORE_M
        committed = _committed(comer, passage)
        for conflict in crossings.conflicts(passage.lane):
            place = passage.start_m + conflict.own_m[0] - _BEFORE_M if committed else before
            if committed and not _can_stop(comer, place, _HARD_MPS2):
                continue
            for other, there in on.get(conflict.other, ()):
                if other != me and not _may_go(comer, passage, comers[other], there, conflict, first=me < other):
                    line = min(line, place)
    return line


def _can_stop(comer: Comer, place_m: float, hardest_mps2: float) -> bool:
    left = place_m - comer.front_m
    return bool(left > -0.2 and comer.speed_mps**2 <= 2.0 * hardest_mps2 * max(left, 0.1))


def _committed(comer: Comer, passage: Passage) -> bool:
    """Whether it is in the junction, or cannot stop before it."""
    left = passage.entry_m - _BEFORE_M - comer.front_m
    return bool(
        left < -1.0 or (comer.speed_mps > 2.0 and not _can_stop(comer, passage.entry_m - _BEFORE_M, _STOP_MPS2))
    )


def _may_go(comer: Comer, passage: Passage, other: Comer, there: Passage, conflict: Conflict, *, first: bool) -> bool:
    """Whether one may cross before or after another."""
    theirs = (there.start_m + conflict.other_m[0] - other.front_m, there.start_m + conflict.other_m[1] - other.rear_m)
    if theirs[1] < 0.0:
        return True  # it has passed
    mine, inside = _committed(comer, passage), _committed(other, there)
    if (mine and not inside) or (mine == inside and not conflict.yields):
        return True
    if other.speed_mps < 0.5 and comer.waited_s > _PATIENCE_S:
        longer = comer.waited_s - other.waited_s
        if longer > 0.05 or (abs(longer) <= 0.05 and first):
            return True  # all wait for one another: who has waited longest goes
    own = (passage.start_m + conflict.own_m[0] - comer.front_m, passage.start_m + conflict.own_m[1] - comer.rear_m)
    leave, enter = _soonest_s(own[1], comer.speed_mps), _soonest_s(own[0], comer.speed_mps)
    they_enter = _soonest_s(theirs[0], other.speed_mps)
    they_leave = max(theirs[1], 0.0) / max(other.speed_mps, _CREEP_MPS)
    return leave + _GAP_S < they_enter or they_leave + _CLEAR_S < enter


def _soonest_s(distance_m: float, speed_mps: float) -> float:
    """When somebody who goes on gets that far."""
    if distance_m <= 0.0:
        return 0.0
    a, top = _START_MPS2, max(speed_mps, _CRUISE_MPS)
    to_top = (top * top - speed_mps * speed_mps) / (2.0 * a)
    if distance_m <= to_top:
        return float((np.sqrt(speed_mps * speed_mps + 2.0 * a * distance_m) - speed_mps) / a)
    return (top - speed_mps) / a + (distance_m - to_top) / top
