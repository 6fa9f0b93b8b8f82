"""Inertial measurement unit: specific force and angular rate at its mount, with the noise of an Allan deviation."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.geometry import Pose, rotate, slerp
from simgen.library import entry
from simgen.motion import EgoTrace, View
from simgen.readings import Sample
from simgen.sampling import stream
from simgen.sensing.noise import Drift
from simgen.sensing.sensor import Setting

from .devices import ImuDevice, imu_device

GRAVITY_MPS2 = 9.80665
"""Standard gravity (CGPM 1901), as the simulation has it."""

_BEFORE_NS = 20_000_000
_UNITS = {
    "angular_velocity": "rad/s",
    "linear_acceleration": "m/s2",
    "angular_velocity_true": "rad/s",
    "linear_acceleration_true": "m/s2",
}


@entry(
    "sensors",
    "imu",
    source="IEEE Std 952-1997; Titterton and Weston, Strapdown Inertial Navigation, 2004",
    tags=("imu",),
)
class Imu:
    """Gyroscope and accelerometer: at rest the accelerometer reads +g upwards.

    From the ego's motion at the physics rate: the mount's acceleration is that of the ego's origin plus
    alpha x r + omega x (omega x r) (lever arm), minus gravity, turned into the sensor's axes. Each axis has a scale and
    a direction that are a little wrong, the same for a whole episode. To that come white noise,
    an exponentially correlated bias whose Allan deviation has its top at the datasheet's in-run stability, a random
    walk of the bias, and saturation.
    """

    kind = "imu"

    def __init__(self, setting: Setting) -> None:
        """Looks up the device.

        Raises:
            InputError: unknown device or parameter.
        """
        if setting.mount.parameters:
            raise InputError(f"{setting.name}: expected no parameters, got {next(iter(setting.mount.parameters))!r}")
        self._setting, self._mount = setting, setting.mount
        self.device: ImuDevice = imu_device(setting.mount.device)
        cast = setting.scene.cast
        self._ego_row = cast.rows(cast.ego.id).start
        interval_s = 1.0 / setting.mount.rate_hz
        self._white = np.array([self.device.gyro_white] * 3 + [self.device.accel_white] * 3) / np.sqrt(interval_s)
        self._drifts = [
            self._drift("gyro", self.device.gyro_bias, self.device.gyro_walk, interval_s),
            self._drift("accel", self.device.accel_bias, self.device.accel_walk, interval_s),
        ]

        self._axes = [self._skewed(name) for name in ("gyro", "accel")]

    def _skewed(self, name: str) -> Float[ndarray, "3 3"]:
        """What three real axes make of a vector: scales beside 1, and small angles between them (first order)."""
        rng = stream(self._setting.seed, "sensor", self._setting.name, name, "axes")
        draws = rng.standard_normal((3, 3))
        skew = self.device.misalignment_rad * (draws - np.diag(np.diag(draws)))
        result: Float[ndarray, "3 3"] = np.diag(1.0 + self.device.scale_error * np.diag(draws)) + skew
        return result

    def _drift(self, name: str, bias: float, walk: float, interval_s: float) -> tuple[Drift, Drift]:
        names = ("sensor", self._setting.name, name)
        sigma, tau = (
            bias / 0.618,
            self.device.bias_time_s,
        )  # top of a Gauss-Markov process' Allan deviation: 0.618 sigma
        correlated = Drift.gauss_markov(
            self._setting.seed, *names, "bias", channels=3, sigma=sigma, time_constant_s=tau, interval_s=interval_s
        )
        wandering = Drift.random_walk(
            self._setting.seed, *names, "walk", channels=3, density=walk, interval_s=interval_s
        )
        return correlated, wandering

    def window_ns(self, k: int) -> tuple[int, int]:
        """The physics steps about the reading's time."""
        time_ns = self._mount.time_ns(k)
        return time_ns - _BEFORE_NS, time_ns

    def attributes(self) -> Mapping[str, Any]:
        """Noise densities, and the units of all quantities."""
        return {
            "kind": self.kind,
            "device": self.device.name,
            "units": _UNITS,
            "gyro_white_rps_rthz": self.device.gyro_white,
            "accel_white_mps2_rthz": self.device.accel_white,
        }

    def read(self, view: View, k: int) -> Sample:
        """The sample at time k.

        Raises:
            ValueError: the view has no trace of the ego about that time.
        """
        time_ns = self._mount.time_ns(k)
        rate, force = felt(view, time_ns, self._mount.ego_from_sensor)
        rng = stream(self._setting.seed, "sensor", self._setting.name, k)
        white = rng.standard_normal(6) * self._white
        drift = [correlated[k] + wandering[k] for correlated, wandering in self._drifts]
        limits = self.device.gyro_range_rps, self.device.accel_range_mps2
        values = {
            "angular_velocity": np.clip(self._axes[0] @ rate + drift[0] + white[:3], -limits[0], limits[0]),
            "linear_acceleration": np.clip(self._axes[1] @ force + drift[1] + white[3:], -limits[1], limits[1]),
            "angular_velocity_true": rate,
            "linear_acceleration_true": force,
        }
        ego = view.pose(self._ego_row, time_ns)
        return Sample(
            k=k,
            time_ns=time_ns,
            reported_time_ns=time_ns,
            world_from_sensor=(ego @ self._mount.ego_from_sensor).matrix(),
            values=values,
        )


def felt(view: View, time_ns: int, ego_from_sensor: Pose) -> tuple[Float[ndarray, "3"], Float[ndarray, "3"]]:
    """True angular rate and specific force of a sensor on the ego, in its own axes.

    Raises:
        ValueError: the view has no trace of the ego about that time.
    """
    before, after, share = _bracket(view, time_ns)
    (a, i), (b, j) = before, after
    rotation = slerp(a.pose[i, 3:], b.pose[j, 3:], np.array(share))
    omega = (1 - share) * a.twist[i, 3:] + share * b.twist[j, 3:]
    linear = (1 - share) * a.acceleration[i] + share * b.acceleration[j]
    span = (int(b.time_ns[j]) - int(a.time_ns[i])) * 1e-9
    alpha = (b.twist[j, 3:] - a.twist[i, 3:]) / span if span > 0 else np.zeros(3)
    arm = rotate(rotation, ego_from_sensor.translation)
    total = linear + np.cross(alpha, arm) + np.cross(omega, np.cross(omega, arm)) + [0.0, 0.0, GRAVITY_MPS2]
    turned = Pose(rotation=rotation, translation=np.zeros(3)) @ ego_from_sensor
    back = turned.rotation * np.array([-1.0, -1.0, -1.0, 1.0])
    return rotate(back, omega), rotate(back, total)


def _bracket(view: View, time_ns: int) -> tuple[tuple[EgoTrace, int], tuple[EgoTrace, int], float]:
    steps: list[tuple[int, EgoTrace, int]] = []
    for snapshot in view.snapshots:
        trace = snapshot.ego
        if trace is not None and abs(snapshot.time_ns - time_ns) < 4 * _BEFORE_NS:
            steps += [(int(t), trace, i) for i, t in enumerate(trace.time_ns)]
    times = np.array([t for t, _, _ in steps], np.int64)
    if len(times) < 2 or not times[0] <= time_ns <= times[-1]:
        raise ValueError(f"no trace of the ego about {time_ns} ns")
    last = min(max(int(np.searchsorted(times, time_ns, side="left")), 1), len(times) - 1)
    (t0, a, i), (t1, b, j) = steps[last - 1], steps[last]
    return (a, i), (b, j), (time_ns - t0) / (t1 - t0)
