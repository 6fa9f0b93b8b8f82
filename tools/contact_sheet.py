"""Draws models of the library side by side, to look at: `python tools/contact_sheet.py OUT.png [TAG_OR_NAME ...]`."""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from simgen import library
from simgen.geometry import Pose
from simgen.motion import Actor, Cast
from simgen.readings import CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.picture import looking_at
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.view.canvas import Canvas
from simgen.world import shapes
from simgen.world.lanes import LaneNetwork
from simgen.world.material import Material
from simgen.world.model import Model
from simgen.world.weather import Weather
from simgen.world.world import Surface, World

WIDTH, HEIGHT, COLUMNS = 320, 250, 6
APART_M = 80.0
FLOOR = Material(name="floor", semantic="ground", base_colour=(0.22, 0.22, 0.215), source="a backdrop")
LIGHT = Weather(cloudiness=0.15, sun_azimuth_deg=60.0, sun_elevation_deg=42.0)
FRONT_LEFT_DEG, FRONT_DEG = 35.0, 62.0
"""Vehicles and things look along x, buildings along -y."""


def chosen(words: list[str]) -> list[Model]:
    """Models with one of these names or tags, all of them where none is given, in the library's order."""
    offered = library.entries("models")
    return [one.build() for one in offered if not words or one.name in words or set(words) & set(one.tags)]


def triangles(model: Model) -> int:
    """How many the whole model has."""
    return sum(len(part.mesh.faces) for part in model.parts)


def stage(models: list[Model]) -> tuple[Scene, Float[ndarray, "l 7"]]:
    """All of them on one floor, far from each other."""
    actors = [
        Actor(id=k + 1, name=str(k), model=model, category=model.category, is_ego=k == 0)
        for k, model in enumerate(models)
    ]
    half = APART_M * len(models)
    corners = np.array([[-half, -half, 0.0], [half, -half, 0.0], [half, half, 0.0], [-half, half, 0.0]])
    floor = Surface(name="floor", mesh=shapes.quad(corners, FLOOR))
    world = World(name="stage", surfaces=(floor,), lanes=LaneNetwork({}), origin_m=np.zeros(3))
    places = [Pose.from_xyz_rpy(APART_M * k, 0.0, 0.0) for k in range(len(models))]
    poses = np.concatenate([model.link_poses(place) for model, place in zip(models, places, strict=True)])
    return Scene.of(world, Cast.of(actors)), poses


def portrait(
    raster: Rasteriser, poses: Float[ndarray, "l 7"], models: list[Model], k: int
) -> UInt8[ndarray, "height width 3"]:
    """One model, from ahead and its left, the rest hidden."""
    model = models[k]
    middle = np.array(model.centre_m) + np.array([APART_M * k, 0.0, 0.0])
    radius = float(np.linalg.norm(model.extent_m)) / 2.0
    ahead = -FRONT_DEG if model.category == "building" else FRONT_LEFT_DEG
    turn, away = np.radians(ahead), radius / np.tan(np.radians(13.0)) + 0.1
    eye = middle + away * np.array([np.cos(turn) * 0.97, np.sin(turn) * 0.97, 0.24])
    camera = CameraModel.from_fov(2 * WIDTH, 2 * HEIGHT, 34.0)
    others = [index + 1 for index in range(len(models)) if index != k]
    now = Moment(world_from_camera=looking_at(eye, middle + np.array([0.0, 0.0, 0.1 * radius])), link_pose=poses)
    channels = raster.render(
        camera, now, ("rgb",), state=State(weather=LIGHT), hidden_actors=others, outlines=False
    ).channels
    small = cv2.resize(channels["rgb"], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.paste(small, 0, 0)
    size = " x ".join(f"{value:.2f}" for value in model.extent_m)
    canvas.caption(model.name, f"{size} m, {triangles(model)}", 12)
    return canvas.pixels


def main() -> int:
    """Writes the sheet."""
    parser = argparse.ArgumentParser(description="Draws models of the library side by side.")
    parser.add_argument("out", type=Path, help="the picture")
    parser.add_argument("words", nargs="*", help="names or tags of models; all by default")
    asked = parser.parse_args()
    models = chosen(asked.words)
    if not models:
        parser.error(f"no model has one of these names or tags: {', '.join(asked.words)}")
    scene, poses = stage(models)
    raster = Rasteriser(scene)
    tiles = [portrait(raster, poses, models, k) for k in range(len(models))]
    columns = min(COLUMNS, len(tiles))
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % columns)
    rows = [np.concatenate(tiles[k : k + columns], axis=1) for k in range(0, len(tiles), columns)]
    cv2.imwrite(str(asked.out), np.concatenate(rows)[..., ::-1])
    raster.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
