"""Memory for moved rays that is kept from sweep to sweep: fresh pages would cost more than what is written to them."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Float32, Int32
from numpy import ndarray

from simgen.render.raycast_crew import Crew

_PIECES = 4  # a thread: actors do not stand evenly all around
_LEAST = 1 << 16

Moved = tuple[Float32[ndarray, "m 6"], Int32[ndarray, " m"], Int32[ndarray, " m"], Float[ndarray, " m"]]
"""Rays in the frames of links, ray of the sensor, row of the link, and how far each came before."""


class Room:
    """Where pieces of a sweep put their moved rays, and where all of them are gathered."""

    def __init__(self) -> None:
        """Starts without any."""
        self._pieces: dict[int, Moved] = {}
        self._all = _empty(0)

    def piece(self, number: int) -> Moved:
        """The room of one piece, with whatever was in it."""
        if number not in self._pieces:
            self.widen(number, _LEAST)
        return self._pieces[number]

    def widen(self, number: int, count: int) -> None:
        """Makes room for so many rays in one piece."""
        self._pieces[number] = _empty(count + count // 4)

    def gathered(self, crew: Crew, size: int, move: Callable[[int, int, int], int]) -> Moved:
        """The moved rays of all pieces in order, good until the next call.

        Args:
            crew: threads to work with.
            size: what there is to split.
            move: fills in the room of a piece, given its number and its share of `size`; returns how many rays.
        """
        pieces = crew.threads * _PIECES if crew.threads > 1 else 1
        spans = list(pairwise(size * k // pieces for k in range(pieces + 1)))
        counts = crew.split(pieces, lambda i, j: [move(k, *spans[k]) for k in range(i, j)], _PIECES)
        ends = np.cumsum([0, *(count for part in counts for count in part)])
        if ends[-1] > len(self._all[1]):
            self._all = _empty(int(ends[-1] + ends[-1] // 4))

        def copy(i: int, j: int) -> None:
            for k in range(i, j):
                for to, values in zip(self._all, self._pieces[k], strict=True):
                    to[ends[k] : ends[k + 1]] = values[: ends[k + 1] - ends[k]]

        crew.split(pieces, copy)
        rays, ray_of, row_of, entry = self._all
        return rays[: ends[-1]], ray_of[: ends[-1]], row_of[: ends[-1]], entry[: ends[-1]]


def _empty(count: int) -> Moved:
    rays, entry = np.empty((count, 6), np.float32), np.empty(count)
    return rays, np.empty(count, np.int32), np.empty(count, np.int32), entry
