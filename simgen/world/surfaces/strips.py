"""Lane sections as grids of points: the one tessellation that lanes, kerbs, marks and terrain share.

All lanes of a section have the same stations, so neighbouring lanes and sections meet vertex on vertex.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial import cKDTree

from simgen.world.mesh import Mesh
from simgen.world.opendrive.cross_section import is_uneven, measured_stretches, surface_height
from simgen.world.opendrive.geometry import (
    adaptive_stations,
    lane_borders_t,
    lane_to_world,
    record_starts,
    road_frame,
)
from simgen.world.opendrive.types import LaneSection, LaneSpec, Road
from simgen.world.surfaces.palette import Palette
from simgen.world.surfaces.sheets import grid_faces, ribbon, runs, sheet

DEVIATION_M = 0.007
"""Chords stay this close to the true borders (marks follow the chords, so they stay above them)."""

MEASURED_STEP_M = 0.2
"""Where measured heights (CRG) are laid on a road, they are met at points this far apart."""

TWIST_M = 0.003
LONGEST_M = 40.0
KERB_TOP_M = 0.15
"""Width of the kerbstone's upper face. Source: EN 1340, common kerbs 150 mm wide."""

STEP_M = 0.004
"""Lanes that differ more than this in height have a vertical face between them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Strip:
    """One lane of one section.

    Attributes:
        points: by station and across, from its right border (lower t) to its left one.
        kerb_columns: columns of quads that are kerbstone.
    """

    lane: LaneSpec
    points: Float[ndarray, "n m 3"]
    kerb_columns: frozenset[int] = frozenset()

    @property
    def right(self) -> Float[ndarray, "n 3"]:
        """The border with the lower t."""
        return self.points[:, 0]

    @property
    def left(self) -> Float[ndarray, "n 3"]:
        """The border with the higher t."""
        return self.points[:, -1]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SectionStrips:
    """Lanes of one section side by side, right to left."""

    road: Road
    section: LaneSection
    stations_m: Float[ndarray, " n"]
    strips: tuple[Strip, ...]


def section_strips(road: Road, section: LaneSection, origin_m: Float[ndarray, "3"]) -> list[SectionStrips]:
    """The tessellation of one section, in world coordinates.

    Usually one; two where one side's lanes run on further than the other's; none for a section without extent.
    """
    lanes = [lane for lane in section.lanes.values() if lane.id != 0]
    extents = sorted({(lane.start_m, min(lane.end_m, road.length_m)) for lane in lanes})
    result = []
    for start, end in extents:
        if end - start > 1e-6:
            chosen = [lane for lane in lanes if (lane.start_m, min(lane.end_m, road.length_m)) == (start, end)]
            result.append(_tessellate(road, section, chosen, (start, end), origin_m))
    return result


def _tessellate(
    road: Road,
    section: LaneSection,
    lanes: list[LaneSpec],
    extent_m: tuple[float, float],
    origin_m: Float[ndarray, "3"],
) -> SectionStrips:
    bent = any(lane.level for lane in lanes)

    def borders(s_m: Float[ndarray, " n"]) -> Float[ndarray, "n k 3"]:
        return _borders(road, section, lanes, s_m, bent=bent)

    ends = [s for piece in road.structures for s in (piece.s_m, piece.s_m + piece.length_m)]
    breaks = [*record_starts(road, section), *ends]
    stations = adaptive_stations(borders, *extent_m, breaks=breaks, deviation_m=DEVIATION_M, longest_m=LONGEST_M)
    stations = _untwisted(stations, borders(stations))
    for start, end in measured_stretches(road):
        inside = np.arange(start, end, MEASURED_STEP_M)
        stations = np.union1d(stations, inside[(inside > extent_m[0] + 0.02) & (inside < extent_m[1] - 0.02)])
    columns = [_shares(road, section, lane, stations) for lane in lanes]
    # Columns run right to left: outwards on the left of the road, inwards on the right.
    acrosses = [shares if lane.id > 0 else 1.0 - shares for lane, (shares, _) in zip(lanes, columns, strict=True)]
    grids = _lane_grids(road, section, lanes, stations, acrosses, bent=bent)
    strips = [
        Strip(lane=lane, points=points - origin_m, kerb_columns=kerbs)
        for lane, points, (_, kerbs) in zip(lanes, grids, columns, strict=True)
    ]
    return SectionStrips(road=road, section=section, stations_m=stations, strips=tuple(strips))


def _untwisted(stations: Float[ndarray, " n"], borders: Float[ndarray, "n k 3"]) -> Float[ndarray, " m"]:
    """More stations where two triangles would leave the true surface: where the road rolls, and on slopes in curves.

    They leave a twisted quad by a quarter of its twist. On a slope the middle of the diagonal of a quad with sides a
    and b lies (b - a) / 2(a + b) of the rise away from the line of equal height.
    """
    inner, outer = np.diff(borders[:, 0::2], axis=0), np.diff(borders[:, 1::2], axis=0)
    a, b = np.linalg.norm(inner[..., :2], axis=-1), np.linalg.norm(outer[..., :2], axis=-1)
    twist = np.abs(outer[..., 2] - inner[..., 2]) / 4.0
    slope = np.abs(outer[..., 2] + inner[..., 2]) / 2.0 * np.abs(b - a) / (2.0 * np.maximum(a + b, 1e-9))
    count = np.maximum(np.ceil((twist + slope).max(axis=1) / TWIST_M).astype(int), 1)
    index = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(index)) - np.repeat(np.cumsum(count) - count, count)
    between = stations[index] + step / count[index] * np.diff(stations)[index]
    return np.append(between, stations[-1])


def _borders(
    road: Road, section: LaneSection, lanes: list[LaneSpec], s_m: Float[ndarray, " n"], *, bent: bool
) -> Float[ndarray, "n k 3"]:
    ends = np.tile([0.0, 1.0], (len(s_m), 1))
    return np.concatenate(_lane_grids(road, section, lanes, s_m, [ends] * len(lanes), bent=bent), axis=1)


def _shares(
    road: Road, section: LaneSection, lane: LaneSpec, stations: Float[ndarray, " n"]
) -> tuple[Float[ndarray, "n m"], frozenset[int]]:
    """Where columns lie between a lane's right (0) and left (1) border, and which of them are kerbstone."""
    borders = lane_borders_t(road, section, stations)[lane.id]
    width = np.abs(borders.outer - borders.inner)
    columns = 1
    if is_uneven(road):
        columns = max(1, int(np.ceil(width.max() / (MEASURED_STEP_M if measured_stretches(road) else 1.0))))
    shares = np.tile(np.linspace(0.0, 1.0, columns + 1), (len(stations), 1))
    side = 1 if lane.id > 0 else -1
    inner = section.lanes.get(lane.id - side)
    raised = _height(lane) > 0.05 and (inner is None or inner.id == 0 or _height(lane) - _height(inner) > 0.05)
    if lane.kind == "curb" or not raised or columns > 1 or width.max() < 3.0 * KERB_TOP_M:
        return shares, frozenset()
    stone = np.clip(KERB_TOP_M / np.maximum(width, 1e-9), 0.0, 1.0)[:, None]
    if side > 0:
        return np.concatenate([shares[:, :1], stone, shares[:, 1:]], axis=1), frozenset({0})
    return np.concatenate([shares[:, :1], 1.0 - stone, shares[:, 1:]], axis=1), frozenset({1})


def _height(lane: LaneSpec) -> float:
    return max((max(inner, outer) for _, inner, outer in lane.heights), default=0.0)


def _lane_grids(
    road: Road,
    section: LaneSection,
    lanes: list[LaneSpec],
    s_m: Float[ndarray, " n"],
    acrosses: list[Float[ndarray, "n _"]],
    *,
    bent: bool,
) -> list[Float[ndarray, "n _ 3"]]:
    """Points of lanes; `acrosses` run from each lane's inner (0) to its outer border (1)."""
    if bent:
        return [
            lane_to_world(road, section, lane.id, np.repeat(s_m, across.shape[1]), across.reshape(-1)).reshape(
                *across.shape, 3
            )
            for lane, across in zip(lanes, acrosses, strict=True)
        ]
    borders = lane_borders_t(road, section, s_m)
    points, axes = road_frame(road, s_m)
    grids = []
    for lane, across in zip(lanes, acrosses, strict=True):
        pair = borders[lane.id]
        t = pair.inner[:, None] + across * (pair.outer - pair.inner)[:, None]
        height = _lane_heights(lane, s_m, across)
        if is_uneven(road):
            flat_s = np.repeat(s_m, across.shape[1])
            height = height + surface_height(road, flat_s, t.reshape(-1)).reshape(t.shape)
        grids.append(points[:, None] + t[..., None] * axes[:, None, :, 1] + height[..., None] * axes[:, None, :, 2])
    return grids


def _lane_heights(lane: LaneSpec, s_m: Float[ndarray, " n"], across: Float[ndarray, "n m"]) -> Float[ndarray, "n m"]:
    if not lane.heights:
        return np.zeros_like(across)
    stations, inner, outer = np.array(lane.heights).T
    low, high = np.interp(s_m, stations, inner)[:, None], np.interp(s_m, stations, outer)[:, None]
    return np.asarray(low + across * (high - low))


def lane_meshes(strips: SectionStrips, palette: Palette) -> list[Mesh]:
    """The lanes' upper faces."""
    meshes = []
    for strip in strips.strips:
        material = palette.of_lane(strip.lane.kind)
        rows, columns = strip.points.shape[:2]
        if not strip.kerb_columns:
            meshes.append(sheet(strip.points.reshape(-1, 3), grid_faces(rows, columns), material))
            continue
        for column in range(columns - 1):
            stone = column in strip.kerb_columns
            meshes.append(
                ribbon(strip.points[:, column], strip.points[:, column + 1], palette.kerb if stone else material)
            )
    return meshes


def kerb_meshes(strips: SectionStrips, palette: Palette) -> list[Mesh]:
    """Vertical faces between neighbouring lanes of different height, each facing the lower one."""
    meshes = []
    for right, left in zip(strips.strips[:-1], strips.strips[1:], strict=True):
        meshes.extend(wall_between(right.left, left.right, palette))
    return meshes


def wall_between(right: Float[ndarray, "n 3"], left: Float[ndarray, "n 3"], palette: Palette) -> list[Mesh]:
    """Faces between two lines above one another: `right` ends what lies to the right, `left` begins what lies left."""
    rise = left[:, 2] - right[:, 2]
    meshes = []
    for low, high, sign in ((right, left, 1.0), (left, right, -1.0)):
        higher = sign * rise > STEP_M
        # A face reaches on to where the step has closed, so that no gap stays open in between.
        spread = higher.copy()
        spread[:-1] |= higher[1:]
        spread[1:] |= higher[:-1]
        for a, b in runs(spread):
            if b - a > 1:
                lower, upper = (low[a:b], high[a:b]) if sign > 0 else (low[a:b][::-1], high[a:b][::-1])
                meshes.append(ribbon(lower, upper, palette.kerb, world_uv=False))
    return meshes


def cap_meshes(shown: Sequence[SectionStrips], everything: Sequence[SectionStrips], palette: Palette) -> list[Mesh]:
    """Vertical faces where a raised lane ends and no other lane goes on from there."""
    middles = np.concatenate(
        [np.zeros((1, 3))]
        + [0.5 * (strip.right[[0, -1]] + strip.left[[0, -1]]) for one in everything for strip in one.strips]
    )
    tree = cKDTree(middles)
    meshes = []
    for one in shown:
        for strip in one.strips:
            for row, index in ((0, 0), (-1, -1)) if strip.lane.heights else ():
                top = strip.points[row]
                down = max(strip.lane.heights[index][1:])
                alone = tree.query_ball_point(0.5 * (top[0] + top[-1]), 0.05, return_length=True) < 2
                if alone and down > STEP_M and np.linalg.norm(top[-1] - top[0]) > 1e-3:
                    bottom = top - np.array([0.0, 0.0, down])
                    pair = (bottom, top) if row else (bottom[::-1], top[::-1])
                    meshes.append(ribbon(*pair, palette.kerb, world_uv=False))
    return meshes
