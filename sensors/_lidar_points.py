"""Packs what a lidar reports, with labels, de-skewed truth and velocity.

`no_type_check` keeps jaxtyping's run-time checks from hiding the functions from numba.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Float, Float32, Int32, UInt8, UInt32
from numba import njit
from numpy import ndarray

_NOTHING, _CLUTTER = 0, 2  # as in `_lidar_echo`


@njit(cache=True, nogil=True)
@no_type_check
def collect(
    start: int,
    stop: int,
    beam: tuple[Float[ndarray, "columns rays 3"], Int32[ndarray, " n"], int],
    measured: tuple[Float32[ndarray, "n r"], Float32[ndarray, "n r"], UInt8[ndarray, "n r"], Int32[ndarray, "n r"]],
    hits: tuple[Int32[ndarray, " all"], Int32[ndarray, " all"], Float[ndarray, "all 3"]],
    panes: tuple[Int32[ndarray, " g"], Int32[ndarray, " g"], Float[ndarray, "g 3"]],
    labels: tuple[UInt8[ndarray, "l m"], UInt32[ndarray, " l"]],
    end: tuple[Float[ndarray, "l 3 4"], Float[ndarray, "l 3 3"], Float[ndarray, "l 6"]],
    points: tuple[ndarray, ...],
) -> None:
    """Packs what beams start to stop reported, in the order of firing.

    Args:
        start: first beam, counted through the sweep.
        stop: last beam + 1.
        beam: directions of all rays, offsets in time of all beams, and how many rays there are to a beam, the first of
            them its axis.
        measured: range, intensity, kind and source of each beam's returns.
        hits: link, material and point that sources are numbers of.
        panes: the same of panes of glass, numbered on from there.
        labels: semantic class by link id and material, actor by link id.
        end: by link id and at the end of the sweep, what leads from the link's frame to the sensor's, the link's axes
            in the world, and the twist of its origin.
        points: the columns, filled in: xyz, intensity, ring, column, offset, return, semantic, instance, is_clutter,
            xyz_true, flow.
    """
    (directions, offsets, rays), (distance, shade, kind, source) = beam, measured
    (link, material, place), (pane_link, pane_material, pane_place) = hits, panes
    (class_of, actor_of), (to, axes, twist) = labels, end
    xyz, intensity, ring, column, offset_ns, echo, semantic, instance, is_clutter, xyz_true, flow = points
    beams, n = directions.shape[1] // rays, 0
    c, b = start // beams, start % beams - 1
    for k in range(start, stop):
        b += 1
        if b == beams:  # dividing anew would take as long as the rest
            c, b = c + 1, 0
        for j in range(kind.shape[1]):
            if kind[k, j] == _NOTHING:
                continue
            intensity[n], ring[n], column[n], offset_ns[n] = shade[k, j], b, c, offsets[k]
            echo[n], is_clutter[n], at = j, kind[k, j] == _CLUTTER, source[k, j]
            for i in range(3):
                xyz[n, i] = distance[k, j] * directions[c, b * rays, i]
            if kind[k, j] == _CLUTTER:
                semantic[n], instance[n] = 0, 0
                for i in range(3):
                    xyz_true[n, i], flow[n, i] = np.nan, np.nan
            elif at < len(link):
                semantic[n], instance[n] = class_of[link[at], material[at]], actor_of[link[at]]
                _carry(link[at], place[at, 0], place[at, 1], place[at, 2], to, axes, twist, n, xyz_true, flow)
            else:
                at -= len(link)
                semantic[n], instance[n] = class_of[pane_link[at], pane_material[at]], actor_of[pane_link[at]]
                x, y, z = pane_place[at, 0], pane_place[at, 1], pane_place[at, 2]
                _carry(pane_link[at], x, y, z, to, axes, twist, n, xyz_true, flow)
            n += 1


@njit(cache=True, nogil=True, inline="always")
@no_type_check
def _carry(
    link: int,
    x: float,
    y: float,
    z: float,
    to: Float[ndarray, "l 3 4"],
    axes: Float[ndarray, "l 3 3"],
    twist: Float[ndarray, "l 6"],
    n: int,
    xyz_true: Float32[ndarray, "p 3"],
    flow: Float32[ndarray, "p 3"],
) -> None:
    """Fills in where a point of a link is at the end of the sweep, and how fast it goes."""
    for i in range(3):
        xyz_true[n, i] = to[link, i, 0] * x + to[link, i, 1] * y + to[link, i, 2] * z + to[link, i, 3]
        flow[n, i] = 0.0
    if link > 0:
        ax = axes[link, 0, 0] * x + axes[link, 0, 1] * y + axes[link, 0, 2] * z
        ay = axes[link, 1, 0] * x + axes[link, 1, 1] * y + axes[link, 1, 2] * z
        az = axes[link, 2, 0] * x + axes[link, 2, 1] * y + axes[link, 2, 2] * z
        flow[n, 0] = twist[link, 0] + twist[link, 4] * az - twist[link, 5] * ay
        flow[n, 1] = twist[link, 1] + twist[link, 5] * ax - twist[link, 3] * az
        flow[n, 2] = twist[link, 2] + twist[link, 3] * ay - twist[link, 4] * ax
