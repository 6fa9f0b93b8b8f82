"""How critical everybody else is to the ego: a row an actor and keyframe."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32, UInt32
from numpy import ndarray

from simgen.criticality import rss
from simgen.criticality.footprints import Footprints, gap_m
from simgen.criticality.mttc import modified_time_to_collision_s
from simgen.criticality.path import Ahead, along_path, curvature_per_m
from simgen.criticality.pet import post_encroachment_time_s
from simgen.criticality.ttc import deceleration_to_avoid_crash_mps2, time_headway_s, time_to_collision_s
from simgen.geometry import Pose, rotate, yaw_of
from simgen.motion import Cast, Snapshot, View

MEMORY_S = 10.0
"""So far back post-encroachment times reach."""
_ACCELERATION_NS = 50_000_000
_DIGITS = np.float32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Criticality:
    """A row an actor that is present, the ego left out. Footprints are the neutral boxes on the ground.

    Attributes:
        ttc_s: until both touch if they keep their velocities; inf if never.
        mttc_s: the same if they keep their accelerations.
        thw_s: until the ego's front is where the rear of one ahead in its path is now; NaN for who is not there.
        drac_mps2: deceleration that avoids a crash with one ahead in the ego's path; NaN for who is not there.
        pet_s: since the one was where the other is now, whoever came first; inf if that was never, or long ago.
        rss_violation: neither the gap along the ego's path nor that beside it is safe.
        distance_m: between the footprints.
    """

    actor_id: UInt32[ndarray, " n"]
    ttc_s: Float32[ndarray, " n"]
    mttc_s: Float32[ndarray, " n"]
    thw_s: Float32[ndarray, " n"]
    drac_mps2: Float32[ndarray, " n"]
    pet_s: Float32[ndarray, " n"]
    rss_violation: Bool[ndarray, " n"]
    distance_m: Float32[ndarray, " n"]


class CriticalityLabeller:
    """Remembers where everybody was over the last seconds, and measures how near that came to an accident."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._roots = np.array([cast.rows(actor.id).start for actor in cast.actors], dtype=np.int64)
        self._centre = np.array([actor.model.centre_m for actor in cast.actors]).reshape(-1, 3)
        self._half = np.array([actor.model.extent_m for actor in cast.actors]).reshape(-1, 3)[:, :2] / 2.0
        self._ego = cast.ego.id - 1
        middle = float(self._centre[self._ego, 0])
        self._front_m, self._rear_m = middle + self._half[self._ego, 0], middle - self._half[self._ego, 0]
        self._times = np.zeros(0, dtype=np.int64)
        self._places = np.zeros((0, len(cast.actors), 4))

    def remember(self, snapshots: Sequence[Snapshot]) -> None:
        """Takes note of where everybody was; snapshots in the order of time."""
        if not snapshots:
            return
        times = np.array([snapshot.time_ns for snapshot in snapshots], dtype=np.int64)
        places = [self._place(snapshot.link_pose[self._roots]) for snapshot in snapshots]
        kept = self._times >= times[-1] - int(1e9 * MEMORY_S)
        self._times = np.concatenate([self._times[kept], times])
        self._places = np.concatenate([self._places[kept], np.stack(places)])

    def label(self, view: View, time_ns: int) -> Criticality:
        """The rows of one keyframe, after all snapshots up to it have been remembered.

        Args:
            view: covers the time and 50 ms before it.
            time_ns: of the keyframe.
        """
        pose = view.link_trajectory(np.array([time_ns]), self._roots.tolist())[0]
        present = np.isfinite(pose[:, 0])
        present[self._ego] = False
        rows = np.flatnonzero(present)
        place = self._place(pose)
        boxes = Footprints(
            centre_m=place[:, :2],
            heading_rad=np.arctan2(place[:, 3], place[:, 2]),
            length_m=2.0 * self._half[:, 0],
            width_m=2.0 * self._half[:, 1],
        )
        twist = view.nearest(time_ns).link_twist[self._roots].astype(np.float64)
        velocity = self._velocity(pose, twist)
        acceleration = self._acceleration(view, time_ns, velocity)
        other, ego = boxes[rows], boxes[np.full(len(rows), self._ego)]
        own = np.broadcast_to(velocity[self._ego], (len(rows), 2))
        ahead, speed = self._ahead(boxes[rows], pose[self._ego], twist[self._ego])
        thw, drac = self._following(ahead, speed, velocity[rows])
        relative = acceleration[rows] - acceleration[self._ego]
        return Criticality(
            actor_id=(rows + 1).astype(np.uint32),
            ttc_s=time_to_collision_s(ego, other, own, velocity[rows]).astype(_DIGITS),
            mttc_s=modified_time_to_collision_s(ego, other, velocity[rows] - own, relative).astype(_DIGITS),
            thw_s=thw.astype(_DIGITS),
            drac_mps2=drac.astype(_DIGITS),
            pet_s=self._pet(time_ns, place)[rows].astype(_DIGITS),
            rss_violation=self._violations(ahead, velocity[self._ego], velocity[rows]),
            distance_m=gap_m(ego, other).astype(_DIGITS),
        )

    def _place(self, pose: Float[ndarray, "a 7"]) -> Float[ndarray, "a 4"]:
        """Centre, cosine and sine of the heading of every footprint."""
        centre = Pose.from_array(pose).apply(self._centre)
        yaw = yaw_of(pose[:, 3:])
        return np.stack([centre[:, 0], centre[:, 1], np.cos(yaw), np.sin(yaw)], axis=-1)

    def _velocity(self, pose: Float[ndarray, "a 7"], twist: Float[ndarray, "a 6"]) -> Float[ndarray, "a 2"]:
        """Of the footprints' centres."""
        arm = rotate(pose[:, 3:], self._centre)
        return np.asarray(twist[:, :2] + twist[:, 5:6] * np.stack([-arm[:, 1], arm[:, 0]], axis=-1))

    def _acceleration(self, view: View, time_ns: int, velocity: Float[ndarray, "a 2"]) -> Float[ndarray, "a 2"]:
        """Over the last 50 ms; none for who was absent then."""
        now = view.nearest(time_ns)
        before = view.nearest(max(time_ns - _ACCELERATION_NS, view.start_ns))
        passed_s = (now.time_ns - before.time_ns) * 1e-9
        if passed_s <= 0.0:
            return np.zeros_like(velocity)
        earlier = self._velocity(before.link_pose[self._roots], before.link_twist[self._roots].astype(np.float64))
        change = (velocity - earlier) / passed_s
        return np.where(np.isfinite(change), change, 0.0)

    def _ahead(self, others: Footprints, pose: Float[ndarray, "7"], twist: Float[ndarray, "6"]) -> tuple[Ahead, float]:
        """The others along the path of the ego's rear axle, and the ego's speed on it."""
        heading = float(yaw_of(pose[3:]))
        speed = float(twist[0] * np.cos(heading) + twist[1] * np.sin(heading))
        curvature = curvature_per_m(speed, float(twist[5]))
        return along_path(pose[:2], heading, curvature, others.corners()), speed

    def _following(
        self, ahead: Ahead, speed: float, velocity: Float[ndarray, "n 2"]
    ) -> tuple[Float[ndarray, " n"], Float[ndarray, " n"]]:
        leads = ahead.inside(self._half[self._ego, 1]) & (ahead.near_m > 0.0)
        gap = np.maximum(ahead.near_m - self._front_m, 0.0)
        closing = speed - np.einsum("nj,nj->n", velocity, ahead.direction)
        thw = time_headway_s(gap, np.full(len(gap), max(speed, 0.0)))
        drac = deceleration_to_avoid_crash_mps2(gap, closing)
        return np.where(leads, thw, np.nan), np.where(leads, drac, np.nan)

    def _violations(
        self, ahead: Ahead, own: Float[ndarray, "2"], velocity: Float[ndarray, "n 2"]
    ) -> Bool[ndarray, " n"]:
        """RSS in the coordinates of the ego's path, in which the ego itself does not move sideways."""
        width = self._half[self._ego, 1]
        speed = np.full(len(velocity), float(np.linalg.norm(own)))
        along = np.einsum("nj,nj->n", velocity, ahead.direction)
        aside = ahead.direction[:, 0] * velocity[:, 1] - ahead.direction[:, 1] * velocity[:, 0]
        behind = ahead.far_m < self._rear_m
        gap_along = np.where(behind, self._rear_m - ahead.far_m, np.maximum(ahead.near_m - self._front_m, 0.0))
        gap_aside = np.maximum(np.maximum(ahead.right_m - width, -width - ahead.left_m), 0.0)
        forward = np.maximum(along, 0.0)
        safe_along = np.where(
            behind,
            rss.following_distance_m(forward, speed, rss.OTHER, rss.EGO),
            np.where(
                along < 0.0,
                rss.oncoming_distance_m(speed, -along, rss.EGO, rss.OTHER),
                rss.following_distance_m(speed, forward, rss.EGO, rss.OTHER),
            ),
        )
        still = np.zeros(len(velocity))
        is_left = ahead.right_m + ahead.left_m > 0.0
        safe_aside = np.where(
            is_left,
            rss.lateral_distance_m(aside, still, rss.OTHER, rss.EGO),
            rss.lateral_distance_m(still, aside, rss.EGO, rss.OTHER),
        )
        # What moves away behind one is no danger, however near it is.
        safe_along = np.where(behind & (along < 0.0), 0.0, safe_along)
        return rss.is_violated((gap_along, gap_aside), (safe_along, safe_aside))

    def _pet(self, time_ns: int, place: Float[ndarray, "a 4"]) -> Float[ndarray, " a"]:
        earlier = int(np.searchsorted(self._times, time_ns))
        times = np.append(self._times[:earlier], time_ns)
        past = np.concatenate([self._places[:earlier], place[None]])
        return post_encroachment_time_s(times, place, past, self._half, self._ego)
