"""Height of a road's surface over its s-t plane: `lateralProfile/shape`, `crossSectionSurface`, `surface/CRG`.

Source: ASAM OpenDRIVE 1.8, clauses 10.5.3 (shape), 10.5.4 (cross section surface) and 10.6 (CRG surface).
"""

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial import cKDTree

from simgen.world.opendrive.crg import CrgGrid, CrgSurface
from simgen.world.opendrive.reference_line import reference_line
from simgen.world.opendrive.types import CrossSection, LateralShape, Road, SurfaceStrip

Array = Float[ndarray, " n"]


def surface_height(road: Road, s_m: Array, t_m: Array) -> Array:
    """Height above the (rolled) s-t plane, metres."""
    height = np.zeros(np.broadcast_shapes(np.shape(s_m), np.shape(t_m)))
    if road.lateral_shape is not None:
        height = height + _shape_height(road.lateral_shape, s_m, t_m)
    if road.cross_section is not None:
        height = height + _strips_height(road.cross_section, s_m, t_m)
    for surface in road.surfaces:
        height = _measured(road, surface, s_m, t_m, height)
    return height


def is_uneven(road: Road) -> bool:
    """Whether the surface leaves the s-t plane between a lane's borders."""
    return road.lateral_shape is not None or road.cross_section is not None or bool(measured_stretches(road))


def measured_stretches(road: Road) -> list[tuple[float, float]]:
    """From where to where (s) measured heights are laid on a road."""
    return [(one.s_start_m, one.s_end_m) for one in road.surfaces if one.grid is not None]


def _measured(road: Road, surface: CrgSurface, s_m: Array, t_m: Array, height: Array) -> Array:
    """The height with a measured one added, or in its place, where there is one."""
    grid = surface.grid
    if grid is None:
        return height
    s_m, t_m = np.broadcast_arrays(np.asarray(s_m, np.float64), np.asarray(t_m, np.float64))
    shape = s_m.shape
    u, v = _grid_place(road, surface, grid, s_m.ravel(), t_m.ravel())
    measured = (surface.z_offset_m + surface.z_scale * grid.height(u, v)).reshape(shape)
    there = (s_m >= surface.s_start_m - 1e-9) & (s_m <= surface.s_end_m + 1e-9) & np.isfinite(measured)
    if surface.mode == "attached":
        return np.asarray(np.where(there, height + measured, height))
    roll = road.superelevation.value(s_m)
    plane = road.elevation.value(s_m) + t_m * np.sin(roll)
    upright = np.cos(roll) * np.cos(np.arctan(road.elevation.slope(s_m)))
    return np.asarray(np.where(there, (measured - plane) / upright, height))


def _grid_place(road: Road, surface: CrgSurface, grid: CrgGrid, s_m: Array, t_m: Array) -> tuple[Array, Array]:
    """Where a place of the road lies on the grid, along its line and to the left of it."""
    if surface.mode in ("attached", "attached0"):
        if surface.opposite:
            return grid.u_m[0] + surface.s_end_m - surface.s_offset_m - s_m, surface.t_offset_m - t_m
        return grid.u_m[0] + s_m - surface.s_start_m - surface.s_offset_m, t_m - surface.t_offset_m
    line = reference_line(road, s_m)
    place = line.xy_m[:, 0] + 1j * line.xy_m[:, 1] + 1j * t_m * np.exp(1j * line.heading_rad)
    if surface.mode == "genuine":
        start = reference_line(road, np.array([surface.s_start_m + surface.s_offset_m]))
        turn = start.heading_rad[0] + surface.heading_rad - grid.heading_rad[0]
        origin = complex(*start.xy_m[0]) + 1j * surface.t_offset_m * np.exp(1j * start.heading_rad[0])
        place = complex(*grid.xy_m[0]) + (place - origin) * np.exp(-1j * turn)
    points = np.column_stack([place.real, place.imag])
    _, nearest = cKDTree(grid.xy_m).query(points)
    away = (points - grid.xy_m[nearest]) @ np.array([1.0, 1j])
    local = away * np.exp(-1j * grid.heading_rad[nearest])
    return grid.u_m[nearest] + local.real, local.imag


def _shape_height(shape: LateralShape, s_m: Array, t_m: Array) -> Array:
    stations = np.array(shape.stations_m)
    place = np.interp(s_m, stations, np.arange(len(stations)))
    low = np.floor(place).astype(int)
    heights = np.stack([profile.value(t_m) for profile in shape.profiles])
    columns = np.arange(len(low))
    below, above = heights[low, columns], heights[np.minimum(low + 1, len(stations) - 1), columns]
    return np.asarray(below + (place - low) * (above - below))


def _strips_height(cross: CrossSection, s_m: Array, t_m: Array) -> Array:
    away = t_m - cross.t_offset.value(s_m)
    result = np.zeros_like(away)
    for side in (1, -1):
        inner, height_there = np.zeros_like(away), np.zeros_like(away)
        for strip in sorted((strip for strip in cross.strips if strip.id * side > 0), key=lambda one: abs(one.id)):
            base = height_there if strip.relative else 0.0
            distance = side * away - inner
            width = strip.width.value(s_m) if len(strip.width) else np.full_like(away, np.inf)
            here = (side * away > 0) & (distance >= 0)
            result = np.where(here, base + _strip(strip, s_m, side * np.minimum(distance, width)), result)
            if not len(strip.width):
                break
            height_there = base + _strip(strip, s_m, side * width)
            inner = inner + width
    return np.asarray(result)


def _strip(strip: SurfaceStrip, s_m: Array, dt_m: Array) -> Array:
    a, b, c, d = (part.value(s_m) for part in (strip.constant, strip.linear, strip.quadratic, strip.cubic))
    return np.asarray(a + dt_m * (b + dt_m * (c + dt_m * d)))
