"""How much of dry asphalt's grip a weather leaves to tyres."""

from simgen.world.snow import covered
from simgen.world.weather import Weather

WET, SNOW = 0.7, 0.25
"""Share of the grip of dry asphalt (0.85) on standing water (0.6) and on hard-packed snow (0.2).

Source: J. Y. Wong, Theory of Ground Vehicles, 3rd ed. 2001, table 1.4, peak values.
"""


def grip_of(weather: Weather) -> float:
    """Friction relative to dry asphalt; patches of snow count by what they cover of a road (they are small)."""
    snow = covered("road", weather.snow_cover)
    return (1.0 - (1.0 - WET) * weather.wetness) * (1.0 - snow) + SNOW * snow
