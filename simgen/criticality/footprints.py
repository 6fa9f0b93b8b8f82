"""Oriented rectangles on the ground: corners, and the distance between two of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Footprints:
    """Rectangles, n of them.

    Attributes:
        centre_m: middle of each rectangle, world frame.
        heading_rad: of its long side, counter-clockwise from x.
        length_m, width_m: whole sides.
    """

    centre_m: Float[ndarray, "n 2"]
    heading_rad: Float[ndarray, " n"]
    length_m: Float[ndarray, " n"]
    width_m: Float[ndarray, " n"]

    def __getitem__(self, index: Any) -> "Footprints":
        return Footprints(
            centre_m=self.centre_m[index],
            heading_rad=self.heading_rad[index],
            length_m=self.length_m[index],
            width_m=self.width_m[index],
        )

    def axes(self) -> Float[ndarray, "n 2 2"]:
        """Unit vectors along (row 0) and across (row 1) each rectangle."""
        cos, sin = np.cos(self.heading_rad), np.sin(self.heading_rad)
        return np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], axis=-2)

    def half_m(self) -> Float[ndarray, "n 2"]:
        """Half length and half width."""
        return np.stack([self.length_m, self.width_m], axis=-1) / 2.0

    def corners(self) -> Float[ndarray, "n 4 2"]:
        """Corners, counter-clockwise from front left."""
        signs = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
        local = signs[None] * self.half_m()[:, None, :]
        return np.asarray(self.centre_m[:, None, :] + np.einsum("nij,njk->nik", local, self.axes()))


def gap_m(a: Footprints, b: Footprints) -> Float[ndarray, " n"]:
    """Smallest distance between each pair of rectangles, 0 where they overlap."""
    result = np.minimum(_corner_distance(a, b), _corner_distance(b, a))
    return np.where(overlap(a, b), 0.0, result)


def overlap(a: Footprints, b: Footprints) -> Bool[ndarray, " n"]:
    """Whether each pair of rectangles has a point in common (separating axes)."""
    axes = np.concatenate([a.axes(), b.axes()], axis=1)
    offset = np.abs(np.einsum("nij,nj->ni", axes, b.centre_m - a.centre_m))
    return np.asarray(np.all(offset <= reach_m(a, axes) + reach_m(b, axes), axis=1))


def reach_m(a: Footprints, axes: Float[ndarray, "n k 2"]) -> Float[ndarray, "n k"]:
    """How far each rectangle reaches from its centre along each of k axes."""
    along = np.abs(np.einsum("nki,nji->nkj", axes, a.axes()))
    return np.asarray(np.einsum("nkj,nj->nk", along, a.half_m()))


def _corner_distance(a: Footprints, b: Footprints) -> Float[ndarray, " n"]:
    """Nearest corner of `a` to the rectangle `b`."""
    local = np.einsum("nci,nji->ncj", a.corners() - b.centre_m[:, None, :], b.axes())
    outside = np.maximum(np.abs(local) - b.half_m()[:, None, :], 0.0)
    return np.asarray(np.min(np.linalg.norm(outside, axis=-1), axis=-1))
