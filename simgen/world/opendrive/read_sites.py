"""Reads railways (`railroad`, `station`), junction groups, junction boundaries and measured surfaces (`CRG`)."""

from pathlib import Path

from simgen.world.opendrive.crg import CrgSurface, read_crg
from simgen.world.opendrive.site_types import BoundarySegment, JunctionGroup, Platform, Station, Switch
from simgen.world.opendrive.xml_node import Node

_MODES = ("attached", "attached0", "genuine", "global")


def read_surfaces(road: Node, folder: Path | None) -> tuple[CrgSurface, ...]:
    """All `CRG`s of a road; their files lie in the map's folder, or below it.

    A file that is not there leaves the road as it is: maps are handed on without their measurements.

    Raises:
        InputError: a file outside the map's folder, or one that is no OpenCRG file.
    """
    surface = road.child("surface")
    return () if surface is None else tuple(_crg(node, folder) for node in surface.children("CRG"))


def _crg(node: Node, folder: Path | None) -> CrgSurface:
    name, purpose = node.text("file"), node.text("purpose", "elevation")
    grid = None
    if folder is not None and purpose == "elevation":
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise node.error(f"file: expected a file in the folder of the map, got '{name[:80]}'")
        grid = read_crg(path) if path.is_file() else None
    return CrgSurface(
        file=name,
        s_start_m=node.number("sStart", 0.0),
        s_end_m=node.number("sEnd"),
        mode=node.choice("mode", _MODES, default="attached"),
        opposite=node.text("orientation", "same") == "opposite",
        purpose=purpose,
        s_offset_m=node.number("sOffset", 0.0),
        t_offset_m=node.number("tOffset", 0.0),
        z_offset_m=node.number("zOffset", 0.0),
        z_scale=node.number("zScale", 1.0),
        heading_rad=node.number("hOffset", 0.0),
        grid=grid,
    )


def read_railroad(road: Node) -> tuple[Switch, ...]:
    """All switches of a road.

    Raises:
        InputError: a switch lacks a track.
    """
    railroad = road.child("railroad")
    return () if railroad is None else tuple(_switch(node) for node in railroad.children("switch"))


def _switch(node: Node) -> Switch:
    partner = node.child("partner")
    return Switch(
        id=node.text("id"),
        name=node.text("name", ""),
        position=node.text("position", "dynamic"),
        main=_track(node.required("mainTrack")),
        side=_track(node.required("sideTrack")),
        partner="" if partner is None else partner.text("id"),
    )


def _track(node: Node) -> tuple[str, float, str]:
    return node.text("id"), node.number("s"), node.text("dir", "+")


def read_station(node: Node) -> Station:
    """One station with its platforms.

    Raises:
        InputError: it has no id.
    """
    return Station(
        id=node.text("id"),
        name=node.text("name", ""),
        kind=node.text("type", ""),
        platforms=tuple(
            Platform(
                id=child.text("id"),
                name=child.text("name", ""),
                segments=tuple(
                    (one.text("roadId"), one.number("sStart"), one.number("sEnd"), one.text("side", ""))
                    for one in child.children("segment")
                ),
            )
            for child in node.children("platform")
        ),
    )


def read_junction_group(node: Node) -> JunctionGroup:
    """One group of junctions.

    Raises:
        InputError: it has no id.
    """
    return JunctionGroup(
        id=node.text("id"),
        name=node.text("name", ""),
        kind=node.text("type", "unknown"),
        junctions=tuple(child.text("junction") for child in node.children("junctionReference")),
    )


def read_boundary(junction: Node) -> tuple[BoundarySegment, ...]:
    """A junction's outline (1.8), () where it has none.

    Raises:
        InputError: a segment of another type than "lane" or "joint".
    """
    boundary = junction.child("boundary")
    return () if boundary is None else tuple(_segment(node) for node in boundary.children("segment"))


def _segment(node: Node) -> BoundarySegment:
    joint = node.choice("type", ("lane", "joint")) == "joint"
    given = joint and node.text("jointLaneStart", "") and node.text("jointLaneEnd", "")
    return BoundarySegment(
        kind="joint" if joint else "lane",
        road=node.text("roadId", ""),
        lane=0 if joint else node.integer("boundaryLane"),
        s_start=node.text("sStart", ""),
        s_end=node.text("sEnd", ""),
        contact=node.text("contactPoint", ""),
        lanes=(node.integer("jointLaneStart"), node.integer("jointLaneEnd")) if given else None,
        transition_m=node.number("transitionLength", 0.0),
    )
