"""Rooms: walls, roof, lamps, columns, doors, floor paint, and rows of things on a floor.

Light: the renderer's sky lights every surface, roofed or not, and only the sun is shadowed. So a room has an even light
like that of its rows of lamps where the weather is overcast (`ROOM_LIGHT`); lamps and ceiling glow by their own
emission.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from simgen.geometry import Pose
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model
from simgen.world.surfaces.palette import Palette
from simgen.world.weather import Weather
from simgen.world.world import Resident, Surface

from ._palette import palette
from .materials import by_name, classed, tinted

ROOM_LIGHT = Weather(sun_elevation_deg=50.0, cloudiness=1.0, temperature_c=20.0)
"""Even light from above, no sun."""

WALL_M = 0.2
YELLOW, WHITE, RED = (0.72, 0.43, 0.02), (0.78, 0.78, 0.76), (0.55, 0.02, 0.02)
GREEN, BLUE = (0.02, 0.30, 0.10), (0.02, 0.10, 0.40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A rectangular room, from inner face to inner face of its walls."""

    low_x_m: float
    low_y_m: float
    high_x_m: float
    high_y_m: float
    height_m: float

    @property
    def length_m(self) -> float:
        """Along x."""
        return self.high_x_m - self.low_x_m

    @property
    def width_m(self) -> float:
        """Along y."""
        return self.high_y_m - self.low_y_m

    @property
    def middle_m(self) -> tuple[float, float]:
        """Its x and y."""
        return (self.low_x_m + self.high_x_m) / 2.0, (self.low_y_m + self.high_y_m) / 2.0


@dataclass(slots=True, kw_only=True)
class Things:
    """What has been put into a room, by name of the surface that it becomes."""

    meshes: dict[str, list[Mesh]] = field(default_factory=dict)

    def add(self, what: str, *meshes: Mesh) -> None:
        """Puts meshes where they are."""
        self.meshes.setdefault(what, []).extend(meshes)

    def put(self, what: str, model: Model, x_m: float, y_m: float, yaw_rad: float = 0.0, z_m: float = 0.0) -> None:
        """Puts a model's parts at a place."""
        poses = model.link_poses(Pose.from_xyz_rpy(x_m, y_m, z_m, yaw=yaw_rad))
        self.add(what, *(shapes.moved(part.mesh, Pose.from_array(poses[k])) for k, part in enumerate(model.parts)))

    def surfaces(self) -> list[Surface]:
        """One surface a name; what is painted on the floor carries nobody."""
        return [
            Surface(name=name, mesh=merge(meshes), collide=name not in ("paint", "ceiling", "lamps"))
            for name, meshes in self.meshes.items()
        ]


@cache
def floored(floor: str, walk: str = "") -> Palette:
    """The palette of a room with this floor, and another one for its walkways."""
    ground = by_name(floor)
    return replace(
        palette(),
        road=ground,
        sidewalk=classed(walk, "sidewalk") if walk else classed(floor, "sidewalk"),
        terrain=ground,
        border=ground,
        median=ground,
        shoulder=ground,
    )


def block(low: tuple[float, float, float], high: tuple[float, float, float], material: Material) -> Mesh:
    """A box from corner to corner."""
    size = (high[0] - low[0], high[1] - low[1], high[2] - low[2])
    middle = ((low[0] + high[0]) / 2.0, (low[1] + high[1]) / 2.0, (low[2] + high[2]) / 2.0)
    return shapes.box(size, material, middle)


def walls(room: Room, material: Material, skirting: Material | None = None) -> list[Mesh]:
    """Four walls, and a kerb or skirting board along their feet."""
    x0, y0, x1, y1, t = room.low_x_m, room.low_y_m, room.high_x_m, room.high_y_m, WALL_M
    sides = (
        ((x0 - t, y0 - t), (x1 + t, y0)), ((x0 - t, y1), (x1 + t, y1 + t)),
        ((x0 - t, y0), (x0, y1)), ((x1, y0), (x1 + t, y1)),
    )  # fmt: skip
    made = [block((*low, 0.0), (*high, room.height_m), material) for low, high in sides]
    if skirting is not None:
        feet = (
            ((x0, y0), (x1, y0 + 0.04)), ((x0, y1 - 0.04), (x1, y1)),
            ((x0, y0 + 0.04), (x0 + 0.04, y1 - 0.04)), ((x1 - 0.04, y0 + 0.04), (x1, y1 - 0.04)),
        )  # fmt: skip
        made += [block((*low, 0.0), (*high, 0.12), skirting) for low, high in feet]
    return made


def roof(room: Room, material: Material) -> Mesh:
    """The ceiling, as thick as the walls."""
    t = WALL_M
    low = (room.low_x_m - t, room.low_y_m - t, room.height_m)
    return block(low, (room.high_x_m + t, room.high_y_m + t, room.height_m + t), material)


def trusses(room: Room, apart_m: float, material: Material, deep_m: float = 0.5) -> list[Mesh]:
    """Girders across a hall below its roof."""
    count = max(int(room.length_m / apart_m), 1)
    made = []
    for x in room.low_x_m + (np.arange(count) + 0.5) * room.length_m / count:
        for z, tall in ((room.height_m - 0.06, 0.12), (room.height_m - deep_m, 0.12)):
            made.append(block((x - 0.1, room.low_y_m, z - tall / 2), (x + 0.1, room.high_y_m, z + tall / 2), material))
        posts = max(int(room.width_m / 2.5), 1)
        for k in range(posts):
            y = room.low_y_m + (k + 0.5) * room.width_m / posts
            post = shapes.box((0.06, 0.06, math.hypot(deep_m, 0.8)), material)
            lean = 1.0 if k % 2 else -1.0
            made.append(shapes.moved(post, Pose.from_xyz_rpy(x, y, room.height_m - deep_m / 2, roll=lean)))
    return made


def lamp_rows(
    room: Room, ys_m: Sequence[float], apart_m: float, size_m: tuple[float, float], drop_m: float
) -> list[Mesh]:
    """Rows of glowing luminaires along x, hanging so far below the ceiling (0: in it)."""
    lamp, case = by_name("room_lamp"), tinted("furniture_metal", (0.6, 0.6, 0.6))
    count = max(int(room.length_m / apart_m), 1)
    z = room.height_m - drop_m - 0.04
    made = []
    for y in ys_m:
        for x in room.low_x_m + (np.arange(count) + 0.5) * room.length_m / count:
            made.append(shapes.box((*size_m, 0.04), lamp, (x, y, z)))
            if drop_m > 0.1:
                made.append(shapes.box((0.9 * size_m[0], 0.5 * size_m[1], 0.06), case, (x, y, z + 0.05)))
                made.append(shapes.box((0.02, 0.02, drop_m), case, (x, y, z + drop_m / 2.0)))
    return made


def paint(low: tuple[float, float], high: tuple[float, float], colour: tuple[float, float, float]) -> Mesh:
    """A painted rectangle on the floor."""
    material = tinted("road_paint", colour)
    corners = [(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]
    return shapes.quad(np.array([(x, y, 0.004) for x, y in corners]), material)


def outlined(
    low: tuple[float, float], high: tuple[float, float], colour: tuple[float, float, float], width_m: float = 0.08
) -> list[Mesh]:
    """A painted frame on the floor."""
    (x0, y0), (x1, y1), w = low, high, width_m
    bars = (
        ((x0, y0), (x1, y0 + w)), ((x0, y1 - w), (x1, y1)), ((x0, y0 + w), (x0 + w, y1 - w)),
        ((x1 - w, y0 + w), (x1, y1 - w)),
    )  # fmt: skip
    return [paint(a, b, colour) for a, b in bars]


def hatched(low: tuple[float, float], high: tuple[float, float], bars: int) -> list[Mesh]:
    """A keep-clear area: a frame with slanted bars."""
    (x0, y0), (x1, y1) = low, high
    material, step, made = tinted("road_paint", YELLOW), (x1 - x0) / bars, outlined(low, high, YELLOW)
    for k in range(bars):
        a = x0 + k * step
        ring = [(a, y0), (a + 0.35 * step, y0), (a + step, y1), (a + 0.65 * step, y1)]
        made.append(shapes.quad(np.array([(x, y, 0.0035) for x, y in ring]), material))
    return made


def column(x_m: float, y_m: float, height_m: float, side_m: float, material: Material) -> list[Mesh]:
    """A column with a black and yellow guard round its foot."""
    made = [block((x_m - side_m / 2, y_m - side_m / 2, 0.0), (x_m + side_m / 2, y_m + side_m / 2, height_m), material)]
    wide = side_m / 2 + 0.03
    for k in range(6):
        guard = tinted("bollard_white", (0.75, 0.5, 0.0) if k % 2 else (0.02, 0.02, 0.02))
        low, high = (x_m - wide, y_m - wide, 0.2 * k), (x_m + wide, y_m + wide, 0.2 * (k + 1))
        made.append(block(low, high, guard))
    return made


def residents(*placed: tuple[str, float, float, float]) -> list[Resident]:
    """Labelled things that stand there: model, x, y, heading in degrees."""
    return [Resident(model=name, x_m=x, y_m=y, yaw_rad=math.radians(turn)) for name, x, y, turn in placed]
