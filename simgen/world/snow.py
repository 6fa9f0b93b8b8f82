"""What snow that lies does to surfaces: how much of each it covers, how bright it is there, for every sensor."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cover:
    """What lies on surfaces of one class while the snow cover is 1.

    Attributes:
        share: of the surface that is covered where it is level.
        albedo: of what lies there, for visible light.
        level: all of it is level, as far as a lidar is concerned.
    """

    share: float
    albedo: float
    level: bool = True


_FRESH, _TRODDEN, _DRIVEN = 0.88, 0.70, 0.50
"""Albedo of new snow and of old or packed snow (T. R. Oke, Boundary Layer Climates, 2nd ed. 1987, table 1.1: 0.95 to
0.40); grit and tyres darken it further on roads (estimated)."""

COVERS: Mapping[str, Cover] = {
    "road": Cover(0.72, _DRIVEN),
    "shoulder": Cover(0.9, _TRODDEN),
    "parking": Cover(0.9, _TRODDEN),
    "bicycle_lane": Cover(0.85, _TRODDEN),
    "rail_track": Cover(0.6, _TRODDEN),
    "sidewalk": Cover(0.88, _TRODDEN),
    "kerb": Cover(0.85, _TRODDEN),
    # As bright as the road beside them: nothing is seen of them where the road is covered.
    "marking": Cover(1.0, 0.40),
    "crosswalk": Cover(1.0, 0.40),
    "stop_line": Cover(1.0, 0.40),
    "ground": Cover(1.0, _FRESH),
    "terrain": Cover(1.0, _FRESH),
    "vegetation": Cover(0.75, _FRESH, level=False),
    "building": Cover(1.0, _FRESH, level=False),
    "wall": Cover(1.0, _FRESH, level=False),
    "fence": Cover(0.8, _FRESH, level=False),
    "barrier": Cover(0.8, _FRESH, level=False),
    "bridge": Cover(0.9, _FRESH, level=False),
    "pole": Cover(0.6, _FRESH, level=False),
    "traffic_light": Cover(0.8, _FRESH, level=False),
    "furniture": Cover(0.9, _FRESH, level=False),
}
"""By semantic class of a material; what is not here is cleared by those who use it (shares are set by us)."""

BARE = Cover(0.0, 0.0)

REFLECTANCE_905NM, REFLECTANCE_1550NM = 0.85, 0.06
"""Of deep snow with grains of 0.2 mm radius: ice absorbs little at 905 nm and much beyond 1.4 um.

Source: W. Wiscombe, S. Warren, A model for the spectral albedo of snow I, J. Atmos. Sci. 37 (1980), figure 8.
"""


def covered(semantic: str, snow_cover: float) -> float:
    """The share of a level surface of this class that snow covers."""
    return COVERS.get(semantic, BARE).share * snow_cover
