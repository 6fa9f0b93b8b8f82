"""Where the sun stands, against published tables and another implementation."""

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest

from simgen.world.sun import _equatorial, refraction_deg, sun_position


def test_right_ascension_and_declination_of_meeus_example() -> None:
    # Meeus, Astronomical Algorithms, example 25.a: 1992 October 13 at 0h TD.
    right_ascension, declination = _equatorial((2448908.5 - 2451545.0) / 36525.0)
    assert math.degrees(right_ascension) % 360.0 == pytest.approx(198.38083, abs=1e-4)
    assert math.degrees(declination) == pytest.approx(-7.78507, abs=1e-4)


def test_the_example_of_the_solar_position_algorithm() -> None:
    # Reda and Andreas, NREL/TP-560-34302, table A5.1: zenith 50.11162, azimuth 194.34024 at 1830 m (820 hPa).
    when = datetime(2003, 10, 17, 12, 30, 30, tzinfo=timezone(timedelta(hours=-7)))
    azimuth, elevation = sun_position(when, 39.742476, -105.1786)
    assert azimuth == pytest.approx(194.34024, abs=0.01)
    assert elevation == pytest.approx(90.0 - 50.11162, abs=0.01)


@pytest.mark.parametrize(
    ("place", "when", "azimuth_deg", "elevation_deg"),
    [
        # XEphem's VSOP87 by PyEphem 4.2, apparent places at 1010 hPa and 10 deg C.
        ((48.2, 16.37), datetime(2024, 6, 21, 16, 30, tzinfo=UTC), 281.549, 21.569),
        ((-33.8688, 151.2093), datetime(2023, 12, 21, 22, 15, tzinfo=UTC), 92.597, 41.562),
        ((69.65, 18.96), datetime(2025, 3, 20, 11, 0, tzinfo=UTC), 182.258, 20.409),
        ((-1.286, 36.817), datetime(2024, 9, 22, 3, 40, tzinfo=UTC), 89.771, 3.848),
        ((21.3069, -157.8583), datetime(2026, 5, 27, 22, 20, tzinfo=UTC), 86.497, 87.985),
    ],
)
def test_places_of_another_implementation(
    place: tuple[float, float], when: datetime, azimuth_deg: float, elevation_deg: float
) -> None:
    azimuth, elevation = sun_position(when, *place)
    assert elevation == pytest.approx(elevation_deg, abs=0.02)
    assert azimuth == pytest.approx(azimuth_deg, abs=0.02 / math.cos(math.radians(elevation_deg)))


@pytest.mark.parametrize(
    ("place", "when"),
    [
        # Sunrise and sunset of almanacs, to the minute: London 2024-06-21, New York 2024-12-21, Sydney 2024-12-21.
        ((51.5074, -0.1278), datetime(2024, 6, 21, 3, 43, tzinfo=UTC)),
        ((51.5074, -0.1278), datetime(2024, 6, 21, 20, 21, tzinfo=UTC)),
        ((40.7128, -74.0060), datetime(2024, 12, 21, 12, 16, 30, tzinfo=UTC)),
        ((40.7128, -74.0060), datetime(2024, 12, 21, 21, 32, tzinfo=UTC)),
        ((-33.8688, 151.2093), datetime(2024, 12, 20, 18, 41, tzinfo=UTC)),
    ],
)
def test_it_rises_and_sets_when_almanacs_say(place: tuple[float, float], when: datetime) -> None:
    # Its upper edge is then on the horizon: the middle is half a diameter, 16 arc minutes, below.
    assert sun_position(when, *place)[1] == pytest.approx(-16.0 / 60.0, abs=0.2)


def test_refraction_of_the_horizon() -> None:
    # 34 arc minutes at the horizon, 0 at the zenith, and no jump where it begins to fade.
    assert refraction_deg(-0.57) == pytest.approx(34.5 / 60.0, abs=0.04)
    assert refraction_deg(90.0) == pytest.approx(0.0, abs=1e-3)
    assert refraction_deg(-1.0001) == pytest.approx(refraction_deg(-0.9999), abs=1e-3)
