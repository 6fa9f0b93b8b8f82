"""Dresses any map: what stands beside a road depends on its type, its speed and the lanes that it has."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from simgen.sampling import stream
from simgen.world.build import Place
from simgen.world.model import Model
from simgen.world.opendrive.types import Road
from simgen.world.surfaces.objects import object_meshes
from simgen.world.surfaces.placing import Site
from simgen.world.world import Surface

from ._dressing import Building, Frontage, Plots, along_kerb, frontages, line_street, scatter
from ._dressing_kinds import detached, flats, garden_tree, houses, shops, sidewalk_thing, street_tree, terraces
from .models import furniture, plants

MOST_BUILDINGS, MOST_TREES, MOST_THINGS = 300, 600, 300
"""Of a whole map, however large: what stands there is shared among its roads by their length."""

MOST_OBJECTS = 4000
"""Objects of the map that are looked at, to stand beside them."""

_LONG_M, _WALK_M = 60.0, 2.0
_FAST_MPS, _SLOW_MPS = 70.0 / 3.6, 35.0 / 3.6
_AREA_M2_A_TREE = 900.0
_LEVEL_M = 1.5
"""A road further above or below the land is on a bridge, an embankment or in a tunnel: nothing stands at its side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One side of a road, and what may stand there; `walk`: a sidewalk is its outermost lane."""

    street: Frontage
    kind: str
    speed_mps: float
    walk: bool


def kind_of(road: Road) -> str:
    """Says "motorway", "rural" or "urban": sidewalks are urban; else by the road's type, its speed and its lanes."""
    stated = road.types[0].kind.lower() if road.types else ""
    sides = [
        [lane for lane in section.lanes.values() if lane.id * sign > 0] for section in road.sections for sign in (1, -1)
    ]
    if stated.startswith("motorway"):
        return "motorway"
    if any(lane.kind == "sidewalk" for side in sides for lane in side):
        return "urban"
    speed, broad = speed_of(road), max(sum(lane.kind == "driving" for lane in side) for side in sides) > 1
    # Where the map names no limit, hard shoulders tell.
    hard = any(lane.kind in ("shoulder", "stop") for side in sides for lane in side)
    if broad and (speed > _FAST_MPS or (math.isnan(speed) and hard)):
        return "motorway"
    return "rural" if stated.startswith("rural") or speed > _FAST_MPS else "urban"


def speed_of(road: Road) -> float:
    """The highest limit that the map names, m/s; NaN where it names none."""
    stated = [one.speed_mps for one in road.types if math.isfinite(one.speed_mps)]
    for section in road.sections:
        for lane in section.lanes.values():
            stated += [one.speed_mps for one in lane.speeds if math.isfinite(one.speed_mps)]
    return max(stated, default=math.nan)


def dress_map(place: Place) -> list[Surface]:
    """Buildings along urban roads, farms along rural ones, trees, lamps and furniture, wherever there is free room."""
    plots = Plots(place=place, taken=_standing(place))
    sides = _sides(place)
    objects = [item.kind for road in place.drive.roads.values() for item in road.objects]
    has = {kind: objects.count(kind) > 20 for kind in ("building", "tree", "vegetation")}
    lit = any("lamp" in (item.name + item.kind).lower() for road in place.drive.roads.values() for item in road.objects)
    total = sum(side.street.length_m for side in sides) or 1.0
    for side in sides:
        share = side.street.length_m / total
        if not has["building"]:
            _build(plots, side, math.ceil(share * MOST_BUILDINGS))
        if side.kind == "urban":
            _equip(plots, side, math.ceil(share * MOST_THINGS), lamps=not lit)
    if not (has["tree"] or has["vegetation"]):
        for side in sides:
            _plant(plots, side, math.ceil(side.street.length_m / total * MOST_TREES / 2.0))
        low_x, low_y, high_x, high_y = place.roads.bounds
        free = (high_x - low_x + 60.0) * (high_y - low_y + 60.0) / _AREA_M2_A_TREE
        count = int(min(MOST_TREES / 2.0, free))
        clear = 9.0 if any(side.kind == "motorway" for side in sides) else 3.5
        scatter(plots, garden_tree, count=count, what="trees", reach_m=45.0, clear_m=clear)
    return plots.surfaces()


def _standing(place: Place) -> list[shapely.Geometry]:
    """What the map itself puts beside its roads, from above; rails that run along them are no obstacle."""
    site, areas = Site(origin_m=place.origin_m, ground=place.ground), []
    objects = [(road, item) for road in place.drive.roads.values() for item in road.objects]
    for road, item in objects[:MOST_OBJECTS]:
        for mesh in object_meshes(site, road, item, place.palette):
            area = shapely.MultiPoint(mesh.vertices[:, :2].astype(np.float64)).convex_hull
            low_x, low_y, high_x, high_y = area.bounds
            if max(high_x - low_x, high_y - low_y) < _LONG_M:
                areas.append(area)
    return areas


def _sides(place: Place) -> list[_Side]:
    """Sides of the roads that lie on the land."""
    result = []
    walks = _sidewalks(place)
    for street in frontages(place):
        road = place.drive.roads[street.road]
        points = street.edge[:: max(1, len(street.edge) // 12)]
        out = np.array([street.at(float(s))[1] for s in np.linspace(0.0, street.length_m, len(points))])
        beside = points[:, :2] + 3.0 * np.column_stack([-np.sin(out), np.cos(out)])
        land = place.ground.height(beside, points[:, 2])
        level = np.abs(land - points[:, 2]) < _LEVEL_M
        if road.structures or street.length_m < 8.0 or level.mean() < 0.7:
            continue
        result.append(
            _Side(street=street, kind=kind_of(road), speed_mps=speed_of(road), walk=walks[street.road, street.side])
        )
    return result


def _sidewalks(place: Place) -> dict[tuple[str, int], bool]:
    """Whether a road's outermost lane is a sidewalk that is wide enough for furniture, on each of its sides."""
    result: dict[tuple[str, int], bool] = {}
    for one in place.sections:
        for side, strip in ((1, one.strips[-1]), (-1, one.strips[0])) if one.strips else ():
            width = np.linalg.norm(strip.left[:, :2] - strip.right[:, :2], axis=1)
            wide = strip.lane.kind == "sidewalk" and bool(np.median(width) > _WALK_M)
            result[one.road.id, side] = result.get((one.road.id, side), True) and wide
    return result


def _build(plots: Plots, side: _Side, most: int) -> None:
    if side.kind == "motorway":
        return
    if side.kind == "rural":
        line_street(plots, side.street, _farms, most=most, patience=40)
        return
    rng = stream(plots.place.seed, "character", side.street.road)
    slow: Sequence[Callable[[np.random.Generator], Building]] = (houses, terraces, detached)
    usual: Sequence[Callable[[np.random.Generator], Building]] = (flats, shops, houses, flats, terraces)
    kinds = slow if side.speed_mps < _SLOW_MPS else usual
    choose = kinds[int(rng.integers(len(kinds)))]

    def set_back(draws: np.random.Generator) -> Building:
        building = choose(draws)
        # Where the map has no sidewalk there must be room to walk.
        room = 0.4 if side.walk else 3.0
        return Building(model=building.model, setback_m=building.setback_m + room, gap_m=building.gap_m)

    line_street(plots, side.street, set_back, most=most, patience=40)


def _farms(rng: np.random.Generator) -> Building:
    """A lonely house well off the road."""
    building = houses(rng)
    return Building(
        model=building.model, setback_m=float(rng.uniform(9.0, 18.0)), gap_m=float(rng.uniform(70.0, 220.0))
    )


def _equip(plots: Plots, side: _Side, most: int, *, lamps: bool) -> None:
    """Lamps and furniture on the sidewalk, or behind the road's edge where there is none."""
    if lamps:
        _row(plots, side, lambda n: furniture.lamp_post(), (12.0, 32.0), most // 2 + 1)
    turn = int(stream(plots.place.seed, "things", side.street.road).integers(11))
    _row(plots, side, lambda n: sidewalk_thing(turn + n), (21.0, 37.0), most // 2)


def _row(plots: Plots, side: _Side, model: Callable[[int], Model], spacing_m: tuple[float, float], most: int) -> None:
    """Things in a row: on the sidewalk's inner border, else wherever there is room; the first, and how far apart."""
    placed, (first, apart) = 0, spacing_m
    for n, (at, yaw) in enumerate(along_kerb(side.street, first, apart, 0.5 if side.walk else -1.0)):
        if placed >= most:
            return
        if side.walk:
            plots.drop(model(n), at, yaw, "furniture")
            placed += 1
        else:
            placed += plots.put(model(n), at, yaw, "furniture", spare_m=-0.1)


def _plant(plots: Plots, side: _Side, most: int) -> None:
    """A row of trees: close to urban roads, further from rural ones, in groups beside motorways."""
    rng, placed = stream(plots.place.seed, "trees", side.street.road, side.street.side), 0
    out = {"urban": 1.8, "rural": 4.5, "motorway": 11.0}[side.kind]
    apart = {"urban": 14.0, "rural": 18.0, "motorway": 12.0}[side.kind]
    for at, yaw in along_kerb(side.street, 9.0, apart, -out):
        if placed >= most:
            return
        if rng.uniform() < 0.4:
            continue
        if side.kind == "urban":
            model = street_tree(rng)
        elif side.kind == "motorway" and rng.uniform() < 0.5:
            model = plants.bush(height_m=2.5, seed=int(rng.integers(3)))
        else:
            model = garden_tree(rng)
        placed += plots.put(model, at, yaw + float(rng.uniform(0.0, 6.28)), "trees", spare_m=-0.6)
