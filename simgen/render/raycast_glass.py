"""Rays that pass through glass: what lies behind the panes, and the panes themselves.

`no_type_check` keeps jaxtyping's run-time checks from hiding the functions from numba.
"""

from dataclasses import dataclass
from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float, Float32, Int32, Int64, UInt8, UInt32
from numba import njit
from numpy import ndarray

from simgen.render.raycast_embree import INVALID, Tree

_STEP_M = 1e-3
_MOST = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panes:
    """Panes that rays went through, in any order.

    Attributes:
        ray: index in the rays that were cast.
        t: metres along that ray.
        face: of the tree.
    """

    ray: Int64[ndarray, " p"]
    t: Float32[ndarray, " p"]
    face: UInt32[ndarray, " p"]


def pierce(
    tree: Tree,
    rays: Float32[ndarray, "n 6"],
    t: Float32[ndarray, " n"],
    face: UInt32[ndarray, " n"],
    is_glass: Bool[ndarray, " f"],
    own: tuple[Int32[ndarray, "l 2"], Int32[ndarray, " n"]] | None = None,
) -> Panes:
    """Moves hits on glass on to what lies behind, in place, through six panes at most (two cars); returns the panes.

    Args:
        tree: that the rays were cast on.
        rays: origin and unit direction.
        t: where each ray hit; becomes where it hits behind the glass.
        face: what it hit there.
        is_glass: by face.
        own: first and last + 1 face of each link, and each ray's link: only those faces count for it; all where none
            are given.
    """
    spans, row = (np.zeros((0, 2), np.int32), np.zeros(0, np.int32)) if own is None else own
    found: list[tuple[ndarray, ndarray, ndarray]] = []
    at = np.arange(len(t)) if is_glass.any() else np.zeros(0, np.int64)
    while len(at) and len(found) < _MOST:
        at = _on_glass(at, face, is_glass, spans, row)
        found.append((at, t[at], face[at]))
        onward = rays[at]
        passed = t[at] + np.float32(_STEP_M)
        onward[:, :3] += passed[:, None] * onward[:, 3:]
        beyond, face[at] = tree.cast(onward)
        t[at] = passed + beyond
    if not found:
        return Panes(ray=np.zeros(0, np.int64), t=np.zeros(0, np.float32), face=np.zeros(0, np.uint32))
    ray, where, pane = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Panes(ray=ray, t=where, face=pane)


@njit(cache=True, nogil=True)
@no_type_check
def _on_glass(
    asked: Int64[ndarray, " a"],
    face: UInt32[ndarray, " n"],
    is_glass: Bool[ndarray, " f"],
    spans: Int32[ndarray, "l 2"],
    row: Int32[ndarray, " n"],
) -> Int64[ndarray, " g"]:
    """Which of those rays hit glass of their own."""
    found, n = np.empty(len(asked), np.int64), 0
    for k in asked:
        if face[k] == INVALID or not is_glass[face[k]]:
            continue
        if len(spans) == 0 or spans[row[k], 0] <= face[k] < spans[row[k], 1]:
            found[n] = k
            n += 1
    return found[:n].copy()


def in_front(
    still: Panes,
    moved: Panes,
    ray_of: Int32[ndarray, " m"],
    entry: Float[ndarray, " m"],
    nearest: Float32[ndarray, " n"],
) -> tuple[UInt8[ndarray, " n"], Int64[ndarray, " g"], Int64[ndarray, " g"]]:
    """Panes before each ray's hit: how many, and for rays with any, the ray and the nearest pane's number.

    Panes are numbered through both lists, those that stand still first. `entry` is where rays in the frame of what
    moves started, along the rays of the sensor.
    """
    ray = np.concatenate([still.ray, ray_of[moved.ray]]).astype(np.int64)
    t = np.concatenate([still.t, (entry[moved.ray] + moved.t).astype(np.float32)])
    count = np.zeros(len(nearest), np.uint8)
    first = np.full(len(nearest), -1, np.int64)
    _count_panes(ray, t, nearest, count, first)
    with_any = np.flatnonzero(count)
    return count, with_any, first[with_any]


@njit(cache=True, nogil=True)
@no_type_check
def _count_panes(
    ray: Int64[ndarray, " p"],
    t: Float32[ndarray, " p"],
    nearest: Float32[ndarray, " n"],
    count: UInt8[ndarray, " n"],
    first: Int64[ndarray, " n"],
) -> None:
    """Adds up the panes before each ray's hit, and notes the nearest."""
    for k in range(len(ray)):
        r = ray[k]
        if t[k] < nearest[r]:
            if count[r] == 0 or t[k] < t[first[r]]:
                first[r] = k
            count[r] += 1
