import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation, Slerp

from simgen.geometry import Pose, slerp, yaw_of

numbers = st.floats(-50, 50)
poses = st.builds(
    Pose.from_xyz_rpy,
    numbers, numbers, numbers, st.floats(-3, 3), st.floats(-1.5, 1.5), st.floats(-3, 3),
)  # fmt: skip


@given(poses, poses)
def test_product_is_the_product_of_matrices(a: Pose, b: Pose) -> None:
    np.testing.assert_allclose((a @ b).matrix(), a.matrix() @ b.matrix(), atol=1e-9)


@given(poses)
def test_inverse_undoes(pose: Pose) -> None:
    np.testing.assert_allclose((pose @ pose.inverse()).matrix(), np.eye(4), atol=1e-9)


@given(poses, poses, st.floats(0, 1))
def test_slerp_agrees_with_scipy(a: Pose, b: Pose, share: float) -> None:
    ours = Rotation.from_quat(slerp(a.rotation, b.rotation, np.array(share)))
    theirs = Slerp([0, 1], Rotation.from_quat([a.rotation, b.rotation]))(share)
    turn = (Rotation.from_quat(a.rotation).inv() * Rotation.from_quat(b.rotation)).magnitude()
    if turn < np.pi - 1e-3:  # half a turn has two shortest arcs
        assert (ours.inv() * theirs).magnitude() < 1e-5


@given(st.floats(-3, 3))
def test_yaw_is_the_heading(yaw: float) -> None:
    assert abs(float(yaw_of(Pose.from_xyz_rpy(0, 0, 0, 0, 0, yaw).rotation)) - yaw) < 1e-9
