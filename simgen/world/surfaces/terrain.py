"""The ground around the roads: it meets every road edge at that edge's height and rolls smoothly in between.

It is cut out where roads lie, so it cannot poke through them.
"""

from collections.abc import Sequence

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
_GRID_M = 1e-3
_FLAT_M = 0.3
_NEIGHBOURS = 12


def terrain_mesh(footprints: Sequence[Footprint], covered: Sequence[shapely.Geometry], material: Material) -> Mesh:
    """The ground.

    Args:
        footprints: all sections; those that fly leave the ground whole.
        covered: further areas that have a surface already (junctions' unions).
        material: of all of it.
    """
    pieces = [piece for one in footprints for piece in one.ground_pieces()]
    if not pieces:
        return _plane(material)
    edges = np.concatenate([line for piece in pieces for line in piece])
    samples = _densified(pieces)
    area, frame = _open_ground([ring_of(*piece) for piece in pieces], covered)
    size = _cell_size(frame, edges)
    plan, faces = weld(np.concatenate(_cells(area, frame, size)))
    distance, nearest = cKDTree(edges[:, :2]).query(plan)
    plan = np.where((distance < 2.0 * _GRID_M)[:, None], edges[nearest, :2], plan)
    points = np.column_stack([plan, _height(plan, samples)])
    return merge([sheet(points, faces, material), _horizon(points, frame, material)])


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


def _cell_size(frame: tuple[float, float, float, float], edges: Float[ndarray, "n 3"]) -> float:
    """Fine enough for the relief, coarse enough for a renderer: about thirty cells over the map."""
    extent = max(frame[2] - frame[0], frame[3] - frame[1])
    if np.ptp(edges[:, 2]) < _FLAT_M:
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


def _height(plan: Float[ndarray, "n 2"], samples: Float[ndarray, "m 3"]) -> Float[ndarray, " n"]:
    """An edge's own height on it, the mean of several edges' heights away from them."""
    near, index = cKDTree(samples[:, :2]).query(plan)
    coarse = samples[:: max(1, len(samples) // 4000)]
    away, several = cKDTree(coarse[:, :2]).query(plan, k=min(_NEIGHBOURS, len(coarse)))
    away, several = away.reshape(len(plan), -1), several.reshape(len(plan), -1)
    weight = 1.0 / (away**2 + 25.0)
    smooth = np.sum(weight * coarse[several, 2], axis=1) / np.sum(weight, axis=1)
    share = np.clip(near / 20.0, 0.0, 1.0)
    share = share * share * (3.0 - 2.0 * share)
    return np.asarray((1.0 - share) * samples[index, 2] + share * smooth)


def _horizon(points: Float[ndarray, "n 3"], frame: tuple[float, float, float, float], material: Material) -> Mesh:
    """A ring of large faces from the frame to where the eye no longer sees a border."""
    low, high = np.array(frame[:2]), np.array(frame[2:])
    on = np.any((np.abs(points[:, :2] - low) < 1e-6) | (np.abs(points[:, :2] - high) < 1e-6), axis=1)
    rim, middle = points[on], (low + high) / 2.0
    half = (high - low) / 2.0
    scaled = (rim[:, :2] - middle) / half
    # Around the square, counter-clockwise: the angle would do, but corners must not depend on rounding.
    order = np.argsort(np.arctan2(scaled[:, 1], scaled[:, 0]), kind="stable")
    rim = np.concatenate([rim[order], rim[order[:1]]])
    far = np.column_stack([rim[:, :2] + (rim[:, :2] - middle) / half * FAR_M, np.full(len(rim), np.median(rim[:, 2]))])
    ring = np.stack([rim, far], axis=1)[::-1]
    return sheet(ring.reshape(-1, 3), grid_faces(len(ring), 2), material)
