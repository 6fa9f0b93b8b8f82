"""Reads an OpenDRIVE file, and refuses one that breaks the standard with a line that names the element."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from simgen.world.opendrive.object_types import Controller
from simgen.world.opendrive.read_junctions import read_junction
from simgen.world.opendrive.read_objects import read_controller
from simgen.world.opendrive.read_road import read_road
from simgen.world.opendrive.read_sites import read_junction_group, read_station
from simgen.world.opendrive.types import Junction, OpenDrive, Road
from simgen.world.opendrive.virtual import cut_roads
from simgen.world.opendrive.xml_node import Node, parse_xml

T = TypeVar("T", Road, Junction, Controller)


def read_opendrive(source: str | Path) -> OpenDrive:
    """The road network of an OpenDRIVE 1.4 to 1.8 file.

    Args:
        source: path of a file, or its text (which begins with "<").

    Raises:
        InputError: the file cannot be read or used; one line that names the element and what was expected there.
    """
    root, text = parse_xml(source, "OpenDRIVE")
    header = root.required("header")
    major, minor = header.integer("revMajor"), header.integer("revMinor")
    if major != 1:
        raise header.error(f"revMajor: expected 1, got {major}")
    inline = isinstance(source, str) and source.lstrip().startswith("<")
    folder = None if inline else Path(source).parent
    roads = _by_id(root, "road", lambda node: read_road(node, folder))
    if not roads:
        raise root.error("road: missing (expected at least one)")
    _check_lanes(root, roads)
    junctions = _by_id(root, "junction", read_junction)
    drive = OpenDrive(
        version=(major, minor),
        name=header.text("name", ""),
        geo_reference=_geo_reference(header),
        offset=_offset(header),
        roads=roads,
        junctions=junctions,
        controllers=_by_id(root, "controller", read_controller),
        junction_groups=tuple(read_junction_group(node) for node in root.children("junctionGroup")),
        stations=tuple(read_station(node) for node in root.children("station")),
        text=text,
    )
    _check_references(root, drive)
    return replace(drive, roads=cut_roads(roads))


def _by_id(root: Node, tag: str, read: Callable[[Node], T]) -> dict[str, T]:
    result: dict[str, T] = {}
    for node in root.children(tag):
        entry = read(node)
        if entry.id in result:
            raise node.error(f"id: there is another {tag} with it")
        result[entry.id] = entry
    return result


def _geo_reference(header: Node) -> str:
    node = header.child("geoReference")
    return "" if node is None else (node.element.text or "").strip()


def _offset(header: Node) -> tuple[float, float, float, float]:
    node = header.child("offset")
    if node is None:
        return 0.0, 0.0, 0.0, 0.0
    return node.number("x", 0.0), node.number("y", 0.0), node.number("z", 0.0), node.number("hdg", 0.0)


def _check_lanes(root: Node, roads: Mapping[str, Road]) -> None:
    """Single sections may lie bare (public maps have them), but a map needs a lane somewhere."""
    if not any(any(section.lanes) for road in roads.values() for section in road.sections):
        section = next(root.children("road")).required("lanes").required("laneSection")
        raise section.error("lane: missing (expected at least one beside the centre lane)")


def _check_references(root: Node, drive: OpenDrive) -> None:
    """Every road and junction that is named must be there; but a lone road may be cut out of a larger map."""
    for node in root.children("road"):
        road = drive.roads[node.text("id")]
        for tag, link in (("predecessor", road.predecessor), ("successor", road.successor)):
            known = link is None or link.id in (drive.roads if link.kind == "road" else drive.junctions)
            if link is not None and not known and len(drive.roads) > 1:
                raise node.error(f"{tag}: elementId: expected the id of a {link.kind}, got '{link.id}'")
        if road.junction and road.junction not in drive.junctions:
            raise node.error(f"junction: expected the id of a junction, got '{road.junction}'")
    for node in root.children("junction"):
        for child in node.children("connection"):
            for name in ("incomingRoad", "connectingRoad", "linkedRoad"):
                named = child.text(name, "")
                if named and named not in drive.roads:
                    raise child.error(f"{name}: expected the id of a road, got '{named}'")
