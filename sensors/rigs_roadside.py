"""Sensors beside the road."""

from simgen.geometry import Pose
from simgen.library import entry
from simgen.readings import Mount, Rig

from ._mounting import looking

_SOURCE = (
    "Zimmer et al., A9 Intersection Dataset, ITSC 2023: cameras of 1920 x 1200 behind 8 mm lenses and Ouster OS1-64 at"
    " 7 m above an intersection; field of view from the camera's pixels of 5.86 um"
)


@entry("rigs", source=_SOURCE)
def roadside() -> Rig:
    """Two cameras and a lidar on a pole at the first junction on the ego's way; nothing of it moves with the ego.

    One camera looks into the junction, one back at who comes toward it. The pole stands to the right of the road, 7 m
    high; it is not drawn.
    """
    views = {"INTO_JUNCTION": (0.3, 0.3, 7.0, 25.0, 15.0), "APPROACH": (-0.3, 0.3, 7.0, 165.0, 15.0)}
    camera = {"width": 960, "height": 600, "horizontal_fov_deg": 70.2}
    mounts = {
        name: Mount(
            sensor="camera", ego_from_sensor=looking(*place), rate_hz=10.0, parameters=camera, fixed_to="roadside"
        )
        for name, place in views.items()
    }
    top = Pose.from_xyz_rpy(0.0, 0.0, 7.3)
    mounts["LIDAR"] = Mount(sensor="lidar", device="OS1-64", ego_from_sensor=top, rate_hz=10.0, fixed_to="roadside")
    return Rig(name="roadside", mounts=mounts, keyframe_hz=10.0, vehicle="suv", source=_SOURCE)
