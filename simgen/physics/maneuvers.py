"""Actions that take time: each makes a plan, a function that is called before every step and says whether it is
over.
"""

import itertools
from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.interpolate import PchipInterpolator

from simgen.physics import spline
from simgen.physics.cars import STEP_S
from simgen.physics.ground import Ground
from simgen.physics.movers import Mover
from simgen.physics.path import Path, through
from simgen.physics.routes import Placed, over_lanes
from simgen.physics.shapes import SHAPES, shaped
from simgen.physics.strolls import visiting
from simgen.scenario.actions import FollowRoute, FollowTrajectory, LaneChange, SpeedProfile, Walk
from simgen.world.lanes import LaneNetwork

Going = Callable[[float], bool]
"""Called with the time at the end of the next step, s."""

_LANE_M = 3.5
"""How far a lane change goes where the map has no lane (a usual lane's width)."""
_ARRIVED_M = 3.0


def change_speed(who: Mover, action: SpeedProfile, now_s: float) -> Going:
    """Through the profile's speeds, each reached in its shape."""
    speeds = [who.speed(), *(float(speed) for speed in action.speeds_mps)]  # type: ignore[arg-type]
    if action.durations_s is None:
        rate = max(float(action.acceleration_mps2), 1e-3)  # type: ignore[arg-type]
        spans = [abs(b - a) / rate for a, b in itertools.pairwise(speeds)]
    else:
        spans = [float(span) for span in action.durations_s]  # type: ignore[arg-type]
    times = now_s + np.concatenate([[0.0], np.cumsum(spans)])
    shape = SHAPES.index(action.shape)

    def speed_at(time_s: float) -> float:
        part = min(max(int(np.searchsorted(times, time_s, side="right")) - 1, 0), len(spans) - 1)
        share = (time_s - times[part]) / max(spans[part], 1e-9)
        return speeds[part] + (speeds[part + 1] - speeds[part]) * shaped(shape, share)[0]

    def go(end_s: float) -> bool:
        if end_s - STEP_S >= times[-1] - 1e-9:
            who.release(speeds[-1])
            return True
        speed = speed_at(end_s)
        who.plan(speed, (speed - speed_at(end_s - STEP_S)) / STEP_S)
        return False

    return go


def change_lane(who: Mover, action: LaneChange, lanes: LaneNetwork) -> Going:
    """To the centre line of a lane beside (plus an offset); as wide as a lane where there is none."""
    path, station = who.way()
    if path is None:
        return lambda _: True
    target = _beside(lanes, path.lane_at(station)[0], action.lanes)
    aim = float(action.offset_m)  # type: ignore[arg-type]
    if target:
        _move_to(who, over_lanes(lanes, target, ()))
    else:
        aim += _LANE_M * action.lanes + who.offset()
    duration = max(float(action.duration_s), STEP_S)  # type: ignore[arg-type]
    who.change(aim, duration, SHAPES.index(action.shape))
    return lambda _: not who.changing()


def follow_route(who: Mover, action: FollowRoute, lanes: LaneNetwork, points: Float[ndarray, "n 3"]) -> Going:
    """Over lanes through waypoints; over when the last is reached, at once where there is no way."""
    path, station = who.way()
    names = [] if path is None else [path.lane_at(station)[0]]
    for point in points:
        found = lanes.locate(point[None, :2], z_m=point[2:])[0]
        if names and names[-1] and found is not None:
            names += lanes.route(names[-1], found.lane)[1:]
    if len(names) > 1:
        _move_to(who, over_lanes(lanes, names[0], names))
    elif not names or not names[0]:
        return lambda _: True
    return lambda _: bool(np.linalg.norm(who.position()[:2] - points[-1, :2]) < _ARRIVED_M)


def follow_trajectory(who: Mover, action: FollowTrajectory, points: Float[ndarray, "n 3"], now_s: float) -> Going:
    """At the given places at the given times, with a speed that changes smoothly between them."""
    times = now_s + np.array([float(time) for time in action.times_s])  # type: ignore[arg-type]
    points = np.concatenate([who.position()[None], points]) if times[0] > now_s + STEP_S else points
    times = np.concatenate([[now_s], times]) if len(points) > len(times) else times
    station = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    station_at = PchipInterpolator(times, station)
    speed_at = station_at.derivative()
    who.follow(Placed(path=through(points, 0.5, open_end=True), s_m=0.0), float(speed_at(now_s)))

    def go(end_s: float) -> bool:
        if end_s - STEP_S >= times[-1] - 1e-9:
            who.release(float(speed_at(times[-1])))
            return True
        before, after = (float(np.clip(time, times[0], times[-1])) for time in (end_s - STEP_S, end_s))
        # Closing the gap within half a second keeps what drifts (the ego, the path's smoothed corners) on schedule.
        lag = float(station_at(before)) - who.way()[1]
        speed = max(float(speed_at(after)) + 2.0 * lag, 0.0)
        who.plan(speed, (float(speed_at(after)) - float(speed_at(before))) / STEP_S)
        return False

    return go


def walk(who: Mover, action: Walk, points: Float[ndarray, "n 3"], ground: Ground) -> Going:
    """From here through the places, then stand."""
    path = visiting(who.position(), list(points), ground)
    who.follow(Placed(path=path, s_m=0.0), float(action.speed_mps))  # type: ignore[arg-type]
    return lambda _: bool(who.way()[1] > path.length_m - 0.05 and who.speed() < 0.3)


def _beside(lanes: LaneNetwork, lane: str, steps: int) -> str:
    """The lane so many to the left (negative: right), "" where there is none."""
    for _ in range(abs(steps)):
        if lane not in lanes.lanes:
            return ""
        lane = lanes.lanes[lane].left_id if steps > 0 else lanes.lanes[lane].right_id
    return lane if lane in lanes.lanes else ""


def _move_to(who: Mover, path: Path) -> None:
    """Puts somebody on another path where it is, with the offset that it has there, then over to its line."""
    here = who.position()
    middle = path.control[1:-1]
    distance = np.hypot(middle[:, 0] - here[0], middle[:, 1] - here[1])
    near = float(np.argmin(distance)) * path.spacing_m
    station, offset = spline.nearest(path.control, path.spacing_m, here[0], here[1], near - 5.0, near + 5.0)
    who.follow(Placed(path=path, s_m=station, offset_m=offset), who.speed())
