"""The criticality table against situations that can be worked out by hand."""

import numpy as np
import staging

from simgen.geometry import Pose
from simgen.labels.criticality import Criticality, CriticalityLabeller


def label(*others, ego_speed=10.0, yaw_rate=0.0) -> Criticality:
    """The ego drives along x (or an arc); its box reaches 0.6 m behind and 3.4 m ahead of its origin.

    Args:
        others: x, y, yaw and velocity of boxes of 4 x 1.8 m.
    """
    cast = staging.cast(len(others))

    def pose_at(row: int, t: float) -> Pose:
        if row == 0:
            if yaw_rate == 0.0:
                return Pose.from_xyz_rpy(ego_speed * t, 0.0, 0.0)
            radius = ego_speed / yaw_rate
            angle = yaw_rate * t
            return Pose.from_xyz_rpy(radius * np.sin(angle), radius * (1 - np.cos(angle)), 0.0, yaw=angle)
        x, y, yaw, vx, vy = others[row - 1]
        return Pose.from_xyz_rpy(x + vx * t, y + vy * t, 0.0, yaw=yaw)

    view = staging.view(cast, pose_at)
    labeller = CriticalityLabeller(cast)
    labeller.remember([snapshot for snapshot in view.snapshots if snapshot.time_ns <= 0])
    return labeller.label(view, 0)


def test_leader_straight_ahead() -> None:
    """A gap of 30 m to one that drives 4 m/s slower."""
    rows = label((35.4, 0.0, 0.0, 6.0, 0.0))
    assert rows.actor_id.tolist() == [2]
    np.testing.assert_allclose(rows.distance_m, 30.0, rtol=1e-4)
    np.testing.assert_allclose(rows.ttc_s, 7.5, rtol=1e-3)
    np.testing.assert_allclose(rows.mttc_s, 7.5, rtol=1e-2)
    np.testing.assert_allclose(rows.thw_s, 3.0, rtol=1e-3)
    np.testing.assert_allclose(rows.drac_mps2, 16.0 / 60.0, rtol=1e-3)
    assert np.isinf(rows.pet_s[0])
    # RSS: 10 + 1.75 + 13.5^2 / 8 - 36 / 16 = 32.3 m are needed.
    assert rows.rss_violation.tolist() == [True]
    assert label((38.0, 0.0, 0.0, 6.0, 0.0)).rss_violation.tolist() == [False]


def test_who_is_beside_the_path_neither_leads_nor_breaks_rss() -> None:
    rows = label((35.4, 3.5, 0.0, 6.0, 0.0))
    assert np.isnan([rows.thw_s[0], rows.drac_mps2[0]]).all()
    assert np.isinf(rows.ttc_s[0])
    assert rows.rss_violation.tolist() == [False]


def test_who_follows_too_closely_is_a_violation_from_behind() -> None:
    """5 m behind the ego's tail with the ego's speed: 20 + 7 + 17^2 / 8 - 100 / 16 m would be safe."""
    assert label((-7.6, 0.0, 0.0, 10.0, 0.0)).rss_violation.tolist() == [True]
    assert np.isnan(label((-7.6, 0.0, 0.0, 10.0, 0.0)).thw_s[0])


def test_on_a_bend_the_leader_is_who_stands_on_the_arc() -> None:
    """A radius of 50 m to the left: after 20 m of arc one is 3.9 m off the tangent, and that is the way ahead."""
    angle = 20.0 / 50.0
    on_arc = (50 * np.sin(angle), 50 * (1 - np.cos(angle)), angle, 0.0, 0.0)
    rows = label(on_arc, (20.0, 0.0, 0.0, 0.0, 0.0), yaw_rate=0.2)
    np.testing.assert_allclose(rows.thw_s[0] * 10.0 + 3.4, 18.0, atol=0.2)
    assert np.isnan(rows.thw_s[1])


def test_post_encroachment_of_who_passed_just_before() -> None:
    """A box crosses in front at 10 m/s; 0.1 s ago it left the place where the ego's front is now."""
    cast = staging.cast(1)
    left_ago_s = 0.1

    def pose_at(row: int, t: float) -> Pose:
        if row == 0:
            return Pose.identity()
        return Pose.from_xyz_rpy(3.0, 0.9 + 2.0 + 10.0 * (t + left_ago_s), 0.0, yaw=np.pi / 2)

    view = staging.view(cast, pose_at)
    labeller = CriticalityLabeller(cast)
    labeller.remember([snapshot for snapshot in view.snapshots if snapshot.time_ns <= 0])
    np.testing.assert_allclose(labeller.label(view, 0).pet_s, left_ago_s, atol=1.01 / 60)


def test_old_places_are_forgotten() -> None:
    cast = staging.cast(1)
    view = staging.view(cast, lambda row, t: Pose.from_xyz_rpy(10.0 * row, 0, 0), end_s=11.0)
    labeller = CriticalityLabeller(cast)
    labeller.remember(view.snapshots)
    assert len(labeller._times) == len(view.snapshots)
    labeller.remember(view.snapshots[-1:])
    assert len(labeller._times) == 602
