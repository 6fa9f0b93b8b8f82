"""Paths against circles and lines, traffic against the closed forms of its model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simgen.physics import idm, spline
from simgen.physics.idm import DriverParameters
from simgen.physics.path import through
from simgen.physics.shapes import SHAPES, shaped


def circle(radius_m: float) -> np.ndarray:
    angle = np.linspace(0.0, np.pi, 400)
    return np.column_stack([radius_m * np.sin(angle), radius_m * (1 - np.cos(angle)), np.zeros(400)])


@pytest.mark.parametrize("radius_m", [8.0, 20.0, 100.0])
def test_a_path_along_a_circle_is_one(radius_m: float) -> None:
    path = through(circle(radius_m))
    for s in np.linspace(3.0, path.length_m - 3.0, 50):
        x, y, _ = spline.point(path.control, path.spacing_m, s)
        assert np.hypot(x, y - radius_m) == pytest.approx(radius_m, abs=1.0 / (6 * radius_m) + 0.002)
        assert spline.curvature(path.control, path.spacing_m, s) == pytest.approx(1 / radius_m, abs=0.0015)


def test_speed_in_bends_keeps_the_lateral_acceleration() -> None:
    straight = np.column_stack([np.linspace(-100.0, 0.0, 100), np.zeros(100), np.zeros(100)])
    path = through(np.concatenate([straight[:-1], circle(20.0)]), open_end=True)
    assert path.cap_at(130.0) == pytest.approx(np.sqrt(2.0 * 20.0), rel=0.05)
    assert path.cap_at(0.0) == pytest.approx(np.sqrt(2.0 * 20.0 + 2 * 2.0 * 100.0), rel=0.05)


@given(s=st.floats(1.0, 60.0), left=st.floats(-5.0, 5.0))
def test_nearest_finds_what_frame_made(s: float, left: float) -> None:
    path = through(circle(20.0))
    origin, *_ = spline.frame(path.control, path.spacing_m, s, left, 0.0)
    station, offset = spline.nearest(path.control, path.spacing_m, origin[0], origin[1], 0.0, path.length_m)
    assert station == pytest.approx(s, abs=0.01)
    assert offset == pytest.approx(left, abs=0.01)


@pytest.mark.parametrize("speed_mps", [3.0, 8.0, 12.0])
def test_a_follower_settles_at_the_equilibrium_gap(speed_mps: float) -> None:
    """Treiber 2000, eq. 4: (s0 + v T) / sqrt(1 - (v/v0)^4)."""
    p = DriverParameters()
    wanted, gap, speed = 15.0, 60.0, speed_mps
    for _ in range(60 * 200):
        change = idm.acceleration(speed, wanted, gap, speed_mps, p)
        gap += (speed_mps - speed) / 60.0
        speed += change / 60.0
    expected = (p.standstill_m + speed_mps * p.time_gap_s) / np.sqrt(1 - (speed_mps / wanted) ** 4)
    assert gap == pytest.approx(expected, rel=0.01)


@given(speed=st.floats(0.0, 40.0), start=st.floats(0.0, 1.0))
def test_a_driver_never_hits_a_standing_car_that_it_can_stop_for(speed: float, start: float) -> None:
    p = DriverParameters()
    gap = speed**2 / (2 * 0.6 * p.hardest_mps2) + p.standstill_m + 1.0 + 30.0 * start
    for _ in range(60 * 60):
        speed = max(speed + idm.acceleration(speed, 40.0, max(gap, 0.0), 0.0, p) / 60.0, 0.0)
        gap -= speed / 60.0
    assert gap > 0.5
    assert speed < 0.05


@given(x=st.floats(0.01, 0.99), shape=st.sampled_from([0, 1, 2]))
def test_shapes_go_from_0_to_1_and_their_derivatives_are_true(x: float, shape: int) -> None:
    h = 1e-6
    value, slope, bend = shaped(shape, x)
    assert 0.0 <= value <= 1.0
    assert slope == pytest.approx((shaped(shape, x + h)[0] - shaped(shape, x - h)[0]) / (2 * h), abs=1e-5)
    assert bend == pytest.approx((shaped(shape, x + h)[1] - shaped(shape, x - h)[1]) / (2 * h), abs=1e-4)
    assert shaped(shape, 0.0)[0] == 0.0
    assert shaped(shape, 1.0)[0] == 1.0
    assert len(SHAPES) == 4
