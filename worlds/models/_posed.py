"""People who sit or stand on something: one rigid mesh and the keypoints that go with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simgen.geometry import Pose
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Model, Part

from ._body import Build, build_person
from ._pieces import Point
from ._standing import standing

Turn = tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """A frozen person in the frame of what carries it."""

    mesh: Mesh
    keypoints: Mapping[str, tuple[int, Point]]


def both(name: str, turn: Turn) -> dict[str, Turn]:
    """The same turn of both sides' parts, mirrored."""
    roll, pitch, yaw = turn
    return {f"{name}_left": turn, f"{name}_right": (-roll, pitch, -yaw)}


def posed(
    build: Build, hips_m: Point, turns: Mapping[str, Turn], worn: Mapping[str, Sequence[Mesh]] | None = None
) -> Posed:
    """A person whose hips are here and whose parts are turned by roll, pitch and yaw (radians)."""
    return posed_person(build, hips_m, turns, worn)[2]


def posed_person(
    build: Build, hips_m: Point, turns: Mapping[str, Turn], worn: Mapping[str, Sequence[Mesh]] | None = None
) -> tuple[list[Pose], list[Pose], Posed]:
    """Poses of a person's parts in their parents and in the frame of what carries them; and all of them together."""
    model = build_person(build, worn)
    local = []
    for part in model.parts:
        place = hips_m if part.name == "pelvis" else part.parent_from_part.translation
        x, y, z = (float(value) for value in place)
        roll, pitch, yaw = turns.get(part.name, (0.0, 0.0, 0.0))
        local.append(Pose.from_xyz_rpy(x, y, z, roll=roll, pitch=pitch, yaw=yaw))
    stacked = Pose(
        rotation=np.stack([pose.rotation for pose in local]), translation=np.stack([pose.translation for pose in local])
    )
    poses = [Pose.from_array(pose) for pose in model.link_poses(Pose.identity(), stacked)]
    meshes = [
        shapes.moved(part.mesh, pose) for part, pose in zip(model.parts, poses, strict=True) if len(part.mesh.faces)
    ]
    points = {}
    for name, (part_index, point) in model.keypoints.items():
        x, y, z = poses[part_index].apply(np.array(point))
        points[name] = (0, (float(x), float(y), float(z)))
    return local, poses, Posed(mesh=merge(meshes), keypoints=points)


def carried(
    name: str,
    category: str,
    vehicle: Sequence[Mesh],
    rider: Posed | None,
    source: str,
    dimensions: Mapping[str, float],
    wheels: Sequence[Part] = (),
) -> Model:
    """A vehicle with its rider as one rigid body, and parts of it that move."""
    mesh = merge([*vehicle, *([] if rider is None else [rider.mesh])])
    body = Part(name="body", mesh=mesh, parent=-1)
    model = standing(name=name, category=category, parts=(body, *wheels), dimensions=dimensions, source=source)
    return model if rider is None else replace(model, keypoints=dict(rider.keypoints))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where a rider's hips, ankles and wrists are, metres in the vehicle's frame.

    Attributes:
        hips: of the pelvis.
        ankles: (x, z) of the left and of the right one.
        wrists: (x, z) of both.
        lean_rad: of the torso, forwards.
        spread_rad: of the thighs, outwards.
    """

    hips: Point
    ankles: tuple[tuple[float, float], tuple[float, float]]
    wrists: tuple[float, float]
    lean_rad: float = 0.0
    spread_rad: float = 0.05


def riding(build: Build, seat: Seat, worn: Mapping[str, Sequence[Mesh]] | None = None) -> Posed:
    """A rider: knees and elbows follow from where hips, feet and hands are."""
    return posed(build, seat.hips, riding_turns(build, seat), worn)


def riding_turns(build: Build, seat: Seat) -> dict[str, Turn]:
    """How a rider's parts are turned."""
    h = build.stature_m
    turns: dict[str, Turn] = {"torso": (0.0, seat.lean_rad, 0.0), "head": (0.0, -0.75 * seat.lean_rad, 0.0)}
    thigh, shin = (build.hip - build.knee) * h, (build.knee - build.ankle) * h
    for side, sign, (x, z) in (("left", 1.0, seat.ankles[0]), ("right", -1.0, seat.ankles[1])):
        first, second = bent(x - seat.hips[0], z - seat.hips[2], thigh, shin, -1.0)
        turns[f"thigh_{side}"] = (sign * seat.spread_rad, first, 0.0)
        turns[f"shin_{side}"] = (0.0, second, 0.0)
        turns[f"foot_{side}"] = (0.0, -first - second, 0.0)
    low, up = 0.07 * h, (build.shoulder - build.hip - 0.078) * h
    shoulder = (seat.hips[0] + up * np.sin(seat.lean_rad), seat.hips[2] + low + up * np.cos(seat.lean_rad))
    reach = (seat.wrists[0] - shoulder[0], seat.wrists[1] - shoulder[1])
    first, second = bent(float(reach[0]), float(reach[1]), build.upper_arm * h, build.forearm * h, 1.0)
    return turns | both("upper_arm", (0.12, first - seat.lean_rad, 0.0)) | both("forearm", (-0.1, second, 0.0))


def bent(x_m: float, z_m: float, upper_m: float, lower_m: float, sense: float) -> tuple[float, float]:
    """Turns about y of two links that hang down so that their end is here; the joint points forward for sense -1."""
    far = min(float(np.hypot(x_m, z_m)), 0.999 * (upper_m + lower_m))
    towards = float(np.arctan2(-x_m, -z_m))
    first = np.arccos(np.clip((upper_m**2 + far**2 - lower_m**2) / (2.0 * upper_m * far), -1.0, 1.0))
    inside = np.arccos(np.clip((upper_m**2 + lower_m**2 - far**2) / (2.0 * upper_m * lower_m), -1.0, 1.0))
    return towards + sense * float(first), -sense * float(np.pi - inside)
