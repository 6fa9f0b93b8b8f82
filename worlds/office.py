"""An office floor: a ring of corridors, rooms behind doors, open places behind glass, lifts, plants."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

import numpy as np

from simgen.geometry import Pose
from simgen.library import Parameter, entry
from simgen.sampling import stream
from simgen.world import shapes
from simgen.world.build import Place, world_from_opendrive
from simgen.world.mesh import Mesh
from simgen.world.world import Resident, Surface, World

from . import _indoor as indoor
from .maps import aisles as drawing
from .materials import by_name, tinted
from .models import _lettering as lettering
from .models import office as models
from .models import shop as seats

_SOURCE = "corridors of 2.4 m (ASR A1.8), doors by DIN 18101, lifts by EN 81-20, desks by EN 527-1"
_HEIGHT_M, _WIDE_M = 2.8, 2.4
_DEEP_M = 5.0
"""Of the rooms at the outside."""


@entry("worlds", source=_SOURCE, tags=("indoor", "robot", "office"))
def office(
    seed: Annotated[int, Parameter(text="which doors, plants and desks stand where", low=0)] = 0,
    length_m: Annotated[float, Parameter(text="of the long corridors", unit="m", low=16.0, high=80.0)] = 30.0,
    core_m: Annotated[float, Parameter(text="between the long corridors", unit="m", low=7.0, high=20.0)] = 10.0,
) -> World:
    """An office floor with two long corridors and two short ones round a core with lifts; rooms and desks outside."""
    nodes, edges = drawing.ladder((0.0, length_m), (0.0, core_m))
    plan = drawing.Aisles(
        name="office", nodes=nodes, edges=edges, lane_m=0.7, walk_m=0.5, setback_m=1.7, speed_kmh=4.0, lines=False
    )
    half = _WIDE_M / 2.0
    room = indoor.Room(
        low_x_m=-half,
        high_x_m=length_m + half,
        low_y_m=-half - _DEEP_M,
        high_y_m=core_m + half + _DEEP_M,
        height_m=_HEIGHT_M,
    )

    def dress(place: Place) -> list[Surface]:
        return _dress(place.seed, room, length_m, core_m)

    def standing(place: Place) -> list[Resident]:
        return _residents(place.seed, length_m, core_m)

    return world_from_opendrive(
        drawing.draw(plan),
        name="office",
        palette=indoor.floored("carpet"),
        dress=dress,
        residents=standing,
        weather=indoor.ROOM_LIGHT,
        seed=seed,
        parameters={"seed": seed, "length_m": length_m, "core_m": core_m},
    )


def _dress(seed: int, room: indoor.Room, length_m: float, core_m: float) -> list[Surface]:
    things, half = indoor.Things(), _WIDE_M / 2.0
    paint, board = by_name("wall_paint"), tinted("furniture_wood", (0.25, 0.15, 0.08))
    things.add("walls", *indoor.walls(room, paint, board))
    things.add("ceiling", indoor.roof(room, by_name("ceiling")))
    rows = [0.0, core_m, -half - _DEEP_M / 2.0, core_m + half + _DEEP_M / 2.0]
    things.add("lamps", *indoor.lamp_rows(room, rows, 2.5, (0.62, 0.62), 0.0))
    things.add("lamps", *_short_lamps(room, length_m, core_m))
    core = indoor.Room(low_x_m=half, high_x_m=length_m - half, low_y_m=half, high_y_m=core_m - half, height_m=_HEIGHT_M)
    _core(things, core)
    _rooms(seed, things, room, (-half, -1.0), length_m)
    _open_side(seed, things, (core_m + half, 1.0), length_m)
    exit_sign = lettering.words(("EXIT  >",), 0.6, 0.25, lettering.WHITE, lettering.GREEN, "traffic_sign")
    for y in (0.0, core_m):
        for axis, dx in (("+x", 0.012), ("-x", -0.012)):
            place = (length_m * 0.6 + dx, y, _HEIGHT_M - 0.35)
            things.add("signs", lettering.facing(axis, place, 0.6, 0.25, exit_sign))
    return things.surfaces()


def _short_lamps(room: indoor.Room, length_m: float, core_m: float) -> list[Mesh]:
    """Above the short corridors, between the long ones."""
    strip = indoor.Room(low_x_m=-0.8, high_x_m=0.8, low_y_m=0.0, high_y_m=core_m, height_m=room.height_m)
    ys = np.arange(2.5, core_m - 1.0, 2.5).tolist()
    first = indoor.lamp_rows(strip, ys, 1.6, (0.62, 0.62), 0.0)
    return [*first, *(shapes.moved(mesh, Pose.from_xyz_rpy(length_m, 0.0, 0.0)) for mesh in first)]


def _core(things: indoor.Things, core: indoor.Room) -> None:
    """The closed block in the middle: lifts to one corridor, service doors to the others."""
    wall, low, high = by_name("wall_paint"), (core.low_x_m, core.low_y_m), (core.high_x_m, core.high_y_m)
    things.add("walls", indoor.block((*low, 0.0), (*high, _HEIGHT_M), wall))
    middle = core.middle_m
    stone = tinted("floor_tiles", (0.16, 0.17, 0.18))
    panel = (middle[0] - 3.4, core.low_y_m - 0.02, 0.0), (middle[0] + 3.4, core.low_y_m, _HEIGHT_M)
    things.add("walls", indoor.block(*panel, stone))
    for k in (-1.0, 0.0, 1.0):
        things.put("doors", models.lift_door(), middle[0] + 2.2 * k, core.low_y_m - 0.06, -np.pi / 2.0)
    sign = lettering.words(("LIFTS  FLOOR 2",), 1.2, 0.22, lettering.WHITE, (40, 45, 55), "traffic_sign")
    things.add("signs", lettering.facing("-y", (middle[0] - 4.3, core.low_y_m - 0.01, 2.0), 1.2, 0.22, sign))
    for x in (core.low_x_m + 2.0, core.high_x_m - 2.0):
        things.put("doors", models.office_door(), x, core.low_y_m - 0.05, -np.pi / 2.0)
        things.put("doors", models.office_door(), x, core.high_y_m + 0.05, np.pi / 2.0)
    poster = tinted("wall_paint", (0.05, 0.16, 0.30))
    for k, x in enumerate(np.arange(core.low_x_m + 4.5, middle[0] - 5.5, 3.0)):
        frame = (float(x) - 0.5, core.low_y_m - 0.03, 1.1), (float(x) + 0.5, core.low_y_m, 1.9)
        things.add("pictures", indoor.block(*frame, poster if k % 2 else tinted("wall_paint", (0.45, 0.20, 0.06))))


def _rooms(seed: int, things: indoor.Things, room: indoor.Room, side: tuple[float, float], length_m: float) -> None:
    """Single rooms along one long corridor, behind a wall with doors."""
    y, out = side
    rng, wall = stream(seed, "rooms"), by_name("wall_paint")
    low, high = sorted((y, y + out * 0.12))
    things.add("walls", indoor.block((room.low_x_m, low, 0.0), (room.high_x_m, high, _HEIGHT_M), wall))
    count = max(int(length_m / 4.0), 2)
    for k in range(count):
        x = (k + 0.5) * length_m / count + float(rng.uniform(-0.6, 0.6))
        things.put("doors", models.office_door(), x, y + 0.05, np.pi / 2.0)


def _open_side(seed: int, things: indoor.Things, side: tuple[float, float], length_m: float) -> None:
    """Open-plan places behind glass along the other long corridor, with gaps to walk in."""
    y, _ = side
    count = int((length_m + _WIDE_M) / 1.24)
    for k in range(count):
        if k % 6 not in (2, 3) or k == count - 1:
            things.put("glass", models.glass_wall(), -_WIDE_M / 2.0 + 0.62 + 1.24 * k, y, np.pi / 2.0)
    rng = stream(seed, "desks")
    for x in np.arange(1.2, length_m - 0.5, 3.4):
        for row, yaw in ((1.6, np.pi / 2.0), (2.45, -np.pi / 2.0)):
            spot = (float(x), y + row)
            things.put("furniture", seats.office_desk(), *spot, yaw)
            lean = float(rng.uniform(-0.5, 0.5))
            away = -0.75 if row < 2.0 else 0.75
            things.put("furniture", seats.office_chair(), spot[0] + 0.1, spot[1] + away, yaw + lean)
        if rng.uniform() < 0.35:
            things.put("plants", seats.potted_plant(), float(x) + 1.6, y + 4.2, float(rng.uniform(0.0, 6.0)))
    things.put("furniture", models.photocopier(), length_m + 0.75, y + 3.0, np.pi)
    things.put("furniture", models.water_cooler(), length_m + 0.9, y + 4.2, np.pi)
    _windows(things, y + _DEEP_M, length_m)


def _windows(things: indoor.Things, y_m: float, length_m: float) -> None:
    """Bright windows in the outer wall."""
    bright, frame = tinted("room_lamp", (0.5, 0.6, 0.7)), by_name("aluminium")
    edges: Sequence[float] = np.arange(0.0, length_m, 1.8).tolist()
    for low, high in pairwise(edges):
        things.add("windows", indoor.block((low + 0.1, y_m - 0.02, 0.95), (high - 0.1, y_m, 2.45), bright))
        things.add("windows", indoor.block((low + 0.04, y_m - 0.05, 0.9), (low + 0.12, y_m, 2.5), frame))
    things.add("windows", indoor.block((0.0, y_m - 0.2, 0.84), (length_m, y_m, 0.9), by_name("wall_paint")))


def _residents(seed: int, length_m: float, core_m: float) -> list[Resident]:
    """Plants in the corners, out of the way; a cleaner's sign at the wall; somebody at a desk."""
    rng = stream(seed, "residents")
    x, turn = float(rng.uniform(0.25, 0.35)) * length_m, float(rng.uniform(0.0, 90.0))
    return indoor.residents(
        *(
            ("potted_plant", corner_x, corner_y, turn + 70.0 * k)
            for k, (corner_x, corner_y) in enumerate(
                ((-0.68, -0.68), (length_m + 0.68, -0.68), (-0.68, core_m + 0.68), (length_m + 0.68, core_m + 0.68))
            )
        ),
        ("wet_floor_sign", x, core_m - 1.02, 0.0),
        ("adult_woman", length_m * 0.8, core_m + 2.0, 90.0),
    )
