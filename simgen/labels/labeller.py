"""All labels beyond cuboids and 2D boxes: which there are, and who makes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simgen.errors import InputError
from simgen.labels.criticality import Criticality, CriticalityLabeller
from simgen.labels.keypoints import KeypointLabeller, Keypoints
from simgen.labels.lanes import LaneLabeller, LaneLines
from simgen.labels.sight import Sight
from simgen.motion import Cast, Snapshot, View
from simgen.world.world import World

LABELS = ("keypoints", "lanes", "criticality")
DEFAULT_LABELS = ("keypoints", "lanes", "criticality")
"""Those that cost about a millisecond."""
CAMERA_LABELS = {"keypoints": ("depth", "instance"), "lanes": ("depth",)}
"""Channels that labels in images are made from."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labels:
    """Labels of one frame.

    Attributes:
        keypoints, lanes: by camera name.
        criticality: None where the time is no keyframe.
    """

    keypoints: Mapping[str, Keypoints] = field(default_factory=dict)
    lanes: Mapping[str, LaneLines] = field(default_factory=dict)
    criticality: Criticality | None = None


class Labeller:
    """Makes those labels that are wanted."""

    def __init__(self, world: World, cast: Cast, wanted: Sequence[str]) -> None:
        """Prepares what stays the same over an episode.

        Raises:
            InputError: a label that is none.
        """
        self.wanted = check_labels(wanted)
        self._keypoints = KeypointLabeller(cast) if "keypoints" in wanted else None
        self._lanes = LaneLabeller(world) if "lanes" in wanted else None
        self._criticality = CriticalityLabeller(cast) if "criticality" in wanted else None

    @property
    def channels(self) -> tuple[str, ...]:
        """What cameras must give, whether or not it is stored."""
        return tuple(dict.fromkeys(channel for name in self.wanted for channel in CAMERA_LABELS.get(name, ())))

    def label(
        self, view: View, time_ns: int, sights: Mapping[str, Sight], snapshots: Sequence[Snapshot], *, keyframe: bool
    ) -> Labels:
        """The labels of one frame.

        Args:
            view: covers the time.
            time_ns: of the frame.
            sights: what each camera that is due looked at.
            snapshots: that passed since the frame before.
            keyframe: whether the time is one.
        """
        critical = self._criticality
        if critical is not None:
            critical.remember(snapshots)
        return Labels(
            keypoints={} if self._keypoints is None else {k: self._keypoints.label(v) for k, v in sights.items()},
            lanes={} if self._lanes is None else {k: self._lanes.label(v) for k, v in sights.items()},
            criticality=critical.label(view, time_ns) if critical is not None and keyframe else None,
        )


def check_labels(wanted: Sequence[str]) -> tuple[str, ...]:
    """The same labels in their usual order.

    Raises:
        InputError: a label that is none.
    """
    for name in wanted:
        if name not in LABELS:
            raise InputError(f"--labels: expected some of {', '.join(LABELS)}, got {name!r}")
    return tuple(name for name in LABELS if name in wanted)
