import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from simgen.criticality.footprints import Footprints, gap_m, overlap
from simgen.criticality.ttc import deceleration_to_avoid_crash_mps2, time_headway_s, time_to_collision_s


def boxes(*rows: tuple[float, float, float, float, float]) -> Footprints:
    table = np.array(rows, dtype=np.float64)
    return Footprints(centre_m=table[:, :2], heading_rad=table[:, 2], length_m=table[:, 3], width_m=table[:, 4])


def polygon(box: Footprints, moved: np.ndarray | float = 0.0) -> shapely.Polygon:
    return shapely.Polygon(box.corners()[0] + moved)


place = st.floats(-30.0, 30.0)
box = st.tuples(place, place, st.floats(-7.0, 7.0), st.floats(0.3, 12.0), st.floats(0.3, 3.0))
speed = st.floats(-20.0, 20.0)


@given(a=box, b=box)
@settings(max_examples=60, deadline=None)
def test_gap_and_overlap_agree_with_shapely(a: tuple, b: tuple) -> None:
    one, other = boxes(a), boxes(b)
    truth = polygon(one).distance(polygon(other))
    assert np.isclose(gap_m(one, other)[0], truth, atol=1e-6)
    if truth > 1e-6:
        assert not overlap(one, other)[0]


@given(a=box, b=box, va=st.tuples(speed, speed), vb=st.tuples(speed, speed))
@settings(max_examples=80, deadline=None)
def test_first_contact_is_where_shapely_first_finds_one(a: tuple, b: tuple, va: tuple, vb: tuple) -> None:
    one, other = boxes(a), boxes(b)
    moving = np.array(vb) - np.array(va)
    ttc = time_to_collision_s(one, other, np.array([va]), np.array([vb]))[0]

    def distance(time_s: float) -> float:
        return polygon(one).distance(polygon(other, moving * time_s))

    if ttc == 0.0:
        assert distance(0.0) < 1e-6
    elif np.isfinite(ttc):
        assert distance(ttc) < 1e-5
        assert distance(0.999 * ttc) > 0.0 or np.linalg.norm(moving) * 0.001 * ttc < 1e-5
    else:
        assert all(distance(time_s) > -1e-9 for time_s in (0.0, 0.5, 2.0))
        assert min(distance(time_s) for time_s in np.linspace(0.0, 5.0, 50)) > 0.0


def test_head_on() -> None:
    a, b = boxes((0.0, 0.0, 0.0, 4.0, 2.0)), boxes((50.0, 0.0, np.pi, 5.0, 2.0))
    ttc = time_to_collision_s(a, b, np.array([[10.0, 0.0]]), np.array([[-5.0, 0.0]]))
    np.testing.assert_allclose(ttc, (50.0 - 4.5) / 15.0)


def test_crossing_touches_when_the_later_axis_closes() -> None:
    # The car's front reaches the child's side after (20 - 2 - 0.3) / 10 s, the child the car's after 1.75 / 1.5 s.
    car, child = boxes((0.0, 0.0, 0.0, 4.0, 2.0)), boxes((20.0, -3.0, np.pi / 2, 0.5, 0.6))
    ttc = time_to_collision_s(car, child, np.array([[10.0, 0.0]]), np.array([[0.0, 1.5]]))
    np.testing.assert_allclose(ttc, max(17.7 / 10.0, 1.75 / 1.5))


def test_passing_side_by_side_is_no_collision() -> None:
    a, b = boxes((0.0, 0.0, 0.0, 4.0, 2.0)), boxes((50.0, 3.0, 0.0, 4.0, 2.0))
    assert np.isinf(time_to_collision_s(a, b, np.array([[20.0, 0.0]]), np.array([[0.0, 0.0]]))[0])


def test_headway_and_deceleration_against_their_definitions() -> None:
    np.testing.assert_allclose(time_headway_s(np.array([30.0, 30.0]), np.array([15.0, 0.0])), [2.0, np.inf])
    # Stopping from 10 m/s within 5 m takes v^2 / 2d = 10 m/s2.
    needed = deceleration_to_avoid_crash_mps2(np.array([5.0, 5.0, 0.0]), np.array([10.0, -1.0, 1.0]))
    np.testing.assert_allclose(needed, [10.0, 0.0, np.inf])
