"""People and animals on foot: along paths, with a gait, all at once in arrays."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from jaxtyping import Float, Int
from numba import njit
from numpy import ndarray

from simgen.geometry import Pose, rotate
from simgen.motion import SNAPSHOT_HZ, Actor, Cast
from simgen.physics import gait, limp, spline
from simgen.physics.gait import Leg
from simgen.physics.linkage import Linkages
from simgen.physics.path import Path
from simgen.physics.sidestep import give_way, sway, where_now
from simgen.physics.walkable import Walkable, room_aside
from simgen.world.model import Model

STEP_S = 1.0 / SNAPSHOT_HZ
SPACING_M = 0.5
ACCELERATION_MPS2 = 2.0
"""Starting and stopping of pedestrians (set by us; a walk is reached in under a second)."""
_BROADEST_M = 0.8
"""Umbrellas and outstretched arms pass over shoulders."""
_LEAST_PACE_MPS = 0.8
"""Below this pace a step aside is a side step, for which nobody turns."""
_STRIDE_LAG_S = 0.25
"""A change of speed shows in the stride with this lag, or feet would slide."""

LIMBS = (
    "pelvis", "torso", "thigh_left", "thigh_right", "shin_left", "shin_right", "foot_left", "foot_right",
    "upper_arm_left", "upper_arm_right", "forearm_left", "forearm_right",
)  # fmt: skip
_PELVIS, _TORSO, _THIGH, _SHIN, _FOOT, _ARM, _FOREARM = 0, 1, 2, 4, 6, 8, 10
_HINGED = (_THIGH, _SHIN, _FOOT, _ARM, _FOREARM)
_CONJUGATE = np.array([-1.0, -1.0, -1.0, 1.0])


@njit(cache=True, error_model="numpy")
def _fill(
    local: ndarray, delay_s: float, packed: ndarray, where: ndarray, spacing: ndarray, state: ndarray, aside: ndarray,
    legs: ndarray, rows: ndarray, still: ndarray,
) -> None:  # fmt: skip
    """Root and limb poses of every walker, `delay_s` from now; `state` holds station, speed, phase, stride."""
    for w in range(len(where)):
        root = rows[w, 0]
        s, v, phase, stride = state[w, 0], state[w, 1], state[w, 2], state[w, 3]
        if where[w, 1] == 0:
            for column in range(7):
                local[root, column] = still[w, column]
        else:
            control = packed[where[w, 0] : where[w, 0] + where[w, 1]]
            x, y, z = spline.point(control, spacing[w], s + v * delay_s)
            dx, dy, _ = spline.slope(control, spacing[w], s + v * delay_s)
            size = max(np.sqrt(dx * dx + dy * dy), 1e-9)
            left = (aside[w, 0] + aside[w, 1] * delay_s) / size
            half = 0.5 * (np.arctan2(dy, dx) + np.arctan2(aside[w, 1], max(v, _LEAST_PACE_MPS)))
            local[root, 0], local[root, 1], local[root, 2] = x - dy * left, y + dx * left, z
            local[root, 3], local[root, 4], local[root, 5], local[root, 6] = 0.0, 0.0, np.sin(half), np.cos(half)
        if legs[w, 0] <= 0.0:
            continue
        leg = Leg(legs[w, 0], legs[w, 1], legs[w, 2], legs[w, 3], legs[w, 4], legs[w, 5])
        if stride > 1e-6:
            phase += v / stride * delay_s
        drop = gait.hip_drop(phase, v, stride, leg)
        run = gait.running_share(v, leg)
        if rows[w, 1 + _PELVIS] >= 0:
            local[rows[w, 1 + _PELVIS], 2] -= drop
        if rows[w, 1 + _TORSO] >= 0:
            gait.turn_y(-0.03 * min(stride, 1.0) - 0.12 * run, local[rows[w, 1 + _TORSO]])
        for side in range(2):
            at = phase + 0.5 * side
            hip, knee, ankle = gait.leg_angles(at, v, stride, drop, leg)
            shoulder, elbow = gait.arm_angles(at, v, stride, leg)
            gait.turn_y(hip, local[rows[w, 1 + _THIGH + side]])
            gait.turn_y(-knee, local[rows[w, 1 + _SHIN + side]])
            gait.turn_y(ankle, local[rows[w, 1 + _FOOT + side]])
            if rows[w, 1 + _ARM + side] >= 0:
                gait.turn_y(shoulder, local[rows[w, 1 + _ARM + side]])
            if rows[w, 1 + _FOREARM + side] >= 0:
                gait.turn_y(elbow, local[rows[w, 1 + _FOREARM + side]])


@njit(cache=True, error_model="numpy")
def _advance(where: ndarray, end_m: ndarray, state: ndarray, legs: ndarray, wanted: ndarray) -> None:
    """One snapshot further along the paths, stopping in time for their ends."""
    change = ACCELERATION_MPS2 * STEP_S
    for w in range(len(where)):
        if where[w, 1] == 0:
            continue
        s, v, stride = state[w, 0], state[w, 1], state[w, 3]
        aim = min(wanted[w], np.sqrt(2.0 * ACCELERATION_MPS2 * max(end_m[w] - s, 0.0)))
        after = v + min(max(aim - v, -change), change)
        moved = 0.5 * (v + after) * STEP_S
        wish = gait.stride_m(max(after, 0.0), legs[w, 2])
        stride = wish if stride == 0.0 else stride + (wish - stride) * min(STEP_S / _STRIDE_LAG_S, 1.0)
        state[w, 0], state[w, 1], state[w, 3] = s + moved, after, stride
        if stride > 1e-6:
            state[w, 2] = np.mod(state[w, 2] + moved / stride, 1.0)


class Walkers:
    """Everybody on foot; row w is walker w, `actors[w]` its actor.

    Attributes:
        state: station m, speed m/s, phase of the stride, stride m.
        wanted_mps: speed to walk at.
        aside: offset to the left of the path, its rate, and the wished offset, of those who give way (`stroll`).
    """

    def __init__(self, cast: Cast, actors: Sequence[Actor]) -> None:
        count = len(actors)
        self.actors = tuple(actors)
        self.state = np.zeros((count, 4))
        self._linkages, self._drives = Linkages(cast, actors), np.zeros((count, 3))
        self._wheel_m = np.array([actor.model.dimensions.get("wheel_radius_m", 0.3) for actor in actors])
        self.wanted_mps = np.zeros(count)
        self.aside = np.zeros((count, 3))
        self.acceleration = np.zeros(count)
        self.still = np.full((count, 7), np.nan)
        self.paths: list[Path | None] = [None] * count
        self._rows = np.array([_rows(cast, actor) for actor in actors], dtype=np.int64).reshape(count, 1 + len(LIMBS))
        self._legs = np.array([_leg(actor) for actor in actors]).reshape(count, 6)
        self._packed = np.zeros((0, 6))
        self._where = np.zeros((count, 2), dtype=np.int64)
        self._spacing = np.ones(count)
        self._end_m = np.full(count, np.inf)
        self._evades = np.zeros(count, dtype=bool)
        self._width = np.array([min(actor.model.extent_m[1], _BROADEST_M) for actor in actors], dtype=np.float64)
        self._room = np.zeros((count, 2))
        self._now = np.full((count, 7), np.nan)
        self._pace = np.zeros(count)
        self._limp: dict[int, tuple[Float[ndarray, "10"], Float[ndarray, "10"]]] = {}
        self._neutral = np.concatenate([actor.model.neutral().array() for actor in cast.actors])

    def put(self, walker: int, path: Path, speed_mps: float, s_m: float = 0.0) -> None:
        """Sets a walker on a path, on the go; it keeps to it, whoever comes."""
        self.paths[walker] = path
        self.aside[walker], self._evades[walker] = 0.0, False
        self.state[walker, 0] = s_m
        self.wanted_mps[walker] = speed_mps
        self._pack()

    def stroll(self, walker: int) -> None:
        """Lets a walker leave its path a little to give way to others."""
        self._evades[walker] = True

    def look(self, walkable: Walkable) -> None:
        """Finds out how far those who give way could step aside; asked some times a second."""
        for w in np.flatnonzero(self._evades):
            path = self.paths[w]
            if path is not None:
                place = (path.control, path.spacing_m, self.state[w, 0], self.aside[w, 0])
                self._room[w] = room_aside(*place, walkable.keys, walkable.ground.tables)

    def start_at(self, walker: int, speed_mps: float, phase: float) -> None:
        """Makes a walker have been walking at this speed for a while."""
        self.state[walker, 1:] = (speed_mps, phase, gait.stride_m(speed_mps, self._legs[walker, 2]))

    def stand(self, walker: int, pose: Float[ndarray, "7"]) -> None:
        """Leaves a walker where a pose says; NaN takes it away."""
        self.paths[walker] = None
        self._limp.pop(walker, None)
        self.still[walker] = pose
        self.state[walker, 1] = self.state[walker, 3] = 0.0
        self._pack()

    def position(self, walker: int) -> Float[ndarray, "3"]:
        """Where a walker is now."""
        self._locate()
        return np.asarray(self._now[walker, :3].copy())

    def freeze(self, walker: int) -> None:
        """Takes a walker off its path in the middle of its stride (it was hit); its limbs are no longer held."""
        if self._legs[walker, 0] > 0.0:
            local = self._neutral.copy()
            self.fill(local, 0.0)
            rows = self._joints(walker)
            angle = np.array([-2.0 * np.arctan2(local[row, 4], local[row, 6]) if row >= 0 else 0.0 for row in rows])
            angle[limp.KNEE : limp.ANKLE] *= -1.0
            self._limp[walker] = (angle, np.zeros(len(angle)))
        self.paths[walker] = None
        self.state[walker, 1] = 0.0
        self._pack()

    def fill(self, local: Float[ndarray, "l 7"], delay_s: float) -> None:
        """Writes poses in parents, as they are `delay_s` from now."""
        places = (self._packed, self._where, self._spacing, self.state, self.aside)
        _fill(local, delay_s, *places, self._legs, self._rows, self.still)
        self._drives[:, 0] = (self.state[:, 0] + delay_s * self.state[:, 1]) / self._wheel_m
        self._linkages.fill(local, self._drives)
        for walker, (angle, rate) in self._limp.items():
            now = angle + delay_s * rate
            now[limp.KNEE : limp.ANKLE] *= -1.0
            for row, turn in zip(self._joints(walker), now, strict=True):
                if row >= 0:
                    gait.turn_y(turn, local[row])

    def relax(self, walker: int, pose: Float[ndarray, "7"], twist: Float[ndarray, "6"]) -> None:
        """Lets the limbs of somebody who was hit swing on for a snapshot, as the body lies and turns."""
        if walker in self._limp:
            angle, rate = self._limp[walker]
            down = rotate(pose[3:] * _CONJUGATE, np.array([0.0, 0.0, -1.0]))
            left = rotate(pose[3:], np.array([0.0, 1.0, 0.0]))
            limp.swing(angle, rate, limp.resting(down, float(left @ twist[3:])), STEP_S)

    def _joints(self, walker: int) -> Int[ndarray, "10"]:
        """Link rows of hips, knees, ankles, shoulders and elbows, left and right."""
        return np.asarray(self._rows[walker, [1 + part + side for part in _HINGED for side in (0, 1)]])

    def advance(self) -> None:
        """One snapshot further."""
        before = self.state[:, 1].copy()
        self._locate()
        give_way(self._now, self._width, self._evades, self._room, self.wanted_mps, self.aside, self._pace)
        sway(self.aside, self._evades, STEP_S)
        _advance(self._where, self._end_m, self.state, self._legs, self._pace)
        self.acceleration = (self.state[:, 1] - before) / STEP_S

    def _locate(self) -> None:
        where_now(self._packed, self._where, self._spacing, self.state, self.aside, self.still, self._now)

    def _pack(self) -> None:
        controls = [path.control for path in self.paths if path is not None]
        self._packed = np.concatenate(controls) if controls else np.zeros((0, 6))
        self._end_m = np.array(
            [np.inf if path is None or path.open_end else path.length_m for path in self.paths], dtype=np.float64
        )
        start = 0
        for walker, path in enumerate(self.paths):
            size = 0 if path is None else len(path.control)
            self._where[walker] = (start, size)
            self._spacing[walker] = 1.0 if path is None else path.spacing_m
            start += size


def _rows(cast: Cast, actor: Actor) -> list[int]:
    names = [part.name for part in actor.model.parts]
    first = cast.rows(actor.id).start
    return [first, *(first + names.index(name) if name in names else -1 for name in LIMBS)]


def _leg(actor: Actor) -> tuple[float, ...]:
    """Measures of the legs from the neutral pose; zeros for a body without such legs."""
    return _leg_of(actor.model)


@lru_cache(maxsize=256)
def _leg_of(model: Model) -> tuple[float, ...]:
    names = [part.name for part in model.parts]
    if not all(name in names for name in LIMBS[_THIGH:_ARM]):
        return (0.0, 0.0, 0.5 * model.extent_m[2], 0.0, 0.0, 0.0)
    neutral = model.neutral().array()
    world = model.link_poses(Pose.identity())
    thigh, shin, foot = (names.index(f"{part}_left") for part in ("thigh", "shin", "foot"))
    sole = model.parts[foot].mesh.bounds()
    return (
        float(np.linalg.norm(neutral[shin, :3])),
        float(np.linalg.norm(neutral[foot, :3])),
        float(world[thigh, 2]),
        float(world[foot, 2]),
        float(max(-sole[0, 0], 0.02)),
        float(max(0.9 * sole[1, 0], 0.05)),
    )
