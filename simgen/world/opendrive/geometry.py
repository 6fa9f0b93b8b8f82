"""From road coordinates to the map: s along the reference line, t to its left, h up from the surface.

The s, t, h axes are the map's turned by heading, pitch (from the elevation) and roll (superelevation), in this order.

Source: ASAM OpenDRIVE 1.8, clauses 8 (coordinate systems), 10.4 to 10.6 (elevation, superelevation, shape), 11 (lanes).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.world.opendrive.cross_section import surface_height
from simgen.world.opendrive.reference_line import ReferenceLine, reference_line
from simgen.world.opendrive.types import LaneSection, LaneSpec, Road

Array = Float[ndarray, " n"]

# Steps in a file (a lane offset that jumps) are not halved for ever.
_SHORTEST_M = 5e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LaneBorders:
    """t of a lane's two borders at n places; the outer one is further from the centre lane."""

    inner: Float[ndarray, " n"]
    outer: Float[ndarray, " n"]

    @property
    def centre(self) -> Float[ndarray, " n"]:
        """The t of the middle between them."""
        return np.asarray(0.5 * (self.inner + self.outer))


def road_frame(road: Road, s_m: Array) -> tuple[Float[ndarray, "n 3"], Float[ndarray, "n 3 3"]]:
    """The reference line's points in the map, and matrices whose columns are the s, t and h axes there."""
    s_m = np.asarray(s_m, dtype=np.float64)
    return _frame(road, s_m, reference_line(road, s_m))


def _frame(road: Road, s_m: Array, line: ReferenceLine) -> tuple[Float[ndarray, "n 3"], Float[ndarray, "n 3 3"]]:
    points = np.concatenate([line.xy_m, road.elevation.value(s_m)[:, None]], axis=1)
    pitch, roll = np.arctan(road.elevation.slope(s_m)), road.superelevation.value(s_m)
    cy, sy = np.cos(line.heading_rad), np.sin(line.heading_rad)
    cp, sp, cr, sr = np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    axes = np.empty((len(s_m), 3, 3))
    axes[:, 0, 0], axes[:, 1, 0], axes[:, 2, 0] = cy * cp, sy * cp, sp
    axes[:, 0, 1], axes[:, 1, 1], axes[:, 2, 1] = -cy * sp * sr - sy * cr, -sy * sp * sr + cy * cr, cp * sr
    axes[:, 0, 2], axes[:, 1, 2], axes[:, 2, 2] = -cy * sp * cr + sy * sr, -sy * sp * cr - cy * sr, cp * cr
    return points, axes


def road_to_world(road: Road, s_m: Array, t_m: Array, h_m: Array | float = 0.0) -> Float[ndarray, "n 3"]:
    """Map coordinates of points on (or h above) the road surface, without lane heights and level lanes."""
    s_m, t_m = np.broadcast_arrays(np.asarray(s_m, np.float64), np.asarray(t_m, np.float64))
    points, axes = road_frame(road, s_m)
    height = surface_height(road, s_m, t_m) + h_m
    return np.asarray(points + t_m[:, None] * axes[:, :, 1] + height[:, None] * axes[:, :, 2])


def section_at(road: Road, s_m: float, side: int = 0) -> LaneSection:
    """The section that holds at s for a side (-1 right, +1 left, 0 any)."""
    chosen = road.sections[0]
    for section in road.sections:
        if section.s_m > s_m + 1e-9:
            break
        if side == 0 or not section.single_side or any(lane * side > 0 for lane in section.lanes):
            chosen = section
    return chosen


def lane_borders_t(road: Road, section: LaneSection, s_m: Array) -> Mapping[int, LaneBorders]:
    """The t of every lane's borders, by lane id (ascending); the centre lane's are both the lane offset.

    The section's own formulas hold up to its very end: lane offset and lane ids may jump together at the next one.
    """
    s_m = np.asarray(s_m, dtype=np.float64)
    centre = road.lane_offset.value(_within(section, 0, s_m))
    result: dict[int, LaneBorders] = {0: LaneBorders(inner=centre, outer=centre)}
    for side in (-1, 1):
        inside = _within(section, side, s_m)
        inner = offset = road.lane_offset.value(inside)
        for lane in sorted(
            (lane for lane in section.lanes.values() if lane.id * side > 0), key=lambda one: abs(one.id)
        ):
            if len(lane.widths):
                outer = inner + side * np.maximum(lane.widths.value(inside), 0.0)
            else:
                outer = offset + lane.borders.value(inside) if len(lane.borders) else inner
            result[lane.id] = LaneBorders(inner=inner, outer=outer)
            inner = outer
    return dict(sorted(result.items()))


def _within(section: LaneSection, side: int, s_m: Array) -> Array:
    ends = [lane.end_m for lane in section.lanes.values() if lane.id * side > 0 or side == lane.id == 0]
    end = max(ends, default=section.end_m)
    return np.asarray(np.minimum(s_m, end - min(1e-7, 0.5 * (end - section.s_m))))


def lane_to_world(road: Road, section: LaneSection, lane: int, s_m: Array, across: Array) -> Float[ndarray, "n 3"]:
    """Map coordinates on a lane's own surface, with its heights and its `level`.

    Args:
        road: the road.
        section: one of its sections.
        lane: id of a lane of that section.
        s_m: along the road.
        across: 0 on the inner border, 1 on the outer.
    """
    s_m, across = np.broadcast_arrays(np.asarray(s_m, np.float64), np.asarray(across, np.float64))
    return SectionSurface(road, section, s_m).points(lane, across)


class SectionSurface:
    """A lane section at n stations; what its lanes share is worked out once."""

    def __init__(self, road: Road, section: LaneSection, s_m: Array) -> None:
        self._road, self._section = road, section
        self._s_m = np.asarray(s_m, dtype=np.float64)
        self._line = reference_line(road, self._s_m)
        self._origin, self._axes = _frame(road, self._s_m, self._line)
        self.borders = lane_borders_t(road, section, self._s_m)

    def points(self, lane: int, across: Array | float) -> Float[ndarray, "n 3"]:
        """Map coordinates on a lane's surface: `across` is 0 on its inner border, 1 on the outer."""
        border = self.borders[lane]
        t_m = border.inner + across * (border.outer - border.inner)
        height = _lane_height(self._section.lanes[lane], self._s_m, across)
        level = _innermost_level(self._section, lane)
        if level is None:
            return self._on_road(t_m, height)
        edge_t = self.borders[level].inner
        leftward = self._axes[:, :2, 0] @ np.array([[0.0, 1.0], [-1.0, 0.0]])
        leftward = leftward / np.linalg.norm(leftward, axis=1, keepdims=True)
        result = self._on_road(edge_t, 0.0)
        result[:, :2] += (t_m - edge_t)[:, None] * leftward
        result[:, 2] += height
        return result

    def tangents(self, lane: int) -> Float[ndarray, "n 3"]:
        """Unit vectors along the middle of a lane, with rising s.

        From the formulas, not from points: files have gaps of millimetres between their pieces.
        """
        start, end = self._section.lanes[lane].start_m, self._section.lanes[lane].end_m
        step = min(1e-3, 0.25 * (end - start))
        low = np.clip(self._s_m - step, start, end - 2.0 * step)
        (t0, h0), (t1, h1) = (self._middle(lane, s_m) for s_m in (low, low + 2.0 * step))
        dt, dh, t_m = (t1 - t0) / (2.0 * step), (h1 - h0) / (2.0 * step), 0.5 * (t0 + t1)
        roll = self._road.superelevation
        heading, slope = self._line.heading_rad, self._road.elevation.slope(self._s_m)
        ahead = np.maximum(1.0 - self._line.curvature * t_m * np.cos(roll.value(self._s_m)), 0.01)
        along = np.stack([np.cos(heading) * ahead, np.sin(heading) * ahead, slope], axis=1)
        up = t_m * roll.slope(self._s_m) + dh
        along = along + dt[:, None] * self._axes[:, :, 1] + up[:, None] * self._axes[:, :, 2]
        return np.asarray(along / np.linalg.norm(along, axis=1, keepdims=True))

    def _middle(self, lane: int, s_m: Array) -> tuple[Array, Array]:
        t_m = lane_borders_t(self._road, self._section, s_m)[lane].centre
        height = _lane_height(self._section.lanes[lane], s_m, 0.5)
        return t_m, surface_height(self._road, s_m, t_m) + height

    def _on_road(self, t_m: Array, h_m: Array | float) -> Float[ndarray, "n 3"]:
        height = surface_height(self._road, self._s_m, t_m) + h_m
        return np.asarray(self._origin + t_m[:, None] * self._axes[:, :, 1] + height[:, None] * self._axes[:, :, 2])


def _innermost_level(section: LaneSection, lane: int) -> int | None:
    side = 1 if lane > 0 else -1
    inward = range(side, lane + side, side) if lane else ()
    return next((one for one in inward if one in section.lanes and section.lanes[one].level), None)


def _lane_height(lane: LaneSpec, s_m: Array, across: Array | float) -> Array:
    if not lane.heights:
        return np.zeros_like(s_m)
    stations, inner, outer = np.array(lane.heights).T
    low, high = np.interp(s_m, stations, inner), np.interp(s_m, stations, outer)
    return np.asarray(low + across * (high - low))


def record_starts(road: Road, section: LaneSection) -> list[float]:
    """Where anything along a section changes its formula: stations that a polyline of it must have."""
    starts: list[float] = [section.s_m, section.end_m, *(piece.s_m for piece in road.plan_view)]
    for polynomials in (road.elevation, road.superelevation, road.lane_offset):
        starts.extend(polynomials.starts_m.tolist())
    if road.lateral_shape:
        starts.extend(road.lateral_shape.stations_m)
    for lane in section.lanes.values():
        starts.extend([lane.start_m, lane.end_m, *(station for station, _, _ in lane.heights)])
        starts.extend(lane.widths.starts_m.tolist() + lane.borders.starts_m.tolist())
    return starts


def adaptive_stations(
    curves: Callable[[Array], Float[ndarray, "n k 3"]],
    start_m: float,
    end_m: float,
    *,
    breaks: Iterable[float] = (),
    deviation_m: float = 0.01,
    longest_m: float = 25.0,
) -> Array:
    """Stations between which straight chords stay within `deviation_m` of all k curves.

    Args:
        curves: points of k curves at given stations.
        start_m: the first station.
        end_m: the last one.
        breaks: stations that must be among them (those outside start..end are ignored).
        deviation_m: largest distance between a curve and its chord.
        longest_m: no step is longer.
    """
    inside = sorted({b for b in breaks if start_m + 1e-6 < b < end_m - 1e-6})
    kept = [start_m]
    for station in inside:
        if station - kept[-1] > 1e-6:
            kept.append(station)
    edges = np.array([*kept, end_m])
    counts = np.maximum(np.ceil(np.diff(edges) / longest_m).astype(int), 1)
    parts = [np.linspace(a, b, n, endpoint=False) for a, b, n in zip(edges[:-1], edges[1:], counts, strict=True)]
    done = [np.array([end_m])]
    left, right = np.concatenate(parts), np.concatenate([*parts, edges[-1:]])[1:]
    for _ in range(16):
        wide = _too_wide(curves, left, right, deviation_m)
        done.append(left[~wide])
        middle = 0.5 * (left[wide] + right[wide])
        left, right = np.concatenate([left[wide], middle]), np.concatenate([middle, right[wide]])
        if not len(left):
            break
    return np.unique(np.concatenate([*done, left]))


def _too_wide(curves: Callable[[Array], Float[ndarray, "n k 3"]], left: Array, right: Array, limit: float) -> ndarray:
    """Whether a curve leaves the chord between its ends, seen at a quarter, a half and three quarters."""
    n = len(left)
    shares = (0.0, 1.0, 0.25, 0.5, 0.75)
    points = curves(np.concatenate([left + share * (right - left) for share in shares]))
    start, end, *between = (points[i * n : (i + 1) * n] for i in range(len(shares)))
    chord = end - start
    square = np.maximum(np.sum(chord * chord, axis=-1, keepdims=True), 1e-18)
    wide = np.zeros(n, dtype=bool)
    for point in between:
        share = np.clip(np.sum((point - start) * chord, axis=-1, keepdims=True) / square, 0.0, 1.0)
        away = np.linalg.norm(point - start - share * chord, axis=-1)
        wide |= np.any(away > limit, axis=-1)
    return np.asarray(wide & (right - left > _SHORTEST_M))
