"""All labels beyond cuboids and 2D boxes: which there are, and who makes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.labels.bev import BirdsEye, birds_eye
from simgen.labels.criticality import Criticality, CriticalityLabeller
from simgen.labels.keypoints import KeypointLabeller, Keypoints
from simgen.labels.lanes import LaneLabeller, LaneLines
from simgen.labels.occupancy import Occupancy, occupancy
from simgen.labels.rays import camera_rays, lidar_rays
from simgen.labels.sight import Sight
from simgen.labels.triangles import TriangleSource
from simgen.motion import Snapshot, View
from simgen.readings import PointCloud
from simgen.render.scene import Scene

LABELS = ("keypoints", "lanes", "criticality", "bev", "occupancy")
DEFAULT_LABELS = ("keypoints", "lanes", "criticality")
"""Those that cost about a millisecond."""
CAMERA_LABELS = {"keypoints": ("depth", "instance"), "lanes": ("depth",), "occupancy": ("depth",)}
"""Channels that labels are made from."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labels:
    """Labels of one frame.

    Attributes:
        keypoints, lanes: by camera name.
        criticality, bev, occupancy: None where the time is no keyframe.
    """

    keypoints: Mapping[str, Keypoints] = field(default_factory=dict)
    lanes: Mapping[str, LaneLines] = field(default_factory=dict)
    criticality: Criticality | None = None
    bev: BirdsEye | None = None
    occupancy: Occupancy | None = None


class Labeller:
    """Makes those labels that are wanted."""

    def __init__(self, scene: Scene, wanted: Sequence[str], standing: Sequence[str] = ()) -> None:
        """Prepares what stays the same over an episode.

        Args:
            scene: world and cast.
            wanted: names of labels.
            standing: lidars that the ego does not carry.

        Raises:
            InputError: a label that is none.
        """
        self.wanted = check_labels(wanted)
        world, cast = scene.world, scene.cast
        self._standing = frozenset(standing)
        self._ego_row = cast.rows(cast.ego.id).start
        self._keypoints = KeypointLabeller(cast) if "keypoints" in wanted else None
        self._lanes = LaneLabeller(world) if "lanes" in wanted else None
        self._criticality = CriticalityLabeller(cast) if "criticality" in wanted else None
        self._triangles = TriangleSource(scene) if {"bev", "occupancy"} & set(wanted) else None

    @property
    def channels(self) -> tuple[str, ...]:
        """What cameras must give, whether or not it is stored."""
        return tuple(dict.fromkeys(channel for name in self.wanted for channel in CAMERA_LABELS.get(name, ())))

    def label(
        self,
        view: View,
        time_ns: int,
        sights: Mapping[str, Sight],
        snapshots: Sequence[Snapshot],
        clouds: Mapping[str, PointCloud] | None,
    ) -> Labels:
        """The labels of one frame.

        Args:
            view: covers the time.
            time_ns: of the frame.
            sights: what each camera that is due looked at.
            snapshots: that passed since the frame before.
            clouds: what lidars measured at that time; None where the time is no keyframe.
        """
        critical = self._criticality
        if critical is not None:
            critical.remember(snapshots)
        return Labels(
            keypoints={} if self._keypoints is None else {k: self._keypoints.label(v) for k, v in sights.items()},
            lanes={} if self._lanes is None else {k: self._lanes.label(v) for k, v in sights.items()},
            criticality=critical.label(view, time_ns) if critical is not None and clouds is not None else None,
            **({} if clouds is None else self._grids(view, time_ns, sights, clouds)),
        )

    def _grids(
        self, view: View, time_ns: int, sights: Mapping[str, Sight], clouds: Mapping[str, PointCloud]
    ) -> dict[str, Any]:
        if self._triangles is None:
            return {}
        poses = view.link_poses(time_ns)
        place = (self._triangles, Pose.from_array(poses[self._ego_row]), poses)
        grids: dict[str, Any] = {}
        if "bev" in self.wanted:
            grids["bev"] = birds_eye(*place)
        if "occupancy" in self.wanted:
            rays = [
                lidar_rays(cloud, view, self._ego_row, on_ego=name not in self._standing)
                for name, cloud in clouds.items()
            ]
            grids["occupancy"] = occupancy(*place, [*rays, *(camera_rays(sight) for sight in sights.values())])
        return grids


def check_labels(wanted: Sequence[str]) -> tuple[str, ...]:
    """The same labels in their usual order.

    Raises:
        InputError: a label that is none.
    """
    for name in wanted:
        if name not in LABELS:
            raise InputError(f"--labels: expected some of {', '.join(LABELS)}, got {name!r}")
    return tuple(name for name in LABELS if name in wanted)
