"""Weather of episodes: other columns than today's, and another weather on a motion that was recorded."""

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import staging

from simgen.cli.resensing import parse_weather
from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.physics.scene_lamps import DRIVING, wants_lamps
from simgen.record.playback import _weather
from simgen.resense import _drivers, _under
from simgen.world.weather import COLUMNS, Weather


def test_columns_go_by_name_and_what_is_lacking_was_not_there(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "old.h5", "w") as file:
        stored = file.create_dataset("weather", data=np.array([[0.5, 12.0], [0.25, 13.0], [0.75, 14.0]], np.float32))
        stored.attrs["columns"] = json.dumps(["fog", "temperature_c"])
        rows = _weather(stored, slice(1, 3))
    assert rows.shape == (2, len(COLUMNS))
    first, second = Weather.from_array(rows[0]), Weather.from_array(rows[1])
    assert (first.fog, second.fog, second.temperature_c) == (0.25, 0.75, 14.0)
    assert first.snow_cover == 0.0
    assert first.cloudiness == pytest.approx(Weather().cloudiness)


def test_who_drives_lights_up_when_it_becomes_night() -> None:
    cast = staging.cast(2)
    view = staging.view(cast, lambda row, _t: Pose.from_xyz_rpy(5.0 * row, 0.0, 0.0))
    snapshot = view.snapshots[0]
    night = parse_weather(("night", "fog=0.1"))
    assert night["sun_elevation_deg"] < -6.0
    assert night["fog"] == 0.1
    drivers = _drivers(cast)
    dark = _under(snapshot, night, drivers)
    assert wants_lamps(dark.weather)
    assert np.all(dark.lamps[drivers] & DRIVING == DRIVING)
    assert Weather.from_array(dark.weather).fog == pytest.approx(0.1)
    assert not wants_lamps(_under(snapshot, parse_weather(("clear",)), drivers).weather)
    assert _under(snapshot, {}, drivers) is snapshot


def test_a_weather_that_is_none() -> None:
    with pytest.raises(InputError, match="--weather sleet: expected one of clear, cloudy"):
        parse_weather(("sleet",))


@pytest.mark.parametrize(
    ("weather", "lit"),
    [
        (Weather(), False),
        (Weather(sun_elevation_deg=-4.0), True),
        (Weather(fog=0.5), True),
        (Weather(rain_mm_h=8.0), True),
        (Weather(snow_mm_h=1.5), True),
        (Weather(rain_mm_h=0.5), False),
    ],
)
def test_low_beams_are_for_dark_and_short_sight(weather: Weather, lit: bool) -> None:
    assert wants_lamps(weather.array()) == lit
