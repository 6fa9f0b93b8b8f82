"""Joints of people in a camera's image, as COCO has them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32, UInt32
from numpy import ndarray

from simgen.geometry import Pose
from simgen.labels.sight import Sight
from simgen.motion import Cast

COCO_JOINTS = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
    "right_ankle",
)  # fmt: skip
"""Source: COCO 2017, person_keypoints, `categories[0].keypoints`."""

COCO_BONES = (
    (15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7), (6, 8), (7, 9), (8, 10),
    (1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6),
)  # fmt: skip
"""Pairs of joints to draw lines between. Source: COCO 2017, `categories[0].skeleton`, counted from 0."""

UNLABELLED, HIDDEN, VISIBLE = 0, 1, 2

_DEPTH_SHARES = {
    "nose": 0.012, "eye": 0.012, "ear": 0.035, "shoulder": 0.055, "elbow": 0.045, "wrist": 0.04, "hip": 0.085,
    "knee": 0.05, "ankle": 0.055,
}  # fmt: skip
"""How deep a joint may lie under the skin and clothes that one sees instead, as shares of the stature: about the radius
of the body there (set by us from our people's own meshes).
"""
_ROOM_M = 0.03
"""What lies this much nearer than a joint's own depth is still the joint (set by us: skin, and the pixel's width)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keypoints:
    """A row a person of whom at least one joint lies in the image.

    Attributes:
        points: of each of COCO's 17 joints x, y (pixels, continuous image coordinates) and 0 not in the image (x and y
            are 0 then), 1 hidden, 2 visible: nothing but the person's own limb is before it, and some of that shows.
    """

    actor_id: UInt32[ndarray, " n"]
    points: Float32[ndarray, "n 17 3"]


class KeypointLabeller:
    """Knows which point of which link each joint of the cast is."""

    def __init__(self, cast: Cast) -> None:
        people = [actor for actor in cast.actors if actor.model.keypoints and not actor.is_ego]
        self.actor_id = np.array([actor.id for actor in people], dtype=np.uint32)
        rows, points, depths = [], [], []
        for actor in people:
            first, height = cast.rows(actor.id).start, actor.model.extent_m[2]
            for name in COCO_JOINTS:
                part, point = actor.model.keypoints.get(name, (-1, (np.nan,) * 3))
                rows.append(first + max(part, 0))
                points.append(point)
                depths.append(_DEPTH_SHARES[name.rsplit("_", 1)[-1]] * height)
        self._row = np.array(rows, dtype=np.int64)
        self._point = np.array(points, dtype=np.float64).reshape(-1, 3)
        self._depth_m = np.array(depths, dtype=np.float64)
        self._rows, self._place = np.unique(self._row, return_inverse=True)

    def label(self, sight: Sight) -> Keypoints:
        """The joints in one image, which must have the channels `depth` and `instance`."""
        if not len(self.actor_id):
            return Keypoints(actor_id=self.actor_id, points=np.zeros((0, 17, 3), np.float32))
        pixels, depth = sight.look(self._paths(sight))
        inside = sight.inside(pixels)
        flag = np.where(inside, np.where(self._is_seen(sight, pixels, depth), VISIBLE, HIDDEN), UNLABELLED)
        place = np.where(inside[:, None], np.nan_to_num(pixels), 0.0)
        points = np.concatenate([place, flag[:, None]], axis=1).reshape(-1, 17, 3)
        listed = inside.reshape(-1, 17).any(axis=1)
        return Keypoints(actor_id=self.actor_id[listed], points=points[listed].astype(np.float32))

    def _paths(self, sight: Sight) -> Float[ndarray, "m n 3"]:
        """Where the joints are at the times that the image asks for."""
        poses = sight.view.link_trajectory(sight.times_ns, self._rows.tolist())
        return Pose.from_array(poses[:, self._place]).apply(self._point)

    def _is_seen(self, sight: Sight, pixels: Float[ndarray, "n 2"], depth: Float[ndarray, " n"]) -> Bool[ndarray, " n"]:
        """Nothing is before them but their own limb, and of that something shows next to the joint, too."""
        place, instance = sight.at(pixels), sight.image.channels["instance"]
        around = [sight.at(pixels + np.array([x, y])) for x in (-1.0, 0.0, 1.0) for y in (-1.0, 0.0, 1.0)]
        actor = np.repeat(self.actor_id, 17)
        shows = np.any([instance[near] == actor for near in around], axis=0)
        depth_m = np.where(instance[place] == actor, self._depth_m, 0.0)
        with np.errstate(invalid="ignore"):
            return np.asarray(shows & (sight.image.channels["depth"][place] >= depth - _ROOM_M - depth_m))
