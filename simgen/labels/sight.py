"""Where points of the world are in one image, and what stands before them."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Int64
from numpy import ndarray

from simgen.geometry import Pose
from simgen.motion import View
from simgen.readings import CameraModel, Image

_ROUNDS = 3
"""A row's time depends on the row: so often it is put in again. Each round gains the share of a row that a point
moves in a row's time, some 1e-2 at most.
"""

PointsAt = Callable[[Int64[ndarray, " n"]], Float[ndarray, "n 3"]]
"""World coordinates of n points, each at a time of its own."""


@dataclass(slots=True, kw_only=True, eq=False)
class Sight:
    """One image of one camera: where it was when.

    Attributes:
        line_time_ns: 0 with a global shutter; otherwise row r is exposed at time_ns + (r + 0.5 - H / 2) line_time_ns.
        ego_row: row of the ego's root.
        on_ego: whether the ego carries the camera; otherwise it stands still.
    """

    image: Image
    model: CameraModel
    line_time_ns: int
    view: View
    ego_row: int
    on_ego: bool = True
    _camera_from_world: Float[ndarray, "4 4"] = field(init=False)

    def __post_init__(self) -> None:
        self._camera_from_world = np.linalg.inv(self.image.world_from_sensor)

    def look(self, points_at: PointsAt, count: int) -> tuple[Float[ndarray, "n 2"], Float[ndarray, " n"]]:
        """Image coordinates of points and their depths (of the model's kind); NaN where it does not see them."""
        times = np.full(count, self.image.time_ns, dtype=np.int64)
        still = self._camera_from_world
        seen = points_at(times) @ still[:3, :3].T + still[:3, 3]
        pixels = self.model.project(seen)
        row = np.full(count, self.model.height / 2)
        for _ in range(_ROUNDS if self.line_time_ns else 0):
            # What leaves the lens's view stays out of it: another row's time would bring it back and forth.
            row = np.where(np.isnan(pixels[:, 1]), row, np.clip(pixels[:, 1], 0.0, float(self.model.height)))
            delay = np.rint((row - self.model.height / 2) * self.line_time_ns).astype(np.int64)
            times = np.clip(self.image.time_ns + delay, self.view.start_ns, self.view.end_ns)
            seen = self._camera_at(times).apply(points_at(times))
            pixels = self.model.project(seen)
        depth = seen[:, 2] if self.model.depth_kind == "z" else np.linalg.norm(seen, axis=1)
        return pixels, np.where(np.isfinite(pixels[:, 0]), depth, np.nan)

    def inside(self, pixels: Float[ndarray, "n 2"]) -> Bool[ndarray, " n"]:
        """Which image coordinates lie in the image."""
        with np.errstate(invalid="ignore"):
            return np.asarray(((pixels >= 0.0) & (pixels < [self.model.width, self.model.height])).all(axis=1))

    def at(self, pixels: Float[ndarray, "n 2"]) -> tuple[Int64[ndarray, " n"], Int64[ndarray, " n"]]:
        """Row and column of the pixels that image coordinates lie in; those outside count as the border's."""
        whole = np.floor(np.nan_to_num(pixels)).astype(np.int64)
        return np.clip(whole[:, 1], 0, self.model.height - 1), np.clip(whole[:, 0], 0, self.model.width - 1)

    def _camera_at(self, times_ns: Int64[ndarray, " n"]) -> Pose:
        """The world in the camera's frame, which rides on the ego from where it was at the image's own time."""
        if not self.on_ego:
            return Pose.from_matrix(self.image.world_from_sensor).inverse()
        now = self.view.pose(self.ego_row, self.image.time_ns)
        then = Pose.from_array(self.view.link_trajectory(times_ns, [self.ego_row])[:, 0])
        ego_from_camera = now.inverse() @ Pose.from_matrix(self.image.world_from_sensor)
        return (then @ ego_from_camera).inverse()
