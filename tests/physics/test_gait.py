"""The gait against published angles, and feet that do not slide."""

import numpy as np
import pytest

from simgen import library
from simgen.geometry import Pose
from simgen.motion import Actor, Cast
from simgen.physics.path import through
from simgen.physics.skeleton import Skeleton
from simgen.physics.walkers import STEP_S, Walkers

PEOPLE = ("adult_man", "child")


def walking(name: str, speed_mps: float, steps: int) -> tuple[Cast, np.ndarray, np.ndarray]:
    """Link poses and twists of somebody who walks along x."""
    model = library.find("models", name).build()
    actor = Actor(id=1, name=name, model=model, category=model.category)
    cast = Cast.of([actor])
    walkers, skeleton = Walkers(cast, [actor]), Skeleton(cast)
    walkers.put(0, through(np.array([[0.0, 0, 0], [50.0, 0, 0], [100.0, 0, 0]]), 0.5, open_end=True), speed_mps)
    walkers.start_at(0, speed_mps, 0.0)
    poses, twists = [], []
    for _ in range(steps):
        pose, twist = skeleton.links(walkers.fill)
        poses.append(pose)
        twists.append(twist)
        walkers.advance()
    return cast, np.array(poses), np.array(twists)


def row(cast: Cast, name: str) -> int:
    return next(link.id - 1 for link in cast.links if link.name == name)


def pitch(poses: np.ndarray) -> np.ndarray:
    """Forward-positive angle of a link's downward axis in the sagittal plane, degrees."""
    down = Pose.from_array(poses).apply(np.array([0.0, 0.0, -1.0])) - poses[..., :3]
    return np.degrees(np.arctan2(down[..., 0], -down[..., 2]))


@pytest.mark.parametrize("name", PEOPLE)
def test_angles_are_those_of_people(name: str) -> None:
    """Perry and Burnfield 2010, chapters 4-6: knee 60 +- 10 deg in swing, under 20 at contact; hip about 30 to -20."""
    speed = 1.3 if name == "adult_man" else 1.0
    cast, poses, _ = walking(name, speed, 240)
    hip = pitch(poses[:, row(cast, "thigh_left")])
    knee = hip - pitch(poses[:, row(cast, "shin_left")])
    assert 50.0 < knee.max() < 70.0
    assert -1.0 < knee.min() < 15.0
    assert 20.0 < hip.max() < 45.0
    assert -35.0 < hip.min() < -8.0


@pytest.mark.parametrize(
    ("name", "speed_mps"), [("adult_man", 1.0), ("adult_man", 1.4), ("child", 1.4), ("child", 2.5)]
)
def test_standing_feet_do_not_slide(name: str, speed_mps: float) -> None:
    """The lowest point of the lower foot is nearly at rest, and at the ground."""
    cast, poses, twists = walking(name, speed_mps, 240)
    speeds, heights = [], []
    for k in range(60, 240):
        found = []
        for side in ("left", "right"):
            foot = row(cast, f"foot_{side}")
            vertices = cast.actors[0].model.parts[cast.links[foot].part].mesh.vertices.astype(np.float64)
            world = Pose.from_array(poses[k, foot]).apply(vertices)
            lowest = world[np.argmin(world[:, 2])]
            arm = lowest - poses[k, foot, :3]
            velocity = twists[k, foot, :3] + np.cross(twists[k, foot, 3:], arm)
            found.append((lowest[2], np.linalg.norm(velocity[:2])))
        low = min(found)
        heights.append(low[0])
        speeds.append(low[1])
    assert np.median(speeds) < 0.1 * speed_mps
    assert np.mean(np.array(speeds) < 0.3 * speed_mps) > 0.75
    assert np.median(np.abs(heights)) < 0.02
    assert np.min(heights) > -0.05


@pytest.mark.parametrize("name", PEOPLE)
def test_legs_are_as_long_as_they_are(name: str) -> None:
    cast, poses, _ = walking(name, 1.2, 120)
    model = cast.actors[0].model
    for part, link in enumerate(cast.links):
        if link.parent < 0 or model.parts[part].name == "pelvis":
            continue
        length = np.linalg.norm(poses[:, part, :3] - poses[:, link.parent, :3], axis=1)
        np.testing.assert_allclose(length, np.linalg.norm(model.parts[part].parent_from_part.translation), atol=1e-9)


def test_somebody_at_rest_stands_upright() -> None:
    model = library.find("models", "adult_man").build()
    actor = Actor(id=1, name="a", model=model, category=model.category)
    cast = Cast.of([actor])
    walkers = Walkers(cast, [actor])
    walkers.stand(0, Pose.from_xyz_rpy(1.0, 2.0, 0.0, yaw=0.5).array())
    poses, twists = Skeleton(cast).links(walkers.fill)
    neutral = model.link_poses(Pose.from_xyz_rpy(1.0, 2.0, 0.0, yaw=0.5))
    np.testing.assert_allclose(poses[:, :3], neutral[:, :3], atol=0.06)
    assert np.abs(twists).max() < 1e-6
    assert STEP_S == 1 / 60
