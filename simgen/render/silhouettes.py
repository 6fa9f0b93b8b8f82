"""What each actor alone would cover: pixels and bounds of its silhouette, whatever stands in front of it.

The coverage rule is OpenGL's: corners snapped to 1/256 pixel, a pixel is covered if its centre is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float, Int32, Int64, UInt32
from numba import njit
from numpy import ndarray

from simgen.render.camera_view import NEAR_M, CameraView
from simgen.render.parallel import begin, thread_count
from simgen.render.pieces import pieces
from simgen.render.scene import Scene

_SNAP = 256.0

Alone = tuple[Int64[ndarray, " a"], Float[ndarray, "a 4"]]
"""Pixels and bounds by actor id."""


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _fill(
    ax: float, ay: float, bx: float, by: float, cx: float, cy: float, stamp: UInt32[ndarray, "h w"], mark: int
) -> int:
    """Stamps the pixels whose centres lie in a triangle; how many had another stamp before."""
    # From top to bottom.
    if by < ay:
        ax, ay, bx, by = bx, by, ax, ay
    if cy < ay:
        ax, ay, cx, cy = cx, cy, ax, ay
    if cy < by:
        bx, by, cx, cy = cx, cy, bx, by
    height, width = stamp.shape
    first = int(np.ceil(max(ay, 0.0) - 0.5))
    stop = int(np.ceil(min(cy, height + 0.0) - 0.5))
    if first >= stop:
        return 0
    long = (cx - ax) / (cy - ay)
    upper = (bx - ax) / (by - ay) if by > ay else 0.0
    lower = (cx - bx) / (cy - by) if cy > by else 0.0
    count = 0
    for row in range(first, stop):
        y = row + 0.5
        one = ax + (y - ay) * long
        other = ax + (y - ay) * upper if y < by else bx + (y - by) * lower
        left = max(int(np.ceil(min(one, other) - 0.5)), 0)
        right = min(int(np.ceil(max(one, other) - 0.5)), width)
        for column in range(left, right):
            if stamp[row, column] != mark:
                stamp[row, column] = mark
                count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def link_silhouette(
    vertices: Float[ndarray, "v 3"],
    faces: Int32[ndarray, "f 3"],
    closed: Bool[ndarray, " f"],
    m: Float[ndarray, "4 4"],
    k: Float[ndarray, "3 3"],
    seen: Float[ndarray, "n 5"],
    stamp: UInt32[ndarray, "h w"],
    mark: int,
    bounds: Float[ndarray, "4"],
) -> int:
    """Adds a link to its actor's silhouette: grows `bounds`, returns how many pixels were not covered yet.

    Args:
        vertices: of the link's mesh.
        faces: of the link's mesh.
        closed: faces that are seen from the front alone.
        m: camera from link.
        k: intrinsics.
        seen: room for the vertices in the camera's frame and in the image.
        stamp: marks of the image's pixels.
        mark: of this actor in this frame.
        bounds: lowest and highest image coordinates.
    """
    any_near = False
    for i in range(len(vertices)):
        px, py, pz = vertices[i, 0], vertices[i, 1], vertices[i, 2]
        x = m[0, 0] * px + m[0, 1] * py + m[0, 2] * pz + m[0, 3]
        y = m[1, 0] * px + m[1, 1] * py + m[1, 2] * pz + m[1, 3]
        z = m[2, 0] * px + m[2, 1] * py + m[2, 2] * pz + m[2, 3]
        seen[i, 0], seen[i, 1], seen[i, 2] = x, y, z
        if z < NEAR_M:
            any_near = True
            continue
        u = (k[0, 0] * x + k[0, 1] * y) / z + k[0, 2]
        v = k[1, 1] * y / z + k[1, 2]
        _grow(bounds, u, v)
        seen[i, 3] = np.floor(u * _SNAP + 0.5) / _SNAP
        seen[i, 4] = np.floor(v * _SNAP + 0.5) / _SNAP
    width, height = float(stamp.shape[1]), float(stamp.shape[0])
    if not any_near and (bounds[0] >= width or bounds[1] >= height or bounds[2] <= 0.0 or bounds[3] <= 0.0):
        return 0
    count = 0
    for f in range(len(faces)):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        if any_near and (seen[a, 2] < NEAR_M or seen[b, 2] < NEAR_M or seen[c, 2] < NEAR_M):
            count += _clipped(seen[a], seen[b], seen[c], k, stamp, mark, bounds)
            continue
        ax, ay, bx, by, cx, cy = seen[a, 3], seen[a, 4], seen[b, 3], seen[b, 4], seen[c, 3], seen[c, 4]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        # Rows run down and x to the right, so that what is counter-clockwise from outside has negative area.
        if area < 0.0 or (area > 0.0 and not closed[f]):
            count += _fill(ax, ay, bx, by, cx, cy, stamp, mark)
    return count


@njit(cache=True, nogil=True, inline="always")
@no_type_check
def _grow(bounds: Float[ndarray, "4"], u: float, v: float) -> None:
    bounds[0] = min(bounds[0], u)
    bounds[1] = min(bounds[1], v)
    bounds[2] = max(bounds[2], u)
    bounds[3] = max(bounds[3], v)


@njit(cache=True, nogil=True)
@no_type_check
def _clipped(
    a: Float[ndarray, "5"],
    b: Float[ndarray, "5"],
    c: Float[ndarray, "5"],
    k: Float[ndarray, "3 3"],
    stamp: UInt32[ndarray, "h w"],
    mark: int,
    bounds: Float[ndarray, "4"],
) -> int:
    """A triangle that crosses the near plane: what lies beyond it, both faces."""
    flat = np.empty((4, 2))
    n = 0
    for p, q in ((a, b), (b, c), (c, a)):
        for way in range(2):
            x, y, z = p[0], p[1], p[2]
            if way == 0 and z < NEAR_M:
                continue
            if way == 1:
                if (z >= NEAR_M) == (q[2] >= NEAR_M):
                    continue
                share = (NEAR_M - z) / (q[2] - z)
                x, y, z = x + share * (q[0] - x), y + share * (q[1] - y), NEAR_M
            flat[n, 0] = (k[0, 0] * x + k[0, 1] * y) / z + k[0, 2]
            flat[n, 1] = k[1, 1] * y / z + k[1, 2]
            _grow(bounds, flat[n, 0], flat[n, 1])
            n += 1
    count = 0
    for i in range(1, n - 1):
        count += _fill(flat[0, 0], flat[0, 1], flat[i, 0], flat[i, 1], flat[i + 1, 0], flat[i + 1, 1], stamp, mark)
    return count


@njit(cache=True, nogil=True)
@no_type_check
def silhouettes(
    rows: Int64[ndarray, " n"],
    actor_of: Int64[ndarray, " l"],
    ranges: Int64[ndarray, "l 4"],
    vertices: Float[ndarray, "v 3"],
    faces: Int32[ndarray, "f 3"],
    closed: Bool[ndarray, " f"],
    camera_from_link: Float[ndarray, "links 4 4"],
    k: Float[ndarray, "3 3"],
    seen: Float[ndarray, "m 5"],
    stamp: UInt32[ndarray, "h w"],
    first_mark: int,
    pixels: Int64[ndarray, " a"],
    bounds: Float[ndarray, "a 4"],
) -> None:
    """Adds links (rows of the cast's) to the silhouettes of their actors."""
    for row in rows:
        a, b, c, d = ranges[row]
        actor = actor_of[row]
        pixels[actor] += link_silhouette(
            vertices[a:b], faces[c:d], closed[c:d], camera_from_link[row + 1], k, seen, stamp,
            np.uint32(first_mark + actor), bounds[actor],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlines:
    """What is known of each actor in an image, by actor id (index 0 unused); fields as in `readings.Image`."""

    visible_pixels: Int64[ndarray, " a"]
    visible: Float[ndarray, "a 4"]
    alone_pixels: Int64[ndarray, " a"]
    amodal: Float[ndarray, "a 4"]


class Silhouettes:
    """Finds the silhouettes of a scene's actors."""

    def __init__(self, scene: Scene) -> None:
        self._actors = len(scene.cast.actors)
        self._actor_of_link = scene.actor_of_link[1:].astype(np.int64)
        meshes = {id(mesh): mesh for mesh in scene.link_meshes}
        vertex = dict(zip(meshes, _starts([len(mesh.vertices) for mesh in meshes.values()]), strict=True))
        face = dict(zip(meshes, _starts([len(mesh.faces) for mesh in meshes.values()]), strict=True))
        self._vertices = np.concatenate([np.zeros((0, 3)), *(mesh.vertices for mesh in meshes.values())])
        self._faces = np.concatenate([np.zeros((0, 3), np.int32), *(mesh.faces for mesh in meshes.values())])
        self._closed = np.concatenate([np.zeros(0, bool), *(pieces(mesh).closed for mesh in meshes.values())])
        self._ranges = np.array(
            [(*vertex[id(mesh)], *face[id(mesh)]) for mesh in scene.link_meshes], dtype=np.int64
        ).reshape(-1, 4)
        bounds = np.array([mesh.bounds() for mesh in scene.link_meshes], dtype=np.float64).reshape(-1, 2, 3)
        self._centre = bounds.mean(axis=1)
        self._radius = np.linalg.norm(bounds[:, 1] - bounds[:, 0], axis=1) / 2
        most = max((len(mesh.vertices) for mesh in scene.link_meshes), default=0)
        self._room = [np.empty((most, 5)) for _ in range(thread_count())]
        self._stamps: dict[tuple[int, int, int], UInt32[ndarray, "h w"]] = {}
        self._mark = 0
        self._wait: Callable[[], object] = list

    def begin(self, view: CameraView) -> Callable[[], Alone]:
        """Starts to find the pixels of each actor alone and its unclipped bounds, by actor id.

        Returns:
            A function that waits for them; bounds are NaN where an actor misses the image.
        """
        actors = self._actors
        pixels = np.zeros(actors + 1, np.int64)
        bounds = np.tile([np.inf, np.inf, -np.inf, -np.inf], (actors + 1, 1))
        matrix = view.camera_from_link[1:]
        centre = np.einsum("lij,lj->li", matrix[:, :3, :3], self._centre) + matrix[:, :3, 3]
        inside = (centre @ view.planes[:, :3].T + view.planes[:, 3] > -self._radius[:, None]).all(axis=1)
        seen = np.zeros(actors + 1, bool)
        seen[self._actor_of_link[inside & ~view.hidden[1:]]] = True
        rows = np.flatnonzero(seen[self._actor_of_link] & ~view.hidden[1:] & (self._ranges[:, 3] > self._ranges[:, 2]))
        if self._mark > 2**31:
            self._stamps.clear()
            self._mark = 0
        first, self._mark = self._mark, self._mark + actors

        def trace(lane: int) -> None:
            mine = rows[self._actor_of_link[rows] % len(self._room) == lane]
            silhouettes(
                mine, self._actor_of_link, self._ranges, self._vertices, self._faces, self._closed,
                view.camera_from_link, view.camera.K, self._room[lane], self._stamp(view, lane), first, pixels, bounds,
            )  # fmt: skip

        self._wait()  # for the view before, whose room this is
        wait = self._wait = begin(trace, range(len(self._room)))

        def found() -> Alone:
            wait()
            size = view.camera.width, view.camera.height
            meets = (bounds[:, :2] < size).all(axis=1) & (bounds[:, 2:] > 0.0).all(axis=1)
            bounds[~meets] = np.nan
            return pixels, bounds

        return found

    def _stamp(self, view: CameraView, lane: int) -> UInt32[ndarray, "h w"]:
        key = (lane, view.camera.height, view.camera.width)
        if key not in self._stamps:
            self._stamps[key] = np.zeros(key[1:], np.uint32)
        return self._stamps[key]


def _starts(counts: list[int]) -> list[tuple[int, int]]:
    ends = np.cumsum([0, *counts]).tolist()
    return list(pairwise(ends))
