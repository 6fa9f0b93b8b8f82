"""Lorries: a cab over the engine, a chassis, and whatever stands behind the cab."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from simgen.worlds import materials

from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model, Part

from . import _hull, _pieces, _trim, _wheels
from ._standing import standing

_NAMES = (
    "car_paint", "plastic", "car_glass", "underbody", "lamp_low_beam", "lamp_indicator_left", "lamp_indicator_right",
)  # fmt: skip
_PAINT, _PLASTIC, _GLASS, _DARK, _HEAD, _LEFT, _RIGHT = range(len(_NAMES))
_FRONT = _hull.Corner(length_m=0.34, power=2.8, shares=(0.0, 0.4, 0.68, 0.85, 0.95))
_BACK = _hull.Corner(length_m=0.10, power=3.0, shares=(0.0, 0.8, 0.97))
_ROWS = np.array([0.36, 0.56, 0.70, 0.88, 1.30, 1.42, 2.12, 2.44, 2.54])
"""Heights of the rows of a cab of 2.54 m, metres: sill, bumper, lamps, ..., windscreen (sixth band), roof."""
_SCREEN = 5


@dataclass(frozen=True)
class LorryShape:
    """Measures of one lorry; x from the rear axle, metres.

    Attributes:
        cab_width_m, cab_length_m, cab_height_m: of the cab.
        lift_m: how much higher the windscreen's foot is than a light lorry's.
        front_tyre_m, rear_tyre_m: widths of the front and of the twin rear tyres.
        more_axles_m: x of further axles, whose wheels do not turn.
    """

    name: str
    source: str
    mass_kg: float
    length_m: float
    width_m: float
    height_m: float
    wheelbase_m: float
    track_front_m: float
    track_rear_m: float
    wheel_radius_m: float
    front_overhang_m: float
    cab_width_m: float
    cab_length_m: float
    cab_height_m: float = 2.54
    lift_m: float = 0.0
    front_tyre_m: float = 0.235
    rear_tyre_m: float = 0.53
    rim_m: float = 0.235
    more_axles_m: tuple[float, ...] = ()

    @cached_property
    def nose_m(self) -> float:
        """Place of the foremost point."""
        return self.wheelbase_m + self.front_overhang_m

    @cached_property
    def tail_m(self) -> float:
        """Place of the rearmost point."""
        return self.nose_m - self.length_m

    @cached_property
    def back_m(self) -> float:
        """Where the cab ends."""
        return self.nose_m - self.cab_length_m

    @cached_property
    def frame_m(self) -> float:
        """Height of the frame's upper edge."""
        return 0.99 + self.wheel_radius_m - 0.385

    @cached_property
    def rows_m(self) -> Float[ndarray, " n"]:
        """Heights of the cab's rows."""
        rows = _ROWS + self.lift_m * np.array([0, 0.1, 0.2, 0.3, 0.9, 1, 1, 1, 1])
        rows[7:] += self.cab_height_m - rows[8]
        return rows


def cab(shape: LorryShape) -> Mesh:
    """The cab with its doors and mirrors."""
    grid, half = _cab_grid(shape), shape.cab_width_m / 2.0
    spans, front, back = grid.shape[1] - 1, len(_FRONT.shares), shape.back_m
    cells = np.full((len(_ROWS) - 1, spans), _PAINT)
    cells[:2] = _PLASTIC
    cells[2, : front - 2] = _PLASTIC
    cells[2, front - 3 : front] = [_HEAD, _HEAD, _LEFT]
    cells[3, : front - 3] = _PLASTIC
    cells[_SCREEN, : front - 1] = _GLASS
    middle = (grid[6, 1:, 0] + grid[6, :-1, 0]) / 2.0
    cells[_SCREEN, (middle < shape.nose_m - 0.36) & (middle > back + 0.25 * shape.cab_length_m)] = _GLASS
    table = [materials.by_name(name) for name in _NAMES]
    nose = shape.nose_m
    crown = _hull.line((nose - 0.4, 0.0), (nose - 0.8, 0.05), (back + 0.2, 0.05), (back, 0.03))
    right = np.where(cells == _LEFT, _RIGHT, cells)
    deck = np.full(spans, _PAINT)
    skin = _hull.closed(grid, table, cells, deck=deck, floor=_DARK, crown_m=crown, right_cells=right, across=4)
    seams = [_hull.seam(grid, x, slice(3, 7), materials.by_name("seam")) for x in (nose - 0.34, back + 0.3)]
    place = (nose - 0.30, half + 0.07, 1.75 + shape.lift_m)
    mirror = shapes.box((0.09, 0.16, 0.42), materials.by_name("plastic"), place)
    return merge([skin, *(shapes.both_sides(mesh) for mesh in (*seams, mirror))])


def _cab_grid(shape: LorryShape) -> Float[ndarray, "rows columns 3"]:
    half, back, nose, rows = shape.cab_width_m / 2.0, shape.back_m, shape.nose_m, shape.rows_m
    arch = shape.wheel_radius_m + 0.075

    def height(x: Float[ndarray, "rows columns"]) -> Float[ndarray, "rows columns"]:
        return np.asarray(np.maximum(rows[:, None], _hull.arch(x, (shape.wheelbase_m,), shape.wheel_radius_m, arch)))

    stations = sorted([nose - 0.36, *_hull.arch_stations(shape.wheelbase_m, arch, 6), back + 0.24], reverse=True)
    glass, top = rows[_SCREEN] - 0.07, rows[-1] - 0.04
    return _hull.Skin(
        height_m=height,
        level=height,
        nose=_hull.line(
            (0.36, nose - 0.03), (0.6, nose), (glass, nose - 0.06), (glass + 0.75, nose - 0.26), (top, nose - 0.42)
        ),
        tail=_hull.line((0.36, back), (rows[-1], back)),
        side=_hull.line((0.36, half - 0.03), (0.6, half), (rows[_SCREEN] - 0.02, half - 0.01), (top, half - 0.12)),
        front=_FRONT,
        rear=_BACK,
        stations_m=np.array(stations),
        turn_in_m=np.array([0, 0, 0, 0, 0, 0, 0, 0.01, 0.10]),
        bow=0.0,
    ).grid()


def frame(shape: LorryShape, *, guards: bool = True) -> list[Mesh]:
    """Beams, tank, guards, rear lamps and plates."""
    dark, steel, plastic = (materials.by_name(name) for name in ("underbody", "steel", "plastic"))
    tail, top = shape.tail_m, shape.frame_m
    long = shape.length_m - 1.2
    beams = shapes.box((long, 0.85, 0.26), dark, (tail + 0.1 + long / 2.0, 0.0, top - 0.13))
    engine = shapes.box((1.3, 1.0, 0.7), dark, (shape.nose_m - 0.9, 0.0, 0.75))
    tank = shapes.box((1.1, 0.5, 0.5), steel, (0.62 * shape.wheelbase_m, 0.85, top - 0.31))
    flap = shapes.both_sides(shapes.box((0.95, 0.55, 0.03), plastic, (0.0, 0.9, shape.wheel_radius_m + 0.475)))
    bumper = shapes.box((0.10, 2.35, 0.12), steel, (tail + 0.12, 0.0, 0.52))
    tray = shapes.box((0.10, 2.40, 0.20), plastic, (tail + 0.10, 0.0, 0.84))
    parts = [beams, engine, tank, flap, bumper, tray, *tail_lamps(tail)]
    if guards:
        middle = 0.52 * shape.wheelbase_m
        side = [shapes.box((0.55 * shape.wheelbase_m, 0.03, 0.10), steel, (middle, 1.20, z)) for z in (0.52, 0.80)]
        parts += [shapes.both_sides(mesh) for mesh in side]
    return [*parts, _trim.number_plate(shape.nose_m + 0.006, 0.62, 1.0)]


def tail_lamps(tail_m: float) -> list[Mesh]:
    """Indicators, brake and reversing lamps, and the rear plate."""
    size, x = (0.04, 0.14, 0.12), tail_m + 0.045
    lamps = []
    for side, name in ((1.0, "lamp_indicator_left"), (-1.0, "lamp_indicator_right")):
        for offset, lamp in ((1.10, name), (0.94, "lamp_brake"), (0.78, "lamp_reverse")):
            lamps.append(shapes.box(size, materials.by_name(lamp), (x, side * offset, 0.84)))
    return [*lamps, _trim.number_plate(tail_m + 0.03, 0.86, -1.0)]


def dual(shape: LorryShape, x_m: float) -> Mesh:
    """A further axle's twin wheels, standing still."""
    wheel = _wheels.wheel(shape.wheel_radius_m, shape.rear_tyre_m, shape.rim_m, 0)
    placed = _pieces.at(wheel, x_m, shape.track_rear_m / 2.0, shape.wheel_radius_m)
    return shapes.both_sides(placed)


def build_lorry(shape: LorryShape, load: Sequence[Mesh]) -> Model:
    """The whole lorry, with what it carries and its frame."""
    r = shape.wheel_radius_m
    wheels = _wheels.four(
        _wheels.wheel(r, shape.front_tyre_m, shape.rim_m, 0),
        wheelbase_m=shape.wheelbase_m,
        track_front_m=shape.track_front_m,
        track_rear_m=shape.track_rear_m,
        radius_m=r,
        rear=_wheels.wheel(r, shape.rear_tyre_m, shape.rim_m, 0),
    )
    measures = {
        "mass_kg": shape.mass_kg,
        "length_m": shape.length_m,
        "width_m": shape.width_m,
        "height_m": shape.height_m,
        "wheelbase_m": shape.wheelbase_m,
        "track_front_m": shape.track_front_m,
        "track_rear_m": shape.track_rear_m,
        "wheel_radius_m": r,
        "front_overhang_m": shape.front_overhang_m,
        "rear_overhang_m": -shape.tail_m,
    }
    body = merge([cab(shape), *load, *(dual(shape, x) for x in shape.more_axles_m)])
    parts = (Part(name="body", mesh=body, parent=-1), *wheels)
    return standing(name=shape.name, category="truck", parts=parts, dimensions=measures, source=shape.source)
