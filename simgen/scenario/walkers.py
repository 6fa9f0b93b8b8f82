"""People of a scenario's background, on sidewalks or, where a map has none, beside its roads."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.sampling import stream
from simgen.scenario.lane_walk import width_at
from simgen.scenario.palette import CLOTHES, PEOPLE, WALKING_MPS
from simgen.scenario.position import WorldPosition
from simgen.scenario.scenario import Entity, Traffic
from simgen.scenario.traffic import Ground
from simgen.world.lanes import Lane, LaneNetwork

WALK_M = 60.0
"""How far a person goes before turning round."""

BODY_M = 0.35
STEP_M = 2.0
VERGE_M = 0.9
"""How far from the edge of the road people walk where there is no sidewalk."""

TRIES = 60


def place_people(
    traffic: Traffic, lanes: LaneNetwork, around_xy: Float[ndarray, "2"], ground: Ground, seed: int
) -> list[Entity]:
    """As many of the people asked for as fit, each walking to and fro along `parameters["path_m"]`."""
    ways = _ways(lanes, around_xy, traffic.radius_m)
    people: list[Entity] = []
    taken = [row[:2] for row in ground.boxes]
    if not ways:
        return people
    weights = np.array([len(way) for way, _ in ways], dtype=np.float64)
    for number in range(traffic.people):
        name = f"traffic_person_{number + 1:02d}"
        rng = stream(seed, "traffic", name)
        model, speed, clothes = str(PEOPLE.draw(rng)), WALKING_MPS.draw(rng), CLOTHES.draw(rng)
        path = _free_path(ways, weights, taken, rng)
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


def _free_path(
    ways: list[tuple[Float[ndarray, "n 2"], float]],
    weights: ndarray,
    taken: list[tuple[float, float]],
    rng: np.random.Generator,
) -> Float[ndarray, "n 2"] | None:
    for _ in range(TRIES):
        way, half_width = ways[int(rng.choice(len(ways), p=weights / weights.sum()))]
        start = int(rng.integers(len(way) - 1))
        path = way[start:] if rng.random() < 0.5 else way[start::-1]
        side = float(rng.uniform(-half_width, half_width))
        if len(path) < 2:
            path = way if start == 0 else way[::-1]
        path = _shift(path[: int(WALK_M / STEP_M) + 1], side)
        gaps = [np.hypot(path[0, 0] - x, path[0, 1] - y) for x, y in taken]
        if min(gaps, default=np.inf) > 3 * BODY_M:
            return path
    return None


def _ways(
    lanes: LaneNetwork, around_xy: Float[ndarray, "2"], radius_m: float
) -> list[tuple[Float[ndarray, "n 2"], float]]:
    """Lines to walk along within the radius, and how far to either side of them."""
    usable = [lanes.lanes[name] for name in sorted(lanes.lanes) if lanes.lanes[name].length_m > 2 * STEP_M]
    lines = [_sidewalk(lane) for lane in usable if lane.kind == "sidewalk"]
    near = _within(lines, around_xy, radius_m)
    if near:
        return near
    verges = [_verge(lane) for lane in usable if lane.kind == "driving" and not lane.right_id and not lane.junction]
    shoulders = [_sidewalk(lane) for lane in usable if lane.kind == "shoulder" and not lane.junction]
    return _within(verges, around_xy, radius_m) or _within(shoulders, around_xy, radius_m)


def _within(
    lines: list[tuple[Float[ndarray, "n 2"], float]], around_xy: Float[ndarray, "2"], radius_m: float
) -> list[tuple[Float[ndarray, "n 2"], float]]:
    result = []
    for line, half_width in lines:
        inside = np.hypot(line[:, 0] - around_xy[0], line[:, 1] - around_xy[1]) <= radius_m
        parts = np.split(np.arange(len(line)), np.flatnonzero(np.diff(inside.astype(int))) + 1)
        result += [(line[part], half_width) for part in parts if len(part) > 2 and inside[part[0]]]
    return result


def _sidewalk(lane: Lane) -> tuple[Float[ndarray, "n 2"], float]:
    s = np.arange(0.0, lane.length_m, STEP_M)
    half = max(float(np.median(width_at(lane, s))) / 2.0 - BODY_M, 0.0)
    return _sampled(lane, lane.centre, s), half


def _verge(lane: Lane) -> tuple[Float[ndarray, "n 2"], float]:
    s = np.arange(0.0, lane.length_m, STEP_M)
    return _shift(_sampled(lane, lane.right, s), -VERGE_M), 0.2


def _sampled(lane: Lane, line: Float[ndarray, "n 3"], s_m: Float[ndarray, " m"]) -> Float[ndarray, "m 2"]:
    return np.stack([np.interp(s_m, lane.station_m, line[:, k]) for k in range(2)], axis=-1)


def _shift(path: Float[ndarray, "n 2"], left_m: float) -> Float[ndarray, "n 2"]:
    """A path moved to its left."""
    tangent = np.gradient(path, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
    return path + left_m * np.column_stack([-tangent[:, 1], tangent[:, 0]])
