"""More lidar products as their datasheets have them: turning heads, a mirror raster, rosettes, and a flat one."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.library import entry

from .devices import Grid, LidarDevice

_VLP_32C = (
    (-25.0, 1.4), (-1.0, -4.2), (-1.667, 1.4), (-15.639, -1.4), (-11.31, 1.4), (0.0, -1.4), (-0.667, 4.2),
    (-8.843, -1.4), (-7.254, 1.4), (0.333, -4.2), (-0.333, 1.4), (-6.148, -1.4), (-5.333, 4.2), (1.333, -1.4),
    (0.667, 4.2), (-4.0, -1.4), (-4.667, 1.4), (1.667, -4.2), (1.0, 1.4), (-3.667, -4.2), (-3.333, 4.2),
    (3.333, -1.4), (2.333, 1.4), (-2.667, -1.4), (-3.0, 1.4), (7.0, -1.4), (4.667, 1.4), (-2.333, -4.2),
    (-2.0, 4.2), (15.0, -1.4), (10.333, 1.4), (-1.333, -1.4),
)  # fmt: skip
_PANDAR64_DEG = (
    14.882, 11.032, 8.059, 5.057, 3.04, 2.028, 1.86, 1.688, 1.522, 1.351, 1.184, 1.013, 0.846, 0.675, 0.508, 0.337,
    0.169, 0.0, -0.169, -0.337, -0.508, -0.675, -0.845, -1.013, -1.184, -1.351, -1.522, -1.688, -1.86, -2.028, -2.198,
    -2.365, -2.536, -2.7, -2.873, -3.04, -3.21, -3.375, -3.548, -3.712, -3.884, -4.05, -4.221, -4.385, -4.558, -4.72,
    -4.892, -5.057, -5.229, -5.391, -5.565, -5.726, -5.898, -6.061, -7.063, -8.059, -9.06, -9.885, -11.032, -12.006,
    -12.974, -13.93, -18.889, -24.897,
)  # fmt: skip


@entry("sensors", source="Velodyne VLP-32C user manual", tags=("device", "lidar"))
def vlp_32c() -> LidarDevice:
    """Velodyne VLP-32C (Ultra Puck): 32 beams, dense about the horizon.

    Source: VLP-32C user manual (63-9325): table of elevations and azimuths; lasers fire in pairs every 2.304 us, a
    cycle lasts 55.296 us, 5 to 20 Hz, range 200 m, 3 cm, 3.0 x 1.5 mrad, steps of 4 mm. The range at 10 % is not given:
    taken as 200 m on 80 %, by the law of the inverse square 71 m.
    """
    table = np.array(_VLP_32C)
    order = np.argsort(table[:, 0])
    return LidarDevice(
        name="VLP-32C",
        elevation_deg=table[order, 0],
        azimuth_deg=table[order, 1],
        delay=(np.arange(32) // 2 * 2.304 / 55.296)[order],
        firing_hz=1e6 / 55.296,
        rate_hz=(5.0, 20.0),
        min_range_m=1.0,
        max_range_m=200.0,
        range_at_10_percent_m=71.0,
        range_sigma_m=0.03,
        range_step_m=0.004,
        diffuse_share=100 / 255,
        pulse_s=6e-9,
        divergence_deg=(0.172, 0.086),
        source="Velodyne VLP-32C user manual, 63-9325",
    )


@entry("sensors", source="Ouster OS0 datasheet rev. 06", tags=("device", "lidar"))
def os0_128() -> LidarDevice:
    """Ouster OS0-128: 128 beams over 90 deg, for near surroundings.

    Source: OS0 datasheet, rev. 06: 90 deg, 20 m on 10 % (detection in half of the cases), 0.3 m, 1.5 cm, 0.35 deg
    (FWHM); see `os1_128` for what they share.
    """
    return _ouster("OS0-128", 128, 90.0, 20.0, 0.3, 0.015, 0.35)


@entry("sensors", source="Ouster OS1 datasheet rev. 06", tags=("device", "lidar"))
def os1_64() -> LidarDevice:
    """Ouster OS1-64: 64 beams over 45 deg.

    Source: OS1 datasheet, rev. 06, uniform model; see `os1_128`.
    """
    return _ouster("OS1-64", 64, 45.0, 55.0, 0.3, 0.01, 0.18)


@entry("sensors", source="Ouster OS1 datasheet rev. 06", tags=("device", "lidar"))
def os1_128() -> LidarDevice:
    """Ouster OS1-128: 128 beams over 45 deg, all of a column at once.

    Source: OS1 datasheet, rev. 06: 45 deg in even steps, 865 nm, 55 m on 10 % (detection in half of the cases), 0.3 m,
    1 cm, 0.18 deg (FWHM), range in steps of 1 mm, 1024 columns at 10 Hz (`columns`: 512 or 2048). Azimuths of the four
    columns of lasers (3.16, 1.05, -1.05, -3.16 deg): Ouster's sensor documentation, beam_azimuth_angles.
    The length of the pulse is not published: 5 ns.
    """
    return _ouster("OS1-128", 128, 45.0, 55.0, 0.3, 0.01, 0.18)


@entry("sensors", source="Ouster OS2 datasheet rev. 06", tags=("device", "lidar"))
def os2_128() -> LidarDevice:
    """Ouster OS2-128: 128 beams over 22.5 deg, for far ahead.

    Source: OS2 datasheet, rev. 06: 22.5 deg, 100 m on 10 % (detection in half of the cases), 1 m, 2.5 cm, 0.09 deg
    (FWHM); see `os1_128` for what they share.
    """
    return _ouster("OS2-128", 128, 22.5, 100.0, 1.0, 0.025, 0.09, far_m=240.0)


def _ouster(
    name: str,
    beams: int,
    fov_deg: float,
    reach_m: float,
    near_m: float,
    sigma_m: float,
    fwhm_deg: float,
    far_m: float = 0.0,
) -> LidarDevice:
    return LidarDevice(
        name=name,
        elevation_deg=np.linspace(-0.5 * fov_deg, 0.5 * fov_deg, beams),
        azimuth_deg=np.array([-3.164, -1.055, 1.055, 3.164])[np.arange(beams) % 4],
        delay=np.zeros(beams),
        firing_hz=10_240.0,
        rate_hz=(10.0, 20.0),
        min_range_m=near_m,
        max_range_m=far_m or reach_m * np.sqrt(8.0),
        range_at_10_percent_m=reach_m,
        range_sigma_m=sigma_m,
        range_step_m=0.001,
        diffuse_share=100 / 255,
        wavelength_nm=865,
        divergence_deg=(fwhm_deg, fwhm_deg),
        source=f"Ouster {name[:3]} datasheet, rev. 06",
    )


@entry("sensors", source="Hesai Pandar64 user manual", tags=("device", "lidar"))
def pandar64() -> LidarDevice:
    """Hesai Pandar64: 64 beams, dense about the horizon.

    Source: Pandar64 user manual: table of elevations and azimuths, 905 nm, 200 m on 10 %, 0.3 m, 2 cm,
    0.2 deg at 10 Hz (1800 columns), steps of 4 mm. Lasers fire in 29 groups in the manual; here evenly, from the top.
    """
    turned = np.full(64, -1.042)
    turned[6:54] = np.tile((1.042, 3.125, 5.208, -5.208, -3.125, -1.042), 8)
    return LidarDevice(
        name="Pandar64",
        elevation_deg=np.array(_PANDAR64_DEG)[::-1],
        azimuth_deg=turned[::-1],
        delay=np.arange(64)[::-1] / 64.0,
        firing_hz=18_000.0,
        rate_hz=(10.0, 20.0),
        min_range_m=0.3,
        max_range_m=200.0,
        range_at_10_percent_m=200.0,
        range_sigma_m=0.02,
        range_step_m=0.004,
        divergence_deg=(0.14, 0.07),
        source="Hesai Pandar64 user manual",
    )


@entry("sensors", source="Hesai AT128 product page and user manual", tags=("device", "lidar"))
def at128() -> LidarDevice:
    """Hesai AT128: 128 solid-state lasers over 25.4 deg, swept across 120 deg by a mirror.

    Source: AT128 user manual: 120 x 25.4 deg in steps of 0.1 x 0.2 deg at 10 Hz, 905 nm, 200 m on 10 %, 3 cm. The
    mirror sweeps from left to right; the way back takes no time here.
    """
    elevation_deg = np.linspace(-12.7, 12.7, 128)

    def aim(share: Grid, _seconds: Grid) -> tuple[Grid, Grid]:
        return 60.0 - 120.0 * share, np.broadcast_to(elevation_deg, share.shape)

    return LidarDevice(
        name="AT128",
        elevation_deg=elevation_deg,
        azimuth_deg=np.zeros(128),
        delay=np.arange(128) / 128.0,
        firing_hz=12_000.0,
        rate_hz=(10.0, 20.0),
        min_range_m=1.0,
        max_range_m=210.0,
        range_at_10_percent_m=200.0,
        range_sigma_m=0.03,
        divergence_deg=(0.1, 0.1),
        aim=aim,
        source="Hesai AT128 user manual",
    )


@entry("sensors", source="Livox Avia user manual; Liu et al. 2021", tags=("device", "lidar"))
def avia() -> LidarDevice:
    """Livox Avia: six beams on a rosette that never closes.

    Source: Livox Avia user manual v1.0: 70.4 x 77.2 deg, 240 000 points/s, 905 nm, 190 m on 10 %, 1 m, 2 cm,
    0.03 x 0.28 deg. The wedges turn at 7294 and -4664 rpm and bend by equal angles, as in Livox's older Mid-40 (Liu et
    al., Low-cost retina-like robotic lidars based on incommensurable scanning, IEEE/ASME Trans. Mechatronics 27, 2022);
    that the six beams stand 0.6 deg apart, one above the other, is assumed.
    """
    beside = 0.6 * (np.arange(6) - 2.5)

    def aim(_share: Grid, seconds: Grid) -> tuple[Grid, Grid]:
        return rosette_deg(seconds, (7294.0, -4664.0), (35.2, 38.6), beside)

    return LidarDevice(
        name="Avia",
        elevation_deg=beside,
        azimuth_deg=np.zeros(6),
        delay=np.arange(6) / 6.0,
        firing_hz=40_000.0,
        rate_hz=(5.0, 20.0),
        min_range_m=1.0,
        max_range_m=450.0,
        range_at_10_percent_m=190.0,
        range_sigma_m=0.02,
        divergence_deg=(0.03, 0.28),
        aim=aim,
        repeats=False,
        source="Livox Avia user manual v1.0",
    )


def rosette_deg(
    seconds: Grid,
    turns_per_min: tuple[float, float],
    half_deg: tuple[float, float],
    beside_deg: Float[ndarray, " beams"],
) -> tuple[Grid, Grid]:
    """Azimuth and elevation of beams through two wedge prisms that turn at their own speeds and bend equally."""
    first, second = (2.0 * np.pi / 60.0 * rpm * seconds for rpm in turns_per_min)
    azimuth_deg = 0.5 * half_deg[0] * (np.cos(first) + np.cos(second))
    elevation_deg = 0.5 * (half_deg[1] - np.abs(beside_deg).max()) * (np.sin(first) + np.sin(second))
    return azimuth_deg, elevation_deg + beside_deg


@entry("sensors", source="Livox Mid-360 user manual", tags=("device", "lidar"))
def mid_360() -> LidarDevice:
    """Livox Mid-360: four beams that turn and nod at speeds that do not fit each other.

    Source: Livox Mid-360 user manual v1.0: 360 x 59 deg (-7 to 52), 200 000 points/s, 10 Hz, 905 nm, 40 m on 10 %,
    0.1 m, 2 cm. How it scans is not published: assumed four beams in even steps, turning at 583 rpm and nodding over
    the field of view 311.3 times a second, so that no sweep repeats another.
    """
    lines = np.arange(4)

    def aim(_share: Grid, seconds: Grid) -> tuple[Grid, Grid]:
        nod = np.abs(2.0 * np.mod(311.3 * seconds + lines / 8.0, 1.0) - 1.0)
        return np.mod(-6.0 * 583.0 * seconds + 90.0 * lines, 360.0), -7.0 + 59.0 * nod

    return LidarDevice(
        name="Mid-360",
        elevation_deg=np.full(4, 22.5),
        azimuth_deg=90.0 * lines,
        delay=lines / 4.0,
        firing_hz=50_000.0,
        rate_hz=(10.0, 10.0),
        min_range_m=0.1,
        max_range_m=70.0,
        range_at_10_percent_m=40.0,
        range_sigma_m=0.02,
        aim=aim,
        repeats=False,
        source="Livox Mid-360 user manual v1.0",
    )


@entry("sensors", source="SICK LMS1xx operating instructions", tags=("device", "lidar", "2d"))
def lms111() -> LidarDevice:
    """SICK LMS111: one beam over 270 deg in a plane, for robots and area monitoring.

    Source: SICK LMS1xx operating instructions (8012471): 270 deg in steps of 0.5 deg at 50 Hz (0.25 deg at 25 Hz),
    905 nm, 0.5 to 20 m, 18 m on 10 %, 1.2 cm, 15 mrad. The head turns counter-clockwise, seen from above.
    """

    def aim(share: Grid, _seconds: Grid) -> tuple[Grid, Grid]:
        return 270.0 * share - 135.0, np.zeros_like(share)

    return LidarDevice(
        name="LMS111",
        elevation_deg=np.zeros(1),
        azimuth_deg=np.zeros(1),
        delay=np.zeros(1),
        firing_hz=27_000.0,
        rate_hz=(25.0, 50.0),
        min_range_m=0.5,
        max_range_m=20.0,
        range_at_10_percent_m=18.0,
        range_sigma_m=0.012,
        range_step_m=0.001,
        divergence_deg=(0.86, 0.86),
        duty=0.75,
        aim=aim,
        source="SICK LMS1xx operating instructions, 8012471",
    )
