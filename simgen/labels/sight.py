"""Where points of the world are in one image, and what stands before them."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Int64
from numpy import ndarray

from simgen.geometry import Pose
from simgen.motion import View
from simgen.readings import CameraModel, Image

_NODES = 9
"""A rolling shutter's picture is divided by so many rows; between them everything moves straight on. In the 4 ms
between two a limb's acceleration of 50 m/s2 bends its way by 0.1 mm.
"""
_ROUNDS = 3
"""A row's time depends on the row: so often it is put in again. Each round gains the share of a row that a point
moves in a row's time, some 1e-2 at most.
"""


@dataclass(slots=True, kw_only=True, eq=False)
class Sight:
    """One image of one camera: where it was when.

    Attributes:
        line_time_ns: 0 with a global shutter; otherwise row r is exposed at time_ns + (r + 0.5 - H / 2) line_time_ns.
        ego_row: row of the ego's root.
        on_ego: whether the ego carries the camera; otherwise it stands still.
        times_ns: at which points must be known: the image's own, or those of some rows from its top to its bottom.
    """

    image: Image
    model: CameraModel
    line_time_ns: int
    view: View
    ego_row: int
    on_ego: bool = True
    times_ns: Int64[ndarray, " m"] = field(init=False)
    _camera_from_world: Float[ndarray, "m 3 4"] = field(init=False)

    def __post_init__(self) -> None:
        self.times_ns = np.array([self.image.time_ns], dtype=np.int64)
        if self.line_time_ns:
            half = 0.5 * self.model.height * self.line_time_ns
            delay = np.rint(np.linspace(-half, half, _NODES)).astype(np.int64)
            self.times_ns = np.clip(self.image.time_ns + delay, self.view.start_ns, self.view.end_ns)
        self._camera_from_world = np.linalg.inv(self._world_from_camera())[:, :3]

    def look(self, paths: Float[ndarray, "k n 3"]) -> tuple[Float[ndarray, "n 2"], Float[ndarray, " n"]]:
        """Image coordinates of points and their depths (of the model's kind); NaN where it does not see them.

        Args:
            paths: of n points in the world: where they are at `times_ns`, or once where they stay.
        """
        if len(self.times_ns) == 1:
            still = self._camera_from_world[0]
            seen = paths[0] @ still[:, :3].T + still[:, 3]
            pixels = self.model.project(seen)
        else:
            seen, pixels = self._roll(paths)
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

    def _roll(self, paths: Float[ndarray, "k n 3"]) -> tuple[Float[ndarray, "n 3"], Float[ndarray, "n 2"]]:
        """Points in the camera's frame and in the image, each at the time of its row."""
        number, last = np.arange(paths.shape[1]), _NODES - 2
        row = np.full(paths.shape[1], self.model.height / 2)
        for _ in range(_ROUNDS + 1):
            at = np.clip(np.nan_to_num(row) / self.model.height, 0.0, 1.0) * (_NODES - 1)
            first = np.minimum(at.astype(np.int64), last)
            share = (at - first)[:, None]
            world = paths[0]
            if len(paths) > 1:
                world = (1.0 - share) * paths[first, number] + share * paths[first + 1, number]
            one, two = (
                np.einsum("nij,nj->ni", camera[:, :, :3], world) + camera[:, :, 3]
                for camera in (self._camera_from_world[first], self._camera_from_world[first + 1])
            )
            seen = (1.0 - share) * one + share * two
            pixels = self.model.project(seen)
            row = np.where(np.isnan(pixels[:, 1]), row, pixels[:, 1])
        return seen, pixels

    def _world_from_camera(self) -> Float[ndarray, "m 4 4"]:
        """The camera rides on the ego from where it was at the image's own time."""
        here = self.image.world_from_sensor
        if len(self.times_ns) == 1 or not self.on_ego:
            return np.repeat(here[None], len(self.times_ns), axis=0)
        ego = Pose.from_array(self.view.link_trajectory(self.times_ns, [self.ego_row])[:, 0]).matrix()
        now = self.view.pose(self.ego_row, self.image.time_ns).inverse().matrix()
        return np.asarray(ego @ now @ here)
