"""Searches a map for a place that has what a scenario needs."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.scenario.lane_walk import (
    chain,
    chain_behind,
    heading_at,
    junction_after_m,
    neighbours,
    of_kind,
    room_behind_m,
    width_at,
)
from simgen.scenario.position import OnLane, Somewhere
from simgen.world.lanes import Lane, LaneNetwork

SHARES = (1.0, 0.75, 0.5, 0.25, 0.0)
"""How much of the wanted room is asked for, in turn."""

MIN_WIDTH_M = 2.4
STRAIGHT_RAD = 0.1
TRIES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Places on one lane and the room that they have."""

    lane: Lane
    s_m: Float[ndarray, " n"]
    ahead_m: Float[ndarray, " n"]
    behind_m: Float[ndarray, " n"]
    junction_m: Float[ndarray, " n"]


def search(
    wanted: Somewhere, lanes: LaneNetwork, rng: np.random.Generator, where: str
) -> tuple[OnLane, dict[str, tuple[int, int]]]:
    """A random place with the wanted room, and what had to be relaxed (field -> asked and found metres).

    Raises:
        InputError: no lane of that kind, or none with that many neighbours.
    """
    found = _candidates(replace(wanted, offset_m=0.0, heading_rad=0.0), lanes, where)
    for share in SHARES:
        fitting = [
            (candidates, np.flatnonzero(_fits(candidates, wanted, share)))
            for candidates in found
            if np.any(_fits(candidates, wanted, share))
        ]
        if fitting:
            break
    owner = np.repeat(np.arange(len(fitting)), [len(index) for _, index in fitting])
    index = np.concatenate([index for _, index in fitting])
    places = [(fitting[one][0], int(k)) for one, k in zip(owner, index, strict=True)]
    candidates, k = _pick(wanted, lanes, places, rng)
    relaxed = {
        name: (round(asked), round(float(got)))
        for name, asked, got in (
            ("off_junctions_m", wanted.off_junctions_m, candidates.junction_m[k]),
            ("ahead_m", wanted.ahead_m, candidates.ahead_m[k]),
            ("behind_m", wanted.behind_m, candidates.behind_m[k]),
        )
        if got < asked
    }
    found_at = float(candidates.s_m[k])
    place = OnLane(lane=candidates.lane.id, s_m=found_at, offset_m=wanted.offset_m, heading_rad=wanted.heading_rad)
    return place, relaxed


@lru_cache(maxsize=64)
def _candidates(wanted: Somewhere, lanes: LaneNetwork, place: str) -> list[Candidates]:
    """Where on which lanes; lanes stay, so this is worked out once for every wish."""
    kind = of_kind(lanes, wanted.kind)
    if not kind:
        kinds = sorted({lane.kind for lane in lanes.lanes.values()})
        raise InputError(
            f"{place}.kind: no lane of kind {wanted.kind!r} on this map; expected one of {', '.join(kinds)}"
        )
    usable = [
        lane
        for lane in kind
        if neighbours(lanes, lane.id, "left", (wanted.kind,)) >= wanted.lanes_left
        and neighbours(lanes, lane.id, "right", (wanted.kind,)) >= wanted.lanes_right
        and not (wanted.outermost and neighbours(lanes, lane.id, "right", (wanted.kind,)))
    ]
    if not usable:
        raise InputError(
            f"{place}: expected a map with a {wanted.kind} lane that has {wanted.lanes_left} lanes to its left and "
            f"{wanted.lanes_right} to its right; this map has none"
        )
    usable = [lane for lane in usable if not lane.junction] or usable
    total = sum(lane.length_m for lane in usable)
    step = max(2.0, total / 20_000.0)
    found = [_on_lane(lane, lanes, wanted, step) for lane in usable]
    wide = [candidates for candidates in found if len(candidates.s_m)]
    return wide or [_on_lane(lane, lanes, wanted, step, narrow=True) for lane in usable]


def _on_lane(lane: Lane, lanes: LaneNetwork, wanted: Somewhere, step_m: float, narrow: bool = False) -> Candidates:
    count = max(int(lane.length_m / step_m), 1)
    s = (np.arange(count) + 0.5) * lane.length_m / count
    if not narrow:
        s = s[width_at(lane, s) >= MIN_WIDTH_M] if wanted.kind == "driving" else s
    names = chain(lanes, lane.id, lane.length_m + wanted.ahead_m)
    whole = sum(lanes.lanes[name].length_m for name in names)
    if lane.id in lanes.lanes[names[-1]].successors:
        whole = np.inf
    behind = room_behind_m(lanes, lane.id, wanted.behind_m)
    far = wanted.off_junctions_m
    junction = np.minimum(
        lane.length_m - s + junction_after_m(lanes, lane.id, "end", far),
        s + junction_after_m(lanes, lane.id, "beginning", far),
    )
    return Candidates(lane=lane, s_m=s, ahead_m=whole - s, behind_m=behind + s, junction_m=junction)


def _fits(candidates: Candidates, wanted: Somewhere, share: float) -> np.ndarray:
    return (
        (candidates.ahead_m >= share * wanted.ahead_m)
        & (candidates.behind_m >= share * wanted.behind_m)
        & (candidates.junction_m >= share * wanted.off_junctions_m)
    )


def _pick(
    wanted: Somewhere, lanes: LaneNetwork, places: list[tuple[Candidates, int]], rng: np.random.Generator
) -> tuple[Candidates, int]:
    """The first of some random candidates that is straight enough, else the straightest of them."""
    if not wanted.straight:
        return places[int(rng.integers(len(places)))]
    tried = [places[pick] for pick in rng.permutation(len(places))[:TRIES]]
    bends: list[float] = []
    for candidates, k in tried:
        bends.append(_bend_rad(lanes, candidates.lane, float(candidates.s_m[k]), wanted))
        if bends[-1] < STRAIGHT_RAD:
            break
    best: tuple[Candidates, int] = tried[bends.index(min(bends))]
    return best


def _bend_rad(lanes: LaneNetwork, lane: Lane, s_m: float, wanted: Somewhere) -> float:
    """Range of headings over the stretch behind and ahead."""
    before = chain_behind(lanes, lane.id, wanted.behind_m - s_m)[:-1]
    s_m += sum(lanes.lanes[name].length_m for name in before)
    first, s_m = s_m, max(s_m - wanted.behind_m, 0.0)
    headings, left = [], first - s_m + wanted.ahead_m
    for name in (*before, *chain(lanes, lane.id, lane.length_m + wanted.ahead_m)):
        part = lanes.lanes[name]
        if s_m >= part.length_m:
            s_m -= part.length_m
            continue
        stations = np.linspace(s_m, min(part.length_m, s_m + left), 20)
        headings.append(heading_at(part, stations))
        left -= part.length_m - s_m
        s_m = 0.0
        if left <= 0.0:
            break
    whole = np.unwrap(np.concatenate(headings))
    return float(np.ptp(whole))
