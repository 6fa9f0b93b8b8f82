"""Rigs for moving among things that stand close by."""

import numpy as np

from simgen.geometry import Pose
from simgen.library import entry
from simgen.readings import Mount, Rig

from ._mounting import looking

_VALET_SOURCE = (
    "surround view as in Yogamani et al., WoodScape, ICCV 2019 (four fisheyes of 190 deg), twelve ultrasonic sensors"
    " (ISO 16787, ISO 17386)"
)

_FISHEYE = {
    "width": 640,
    "height": 480,
    "model": "kannala_brandt",
    "horizontal_fov_deg": 190.0,
    "distortion": (-0.02, 0.003, -0.001, 0.0001),
    "shutter": "rolling",
    "line_time_ns": 46_000,
    "sees_ego": True,
}
"""A lens a little flatter than equidistant, on an imager that reads 480 rows in 22 ms (binned; 45 frames a second).

Source: onsemi AR0143AT product brief: 1344 x 968 pixels, rolling shutter, 45 frames a second.
"""

_ULTRASONIC: dict[str, tuple[float, float, float]] = {
    "FRONT_LEFT": (3.30, 0.62, 20.0), "FRONT_MIDDLE_LEFT": (3.42, 0.25, 4.0),
    "FRONT_MIDDLE_RIGHT": (3.42, -0.25, -4.0), "FRONT_RIGHT": (3.30, -0.62, -20.0),
    "REAR_LEFT": (-0.75, 0.62, 160.0), "REAR_MIDDLE_LEFT": (-0.84, 0.25, 176.0),
    "REAR_MIDDLE_RIGHT": (-0.84, -0.25, -176.0), "REAR_RIGHT": (-0.75, -0.62, -160.0),
    "SIDE_FRONT_LEFT": (2.95, 0.92, 88.0), "SIDE_FRONT_RIGHT": (2.95, -0.92, -88.0),
    "SIDE_REAR_LEFT": (-0.35, 0.92, 92.0), "SIDE_REAR_RIGHT": (-0.35, -0.92, -92.0),
}  # fmt: skip
"""Place ahead and to the left, metres, and yaw, degrees."""


@entry("rigs", source=_VALET_SOURCE)
def valet() -> Rig:
    """Parking: four fisheyes of 190 degrees all around, twelve ultrasonic sensors, odometry, lane departure, collision.

    The fisheyes look down, those in the mirrors most, and see the body of their own car.
    """
    views = {"FRONT": (3.72, 0.0, 0.72, 0.0, 20.0), "LEFT": (1.95, 1.12, 1.02, 90.0, 45.0),
             "REAR": (-0.93, 0.0, 0.92, 180.0, 30.0), "RIGHT": (1.95, -1.12, 1.02, -90.0, 45.0)}  # fmt: skip
    mounts = {
        name: Mount(sensor="camera", ego_from_sensor=looking(*place), rate_hz=10.0, parameters=_FISHEYE)
        for name, place in views.items()
    }
    for name, (x, y, yaw) in _ULTRASONIC.items():
        pose = Pose.from_xyz_rpy(x, y, 0.5, yaw=float(np.radians(yaw)))
        mounts[f"ULTRASONIC_{name}"] = Mount(sensor="ultrasonic", ego_from_sensor=pose, rate_hz=10.0)
    mounts["ODOMETRY"] = Mount(sensor="odometry", ego_from_sensor=Pose.identity(), rate_hz=50.0)
    mounts["LANE"] = Mount(sensor="lane_departure", ego_from_sensor=Pose.identity(), rate_hz=20.0)
    mounts["COLLISION"] = Mount(sensor="collision", ego_from_sensor=Pose.identity(), rate_hz=50.0)
    return Rig(name="valet", mounts=mounts, keyframe_hz=5.0, vehicle="hatchback", source=_VALET_SOURCE)
