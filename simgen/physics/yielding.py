"""Right of way for a stage's cars and its ego."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from simgen.physics.cars import Cars
from simgen.physics.crossings import Crossings, Passage
from simgen.physics.path import Path
from simgen.physics.right_of_way import Comer, patience, waiting_lines
from simgen.world.world import World


@lru_cache(maxsize=4)
def crossings_of(world: World) -> Crossings:
    """A world's crossings; its lanes do not change, so they are worked out once."""
    return Crossings(world.lanes, world.precedence)


class EgoOnWay(NamedTuple):
    """The ego as the others see it: its path, stations of its front and rear, speed, and where a red light holds it."""

    path: Path | None
    bumpers_m: tuple[float, float]
    speed_mps: float
    red_m: float


class Yielding:
    """Remembers how long everybody has waited; row 0 is the ego."""

    def __init__(self, world: World, cars: int) -> None:
        self._crossings = crossings_of(world)
        self._waited = [0.0] * (cars + 1)
        self._passages: dict[int, tuple[Path, tuple[Passage, ...]]] = {}

    def lines(self, cars: Cars, reds: Sequence[float], ego: EgoOnWay) -> list[float]:
        """Stations (of front bumpers) where the ego and each car wait now, inf for none."""
        front, rear = ego.bumpers_m
        comers = [self._comer(0, ego.path, front, rear, ego.speed_mps, ego.red_m)]
        for car, path in enumerate(cars.paths):
            s_m, speed = float(cars.state[car, 0]), float(cars.state[car, 1])
            way = path if cars.mode[car] > 0 else None
            nose = s_m + float(cars.sizes[car, 2])
            comers.append(self._comer(car + 1, way, nose, nose - float(cars.length_m[car]), speed, reds[car]))
        lines = waiting_lines(comers, self._crossings)
        self._waited = [patience(comer, line) for comer, line in zip(comers, lines, strict=True)]
        return lines

    def _comer(self, row: int, path: Path | None, front: float, rear: float, speed: float, red: float) -> Comer:
        passages: tuple[Passage, ...] = ()
        if path is not None and path.lanes:
            known = self._passages.get(row)
            if known is None or known[0] is not path:
                known = self._passages[row] = (path, self._crossings.passages(path))
            passages = known[1]
        held = red if np.isfinite(red) else float(np.inf)
        return Comer(passages, float(front), float(rear), float(speed), held, self._waited[row])
