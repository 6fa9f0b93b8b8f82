"""Drives the ego: steers along a path, keeps speed and distance, and brakes for what is in its way, as late as
people do.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.motion import SNAPSHOT_HZ
from simgen.physics import idm, spline
from simgen.physics.corridor import Crowd, in_the_way
from simgen.physics.ego import Ego
from simgen.physics.idm import DriverParameters
from simgen.physics.path import Path
from simgen.physics.shapes import shifted
from simgen.physics.vehicle import Controls, Vehicle
from simgen.physics.vehicle_parameters import GRAVITY_MPS2

HARDEST_G, FULL_BRAKE_S = 0.774, 0.6
"""Deceleration and time to full deceleration of a competent and careful driver (UN R157, annex 4, appendix 3,
table 1)."""
_CONVERGE_S = 0.6
"""Errors of the path fade over the way of this time (critically damped along it)."""
_PREVIEW_S = 0.15
"""The curve is steered for this early: the steering and the tyres take about as long."""
_SIDE_MARGIN_M = 0.2


class Driver:
    """Turns a path, a wish and what is around into controls, 60 times a second.

    Attributes:
        path: to follow; None keeps the wheel straight.
        s_m: the car's station on it.
        shift: lateral offset in transition (see `shapes.shifted`).
        desired_mps: speed without anybody in the way.
        plan_mps: speed and acceleration that an action asks for now, or None.
        brakes: whether it brakes for others at all.
        keeps_rules: whether limits, bends and traffic lights slow it down (not on a closed test track).
    """

    def __init__(self, parameters: Mapping[str, Any], *, brakes: bool, ego: type[Ego] = Vehicle) -> None:
        habits = {name: float(parameters.get(name, value)) for name, value in ego.habits._asdict().items()}
        if "hardest_g" in parameters:
            habits["hardest_mps2"] = float(parameters["hardest_g"]) * GRAVITY_MPS2
        self.reaction_s = float(parameters.get("reaction_s", ego.reaction_s))
        self.style = DriverParameters(**habits)
        self.brakes = brakes
        self.keeps_rules = bool(parameters.get("keeps_rules", True))
        self.path: Path | None = None
        self.s_m = 0.0
        self.left_m = 0.0
        self.shift = np.array([0.0, 0.0, 1.0, 0.0, 2.0])
        self.desired_mps = 0.0
        self.plan_mps: tuple[float, float] | None = None
        self._seen_s: dict[int, float] = {}
        self._asked_mps2 = 0.0

    def put(self, path: Path, s_m: float, offset_m: float) -> None:
        """Takes a path, keeping an offset to its left."""
        self.path, self.s_m = path, s_m
        self.shift[:] = (offset_m, offset_m, 1.0, 0.0, 2.0)

    def locate(self, vehicle: Ego) -> None:
        """Finds the ego on the path."""
        root = vehicle.root()[0]
        if self.path is not None:
            control, spacing = self.path.control, self.path.spacing_m
            self.s_m, self.left_m = spline.nearest(control, spacing, root[0], root[1], self.s_m - 3.0, self.s_m + 5.0)

    def decide(self, vehicle: Ego, crowd: Crowd, time_s: float, stop_m: float) -> Controls:
        """Controls until the next decision.

        Args:
            vehicle: that it drives, actor 0 of the crowd.
            crowd: everybody.
            time_s: now.
            stop_m: from the root to a line where it has to stop; inf for none.
        """
        self.shift[2] = min(self.shift[2] + self.shift[3] / SNAPSHOT_HZ, 1.0)
        asked = self._acceleration(vehicle, crowd, time_s, stop_m)
        change = HARDEST_G * GRAVITY_MPS2 / FULL_BRAKE_S / SNAPSHOT_HZ
        self._asked_mps2 = max(asked, self._asked_mps2 - change)
        throttle, brake = vehicle.pedals_for(self._asked_mps2)
        return Controls(self._steer(vehicle), throttle, brake)

    def _steer(self, vehicle: Ego) -> float:
        """Feedback on the rear axle's offset and heading: e'' + 2 e'/l + e/l2 = 0 along the way, plus the path's own
        curvature.
        """
        if self.path is None:
            return 0.0
        speed = max(vehicle.speed_mps, 0.0)
        control, spacing = self.path.control, self.path.spacing_m
        offset, across, bend = shifted(self.shift, 0.0)
        dx, dy, _ = spline.slope(control, spacing, self.s_m)
        way = np.arctan2(dy, dx) + np.arctan2(across, max(speed, 1.0))
        turn = float(np.arctan2(vehicle.ahead()[1], vehicle.ahead()[0])) - way
        turn = float(np.arctan2(np.sin(turn), np.cos(turn)))
        error = self.left_m - offset
        length = max(vehicle.converge_m, _CONVERGE_S * speed)
        curve = spline.curvature(control, spacing, self.s_m + _PREVIEW_S * speed) + bend / max(speed, 3.0) ** 2
        error = min(max(error, -0.5 * length), 0.5 * length)
        curve -= error / length**2 + 2.0 * np.sin(turn) / length
        return vehicle.steer_for(float(curve))

    def _acceleration(self, vehicle: Ego, crowd: Crowd, time_s: float, stop_m: float) -> float:
        speed = max(vehicle.speed_mps, 0.0)
        if self.plan_mps is not None:
            return self.plan_mps[1] + 2.0 * (self.plan_mps[0] - speed)
        wanted = self.desired_mps
        if self.brakes and self.keeps_rules and self.path is not None:
            wanted = min(wanted, self.path.cap_at(self.s_m + 0.3 * speed))
        if self.path is not None:
            ahead = self.s_m + 0.5 * speed
            wanted = min(wanted, vehicle.most_mps(spline.curvature(self.path.control, self.path.spacing_m, ahead)))
        if not self.brakes:
            return min(max(1.5 * (wanted - speed), -self.style.decelerate_mps2), self.style.accelerate_mps2)
        style = self.style
        asked = idm.acceleration(speed, wanted, np.inf, 0.0, style)
        for gap, along in self._known(vehicle, crowd, time_s, speed):
            follow = idm.acceleration(speed, wanted, max(gap, 0.1), along, style)
            asked = min(asked, follow)
        if stop_m < np.inf and self.keeps_rules:
            gap = max(stop_m - _front_m(crowd, vehicle) + style.standstill_m - 0.5, 0.1)
            asked = min(asked, idm.acceleration(speed, wanted, gap, 0.0, style))
        return asked

    def _known(self, vehicle: Ego, crowd: Crowd, time_s: float, speed: float) -> list[tuple[float, float]]:
        """Gap and speed of everybody who has been in the way for longer than the reaction takes."""
        if self.path is None:
            return []
        ahead = 30.0 + speed * 4.0
        found: Float[ndarray, "n 2"] = in_the_way(
            self.path.control, self.path.spacing_m, self.s_m, float(shifted(self.shift, 0.0)[0]), ahead,
            _front_m(crowd, vehicle), float(crowd.box[0, 5]) + _SIDE_MARGIN_M, 0, crowd, 0.0, speed,
        )  # fmt: skip
        inside = [int(j) for j in np.flatnonzero(found[:, 0] < np.inf)]
        self._seen_s = {j: self._seen_s.get(j, time_s) for j in inside}
        return [(float(found[j, 0]), float(found[j, 1])) for j in inside if time_s - self._seen_s[j] >= self.reaction_s]


def _front_m(crowd: Crowd, vehicle: Ego) -> float:
    """From the root to the bumper."""
    ahead, root = vehicle.ahead(), vehicle.root()[0]
    middle = (crowd.box[0, 0] - root[0]) * ahead[0] + (crowd.box[0, 1] - root[1]) * ahead[1]
    return float(middle + crowd.box[0, 4])
