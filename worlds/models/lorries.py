"""Lorries."""

from functools import cache

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from simgen.worlds import materials

from simgen.library import entry
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model, Part

from . import _hull, _trim, _wheels
from ._standing import standing

_SOURCE = "MAN TGL 8.190 4x2 BL with C cab and dry-freight box (2018), 235/75 R17.5"
_LENGTH, _WIDTH, _HEIGHT, _WHEELBASE = 7.900, 2.550, 3.500, 4.200
_FRONT_OVERHANG, _RADIUS, _ARCH = 1.275, 0.385, 0.46
_CAB_WIDTH, _CAB_LENGTH = 2.280, 1.62
_NOSE, _TAIL = _WHEELBASE + _FRONT_OVERHANG, _WHEELBASE + _FRONT_OVERHANG - _LENGTH
_NAMES = (
    "car_paint", "plastic", "car_glass", "underbody", "lamp_low_beam", "lamp_indicator_left", "lamp_indicator_right",
)  # fmt: skip
_PAINT, _PLASTIC, _GLASS, _DARK, _HEAD, _LEFT, _RIGHT = range(len(_NAMES))
_FRONT = _hull.Corner(length_m=0.34, power=2.8, shares=(0.0, 0.4, 0.68, 0.85, 0.95))
_BACK = _hull.Corner(length_m=0.10, power=3.0, shares=(0.0, 0.8, 0.97))
_ROWS_M = np.array([0.36, 0.56, 0.70, 0.88, 1.30, 1.42, 2.12, 2.44, 2.54])


def _height(x: Float[ndarray, "rows columns"]) -> Float[ndarray, "rows columns"]:
    return np.asarray(np.maximum(_ROWS_M[:, None], _hull.arch(x, (_WHEELBASE,), _RADIUS, _ARCH)))


def _cab() -> Mesh:
    half, back = _CAB_WIDTH / 2.0, _NOSE - _CAB_LENGTH
    stations = [_NOSE - 0.36, *_hull.arch_stations(_WHEELBASE, _ARCH, 6)]
    stations = sorted([*stations, back + 0.24], reverse=True)
    grid = _hull.Skin(
        height_m=_height,
        level=_height,
        nose=_hull.line(
            (0.36, _NOSE - 0.03), (0.6, _NOSE), (1.35, _NOSE - 0.06), (2.1, _NOSE - 0.26), (2.5, _NOSE - 0.42)
        ),
        tail=_hull.line((0.36, back), (2.54, back)),
        side=_hull.line((0.36, half - 0.03), (0.6, half), (1.4, half - 0.01), (2.5, half - 0.12)),
        front=_FRONT,
        rear=_BACK,
        stations_m=np.array(stations),
        turn_in_m=np.array([0, 0, 0, 0, 0, 0, 0, 0.01, 0.10]),
        bow=0.0,
    ).grid()
    spans, front = grid.shape[1] - 1, len(_FRONT.shares)
    cells = np.full((len(_ROWS_M) - 1, spans), _PAINT)
    cells[:2] = _PLASTIC
    cells[2, : front - 2] = _PLASTIC
    cells[2, front - 3 : front] = [_HEAD, _HEAD, _LEFT]
    cells[3, : front - 3] = _PLASTIC
    cells[5, : front - 1] = _GLASS
    middle = (grid[6, 1:, 0] + grid[6, :-1, 0]) / 2.0
    cells[5, (middle < _NOSE - 0.36) & (middle > back + 0.4)] = _GLASS
    table = [materials.by_name(name) for name in _NAMES]
    crown = _hull.line((_NOSE - 0.4, 0.0), (_NOSE - 0.8, 0.05), (back + 0.2, 0.05), (back, 0.03))
    right = np.where(cells == _LEFT, _RIGHT, cells)
    skin = _hull.closed(
        grid, table, cells, deck=np.full(spans, _PAINT), floor=_DARK, crown_m=crown, right_cells=right, across=4
    )
    seams = [_hull.seam(grid, x, slice(3, 7), materials.by_name("seam")) for x in (_NOSE - 0.34, back + 0.3)]
    mirror = shapes.box((0.09, 0.16, 0.42), materials.by_name("plastic"), (_NOSE - 0.30, half + 0.07, 1.75))
    return merge([skin, *(shapes.both_sides(mesh) for mesh in (*seams, mirror))])


def _freight() -> list[Mesh]:
    """The box, its corner rails and its doors."""
    front, floor = _NOSE - _CAB_LENGTH - 0.10, 1.02
    length, tall = front - _TAIL, _HEIGHT - floor
    middle, high = (front + _TAIL) / 2.0, (floor + _HEIGHT) / 2.0
    panel, rail = materials.by_name("box_panel"), materials.by_name("aluminium")
    box = shapes.box((length - 0.03, _WIDTH - 0.03, tall - 0.03), panel, (middle, 0.0, high))
    half = _WIDTH / 2.0
    long = [shapes.box((length, 0.05, 0.12), rail, (middle, half - 0.025, z)) for z in (floor + 0.06, _HEIGHT - 0.06)]
    posts = [shapes.box((0.06, 0.06, tall), rail, (x, half - 0.03, high)) for x in (front - 0.03, _TAIL + 0.03)]
    gap = shapes.box((0.012, 0.02, tall - 0.3), materials.by_name("seam"), (_TAIL + 0.012, 0.0, high))
    bars = [shapes.box((0.02, 0.03, tall - 0.3), rail, (_TAIL + 0.012, y, high)) for y in (0.25, 0.75)]
    return [box, gap, *(shapes.both_sides(mesh) for mesh in (*long, *posts, *bars))]


def _frame() -> list[Mesh]:
    """Beams, tank, guards and what hangs at the rear end."""
    dark, steel = materials.by_name("underbody"), materials.by_name("steel")
    beams = shapes.box((_LENGTH - 1.2, 0.85, 0.26), dark, (_TAIL + 0.1 + (_LENGTH - 1.2) / 2.0, 0.0, 0.86))
    engine = shapes.box((1.3, 1.0, 0.7), dark, (_NOSE - 0.9, 0.0, 0.75))
    tank = shapes.box((1.1, 0.5, 0.5), steel, (2.6, 0.85, 0.68))
    guards = [shapes.both_sides(shapes.box((2.3, 0.03, 0.10), steel, (2.2, 1.20, z))) for z in (0.52, 0.80)]
    flap = shapes.both_sides(shapes.box((0.95, 0.55, 0.03), materials.by_name("plastic"), (0.0, 0.9, 0.86)))
    bumper = shapes.box((0.10, 2.35, 0.12), steel, (_TAIL + 0.12, 0.0, 0.52))
    tray = shapes.box((0.10, 2.40, 0.20), materials.by_name("plastic"), (_TAIL + 0.10, 0.0, 0.84))
    return [beams, engine, tank, *guards, flap, bumper, tray, *_tail_lamps()]


def _tail_lamps() -> list[Mesh]:
    size, x = (0.04, 0.14, 0.12), _TAIL + 0.045
    lamps = []
    for side, name in ((1.0, "lamp_indicator_left"), (-1.0, "lamp_indicator_right")):
        for offset, lamp in ((1.10, name), (0.94, "lamp_brake"), (0.78, "lamp_reverse")):
            lamps.append(shapes.box(size, materials.by_name(lamp), (x, side * offset, 0.84)))
    return [*lamps, _trim.number_plate(_TAIL + 0.03, 0.86, -1.0), _trim.number_plate(_NOSE + 0.006, 0.62, 1.0)]


@entry("models", source=_SOURCE, tags=("vehicle", "truck"))
@cache
def box_truck() -> Model:
    """A two-axle lorry of 7.5 t with a box body."""
    front = _wheels.wheel(_RADIUS, 0.235, 0.235, 0)
    twin = _wheels.wheel(_RADIUS, 0.53, 0.235, 0)
    wheels = _wheels.four(
        front, wheelbase_m=_WHEELBASE, track_front_m=1.958, track_rear_m=1.740, radius_m=_RADIUS, rear=twin
    )
    measures = {
        "mass_kg": 5500.0,
        "length_m": _LENGTH,
        "width_m": _WIDTH,
        "height_m": _HEIGHT,
        "wheelbase_m": _WHEELBASE,
        "track_front_m": 1.958,
        "track_rear_m": 1.740,
        "wheel_radius_m": _RADIUS,
        "front_overhang_m": _FRONT_OVERHANG,
        "rear_overhang_m": -_TAIL,
    }
    body = merge([_cab(), *_freight(), *_frame()])
    parts = (Part(name="body", mesh=body, parent=-1), *wheels)
    return standing(name="box_truck", category="truck", parts=parts, dimensions=measures, source=_SOURCE)
