"""Where objects stand: from road coordinates and the objects' own axes to the world."""

import math
from dataclasses import dataclass

import numpy as np
import shapely
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.world.opendrive.geometry import road_frame, road_to_world
from simgen.world.opendrive.object_types import CornerRoad, Outline, Repeat, RoadObject
from simgen.world.opendrive.types import Road
from simgen.world.surfaces.index import HeightIndex
from simgen.world.surfaces.sheets import valid_area

_FIT_M = 0.6
"""Things that are meant to stand on the ground are put onto it if it is this near."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Site:
    """What placing needs to know of the map: its origin and the ground."""

    origin_m: Float[ndarray, "3"]
    ground: HeightIndex

    def on_road(self, road: Road, s_m: float, t_m: float, height_m: float = 0.0) -> Float[ndarray, "3"]:
        """A point above the road's plane (which goes on beside the road)."""
        point = road_to_world(road, np.array([s_m]), np.array([t_m]), height_m)[0]
        return np.asarray(point - self.origin_m)

    def standing(self, point: Float[ndarray, "3"], height_m: float) -> Float[ndarray, "3"]:
        """The point put on the ground, if that is near and the point is not meant to hang."""
        ground = float(self.ground.height(point[None, :2], point[2:3])[0])
        wanted = point[2] - height_m
        if height_m < 1.0 and math.isfinite(ground) and min(abs(ground - point[2]), abs(ground - wanted)) < _FIT_M:
            return np.array([point[0], point[1], ground])
        return point

    def pose(self, road: Road, s_m: float, t_m: float, height_m: float, turn_rad: float) -> Pose:
        """Upright, turned from the road's direction."""
        point = self.standing(self.on_road(road, s_m, t_m, height_m), height_m)
        return upright(point, heading(road, s_m) + turn_rad)


def upright(point: Float[ndarray, "3"], yaw_rad: float) -> Pose:
    """Standing at a point, turned about the vertical."""
    return Pose.from_xyz_rpy(float(point[0]), float(point[1]), float(point[2]), yaw=yaw_rad)


def heading(road: Road, s_m: float) -> float:
    """The road's direction, radians."""
    ahead = road_frame(road, np.array([s_m]))[1][0, :, 0]
    return math.atan2(ahead[1], ahead[0])


def turn_of(item: RoadObject) -> float:
    """An object's heading relative to its road."""
    return item.heading_rad + (math.pi if item.orientation == "-" else 0.0)


def copies(item: RoadObject) -> list[tuple[float, float, float, float]]:
    """(s, t, height above the road, share along its repeat) of every copy; continuous ones have none."""
    if not item.repeats:
        return [(item.s_m, item.t_m, item.z_offset_m, 0.0)]
    result = []
    for repeat in item.repeats:
        if repeat.distance_m > 0.0:
            count = math.floor(repeat.length_m / repeat.distance_m + 1e-6) + 1
            for k in range(count):
                share = min(1.0, k * repeat.distance_m / max(repeat.length_m, 1e-9))
                t, z = between(repeat.t_m, share), between(repeat.z_offset_m, share)
                result.append((repeat.s_m + k * repeat.distance_m, t, z, share))
    return result


def between(pair: tuple[float, float], share: float, fallback: float = float("nan")) -> float:
    """Linear between a pair; the fallback where the file gives none."""
    value = pair[0] + share * (pair[1] - pair[0])
    return value if math.isfinite(value) else fallback


def repeat_of(item: RoadObject) -> Repeat | None:
    """The first repeat, if any."""
    return item.repeats[0] if item.repeats else None


def outline_points(
    site: Site, road: Road, item: RoadObject, outline: Outline
) -> tuple[Float[ndarray, "n 3"], Float[ndarray, " n"]]:
    """World points of an outline's corners at their feet, and the object's height at each."""
    points, heights = [], []
    base = site.on_road(road, item.s_m, item.t_m, item.z_offset_m)
    frame = upright(base, heading(road, item.s_m) + turn_of(item))
    for corner in outline.corners:
        if isinstance(corner, CornerRoad):
            points.append(site.on_road(road, corner.s_m, corner.t_m, corner.dz_m))
        else:
            points.append(frame.apply(np.array([corner.u_m, corner.v_m, corner.z_m])))
        heights.append(corner.height_m)
    return np.array(points).reshape(-1, 3), np.array(heights)


def footprint_of(site: Site, road: Road, item: RoadObject) -> tuple[shapely.Geometry, float]:
    """An object's area from above (its first outline, or its box) and the height of its foot."""
    return footprints_of(site, road, item)[0]


def footprints_of(site: Site, road: Road, item: RoadObject) -> list[tuple[shapely.Geometry, float]]:
    """The area of each of an object's outlines, or of its box, and the height of its foot there."""
    drawn = [outline_points(site, road, item, outline)[0] for outline in item.outlines]
    areas = [(valid_area(points[:, :2]), float(points[:, 2].mean())) for points in drawn if len(points) >= 3]
    if areas:
        return areas
    base = site.on_road(road, item.s_m, item.t_m, item.z_offset_m)
    length, width = (size if math.isfinite(size) else 0.0 for size in (item.length_m, item.width_m))
    corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]]) * [length / 2, width / 2, 0.0]
    placed = upright(base, heading(road, item.s_m) + turn_of(item)).apply(corners)
    return [(valid_area(placed[:, :2]), float(base[2]))]
