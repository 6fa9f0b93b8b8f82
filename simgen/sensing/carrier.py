"""What carries a sensor: the ego, something that stands in the world, or somebody who moves it between pictures."""

import numpy as np
from jaxtyping import Float, Int64
from numpy import ndarray

from simgen.geometry import Pose
from simgen.motion import Cast, View
from simgen.readings import Mount
from simgen.render.raycast import LinkMotion

STANDS = -1
"""The row of what carries a sensor that is fixed to the world."""


def carrier_row(mount: Mount, cast: Cast) -> int:
    """Row of the link that carries a sensor: the ego's root, or `STANDS`."""
    return cast.rows(cast.ego.id).start if mount.fixed_to == "ego" else STANDS


def sensor_pose(view: View, mount: Mount, row: int, time_ns: int) -> Pose:
    """world_from_sensor at a time."""
    if mount.orbit is not None:
        return mount.orbit.pose(mount.index(time_ns)) @ mount.ego_from_sensor
    return mount.ego_from_sensor if row == STANDS else view.pose(row, time_ns) @ mount.ego_from_sensor


def sensor_matrices(motion: LinkMotion, mount: Mount, row: int, at_ns: Int64[ndarray, " n"]) -> Float[ndarray, "n 4 4"]:
    """world_from_sensor at many times."""
    pose = mount.ego_from_sensor.matrix()
    if row == STANDS:
        return np.tile(pose, (len(at_ns), 1, 1))
    return np.asarray(motion.matrices(row, at_ns) @ pose)
