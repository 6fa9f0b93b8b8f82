"""Who goes first where lanes of a junction meet, by the map's signs and priorities.

Source: StVO 205 (give way), 206 (stop), 301 and 306 (priority); ASAM OpenDRIVE 1.8, clause 12.6 (`priority`: ids of
connecting roads).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simgen.world.lanes import Lane, LaneNetwork
from simgen.world.opendrive.network import travels_forward
from simgen.world.opendrive.object_types import RoadSignal
from simgen.world.opendrive.types import OpenDrive, Road

_GIVE_WAY, _PRIORITY = ("205", "206"), ("301", "306")
_BEFORE_M = 60.0
"""A sign further than this before a junction is not for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedence:
    """What a map says about right of way.

    Attributes:
        rank: of lanes inside junctions, by the sign before them: 1 priority, -1 give way; others are not named.
        over: pairs of connecting roads, the first of which goes first.
    """

    rank: Mapping[str, int] = field(default_factory=dict)
    over: frozenset[tuple[str, str]] = frozenset()


def precedence_of(drive: OpenDrive, lanes: LaneNetwork) -> Precedence:
    """Reads the signs before every junction, and the junctions' own priorities."""
    rank: dict[str, int] = {}
    for lane in lanes.lanes.values():
        if lane.junction:
            found = [_sign(drive, lanes.lanes[before]) for before in lane.predecessors if before in lanes.lanes]
            known = [one for one in found if one]
            if known:
                rank[lane.id] = min(known)
    over = {pair for junction in drive.junctions.values() for pair in junction.priorities if all(pair)}
    return Precedence(rank=rank, over=frozenset(over))


def _sign(drive: OpenDrive, lane: Lane) -> int:
    """1, -1 or 0: what the last sign on the way into a junction says."""
    road = drive.roads.get(lane.road)
    if road is None or lane.junction:
        return 0
    spec = next((one.lanes[lane.index] for one in road.sections if lane.index in one.lanes), None)
    forward = spec is None or travels_forward(road, spec)
    found = [
        (_left_m(road, signal, forward=forward), -1 if signal.kind in _GIVE_WAY else 1)
        for signal in road.signals
        if signal.kind in (*_GIVE_WAY, *_PRIORITY) and signal.orientation in ("none", "+" if forward else "-")
    ]
    near = [one for one in found if one[0] < _BEFORE_M]
    return min(near)[1] if near else 0


def _left_m(road: Road, signal: RoadSignal, *, forward: bool) -> float:
    """From a sign to the end of its road, in the direction of travel."""
    return road.length_m - signal.s_m if forward else signal.s_m
