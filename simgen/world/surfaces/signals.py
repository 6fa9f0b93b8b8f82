"""The signals of a map: signs and lights on their posts, and which lanes obey which light."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simgen.geometry import Pose, yaw_of
from simgen.world.lanes import LaneNetwork
from simgen.world.mesh import Mesh
from simgen.world.opendrive.geometry import lane_borders_t, section_at
from simgen.world.opendrive.network import lane_id, travels_forward
from simgen.world.opendrive.object_types import InertialPosition, RoadPosition, RoadSignal, SignalReference, Validity
from simgen.world.opendrive.types import OpenDrive, Road
from simgen.world.shapes import moved
from simgen.world.surfaces import signs
from simgen.world.surfaces.paint import ARROW, CROSSINGS, STOP_LINE
from simgen.world.surfaces.palette import Palette
from simgen.world.surfaces.placing import Site, upright
from simgen.world.world import Signal

_PEDESTRIAN = ("1000002", "1000007")
_STOP_BEFORE_M = 1.0
_HEAD_M = 2.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacedSignal:
    """A signal with its post and head.

    Attributes:
        light: index among the traffic lights, -1 for a sign.
    """

    id: str
    post: Mesh
    head: Mesh
    light: int


def is_paint(signal: RoadSignal) -> bool:
    """Whether the file gives a marking as a signal."""
    return signal.kind in (ARROW, STOP_LINE, *CROSSINGS) or signal.name.startswith("SgRM")


def is_light(signal: RoadSignal) -> bool:
    """Whether it is a traffic light for vehicles."""
    return signal.dynamic and signal.kind not in _PEDESTRIAN


def pose_of(site: Site, drive: OpenDrive, road: Road, signal: RoadSignal) -> Pose:
    """Foot of the signal's post; x along the traffic that it is for."""
    turn = (math.pi if signal.orientation == "-" else 0.0) + signal.heading_rad
    position = signal.position
    if isinstance(position, InertialPosition):
        point = np.array([position.x_m, position.y_m, position.z_m]) - site.origin_m
        # The inertial heading is that of the face's normal, which looks at the traffic.
        foot = site.standing(np.array([point[0], point[1], point[2] - signal.z_offset_m]), 0.0)
        return upright(foot, position.heading_rad + math.pi)
    if isinstance(position, RoadPosition) and position.road in drive.roads:
        other = drive.roads[position.road]
        return site.pose(other, position.s_m, position.t_m, 0.0, turn + position.heading_rad)
    return site.pose(road, signal.s_m, signal.t_m, 0.0, turn)


def placed_signals(site: Site, drive: OpenDrive, palette: Palette) -> list[PlacedSignal]:
    """Every sign and light with a body; lights are numbered in the order of `world_signals`."""
    result, lights = [], 0
    for road in drive.roads.values():
        for signal in road.signals:
            if is_paint(signal):
                continue
            pose = pose_of(site, drive, road, signal)
            light = -1
            if is_light(signal):
                light, lights = lights, lights + 1
            result.append(_body(road, signal, pose, light, palette))
    return result


def _body(road: Road, signal: RoadSignal, pose: Pose, light: int, palette: Palette) -> PlacedSignal:
    width = signal.width_m if math.isfinite(signal.width_m) and signal.width_m > 0.1 else 0.6
    height = signal.height_m if math.isfinite(signal.height_m) and signal.height_m > 0.1 else width
    low = signal.z_offset_m if signal.z_offset_m > 1.2 else _HEAD_M
    if signal.dynamic:
        aspects = ("red", "green") if signal.kind in _PEDESTRIAN else ("red", "amber", "green")
        head, tall = signs.light_head(aspects, palette), low + signs.ASPECT_M * len(aspects)
    else:
        text = signal.text or (f"{signal.value:.0f}" if signal.value > 0 else signal.subtype)
        head, tall = signs.sign_face(signal.kind, text, min(width, 4.0), min(height, 4.0), palette), low + height
    at = Pose(rotation=pose.rotation, translation=pose.translation + np.array([0.0, 0.0, low]))
    # Over a lane it hangs; nobody wants a post there.
    mast = Mesh.empty() if _over_lane(road, signal) else moved(signs.post(tall, palette), pose)
    return PlacedSignal(id=signal.id, post=mast, head=moved(head, at), light=light)


def _over_lane(road: Road, signal: RoadSignal) -> bool:
    if signal.position is not None:
        return False
    section = section_at(road, signal.s_m)
    borders = lane_borders_t(road, section, np.array([np.clip(signal.s_m, 0.0, road.length_m)]))
    for lane in section.lanes.values():
        low, high = sorted((float(borders[lane.id].inner[0]), float(borders[lane.id].outer[0])))
        if lane.kind == "driving" and low < signal.t_m < high:
            return True
    return False


def world_signals(site: Site, drive: OpenDrive, lanes: LaneNetwork) -> tuple[Signal, ...]:
    """All traffic lights for vehicles, with the lanes that obey them and their groups."""
    lights = [(road, signal) for road in drive.roads.values() for signal in road.signals if is_light(signal)]
    references: dict[str, list[tuple[Road, SignalReference]]] = {}
    for road in drive.roads.values():
        for reference in road.signal_references:
            references.setdefault(reference.id, []).append((road, reference))
    poses = [pose_of(site, drive, road, signal) for road, signal in lights]
    stops = []
    for road, signal in lights:
        found = _stops(drive, road, signal, lanes)
        for other, reference in references.get(signal.id, ()):
            found.update(_stops(drive, other, reference, lanes))
        stops.append(found)
    groups = _groups(drive, lights, poses, stops, lanes)
    return tuple(
        Signal(
            id=signal.id,
            pose=pose,
            lanes=tuple(found),
            stop_s_m=tuple(found.values()),
            group=group,
            groups=count,
        )
        for (_, signal), pose, found, (group, count) in zip(lights, poses, stops, groups, strict=True)
    )


def _stops(drive: OpenDrive, road: Road, signal: RoadSignal | SignalReference, lanes: LaneNetwork) -> dict[str, float]:
    """Lane id -> where to stop on it, in its direction of travel."""
    result: dict[str, float] = {}
    s_m = float(np.clip(signal.s_m, 0.0, road.length_m))
    section = section_at(road, s_m)
    for spec in section.lanes.values():
        name = lane_id(road.id, section.index, spec.id)
        if spec.kind != "driving" or name not in lanes.lanes or not _allowed(signal.validities, spec.id):
            continue
        forward = travels_forward(road, spec)
        if signal.orientation in ("+", "-") and forward != (signal.orientation == "+"):
            continue
        line = _stop_line(road, s_m, forward=forward)
        along = (line - spec.start_m) if forward else (spec.end_m - line)
        length = lanes.lanes[name].length_m
        stop = along / max(spec.end_m - spec.start_m, 1e-6) * length
        result[name] = float(np.clip(stop, 0.0, length))
    return result


def _allowed(validities: Sequence[Validity], lane: int) -> bool:
    return not validities or any(
        min(one.from_lane, one.to_lane) <= lane <= max(one.from_lane, one.to_lane) for one in validities
    )


def _stop_line(road: Road, s_m: float, *, forward: bool) -> float:
    """The stop line before a light, where the map has one within 20 m; else a metre before the light."""
    lines = [item.s_m for item in road.objects if item.kind == "roadMark" and "stop" in item.name.lower()]
    lines += [signal.s_m for signal in road.signals if signal.kind == "294"]
    sign = 1.0 if forward else -1.0
    near = [line for line in lines if -3.0 < sign * (s_m - line) < 20.0]
    if near:
        return min(near, key=lambda line: abs(line - s_m)) - sign * 0.25
    return s_m - sign * _STOP_BEFORE_M


def _groups(
    drive: OpenDrive,
    lights: Sequence[tuple[Road, RoadSignal]],
    poses: Sequence[Pose],
    stops: Sequence[Mapping[str, float]],
    lanes: LaneNetwork,
) -> list[tuple[int, int]]:
    """(group, groups) of each light: by the junction's controllers, else by the axis that its traffic comes along."""
    junctions = [_junction(drive, road, found, lanes) for (road, _), found in zip(lights, stops, strict=True)]
    result: list[tuple[int, int]] = [(0, 1)] * len(lights)
    for junction in dict.fromkeys(junctions):
        members = [k for k, one in enumerate(junctions) if one == junction]
        keys = [_controller(drive, junction, lights[k][1].id) for k in members]
        if not all(keys) or len(set(keys)) < 2:
            keys = [_axis(float(yaw_of(poses[k].rotation)), poses[members[0]]) for k in members]
        order = list(dict.fromkeys(keys))
        for k, key in zip(members, keys, strict=True):
            # A lone group would have green for ever: a light by itself still has a cycle of two.
            result[k] = (order.index(key), max(len(order), 2) if junction else 1)
    return result


def _junction(drive: OpenDrive, road: Road, stops: Mapping[str, float], lanes: LaneNetwork) -> str:
    if road.junction:
        return road.junction
    for name in stops:
        for after in lanes.lanes[name].successors:
            if lanes.lanes[after].junction:
                return lanes.lanes[after].junction
    ends = [link for link in (road.successor, road.predecessor) if link is not None and link.kind == "junction"]
    return ends[0].id if ends else ""


def _controller(drive: OpenDrive, junction: str, signal: str) -> str:
    known = drive.junctions[junction].controllers if junction in drive.junctions else ()
    return next((one for one in known if one in drive.controllers and signal in drive.controllers[one].signals), "")


def _axis(yaw_rad: float, first: Pose) -> str:
    """Whether traffic comes along the first light's axis or across it."""
    return "along" if abs(math.cos(yaw_rad - float(yaw_of(first.rotation)))) > math.sqrt(0.5) else "across"
