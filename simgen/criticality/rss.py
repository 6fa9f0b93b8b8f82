"""Responsibility-Sensitive Safety: the distances that leave time to brake.

Source: S. Shalev-Shwartz, S. Shammah, A. Shashua, On a Formal Model of Safe and Scalable Self-driving Cars,
arXiv:1708.06374, definitions 1 (same direction), 2 (opposite directions), 4 (lateral), 5 (dangerous situations).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

Array = Float[ndarray, " n"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """How a road user is taken to react.

    Source: defaults of ad-rss-lib and of CARLA's RSS sensor.

    Attributes:
        time_s: until it reacts.
        accelerate_mps2: at most, until then.
        brake_mps2: at least, from then on. brake_most_mps2: at most.
        brake_correct_mps2: at least, of one in its own lane whom another meets head-on.
        aside_mps2: sideways, at most until then. aside_brake_mps2: sideways, at least from then on.
    """

    time_s: float = 1.0
    accelerate_mps2: float = 3.5
    brake_mps2: float = 4.0
    brake_most_mps2: float = 8.0
    brake_correct_mps2: float = 3.0
    aside_mps2: float = 0.2
    aside_brake_mps2: float = 0.8


EGO = Response()
OTHER = Response(time_s=2.0)


def following_distance_m(rear_mps: Array, front_mps: Array, rear: Response, front: Response) -> Array:
    """Safe gap between two that move the same way (definition 1)."""
    late = rear_mps + rear.time_s * rear.accelerate_mps2
    stop = rear_mps * rear.time_s + 0.5 * rear.accelerate_mps2 * rear.time_s**2 + late**2 / (2.0 * rear.brake_mps2)
    return np.asarray(np.maximum(stop - front_mps**2 / (2.0 * front.brake_most_mps2), 0.0))


def oncoming_distance_m(own_mps: Array, other_mps: Array, own: Response, other: Response) -> Array:
    """Safe gap between two that move towards each other (definition 2): both stop in it.

    Args:
        own_mps: speed of the one in its own lane.
        other_mps: speed of the other, positive towards it.
        own: brakes as who is in the right.
        other: brakes as who is not.
    """
    own_m, other_m = _stopping_m(own_mps, own, own.brake_correct_mps2), _stopping_m(other_mps, other, other.brake_mps2)
    return np.asarray(own_m + other_m)


def lateral_distance_m(left_mps: Array, right_mps: Array, left: Response, right: Response) -> Array:
    """Safe gap sideways (definition 4, without the margin for fluctuations).

    Args:
        left_mps: sideways speed of the one to the left, positive leftwards.
        right_mps: of the one to the right.
        left: how the former reacts.
        right: how the latter reacts.
    """
    return np.asarray(np.maximum(_aside_m(-left_mps, left) + _aside_m(right_mps, right), 0.0))


def is_violated(gap_m: tuple[Array, Array], safe_m: tuple[Array, Array]) -> Bool[ndarray, " n"]:
    """Whether a situation is dangerous (definition 5): neither the gap along nor that aside is safe."""
    return np.asarray((gap_m[0] < safe_m[0]) & (gap_m[1] < safe_m[1]))


def _stopping_m(speed_mps: Array, who: Response, brake_mps2: float) -> Array:
    late = speed_mps + who.time_s * who.accelerate_mps2
    return np.asarray(0.5 * (speed_mps + late) * who.time_s + late**2 / (2.0 * brake_mps2))


def _aside_m(speed_mps: Array, who: Response) -> Array:
    """How far one comes towards the other: drifting on until it reacts, then stopping (or still moving off)."""
    late = speed_mps + who.time_s * who.aside_mps2
    drift = 0.5 * (speed_mps + late) * who.time_s
    return np.asarray(drift + late * np.abs(late) / (2.0 * who.aside_brake_mps2))
