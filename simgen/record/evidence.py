"""What the truth checks look at: an episode's arrays, and where everything was, worked out again from /state alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Int64
from numpy import ndarray
from scipy.spatial.transform import Rotation, Slerp

from simgen.readings import FAULTS
from simgen.record.episode import Episode
from simgen.record.stored import StoredSensor

SAMPLES = 8
"""So many readings of each sensor are looked at, spread evenly."""

_UNUSABLE = sum(1 << FAULTS.index(name) for name in ("dropped", "stuck", "packet_loss"))


@dataclass(slots=True)
class Worst:
    """The largest deviation so far.

    Attributes:
        place: where it was.
        count: how many measurements there were.
    """

    value: float = 0.0
    place: str = ""
    count: int = 0

    def see(self, value: float, place: str) -> None:
        """Takes one measurement into account; NaN is worse than anything."""
        self.count += 1
        value = float("inf") if np.isnan(value) else float(value)
        if value > self.value or not self.place:
            self.value, self.place = max(value, self.value), place


@dataclass(slots=True)
class Evidence:
    """An episode under examination."""

    episode: Episode
    times_ns: Int64[ndarray, " t"] = field(init=False)
    link_actor: Int64[ndarray, " l"] = field(init=False)

    def __post_init__(self) -> None:
        self.times_ns = self.episode.file["state/time_ns"][:]
        self.link_actor = self.episode.file["links/actor_id"][:].astype(np.int64)

    @property
    def ego_id(self) -> int:
        """Id of the actor that carries the sensors."""
        return next(actor.id for actor in self.episode.actors if actor.is_ego)

    def usable(self, sensor: StoredSensor) -> list[int]:
        """Readings to look at: spread evenly, and not broken by a fault."""
        good = np.flatnonzero((sensor.faults & _UNUSABLE) == 0)
        picks = np.unique(np.linspace(0, len(good) - 1, min(SAMPLES, len(good))).round().astype(int))
        return good[picks].tolist() if len(good) else []

    def links(self, time_ns: int) -> Float[ndarray, "l 4 4"]:
        """Where every link was: cubic in position from the twists, slerp in rotation; NaN for the absent."""
        state = self.episode.file["state"]
        after = int(np.clip(np.searchsorted(self.times_ns, time_ns, side="left"), 1, len(self.times_ns) - 1))
        pose, twist = state["link_pose"][after - 1 : after + 1], state["link_twist"][after - 1 : after + 1]
        span = float(self.times_ns[after] - self.times_ns[after - 1]) * 1e-9
        share = float(time_ns - self.times_ns[after - 1]) * 1e-9 / span
        # A link that is absent at one end is where the other end says only at that very time.
        if share in (0.0, 1.0):
            pose, twist, share = np.repeat(pose[int(share)][None], 2, 0), np.zeros_like(twist), 0.0
        return _interpolate(pose, twist.astype(np.float64)[:, :, :3] * span, share)

    def rows_of(self, actor_id: int) -> Int64[ndarray, " n"]:
        """The links of an actor, its root first."""
        return np.flatnonzero(self.link_actor == actor_id)


def transform(matrix: Float[ndarray, "*m 4 4"], points: Float[ndarray, "n 3"]) -> Float[ndarray, "*m n 3"]:
    """Points moved by one matrix, or by each of many."""
    return points @ np.swapaxes(matrix[..., :3, :3], -1, -2) + matrix[..., None, :3, 3]


def coinciding(evidence: Evidence, kind: str, time_ns: int) -> Iterator[tuple[StoredSensor, int]]:
    """Sensors of one kind that have a sound reading at exactly this time, and which one."""
    for sensor in evidence.episode.sensors.values():
        k = int(np.searchsorted(sensor.times_ns, time_ns))
        due = sensor.kind == kind and k < len(sensor) and sensor.times_ns[k] == time_ns
        if due and not sensor.faults[k] & _UNUSABLE:
            yield sensor, k


def _interpolate(pose: Float[ndarray, "2 l 7"], step: Float[ndarray, "2 l 3"], share: float) -> Float[ndarray, "l 4 4"]:
    s = share
    position = (
        (2 * s**3 - 3 * s**2 + 1) * pose[0, :, :3]
        + (s**3 - 2 * s**2 + s) * step[0]
        + (-2 * s**3 + 3 * s**2) * pose[1, :, :3]
        + (s**3 - s**2) * step[1]
    )
    result = np.full((pose.shape[1], 4, 4), np.nan)
    result[:, :3, 3] = position
    result[:, 3] = [0.0, 0.0, 0.0, 1.0]
    for row in np.flatnonzero(np.isfinite(pose).all(axis=(0, 2))):
        turn = Slerp([0.0, 1.0], Rotation.from_quat(pose[:, row, 3:]))
        result[row, :3, :3] = turn(s).as_matrix()
    return result
