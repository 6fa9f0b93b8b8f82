"""A rig like that of the Waymo Open Dataset, and its lidars as far as they are published."""

import numpy as np

from simgen.geometry import Pose
from simgen.library import entry
from simgen.readings import OPTICAL_FROM_BODY, Mount, Rig

from ._mounting import from_rows, intrinsics
from .devices import LidarDevice

_SOURCE = (
    "Sun et al., Scalability in Perception for Autonomous Driving: Waymo Open Dataset, CVPR 2020; calibration of"
    " segment 11004685739714500220 (the dataset's tutorial)"
)

_Calibration = tuple[tuple[tuple[float, ...], ...], tuple[float, ...], tuple[float, ...]]

_CAMERAS: dict[str, _Calibration] = {
    "FRONT": (
        (
            (0.9998926849887427, -0.005993208400016058, 0.0133678704017097, 1.5389142447125008),
            (0.006042236521329663, 0.9999751560547995, -0.003630241176497072, -0.02363394083934774),
            (-0.013345781499156929, 0.003710623431877962, 0.999904056092345, 2.115270572975561),
        ),
        (2055.556149361639, 939.6574698861468, 641.0721821943271),
        (0.03231600849798887, -0.3214124825527059, 0.0007932583953709973, -0.0006257493541333847),
    ),
    "FRONT_LEFT": (
        (
            (0.7163508489464225, -0.6976495294008019, 0.011251459486630241, 1.492930189258495),
            (0.6976096514642995, 0.7164356249377603, 0.007795479709391459, 0.09192224912318936),
            (-0.01349945915947628, 0.0022648282231656253, 0.9999063131891514, 2.1152105284507554),
        ),
        (2063.7008688972, 970.7315379934879, 639.9082229848484),
        (0.03119623557580319, -0.34029064830905453, -0.0006801050887136624, 0.001067963528920262),
    ),
    "FRONT_RIGHT": (
        (
            (0.716582596758835, 0.6975019454936628, -0.000646571666883216, 1.490324906589904),
            (-0.6974986018023605, 0.71657554968999, -0.0038964176163232226, -0.09385927001229258),
            (-0.002254441420230414, 0.003243087887177829, 0.9999921999069986, 2.1154927516413125),
        ),
        (2056.0892196793116, 935.743715862858, 624.4064324983569),
        (0.03490672761153742, -0.3141180156718857, 0.0012619308568439455, -0.0026996059700096116),
    ),
    "SIDE_LEFT": (
        (
            (0.0012964074354981448, -0.9999536359093453, 0.009541769198720481, 1.4314958432756546),
            (0.9997854749192748, 0.0014933173193322094, 0.020658512623705133, 0.11128578863910166),
            (-0.020671803699754576, 0.009512940400541162, 0.9997410567225569, 2.115330824237742),
        ),
        (2066.834902319412, 952.8608233319966, 249.49859488407833),
        (0.044941016139828975, -0.3435919955955713, 0.00013187735016933997, -0.0011427074991115992),
    ),
    "SIDE_RIGHT": (
        (
            (-0.00192725729868321, 0.9999977777956348, -0.000854449001917361, 1.428371747589099),
            (-0.9999943442124861, -0.0019296044058050511, -0.00275466329645372, -0.11149205023810704),
            (-0.002756305923587554, 0.0008491352243918596, 0.9999958408648639, 2.1156692490324467),
        ),
        (2054.797701053215, 972.7435431831157, 242.4987260630087),
        (0.03337281654124105, -0.313299913027001, -0.0001886604822006906, -0.0012474351513059548),
    ),
}
"""vehicle_from_camera (x ahead, y left, z up, as Waymo's cameras have it), focal length with principal point, and
k1 k2 p1 p2 (k3 is 0)."""

_SHORT_RANGE: dict[str, tuple[float, float, float, float]] = {
    "LIDAR_FRONT": (4.07, 0.0, 0.689, 0.0),
    "LIDAR_SIDE_LEFT": (3.245, 1.025, 0.98, 90.0),
    "LIDAR_SIDE_RIGHT": (3.245, -1.025, 0.98, -90.0),
    "LIDAR_REAR": (-1.154, 0.0, 0.466, 180.0),
}
"""Place in metres and yaw in degrees; the front one's is the tutorial's, the others' are estimated from figure 1."""


@entry("sensors", source="Sun et al. 2020, table 2 and section 3.1", tags=("device", "lidar"))
def waymo_top() -> LidarDevice:
    """The lidar on the roof of Waymo's cars: 64 beams, 75 m.

    Source: Sun et al., CVPR 2020, table 2: -17.6 to +2.4 deg, 75 m, 360 deg; range images of 64 x 2650 at 10 Hz. Beams
    stand closer toward the horizon; their table comes with each recording, so here they widen evenly downward. Noise,
    reach on 10 % and divergence are not published: those of a lidar of that range.
    """
    share = np.linspace(0.0, 1.0, 64)
    elevation = 2.4 - 20.0 * (0.6 * share + 0.4 * share**2)
    return LidarDevice(
        name="waymo_top",
        elevation_deg=elevation[::-1].copy(),
        azimuth_deg=np.zeros(64),
        delay=np.zeros(64),
        firing_hz=26_500.0,
        rate_hz=(10.0, 10.0),
        min_range_m=0.5,
        max_range_m=75.0,
        range_at_10_percent_m=60.0,
        range_sigma_m=0.02,
        divergence_deg=(0.1, 0.1),
        source="Sun et al. 2020, table 2",
    )


@entry("sensors", source="Sun et al. 2020, table 2", tags=("device", "lidar"))
def waymo_short() -> LidarDevice:
    """A lidar at the sides of Waymo's cars: 200 beams from straight down to 30 deg up, 20 m.

    Source: Sun et al., CVPR 2020, table 2: -90 to +30 deg, 20 m; range images of 200 x 600. The rest is not published.
    """
    return LidarDevice(
        name="waymo_short",
        elevation_deg=np.linspace(-90.0, 30.0, 200),
        azimuth_deg=np.zeros(200),
        delay=np.zeros(200),
        firing_hz=6_000.0,
        rate_hz=(10.0, 10.0),
        min_range_m=0.1,
        max_range_m=20.0,
        range_at_10_percent_m=20.0,
        range_sigma_m=0.02,
        divergence_deg=(0.3, 0.3),
        source="Sun et al. 2020, table 2",
    )


@entry("rigs", source=_SOURCE)
def waymo() -> Rig:
    """Five cameras of 1920 x 1280 and 1920 x 886 at 10 Hz, a lidar of 64 beams on the roof, four of short range.

    Lenses are Brown and Conrady's. Waymo's shutters roll from left to right; rows have times here, columns have not, so
    that the shutter is global.
    """
    mounts = {name: _camera(name, *calibration) for name, calibration in _CAMERAS.items()}
    top = Pose.from_xyz_rpy(1.43, 0.0, 2.184)
    mounts["LIDAR_TOP"] = Mount(sensor="lidar", device="waymo_top", ego_from_sensor=top, rate_hz=10.0)
    for name, (x, y, z, yaw_deg) in _SHORT_RANGE.items():
        pose = Pose.from_xyz_rpy(x, y, z, yaw=float(np.radians(yaw_deg)))
        mounts[name] = Mount(sensor="lidar", device="waymo_short", ego_from_sensor=pose, rate_hz=10.0)
    return Rig(name="waymo", mounts=mounts, keyframe_hz=10.0, vehicle="minivan", source=_SOURCE)


def _camera(
    name: str, rows: tuple[tuple[float, ...], ...], calibrated: tuple[float, ...], distortion: tuple[float, ...]
) -> Mount:
    parameters = {
        "width": 1920,
        "height": 886 if name.startswith("SIDE") else 1280,
        "model": "brown_conrady",
        "K": intrinsics(*calibrated),
        "distortion": distortion,
    }
    pose = from_rows(rows) @ OPTICAL_FROM_BODY.inverse()
    return Mount(sensor="camera", ego_from_sensor=pose, rate_hz=10.0, parameters=parameters)
