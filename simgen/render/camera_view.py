"""Where a camera and everything that it may see are at one time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import no_type_check

import numpy as np
from jaxtyping import Bool, Float, UInt8, UInt32
from numba import njit
from numpy import ndarray

from simgen.readings import CameraModel
from simgen.render.scene import Scene
from simgen.world.weather import Weather

NEAR_M = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moment:
    """Where the camera and all links were at one time."""

    world_from_camera: Float[ndarray, "4 4"]
    link_pose: Float[ndarray, "l 7"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """What else a picture depends on: lamps by actor, traffic lights, weather."""

    lamps: UInt32[ndarray, " a"] | None = None
    signals: Sequence[int] | UInt8[ndarray, " s"] = ()
    weather: Weather = field(default_factory=Weather)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CameraView:
    """One camera at one moment, link by link.

    Attributes:
        world_from_link, camera_from_link: by link id, 0 the world; NaN where absent.
        planes: of the frustum, inward unit normals and offsets, in the camera's frame.
        hidden: links that are not drawn.
    """

    camera: CameraModel
    world_from_camera: Float[ndarray, "4 4"]
    world_from_link: Float[ndarray, "links 4 4"]
    camera_from_link: Float[ndarray, "links 4 4"]
    planes: Float[ndarray, "p 4"]
    hidden: Bool[ndarray, " links"]

    @classmethod
    def of(cls, camera: CameraModel, now: Moment, scene: Scene, hidden_actors: Sequence[int]) -> "CameraView":
        """The view of a camera on a scene."""
        world_from_link = link_matrices(now.link_pose)
        hidden = (scene.actor_of_link[:, None] == np.asarray(hidden_actors, dtype=np.uint32)).any(axis=1)
        hidden[0] = False
        return cls(
            camera=camera,
            world_from_camera=now.world_from_camera,
            world_from_link=world_from_link,
            camera_from_link=np.linalg.inv(now.world_from_camera) @ world_from_link,
            planes=frustum(camera),
            hidden=hidden | np.isnan(world_from_link[:, 0, 0]),
        )

    def finer(self, samples: int) -> "CameraView":
        """The same view with so many pixels a side in place of each."""
        if samples == 1:
            return self
        camera = self.camera
        scale = np.diag([samples, samples, 1.0])
        fine = replace(camera, width=camera.width * samples, height=camera.height * samples, K=scale @ camera.K)
        return replace(self, camera=fine)


@njit(cache=True, nogil=True)
@no_type_check
def link_matrices(link_pose: Float[ndarray, "l 7"]) -> Float[ndarray, "links 4 4"]:
    """World from link by link id; the world itself first; NaN where absent."""
    result = np.zeros((len(link_pose) + 1, 4, 4))
    result[0] = np.eye(4)
    for row in range(len(link_pose)):
        m, (px, py, pz, x, y, z, w) = result[row + 1], link_pose[row]
        # Whatever the quaternion's length is; NaN if anything is.
        s = 2.0 / (x * x + y * y + z * z + w * w) + 0.0 * (px + py + pz)
        m[0, 0], m[0, 1], m[0, 2] = 1.0 - s * (y * y + z * z), s * (x * y - z * w), s * (x * z + y * w)
        m[1, 0], m[1, 1], m[1, 2] = s * (x * y + z * w), 1.0 - s * (x * x + z * z), s * (y * z - x * w)
        m[2, 0], m[2, 1], m[2, 2] = s * (x * z - y * w), s * (y * z + x * w), 1.0 - s * (x * x + y * y)
        m[0, 3], m[1, 3], m[2, 3], m[3, 3] = px, py, pz, 1.0
        if np.isnan(s):
            m[:] = np.nan
    return result


def clip_matrix(camera: CameraModel) -> tuple[float, ...]:
    """Clip space from the camera's frame, column by column: rows run down, depth is near / z."""
    k, w, h = camera.K, camera.width, camera.height
    matrix = np.zeros((4, 4))
    matrix[0, :3] = 2.0 * k[0, 0] / w, 2.0 * k[0, 1] / w, 2.0 * k[0, 2] / w - 1.0
    matrix[1, :3] = 0.0, 2.0 * k[1, 1] / h, 2.0 * k[1, 2] / h - 1.0
    matrix[2, 3] = NEAR_M
    matrix[3, 2] = 1.0
    return tuple(matrix.T.reshape(-1).tolist())


def frustum(camera: CameraModel) -> Float[ndarray, "5 4"]:
    """Inward unit normals and offsets of the image's sides and the near plane, in the camera's frame."""
    return _frustum(camera.width, camera.height, camera.K.tobytes())


@lru_cache(64)
def _frustum(width: int, height: int, k: bytes) -> Float[ndarray, "5 4"]:
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    rays = np.column_stack([corners, np.ones(4)]) @ np.linalg.inv(np.frombuffer(k).reshape(3, 3)).T
    normals = cross(rays, np.roll(rays, -1, axis=0))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    near = np.array([[0.0, 0.0, 1.0, -NEAR_M]])
    return np.concatenate([np.column_stack([normals, np.zeros(4)]), near])


def cross(a: Float[ndarray, "*n 3"], b: Float[ndarray, "*n 3"]) -> Float[ndarray, "*n 3"]:
    """Vector products, without the generality that costs NumPy's own a tenth of a millisecond."""
    forth, back = [1, 2, 0], [2, 0, 1]
    product: Float[ndarray, "*n 3"] = a[..., forth] * b[..., back] - a[..., back] * b[..., forth]
    return product
