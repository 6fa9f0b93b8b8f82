"""Small things on vehicles: door gaps, handles, mirrors, number plates, what fills the space between the wheels."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from simgen.worlds import materials

from simgen.geometry import Pose
from simgen.world import shapes
from simgen.world.material import Material
from simgen.world.mesh import Mesh, merge

from . import _hull


def seam(grid: Float[ndarray, "rows columns 3"], x_m: float, rows: slice) -> Mesh:
    """A door's gap on the left side."""
    return _hull.seam(grid, x_m, rows, materials.by_name("seam"))


def handle(grid: Float[ndarray, "rows columns 3"], x_m: float, z_m: float) -> Mesh:
    """A door handle on the left side."""
    curve = _hull.curve_at(grid, x_m)
    y = float(np.interp(z_m, curve[:, 2], curve[:, 1]))
    return shapes.box((0.17, 0.03, 0.026), materials.by_name("car_paint"), (x_m, y + 0.008, z_m))


def mirror(x_m: float, half_width_m: float, z_m: float, size_m: float = 0.09) -> Mesh:
    """A left wing mirror that stands out beyond the body's half width."""
    y = half_width_m + size_m / 3.0
    shell = shapes.ellipsoid((0.06, size_m, 0.068), materials.by_name("car_paint"), rings=3, segments=6)
    foot = shapes.box((0.06, 0.12, 0.03), materials.by_name("plastic"), (x_m, half_width_m - 0.06, z_m - 0.04))
    return merge([shapes.moved(shell, Pose.from_xyz_rpy(x_m, y, z_m)), foot])


def number_plate(x_m: float, z_m: float, ahead: float) -> Mesh:
    """A plate of 520 x 110 mm facing forwards (ahead = 1) or backwards (-1)."""
    left = -0.26 * ahead
    corners = np.array([[left, z_m - 0.055], [-left, z_m - 0.055], [-left, z_m + 0.055], [left, z_m + 0.055]])
    return shapes.quad(np.column_stack([np.full(4, x_m), corners]), materials.by_name("plate"))


def chassis(wheelbase_m: float, width_m: float, sill_m: float) -> Mesh:
    """A dark block between the wheels, so that one does not look through the arches."""
    size = (wheelbase_m + 1.0, width_m - 0.1, 0.5)
    return shapes.box(size, materials.by_name("underbody"), (wheelbase_m / 2.0, 0.0, sill_m + 0.29))


def stripe(
    grid: Float[ndarray, "rows columns 3"],
    along_m: tuple[float, float],
    up_m: tuple[float, float],
    material: Material,
) -> Mesh:
    """A band on the left side, a hair outside it, between two places along x and two heights."""
    places, levels = np.linspace(*along_m, 9), np.linspace(*up_m, 3)
    points = np.empty((len(levels), len(places), 3))
    for column, x in enumerate(places):
        curve = _hull.curve_at(grid, float(x))
        side = np.interp(levels, curve[:, 2], curve[:, 1])
        points[:, column] = np.column_stack([np.full(len(levels), x), side + 0.006, levels])
    return shapes.sheet(points, material)


def light_bar(x_m: float, z_m: float, width_m: float, lamp: str = "lamp_warning") -> Mesh:
    """Warning lights across the roof, on a dark foot."""
    foot = shapes.box((0.18, 0.5 * width_m, 0.05), materials.by_name("plastic"), (x_m, 0.0, z_m + 0.01))
    middle = shapes.box((0.26, 0.24 * width_m, 0.09), materials.by_name("plastic"), (x_m, 0.0, z_m + 0.075))
    light = shapes.box((0.28, 0.36 * width_m, 0.10), materials.by_name(lamp), (x_m, 0.31 * width_m, z_m + 0.08))
    return merge([foot, middle, shapes.both_sides(light)])
