"""The loops of ray casting that NumPy cannot fuse. All are single-threaded: equal inputs give equal bytes.

`no_type_check` keeps jaxtyping's run-time checks from hiding the functions from numba.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Float, Float32, Int32, UInt32
from numba import njit
from numpy import ndarray

TILE = 16
"""Rays are taken in blocks of so many neighbours each way."""

_FAR = np.inf


@njit(cache=True, nogil=True)
@no_type_check
def bounding_cones(
    directions: Float[ndarray, "groups beams 3"], tiles: Int32[ndarray, "tiles 4"]
) -> Float[ndarray, "tiles 5"]:
    """Axis, cosine and sine of the half angle of a cone about each tile's rays."""
    cones = np.empty((len(tiles), 5))
    for k in range(len(tiles)):
        g0, g1, b0, b1 = tiles[k]
        axis = np.zeros(3)
        for g in range(g0, g1):
            for b in range(b0, b1):
                axis += directions[g, b]
        length = np.sqrt(axis @ axis)
        axis = axis / length if length > 1e-9 else directions[g0, b0].copy()
        cosine = 1.0
        for g in range(g0, g1):
            for b in range(b0, b1):
                cosine = min(cosine, axis @ directions[g, b])
        cosine = max(cosine - 1e-9, -1.0)
        cones[k, :3] = axis
        cones[k, 3] = cosine
        cones[k, 4] = np.sqrt(max(1.0 - cosine * cosine, 0.0))
    return cones


@njit(cache=True, nogil=True)
@no_type_check
def world_rays(
    directions: Float[ndarray, "groups beams 3"],
    delay: Float[ndarray, " beams"],
    poses: Float[ndarray, "bounds 3 4"],
    rays: Float32[ndarray, "n 6"],
) -> None:
    """Fills in origin and direction of every ray in the world, each at its own moment."""
    beams = directions.shape[1]
    for g in range(directions.shape[0]):
        a, b = poses[g], poses[g + 1]
        for i in range(3):
            a0, a1, a2, a3 = a[i, 0], a[i, 1], a[i, 2], a[i, 3]
            d0, d1, d2, d3 = b[i, 0] - a0, b[i, 1] - a1, b[i, 2] - a2, b[i, 3] - a3
            for beam in range(beams):
                s = delay[beam]
                x, y, z = directions[g, beam, 0], directions[g, beam, 1], directions[g, beam, 2]
                rays[g * beams + beam, i] = a3 + s * d3
                rays[g * beams + beam, 3 + i] = (a0 + s * d0) * x + (a1 + s * d1) * y + (a2 + s * d2) * z


@njit(cache=True, nogil=True)
@no_type_check
def keep_nearest(
    ray_of: Int32[ndarray, " m"],
    row_of: Int32[ndarray, " m"],
    entry: Float[ndarray, " m"],
    t_hit: Float32[ndarray, " m"],
    face: UInt32[ndarray, " m"],
    faces_of: Int32[ndarray, "l 2"],
    nearest: Float32[ndarray, " rays"],
    winner: Int32[ndarray, " rays"],
) -> None:
    """Lets moving hits win over what lies behind them; `winner` becomes the index of the moving ray that hit."""
    for k in range(len(ray_of)):
        row, ray = row_of[k], ray_of[k]
        if t_hit[k] == _FAR or face[k] < faces_of[row, 0] or face[k] >= faces_of[row, 1]:
            continue  # a miss, or the next parked mesh behind this one
        t = np.float32(entry[k] + t_hit[k])
        if t < nearest[ray]:
            nearest[ray] = t
            winner[ray] = k


@njit(cache=True, nogil=True)
@no_type_check
def resolve(
    rays: Float32[ndarray, "n 6"],
    face: UInt32[ndarray, " n"],
    winner: Int32[ndarray, " n"],
    nearest: Float32[ndarray, " n"],
    moved: Float32[ndarray, "m 6"],
    moved_t: Float32[ndarray, " m"],
    moved_face: UInt32[ndarray, " m"],
    row_of: Int32[ndarray, " m"],
    place: Float[ndarray, "l 3"],
    still_normals: Float32[ndarray, "f 3"],
    still_material: Int32[ndarray, " f"],
    link_normals: Float32[ndarray, "d 3"],
    link_material: Int32[ndarray, " d"],
    link: Int32[ndarray, " n"],
    material: Int32[ndarray, " n"],
    point: Float[ndarray, "n 3"],
    normal: Float32[ndarray, "turned 3"],
    cosine: Float32[ndarray, " n"],
) -> None:
    """Fills in what every ray hit; the normal (where there is room for it) looks to where the ray came from."""
    turned = len(normal) > 0
    for k in range(len(winner)):
        if nearest[k] == _FAR:
            link[k], material[k], cosine[k], point[k] = -1, -1, 0.0, np.nan
            if turned:
                normal[k] = np.nan
            continue
        w = winner[k]
        facing = 0.0
        if w < 0:
            link[k], material[k] = 0, still_material[face[k]]
            for i in range(3):
                point[k, i] = np.float64(rays[k, i]) + np.float64(nearest[k]) * rays[k, 3 + i]
                facing -= still_normals[face[k], i] * rays[k, 3 + i]
                if turned:
                    normal[k, i] = still_normals[face[k], i]
        else:
            row = row_of[w]
            link[k], material[k] = row + 1, link_material[moved_face[w]]
            for i in range(3):
                start = np.float64(moved[w, i]) - place[row, i]
                point[k, i] = start + np.float64(moved_t[w]) * moved[w, 3 + i]
                facing -= link_normals[moved_face[w], i] * moved[w, 3 + i]
                if turned:
                    normal[k, i] = link_normals[moved_face[w], i]
        if facing < 0.0:
            facing = -facing
            if turned:
                normal[k] *= np.float32(-1.0)
        cosine[k] = min(facing, 1.0)
