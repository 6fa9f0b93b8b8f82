"""Weather by name, as `--set weather=night` and `simgen resense --weather night` take it."""

from collections.abc import Mapping

from simgen.errors import InputError
from simgen.scenario.scenario import WeatherSpec
from simgen.world.weather import COLUMNS

PRESETS: Mapping[str, WeatherSpec] = {
    "clear": WeatherSpec(cloudiness=0.05, fog=0.0, rain_mm_h=0.0, snow_mm_h=0.0, wetness=0.0),
    "cloudy": WeatherSpec(cloudiness=0.55, fog=0.0, rain_mm_h=0.0, snow_mm_h=0.0, wetness=0.0),
    "overcast": WeatherSpec(cloudiness=1.0, fog=0.0, rain_mm_h=0.0, snow_mm_h=0.0, wetness=0.0),
    "fog": WeatherSpec(cloudiness=0.7, fog=0.55, rain_mm_h=0.0, snow_mm_h=0.0, wetness=0.1, temperature_c=6.0),
    "rain": WeatherSpec(cloudiness=0.95, fog=0.0, rain_mm_h=8.0, snow_mm_h=0.0, wetness=1.0, temperature_c=11.0),
    "snow": WeatherSpec(
        cloudiness=0.9, fog=0.0, rain_mm_h=0.0, snow_mm_h=1.5, wetness=0.0, temperature_c=-3.0, snow_cover=0.9
    ),
    "low_sun": WeatherSpec(cloudiness=0.15, fog=0.0, rain_mm_h=0.0, snow_mm_h=0.0, sun_elevation_deg=5.0),
    "dusk": WeatherSpec(cloudiness=0.3, fog=0.0, rain_mm_h=0.0, snow_mm_h=0.0, sun_elevation_deg=-4.0),
    "night": WeatherSpec(cloudiness=0.2, fog=0.0, rain_mm_h=0.0, snow_mm_h=0.0, sun_elevation_deg=-30.0),
}
"""Name -> what it says; the rest stays the world's own. Fog of 0.55 is a range of 99 m, dense fog where people drive
(WMO-No. 8: below 200 m); 8 mm/h is moderate to heavy rain (WMO-No. 8: heavy from 10 mm/h); the sun stands 4 degrees
below the horizon in civil twilight."""


def preset(name: str, place: str = "weather") -> WeatherSpec:
    """The weather of a name.

    Raises:
        InputError: there is none.
    """
    found = PRESETS.get(name.strip())
    if found is None:
        raise InputError(f"{place}: expected one of {', '.join(PRESETS)} (or the path of a field), got {name!r}")
    return found


def numbers_of(name: str, place: str = "weather") -> dict[str, float]:
    """What the weather of a name says.

    Raises:
        InputError: there is none.
    """
    found = preset(name, place)
    values = {name: getattr(found, name) for name in COLUMNS}
    return {name: float(value) for name, value in values.items() if value is not None}
