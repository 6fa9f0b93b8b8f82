"""Light under roofs against its closed form: the sky by the solid angle of the ends, lamps for the rest."""

from dataclasses import replace

import numpy as np
import pytest
from staging import GROUND, world

from simgen.motion import Cast
from simgen.readings import CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.light import light_of
from simgen.render.picture import looking_at
from simgen.render.raster import Rasteriser
from simgen.render.roofs import LAMP_COLOUR
from simgen.render.scene import Scene
from simgen.world.surfaces.sheets import grid_faces, sheet
from simgen.world.weather import Weather
from simgen.world.world import Roof, Surface

DAY = Weather(sun_elevation_deg=45.0, sun_azimuth_deg=90.0, cloudiness=0.0)
CAMERA = CameraModel.from_fov(64, 48, 40.0)
LENGTH_M = 400.0


def tiles() -> Surface:
    """A floor of small faces: light is worked out at corners."""
    x, y = np.meshgrid(np.arange(-60.0, LENGTH_M + 60.0, 4.0), np.arange(8.0, -9.0, -4.0), indexing="ij")
    points = np.stack([x, y, np.full_like(x, 0.02)], axis=-1)
    return Surface(name="floor", mesh=sheet(points[:, ::-1].reshape(-1, 3), grid_faces(*x.shape), GROUND))


def roofed(lamps: float) -> Scene:
    roof = Roof(line=((0.0, 0.0, 0.0), (LENGTH_M, 0.0, 0.0)), half_width_m=6.0, height_m=5.0, lamps=lamps)
    return Scene.of(replace(world(tiles()), roofs=(roof,)), Cast.of([]))


def light_at(scene: Scene, x_m: float) -> np.ndarray:
    """Light of the ground's green at a place of the axis."""
    rasteriser = Rasteriser(scene)
    pose = looking_at(np.array([x_m - 0.01, 0.0, 4.0]), np.array([x_m, 0.0, 0.0]))
    moment = Moment(world_from_camera=pose, link_pose=np.zeros((0, 7)))
    light = rasteriser.render(CAMERA, moment, ("light",), state=State(weather=DAY)).channels["light"].copy()
    rasteriser.close()
    return np.asarray(light[24, 32])


@pytest.mark.parametrize("lamps", [0.0, 0.1])
def test_the_middle_of_a_long_roof_has_its_lamps_light_alone(lamps: float) -> None:
    exposure = light_of(DAY).exposure
    deep = (LENGTH_M / 2.0 / 6.0) ** 2
    sky = light_of(DAY).sky[1] * exposure
    expected = GROUND.base_colour[1] * (lamps * LAMP_COLOUR[1] * exposure * deep + sky) / (1.0 + deep)
    assert light_at(roofed(lamps), LENGTH_M / 2.0)[1] == pytest.approx(expected, rel=0.1, abs=0.003)


def test_beside_a_roof_it_is_as_bright_as_without() -> None:
    without = Scene.of(world(tiles()), Cast.of([]))
    assert light_at(roofed(0.1), -40.0) == pytest.approx(light_at(without, -40.0), rel=1e-6)
