"""Light beyond what pixels are coded for: lamps as bright as they are, and the sun's disc."""

import numpy as np
import pytest
from staging import box_mesh, cast, world

from simgen.motion import Cast
from simgen.readings import CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.light import light_of
from simgen.render.picture import looking_at
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.world.material import Material
from simgen.world.weather import Weather
from simgen.world.world import Surface

LED = Material(name="led", base_colour=(0.0, 0.0, 0.0), emission=(300.0, 100.0, 2.0), roughness=1.0)


def light_of_view(weather: Weather, target: tuple[float, float, float], camera: CameraModel) -> np.ndarray:
    panel = Surface(name="panel", mesh=box_mesh((0.1, 2.0, 2.0), (10.0, 0.0, 2.0), LED))
    scene = Scene.of(world(panel), Cast.of(cast(0).actors))
    rasteriser = Rasteriser(scene)
    pose = looking_at(np.array([0.0, 0.0, 2.0]), np.array(target))
    moment = Moment(world_from_camera=pose, link_pose=np.array([[0.0, 500.0, 0.0, 0.0, 0.0, 0.0, 1.0]]))
    light = rasteriser.render(camera, moment, ("light",), state=State(weather=weather)).channels["light"].copy()
    rasteriser.close()
    return light


def test_a_lamp_is_as_bright_as_its_material_says():
    weather = Weather(cloudiness=1.0)
    light = light_of_view(weather, (10.0, 0.0, 2.0), CameraModel.from_fov(40, 30, 60.0))
    exposed = np.array(LED.emission) * light_of(weather).exposure
    assert light[15, 20] == pytest.approx(exposed, rel=0.01)
    assert light[15, 20, 0] > 8.0


@pytest.mark.parametrize("width", [50, 400, 1600])
def test_all_of_the_sun_is_in_the_picture_however_few_pixels_it_covers(width):
    """A white surface that faces the sun has radiance E / pi; the disc's radiance over its solid angle sums to E."""
    weather = Weather(sun_elevation_deg=30.0, sun_azimuth_deg=90.0, cloudiness=0.0)
    light, camera = light_of(weather), CameraModel.from_fov(width, width * 3 // 4, 60.0)
    up = np.radians(30.0)
    seen = light_of_view(weather, (0.0, 100.0 * np.cos(up), 2.0 + 100.0 * np.sin(up)), camera)
    disc = seen[..., 1] > 100.0
    irradiance = seen[disc][:, 1].sum() / camera.K[0, 0] ** 2  # the sun is on the axis
    assert irradiance == pytest.approx(np.pi * light.sun[1] * light.exposure, rel=0.02)
    assert disc.sum() == pytest.approx(np.pi * (np.radians(0.2665) * camera.K[0, 0]) ** 2, rel=0.25, abs=4.5)


def test_what_stands_before_the_sun_hides_it():
    weather = Weather(sun_elevation_deg=1.0, sun_azimuth_deg=0.0, cloudiness=0.0)
    light = light_of_view(weather, (10.0, 0.0, 2.0), CameraModel.from_fov(40, 30, 60.0))
    assert light[..., 2].max() < 100.0
