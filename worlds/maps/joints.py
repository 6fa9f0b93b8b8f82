"""Junctions whose connecting roads are drawn one by one: roundabouts, slip roads' ends, T junctions with islands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .pen import Piece
from .sheet import Element, LaneDraft, Mark, RoadDraft, SectionDraft, element, sub


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """A road's end: its id, and "start" or "end"."""

    road: str
    contact: str


def joint(
    id_: str,
    junction: str,
    before: End,
    after: End,
    pieces: Sequence[Piece],
    right: Sequence[LaneDraft],
    links: Mapping[int, tuple[int | None, int | None]],
    *,
    left: Sequence[LaneDraft] = (),
    elevation: Sequence[tuple[float, float, float, float, float]] = ((0.0, 0.0, 0.0, 0.0, 0.0),),
    speed_kmh: float = 30.0,
    centre: tuple[Mark, ...] = (),
) -> RoadDraft:
    """A connecting road; `links` are its lanes' predecessors and successors."""
    return RoadDraft(
        id=id_,
        name="",
        junction=junction,
        pieces=pieces,
        sections=(SectionDraft(s_m=0.0, left=tuple(left), right=tuple(right), centre=centre),),
        predecessor=("road", before.road, before.contact),
        successor=("road", after.road, after.contact),
        lane_links=dict(links),
        elevation=elevation,
        speed_kmh=speed_kmh,
    )


def junction_of(id_: str, name: str, roads: Sequence[RoadDraft]) -> Element:
    """The junction element of connecting roads."""
    made = element("junction", id=id_, name=name, type="default")
    for k, road in enumerate(roads):
        incoming = road.predecessor[1] if road.predecessor is not None else ""
        connection = sub(
            made,
            "connection",
            id=str(k),
            incomingRoad=incoming,
            connectingRoad=road.id,
            contactPoint="start",
        )
        for lane, (before, _) in sorted(road.lane_links.items(), reverse=True):
            if before is not None:
                sub(connection, "laneLink", from_=str(before), to=str(lane))
    return made


def widening(start_m: float, end_m: float, length_m: float) -> tuple[tuple[float, float, float, float, float], ...]:
    """A lane's width that goes smoothly from one value to another."""
    change = end_m - start_m
    return ((0.0, start_m, 0.0, 3.0 * change / length_m**2, -2.0 * change / length_m**3),)
