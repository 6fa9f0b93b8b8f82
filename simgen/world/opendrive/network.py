"""From an OpenDRIVE road network to lanes in their direction of travel."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.world.lanes import Lane, LaneNetwork
from simgen.world.opendrive.geometry import LaneBorders, SectionSurface, adaptive_stations, record_starts
from simgen.world.opendrive.lane_links import LaneEnd, touches
from simgen.world.opendrive.types import LaneSection, LaneSpec, OpenDrive, Road

# People walk both ways, so their lanes simply follow the road.
TWO_WAY = {"sidewalk", "walking", "bidirectional"}
# Chords this close to the curve turn by less than 3 degrees from one to the next even at a 6 m radius.
_DEVIATION_M = 0.003


def lane_network(drive: OpenDrive, origin_m: Float[ndarray, "3"]) -> LaneNetwork:
    """All lanes of a map, moved so that `origin_m` of the map is the world's origin."""
    lanes: dict[str, Lane] = {}
    for road in drive.roads.values():
        for section in road.sections:
            for lane in _section_lanes(road, section, np.asarray(origin_m, dtype=np.float64)):
                lanes[lane.id] = lane
    return LaneNetwork(_linked(drive, lanes))


def lane_id(road: str, section: int, lane: int) -> str:
    """The id of a lane in the network."""
    return f"{road}/{section}/{lane}"


def travels_forward(road: Road, lane: LaneSpec) -> bool:
    """Whether traffic on a lane moves along the road's s."""
    if lane.kind in TWO_WAY or lane.direction == "both":
        return True
    forward = (lane.id < 0) == (road.rule == "RHT")
    return forward != (lane.direction == "reversed")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Samples:
    """Lanes of one extent at common stations; three curves a lane: inner border, middle, outer border."""

    stations_m: Float[ndarray, " n"]
    points: Float[ndarray, "n lanes 3 3"]
    tangents: Float[ndarray, "n lanes 3"]
    borders: Mapping[int, LaneBorders]


def _section_lanes(road: Road, section: LaneSection, origin: Float[ndarray, "3"]) -> list[Lane]:
    result = []
    for start, end in sorted({(lane.start_m, lane.end_m) for lane in section.lanes.values() if lane.id}):
        specs = [spec for spec in section.lanes.values() if spec.id and (spec.start_m, spec.end_m) == (start, end)]
        samples = _sample(road, section, specs)
        for i, spec in enumerate(specs):
            points, border = samples.points[:, i] - origin, samples.borders[spec.id]
            result.append(_lane(road, section, spec, samples, (points, samples.tangents[:, i], border)))
    return result


def _sample(road: Road, section: LaneSection, specs: Sequence[LaneSpec]) -> _Samples:
    def curves(s_m: Float[ndarray, " n"]) -> Float[ndarray, "n k 3"]:
        surface = SectionSurface(road, section, s_m)
        return np.stack([surface.points(spec.id, share) for spec in specs for share in (0.0, 0.5, 1.0)], axis=1)

    start, end = specs[0].start_m, specs[0].end_m
    breaks = record_starts(road, section)
    stations = adaptive_stations(curves, start, end, breaks=breaks, deviation_m=_DEVIATION_M)
    surface = SectionSurface(road, section, stations)
    inner_middle_outer = [surface.points(spec.id, share) for spec in specs for share in (0.0, 0.5, 1.0)]
    return _Samples(
        stations_m=stations,
        points=np.stack(inner_middle_outer, axis=1).reshape(len(stations), len(specs), 3, 3),
        tangents=np.stack([surface.tangents(spec.id) for spec in specs], axis=1),
        borders=surface.borders,
    )


def _lane(
    road: Road,
    section: LaneSection,
    spec: LaneSpec,
    samples: _Samples,
    curves: tuple[Float[ndarray, "n 3 3"], Float[ndarray, "n 3"], LaneBorders],
) -> Lane:
    points, tangent, border = curves
    forward, stations = travels_forward(road, spec), samples.stations_m
    t_m = np.stack([border.inner, border.outer], axis=1)
    if (spec.id > 0) == forward:  # the outer border lies to the left of those who travel there
        points, t_m = points[:, ::-1], t_m[:, ::-1]
    if not forward:
        points, t_m, stations, tangent = points[::-1], t_m[::-1], stations[::-1], -tangent[::-1]
    left, centre, right = (np.ascontiguousarray(points[:, i]) for i in range(3))
    steps = np.linalg.norm(np.diff(centre, axis=0), axis=1)
    left_id, right_id, opposite_id = _neighbours(road, section, spec)
    return Lane(
        id=lane_id(road.id, section.index, spec.id),
        kind=spec.kind,
        road=road.id,
        section=section.index,
        index=spec.id,
        centre=centre,
        left=left,
        right=right,
        station_m=np.concatenate([[0.0], np.cumsum(np.maximum(steps, 1e-9))]),
        left_id=left_id,
        right_id=right_id,
        opposite_id=opposite_id,
        junction=road.junction,
        speed_limit_mps=_speed_limit(road, spec),
        tangent=np.ascontiguousarray(tangent),
        road_s_m=np.ascontiguousarray(stations),
        road_t_m=np.ascontiguousarray(t_m),
    )


def _neighbours(road: Road, section: LaneSection, spec: LaneSpec) -> tuple[str, str, str]:
    forward, opposite = travels_forward(road, spec), ""
    ids = [number for number in section.lanes if number]
    place, found = ids.index(spec.id), {}
    for side in (1, -1):
        at = place + (side if forward else -side)
        other = section.lanes[ids[at]] if 0 <= at < len(ids) else None
        same = other is not None and travels_forward(road, other) == forward
        found[side] = lane_id(road.id, section.index, other.id) if other is not None and same else ""
        if other is not None and not same and other.id * spec.id < 0:
            opposite = lane_id(road.id, section.index, other.id)
    return found[1], found[-1], opposite


def _speed_limit(road: Road, spec: LaneSpec) -> float:
    middle = 0.5 * (spec.start_m + spec.end_m)
    own = [record.speed_mps for record in spec.speeds if record.s_m <= middle]
    if own and not math.isnan(own[-1]):
        return own[-1]
    types = [record.speed_mps for record in road.types if record.s_m <= middle]
    return types[-1] if types else math.nan


def _linked(drive: OpenDrive, lanes: Mapping[str, Lane]) -> dict[str, Lane]:
    forward = {
        lane_id(road.id, section.index, spec.id): travels_forward(road, spec)
        for road in drive.roads.values()
        for section in road.sections
        for spec in section.lanes.values()
    }
    after: dict[str, dict[str, None]] = {name: {} for name in lanes}
    before: dict[str, dict[str, None]] = {name: {} for name in lanes}
    for touch in touches(drive):
        for out, into in ((touch.a, touch.b), (touch.b, touch.a)):
            leaving, entering = _name(out), _name(into)
            leaves = forward.get(leaving) == (out.contact == "end")
            enters = forward.get(entering) == (into.contact == "start")
            if leaving in after and entering in before and leaves and enters:
                after[leaving][entering] = None
                before[entering][leaving] = None
    return {
        name: replace(lane, successors=tuple(after[name]), predecessors=tuple(before[name]))
        for name, lane in lanes.items()
    }


def _name(end: LaneEnd) -> str:
    return lane_id(end.road, end.section, end.lane)
