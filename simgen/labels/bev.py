"""Bird's-eye semantics: what lies and stands around the ego, on a grid in its frame."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8, UInt32
from numba import njit
from numpy import ndarray

from simgen.geometry import Pose
from simgen.labels.triangles import FLAT, Triangles, TriangleSource
from simgen.world.taxonomy import BY_NAME

CELLS, CELL_M = 200, 0.5
LOW_M = (-50.0, -50.0)
"""Source: J. Philion, S. Fidler, Lift, Splat, Shoot, ECCV 2020: 200 x 200 cells of 0.5 m, 50 m to each side."""
CEILING_M = 4.5
"""What hangs higher above the ego's plane (bridges, most of a crown) is not in the way: roads are kept clear so far.
Source: German guidelines RAA and RASt 06: vehicles up to 4.0 m (StVZO paragraph 32), 0.5 m of play. Houses are in the
way, however high their roofs are.
"""
_SOLID = (BY_NAME["building"].code, BY_NAME["wall"].code)
_FINE = 4
_REACH_M = 71.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BirdsEye:
    """One grid; cell [i, j] has its middle at x = low + (i + 0.5) cell, y = low + (j + 0.5) cell in the ego's frame.

    Attributes:
        semantic: class code of an actor that reaches into the cell, else of the highest thing at its middle.
        ground: class code of the highest flat surface at the cell's middle, whatever stands on it.
        instance: actor that reaches into the cell, 0 for none; the ego is left out.
    """

    semantic: UInt8[ndarray, "x y"]
    ground: UInt8[ndarray, "x y"]
    instance: UInt32[ndarray, "x y"]


def birds_eye(source: TriangleSource, world_from_ego: Pose, link_poses: Float[ndarray, "l 7"]) -> BirdsEye:
    """The grid at one time."""
    still = source.world(world_from_ego, _REACH_M)
    highest = _from_above(still, CELLS, CELL_M)
    flat = still.category <= FLAT
    ground = _from_above(_some(still, flat), CELLS, CELL_M) if not flat.all() else highest
    moving = source.actors(world_from_ego, link_poses, _REACH_M)
    fine = _from_above(moving, CELLS * _FINE, CELL_M / _FINE)
    actor = _reduced(fine)
    there = actor >= 0
    semantic = np.append(still.category, np.uint8(0))[highest]
    return BirdsEye(
        semantic=np.where(there, np.append(moving.category, np.uint8(0))[actor], semantic),
        ground=np.append(_some(still, flat).category, np.uint8(0))[ground],
        instance=np.append(moving.instance, np.uint32(0))[actor],
    )


def _some(triangles: Triangles, chosen: ndarray) -> Triangles:
    return Triangles(
        corners=triangles.corners[chosen], category=triangles.category[chosen], instance=triangles.instance[chosen]
    )


def _from_above(triangles: Triangles, cells: int, cell_m: float) -> ndarray:
    """The highest triangle under the ceiling at the middle of every cell, -1 for none."""
    ceiling = np.where(np.isin(triangles.category, _SOLID), np.inf, CEILING_M)
    found: ndarray = _raster(triangles.corners, ceiling, cells, cell_m, LOW_M[0], LOW_M[1])
    return found


def _reduced(fine: ndarray) -> ndarray:
    """One triangle for each block of cells, -1 where none of them has one."""
    blocks = fine.reshape(CELLS, _FINE, CELLS, _FINE)
    return np.asarray(blocks.max(axis=(1, 3)))


@njit(cache=True)
def _raster(corners: ndarray, ceiling: ndarray, cells: int, cell: float, low_x: float, low_y: float) -> ndarray:
    winner = np.full((cells, cells), -1, np.int64)
    height = np.full((cells, cells), -np.inf)
    for t in range(len(corners)):
        a, b, c = corners[t, 0], corners[t, 1], corners[t, 2]
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        if abs(area) < 1e-12:
            continue
        i0 = max(int(np.ceil((min(a[0], b[0], c[0]) - low_x) / cell - 0.5)), 0)
        i1 = min(int(np.floor((max(a[0], b[0], c[0]) - low_x) / cell - 0.5)), cells - 1)
        j0 = max(int(np.ceil((min(a[1], b[1], c[1]) - low_y) / cell - 0.5)), 0)
        j1 = min(int(np.floor((max(a[1], b[1], c[1]) - low_y) / cell - 0.5)), cells - 1)
        for i in range(i0, i1 + 1):
            x = low_x + (i + 0.5) * cell - a[0]
            for j in range(j0, j1 + 1):
                y = low_y + (j + 0.5) * cell - a[1]
                u = (x * (c[1] - a[1]) - y * (c[0] - a[0])) / area
                v = ((b[0] - a[0]) * y - (b[1] - a[1]) * x) / area
                if u < 0.0 or v < 0.0 or u + v > 1.0:
                    continue
                z = a[2] + u * (b[2] - a[2]) + v * (c[2] - a[2])
                if z <= ceiling[t] and z > height[i, j]:
                    height[i, j] = z
                    winner[i, j] = t
    return winner
