"""Draws a world from above and from its streets, to look at.

`python tools/world_sheet.py OUT.png WORLD [NAME=VALUE ...]`: a world of the library or an .xodr file, its parameters,
and perhaps `eye=X,Y` or `eye=X,Y,Z` (a place to look around from in place of the streets).
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from simgen import library
from simgen.motion import Cast
from simgen.readings import CameraModel
from simgen.render.camera_view import Moment, State
from simgen.render.picture import looking_at
from simgen.render.raster import Rasteriser
from simgen.render.scene import Scene
from simgen.view.canvas import Canvas
from simgen.world.weather import Weather
from simgen.world.world import World

WIDTH, HEIGHT = 640, 400
LIGHT = Weather(cloudiness=0.2, sun_azimuth_deg=150.0, sun_elevation_deg=42.0)
EYE_M = 1.6
Eye = tuple[Float[ndarray, "3"], Float[ndarray, "3"]]


def built(name: str, values: dict[str, object]) -> World:
    """The world."""
    if name.endswith(".xodr"):
        name, values = "opendrive", {"map": name, **values}
    world: World = library.find("worlds", name).build(**values)
    return world


def streets(world: World, count: int) -> list[Eye]:
    """Places on its longest lanes, far from each other, and what one who drives there looks at."""
    lanes = [lane for lane in world.lanes.lanes.values() if lane.kind == "driving" and not lane.junction]
    lanes.sort(key=lambda lane: (-lane.length_m, lane.id))
    eyes: list[Eye] = []
    for turn in range(4):
        for row, lane in enumerate(lanes[: 4 * count]):
            k = int((0.1, 0.6, 0.35, 0.8)[(turn + row) % 4] * (len(lane.centre) - 1))
            there = lane.centre[k] + [0.0, 0.0, EYE_M]
            apart = min((float(np.linalg.norm(there - eye)) for eye, _ in eyes), default=np.inf)
            if len(eyes) < count and apart > 0.2 * np.ptp(bounds(world)[:, :2]):
                ahead = lane.centre[min(k + 5, len(lane.centre) - 1)] - lane.centre[max(k - 5, 0)]
                eyes.append((there, there + ahead / np.linalg.norm(ahead) * 20.0 - [0.0, 0.0, 0.3]))
    return eyes


def around(x_m: float, y_m: float, z_m: float) -> list[Eye]:
    """Four ways to look from one place."""
    eye = np.array([x_m, y_m, z_m + EYE_M])
    ways = [np.array([np.cos(turn), np.sin(turn), -0.03]) for turn in np.radians([20.0, 110.0, 200.0, 290.0])]
    return [(eye, eye + 20.0 * way) for way in ways]


def bounds(world: World) -> Float[ndarray, "2 3"]:
    """Around its lanes, or around all that stands there where it has none."""
    points = [lane.centre for lane in world.lanes.lanes.values()]
    if not points:
        points = [one.mesh.vertices for one in world.surfaces if one.name != "terrain" and len(one.mesh.faces)]
    every = np.concatenate(points).astype(np.float64)
    return np.stack([every.min(axis=0), every.max(axis=0)])


def shot(raster: Rasteriser, eye: Eye, size: tuple[int, int], fov_deg: float) -> UInt8[ndarray, "h w 3"]:
    """One picture, drawn at twice its size."""
    camera = CameraModel.from_fov(2 * size[0], 2 * size[1], fov_deg)
    moment = Moment(world_from_camera=looking_at(*eye), link_pose=np.zeros((0, 7)))
    drawn = raster.render(camera, moment, ("rgb",), state=State(weather=LIGHT), outlines=False).channels["rgb"]
    return np.asarray(cv2.resize(drawn, size, interpolation=cv2.INTER_AREA))


def sheet(world: World, eyes: Sequence[Eye]) -> UInt8[ndarray, "h w 3"]:
    """From above, from above at a slant, and from each eye."""
    scene = Scene.of(world, Cast.of([]))
    raster = Rasteriser(scene)
    low, high = bounds(world)
    middle, reach = (low + high) / 2.0, float(np.max(high[:2] - low[:2])) + 40.0
    far = reach / 2.0 / np.tan(np.radians(15.0))
    above = shot(raster, (middle + np.array([0.0, -0.01, far]), middle), (3 * HEIGHT, 3 * HEIGHT), 30.0)
    slant = np.array([-0.55, -0.55, 0.5]) * reach
    views = [shot(raster, (middle + slant, middle), (WIDTH, HEIGHT), 55.0)]
    views += [shot(raster, eye, (WIDTH, HEIGHT), 75.0) for eye in eyes]
    raster.close()
    canvas = Canvas(3 * HEIGHT + 2 * WIDTH, 3 * HEIGHT)
    canvas.paste(above, 0, 0)
    for k, view in enumerate(views):
        canvas.paste(view, 3 * HEIGHT + k % 2 * WIDTH, k // 2 * HEIGHT)
    faces = sum(len(one.mesh.faces) for one in world.surfaces)
    canvas.caption(world.name, f"{high[0] - low[0]:.0f} x {high[1] - low[1]:.0f} m, {faces} triangles", 16)
    return canvas.pixels


def main() -> int:
    """Writes the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("world")
    parser.add_argument("values", nargs="*")
    asked = parser.parse_args()
    pairs = dict(text.split("=", 1) for text in asked.values)
    eye = pairs.pop("eye", "")
    values = {name: json.loads(text) if text[:1] in '0123456789-tf["' else text for name, text in pairs.items()}
    world = built(asked.world, values)
    if eye:
        x_m, y_m, *z_m = (float(text) for text in eye.split(","))
        eyes = around(x_m, y_m, z_m[0] if z_m else 0.0)
    else:
        eyes = streets(world, 5)
        if not eyes:
            middle = bounds(world).mean(axis=0)
            eyes = around(float(middle[0]), float(middle[1]), float(bounds(world)[0, 2]))
    cv2.imwrite(str(asked.out), sheet(world, eyes)[..., ::-1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
