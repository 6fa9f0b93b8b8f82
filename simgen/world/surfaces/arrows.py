"""Arrows painted on lanes, from above.

Source: RMS-1 (German guidelines for road marking, 1993): arrows 5 m long, shafts 0.15 m, heads 0.75 m wide and 1.2 m
long; the names of the directions are ASAM OpenDRIVE 1.8's (`arrowStraightLeft`, ...).
"""

import numpy as np
import shapely
import shapely.affinity

LENGTH_M = 5.0
_SHAFT_M = 0.15
_HEAD_WIDTH_M = 0.75
_HEAD_LENGTH_M = 1.2
_BRANCH_M = 0.55
"""How far beside the shaft the head of a turning arrow begins."""

_TURN_AT = 0.62
"""Share of the length at which a turning arrow leaves its shaft."""

_WORDS = {"left": "left", "right": "right", "straight": "straight", "ahead": "straight", "forward": "straight"}


def directions_in(words: str) -> tuple[str, ...]:
    """Where an arrow of this name points: some of straight, left, right; straight where the name says nothing."""
    low = words.lower()
    found = tuple(dict.fromkeys(way for word, way in _WORDS.items() if word in low))
    return found or ("straight",)


def arrow(directions: tuple[str, ...], length_m: float = LENGTH_M) -> shapely.Geometry:
    """An arrow along x, its middle at the origin."""
    ahead = "straight" in directions
    fork = LENGTH_M * _TURN_AT
    shaft_end = LENGTH_M - _HEAD_LENGTH_M if ahead else fork + _SHAFT_M / 2.0
    parts = [shapely.box(0.0, -_SHAFT_M / 2.0, shaft_end, _SHAFT_M / 2.0)]
    if ahead:
        parts.append(_head(LENGTH_M - _HEAD_LENGTH_M, 0.0, 0.0))
    for way, side in (("left", 1.0), ("right", -1.0)):
        if way in directions:
            # Turning heads look 45 degrees forward, so that they read from far away.
            corner = np.array([fork + _BRANCH_M, side * _BRANCH_M])
            branch = shapely.LineString([(fork, 0.0), corner]).buffer(_SHAFT_M / 2.0, cap_style="flat")
            parts += [branch, _head(corner[0], corner[1], side * np.pi / 4.0)]
    whole = shapely.union_all(parts, grid_size=1e-4)
    middled = shapely.affinity.translate(whole, -LENGTH_M / 2.0)
    return shapely.affinity.scale(middled, length_m / LENGTH_M, 1.0, origin=(0.0, 0.0))


def _head(x: float, y: float, turn_rad: float) -> shapely.Geometry:
    size = 1.0 if turn_rad == 0.0 else 0.75
    corners = [(0.0, -_HEAD_WIDTH_M / 2.0), (_HEAD_LENGTH_M * size, 0.0), (0.0, _HEAD_WIDTH_M / 2.0)]
    turned = shapely.affinity.rotate(shapely.Polygon(corners), turn_rad, origin=(0.0, 0.0), use_radians=True)
    return shapely.affinity.translate(turned, x, y)
