"""Painted lane markings: ribbons a few millimetres above the tessellation of the lanes that they lie on.

Source: ASAM OpenDRIVE 1.8, clause 11.9 (road markings); default measures from RMS (German guidelines for road marking):
lines 0.12 m and 0.25 m wide, broken 3/6 m, on motorways 6/12 m, double lines one width apart.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.world.mesh import Mesh
from simgen.world.opendrive.types import LaneSpec, MarkLine, Road, RoadMark
from simgen.world.surfaces.index import HeightIndex
from simgen.world.surfaces.palette import Palette
from simgen.world.surfaces.sheets import ribbon
from simgen.world.surfaces.strips import STEP_M, SectionStrips, Strip

LIFT_M = 0.005
"""Height of paint above the road."""

_WIDTHS_M = {"standard": 0.12, "bold": 0.25}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dash:
    """One painted piece: from `start_m` to `end_m` along the road, `offset_m` to the left of the lane border."""

    start_m: float
    end_m: float
    offset_m: float
    width_m: float
    colour: str


def section_marks(strips: SectionStrips, palette: Palette) -> list[Mesh]:
    """All paint along the borders of one section's lanes."""
    meshes = []
    by_id = {strip.lane.id: strip for strip in strips.strips}
    for lane in strips.section.lanes.values():
        if not lane.road_marks:
            continue
        right, left = _neighbours(lane.id, by_id)
        if right is None and left is None:
            continue
        border = _Border.between(strips, right, left)
        for mark in lane.road_marks:
            for dash in dashes(strips.road, lane, mark):
                meshes.extend(border.paint(dash, mark, palette))
    return meshes


def _neighbours(lane: int, by_id: dict[int, Strip]) -> tuple[Strip | None, Strip | None]:
    """The strips to the right and to the left of a lane's outer border (of the centre lane: of the centre)."""
    if lane > 0:
        return by_id.get(lane), by_id.get(lane + 1)
    if lane < 0:
        return by_id.get(lane - 1), by_id.get(lane)
    return by_id.get(-1), by_id.get(1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Border:
    """A border line with the ways to its right and left along the surface."""

    stations_m: Float[ndarray, " n"]
    points: Float[ndarray, "n 3"]
    rightwards: Float[ndarray, "n 3"]
    leftwards: Float[ndarray, "n 3"]
    low: float
    high: float

    @classmethod
    def between(cls, strips: SectionStrips, right: Strip | None, left: Strip | None) -> "_Border":
        rightwards = None if right is None else _direction(right.left, right.points[:, -2])
        leftwards = None if left is None else _direction(left.right, left.points[:, 1])
        if rightwards is None:
            rightwards = -leftwards  # type: ignore[operator]
        if leftwards is None:
            leftwards = -rightwards
        low, high = -math.inf, math.inf
        if right is not None and left is not None:
            step = float(np.median(left.right[:, 2] - right.left[:, 2]))
            # Paint does not climb a kerb: it lies on the lower side.
            low, high = (0.0 if step < -STEP_M else low), (0.0 if step > STEP_M else high)
            points = right.left if step > 0 else left.right
        else:
            points = left.right if right is None else right.left  # type: ignore[union-attr]
        return cls(
            stations_m=strips.stations_m,
            points=points,
            rightwards=np.where(np.isnan(rightwards), -leftwards, rightwards),
            leftwards=np.where(np.isnan(leftwards), -rightwards, leftwards),
            low=low,
            high=high,
        )

    def paint(self, dash: Dash, mark: RoadMark, palette: Palette) -> list[Mesh]:
        start, end = max(dash.start_m, self.stations_m[0]), min(dash.end_m, self.stations_m[-1])
        if end - start < 1e-3:
            return []
        s = self.stations_m
        inside = s[(s > start + 1e-6) & (s < end - 1e-6)]
        if len(mark.sway):
            inside = np.union1d(inside, np.arange(start, end, 0.5)[1:])
        s = np.concatenate([[start], inside, [end]])
        sway = mark.sway.value(s)
        shift = max(self.low - (dash.offset_m - dash.width_m / 2), 0.0)
        shift -= max(dash.offset_m + dash.width_m / 2 - self.high, 0.0)
        middle = dash.offset_m + shift + sway
        right, left = self._at(s, middle - dash.width_m / 2), self._at(s, middle + dash.width_m / 2)
        return [ribbon(right, left, palette.of_colour(dash.colour))]

    def _at(self, s: Float[ndarray, " n"], offset: Float[ndarray, " n"]) -> Float[ndarray, "n 3"]:
        def along(values: Float[ndarray, "m 3"]) -> Float[ndarray, "n 3"]:
            return np.stack([np.interp(s, self.stations_m, values[:, k]) for k in range(3)], axis=-1)

        aside = np.where(offset[:, None] < 0, along(self.rightwards), along(self.leftwards))
        return np.asarray(along(self.points) + np.abs(offset)[:, None] * aside + np.array([0.0, 0.0, LIFT_M]))


def _direction(start: Float[ndarray, "n 3"], end: Float[ndarray, "n 3"]) -> Float[ndarray, "n 3"]:
    """Unit vectors from start to end; where a lane has no width, those of the nearest place that has some."""
    way = end - start
    length = np.linalg.norm(way, axis=1)
    wide = length > 0.02
    if not wide.any():
        return np.full_like(way, np.nan)
    unit = way / np.maximum(length, 1e-9)[:, None]
    known = np.flatnonzero(wide)
    nearest = known[np.argmin(np.abs(np.arange(len(way))[:, None] - known[None, :]), axis=1)]
    return np.asarray(unit[nearest])


def dashes(road: Road, lane: LaneSpec, mark: RoadMark) -> Iterator[Dash]:
    """The painted pieces of one road mark."""
    lines = mark.lines or (() if mark.explicit else tuple(_usual(road, lane, mark)))
    for line in lines:
        yield from _repeated(mark, line)
    for line in mark.explicit:
        start = mark.start_m + line.s_offset_m
        yield _dash(mark, line, start, min(start + line.length_m, mark.end_m))


def _repeated(mark: RoadMark, line: MarkLine) -> Iterator[Dash]:
    start = mark.start_m + line.s_offset_m
    period = line.length_m + line.space_m
    if line.space_m <= 0.0 or not math.isfinite(line.length_m):
        yield _dash(mark, line, start, mark.end_m)
        return
    count = math.ceil((mark.end_m - start) / period - 1e-9) if line.length_m > 0 else 0
    for k in range(count):
        yield _dash(mark, line, start + k * period, min(start + k * period + line.length_m, mark.end_m))


def _dash(mark: RoadMark, line: MarkLine, start_m: float, end_m: float) -> Dash:
    width = _first(line.width_m, mark.width_m, _WIDTHS_M.get(mark.weight, 0.12))
    colour = line.colour or mark.colour
    return Dash(start_m=start_m, end_m=end_m, offset_m=line.t_offset_m, width_m=width, colour=colour)


def _first(*widths: float) -> float:
    return next(width for width in widths if math.isfinite(width) and width > 0)


def _usual(road: Road, lane: LaneSpec, mark: RoadMark) -> Iterator[MarkLine]:
    """The lines of a mark that has only a name."""
    dash, gap = (6.0, 12.0) if _is_motorway(road, mark.start_m) else (3.0, 6.0)
    shapes = {"solid": (1.0, 0.0), "broken": (dash, gap), "botts dots": (0.1, 1.1)}
    words = [mark.kind] if mark.kind in shapes else mark.kind.split()
    if not all(word in shapes for word in words):
        return
    width = _first(mark.width_m, _WIDTHS_M.get(mark.weight, 0.12))
    # Of two lines the first named is the inner one: to the left on the right side of the road and on its centre.
    outward = 1.0 if lane.id > 0 else -1.0
    for k, word in enumerate(words):
        offset = 0.0 if len(words) == 1 else outward * width * (2.0 * k - 1.0)
        length, space = shapes[word]
        yield MarkLine(length_m=length, space_m=space, t_offset_m=offset, width_m=width)


def _is_motorway(road: Road, s_m: float) -> bool:
    kind = ""
    for record in road.types:
        if record.s_m <= s_m + 1e-6:
            kind = record.kind
    return kind.startswith("motorway") or kind == "townExpressway"


def redraped(mesh: Mesh, ground: HeightIndex) -> Mesh:
    """Paint laid anew on a surface that is not quite the one that it was made for."""
    points = mesh.vertices.astype(np.float64)
    z = ground.height(points[:, :2], points[:, 2])
    return replace(
        mesh,
        vertices=np.column_stack([points[:, :2], np.where(np.isnan(z), points[:, 2], z + LIFT_M)]).astype(np.float32),
    )
