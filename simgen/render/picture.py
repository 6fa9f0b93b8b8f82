"""A single picture of a scene, for looking at worlds and models."""

import numpy as np
from jaxtyping import Float, UInt8, UInt32
from numpy import ndarray

from simgen.readings import CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.world.weather import Weather


def picture(
    scene: Scene,
    link_pose: Float[ndarray, "l 7"],
    world_from_camera: Float[ndarray, "4 4"],
    camera: CameraModel | None = None,
    *,
    weather: Weather | None = None,
    lamps: UInt32[ndarray, " a"] | None = None,
) -> UInt8[ndarray, "h w 3"]:
    """What a camera would see; 1280 x 720 with 70 degrees by default."""
    rasteriser = Rasteriser(scene)
    camera = CameraModel.from_fov(1280, 720, 70.0) if camera is None else camera
    state = State(weather=scene.world.weather if weather is None else weather, lamps=lamps)
    moment = Moment(world_from_camera=world_from_camera, link_pose=link_pose)
    result = rasteriser.render(camera, moment, ("rgb",), state=state, outlines=False).channels["rgb"].copy()
    rasteriser.close()
    return result


def looking_at(eye_m: Float[ndarray, "3"], target_m: Float[ndarray, "3"]) -> Float[ndarray, "4 4"]:
    """The pose of an upright camera (optical frame) at one point that looks at another."""
    eye, target = np.asarray(eye_m, dtype=np.float64), np.asarray(target_m, dtype=np.float64)
    forward = (target - eye) / np.linalg.norm(target - eye)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right = right / np.linalg.norm(right) if np.linalg.norm(right) > 1e-9 else np.array([0.0, -1.0, 0.0])
    result = np.eye(4)
    result[:3, :3] = np.column_stack([right, np.cross(forward, right), forward])
    result[:3, 3] = eye
    return result
