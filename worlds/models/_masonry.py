"""Puts buildings together from flat quads by the hundred at once: walls with openings, boxes, roofs.

Every quad is flat and has corners of its own, so nothing needs welding, and a facade costs microseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from simgen.world.material import Material
from simgen.world.mesh import Mesh

_SIDES = {
    "-x": ((0, 0, 0), (0, 0, 1), (0, 1, 1), (0, 1, 0)),
    "+x": ((1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 0, 1)),
    "-y": ((0, 0, 0), (1, 0, 0), (1, 0, 1), (0, 0, 1)),
    "+y": ((0, 1, 0), (0, 1, 1), (1, 1, 1), (1, 1, 0)),
    "-z": ((0, 0, 0), (0, 1, 0), (1, 1, 0), (1, 0, 0)),
    "+z": ((0, 0, 1), (1, 0, 1), (1, 1, 1), (0, 1, 1)),
}
"""Corners of a box's sides, counter-clockwise from outside."""


@dataclass(slots=True)
class Masonry:
    """Polygons so far: quads and triangles with materials."""

    _corners: list[Float[ndarray, "n 4 3"]] = field(default_factory=list)
    _uvs: list[Float[ndarray, "n 4 2"] | None] = field(default_factory=list)
    _rows: list[int] = field(default_factory=list)
    _table: dict[Material, int] = field(default_factory=dict)

    def add(
        self, corners: Float[ndarray, "*n 4 3"], material: Material, uvs: Float[ndarray, "*n 4 2"] | None = None
    ) -> None:
        """Flat quads, counter-clockwise from outside; a triangle repeats its last corner.

        Texture coordinates are metres, projected along the axis nearest to the normal where none are given.
        """
        quads = np.asarray(corners, np.float64).reshape(-1, 4, 3)
        self._corners.append(quads)
        self._uvs.append(None if uvs is None else np.asarray(uvs, np.float64).reshape(-1, 4, 2))
        self._rows.append(self._table.setdefault(material, len(self._table)))

    def box(
        self,
        size_m: Sequence[float],
        centre_m: Sequence[float],
        material: Material,
        sides: Sequence[str] = tuple(_SIDES),
    ) -> None:
        """A cuboid, or some of its sides."""
        low = np.asarray(centre_m, np.float64) - np.asarray(size_m, np.float64) / 2.0
        unit = np.array([_SIDES[side] for side in sides], np.float64)
        self.add(low + unit * np.asarray(size_m, np.float64), material)

    def triangle(self, points: Float[ndarray, "3 3"], material: Material) -> None:
        """One triangle."""
        self.add(np.asarray(points, np.float64)[[0, 1, 2, 2]], material)

    def mesh(self) -> Mesh:
        """Everything, with flat normals."""
        corners = np.concatenate(self._corners)
        counts = [len(quads) for quads in self._corners]
        rows: Int[ndarray, " n"] = np.repeat(self._rows, counts)
        normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
        uvs = _projected(corners, normal)
        for end, count, own in zip(np.cumsum(counts), counts, self._uvs, strict=True):
            if own is not None:
                uvs[end - count : end] = own
        three = np.linalg.norm(corners[:, 3] - corners[:, 2], axis=1) < 1e-9
        length = np.linalg.norm(normal, axis=1)
        kept = length > 1e-9
        corners, uvs, rows, three, normal = corners[kept], uvs[kept], rows[kept], three[kept], normal[kept]
        normal /= length[kept, None]
        first = 4 * np.arange(len(corners))[:, None]
        faces = np.concatenate([first + np.array([0, 1, 2]), (first + np.array([0, 2, 3]))[~three]])
        return Mesh(
            vertices=corners.reshape(-1, 3).astype(np.float32),
            faces=faces.astype(np.int32),
            normals=np.repeat(normal, 4, axis=0).astype(np.float32),
            uvs=uvs.reshape(-1, 2).astype(np.float32),
            material=np.concatenate([rows, rows[~three]]).astype(np.int32),
            materials=tuple(self._table),
        )


def _projected(quads: Float[ndarray, "n 4 3"], normal: Float[ndarray, "n 3"]) -> Float[ndarray, "n 4 2"]:
    axis = np.argmax(np.abs(normal) * np.array([1.0, 1.0, 1.001]), axis=1)[:, None]
    u = np.where(axis == 0, quads[:, :, 1], quads[:, :, 0])
    v = np.where(axis == 2, quads[:, :, 1], quads[:, :, 2])
    return np.stack([u, v], axis=2)


@dataclass(frozen=True, slots=True)
class Side:
    """One wall's plane: a corner on the ground, the direction along it, and outwards (right of along)."""

    corner: tuple[float, float]
    along: tuple[float, float]
    length_m: float

    def at(self, u: ndarray | float, out: ndarray | float, z: ndarray | float) -> Float[ndarray, "*n 3"]:
        """Points `u` along the wall from its left end, seen from outside, and `out` in front of it."""
        (x, y), (ax, ay) = self.corner, self.along
        points = np.empty((*np.broadcast_shapes(np.shape(u), np.shape(out), np.shape(z)), 3))
        points[..., 0] = x + ax * u + ay * out
        points[..., 1] = y + ay * u - ax * out
        points[..., 2] = z
        return points


def four_sides(length_m: float, depth_m: float, x_m: float = 0.0, y_m: float = 0.0) -> dict[str, Side]:
    """The walls of a rectangle about a place: front (towards -y), right, back, left."""
    x, y = length_m / 2.0, depth_m / 2.0
    return {
        "front": Side((x_m - x, y_m - y), (1.0, 0.0), length_m),
        "right": Side((x_m + x, y_m - y), (0.0, 1.0), depth_m),
        "back": Side((x_m + x, y_m + y), (-1.0, 0.0), length_m),
        "left": Side((x_m - x, y_m + y), (0.0, -1.0), depth_m),
    }


def rectangle(
    side: Side,
    left: ndarray | float,
    right: ndarray | float,
    low: ndarray | float,
    high: ndarray | float,
    out: ndarray | float,
) -> Float[ndarray, "*n 4 3"]:
    """Upright rectangles parallel to a wall, facing out."""
    left, right, low, high, out = (np.asarray(value, np.float64)[..., None] for value in (left, right, low, high, out))
    return side.at(np.where(_RIGHT, right, left), out, np.where(_HIGH, high, low))


_RIGHT, _HIGH = np.array([False, True, True, False]), np.array([False, False, True, True])
_AHEAD = [1, 2, 3, 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A window or door in a wall.

    Attributes:
        pane: its picture; four variants lie in a tile of 2 x 2, where `tiled`.
        reveal_m: how deep it sits in the wall.
        sill: a ledge below it.
    """

    left_m: float
    low_m: float
    width_m: float
    height_m: float
    pane: Material
    reveal_m: float = 0.16
    sill: bool = False
    variant: int = 0


def wall(
    work: Masonry,
    side: Side,
    low_m: float,
    high_m: float,
    stone: Material,
    openings: Sequence[Opening] = (),
    *,
    trim: Material | None = None,
    left_m: float = 0.0,
    right_m: float | None = None,
) -> None:
    """A wall from one height to another with openings, all of whose borders meet corner to corner."""
    right_m = side.length_m if right_m is None else right_m
    if not openings:
        work.add(rectangle(side, left_m, right_m, low_m, high_m, 0.0), stone)
        return
    far = [one for one in openings if one.low_m > DEEP_M]
    near = [one for one in openings if one.low_m <= DEEP_M]
    split = min((one.low_m for one in far), default=high_m + 0.4) - 0.4
    edges = [[left_m, right_m], *([one.left_m, one.left_m + one.width_m] for one in near)]
    columns = np.unique(np.round(np.concatenate(edges), 4))
    if near:
        _pierced(work, side, (low_m, min(split, high_m)), columns, near, (stone, trim or stone))
    if far or not near:
        foot = split if near else low_m
        work.add(rectangle(side, columns[:-1], columns[1:], foot, high_m, 0.0), stone)
        _laid_on(work, side, far, trim or stone)


DEEP_M = 7.0
"""Windows above this lie on the wall: from the street nobody sees how deep they sit."""


def _laid_on(work: Masonry, side: Side, openings: Sequence[Opening], trim: Material) -> None:
    """Panes that lie on a wall, with their sills."""
    table = np.array([[o.left_m, o.left_m + o.width_m, o.low_m, o.low_m + o.height_m] for o in openings])
    for pane in dict.fromkeys(one.pane for one in openings):
        rows = np.array([k for k, one in enumerate(openings) if one.pane is pane])
        variant = np.array([openings[k].variant for k in rows])
        uvs = _UNIT + np.stack([variant % 2, variant // 2 % 2], axis=-1)[:, None]
        left, right, low, high = table[rows].T
        work.add(rectangle(side, left, right, low, high, 0.02), pane, uvs)
    with_sill = np.array([one.sill for one in openings], bool)
    if with_sill.any():
        _sills(work, side, table[with_sill], np.zeros(int(with_sill.sum())), trim)


def _pierced(
    work: Masonry,
    side: Side,
    rise_m: tuple[float, float],
    us: Float[ndarray, " n"],
    openings: Sequence[Opening],
    looks: tuple[Material, Material],
) -> None:
    """A wall around openings, and what fills them."""
    (low_m, high_m), (stone, trim) = rise_m, looks
    table = np.array([[o.left_m, o.left_m + o.width_m, o.low_m, o.low_m + o.height_m] for o in openings])
    zs = np.unique(np.round(np.concatenate([[low_m, high_m], table[:, 2:].ravel()]), 4))
    u0, z0 = np.meshgrid(us[:-1], zs[:-1], indexing="ij")
    u1, z1 = np.meshgrid(us[1:], zs[1:], indexing="ij")
    u, z = (u0 + u1) / 2.0, (z0 + z1) / 2.0
    hole = np.zeros(u.shape, bool)
    for a, b, c, d in table:
        hole |= (u > a) & (u < b) & (z > c) & (z < d)
    work.add(rectangle(side, u0[~hole], u1[~hole], z0[~hole], z1[~hole], 0.0), stone)
    _fill(work, side, openings, np.round(table, 4), trim)


def _fill(work: Masonry, side: Side, openings: Sequence[Opening], table: Float[ndarray, "n 4"], trim: Material) -> None:
    """The panes, set back, the reveals around them and the sills below."""
    left, right, low, high = table.T
    back = -np.array([one.reveal_m for one in openings])
    outer, inner = rectangle(side, left, right, low, high, 0.0), rectangle(side, left, right, low, high, back)
    around = np.stack([outer, outer[:, _AHEAD], inner[:, _AHEAD], inner], axis=2)
    with_sill = np.array([one.sill for one in openings])
    work.add(around[:, 1:], trim)
    work.add(around[~with_sill, :1], trim)
    variant = np.array([one.variant for one in openings])
    uvs = _UNIT + np.stack([variant % 2, variant // 2 % 2], axis=-1)[:, None]
    for pane in dict.fromkeys(one.pane for one in openings):
        rows = [k for k, one in enumerate(openings) if one.pane is pane]
        work.add(inner[rows], pane, uvs[rows])
    if with_sill.any():
        _sills(work, side, table[with_sill], back[with_sill], trim)


def _sills(work: Masonry, side: Side, table: Float[ndarray, "n 4"], back: Float[ndarray, " n"], trim: Material) -> None:
    """Slabs below windows, from the pane to a little before the wall: front, top and bottom."""
    left, right, high = table[:, 0] - 0.06, table[:, 1] + 0.06, table[:, 2]
    front = rectangle(side, left, right, high - 0.07, high, 0.09)
    within = rectangle(side, table[:, 0], table[:, 1], high - 0.07, high, back)
    wall_line = rectangle(side, left, right, high - 0.07, high, 0.0)
    top = np.stack([front[:, 3], front[:, 2], within[:, 2], within[:, 3]], axis=1)
    bottom = np.stack([wall_line[:, 0], wall_line[:, 1], front[:, 1], front[:, 0]], axis=1)
    work.add(np.concatenate([front, top, bottom]), trim)


def applied(
    work: Masonry, side: Side, low_m: float, high_m: float, stone: Material, openings: Sequence[Opening] = ()
) -> None:
    """A wall whose windows lie on it: for sides that are seen from afar."""
    work.add(rectangle(side, 0.0, side.length_m, low_m, high_m, 0.0), stone)
    if openings:
        _laid_on(work, side, [replace(one, sill=False) for one in openings], stone)


_UNIT = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def ledge(
    work: Masonry,
    side: Side,
    left: ndarray | float,
    right: ndarray | float,
    low: ndarray | float,
    high: ndarray | float,
    out: float,
    stone: Material,
) -> None:
    """Bars that stand out of a wall: front, top, bottom and ends."""
    front = rectangle(side, left, right, low, high, out)
    back = rectangle(side, left, right, low, high, 0.0)
    flanks = np.stack([back, back[..., _AHEAD, :], front[..., _AHEAD, :], front], axis=-2)
    work.add(front, stone)
    work.add(flanks, stone)
