"""Height of a road's surface over its s-t plane: `lateralProfile/shape` and `crossSectionSurface`.

Source: ASAM OpenDRIVE 1.8, clauses 10.5.3 (shape) and 10.5.4 (cross section surface).
"""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.world.opendrive.types import CrossSection, LateralShape, Road, SurfaceStrip

Array = Float[ndarray, " n"]


def surface_height(road: Road, s_m: Array, t_m: Array) -> Array:
    """Height above the (rolled) s-t plane, metres."""
    height = np.zeros(np.broadcast_shapes(np.shape(s_m), np.shape(t_m)))
    if road.lateral_shape is not None:
        height = height + _shape_height(road.lateral_shape, s_m, t_m)
    if road.cross_section is not None:
        height = height + _strips_height(road.cross_section, s_m, t_m)
    return height


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
