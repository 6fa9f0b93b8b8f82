"""Radar products as their datasheets have them. A device of your own is one function like these in a file of yours."""

from dataclasses import dataclass

from simgen import library
from simgen.errors import InputError
from simgen.library import entry


@dataclass(frozen=True, slots=True, kw_only=True)
class RadarMode:
    """One of the scans that a device interleaves in a cycle, each with its own bandwidth and antenna.

    Attributes:
        range_m: what this scan reports, from and to.
        reach: (azimuth_deg, range_m) pairs, azimuth growing from 0: how far the device's reference target is just
            detected; between them it is interpolated, outside the last nothing is reported.
        elevation_fov_deg: full width between the points where the two-way antenna gain is 6 dB down.
        range_resolution_m, velocity_resolution_mps: targets closer than this are one.
        azimuth_resolution_deg: at boresight; a planar array's grows with 1 / cos(azimuth).
        elevation_resolution_deg: 0 where elevation is not measured (it is then reported as 0).
        range_sigma_m, azimuth_sigma_deg, elevation_sigma_deg, velocity_sigma_mps: errors that no SNR takes away.
        velocity_mps: unambiguous range rates, from and to; positive is leaving.
    """

    range_m: tuple[float, float]
    reach: tuple[tuple[float, float], ...]
    elevation_fov_deg: float
    range_resolution_m: float
    azimuth_resolution_deg: float
    velocity_resolution_mps: float
    elevation_resolution_deg: float = 0.0
    range_sigma_m: float
    azimuth_sigma_deg: float
    velocity_sigma_mps: float
    elevation_sigma_deg: float = 0.0
    velocity_mps: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RadarDevice:
    """A 76 to 77 GHz automotive radar that hands over detections.

    Attributes:
        rate_hz: lowest and highest number of cycles a second.
        reference_rcs_dbsm: of the target that `RadarMode.reach` belongs to.
        threshold_db: SNR at which a detection is reported.
        least_rcs_dbsm: smaller targets are not reported, however near.
        sidelobe_db: how far below a target its own image in other directions lies (same range and velocity).
        max_detections: of one cycle; the strongest are kept.
        false_alarms: mean number a cycle of noise peaks over the threshold.
        source: datasheet or manual.
    """

    name: str
    modes: tuple[RadarMode, ...]
    rate_hz: tuple[float, float]
    reference_rcs_dbsm: float
    threshold_db: float
    least_rcs_dbsm: float
    sidelobe_db: float
    max_detections: int
    false_alarms: float
    source: str = ""


def radar_device(name: str) -> RadarDevice:
    """The device of that product name ("ARS408-21"), library name ("ars408_21") or .py file.

    Raises:
        InputError: there is none.
    """
    if not name:
        raise InputError("sensors: radar: device: expected the name of a product, for example ARS408-21, got ''")
    found = library.find("sensors", name if name.endswith(".py") else name.lower().replace("-", "_"))
    device = found.build() if "device" in found.tags else None
    if not isinstance(device, RadarDevice):
        raise InputError(f"sensors: radar: device: expected a radar device, got {name!r}")
    return device


_VELOCITY_MPS = (-400 / 3.6, 200 / 3.6)


@entry("sensors", source="Continental ARS 408-21 datasheet", tags=("device", "radar"))
def ars408_21() -> RadarDevice:
    """Continental ARS 408-21: near and far scan, no elevation; the radar of nuScenes.

    Source: ARS 408-21 datasheet: 0.2 to 250 m within 9 deg (far), to 100 m within 45 deg and 20 m at 60 deg (near);
    elevation 14 and 20 deg; range resolution 1.79 and 0.39 m, accuracy 0.4 and 0.1 m; azimuth resolution 1.6 and
    3.2 deg at boresight, accuracy 0.1 and 0.3 deg; range rate -400 to +200 km/h, resolution 0.37 and 0.43 km/h,
    accuracy 0.1 km/h; a cycle of 72 ms. Accuracies are taken as two sigma. The sheet names no target for its range:
    a car of 10 dBsm is assumed; so are a threshold of 13 dB, sidelobes at -25 dB (a usual taper of few channels), one
    false alarm in two cycles, and that nothing below -10 dBsm is listed. nuScenes stores up to 125 detections of one
    unit. Where both scans reach, the near one reports, so that nothing is listed twice.
    """
    near = RadarMode(
        range_m=(0.2, 70.0),
        reach=((0.0, 100.0), (45.0, 100.0), (60.0, 20.0)),
        elevation_fov_deg=20.0,
        range_resolution_m=0.39,
        azimuth_resolution_deg=3.2,
        velocity_resolution_mps=0.43 / 3.6,
        range_sigma_m=0.05,
        azimuth_sigma_deg=0.15,
        velocity_sigma_mps=0.05 / 3.6,
        velocity_mps=_VELOCITY_MPS,
    )
    far = RadarMode(
        range_m=(70.0, 250.0),
        reach=((0.0, 250.0), (9.0, 150.0)),
        elevation_fov_deg=14.0,
        range_resolution_m=1.79,
        azimuth_resolution_deg=1.6,
        velocity_resolution_mps=0.37 / 3.6,
        range_sigma_m=0.2,
        azimuth_sigma_deg=0.05,
        velocity_sigma_mps=0.05 / 3.6,
        velocity_mps=_VELOCITY_MPS,
    )
    return RadarDevice(
        name="ARS408-21",
        modes=(near, far),
        rate_hz=(1.0, 14.0),
        reference_rcs_dbsm=10.0,
        threshold_db=13.0,
        least_rcs_dbsm=-10.0,
        sidelobe_db=25.0,
        max_detections=125,
        false_alarms=0.5,
        source="Continental ARS 408-21 datasheet; Caesar et al., nuScenes, CVPR 2020, table 2",
    )


@entry("sensors", source="Continental ARS 548 RDI datasheet", tags=("device", "radar"))
def ars548() -> RadarDevice:
    """Continental ARS 548 RDI: an imaging radar that measures elevation, 20 cycles a second.

    Source: ARS 548 RDI datasheet: 0.2 to 300 m within 60 deg of azimuth and 28 deg of elevation; range resolution
    0.22 m; azimuth 1.2 deg, elevation 2.3 deg; range rate -400 to +200 km/h at 0.1 m/s; up to 800 detections; a cycle
    of 50 ms. Errors are those that units on the road report beside their detections: 0.2 m, 0.5 deg, 4.2 deg,
    0.25 m/s at usual SNR. Target (10 dBsm), threshold, sidelobes, false alarms and -20 dBsm as the least listed are
    assumed.
    """
    mode = RadarMode(
        range_m=(0.2, 300.0),
        reach=((0.0, 300.0), (45.0, 240.0), (60.0, 150.0)),
        elevation_fov_deg=28.0,
        range_resolution_m=0.22,
        azimuth_resolution_deg=1.2,
        elevation_resolution_deg=2.3,
        velocity_resolution_mps=0.1,
        range_sigma_m=0.18,
        azimuth_sigma_deg=0.45,
        elevation_sigma_deg=4.0,
        velocity_sigma_mps=0.24,
        velocity_mps=_VELOCITY_MPS,
    )
    return RadarDevice(
        name="ARS548",
        modes=(mode,),
        rate_hz=(1.0, 20.0),
        reference_rcs_dbsm=10.0,
        threshold_db=12.0,
        least_rcs_dbsm=-20.0,
        sidelobe_db=28.0,
        max_detections=800,
        false_alarms=2.0,
        source="Continental ARS 548 RDI datasheet",
    )
