"""Fixes the weather of a scenario: numbers drawn, the sun where a time or the ego's heading puts it."""

import math
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from simgen.errors import InputError
from simgen.sampling import Choice, LogUniform, Normal, Uniform
from simgen.scenario.draws import fix
from simgen.scenario.scenario import WeatherSpec
from simgen.world.sun import sun_position
from simgen.world.weather import COLUMNS
from simgen.world.world import World

EXAMPLE = "2024-06-21T18:30+02:00"


def fixed_weather(spec: WeatherSpec, world: World, seed: int, heading_rad: float) -> WeatherSpec:
    """The weather with every number in it: drawn, worked out, or the world's own where it says nothing.

    An angle of the sun that is given goes before the time. `time` is kept as UTC, beside the angles that it gave.

    Args:
        spec: of the scenario.
        world: where it is.
        seed: of the draws.
        heading_rad: of the ego at the start.

    Raises:
        InputError: a time or date that is none.
    """
    drawn = fix(spec, seed, "weather")
    values = {name: getattr(drawn, name) for name in COLUMNS}
    when = moment(drawn.time, drawn.date, world.longitude_deg)
    if when is not None:
        azimuth_deg, elevation_deg = sun_position(when, world.latitude_deg, world.longitude_deg)
        sun = {"sun_azimuth_deg": (world.north_deg - azimuth_deg) % 360.0, "sun_elevation_deg": elevation_deg}
        values = {name: sun.get(name) if value is None else value for name, value in values.items()}
    if drawn.sun_bearing_deg is not None:
        values["sun_azimuth_deg"] = (math.degrees(heading_rad) + float(drawn.sun_bearing_deg)) % 360.0  # type: ignore[arg-type]
    numbers = {name: float(getattr(world.weather, name) if value is None else value) for name, value in values.items()}
    return WeatherSpec(
        **numbers,
        sun_bearing_deg=(numbers["sun_azimuth_deg"] - math.degrees(heading_rad) + 180.0) % 360.0 - 180.0,
        time="" if when is None else when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def check_time(spec: WeatherSpec) -> None:
    """Whether every time and date that can be drawn is one.

    Raises:
        InputError: one is none.
    """
    days = spec.date.values if isinstance(spec.date, Choice) else (spec.date,)
    times = spec.time.values if isinstance(spec.time, Choice) else (spec.time,)
    if isinstance(spec.time, Uniform | LogUniform | Normal):
        times = (spec.time.low, spec.time.high) if not isinstance(spec.time, Normal) else (spec.time.mean,)
    for day in days:
        for time in times:
            moment(time, day, 0.0)


def moment(time: Any, day: Any, longitude_deg: float, place: str = "weather") -> datetime | None:
    """The time that a scenario's `time` and `date` mean; None where it says neither.

    Args:
        time: ISO text with or without a date and an offset, or hours since midnight.
        day: ISO date for a time without one; "" takes an equinox, 2024-03-20.
        longitude_deg: for the zone of a time without an offset, the nautical one.
        place: what messages call the weather.

    Raises:
        InputError: they are no time or date.
    """
    if time in ("", None):
        if day in ("", None):
            return None
        raise InputError(f"{place}.date: expected a time beside it, got {day!r} alone")
    zone = timezone(timedelta(hours=round(longitude_deg / 15.0)))
    if isinstance(time, int | float):
        if not 0.0 <= time <= 24.0:
            raise InputError(f"{place}.time: expected 0..24 hours or a text such as {EXAMPLE}, got {time:g}")
        return datetime.combine(_date(day, place), datetime.min.time(), zone) + timedelta(hours=float(time))
    text = str(time).strip()
    whole = text if len(text) > 10 and text[4:5] == "-" else f"{_date(day, place)}T{text}"
    try:
        when = datetime.fromisoformat(whole)
    except ValueError:
        raise InputError(f"{place}.time: expected a time such as {EXAMPLE} or 18:30, got {time!r}") from None
    return when if when.tzinfo is not None else when.replace(tzinfo=zone)


def _date(day: Any, place: str) -> date:
    if day in ("", None):
        return date(2024, 3, 20)
    try:
        return date.fromisoformat(str(day).strip())
    except ValueError:
        raise InputError(f"{place}.date: expected a date such as 2024-06-21, got {day!r}") from None
