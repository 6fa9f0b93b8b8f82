"""Draws reference lines: a pen that runs along lines, arcs and spirals and knows where it is."""

import math
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One geometry element: curvature linear from `curvature` to `curvature_end` over its length."""

    s_m: float
    x_m: float
    y_m: float
    heading_rad: float
    length_m: float
    curvature: float
    curvature_end: float


@dataclass(slots=True, kw_only=True)
class Pen:
    """Where the line has come to, and the pieces so far."""

    x_m: float
    y_m: float
    heading_rad: float
    pieces: list[Piece] = field(default_factory=list)

    @property
    def length_m(self) -> float:
        """Length drawn so far."""
        return sum(piece.length_m for piece in self.pieces)

    def line(self, length_m: float) -> "Pen":
        """Straight on."""
        return self.spiral(length_m, 0.0, 0.0)

    def arc(self, length_m: float, curvature: float) -> "Pen":
        """Along a circle; positive curvature (1/m) turns left."""
        return self.spiral(length_m, curvature, curvature)

    def spiral(self, length_m: float, curvature: float, curvature_end: float) -> "Pen":
        """Along a clothoid."""
        piece = Piece(
            s_m=self.length_m,
            x_m=self.x_m,
            y_m=self.y_m,
            heading_rad=self.heading_rad,
            length_m=length_m,
            curvature=curvature,
            curvature_end=curvature_end,
        )
        self.x_m, self.y_m, self.heading_rad = end_of(piece)
        self.pieces.append(piece)
        return self

    def bend(self, angle_rad: float, radius_m: float, spiral_m: float) -> "Pen":
        """Turns by an angle (positive: left) through a spiral, an arc and a spiral."""
        curvature = math.copysign(1.0 / radius_m, angle_rad)
        arc_m = abs(angle_rad) * radius_m - spiral_m
        return self.spiral(spiral_m, 0.0, curvature).arc(arc_m, curvature).spiral(spiral_m, curvature, 0.0)


def end_of(piece: Piece) -> tuple[float, float, float]:
    """x, y (metres) and heading (radians) at a piece's end, by Gauss-Legendre quadrature of its heading."""
    rate = (piece.curvature_end - piece.curvature) / piece.length_m
    nodes, weights = np.polynomial.legendre.leggauss(32)
    s = (nodes + 1.0) / 2.0 * piece.length_m
    heading = piece.heading_rad + piece.curvature * s + rate * s**2 / 2.0
    half = piece.length_m / 2.0
    end = piece.heading_rad + (piece.curvature + piece.curvature_end) * half
    return (
        piece.x_m + half * float(np.sum(weights * np.cos(heading))),
        piece.y_m + half * float(np.sum(weights * np.sin(heading))),
        end,
    )
