"""Joints in images: where forward kinematics puts them, and what stands before them."""

import numpy as np
import pytest
import sights
import staging

from simgen import library
from simgen.geometry import Pose
from simgen.labels.keypoints import COCO_JOINTS, HIDDEN, UNLABELLED, VISIBLE, KeypointLabeller, Keypoints
from simgen.labels.sight import Sight
from simgen.motion import Actor, Cast
from simgen.readings import CameraModel, Image
from simgen.render.picture import looking_at
from simgen.world.world import Surface

EYE = looking_at(np.array([0.0, 0.0, 1.2]), np.array([20.0, 0.0, 1.0]))
PEOPLE = ("adult_man", "adult_woman", "child")
MODELS = {name: library.call(library.find("models", name)) for name in PEOPLE}


def people(*placed: tuple[str, Pose]) -> tuple[Cast, np.ndarray]:
    ego = staging.cast(0).actors[0]
    actors = [
        Actor(id=k + 2, name=f"p{k}", model=MODELS[name], category="pedestrian") for k, (name, _) in enumerate(placed)
    ]
    poses = [MODELS[name].link_poses(pose) for name, pose in placed]
    return Cast.of([ego, *actors]), np.concatenate([[[-50.0, 0, 0, 0, 0, 0, 1]], *poses])


def see(*placed: tuple[str, Pose], more: tuple[Surface, ...] = ()) -> tuple[Keypoints, Sight]:
    cast, poses = people(*placed)
    sight = sights.look(staging.world(*more), cast, poses, EYE)
    found = KeypointLabeller(cast).label(sight)
    return found, sight


def flags(points: np.ndarray) -> dict[str, int]:
    return {name: int(flag) for name, flag in zip(COCO_JOINTS, points[:, 2], strict=True)}


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("distance_m", [3.5, 12.0])
def test_who_faces_the_camera_shows_every_joint(name: str, distance_m: float) -> None:
    found, _ = see((name, Pose.from_xyz_rpy(distance_m, 0.0, 0.0, yaw=np.pi)))
    assert found.actor_id.tolist() == [2]
    hidden = {joint for joint, flag in flags(found.points[0]).items() if flag != VISIBLE}
    assert hidden <= {"left_ear", "right_ear"}


@pytest.mark.parametrize("name", PEOPLE)
def test_who_looks_away_hides_the_face_and_shows_the_limbs(name: str) -> None:
    found, _ = see((name, Pose.from_xyz_rpy(4.0, 0.0, 0.0)))
    told = flags(found.points[0])
    assert {told[joint] for joint in ("nose", "left_eye", "right_eye")} == {HIDDEN}
    limbs = [joint for joint in COCO_JOINTS[5:] if told[joint] != VISIBLE]
    assert limbs == []


@pytest.mark.parametrize("name", PEOPLE)
def test_from_the_side_the_body_hides_the_far_shoulder_hip_and_ear(name: str) -> None:
    found, _ = see((name, Pose.from_xyz_rpy(4.0, 0.0, 0.0, yaw=-np.pi / 2)))
    told = flags(found.points[0])
    # Looking along -y, the right side is turned to the camera, which looks along +x.
    assert {told[f"right_{joint}"] for joint in ("shoulder", "hip", "knee", "ankle", "ear")} == {VISIBLE}
    assert {told[f"left_{joint}"] for joint in ("shoulder", "hip", "ear")} == {HIDDEN}


def test_joints_are_where_forward_kinematics_puts_them() -> None:
    pose = Pose.from_xyz_rpy(6.0, 1.0, 0.2, yaw=2.0)
    found, _ = see(("adult_man", pose))
    model, links = MODELS["adult_man"], MODELS["adult_man"].link_poses(pose)
    for i, name in enumerate(COCO_JOINTS):
        part, point = model.keypoints[name]
        world = Pose.from_array(links[part]).matrix() @ np.array([*point, 1.0])
        seen = np.linalg.inv(EYE) @ world
        pixel = sights.CAMERA.K @ (seen[:3] / seen[2])
        np.testing.assert_allclose(found.points[0, i, :2], pixel[:2], atol=1e-3)


def test_a_wall_hides_what_is_below_its_top() -> None:
    """A wall of 1 m halfway: the line of sight to it ends at 0.8 m behind."""
    wall = Surface(name="wall", mesh=staging.box_mesh((0.1, 4.0, 1.0), (3.0, 0.0, 0.5), staging.GROUND))
    found, _ = see(("adult_man", Pose.from_xyz_rpy(6.0, 0.0, 0.0, yaw=np.pi)), more=(wall,))
    told = flags(found.points[0])
    for side in ("left", "right"):
        assert {told[f"{side}_{joint}"] for joint in ("knee", "ankle")} == {HIDDEN}
        assert {told[f"{side}_{joint}"] for joint in ("shoulder", "elbow", "hip")} == {VISIBLE}


def test_one_person_hides_another() -> None:
    front, behind = Pose.from_xyz_rpy(4.0, 0.0, 0.0, yaw=np.pi), Pose.from_xyz_rpy(5.5, 0.0, 0.0, yaw=np.pi)
    found, _ = see(("adult_man", front), ("child", behind))
    assert found.actor_id.tolist() == [2, 3]
    assert {flags(found.points[1])[joint] for joint in ("nose", "left_shoulder", "right_hip")} == {HIDDEN}


def test_what_is_out_of_the_image_is_not_labelled() -> None:
    found, _ = see(("adult_man", Pose.from_xyz_rpy(0.9, 0.0, 0.0, yaw=np.pi)))
    told = flags(found.points[0])
    assert told["left_ankle"] == told["right_ankle"] == UNLABELLED
    assert found.points[0, COCO_JOINTS.index("left_ankle")].tolist() == [0.0, 0.0, 0.0]
    assert told["left_shoulder"] == VISIBLE
    assert not len(see(("adult_man", Pose.from_xyz_rpy(-5.0, 0.0, 0.0)))[0].actor_id)


def test_a_rolling_shutter_sees_each_joint_at_the_time_of_its_row() -> None:
    """Somebody is carried sideways at 10 m/s: row r sees them (r - H/2) line times later, a pinhole by hand."""
    cast, _ = people(("adult_man", Pose.identity()))
    speed, line_ns = 10.0, 50_000

    def pose_at(row: int, t: float) -> Pose:
        if row == 0:
            return Pose.from_xyz_rpy(-50.0, 0.0, 0.0)
        links = MODELS["adult_man"].link_poses(Pose.from_xyz_rpy(8.0, speed * t, 0.0, yaw=np.pi))
        return Pose.from_array(links[row - 1])

    camera = CameraModel.from_fov(640, 480, 60.0)
    blank = {"depth": np.full((480, 640), np.inf, np.float32), "instance": np.full((480, 640), 2, np.uint32)}
    image = Image(k=0, time_ns=0, reported_time_ns=0, world_from_sensor=EYE, channels=blank)
    view = staging.view(cast, pose_at)
    sight = Sight(image=image, model=camera, line_time_ns=line_ns, view=view, ego_row=0)
    points = KeypointLabeller(cast).label(sight).points[0]
    for i, name in enumerate(COCO_JOINTS):
        part, point = MODELS["adult_man"].keypoints[name]
        t = (float(points[i, 1]) - 240.0) * line_ns * 1e-9
        links = MODELS["adult_man"].link_poses(Pose.from_xyz_rpy(8.0, speed * t, 0.0, yaw=np.pi))
        seen = np.linalg.inv(EYE) @ Pose.from_array(links[part]).matrix() @ np.array([*point, 1.0])
        np.testing.assert_allclose(points[i, :2], (camera.K @ (seen[:3] / seen[2]))[:2], atol=2e-3)
    assert np.ptp(points[:, 1]) > 50
