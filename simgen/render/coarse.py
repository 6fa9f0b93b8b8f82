"""Coarser meshes: corners that lie close together become one, piece by piece."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from simgen.world.mesh import Mesh

_FEW_FACES, _WORTH = 256, 0.7
"""Meshes of fewer faces have no levels; a level has at most this share of the faces of the one before."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coarse:
    """A coarser mesh.

    Attributes:
        piece: of each of its faces, as numbered in the mesh that it was made from.
        error_m: how far any point of each piece's surface was moved, at most.
    """

    mesh: Mesh
    piece: Int[ndarray, " f"]
    error_m: Float[ndarray, " p"]


def levels(mesh: Mesh, piece: Int[ndarray, " f"], errors_m: Sequence[float]) -> list[tuple[Coarse, float]]:
    """Coarser and coarser meshes and their errors, as far as each has clearly fewer faces than the one before.

    Args:
        mesh: with at least one face.
        piece: number of the piece that each face belongs to; pieces share no corner.
        errors_m: that levels may have, growing.
    """
    if len(piece) < _FEW_FACES:
        return []
    found: list[tuple[Coarse, float]] = []
    least = len(piece)
    current = Coarse(mesh=mesh, piece=piece, error_m=np.zeros(piece.max() + 1))
    for error_m in errors_m:
        current = _simplest([current, clustered(mesh, piece, error_m)], error_m)
        if 0 < len(current.piece) <= _WORTH * least:
            found.append((current, error_m))
            least = len(current.piece)
    return found


def clustered(mesh: Mesh, piece: Int[ndarray, " f"], cell_m: float) -> Coarse:
    """Moves all corners of a piece within a cell of a grid to their middle; faces without area go.

    Between its corners a face is moved by no more than they are, so the error is known. Source: J. Rossignac, P.
    Borrel, Multi-resolution 3D approximations for rendering complex scenes, Modeling in Computer Graphics, 1993.
    """
    used = _used(mesh.faces, len(mesh.vertices))
    owner = np.zeros(len(mesh.vertices), np.int64)
    owner[mesh.faces] = piece[:, None]
    points = mesh.vertices[used].astype(np.float64)
    own, count = _grouped(np.column_stack([owner[used], np.floor(points / cell_m).astype(np.int64)]))
    share = np.bincount(own, minlength=count)
    middle = np.column_stack([np.bincount(own, points[:, k], count) for k in range(3)]) / share[:, None]
    error = np.zeros(int(piece.max()) + 1)
    np.maximum.at(error, owner[used], np.linalg.norm(points - middle[own], axis=1))
    group = np.zeros(len(mesh.vertices), np.int64)
    group[used] = own
    corner = group[mesh.faces]
    whole = (corner[:, 0] != corner[:, 1]) & (corner[:, 1] != corner[:, 2]) & (corner[:, 2] != corner[:, 0])
    kept = np.flatnonzero(whole)
    _, first = np.unique(np.sort(corner[kept], axis=1) @ np.array([1, count, count * count]), return_index=True)
    kept = kept[np.sort(first)]
    return Coarse(mesh=_moved(mesh, kept, group, middle), piece=piece[kept], error_m=error)


def _simplest(options: Sequence[Coarse], error_m: float) -> Coarse:
    """Of each piece the option of fewest faces whose error is small enough; the first has all pieces."""
    pieces = len(options[0].error_m)
    count = np.stack([np.bincount(option.piece, minlength=pieces) for option in options]).astype(np.float64)
    errors = np.stack([option.error_m for option in options])
    count[errors > error_m] = np.inf
    choice = count.argmin(axis=0)
    kept = [choice[option.piece] == k for k, option in enumerate(options)]
    before = np.cumsum([0, *(len(option.mesh.vertices) for option in options)])
    meshes = [option.mesh for option in options]
    return Coarse(
        mesh=Mesh(
            vertices=np.concatenate([mesh.vertices for mesh in meshes]),
            faces=np.concatenate(
                [mesh.faces[mine] + start for mesh, mine, start in zip(meshes, kept, before, strict=False)]
            ).astype(np.int32),
            normals=np.concatenate([mesh.normals for mesh in meshes]),
            uvs=np.concatenate([mesh.uvs for mesh in meshes]),
            material=np.concatenate([mesh.material[mine] for mesh, mine in zip(meshes, kept, strict=True)]),
            materials=meshes[0].materials,
        ),
        piece=np.concatenate([option.piece[mine] for option, mine in zip(options, kept, strict=True)]),
        error_m=errors[choice, np.arange(pieces)],
    )


def _moved(mesh: Mesh, kept: Int[ndarray, " k"], group: Int[ndarray, " v"], middle: Float[ndarray, "g 3"]) -> Mesh:
    """The faces that are left; corners are apart where normals point to other octants."""
    used = _used(mesh.faces[kept], len(mesh.vertices))
    octant = (mesh.normals > 0.0) @ np.array([1, 2, 4])
    own, count = _grouped(np.column_stack([group[used], octant[used]]))
    source = np.zeros(count, np.int64)
    source[own[::-1]] = used[::-1]
    corner = np.zeros(len(mesh.vertices), np.int64)
    corner[used] = own
    return Mesh(
        vertices=middle[group[source]].astype(np.float32),
        faces=corner[mesh.faces[kept]].astype(np.int32),
        normals=mesh.normals[source],
        uvs=mesh.uvs[source],
        material=mesh.material[kept],
        materials=mesh.materials,
    )


def _used(faces: Int[ndarray, "f 3"], count: int) -> Int[ndarray, " u"]:
    is_used = np.zeros(count, bool)
    is_used[faces] = True
    return np.flatnonzero(is_used)


def _grouped(values: Int[ndarray, "n k"]) -> tuple[Int[ndarray, " n"], int]:
    """A number for each row, equal for equal ones, and how many there are."""
    key = np.zeros(len(values), np.int64)
    if len(values) == 0:
        return key, 0
    for column in values.T:
        low, high = column.min(), column.max()
        key = key * (high - low + 1) + (column - low)
    distinct, number = np.unique(key, return_inverse=True)
    return number.reshape(-1).astype(np.int64), len(distinct)
