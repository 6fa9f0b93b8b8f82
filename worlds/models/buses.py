"""City buses, coaches, double-deckers."""

from dataclasses import dataclass
from functools import cache, cached_property

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

_NAMES = (
    "car_paint", "plastic", "car_glass", "underbody", "lamp_low_beam", "lamp_brake", "lamp_reverse",
    "lamp_indicator_left", "lamp_indicator_right",
)  # fmt: skip
_PAINT, _PLASTIC, _GLASS, _DARK, _HEAD, _BRAKE, _REVERSE, _LEFT, _RIGHT = range(len(_NAMES))
_FRONT = _hull.Corner(length_m=0.42, power=2.7, shares=(0.0, 0.35, 0.62, 0.82, 0.95))
_REAR = _hull.Corner(length_m=0.22, power=3.0, shares=(0.0, 0.4, 0.66, 0.86, 0.96))
_LOW_M = (0.33, 0.55, 0.72, 0.92)
"""Rows below the windows: sill, bumper, lower and upper edge of the lamps."""


@dataclass(frozen=True)
class BusShape:
    """Measures of one bus; x from the rear axle, metres.

    Attributes:
        bands_m: lower and upper edges of the rows of windows, lowest first; the windscreen is as high as each of them.
        eaves_m: where the sides end below the rounded roof.
        doors_m: from and to, x, of the doors on the kerb side.
        pillars_m: x of the window pillars.
        unit_m: length of the air conditioning on the roof, which reaches the full height; 0 for none.
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
    bands_m: tuple[tuple[float, float], ...]
    eaves_m: float
    doors_m: tuple[tuple[float, float], ...]
    pillars_m: tuple[float, ...]
    unit_m: float = 0.0

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
        return self.wheel_radius_m + 0.075

    @cached_property
    def rows_m(self) -> Float[ndarray, " n"]:
        """Heights of the skin's rows."""
        edges = [edge for band in self.bands_m for edge in band]
        return np.array([*_LOW_M, *edges, self.eaves_m, self.eaves_m + 0.11, self.eaves_m + 0.16])

    def glazed(self) -> list[int]:
        """Rows of cells that are windows."""
        return [len(_LOW_M) + 2 * k for k in range(len(self.bands_m))]


def _height(shape: BusShape, x: Float[ndarray, "rows columns"]) -> Float[ndarray, "rows columns"]:
    rim = _hull.arch(x, (0.0, shape.wheelbase_m), shape.wheel_radius_m, shape.arch_m)
    return np.asarray(np.maximum(shape.rows_m[:, None], rim))


def _grid(shape: BusShape) -> Float[ndarray, "rows columns 3"]:
    half, nose, tail, top = shape.width_m / 2.0, shape.nose_m, shape.tail_m, shape.rows_m[-1]
    front = _hull.arch_stations(shape.wheelbase_m, shape.arch_m, 6)
    rear = _hull.arch_stations(0.0, shape.arch_m, 6)
    doors = [x for door in shape.doors_m for x in door]
    stations = sorted([*front, *rear, *doors, rear[0] + 1.0, -1.6], reverse=True)
    glass = shape.bands_m[0][0]
    return _hull.Skin(
        height_m=lambda x: _height(shape, x),
        level=lambda x: _height(shape, x),
        nose=_hull.line(
            (0.33, nose - 0.06), (0.6, nose), (glass, nose - 0.02), (top - 0.5, nose - 0.22), (top, nose - 0.36)
        ),
        tail=_hull.line((0.33, tail + 0.05), (0.6, tail), (top - 0.1, tail + 0.04), (top, tail + 0.08)),
        side=_hull.line((0.33, half - 0.03), (0.6, half), (1.2, half), (top - 0.2, half - 0.05), (top, half - 0.09)),
        front=_FRONT,
        rear=_REAR,
        stations_m=np.array(stations),
        turn_in_m=np.array([0.0] * (len(shape.rows_m) - 2) + [0.03, 0.12]),
        bow=0.0,
    ).grid()


def _cells(shape: BusShape, grid: Float[ndarray, "rows columns 3"]) -> tuple[Int[ndarray, "b s"], Int[ndarray, "b s"]]:
    """Materials of the left and of the right half, which has the doors."""
    cells = np.full((len(shape.rows_m) - 1, grid.shape[1] - 1), _PAINT)
    front, rear, glazed = len(_FRONT.shares), len(_REAR.shares), shape.glazed()
    cells[0] = _PLASTIC
    cells[glazed] = _GLASS
    cells[3, : front - 1] = _GLASS
    cells[glazed[-1] + 1, : front - 2] = _PLASTIC
    cells[2, 2:5] = [_HEAD, _HEAD, _LEFT]
    cells[1, : front - 3] = _PLASTIC
    cells[glazed[0], -rear] = _PAINT
    cells[1:3, -2:] = _PLASTIC
    cells[2, -4:-2] = [_LEFT, _BRAKE]
    cells[1, -4:-2] = [_BRAKE, _REVERSE]
    right = np.where(cells == _LEFT, _RIGHT, cells)
    middle = (grid[5, 1:, 0] + grid[5, :-1, 0]) / 2.0
    for low, high in shape.doors_m:
        right[1 : glazed[0] + 1, (middle > low) & (middle < high)] = _GLASS
    return cells, right


def _body(shape: BusShape) -> Mesh:
    grid = _grid(shape)
    left, right = _cells(shape, grid)
    table = [materials.by_name(name) for name in _NAMES]
    nose, tail = shape.nose_m, shape.tail_m
    crown = _hull.line((nose - 0.3, 0.0), (nose - 0.8, 0.04), (tail + 0.6, 0.04), (tail + 0.1, 0.0))
    deck = np.full(grid.shape[1] - 1, _PAINT)
    return _hull.closed(grid, table, left, deck=deck, floor=_DARK, crown_m=crown, right_cells=right, across=2)


def _details(shape: BusShape) -> list[Mesh]:
    grid = _grid(shape)
    dark, rows = materials.by_name("seam"), slice(1, len(_LOW_M) + 2)
    pillars = [
        shapes.both_sides(_hull.seam(grid, x, slice(row, row + 2), dark, 0.09))
        for row in shape.glazed()
        for x in shape.pillars_m
    ]
    leaves = [x for low, high in shape.doors_m for x in (low, (low + high) / 2.0, high)]
    doors = [shapes.mirrored(_hull.seam(grid, x, rows, dark, 0.06)) for x in leaves]
    arms = shapes.both_sides(_trim.mirror(shape.nose_m - 0.42, shape.width_m / 2.0 - 0.03, 2.2, 0.11))
    half = shape.wheelbase_m / 2.0
    block = shapes.box((shape.wheelbase_m + 2.0, 1.15, 0.8), materials.by_name("underbody"), (half, 0.0, 0.75))
    details = [*pillars, *doors, arms, block, _trim.number_plate(shape.nose_m + 0.006, 0.5, 1.0)]
    if shape.unit_m:
        place = (half, 0.0, shape.height_m - 0.07)
        details.append(shapes.box((shape.unit_m, 1.7, 0.14), materials.by_name("box_panel"), place))
    return details


def build_bus(shape: BusShape) -> Model:
    """The whole bus."""
    r = shape.wheel_radius_m
    front, twin = _wheels.wheel(r, 0.275, 0.29, 0), _wheels.wheel(r, 0.60, 0.29, 0)
    wheels = _wheels.four(
        front,
        wheelbase_m=shape.wheelbase_m,
        track_front_m=shape.track_front_m,
        track_rear_m=shape.track_rear_m,
        radius_m=r,
        rear=twin,
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
    parts = (Part(name="body", mesh=merge([_body(shape), *_details(shape)]), parent=-1), *wheels)
    return standing(name=shape.name, category="bus", parts=parts, dimensions=measures, source=shape.source)


_CITARO = (
    "Mercedes-Benz Citaro O 530, 12 m two-door (2011), 275/70 R22.5; overhang 2805 mm, height with air conditioning "
    "3120 mm: Daimler, The Citaro interurban buses, Technical information"
)


@entry("models", source=_CITARO, tags=("vehicle", "bus"))
@cache
def bus() -> Model:
    """A twelve-metre low-floor city bus with two doors."""
    return build_bus(
        BusShape(
            name="bus",
            source=_CITARO,
            mass_kg=11500.0,
            length_m=12.135,
            width_m=2.550,
            height_m=3.120,
            wheelbase_m=5.900,
            track_front_m=2.101,
            track_rear_m=1.834,
            wheel_radius_m=0.465,
            front_overhang_m=2.805,
            bands_m=((1.15, 2.52),),
            eaves_m=2.86,
            doors_m=((6.65, 7.85), (2.2, 3.5)),
            pillars_m=(7.0, 4.6, 1.9, -1.5),
            unit_m=2.6,
        )
    )


_COACH = "Setra S 515 HD (2012), 295/80 R22.5: 12295 x 2550 x 3770 mm, wheelbase 6090 mm; the rest estimated"


@entry("models", source=_COACH, tags=("vehicle", "bus"))
@cache
def coach() -> Model:
    """A high-floor touring coach."""
    return build_bus(
        BusShape(
            name="coach",
            source=_COACH,
            mass_kg=14000.0,
            length_m=12.295,
            width_m=2.550,
            height_m=3.770,
            wheelbase_m=6.090,
            track_front_m=2.080,
            track_rear_m=1.830,
            wheel_radius_m=0.50,
            front_overhang_m=2.845,
            bands_m=((1.75, 3.05),),
            eaves_m=3.57,
            doors_m=((6.95, 7.85),),
            pillars_m=(6.6, 4.9, 3.2, 1.5, -0.2, -1.9),
        )
    )


_DOUBLE = "Alexander Dennis Enviro400 MMC (2014), 10.9 x 2.55 x 4.30 m, 275/70 R22.5; the rest estimated"


@entry("models", source=_DOUBLE, tags=("vehicle", "bus"))
@cache
def double_decker() -> Model:
    """A city bus with two decks."""
    return build_bus(
        BusShape(
            name="double_decker",
            source=_DOUBLE,
            mass_kg=11000.0,
            length_m=10.900,
            width_m=2.550,
            height_m=4.300,
            wheelbase_m=5.800,
            track_front_m=2.101,
            track_rear_m=1.834,
            wheel_radius_m=0.465,
            front_overhang_m=2.55,
            bands_m=((1.15, 2.20), (2.75, 3.85)),
            eaves_m=4.10,
            doors_m=((6.60, 7.70), (3.0, 4.2)),
            pillars_m=(6.4, 4.5, 2.6, 0.7, -1.2),
        )
    )
