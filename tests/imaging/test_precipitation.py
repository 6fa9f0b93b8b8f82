"""Rain and snow against their published laws, and streaks against geometry."""

import numpy as np
import pytest

from simgen import optics
from simgen.imaging import precipitation as rain

LENS = optics.lens("pinhole", np.array([[400.0, 0, 160], [0, 400, 120], [0, 0, 1]]), np.zeros(0))
DOWN = np.array([0.0, 1.0, 0.0])


def test_drops_fall_as_gunn_and_kinzer_measured():
    measured = {1.0: 4.03, 2.0: 6.49, 3.0: 8.06, 4.0: 8.83, 5.0: 9.09}  # mm, m/s; table 2 of 1949
    for diameter, speed in measured.items():
        assert rain.rain_speed_mps(np.array([diameter]))[0] == pytest.approx(speed, rel=0.03)


@pytest.mark.parametrize("rate", [5.0, 25.0, 80.0])
def test_the_drops_carry_the_rain_that_fell(rate):
    sizes = rain.rain_sizes(rate)
    diameter = np.arange(0.005, 8.0, 0.01)
    number = sizes.n0 * np.exp(-sizes.slope * diameter) * 0.01
    volume = np.sum(number * np.pi / 6 * (diameter * 1e-3) ** 3 * rain.rain_speed_mps(diameter))
    assert volume * 1000 * 3600 == pytest.approx(rate, rel=0.2)  # mm/h; Marshall and Palmer's fit is no better
    inside = (diameter > 0.5) & (diameter < 6.25)
    assert sizes.numbers().sum() == pytest.approx(number[inside].sum(), rel=0.03)


def test_the_number_drawn_grows_with_the_rain():
    counts = []
    for rate in (5.0, 25.0, 100.0):
        drops = rain.falling(rain.rain_sizes(rate), LENS, (240, 320), 0.01, np.zeros(3), DOWN, np.random.default_rng(0))
        counts.append(len(drops.diameter_m))
    assert counts[0] < counts[1] < counts[2]


def streak(exposure_s: float, depth_m: float = np.inf, velocity=(0.0, 8.0, 0.0)):
    light = np.zeros((240, 320, 3), np.float32)
    one = rain.Falling(
        position_m=np.array([[0.0, 0.0, 2.0]]), velocity_mps=np.array([velocity]), diameter_m=np.array([0.01])
    )
    depth = np.full((240, 320), depth_m, np.float32)
    rain.draw(light, depth, one, LENS, exposure_s, np.ones(3))
    return light[..., 0]


def test_a_streak_is_as_long_as_the_drop_falls_and_as_faint():
    short, long = streak(0.01), streak(0.02)
    for light, length in ((short, 8 * 0.01 * 400 / 2), (long, 8 * 0.02 * 400 / 2)):
        rows = np.flatnonzero(light.max(axis=1) > 0.5 * light.max())
        assert rows[-1] - rows[0] + 1 == pytest.approx(length + 2.0, abs=2.0)
    # What passes twice as fast over a pixel covers it half as long; all light together stays the same.
    assert short.sum() == pytest.approx(long.sum(), rel=0.12)
    assert short.max() == pytest.approx(2 / 18, rel=0.1)  # the drop is 2 px wide and runs 16 px


def test_drops_are_hidden_by_what_is_nearer():
    assert streak(0.01, depth_m=1.9).max() == 0.0
    assert streak(0.01, depth_m=2.1).max() > 0.0


def test_drops_come_from_where_the_car_goes():
    drops = rain.falling(
        rain.rain_sizes(50.0), LENS, (240, 320), 0.01, np.array([0.0, 0.0, 20.0]), DOWN, np.random.default_rng(0)
    )
    assert np.all(drops.velocity_mps[:, 2] == -20.0)
    assert np.all(drops.velocity_mps[:, 1] > 1.0)
    assert np.all(drops.position_m[:, 2] > 0.0)


def test_snow_is_drawn_whiter_and_slower_than_rain():
    flakes = rain.falling(
        rain.snow_sizes(2.0), LENS, (240, 320), 0.01, np.zeros(3), DOWN, np.random.default_rng(0), snow=True
    )
    assert 0.5 < np.median(flakes.velocity_mps[:, 1]) < 1.6
    assert np.median(flakes.diameter_m) > 1e-3
