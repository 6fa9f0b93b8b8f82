"""Which stretches of road become one surface: junctions' connecting roads, and roads that overlap as they part.

Inside an ordinary junction whole connecting roads are taken. The roads of a direct junction, and a virtual junction's
main road, go on for long; of them only the stretches that lie on one another are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from jaxtyping import Bool
from numpy import ndarray

from simgen.world.opendrive.types import Junction, OpenDrive
from simgen.world.surfaces.junctions import overlapping
from simgen.world.surfaces.sheets import runs
from simgen.world.surfaces.strips import SectionStrips

_OVERLAP_M2 = 0.01
"""Roads that only touch share no more than rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouping:
    """How road surface is made of sections.

    Attributes:
        single: drawn as they are.
        groups: one surface each.
        painted: all sections, whole.
        redraped: those whose paint lies on a group's surface (if not all along), not on their own.
    """

    single: tuple[SectionStrips, ...]
    groups: tuple[tuple[SectionStrips, ...], ...]
    painted: tuple[SectionStrips, ...]
    redraped: tuple[SectionStrips, ...]


def grouped(drive: OpenDrive, sections: Sequence[SectionStrips]) -> Grouping:
    """Divides all sections of a map."""
    inside: dict[str, list[SectionStrips]] = {}
    for one in sections:
        junction = drive.junctions.get(one.road.junction)
        if junction is not None and junction.kind == "default":
            inside.setdefault(junction.id, []).append(one)
    groups: list[list[SectionStrips]] = []
    for members in inside.values():
        groups.extend(overlapping(members)[0])
    taken = {id(one) for group in groups for one in group}
    single = [one for one in sections if id(one) not in taken]
    for junction in drive.junctions.values():
        if junction.kind in ("direct", "virtual"):
            single, several = _parted(single, _roads(junction, drive))
            groups.extend(several)
    kept = {id(one) for one in single}
    return Grouping(
        single=tuple(single),
        groups=tuple(tuple(group) for group in groups),
        painted=tuple(sections),
        redraped=tuple(one for one in sections if id(one) not in kept),
    )


def _roads(junction: Junction, drive: OpenDrive) -> set[str]:
    """The roads that may overlap at a junction."""
    named = {road.id for road in drive.roads.values() if road.junction == junction.id} | {junction.main_road}
    if junction.kind == "direct":
        for connection in junction.connections:
            named |= {connection.incoming_road, connection.connecting_road}
    return named - {""}


def _parted(
    sections: Sequence[SectionStrips], roads: set[str]
) -> tuple[list[SectionStrips], list[list[SectionStrips]]]:
    """The sections without what overlaps, and the groups of what does."""
    members = [one for one in sections if one.road.id in roads and one.strips]
    shared = _shared(members)
    pieces: dict[int, list[SectionStrips]] = {}
    overlaps: list[SectionStrips] = []
    for one, mask in zip(members, shared, strict=True):
        if mask.any():
            overlaps += [_stretch(one, a, b) for a, b in runs(mask)]
            pieces[id(one)] = [_stretch(one, a, b) for a, b in runs(~mask)]
    if not overlaps:
        return list(sections), []
    together, alone = overlapping(overlaps)
    rest = [part for one in sections for part in pieces.get(id(one), [one])]
    return rest + alone, together


def _shared(members: Sequence[SectionStrips]) -> list[Bool[ndarray, " m"]]:
    """Of each step between stations, whether another road's surface lies on it."""
    quads, owner = [], []
    for k, one in enumerate(members):
        right, left = one.strips[0].right[:, :2], one.strips[-1].left[:, :2]
        quads.append(np.stack([right[:-1], right[1:], left[1:], left[:-1], right[:-1]], axis=1))
        owner.append(np.full(len(right) - 1, k))
    masks = [np.zeros(len(one.stations_m) - 1, dtype=bool) for one in members]
    if not quads:
        return masks
    shapes, owners = shapely.make_valid(shapely.polygons(np.concatenate(quads))), np.concatenate(owner)
    first = np.cumsum([0, *(len(part) for part in quads)])
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    roads = np.array([one.road.id for one in members])
    other = roads[owners[a]] != roads[owners[b]]
    a, b = a[other], b[other]
    lies = shapely.area(shapely.intersection(shapes[a], shapes[b])) > _OVERLAP_M2
    for quad in np.unique(a[lies]):
        masks[owners[quad]][quad - first[owners[quad]]] = True
    return masks


def _stretch(one: SectionStrips, first: int, last: int) -> SectionStrips:
    """The part of a section between two of its stations."""
    rows = slice(first, last + 1)
    strips = tuple(replace(strip, points=strip.points[rows]) for strip in one.strips)
    return replace(one, stations_m=one.stations_m[rows], strips=strips)
