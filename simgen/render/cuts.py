"""A mesh as the rasteriser holds it: cut into batches, its vertices so that each face has a last corner of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, no_type_check

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped, UInt32
from numba import njit
from numpy import ndarray

from simgen.render.coarse import levels
from simgen.render.corners import split_corners
from simgen.render.pieces import Pieces, pieces
from simgen.render.shapes import once_per_shape
from simgen.world.mesh import Mesh

CHUNK_M = 32.0
"""Side of the squares that the static world is cut into."""

_DETAILS_M = (0.1, 0.25, 0.6, 1.5, 4.0)
"""Pieces of a chunk are drawn apart by these radii."""

TEXTURED, GLOSSY, SMALL = 1, 2, 4
"""Kinds of what is drawn: matte, `TEXTURED`, `GLOSSY`, both; plain ones whose triangles are `SMALL` in the image."""

KINDS = 5

VERTEX = np.dtype([("position", "f4", 3), ("normal", "f2", 4), ("uv", "f4", 2), ("label", "u4", 2)])

_LEAST_FACES, _LEAST_HEIGHT_M, _COMPACT_M = 8, 0.3, 8.0
"""Pieces of the world with more faces, higher, and of smaller radius than this have coarser levels."""

_ERRORS_M, _ERRORS_OF_WORLD_M = (0.1, 0.4), (0.4, 0.8, 1.6)
"""Of coarser levels: few, as each takes time to make; the world's trees and fences have few faces as they are."""

_KEPT = 4
"""Cuts of one shape that are kept: its materials may be of other kinds in another scene."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """A range of indices that is drawn at once: a chunk of the world, or a mesh of a link.

    Attributes:
        first: where its indices start; `count` of them.
        face: row of its first face in `Geometry`'s face records.
        closed: it has no border, so that its back faces never show.
        kind: `textured` plus 2 where it mirrors enough to need the full lighting model.
        side_m: of squares as large as two of its triangles, their mean by area.
        detail_m: radius of the largest connected piece in it; where that is a fraction of a pixel it need not be drawn.
        centre, radius_m: a sphere around it, in the frame of its mesh.
        signal: index of the traffic light that it belongs to, -1 for none.
        error_m: how far it is from the true shape, at most; 0 for the shape itself.
        coarser_m: the same of what is drawn instead where so much is too little to be seen; inf for nothing.
        whole: centre and radius of a sphere around all that is drawn coarser together.
    """

    first: int
    count: int
    face: int
    closed: bool
    kind: int
    centre: Float[ndarray, "3"]
    radius_m: float
    detail_m: float
    side_m: float
    whole: Float[ndarray, "4"]
    error_m: float = 0.0
    coarser_m: float = np.inf
    signal: int = -1

    def behind(self, faces: int, signal: int) -> "Batch":
        """The same with so many faces before it."""
        return replace(self, first=self.first + 3 * faces, face=self.face + faces, signal=signal)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """The batches of one mesh, whose materials are numbered in the order of their first use.

    Attributes:
        vertices: of type VERTEX.
        indices: three a face, batch by batch.
        normal, centre, radius_m, material: of each face.
    """

    batches: tuple[Batch, ...]
    vertices: Shaped[ndarray, " v"]
    indices: UInt32[ndarray, " i"]
    normal: Float[ndarray, "f 3"]
    centre: Float[ndarray, "f 3"]
    radius_m: Float[ndarray, " f"]
    material: Int[ndarray, " f"]


def cut(mesh: Mesh, kind: Int[ndarray, " m"], chunk_m: float) -> tuple[Cut, Int[ndarray, " k"]]:
    """Cuts a mesh, or finds it cut already.

    Args:
        mesh: with at least one face.
        kind: of each of its materials.
        chunk_m: side of the squares that it is cut into; 0 leaves it whole.

    Returns:
        The cut, and the mesh's material for each of its own.
    """
    own, materials = numbered(mesh.material)
    kinds = kind[materials]
    kept = _cuts(mesh)
    key = own.tobytes(), kinds.tobytes(), chunk_m
    if key not in kept:
        if len(kept) >= _KEPT:
            del kept[next(iter(kept))]
        kept[key] = _cut(mesh, own, kinds, chunk_m)
    return kept[key], materials


@once_per_shape
def _cuts(_: Mesh) -> dict[tuple[bytes, bytes, float], Cut]:
    return {}


@njit(cache=True)
@no_type_check
def numbered(values: Int[ndarray, " n"]) -> tuple[Int[ndarray, " n"], Int[ndarray, " k"]]:
    """Numbers values (from 0 up) in the order of their first use; what each number stands for."""
    number = np.full(values.max() + 1, -1, np.int32)
    result, found, count = np.empty(len(values), np.int32), np.empty(len(number), np.int64), 0
    for i in range(len(values)):
        value = values[i]
        if number[value] < 0:
            number[value], found[count] = count, value
            count += 1
        result[i] = number[value]
    return result, found[:count].copy()


def _cut(mesh: Mesh, material: Int[ndarray, " f"], kind: Int[ndarray, " m"], chunk_m: float) -> Cut:
    """The mesh itself, and behind it its coarser levels."""
    found = pieces(mesh)
    mesh = replace(mesh, material=material)
    place, simple = _places(mesh, found, chunk_m)
    parts = [_drawn(mesh, kind, place)]
    if simple.any():
        few = replace(mesh, faces=mesh.faces[simple], material=material[simple])
        place_of = np.zeros(int(found.number.max()) + 1, np.int64)
        place_of[found.number] = place
        parts += [
            _drawn(level.mesh, kind, place_of[level.piece], error_m)
            for level, error_m in levels(few, found.number[simple], _ERRORS_OF_WORLD_M if chunk_m > 0 else _ERRORS_M)
        ]
    return _joined(parts)


def _places(mesh: Mesh, found: Pieces, chunk_m: float) -> tuple[Int[ndarray, " f"], Bool[ndarray, " f"]]:
    """A number for what is drawn and drawn coarser together, of each face; and whether it has coarser levels.

    In the world, these are whole pieces of moderate size that stand up, by where their middles are. What lies on the
    ground would sink into it.
    """
    if chunk_m <= 0:
        return np.zeros(len(mesh.faces), np.int64), np.ones(len(mesh.faces), bool)
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    centre = corners.mean(axis=1)
    count = np.bincount(found.number)
    middle = np.column_stack([np.bincount(found.number, centre[:, k]) for k in range(2)]) / count[:, None]
    low, high = np.full(len(count), np.inf), np.full(len(count), -np.inf)
    np.minimum.at(low, found.number, corners[:, :, 2].min(axis=1))
    np.maximum.at(high, found.number, corners[:, :, 2].max(axis=1))
    stands = (count >= _LEAST_FACES) & (high - low > _LEAST_HEIGHT_M)
    simple = stands[found.number] & (found.radius_m < _COMPACT_M)
    where = np.where(simple[:, None], middle[found.number], centre[:, :2])
    cell = np.floor(where / chunk_m).astype(np.int64)
    cell -= cell.min(axis=0)
    size = np.digitize(found.radius_m, _DETAILS_M)
    square = cell[:, 0] * (cell[:, 1].max() + 1) + cell[:, 1]
    return simple + 2 * (size + (len(_DETAILS_M) + 1) * square), simple


def _drawn(mesh: Mesh, kind: Int[ndarray, " m"], place: Int[ndarray, " f"], error_m: float = 0.0) -> "_Part":
    """One level of a mesh, cut by place and kind."""
    corners = mesh.vertices[mesh.faces].astype(np.float64)
    found, material = pieces(mesh), mesh.material
    key = found.closed + 2 * kind[material] + 2 * KINDS * place
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    corners, material = corners[order], material[order].astype(np.int64)
    batches = _batches(corners, starts, order, found, kind[material[starts]], error_m)
    edges = np.append(starts, len(order))
    source, of, indices = split_corners(mesh.faces[order].astype(np.int64), material, edges, len(mesh.vertices))
    vertices = np.zeros(len(source), VERTEX)
    vertices["position"] = mesh.vertices[source]
    vertices["normal"][:, :3] = mesh.normals[source]
    vertices["uv"] = mesh.uvs[source]
    vertices["label"][:, 0] = of
    vertices["label"][indices[:, 2], 1] = np.arange(len(order)) - np.repeat(edges[:-1], np.diff(edges))
    centre = corners.mean(axis=1)
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    made = Cut(
        batches=batches,
        vertices=vertices,
        indices=indices.astype(np.uint32).reshape(-1),
        normal=cross / np.maximum(np.linalg.norm(cross, axis=1, keepdims=True), 1e-30),
        centre=centre,
        radius_m=np.sqrt(((corners - centre[:, None]) ** 2).sum(axis=2).max(axis=1)),
        material=material,
    )
    return _Part(made, place[order[starts]])


class _Part(NamedTuple):
    """One level, and the place of each of its batches."""

    cut: Cut
    place: Int[ndarray, " b"]


def _joined(parts: Sequence[_Part]) -> Cut:
    """All levels behind each other; each batch knows when the next level of its place is drawn instead."""
    if len(parts) == 1:
        return parts[0].cut
    spheres = _wholes(parts[0])
    levels_of: dict[int, list[float]] = {}
    for part in parts:
        for place in dict.fromkeys(part.place.tolist()):
            levels_of.setdefault(place, []).append(part.cut.batches[0].error_m)
    batches: list[Batch] = []
    faces = 0
    for part in parts:
        for batch, place in zip(part.cut.batches, part.place.tolist(), strict=True):
            coarser = min((error for error in levels_of[place] if error > batch.error_m), default=np.inf)
            batches.append(replace(batch.behind(faces, -1), coarser_m=coarser, whole=spheres[place]))
        faces += len(part.cut.material)
    before = np.cumsum([0, *(len(part.cut.vertices) for part in parts)])
    indices = [part.cut.indices + np.uint32(start) for part, start in zip(parts, before, strict=False)]
    names = ("vertices", "normal", "centre", "radius_m", "material")
    arrays = {name: np.concatenate([getattr(part.cut, name) for part in parts]) for name in names}
    return Cut(batches=tuple(batches), indices=np.concatenate(indices), **arrays)


def _wholes(part: _Part) -> dict[int, Float[ndarray, "4"]]:
    """A sphere around all batches of each place."""
    spheres: dict[int, Float[ndarray, "4"]] = {}
    own = np.array([(*batch.centre, batch.radius_m) for batch in part.cut.batches])
    for place in dict.fromkeys(part.place.tolist()):
        mine = own[part.place == place]
        low, high = (mine[:, :3] - mine[:, 3:]).min(axis=0), (mine[:, :3] + mine[:, 3:]).max(axis=0)
        centre = (low + high) / 2
        radius = (np.linalg.norm(mine[:, :3] - centre, axis=1) + mine[:, 3]).max()
        spheres[place] = np.append(centre, radius)
    return spheres


def _batches(
    corners: Float[ndarray, "f 3 3"],
    starts: Int[ndarray, " b"],
    order: Int[ndarray, " f"],
    found: Pieces,
    kind: Int[ndarray, " b"],
    error_m: float,
) -> tuple[Batch, ...]:
    counts = np.diff(starts, append=len(order))
    low = np.minimum.reduceat(corners.min(axis=1), starts)
    high = np.maximum.reduceat(corners.max(axis=1), starts)
    centre = (low + high) / 2
    away = ((corners - np.repeat(centre, counts, axis=0)[:, None]) ** 2).sum(axis=2).max(axis=1)
    radius = np.sqrt(np.maximum.reduceat(away, starts))
    detail = np.maximum.reduceat(found.radius_m[order], starts)
    side = _sides(corners, starts)
    closed = found.closed[order[starts]]
    return tuple(
        Batch(
            first=3 * int(starts[k]),
            count=3 * int(counts[k]),
            face=int(starts[k]),
            closed=bool(closed[k]),
            kind=int(kind[k]),
            centre=centre[k],
            radius_m=float(radius[k]),
            detail_m=float(detail[k]),
            side_m=float(side[k]),
            whole=np.append(centre[k], radius[k]),
            error_m=error_m,
        )
        for k in range(len(starts))
    )


def _sides(corners: Float[ndarray, "f 3 3"], starts: Int[ndarray, " b"]) -> Float[ndarray, " b"]:
    twice = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) + 1e-12
    mean: Float[ndarray, " b"] = np.add.reduceat(twice**1.5, starts) / np.add.reduceat(twice, starts)
    return mean
