"""Piecewise cubic polynomials, the form that OpenDRIVE gives to everything that varies along a road."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
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
        ds, (a, b, c, d) = self._locate(np.asarray(s_m, dtype=np.float64))
        return np.asarray(a + ds * (b + ds * (c + ds * d)))

    def slope(self, s_m: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
        """The first derivative at each place."""
        ds, (_, b, c, d) = self._locate(np.asarray(s_m, dtype=np.float64))
        return np.asarray(b + ds * (2.0 * c + ds * 3.0 * d))

    def bend(self, s_m: Float[ndarray, "*n"]) -> Float[ndarray, "*n"]:
        """The second derivative at each place."""
        ds, (_, _, c, d) = self._locate(np.asarray(s_m, dtype=np.float64))
        return np.asarray(2.0 * c + 6.0 * d * ds)

    def _locate(self, s_m: Float[ndarray, "*n"]) -> tuple[Float[ndarray, "..."], Float[ndarray, "..."]]:
        if len(self.starts_m) == 0:
            return np.zeros_like(s_m), np.zeros((4, *s_m.shape))
        # A place that misses the first record by rounding belongs to it.
        index = np.searchsorted(self.starts_m, s_m + 1e-9, side="right") - 1
        row = np.maximum(index, 0)
        coefficients = np.where(index[..., None] < 0, 0.0, self.coefficients[row])
        return s_m - self.starts_m[row], np.moveaxis(coefficients, -1, 0)
