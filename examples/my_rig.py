"""A rig of one's own: a wide camera behind the windscreen and a 16-beam lidar on the roof."""

import numpy as np

from simgen.geometry import Pose
from simgen.library import entry
from simgen.readings import OPTICAL_FROM_BODY, Mount, Rig


@entry("rigs", source="an example")
def wide_and_low() -> Rig:
    """One 110 degree camera and a VLP-16."""
    windscreen = Pose.from_xyz_rpy(1.8, 0.0, 1.4) @ OPTICAL_FROM_BODY.inverse()
    roof = Pose(rotation=np.array([0.0, 0.0, 0.0, 1.0]), translation=np.array([1.0, 0.0, 1.9]))
    return Rig(
        name="wide_and_low",
        mounts={
            "WIDE": Mount(
                sensor="camera",
                ego_from_sensor=windscreen,
                rate_hz=10.0,
                parameters={"width": 800, "height": 450, "horizontal_fov_deg": 110.0},
            ),
            "TOP": Mount(sensor="lidar", device="VLP-16", ego_from_sensor=roof, rate_hz=10.0),
        },
    )
