"""Which lamps are lit: those that the scenario switched, and those that driving and daylight switch."""

import numpy as np
from jaxtyping import Float, UInt32
from numpy import ndarray

from simgen.physics.stage import Stage
from simgen.world.lamps import bit, mask
from simgen.world.weather import COLUMNS

_BRAKING_MPS2 = -0.7
"""Brake lamps may come on from 0.7 m/s2 and must from 1.3 m/s2 (UN R13-H, 5.2.22.4)."""
_DUSK_DEG, _FOG, _RAIN_MM_H, _SNOW_MM_H = 3.0, 0.3, 2.0, 0.3
"""Low beams are for dusk and dark, and for fog, rain and snow that take the sight (StVO section 17)."""
_SHORT_SIGHT = ((COLUMNS.index("fog"), _FOG), (COLUMNS.index("rain_mm_h"), _RAIN_MM_H),
                (COLUMNS.index("snow_mm_h"), _SNOW_MM_H))  # fmt: skip
_ELEVATION = COLUMNS.index("sun_elevation_deg")
DRIVING = np.uint32(mask("low_beam", "position"))


def lamps_now(stage: Stage, weather: Float[ndarray, " w"], controls: Float[ndarray, "3"]) -> UInt32[ndarray, " a"]:
    """Bit field of every actor."""
    lamps: UInt32[ndarray, " a"] = stage.lamps.copy()
    cars = stage.cars
    moving = cars.on_path()
    braking = moving & ((cars.acceleration < _BRAKING_MPS2) | ((cars.mode == 2) & (cars.state[:, 1] < 0.1)))
    lamps[cars.actor[braking]] |= np.uint32(bit("brake"))
    if controls[2] > 0.01:
        lamps[0] |= np.uint32(bit("brake"))
    if wants_lamps(weather):
        lamps[cars.actor[moving]] |= DRIVING
        lamps[0] |= DRIVING
    return lamps


def wants_lamps(weather: Float[ndarray, " w"]) -> bool:
    """Whether everybody who drives has low beams on."""
    return bool(weather[_ELEVATION] < _DUSK_DEG) or any(weather[column] > most for column, most in _SHORT_SIGHT)
