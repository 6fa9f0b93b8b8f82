"""The ground around the roads: it meets every road edge at that edge's height and rolls smoothly in between.

It is cut out where roads lie, so it cannot poke through them.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import shapely
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial import cKDTree

from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.surfaces.footprint import Footprint, ring_of
from simgen.world.surfaces.sheets import grid_faces, polygons_of, sheet, triangles, weld

MARGIN_M = 100.0
FAR_M = 1500.0
Relief: TypeAlias = Callable[[Float[ndarray, "n 2"], Float[ndarray, " n"]], Float[ndarray, " n"]]
"""Hills: how much higher (metres) the ground is at points of the plan, this far from the nearest road; 0 beside it."""

_RINGS_M = (60.0, 140.0, 250.0, 400.0, 600.0, 850.0, 1150.0)
"""Where land with hills is measured on its way to the horizon, beyond the frame."""

_GRID_M = 1e-3
_FLAT_M = 0.3
_NEIGHBOURS = 12


def terrain_mesh(
    footprints: Sequence[Footprint],
    covered: Sequence[shapely.Geometry],
    material: Material,
    relief: Relief | None = None,
) -> Mesh:
    """The ground.

    Args:
        footprints: all sections; those that fly leave the ground whole.
        covered: further areas that have a surface already (junctions' unions).
        material: of all of it.
        relief: hills beside the roads and up to the horizon; none by default.
    """
    pieces = [piece for one in footprints for piece in one.ground_pieces()]
    if not pieces:
        return _plane(material)
    edges = np.concatenate([line for piece in pieces for line in piece])
    samples = _densified(pieces)
    area, frame = _open_ground([ring_of(*piece) for piece in pieces], covered)
    size = _cell_size(frame, edges, hilly=relief is not None)
    plan, faces = weld(np.concatenate(_cells(area, frame, size)))
    distance, nearest = cKDTree(edges[:, :2]).query(plan)
    plan = np.where((distance < 2.0 * _GRID_M)[:, None], edges[nearest, :2], plan)
    points = np.column_stack([plan, _height(plan, samples, relief)])
    rings = [] if relief is None else [_hills(_RINGS_M, points, frame, samples, relief)]
    return merge([sheet(points, faces, material), _horizon(points, frame, material, rings)])


def _plane(material: Material) -> Mesh:
    corners = FAR_M * np.array([[-1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [1.0, -1.0, 0.0], [1.0, 1.0, 0.0]])
    return sheet(corners, np.array([[0, 2, 3], [0, 3, 1]]), material)


def _open_ground(
    rings: Sequence[shapely.Geometry], covered: Sequence[shapely.Geometry]
) -> tuple[shapely.Geometry, tuple[float, float, float, float]]:
    roads = shapely.union_all([*rings, *covered], grid_size=_GRID_M)
    low_x, low_y, high_x, high_y = roads.bounds
    frame = (
        float(np.floor(low_x - MARGIN_M)),
        float(np.floor(low_y - MARGIN_M)),
        float(np.ceil(high_x + MARGIN_M)),
        float(np.ceil(high_y + MARGIN_M)),
    )
    return shapely.difference(shapely.box(*frame), roads, grid_size=_GRID_M), frame


def _cell_size(frame: tuple[float, float, float, float], edges: Float[ndarray, "n 3"], *, hilly: bool) -> float:
    """Fine enough for the relief, coarse enough for a renderer: about thirty cells over the map."""
    extent = max(frame[2] - frame[0], frame[3] - frame[1])
    if np.ptp(edges[:, 2]) < _FLAT_M and not hilly:
        return float(np.clip(extent / 8.0, 60.0, 200.0))
    return float(np.clip(extent / 30.0, 12.0, 40.0))


def _cells(
    area: shapely.Geometry, frame: tuple[float, float, float, float], size_m: float
) -> list[Float[ndarray, "t 3 2"]]:
    x = np.linspace(frame[0], frame[2], int(np.ceil((frame[2] - frame[0]) / size_m)) + 1)
    y = np.linspace(frame[1], frame[3], int(np.ceil((frame[3] - frame[1]) / size_m)) + 1)
    lines = [shapely.LineString([(k, y[0]), (k, y[-1])]) for k in x]
    lines += [shapely.LineString([(x[0], k), (x[-1], k)]) for k in y]
    net = shapely.union_all([shapely.boundary(area), *lines], grid_size=_GRID_M)
    faces = np.array(polygons_of(shapely.polygonize(list(shapely.get_parts(net)))))
    inner = shapely.point_on_surface(faces)
    shapely.prepare(area)
    return [triangles(face) for face in faces[shapely.contains(area, inner)]]


def _densified(pieces: Sequence[tuple[Float[ndarray, "_ 3"], Float[ndarray, "_ 3"]]]) -> Float[ndarray, "m 3"]:
    """Edge points, and more between them where they are far apart."""
    lines = [line for right, left in pieces for line in (right, left, right[[0, 0]], left[[-1, -1]])]
    lines += [np.stack([right[end], left[end]]) for right, left in pieces for end in (0, -1)]
    result = []
    for line in lines:
        start, end = line[:-1], line[1:]
        count = np.maximum(np.ceil(np.linalg.norm(end - start, axis=1)).astype(int), 1)
        index = np.repeat(np.arange(len(count)), count)
        step = np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)
        share = (step / count[index])[:, None]
        result += [start[index] + share * (end - start)[index], end[-1:]]
    return np.concatenate(result)


def _height(plan: Float[ndarray, "n 2"], samples: Float[ndarray, "m 3"], relief: Relief | None) -> Float[ndarray, " n"]:
    """An edge's own height on it, the mean of several edges' heights and the hills away from them."""
    near, index = cKDTree(samples[:, :2]).query(plan)
    coarse = samples[:: max(1, len(samples) // 4000)]
    away, several = cKDTree(coarse[:, :2]).query(plan, k=min(_NEIGHBOURS, len(coarse)))
    away, several = away.reshape(len(plan), -1), several.reshape(len(plan), -1)
    weight = 1.0 / (away**2 + 25.0)
    smooth = np.sum(weight * coarse[several, 2], axis=1) / np.sum(weight, axis=1)
    share = np.clip(near / 20.0, 0.0, 1.0)
    share = share * share * (3.0 - 2.0 * share)
    hills = relief(plan, near) if relief is not None else 0.0
    return np.asarray((1.0 - share) * samples[index, 2] + share * smooth + hills)


def _rim(points: Float[ndarray, "n 3"], frame: tuple[float, float, float, float]) -> Float[ndarray, "m 3"]:
    """The ground's points on the frame, once round it."""
    low, high = np.array(frame[:2]), np.array(frame[2:])
    on = np.any((np.abs(points[:, :2] - low) < 1e-6) | (np.abs(points[:, :2] - high) < 1e-6), axis=1)
    rim = points[on]
    scaled = (rim[:, :2] - (low + high) / 2.0) / ((high - low) / 2.0)
    # Around the square, counter-clockwise: the angle would do, but corners must not depend on rounding.
    order = np.argsort(np.arctan2(scaled[:, 1], scaled[:, 0]), kind="stable")
    return np.concatenate([rim[order], rim[order[:1]]])


def _beyond(rim: Float[ndarray, "m 3"], frame: tuple[float, float, float, float], by_m: float) -> Float[ndarray, "m 2"]:
    """The frame's points moved outwards."""
    middle = (np.array(frame[:2]) + np.array(frame[2:])) / 2.0
    half = (np.array(frame[2:]) - np.array(frame[:2])) / 2.0
    return np.asarray(rim[:, :2] + (rim[:, :2] - middle) / half * by_m)


def _hills(
    rings_m: Sequence[float],
    points: Float[ndarray, "n 3"],
    frame: tuple[float, float, float, float],
    samples: Float[ndarray, "k 3"],
    relief: Relief,
) -> Float[ndarray, "r m 3"]:
    """Rings of land between the frame and the horizon."""
    rim = _rim(points, frame)
    plans = [_beyond(rim, frame, by_m) for by_m in rings_m]
    return np.stack([np.column_stack([plan, _height(plan, samples, relief)]) for plan in plans])


def _horizon(
    points: Float[ndarray, "n 3"],
    frame: tuple[float, float, float, float],
    material: Material,
    between: Sequence[Float[ndarray, "r m 3"]],
) -> Mesh:
    """A ring of large faces from the frame, over rings in between, to where the eye no longer sees a border."""
    rim = _rim(points, frame)
    far = np.column_stack([_beyond(rim, frame, FAR_M), np.full(len(rim), np.median(rim[:, 2]))])
    lines = np.concatenate([rim[None], *between, far[None]])
    ring = np.swapaxes(lines, 0, 1)[::-1]
    return sheet(ring.reshape(-1, 3), grid_faces(len(ring), len(lines)), material)
