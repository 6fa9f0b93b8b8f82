"""Limbs of somebody who was hit: no longer held, they swing after the body and come to rest as it lies.

Each joint is a damped pendulum in the body's sagittal plane that is drawn to where the limb would lie: straight on the
face, a leg drawn up on the back or on the side. That costs nothing until somebody is hit.

Source: ranges of motion, AAOS, Joint Motion: Method of Measuring and Recording, 1965 (hip 30 degrees back and 120
forward, knee 135, shoulder 50 back and 180 forward, elbow 150, ankle 50 down).
"""

import numpy as np
from jaxtyping import Float
from numba import njit
from numpy import ndarray

HIP, KNEE, ANKLE, SHOULDER, ELBOW = 0, 2, 4, 6, 8
"""Columns of the left joint; the right one follows."""

_LOW = np.repeat([-0.52, 0.0, -0.87, -0.87, 0.0], 2)
_HIGH = np.repeat([2.09, 2.36, 0.35, 3.14, 2.62], 2)

_FACE = np.array([0.0, 0.0, 0.1, 0.05, -0.8, -0.8, -0.1, 0.0, 0.0, 0.05])
_BACK = np.array([0.45, 0.05, 0.95, 0.1, -0.4, -0.5, -0.1, 0.1, 0.2, 0.1])
_SIDE = np.array([0.75, 0.35, 1.1, 0.7, -0.5, -0.5, 0.9, 0.4, 0.8, 0.9])
"""How people lie: hips, knees, ankles, shoulders, elbows, left and right (set by us)."""

_RATE_RADPS, _DAMPING = 7.0, 0.45
"""A leg swings by itself about once a second (C. Vaughan, J. Biomech. 36 (2003) 513)."""

_DRAG_S = 0.12
"""How far limbs stay behind a turning body: angle over rate of turn (set by us)."""


def resting(down: Float[ndarray, "3"], turn_radps: float) -> Float[ndarray, "10"]:
    """Angles that the joints are drawn to.

    Args:
        down: direction of gravity in the body's axes.
        turn_radps: how fast the body turns forward over its left axis.
    """
    face, back, side = max(down[0], 0.0) ** 2, min(down[0], 0.0) ** 2, down[1] ** 2
    # Upright (or head down) limbs hang: straight down the body, or folded over it.
    hang = np.zeros(10)
    if down[2] > 0.0:
        hang[[HIP, HIP + 1, SHOULDER, SHOULDER + 1]] = (1.2, 1.0, 2.4, 2.6)
    wanted = face * _FACE + back * _BACK + side * _SIDE + down[2] ** 2 * hang
    wanted[[HIP, HIP + 1, SHOULDER, SHOULDER + 1]] -= _DRAG_S * np.clip(turn_radps, -8.0, 8.0)
    return np.asarray(np.clip(wanted, _LOW, _HIGH))


@njit(cache=True, error_model="numpy")
def swing(angle: ndarray, rate: ndarray, wanted: ndarray, dt_s: float) -> None:
    """One step of all joints towards where they are drawn, stopped at the ends of their ranges."""
    for k in range(len(angle)):
        pull = _RATE_RADPS * _RATE_RADPS * (wanted[k] - angle[k]) - 2.0 * _DAMPING * _RATE_RADPS * rate[k]
        rate[k] += dt_s * pull
        angle[k] += dt_s * rate[k]
        if angle[k] < _LOW[k] or angle[k] > _HIGH[k]:
            angle[k] = min(max(angle[k], _LOW[k]), _HIGH[k])
            rate[k] = 0.0
