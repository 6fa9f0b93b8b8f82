"""Reads `objects`, `signals` and `controller`."""

import math

from simgen.world.opendrive.object_types import (
    Border,
    Controller,
    CornerLocal,
    CornerRoad,
    InertialPosition,
    Marking,
    Outline,
    Repeat,
    RoadObject,
    RoadPosition,
    RoadSignal,
    SignalReference,
    Structure,
    Validity,
)
from simgen.world.opendrive.xml_node import Node

NAN = math.nan


def read_objects(road: Node) -> tuple[RoadObject, ...]:
    """All `object`s of a road.

    Raises:
        InputError: a number is missing or none.
    """
    group = road.child("objects")
    return () if group is None else tuple(_object(node) for node in group.children("object"))


def read_structures(road: Node) -> tuple[Structure, ...]:
    """All bridges and tunnels of a road.

    Raises:
        InputError: a number is missing or none.
    """
    group = road.child("objects")
    return () if group is None else tuple(_structure(node) for node in group.children("bridge", "tunnel"))


def read_signals(road: Node) -> tuple[RoadSignal, ...]:
    """All `signal`s of a road.

    Raises:
        InputError: a number is missing or none.
    """
    group = road.child("signals")
    return () if group is None else tuple(_signal(node) for node in group.children("signal"))


def read_signal_references(road: Node) -> tuple[SignalReference, ...]:
    """All `signalReference`s of a road.

    Raises:
        InputError: a number is missing or none.
    """
    group = road.child("signals")
    nodes = () if group is None else group.children("signalReference")
    return tuple(
        SignalReference(
            id=node.text("id"),
            s_m=node.number("s"),
            t_m=node.number("t"),
            orientation=_orientation(node),
            validities=_validities(node),
        )
        for node in nodes
    )


def read_controller(node: Node) -> Controller:
    """A group of signals.

    Raises:
        InputError: it has no id.
    """
    signals = tuple(control.text("signalId") for control in node.children("control"))
    return Controller(id=node.text("id"), name=node.text("name", ""), signals=signals)


def _object(node: Node) -> RoadObject:
    parking = node.child("parkingSpace")
    return RoadObject(
        id=node.text("id", ""),
        kind=node.text("type", "none"),
        subtype=node.text("subtype", ""),
        name=node.text("name", ""),
        s_m=node.number("s"),
        t_m=node.number("t"),
        z_offset_m=node.number("zOffset", 0.0),
        orientation=_orientation(node),
        heading_rad=node.number("hdg", 0.0),
        pitch_rad=node.number("pitch", 0.0),
        roll_rad=node.number("roll", 0.0),
        length_m=node.number("length", NAN),
        width_m=node.number("width", NAN),
        radius_m=node.number("radius", NAN),
        height_m=node.number("height", NAN),
        valid_length_m=node.number("validLength", 0.0),
        dynamic=node.flag("dynamic"),
        perpendicular=node.flag("perpToRoad"),
        outlines=_outlines(node),
        repeats=tuple(_repeat(child, node) for child in node.children("repeat")),
        markings=tuple(_marking(child) for group in node.children("markings") for child in group.children("marking")),
        borders=tuple(_border(child) for group in node.children("borders") for child in group.children("border")),
        validities=_validities(node),
        materials=tuple(child.text("surface", "") for child in node.children("material")),
        parking_access="" if parking is None else parking.text("access", "all"),
    )


def _orientation(node: Node) -> str:
    word = node.text("orientation", "none")
    return word if word in {"+", "-"} else "none"


def _outlines(node: Node) -> tuple[Outline, ...]:
    # 1.4 has `outline` in the object, later versions in `outlines`; 1.8's skeletons are open chains.
    nodes = [*node.children("outline"), *(o for group in node.children("outlines") for o in group.children("outline"))]
    lines = [line for group in node.children("skeleton") for line in group.children("polyline")]
    found = [_outline(child, closed=child.flag("closed", default=True)) for child in nodes]
    found += [_outline(child, closed=False) for child in lines]
    return tuple(outline for outline in found if outline.corners)


def _outline(node: Node, *, closed: bool) -> Outline:
    road = tuple(_corner_road(corner) for corner in node.children("cornerRoad", "vertexRoad"))
    local = tuple(_corner_local(corner) for corner in node.children("cornerLocal", "vertexLocal"))
    return Outline(
        id=node.text("id", ""),
        corners=road or local,
        closed=closed,
        outer=node.flag("outer", default=True),
        fill=node.text("fillType", ""),
        lane_type=node.text("laneType", ""),
    )


def _corner_road(node: Node) -> CornerRoad:
    return CornerRoad(
        id=node.text("id", ""),
        s_m=node.number("s"),
        t_m=node.number("t"),
        dz_m=node.number("dz", 0.0),
        height_m=node.number("height", 0.0),
    )


def _corner_local(node: Node) -> CornerLocal:
    return CornerLocal(
        id=node.text("id", ""),
        u_m=node.number("u"),
        v_m=node.number("v"),
        z_m=node.number("z", 0.0),
        height_m=node.number("height", 0.0),
    )


def _repeat(node: Node, owner: Node) -> Repeat:
    t, z = owner.number("t"), owner.number("zOffset", 0.0)
    return Repeat(
        s_m=node.number("s", owner.number("s")),
        length_m=node.number("length", low=0.0),
        distance_m=node.number("distance", low=0.0),
        t_m=_pair(node, "t", t),
        z_offset_m=_pair(node, "zOffset", z),
        height_m=_pair(node, "height", NAN),
        width_m=_pair(node, "width", NAN),
        object_length_m=_pair(node, "length", NAN),
        radius_m=_pair(node, "radius", NAN),
        detach=node.flag("detachFromReferenceLine"),
    )


def _pair(node: Node, name: str, default: float) -> tuple[float, float]:
    start = node.number(f"{name}Start", default)
    return start, node.number(f"{name}End", start)


def _marking(node: Node) -> Marking:
    return Marking(
        side=node.text("side", ""),
        corners=tuple(child.text("id") for child in node.children("cornerReference")),
        colour=node.text("color", "white"),
        weight=node.text("weight", "standard"),
        width_m=node.number("width", NAN, low=0.0),
        z_offset_m=node.number("zOffset", 0.0),
        line_m=node.number("lineLength", math.inf, low=0.0),
        space_m=node.number("spaceLength", 0.0, low=0.0),
        start_offset_m=node.number("startOffset", 0.0),
        stop_offset_m=node.number("stopOffset", 0.0),
    )


def _border(node: Node) -> Border:
    return Border(
        outline=node.text("outlineId", ""),
        kind=node.text("type", ""),
        width_m=node.number("width", 0.0, low=0.0),
        complete=node.flag("useCompleteOutline"),
        corners=tuple(child.text("id") for child in node.children("cornerReference")),
    )


def _validities(node: Node) -> tuple[Validity, ...]:
    return tuple(
        Validity(from_lane=child.integer("fromLane"), to_lane=child.integer("toLane"))
        for child in node.children("validity")
    )


def _structure(node: Node) -> Structure:
    return Structure(
        id=node.text("id", ""),
        element="bridge" if node.tag == "bridge" else "tunnel",
        name=node.text("name", ""),
        kind=node.text("type", ""),
        s_m=node.number("s"),
        length_m=node.number("length", low=0.0),
        lighting=node.number("lighting", 0.0),
        daylight=node.number("daylight", 1.0),
    )


def _signal(node: Node) -> RoadSignal:
    return RoadSignal(
        id=node.text("id"),
        name=node.text("name", ""),
        kind=node.text("type", ""),
        subtype=node.text("subtype", ""),
        country=node.text("country", ""),
        country_revision=node.text("countryRevision", ""),
        value=_value(node),
        unit=node.text("unit", ""),
        text=node.text("text", ""),
        s_m=node.number("s"),
        t_m=node.number("t"),
        z_offset_m=node.number("zOffset", 0.0),
        orientation=_orientation(node),
        heading_rad=node.number("hOffset", 0.0),
        pitch_rad=node.number("pitch", 0.0),
        roll_rad=node.number("roll", 0.0),
        height_m=node.number("height", NAN),
        width_m=node.number("width", NAN),
        dynamic=node.flag("dynamic"),
        validities=_validities(node),
        dependencies=tuple(child.text("id") for child in node.children("dependency")),
        position=_position(node),
    )


def _value(node: Node) -> float:
    # Only signs with numbers have a value; files write words and dashes into the others.
    try:
        return float(node.text("value", "nan"))
    except ValueError:
        return NAN


def _position(node: Node) -> InertialPosition | RoadPosition | None:
    inertial, road = node.child("positionInertial"), node.child("positionRoad")
    if inertial is not None:
        return InertialPosition(
            x_m=inertial.number("x"),
            y_m=inertial.number("y"),
            z_m=inertial.number("z", 0.0),
            heading_rad=inertial.number("hdg", 0.0),
            pitch_rad=inertial.number("pitch", 0.0),
            roll_rad=inertial.number("roll", 0.0),
        )
    if road is not None:
        return RoadPosition(
            road=road.text("roadId"),
            s_m=road.number("s"),
            t_m=road.number("t"),
            z_offset_m=road.number("zOffset", 0.0),
            heading_rad=road.number("hOffset", 0.0),
            pitch_rad=road.number("pitch", 0.0),
            roll_rad=road.number("roll", 0.0),
        )
    return None
