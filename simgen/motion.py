"""What moved how: the cast of an episode, snapshots of it, and where everything was at any time between."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Float32, Int64, UInt8, UInt32
from numpy import ndarray

from simgen.geometry import Pose, slerp
from simgen.world.model import Model

SNAPSHOT_HZ = 60
PHYSICS_HZ = 240
LEAD_NS = 200_000_000
"""The simulation starts this long before the first reading, so that every sweep and flow is whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One actor of an episode.

    Attributes:
        id: 1, 2, ... in the order of the cast (the ego is one of them, usually 1).
        paint: linear RGB of materials marked `paint`; None leaves them as they are.
        category: class from the taxonomy (the model's own by default).
    """

    id: int
    name: str
    model: Model
    category: str
    is_ego: bool = False
    is_static: bool = False
    paint: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One rigid part of one actor; row r of the cast's links has id r + 1.

    Attributes:
        part: index in the actor's `model.parts`.
        parent: row of the parent link, -1 for a root.
    """

    id: int
    actor_id: int
    name: str
    part: int
    parent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """All actors and, flat, all their links; what `Snapshot.link_pose` is ordered by."""

    actors: tuple[Actor, ...]
    links: tuple[Link, ...]

    @classmethod
    def of(cls, actors: Sequence[Actor]) -> "Cast":
        """The cast of these actors, whose ids must be 1, 2, ..."""
        links: list[Link] = []
        for actor in actors:
            first = len(links)
            for index, part in enumerate(actor.model.parts):
                parent = -1 if part.parent < 0 else first + part.parent
                links.append(Link(id=len(links) + 1, actor_id=actor.id, name=part.name, part=index, parent=parent))
        return cls(actors=tuple(actors), links=tuple(links))

    def rows(self, actor_id: int) -> range:
        """Rows of an actor's links; the first is its root."""
        start = sum(len(actor.model.parts) for actor in self.actors[: actor_id - 1])
        return range(start, start + len(self.actors[actor_id - 1].model.parts))

    @property
    def ego(self) -> Actor:
        """The actor that carries the sensors."""
        return next(actor for actor in self.actors if actor.is_ego)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Two actors touching (0: the world), summed over the steps since the last snapshot."""

    actor_a: int
    actor_b: int
    impulse_Ns: float
    point_m: tuple[float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class EgoTrace:
    """The ego at the physics rate, over the steps since the last snapshot (m of them, usually 4).

    Attributes:
        pose: of its root, x y z qx qy qz qw.
        twist: of its root's origin, world axes, m/s and rad/s.
        acceleration: of its root's origin (without gravity), world axes, m/s2.
        controls: steer_rad, throttle 0..1, brake 0..1.
        lane_id: one for each; "" off the lanes.
    """

    time_ns: Int64[ndarray, " m"]
    pose: Float[ndarray, "m 7"]
    twist: Float[ndarray, "m 6"]
    acceleration: Float[ndarray, "m 3"]
    controls: Float[ndarray, "m 3"]
    lane_id: tuple[str, ...]
    lane_offset_m: Float[ndarray, " m"]
    route_s_m: Float[ndarray, " m"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A corner case or scenario event that began or ended: one row of `/events` once the episode is over.

    Attributes:
        case: id of the corner case, or the event's name.
        phase: "trigger", "onset" or "end".
    """

    case: str
    phase: str
    time_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The state of everything at one time; arrays have the types in which episodes store them.

    Attributes:
        time_ns: rint(1e9 k / 60) for k from -12; 0 is the first reading's time base.
        link_pose: x y z qx qy qz qw of each link's own frame; NaN where the actor is absent.
        link_twist: velocity of that origin and angular velocity, world axes; the derivative of `link_pose`.
        lamps: bit field an actor.
        signals: state code a traffic light.
        weather: in the order of `weather.COLUMNS`.
    """

    time_ns: int
    link_pose: Float[ndarray, "l 7"]
    link_twist: Float32[ndarray, "l 6"]
    lamps: UInt32[ndarray, " a"]
    signals: UInt8[ndarray, " s"]
    weather: Float32[ndarray, " w"]
    contacts: tuple[Contact, ...] = ()
    ego: EgoTrace | None = None
    happenings: tuple[Happening, ...] = field(default=())


class View:
    """A short history of snapshots that answers where every link was at any time in it.

    Positions are cubic (Hermite, from the twists), rotations slerped, as when an episode is sensed again.
    """

    def __init__(self, snapshots: Sequence[Snapshot]) -> None:
        self.snapshots = tuple(snapshots)
        self._times = np.array([snapshot.time_ns for snapshot in self.snapshots], dtype=np.int64)

    @property
    def start_ns(self) -> int:
        """The first time that it can answer for."""
        return int(self._times[0])

    @property
    def end_ns(self) -> int:
        """The last time that it can answer for."""
        return int(self._times[-1])

    def link_poses(self, time_ns: int) -> Float[ndarray, "l 7"]:
        """Poses of all links at one time."""
        return self.link_trajectory(np.array([time_ns], dtype=np.int64))[0]

    def link_trajectory(
        self, times_ns: Int64[ndarray, " n"], rows: Sequence[int] | slice = slice(None)
    ) -> Float[ndarray, "n l 7"]:
        """Poses of some links (all by default) at n times, which need not be sorted."""
        times_ns = np.asarray(times_ns, dtype=np.int64)
        if len(times_ns) and (times_ns.min() < self.start_ns or times_ns.max() > self.end_ns):
            raise ValueError(
                f"view covers {self.start_ns}..{self.end_ns} ns, asked for {times_ns.min()}..{times_ns.max()}"
            )
        index = np.clip(np.searchsorted(self._times, times_ns, side="right") - 1, 0, max(len(self._times) - 2, 0))
        after = np.minimum(index + 1, len(self._times) - 1)
        needed = np.unique(np.concatenate([index, after]))
        where = {int(k): i for i, k in enumerate(needed)}
        pose = np.stack([self.snapshots[k].link_pose[rows] for k in needed])
        twist = np.stack([self.snapshots[k].link_twist[rows] for k in needed]).astype(np.float64)
        a = np.array([where[int(k)] for k in index], dtype=np.int64)
        b = np.array([where[int(k)] for k in after], dtype=np.int64)
        span = np.maximum(self._times[after] - self._times[index], 1) * 1e-9
        share = (times_ns - self._times[index]) * 1e-9 / span
        s, h = share[:, None, None], span[:, None, None]
        position = (
            (2 * s**3 - 3 * s**2 + 1) * pose[a, :, :3]
            + (s**3 - 2 * s**2 + s) * h * twist[a, :, :3]
            + (-2 * s**3 + 3 * s**2) * pose[b, :, :3]
            + (s**3 - s**2) * h * twist[b, :, :3]
        )
        rotation = slerp(pose[a, :, 3:], pose[b, :, 3:], np.broadcast_to(share[:, None], pose[a].shape[:2]))
        result = np.concatenate([position, rotation], axis=-1)
        exact = share == 0.0
        result[exact] = pose[a[exact]]
        return result

    def pose(self, row: int, time_ns: int) -> Pose:
        """Pose of one link at one time."""
        return Pose.from_array(self.link_trajectory(np.array([time_ns]), [row])[0, 0])

    def nearest(self, time_ns: int) -> Snapshot:
        """The last snapshot at or before a time: lamps, signals and weather hold until the next."""
        return self.snapshots[max(int(np.searchsorted(self._times, time_ns, side="right")) - 1, 0)]
