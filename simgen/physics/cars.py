"""Vehicles (and props) that are moved, not simulated: along paths, by IDM or by a plan, all at once in arrays."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float
from numba import njit
from numpy import ndarray

from simgen.motion import SNAPSHOT_HZ, Actor, Cast
from simgen.physics import idm, spline
from simgen.physics.corridor import Crowd, in_the_way
from simgen.physics.idm import DriverParameters
from simgen.physics.linkage import TURNS, Linkages, hitch_of, hitch_rate, settled
from simgen.physics.path import Path
from simgen.physics.shapes import shifted
from simgen.physics.vehicle import turn_wheel, wheel_rows

STEP_S = 1.0 / SNAPSHOT_HZ
LOOK_M, PEOPLE_HORIZON_S, SIDE_MARGIN_M = 80.0, 1.5, 0.3
_CHANGE_FROM_MPS = 3.0
"""How far drivers look ahead, how early and wide they make room, and the speed below which lane changes slow down
(set by us)."""


@njit(cache=True, error_model="numpy")
def _progress(control: ndarray, spacing: float, s: float, offset: float) -> float:
    """Stations a metre driven: fewer outside of a bend than inside."""
    x, y, z = spline.slope(control, spacing, s)
    return 1.0 / (np.sqrt(x * x + y * y + z * z) * max(1.0 - offset * spline.curvature(control, spacing, s), 0.1))


@njit(cache=True, error_model="numpy")
def _fill(
    local: ndarray, delay_s: float, packed: ndarray, where: ndarray, spacing: ndarray, state: ndarray, shift: ndarray,
    sizes: ndarray, rows: ndarray, drives: ndarray, hitch: ndarray,
) -> None:  # fmt: skip
    """Root and wheel poses of every car on a path, `delay_s` from now; and what drives its other parts."""
    for c in range(len(where)):
        if where[c, 1] == 0:
            continue
        control = packed[where[c, 0] : where[c, 0] + where[c, 1]]
        s, v = state[c, 0], state[c, 1]
        offset, across, bend = shifted(shift[c], delay_s)
        now = shifted(shift[c], 0.0)[0]
        later = s + v * _progress(control, spacing[c], s, now) * delay_s
        aside = np.arctan2(across, max(v, 0.1))
        spline.frame_pose(control, spacing[c], later, offset, state[c, 3] + aside, local[rows[c, 0]])
        curve = spline.curvature(control, spacing[c], later) + bend / max(v, 3.0) ** 2
        steer = np.arctan(sizes[c, 0] * curve) if state[c, 3] == 0.0 else 0.0
        angle = state[c, 2] + v * delay_s / sizes[c, 1]
        drives[c, 0], drives[c, 1], drives[c, 2] = angle, steer, hitch[c, 2]
        if hitch[c, 0] > 0.0:
            drives[c, 2] += hitch_rate(hitch[c, 2], v, curve, hitch[c, 0], hitch[c, 1]) * delay_s
        for w in range(4):
            row = rows[c, 1 + w]
            if row >= 0:
                turn_wheel(0.5 * steer if w < 2 else 0.0, 0.5 * angle, local[row])


@njit(cache=True, error_model="numpy")
def _choose(
    packed: ndarray, where: ndarray, spacing: ndarray, state: ndarray, shift: ndarray, sizes: ndarray, wanted: ndarray,
    stop: ndarray, drivers: ndarray, actor: ndarray, mode: ndarray, crowd: Crowd,
) -> ndarray:  # fmt: skip
    """Acceleration of every car by IDM; mode 0 stands, 1 keeps speed, 2 drives."""
    result = np.zeros(len(where))
    for c in range(len(where)):
        if mode[c] != 2 or where[c, 1] == 0:
            continue
        p = DriverParameters(drivers[c, 0], drivers[c, 1], drivers[c, 2], drivers[c, 3], drivers[c, 4])
        control = packed[where[c, 0] : where[c, 0] + where[c, 1]]
        v = state[c, 1]
        best = idm.acceleration(v, wanted[c], np.inf, 0.0, p)
        offset = shifted(shift[c], 0.0)[0]
        found = in_the_way(
            control, spacing[c], state[c, 0], offset, LOOK_M, sizes[c, 2], sizes[c, 3] + SIDE_MARGIN_M, actor[c],
            crowd, PEOPLE_HORIZON_S, v,
        )  # fmt: skip
        for j in range(len(found)):
            if found[j, 0] < np.inf:
                best = min(best, idm.acceleration(v, wanted[c], max(found[j, 0], 0.0), found[j, 1], p))
        if stop[c] < np.inf:
            best = min(best, idm.acceleration(v, wanted[c], max(stop[c] + p.standstill_m, 0.1), 0.0, p))
        result[c] = best
    return result


@njit(cache=True, error_model="numpy")
def _caps(packed_cap: ndarray, where: ndarray, spacing: ndarray, state: ndarray) -> ndarray:
    """Speed that each car's path allows half a second ahead (it takes about as long to answer)."""
    result = np.empty(len(where))
    for c in range(len(where)):
        result[c] = np.inf
        if where[c, 1] > 0:
            knot = int((state[c, 0] + 0.5 * state[c, 1]) / spacing[c])
            result[c] = packed_cap[where[c, 0] + min(max(knot, 0), where[c, 1] - 3)]
    return result


@njit(cache=True, error_model="numpy")
def _travel(
    packed: ndarray, where: ndarray, spacing: ndarray, state: ndarray, shift: ndarray, sizes: ndarray, after: ndarray,
    dt: float, hitch: ndarray,
) -> None:  # fmt: skip
    """Moves every car's station and wheels on; speeds change evenly to `after`."""
    for c in range(len(where)):
        moved = 0.5 * (state[c, 1] + after[c]) * dt
        if where[c, 1] > 0:
            control = packed[where[c, 0] : where[c, 0] + where[c, 1]]
            offset = shifted(shift[c], 0.5 * dt)[0]
            middle = state[c, 0] + 0.5 * moved
            if hitch[c, 0] > 0.0:
                bend = shifted(shift[c], 0.5 * dt)[2] / max(state[c, 1], 3.0) ** 2
                curve = spline.curvature(control, spacing[c], middle) + bend
                hitch[c, 2] += hitch_rate(hitch[c, 2], moved / dt, curve, hitch[c, 0], hitch[c, 1]) * dt
            state[c, 0] += moved * _progress(control, spacing[c], middle, offset)
        state[c, 1] = after[c]
        state[c, 2] = np.mod(state[c, 2] + moved / sizes[c, 1], 2.0 * np.pi * TURNS)


class Cars:
    """Everything that rolls or stands, except the ego; row c is car c, `actors[c]` its actor.

    Attributes:
        state: station m, speed m/s, wheel angle rad, turn against the path rad.
        shift: lateral offset in transition (see `shapes.shifted`).
        mode: 0 stands, 1 keeps its speed, 2 drives by IDM.
        plan_mps: speed that a plan gives for the end of the step; NaN where there is none.
    """

    def __init__(self, cast: Cast, actors: Sequence[Actor]) -> None:
        count = len(actors)
        self.actors = tuple(actors)
        self.actor = np.array([actor.id - 1 for actor in actors], dtype=np.int64)
        self.state = np.zeros((count, 4))
        self.acceleration = np.zeros(count)
        self.shift = np.tile(np.array([0.0, 0.0, 1.0, 0.0, 2.0]), (count, 1))
        self.change_hz = np.zeros(count)
        self.pose = np.full((count, 7), np.nan)
        self.mode = np.zeros(count, dtype=np.int64)
        self.desired_mps = np.zeros(count)
        self.plan_mps = np.full(count, np.nan)
        self.stop_m = np.full(count, np.inf)
        self.drivers = np.tile(np.array(DriverParameters()), (count, 1))
        self.paths: list[Path | None] = [None] * count
        self.sizes = np.array([_sizes(actor) for actor in actors]).reshape(count, 4)
        self.length_m = np.array([actor.model.extent_m[0] for actor in actors])
        self._rows = np.array(
            [wheel_rows(cast.rows(actor.id).start, actor.model) for actor in actors], dtype=np.int64
        ).reshape(count, 5)
        self._linkages, self._drives = Linkages(cast, actors), np.zeros((count, 3))
        self._hitch = np.array([(*hitch_of(actor), 0.0) for actor in actors]).reshape(count, 3)
        self._packed, self._packed_cap = np.zeros((0, 6)), np.zeros(0)
        self._where = np.zeros((count, 2), dtype=np.int64)
        self._spacing = np.ones(count)

    def put(self, car: int, path: Path, s_m: float, speed_mps: float, offset_m: float, turn_rad: float = 0.0) -> None:
        """Sets a car on a path."""
        self.paths[car] = path
        self.state[car] = (s_m, speed_mps, self.state[car, 2], turn_rad)
        self.shift[car] = (offset_m, offset_m, 1.0, 0.0, 2.0)
        length, ahead, _ = self._hitch[car]
        self._hitch[car, 2] = settled(float(spline.curvature(path.control, path.spacing_m, s_m)), length, ahead)
        self.repack()

    def stand(self, car: int, pose: Float[ndarray, "7"]) -> None:
        """Leaves a car where a pose says, off any path; NaN takes it away."""
        self.paths[car] = None
        self.pose[car] = pose
        self.state[car, 1] = 0.0
        self.repack()

    def root(self, car: int) -> Float[ndarray, "7"]:
        """Where a car is now."""
        path = self.paths[car]
        if path is None:
            return np.asarray(self.pose[car])
        pose = np.empty(7)
        spline.frame_pose(path.control, path.spacing_m, self.state[car, 0], self.offset(car), self.state[car, 3], pose)
        return pose

    def offset(self, car: int) -> float:
        """Current offset to the left of the path."""
        return float(shifted(self.shift[car], 0.0)[0])

    def fill(self, local: Float[ndarray, "l 7"], delay_s: float) -> None:
        """Writes poses in parents, as they are `delay_s` from now."""
        for car in np.flatnonzero(self._where[:, 1] == 0):
            local[self._rows[car, 0]] = self.pose[car]
        _fill(
            local, delay_s, self._packed, self._where, self._spacing, self.state, self.shift, self.sizes, self._rows,
            self._drives, self._hitch,
        )  # fmt: skip
        self._linkages.fill(local, self._drives)

    def choose(self, crowd: Crowd) -> None:
        """Decides every driver's acceleration from what is around."""
        cap = _caps(self._packed_cap, self._where, self._spacing, self.state)
        wanted = np.minimum(self.desired_mps, cap)
        self.acceleration = _choose(
            self._packed, self._where, self._spacing, self.state, self.shift, self.sizes, wanted, self.stop_m,
            self.drivers, self.actor, self.mode, crowd,
        )  # fmt: skip

    def advance(self) -> None:
        """One snapshot further."""
        before = self.state[:, 1].copy()
        after = np.maximum(before + self.acceleration * STEP_S, 0.0)
        after = np.where(np.isnan(self.plan_mps), after, self.plan_mps)
        after[self._where[:, 1] == 0] = 0.0
        self.acceleration = (after - before) / STEP_S
        _travel(
            self._packed, self._where, self._spacing, self.state, self.shift, self.sizes, after, STEP_S, self._hitch,
        )  # fmt: skip
        self.shift[:, 2] = np.minimum(self.shift[:, 2] + self.shift[:, 3] * STEP_S, 1.0)
        # A car that crawls does not slide sideways: its lane change waits.
        rate = self.change_hz * np.minimum(after / _CHANGE_FROM_MPS, 1.0)
        self.shift[:, 3] = np.where(self.shift[:, 2] >= 1.0, 0.0, rate)

    def on_path(self) -> Bool[ndarray, " n"]:
        """Which cars follow a path."""
        return np.asarray(self._where[:, 1] > 0)

    def repack(self) -> None:
        """Lays all paths end to end for the compiled loops."""
        controls = [path.control for path in self.paths if path is not None]
        self._packed = np.concatenate(controls) if controls else np.zeros((0, 6))
        # Two rows longer than the knots, to be indexed like the control values.
        caps = [np.append(path.cap_mps, [np.inf, np.inf]) for path in self.paths if path is not None]
        self._packed_cap = np.concatenate(caps) if caps else np.zeros(0)
        start = 0
        for car, path in enumerate(self.paths):
            size = 0 if path is None else len(path.control)
            self._where[car] = (start, size)
            self._spacing[car] = 1.0 if path is None else path.spacing_m
            start += size


def _sizes(actor: Actor) -> tuple[float, float, float, float]:
    """Wheelbase, wheel radius, root to bumper, half width."""
    model = actor.model
    return (
        float(model.dimensions.get("wheelbase_m", 0.6 * model.extent_m[0])),
        float(model.dimensions.get("wheel_radius_m", 0.32)),
        model.centre_m[0] + 0.5 * model.extent_m[0],
        0.5 * model.extent_m[1],
    )
