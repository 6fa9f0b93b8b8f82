"""A rig like that of Argoverse 2."""

from simgen.geometry import Pose
from simgen.library import entry
from simgen.readings import Mount, Rig

from ._mounting import from_quaternion, intrinsics

_SOURCE = "Wilson et al., Argoverse 2, NeurIPS 2021; calibration of log 7fab2350 in argoverse/av2-api's test data"

_AXLE_M = 0.33
"""The published frame lies in the rear axle: half the height of the Ford Fusion's wheels (235/50 R17)."""

_Calibration = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...], tuple[float, ...]]

_CAMERAS: dict[str, _Calibration] = {
    "ring_front_center": (
        (1.63501765, 0.00267645, 1.3979668),
        (0.50164541, -0.49861992, 0.50107001, -0.4986571),
        (1776.04148435, 777.99057315, 1013.52432451),
        (-0.24073199, -0.21224344, 0.32590167),
    ),
    "ring_front_left": (
        (1.54578046, 0.20369813, 1.39425472),
        (0.63704434, -0.66888821, 0.27686173, -0.26478416),
        (1687.52778314, 1031.44371142, 768.25384864),
        (-0.28178179, -0.03733609, 0.10464786),
    ),
    "ring_front_right": (
        (1.55125957, -0.19923044, 1.39791796),
        (0.26402933, -0.27728561, 0.67026107, -0.63572895),
        (1685.88409019, 1028.00676831, 766.15822323),
        (-0.28164432, -0.03310419, 0.09922548),
    ),
    "ring_side_left": (
        (1.30554504, 0.27568347, 1.40744892),
        (0.68773366, -0.72147954, -0.05928528, 0.05454299),
        (1688.19504855, 1027.71570918, 765.54522033),
        (-0.28521884, -0.02503198, 0.09273234),
    ),
    "ring_side_right": (
        (1.30550026, -0.27879623, 1.39599452),
        (-0.05608576, 0.05360201, 0.72335908, -0.68609974),
        (1686.76384671, 1028.95859573, 764.84827652),
        (-0.28361779, -0.03219236, 0.09918156),
    ),
    "ring_rear_left": (
        (1.09019276, 0.12610589, 1.41871607),
        (0.60188949, -0.60346004, -0.36995572, 0.36972664),
        (1683.9427194, 1029.04372865, 765.76925852),
        (-0.27548872, -0.05389804, 0.11879344),
    ),
    "ring_rear_right": (
        (1.10052148, -0.12716801, 1.41500862),
        (-0.36835571, 0.36822285, 0.60370902, -0.60354074),
        (1689.24476904, 1027.01177148, 770.81906721),
        (-0.27884616, -0.04674137, 0.11284594),
    ),
}
"""Translation, rotation (w x y z), focal length with principal point, k1 k2 k3."""

_LIDARS: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "up_lidar": ((1.35018, 0.0, 1.64042), (0.99998707, 0.0, 0.0, -0.00508497)),
    "down_lidar": ((1.34676148, 0.00456696, 1.52549617), (-0.00053789, -0.99491958, 0.10067133, -0.00014136)),
}


@entry("rigs", source=_SOURCE)
def argoverse2() -> Rig:
    """Seven ring cameras at 20 Hz (the front one upright), two VLP-32C at 10 Hz, one of them upside down below.

    The two stereo cameras are left out. Lenses are Brown and Conrady's, with a global shutter.
    """
    mounts = {name: _camera(name, *calibration) for name, calibration in _CAMERAS.items()}
    for name, place in _LIDARS.items():
        mounts[name] = Mount(sensor="lidar", device="VLP-32C", ego_from_sensor=_raised(*place), rate_hz=10.0)
    return Rig(name="argoverse2", mounts=mounts, keyframe_hz=10.0, vehicle="estate", source=_SOURCE)


def _camera(
    name: str,
    translation: tuple[float, ...],
    rotation: tuple[float, ...],
    calibrated: tuple[float, ...],
    radial: tuple[float, ...],
) -> Mount:
    size = (1550, 2048) if name == "ring_front_center" else (2048, 1550)
    k1, k2, k3 = radial
    parameters = {
        "width": size[0],
        "height": size[1],
        "model": "brown_conrady",
        "K": intrinsics(*calibrated),
        "distortion": (k1, k2, 0.0, 0.0, k3),
    }
    return Mount(sensor="camera", ego_from_sensor=_raised(translation, rotation), rate_hz=20.0, parameters=parameters)


def _raised(translation: tuple[float, ...], rotation: tuple[float, ...]) -> Pose:
    x, y, z = translation
    return from_quaternion((x, y, z + _AXLE_M), rotation)
