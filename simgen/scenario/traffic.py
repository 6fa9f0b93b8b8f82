"""Cars and people of a scenario's background, placed where the map has room for them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from simgen.criticality.footprints import Footprints, gap_m
from simgen.library import find
from simgen.sampling import draw, stream
from simgen.scenario.lane_walk import centre_at, heading_at, width_at
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

STANDSTILL_GAP_M = 8.0
HEADWAY_S = 1.2
SIDE_GAP_M = 0.5
GRID_M = 3.0
COMFORTABLE_LATERAL_MPS2 = 2.0
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

    def free(self, box: tuple[float, float, float, float, float, float]) -> bool:
        """Whether a vehicle fits there with a gap to all others."""
        x, y, heading, _, _, speed = box
        if len(self.clear_xy) and np.min(np.hypot(self.clear_xy[:, 0] - x, self.clear_xy[:, 1] - y)) < 2.5:
            return False
        if not self.boxes:
            return True
        others = np.array(self.boxes)
        one = np.repeat(np.array([box]), len(others), axis=0)
        if np.any(gap_m(_footprints(one), _footprints(others)) < SIDE_GAP_M):
            return False
        dx, dy = others[:, 0] - x, others[:, 1] - y
        along = np.cos(heading) * dx + np.sin(heading) * dy
        across = -np.sin(heading) * dx + np.cos(heading) * dy
        follower = np.where(along > 0, speed, others[:, 5])
        same_way = np.cos(others[:, 2] - heading) > 0.7
        needed = STANDSTILL_GAP_M + HEADWAY_S * follower
        return not np.any(same_way & (np.abs(across) < 2.0) & (np.abs(along) < needed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """Places on driving lanes near the ego: parallel arrays."""

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
    spots = _spots(lanes, around_xy, traffic.radius_m)
    cars: list[Entity] = []
    for number in range(traffic.cars if len(spots.lane) else 0):
        name = f"traffic_car_{number + 1:02d}"
        rng = stream(seed, "traffic", name)
        factor, model = float(draw(traffic.speed_factor, rng)), str(CARS.draw(rng))
        paint = CAR_PAINTS.draw(rng)
        pick = _first_free(spots, rng.permutation(len(spots.lane)), model, factor, ground)
        if pick < 0:
            break
        speed = float(spots.speed_mps[pick]) * factor
        car = Entity(
            name=name,
            model=model,
            start=OnLane(lane=spots.lane[pick], s_m=float(spots.s_m[pick])),
            speed_mps=speed,
            paint=paint,
            lamps=("low_beam", "position"),
            parameters={"desired_speed_mps": speed_limit_mps(lanes.lanes[spots.lane[pick]]) * factor},
        )
        cars.append(car)
    return cars


def _first_free(spots: Spots, order: ndarray, model: str, factor: float, ground: Ground) -> int:
    for pick in order:
        box = box_of(spots.xy[pick], float(spots.heading_rad[pick]), model, float(spots.speed_mps[pick]) * factor)
        if ground.free(box):
            ground.boxes.append(box)
            return int(pick)
    return -1


def speed_limit_mps(lane: Lane) -> float:
    """The lane's limit; that of built-up areas where the map says nothing, 130 km/h where it says there is none."""
    if np.isnan(lane.speed_limit_mps):
        return DEFAULT_SPEED_MPS
    return min(float(lane.speed_limit_mps), ADVISORY_SPEED_MPS)


def _spots(lanes: LaneNetwork, around_xy: Float[ndarray, "2"], radius_m: float) -> Spots:
    names: list[str] = []
    parts: list[ndarray] = []
    for name in sorted(lanes.lanes):
        lane = lanes.lanes[name]
        if lane.kind != "driving" or lane.junction or lane.length_m < GRID_M:
            continue
        s = np.arange(GRID_M / 2, lane.length_m, GRID_M)
        xy, heading = centre_at(lane, s)[:, :2], heading_at(lane, s)
        near = _near(xy, around_xy, radius_m) & (width_at(lane, s) > 2.4)
        bend = np.abs(np.gradient(heading, s)) if len(s) > 1 else np.zeros(1)
        cornering = np.sqrt(COMFORTABLE_LATERAL_MPS2 / np.maximum(bend, 1e-4))
        speed = np.minimum(speed_limit_mps(lane), cornering)
        parts.append(np.column_stack([s, xy, heading, speed])[near])
        names += [name] * int(near.sum())
    rows = np.concatenate(parts) if parts else np.zeros((0, 5))
    return Spots(lane=tuple(names), s_m=rows[:, 0], xy=rows[:, 1:3], heading_rad=rows[:, 3], speed_mps=rows[:, 4])


def _near(xy: Float[ndarray, "n 2"], around_xy: Float[ndarray, "2"], radius_m: float) -> Bool[ndarray, " n"]:
    return np.asarray(np.hypot(xy[:, 0] - around_xy[0], xy[:, 1] - around_xy[1]) <= radius_m)


def _footprints(rows: Float[ndarray, "n 6"]) -> Footprints:
    return Footprints(centre_m=rows[:, :2], heading_rad=rows[:, 2], length_m=rows[:, 3], width_m=rows[:, 4])
