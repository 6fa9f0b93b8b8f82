"""The ego, a car or a walker as an action sees it: something on a path, at a speed, with an offset."""

from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.physics.path import Path
from simgen.physics.routes import Placed
from simgen.physics.stage import Stage


@runtime_checkable
class Mover(Protocol):
    """What actions ask of whoever carries them out."""

    def position(self) -> Float[ndarray, "3"]:
        """Where it is, world frame."""

    def speed(self) -> float:
        """m/s."""

    def way(self) -> tuple[Path | None, float]:
        """Its path and its station on it."""

    def offset(self) -> float:
        """To the left of the path, metres."""

    def follow(self, place: Placed, speed_mps: float) -> None:
        """Goes on on another path from now on."""

    def change(self, offset_m: float, duration_s: float, shape: int) -> None:
        """Begins to move over to another offset."""

    def changing(self) -> bool:
        """Whether that still goes on."""

    def plan(self, speed_mps: float, acceleration_mps2: float) -> None:
        """Has this speed at the end of the next step."""

    def release(self, desired_mps: float) -> None:
        """Drives as it likes again, wishing this speed."""


class EgoMover:
    """The ego through its driver."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._driver = stage, stage.driver

    def position(self) -> Float[ndarray, "3"]:
        """Of the root."""
        return self._stage.vehicle.root()[0][:3]

    def speed(self) -> float:
        """Along its own x."""
        return max(self._stage.vehicle.speed_mps, 0.0)

    def way(self) -> tuple[Path | None, float]:
        """The driver's."""
        return self._driver.path, self._driver.s_m

    def offset(self) -> float:
        """Measured."""
        return self._driver.left_m

    def follow(self, place: Placed, speed_mps: float) -> None:
        """Steers onto the path from where the car is; the speed stays the driver's matter."""
        self._driver.put(place.path, place.s_m, place.offset_m)
        self._stage.watch_ego()
        self._driver.desired_mps = max(self._driver.desired_mps, speed_mps)

    def change(self, offset_m: float, duration_s: float, shape: int) -> None:
        """Moves the line that the driver steers along."""
        self._driver.shift[:] = (self.offset(), offset_m, 0.0, 1.0 / duration_s, shape)

    def changing(self) -> bool:
        """Whether that line still moves."""
        return bool(self._driver.shift[2] < 1.0)

    def plan(self, speed_mps: float, acceleration_mps2: float) -> None:
        """A wish: dynamics decide."""
        self._driver.plan_mps = (speed_mps, acceleration_mps2)

    def release(self, desired_mps: float) -> None:
        """Back to the driver's own judgement."""
        self._driver.plan_mps = None
        self._driver.desired_mps = desired_mps


class CarMover:
    """One of the cars."""

    def __init__(self, stage: Stage, row: int) -> None:
        self._stage, self._cars, self._row = stage, stage.cars, row

    def position(self) -> Float[ndarray, "3"]:
        """Of the root."""
        return self._cars.root(self._row)[:3]

    def speed(self) -> float:
        """Along the path."""
        return float(self._cars.state[self._row, 1])

    def way(self) -> tuple[Path | None, float]:
        """Its own."""
        return self._cars.paths[self._row], float(self._cars.state[self._row, 0])

    def offset(self) -> float:
        """Of the root."""
        return self._cars.offset(self._row)

    def follow(self, place: Placed, speed_mps: float) -> None:
        """From a place on the path on."""
        self._stage.set_path(self._row, place, speed_mps)

    def change(self, offset_m: float, duration_s: float, shape: int) -> None:
        """At its full rate from 3 m/s on; a car that crawls does not slide sideways."""
        self._cars.shift[self._row] = (self.offset(), offset_m, 0.0, 1.0 / duration_s, shape)
        self._cars.change_hz[self._row] = 1.0 / duration_s

    def changing(self) -> bool:
        """Whether it is still on the way over."""
        return bool(self._cars.shift[self._row, 2] < 1.0)

    def plan(self, speed_mps: float, acceleration_mps2: float) -> None:
        """Exactly."""
        del acceleration_mps2
        self._cars.plan_mps[self._row] = speed_mps

    def release(self, desired_mps: float) -> None:
        """Back to IDM, or to keeping that speed."""
        self._cars.plan_mps[self._row] = np.nan
        self._cars.desired_mps[self._row] = desired_mps


class WalkerMover:
    """Somebody on foot."""

    def __init__(self, stage: Stage, row: int) -> None:
        self._walkers, self._row = stage.walkers, row

    def position(self) -> Float[ndarray, "3"]:
        """Of the root."""
        return self._walkers.position(self._row)

    def speed(self) -> float:
        """Along the path."""
        return float(self._walkers.state[self._row, 1])

    def way(self) -> tuple[Path | None, float]:
        """Its own."""
        return self._walkers.paths[self._row], float(self._walkers.state[self._row, 0])

    def offset(self) -> float:
        """None."""
        return 0.0

    def follow(self, place: Placed, speed_mps: float) -> None:
        """From a place on the path on, at a speed."""
        self._walkers.put(self._row, place.path, speed_mps, place.s_m)

    def change(self, offset_m: float, duration_s: float, shape: int) -> None:
        """People have no lanes."""

    def changing(self) -> bool:
        """Never."""
        return False

    def plan(self, speed_mps: float, acceleration_mps2: float) -> None:
        """As fast as legs get there."""
        self._walkers.wanted_mps[self._row] = speed_mps

    def release(self, desired_mps: float) -> None:
        """Goes on at that speed."""
        self._walkers.wanted_mps[self._row] = desired_mps


def mover(stage: Stage, name: str) -> Mover:
    """The entity of that name."""
    kind, row = stage.role[name]
    if kind == "ego":
        return EgoMover(stage)
    return CarMover(stage, row) if kind == "car" else WalkerMover(stage, row)
