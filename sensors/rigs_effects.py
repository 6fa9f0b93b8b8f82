"""Rigs of cameras that are not ideal."""

from simgen.geometry import Pose
from simgen.library import entry
from simgen.readings import OPTICAL_FROM_BODY, Mount, Rig

_SOURCE = "a usual measuring car: Sony IMX255 behind the windscreen, iniVation DAVIS346"
_CHANNELS = ("rgb", "depth", "semantic", "instance", "saturated", "soiled")


@entry("rigs", source=_SOURCE)
def real_front() -> Rig:
    """One view by three real cameras: a clean one, one behind dirty glass, and an event camera; with IMU and GNSS.

    Exposure is automatic, with noise, motion blur, vignetting, glare, flare, and streaks of rain and snow.
    """
    size = {"width": 640, "height": 400, "horizontal_fov_deg": 70.0, "channels": _CHANNELS}
    real = {
        **size, "antialias": 2, "noise": True, "exposure": {"max_time_s": 0.012, "max_gain_db": 30.0}, "motion_blur": 5,
        "vignetting": "natural", "glare": 0.03, "flare": 0.004, "precipitation": True,
    }  # fmt: skip
    dirty = {**real, "soiling": {"dirt": 0.06, "drops": 25, "crack": True}}
    mounts = {
        "FRONT": Mount(sensor="camera", device="IMX255", ego_from_sensor=_ahead(0.0), rate_hz=10.0, parameters=real),
        "DIRTY": Mount(sensor="camera", device="IMX255", ego_from_sensor=_ahead(0.2), rate_hz=10.0, parameters=dirty),
        "EVENTS": Mount(sensor="event_camera", ego_from_sensor=_ahead(-0.2), rate_hz=30.0),
        "IMU": Mount(sensor="imu", device="ADIS16465", ego_from_sensor=Pose.from_xyz_rpy(0.0, 0.0, 0.6), rate_hz=100.0),
        "GNSS": Mount(sensor="gnss", ego_from_sensor=Pose.from_xyz_rpy(0.3, 0.0, 1.7), rate_hz=10.0),
    }
    return Rig(name="real_front", mounts=mounts, keyframe_hz=10.0, vehicle="suv", source=_SOURCE)


def _ahead(y_m: float) -> Pose:
    return Pose.from_xyz_rpy(1.45, y_m, 1.42) @ OPTICAL_FROM_BODY.inverse()
