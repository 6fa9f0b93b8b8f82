"""Who and what stands at a place in every episode: the world's residents near the ego, as actors."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.scenario.position import WorldPosition
from simgen.scenario.scenario import Entity
from simgen.scenario.traffic import Ground, box_of
from simgen.world.world import Resident

REACH_M, MOST = 250.0, 100
"""Sensors see little of a parked car further away; each is a body for the physics and a row of the labels."""


def place_residents(
    residents: Sequence[Resident], around_xy: Float[ndarray, "2"], ground: Ground
) -> tuple[Entity, ...]:
    """The nearest residents that nothing stands on yet, in the world's order; they take their ground."""
    away = [float(np.hypot(one.x_m - around_xy[0], one.y_m - around_xy[1])) for one in residents]
    nearest = sorted(np.argsort(away, kind="stable")[:MOST].tolist())
    entities = []
    for index in nearest:
        one = residents[index]
        box = box_of((one.x_m, one.y_m), one.yaw_rad, one.model, 0.0)
        if away[index] > REACH_M or not ground.clear_of(box):
            continue
        ground.boxes.append(box)
        start = WorldPosition(x_m=one.x_m, y_m=one.y_m, z_m=one.z_m, heading_rad=one.yaw_rad)
        entities.append(
            Entity(name=f"resident_{index + 1:03d}", model=one.model, start=start, controller="static", paint=one.paint)
        )
    return tuple(entities)
