"""The sky behind a scene: where the picture of the hemisphere lands, and that pixels may share what is looked up."""

import numpy as np
import staging

from simgen.readings import CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.develop import LIGHT
from simgen.render.heaven import SKY, SKY_BRIGHTEST, coded_sky, sky_rows, sky_steps
from simgen.render.light import SKY_PIXELS
from simgen.render.picture import looking_at
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.world.weather import Weather

WEATHER = Weather(cloudiness=0.3, sun_azimuth_deg=40.0, sun_elevation_deg=50.0)


def test_the_sky_is_that_of_its_picture_in_each_direction() -> None:
    camera = CameraModel.from_fov(96, 64, 80.0)
    turned = looking_at(np.zeros(3), np.array([1.0, 0.7, 1.1]))[:3, :3]
    drawn = np.full((64, 96, 2), SKY, np.uint32)
    sky_rows(0, 64, drawn, turned @ np.linalg.inv(camera.K), coded_sky(WEATHER), 1)
    u, v = np.meshgrid(np.arange(96) + 0.5, np.arange(64) + 0.5)
    ray = np.stack([u, v, np.ones_like(u)], axis=-1) @ np.linalg.inv(camera.K).T @ turned.T
    ray /= np.linalg.norm(ray, axis=-1, keepdims=True)
    assert (ray[..., 2] > 0.05).all()
    at = (ray[..., :2] / (1.0 + ray[..., 2:]) * 0.498 + 0.5) * SKY_PIXELS
    column, row = np.moveaxis(np.floor(at).astype(int), -1, 0)
    steps = sky_steps(WEATHER)
    around = [steps[row + i, column + j] for i in (-1, 0, 1) for j in (-1, 0, 1)]
    light = LIGHT[np.stack([drawn[..., 1] & 2047, drawn[..., 1] >> 11 & 2047, drawn[..., 1] >> 22 << 1], axis=-1)]
    root = np.sqrt(light / SKY_BRIGHTEST) * 255.0
    assert (root >= np.min(around, axis=0) - 1.0).all()
    assert (root <= np.max(around, axis=0) + 1.0).all()


def test_samples_of_a_pixel_share_the_sky() -> None:
    scene = Scene.of(staging.world(), staging.cast(0))
    now = Moment(world_from_camera=looking_at(np.array([0.0, 0.0, 1.6]), np.array([20.0, 3.0, 9.0])),
                 link_pose=np.full((len(scene.cast.links), 7), np.nan))  # fmt: skip
    rasteriser = Rasteriser(scene)
    state = State(weather=WEATHER)
    once, blended = (
        rasteriser.render(CameraModel.from_fov(120, 80, 70.0), now, ("rgb",), state=state, antialias=samples).channels[
            "rgb"
        ].astype(int)
        for samples in (1, 2)
    )  # fmt: skip
    rasteriser.close()
    assert np.abs(once - blended)[:30].max() <= 12
    assert np.abs(once - blended)[:30].mean() < 1.0
