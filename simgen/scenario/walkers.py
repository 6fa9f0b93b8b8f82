"""People of a scenario's background, on sidewalks or, where a map has none, beside its roads."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float, Int64
from numpy import ndarray

from simgen.sampling import draw, stream
from simgen.scenario.lane_walk import DRIVABLE, chain, chain_behind, of_kind, width_at
from simgen.scenario.palette import CLOTHES, PEOPLE, WALKING_MPS
from simgen.scenario.position import WorldPosition
from simgen.scenario.scenario import Entity, Traffic
from simgen.scenario.traffic import CROWDING_M, Ground
from simgen.world.lanes import Lane, LaneNetwork

WALK_M = 60.0
"""How far a person goes before turning round."""

BODY_M = 0.35
STEP_M = 2.0
VERGE_M = 0.9
"""How far from the edge of the road people walk where there is no sidewalk."""

TRIES = 60

ASIDE_M = 0.7
"""The way back lies this far to the left of the way there: turning round is a small half circle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A line to walk along.

    Attributes:
        starts: indices of its points where a person may begin.
        half_width_m: how far to either side of it one may walk.
    """

    line: Float[ndarray, "n 2"]
    starts: Int64[ndarray, " m"]
    half_width_m: float


def place_people(
    traffic: Traffic, lanes: LaneNetwork, around_xy: Float[ndarray, "2"], ground: Ground, seed: int
) -> list[Entity]:
    """As many of the people asked for as fit, each walking to and fro along `parameters["path_m"]`."""
    ways = _ways(lanes, around_xy, traffic.radius_m)
    people: list[Entity] = []
    taken = [row[:2] for row in ground.boxes]
    if not ways:
        return people
    nearness = [_nearness(way, around_xy) for way in ways]
    for number in range(traffic.people):
        name = f"traffic_person_{number + 1:02d}"
        rng = stream(seed, "traffic", name)
        model, speed, clothes = str(PEOPLE.draw(rng)), WALKING_MPS.draw(rng), CLOTHES.draw(rng)
        if traffic.people_models is not None:
            model = str(draw(traffic.people_models, stream(seed, "traffic", name, "model")))
        path = _free_path(ways, nearness, taken, rng)
        if path is None:
            break
        taken.append((float(path[0, 0]), float(path[0, 1])))
        people.append(_person(name, model, speed, clothes, path))
    return people


def _person(
    name: str, model: str, speed_mps: float, clothes: tuple[float, float, float], path: Float[ndarray, "n 2"]
) -> Entity:
    dx, dy = path[1] - path[0]
    start = WorldPosition(x_m=float(path[0, 0]), y_m=float(path[0, 1]), heading_rad=float(np.arctan2(dy, dx)))
    points = tuple((round(float(x), 3), round(float(y), 3)) for x, y in path)
    return Entity(
        name=name,
        model=model,
        start=start,
        speed_mps=speed_mps,
        controller="walker",
        paint=clothes,
        parameters={"path_m": points},
    )


def _nearness(way: Way, around_xy: Float[ndarray, "2"]) -> Float[ndarray, " n"]:
    """The chance of each start of a way, not normalised: sensors see what is near."""
    return np.exp(-np.hypot(*(way.line[way.starts] - around_xy).T) / CROWDING_M)


def _free_path(
    ways: list[Way], nearness: list[Float[ndarray, " _"]], taken: list[tuple[float, float]], rng: np.random.Generator
) -> Float[ndarray, "n 2"] | None:
    steps = int(WALK_M / STEP_M) + 1
    weights = np.array([chances.sum() for chances in nearness])
    for _ in range(TRIES):
        number = int(rng.choice(len(ways), p=weights / weights.sum()))
        way, chances = ways[number], nearness[number]
        start = way.starts[int(rng.choice(len(chances), p=chances / chances.sum()))]
        reach = max(way.half_width_m, ASIDE_M / 2.0)
        back, side = rng.random() < 0.5, float(rng.uniform(-reach, reach - ASIDE_M))
        path = way.line[start::-1][:steps] if back else way.line[start:][:steps]
        if len(path) < 2:
            path = way.line[::-1][:steps] if start else way.line[:steps]
        path = _shift(path, side)
        gaps = [np.hypot(path[0, 0] - x, path[0, 1] - y) for x, y in taken]
        if min(gaps, default=np.inf) > 3 * BODY_M:
            return path
    return None


def _ways(lanes: LaneNetwork, around_xy: Float[ndarray, "2"], radius_m: float) -> list[Way]:
    """Lines to walk along that have starts within the radius: sidewalks, else shoulders, else verges."""
    usable = [lanes.lanes[name] for name in sorted(lanes.lanes) if lanes.lanes[name].length_m > 2 * STEP_M]
    groups = (
        ("centre", [lane for lane in usable if lane.kind == "sidewalk"]),
        ("centre", [lane for lane in usable if lane.kind == "shoulder" and not lane.junction]),
        ("right", [lane for lane in of_kind(lanes, "driving") if _outermost(lane, lanes)]),
    )
    for edge, group in groups:
        near = [lane for lane in group if _distance_m(lane, around_xy) <= radius_m]
        found = [_way(lane, lanes, edge, around_xy, radius_m) for lane in near]
        found = [way for way in found if len(way.starts)]
        if found:
            return found
    return []


def _outermost(lane: Lane, lanes: LaneNetwork) -> bool:
    """Whether cars drive on nothing to the right of it."""
    right = lanes.lanes.get(lane.right_id)
    return not lane.junction and lane.length_m > 2 * STEP_M and (right is None or right.kind not in DRIVABLE)


def _distance_m(lane: Lane, around_xy: Float[ndarray, "2"]) -> float:
    return float(np.min(np.hypot(lane.centre[:, 0] - around_xy[0], lane.centre[:, 1] - around_xy[1])))


def _way(lane: Lane, lanes: LaneNetwork, edge: str, around_xy: Float[ndarray, "2"], radius_m: float) -> Way:
    """A lane with what leads to it and on from it, sampled finely, and the places on it where one may begin."""
    whole = _whole_way(lanes, lane.id, edge)
    line, starts = whole.line, whole.starts
    inside = np.hypot(line[starts, 0] - around_xy[0], line[starts, 1] - around_xy[1]) <= radius_m
    return Way(line=line, starts=starts[inside], half_width_m=whole.half_width_m)


@lru_cache(maxsize=8192)
def _whole_way(lanes: LaneNetwork, start: str, edge: str) -> Way:
    """The same without regard to where people may begin; lanes stay, so each is worked out once."""
    lane = lanes.lanes[start]
    names = (*chain_behind(lanes, lane.id, WALK_M)[:-1], *chain(lanes, lane.id, lane.length_m + WALK_M))
    parts: list[Float[ndarray, "n 2"]] = []
    starts = np.zeros(0, dtype=np.int64)
    for name in names:
        part = lanes.lanes[name]
        s = np.arange(0.0, part.length_m, STEP_M)
        if name == lane.id and not len(starts):
            starts = np.arange(len(s)) + sum(map(len, parts))
        parts.append(_sampled(part, part.centre if edge == "centre" else part.right, s))
    line = np.concatenate(parts)
    if edge == "right":
        return Way(line=_shift(line, -VERGE_M), starts=starts, half_width_m=0.2)
    half = max(float(np.median(width_at(lane, lane.station_m))) / 2.0 - BODY_M, 0.0)
    return Way(line=line, starts=starts, half_width_m=half)


def _sampled(lane: Lane, line: Float[ndarray, "n 3"], s_m: Float[ndarray, " m"]) -> Float[ndarray, "m 2"]:
    return np.stack([np.interp(s_m, lane.station_m, line[:, k]) for k in range(2)], axis=-1)


def _shift(path: Float[ndarray, "n 2"], left_m: float) -> Float[ndarray, "n 2"]:
    """A path moved to its left."""
    tangent = np.gradient(path, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
    return path + left_m * np.column_stack([-tangent[:, 1], tangent[:, 0]])
