"""What triggers see."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.motion import SNAPSHOT_HZ, Contact
from simgen.physics.corridor import Crowd
from simgen.physics.stage import Stage
from simgen.scenario.situation import Situation


class Witness:
    """Sums up the stage for the storyboard, once a snapshot."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        actors = stage.cast.actors
        self._names = tuple(actor.name for actor in actors)
        self._size = np.array([actor.model.extent_m[:2] for actor in actors]).reshape(-1, 2)
        self._middle = np.array([actor.model.centre_m[0] for actor in actors])
        self._velocity: Float[ndarray, "n 3"] | None = None

    def situation(
        self,
        crowd: Crowd,
        links: Float[ndarray, "l 7"],
        twists: Float[ndarray, "l 6"],
        time_s: float,
        contacts: Sequence[Contact],
    ) -> Situation:
        """Everybody now; accelerations are differences since the last situation."""
        roots = self._stage.skeleton.roots
        velocity = np.nan_to_num(twists[roots, :3])
        before = velocity if self._velocity is None else self._velocity
        self._velocity = velocity
        lane, lane_s = self._lanes()
        return Situation(
            time_s=time_s,
            names=self._names,
            present=crowd.there,
            position=links[roots, :3],
            heading_rad=crowd.box[:, 3],
            velocity=velocity,
            acceleration=(velocity - before) * SNAPSHOT_HZ,
            length_m=self._size[:, 0],
            width_m=self._size[:, 1],
            centre_m=self._middle,
            lane=lane,
            lane_s_m=lane_s,
            contacts=tuple(
                (self._names[c.actor_a - 1], self._names[c.actor_b - 1])
                for c in contacts
                if min(c.actor_a, c.actor_b) > 0
            ),
        )

    def _lanes(self) -> tuple[tuple[str, ...], Float[ndarray, " n"]]:
        """Lanes of vehicles: the ego's is looked up, the others know theirs from their paths."""
        stage = self._stage
        lane = [""] * len(self._names)
        along = np.full(len(self._names), np.nan)
        found = stage.ego_lane
        if found is not None:
            lane[0], along[0] = found.lane, found.s_m
        for car, path in enumerate(stage.cars.paths):
            if path is not None and path.lanes:
                row = int(stage.cars.actor[car])
                lane[row], along[row] = path.lane_at(float(stage.cars.state[car, 0]))
        return tuple(lane), along
