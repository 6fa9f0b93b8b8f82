"""Which stretches of road lie on the ground, and which fly over another road or bridge."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from jaxtyping import Bool, Float
from numpy import ndarray

from simgen.world.surfaces.sheets import valid_area
from simgen.world.surfaces.strips import SectionStrips

CLEARANCE_M = 2.5
"""A road at least this much above another flies over it."""

_ABUTMENT_M = 3.0
_REST_M, _SINK_M = 0.5, 0.6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Footprint:
    """A section from above.

    Attributes:
        right, left: its outermost lines.
        flies: of each step between stations, whether it is a bridge.
    """

    strips: SectionStrips
    right: Float[ndarray, "n 3"]
    left: Float[ndarray, "n 3"]
    flies: Bool[ndarray, " m"]

    def ground_pieces(self) -> list[tuple[Float[ndarray, "k 3"], Float[ndarray, "k 3"]]]:
        """Lines of the stretches on the ground; at a bridge they go on a little, down under its deck."""
        edges = np.flatnonzero(np.diff(np.concatenate([[0], (~self.flies).astype(int), [0]])))
        last = len(self.right) - 1
        result = []
        for a, b in zip(edges[::2], edges[1::2], strict=True):
            lines = []
            for line in (self.right, self.left):
                before = [_under(line[a], line[a - 1])] if a > 0 else []
                after = [_under(line[b], line[b + 1])] if b < last else []
                lines.append(np.concatenate([*before, line[a : b + 1], *after]))
            result.append((lines[0], lines[1]))
        return result

    def pieces(self, flying: bool) -> list[tuple[Float[ndarray, "k 3"], Float[ndarray, "k 3"]]]:
        """Right and left lines of the stretches that fly (or do not)."""
        chosen = self.flies if flying else ~self.flies
        edges = np.flatnonzero(np.diff(np.concatenate([[0], chosen.astype(int), [0]])))
        pairs = zip(edges[::2], edges[1::2], strict=True)
        return [(self.right[a : b + 1], self.left[a : b + 1]) for a, b in pairs]


def _under(end: Float[ndarray, "3"], beyond: Float[ndarray, "3"]) -> Float[ndarray, "1 3"]:
    """A point just past the end of the ground, under the deck."""
    way = beyond - end
    point = end + way * min(1.0, _REST_M / max(float(np.linalg.norm(way)), 1e-9))
    return np.asarray(point - np.array([0.0, 0.0, _SINK_M]))[None]


def footprints(sections: Sequence[SectionStrips]) -> list[Footprint]:
    """The outlines of all sections, with the stretches that fly."""
    edges = [(one, one.strips[0].right, one.strips[-1].left) for one in sections if one.strips]
    quads, heights, owner = [], [], []
    for k, (_, right, left) in enumerate(edges):
        ring = np.stack([right[:-1], right[1:], left[1:], left[:-1], right[:-1]], axis=1)
        quads.append(ring[..., :2])
        heights.append(ring[:, :4, 2].mean(axis=1))
        owner.append(np.full(len(ring), k))
    if not quads:
        return []
    owners, levels = np.concatenate(owner), np.concatenate(heights)
    over = _over(np.concatenate(quads), levels)
    result = []
    for k, (one, right, left) in enumerate(edges):
        flies = over[owners == k] | _bridged(one)
        result.append(Footprint(strips=one, right=right, left=left, flies=flies))
    return result


def _over(quads: Float[ndarray, "q 5 2"], levels: Float[ndarray, " q"]) -> Bool[ndarray, " q"]:
    """Whether each quad lies above another one."""
    over = np.zeros(len(quads), dtype=bool)
    if np.ptp(levels) < CLEARANCE_M:
        return over
    shapes = shapely.buffer(shapely.polygons(quads), _ABUTMENT_M, join_style="mitre")
    upper, lower = shapely.STRtree(shapes).query(shapes)
    apart = levels[upper] - levels[lower] > CLEARANCE_M
    upper, lower = upper[apart], lower[apart]
    crossing = shapely.intersects(shapes[upper], shapely.polygons(quads[lower]))
    over[upper[crossing]] = True
    return over


def _bridged(strips: SectionStrips) -> Bool[ndarray, " m"]:
    middle = 0.5 * (strips.stations_m[1:] + strips.stations_m[:-1])
    flies = np.zeros(len(middle), dtype=bool)
    for structure in strips.road.structures:
        if structure.element == "bridge":
            flies |= (middle > structure.s_m) & (middle < structure.s_m + structure.length_m)
    return flies


def ring_of(right: Float[ndarray, "n 3"], left: Float[ndarray, "n 3"]) -> shapely.Geometry:
    """The polygon between two lines."""
    return valid_area(np.concatenate([right[:, :2], left[::-1, :2]]))
