"""The part of cars and vans above the belt line: windows, pillars, roof."""

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from simgen.worlds import materials

from simgen.world.mesh import Mesh

from . import _hull
from ._car_shape import CarShape

_NAMES = ("car_paint", "plastic", "car_glass", "underbody")
_PAINT, _PLASTIC, _GLASS, _DARK = range(4)

_SHARES = np.array([0.0, 0.06, 0.50, 0.93, 1.0])
"""Rows of the glasshouse, as shares of the way from belt to roof."""
_SCREEN = _hull.Corner(length_m=0.26, power=2.6, shares=(0.0, 0.35, 0.68, 0.9))
_REAR_SCREEN = _hull.Corner(length_m=0.2, power=2.8, shares=(0.0, 0.4, 0.75, 0.92))
_CROWN_M = 0.055


def _grid(shape: CarShape) -> Float[ndarray, "rows columns 3"]:
    """Left half of the glasshouse."""
    tail = shape.tail_m
    foot, end = tail + shape.screen_foot_m, tail + shape.roof_end_m
    level = np.repeat(_SHARES[:, None], 1, axis=1)

    def share(x: Float[ndarray, "rows columns"]) -> Float[ndarray, "rows columns"]:
        return np.broadcast_to(level, x.shape)

    def height(x: Float[ndarray, "rows columns"]) -> Float[ndarray, "rows columns"]:
        low, high = shape.top(x) - 0.02, shape.roof(x) - _CROWN_M
        return low + share(x) * (high - low)

    nose_line, side_line = _van_lines(shape) if shape.panel else _car_lines(shape)
    return _hull.Skin(
        height_m=height,
        level=share,
        nose=nose_line,
        tail=_hull.line(
            (0.0, foot), (0.5, foot + (end - foot) * 0.45), (0.9, foot + (end - foot) * 0.87), (1.0, end + 0.01)
        ),
        side=side_line,
        front=_SCREEN,
        rear=_REAR_SCREEN,
        stations_m=_stations(shape),
        turn_in_m=np.zeros(len(_SHARES)),
        bow=0.0 if shape.panel else 0.04,
    ).grid()


def _car_lines(shape: CarShape) -> tuple[_hull.Line, _hull.Line]:
    """Foremost place and half width on the way up."""
    cowl, header = shape.nose_m - shape.cowl_m, shape.nose_m - shape.header_m
    half = shape.width_m / 2.0
    roof_half = shape.roof_half_m or half * 0.66
    lean = cowl - header
    nose = _hull.line((0.0, cowl), (0.5, cowl - lean * 0.485), (0.9, header + lean * 0.075), (1.0, header - 0.03))
    return nose, _hull.line((0.0, half - 0.095), (0.4, half - 0.155), (0.93, roof_half + 0.035), (1.0, roof_half))


def _van_lines(shape: CarShape) -> tuple[_hull.Line, _hull.Line]:
    """The same for a van: the windscreen ends half way up, below a domed roof."""
    cowl, header = shape.nose_m - shape.cowl_m, shape.nose_m - shape.header_m
    half = shape.width_m / 2.0
    nose = _hull.line((0.0, cowl), (0.5, header), (0.93, header - 0.42), (1.0, header - 0.55))
    return nose, _hull.line((0.0, half - 0.045), (0.5, half - 0.06), (0.93, half - 0.15), (1.0, half - 0.21))


def _stations(shape: CarShape) -> Float[ndarray, "rows m"]:
    """Edges of pillars and windows: at the belt, and leaning inwards to the roof."""
    nose, tail = shape.nose_m, shape.tail_m
    b, c = shape.pillars_m
    foot = [nose - shape.cowl_m - 0.30, nose - (b - 0.05), nose - (b + 0.05), nose - (c - 0.04), nose - (c + 0.06)]
    head = [nose - shape.header_m - 0.20, foot[1] - 0.02, foot[2] - 0.03, foot[3] + 0.03, foot[4] + 0.03]
    last_foot, last_head = tail + shape.screen_foot_m + 0.24, tail + shape.roof_end_m + 0.26
    foot, head = [*foot, last_foot], [*head, last_head]
    share = _SHARES[:, None]
    return np.asarray(np.array(foot) * (1.0 - share) + np.array(head) * share)


def cabin(shape: CarShape) -> Mesh:
    grid = _grid(shape)
    spans = grid.shape[1] - 1
    cells = _van_cells(spans) if shape.panel else _car_cells(spans, shape)
    table = [materials.by_name(name) for name in _NAMES]
    nose, tail = shape.nose_m, shape.tail_m
    crown = _hull.line((nose - shape.header_m + 0.1, _CROWN_M), (tail + shape.roof_end_m, _CROWN_M))
    deck = np.full(spans, _PAINT)
    return _hull.closed(grid, table, cells, deck=deck, floor=_DARK, crown_m=crown, across=4)


def _car_cells(spans: int, shape: CarShape) -> Int[ndarray, "bands spans"]:
    screen = len(_SCREEN.shares)
    cells = np.full((len(_SHARES) - 1, spans), _GLASS)
    cells[-1] = _PAINT
    cells[0] = _PLASTIC
    cells[0, : screen - 1] = _GLASS
    cells[1:, screen - 1] = _PAINT
    cells[1:-1, screen + 1] = _PLASTIC
    cells[1:-1, screen + 3] = _PLASTIC if shape.quarter_glass else _PAINT
    if not shape.quarter_glass:
        cells[:, screen + 4] = _PAINT
    cells[:, -len(_REAR_SCREEN.shares)] = _PAINT
    if shape.blind:
        cells[:, screen + 1 : -len(_REAR_SCREEN.shares)] = _PAINT
    return cells


def _van_cells(spans: int) -> Int[ndarray, "bands spans"]:
    screen = len(_SCREEN.shares)
    cells = np.full((len(_SHARES) - 1, spans), _PAINT)
    cells[:2, : screen - 1] = _GLASS
    cells[1, screen] = _GLASS
    cells[1, -len(_REAR_SCREEN.shares) + 1 : -1] = _GLASS
    return cells
