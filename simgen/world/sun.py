"""Where the sun stands: from a time and a place on the Earth."""

import math
from datetime import UTC, datetime

_J2000_UNIX_S = 946_728_000.0
"""2000-01-01 12:00 UTC."""
_TT_MINUS_UTC_S = 69.2
"""Terrestrial time runs ahead of UTC by this (IERS Bulletin C, from 2017 on); a minute more moves the sun by 0.0007
degrees."""


def sun_position(when: datetime, latitude_deg: float, longitude_deg: float) -> tuple[float, float]:
    """Azimuth (clockwise from north, 0..360) and elevation of the sun as one sees it, degrees.

    Right to about 0.01 degrees between 1950 and 2050, near the horizon as well as the air is the standard one.

    Args:
        when: with its time zone.
        latitude_deg: north of the equator.
        longitude_deg: east of Greenwich.

    Source: J. Meeus, Astronomical Algorithms, 2nd ed. 1998: sun eqs. 25.2 to 25.8 (low accuracy), sidereal time
    eq. 12.4, horizontal coordinates eqs. 13.5 and 13.6, with the parallax of the sun, 8.794 arc seconds (chapter 40).
    """
    seconds = when.astimezone(UTC).timestamp() - _J2000_UNIX_S
    right_ascension, declination = _equatorial((seconds + _TT_MINUS_UTC_S) / (86400.0 * 36525.0))
    sidereal_deg = 280.46061837 + 360.98564736629 * seconds / 86400.0
    hour = math.radians(sidereal_deg + longitude_deg) - right_ascension
    latitude = math.radians(latitude_deg)
    # Meeus counts azimuths from the south, westward.
    east = -math.cos(declination) * math.sin(hour)
    north = math.cos(latitude) * math.sin(declination) - math.sin(latitude) * math.cos(declination) * math.cos(hour)
    up = math.sin(latitude) * math.sin(declination) + math.cos(latitude) * math.cos(declination) * math.cos(hour)
    elevation_deg = math.degrees(math.asin(max(-1.0, min(1.0, up))))
    elevation_deg -= 8.794 / 3600.0 * math.cos(math.radians(elevation_deg))
    return math.degrees(math.atan2(east, north)) % 360.0, elevation_deg + refraction_deg(elevation_deg)


def refraction_deg(elevation_deg: float) -> float:
    """By how much the air lifts what stands at this true elevation (1010 hPa, 10 deg C); fades below the horizon.

    Source: Meeus 1998, eq. 16.4 (G. G. Bennett, 1982; T. Saemundsson, 1986), good to 0.1 arc minutes above the horizon.
    """
    if elevation_deg < -1.0:
        # No light comes that way: only so that the sun sets without a jump.
        return refraction_deg(-1.0) * math.exp(elevation_deg + 1.0)
    return 1.02 / math.tan(math.radians(elevation_deg + 10.3 / (elevation_deg + 5.11))) / 60.0


def _equatorial(centuries: float) -> tuple[float, float]:
    """Apparent right ascension and declination, rad, so many Julian centuries after J2000."""
    t = centuries
    mean_longitude = 280.46646 + t * (36000.76983 + t * 0.0003032)
    anomaly = math.radians(357.52911 + t * (35999.05029 - t * 0.0001537))
    centre = (
        (1.914602 - t * (0.004817 + t * 0.000014)) * math.sin(anomaly)
        + (0.019993 - t * 0.000101) * math.sin(2.0 * anomaly)
        + 0.000289 * math.sin(3.0 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * t)
    longitude = math.radians(mean_longitude + centre - 0.00569 - 0.00478 * math.sin(node))
    obliquity = math.radians(23.0 + (26.0 + 21.448 / 60.0) / 60.0 - 0.0130042 * t + 0.00256 * math.cos(node))
    right_ascension = math.atan2(math.cos(obliquity) * math.sin(longitude), math.cos(longitude))
    return right_ascension, math.asin(math.sin(obliquity) * math.sin(longitude))
