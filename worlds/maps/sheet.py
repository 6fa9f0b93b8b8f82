"""The elements of an OpenDRIVE 1.7 file, written in the order that its schema wants.

Source: ASAM OpenDRIVE 1.7, XML schema.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lxml import etree

from .pen import Piece

Element: TypeAlias = Any  # lxml ships no types

GEO_REFERENCE = "+proj=tmerc +lat_0=48.21 +lon_0=16.37 +k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A road mark from `start_m` of its section on."""

    kind: str
    start_m: float = 0.0
    width_m: float = 0.12
    weight: str = "standard"
    dash_m: float = 0.0
    gap_m: float = 0.0
    colour: str = "white"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneDraft:
    """One lane; `widths` are records (s, a, b, c, d)."""

    kind: str
    width_m: float = 0.0
    widths: tuple[tuple[float, float, float, float, float], ...] = ()
    height_m: float = 0.0
    marks: tuple[Mark, ...] = ()
    speed_kmh: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionDraft:
    """A cross section from `s_m` on: lanes from the centre outwards."""

    s_m: float
    left: tuple[LaneDraft, ...] = ()
    right: tuple[LaneDraft, ...] = ()
    centre: tuple[Mark, ...] = ()


@dataclass(slots=True, kw_only=True)
class RoadDraft:
    """A road before it is written.

    Attributes:
        predecessor, successor: (element type, id, contact point), None at an open end.
        lane_links: lane id -> (predecessor lane id or None, successor lane id or None), beyond the road's own ends.
        elevation, superelevation: records (s, a, b, c, d).
    """

    id: str
    name: str
    pieces: Sequence[Piece]
    sections: Sequence[SectionDraft]
    junction: str = "-1"
    kind: str = "town"
    speed_kmh: float = 50.0
    predecessor: tuple[str, str, str] | None = None
    successor: tuple[str, str, str] | None = None
    lane_links: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)
    elevation: Sequence[tuple[float, float, float, float, float]] = ((0.0, 0.0, 0.0, 0.0, 0.0),)
    superelevation: Sequence[tuple[float, float, float, float, float]] = ()
    objects: list[Element] = field(default_factory=list)
    bridges: list[dict[str, str]] = field(default_factory=list)
    tunnels: list[dict[str, str]] = field(default_factory=list)
    signals: list[Element] = field(default_factory=list)

    @property
    def length_m(self) -> float:
        """Length of the reference line."""
        return sum(piece.length_m for piece in self.pieces)


def number(value: float) -> str:
    """Shortest text that keeps a nanometre."""
    return f"{value + 0.0:.12g}"


def element(tag: str, **attributes: str | float) -> Element:
    """An element; numbers are formatted, a trailing underscore of a name is dropped."""
    made = etree.Element(tag)
    for name, value in attributes.items():
        made.set(name.rstrip("_"), value if isinstance(value, str) else number(value))
    return made


def sub(parent: Element, tag: str, **attributes: str | float) -> Element:
    """A child element."""
    child = element(tag, **attributes)
    parent.append(child)
    return child


def document(name: str, roads: Sequence[RoadDraft], rest: Sequence[Element]) -> bytes:
    """The whole file: roads, then controllers and junctions."""
    root = element("OpenDRIVE")
    header = sub(root, "header", revMajor="1", revMinor="7", name=name, version="1", vendor="simgen")
    sub(header, "geoReference").text = etree.CDATA(GEO_REFERENCE)
    for road in roads:
        root.append(write_road(road))
    root.extend(rest)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def write_road(road: RoadDraft) -> Element:
    """One road element."""
    made = element("road", name=road.name, length=road.length_m, id=road.id, junction=road.junction, rule="RHT")
    link = sub(made, "link")
    for tag, target in (("predecessor", road.predecessor), ("successor", road.successor)):
        if target is not None:
            end = sub(link, tag, elementType=target[0], elementId=target[1])
            if target[2]:
                end.set("contactPoint", target[2])
    kind = sub(made, "type", s=0.0, type=road.kind, country="AT")
    sub(kind, "speed", max=road.speed_kmh, unit="km/h")
    plan = sub(made, "planView")
    for piece in road.pieces:
        _geometry(plan, piece)
    profile = sub(made, "elevationProfile")
    for record in road.elevation:
        _cubic(profile, "elevation", record)
    if road.superelevation:
        lateral = sub(made, "lateralProfile")
        for record in road.superelevation:
            _cubic(lateral, "superelevation", record)
    lanes = sub(made, "lanes")
    for index, section in enumerate(road.sections):
        _section(lanes, road, index, section)
    if road.objects or road.bridges or road.tunnels:
        objects = sub(made, "objects")
        objects.extend(road.objects)
        for tunnel in road.tunnels:
            sub(objects, "tunnel", **tunnel)
        for bridge in road.bridges:
            sub(objects, "bridge", **bridge)
    if road.signals:
        sub(made, "signals").extend(road.signals)
    return made


def _geometry(plan: Element, piece: Piece) -> None:
    heading = math.remainder(piece.heading_rad, 2.0 * math.pi)
    made = sub(plan, "geometry", s=piece.s_m, x=piece.x_m, y=piece.y_m, hdg=heading, length=piece.length_m)
    if piece.curvature != piece.curvature_end:
        sub(made, "spiral", curvStart=piece.curvature, curvEnd=piece.curvature_end)
    elif piece.curvature:
        sub(made, "arc", curvature=piece.curvature)
    else:
        sub(made, "line")


def _cubic(parent: Element, tag: str, record: tuple[float, float, float, float, float], first: str = "s") -> None:
    sub(parent, tag, **dict(zip((first, "a", "b", "c", "d"), record, strict=True)))


def _section(lanes: Element, road: RoadDraft, index: int, section: SectionDraft) -> None:
    made = sub(lanes, "laneSection", s=section.s_m)
    if section.left:
        left = sub(made, "left")
        for k in range(len(section.left), 0, -1):
            _lane(left, road, index, k, section.left[k - 1])
    centre = sub(sub(made, "center"), "lane", id="0", type="none", level="false")
    for mark in section.centre:
        _mark(centre, mark)
    if section.right:
        right = sub(made, "right")
        for k, lane in enumerate(section.right, start=1):
            _lane(right, road, index, -k, lane)


def _lane(side: Element, road: RoadDraft, index: int, number_: int, lane: LaneDraft) -> None:
    made = sub(side, "lane", id=str(number_), type=lane.kind, level="false")
    before, after = road.lane_links.get(number_, (None, None))
    if index > 0:
        before = number_ if _continues(road.sections[index - 1], number_, lane) else None
    if index < len(road.sections) - 1:
        after = number_ if _continues(road.sections[index + 1], number_, lane) else None
    if before is not None or after is not None:
        link = sub(made, "link")
        if before is not None:
            sub(link, "predecessor", id=str(before))
        if after is not None:
            sub(link, "successor", id=str(after))
    for record in lane.widths or ((0.0, lane.width_m, 0.0, 0.0, 0.0),):
        _cubic(made, "width", record, "sOffset")
    for mark in lane.marks:
        _mark(made, mark)
    if lane.speed_kmh:
        sub(made, "speed", sOffset=0.0, max=lane.speed_kmh, unit="km/h")
    if lane.height_m:
        sub(made, "height", sOffset=0.0, inner=lane.height_m, outer=lane.height_m)


def _continues(section: SectionDraft, number_: int, lane: LaneDraft) -> bool:
    side = section.left if number_ > 0 else section.right
    return abs(number_) <= len(side) and side[abs(number_) - 1].kind == lane.kind


def _mark(lane: Element, mark: Mark) -> None:
    made = sub(
        lane,
        "roadMark",
        sOffset=mark.start_m,
        type=mark.kind,
        weight=mark.weight,
        color=mark.colour,
        width=mark.width_m,
        laneChange="none" if mark.kind == "solid" else "both",
    )
    if mark.dash_m:
        kind = sub(made, "type", name=mark.kind, width=mark.width_m)
        sub(
            kind,
            "line",
            length=mark.dash_m,
            space=mark.gap_m,
            tOffset=0.0,
            sOffset=0.0,
            rule="none",
            width=mark.width_m,
        )
