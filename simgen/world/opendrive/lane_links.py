"""Which lane touches which, over sections, roads and junctions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from simgen.world.opendrive.types import Connection, Contact, Junction, LaneSection, OpenDrive, Road, RoadLink
from simgen.world.opendrive.virtual import amid_contacts, is_amid


class LaneEnd(NamedTuple):
    """One end (in terms of the road's s) of a lane of a section."""

    road: str
    section: int
    lane: int
    contact: Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """Two lane ends that are one place."""

    a: LaneEnd
    b: LaneEnd


def touches(drive: OpenDrive) -> Iterator[Touch]:
    """All pairs of lane ends that the file links, each at least once.

    Of a virtual junction, connecting roads touch the main road where its sections are cut; a `virtual` connection has
    no road inside, and nobody drives over it.
    """
    for road in drive.roads.values():
        yield from _within(road)
        yield from _between(drive, road, road.predecessor, "start")
        yield from _between(drive, road, road.successor, "end")
    for junction in drive.junctions.values():
        for connection in junction.connections:
            yield from _through(drive, junction, connection)


def end_section(road: Road, contact: Contact, lane: int) -> LaneSection | None:
    """The section in which a lane id reaches an end of the road; None where the road has no such lane there."""
    sections = road.sections if contact == "start" else tuple(reversed(road.sections))
    place = 0.0 if contact == "start" else road.length_m
    for section in sections:
        spec = section.lanes.get(lane)
        if spec is not None and abs((spec.start_m if contact == "start" else spec.end_m) - place) < 1e-6:
            return section
    return None


def _within(road: Road) -> Iterator[Touch]:
    for section in road.sections:
        for lane in section.lanes.values():
            for other in lane.successors:
                for later in road.sections[section.index + 1 :]:
                    if other in later.lanes and later.lanes[other].start_m >= lane.end_m - 1e-6:
                        yield Touch(
                            a=LaneEnd(road.id, section.index, lane.id, "end"),
                            b=LaneEnd(road.id, later.index, other, "start"),
                        )
                        break
            for other in lane.predecessors:
                for earlier in reversed(road.sections[: section.index]):
                    if other in earlier.lanes and earlier.lanes[other].end_m >= lane.start_m - 1e-6:
                        yield Touch(
                            a=LaneEnd(road.id, earlier.index, other, "end"),
                            b=LaneEnd(road.id, section.index, lane.id, "start"),
                        )
                        break


def _between(drive: OpenDrive, road: Road, link: RoadLink | None, end: Contact) -> Iterator[Touch]:
    if link is None or link.kind != "road" or link.id not in drive.roads:
        return
    other = drive.roads[link.id]
    if link.contact is None:
        if is_amid(link):
            yield from _amid(drive, road, end, link, other)
        return
    for section in road.sections:
        for lane in section.lanes.values():
            if end_section(road, end, lane.id) is not section:
                continue
            for number in lane.successors if end == "end" else lane.predecessors:
                there = end_section(other, link.contact, number)
                if there is not None and lane.id:
                    yield Touch(
                        a=LaneEnd(road.id, section.index, lane.id, end),
                        b=LaneEnd(other.id, there.index, number, link.contact),
                    )


def _amid(drive: OpenDrive, road: Road, end: Contact, link: RoadLink, main: Road) -> Iterator[Touch]:
    """Where a connecting road of a virtual junction touches its main road."""
    junction = drive.junctions.get(road.junction)
    named = () if junction is None else junction.connections
    # The road's own lanes name their partners; where they do not, the junction's connection does.
    pairs = {
        lane_link.to_lane: lane_link.from_lane
        for connection in named
        if connection.connecting_road == road.id and connection.incoming_road == main.id and connection.contact == end
        for lane_link in connection.lane_links
    }
    for section, contact in amid_contacts(road, end, link, main):
        for own in road.sections:
            for lane in own.lanes.values():
                if not lane.id or end_section(road, end, lane.id) is not own:
                    continue
                numbers = (lane.successors if end == "end" else lane.predecessors) or (pairs.get(lane.id, 0),)
                for number in numbers:
                    if number in section.lanes and number:
                        yield Touch(
                            a=LaneEnd(road.id, own.index, lane.id, end),
                            b=LaneEnd(main.id, section.index, number, contact),
                        )


def _through(drive: OpenDrive, junction: Junction, connection: Connection) -> Iterator[Touch]:
    incoming, inside = drive.roads.get(connection.incoming_road), drive.roads.get(connection.connecting_road)
    if incoming is None or inside is None:
        return
    for end in _ends_at(incoming, junction, connection, inside):
        for link in connection.lane_links:
            here = end_section(incoming, end, link.from_lane)
            there = end_section(inside, connection.contact, link.to_lane)
            if here is not None and there is not None and link.from_lane and link.to_lane:
                yield Touch(
                    a=LaneEnd(incoming.id, here.index, link.from_lane, end),
                    b=LaneEnd(inside.id, there.index, link.to_lane, connection.contact),
                )


def _ends_at(incoming: Road, junction: Junction, connection: Connection, inside: Road) -> list[Contact]:
    """The end of an incoming road at which a connection starts; a loop has both ends in one junction."""
    back = inside.predecessor if connection.contact == "start" else inside.successor
    ends: list[Contact] = []
    for end, link in (("start", incoming.predecessor), ("end", incoming.successor)):
        if link is not None and link.kind == "junction" and link.id == junction.id:
            ends.append("start" if end == "start" else "end")
    if back is not None and back.kind == "road" and back.id == incoming.id and back.contact in ends:
        return [back.contact]
    return ends
