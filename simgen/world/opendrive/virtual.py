"""Virtual junctions: connecting roads that leave and enter a main road in the middle of it.

The main road's sections are cut where a connecting road touches, so that its lanes have ends there to be linked.

Source: ASAM OpenDRIVE 1.8, clauses 10.3 (road linkage: elementS, elementDir) and 12.5 (virtual junctions).
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from simgen.world.opendrive.reference_line import reference_line
from simgen.world.opendrive.types import Contact, LaneSection, LaneSpec, Road, RoadLink

_NEAR_M = 0.01
"""A cut this near to where a section begins or ends anyway is not made."""

_ALONG = 0.5
"""Cosine of the angle up to which a connecting road shows by itself which way along the main road it leads."""


def is_amid(link: RoadLink | None) -> bool:
    """Whether a road's link leads to a place along another road, not to one of its ends."""
    return link is not None and link.kind == "road" and link.contact is None and math.isfinite(link.s_m)


def cut_roads(roads: Mapping[str, Road]) -> dict[str, Road]:
    """The same roads, their lane sections cut where other roads link to the middle of them."""
    cuts: dict[str, set[float]] = {}
    for road in roads.values():
        for link in (road.predecessor, road.successor):
            if link is not None and is_amid(link) and link.id in roads:
                cuts.setdefault(link.id, set()).add(link.s_m)
    return {name: _cut(road, sorted(cuts[name])) if name in cuts else road for name, road in roads.items()}


def _cut(road: Road, places_m: list[float]) -> Road:
    sections = list(road.sections)
    for place in places_m:
        result: list[LaneSection] = []
        for section in sections:
            result.extend(_parts(section, place))
        sections = sorted(result, key=lambda one: one.s_m)
    return replace(road, sections=tuple(replace(one, index=k) for k, one in enumerate(sections)))


def _parts(section: LaneSection, place_m: float) -> list[LaneSection]:
    """A section, or the two that a cut makes of it."""
    later = {
        number: lane
        for number, lane in section.lanes.items()
        if lane.start_m + _NEAR_M < place_m < lane.end_m - _NEAR_M
    }
    if not any(later):
        return [section]
    before = {number: _clipped(lane, place_m, first=True) for number, lane in later.items()}
    after = {number: _clipped(lane, place_m, first=False) for number, lane in later.items()}
    after.setdefault(0, LaneSpec(id=0, kind="none", start_m=place_m, end_m=max(lane.end_m for lane in later.values())))
    single = section.single_side or any(number and number not in later for number in section.lanes)
    end = min(lane.end_m for lane in after.values())
    first = replace(section, end_m=min(section.end_m, place_m), lanes={**section.lanes, **before})
    second = replace(section, s_m=place_m, end_m=end, single_side=single, lanes=dict(sorted(after.items())))
    return [first, second]


def _clipped(lane: LaneSpec, place_m: float, *, first: bool) -> LaneSpec:
    """The part of a lane before or after a cut."""
    start, end = (lane.start_m, place_m) if first else (place_m, lane.end_m)
    marks = tuple(
        replace(mark, start_m=max(mark.start_m, start), end_m=min(mark.end_m, end))
        for mark in lane.road_marks
        if mark.start_m < end and mark.end_m > start
    )
    if first:
        return replace(lane, end_m=end, road_marks=marks, successors=(lane.id,))
    return replace(lane, start_m=start, road_marks=marks, predecessors=(lane.id,))


def amid_contacts(road: Road, end: Contact, link: RoadLink, main: Road) -> Iterator[tuple[LaneSection, Contact]]:
    """The section of the main road that a connecting road's end touches, and at which of the section's ends.

    The two roads' directions decide; where they lie across one another, what the file says (`elementDir`).
    """
    away = link.direction != "-"
    here = road.length_m if end == "end" else 0.0
    heading = float(reference_line(road, np.array([here])).heading_rad[0])
    turn = math.cos(heading - float(reference_line(main, np.array([link.s_m])).heading_rad[0]))
    if abs(turn) > _ALONG:
        away = turn > 0.0
    # Who comes from the main road in its direction leaves from what ends there; who goes on in it enters what starts.
    contact: Contact = "end" if away == (end == "start") else "start"
    for section in main.sections:
        places = [lane.end_m if contact == "end" else lane.start_m for lane in section.lanes.values() if lane.id]
        if any(abs(place - link.s_m) <= _NEAR_M for place in places):
            yield section, contact
