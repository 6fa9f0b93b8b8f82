"""Where sensors stand that the ego does not carry: on a pole at the first junction on its way, or round things."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from simgen.errors import InputError
from simgen.geometry import Pose, yaw_of
from simgen.orbit import UNPLACED, Orbit
from simgen.readings import Mount, Rig
from simgen.sampling import stream
from simgen.scenario.position import OnLane, WorldPosition
from simgen.scenario.scatter import surroundings
from simgen.scenario.scenario import ConcreteScenario
from simgen.world.lanes import Lane, LanePosition
from simgen.world.world import World

_NEAREST_M, _FARTHEST_M, _STEP_M = 20.0, 150.0, 2.0
_WITHOUT_JUNCTION_M = 40.0
_BESIDE_M = 0.7
_FOOTWAYS = ("sidewalk", "walking")


def stand(rig: Rig, world: World, concrete: ConcreteScenario) -> Rig:
    """The rig with every mount that is fixed to the roadside where it stands in the world.

    Args:
        rig: any rig; one without such mounts is returned as it is.
        world: whose roads are looked at.
        concrete: where the ego starts.

    Raises:
        InputError: the ego starts off the roads.
    """
    rig = _orbiting(rig, concrete)
    if all(mount.fixed_to != "roadside" for mount in rig.mounts.values()):
        return rig
    pole = _pole(world, _start(world, concrete), concrete.ego.route, rig.name)
    return replace(rig, mounts={name: _fixed(mount, pole) for name, mount in rig.mounts.items()})


def _fixed(mount: Mount, pole: Pose) -> Mount:
    if mount.fixed_to != "roadside":
        return mount
    return replace(mount, fixed_to="world", ego_from_sensor=pole @ mount.ego_from_sensor)


def _orbiting(rig: Rig, concrete: ConcreteScenario) -> Rig:
    """The rig whose orbiting mounts go round what is scattered; a rig without any as it is."""
    if all(mount.orbit is None for mount in rig.mounts.values()):
        return rig
    mounts = {
        name: replace(mount, orbit=_round(mount.orbit, name, concrete)) if mount.orbit is not None else mount
        for name, mount in rig.mounts.items()
    }
    return replace(rig, mounts=mounts)


def _round(orbit: Orbit, name: str, concrete: ConcreteScenario) -> Orbit:
    if orbit.seed != UNPLACED:
        return orbit  # of an episode that is sensed again
    low, high, size_m = surroundings(concrete)
    seed = int(stream(concrete.seed, "orbit", name).integers(1 << 48))
    return orbit.placed(low, high, size_m, seed)


def _start(world: World, concrete: ConcreteScenario) -> LanePosition | None:
    place = concrete.ego.start
    if isinstance(place, OnLane):
        return LanePosition(lane=place.lane, s_m=float(place.s_m))  # type: ignore[arg-type]  # concrete: a number
    if isinstance(place, WorldPosition):
        xy = np.array([[place.x_m, place.y_m]], dtype=np.float64)
        return world.lanes.locate(xy, heading_rad=np.array([place.heading_rad], dtype=np.float64))[0]
    return None


def _pole(world: World, start: LanePosition | None, route: Sequence[str], name: str) -> Pose:
    """The foot of the pole, x along the road, level."""
    if start is None:
        raise InputError(f"rig {name}: expected an ego that starts on a lane, to find the roadside ahead of it")
    before, last = start, start
    for distance_m in np.arange(_STEP_M, _FARTHEST_M, _STEP_M):
        there = world.lanes.advance(start, float(distance_m), route)
        if there is None:
            break
        if world.lanes.lanes[there.lane].junction and distance_m >= _NEAREST_M:
            return _beside(world, last)
        last = there
        if distance_m <= _WITHOUT_JUNCTION_M:
            before = there
    return _beside(world, before)


def _beside(world: World, place: LanePosition) -> Pose:
    """To the right of the outermost lane that is no footway."""
    pose = world.lanes.pose(place)
    lane = _outermost(world, world.lanes.lanes[place.lane])
    heading = float(yaw_of(pose.rotation))
    away = lane.right - pose.translation
    nearest = int(np.argmin(np.linalg.norm(away[:, :2], axis=1)))
    right = np.array([np.sin(heading), -np.cos(heading), 0.0])
    foot = pose.translation + right * (float(away[nearest] @ right) + _BESIDE_M)
    foot[2] = lane.right[nearest, 2]
    x, y, z = foot.tolist()
    return Pose.from_xyz_rpy(x, y, z, yaw=heading)


def _outermost(world: World, lane: Lane) -> Lane:
    seen = {lane.id}
    while lane.right_id and lane.right_id not in seen:
        right = world.lanes.lanes[lane.right_id]
        if right.kind in _FOOTWAYS:
            break
        seen.add(right.id)
        lane = right
    return lane
