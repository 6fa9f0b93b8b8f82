"""Roofs: gabled, hipped, flat with a parapet, mansard; chimneys and dormers."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from simgen.worlds import materials

from simgen.world.material import Material

from ._masonry import Masonry, Opening, Side, wall

OVER_M, THICK_M = 0.4, 0.16
_Point = tuple[float, float, float]


def _slope(work: Masonry, low: tuple[_Point, _Point], high: tuple[_Point, _Point], tiles: Material) -> None:
    """A pitch between its eave and its ridge (each left to right, seen from outside); courses run along the eave."""
    a, b, c, d = (np.asarray(point, np.float64) for point in (*low, high[1], high[0]))
    along = (b - a) / np.linalg.norm(b - a)
    corners = np.stack([a, b, c, d])
    u = (corners - a) @ along
    v = np.linalg.norm(corners - a - u[:, None] * along, axis=1)
    work.add(corners, tiles, np.column_stack([u, v]))


def gable_roof(
    work: Masonry,
    size_m: tuple[float, float],
    eaves_m: float,
    rise_m: float,
    tiles: Material,
    trim: Material,
    at_m: tuple[float, float] = (0.0, 0.0),
) -> None:
    """Two pitches that meet in a ridge along x, with overhang and thickness."""
    x, y = size_m[0] / 2.0 + OVER_M, size_m[1] / 2.0
    drop = OVER_M * rise_m / y
    outer, low, ridge = y + OVER_M, eaves_m - drop, eaves_m + rise_m
    ox, oy = at_m
    for s in (1.0, -1.0):

        def point(along: float, out: float, z: float, s: float = s) -> _Point:
            return ox + s * along * x, oy - s * out, z

        _slope(
            work,
            (point(-1, outer, low + THICK_M), point(1, outer, low + THICK_M)),
            (point(-1, 0.0, ridge + THICK_M), point(1, 0.0, ridge + THICK_M)),
            tiles,
        )
        _slope(work, (point(1, outer, low), point(-1, outer, low)), (point(1, 0.0, ridge), point(-1, 0.0, ridge)), trim)
        eave = [point(-1, outer, low), point(1, outer, low), point(1, outer, low + THICK_M)]
        work.add(np.array([*eave, point(-1, outer, low + THICK_M)]), trim)
        for end in (-1.0, 1.0):
            barge = [point(end, outer, low), point(end, 0.0, ridge), point(end, 0.0, ridge + THICK_M)]
            barge.append(point(end, outer, low + THICK_M))
            work.add(np.array(barge[::-1] if end < 0 else barge), trim)


def gables(work: Masonry, sides: dict[str, Side], eaves_m: float, rise_m: float, stone: Material) -> None:
    """The triangles of wall below a gable roof's ends."""
    for name in ("left", "right"):
        side = sides[name]
        ends = side.at(
            np.array([0.0, side.length_m, side.length_m / 2.0]), 0.0, np.array([eaves_m] * 2 + [eaves_m + rise_m])
        )
        work.triangle(ends, stone)


def hip_roof(
    work: Masonry, size_m: tuple[float, float], eaves_m: float, rise_m: float, tiles: Material, trim: Material
) -> None:
    """Four pitches."""
    x, y = size_m[0] / 2.0, size_m[1] / 2.0
    drop = OVER_M * rise_m / y
    ox, oy, low, ridge = x + OVER_M, y + OVER_M, eaves_m - drop, eaves_m + rise_m
    end = max(x - y, 0.2)
    for s in (1.0, -1.0):
        tops = ((-s * end, 0.0, ridge), (s * end, 0.0, ridge))
        _slope(work, ((-s * ox, -s * oy, low), (s * ox, -s * oy, low)), tops, tiles)
        tip = (s * end, 0.0, ridge)
        _slope(work, ((s * ox, -s * oy, low), (s * ox, s * oy, low)), (tip, tip), tiles)
    work.box((2.0 * ox, 2.0 * oy, 0.14), (0.0, 0.0, low - 0.07), trim, ("-x", "+x", "-y", "+y", "-z"))


def flat_roof(
    work: Masonry, size_m: tuple[float, float], top_m: float, coping: Material, parapet_m: float = 0.6
) -> None:
    """A flat roof behind a parapet with a coping that stands out a little."""
    x, y, thick, out = size_m[0] / 2.0, size_m[1] / 2.0, 0.3, 0.08
    corners = np.array([[-x, -y, top_m], [x, -y, top_m], [x, y, top_m], [-x, y, top_m]])
    work.add(corners, materials.by_name("roof_flat"))
    middle, high = top_m + parapet_m / 2.0, parapet_m
    for s in (1.0, -1.0):
        work.box((2.0 * (x + out), thick, high), (0.0, s * (y + out - thick / 2.0), middle), coping)
        across = (thick, 2.0 * (y + out - thick), high)
        work.box(across, (s * (x + out - thick / 2.0), 0.0, middle), coping)


def mansard(
    work: Masonry, size_m: tuple[float, float], eaves_m: float, rise_m: float, slates: Material, trim: Material
) -> None:
    """Steep slates towards the street and the yard, a flat top, walls at the ends."""
    x, y, back = size_m[0] / 2.0, size_m[1] / 2.0, 1.1
    top = eaves_m + rise_m
    for s in (1.0, -1.0):
        low = ((-s * x, -s * y, eaves_m), (s * x, -s * y, eaves_m))
        _slope(work, low, ((-s * x, -s * (y - back), top), (s * x, -s * (y - back), top)), slates)
        end = [
            (s * x, -s * y, eaves_m),
            (s * x, s * y, eaves_m),
            (s * x, s * (y - back), top),
            (s * x, -s * (y - back), top),
        ]
        work.add(np.array(end), trim)
    flat = [(-x, back - y, top), (x, back - y, top), (x, y - back, top), (-x, y - back, top)]
    work.add(np.array(flat), materials.by_name("roof_flat"))


def dormer(
    work: Masonry,
    place_m: tuple[float, float, float],
    size_m: tuple[float, float, float],
    pane: Material,
    cheek: Material,
    tiles: Material,
    variant: int = 0,
) -> None:
    """A window that stands up out of a roof towards -y, from the foot of its front's middle: width, depth, height."""
    (x_m, front_y_m, low_m), (wide, deep, high) = place_m, size_m
    left, right, back = x_m - wide / 2.0, x_m + wide / 2.0, front_y_m + deep
    front = Side((left, front_y_m), (1.0, 0.0), wide)
    opening = Opening(
        left_m=0.12,
        low_m=low_m + 0.15,
        width_m=wide - 0.24,
        height_m=high - 0.3,
        pane=pane,
        reveal_m=0.05,
        variant=variant,
    )
    wall(work, front, low_m, low_m + high, cheek, [opening])
    for x, order in ((left, 1), (right, -1)):
        points = [(x, back, low_m), (x, front_y_m, low_m), (x, front_y_m, low_m + high), (x, back, low_m + high)]
        work.add(np.array(points[::order]), cheek)
    out, top, ridge = 0.15, low_m + high, low_m + high + wide * 0.32
    for s in (-1.0, 1.0):
        ends = [
            (x_m + s * (wide / 2.0 + out), front_y_m - out, top - 0.05),
            (x_m + s * (wide / 2.0 + out), back, top - 0.05),
        ]
        tops = [(x_m, front_y_m - out, ridge), (x_m, back, ridge)]
        if s < 0:
            ends, tops = ends[::-1], tops[::-1]
        _slope(work, (ends[0], ends[1]), (tops[0], tops[1]), tiles)
    gable: Float[ndarray, "3 3"] = np.array([(left, front_y_m, top), (right, front_y_m, top), (x_m, front_y_m, ridge)])
    work.triangle(gable, cheek)


def chimney(work: Masonry, x_m: float, y_m: float, low_m: float, top_m: float, pots: int = 2) -> None:
    """A brick stack with a cap and clay pots."""
    brick = materials.by_name("brick")
    wide = 0.45 + 0.22 * pots
    work.box((wide, 0.5, top_m - low_m), (x_m, y_m, (low_m + top_m) / 2.0), brick, ("-x", "+x", "-y", "+y"))
    work.box((wide + 0.14, 0.64, 0.12), (x_m, y_m, top_m + 0.06), materials.by_name("kerb"))
    for k in range(pots):
        place = (x_m + (k - (pots - 1) / 2.0) * 0.34, y_m, top_m + 0.27)
        work.box((0.2, 0.2, 0.3), place, materials.tinted("plaster", (0.42, 0.2, 0.12)), ("-x", "+x", "-y", "+y", "+z"))
