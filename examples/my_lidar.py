"""A lidar of one's own: a beam table, and what its datasheet would say. Name this file as the `device` of a mount."""

import numpy as np
from simgen.sensors.devices import LidarDevice

from simgen.library import entry


@entry("sensors", source="an example", tags=("device", "lidar"))
def my_lidar() -> LidarDevice:
    """Twelve beams, dense about the horizon, that lean to either side in turn; 1800 columns at 10 Hz."""
    elevation_deg = np.array([-16.0, -11.0, -7.5, -5.0, -3.0, -2.0, -1.0, 0.0, 1.0, 3.0, 6.0, 10.0])
    return LidarDevice(
        name="my lidar",
        elevation_deg=elevation_deg,
        azimuth_deg=np.where(np.arange(12) % 2, 2.0, -2.0),
        delay=np.arange(12) / 12.0,
        firing_hz=18_000.0,
        rate_hz=(5.0, 20.0),
        min_range_m=0.5,
        max_range_m=150.0,
        range_at_10_percent_m=60.0,
        range_sigma_m=0.015,
        divergence_deg=(0.1, 0.1),
        source="an example",
    )
