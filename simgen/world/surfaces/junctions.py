"""A junction's connecting roads as one surface: a union from above, one height field, kerbs where heights differ.

Connecting roads overlap; drawn each on its own they would fight for the same pixels and leave slits between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from jaxtyping import Float, Int
from numpy import ndarray
from scipy.spatial import cKDTree

from simgen.world.mesh import Mesh
from simgen.world.surfaces.palette import Palette
from simgen.world.surfaces.plan import LanePlan, blended_height, lane_plans
from simgen.world.surfaces.sheets import polygons_of, ribbon, sheet, triangles, weld
from simgen.world.surfaces.strips import KERB_TOP_M, STEP_M, SectionStrips

PRIORITY = ("road", "biking", "parking", "shoulder", "rail", "sidewalk", "kerb", "median", "border")
"""Where lanes of several kinds overlap, the first of these is what one sees."""

GRID_M = 1e-3
_SLIT_M = 0.3
_CELL_M = 3.0
_PLANE_M = 0.006

_KINDS = {
    "biking": "biking", "bicycle": "biking", "parking": "parking", "shoulder": "shoulder", "stop": "shoulder",
    "rail": "rail", "tram": "rail", "sidewalk": "sidewalk", "walking": "sidewalk", "curb": "kerb",
    "median": "median", "restricted": "median", "border": "border", "none": "border",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Region:
    """A part of a junction of one kind."""

    kind: str
    area: shapely.Geometry
    plans: tuple[LanePlan, ...]


def overlapping(sections: Sequence[SectionStrips]) -> tuple[list[list[SectionStrips]], list[SectionStrips]]:
    """Groups of a junction's sections that overlap one another at one level, and those that stand alone."""
    shapes = [shapely.union_all([plan.outline for plan in lane_plans([one])], grid_size=GRID_M) for one in sections]
    tree = shapely.STRtree(shapes)
    parent = list(range(len(sections)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for i, j in tree.query(shapes, predicate="intersects").T.tolist():
        apart = i < j and root(i) != root(j)
        if apart and shapes[i].intersection(shapes[j]).area > 0.05 and _level_with(sections[i], sections[j]):
            parent[root(j)] = root(i)
    groups: dict[int, list[SectionStrips]] = {}
    for k, section in enumerate(sections):
        groups.setdefault(root(k), []).append(section)
    together = [group for group in groups.values() if len(group) > 1]
    return together, [group[0] for group in groups.values() if len(group) == 1]


def _level_with(one: SectionStrips, other: SectionStrips) -> bool:
    a = np.concatenate([strip.points.reshape(-1, 3) for strip in one.strips])
    b = np.concatenate([strip.points.reshape(-1, 3) for strip in other.strips])
    _, nearest = cKDTree(b[:, :2]).query(a[:, :2])
    gap = np.linalg.norm(b[nearest, :2] - a[:, :2], axis=1)
    close = gap <= gap.min() + 1.0
    return bool(np.median(np.abs(b[nearest[close], 2] - a[close, 2])) < 1.5)


def regions(sections: Sequence[SectionStrips]) -> list[Region]:
    """The union of the lanes, divided by kind; slits narrower than 0.6 m between roads become road."""
    plans = lane_plans(sections)
    by_kind: dict[str, list[LanePlan]] = {}
    for plan in plans:
        by_kind.setdefault(_KINDS.get(plan.strip.lane.kind, "road"), []).append(plan)
    taken, areas = shapely.Polygon(), {}
    for kind in PRIORITY:
        if kind in by_kind:
            area = shapely.union_all([plan.outline for plan in by_kind[kind]], grid_size=GRID_M)
            areas[kind] = shapely.difference(area, taken, grid_size=GRID_M)
            taken = shapely.union(taken, area, grid_size=GRID_M)
    slits = shapely.difference(_without_slits(taken), taken, grid_size=GRID_M)
    first = next(iter(areas))
    areas[first] = shapely.union(areas[first], slits, grid_size=GRID_M)
    if "road" in areas and "sidewalk" in areas and _raised(by_kind["sidewalk"]):
        stone = shapely.intersection(areas["sidewalk"], areas["road"].buffer(KERB_TOP_M), grid_size=GRID_M)
        areas["stone"] = shapely.union_all(polygons_of(stone))
        areas["sidewalk"] = shapely.difference(areas["sidewalk"], areas["stone"], grid_size=GRID_M)
        by_kind["stone"] = by_kind["sidewalk"]
    return [Region(kind=kind, area=area, plans=tuple(by_kind[kind])) for kind, area in areas.items()]


def junction_areas(sections: Sequence[SectionStrips]) -> list[shapely.Geometry]:
    """What the connecting roads cover together, slits included."""
    shapes = [plan.outline for plan in lane_plans(sections)]
    return [_without_slits(shapely.union_all(shapes, grid_size=GRID_M))]


def _raised(plans: Sequence[LanePlan]) -> bool:
    return any(inner > 0.05 for plan in plans for _, inner, _ in plan.strip.lane.heights)


def _without_slits(area: shapely.Geometry) -> shapely.Geometry:
    closed = area.buffer(0.02, join_style="mitre").buffer(-0.02, join_style="mitre")
    filled = []
    for polygon in polygons_of(shapely.union(area, closed, grid_size=GRID_M)):
        holes = [
            ring
            for ring in polygon.interiors
            if shapely.Polygon(ring).area > 6.0 and not shapely.Polygon(ring).buffer(-_SLIT_M).is_empty
        ]
        filled.append(shapely.Polygon(polygon.exterior, holes))
    return shapely.union_all(filled, grid_size=GRID_M)


def junction_meshes(sections: Sequence[SectionStrips], palette: Palette) -> list[Mesh]:
    """The surface of overlapping connecting roads."""
    parts = regions(sections)
    known = np.concatenate([strip.points[:, (0, -1)].reshape(-1, 3) for one in sections for strip in one.strips])
    bumpy = _bumpy(parts)
    cells = _cells(parts, known, bumpy=bumpy)
    corners = [triangles(shapely.union_all([])) if not len(cell) else _triangulate(cell) for cell in cells]
    plan, faces = weld(np.concatenate(corners))
    owner = np.repeat(np.arange(len(parts)), [len(part) for part in corners])
    plan = _snapped(plan, known[:, :2])
    heights = np.full((len(parts), len(plan)), np.nan)
    meshes = []
    for k, part in enumerate(parts):
        used = np.unique(faces[owner == k])
        if not len(used):
            continue
        heights[k, used] = blended_height(part.plans, plan[used])
        local = np.searchsorted(used, faces[owner == k])
        points = np.concatenate([plan[used], heights[k, used][:, None]], axis=1)
        material = palette.kerb if part.kind == "stone" else palette.of_lane(_lane_kind(part.kind))
        meshes.append(sheet(points, local, material))
    return meshes + _steps(plan, faces, owner, heights, palette)


def _lane_kind(kind: str) -> str:
    return {"road": "driving", "kerb": "curb"}.get(kind, kind)


def _triangulate(cell: list[shapely.Polygon]) -> Float[ndarray, "t 3 2"]:
    return np.concatenate([triangles(polygon) for polygon in cell])


def _cells(parts: Sequence[Region], known: Float[ndarray, "n 3"], *, bumpy: bool) -> list[list[shapely.Polygon]]:
    """Polygons of each region that share all their vertices: boundaries (and a grid where uneven) cut each other."""
    lines: list[shapely.Geometry] = [shapely.boundary(part.area) for part in parts]
    area = shapely.union_all([part.area for part in parts], grid_size=GRID_M)
    if bumpy:
        lines.append(_grid(area))
    # The neighbours' border points become vertices here too, so that no edge ends in the middle of another.
    edge = shapely.boundary(area)
    ends = shapely.points(np.unique(np.round(known[:, :2], 6), axis=0))
    ends = ends[shapely.dwithin(ends, edge, 2.0 * GRID_M)]
    net = shapely.union_all(lines, grid_size=GRID_M)
    net = shapely.snap(net, shapely.union_all(ends), 2.0 * GRID_M) if len(ends) else net
    faces = polygons_of(shapely.polygonize(list(shapely.get_parts(shapely.union_all([net])))))
    inside = shapely.points([(point.x, point.y) for point in (face.representative_point() for face in faces)])
    result: list[list[shapely.Polygon]] = [[] for _ in parts]
    for part in parts:
        shapely.prepare(part.area)
    for face, point in zip(faces, inside, strict=True):
        for k, part in enumerate(parts):
            if part.area.intersects(point):
                result[k].append(face)
                break
    return result


def _grid(area: shapely.Geometry) -> shapely.Geometry:
    x0, y0, x1, y1 = area.bounds
    rows = [shapely.LineString([(x0, y), (x1, y)]) for y in np.arange(np.ceil(y0 / _CELL_M), y1 / _CELL_M) * _CELL_M]
    columns = [shapely.LineString([(x, y0), (x, y1)]) for x in np.arange(np.ceil(x0 / _CELL_M), x1 / _CELL_M) * _CELL_M]
    return shapely.intersection(shapely.union_all([*rows, *columns]), area)


def _bumpy(parts: Sequence[Region]) -> bool:
    """Whether a plane is too simple for these lanes (their own heights above the road aside)."""
    points = np.concatenate([plan.corners.reshape(-1, 3) for plan in parts[0].plans])
    design = np.concatenate([points[:, :2] - points[:, :2].mean(axis=0), np.ones((len(points), 1))], axis=1)
    fit = np.linalg.lstsq(design, points[:, 2], rcond=None)[0]
    return bool(np.max(np.abs(design @ fit - points[:, 2])) > _PLANE_M)


def _snapped(plan: Float[ndarray, "n 2"], known: Float[ndarray, "m 2"]) -> Float[ndarray, "n 2"]:
    """Vertices that the snap grid moved, put back where the lanes' own points are."""
    distance, nearest = cKDTree(known).query(plan)
    return np.where((distance < 1.5 * GRID_M)[:, None], known[nearest], plan)


def _steps(
    plan: Float[ndarray, "n 2"],
    faces: Int[ndarray, "t 3"],
    owner: Int[ndarray, " t"],
    heights: Float[ndarray, "k n"],
    palette: Palette,
) -> list[Mesh]:
    """Vertical faces along edges that regions of different height share."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    sides = np.tile(owner, 3)
    size = len(plan)
    keys, back = edges[:, 0] * size + edges[:, 1], edges[:, 1] * size + edges[:, 0]
    order = np.argsort(keys, kind="stable")
    found = order[np.minimum(np.searchsorted(keys[order], back), len(order) - 1)]
    border = np.flatnonzero((keys[found] == back) & (sides[found] != sides))
    meshes = []
    for index in border:
        (a, b), k, other = edges[index], sides[index], sides[found[index]]
        low, high = heights[k, [a, b]], heights[other, [a, b]]
        if np.max(high - low) > STEP_M and np.all(high >= low - 1e-6):
            # The lower region lies to the left of its own edge; the face looks that way.
            foot = np.column_stack([plan[[b, a]], low[::-1]])
            top = np.column_stack([plan[[b, a]], high[::-1]])
            meshes.append(ribbon(foot, top, palette.kerb, world_uv=False))
    return meshes
