"""Faces whose last corners carry their numbers, for OpenGL takes from there what is flat over a triangle."""

from typing import no_type_check

import numpy as np
from jaxtyping import Int
from numba import njit
from numpy import ndarray


@njit(cache=True)
@no_type_check
def own_last_corners(faces: Int[ndarray, "f 3"], count: int) -> tuple[Int[ndarray, " v"], Int[ndarray, "f 3"]]:
    """Turns faces, and splits vertices where it must, so that no two faces have the same last corner.

    OpenGL takes what is flat over a triangle from its last corner, so that corner can carry the face's number. (Mesa's
    software renderer is slow to number primitives itself.)

    Returns:
        The vertex that each new vertex is a copy of, in the order of first use (which caches like), and the faces.
    """
    taken = np.zeros(count, np.bool_)
    new = np.full(count, -1, np.int64)
    source = np.empty(count + len(faces), np.int64)
    result = np.empty_like(faces)
    total = 0
    for f in range(len(faces)):
        turn = 0
        for k in range(3):
            if not taken[faces[f, k]]:
                turn = k
                break
        last = faces[f, turn]
        split = taken[last]
        taken[last] = True
        for k in range(3):
            corner = faces[f, (turn + 1 + k) % 3]
            if k == 2 and split:
                result[f, k] = total
                source[total] = corner
                total += 1
                continue
            if new[corner] < 0:
                new[corner] = total
                source[total] = corner
                total += 1
            result[f, k] = new[corner]
    return source[:total].copy(), result


@njit(cache=True)
@no_type_check
def split_corners(
    faces: Int[ndarray, "f 3"], material: Int[ndarray, " f"], edges: Int[ndarray, " b"], count: int
) -> tuple[Int[ndarray, " v"], Int[ndarray, " v"], Int[ndarray, "f 3"]]:
    """Vertices of one material each, batch by batch, whose faces then get last corners of their own.

    Args:
        faces: of the mesh, batch by batch.
        material: of each face.
        edges: where batches start, and where the last one ends.
        count: vertices of the mesh.

    Returns:
        The vertex that each new vertex is a copy of, its material, and the faces.
    """
    most = 4 * len(faces)
    source, of, result = np.empty(most, np.int64), np.empty(most, np.int64), np.empty_like(faces)
    head, total = np.full(count, -1, np.int64), 0
    for b in range(len(edges) - 1):
        start, stop = edges[b], edges[b + 1]
        room = 3 * (stop - start)
        used, kind, following = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
        plain, distinct = np.empty((stop - start, 3), np.int64), 0
        for f in range(start, stop):
            for k in range(3):
                vertex = faces[f, k]
                at = head[vertex]
                while at >= 0 and kind[at] != material[f]:
                    at = following[at]
                if at < 0:
                    used[distinct], kind[distinct], following[distinct] = vertex, material[f], head[vertex]
                    head[vertex] = at = distinct
                    distinct += 1
                plain[f - start, k] = at
        copies, owned = own_last_corners(plain, distinct)
        result[start:stop] = owned + total
        for i in range(len(copies)):
            source[total + i], of[total + i] = used[copies[i]], kind[copies[i]]
        total += len(copies)
        for i in range(distinct):
            head[used[i]] = -1
    return source[:total].copy(), of[:total].copy(), result
