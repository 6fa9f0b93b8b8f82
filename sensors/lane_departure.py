"""Lane departure: how far the ego's sides are from the borders of its lane, and whether they cross."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.geometry import yaw_of
from simgen.library import entry
from simgen.motion import View
from simgen.readings import Sample
from simgen.sampling import stream
from simgen.sensing.sensor import Setting

from ._radar_scatter import link_twists

_PARAMETERS = {"warning_m": 0.0, "sigma_m": 0.03, "least_speed_mps": 8.0}
_UNITS = {
    "left": "m",
    "right": "m",
    "time_to_crossing": "s",
    "departing": "",
    "left_true": "m",
    "right_true": "m",
}


@entry("sensors", "lane_departure", source="ISO 17361:2017, lane departure warning systems", tags=("lane_departure",))
class LaneDeparture:
    """Distances from the ego's sides, at its front axle, to the borders of its lane; negative beyond them.

    NaN where the front axle is on no lane. `time_to_crossing` is the distance on the side that it drifts to over the
    drift's speed (inf where it drifts to neither); `departing` says that a side is nearer than `warning_m` to its
    border while the car drives at least `least_speed_mps`.

    Parameters of the mount:
        warning_m: distance at which it warns; 0 is when the side reaches the border (0).
        sigma_m: standard deviation of a distance (0.03).
        least_speed_mps: slower, it does not warn (8).
    """

    kind = "lane_departure"

    def __init__(self, setting: Setting) -> None:
        """Checks the mount.

        Raises:
            InputError: unknown parameter or one out of range.
        """
        self._setting, self._mount = setting, setting.mount
        self._options = dict(_PARAMETERS)
        for name, value in setting.mount.parameters.items():
            if name not in _PARAMETERS:
                raise InputError(f"{setting.name}: {name}: expected one of {', '.join(_PARAMETERS)}, got {name!r}")
            if not isinstance(value, int | float) or not 0.0 <= value <= 100.0:
                raise InputError(f"{setting.name}: {name}: expected 0..100, got {value!r}")
            self._options[name] = float(value)
        self._lanes, cast = setting.scene.world.lanes, setting.scene.cast
        self._row = cast.rows(cast.ego.id).start
        self._half_m = cast.ego.model.extent_m[1] / 2.0
        self._ahead_m = float(cast.ego.model.dimensions.get("wheelbase_m", 0.65 * cast.ego.model.extent_m[0]))

    def window_ns(self, k: int) -> tuple[int, int]:
        """The moment of the reading."""
        return self._mount.time_ns(k), self._mount.time_ns(k)

    def attributes(self) -> Mapping[str, Any]:
        """Units."""
        return {"kind": self.kind, "device": self._mount.device or "lane camera", "units": _UNITS}

    def read(self, view: View, k: int) -> Sample:
        """The distances at time k."""
        time_ns = self._mount.time_ns(k)
        ego, twist = view.pose(self._row, time_ns), link_twists(view, time_ns)[self._row]
        axle = ego.apply(np.array([self._ahead_m, 0.0, 0.0]))
        true, drift = self._distances(axle, float(yaw_of(ego.rotation)), twist, axle - ego.translation)
        rng = stream(self._setting.seed, "sensor", self._setting.name, k)
        left, right = true + self._options["sigma_m"] * rng.standard_normal(2)
        near = left if drift > 0 else right
        crossing = max(near, 0.0) / abs(drift) if abs(drift) > 1e-3 else np.inf
        fast = np.hypot(twist[0], twist[1]) >= self._options["least_speed_mps"]
        return Sample(
            k=k,
            time_ns=time_ns,
            reported_time_ns=time_ns,
            world_from_sensor=(ego @ self._mount.ego_from_sensor).matrix(),
            values={
                "left": np.float32(left),
                "right": np.float32(right),
                "time_to_crossing": np.float32(crossing if np.isfinite(near) else np.nan),
                "departing": np.bool_(fast and min(left, right) < self._options["warning_m"]),
                "left_true": np.float32(true[0]),
                "right_true": np.float32(true[1]),
            },
        )

    def _distances(
        self, axle: Float[ndarray, "3"], heading: float, twist: Float[ndarray, "6"], arm: Float[ndarray, "3"]
    ) -> tuple[Float[ndarray, "2"], float]:
        """From the sides to the left and right border, and the axle's speed to the left of the lane."""
        place = self._lanes.locate(axle[None, :2], ("driving",), np.array([heading]), axle[2:])[0]
        if place is None:
            return np.full(2, np.nan), 0.0
        lane = self._lanes.lanes[place.lane]
        along = heading - place.heading_rad
        to_left = np.array([-np.sin(along), np.cos(along)])
        reach = self._half_m * abs(np.cos(place.heading_rad))
        gaps = [_gap(axle[:2], border[:, :2]) - reach for border in (lane.left, lane.right)]
        velocity = twist[:3] + np.cross(twist[3:], arm)
        return np.array(gaps), float(velocity[:2] @ to_left)


def _gap(point: Float[ndarray, "2"], line: Float[ndarray, "n 2"]) -> float:
    """Distance from a point to a polyline."""
    start, step = line[:-1], np.diff(line, axis=0)
    length = np.maximum(np.einsum("ij,ij->i", step, step), 1e-12)
    share = np.clip(np.einsum("ij,ij->i", point - start, step) / length, 0.0, 1.0)
    nearest = start + share[:, None] * step
    return float(np.sqrt(np.min(np.sum((nearest - point) ** 2, axis=1))))
