"""Rain and snow against their published laws, and streaks against geometry."""

import numpy as np
import pytest

from simgen import optics
from simgen.imaging import precipitation as rain
from simgen.imaging.drops import drops_within

LENS = optics.lens("pinhole", np.array([[400.0, 0, 160], [0, 400, 120], [0, 0, 1]]), np.zeros(0))
FORWARD = np.array([[0.0, 0.0, 1.0, 0.0], [-1.0, 0.0, 0.0, 0.0], [0.0, -1.0, 0.0, 1.5], [0.0, 0.0, 0.0, 1.0]])
"""A camera that looks along x of the world."""


def seen(sizes, *, pose=FORWARD, lens=LENS, velocity=(0.0, 0.0, 0.0), time_s=3.0, exposure_s=0.01, key=7, snow=False):
    return rain.falling(sizes, lens, (240, 320), exposure_s, pose, np.array(velocity), time_s, key, snow=snow)


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
        drops = seen(rain.rain_sizes(rate))
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
    drops = seen(rain.rain_sizes(50.0), velocity=(0.0, 0.0, 20.0))
    assert np.allclose(drops.velocity_mps[:, 2], -20.0)
    assert np.all(drops.velocity_mps[:, 1] > 1.0)
    assert np.all(drops.position_m[:, 2] > 0.0)


def test_snow_is_drawn_whiter_and_slower_than_rain():
    flakes = seen(rain.snow_sizes(2.0), snow=True)
    assert 0.5 < np.median(flakes.velocity_mps[:, 1]) < 1.6
    assert np.median(flakes.diameter_m) > 1e-3


def _place(drops: rain.Falling, pose: np.ndarray) -> np.ndarray:
    return drops.position_m @ pose[:3, :3].T + pose[:3, 3]


def _in_both(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """How far each of some of the first is from the nearest of the second."""
    return np.array([np.min(np.linalg.norm(second - place, axis=1)) for place in first[:: max(len(first) // 200, 1)]])


def test_a_later_picture_shows_the_same_drops_further_down():
    """A tenth of a millisecond on, those that are still in view are where their speed has brought them."""
    sizes, step_s = rain.rain_sizes(25.0), 1e-4
    before, after = seen(sizes), seen(sizes, time_s=3.0 + step_s)
    moved = before.position_m + before.velocity_mps * step_s
    gap = _in_both(moved, after.position_m)
    assert np.mean(gap < 1e-9) > 0.97  # the others fell out of the picture
    other = seen(sizes, key=8)
    assert np.mean(_in_both(before.position_m, other.position_m) < 1e-3) < 0.01


def test_flakes_swing_as_they_fall():
    sizes, step_s = rain.snow_sizes(2.0), 1e-4
    before, after = (seen(sizes, time_s=time_s, snow=True) for time_s in (3.0, 3.0 + step_s))
    gap = _in_both(before.position_m + before.velocity_mps * step_s, after.position_m)
    assert np.mean(gap < 1e-6) > 0.97
    assert np.std(before.velocity_mps[:, 0]) == pytest.approx(0.3, rel=0.1)


def test_cameras_beside_each_other_see_the_same_drops():
    """From a quarter of a metre aside: the drops that the second one sees are among those of the first, as far as its
    view goes."""
    sizes = rain.rain_sizes(25.0)
    aside = FORWARD.copy()
    aside[1, 3] += 0.25
    first, second = _place(seen(sizes), FORWARD), _place(seen(sizes, pose=aside), aside)
    inside = np.abs(second[:, 1] - 0.125) < 0.1 * second[:, 0]
    assert inside.sum() > 20
    assert np.mean(_in_both(second[inside], first) < 1e-9) > 0.9


def test_the_field_has_as_many_drops_as_the_law():
    """Those within 0.35 and 1 m in all directions, over many places and times."""
    number, count = np.array([40.0]), 0
    rays = np.random.default_rng(1).standard_normal((4000, 3))
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    for k in range(40):
        eye = np.array([7.0 * k, -3.0 * k, 1.5])
        count += len(drops_within(number, np.array([5.0]), np.array([1.0]), rays, eye, 0.3 * k, 11)[0])
    expected = 40 * 40.0 * 4.0 / 3.0 * np.pi * (1.0 - 0.35**3)
    assert count == pytest.approx(expected, abs=5.0 * np.sqrt(expected))
