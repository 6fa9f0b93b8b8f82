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
    return Posed(mesh=merge(meshes), keypoints=points)


def carried(
    name: str,
    category: str,
    vehicle: Sequence[Mesh],
    rider: Posed | None,
    source: str,
    dimensions: Mapping[str, float],
    wheels: Sequence[Part] = (),
) -> Model:
    """A vehicle with its rider as one rigid body, and wheels that stand apart."""
    mesh = merge([*vehicle, *([] if rider is None else [rider.mesh])])
    body = Part(name="body", mesh=mesh, parent=-1)
    model = standing(name=name, category=category, parts=(body, *wheels), dimensions=dimensions, source=source)
    return model if rider is None else replace(model, keypoints=dict(rider.keypoints))
