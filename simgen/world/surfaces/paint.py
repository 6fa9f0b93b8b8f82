"""Paint that is not a lane marking: zebra crossings, stop lines, parking bays.

Source: RMS (German guidelines for road marking): zebra stripes 0.50 m with gaps of 0.50 m, bay lines 0.12 m.
"""

import math
from collections.abc import Callable

import numpy as np
import shapely
import shapely.affinity
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose, yaw_of
from simgen.world.material import Material
from simgen.world.mesh import Mesh
from simgen.world.opendrive.geometry import lane_borders_t, section_at
from simgen.world.opendrive.object_types import RoadObject, RoadSignal
from simgen.world.opendrive.types import LaneSpec, Road
from simgen.world.surfaces.arrows import LENGTH_M, arrow, directions_in
from simgen.world.surfaces.marks import LIFT_M
from simgen.world.surfaces.palette import Palette
from simgen.world.surfaces.placing import (
    Site,
    copies,
    footprint_of,
    footprints_of,
    heading,
    outline_points,
    turn_of,
    upright,
)
from simgen.world.surfaces.sheets import polygons_of, sheet, triangles, valid_area, weld

STRIPE_M = 0.5
LINE_M = 0.12
STOP_LINE_M = 0.5
CROSSING_M = 4.0
"""Depth of a crossing whose signal gives none. Source: R-FGUe (German guidelines for crossings), 4 m."""

CLEAR_M = 0.4
"""A crossing keeps this clear of where its signal stands, and of the stop line beyond."""

ARROW, CROSSINGS, STOP_LINE = "297", ("293", "1000003"), "294"
"""Signals that are paint. Source: StVO numbers; 1000003 is OpenDRIVE's crosswalk mark."""

PAINTED = ("crosswalk", "parkingSpace", "roadMark")
_DRIVABLE = ("driving", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "bidirectional", "bus", "taxi", "HOV")


def painted_meshes(site: Site, road: Road, item: RoadObject, palette: Palette) -> list[Mesh]:
    """The paint of one object."""
    if item.kind == "parkingSpace":
        return _bays(site, road, item, palette)
    area, z = footprint_of(site, road, item)
    if item.kind == "crosswalk":
        return _zebra(site, area, z, heading(road, item.s_m), palette)
    words = f"{item.name} {item.subtype}".lower()
    if "arrow" in words and not item.outlines:
        at = upright(site.on_road(road, item.s_m, item.t_m), heading(road, item.s_m) + turn_of(item))
        return _arrow(site, at, words, item.length_m, palette)
    stops = "stop" in words
    material = palette.stop_line if stops else palette.of_colour(item.subtype)
    areas = footprints_of(site, road, item)
    return [mesh for area, z in areas if area.area > 0.01 for mesh in drape(site, area, z, material)]


def drape(site: Site, area: shapely.Geometry, near_m: float, material: Material) -> list[Mesh]:
    """An area laid on the ground."""
    corners = [triangles(part) for part in polygons_of(area)]
    if not corners:
        return []
    plan, faces = weld(np.concatenate(corners))
    z = site.ground.height(plan, np.full(len(plan), near_m))
    z = np.where(np.isnan(z), near_m, z) + LIFT_M
    return [sheet(np.column_stack([plan, z]), faces, material)]


def _zebra(site: Site, area: shapely.Geometry, z: float, road_rad: float, palette: Palette) -> list[Mesh]:
    """Stripes along the traffic, across the whole area."""
    if area.area < 0.5:
        return []
    along = _traffic_direction(area, road_rad)
    turned = shapely.affinity.rotate(area, -along, origin=(0.0, 0.0), use_radians=True)
    x0, y0, x1, y1 = turned.bounds
    count = max(1, math.floor((y1 - y0 + STRIPE_M) / (2.0 * STRIPE_M)))
    first = (y0 + y1) / 2.0 - (count - 0.5) * STRIPE_M
    meshes = []
    for k in range(count):
        low = first + 2.0 * STRIPE_M * k
        stripe = shapely.intersection(turned, shapely.box(x0, low, x1, low + STRIPE_M))
        back = shapely.affinity.rotate(stripe, along, origin=(0.0, 0.0), use_radians=True)
        meshes.extend(drape(site, back, z, palette.crosswalk))
    return meshes


def _traffic_direction(area: shapely.Geometry, road_rad: float) -> float:
    """Across the crossing's long side, or, for one that is nearly square, along the road."""
    ring = shapely.get_coordinates(shapely.minimum_rotated_rectangle(area))
    sides = np.diff(ring[:3], axis=0)
    lengths = np.linalg.norm(sides, axis=1)
    angles = np.arctan2(sides[:, 1], sides[:, 0])
    if lengths.max() > 1.5 * lengths.min():
        return float(angles[np.argmin(lengths)])
    return float(angles[np.argmax(np.abs(np.cos(angles - road_rad)))])


def _bays(site: Site, road: Road, item: RoadObject, palette: Palette) -> list[Mesh]:
    """Lines round parking bays: those that the file names, else all sides but the front."""
    meshes = []
    for outline in item.outlines:
        points, _ = outline_points(site, road, item, outline)
        if len(points) >= 3:
            ring = shapely.Polygon(points[:, :2])
            line = shapely.difference(ring, ring.buffer(-LINE_M, join_style="mitre"))
            meshes.extend(drape(site, line, float(points[:, 2].mean()), palette.paint_white))
    if meshes or not (math.isfinite(item.length_m) and math.isfinite(item.width_m)):
        return meshes
    marked = {marking.side: marking.width_m for marking in item.markings if marking.side}
    sides = marked or dict.fromkeys(("front", "rear"), LINE_M)
    done: list[Float[ndarray, "2"]] = []
    for s_m, t_m, z_m, _ in copies(item):
        base = site.on_road(road, s_m, t_m, z_m)
        pose = upright(base, heading(road, s_m) + turn_of(item))
        for side, width in sides.items():
            middle, size = _side(item, side, width if math.isfinite(width) else LINE_M)
            place = pose.apply(np.array([*middle, 0.0]))[:2]
            # Neighbouring bays share a line: the second one is not painted again.
            if all(np.linalg.norm(place - other) > 0.1 for other in done[-4:]):
                done.append(place)
                corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * np.array(size) / 2.0 + np.array(middle)
                placed = pose.apply(np.column_stack([corners, np.zeros(4)]))
                meshes.extend(drape(site, shapely.Polygon(placed[:, :2]), float(base[2]), palette.paint_white))
    return meshes


def _side(item: RoadObject, side: str, width_m: float) -> tuple[tuple[float, float], tuple[float, float]]:
    length, across = item.length_m, item.width_m
    return {
        "front": ((length / 2, 0.0), (width_m, across)),
        "rear": ((-length / 2, 0.0), (width_m, across)),
        "left": ((0.0, across / 2), (length, width_m)),
        "right": ((0.0, -across / 2), (length, width_m)),
    }[side]


def painted_signal(site: Site, road: Road, signal: RoadSignal, palette: Palette) -> list[Mesh]:
    """What a file paints by a signal: stop lines (StVO 294), crossings (293, OpenDRIVE 1000003), arrows (297)."""
    words = f"{signal.name} {signal.subtype}".lower()
    if signal.kind == ARROW or "arrow" in words:
        turn = signal.heading_rad + (math.pi if signal.orientation == "-" else 0.0)
        at = upright(site.on_road(road, signal.s_m, signal.t_m), heading(road, signal.s_m) + turn)
        return _arrow(site, at, words, signal.height_m, palette)
    if signal.kind in CROSSINGS or "crosswalk" in words:
        return _crossing(site, road, signal, palette)
    return _stop_line(site, road, signal, palette) if signal.kind == STOP_LINE else []


def _arrow(site: Site, at: Pose, words: str, length_m: float, palette: Palette) -> list[Mesh]:
    long = length_m if math.isfinite(length_m) and length_m > 1.0 else LENGTH_M
    flat = arrow(directions_in(words), long)
    yaw = float(yaw_of(at.rotation))
    x, y, z = at.translation.tolist()
    turned = shapely.affinity.rotate(flat, yaw, origin=(0.0, 0.0), use_radians=True)
    return drape(site, shapely.affinity.translate(turned, x, y), z, palette.paint_white)


def _crossing(site: Site, road: Road, signal: RoadSignal, palette: Palette) -> list[Mesh]:
    """From the signal's place on, `value` deep and `width` wide; else over all lanes that one drives on."""
    deep = signal.value if 1.0 < signal.value < 20.0 else CROSSING_M
    away = -1.0 if signal.orientation == "-" else 1.0
    ends = np.clip(signal.s_m + away * np.array([CLEAR_M, deep - CLEAR_M]), 0.0, road.length_m)
    spans = _spans(road, signal.s_m, lambda lane: lane.kind in _DRIVABLE)
    if math.isfinite(signal.width_m) and signal.width_m > 1.0:
        low, high = signal.t_m - signal.width_m / 2.0, signal.t_m + signal.width_m / 2.0
    elif spans:
        low, high = min(a for a, _ in spans), max(b for _, b in spans)
    else:
        return []
    places = zip(ends[[0, 1, 1, 0]], (low, low, high, high), strict=True)
    corners = np.array([site.on_road(road, float(s), t) for s, t in places])
    return _zebra(site, valid_area(corners[:, :2]), float(corners[:, 2].mean()), heading(road, signal.s_m), palette)


def _stop_line(site: Site, road: Road, signal: RoadSignal, palette: Palette) -> list[Mesh]:
    """Across the lanes that it is for."""
    forward, right_hand = signal.orientation != "-", road.rule == "RHT"

    def concerned(lane: LaneSpec) -> bool:
        ours = (lane.id < 0) == (forward == right_hand) and lane.kind in _DRIVABLE
        return ours if not signal.validities else _valid(signal, lane.id)

    spans = _spans(road, signal.s_m, concerned)
    if not spans:
        return []
    low, high = min(a for a, _ in spans), max(b for _, b in spans)
    ends = [(signal.s_m - STOP_LINE_M / 2, low), (signal.s_m + STOP_LINE_M / 2, low)]
    ends += [(signal.s_m + STOP_LINE_M / 2, high), (signal.s_m - STOP_LINE_M / 2, high)]
    corners = np.array([site.on_road(road, s, t) for s, t in ends])
    return drape(site, shapely.Polygon(corners[:, :2]), float(corners[:, 2].mean()), palette.stop_line)


def _spans(road: Road, s_m: float, chosen: Callable[[LaneSpec], bool]) -> list[tuple[float, float]]:
    """Lowest and highest t of each chosen lane."""
    section = section_at(road, s_m)
    borders = lane_borders_t(road, section, np.array([s_m]))
    found = []
    for lane in section.lanes.values():
        if lane.id and chosen(lane):
            inner, outer = float(borders[lane.id].inner[0]), float(borders[lane.id].outer[0])
            found.append((min(inner, outer), max(inner, outer)))
    return found


def _valid(signal: RoadSignal, lane: int) -> bool:
    return any(min(one.from_lane, one.to_lane) <= lane <= max(one.from_lane, one.to_lane) for one in signal.validities)
