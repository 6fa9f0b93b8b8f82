"""MTTC, the ego's path, RSS and post-encroachment time against closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simgen.criticality import rss
from simgen.criticality.footprints import Footprints
from simgen.criticality.mttc import modified_time_to_collision_s
from simgen.criticality.path import along_path, curvature_per_m
from simgen.criticality.pet import post_encroachment_time_s
from simgen.criticality.ttc import time_to_collision_s


def boxes(*rows: tuple[float, float, float, float, float]) -> Footprints:
    table = np.array(rows, dtype=np.float64)
    return Footprints(centre_m=table[:, :2], heading_rad=table[:, 2], length_m=table[:, 3], width_m=table[:, 4])


place = st.floats(-30.0, 30.0)
box = st.tuples(place, place, st.floats(-7.0, 7.0), st.floats(0.3, 12.0), st.floats(0.3, 3.0))
speed = st.tuples(st.floats(-20.0, 20.0), st.floats(-20.0, 20.0))


def test_mttc_in_one_dimension_is_the_quadratic_s_root() -> None:
    """Ozbay 2008: gap 20 m, closing with 5 m/s and 2 m/s2 more every second: t = (-5 + sqrt(25 + 80)) / 2."""
    a, b = boxes((0, 0, 0, 4, 2)), boxes((24, 0, 0, 4, 2))
    mttc = modified_time_to_collision_s(a, b, np.array([[-5.0, 0.0]]), np.array([[-2.0, 0.0]]))
    np.testing.assert_allclose(mttc, (-5 + np.sqrt(25 + 80)) / 2)


def test_mttc_tells_of_a_leader_that_only_brakes() -> None:
    """Equal speeds: TTC sees no danger; a leader that brakes with 6 m/s2 is met after sqrt(2 gap / 6)."""
    a, b = boxes((0, 0, 0, 4, 2)), boxes((34, 0, 0, 4, 2))
    still, brakes = np.zeros((1, 2)), np.array([[-6.0, 0.0]])
    assert np.isinf(time_to_collision_s(a, b, still, still)[0])
    np.testing.assert_allclose(modified_time_to_collision_s(a, b, still, brakes), np.sqrt(2 * 30 / 6))


@given(a=box, b=box, velocity=speed)
@settings(max_examples=80, deadline=None)
def test_mttc_without_acceleration_is_ttc(a: tuple, b: tuple, velocity: tuple) -> None:
    one, other = boxes(a), boxes(b)
    ttc = time_to_collision_s(one, other, np.zeros((1, 2)), np.array([velocity]))[0]
    mttc = modified_time_to_collision_s(one, other, np.array([velocity]), np.zeros((1, 2)))[0]
    # A touch of no length may be seen by one and not by the other.
    if np.isfinite(ttc) and np.isfinite(mttc):
        assert np.isclose(mttc, ttc, atol=1e-4)


@given(curvature=st.floats(-0.2, 0.2), s=st.floats(0.1, 12.0), offset=st.floats(-3.0, 3.0), heading=st.floats(-3, 3))
@settings(max_examples=60, deadline=None)
def test_arc_coordinates_of_a_point_set_out_along_the_arc(
    curvature: float, s: float, offset: float, heading: float
) -> None:
    """Points laid out along a circle by walking it in small steps."""
    steps = 4000
    angle = heading + curvature * s * (np.arange(steps) + 0.5) / steps
    end = np.array([np.cos(angle).sum(), np.sin(angle).sum()]) * s / steps
    turned = heading + curvature * s
    point = np.array([3.0, -7.0]) + end + offset * np.array([-np.sin(turned), np.cos(turned)])
    ahead = along_path(np.array([3.0, -7.0]), heading, curvature, np.tile(point, (1, 4, 1)))
    np.testing.assert_allclose([ahead.near_m[0], ahead.far_m[0]], s, atol=1e-5)
    np.testing.assert_allclose([ahead.left_m[0], ahead.right_m[0]], offset, atol=1e-5)
    np.testing.assert_allclose(ahead.direction[0], [np.cos(turned), np.sin(turned)], atol=1e-6)


def test_curvature_is_yaw_rate_over_speed_where_that_means_something() -> None:
    assert curvature_per_m(10.0, 0.5) == pytest.approx(0.05)
    assert curvature_per_m(0.1, 0.5) == 0.0
    assert curvature_per_m(1.0, 5.0) == 0.25


@given(rear=st.floats(0.0, 40.0), front=st.floats(0.0, 40.0))
@settings(max_examples=60, deadline=None)
def test_rss_following_distance_is_just_enough(rear: float, front: float) -> None:
    """Driven out step by step: the follower speeds up, then brakes mildly; the leader brakes hard. They just touch."""
    own, other = rss.EGO, rss.OTHER
    gap = float(rss.following_distance_m(np.array([rear]), np.array([front]), own, other)[0])
    dt, x_rear, x_front, v_rear, v_front, nearest = 2e-3, 0.0, gap, rear, front, gap
    for k in range(20000):
        change = own.accelerate_mps2 if k * dt < own.time_s else -own.brake_mps2
        after_rear, after_front = max(v_rear + change * dt, 0.0), max(v_front - other.brake_most_mps2 * dt, 0.0)
        x_rear, x_front = x_rear + 0.5 * (v_rear + after_rear) * dt, x_front + 0.5 * (v_front + after_front) * dt
        v_rear, v_front, nearest = after_rear, after_front, min(nearest, x_front - x_rear)
        if v_rear == v_front == 0.0:
            break
    assert nearest > -0.05
    if gap > 0.0:
        assert x_front - x_rear < 0.05


def test_rss_numbers_by_hand() -> None:
    """20 m/s behind 20 m/s: 20 + 1.75 + 23.5^2 / 8 - 400 / 16."""
    v = np.array([20.0])
    np.testing.assert_allclose(rss.following_distance_m(v, v, rss.EGO, rss.OTHER), 21.75 + 23.5**2 / 8 - 25.0)
    # Head-on: 20 m/s with reaction 1 s and 3 m/s2, against 10 m/s with 2 s and 4 m/s2.
    oncoming = rss.oncoming_distance_m(v, np.array([10.0]), rss.EGO, rss.OTHER)
    np.testing.assert_allclose(oncoming, 21.75 + 23.5**2 / 6 + 27.0 + 17.0**2 / 8)
    # Side by side at rest sideways: 0.1 + 0.2^2 / 1.6 for the ego, 0.4 + 0.4^2 / 1.6 for the other.
    still = np.zeros(1)
    np.testing.assert_allclose(rss.lateral_distance_m(still, still, rss.OTHER, rss.EGO), 0.125 + 0.5)


def test_pet_of_two_that_cross() -> None:
    """The first leaves the crossing as its rear passes, the second enters it as its front arrives.

    Cars of 4 m x 2 m, one going north with 10 m/s, the other going east with 10 m/s, 2 s later: the first has left at
    t = (2 + 1) / 10, the second comes at t = 2 - (2 + 1) / 10.
    """
    times = np.arange(0, 3001, 10, dtype=np.int64) * 1_000_000
    t = times * 1e-9 - 0.5
    north = np.stack([np.zeros_like(t), 10 * t, np.zeros_like(t), np.ones_like(t)], axis=-1)
    east = np.stack([10 * (t - 2.0), np.zeros_like(t), np.ones_like(t), np.zeros_like(t)], axis=-1)
    past = np.stack([east, north], axis=1)
    half = np.array([[2.0, 1.0], [2.0, 1.0]])
    pets = [post_encroachment_time_s(times[: k + 1], past[k], past[: k + 1], half, 0)[1] for k in range(len(times))]
    assert min(pets) == pytest.approx((2.0 - 0.3) - 0.3, abs=0.03)
    assert np.isinf(pets[0])
    assert np.isinf(pets[150])


def test_pet_is_zero_where_they_touch_and_none_for_the_absent() -> None:
    now = np.array([[0.0, 0.0, 1.0, 0.0], [1.0, 0.5, 0.0, 1.0], [np.nan, np.nan, np.nan, np.nan]])
    pets = post_encroachment_time_s(np.array([0]), now, now[None], np.full((3, 2), 1.0), 0)
    assert pets[1] == 0.0
    assert np.isinf(pets[2])
