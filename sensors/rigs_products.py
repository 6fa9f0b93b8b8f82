"""Cameras that go round things."""

from simgen.geometry import Pose
from simgen.library import entry
from simgen.orbit import Orbit
from simgen.readings import OPTICAL_FROM_BODY, Mount, Rig

_SOURCE = "pictures of goods as in Merler et al., GroZi-120, CVPR 2007: from all sides, near and far; 640 x 480"


@entry("rigs", source=_SOURCE)
def product_orbit() -> Rig:
    """One camera of 640 x 480 pixels that takes each picture of what is scattered from another side and distance.

    It stands 3 to 14 diagonals of the largest thing away, 12 to 75 degrees above it; 25 pictures a second.
    """
    orbit = Orbit(distance_m=(3.0, 14.0), per_size=True, elevation_deg=(12.0, 75.0))
    return _rig("product_orbit", orbit)


@entry("rigs", source=_SOURCE)
def shelf_orbit() -> Rig:
    """One camera of 640 x 480 pixels that takes each picture of a shelf from another place in front of it.

    It stands 3 to 10 diagonals of the largest thing away, within 50 degrees of the shelf's front (along x).
    """
    orbit = Orbit(
        distance_m=(3.0, 10.0), per_size=True, azimuth_deg=(-50.0, 50.0), elevation_deg=(-10.0, 35.0), aside_deg=10.0
    )
    return _rig("shelf_orbit", orbit)


def _rig(name: str, orbit: Orbit) -> Rig:
    camera = Mount(
        sensor="camera",
        ego_from_sensor=Pose(rotation=OPTICAL_FROM_BODY.inverse().rotation, translation=OPTICAL_FROM_BODY.translation),
        rate_hz=25.0,
        parameters={"width": 640, "height": 480, "horizontal_fov_deg": 55.0},
        fixed_to="orbit",
        orbit=orbit,
    )
    return Rig(name=name, mounts={"CAMERA": camera}, keyframe_hz=25.0, vehicle="amr", source=_SOURCE)
