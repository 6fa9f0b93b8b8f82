"""The country round a road: rolling land, fields, woods, fences and lines of trees that end the view."""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import shapely
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.sampling import stream
from simgen.world.build import Place
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.opendrive.geometry import road_to_world
from simgen.world.shapes import box, loft, moved
from simgen.world.surfaces.sheets import lift, polygons_of, ribbon, sheet, triangles, weld
from simgen.world.surfaces.terrain import Relief

from ._dressing import frontages
from .materials import by_name, tinted

LIFT_M = 0.03
"""A field without crop lies this much above the land, so that the two do not fight for pixels."""

_NOWHERE = shapely.Polygon()


def rolling(seed: int, near_m: float, far_m: float, clear_m: float = 9.0) -> Relief:
    """Hills that begin `clear_m` from the roads, `near_m` high within 100 m and `far_m` high half a kilometre away."""
    rng = stream(seed, "relief")
    lengths = np.array([620.0, 410.0, 270.0, 170.0, 95.0])
    turns, phases = rng.uniform(0.0, 2.0 * math.pi, (2, len(lengths)))
    shares = np.array([0.34, 0.27, 0.2, 0.13, 0.06])

    def relief(xy: Float[ndarray, "n 2"], distance_m: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
        along = xy[:, :1] * np.cos(turns) + xy[:, 1:] * np.sin(turns)
        wave = np.sum(shares * np.sin(2.0 * math.pi * along / lengths + phases), axis=1)
        near = _smooth((distance_m - clear_m) / 60.0)
        far = _smooth((distance_m - 80.0) / 500.0)
        return np.asarray(near * near_m * wave + far * far_m * (0.35 + 0.9 * wave))

    return relief


def _smooth(share: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
    share = np.clip(share, 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def heights(place: Place, xy: Float[ndarray, "n 2"]) -> Float[ndarray, " n"]:
    """Height of the ground at points; 0 where there is none."""
    z = place.ground.height(np.asarray(xy, np.float64), np.zeros(len(xy)))
    return np.asarray(np.nan_to_num(z))


def draped(place: Place, xy: Float[ndarray, "n 2"]) -> Float[ndarray, "n 3"]:
    """Points on the ground."""
    return np.column_stack([xy, heights(place, xy)])


def on_road(
    place: Place, road: str, s_m: float, t_m: float, height_m: float = 0.0
) -> tuple[Float[ndarray, "3"], float]:
    """A point of a road (or beside it, in its plane) and the road's direction there, radians."""
    here, ahead = road_to_world(place.drive.roads[road], np.array([s_m, s_m + 0.2]), np.full(2, t_m), height_m)
    return here - place.origin_m, math.atan2(ahead[1] - here[1], ahead[0] - here[0])


def along_road(
    place: Place, road: str, s_m: Float[ndarray, " n"], t_m: Float[ndarray, " n"], height_m: float = 0.0
) -> Float[ndarray, "n 3"]:
    """Points of a road's plane."""
    return np.asarray(road_to_world(place.drive.roads[road], s_m, t_m, height_m) - place.origin_m)


def spaced(line: Float[ndarray, "n 2"], apart_m: float) -> Float[ndarray, "m 2"]:
    """Points along a line about this far apart, its ends among them."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    places = np.linspace(0.0, along[-1], max(round(along[-1] / apart_m), 1) + 1)
    return np.stack([np.interp(places, along, line[:, k]) for k in range(2)], axis=-1)


def field_of(place: Place, area: shapely.Geometry, material: Material, crop_m: float = 0.0) -> list[Mesh]:
    """An area of the land in another material; a crop stands as high as it grows, with sides."""
    corners = _triangles_near(place, area)
    flat = shapely.polygons(np.concatenate([corners[:, :, :2], corners[:, :1, :2]], axis=1))
    shapely.prepare(area)
    whole = shapely.contains_properly(area, flat)
    tops = list(corners[whole, None])
    parts = shapely.intersection(flat[~whole], area)
    for part, corner in zip(parts, corners[~whole], strict=True):
        tops += [_on_plane(triangles(polygon), corner) for polygon in polygons_of(part)]
    if not tops:
        return []
    points = np.concatenate(tops)
    _, faces = weld(points[:, :, :2])
    order = np.full(faces.max() + 1, -1)
    order[faces.reshape(-1)] = np.arange(faces.size)
    lifted = points.reshape(-1, 3)[order] + [0.0, 0.0, max(crop_m, LIFT_M)]
    top = sheet(lifted, faces, material)
    if crop_m < 0.2:
        return [top]
    sides = []
    for polygon in polygons_of(area):
        foot = draped(place, spaced(shapely.get_coordinates(polygon.exterior)[::-1], 12.0))
        sides.append(ribbon(lift(foot, -0.2), lift(foot, crop_m), material, world_uv=False))
    return [top, *sides]


def _triangles_near(place: Place, area: shapely.Geometry) -> Float[ndarray, "t 3 3"]:
    """Triangles of the land whose boxes meet an area's."""
    corners = place.terrain.vertices[place.terrain.faces].astype(np.float64)
    low_x, low_y, high_x, high_y = area.bounds
    low, high = corners[:, :, :2].min(axis=1), corners[:, :, :2].max(axis=1)
    near = np.all((low <= [high_x, high_y]) & (high >= [low_x, low_y]), axis=1)
    return np.asarray(corners[near])


def _on_plane(plan: Float[ndarray, "t 3 2"], corner: Float[ndarray, "3 3"]) -> Float[ndarray, "t 3 3"]:
    """Points of the plan at the height of the triangle that they lie in."""
    normal = np.cross(corner[1] - corner[0], corner[2] - corner[0])
    away = plan - corner[0, :2]
    z = corner[0, 2] - (away @ normal[:2]) / normal[2]
    return np.concatenate([plan, z[..., None]], axis=-1)


@cache
def crops() -> tuple[tuple[Material, float], ...]:
    """What grows on fields, and how high: rape, wheat, maize, ploughed soil, meadow, hay stubble.

    Source: heights in early summer, BBCH growth stages 60 to 70; colours estimated.
    """
    return (
        (tinted("grass", (0.46, 0.38, 0.025)), 1.2),
        (tinted("grass", (0.40, 0.30, 0.115)), 0.8),
        (tinted("grass", (0.055, 0.13, 0.025)), 0.45),
        (by_name("soil"), 0.0),
        (tinted("grass", (0.125, 0.19, 0.045)), 0.0),
        (tinted("grass", (0.24, 0.21, 0.085)), 0.0),
    )


def wood(
    place: Place, line: Float[ndarray, "n 2"], name: str, *, height_m: float = 14.0, depth_m: float = 18.0
) -> Mesh:
    """The edge of a wood along a line, which it has on its right side: crowns of uneven height, closed to behind."""
    rng = stream(place.seed, "wood", name)
    points = spaced(line, 0.55 * height_m)
    ahead = np.gradient(points, axis=0)
    right = np.column_stack([ahead[:, 1], -ahead[:, 0]])
    right /= np.maximum(np.linalg.norm(right, axis=1, keepdims=True), 1e-9)
    front = points + rng.uniform(-0.14, 0.14, (len(points), 1)) * height_m * right
    tall = height_m * rng.uniform(0.72, 1.12, len(points))
    tall[[0, -1]] *= 0.3
    section = np.array([[0.0, -0.1], [-0.1, 0.35], [0.05, 0.78], [0.4, 1.0], [0.8, 0.85], [1.0, -0.1]])
    across = section[None, :, 0] * depth_m * rng.uniform(0.85, 1.15, (len(points), len(section)))
    foot = heights(place, points)
    rings = np.concatenate(
        [
            front[:, None] + across[..., None] * right[:, None],
            (foot[:, None] + section[None, :, 1] * tall[:, None])[..., None],
        ],
        axis=-1,
    )
    return loft(rings[:, ::-1], by_name("leaves_dark" if rng.uniform() < 0.6 else "leaves"), crease_deg=30.0)


def hedgerow(place: Place, line: Float[ndarray, "n 2"], name: str, *, height_m: float = 1.8) -> Mesh:
    """A wild hedge along a line."""
    return wood(place, line, name, height_m=height_m, depth_m=1.6)


def fence(place: Place, line: Float[ndarray, "n 2"], *, apart_m: float = 3.0, height_m: float = 1.15) -> Mesh:
    """A pasture's wooden fence: posts and two rails."""
    feet = draped(place, spaced(line, apart_m))
    oak = tinted("furniture_wood", (0.26, 0.2, 0.14))
    post = box((0.1, 0.1, height_m + 0.3), oak, (0.0, 0.0, height_m / 2.0))
    posts = [moved(post, Pose.from_xyz_rpy(*foot)) for foot in feet.tolist()]
    rails = [bar(lift(feet, share * height_m), 0.1, 0.04, oak) for share in (0.5, 0.9)]
    return merge([*posts, *rails])


def bar(line: Float[ndarray, "n 3"], tall_m: float, thick_m: float, material: Material) -> Mesh:
    """A bar of rectangular section through points."""
    ahead = np.gradient(line[:, :2], axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    right = np.column_stack([ahead[:, 1], -ahead[:, 0], np.zeros(len(line))])
    section = np.array([[0.5, -0.5], [-0.5, -0.5], [-0.5, 0.5], [0.5, 0.5]])
    rings = line[:, None] + section[None, :, :1] * thick_m * right[:, None]
    rings[..., 2] += section[None, :, 1] * tall_m
    return loft(rings[:, ::-1], material)


def horizon_woods(place: Place, *, nearest_m: float, count: int, keep_off: shapely.Geometry = _NOWHERE) -> list[Mesh]:
    """Woods on the land around, from `nearest_m` of the roads to half a kilometre away, none across a road."""
    rng = stream(place.seed, "horizon")
    zone = place.roads.buffer(nearest_m).union(keep_off)
    low_x, low_y, high_x, high_y = place.roads.bounds
    middle, half = np.array([low_x + high_x, low_y + high_y]) / 2.0, np.array([high_x - low_x, high_y - low_y]) / 2.0
    made: list[Mesh] = []
    for k in range(4 * count):
        turn = 2.0 * math.pi * (k + rng.uniform(-0.3, 0.3)) / count
        reach = rng.uniform(nearest_m, 520.0)
        centre = middle + (half + reach) * np.array([math.cos(turn), math.sin(turn)])
        sense = centre - middle
        heading = math.atan2(sense[1], sense[0]) + math.pi / 2.0 + rng.uniform(-0.35, 0.35)
        length = rng.uniform(110.0, 260.0)
        share = np.linspace(-0.5, 0.5, 9)
        bow = rng.uniform(-0.12, 0.12) * length * (1.0 - 4.0 * share**2)
        along = share[:, None] * length * np.array([math.cos(heading), math.sin(heading)])
        line = centre + along + bow[:, None] * np.array([-math.sin(heading), math.cos(heading)])
        height = float(rng.uniform(11.0, 18.0))
        if zone.intersects(shapely.LineString(line).buffer(30.0)):
            continue
        # One who looks outwards from the middle has the wood behind the line: on the left of its way round.
        made.append(wood(place, line[::-1], f"horizon{k}", height_m=height, depth_m=float(rng.uniform(25.0, 50.0))))
        if len(made) == count:
            break
    return made


def belts(
    place: Place,
    *,
    share: float = 0.4,
    away_m: tuple[float, float] = (10.0, 26.0),
    keep_off: shapely.Geometry = _NOWHERE,
) -> list[Mesh]:
    """Belts of shrubs and trees along both sides of the roads, on this share of their length."""
    made = []
    for street in frontages(place):
        rng = stream(place.seed, "belts", street.road, street.side)
        first = float(rng.uniform(15.0, 50.0))
        while first < street.length_m - 30.0:
            length = min(float(rng.uniform(25.0, 90.0)), street.length_m - first)
            height, away = float(rng.choice([2.5, 4.0, 8.0, 11.0])), float(rng.uniform(*away_m))
            height = min(height, 0.1 * length)
            line = np.array([street.at(float(s))[0][:2] for s in np.linspace(first, first + length, 9)])
            edge = offset_line(line, away)
            way = shapely.LineString(edge)
            if way.distance(place.roads) > 0.8 * away and not way.buffer(height).intersects(keep_off):
                name = f"belt {street.road} {street.side} {first:.0f}"
                made.append(wood(place, edge[::-1], name, height_m=height, depth_m=0.9 * height))
            first += length / max(share, 0.05)
    return made


def far_fields(place: Place, *, nearest_m: float, count: int, keep_off: shapely.Geometry = _NOWHERE) -> list[Mesh]:
    """Fields on the land around, between `nearest_m` and 450 m from the roads."""
    rng = stream(place.seed, "far fields")
    low_x, low_y, high_x, high_y = place.roads.bounds
    taken, made = place.roads.buffer(nearest_m).union(keep_off), []
    for _ in range(3 * count):
        at = rng.uniform([low_x - 450.0, low_y - 450.0], [high_x + 450.0, high_y + 450.0])
        turn, size = rng.uniform(0.0, math.pi), rng.uniform([70.0, 50.0], [190.0, 120.0])
        corners = np.array([[-0.5, -0.5], [0.5, -0.45], [0.48, 0.5], [-0.5, 0.46]]) * size
        cos, sin = math.cos(turn), math.sin(turn)
        area = shapely.Polygon(corners @ np.array([[cos, sin], [-sin, cos]]) + at)
        kind = int(rng.integers(len(crops())))
        if taken.intersects(area):
            continue
        taken = taken.union(area.buffer(6.0))
        made += field_of(place, area, crops()[kind][0])
        if len(made) >= count:
            break
    return made


def offset_line(line: Float[ndarray, "n 2"], left_m: float) -> Float[ndarray, "m 2"]:
    """A line moved to its left."""
    moved_line = shapely.LineString(line).offset_curve(left_m, join_style="mitre")
    parts = [part for part in shapely.get_parts(moved_line) if part.length > 1.0]
    longest: Sequence[shapely.Geometry] = sorted(parts, key=lambda part: -part.length)
    return np.asarray(shapely.get_coordinates(longest[0]))
