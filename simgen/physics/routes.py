"""From where an entity stands to the path that it follows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simgen.geometry import Pose, yaw_of
from simgen.physics import path as paths
from simgen.physics.ground import Ground
from simgen.physics.path import Path
from simgen.physics.places import drape, pose_of
from simgen.scenario.position import OnLane, Position
from simgen.world.lamps import SIGNAL_STATES
from simgen.world.lanes import LaneNetwork
from simgen.world.world import Signal

AHEAD_M, STRAIGHT_M = 300.0, 400.0
"""How far a path goes on after a route, and how far it goes straight where there is no lane."""
_RED = SIGNAL_STATES.index("red")
_AMBER = (SIGNAL_STATES.index("amber"), SIGNAL_STATES.index("red_amber"))
_STOP_MPS2, _LATE_MPS2 = 3.0, 6.0
"""At amber one stops where this is enough, at red where that is (else one has passed already)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A place on a path: station, offset to the left, turn against it."""

    path: Path
    s_m: float
    offset_m: float = 0.0
    turn_rad: float = 0.0


def placed(position: Position, route: Sequence[str], lanes: LaneNetwork, ground: Ground) -> Placed:
    """The path of a vehicle that starts at a position: over lanes where it is on one, else straight on."""
    if isinstance(position, OnLane):
        return Placed(
            path=over_lanes(lanes, position.lane, route),
            s_m=float(position.s_m),  # type: ignore[arg-type]
            offset_m=float(position.offset_m),  # type: ignore[arg-type]
            turn_rad=float(position.heading_rad),  # type: ignore[arg-type]
        )
    pose = pose_of(position, lanes, ground)
    found = nearest_lane(pose, lanes)
    return found if found is not None else Placed(path=straight(pose, ground), s_m=0.0)


def over_lanes(lanes: LaneNetwork, start: str, route: Sequence[str], ahead_m: float = AHEAD_M) -> Path:
    """A path from a lane's beginning over the route and then straight on."""
    names, goes_on = paths.chain(lanes, start, route, ahead_m)
    return paths.along(lanes, names, open_end=goes_on)


def longer(lanes: LaneNetwork, path: Path) -> Path:
    """The same path, going on further; stations stay."""
    names, goes_on = paths.chain(lanes, path.lanes[0], path.lanes, AHEAD_M)
    return paths.along(lanes, names, open_end=goes_on)


def nearest_lane(pose: Pose, lanes: LaneNetwork) -> Placed | None:
    """The path from a pose on a driving lane that it roughly faces along; None elsewhere."""
    heading = float(yaw_of(pose.rotation))
    found = lanes.locate(pose.translation[None, :2], heading_rad=np.array([heading]))[0]
    if found is None or abs(found.heading_rad) > 0.5:
        return None
    return Placed(path=over_lanes(lanes, found.lane, ()), s_m=found.s_m, offset_m=found.offset_m)


def straight(pose: Pose, ground: Ground, length_m: float = STRAIGHT_M) -> Path:
    """Straight ahead over the ground."""
    heading = float(yaw_of(pose.rotation))
    way = np.arange(0.0, length_m, 2.0)[:, None] * np.array([np.cos(heading), np.sin(heading)])
    points = drape(pose.translation[:2] + way, ground, float(pose.translation[2]))
    return paths.through(points, open_end=True)


def stops_on(path: Path, signals: Sequence[Signal]) -> tuple[tuple[float, int], ...]:
    """Stations of the stop lines on a path, each with its signal's index, in order."""
    found = []
    for index, signal in enumerate(signals):
        for lane, at in zip(signal.lanes, signal.stop_s_m, strict=True):
            if lane in path.lanes:
                found.append((float(path.lane_start_m[path.lanes.index(lane)]) + at, index))
    return tuple(sorted(found))


def stop_station(stops: Sequence[tuple[float, int]], bumper_m: float, speed_mps: float, states: Sequence[int]) -> float:
    """Station of the line to stop at now; inf for none."""
    for station, index in stops:
        gap = station - bumper_m
        if gap < -1.0 or (states[index] != _RED and states[index] not in _AMBER):
            continue
        needed = speed_mps**2 / (2.0 * max(gap, 0.1))
        if needed < (_LATE_MPS2 if states[index] == _RED else _STOP_MPS2) or speed_mps < 1.0:
            return station
    return np.inf
