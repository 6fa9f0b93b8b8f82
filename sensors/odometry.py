"""Wheel odometry: what the encoders of the ego's wheels count, slip and tyre errors included."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.geometry import rotate
from simgen.library import entry
from simgen.motion import View
from simgen.readings import Sample
from simgen.sampling import stream
from simgen.sensing.sensor import Setting

from ._radar_scatter import link_twists

WHEELS = ("wheel_front_left", "wheel_front_right", "wheel_rear_left", "wheel_rear_right")
DRIVEN = ("wheel_left", "wheel_right")
"""Of a robot that drives by the difference of two wheels."""

_PARAMETERS = {"ticks": 96.0, "radius_error": 0.005, "jitter_ticks": 0.3}
_LIMITS = {"ticks": (1.0, 1e6), "radius_error": (0.0, 0.2), "jitter_ticks": (0.0, 100.0)}
_UNITS = {
    "wheel_speed": "rad/s",
    "speed": "m/s",
    "yaw_rate": "rad/s",
    "wheel_speed_true": "rad/s",
    "speed_true": "m/s",
    "yaw_rate_true": "rad/s",
}


@entry(
    "sensors", "odometry", source="Borenstein and Feng, UMBmark, 1994; Bosch, Automotive Handbook", tags=("odometry",)
)
class Odometry:
    """Wheel speeds by counting encoder edges, and the speed and yaw rate that follow from the rear axle.

    The wheels' spin is that of the simulated tyres, so braking and driving slip are in it. An encoder's edges in one
    period are whole numbers (jitter about them), and the radii that the odometer assumes are a little wrong, each
    wheel's for a whole episode (systematic errors of Borenstein and Feng). Wheels: front left, front right, rear
    left, rear right; of a robot with a differential drive left and right.

    Parameters of the mount:
        ticks: edges a revolution (96; the 48 teeth of a usual speed sensor, both flanks).
        radius_error: standard deviation of a wheel's radius over the one assumed (0.005).
        jitter_ticks: standard deviation of a count (0.3).
    """

    kind = "odometry"

    def __init__(self, setting: Setting) -> None:
        """Checks the mount, and finds the wheels.

        Raises:
            InputError: unknown parameter, or an ego without four wheels or two driven ones.
        """
        self._setting, self._mount = setting, setting.mount
        self._options = _options(setting)
        ego = setting.scene.cast.ego
        names = [part.name for part in ego.model.parts]
        self._wheels = DRIVEN if DRIVEN[0] in names else WHEELS
        missing = [name for name in self._wheels if name not in names]
        if missing:
            raise InputError(f"{setting.name}: expected a vehicle with a part {missing[0]}, got {ego.model.name}")
        self._root = setting.scene.cast.rows(ego.id).start
        self._rows = [self._root + names.index(name) for name in self._wheels]
        size = ego.model.dimensions
        self._radius_m = float(size.get("wheel_radius_m", 0.33))
        self._track_m = float(size.get("drive_track_m", size.get("track_m", 1.55)))
        rng = stream(setting.seed, "sensor", setting.name, "radius")
        self._assumed = self._radius_m * (1.0 + self._options["radius_error"] * rng.standard_normal(len(self._wheels)))

    def window_ns(self, k: int) -> tuple[int, int]:
        """The moment of the reading."""
        return self._mount.time_ns(k), self._mount.time_ns(k)

    def attributes(self) -> Mapping[str, Any]:
        """Units, and what the odometer takes the car for."""
        return {
            "kind": self.kind,
            "device": self._mount.device or "wheel encoders",
            "units": _UNITS,
            "wheels": self._wheels,
            "wheel_radius_m": self._radius_m,
            "track_m": self._track_m,
        }

    def read(self, view: View, k: int) -> Sample:
        """The speeds at time k."""
        time_ns = self._mount.time_ns(k)
        ego, twists = view.pose(self._root, time_ns), link_twists(view, time_ns)
        spin = self._spin(view, time_ns, twists)
        rng = stream(self._setting.seed, "sensor", self._setting.name, k)
        a_tick = 2.0 * np.pi / self._options["ticks"] * self._mount.rate_hz
        # Edges fall where they fall within a period: the count is that of a uniformly shifted grid.
        counts = np.floor(spin / a_tick + rng.random(len(spin))) + np.rint(
            self._options["jitter_ticks"] * rng.standard_normal(len(spin))
        )
        measured = np.where(np.abs(spin) < 1e-6, 0.0, counts * a_tick)
        along = measured[-2:] * self._assumed[-2:]
        forward, up = (rotate(ego.rotation, np.array(axis)) for axis in ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0)))
        return Sample(
            k=k,
            time_ns=time_ns,
            reported_time_ns=time_ns,
            world_from_sensor=(ego @ self._mount.ego_from_sensor).matrix(),
            values={
                "wheel_speed": measured,
                "speed": np.float64(along.mean()),
                "yaw_rate": np.float64((along[1] - along[0]) / self._track_m),
                "wheel_speed_true": spin,
                "speed_true": np.float64(twists[self._root, :3] @ forward),
                "yaw_rate_true": np.float64(twists[self._root, 3:] @ up),
            },
        )

    def _spin(self, view: View, time_ns: int, twists: Float[ndarray, "l 6"]) -> Float[ndarray, " wheels"]:
        """Of each wheel about its own axle (its y axis), against the body; positive rolls forward."""
        poses = view.link_trajectory(np.array([time_ns], np.int64), self._rows)[0]
        axle = rotate(poses[:, 3:], np.broadcast_to([0.0, 1.0, 0.0], (len(poses), 3)))
        relative = twists[self._rows, 3:] - twists[self._root, 3:]
        spin: Float[ndarray, " wheels"] = np.einsum("ij,ij->i", relative, axle)
        return spin


def _options(setting: Setting) -> dict[str, float]:
    options = dict(_PARAMETERS)
    for name, value in setting.mount.parameters.items():
        if name not in options:
            raise InputError(f"{setting.name}: {name}: expected one of {', '.join(options)}, got {name!r}")
        low, high = _LIMITS[name]
        if not isinstance(value, int | float) or not low <= value <= high:
            raise InputError(f"{setting.name}: {name}: expected {low:g}..{high:g}, got {value!r}")
        options[name] = float(value)
    return options
