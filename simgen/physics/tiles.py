"""The static world in square tiles, so that only what is near the ego is given to PyBullet.

A whole town takes PyBullet most of a second to take in; nine tiles take some milliseconds.
"""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from simgen.physics.client import Client, Listed, listed
from simgen.world.world import Surface

TILE_M = 40.0

_LISTED_FACES = 100_000
"""Triangles that are kept as lists, 200 bytes each: they take longer to make than PyBullet takes for all the rest."""

Key = tuple[int, int]


class Tiles:
    """Triangles by the tile of their middle; those larger than a tile belong everywhere."""

    def __init__(self, surfaces: Sequence[Surface]) -> None:
        soup = [s.mesh.vertices[s.mesh.faces].astype(np.float64) for s in surfaces if s.collide and len(s.mesh.faces)]
        triangles: Float[ndarray, "f 3 3"] = np.concatenate(soup) if soup else np.zeros((0, 3, 3))
        size = np.ptp(triangles[..., :2], axis=1).max(axis=1, initial=0.0)
        cells: Int[ndarray, "f 2"] = np.floor(triangles[..., :2].mean(axis=1) / TILE_M).astype(np.int64)
        small = size <= TILE_M
        self.large: Float[ndarray, "f 3 3"] = triangles[~small]
        kept, cells = triangles[small], cells[small]
        order = np.lexsort((cells[:, 1], cells[:, 0]))
        kept, cells = kept[order], cells[order]
        breaks = np.flatnonzero(np.any(np.diff(cells, axis=0) != 0, axis=1)) + 1
        groups = np.split(np.arange(len(cells)), breaks) if len(cells) else []
        self.small: dict[Key, Float[ndarray, "f 3 3"]] = {
            (int(cells[group[0], 0]), int(cells[group[0], 1])): kept[group] for group in groups
        }
        self._listed: OrderedDict[Key | None, tuple[Listed, ...]] = OrderedDict()

    def listed(self, key: Key | None) -> tuple[Listed, ...]:
        """The triangles of a tile, or with None those that belong everywhere; those asked for last are kept."""
        if key not in self._listed:
            self._listed[key] = listed(self.large if key is None else self.small.get(key, self.large[:0]))
            while len(self._listed) > 1 and self._count() > _LISTED_FACES:
                self._listed.popitem(last=False)
        self._listed.move_to_end(key)
        return self._listed[key]

    def _count(self) -> int:
        return sum(len(numbers) // 3 for pieces in self._listed.values() for _, numbers in pieces)


class NearWorld:
    """Gives a client the tiles around a place as it moves; nothing is taken away again."""

    def __init__(self, client: Client, tiles: Tiles) -> None:
        self._client, self._tiles = client, tiles
        self._here: Key | None = None
        self._given: set[Key] = set()
        client.add_static(tiles.listed(None))

    def move(self, x_m: float, y_m: float) -> None:
        """Sees to it that the tile of a place and its eight neighbours are there."""
        here = int(np.floor(x_m / TILE_M)), int(np.floor(y_m / TILE_M))
        if here == self._here:
            return
        self._here = here
        for i in range(here[0] - 1, here[0] + 2):
            for j in range(here[1] - 1, here[1] + 2):
                if (i, j) not in self._given:
                    self._given.add((i, j))
                    self._client.add_static(self._tiles.listed((i, j)))
