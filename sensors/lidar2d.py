"""Safety laser scanners: flat lidars of mobile robots and machines."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.library import entry

from .devices import LidarDevice

Grid = Float[ndarray, "columns beams"]


@entry("sensors", source="SICK microScan3 Core I/O operating instructions", tags=("device", "lidar", "2d", "safety"))
def microscan3() -> LidarDevice:
    """SICK microScan3 Core: a safety laser scanner, one beam over 275 deg in a plane; the eyes of warehouse robots.

    Source: SICK microScan3 Core I/O operating instructions (8016344): 275 deg, 845 nm, scan cycle of 40 ms (0.39 deg)
    or 30 ms (0.51 deg: not offered here), protective field to 5.5 m on 1.8 % remission, warning field and distances to
    40 m, systematic and statistical error together under 10 cm (one sigma of 1.5 cm assumed). Range on 10 % follows
    from 5.5 m on 1.8 % with the square root of remission: 12.9 m. The 275 deg
    are taken to fill the cycle.
    """

    def aim(share: Grid, _seconds: Grid) -> tuple[Grid, Grid]:
        return 275.0 * share - 137.5, np.zeros_like(share)

    return LidarDevice(
        name="microScan3",
        elevation_deg=np.zeros(1),
        azimuth_deg=np.zeros(1),
        delay=np.zeros(1),
        firing_hz=705.0 * 25.0,
        rate_hz=(25.0, 25.0),
        min_range_m=0.05,
        max_range_m=40.0,
        range_at_10_percent_m=12.9,
        range_sigma_m=0.015,
        range_step_m=0.001,
        aim=aim,
        source="SICK microScan3 Core I/O operating instructions, 8016344",
    )
