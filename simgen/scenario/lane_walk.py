"""Going along lanes when no vehicle does it yet: what lies ahead, routes, the lane beside."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.world.lanes import Lane, LaneNetwork

DRIVABLE = (
    "driving", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "slipLane", "bidirectional", "bus", "taxi",
)  # fmt: skip
"""OpenDRIVE's lane types for cars; those after the first serve where a map has no other."""

MAX_LANES = 400
"""Ends walks around circular roads."""


def straightest(lanes: LaneNetwork, lane: Lane, kinds: Sequence[str] = ()) -> str:
    """The successor that turns least, "" at the end of the road."""
    following = [
        name for name in lane.successors if name in lanes.lanes and _is(lanes.lanes[name], kinds or (lane.kind,))
    ]
    return min(following, key=lambda name: (abs(turn_rad(lanes.lanes[name])), name), default="")


def of_kind(lanes: LaneNetwork, kind: str) -> list[Lane]:
    """All lanes of a type, by name; for "driving" on a map without such, whatever else cars drive on."""
    found = [lanes.lanes[name] for name in sorted(lanes.lanes) if lanes.lanes[name].kind == kind]
    if kind == "driving" and not found:
        found = [lanes.lanes[name] for name in sorted(lanes.lanes) if lanes.lanes[name].kind in DRIVABLE]
    return found


def turn_rad(lane: Lane) -> float:
    """Change of heading from a lane's start to its end, counter-clockwise, in (-pi, pi]."""
    first, last = lane.centre[1] - lane.centre[0], lane.centre[-1] - lane.centre[-2]
    turned = np.arctan2(last[1], last[0]) - np.arctan2(first[1], first[0])
    return float((turned + np.pi) % (2.0 * np.pi) - np.pi)


def chain(lanes: LaneNetwork, start: str, length_m: float) -> tuple[str, ...]:
    """Lanes from `start` on, straight on at forks, together at least `length_m` long where the map goes on so far."""
    result, total = [start], lanes.lanes[start].length_m
    while total < length_m and len(result) < MAX_LANES:
        following = straightest(lanes, lanes.lanes[result[-1]])
        if not following or following == start:
            break
        result.append(following)
        total += lanes.lanes[following].length_m
    return tuple(result)


def chain_behind(lanes: LaneNetwork, start: str, length_m: float) -> tuple[str, ...]:
    """Lanes that lead straight to `start`, the furthest first and `start` last; those before it at least `length_m`."""
    result, total = [start], 0.0
    while total < length_m and len(result) < MAX_LANES:
        lane = lanes.lanes[result[0]]
        before = [name for name in lane.predecessors if name in lanes.lanes and lanes.lanes[name].kind == lane.kind]
        before = [name for name in before if name not in result]
        if not before:
            break
        result.insert(0, min(before, key=lambda name: (abs(turn_rad(lanes.lanes[name])), name)))
        total += lanes.lanes[result[0]].length_m
    return tuple(result)


def room_behind_m(lanes: LaneNetwork, start: str, wanted_m: float) -> float:
    """How much lane leads to the beginning of `start`, up to `wanted_m`."""
    before = chain_behind(lanes, start, wanted_m)[:-1]
    return min(sum(lanes.lanes[name].length_m for name in before), wanted_m)


def junction_after_m(lanes: LaneNetwork, start: str, side: str, limit_m: float) -> float:
    """From the "end" or the "beginning" of a lane to the nearest junction on any branch; `limit_m` if none is near."""
    if lanes.lanes[start].junction:
        return 0.0
    edge, seen = [(start, 0.0)], {start}
    while edge:
        name, far = edge.pop(0)
        if far >= limit_m:
            continue
        lane = lanes.lanes[name]
        for other in lane.successors if side == "end" else lane.predecessors:
            if other not in lanes.lanes or other in seen:
                continue
            if lanes.lanes[other].junction:
                limit_m = min(limit_m, far)
            seen.add(other)
            edge.append((other, far + lanes.lanes[other].length_m))
    return limit_m


def choose_route(
    lanes: LaneNetwork, start: str, s_m: float, length_m: float, rng: np.random.Generator, *, straight_m: float = 0.0
) -> tuple[str, ...]:
    """A legal way of about `length_m` ahead: straight on for `straight_m`, then turning at random at forks."""
    route, ahead = [start], lanes.lanes[start].length_m - s_m
    while ahead < length_m and len(route) < MAX_LANES:
        lane = lanes.lanes[route[-1]]
        following = sorted(
            name for name in lane.successors if name in lanes.lanes and lanes.lanes[name].kind == lane.kind
        )
        if not following:
            break
        pick = straightest(lanes, lane) if ahead < straight_m else following[int(rng.integers(len(following)))]
        route.append(pick)
        ahead += lanes.lanes[pick].length_m
    return tuple(route)


def along_route(lanes: LaneNetwork, route: Sequence[str], s_m: float) -> tuple[str, float, float]:
    """Lane and station `s_m` from the beginning of a route's first lane, and how far short of it the road ended.

    Negative stations go back over predecessors.
    """
    if s_m < 0.0:
        behind = chain_behind(lanes, route[0], -s_m)
        s = s_m + sum(lanes.lanes[name].length_m for name in behind[:-1])
        return behind[0], max(s, 0.0), max(-s, 0.0)
    s = s_m
    for index, name in enumerate(route):
        length = lanes.lanes[name].length_m
        if s <= length or index == len(route) - 1:
            break
        s -= length
    while s > lanes.lanes[name].length_m:
        following = straightest(lanes, lanes.lanes[name])
        if not following:
            return name, lanes.lanes[name].length_m, s - lanes.lanes[name].length_m
        s -= lanes.lanes[name].length_m
        name = following
    return name, s, 0.0


def beside(lanes: LaneNetwork, name: str, s_m: float, steps: int) -> tuple[str, float] | None:
    """The lane `steps` to the left (negative: right) with the same direction, and the station beside `s_m` on it."""
    lane, s = lanes.lanes[name], s_m
    for _ in range(abs(steps)):
        other = lane.left_id if steps > 0 else lane.right_id
        if not other or other not in lanes.lanes:
            return None
        s *= lanes.lanes[other].length_m / lane.length_m
        lane = lanes.lanes[other]
    return lane.id, s


def neighbours(lanes: LaneNetwork, name: str, side: str, kinds: Sequence[str] = ("driving",)) -> int:
    """How many lanes of these kinds lie to the "left" or "right" in the same direction."""
    count, lane = 0, lanes.lanes[name]
    while count < 32:
        other = lane.left_id if side == "left" else lane.right_id
        if not other or other not in lanes.lanes or not _is(lanes.lanes[other], kinds):
            break
        count, lane = count + 1, lanes.lanes[other]
    return count


def centre_at(lane: Lane, s_m: Float[ndarray, " n"]) -> Float[ndarray, "n 3"]:
    """Points of a lane's centre line."""
    return np.stack([np.interp(s_m, lane.station_m, lane.centre[:, k]) for k in range(3)], axis=-1)


def heading_at(lane: Lane, s_m: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
    """Heading of travel of a lane, radians, unwrapped along it."""
    step = np.diff(lane.centre[:, :2], axis=0)
    heading = np.unwrap(np.arctan2(step[:, 1], step[:, 0]))
    index = np.clip(np.searchsorted(lane.station_m, s_m, side="right") - 1, 0, len(heading) - 1)
    return np.asarray(heading[index])


def width_at(lane: Lane, s_m: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
    """Width of a lane."""
    return np.asarray(np.interp(s_m, lane.station_m, np.linalg.norm(lane.left - lane.right, axis=1)))


def _is(lane: Lane, kinds: Sequence[str]) -> bool:
    return lane.kind in kinds
