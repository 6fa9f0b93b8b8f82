"""The objects of a road as meshes: what stands on the ground, what runs along it, what has an outline of its own."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import shapely
from jaxtyping import Float
from numpy import ndarray

from simgen.world.material import Material
from simgen.world.mesh import Mesh
from simgen.world.opendrive.geometry import adaptive_stations, road_to_world
from simgen.world.opendrive.object_types import Outline, Repeat, RoadObject
from simgen.world.opendrive.types import Road
from simgen.world.shapes import box, cylinder, extrude
from simgen.world.surfaces import standing
from simgen.world.surfaces.paint import PAINTED
from simgen.world.surfaces.palette import Palette
from simgen.world.surfaces.placing import Site, between, copies, heading, outline_points, repeat_of, turn_of, upright
from simgen.world.surfaces.rails import rail_meshes, swept

_INVISIBLE = (
    "none",
    "patch",
    "car",
    "van",
    "bus",
    "trailer",
    "bike",
    "motorbike",
    "tram",
    "train",
    "pedestrian",
    "wind",
)
"""Types without a body of their own here; vehicles and people are actors, not part of the world."""

_UNKNOWN_M = {"tree": 6.0, "pole": 3.0, "streetLamp": 7.0, "vegetation": 1.0, "building": 8.0, "gantry": 6.5}


_WORDS = {
    "streetlamp": "lamp", "delineator": "delineator", "guide-post": "delineator", "pole": "pole", "post": "pole",
    "cone": "cone",
}  # fmt: skip


def object_meshes(site: Site, road: Road, item: RoadObject, palette: Palette) -> list[Mesh]:
    """The body of one object with all its repeats; nothing for what is only painted."""
    if item.kind in PAINTED or (item.kind in _INVISIBLE and not item.outlines):
        return []
    meshes = [
        mesh
        for repeat in item.repeats
        if repeat.distance_m <= 0.0
        for mesh in _along(site, road, item, repeat, palette)
    ]
    holes = [outline_points(site, road, item, one)[0] for one in item.outlines if not one.outer and one.closed]
    for outline in item.outlines:
        meshes.extend(_outlined(site, road, item, outline, holes, palette))
    if item.outlines:
        return meshes
    for s_m, t_m, z_m, share in copies(item):
        pose = site.pose(road, s_m, t_m, z_m, turn_of(item))
        body = _body(item, _size(item, share), palette, f"{road.id}/{item.id}/{s_m:.2f}")
        if body is not None:
            meshes.append(standing.placed(body, pose))
    return meshes


def _size(item: RoadObject, share: float) -> tuple[float, float, float, float]:
    """Length, width, radius and height of a copy; NaN where the file gives none."""
    repeat = repeat_of(item)
    if repeat is None:
        return item.length_m, item.width_m, item.radius_m, item.height_m
    return (
        between(repeat.object_length_m, share, item.length_m),
        between(repeat.width_m, share, item.width_m),
        between(repeat.radius_m, share, item.radius_m),
        between(repeat.height_m, share, item.height_m),
    )


def _body(item: RoadObject, size: tuple[float, float, float, float], palette: Palette, name: str) -> Mesh | None:
    length, width, radius, height = size
    what = _shape_of(item)
    tall = height if math.isfinite(height) and height > 0 else _UNKNOWN_M.get(item.kind, 1.0)
    makers: dict[str, Callable[[], Mesh]] = {
        "tree": lambda: standing.tree(tall, _first(radius, width / 2.0, 0.25 * tall), palette, name),
        "vegetation": lambda: standing.bush(tall, _first(radius, width / 2.0, 0.6 * tall), palette),
        "lamp": lambda: standing.lamp_post(tall, _first(radius, 0.08), palette),
        "delineator": lambda: standing.delineator(tall, palette),
        "pole": lambda: standing.pole(tall, min(_first(radius, width / 2.0, 0.06), 0.4), palette),
        "gantry": lambda: standing.gantry(_first(width, 12.0), tall, palette),
        "cone": lambda: standing.cone(tall, palette),
        "round": lambda: cylinder(radius, tall, _material(item, palette), segments=10),
        "box": lambda: box((length, width, tall), _material(item, palette), (0.0, 0.0, tall / 2.0)),
    }
    if not what and math.isfinite(radius) and radius > 0:
        what = "round"
    if not what and math.isfinite(length) and math.isfinite(width) and min(length, width) > 0:
        what = "box"
    return makers[what]() if what else None


def _shape_of(item: RoadObject) -> str:
    """Which of the known bodies an object's type or name calls for, "" for none of them."""
    if item.kind in ("tree", "vegetation", "gantry"):
        return item.kind
    words = f"{item.kind} {item.name}".lower()
    return next((shape for word, shape in _WORDS.items() if word in words), "")


def _first(*sizes: float) -> float:
    return next(size for size in sizes if math.isfinite(size) and size > 0)


def _material(item: RoadObject, palette: Palette) -> Material:
    table = {
        "building": palette.building, "barrier": palette.concrete, "soundBarrier": palette.wall,
        "trafficIsland": palette.kerb, "vegetation": palette.leaves, "tree": palette.leaves,
        "railing": palette.railing, "gantry": palette.pole, "pole": palette.pole,
    }  # fmt: skip
    return palette.building if "building" in item.name.lower() else table.get(item.kind, palette.furniture)


def _outlined(
    site: Site,
    road: Road,
    item: RoadObject,
    outline: Outline,
    holes: Sequence[Float[ndarray, "_ 3"]],
    palette: Palette,
) -> list[Mesh]:
    """A prism over a closed outline, a wall over an open one; corners may differ in height, holes go through."""
    points, heights = outline_points(site, road, item, outline)
    if len(points) < 2 or not outline.outer:
        return []
    fallback = item.height_m if math.isfinite(item.height_m) else 0.0
    heights = np.where(heights > 0.0, heights, fallback)
    if heights.max() <= 0.0:
        return []
    material = _material(item, palette)
    if not outline.closed or len(points) < 3:
        return [swept(points, np.array([[-0.05, 0.0], [0.05, 0.0], [0.05, 1.0], [-0.05, 1.0]]), heights, material)]
    ring = shapely.Polygon(points[:, :2])
    if not ring.is_valid or ring.area < 1e-4:
        return []
    # Its foot goes below the lowest corner, so that it stands in the ground on a slope.
    low = float(points[:, 2].min()) - 0.05
    inner = [hole[:, :2] for hole in holes if len(hole) > 2 and ring.contains_properly(shapely.Polygon(hole[:, :2]))]
    if np.ptp(points[:, 2] + heights) < 0.01:
        return [extrude(points[:, :2], low, float((points[:, 2] + heights).max()), material, holes=inner)]
    return [_prism(points, heights, low, inner, material)]


def _prism(
    points: Float[ndarray, "n 3"],
    heights: Float[ndarray, " n"],
    low: float,
    holes: Sequence[Float[ndarray, "_ 2"]],
    material: Material,
) -> Mesh:
    """A prism whose top follows its corners (round a hole, the nearest corner of its outer border)."""
    flat = extrude(points[:, :2], 0.0, 1.0, material, holes=holes)
    xy = flat.vertices[:, :2].astype(np.float64)
    nearest = np.argmin(np.linalg.norm(xy[:, None] - points[None, :, :2], axis=-1), axis=1)
    top = (points[:, 2] + heights)[nearest]
    z = np.where(flat.vertices[:, 2] > 0.5, top, low)
    return Mesh(
        vertices=np.column_stack([xy, z]).astype(np.float32),
        faces=flat.faces,
        normals=flat.normals,
        uvs=flat.uvs,
        material=flat.material,
        materials=flat.materials,
    )


def _along(site: Site, road: Road, item: RoadObject, repeat: Repeat, palette: Palette) -> list[Mesh]:
    """One continuous object along the road."""
    start, end = max(repeat.s_m, 0.0), min(repeat.s_m + repeat.length_m, road.length_m)
    if end - start < 0.05:
        return []

    def line(s_m: Float[ndarray, " n"]) -> Float[ndarray, "n 1 3"]:
        share = (s_m - repeat.s_m) / repeat.length_m
        t = repeat.t_m[0] + share * (repeat.t_m[1] - repeat.t_m[0])
        z = repeat.z_offset_m[0] + share * (repeat.z_offset_m[1] - repeat.z_offset_m[0])
        if repeat.detach:
            return _straight(road, repeat, s_m, t, z)[:, None]
        return road_to_world(road, s_m, t, z)[:, None]

    stations = adaptive_stations(line, start, end, deviation_m=0.03, longest_m=60.0)
    points = line(stations)[:, 0] - site.origin_m
    share = (stations - repeat.s_m) / repeat.length_m
    tall = item.height_m if math.isfinite(item.height_m) and item.height_m > 0 else 0.8
    height = np.array([between(repeat.height_m, one, tall) for one in share])
    width = between(repeat.width_m, 0.0, item.width_m)
    words = f"{item.kind} {item.subtype} {item.name}"
    return rail_meshes(points, height, width if math.isfinite(width) else 0.3, words, palette)


def _straight(
    road: Road, repeat: Repeat, s_m: Float[ndarray, " n"], t_m: Float[ndarray, " n"], z_m: Float[ndarray, " n"]
) -> Float[ndarray, "n 3"]:
    """Points beside the tangent at the repeat's start."""
    start = road_to_world(road, np.array([repeat.s_m]), np.array([0.0]))[0]
    frame = upright(start, heading(road, repeat.s_m))
    return frame.apply(np.column_stack([s_m - repeat.s_m, t_m, z_m]))
