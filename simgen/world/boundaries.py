"""Lines between lanes: what is painted on them, and where they lie on the road."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.world.opendrive.geometry import SectionSurface
from simgen.world.opendrive.network import lane_id
from simgen.world.opendrive.read import read_opendrive
from simgen.world.opendrive.types import LaneSection, OpenDrive, Road, RoadMark
from simgen.world.surfaces.index import HeightIndex
from simgen.world.world import World

KINDS = (
    "none", "solid", "broken", "solid solid", "solid broken", "broken solid", "broken broken", "botts dots", "grass",
    "curb", "custom", "edge",
)  # fmt: skip
"""Source: ASAM OpenDRIVE 1.8, clause 11.9, e_roadMarkType; of two words the left one is the inner one."""

DRIVEN = frozenset({
    "driving", "entry", "exit", "onRamp", "offRamp", "connectingRamp", "slipLane", "bidirectional", "bus", "taxi",
    "HOV", "biking", "stop", "special1", "special2", "special3",
})  # fmt: skip
"""Lane types whose borders count."""

_STEP_M, _BEND_STEP_M = 1.0, 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Boundary:
    """One line between two lanes, as long as one road mark.

    Attributes:
        name: "road/section/lane/mark": the OpenDRIVE lane whose outer border it is (0: the centre line), and which of
            its road marks, counted from 0.
        kind: one of `KINDS`; "none" where nothing is painted.
        colour: of the paint, as the map names it.
        left, right: ids of the lanes at both sides, as seen along the road's s; "" where there is none.
        line: along the road's s, on the road's surface, in the world; a point at least every metre.
    """

    name: str
    kind: str
    colour: str
    left: str
    right: str
    line: Float[ndarray, "n 3"]


@functools.lru_cache(maxsize=4)
def lane_boundaries(world: World) -> tuple[Boundary, ...]:
    """All lines along lanes that are driven on; inside junctions only those that are painted."""
    if not world.opendrive:
        return ()
    drive = read_opendrive(world.opendrive)
    found = [line for road in drive.roads.values() for section in road.sections for line in _of(drive, road, section)]
    ground = HeightIndex([surface.mesh for surface in world.surfaces if surface.name == "road"])
    return tuple(_laid(boundary, ground, np.asarray(world.origin_m)) for boundary in found)


def _of(drive: OpenDrive, road: Road, section: LaneSection) -> Iterator[Boundary]:
    for spec in section.lanes.values():
        right, left = _sides(section, spec.id)
        driven = [number for number in (left, right) if number is not None and section.lanes[number].kind in DRIVEN]
        if not driven:
            continue
        marks = spec.road_marks or (RoadMark(start_m=spec.start_m, end_m=spec.end_m, kind="none"),)
        for number, mark in enumerate(marks):
            if mark.kind == "none" and road.junction in drive.junctions:
                continue
            yield Boundary(
                name=f"{lane_id(road.id, section.index, spec.id)}/{number}",
                kind=mark.kind if mark.kind in KINDS else "custom",
                colour=mark.colour,
                left="" if left is None else lane_id(road.id, section.index, left),
                right="" if right is None else lane_id(road.id, section.index, right),
                line=_line(road, section, (spec.id, driven[0]), mark),
            )


def _sides(section: LaneSection, lane: int) -> tuple[int | None, int | None]:
    """The lanes to the right and to the left of a lane's outer border (of the centre lane: of the centre)."""
    right, left = (lane - 1, lane) if lane < 0 else (lane, lane + 1) if lane > 0 else (-1, 1)
    return (right if right in section.lanes else None), (left if left in section.lanes else None)


def _line(road: Road, section: LaneSection, lanes: tuple[int, int], mark: RoadMark) -> Float[ndarray, "n 3"]:
    """The border of one lane, on the surface of one beside it that is driven on."""
    border, surface = lanes
    start, end = mark.start_m, min(mark.end_m, section.end_m)
    step = _BEND_STEP_M if road.junction not in ("", "-1") else _STEP_M
    stations = np.linspace(start, end, max(int(np.ceil((end - start) / step)), 1) + 1)
    return SectionSurface(road, section, stations).points(surface, 1.0 if surface == border else 0.0)


def _laid(boundary: Boundary, ground: HeightIndex, origin_m: Float[ndarray, "3"]) -> Boundary:
    """The same on the triangles that one sees, which are not quite the formulas' surface."""
    line = boundary.line - origin_m
    height = ground.height(line[:, :2], line[:, 2])
    line[:, 2] = np.where(np.isnan(height), line[:, 2], height)
    return Boundary(
        name=boundary.name,
        kind=boundary.kind,
        colour=boundary.colour,
        left=boundary.left,
        right=boundary.right,
        line=line,
    )
