"""Lamps at night against photometry: inverse squares, cosines, switches."""

from dataclasses import replace

import numpy as np
import pytest
from staging import GROUND, box_mesh, cast, world

from simgen.motion import Cast
from simgen.readings import CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.lamps import SUNLIT_WHITE_LX, Lamps
from simgen.render.light import air_extinction_per_m, light_of
from simgen.render.picture import looking_at
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.world.lamps import mask
from simgen.world.material import Material
from simgen.world.weather import Weather
from simgen.world.world import Surface

NIGHT = Weather(sun_elevation_deg=-20.0, cloudiness=0.0)
CAMERA = CameraModel.from_fov(80, 60, 60.0)
AT = np.array([12.0, 0.0, 8.0])


def glowing(lamp: str) -> Material:
    return Material(name=f"test_{lamp}", base_colour=(0.1, 0.1, 0.1), emission=(1.0, 1.0, 1.0), lamp=lamp)


def light_seen(scene: Scene, state: State) -> tuple[np.ndarray, np.ndarray]:
    """Light, and where its pixels are on the ground."""
    rasteriser = Rasteriser(scene)
    pose = looking_at(np.array([0.0, 0.0, 5.0]), np.array([12.0, 0.0, 0.0]))
    poses = np.array([[0.0, 50.0, 0.0, 0.0, 0.0, 0.0, 1.0]] * len(scene.cast.links))
    seen = rasteriser.render(CAMERA, Moment(world_from_camera=pose, link_pose=poses), ("light", "depth"), state=state)
    light, depth = seen.channels["light"].copy(), seen.channels["depth"].copy()
    rasteriser.close()
    columns, rows = np.meshgrid(np.arange(80) + 0.5, np.arange(60) + 0.5)
    rays = CAMERA.rays(np.stack([columns, rows], axis=-1))
    points = rays / rays[..., 2:] * depth[..., None]
    return light, points @ pose[:3, :3].T + pose[:3, 3]


@pytest.fixture(scope="module")
def street() -> Scene:
    luminaire = Surface(name="lamp", mesh=box_mesh((0.4, 0.2, 0.02), AT, glowing("street")))
    return Scene.of(world(luminaire), Cast.of(cast(0).actors))


def test_a_street_lamp_lights_the_road_by_its_distance_and_angle(street):
    """E = I(angle) cos(angle) / d^2; 2200 cd straight down, c (1.6 - 0.6 c) of it at an angle of cosine c."""
    light, place = light_seen(street, State(weather=NIGHT))
    sky = light_of(NIGHT)
    albedo = GROUND.base_colour[1]
    ground = np.abs(place[..., 2]) < 0.01
    to = AT - place[ground]
    distance = np.linalg.norm(to, axis=-1)
    c = to[:, 2] / distance
    lux = 2200.0 * 0.78 * c * (1.6 - 0.6 * c) * c / distance**2
    ambient = float((0.75 * sky.sky)[1]) * sky.exposure * albedo
    lit = lux / SUNLIT_WHITE_LX * sky.exposure * albedo
    near = distance < 11.0
    assert near.sum() > 300
    # A window ends the light at a finite range: it takes 14 % at 11 m; the rest is what is mirrored of the sky.
    share = (light[ground][:, 1] - ambient)[near] / lit[near]
    assert np.all((share > 0.75) & (share < 1.3))
    assert np.corrcoef(light[ground][:, 1], lit)[0, 1] > 0.995


def test_street_lamps_are_off_by_day(street):
    dark = replace(NIGHT, sun_elevation_deg=30.0)
    light, place = light_seen(street, State(weather=dark))
    ground = np.abs(place[..., 2]) < 0.01
    assert light[ground][:, 1].std() < 0.05 * light[ground][:, 1].mean()


def test_lamps_of_actors_are_lit_by_their_bits():
    base = cast(1)
    model = base.actors[1].model
    lamps = box_mesh((0.05, 0.2, 0.1), (-2.0, 0.6, 0.7), glowing("brake"))
    part = replace(model.parts[0], mesh=lamps)
    actors = Cast.of([base.actors[0], replace(base.actors[1], model=replace(model, parts=(part,)))])
    scene = Scene.of(world(), actors)
    found = Lamps.of(scene)
    assert len(found.link) == 1
    assert found.at[0] == pytest.approx([-2.0, 0.6, 0.7], abs=1e-6)
    assert found.candela[0, 0] > 10 * found.candela[0, 1]
    on = np.array([0, mask("brake")], np.uint32)
    assert found._lit(on, ()).tolist() == [True]
    assert found._lit(np.zeros(2, np.uint32), ()).tolist() == [False]


def test_two_headlamps_are_two_lamps():
    left = box_mesh((0.1, 0.3, 0.2), (2.0, 0.7, 0.7), glowing("low_beam"))
    right = box_mesh((0.1, 0.3, 0.2), (2.0, -0.7, 0.7), glowing("low_beam"))
    scene = Scene.of(world(Surface(name="a", mesh=left), Surface(name="b", mesh=right)), Cast.of(cast(0).actors))
    assert sorted(Lamps.of(scene).at[:, 1].round(3).tolist()) == [-0.7, 0.7]


def test_twilight_falls_as_the_almanac_says():
    """600 lx at sunset, 50 at -3 degrees, 3.4 at the end of civil twilight (Seidelmann 1992), within a third."""
    for elevation, lux in ((0.0, 600.0), (-3.0, 50.0), (-6.0, 3.4)):
        light = light_of(Weather(sun_elevation_deg=elevation, cloudiness=0.2))
        white = light.sky + light.sun * max(np.sin(np.radians(elevation)), 0.0)
        assert white @ [0.2126, 0.7152, 0.0722] * SUNLIT_WHITE_LX == pytest.approx(lux, rel=0.34)


def test_rain_dims_as_itu_says():
    # 25 mm/h: 1.076 x 25^0.67 = 9.30 dB/km.
    assert air_extinction_per_m(Weather(rain_mm_h=25.0)) == pytest.approx(9.30 * np.log(10) / 1e4, rel=1e-3)
    assert air_extinction_per_m(Weather()) == 0.0


def test_fog_thins_out_upward():
    """Optical depth to a height h over the camera, at a range r: extinction r (1 - exp(-h/60)) / (h/60)."""
    tower = Surface(name="tower", mesh=box_mesh((1.0, 60.0, 120.0), (60.5, 0.0, 60.0), GROUND))
    foggy = Weather(fog=0.4, cloudiness=1.0)
    scene = Scene.of(world(tower), Cast.of(cast(0).actors))
    rasteriser = Rasteriser(scene)
    camera = CameraModel.from_fov(60, 120, 50.0)
    pose = looking_at(np.array([0.0, 0.0, 2.0]), np.array([60.0, 0.0, 42.0]))
    moment = Moment(world_from_camera=pose, link_pose=np.array([[0.0, 500.0, 0.0, 0.0, 0.0, 0.0, 1.0]]))
    taken = [
        rasteriser.render(camera, moment, ("light", "depth"), state=State(weather=weather)).channels
        for weather in (foggy, replace(foggy, fog=0.0))
    ]
    foggy_light, clear_light, depth = taken[0]["light"].copy(), taken[1]["light"].copy(), taken[0]["depth"].copy()
    rasteriser.close()
    light = light_of(foggy)
    scale = light.exposure / light_of(replace(foggy, fog=0.0)).exposure
    columns, rows = np.meshgrid(np.arange(60) + 0.5, np.arange(120) + 0.5)
    rays = camera.rays(np.stack([columns, rows], axis=-1))
    place = rays / rays[..., 2:] * depth[..., None] @ pose[:3, :3].T
    on = (np.abs(place[..., 0] - 60.0) < 0.01) & (np.abs(place[..., 1]) < 20.0)
    rise, reach = place[on][:, 2] / 60.0, np.linalg.norm(place[on], axis=-1)
    share = np.exp(-foggy.extinction_per_m * reach * (1.0 - np.exp(-rise)) / rise)
    airlight = float((light.airlight * light.exposure)[1])
    expected = airlight * (1.0 - share) + scale * clear_light[on][:, 1] * share
    assert on.sum() > 1000
    assert np.ptp(share) > 0.03
    assert foggy_light[on][:, 1] == pytest.approx(expected, rel=0.06)
