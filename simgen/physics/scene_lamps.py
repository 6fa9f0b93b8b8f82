"""Which lamps are lit: those that the scenario switched, and those that driving and daylight switch."""

import numpy as np
from jaxtyping import Float, UInt32
from numpy import ndarray

from simgen.physics.stage import Stage
from simgen.world.lamps import bit, mask
from simgen.world.weather import COLUMNS

_BRAKING_MPS2 = -0.7
"""Brake lamps may come on from 0.7 m/s2 and must from 1.3 m/s2 (UN R13-H, 5.2.22.4)."""
_DUSK_DEG, _FOG = 3.0, 0.3
_ELEVATION, _FOG_COLUMN = COLUMNS.index("sun_elevation_deg"), COLUMNS.index("fog")


def lamps_now(stage: Stage, weather: Float[ndarray, " w"], controls: Float[ndarray, "3"]) -> UInt32[ndarray, " a"]:
    """Bit field of every actor."""
    lamps: UInt32[ndarray, " a"] = stage.lamps.copy()
    cars = stage.cars
    moving = cars.on_path()
    braking = moving & ((cars.acceleration < _BRAKING_MPS2) | ((cars.mode == 2) & (cars.state[:, 1] < 0.1)))
    lamps[cars.actor[braking]] |= np.uint32(bit("brake"))
    if controls[2] > 0.01:
        lamps[0] |= np.uint32(bit("brake"))
    if weather[_ELEVATION] < _DUSK_DEG or weather[_FOG_COLUMN] > _FOG:
        lit = np.uint32(mask("low_beam", "position"))
        lamps[cars.actor[moving]] |= lit
        lamps[0] |= lit
    return lamps
