"""What each actor alone would cover: pixels and bounds of its silhouette, whatever stands in front of it.

The coverage rule is OpenGL's: corners snapped to 1/256 pixel, a pixel is covered if its centre is.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int32, Int64, UInt32
from numba import njit
from numpy import ndarray

from simgen.render.camera_view import NEAR_M, CameraView
from simgen.render.geometry import closed_faces
from simgen.render.parallel import each, thread_count
from simgen.render.scene import Scene

_SNAP = 256.0


@njit(cache=True, nogil=True, inline="always")
def _project(point: Float[ndarray, "3"], k: Float[ndarray, "3 3"], out: Float[ndarray, "2"]) -> None:
    out[0] = (k[0, 0] * point[0] + k[0, 1] * point[1]) / point[2] + k[0, 2]
    out[1] = k[1, 1] * point[1] / point[2] + k[1, 2]


@njit(cache=True, nogil=True, error_model="numpy")
def _fill(
    a: Float[ndarray, "2"], b: Float[ndarray, "2"], c: Float[ndarray, "2"], stamp: UInt32[ndarray, "h w"], mark: int
) -> int:
    """Stamps the pixels whose centres lie in a triangle; how many had another stamp before."""
    height, width = stamp.shape
    low = min(a[1], b[1], c[1])
    high = max(a[1], b[1], c[1])
    count = 0
    for row in range(int(max(np.ceil(low - 0.5), 0.0)), int(min(np.floor(high - 0.5), height - 1.0)) + 1):
        y = row + 0.5
        left, right = np.inf, -np.inf
        for p, q in ((a, b), (b, c), (c, a)):
            if (p[1] <= y) != (q[1] <= y):
                x = p[0] + (y - p[1]) * (q[0] - p[0]) / (q[1] - p[1])
                left, right = min(left, x), max(right, x)
        if right < left:
            continue
        first = int(max(np.ceil(left - 0.5), 0.0))
        last = int(min(np.ceil(right - 0.5) - 1.0, width - 1.0))
        for column in range(first, last + 1):
            if stamp[row, column] != mark:
                stamp[row, column] = mark
                count += 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def link_silhouette(
    vertices: Float[ndarray, "v 3"],
    faces: Int32[ndarray, "f 3"],
    closed: Bool[ndarray, " f"],
    m: Float[ndarray, "4 4"],
    k: Float[ndarray, "3 3"],
    seen: Float[ndarray, "n 3"],
    flat: Float[ndarray, "n 2"],
    stamp: UInt32[ndarray, "h w"],
    mark: int,
    bounds: Float[ndarray, "4"],
) -> int:
    """Adds a link to its actor's silhouette: grows `bounds`, returns how many pixels were not covered yet.

    Args:
        m: camera from link.
        seen, flat: room for as many vertices as there are.
        mark: stamp of this actor in this frame.
    """
    any_near = False
    for i in range(len(vertices)):
        for axis in range(3):
            seen[i, axis] = (
                m[axis, 0] * vertices[i, 0] + m[axis, 1] * vertices[i, 1] + m[axis, 2] * vertices[i, 2] + m[axis, 3]
            )
        if seen[i, 2] >= NEAR_M:
            _project(seen[i], k, flat[i])
            _grow(bounds, flat[i])
            flat[i, 0] = np.floor(flat[i, 0] * _SNAP + 0.5) / _SNAP
            flat[i, 1] = np.floor(flat[i, 1] * _SNAP + 0.5) / _SNAP
        else:
            any_near = True
    count = 0
    for f in range(len(faces)):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        if any_near and (seen[a, 2] < NEAR_M or seen[b, 2] < NEAR_M or seen[c, 2] < NEAR_M):
            count += _clipped(seen[a], seen[b], seen[c], k, stamp, mark, bounds)
            continue
        area = (flat[b, 0] - flat[a, 0]) * (flat[c, 1] - flat[a, 1]) - (flat[b, 1] - flat[a, 1]) * (
            flat[c, 0] - flat[a, 0]
        )
        # Rows run down, so what is counter-clockwise from outside has negative area.
        if area < 0.0 or (area > 0.0 and not closed[f]):
            count += _fill(flat[a], flat[b], flat[c], stamp, mark)
    return count


@njit(cache=True, nogil=True, inline="always")
def _grow(bounds: Float[ndarray, "4"], point: Float[ndarray, "2"]) -> None:
    bounds[0] = min(bounds[0], point[0])
    bounds[1] = min(bounds[1], point[1])
    bounds[2] = max(bounds[2], point[0])
    bounds[3] = max(bounds[3], point[1])


@njit(cache=True, nogil=True)
def _clipped(
    a: Float[ndarray, "3"],
    b: Float[ndarray, "3"],
    c: Float[ndarray, "3"],
    k: Float[ndarray, "3 3"],
    stamp: UInt32[ndarray, "h w"],
    mark: int,
    bounds: Float[ndarray, "4"],
) -> int:
    """A triangle that crosses the near plane: what lies beyond it, both faces."""
    flat = np.empty((4, 2))
    point = np.empty(3)
    n = 0
    for p, q in ((a, b), (b, c), (c, a)):
        if p[2] >= NEAR_M:
            _project(p, k, flat[n])
            n += 1
        if (p[2] >= NEAR_M) != (q[2] >= NEAR_M):
            share = (NEAR_M - p[2]) / (q[2] - p[2])
            for axis in range(3):
                point[axis] = p[axis] + share * (q[axis] - p[axis])
            point[2] = NEAR_M
            _project(point, k, flat[n])
            n += 1
    count = 0
    for i in range(n):
        _grow(bounds, flat[i])
    for i in range(1, n - 1):
        count += _fill(flat[0], flat[i], flat[i + 1], stamp, mark)
    return count


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
        self._scene = scene
        closed = {id(mesh): closed_faces(mesh) for mesh in scene.link_meshes}
        self._meshes = [(mesh.vertices.astype(np.float64), mesh.faces, closed[id(mesh)]) for mesh in scene.link_meshes]
        bounds = np.array([mesh.bounds() for mesh in scene.link_meshes], dtype=np.float64).reshape(-1, 2, 3)
        self._centre = bounds.mean(axis=1)
        self._radius = np.linalg.norm(bounds[:, 1] - bounds[:, 0], axis=1) / 2
        most = max((len(mesh.vertices) for mesh in scene.link_meshes), default=0)
        self._room = [(np.empty((most, 3)), np.empty((most, 2))) for _ in range(thread_count())]
        self._stamps: dict[tuple[int, int, int], UInt32[ndarray, "h w"]] = {}
        self._mark = 0

    def find(self, view: CameraView) -> tuple[Int64[ndarray, " a"], Float[ndarray, "a 4"]]:
        """Pixels of each actor alone and its unclipped bounds, by actor id; NaN bounds where it does not meet the image."""
        actors = len(self._scene.cast.actors)
        pixels = np.zeros(actors + 1, np.int64)
        bounds = np.full((actors + 1, 4), np.nan)
        matrix = view.camera_from_link[1:]
        centre = np.einsum("lij,lj->li", matrix[:, :3, :3], self._centre) + matrix[:, :3, 3]
        inside = (centre @ view.planes[:, :3].T + view.planes[:, 3] > -self._radius[:, None]).all(axis=1)
        seen = np.unique(self._scene.actor_of_link[1:][inside & ~view.hidden[1:]]).tolist()
        if self._mark > 2**31:
            self._stamps.clear()
            self._mark = 0
        first, self._mark = self._mark, self._mark + actors
        lanes = [seen[k :: len(self._room)] for k in range(len(self._room))]

        def trace(lane: int) -> None:
            for actor in lanes[lane]:
                pixels[actor], bounds[actor] = self._one(view, actor, lane, first + actor)

        each(trace, range(len(lanes)))
        size = view.camera.width, view.camera.height
        meets = (bounds[:, :2] < size).all(axis=1) & (bounds[:, 2:] > 0.0).all(axis=1)
        bounds[~meets] = np.nan
        return pixels, bounds

    def _one(self, view: CameraView, actor: int, lane: int, mark: int) -> tuple[int, Float[ndarray, "4"]]:
        height, width = view.camera.height, view.camera.width
        if (lane, height, width) not in self._stamps:
            self._stamps[lane, height, width] = np.zeros((height, width), np.uint32)
        stamp = self._stamps[lane, height, width]
        bounds = np.array([np.inf, np.inf, -np.inf, -np.inf])
        count = 0
        for row in self._scene.cast.rows(actor):
            if view.hidden[row + 1] or len(self._meshes[row][1]) == 0:
                continue
            vertices, faces, closed = self._meshes[row]
            count += link_silhouette(
                vertices, faces, closed, view.camera_from_link[row + 1], view.camera.K, *self._room[lane], stamp,
                mark, bounds,
            )  # fmt: skip
        return count, bounds
