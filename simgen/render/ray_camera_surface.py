"""What shading needs to know of the surface that each ray hit: where, which way it faces, its texture's place."""

from typing import NamedTuple, no_type_check

import numpy as np
from jaxtyping import Float, Float32, Int, Int32, Shaped, UInt32
from numba import njit
from numpy import ndarray

from simgen.render.ray_camera_pixels import Found
from simgen.render.scene import Scene
from simgen.world.mesh import Mesh, merge

WORDS = 12
"""Of 32 bits for a pixel, as ray_shade.frag.glsl reads it: place, range, normal, footprint, texture's place, tag.

Range is -1 for the sky (then the place is the direction) and 0 for nothing.
"""

_STEEPEST = 0.05


class Corners(NamedTuple):
    """The corners of all triangles: the world's own mesh first, then each distinct mesh of the links.

    Attributes:
        faces: indices of vertices, from the start of all.
        first: where the triangles of each link id start (0: the world).
        signal: of each triangle of the world, the traffic light that it belongs to, -1 for none.
    """

    vertices: Float32[ndarray, "v 3"]
    normals: Float32[ndarray, "v 3"]
    uvs: Float32[ndarray, "v 2"]
    faces: Int32[ndarray, "f 3"]
    first: Int[ndarray, " links"]
    signal: Int32[ndarray, " w"]

    @classmethod
    def of(cls, scene: Scene) -> "Corners":
        """The corners of a scene; the world's triangles in the order of `raycast.Hits.face`."""
        still = merge([scene.surfaces, *(mesh for _, mesh in scene.signals)])
        distinct: dict[int, Mesh] = {id(mesh): mesh for mesh in scene.link_meshes}
        meshes = [still, *distinct.values()]
        vertex_ends = np.cumsum([len(mesh.vertices) for mesh in meshes])
        face_ends = np.cumsum([len(mesh.faces) for mesh in meshes])
        start = dict(zip(distinct, face_ends[:-1].tolist(), strict=True))
        counts = [len(scene.surfaces.faces), *(len(mesh.faces) for _, mesh in scene.signals)]
        signals = [-1, *(signal for signal, _ in scene.signals)]
        shifts = np.concatenate([[0], vertex_ends[:-1]])
        return cls(
            vertices=np.concatenate([mesh.vertices for mesh in meshes]),
            normals=np.concatenate([mesh.normals for mesh in meshes]),
            uvs=np.concatenate([mesh.uvs for mesh in meshes]),
            faces=np.concatenate([mesh.faces + shift for mesh, shift in zip(meshes, shifts, strict=True)]).astype(
                np.int32
            ),
            first=np.array([0, *(start[id(mesh)] for mesh in scene.link_meshes)], dtype=np.int64),
            signal=np.repeat(np.array(signals, np.int32), counts),
        )


class Gaze(NamedTuple):
    """How the camera looks, for shading.

    Attributes:
        directions: of the rays, in the camera's frame at their row's time.
        middle_from_row: turns those into the camera's frame at the time of the middle row.
        spacing_rad: angle to the neighbouring ray.
        is_seen: pixels that the lens shows anything in.
        middle_from_link: where the camera sees each link at the time of the middle row.
    """

    directions: Float[ndarray, "h w 3"]
    middle_from_row: Float[ndarray, "h 3 3"]
    spacing_rad: Float[ndarray, "h w"]
    is_seen: Shaped[ndarray, "h w"]
    middle_from_link: Float[ndarray, "links 4 4"]


@njit(cache=True, nogil=True, inline="always", error_model="numpy")
@no_type_check
def _within(
    vertices: Float32[ndarray, "v 3"],
    normals: Float32[ndarray, "v 3"],
    face: Int32[ndarray, "3"],
    point: Float[ndarray, "3"],
    towards: Float[ndarray, "3"],
    room: Float[ndarray, "3 3"],
    n: Float[ndarray, "3"],
) -> tuple[float, float, float]:
    """Shares of a face's corners in a point of it; writes the smooth normal, on the side of `towards`, to `n`.

    `room` is for the edges: memory of its own for each pixel would cost more than all the rest.
    """
    e, f, p = room[0], room[1], room[2]
    for i in range(3):
        e[i] = np.float64(vertices[face[1], i]) - vertices[face[0], i]
        f[i] = np.float64(vertices[face[2], i]) - vertices[face[0], i]
        p[i] = point[i] - vertices[face[0], i]
    b, c = _shares(e, f, p)
    a = 1.0 - b - c
    front = (e[1] * f[2] - e[2] * f[1]) * towards[0] + (e[2] * f[0] - e[0] * f[2]) * towards[1]
    front += (e[0] * f[1] - e[1] * f[0]) * towards[2]
    side = 1.0 if front >= 0.0 else -1.0
    for i in range(3):
        n[i] = side * (a * normals[face[0], i] + b * normals[face[1], i] + c * normals[face[2], i])
    return a, b, c


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def surface_rows(
    start: int,
    stop: int,
    found: Found,
    face_of: Int32[ndarray, " n"],
    corners: Corners,
    gaze: Gaze,
    lit_of_link: UInt32[ndarray, " links"],
    lit_of_signal: UInt32[ndarray, " s"],
    first: int,
    out: Float32[ndarray, "rows w 12"],
    tags: UInt32[ndarray, "rows w 12"],
) -> None:
    """Fills in the surfaces of the rows start..stop of the image.

    Row `first` of the image is the first in `out`; `tags` is the same memory as whole numbers.
    """
    t, link_of, material_of, point, normal_of = found
    vertices, normals, uvs, faces, first_face, signal_of = corners
    directions, middle_from_row, spacing, is_seen, middle_from_link = gaze
    width = directions.shape[1]
    room, n = np.empty((3, 3)), np.empty(3)
    for row in range(start, stop):
        r = middle_from_row[row]
        for column in range(width):
            k = row * width + column
            to = out[row - first, column]
            link = link_of[k]
            d = directions[row, column]
            if link < 0:
                to[3] = -1.0 if is_seen[row, column] else 0.0
                for i in range(3):
                    to[i] = r[i, 0] * d[0] + r[i, 1] * d[1] + r[i, 2] * d[2]
                continue
            face = faces[first_face[link] + face_of[k]]
            hx, hy, hz = normal_of[k, 0], normal_of[k, 1], normal_of[k, 2]
            a, b, c = _within(vertices, normals, face, point[k], normal_of[k], room, n)
            m = middle_from_link[link]
            facing = 0.0
            for i in range(3):
                to[i] = m[i, 0] * point[k, 0] + m[i, 1] * point[k, 1] + m[i, 2] * point[k, 2] + m[i, 3]
                to[4 + i] = m[i, 0] * n[0] + m[i, 1] * n[1] + m[i, 2] * n[2]
                facing -= (m[i, 0] * hx + m[i, 1] * hy + m[i, 2] * hz) * (
                    r[i, 0] * d[0] + r[i, 1] * d[1] + r[i, 2] * d[2]
                )
            to[3] = t[k]
            to[7] = spacing[row, column] * t[k] / max(facing, _STEEPEST)
            for i in range(2):
                to[8 + i] = a * uvs[face[0], i] + b * uvs[face[1], i] + c * uvs[face[2], i]
            lit = lit_of_link[link]
            if link == 0 and signal_of[face_of[k]] >= 0:
                lit = lit_of_signal[signal_of[face_of[k]]]
            tags[row - first, column, 10] = np.uint32(material_of[k]) | (np.uint32(link) << np.uint32(16))
            tags[row - first, column, 11] = lit


@njit(cache=True, nogil=True, inline="always", error_model="numpy")
@no_type_check
def _shares(e: Float[ndarray, "3"], f: Float[ndarray, "3"], p: Float[ndarray, "3"]) -> tuple[float, float]:
    """Barycentric shares of the second and third corner; 0 in a triangle without area.

    Source: C. Ericson, Real-Time Collision Detection, 2005, section 3.4.
    """
    ee = e[0] * e[0] + e[1] * e[1] + e[2] * e[2]
    ef = e[0] * f[0] + e[1] * f[1] + e[2] * f[2]
    ff = f[0] * f[0] + f[1] * f[1] + f[2] * f[2]
    pe = p[0] * e[0] + p[1] * e[1] + p[2] * e[2]
    pf = p[0] * f[0] + p[1] * f[1] + p[2] * f[2]
    area = ee * ff - ef * ef
    if area <= 0.0:
        return 0.0, 0.0
    return min(max((ff * pe - ef * pf) / area, 0.0), 1.0), min(max((ee * pf - ef * pe) / area, 0.0), 1.0)
