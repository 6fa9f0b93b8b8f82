"""Packs what a lidar reports, with labels, de-skewed truth and velocity.

`no_type_check` keeps jaxtyping's run-time checks from hiding the function from numba.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float, Float32, Int32, UInt8, UInt16, UInt32
from numba import njit
from numpy import ndarray

_NOTHING, _CLUTTER = 0, 2  # as in `_lidar_echo`


@njit(cache=True, nogil=True)
@no_type_check
def collect(
    start: int,
    stop: int,
    rays: int,
    kind: UInt8[ndarray, "n returns"],
    distance: Float32[ndarray, "n returns"],
    intensity_of: Float32[ndarray, "n returns"],
    source: Int32[ndarray, "n returns"],
    directions: Float[ndarray, "columns rays 3"],
    offsets: Int32[ndarray, " n"],
    link: Int32[ndarray, " all"],
    material: Int32[ndarray, " all"],
    point: Float[ndarray, "all 3"],
    pane_link: Int32[ndarray, " g"],
    pane_material: Int32[ndarray, " g"],
    pane_point: Float[ndarray, "g 3"],
    semantic_of: UInt8[ndarray, "l m"],
    actor_of_link: UInt32[ndarray, " l"],
    sensor_from_link: Float[ndarray, "l 3 4"],
    turned: Float[ndarray, "l 3 3"],
    twist: Float[ndarray, "l 6"],
    xyz: Float32[ndarray, "p 3"],
    intensity: Float32[ndarray, " p"],
    ring: UInt16[ndarray, " p"],
    column: UInt16[ndarray, " p"],
    offset_ns: Int32[ndarray, " p"],
    echo: UInt8[ndarray, " p"],
    semantic: UInt8[ndarray, " p"],
    instance: UInt32[ndarray, " p"],
    is_clutter: Bool[ndarray, " p"],
    xyz_true: Float32[ndarray, "p 3"],
    flow: Float32[ndarray, "p 3"],
) -> None:
    """Packs what beams start to stop reported, in the order of firing.

    `rays` is how many there are to a beam, the first of them its axis. What `source` points to is in `link`, `material`
    and `point`, or, beyond their end, in `pane_link`, `pane_material` and `pane_point`.
    By link id and at the end of the sweep: `sensor_from_link` leads from the link's frame, `turned` has the link's axes
    in the world, `twist` is that of its origin. The arrays from `xyz` on are filled in.
    """
    beams, n = directions.shape[1] // rays, 0
    for k in range(start, stop):
        c, b = k // beams, k % beams
        for j in range(kind.shape[1]):
            if kind[k, j] == _NOTHING:
                continue
            intensity[n], ring[n], column[n], offset_ns[n] = intensity_of[k, j], b, c, offsets[k]
            echo[n], is_clutter[n] = j, kind[k, j] == _CLUTTER
            for i in range(3):
                xyz[n, i] = distance[k, j] * directions[c, b * rays, i]
            if kind[k, j] == _CLUTTER:
                semantic[n], instance[n] = 0, 0
                xyz_true[n, 0] = xyz_true[n, 1] = xyz_true[n, 2] = np.nan
                flow[n, 0] = flow[n, 1] = flow[n, 2] = np.nan
                n += 1
                continue
            at = source[k, j]
            if at < len(link):
                hit, made_of = link[at], material[at]
                x, y, z = point[at, 0], point[at, 1], point[at, 2]
            else:
                at -= len(link)
                hit, made_of = pane_link[at], pane_material[at]
                x, y, z = pane_point[at, 0], pane_point[at, 1], pane_point[at, 2]
            semantic[n], instance[n] = semantic_of[hit, made_of], actor_of_link[hit]
            for i in range(3):
                m = sensor_from_link[hit]
                xyz_true[n, i] = m[i, 0] * x + m[i, 1] * y + m[i, 2] * z + m[i, 3]
            if hit == 0:
                flow[n, 0] = flow[n, 1] = flow[n, 2] = 0.0
            else:
                m, v = turned[hit], twist[hit]
                ax = m[0, 0] * x + m[0, 1] * y + m[0, 2] * z
                ay = m[1, 0] * x + m[1, 1] * y + m[1, 2] * z
                az = m[2, 0] * x + m[2, 1] * y + m[2, 2] * z
                flow[n, 0] = v[0] + v[4] * az - v[5] * ay
                flow[n, 1] = v[1] + v[5] * ax - v[3] * az
                flow[n, 2] = v[2] + v[3] * ay - v[4] * ax
            n += 1
