"""Cars and people of a scenario's background, placed where the map has room for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
from jaxtyping import Bool, Float, Int64
from numpy import ndarray

from simgen.criticality.footprints import Footprints, gap_m
from simgen.library import find
from simgen.sampling import draw, stream
from simgen.scenario.lane_walk import centre_at, heading_at, of_kind, width_at
from simgen.scenario.palette import CAR_PAINTS, CARS
from simgen.scenario.position import OnLane
from simgen.scenario.scenario import Entity, Traffic
from simgen.world.lanes import Lane, LaneNetwork

DEFAULT_SPEED_MPS = 50.0 / 3.6
"""Where the map says no limit: the general limit in built-up areas (Vienna Convention states, StVO section 3)."""

ADVISORY_SPEED_MPS = 130.0 / 3.6
"""Advisory speed of roads without a limit (Autobahn-Richtgeschwindigkeits-Verordnung, section 1)."""

CLEAR_AHEAD_M, CLEAR_AHEAD_S = 50.0, 3.5
"""Background traffic leaves this much of the ego's way free at the start, so that a corner case which is injected there
finds the same traffic as its twin without the case."""

PARKED_SHARE = 0.4
"""Of the cars, where there are parking lanes; in nuScenes most vehicles stand parked (Caesar et al., CVPR 2020)."""

NEVER_PARKED = ("bus", "box_truck")
CROWDING_M = 40.0
"""How fast the chance of a spot falls with its distance from the ego: sensors see what is near."""

STANDSTILL_GAP_M = 8.0
HEADWAY_S = 1.2
SIDE_GAP_M = 0.5
CLEAR_SIDE_M = 2.5
GRID_M = 3.0
COMFORTABLE_LATERAL_MPS2 = 2.0
COMFORTABLE_BRAKING_MPS2, NOSE_M = 2.0, 4.5
"""Lateral acceleration of everyday cornering; J. Bosetti, M. Da Lio, A. Saroldi, Eur. Transp. Res. Rev. 6 (2014) 57."""


@dataclass(slots=True, kw_only=True)
class Ground:
    """What is already taken.

    Attributes:
        boxes: x, y of the middle, heading, length, width, speed.
        clear_xy: points of the ego's way that stay free.
    """

    clear_xy: Float[ndarray, "n 2"]
    boxes: list[tuple[float, float, float, float, float, float]] = field(default_factory=list)

    def free(self, boxes: Float[ndarray, "n 6"]) -> Bool[ndarray, " n"]:
        """Where a vehicle fits with a gap to all others and off the ego's way."""
        result = np.ones(len(boxes), dtype=bool)
        if len(self.clear_xy):
            away = boxes[:, None, :2] - self.clear_xy[None]
            result &= np.hypot(away[..., 0], away[..., 1]).min(axis=1) >= CLEAR_SIDE_M
        if not self.boxes:
            return result
        others = np.array(self.boxes)
        result &= ~_too_close(boxes, others).any(axis=1)
        apart = np.hypot(*(others[None, :, :2] - boxes[:, None, :2]).transpose(2, 0, 1))
        reach = 0.5 * (np.hypot(boxes[:, 3], boxes[:, 4])[:, None] + np.hypot(others[:, 3], others[:, 4])[None])
        row, other = np.nonzero((apart < reach + SIDE_GAP_M) & result[:, None])
        touching = gap_m(_footprints(boxes[row]), _footprints(others[other])) < SIDE_GAP_M
        result[row[touching]] = False
        return result

    def clear_of(self, box: tuple[float, float, float, float, float, float]) -> bool:
        """Whether a box, with no gap to spare, lies on none of the others."""
        if not self.boxes:
            return True
        others = np.array(self.boxes)
        return bool((gap_m(_footprints(np.tile(box, (len(others), 1))), _footprints(others)) > 0.0).all())


def _too_close(boxes: Float[ndarray, "n 6"], others: Float[ndarray, "m 6"]) -> Bool[ndarray, "n m"]:
    """Whether two vehicles in one lane and direction have too little headway between them."""
    dx, dy = (others[None, :, k] - boxes[:, None, k] for k in (0, 1))
    heading, turned = boxes[:, None, 2], others[None, :, 2] - boxes[:, None, 2]
    along = np.cos(heading) * dx + np.sin(heading) * dy
    across = -np.sin(heading) * dx + np.cos(heading) * dy
    needed = STANDSTILL_GAP_M + HEADWAY_S * np.where(along > 0, boxes[:, None, 5], others[None, :, 5])
    return np.asarray((np.cos(turned) > 0.7) & (np.abs(across) < 2.0) & (np.abs(along) < needed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """Places on lanes of one kind near the ego: parallel arrays."""

    lane: tuple[str, ...]
    s_m: Float[ndarray, " n"]
    xy: Float[ndarray, "n 2"]
    heading_rad: Float[ndarray, " n"]
    speed_mps: Float[ndarray, " n"]


@lru_cache(maxsize=64)
def size_of(model: str) -> tuple[float, float, float]:
    """Length and width of a model of the library, and how far its middle lies ahead of its origin, metres."""
    built = find("models", model).build()
    return float(built.extent_m[0]), float(built.extent_m[1]), float(built.centre_m[0])


def box_of(
    xy: Sequence[float] | Float[ndarray, "2"], heading_rad: float, model: str, speed_mps: float
) -> tuple[float, float, float, float, float, float]:
    """What an entity takes of the ground."""
    length, width, ahead = size_of(model)
    x, y = xy[0] + np.cos(heading_rad) * ahead, xy[1] + np.sin(heading_rad) * ahead
    return float(x), float(y), float(heading_rad), length, width, speed_mps


def place_cars(
    traffic: Traffic, lanes: LaneNetwork, around_xy: Float[ndarray, "2"], ground: Ground, seed: int
) -> list[Entity]:
    """As many of the cars asked for as fit, each with a driver, a lawful direction and a gap to the others."""
    driving = _spots(lanes, around_xy, traffic.radius_m, "driving")
    parking = _spots(lanes, around_xy, traffic.radius_m, "parking")
    cars: list[Entity] = []
    for number in range(traffic.cars if len(driving.lane) else 0):
        name = f"traffic_car_{number + 1:02d}"
        rng = stream(seed, "traffic", name)
        factor, model = float(draw(traffic.speed_factor, rng)), str(CARS.draw(rng))
        if traffic.car_models is not None:
            model = str(draw(traffic.car_models, stream(seed, "traffic", name, "model")))
        paint = CAR_PAINTS.draw(rng)
        parks = rng.random() < PARKED_SHARE and model not in NEVER_PARKED
        car = None
        for spots in (parking, driving) if parks else (driving,):
            pick = _first_free(spots, _nearer_first(spots, around_xy, rng), model, factor, ground)
            if pick >= 0:
                start = OnLane(lane=spots.lane[pick], s_m=float(spots.s_m[pick]))
                car = Entity(name=name, model=model, start=start, paint=paint, controller="static")
                break
        if car is None:
            break
        if spots is driving:
            car = _under_way(car, float(spots.speed_mps[pick]), lanes.lanes[spots.lane[pick]], factor)
        cars.append(car)
    return cars


def _under_way(car: Entity, speed_mps: float, lane: Lane, factor: float) -> Entity:
    return replace(
        car,
        controller="driver",
        speed_mps=speed_mps * factor,
        lamps=("low_beam", "position"),
        parameters={"desired_speed_mps": speed_limit_mps(lane) * factor},
    )


def _nearer_first(spots: Spots, around_xy: Float[ndarray, "2"], rng: np.random.Generator) -> Int64[ndarray, " n"]:
    """A random order in which near spots tend to come first.

    Source: weighted sampling without replacement by exponential keys; P. Efraimidis, P. Spirakis, Inf. Process. Lett.
    97 (2006) 181.
    """
    distance = np.hypot(*(spots.xy - around_xy).T)
    return np.argsort(rng.exponential(size=len(distance)) * np.exp(distance / CROWDING_M))


def _first_free(spots: Spots, order: Int64[ndarray, " n"], model: str, factor: float, ground: Ground) -> int:
    """The first spot in the order where this model fits, which it then takes; -1 where there is none."""
    length, width, ahead = size_of(model)
    heading = spots.heading_rad
    middle = spots.xy + ahead * np.column_stack([np.cos(heading), np.sin(heading)])
    size = np.broadcast_to([length, width], (len(heading), 2))
    boxes = np.column_stack([middle, heading, size, spots.speed_mps * factor])
    fitting = order[ground.free(boxes)[order]]
    if not len(fitting):
        return -1
    ground.boxes.append(tuple(boxes[fitting[0]].tolist()))
    return int(fitting[0])


def speed_limit_mps(lane: Lane) -> float:
    """The lane's limit; that of built-up areas where the map says nothing, 130 km/h where it says there is none."""
    if np.isnan(lane.speed_limit_mps):
        return DEFAULT_SPEED_MPS
    return min(float(lane.speed_limit_mps), ADVISORY_SPEED_MPS)


def _spots(lanes: LaneNetwork, around_xy: Float[ndarray, "2"], radius_m: float, kind: str) -> Spots:
    everywhere = _all_spots(lanes, kind)
    near = np.flatnonzero(_near(everywhere.xy, around_xy, radius_m))
    return Spots(
        lane=tuple(everywhere.lane[k] for k in near),
        s_m=everywhere.s_m[near],
        xy=everywhere.xy[near],
        heading_rad=everywhere.heading_rad[near],
        speed_mps=everywhere.speed_mps[near],
    )


@lru_cache(maxsize=32)
def _all_spots(lanes: LaneNetwork, kind: str) -> Spots:
    """Places on all lanes of a kind; lanes stay, so they are worked out once."""
    names: list[str] = []
    parts: list[ndarray] = []
    for lane in of_kind(lanes, kind):
        if lane.junction or lane.length_m < GRID_M:
            continue
        s = np.arange(GRID_M / 2, lane.length_m, GRID_M)
        xy, heading = centre_at(lane, s)[:, :2], heading_at(lane, s)
        wide = width_at(lane, s) > (2.4 if kind == "driving" else 1.9)
        bend = np.abs(np.gradient(heading, s)) if len(s) > 1 else np.zeros(1)
        cornering = np.sqrt(COMFORTABLE_LATERAL_MPS2 / np.maximum(bend, 1e-4))
        speed = np.minimum(speed_limit_mps(lane) if kind == "driving" else 0.0, cornering)
        if any(lanes.lanes[name].junction for name in lane.successors):
            # Who begins just before a junction can still stop there.
            left = np.maximum(lane.length_m - s - NOSE_M, 0.0)
            speed = np.minimum(speed, np.sqrt(2.0 * COMFORTABLE_BRAKING_MPS2 * left))
        parts.append(np.column_stack([s, xy, heading, speed])[wide])
        names += [lane.id] * int(wide.sum())
    rows = np.concatenate(parts) if parts else np.zeros((0, 5))
    return Spots(lane=tuple(names), s_m=rows[:, 0], xy=rows[:, 1:3], heading_rad=rows[:, 3], speed_mps=rows[:, 4])


def _near(xy: Float[ndarray, "n 2"], around_xy: Float[ndarray, "2"], radius_m: float) -> Bool[ndarray, " n"]:
    return np.asarray(np.hypot(xy[:, 0] - around_xy[0], xy[:, 1] - around_xy[1]) <= radius_m)


def _footprints(rows: Float[ndarray, "n 6"]) -> Footprints:
    return Footprints(centre_m=rows[:, :2], heading_rad=rows[:, 2], length_m=rows[:, 3], width_m=rows[:, 4])
