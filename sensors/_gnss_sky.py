"""Where the navigation satellites stand: GPS' nominal constellation of 24 slots."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

_SLOTS_DEG = {
    272.847: (268.126, 161.786, 11.676, 41.806),
    332.847: (80.956, 173.336, 309.976, 204.376),
    32.847: (111.876, 11.796, 339.666, 241.556),
    92.847: (135.226, 265.446, 35.156, 167.356),
    152.847: (197.046, 302.596, 66.066, 333.686),
    212.847: (238.886, 345.226, 105.206, 135.346),
}
"""Right ascension of the ascending node -> arguments of latitude at 0000Z, 1 July 1993. Source: GPS Standard
Positioning Service Performance Standard, 2001, table 3-1 (planes A to F)."""

_GREENWICH_DEG = (18 + 36 / 60 + 14.4 / 3600) * 15.0
_SEMI_MAJOR_M, _INCLINATION_DEG = 26_559_700.0, 55.0
_MU_M3PS2, _EARTH_RPS = 3.986005e14, 7.2921151467e-5
"""Source: the same (Greenwich hour angle, semi-major axis, inclination); IS-GPS-200, table 20-IV (mu, rotation)."""

_MAJOR_M, _FLATTENING = 6_378_137.0, 1 / 298.257223563

SATELLITES = 24
SIDEREAL_DAY_S = 2 * np.pi / _EARTH_RPS
"""After it the satellites, which go round twice in it, stand where they stood (as seen from the ground)."""


def satellites_m(seconds: float) -> Float[ndarray, "24 3"]:
    """Positions in the frame that turns with the earth (ECEF), some seconds after the constellation's epoch.

    Circular orbits: Kepler's third law for the argument of latitude (IS-GPS-200, table 20-IV, without corrections).
    """
    node = np.radians(np.repeat(list(_SLOTS_DEG), 4) - _GREENWICH_DEG) - _EARTH_RPS * seconds
    latitude = np.radians(np.concatenate(list(_SLOTS_DEG.values())))
    latitude = latitude + np.sqrt(_MU_M3PS2 / _SEMI_MAJOR_M**3) * seconds
    along, across = np.cos(latitude), np.sin(latitude)
    tilt = np.radians(_INCLINATION_DEG)
    return _SEMI_MAJOR_M * np.stack(
        [
            np.cos(node) * along - np.sin(node) * across * np.cos(tilt),
            np.sin(node) * along + np.cos(node) * across * np.cos(tilt),
            across * np.sin(tilt),
        ],
        axis=1,
    )


def directions(latitude_deg: float, longitude_deg: float, altitude_m: float, seconds: float) -> Float[ndarray, "24 3"]:
    """Unit vectors east, north, up from a place on the ellipsoid to each satellite, those below the horizon too."""
    phi, lam = np.radians(latitude_deg), np.radians(longitude_deg)
    squared = _FLATTENING * (2.0 - _FLATTENING)
    radius = _MAJOR_M / np.sqrt(1.0 - squared * np.sin(phi) ** 2)
    place = np.array(
        [
            (radius + altitude_m) * np.cos(phi) * np.cos(lam),
            (radius + altitude_m) * np.cos(phi) * np.sin(lam),
            (radius * (1.0 - squared) + altitude_m) * np.sin(phi),
        ]
    )
    east = np.array([-np.sin(lam), np.cos(lam), 0.0])
    up = np.array([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
    arm = satellites_m(seconds) - place
    arm /= np.linalg.norm(arm, axis=1, keepdims=True)
    local: Float[ndarray, "24 3"] = arm @ np.stack([east, np.cross(up, east), up], axis=1)
    return local
