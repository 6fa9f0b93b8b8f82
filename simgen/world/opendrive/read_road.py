"""Reads `road`: links, types, reference line, elevation and cross section."""

from pathlib import Path

from simgen.world.opendrive.polynomials import Polynomials
from simgen.world.opendrive.read_lanes import read_polynomials, read_sections, read_speed
from simgen.world.opendrive.read_objects import (
    read_objects,
    read_signal_references,
    read_signals,
    read_structures,
)
from simgen.world.opendrive.read_sites import read_railroad, read_surfaces
from simgen.world.opendrive.types import (
    Arc,
    CrossSection,
    LateralShape,
    Line,
    ParamPoly3,
    PlanGeometry,
    Poly3,
    Road,
    RoadLink,
    RoadType,
    Spiral,
    SurfaceStrip,
)
from simgen.world.opendrive.xml_node import Node

# Files round; what is further apart than this (and 1 %) describes another road.
_LENGTH_TOLERANCE_M = 0.5
_LONGEST_M = 1e6


def read_road(node: Node, folder: Path | None = None) -> Road:
    """One road.

    Args:
        node: its element.
        folder: where the map lies, and the files that it names; None for a text.

    Raises:
        InputError: it breaks the standard in a way that leaves its shape or its lanes unknown.
    """
    length_m = node.number("length", above=0.0, high=_LONGEST_M)
    lanes, junction, link = node.required("lanes"), node.text("junction", "-1"), node.child("link")
    lateral, elevation = node.child("lateralProfile"), node.child("elevationProfile")
    return Road(
        id=node.text("id"),
        name=node.text("name", ""),
        length_m=length_m,
        junction="" if junction in {"-1", ""} else junction,
        rule="LHT" if node.choice("rule", ("RHT", "LHT"), default="RHT") == "LHT" else "RHT",
        predecessor=None if link is None else read_link(link.child("predecessor")),
        successor=None if link is None else read_link(link.child("successor")),
        types=tuple(_road_type(child) for child in node.children("type")),
        plan_view=_plan_view(node, length_m),
        elevation=read_polynomials(elevation.children("elevation")) if elevation else Polynomials.of(),
        superelevation=read_polynomials(lateral.children("superelevation")) if lateral else Polynomials.of(),
        lateral_shape=_lateral_shape(lateral) if lateral else None,
        cross_section=_cross_section(lateral) if lateral else None,
        lane_offset=read_polynomials(lanes.children("laneOffset")),
        sections=read_sections(lanes, length_m),
        objects=read_objects(node),
        structures=read_structures(node),
        signals=read_signals(node),
        signal_references=read_signal_references(node),
        surfaces=read_surfaces(node, folder),
        railroad=read_railroad(node),
    )


def read_link(node: Node | None) -> RoadLink | None:
    """A `predecessor` or `successor` of a road or of a virtual connection.

    Raises:
        InputError: it names no element.
    """
    if node is None:
        return None
    kind, contact = node.choice("elementType", ("road", "junction")), node.text("contactPoint", "")
    if contact not in {"", "start", "end"}:
        raise node.error(f"contactPoint: expected start or end, got '{contact}'")
    return RoadLink(
        kind="road" if kind == "road" else "junction",
        id=node.text("elementId"),
        contact="start" if contact == "start" else "end" if contact == "end" else None,
        s_m=node.number("elementS", float("nan")),
        direction=node.text("elementDir", ""),
    )


def _road_type(node: Node) -> RoadType:
    speed = node.child("speed")
    return RoadType(
        s_m=node.number("s"),
        kind=node.text("type", "unknown"),
        country=node.text("country", ""),
        speed_mps=read_speed(speed) if speed else float("nan"),
    )


def _plan_view(road: Node, length_m: float) -> tuple[PlanGeometry, ...]:
    view = road.required("planView")
    pieces: list[PlanGeometry] = []
    for node in view.children("geometry"):
        start, length = node.number("s", low=0.0), node.number("length", low=0.0)
        reached = pieces[-1].s_m + pieces[-1].length_m if pieces else 0.0
        if abs(start - reached) > max(_LENGTH_TOLERANCE_M, 0.01 * length_m):
            raise node.error(f"s: expected {reached:g}, where the piece before it ends, got {start:g}")
        if length > 1e-9:
            pieces.append(
                PlanGeometry(
                    s_m=start,
                    x_m=node.number("x"),
                    y_m=node.number("y"),
                    heading_rad=node.number("hdg"),
                    length_m=length,
                    shape=_shape(node),
                )
            )
    if not pieces:
        raise road.error("planView: geometry: missing (expected at least one with a length)")
    reached = pieces[-1].s_m + pieces[-1].length_m
    # A line or an arc has one natural continuation; of the others nobody can say where they would lead.
    endless = isinstance(pieces[-1].shape, Line | Arc)
    if not endless and length_m - reached > max(_LENGTH_TOLERANCE_M, 0.01 * length_m):
        raise road.error(f"length: expected at most {reached:g}, the length of its reference line, got {length_m:g}")
    return tuple(pieces)


def _shape(node: Node) -> Line | Arc | Spiral | Poly3 | ParamPoly3:
    for child in node.children():
        match child.tag:
            case "line":
                return Line()
            case "arc":
                return Arc(curvature=child.number("curvature"))
            case "spiral":
                return Spiral(curvature_start=child.number("curvStart"), curvature_end=child.number("curvEnd"))
            case "poly3":
                return Poly3(v=child.cubic())
            case "paramPoly3":
                normalized = child.choice("pRange", ("arcLength", "normalized"), default="normalized") == "normalized"
                return ParamPoly3(u=child.cubic("U"), v=child.cubic("V"), normalized=normalized)
    raise node.error("expected a line, arc, spiral, poly3 or paramPoly3")


def _lateral_shape(lateral: Node) -> LateralShape | None:
    groups: dict[float, list[Node]] = {}
    for node in lateral.children("shape"):
        groups.setdefault(node.number("s"), []).append(node)
    if not groups:
        return None
    stations = sorted(groups)
    profiles = (read_polynomials(sorted(groups[s], key=lambda n: n.number("t")), "t") for s in stations)
    return LateralShape(stations_m=tuple(stations), profiles=tuple(profiles))


def _cross_section(lateral: Node) -> CrossSection | None:
    surface = lateral.child("crossSectionSurface")
    if surface is None:
        return None
    strips = surface.required("surfaceStrips")
    return CrossSection(
        t_offset=_coefficients(surface, "tOffset"),
        strips=tuple(
            SurfaceStrip(
                id=node.integer("id"),
                relative=node.text("mode", "independent") == "relative",
                width=_coefficients(node, "width"),
                constant=_coefficients(node, "constant"),
                linear=_coefficients(node, "linear"),
                quadratic=_coefficients(node, "quadratic"),
                cubic=_coefficients(node, "cubic"),
            )
            for node in strips.children("strip")
        ),
    )


def _coefficients(parent: Node, tag: str) -> Polynomials:
    child = parent.child(tag)
    return Polynomials.of() if child is None else read_polynomials(child.children("coefficients"), default=0.0)
