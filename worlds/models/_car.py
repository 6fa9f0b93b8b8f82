"""Passenger cars from a dozen real measures: one skin for the body, one for the glasshouse, wheels and details."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from simgen.worlds import materials

from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model, Part

from . import _hull, _trim, _wheels
from ._standing import standing

_NAMES = (
    "car_paint", "plastic", "car_glass", "underbody", "lamp_low_beam", "lamp_brake", "lamp_position", "chrome",
    "lamp_reverse", "lamp_indicator_left", "lamp_indicator_right",
)  # fmt: skip
_PAINT, _PLASTIC, _GLASS, _DARK, _HEAD, _BRAKE, _POSITION, _CHROME, _REVERSE, _LEFT, _RIGHT = range(len(_NAMES))
_FRONT = _hull.Corner(length_m=0.72, power=2.6, shares=(0.0, 0.28, 0.52, 0.72, 0.84, 0.91))
_REAR = _hull.Corner(length_m=0.5, power=2.9, shares=(0.0, 0.30, 0.44, 0.52, 0.86, 0.96))
_ROWS = 8
_DROP_M = np.array([0.50, 0.40, 0.32, 0.24, 0.155, 0.085, 0.03, 0.0])


@dataclass(frozen=True)
class CarShape:
    """Measures of one car; x from the rear axle, metres.

    Attributes:
        source: the real car whose measures these are.
        front_overhang_m: ahead of the front axle.
        hood_m: (x behind the nose, height) of the top of the hood's edge, up to the windscreen.
        belt_m: (x behind the nose, height) of the edge below the windows, to the tail.
        cowl_m, header_m: x behind the nose of the windscreen's foot and top.
        roof_m: (x behind the nose, height) of the roof's middle.
        roof_end_m, screen_foot_m: x ahead of the tail of the rear screen's top and foot.
        pillars_m: x behind the nose of the B and C pillars' middle at the belt.
        lamps_m: lower and upper edge of the headlamps and of the tail lamps.
        sill_m: height of the sill.
        cladding_m: height up to which the lower body is dark plastic.
        quarter_glass: a third side window, as estates and SUVs have it.
    """

    name: str
    source: str
    length_m: float
    width_m: float
    height_m: float
    wheelbase_m: float
    track_front_m: float
    track_rear_m: float
    wheel_radius_m: float
    tyre_m: float
    rim_m: float
    front_overhang_m: float
    hood_m: tuple[tuple[float, float], ...]
    belt_m: tuple[tuple[float, float], ...]
    cowl_m: float
    header_m: float
    roof_m: tuple[tuple[float, float], ...]
    roof_end_m: float
    screen_foot_m: float
    pillars_m: tuple[float, float]
    lamps_m: tuple[float, float, float, float]
    sill_m: float = 0.19
    cladding_m: float = 0.0
    quarter_glass: bool = False
    roof_half_m: float = 0.0
    rear_plate_m: float = 0.66

    @cached_property
    def nose_m(self) -> float:
        """Place of the foremost point."""
        return self.wheelbase_m + self.front_overhang_m

    @cached_property
    def tail_m(self) -> float:
        """Place of the rearmost point."""
        return self.nose_m - self.length_m

    @cached_property
    def arch_m(self) -> float:
        """Radius of the wheel arches."""
        return self.wheel_radius_m + 0.05

    @cached_property
    def top(self) -> _hull.Line:
        """Height of the body's upper edge (hood, belt, tail) at x."""
        places = [*self.hood_m, *self.belt_m]
        return _hull.line(*((self.nose_m - behind, height) for behind, height in places))

    def belt_at(self, x_m: float) -> float:
        """Height of the body's upper edge at one x."""
        return float(self.top(np.array(x_m)))

    @cached_property
    def roof(self) -> _hull.Line:
        """Height of the roof's middle at x."""
        return _hull.line(*((self.nose_m - behind, height) for behind, height in self.roof_m))


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
            (0.19, half - 0.065), (0.32, half - 0.02), (0.55, half), (0.72, half - 0.008), (belt, half - 0.045)
        ),
        front=_FRONT,
        rear=_REAR,
        stations_m=_stations(shape),
        turn_in_m=np.array([0, 0, 0, 0, 0, 0, 0.006, 0.05]),
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
    cells[4, -5:-2] = [_LEFT, _BRAKE, _REVERSE]
    return cells, np.full(columns - 1, _PAINT)


def _body(shape: CarShape) -> Mesh:
    grid = body_grid(shape)
    cells, deck = _body_cells(shape, grid.shape[1])
    table = [materials.by_name(name) for name in _NAMES]
    nose, tail = shape.nose_m, shape.tail_m
    crown = _hull.line(
        (nose, 0.0),
        (nose - 0.15, 0.02),
        (nose - 0.5, 0.045),
        (nose - shape.cowl_m, 0.05),
        (tail + 0.3, 0.02),
        (tail, 0.0),
    )
    right = np.where(cells == _LEFT, _RIGHT, cells)
    return _hull.closed(grid, table, cells, deck=deck, floor=_DARK, crown_m=crown, right_cells=right, across=4)


_SHARES = np.array([0.0, 0.06, 0.50, 0.93, 1.0])
"""Rows of the glasshouse, as shares of the way from belt to roof."""
_SCREEN = _hull.Corner(length_m=0.26, power=2.6, shares=(0.0, 0.35, 0.68, 0.9))
_REAR_SCREEN = _hull.Corner(length_m=0.2, power=2.8, shares=(0.0, 0.4, 0.75, 0.92))
_CROWN_M = 0.055


def glass_grid(shape: CarShape) -> Float[ndarray, "rows columns 3"]:
    """Left half of the glasshouse."""
    nose, tail = shape.nose_m, shape.tail_m
    cowl, header = nose - shape.cowl_m, nose - shape.header_m
    foot, end = tail + shape.screen_foot_m, tail + shape.roof_end_m
    level = np.repeat(_SHARES[:, None], 1, axis=1)

    def share(x: Float[ndarray, "rows columns"]) -> Float[ndarray, "rows columns"]:
        return np.broadcast_to(level, x.shape)

    def height(x: Float[ndarray, "rows columns"]) -> Float[ndarray, "rows columns"]:
        low, high = shape.top(x) - 0.02, shape.roof(x) - _CROWN_M
        return low + share(x) * (high - low)

    half = shape.width_m / 2.0
    roof_half = shape.roof_half_m or half * 0.66
    return _hull.Skin(
        height_m=height,
        level=share,
        nose=_hull.line(
            (0.0, cowl),
            (0.5, cowl + (header - cowl) * 0.485),
            (0.9, header + (cowl - header) * 0.075),
            (1.0, header - 0.03),
        ),
        tail=_hull.line(
            (0.0, foot), (0.5, foot + (end - foot) * 0.45), (0.9, foot + (end - foot) * 0.87), (1.0, end + 0.01)
        ),
        side=_hull.line((0.0, half - 0.095), (0.4, half - 0.155), (0.93, roof_half + 0.035), (1.0, roof_half)),
        front=_SCREEN,
        rear=_REAR_SCREEN,
        stations_m=_glass_stations(shape),
        turn_in_m=np.zeros(len(_SHARES)),
        bow=0.04,
    ).grid()


def _glass_stations(shape: CarShape) -> Float[ndarray, "rows m"]:
    """Edges of pillars and windows: at the belt, and leaning inwards to the roof."""
    nose, tail = shape.nose_m, shape.tail_m
    b, c = shape.pillars_m
    foot = [nose - shape.cowl_m - 0.30, nose - (b - 0.05), nose - (b + 0.05), nose - (c - 0.04), nose - (c + 0.06)]
    head = [nose - shape.header_m - 0.20, foot[1] - 0.02, foot[2] - 0.03, foot[3] + 0.03, foot[4] + 0.03]
    last_foot, last_head = tail + shape.screen_foot_m + 0.24, tail + shape.roof_end_m + 0.26
    foot, head = [*foot, last_foot], [*head, last_head]
    return np.array(foot) * (1.0 - _SHARES[:, None]) + np.array(head) * _SHARES[:, None]


def _glass(shape: CarShape) -> Mesh:
    grid = glass_grid(shape)
    spans = grid.shape[1] - 1
    screen = len(_SCREEN.shares)
    cells = np.full((len(_SHARES) - 1, spans), _GLASS)
    cells[-1] = _PAINT
    cells[0] = _PLASTIC
    cells[0, : screen - 1] = _GLASS
    pillar = screen - 1
    cells[1:, pillar] = _PAINT
    cells[1:-1, screen + 1] = _PLASTIC
    cells[1:-1, screen + 3] = _PLASTIC if shape.quarter_glass else _PAINT
    if not shape.quarter_glass:
        cells[:, screen + 4] = _PAINT
    cells[:, -len(_REAR_SCREEN.shares)] = _PAINT
    table = [materials.by_name(name) for name in _NAMES]
    nose, tail = shape.nose_m, shape.tail_m
    crown = _hull.line((nose - shape.header_m + 0.1, _CROWN_M), (tail + shape.roof_end_m, _CROWN_M))
    deck = np.full(spans, _PAINT)
    return _hull.closed(grid, table, cells, deck=deck, floor=_DARK, crown_m=crown, across=4)


def build(shape: CarShape) -> Model:
    """The whole car."""
    left = _wheels.wheel(shape.wheel_radius_m, shape.tyre_m, shape.rim_m)
    wheels = _wheels.four(
        left,
        wheelbase_m=shape.wheelbase_m,
        track_front_m=shape.track_front_m,
        track_rear_m=shape.track_rear_m,
        radius_m=shape.wheel_radius_m,
    )
    body = merge([_body(shape), _glass(shape), *_details(shape)])
    measures = {
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
    return standing(name=shape.name, category="car", parts=parts, dimensions=measures, source=shape.source)


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
