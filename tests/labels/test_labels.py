"""Cuboids and 2D boxes against geometry that can be written down."""

import numpy as np
import staging
from hypothesis import given
from hypothesis import strategies as st

from simgen.geometry import Pose
from simgen.labels.boxes import boxes_2d
from simgen.labels.cuboids import CuboidLabeller
from simgen.readings import Image


@given(st.floats(-60, 60), st.floats(-60, 60), st.floats(-3, 3))
def test_cuboid_is_the_box_itself(x: float, y: float, yaw: float) -> None:
    """A box of 4 x 1.8 x 1.5 m that stands at (x, y) is labelled as just that."""
    cast = staging.cast(1)
    view = staging.view(cast, lambda row, t: Pose.from_xyz_rpy(x, y, 0, 0, 0, yaw) if row else Pose.identity())
    cuboids = CuboidLabeller(cast).label(view, 0, {2: 7}, {2: 0.5})
    assert cuboids.actor_id.tolist() == [2]
    np.testing.assert_allclose(cuboids.pose[0, :3], [x, y, 0.75], atol=1e-6)
    np.testing.assert_allclose(cuboids.extent_m[0], [4.0, 1.8, 1.5], atol=1e-6)
    np.testing.assert_allclose(cuboids.distance_m[0], np.linalg.norm([x, y, 0.75]), rtol=1e-6)
    assert cuboids.lidar_points.tolist() == [7]
    assert cuboids.visibility.tolist() == [0.5]


def test_velocity_is_that_of_the_centre_on_a_turning_actor() -> None:
    """A box that spins about its root with 2 rad/s and drives with 3 m/s; its centre lies above the root."""
    cast = staging.cast(1)
    view = staging.view(cast, lambda row, t: Pose.from_xyz_rpy(3 * t, 0, 0, 0, 0, 2 * t) if row else Pose.identity())
    cuboids = CuboidLabeller(cast).label(view, 0, {}, {})
    np.testing.assert_allclose(cuboids.velocity_mps[0], [3, 0, 0], atol=1e-4)


def test_absent_actor_has_no_cuboid() -> None:
    cast = staging.cast(2)
    nowhere = Pose(rotation=np.full(4, np.nan), translation=np.full(3, np.nan))
    view = staging.view(cast, lambda row, t: nowhere if row == 1 else Pose.identity())
    assert CuboidLabeller(cast).label(view, 0, {}, {}).actor_id.tolist() == [3]


def test_truncation_is_the_share_of_the_box_outside() -> None:
    """A silhouette of 40 x 20 pixels, half of it left of the image; 300 of its 400 pixels inside are seen."""
    cast = staging.cast(1)
    amodal = np.full((3, 4), np.nan)
    amodal[2] = [-20, 10, 20, 30]
    visible = np.full((3, 4), np.nan)
    visible[2] = [0, 10, 15, 30]
    image = Image(
        k=0,
        time_ns=0,
        reported_time_ns=0,
        world_from_sensor=np.eye(4),
        channels={},
        visible_pixels=np.array([0, 0, 300]),
        alone_pixels=np.array([0, 0, 400]),
        amodal=amodal,
        visible=visible,
    )
    boxes = boxes_2d(image, cast, np.array([np.nan, 0.0, 12.0]), (100, 100))
    assert boxes.actor_id.tolist() == [2]
    np.testing.assert_allclose(boxes.truncation, [0.5])
    np.testing.assert_allclose(boxes.visibility, [0.75])
    np.testing.assert_allclose(boxes.distance_m, [12.0])
