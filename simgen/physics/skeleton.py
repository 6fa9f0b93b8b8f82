"""All links of a cast at once: forward kinematics, and velocities as derivatives of it."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from numba import njit
from numpy import ndarray

from simgen.motion import Cast

DIFFERENCE_S = 1e-4
"""Half the span of the central difference: its error is (this)^2 / 6 times the third derivative, below 1e-6."""


@njit(cache=True, error_model="numpy")
def _product(a: ndarray, b: ndarray, out: ndarray) -> None:
    """Pose a times pose b (x y z qx qy qz qw)."""
    x, y, z, w = a[3], a[4], a[5], a[6]
    tx = 2.0 * (y * b[2] - z * b[1])
    ty = 2.0 * (z * b[0] - x * b[2])
    tz = 2.0 * (x * b[1] - y * b[0])
    out[0] = a[0] + b[0] + w * tx + y * tz - z * ty
    out[1] = a[1] + b[1] + w * ty + z * tx - x * tz
    out[2] = a[2] + b[2] + w * tz + x * ty - y * tx
    out[3] = w * b[3] + x * b[6] + y * b[5] - z * b[4]
    out[4] = w * b[4] - x * b[5] + y * b[6] + z * b[3]
    out[5] = w * b[5] + x * b[4] - y * b[3] + z * b[6]
    out[6] = w * b[6] - x * b[3] - y * b[4] - z * b[5]


@njit(cache=True, error_model="numpy")
def forward(local: ndarray, parents: ndarray) -> ndarray:
    """World poses of links from their poses in their parents (roots: in the world)."""
    world = np.empty_like(local)
    for row in range(len(local)):
        if parents[row] < 0:
            for k in range(7):
                world[row, k] = local[row, k]
        else:
            _product(world[parents[row]], local[row], world[row])
    return world


@njit(cache=True, error_model="numpy")
def rates(before: ndarray, after: ndarray, span_s: float) -> ndarray:
    """Linear and angular velocity (world axes) between two poses of every link."""
    twist = np.empty((len(before), 6))
    for r in range(len(before)):
        for k in range(3):
            twist[r, k] = (after[r, k] - before[r, k]) / span_s
        ax, ay, az, aw = after[r, 3], after[r, 4], after[r, 5], after[r, 6]
        bx, by, bz, bw = -before[r, 3], -before[r, 4], -before[r, 5], before[r, 6]
        x = aw * bx + ax * bw + ay * bz - az * by
        y = aw * by - ax * bz + ay * bw + az * bx
        z = aw * bz + ax * by - ay * bx + az * bw
        w = aw * bw - ax * bx - ay * by - az * bz
        size = np.sqrt(x * x + y * y + z * z)
        angle = 2.0 * np.arctan2(size, abs(w))
        factor = (angle / size if size > 1e-12 else 2.0) / span_s
        if w < 0.0:
            factor = -factor
        twist[r, 3], twist[r, 4], twist[r, 5] = x * factor, y * factor, z * factor
    return twist


class Skeleton:
    """Link rows of a cast, and where each link is in its parent."""

    def __init__(self, cast: Cast) -> None:
        self.parents = np.array([link.parent for link in cast.links], dtype=np.int64)
        self.neutral: Float[ndarray, "l 7"] = np.concatenate([actor.model.neutral().array() for actor in cast.actors])
        self.roots = np.flatnonzero(self.parents < 0)

    def links(self, fill: Callable[[ndarray, float], None]) -> tuple[Float[ndarray, "l 7"], Float[ndarray, "l 6"]]:
        """Poses and twists of all links.

        Args:
            fill: writes the local poses as they are this many seconds from now into an array of neutral ones.
        """
        worlds = []
        for delay_s in (-DIFFERENCE_S, 0.0, DIFFERENCE_S):
            local = self.neutral.copy()
            fill(local, delay_s)
            worlds.append(forward(local, self.parents))
        return worlds[1], rates(worlds[0], worlds[2], 2.0 * DIFFERENCE_S)
