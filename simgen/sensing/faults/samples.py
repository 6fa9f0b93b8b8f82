"""Faults of sensors of a few numbers: a position that jumps, an inertial unit with a step in its bias."""

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.readings import Reading, Sample
from simgen.scenario.scenario import Fault
from simgen.sensing.faults.site import Kind, Range, Site, flagged, is_vector, number

_JUMP = {"distance_m": Range(default=10.0, low=0.0, high=1e5)}
_BIAS = {
    "gyro_rps": Range(default=0.01, low=0.0, high=100.0),
    "accel_mps2": Range(default=0.1, low=0.0, high=1000.0),
}
_MAJOR_M, _FLATTENING = 6_378_137.0, 1 / 298.257223563
"""WGS 84 (NIMA TR8350.2)."""


def jump(site: Site, fault: Fault, reading: Reading) -> Reading:
    """The position is off by the same vector (`offset_m`: east, north, up) for as long as the fault holds.

    Without a vector it is `distance_m` in a horizontal direction of the episode's own. The receiver does not know: its
    covariance stays.
    """
    if not isinstance(reading, Sample) or "latitude" not in reading.values:
        return reading
    east, north, up = _offset(site, fault)
    latitude = float(reading.values["latitude"])
    meridian_m, parallel_m = radii_m(latitude, float(reading.values["altitude"]))
    moved: dict[str, Any] = {
        "latitude": np.float64(latitude + np.degrees(north / meridian_m)),
        "longitude": np.float64(reading.values["longitude"] + np.degrees(east / parallel_m)),
        "altitude": np.float64(reading.values["altitude"] + up),
    }
    return flagged(replace(reading, values={**reading.values, **moved}), "jump")


def _offset(site: Site, fault: Fault) -> Float[ndarray, "3"]:
    if "offset_m" in fault.parameters:
        return np.asarray(fault.parameters["offset_m"], np.float64)
    angle = 2.0 * np.pi * site.rng(fault, "direction").random()
    return number(fault, _JUMP, "distance_m") * np.array([np.cos(angle), np.sin(angle), 0.0])


def radii_m(latitude_deg: float, altitude_m: float) -> tuple[float, float]:
    """Metres for each radian of latitude and of longitude (Torge and Mueller, Geodesy, 4th ed., 2012, section 4.1)."""
    squared = _FLATTENING * (2.0 - _FLATTENING)
    sine = np.sin(np.radians(latitude_deg))
    root = 1.0 - squared * sine**2
    meridian = _MAJOR_M * (1.0 - squared) / root**1.5
    parallel = _MAJOR_M / np.sqrt(root)
    return float(meridian + altitude_m), float((parallel + altitude_m) * np.cos(np.radians(latitude_deg)))


def step(site: Site, fault: Fault, reading: Reading) -> Reading:
    """Both biases of an inertial unit step by a vector (`gyro`, `accel`) for as long as the fault holds.

    Without vectors they have their magnitudes in directions of the episode's own.
    """
    if not isinstance(reading, Sample) or "angular_velocity" not in reading.values:
        return reading
    biased = dict(reading.values)
    for quantity, name, size in (
        ("angular_velocity", "gyro", "gyro_rps"),
        ("linear_acceleration", "accel", "accel_mps2"),
    ):
        given = fault.parameters.get(name)
        vector = number(fault, _BIAS, size) * site.direction(fault, name) if given is None else np.asarray(given, float)
        biased[quantity] = biased[quantity] + vector
    return flagged(reading, "bias", values=biased)


JUMP = Kind(effect=jump, sensors=("gnss",), ranges=_JUMP, lists={"offset_m": is_vector})
BIAS = Kind(effect=step, sensors=("imu",), ranges=_BIAS, lists={"gyro": is_vector, "accel": is_vector})
