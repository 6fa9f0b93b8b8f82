"""What carries a road in the air, and what covers one under the ground: decks, abutment walls, tunnels."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.world.mesh import Mesh
from simgen.world.surfaces.footprint import Footprint
from simgen.world.surfaces.palette import Palette
from simgen.world.surfaces.sheets import lift, ribbon
from simgen.world.surfaces.strips import SectionStrips

DECK_M = 0.9
TUNNEL_HEIGHT_M = 4.7
"""Clear height over the road. Source: RABT 2006, 2.3: 4.50 m and 0.20 m of reserve."""


def deck_meshes(footprints: Sequence[Footprint], palette: Palette) -> list[Mesh]:
    """Sides, underside and ends of every stretch that flies."""
    meshes = []
    for one in footprints:
        for right, left in one.pieces(flying=True):
            low_right, low_left = lift(right, -DECK_M), lift(left, -DECK_M)
            meshes.append(ribbon(low_right, right, palette.bridge, world_uv=False))
            meshes.append(ribbon(low_left[::-1], left[::-1], palette.bridge, world_uv=False))
            meshes.append(ribbon(low_left, low_right, palette.bridge))
            for end in (0, -1):
                top = np.stack([right[end], left[end]] if end else [left[end], right[end]])
                meshes.append(ribbon(lift(top, -DECK_M), top, palette.bridge, world_uv=False))
    return meshes


def tunnel_meshes(strips: SectionStrips, palette: Palette) -> list[Mesh]:
    """Walls and ceiling of the tunnels on one section, seen from inside and outside."""
    meshes: list[Mesh] = []
    for structure in strips.road.structures:
        start, end = structure.s_m, structure.s_m + structure.length_m
        s = strips.stations_m
        inside = s[(s > start) & (s < end)]
        low, high = max(start, s[0]), min(end, s[-1])
        if structure.element != "tunnel" or high - low < 0.1 or not strips.strips:
            continue
        at = np.unique(np.concatenate([[low], inside, [high]]))
        right = _along(s, strips.strips[0].right, at)
        left = _along(s, strips.strips[-1].left, at)
        for a, b in (
            (right, lift(right, TUNNEL_HEIGHT_M)),
            (lift(left, TUNNEL_HEIGHT_M), left),
            (lift(right, TUNNEL_HEIGHT_M), lift(left, TUNNEL_HEIGHT_M)),
        ):
            meshes.append(ribbon(a, b, palette.tunnel, world_uv=False))
            meshes.append(ribbon(b, a, palette.tunnel, world_uv=False))
    return meshes


def _along(
    stations: Float[ndarray, " n"], line: Float[ndarray, "n 3"], s: Float[ndarray, " m"]
) -> Float[ndarray, "m 3"]:
    return np.stack([np.interp(s, stations, line[:, k]) for k in range(3)], axis=-1)
