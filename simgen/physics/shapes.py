"""How a transition goes from 0 to 1 (OpenSCENARIO's dynamicsShape): value, first and second derivative."""

import numpy as np
from numba import njit
from numpy import ndarray

SHAPES = ("linear", "cubic", "sinusoidal", "step")
"""Code of each shape is its place."""


@njit(cache=True, error_model="numpy")
def shaped(shape: int, x: float) -> tuple[float, float, float]:
    """Value and derivatives at a share x of the transition; constant outside 0..1.

    Source: ASAM OpenSCENARIO 1.3, DynamicsShape.
    """
    if x <= 0.0:
        return 0.0, 0.0, 0.0
    if x >= 1.0 or shape == 3:
        return 1.0, 0.0, 0.0
    if shape == 0:
        return x, 1.0, 0.0
    if shape == 1:
        return 3 * x * x - 2 * x**3, 6 * x - 6 * x * x, 6 - 12 * x
    angle = np.pi * x
    return 0.5 - 0.5 * np.cos(angle), 0.5 * np.pi * np.sin(angle), 0.5 * np.pi**2 * np.cos(angle)


@njit(cache=True, error_model="numpy")
def shifted(shift: ndarray, delay_s: float) -> tuple[float, float, float]:
    """A lateral offset that changes over: value, rate, acceleration.

    `shift` holds: from, to, share now, share a second, shape.
    """
    value, slope, bend = shaped(int(shift[4]), shift[2] + shift[3] * delay_s)
    way = shift[1] - shift[0]
    return shift[0] + way * value, way * slope * shift[3], way * bend * shift[3] ** 2
