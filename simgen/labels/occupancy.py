"""Occupancy: which voxels around the ego hold something, and which of them the sensors could tell about.

Grid and masks as in Occ3D-nuScenes: X. Tian et al., Occ3D: A Large-Scale 3D Occupancy Prediction Benchmark for
Autonomous Driving, NeurIPS 2023: [-40, 40] x [-40, 40] x [-1, 5.4] m in the ego's frame, voxels of 0.4 m, masks of what
lidar and cameras observe at the keyframe. There voxels come from accumulated lidar; here from the scene's triangles.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8
from numba import njit
from numpy import ndarray

from simgen.geometry import Pose
from simgen.labels.triangles import FLAT, Triangles, TriangleSource

SHAPE, CELL_M = (200, 200, 16), 0.4
LOW_M = (-40.0, -40.0, -1.0)
FREE = 0
LIDAR, CAMERA = 1, 2
"""Bits of `visible`."""
VISIBLE_BITS = ("lidar", "camera")
_REACH_M = 57.0
FARTHEST_M = 120.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Occupancy:
    """One grid; voxel [i, j, k] reaches from low + (i, j, k) cell on by one cell, in the ego's frame.

    Attributes:
        semantic: class code of what is in the voxel, 0 free. Actors are filled, everything else is its surface.
        visible: bit field: a lidar beam or a camera's line of sight passes or ends in the voxel.
    """

    semantic: UInt8[ndarray, "x y z"]
    visible: UInt8[ndarray, "x y z"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rays:
    """Lines of sight in the ego's frame, each from the sensor to what it met.

    Attributes:
        bit: `LIDAR` or `CAMERA`.
    """

    start: Float[ndarray, "n 3"]
    end: Float[ndarray, "n 3"]
    bit: int


def occupancy(
    source: TriangleSource, world_from_ego: Pose, link_poses: Float[ndarray, "l 7"], rays: Iterable[Rays]
) -> Occupancy:
    """The grid at one time."""
    semantic, score = np.zeros(SHAPE, np.uint8), np.zeros(SHAPE, np.uint8)
    instance = np.zeros(SHAPE, np.uint32)
    low = np.array(LOW_M)
    still = source.world(world_from_ego, _REACH_M)
    moving = source.actors(world_from_ego, link_poses, _REACH_M)
    for triangles in (still, moving):
        _fill(triangles, low, semantic, score, instance)
    _solid(instance, semantic)
    visible = np.zeros(SHAPE, np.uint8)
    for bundle in rays:
        _traverse((bundle.start - low) / CELL_M, (bundle.end - low) / CELL_M, np.uint8(bundle.bit), visible)
    return Occupancy(semantic=semantic, visible=visible)


def _fill(triangles: Triangles, low: ndarray, semantic: ndarray, score: ndarray, instance: ndarray) -> None:
    corners = (triangles.corners - low) / CELL_M
    _voxels(corners, triangles.category, triangles.instance, FLAT, semantic, score, instance)


@njit(cache=True)
def _voxels(
    corners: ndarray,
    category: ndarray,
    actor: ndarray,
    flat: int,
    semantic: ndarray,
    score: ndarray,
    instance: ndarray,
) -> None:
    """Marks every unit voxel that a triangle meets: its plane, and its shadow along each axis, meet the voxel.

    Actors win over what stands still, that over flat surfaces, and of these what lies in the middle of the voxel, paint
    over road.

    Source: M. Schwarz, H.-P. Seidel, Fast parallel surface and solid voxelization on GPUs, SIGGRAPH Asia 2010.
    """
    shape = semantic.shape
    edge = np.empty((3, 3, 3))
    low, high = np.empty(3, np.int64), np.empty(3, np.int64)
    for t in range(len(corners)):
        tri = corners[t]
        empty = False
        for axis in range(3):
            low[axis] = max(int(np.floor(min(tri[0, axis], tri[1, axis], tri[2, axis]))), 0)
            high[axis] = min(int(np.floor(max(tri[0, axis], tri[1, axis], tri[2, axis]))), shape[axis] - 1)
            empty |= low[axis] > high[axis]
        if empty:
            continue
        n = np.cross(tri[1] - tri[0], tri[2] - tri[0])
        reach = 0.5 * (abs(n[0]) + abs(n[1]) + abs(n[2])) + 1e-9
        plane = n[0] * tri[0, 0] + n[1] * tri[0, 1] + n[2] * tri[0, 2]
        _edges(tri, n, edge)
        is_flat = actor[t] == 0 and category[t] <= flat
        for i in range(low[0], high[0] + 1):
            for j in range(low[1], high[1] + 1):
                if not _over(edge, 2, float(i), float(j)):
                    continue
                rank = 4 if actor[t] > 0 else 3
                if is_flat:
                    rank = 2 if _covers(tri, i + 0.5, j + 0.5) else 1
                for k in range(low[2], high[2] + 1):
                    away = n[0] * (i + 0.5) + n[1] * (j + 0.5) + n[2] * (k + 0.5) - plane
                    if abs(away) > reach or rank < score[i, j, k]:
                        continue
                    if _over(edge, 0, float(j), float(k)) and _over(edge, 1, float(k), float(i)):
                        semantic[i, j, k], score[i, j, k], instance[i, j, k] = category[t], rank, actor[t]


@njit(cache=True, inline="always")
def _edges(tri: ndarray, n: ndarray, edge: ndarray) -> None:
    """Inward normals and offsets of a triangle's edges in the planes across x, y and z, for unit squares by corner."""
    for axis in range(3):
        p, q = (axis + 1) % 3, (axis + 2) % 3
        sign = 1.0 if n[axis] >= 0.0 else -1.0
        for e in range(3):
            a, b = tri[e], tri[(e + 1) % 3]
            mp, mq = -(b[q] - a[q]) * sign, (b[p] - a[p]) * sign
            edge[axis, e, 0], edge[axis, e, 1] = mp, mq
            edge[axis, e, 2] = -(mp * a[p] + mq * a[q]) + max(mp, 0.0) + max(mq, 0.0) + 1e-9


@njit(cache=True, inline="always")
def _over(edge: ndarray, axis: int, p: float, q: float) -> bool:
    first = edge[axis, 0, 0] * p + edge[axis, 0, 1] * q + edge[axis, 0, 2]
    second = edge[axis, 1, 0] * p + edge[axis, 1, 1] * q + edge[axis, 1, 2]
    third = edge[axis, 2, 0] * p + edge[axis, 2, 1] * q + edge[axis, 2, 2]
    return bool(first >= 0.0 and second >= 0.0 and third >= 0.0)


@njit(cache=True, inline="always")
def _covers(tri: ndarray, x: float, y: float) -> bool:
    """Whether a point lies in a triangle seen from above."""
    first = (tri[1, 0] - tri[0, 0]) * (y - tri[0, 1]) - (tri[1, 1] - tri[0, 1]) * (x - tri[0, 0])
    second = (tri[2, 0] - tri[1, 0]) * (y - tri[1, 1]) - (tri[2, 1] - tri[1, 1]) * (x - tri[1, 0])
    third = (tri[0, 0] - tri[2, 0]) * (y - tri[2, 1]) - (tri[0, 1] - tri[2, 1]) * (x - tri[2, 0])
    inside = first >= 0.0 and second >= 0.0 and third >= 0.0
    return bool(inside or (first <= 0.0 and second <= 0.0 and third <= 0.0))


@njit(cache=True)
def _solid(instance: ndarray, semantic: ndarray) -> None:
    """Fills what lies between the lowest and the highest voxel of one actor in a column."""
    for i in range(instance.shape[0]):
        for j in range(instance.shape[1]):
            last = -1
            for k in range(instance.shape[2]):
                if instance[i, j, k] == 0:
                    continue
                if last >= 0 and instance[i, j, last] == instance[i, j, k]:
                    for between in range(last + 1, k):
                        semantic[i, j, between] = semantic[i, j, k]
                last = k


@njit(cache=True)
def _traverse(start: ndarray, end: ndarray, bit: int, visible: ndarray) -> None:
    """Marks all voxels from start to end of each ray, in units of voxels.

    Source: J. Amanatides, A. Woo, A fast voxel traversal algorithm for ray tracing, Eurographics 1987.
    """
    shape = visible.shape
    at, step = np.empty(3, np.int64), np.empty(3, np.int64)
    after, delta = np.empty(3), np.empty(3)
    for r in range(len(start)):
        first, last = 0.0, 1.0
        for axis in range(3):
            way = end[r, axis] - start[r, axis]
            if abs(way) < 1e-12:
                if start[r, axis] < 0.0 or start[r, axis] >= shape[axis]:
                    last = -1.0
                continue
            one, two = -start[r, axis] / way, (shape[axis] - start[r, axis]) / way
            first, last = max(first, min(one, two)), min(last, max(one, two))
        if not first < last:
            continue
        for axis in range(3):
            way = end[r, axis] - start[r, axis]
            place = start[r, axis] + first * way
            at[axis] = min(max(int(np.floor(place)), 0), shape[axis] - 1)
            step[axis] = 1 if way > 0.0 else -1
            delta[axis] = np.inf if abs(way) < 1e-12 else 1.0 / abs(way)
            border = at[axis] + (1 if way > 0.0 else 0)
            after[axis] = np.inf if abs(way) < 1e-12 else (border - start[r, axis]) / way
        while True:
            visible[at[0], at[1], at[2]] |= bit
            axis = 0 if after[0] <= after[1] else 1
            axis = axis if after[axis] <= after[2] else 2
            if after[axis] > last:
                break
            at[axis] += step[axis]
            after[axis] += delta[axis]
            if at[axis] < 0 or at[axis] >= shape[axis]:
                break
