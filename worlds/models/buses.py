"""City buses."""

from functools import cache

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from simgen.worlds import materials

from simgen.library import entry
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model, Part

from . import _hull, _trim, _wheels
from ._standing import standing

_SOURCE = "Mercedes-Benz Citaro O 530, 12 m two-door (2011), 275/70 R22.5"
_LENGTH, _WIDTH, _HEIGHT, _WHEELBASE = 12.135, 2.550, 3.120, 5.900
_FRONT_OVERHANG, _RADIUS, _ARCH = 2.805, 0.465, 0.54
_NOSE, _TAIL = _WHEELBASE + _FRONT_OVERHANG, _WHEELBASE + _FRONT_OVERHANG - _LENGTH
_NAMES = (
    "car_paint", "plastic", "car_glass", "underbody", "lamp_low_beam", "lamp_brake", "lamp_reverse",
    "lamp_indicator_left", "lamp_indicator_right",
)  # fmt: skip
_PAINT, _PLASTIC, _GLASS, _DARK, _HEAD, _BRAKE, _REVERSE, _LEFT, _RIGHT = range(len(_NAMES))
_FRONT = _hull.Corner(length_m=0.42, power=2.7, shares=(0.0, 0.35, 0.62, 0.82, 0.95))
_REAR = _hull.Corner(length_m=0.22, power=3.0, shares=(0.0, 0.4, 0.66, 0.86, 0.96))
_ROWS_M = np.array([0.33, 0.55, 0.72, 0.92, 1.15, 2.52, 2.86, 2.97, 3.02])
_DOORS = ((_WHEELBASE + 0.75, _WHEELBASE + 1.95), (2.2, 3.5))
"""From and to, x: ahead of the front axle and between the axles, on the kerb side."""


def _height(x: Float[ndarray, "rows columns"]) -> Float[ndarray, "rows columns"]:
    rim = _hull.arch(x, (0.0, _WHEELBASE), _RADIUS, _ARCH)
    return np.asarray(np.maximum(_ROWS_M[:, None], rim))


def _grid() -> Float[ndarray, "rows columns 3"]:
    half = _WIDTH / 2.0
    doors = [x for door in _DOORS for x in door]
    front, rear = _hull.arch_stations(_WHEELBASE, _ARCH, 6), _hull.arch_stations(0.0, _ARCH, 6)
    stations = sorted([*front, *rear, *doors, (doors[2] + rear[0]) / 2 + 1.0, -1.6], reverse=True)
    return _hull.Skin(
        height_m=_height,
        level=_height,
        nose=_hull.line(
            (0.33, _NOSE - 0.06), (0.6, _NOSE), (1.15, _NOSE - 0.02), (2.5, _NOSE - 0.22), (3.0, _NOSE - 0.36)
        ),
        tail=_hull.line((0.33, _TAIL + 0.05), (0.6, _TAIL), (2.9, _TAIL + 0.04), (3.0, _TAIL + 0.08)),
        side=_hull.line((0.33, half - 0.03), (0.6, half), (1.2, half), (2.8, half - 0.05), (3.0, half - 0.09)),
        front=_FRONT,
        rear=_REAR,
        stations_m=np.array(stations),
        turn_in_m=np.array([0, 0, 0, 0, 0, 0, 0, 0.03, 0.12]),
        bow=0.0,
    ).grid()


def _cells(grid: Float[ndarray, "rows columns 3"]) -> tuple[Int[ndarray, "b s"], Int[ndarray, "b s"]]:
    """Materials of the left and of the right half, which has the doors."""
    spans = grid.shape[1] - 1
    cells = np.full((len(_ROWS_M) - 1, spans), _PAINT)
    front, rear = len(_FRONT.shares), len(_REAR.shares)
    cells[0] = _PLASTIC
    cells[4, :-rear] = _GLASS
    cells[3, : front - 1] = _GLASS
    cells[5, : front - 2] = _PLASTIC
    cells[2, 2 : front + 1][:3] = [_HEAD, _HEAD, _LEFT]
    cells[1, : front - 3] = _PLASTIC
    cells[4, 1 - rear + 1 :] = _GLASS
    cells[1:3, -2:] = _PLASTIC
    cells[2, -4:-2] = [_LEFT, _BRAKE]
    cells[1, -4:-2] = [_BRAKE, _REVERSE]
    right = np.where(cells == _LEFT, _RIGHT, cells)
    middle = (grid[5, 1:, 0] + grid[5, :-1, 0]) / 2.0
    for low, high in _DOORS:
        right[1:5, (middle > low) & (middle < high)] = _GLASS
    return cells, right


def _body() -> Mesh:
    grid = _grid()
    left, right = _cells(grid)
    table = [materials.by_name(name) for name in _NAMES]
    deck = np.full(grid.shape[1] - 1, _PAINT)
    crown = _hull.line((_NOSE - 0.3, 0.0), (_NOSE - 0.8, 0.04), (_TAIL + 0.6, 0.04), (_TAIL + 0.1, 0.0))
    return _hull.closed(grid, table, left, deck=deck, floor=_DARK, crown_m=crown, right_cells=right, across=2)


def _details() -> list[Mesh]:
    grid = _grid()
    dark, rows = materials.by_name("seam"), slice(1, 6)
    pillars = [shapes.both_sides(_hull.seam(grid, x, slice(4, 6), dark, 0.09)) for x in (7.0, 4.6, 1.9, -1.5)]
    leaves = [x for low, high in _DOORS for x in (low, (low + high) / 2.0, high)]
    doors = [shapes.mirrored(_hull.seam(grid, x, rows, dark, 0.06)) for x in leaves]
    unit = shapes.box((2.6, 1.7, 0.14), materials.by_name("box_panel"), (3.0, 0.0, _HEIGHT - 0.07))
    arms = shapes.both_sides(_trim.mirror(_NOSE - 0.42, _WIDTH / 2.0 - 0.03, 2.2, 0.11))
    block = shapes.box((_WHEELBASE + 2.0, 1.15, 0.8), materials.by_name("underbody"), (_WHEELBASE / 2.0, 0.0, 0.75))
    return [*pillars, *doors, unit, arms, block, _trim.number_plate(_NOSE + 0.006, 0.5, 1.0)]


@entry("models", source=_SOURCE, tags=("vehicle", "bus"))
@cache
def bus() -> Model:
    """A twelve-metre low-floor city bus with two doors."""
    front = _wheels.wheel(_RADIUS, 0.275, 0.29, 0)
    twin = _wheels.wheel(_RADIUS, 0.60, 0.29, 0)
    wheels = _wheels.four(
        front, wheelbase_m=_WHEELBASE, track_front_m=2.101, track_rear_m=1.834, radius_m=_RADIUS, rear=twin
    )
    measures = {
        "mass_kg": 11500.0,
        "length_m": _LENGTH,
        "width_m": _WIDTH,
        "height_m": _HEIGHT,
        "wheelbase_m": _WHEELBASE,
        "track_front_m": 2.101,
        "track_rear_m": 1.834,
        "wheel_radius_m": _RADIUS,
        "front_overhang_m": _FRONT_OVERHANG,
        "rear_overhang_m": -_TAIL,
    }
    parts = (Part(name="body", mesh=merge([_body(), *_details()]), parent=-1), *wheels)
    return standing(name="bus", category="bus", parts=parts, dimensions=measures, source=_SOURCE)
