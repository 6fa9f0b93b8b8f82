"""Amodal boxes through any lens and shutter: bounds of the points along a mesh's edges, projected at their own time.

A lens bends straight edges, so that an edge is walked in small steps; the surfaces between edges reach no further.
"""

from typing import NamedTuple, no_type_check

import numpy as np
from jaxtyping import Bool, Float, Int, Int32
from numba import njit
from numpy import ndarray
from scipy.spatial import ConvexHull, QhullError

from simgen.motion import Cast
from simgen.optics import Lens
from simgen.render.camera_view import NEAR_M
from simgen.render.ray_camera_pixels import placed, seen_at
from simgen.render.ray_camera_shot import Paths
from simgen.render.scene import Scene
from simgen.render.shapes import once_per_shape
from simgen.world.mesh import Mesh

_STEP_RAD = 0.03
_SMALL_RAD = 0.02
_MOST_STEPS = 128


class Wire(NamedTuple):
    """Distinct points of a mesh and its edges; the points of its convex hull come first."""

    points: Float[ndarray, "p 3"]
    edges: Int32[ndarray, "e 2"]
    hull: int


class Wires(NamedTuple):
    """The wires of all links, one after the other; rows as in the cast's links.

    Attributes:
        span: first and last + 1 point, how many of them are the hull's, first and last + 1 edge.
        sphere: centre and radius about each.
    """

    points: Float[ndarray, "p 3"]
    edges: Int32[ndarray, "e 2"]
    span: Int[ndarray, "l 5"]
    sphere: Float[ndarray, "l 4"]
    actor: Int[ndarray, " l"]

    @classmethod
    def of(cls, scene: Scene) -> "Wires":
        """The wires of a scene's links; equal meshes share theirs."""
        points, edges, spans, spheres = [np.zeros((0, 3))], [np.zeros((0, 2), np.int32)], [], []
        known: dict[int, tuple[int, ...]] = {}
        at = along = 0
        for mesh in scene.link_meshes:
            if id(mesh) not in known:
                wire = _wire(mesh)
                points.append(wire.points)
                edges.append(wire.edges)
                known[id(mesh)] = (at, at + len(wire.points), wire.hull, along, along + len(wire.edges))
                at, along = at + len(wire.points), along + len(wire.edges)
            low, high = mesh.bounds().astype(np.float64)
            spans.append(known[id(mesh)])
            spheres.append((*((low + high) / 2), np.linalg.norm(high - low) / 2))
        return cls(
            points=np.concatenate(points),
            edges=np.concatenate(edges),
            span=np.array(spans, np.int64).reshape(-1, 5),
            sphere=np.array(spheres).reshape(-1, 4),
            actor=scene.actor_of_link[1:].astype(np.int64),
        )


@once_per_shape
def _wire(mesh: Mesh) -> Wire:
    if len(mesh.faces) == 0:
        return Wire(np.zeros((0, 3)), np.zeros((0, 2), np.int32), 0)
    used = mesh.vertices[mesh.faces.reshape(-1)].astype(np.float64)
    points, back = np.unique(used, axis=0, return_inverse=True)
    try:
        hull = np.sort(ConvexHull(points).vertices) if len(points) > 4 else np.arange(len(points))
    except QhullError:  # flat meshes have no volume; then all points stay
        hull = np.arange(len(points))
    order = np.concatenate([hull, np.setdiff1d(np.arange(len(points)), hull)])
    place = np.empty(len(points), np.int64)
    place[order] = np.arange(len(points))
    faces = place[back.reshape(-1, 3)]
    pairs = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    edges = np.unique(pairs, axis=0)
    return Wire(points[order], edges[edges[:, 0] != edges[:, 1]].astype(np.int32), len(hull))


def amodal_boxes(
    wires: Wires,
    lens: Lens,
    paths: Paths,
    size: tuple[int, int],
    hidden: Bool[ndarray, " links"],
    widest_rad: float,
    cast: Cast,
) -> Float[ndarray, "a 4"]:
    """x1 y1 x2 y2 of each actor's silhouette by its id, not clipped; infinite where nothing of it is seen.

    Args:
        wires: of the scene's links.
        lens: of the camera.
        paths: where the camera sees every link.
        size: width and height of the image.
        hidden: by link id, those that are not seen.
        widest_rad: angle to the axis beyond which the image has no ray.
        cast: the actors.
    """
    bounds = np.tile([np.inf, np.inf, -np.inf, -np.inf], (len(cast.actors) + 1, 1))
    _bound(wires, lens, paths, size[1], hidden, widest_rad, lens.model <= 1, bounds)
    return bounds


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _bound(
    wires: Wires,
    lens: Lens,
    paths: Paths,
    height: int,
    hidden: Bool[ndarray, " links"],
    widest_rad: float,
    is_flat: bool,
    bounds: Float[ndarray, "a 4"],
) -> None:
    points, edges, span, sphere, actor = wires
    step, nodes = paths
    middle = 0.5 * height
    for row in range(len(span)):
        link = row + 1
        x, y, z = placed(step, nodes, link, middle, sphere[row, 0], sphere[row, 1], sphere[row, 2], 1.0)
        if hidden[link] or np.isnan(x) or span[row, 1] == span[row, 0]:
            continue
        distance = np.sqrt(x * x + y * y + z * z)
        half = np.arcsin(min(sphere[row, 3] / distance, 1.0)) if distance > 0.0 else np.pi
        if distance > sphere[row, 3] and np.arctan2(np.sqrt(x * x + y * y), z) - half > widest_rad + 0.1:
            continue
        to = bounds[actor[row]]
        a, b, hull, c, d = span[row]
        small = half < _SMALL_RAD and distance > 2.0 * sphere[row, 3] + 2.0 * NEAR_M
        for k in range(a, a + hull if small else b):
            px, py, pz = points[k, 0], points[k, 1], points[k, 2]
            if not is_flat or placed(step, nodes, link, middle, px, py, pz, 1.0)[2] >= NEAR_M:
                _grow(to, lens, step, nodes, height, link, px, py, pz)
        for e in range(c, c if small else d):
            _walk(to, lens, step, nodes, height, link, points[a + edges[e, 0]], points[a + edges[e, 1]], is_flat)


@njit(cache=True, nogil=True, inline="always", error_model="numpy")
@no_type_check
def _grow(
    to: Float[ndarray, "4"],
    lens: Lens,
    step: float,
    nodes: Float[ndarray, "nodes links 3 4"],
    height: int,
    link: int,
    x: float,
    y: float,
    z: float,
) -> None:
    u, v = seen_at(lens, step, nodes, height, link, x, y, z, 0.5 * height)
    if np.isnan(u) or np.isnan(v):
        return
    to[0], to[1] = min(to[0], u), min(to[1], v)
    to[2], to[3] = max(to[2], u), max(to[3], v)


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def _walk(
    to: Float[ndarray, "4"],
    lens: Lens,
    step: float,
    nodes: Float[ndarray, "nodes links 3 4"],
    height: int,
    link: int,
    p: Float[ndarray, "3"],
    q: Float[ndarray, "3"],
    is_flat: bool,
) -> None:
    """The points between the ends of an edge, a small angle apart, and where it crosses the near plane."""
    px, py, pz = placed(step, nodes, link, 0.5 * height, p[0], p[1], p[2], 1.0)
    qx, qy, qz = placed(step, nodes, link, 0.5 * height, q[0], q[1], q[2], 1.0)
    start, end = 0.0, 1.0
    if is_flat:
        if pz < NEAR_M and qz < NEAR_M:
            return
        crossing = (NEAR_M - pz) / (qz - pz) if pz != qz else 0.0
        start, end = (crossing if pz < NEAR_M else 0.0), (crossing if qz < NEAR_M else 1.0)
    cx, cy, cz = py * qz - pz * qy, pz * qx - px * qz, px * qy - py * qx
    square, dot = cx * cx + cy * cy + cz * cz, px * qx + py * qy + pz * qz
    whole = start == 0.0 and end == 1.0
    if whole and dot > 0.0 and square < _STEP_RAD * _STEP_RAD * dot * dot:
        return
    steps = min(int(np.arctan2(np.sqrt(square), dot) / _STEP_RAD) + 1, _MOST_STEPS)
    for k in range(0 if start > 0.0 else 1, steps + (1 if end < 1.0 else 0)):
        s = start + (end - start) * k / steps
        _grow(
            to, lens, step, nodes, height, link,
            p[0] + s * (q[0] - p[0]), p[1] + s * (q[1] - p[1]), p[2] + s * (q[2] - p[2]),
        )  # fmt: skip
