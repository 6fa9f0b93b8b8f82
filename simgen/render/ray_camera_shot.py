"""When and from where a camera takes a picture: every row of pixels at its own time, with everything moving."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int64
from numpy import ndarray

from simgen.geometry import Pose
from simgen.motion import View
from simgen.render.camera_view import Moment, link_matrices

_NODE_NS = 500_000
_MOST_ROWS = 64


class Paths(NamedTuple):
    """Where the camera sees every link while it takes a picture.

    Attributes:
        step: rows from one entry to the next, between which matrices are blended; 0 if nothing moves meanwhile.
        camera_from_link: by entry and link id (0: the world), the upper three rows; NaN where absent.
    """

    step: float
    camera_from_link: Float[ndarray, "nodes links 3 4"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shot:
    """One picture of a moving camera: row r of its pixels is seen at time_ns + (r + 0.5 - height / 2) line_time_ns.

    Attributes:
        view: covers the times of all rows.
        time_ns: of the middle row.
        line_time_ns: from one row to the next; 0 for a global shutter.
        carrier_row: row of the link that carries the camera; -1 for the world.
    """

    view: View
    time_ns: int
    line_time_ns: float
    height: int
    carrier_row: int
    carrier_from_camera: Float[ndarray, "4 4"]

    def times_ns(self, places: Float[ndarray, " n"]) -> Int64[ndarray, " n"]:
        """When places in the image are seen, by their vertical coordinate (the middle of row r is r + 0.5)."""
        return np.rint(self.time_ns + (places - self.height / 2) * self.line_time_ns).astype(np.int64)

    def world_from_camera(self, times_ns: Int64[ndarray, " n"]) -> Float[ndarray, "n 4 4"]:
        """The camera's pose at some times."""
        if self.carrier_row < 0:
            return np.tile(self.carrier_from_camera, (len(times_ns), 1, 1))
        unique, back = np.unique(times_ns, return_inverse=True)
        carrier = Pose.from_array(self.view.link_trajectory(unique, [self.carrier_row])[:, 0])
        return np.asarray((carrier.matrix() @ self.carrier_from_camera)[back])

    def edges(self) -> tuple[Int64[ndarray, " bounds"], Float[ndarray, "bounds 4 4"]]:
        """Times and poses of the camera at the upper edge of every row, and at the lower one of the last."""
        times_ns = self.times_ns(np.arange(self.height + 1.0))
        return times_ns, self.world_from_camera(times_ns)

    def middle(self) -> Moment:
        """Where everything is at the time of the middle row."""
        pose = self.world_from_camera(np.array([self.time_ns], np.int64))[0]
        return Moment(world_from_camera=pose, link_pose=self.view.link_poses(self.time_ns))

    def paths(self) -> Paths:
        """Where the camera sees every link, row by row."""
        if self.line_time_ns == 0:
            places, step = np.array([self.height / 2]), 0.0
        else:
            step = float(np.clip(_NODE_NS // self.line_time_ns, 1, _MOST_ROWS))
            places = np.arange(0.0, self.height + step, step)
            places[-1] = min(places[-1], self.height)
        times_ns = self.times_ns(places)
        camera_from_world = np.linalg.inv(self.world_from_camera(times_ns))
        poses = self.view.link_trajectory(times_ns)
        found = np.stack([camera_from_world[k] @ link_matrices(poses[k]) for k in range(len(places))])
        if step and places[-1] - places[-2] < step:
            # The last entry stands a whole step further, in a straight line.
            share = step / (places[-1] - places[-2])
            found[-1] = found[-2] + share * (found[-1] - found[-2])
        return Paths(step=step, camera_from_link=np.ascontiguousarray(found[:, :, :3]))
