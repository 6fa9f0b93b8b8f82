"""Snow that lies: what is level whitens, less where people drive, over markings, for cameras, lidar and tyres."""

from dataclasses import replace

import numpy as np
import pytest
import staging
from simgen.sensors._lidar_sky import Sky
from simgen.sensors.devices import lidar_device

from simgen.physics.grip import SNOW, WET, grip_of
from simgen.readings import CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.picture import looking_at
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.world.material import Material
from simgen.world.snow import COVERS, REFLECTANCE_905NM, REFLECTANCE_1550NM, covered
from simgen.world.weather import Weather
from simgen.world.world import Surface

OVERCAST = Weather(cloudiness=1.0)
KINDS = ("terrain", "road", "marking")


def ground(semantic: str, albedo: float) -> Scene:
    material = Material(name=semantic, semantic=semantic, base_colour=(albedo, albedo, albedo), source="test")
    return Scene.of(replace(staging.world(), surfaces=(Surface(name="g", mesh=staging.plane_mesh(200.0, material)),)),
                    staging.cast(0))  # fmt: skip


def seen(scene: Scene, weather: Weather) -> np.ndarray:
    """The mean picture of what lies ahead on the ground."""
    pose = looking_at(np.array([0.0, 0.0, 6.0]), np.array([10.0, 0.0, 0.0]))
    nobody = np.full((len(scene.cast.links), 7), np.nan)
    rasteriser = Rasteriser(scene)
    moment = Moment(world_from_camera=pose, link_pose=nobody)
    rendering = rasteriser.render(
        CameraModel.from_fov(160, 100, 50.0), moment, ("rgb",), state=State(weather=weather), outlines=False
    )
    picture = rendering.channels["rgb"].astype(float).copy()
    rasteriser.close()
    return picture


def test_the_more_snow_the_whiter_and_verges_before_roads() -> None:
    shown = {kind: [seen(ground(kind, 0.08), replace(OVERCAST, snow_cover=cover)).mean() for cover in (0, 0.5, 1)]
             for kind in ("terrain", "road")}  # fmt: skip
    for means in shown.values():
        assert means[0] < means[1] < means[2]
    assert shown["terrain"][2] > shown["road"][2] + 20
    assert shown["terrain"][0] == pytest.approx(shown["road"][0], abs=1.0)


def test_markings_are_hidden_where_the_road_is_covered() -> None:
    apart = [
        seen(ground("marking", 0.7), replace(OVERCAST, snow_cover=cover)).mean()
        - seen(ground("road", 0.08), replace(OVERCAST, snow_cover=cover)).mean()
        for cover in (0.0, 1.0)
    ]
    assert apart[0] > 60
    assert abs(apart[1]) < 0.25 * apart[0]


def test_what_is_upright_stays_and_what_is_cleared_too() -> None:
    wall = Material(name="wall", semantic="building", base_colour=(0.1, 0.1, 0.1), source="test")
    mesh = staging.box_mesh((1.0, 40.0, 40.0), (20.0, 0.0, 0.0), wall)
    scene = Scene.of(replace(staging.world(), surfaces=(Surface(name="w", mesh=mesh),)), staging.cast(0))
    pose = looking_at(np.array([0.0, 0.0, 2.0]), np.array([10.0, 0.0, 2.0]))
    rasteriser = Rasteriser(scene)
    moment = Moment(world_from_camera=pose, link_pose=np.full((len(scene.cast.links), 7), np.nan))

    def shown(cover: float) -> float:
        state = State(weather=replace(OVERCAST, snow_cover=cover))
        camera = CameraModel.from_fov(64, 48, 40.0)
        return float(rasteriser.render(camera, moment, ("rgb",), state=state).channels["rgb"].mean())

    assert shown(1.0) < shown(0.0) + 40
    rasteriser.close()
    assert covered("car", 1.0) == covered("pedestrian", 1.0) == 0.0
    assert all(0.0 < cover.share <= 1.0 and 0.0 < cover.albedo < 0.95 for cover in COVERS.values())


def test_grip_falls_with_water_and_more_with_snow() -> None:
    assert grip_of(Weather()) == 1.0
    assert grip_of(Weather(wetness=1.0)) == pytest.approx(WET)
    assert SNOW < grip_of(Weather(snow_cover=1.0)) < grip_of(Weather(snow_cover=0.3)) < 1.0
    assert grip_of(Weather(snow_cover=1.0)) < 0.55


def test_snow_is_bright_at_905_nm_and_dark_at_1550_nm() -> None:
    scene = ground("terrain", 0.2)
    rng = np.random.default_rng(0)
    for name, brightens in (("HDL-64E", True), ("AT128", True), ("HDL-64E at 1550", False)):
        device = lidar_device(name.partition(" ")[0])
        if not brightens:
            device = replace(device, wavelength_nm=1550)
        bare, snowy = (Sky.of(Weather(snow_cover=cover), device, scene, rng).surfaces for cover in (0.0, 1.0))
        row = [material.name for material in scene.materials].index("terrain")
        assert snowy[row, 0] == pytest.approx(REFLECTANCE_905NM if brightens else REFLECTANCE_1550NM)
        assert (snowy[row, 0] > bare[row, 0]) == brightens
