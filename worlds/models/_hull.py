"""Closed skins of vehicles: outlines stacked from the sill to the roof, with a deck on top and a floor below.

The left half is a grid: rows go up, columns run from the middle of the nose along the left side to that of the tail.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from scipy.interpolate import PchipInterpolator

from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh

Line = Callable[[Float[ndarray, "..."]], Float[ndarray, "..."]]


def line(*points: tuple[float, float]) -> Line:
    """A smooth monotone curve through (place, value) points, constant beyond its ends."""
    place, value = np.array(sorted(points), np.float64).T
    curve = PchipInterpolator(place, value)
    return lambda where: curve(np.clip(where, place[0], place[-1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """How the plan view rounds off at one end.

    Attributes:
        length_m: over which the width grows from nothing to full.
        power: of the superellipse; 2 is round, more is boxier.
        shares: columns across the end face, as shares of the half width, from 0 up.
    """

    length_m: float
    power: float
    shares: tuple[float, ...]

    def depths_m(self) -> Float[ndarray, " k"]:
        """How far behind the tip each column lies."""
        shares = np.asarray(self.shares)
        return self.length_m * (1.0 - (1.0 - shares**self.power) ** (1.0 / self.power))

    def width_share(self, depth_m: Float[ndarray, "..."]) -> Float[ndarray, "..."]:
        """Share of the full width at a depth behind the tip."""
        inside = np.clip(1.0 - depth_m / self.length_m, 0.0, 1.0)
        return (1.0 - inside**self.power) ** (1.0 / self.power)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skin:
    """What a half grid is made from.

    Attributes:
        height_m: (rows, columns) of x, metres above the ground, from (rows, columns) of x.
        level: what `nose`, `tail` and `side` are looked up by: height, or share of the way up, same shape.
        nose, tail, side: x of the tips and half width at a level.
        stations_m: x of the columns along the side, front to rear; (m,) or (rows, m).
        turn_in_m: how far each row is set in from that, for rounded edges.
        bow: share of the half width by which the ends of the side are narrower than its middle.
    """

    height_m: Line
    level: Line
    nose: Line
    tail: Line
    side: Line
    front: Corner
    rear: Corner
    stations_m: Float[ndarray, "*rows m"]
    turn_in_m: Float[ndarray, " rows"]
    bow: float = 0.02

    def grid(self) -> Float[ndarray, "rows columns 3"]:
        """Points of the left half."""
        rows = len(self.turn_in_m)
        stations = np.broadcast_to(self.stations_m, (rows, np.shape(self.stations_m)[-1]))
        depth_front, depth_rear = self.front.depths_m(), self.rear.depths_m()[::-1]
        inset = self.turn_in_m[:, None]
        front = np.repeat(stations[:, :1] + 0.5, len(depth_front), axis=1)
        rear = np.repeat(stations[:, -1:] - 0.5, len(depth_rear), axis=1)
        x = np.concatenate([front, stations, rear], axis=1)
        for _ in range(4):
            level = self.level(x)
            nose, tail = self.nose(level) - inset, self.tail(level) + inset
            front = nose[:, : len(depth_front)] - depth_front
            rear = tail[:, -len(depth_rear) :] + depth_rear
            x = np.minimum.accumulate(np.concatenate([front, stations, rear], axis=1), axis=1)
        level = self.level(x)
        nose, tail = self.nose(level) - inset, self.tail(level) + inset
        width = self.front.width_share(nose - x) * self.rear.width_share(x - tail)
        middle = (nose + tail) / 2.0
        width *= 1.0 - self.bow * ((x - middle) / (nose - middle)) ** 2
        y = (self.side(level) - inset) * width
        y[:, [0, -1]] = 0.0
        return np.stack([x, y, self.height_m(x)], axis=-1)


def closed(
    grid: Float[ndarray, "rows columns 3"],
    table: Sequence[Material],
    cells: Int[ndarray, "bands spans"],
    *,
    deck: Int[ndarray, " spans"],
    floor: int,
    crown_m: Line,
    right_cells: Int[ndarray, "bands spans"] | None = None,
    across: int = 4,
) -> Mesh:
    """The closed skin of both halves.

    Args:
        grid: left half.
        table: materials.
        cells: row of the table for each cell of the half grid.
        deck: row of the table for each span of the deck.
        floor: row of the table for the floor.
        crown_m: how much higher the middle of the deck is than its edge, from x.
        right_cells: the right half's, where they differ.
        across: cells across the deck.
    """
    right = grid * np.array([1.0, -1.0, 1.0])
    share = np.linspace(1.0, -1.0, across + 1)
    top = np.repeat(grid[-1][:, None, :], across + 1, axis=1)
    top[..., 1] *= share
    top[..., 2] += crown_m(top[..., 0]) * (1.0 - share**2)
    bottom = np.stack([right[0], grid[0]], axis=1)
    sheets = [
        (grid[:, ::-1], cells[:, ::-1]),
        (right, cells if right_cells is None else right_cells),
        (top, np.repeat(deck[:, None], across, axis=1)),
        (bottom, np.full((grid.shape[1] - 1, 1), floor)),
    ]
    vertices, faces, material, start = [], [], [], 0
    for points, index in sheets:
        faces.append(_cells(points.shape[0], points.shape[1]) + start)
        vertices.append(points.reshape(-1, 3))
        material.append(np.repeat(index.reshape(-1), 2))
        start += points.shape[0] * points.shape[1]
    return shapes.assemble(np.concatenate(vertices), np.concatenate(faces), table, np.concatenate(material))


def _cells(n: int, m: int) -> Int[ndarray, "f 3"]:
    index = np.arange(n * m).reshape(n, m)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    return np.stack([np.stack([a, b, c], axis=-1), np.stack([a, c, d], axis=-1)], axis=2).reshape(-1, 3)


def curve_at(grid: Float[ndarray, "rows columns 3"], x_m: float) -> Float[ndarray, "rows 3"]:
    """The half grid's points at one x along the side, row by row."""
    middle = slice(1, -1)
    result = np.empty((grid.shape[0], 3))
    for row, points in enumerate(grid[:, middle]):
        order = points[::-1]
        result[row] = [np.interp(x_m, order[:, 0], order[:, k]) for k in range(3)]
    return result


def seam(
    grid: Float[ndarray, "rows columns 3"], x_m: float, rows: slice, material: Material, width_m: float = 0.012
) -> Mesh:
    """A dark line up the left side, a hair outside it: the gap of a door."""
    ahead, behind = curve_at(grid, x_m + width_m / 2)[rows], curve_at(grid, x_m - width_m / 2)[rows]
    strip = np.stack([behind, ahead], axis=1) + np.array([0.0, 0.003, 0.0])
    return shapes.sheet(strip, material)


def arch(x: Float[ndarray, "..."], centres_m: Sequence[float], hub_m: float, radius_m: float) -> Float[ndarray, "..."]:
    """Height of the wheel arches' rims at x, 0 where there is none."""
    height = np.zeros_like(x)
    for centre in centres_m:
        inside = np.clip(radius_m**2 - (x - centre) ** 2, 0.0, None)
        height = np.where(np.abs(x - centre) <= radius_m, np.maximum(height, hub_m + np.sqrt(inside)), height)
    return height


def arch_stations(centre_m: float, radius_m: float, steps: int = 8) -> list[float]:
    """Where the columns over one arch lie, front to rear; the outermost pairs, 1 mm apart, make its upright edges."""
    inside = centre_m + radius_m * np.cos(np.linspace(0.0, np.pi, steps + 1))
    return [centre_m + radius_m + 0.001, *inside, centre_m - radius_m - 0.001]
