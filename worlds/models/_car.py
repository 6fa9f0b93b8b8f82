"""Passenger cars from a dozen real measures: one skin for the body, one for the glasshouse, wheels and details."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from simgen.worlds import materials

from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model, Part

from . import _hull, _trim, _wheels
from ._cabin import cabin
from ._car_shape import CarShape
from ._standing import standing

_NAMES = (
    "car_paint", "plastic", "car_glass", "underbody", "lamp_low_beam", "lamp_brake", "lamp_position", "chrome",
    "lamp_reverse", "lamp_indicator_left", "lamp_indicator_right",
)  # fmt: skip
_REAR_INDICATOR = (0.36, 0.05, 0.02)
"""Linear RGB, unlit: amber lamps behind a red lens."""
_PAINT, _PLASTIC, _GLASS, _DARK, _HEAD, _BRAKE, _POSITION, _CHROME, _REVERSE, _LEFT, _RIGHT, _REAR_LEFT, _REAR_RIGHT = (
    range(len(_NAMES) + 2)
)
_FRONT = _hull.Corner(length_m=0.72, power=2.6, shares=(0.0, 0.28, 0.52, 0.72, 0.84, 0.91))
_REAR = _hull.Corner(length_m=0.5, power=2.9, shares=(0.0, 0.30, 0.44, 0.52, 0.86, 0.96))
_ROWS = 8
_DROP_M = np.array([0.50, 0.40, 0.32, 0.24, 0.155, 0.085, 0.03, 0.0])


def _body_height(shape: CarShape, x: Float[ndarray, "rows columns"]) -> Float[ndarray, "rows columns"]:
    nose, tail = shape.nose_m, shape.tail_m
    sill = np.interp(
        x, [tail, tail + 0.5, tail + 0.62, nose - 0.5, nose], [0.31, shape.sill_m, shape.sill_m, shape.sill_m, 0.2]
    )
    low = np.maximum(sill, _hull.arch(x, (0.0, shape.wheelbase_m), shape.wheel_radius_m, shape.arch_m))
    head_low, head_high, tail_low, tail_high = shape.lamps_m
    ends = [tail + 0.2, nose - 0.3]
    nominal = [
        low,
        low + 0.09,
        np.full_like(x, shape.cladding_m or 0.36),
        np.interp(x, [tail, nose], [0.56, 0.50]),
        np.interp(x, ends, [tail_low, head_low]),
        np.interp(x, ends, [tail_high, head_high]),
        shape.top(x) - 0.035,
        shape.top(x),
    ]
    top = shape.top(x)
    rows = [
        np.minimum(np.maximum(z[k], low[k]), np.maximum(top[k] - _DROP_M[k], low[k])) for k, z in enumerate(nominal)
    ]
    return np.maximum.accumulate(np.stack(rows), axis=0)


def _stations(shape: CarShape) -> Float[ndarray, " m"]:
    """Columns along the side of the body."""
    front = _hull.arch_stations(shape.wheelbase_m, shape.arch_m)
    rear = _hull.arch_stations(0.0, shape.arch_m)
    between = np.linspace(front[-1], rear[0], 5)[1:-1]
    return np.array([*front, *between, *rear])


def body_grid(shape: CarShape) -> Float[ndarray, "rows columns 3"]:
    """Left half of the body below the windows."""
    nose, tail, half, high = shape.nose_m, shape.tail_m, shape.width_m / 2.0, shape.lamps_m
    belt = float(shape.top(np.array((nose + tail) / 2.0)))
    return _hull.Skin(
        height_m=lambda x: _body_height(shape, x),
        level=lambda x: _body_height(shape, x),
        nose=_hull.line(
            (0.2, nose - 0.07),
            (0.3, nose - 0.015),
            (0.45, nose),
            (high[0], nose - 0.012),
            (high[1] + 0.05, nose - 0.09),
        ),
        tail=_hull.line(
            (0.3, tail + 0.07),
            (0.42, tail + 0.01),
            (0.55, tail),
            (high[2], tail + 0.02),
            (high[3], tail + 0.045),
            (high[3] + 0.12, tail + 0.10),
        ),
        side=_hull.line(
            (0.19, half - 0.065), (0.32, half - 0.02), (0.55, half), (0.72, half - 0.008), (belt, half - shape.tuck_m)
        ),
        front=_FRONT,
        rear=_REAR,
        stations_m=_stations(shape),
        turn_in_m=np.array([0, 0, 0, 0, 0, 0, 0.006, shape.shoulder_m]),
    ).grid()


def _body_cells(shape: CarShape, columns: int) -> tuple[Int[ndarray, "bands spans"], Int[ndarray, " spans"]]:
    cells = np.full((_ROWS - 1, columns - 1), _PAINT)
    front = len(_FRONT.shares)
    cells[0] = _PLASTIC
    if shape.cladding_m:
        cells[1] = _PLASTIC
    cells[1:3, :3] = _PLASTIC
    cells[1, -3:] = _PLASTIC
    cells[4, :2] = _PLASTIC
    cells[4, 2:front] = [_POSITION, _HEAD, _HEAD, _LEFT]
    cells[4, -5:-2] = [_REAR_LEFT, _BRAKE, _REVERSE]
    return cells, np.full(columns - 1, _PAINT)


def _body(shape: CarShape) -> Mesh:
    grid = body_grid(shape)
    cells, deck = _body_cells(shape, grid.shape[1])
    table = [materials.by_name(name) for name in _NAMES]
    table += [materials.tinted(_NAMES[row], _REAR_INDICATOR) for row in (_LEFT, _RIGHT)]
    nose, tail = shape.nose_m, shape.tail_m
    crown = _hull.line(
        (nose, 0.0),
        (nose - 0.15, 0.02),
        (nose - 0.5, 0.045),
        (nose - shape.cowl_m, 0.05),
        (tail + 0.3, 0.02),
        (tail, 0.0),
    )
    right = cells.copy()
    for ours, theirs in ((_LEFT, _RIGHT), (_REAR_LEFT, _REAR_RIGHT)):
        right[cells == ours] = theirs
    return _hull.closed(grid, table, cells, deck=deck, floor=_DARK, crown_m=crown, right_cells=right, across=4)


def build(shape: CarShape, extras: Sequence[Mesh] = (), category: str = "car") -> Model:
    """The whole car, with what else is fixed to its body."""
    left = _wheels.wheel(shape.wheel_radius_m, shape.tyre_m, shape.rim_m)
    wheels = _wheels.four(
        left,
        wheelbase_m=shape.wheelbase_m,
        track_front_m=shape.track_front_m,
        track_rear_m=shape.track_rear_m,
        radius_m=shape.wheel_radius_m,
    )
    body = merge([_body(shape), cabin(shape), *_details(shape), *extras])
    measures = {
        "mass_kg": shape.mass_kg,
        "length_m": shape.length_m,
        "width_m": shape.width_m,
        "height_m": shape.height_m,
        "wheelbase_m": shape.wheelbase_m,
        "track_front_m": shape.track_front_m,
        "track_rear_m": shape.track_rear_m,
        "wheel_radius_m": shape.wheel_radius_m,
        "front_overhang_m": shape.front_overhang_m,
        "rear_overhang_m": -shape.tail_m,
    }
    parts = (Part(name="body", mesh=body, parent=-1), *wheels)
    return standing(name=shape.name, category=category, parts=parts, dimensions=measures, source=shape.source)


def _details(shape: CarShape) -> list[Mesh]:
    grid = body_grid(shape)
    nose, (b, c) = shape.nose_m, shape.pillars_m
    front_door = nose - shape.cowl_m - 0.18
    rear_edge = min(nose - c - 0.02, shape.arch_m + 0.03)
    doors = slice(1, _ROWS - 1)
    seams = [_trim.seam(grid, x, doors) for x in (front_door, nose - b, rear_edge)]
    handles = [_trim.handle(grid, x, shape.belt_at(x) - 0.13) for x in (nose - b + 0.16, rear_edge + 0.14)]
    mirror_x = nose - shape.cowl_m - 0.36
    mirror = _trim.mirror(mirror_x, shape.width_m / 2.0, shape.belt_at(mirror_x) + 0.075)
    return [
        *(shapes.both_sides(mesh) for mesh in (*seams, *handles, mirror)),
        _trim.number_plate(nose + 0.006, 0.44, 1.0),
        _trim.number_plate(shape.tail_m - 0.006, shape.rear_plate_m, -1.0),
        _trim.chassis(shape.wheelbase_m, shape.track_front_m - shape.tyre_m, shape.sill_m),
    ]
