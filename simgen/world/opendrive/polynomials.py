"""Piecewise cubic polynomials, the form that OpenDRIVE gives to everything that varies along a road."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numba import njit
from numpy import ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Polynomials:
    """a + b ds + c ds² + d ds³, with ds from the start of the record that applies.

    Zero before the first record, and everywhere where there is no record.

    Attributes:
        starts_m: where each record starts, ascending.
        coefficients: a, b, c, d of each.

    Source: ASAM OpenDRIVE 1.8, clause 4.6 (cubic polynomials).
    """

    starts_m: Float[ndarray, " k"]
    coefficients: Float[ndarray, "k 4"]

    @classmethod
    def of(cls, records: Iterable[tuple[float, float, float, float, float]] = ()) -> "Polynomials":
        """From records (start, a, b, c, d) in ascending order; of several with one start the last is kept."""
        table: dict[float, tuple[float, ...]] = {}
        for start, *coefficients in records:
            table[start] = tuple(coefficients)
        return cls(
            starts_m=np.array(list(table), dtype=np.float64),
            coefficients=np.array(list(table.values()), dtype=np.float64).reshape(-1, 4),
        )

    def __len__(self) -> int:
        return len(self.starts_m)

    def value(self, s_m: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
        """The value at each place."""
        return self._evaluate(s_m, 0)

    def slope(self, s_m: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
        """The first derivative at each place."""
        return self._evaluate(s_m, 1)

    def bend(self, s_m: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
        """The second derivative at each place."""
        return self._evaluate(s_m, 2)

    def _evaluate(self, s_m: Float[ndarray, "*n"], order: int) -> Float[ndarray, "*n"]:
        s_m = np.asarray(s_m, dtype=np.float64)
        if len(self.starts_m) == 0:
            return np.zeros(s_m.shape)
        flat = _evaluated(np.ascontiguousarray(s_m).ravel(), self.starts_m, self.coefficients, order)
        return np.asarray(flat.reshape(s_m.shape))


@njit(cache=True, error_model="numpy")
def _evaluated(s_m: ndarray, starts: ndarray, coefficients: ndarray, order: int) -> ndarray:
    """A derivative of the record that holds at each place."""
    result = np.zeros(len(s_m))
    for k in range(len(s_m)):
        # A place that misses the first record by rounding belongs to it.
        low, high = 0, len(starts)
        while low < high:
            middle = (low + high) // 2
            if starts[middle] <= s_m[k] + 1e-9:
                low = middle + 1
            else:
                high = middle
        if low == 0:
            continue
        ds = s_m[k] - starts[low - 1]
        a, b, c, d = coefficients[low - 1]
        if order == 0:
            result[k] = a + ds * (b + ds * (c + ds * d))
        elif order == 1:
            result[k] = b + ds * (2.0 * c + ds * 3.0 * d)
        else:
            result[k] = 2.0 * c + 6.0 * d * ds
    return result
