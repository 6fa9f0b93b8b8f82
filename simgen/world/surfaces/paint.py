"""Paint that is not a lane marking: zebra crossings, stop lines, parking bays.

Source: RMS (German guidelines for road marking): zebra stripes 0.50 m with gaps of 0.50 m, bay lines 0.12 m.
"""

import math

import numpy as np
import shapely
import shapely.affinity
from jaxtyping import Float
from numpy import ndarray

from simgen.world.material import Material
from simgen.world.mesh import Mesh
from simgen.world.opendrive.geometry import lane_borders_t, section_at
from simgen.world.opendrive.object_types import RoadObject, RoadSignal
from simgen.world.opendrive.types import Road
from simgen.world.surfaces.marks import LIFT_M
from simgen.world.surfaces.palette import Palette
from simgen.world.surfaces.placing import Site, copies, footprint_of, heading, outline_points, turn_of, upright
from simgen.world.surfaces.sheets import polygons_of, sheet, triangles, weld

STRIPE_M = 0.5
LINE_M = 0.12
STOP_LINE_M = 0.5
PAINTED = ("crosswalk", "parkingSpace", "roadMark")
_DRIVABLE = ("driving", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "bidirectional", "bus", "taxi", "HOV")


def painted_meshes(site: Site, road: Road, item: RoadObject, palette: Palette) -> list[Mesh]:
    """The paint of one object."""
    if item.kind == "parkingSpace":
        return _bays(site, road, item, palette)
    area, z = footprint_of(site, road, item)
    if item.kind == "crosswalk":
        return _zebra(site, area, z, heading(road, item.s_m), palette)
    stops = "stop" in f"{item.name} {item.subtype}".lower()
    material = palette.stop_line if stops else palette.paint_white
    return drape(site, area, z, material) if area.area > 0.01 else []


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
    """A stop line that the file gives as a signal (StVO 294): across the lanes that it is for."""
    section = section_at(road, signal.s_m)
    borders = lane_borders_t(road, section, np.array([signal.s_m]))
    forward = signal.orientation != "-"
    right_hand = road.rule == "RHT"
    spans = []
    for lane in section.lanes.values():
        ours = (lane.id < 0) == (forward == right_hand) and lane.kind in _DRIVABLE
        if lane.id and (ours if not signal.validities else _valid(signal, lane.id)):
            spans.append(sorted((float(borders[lane.id].inner[0]), float(borders[lane.id].outer[0]))))
    if not spans:
        return []
    low, high = min(a for a, _ in spans), max(b for _, b in spans)
    ends = [(signal.s_m - STOP_LINE_M / 2, low), (signal.s_m + STOP_LINE_M / 2, low)]
    ends += [(signal.s_m + STOP_LINE_M / 2, high), (signal.s_m - STOP_LINE_M / 2, high)]
    corners = np.array([site.on_road(road, s, t) for s, t in ends])
    return drape(site, shapely.Polygon(corners[:, :2]), float(corners[:, 2].mean()), palette.stop_line)


def _valid(signal: RoadSignal, lane: int) -> bool:
    return any(min(one.from_lane, one.to_lane) <= lane <= max(one.from_lane, one.to_lane) for one in signal.validities)
