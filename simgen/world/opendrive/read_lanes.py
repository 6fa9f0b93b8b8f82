"""Reads `lanes`: sections, lanes, widths, marks."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from simgen.world.opendrive.polynomials import Polynomials
from simgen.world.opendrive.types import LaneMaterial, LaneSection, LaneSpec, LaneSpeed, MarkLine, RoadMark
from simgen.world.opendrive.xml_node import Node

# Source: ASAM OpenDRIVE 1.8, e_unitSpeed; the international mile is 1609.344 m.
SPEED_UNITS = {"m/s": 1.0, "km/h": 1.0 / 3.6, "mph": 1609.344 / 3600.0}
_ROUNDING_M = 1e-6
_SLACK_M = 0.01


def read_polynomials(
    nodes: Iterable[Node], key: str = "s", origin_m: float = 0.0, default: float | None = None
) -> Polynomials:
    """Records of cubic polynomials, moved along by `origin_m`; coefficients that are missing get the default.

    Raises:
        InputError: a coefficient is missing or no number, or starts descend.
    """
    records: list[tuple[float, float, float, float, float]] = []
    for node in nodes:
        start = node.number(key) + origin_m
        if records and start < records[-1][0] - _ROUNDING_M:
            raise node.error(f"{key}: expected at least {records[-1][0] - origin_m:g}, got {start - origin_m:g}")
        records.append((max(start, records[-1][0]) if records else start, *node.cubic(default=default)))
    return Polynomials.of(records)


def read_speed(node: Node) -> float:
    """A `speed` element's limit in m/s: infinite for "no limit", NaN for "undefined".

    Raises:
        InputError: the number or the unit is none.
    """
    word = node.text("max", "undefined").lower()
    if word in {"no limit", "nolimit"}:
        return math.inf
    if word in {"undefined", ""}:
        return math.nan
    unit = node.choice("unit", tuple(SPEED_UNITS), default="m/s") if node.text("unit", "") else "m/s"
    return node.number("max", low=0.0) * SPEED_UNITS[unit]


def read_sections(lanes: Node, road_length_m: float) -> tuple[LaneSection, ...]:
    """All lane sections of a road.

    Raises:
        InputError: none, starts not ascending, or a broken lane.
    """
    nodes = list(lanes.children("laneSection"))
    if not nodes:
        raise lanes.error("laneSection: missing")
    starts = [node.number("s", low=0.0) for node in nodes]
    single = [node.flag("singleSide") for node in nodes]
    for i, node in enumerate(nodes[1:], start=1):
        if starts[i] < starts[i - 1] or (starts[i] == starts[i - 1] and not (single[i] and single[i - 1])):
            raise node.error(f"s: expected more than {starts[i - 1]:g}, got {starts[i]:g}")
    if starts[0] > _SLACK_M:
        raise nodes[0].error(f"s: expected the first section at 0, got {starts[0]:g}")
    if starts[-1] > road_length_m + _SLACK_M:
        raise nodes[-1].error(f"s: expected less than the road's length {road_length_m:g}, got {starts[-1]:g}")
    # Rounding makes sections that begin where the road ends; nothing of them is left.
    nodes = [node for node, start in zip(nodes, starts, strict=True) if start < road_length_m - _ROUNDING_M]
    starts[0] = 0.0
    sides = [_sides(node) if one else {-1, 0, 1} for node, one in zip(nodes, single, strict=True)]
    sections = []
    for i, node in enumerate(nodes):
        ends = {side: _end(starts, sides, i, side, road_length_m) for side in (-1, 0, 1)}
        sections.append(_section(node, i, starts[i], ends, single[i]))
    return tuple(sections)


def _sides(node: Node) -> set[int]:
    found = {
        side
        for tag, side in (("left", 1), ("right", -1))
        if any(c for g in node.children(tag) for c in g.children("lane"))
    }
    return found | {0}


def _end(starts: Sequence[float], sides: Sequence[set[int]], index: int, side: int, last_m: float) -> float:
    later = (starts[j] for j in range(index + 1, len(starts)) if side in sides[j] and starts[j] > starts[index])
    return next(later, last_m)


def _section(node: Node, index: int, start_m: float, ends: dict[int, float], single: bool) -> LaneSection:
    lanes: dict[int, LaneSpec] = {}
    for tag, side in (("right", -1), ("center", 0), ("left", 1)):
        for group in node.children(tag):
            for child in group.children("lane"):
                lane = _lane(child, side, start_m, ends[side])
                if lane.id in lanes:
                    raise child.error("id: there is another lane with it in this section")
                lanes[lane.id] = lane
    lanes.setdefault(0, LaneSpec(id=0, kind="none", start_m=start_m, end_m=ends[0]))
    lanes = _with_signed_borders(dict(sorted(lanes.items())))
    end_m = min(ends.values())
    return LaneSection(index=index, s_m=start_m, end_m=end_m, single_side=single, lanes=lanes)


def _with_signed_borders(lanes: dict[int, LaneSpec]) -> dict[int, LaneSpec]:
    """The standard's borders are t, so negative on the right; some files write distances there."""
    right = [lane.borders.coefficients[:, 0] for lane in lanes.values() if lane.id < 0 and len(lane.borders)]
    if not right or min(float(a.min()) for a in right) < 0.0 or max(float(a.max()) for a in right) <= 0.0:
        return lanes
    return {i: _negated(lane) if i < 0 and len(lane.borders) else lane for i, lane in lanes.items()}


def _negated(lane: LaneSpec) -> LaneSpec:
    borders = Polynomials(starts_m=lane.borders.starts_m, coefficients=-lane.borders.coefficients)
    return replace(lane, borders=borders)


def _lane(node: Node, side: int, start_m: float, end_m: float) -> LaneSpec:
    number = node.integer("id")
    if (number > 0) - (number < 0) != side:
        words = {-1: "a negative id in right", 0: "id 0 in center", 1: "a positive id in left"}
        raise node.error(f"id: expected {words[side]}, got {number}")
    widths = read_polynomials(node.children("width"), "sOffset", start_m)
    borders = read_polynomials(node.children("border"), "sOffset", start_m) if not len(widths) else Polynomials.of()
    if side and not len(widths) and not len(borders):
        raise node.error("width: missing (or border)")
    return LaneSpec(
        id=number,
        kind=node.text("type", "none"),
        level=node.flag("level"),
        start_m=start_m,
        end_m=end_m,
        widths=widths if side else Polynomials.of(),
        borders=borders if side else Polynomials.of(),
        heights=_heights(node, start_m),
        road_marks=_road_marks(node, start_m, end_m),
        speeds=tuple(
            LaneSpeed(s_m=start_m + n.number("sOffset", 0.0), speed_mps=read_speed(n)) for n in node.children("speed")
        ),
        materials=tuple(_material(n, start_m) for n in node.children("material")),
        access=tuple(
            (start_m + n.number("sOffset", 0.0), n.text("rule", "allow"), r.text("restriction"))
            for n in node.children("access")
            for r in (n, *n.children("restriction"))
            if r.text("restriction", "")
        ),
        predecessors=_links(node, "predecessor"),
        successors=_links(node, "successor"),
        direction=node.text("direction", "standard"),
        rules=tuple((start_m + n.number("sOffset", 0.0), n.text("value", "")) for n in node.children("rule")),
    )


def _heights(node: Node, start_m: float) -> tuple[tuple[float, float, float], ...]:
    rows = (
        (start_m + n.number("sOffset"), n.number("inner", 0.0), n.number("outer", 0.0)) for n in node.children("height")
    )
    return tuple(sorted(rows, key=lambda row: row[0]))


def _material(node: Node, start_m: float) -> LaneMaterial:
    return LaneMaterial(
        s_m=start_m + node.number("sOffset", 0.0),
        surface=node.text("surface", ""),
        friction=node.number("friction", math.nan),
        roughness=node.number("roughness", math.nan),
    )


def _links(node: Node, tag: str) -> tuple[int, ...]:
    link = node.child("link")
    return () if link is None else tuple(child.integer("id") for child in link.children(tag))


def _road_marks(node: Node, start_m: float, end_m: float) -> tuple[RoadMark, ...]:
    nodes = sorted(node.children("roadMark"), key=lambda one: one.number("sOffset", 0.0))
    starts = [start_m + one.number("sOffset", 0.0) for one in nodes]
    marks = []
    for one, start in zip(nodes, starts, strict=True):
        end = min((later for later in starts if later > start), default=end_m)
        if start < end_m:
            marks.append(_road_mark(one, start, min(end, end_m)))
    return tuple(marks)


def _road_mark(node: Node, start_m: float, end_m: float) -> RoadMark:
    pattern, explicit = node.child("type"), node.child("explicit")
    return RoadMark(
        start_m=start_m,
        end_m=end_m,
        kind=node.text("type", "none"),
        weight=node.text("weight", "standard"),
        colour=node.text("color", "standard"),
        material=node.text("material", "standard"),
        width_m=node.number("width", math.nan, low=0.0),
        height_m=node.number("height", 0.0),
        lane_change=node.text("laneChange", "both"),
        lines=() if pattern is None else tuple(_mark_line(line, pattern) for line in pattern.children("line")),
        explicit=() if explicit is None else tuple(_mark_line(line, explicit) for line in explicit.children("line")),
        sway=read_polynomials(node.children("sway"), "ds", start_m),
    )


def _mark_line(node: Node, pattern: Node) -> MarkLine:
    return MarkLine(
        length_m=node.number("length", math.inf, low=0.0),
        space_m=node.number("space", 0.0, low=0.0),
        s_offset_m=node.number("sOffset", 0.0),
        t_offset_m=node.number("tOffset", 0.0),
        width_m=node.number("width", pattern.number("width", math.nan), low=0.0),
        rule=node.text("rule", "none"),
        colour=node.text("color", ""),
    )
