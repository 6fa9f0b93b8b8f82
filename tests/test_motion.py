import numpy as np
import pytest
import staging

from simgen.geometry import Pose


def test_view_meets_a_circle_between_snapshots() -> None:
    """10 m/s on a radius of 20 m: cubic interpolation at 60 Hz stays within 1 um of the circle."""
    cast = staging.cast(0)

    def circle(row: int, t: float) -> Pose:
        return Pose.from_xyz_rpy(20 * np.sin(t / 2), 20 - 20 * np.cos(t / 2), 0, 0, 0, t / 2)

    view = staging.view(cast, circle)
    times = np.linspace(view.start_ns, view.end_ns, 1001).astype(np.int64)
    got = view.link_trajectory(times)[:, 0]
    want = np.stack([circle(0, t * 1e-9).array() for t in times])
    np.testing.assert_allclose(got[:, :3], want[:, :3], atol=2e-6)
    np.testing.assert_allclose(np.abs(np.sum(got[:, 3:] * want[:, 3:], axis=1)), 1, atol=1e-9)


def test_view_gives_snapshots_back_exactly() -> None:
    view = staging.view(staging.cast(1), lambda row, t: Pose.from_xyz_rpy(t, row, 0, 0, 0, 0.3 * t))
    for snapshot in view.snapshots:
        np.testing.assert_array_equal(view.link_poses(snapshot.time_ns), snapshot.link_pose)


def test_view_refuses_times_that_it_does_not_cover() -> None:
    view = staging.view(staging.cast(0), lambda row, t: Pose.identity())
    with pytest.raises(ValueError, match="covers"):
        view.link_poses(view.end_ns + 1)
