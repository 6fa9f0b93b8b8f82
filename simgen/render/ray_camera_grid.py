"""The rays of a camera's pixels, found once for each camera."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from simgen.optics import Lens
from simgen.readings import CameraModel
from simgen.render.raycast_pattern import RayPattern

_FRUSTUM_RAD = np.radians(80.0)
_MARGIN_RAD = np.radians(3.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PixelGrid:
    """One ray through the centre of each pixel.

    Attributes:
        pattern: a row of pixels a group, all of it in the middle of its row's time.
        is_seen: pixels that the lens shows anything in; the rays of others go straight ahead.
        depth_of_range: what depth is of a length along each ray.
        spacing_rad: angle to the neighbouring rays, the wider one.
        widest_rad: the largest angle of a ray to the axis.
    """

    lens: Lens
    pattern: RayPattern
    is_seen: Bool[ndarray, "h w"]
    depth_of_range: Float[ndarray, "h w"]
    spacing_rad: Float[ndarray, "h w"]
    widest_rad: float

    @classmethod
    def of(cls, camera: CameraModel) -> "PixelGrid":
        """The grid of a camera."""
        u, v = np.meshgrid(np.arange(camera.width) + 0.5, np.arange(camera.height) + 0.5)
        directions = camera.rays(np.stack([u, v], axis=-1))
        is_seen = np.isfinite(directions[..., 0])
        directions[~is_seen] = (0.0, 0.0, 1.0)
        depth = directions[..., 2].copy() if camera.depth_kind == "z" else np.ones_like(u)
        return cls(
            lens=camera.lens,
            pattern=RayPattern.of(directions, np.full(camera.width, 0.5)),
            is_seen=is_seen,
            depth_of_range=depth,
            spacing_rad=_spacing(directions),
            widest_rad=float(np.arccos(np.clip(directions[..., 2].min(), -1.0, 1.0))),
        )

    def planes(self) -> Float[ndarray, "p 4"]:
        """A pyramid about all rays, inward unit normals and offsets; one that holds everything for wide lenses."""
        half = self.widest_rad + _MARGIN_RAD
        if half > _FRUSTUM_RAD:
            return np.array([[0.0, 0.0, 0.0, 1e9]])
        c, s = float(np.cos(half)), float(np.sin(half))
        return np.array([[c, 0.0, s, 0.0], [-c, 0.0, s, 0.0], [0.0, c, s, 0.0], [0.0, -c, s, 0.0]])


def _spacing(directions: Float[ndarray, "h w 3"]) -> Float[ndarray, "h w"]:
    result = np.zeros(directions.shape[:2])
    for axis in (0, 1):
        if directions.shape[axis] > 1:
            step = np.linalg.norm(np.diff(directions, axis=axis), axis=-1)
            # A jump from a ray that is seen to one that is not says nothing.
            step = np.where(step > 4.0 * np.median(step), np.median(step), step)
            last = step[-1:] if axis == 0 else step[:, -1:]
            result = np.maximum(result, np.concatenate([step, last], axis=axis))
    return result
