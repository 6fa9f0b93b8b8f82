"""What turns with the wheels: no slip, closed chains stay closed, a trailer follows its tractor."""

import numpy as np
import pytest
from numpy import ndarray

from simgen import library
from simgen.geometry import Pose
from simgen.motion import Actor, Cast
from simgen.physics import linkage
from simgen.physics.skeleton import forward
from simgen.world.model import Model


def posed(model: Model, wheel_rad: float, steer_rad: float = 0.0, trailer_rad: float = 0.0) -> ndarray:
    """Poses of all parts in the root's frame, (parts, 4, 4)."""
    cast = Cast.of([Actor(id=1, name="a", model=model, category=model.category, is_ego=True)])
    local = model.neutral().array()
    linkage.Linkages(cast, cast.actors).fill(local, np.array([[wheel_rad, steer_rad, trailer_rad]]))
    return Pose.from_array(forward(local, np.array([part.parent for part in model.parts]))).matrix()


def index(model: Model, name: str) -> int:
    return [part.name for part in model.parts].index(name)


CYCLISTS = ("cyclist", "cyclist_woman", "cargo_bike")


@pytest.mark.parametrize("name", CYCLISTS)
def test_feet_stay_on_their_pedals_all_the_way_round(name: str) -> None:
    model = library.find("models", name).build()
    where: dict[str, list[ndarray]] = {"left": [], "right": []}
    for wheel in np.linspace(0.0, 4.0 * np.pi / 0.4, 60):
        poses = posed(model, float(wheel))
        for side, seen in where.items():
            foot = poses[index(model, f"foot_{side}")]
            pedal = poses[index(model, f"pedal_{side}")]
            seen.append(foot[:3, 3] - pedal[:3, 3])
            # Soles are level, and so are pedals.
            assert np.allclose(pedal[:3, :3], np.eye(3), atol=1e-9)
            assert foot[2, 2] > 0.99
    for seen in where.values():
        # The angles are interpolated from a table.
        assert np.ptp(np.array(seen)[:, [0, 2]], axis=0).max() < 0.002


@pytest.mark.parametrize(
    "name", [*CYCLISTS, "bicycle", "scooter_rider", "motorcyclist", "e_scooter", "wheelchair_user"]
)
def test_wheels_touch_the_ground_and_turn_with_the_way(name: str) -> None:
    model = library.find("models", name).build()
    driven = [part for part in model.parts if part.name.startswith("wheel")]
    assert len(driven) == 2
    for part in driven:
        here = posed(model, 0.0)[index(model, part.name)]
        radius = np.linalg.norm(part.mesh.vertices[:, [0, 2]], axis=1).max()
        assert here[2, 3] == pytest.approx(radius, rel=0.01)
        # No slip: a wheel of another size turns by the same length of its rim.
        assert part.spins * radius == pytest.approx(model.dimensions["wheel_radius_m"], rel=0.03)
        turned = posed(model, 0.3)[index(model, part.name)]
        top = turned[:3, :3] @ np.array([0.0, 0.0, radius])
        assert top[0] > 0.0


@pytest.mark.parametrize("name", ["bicycle", "cyclist", "e_scooter", "scooter", "motorcycle"])
def test_a_steered_fork_turns_the_wheel_to_the_left(name: str) -> None:
    model = library.find("models", name).build()
    poses = posed(model, 0.0, 0.2)
    ahead = poses[index(model, "wheel_front")][:3, 0]
    assert ahead[1] > 0.15
    assert poses[index(model, "wheel_rear")][1, 0] == pytest.approx(0.0, abs=1e-9)


def test_nothing_moved_is_the_neutral_pose() -> None:
    for name in ("cyclist", "motorcyclist", "articulated_lorry"):
        model = library.find("models", name).build()
        assert np.allclose(posed(model, 0.0), Pose.from_array(model.link_poses(Pose.identity())).matrix(), atol=1e-9)


@pytest.mark.parametrize("radius_m", [15.0, 40.0, -25.0])
def test_a_trailer_settles_where_its_axle_points_at_the_middle_of_the_bend(radius_m: float) -> None:
    length, ahead, angle = 7.6, 0.6, 0.0
    for _ in range(6000):
        angle += linkage.hitch_rate(angle, 5.0, 1.0 / radius_m, length, ahead) / 60.0
    # Plane geometry: the trailer's axle lies on the normal through the middle of the bend.
    kingpin = np.array([ahead, 0.0])
    axle = kingpin - length * np.array([np.cos(angle), np.sin(angle)])
    to_middle = np.array([0.0, radius_m]) - axle
    assert to_middle @ np.array([np.cos(angle), np.sin(angle)]) == pytest.approx(0.0, abs=1e-6)
    assert linkage.settled(1.0 / radius_m, length, ahead) == pytest.approx(angle, abs=1e-6)
