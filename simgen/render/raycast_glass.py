"""Rays that pass through glass: what lies behind the panes, and the panes themselves."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32, Int32, Int64, UInt8, UInt32
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
    own: Int32[ndarray, "n 2"] | None = None,
) -> Panes:
    """Moves hits on glass on to what lies behind, in place, through six panes at most (two cars); returns the panes.

    Args:
        tree: that the rays were cast on.
        rays: origin and unit direction.
        t: where each ray hit; becomes where it hits behind the glass.
        face: what it hit there.
        is_glass: by face.
        own: first and last + 1 face that count for each ray; all where none are given.
    """
    found: list[tuple[ndarray, ndarray, ndarray]] = []
    at = np.flatnonzero(_on_glass(face, is_glass, own)) if is_glass.any() else np.zeros(0, np.int64)
    while len(at) and len(found) < _MOST:
        found.append((at, t[at].copy(), face[at].copy()))
        onward = rays[at].copy()
        passed = t[at] + np.float32(_STEP_M)
        onward[:, :3] += passed[:, None] * onward[:, 3:]
        beyond, face[at] = tree.cast(onward)
        t[at] = passed + beyond
        at = at[_on_glass(face[at], is_glass, None if own is None else own[at])]
    if not found:
        return Panes(ray=np.zeros(0, np.int64), t=np.zeros(0, np.float32), face=np.zeros(0, np.uint32))
    return Panes(
        ray=np.concatenate([part[0] for part in found]),
        t=np.concatenate([part[1] for part in found]),
        face=np.concatenate([part[2] for part in found]),
    )


def _on_glass(
    face: UInt32[ndarray, " n"], is_glass: Bool[ndarray, " f"], own: Int32[ndarray, "n 2"] | None
) -> Bool[ndarray, " n"]:
    hit = face != INVALID
    if own is not None:
        hit &= (face >= own[:, 0]) & (face < own[:, 1])
    glass: Bool[ndarray, " n"] = hit & is_glass[np.where(hit, face, 0)]
    return glass


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
    kept = np.flatnonzero(t < nearest[ray])
    count = np.zeros(len(nearest), np.uint8)
    np.add.at(count, ray[kept], 1)
    order = kept[np.lexsort((t[kept], ray[kept]))]
    first = np.ones(len(order), bool)
    first[1:] = ray[order][1:] != ray[order][:-1]
    return count, ray[order[first]], order[first]
