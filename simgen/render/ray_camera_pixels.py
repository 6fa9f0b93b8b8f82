"""Labels of every pixel from what its ray hit: depth, class, instance, normal and flow through the true projection.

Flow under a rolling shutter: a point is seen in another picture at the row that it is projected to at that very row's
time, which is found by iteration (a point moves by far less than a row in a row's time). A place above or below the
image counts as that of its first or last row.
"""

from typing import NamedTuple, no_type_check

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped, UInt8, UInt32
from numba import njit
from numpy import ndarray

from simgen.optics import Lens, project_point
from simgen.render.ray_camera_shot import Paths
from simgen.render.resolve import Labels, Tally, half_bits

_ITERATIONS = 12
_CLOSE_PX = 1e-3


class Found(NamedTuple):
    """What the rays hit, a row of pixels after the other; see `raycast.Hits`."""

    t: Float[ndarray, " n"]
    link: Int[ndarray, " n"]
    material: Int[ndarray, " n"]
    point: Float[ndarray, "n 3"]
    normal: Float[ndarray, "n 3"]


class Meaning(NamedTuple):
    """What links and materials stand for; see `Scene`."""

    semantic: UInt8[ndarray, "links m"]
    actor: UInt32[ndarray, " links"]


@njit(cache=True, nogil=True, inline="always", error_model="numpy")
@no_type_check
def placed(
    step: float, nodes: Float[ndarray, "nodes links 3 4"], link: int, v: float, x: float, y: float, z: float, w: float
) -> tuple[float, float, float]:
    """Where the camera sees a point (w = 1) or direction (w = 0) of a link when it takes the row at height v."""
    k, s = 0, 0.0
    if step > 0.0:
        at = min(max(v / step, 0.0), len(nodes) - 1.0)
        k = min(int(at), len(nodes) - 2)
        s = at - k
    m = nodes[k, link]
    px = m[0, 0] * x + m[0, 1] * y + m[0, 2] * z + m[0, 3] * w
    py = m[1, 0] * x + m[1, 1] * y + m[1, 2] * z + m[1, 3] * w
    pz = m[2, 0] * x + m[2, 1] * y + m[2, 2] * z + m[2, 3] * w
    if step > 0.0:
        m = nodes[k + 1, link]
        px += s * (m[0, 0] * x + m[0, 1] * y + m[0, 2] * z + m[0, 3] * w - px)
        py += s * (m[1, 0] * x + m[1, 1] * y + m[1, 2] * z + m[1, 3] * w - py)
        pz += s * (m[2, 0] * x + m[2, 1] * y + m[2, 2] * z + m[2, 3] * w - pz)
    return px, py, pz


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def seen_at(
    lens: Lens,
    step: float,
    nodes: Float[ndarray, "nodes links 3 4"],
    height: int,
    link: int,
    x: float,
    y: float,
    z: float,
    guess: float,
) -> tuple[float, float]:
    """Where a point of a link (in its own frame) is seen in a picture; NaN where it is not."""
    u, v, row = np.nan, np.nan, min(max(guess, 0.0), height + 0.0)
    for _ in range(_ITERATIONS):
        px, py, pz = placed(step, nodes, link, row, x, y, z, 1.0)
        u, v = project_point(lens, px, py, pz)
        if step == 0.0 or np.isnan(v):
            break
        then = min(max(v, 0.0), height + 0.0)
        if abs(then - row) < _CLOSE_PX:
            break
        row = then
    return u, v


@njit(cache=True, nogil=True, inline="always", error_model="numpy")
@no_type_check
def _tell(pixels: Int[ndarray, " a"], bounds: Int[ndarray, "a 4"], actor: int, row: int, column: int) -> None:
    """Counts a pixel of an actor."""
    pixels[actor] += 1
    bounds[actor, 0] = min(bounds[actor, 0], column)
    bounds[actor, 1] = min(bounds[actor, 1], row)
    bounds[actor, 2] = max(bounds[actor, 2], column + 1)
    bounds[actor, 3] = max(bounds[actor, 3], row + 1)


@njit(cache=True, nogil=True, inline="always", error_model="numpy")
@no_type_check
def _face(
    step: float,
    nodes: Float[ndarray, "nodes links 3 4"],
    link: int,
    row: int,
    normal: Float[ndarray, "3"],
    to: Shaped[ndarray, "3"],
) -> None:
    """Writes a normal in the camera's frame; 0 where there is nothing."""
    x, y, z = 0.0, 0.0, 0.0
    if link >= 0:
        x, y, z = placed(step, nodes, link, row + 0.5, normal[0], normal[1], normal[2], 0.0)
    to[0] = half_bits(min(max(x, -1.0), 1.0))
    to[1] = half_bits(min(max(y, -1.0), 1.0))
    to[2] = half_bits(min(max(z, -1.0), 1.0))


@njit(cache=True, nogil=True, inline="always", error_model="numpy")
@no_type_check
def _flow(seen: tuple[float, float], row: int, column: int, near: float, to: Shaped[ndarray, "2"]) -> float:
    """Writes where a pixel goes; the row to look near for its neighbour."""
    to[0] = seen[0] - (column + 0.5)
    to[1] = seen[1] - (row + 0.5)
    return near if np.isnan(seen[1]) else seen[1]


@njit(cache=True, nogil=True, error_model="numpy")
@no_type_check
def label_rows(
    start: int,
    stop: int,
    found: Found,
    forward_of: Float[ndarray, "h w"],
    meaning: Meaning,
    lens: Lens,
    now: Paths,
    after: Paths,
    before: Paths,
    to: Labels,
    tally: Tally,
) -> None:
    """Labels of the rows start..stop; `forward_of` is what depth is of a length along each ray."""
    t, link_of, material_of, point, normal_of = found
    semantic_of, actor_of = meaning
    depth, semantic, instance, normals, forward, backward = to
    pixels, bounds = tally  # taken out once: each look into a tuple counts references
    step, nodes = now
    step_after, nodes_after = after
    step_before, nodes_before = before
    height, width = forward_of.shape
    for row in range(start, stop):
        v_after, v_before = row + 0.5, row + 0.5
        for column in range(width):
            k = row * width + column
            link = link_of[k]
            actor = actor_of[link] if link > 0 else 0
            if depth.size:
                depth[row, column] = t[k] * forward_of[row, column] if link >= 0 else np.inf
            if semantic.size:
                semantic[row, column] = semantic_of[link, material_of[k]] if link >= 0 else 0
            if instance.size:
                instance[row, column] = actor
            if actor:
                _tell(pixels, bounds, actor, row, column)
            if normals.size:
                _face(step, nodes, link, row, normal_of[k], normals[row, column])
            x, y, z = point[k, 0], point[k, 1], point[k, 2]
            if forward.size:
                seen = np.nan, np.nan
                if link >= 0 and len(nodes_after):
                    seen = seen_at(lens, step_after, nodes_after, height, link, x, y, z, v_after)
                v_after = _flow(seen, row, column, v_after, forward[row, column])
            if backward.size:
                seen = np.nan, np.nan
                if link >= 0 and len(nodes_before):
                    seen = seen_at(lens, step_before, nodes_before, height, link, x, y, z, v_before)
                v_before = _flow(seen, row, column, v_before, backward[row, column])


@njit(cache=True, nogil=True)
@no_type_check
def count_alone(
    ray: Int[ndarray, " k"], actor: Int[ndarray, " k"], shape: tuple[int, int], shown: Bool[ndarray, " n"], tally: Tally
) -> None:
    """Pixels and bounds of each actor alone, from the rays that meet its links, actor by actor."""
    pixels, bounds = tally
    stamp = np.zeros(shape[0] * shape[1], np.int32)
    for k in range(len(ray)):
        at, who = ray[k], actor[k]
        if not shown[at] or stamp[at] == who:
            continue
        stamp[at] = who
        row, column = at // shape[1], at % shape[1]
        pixels[who] += 1
        bounds[who, 0] = min(bounds[who, 0], column)
        bounds[who, 1] = min(bounds[who, 1], row)
        bounds[who, 2] = max(bounds[who, 2], column + 1)
        bounds[who, 3] = max(bounds[who, 3], row + 1)


def empty_tally(actors: int, shape: tuple[int, int]) -> Tally:
    """A tally of nothing yet."""
    height, width = shape
    return Tally(np.zeros(actors, np.int64), np.tile(np.array([width, height, 0, 0], np.int64), (actors, 1)))


def joined(tallies: list[Tally]) -> tuple[Shaped[ndarray, " a"], Float[ndarray, "a 4"]]:
    """Pixels and bounds over several parts of an image; NaN bounds where there is no pixel."""
    pixels = np.sum([part.pixels for part in tallies], axis=0)
    low = np.min([part.bounds[:, :2] for part in tallies], axis=0)
    high = np.max([part.bounds[:, 2:] for part in tallies], axis=0)
    return pixels, np.where(pixels[:, None] > 0, np.concatenate([low, high], axis=1), np.nan)
