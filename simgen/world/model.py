"""Things that can be placed and can move: rigid parts on joints."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.world.mesh import Mesh


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One rigid link.

    Attributes:
        name: "body", "wheel_front_left", "thigh_left", ...; unique within its model.
        mesh: in the part's own frame.
        parent: index of the parent in `Model.parts`, -1 for the root (always part 0).
        parent_from_part: neutral pose. Joints turn about the part's own origin: wheels and steering about its y and z,
            limbs about any axis.
        joint: "fixed", "wheel" (spins about y; front ones also steer about z, all move along z with the suspension),
            "hinge" (about `axis`) or "ball".
        axis: hinge axis in the part's frame.
        limits_rad: lowest and highest hinge angle.
        spins: turns about its axis with the wheels of traffic: by this share of an angle of `wheel_radius_m`.
        steers: likewise with the steering.
        trails_m: it is a trailer on a kingpin at its origin; how far behind that its axles are.
        cam_rad: angles, evenly over one turn of what `spins` says, that it takes in place of that turn (a leg that
            pedals); the first is 0.
    """

    name: str
    mesh: Mesh
    parent: int
    parent_from_part: Pose = field(default_factory=Pose.identity)
    joint: str = "fixed"
    axis: tuple[float, float, float] = (0.0, 0.0, 1.0)
    limits_rad: tuple[float, float] = (0.0, 0.0)
    spins: float = 0.0
    steers: float = 0.0
    trails_m: float = 0.0
    cam_rad: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """A thing, standing on the plane z = 0 of its root frame.

    Vehicles: root origin at the middle of the rear axle on the ground, x forward (ISO 8855 axes).
    People and animals: root origin on the ground below the pelvis, x the way they look. Props: on the ground, middle.

    Attributes:
        parts: parents before children; part 0 is the root, with identity pose.
        category: class from the taxonomy.
        extent_m: length, width, height of the neutral pose.
        centre_m: centre of that box in the root frame.
        dimensions: wheelbase_m, track_m, wheel_radius_m, hip_height_m, ... whatever its physics needs.
        keypoints: joint name -> (part index, point in the part's frame), COCO's 17 names for people.
        source: the real thing whose measures these are.
        hulls: corners of the convex pieces that it collides with, in the root's frame; the box of its extent where
            there are none.
    """

    name: str
    category: str
    parts: tuple[Part, ...]
    extent_m: tuple[float, float, float]
    centre_m: tuple[float, float, float]
    dimensions: Mapping[str, float] = field(default_factory=dict)
    keypoints: Mapping[str, tuple[int, tuple[float, float, float]]] = field(default_factory=dict)
    source: str = ""
    hulls: tuple[Float[ndarray, "n 3"], ...] = ()

    def neutral(self) -> Pose:
        """Every part's `parent_from_part`, as one Pose of shape (parts,)."""
        return Pose(
            rotation=np.stack([part.parent_from_part.rotation for part in self.parts]),
            translation=np.stack([part.parent_from_part.translation for part in self.parts]),
        )

    def link_poses(self, world_from_root: Pose, parent_from_part: Pose | None = None) -> Float[ndarray, "parts 7"]:
        """World poses of all parts (forward kinematics).

        Args:
            world_from_root: where the root is.
            parent_from_part: pose of every part in its parent, (parts,); the neutral one by default. Entry 0 is
                not used.
        """
        local = self.neutral() if parent_from_part is None else parent_from_part
        poses: list[Pose] = []
        for index, part in enumerate(self.parts):
            poses.append(world_from_root if part.parent < 0 else poses[part.parent] @ local[index])
        return np.stack([pose.array() for pose in poses])
