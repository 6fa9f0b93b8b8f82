"""Lidar products as their datasheets have them. A device of your own is one function like these in a file of yours."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen import library
from simgen.errors import InputError
from simgen.library import entry

Grid = Float[ndarray, "columns beams"]
Aim = Callable[[Grid, Grid], tuple[Grid, Grid]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LidarDevice:
    """A lidar: a head that turns, unless `aim` says where its beams look.

    Attributes:
        elevation_deg: of each beam, ring 0 lowest.
        azimuth_deg: of each beam from where the head points, counter-clockwise.
        delay: when each beam fires, as a share 0..1 of one firing cycle.
        firing_hz: firing cycles of all beams a second; a sweep has firing_hz / rate_hz columns.
        rate_hz: lowest and highest speed of the head, revolutions a second (it turns clockwise seen from above).
        min_range_m, max_range_m: outside nothing is reported.
        range_at_10_percent_m: where a target of 10 % reflectance is just detected in clear air.
        range_sigma_m: standard deviation of range on a good target.
        range_step_m, intensity_levels: what the packets resolve.
        diffuse_share: share of the intensity scale up to a white diffuse target; retroreflectors fill the rest.
        pulse_s: length of the laser pulse.
        wavelength_nm: of the laser; materials have their reflectances at 905 and 1550.
        divergence_deg: width of the beam across and up, between its half-power points.
        intensity_floor: subtracted from the intensity, as calibrations do with a detector's dark level.
        duty: share of the period of a sweep in which it fires.
        aim: azimuth and elevation of each firing of each beam (degrees), from the share 0..1 of the sweep that has
            passed and from the time since the start of the recording (seconds), both columns x beams.
        repeats: whether all sweeps are alike.
        source: datasheet or manual.
    """

    name: str
    elevation_deg: Float[ndarray, " beams"]
    azimuth_deg: Float[ndarray, " beams"]
    delay: Float[ndarray, " beams"]
    firing_hz: float
    rate_hz: tuple[float, float]
    min_range_m: float
    max_range_m: float
    range_at_10_percent_m: float
    range_sigma_m: float
    range_step_m: float = 0.002
    intensity_levels: int = 255
    diffuse_share: float = 1.0
    pulse_s: float = 5e-9
    wavelength_nm: int = 905
    divergence_deg: tuple[float, float] = (0.0, 0.0)
    intensity_floor: float = 0.0
    duty: float = 1.0
    aim: Aim | None = None
    repeats: bool = True
    source: str = ""

    def columns(self, rate_hz: float) -> int:
        """How often all beams fire in one sweep."""
        return int(self.firing_hz / rate_hz + 1e-9)


def lidar_device(name: str) -> LidarDevice:
    """The device of that product name ("HDL-64E"), library name ("hdl_64e") or .py file.

    Raises:
        InputError: there is none.
    """
    if not name:
        raise InputError("sensors: lidar: device: expected the name of a product, for example HDL-64E, got ''")
    found = library.find("sensors", name if name.endswith(".py") else name.lower().replace("-", "_"))
    device = found.build() if "device" in found.tags else None
    if not isinstance(device, LidarDevice):
        raise InputError(f"sensors: lidar: device: expected a lidar device, got {name!r}")
    return device


@entry("sensors", source="Velodyne HDL-64E S2 and S3 user's manuals", tags=("device", "lidar"))
def hdl_64e() -> LidarDevice:
    """Velodyne HDL-64E: 64 beams in two blocks, the lidar of KITTI.

    Source: HDL-64E S2 user's manual (63-HDL64ES2e): +2 to -8.33 deg in steps of 1/3 deg (upper block), -8.83 to
    -24.33 deg in steps of 1/2 deg (lower block), 5 to 15 Hz (S3: 20 Hz), 1.33 million points a second, 5 ns pulse,
    120 m on cars and foliage (about 80 % reflectance), 50 m on pavement (about 10 %), under 2 cm (one sigma), range in
    steps of 2 mm, 2 mrad. Azimuths: the six columns in which each block's lasers stand, rounded from a calibration that
    the ROS driver publishes (velodyne_pointcloud, 64e_utexas.yaml). KITTI stores intensity in steps of 0.01.
    The manual does not say in which order lasers fire: assumed evenly, one of each block at a time, from the top.
    The floor of its intensity makes as many zeros in the world `town` as KITTI has, 8 to 10 % of the points.
    """
    upper, lower = 2.0 - np.arange(32) / 3.0, -8.83 - np.arange(32) / 2.0
    turned = np.array([0.0, 1.5, 4.0, 6.0, -4.0, -2.25]), np.array([-1.0, 2.0, 6.0, 9.5, -7.0, -3.5])
    slot = np.arange(32)
    return LidarDevice(
        name="HDL-64E",
        elevation_deg=np.concatenate([upper, lower])[::-1],
        azimuth_deg=np.concatenate([turned[0][slot % 6], turned[1][slot % 6]])[::-1],
        delay=np.concatenate([slot, slot])[::-1] / 32.0,
        firing_hz=20_833.0,
        rate_hz=(5.0, 20.0),
        min_range_m=0.9,
        max_range_m=120.0,
        range_at_10_percent_m=50.0,
        range_sigma_m=0.02,
        intensity_levels=100,
        divergence_deg=(0.115, 0.115),
        intensity_floor=0.06,
        source="Velodyne HDL-64E S2 user's manual, 63-HDL64ES2e; HDL-64E S3 datasheet, 63-9194",
    )


@entry("sensors", source="Velodyne HDL-32E user's manual and datasheet", tags=("device", "lidar"))
def hdl_32e() -> LidarDevice:
    """Velodyne HDL-32E: 32 beams, the lidar of nuScenes.

    Source: HDL-32E user's manual (63-9113): +10.67 to -30.67 deg in steps of 1.33 deg, lasers fire in the order
    -30.67, -9.33, -29.33, -8.00, ... every 1.152 us, a cycle lasts 46.08 us, 5 to 20 Hz, range 100 m, 2 cm (one sigma),
    steps of 2 mm, reflectivity 0..100 for diffuse and up to 255 for retroreflectors, 2.8 mrad. The range at 10 %
    is not given: taken as 100 m on 80 %, by the law of the inverse square 35 m.
    """
    slot = np.arange(16)
    return LidarDevice(
        name="HDL-32E",
        elevation_deg=-30.67 + np.arange(32) * 4.0 / 3.0,
        azimuth_deg=np.zeros(32),
        delay=np.concatenate([2 * slot, 2 * slot + 1]) * 1.152 / 46.08,
        firing_hz=1e6 / 46.08,
        rate_hz=(5.0, 20.0),
        min_range_m=0.4,
        max_range_m=100.0,
        range_at_10_percent_m=35.0,
        range_sigma_m=0.02,
        diffuse_share=100 / 255,
        divergence_deg=(0.16, 0.16),
        source="Velodyne HDL-32E user's manual, 63-9113",
    )


@entry("sensors", source="Velodyne VLP-16 user manual", tags=("device", "lidar"))
def vlp_16() -> LidarDevice:
    """Velodyne VLP-16 (Puck): 16 beams, for robots and small rigs.

    Source: VLP-16 user manual (63-9243): -15 to +15 deg in steps of 2 deg, lasers fire in the order -15, 1, -13, 3, ...
    every 2.304 us, a cycle lasts 55.296 us, 5 to 20 Hz, range 100 m, 3 cm, steps of 2 mm, reflectivity 0..100 for
    diffuse and up to 255 for retroreflectors, 6 ns pulse, 3.0 x 1.2 mrad. The range at 10 % as for the HDL-32E.
    """
    slot = np.arange(8)
    return LidarDevice(
        name="VLP-16",
        elevation_deg=-15.0 + 2.0 * np.arange(16),
        azimuth_deg=np.zeros(16),
        delay=np.concatenate([2 * slot, 2 * slot + 1]) * 2.304 / 55.296,
        firing_hz=1e6 / 55.296,
        rate_hz=(5.0, 20.0),
        min_range_m=0.4,
        max_range_m=100.0,
        range_at_10_percent_m=35.0,
        range_sigma_m=0.03,
        diffuse_share=100 / 255,
        pulse_s=6e-9,
        divergence_deg=(0.18, 0.07),
        source="Velodyne VLP-16 user manual, 63-9243",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImuDevice:
    """An inertial measurement unit.

    Attributes:
        gyro_white, accel_white: noise densities, rad/s/sqrt(Hz) and m/s2/sqrt(Hz) (angle and velocity random walk).
        gyro_bias, accel_bias: in-run bias stability (lowest point of the Allan deviation), rad/s and m/s2.
        gyro_walk, accel_walk: random walk of the bias, rad/s2/sqrt(Hz) and m/s3/sqrt(Hz).
        bias_time_s: correlation time of the bias.
        gyro_range_rps, accel_range_mps2: where it saturates.
        scale_error: standard deviation of each axis' scale, a share, the same for a whole episode.
        misalignment_rad: standard deviation of the angle between two of its axes and a right one, the same throughout.
    """

    name: str
    gyro_white: float
    gyro_bias: float
    gyro_walk: float = 0.0
    accel_white: float
    accel_bias: float
    accel_walk: float = 0.0
    bias_time_s: float = 100.0
    gyro_range_rps: float
    accel_range_mps2: float
    scale_error: float = 0.0
    misalignment_rad: float = 0.0
    source: str = ""


_DEG, _HOUR_S, _MILLI_G = float(np.pi / 180.0), 3600.0, 9.80665e-3


def imu_device(name: str) -> ImuDevice:
    """The device of that product name ("ADIS16465", also the default), library name or .py file.

    Raises:
        InputError: there is none.
    """
    name = name or "ADIS16465"
    found = library.find("sensors", name if name.endswith(".py") else name.lower().replace("-", "_"))
    device = found.build() if "device" in found.tags else None
    if not isinstance(device, ImuDevice):
        raise InputError(f"sensors: imu: device: expected an inertial measurement unit, got {name!r}")
    return device


@entry("sensors", source="Analog Devices ADIS16465 datasheet, table 1", tags=("device", "imu"))
def adis16465() -> ImuDevice:
    """Analog Devices ADIS16465-1: an industrial MEMS unit.

    Source: ADIS16465 datasheet rev. C, table 1 (-1 model): angle random walk 0.15 deg/sqrt(h), in-run bias
    stability 2 deg/h, +-125 deg/s; velocity random walk 0.012 m/s/sqrt(h), in-run bias stability 3.6 ug, +-8 g; axis to
    axis misalignment 0.05 deg. A scale error of 0.1 % is assumed.
    """
    return ImuDevice(
        name="ADIS16465",
        gyro_white=0.15 * _DEG / np.sqrt(_HOUR_S),
        gyro_bias=2.0 * _DEG / _HOUR_S,
        accel_white=0.012 / np.sqrt(_HOUR_S),
        accel_bias=3.6e-3 * _MILLI_G,
        gyro_range_rps=125.0 * _DEG,
        accel_range_mps2=8000.0 * _MILLI_G,
        scale_error=1e-3,
        misalignment_rad=0.05 * _DEG,
        source="Analog Devices ADIS16465 datasheet rev. C, table 1",
    )


@entry("sensors", source="OxTS RT3000 user manual, specifications", tags=("device", "imu"))
def rt3003() -> ImuDevice:
    """OxTS RT3003: the navigation unit of KITTI.

    Source: OxTS RT3000 user manual, table of specifications: gyroscopes 0.2 deg/sqrt(h), bias 2 deg/h, 100 deg/s;
    accelerometers (servo) 0.005 m/s/sqrt(h), bias 2 ug, 10 g; scale factor 0.1 %, axis alignment 0.05 deg.
    """
    return ImuDevice(
        name="RT3003",
        gyro_white=0.2 * _DEG / np.sqrt(_HOUR_S),
        gyro_bias=2.0 * _DEG / _HOUR_S,
        accel_white=0.005 / np.sqrt(_HOUR_S),
        accel_bias=2e-3 * _MILLI_G,
        gyro_range_rps=100.0 * _DEG,
        accel_range_mps2=10_000.0 * _MILLI_G,
        scale_error=1e-3,
        misalignment_rad=0.05 * _DEG,
        source="OxTS RT3000 user manual",
    )
