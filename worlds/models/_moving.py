"""Parts of two-wheelers that move: wheels, forks, cranks, and legs that pedal."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from simgen.geometry import Pose
from simgen.world import shapes
from simgen.world.mesh import Mesh, merge
from simgen.world.model import Part

from ._body import Build, build_person
from ._pieces import Point
from ._posed import Posed, Seat, bent, posed_person, riding_turns

_STEPS = 64
"""Entries of a leg's table of angles over a turn of the crank."""

_ANKLE_M = (-0.06, 0.10)
"""From a pedal's axle to the ankle above it, the heel a little raised."""

Y_AXIS = (0.0, 1.0, 0.0)


def turning(
    name: str,
    meshes: Sequence[Mesh],
    origin: Point,
    *,
    parent: int = 0,
    parent_origin: Point = (0.0, 0.0, 0.0),
    axis: Point = Y_AXIS,
    spins: float = 0.0,
    steers: float = 0.0,
) -> Part:
    """A part that turns about an axis through its origin; meshes and origins are in the vehicle's frame."""
    x, y, z = origin
    mesh = shapes.moved(merge(meshes), Pose.from_xyz_rpy(-x, -y, -z))
    place = Pose.from_xyz_rpy(x - parent_origin[0], y - parent_origin[1], z - parent_origin[2])
    return Part(
        name=name,
        mesh=mesh,
        parent=parent,
        parent_from_part=place,
        joint="hinge",
        axis=axis,
        limits_rad=(-np.pi, np.pi),
        spins=spins,
        steers=steers,
    )


def pedalling(
    build: Build, seat: Seat, bracket: tuple[float, float], crank_m: float, gear: float,
    worn: Mapping[str, Sequence[Mesh]] | None, first: int,
) -> tuple[Posed, list[Part]]:  # fmt: skip
    """A rider without legs, and the legs, whose feet stay on the pedals.

    Args:
        build: of the rider.
        seat: where hips and hands are; its ankles are where the pedals have them with the left one lowest.
        bracket: x and z of the cranks' axle.
        crank_m: their length.
        gear: turns of the cranks for one of the rear wheel.
        worn: on which part.
        first: index that the first of the legs' parts will have.
    """
    low, high = bracket[1] - crank_m + _ANKLE_M[1], bracket[1] + crank_m + _ANKLE_M[1]
    along = bracket[0] + _ANKLE_M[0]
    seat = replace(seat, ankles=((along, low), (along, high)))
    model = build_person(build, worn)
    local, poses, whole = posed_person(build, seat.hips, riding_turns(build, seat), worn)
    index = {part.name: k for k, part in enumerate(model.parts)}
    legs = [f"{joint}_{side}" for side in ("left", "right") for joint in ("thigh", "shin", "foot")]
    tables = {side: _angles(build, seat, bracket, crank_m, sign) for side, sign in (("left", -1.0), ("right", 1.0))}
    parts = []
    for k, name in enumerate(legs):
        joint, side = name.split("_")
        part = model.parts[index[name]]
        roll = (seat.spread_rad if side == "left" else -seat.spread_rad) if joint == "thigh" else 0.0
        parts.append(
            Part(
                name=name,
                mesh=part.mesh,
                parent=0 if joint == "thigh" else first + k - 1,
                parent_from_part=poses[index[name]] if joint == "thigh" else local[index[name]],
                joint="hinge",
                axis=(0.0, float(np.cos(roll)), -float(np.sin(roll))),
                limits_rad=(-np.pi, np.pi),
                spins=gear,
                cam_rad=tables[side][joint],
            )
        )
    keep = [k for k, part in enumerate(model.parts) if part.name not in legs and len(part.mesh.faces)]
    mesh = merge([shapes.moved(model.parts[k].mesh, poses[k]) for k in keep])
    moved = {index[name]: first + k for k, name in enumerate(legs)}
    points = {
        name: (moved[part], point) if part in moved else whole.keypoints[name]
        for name, (part, point) in model.keypoints.items()
    }
    return Posed(mesh=mesh, keypoints=points), parts


def _angles(
    build: Build, seat: Seat, bracket: tuple[float, float], crank_m: float, sign: float
) -> dict[str, tuple[float, ...]]:
    """Turns of thigh, shin and foot over a turn of the crank; the foot stays level. `sign` -1: lowest at first."""
    h = build.stature_m
    thigh_m, shin_m = (build.hip - build.knee) * h, (build.knee - build.ankle) * h
    thigh, shin = [], []
    for phase in 2.0 * np.pi * np.arange(_STEPS) / _STEPS:
        x = bracket[0] + sign * crank_m * np.sin(phase) + _ANKLE_M[0]
        z = bracket[1] + sign * crank_m * np.cos(phase) + _ANKLE_M[1]
        one, two = bent(float(x) - seat.hips[0], float(z) - seat.hips[2], thigh_m, shin_m, -1.0)
        thigh.append(one)
        shin.append(two)
    first, second = np.array(thigh) - thigh[0], np.array(shin) - shin[0]
    named = {"thigh": first, "shin": second, "foot": -first - second}
    return {name: tuple(float(angle) for angle in table) for name, table in named.items()}
