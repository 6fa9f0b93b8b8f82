"""Reads `junction`."""

from simgen.world.opendrive.read_road import read_link
from simgen.world.opendrive.read_sites import read_boundary
from simgen.world.opendrive.types import Connection, Junction, LaneLink
from simgen.world.opendrive.xml_node import Node

KINDS = ("default", "direct", "virtual", "crossing")


def read_junction(node: Node) -> Junction:
    """One junction.

    Raises:
        InputError: a connection lacks its roads, or a word is unknown.
    """
    return Junction(
        id=node.text("id"),
        name=node.text("name", ""),
        kind=node.choice("type", KINDS, default="default"),
        connections=tuple(_connection(child) for child in node.children("connection")),
        priorities=tuple((child.text("high", ""), child.text("low", "")) for child in node.children("priority")),
        controllers=tuple(child.text("id") for child in node.children("controller")),
        main_road=node.text("mainRoad", ""),
        s_start_m=node.number("sStart", float("nan")),
        s_end_m=node.number("sEnd", float("nan")),
        orientation=node.text("orientation", ""),
        boundary=read_boundary(node),
    )


def _connection(node: Node) -> Connection:
    virtual = node.text("type", "default") == "virtual"
    # A direct junction names the road that it leads to, all others a road inside of them.
    name = "linkedRoad" if node.text("linkedRoad", "") else "connectingRoad"
    return Connection(
        id=node.text("id", ""),
        incoming_road=node.text("incomingRoad", "") if virtual else node.text("incomingRoad"),
        connecting_road=node.text(name, "") if virtual else node.text(name),
        contact="end" if node.choice("contactPoint", ("start", "end"), default="start") == "end" else "start",
        virtual=virtual,
        lane_links=tuple(
            LaneLink(
                from_lane=child.integer("from"), to_lane=child.integer("to"), overlap_m=child.number("overlapZone", 0.0)
            )
            for child in node.children("laneLink")
        ),
        predecessor=read_link(node.child("predecessor")),
        successor=read_link(node.child("successor")),
    )
