"""Arrays that are used again once nobody holds them: fresh memory costs more than what is written to it."""

import sys

import numpy as np
from jaxtyping import Shaped
from numpy import ndarray
from numpy.typing import DTypeLike

_OWN_REFERENCES = 3
"""The pool's list, the loop variable and the argument of `getrefcount`."""


class Pool:
    """Hands out uninitialised arrays; one comes back when its last reference (or view) is gone."""

    def __init__(self) -> None:
        self._arrays: dict[tuple[tuple[int, ...], str], list[ndarray]] = {}

    def take(self, shape: tuple[int, ...], dtype: DTypeLike) -> Shaped[ndarray, "..."]:
        """An array that nobody else holds."""
        known = self._arrays.setdefault((shape, np.dtype(dtype).str), [])
        for array in known:
            if sys.getrefcount(array) == _OWN_REFERENCES:
                return array
        known.append(np.empty(shape, dtype))
        return known[-1]
