"""The ego at the physics rate."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.motion import PHYSICS_HZ, EgoTrace
from simgen.physics.stage import Stage
from simgen.physics.vehicle import Controls

Row = tuple[int, Float[ndarray, "7"], Float[ndarray, "6"], Float[ndarray, "3"], Controls]


class Trace:
    """Collects the ego's motion between snapshots."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._rows: list[Row] = []
        pose, twist = stage.vehicle.root()
        self._velocity = twist[:3]
        self._start_m = stage.driver.s_m
        self._begin = (pose, twist)

    def now(self) -> EgoTrace:
        """The state before the first step, as one sample."""
        pose, twist = self._begin
        self._rows.append((-200_000_000, pose, twist, np.zeros(3), Controls()))
        return self.take()

    def add(self, time_ns: int, controls: Controls) -> None:
        """Notes one physics step; the acceleration is what changed the velocity in it."""
        pose, twist = self._stage.vehicle.root()
        acceleration = (twist[:3] - self._velocity) * PHYSICS_HZ
        self._velocity = twist[:3]
        self._rows.append((time_ns, pose, twist, acceleration, controls))

    def take(self) -> EgoTrace:
        """What was noted since the last time; lane and way along the route are looked up once."""
        rows, self._rows = self._rows, []
        stage = self._stage
        found = stage.locate_ego()
        count = len(rows)
        return EgoTrace(
            time_ns=np.array([row[0] for row in rows], dtype=np.int64),
            pose=np.stack([row[1] for row in rows]),
            twist=np.stack([row[2] for row in rows]),
            acceleration=np.stack([row[3] for row in rows]),
            controls=np.array([row[4] for row in rows], dtype=np.float64),
            lane_id=("" if found is None else found.lane,) * count,
            lane_offset_m=np.full(count, np.nan if found is None else found.offset_m),
            route_s_m=np.full(count, stage.driver.s_m - self._start_m),
        )
