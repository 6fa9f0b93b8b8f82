"""Rigs: which sensors stand where on which vehicle, from published calibrations where there are any."""

import numpy as np

from simgen.geometry import Pose
from simgen.library import entry
from simgen.readings import CAMERA_CHANNELS, Mount, Rig

from ._mounting import from_quaternion, from_rows, intrinsics, looking


@entry("rigs", source="a usual development vehicle")
def front() -> Rig:
    """A camera behind the windscreen and an HDL-64E on the roof, both at 10 Hz, with IMU and GNSS; every label."""
    camera = {"width": 640, "height": 480, "horizontal_fov_deg": 70.0, "channels": CAMERA_CHANNELS}
    mounts = {
        "FRONT": Mount(sensor="camera", ego_from_sensor=looking(1.45, 0.0, 1.42), rate_hz=10.0, parameters=camera),
        "LIDAR": Mount(
            sensor="lidar", device="HDL-64E", ego_from_sensor=Pose.from_xyz_rpy(1.1, 0.0, 1.95), rate_hz=10.0
        ),
        "IMU": Mount(sensor="imu", device="ADIS16465", ego_from_sensor=Pose.from_xyz_rpy(0.0, 0.0, 0.6), rate_hz=100.0),
        "GNSS": Mount(sensor="gnss", ego_from_sensor=Pose.from_xyz_rpy(0.3, 0.0, 1.7), rate_hz=10.0),
    }
    return Rig(name="front", mounts=mounts, keyframe_hz=10.0, vehicle="suv", source="a usual development vehicle")


@entry("rigs", source="84x84 as in Mnih et al., Nature 518, 2015")
def rl_front() -> Rig:
    """One 84x84 colour camera at 10 Hz, for reinforcement learning."""
    camera = {"width": 84, "height": 84, "horizontal_fov_deg": 90.0, "channels": ("rgb",)}
    mount = Mount(sensor="camera", ego_from_sensor=looking(1.45, 0.0, 1.42), rate_hz=10.0, parameters=camera)
    source = "picture size of Mnih et al., Human-level control through deep reinforcement learning, Nature 518, 2015"
    return Rig(name="rl_front", mounts={"FRONT": mount}, keyframe_hz=10.0, vehicle="suv", source=source)


@entry("rigs", source="84x84 as in Mnih et al., Nature 518, 2015, on a MiR250")
def rl_amr() -> Rig:
    """One 84x84 colour camera and a safety scanner at the front of a warehouse robot, for reinforcement learning."""
    camera = {"width": 84, "height": 84, "horizontal_fov_deg": 90.0, "channels": ("rgb",)}
    scanner = Pose.from_xyz_rpy(0.395, 0.275, 0.18, yaw=np.pi / 4)
    mounts = {
        "FRONT": Mount(sensor="camera", ego_from_sensor=looking(0.41, 0.0, 0.27), rate_hz=12.5, parameters=camera),
        "SCANNER": Mount(sensor="lidar", device="microScan3", ego_from_sensor=scanner, rate_hz=25.0),
    }
    source = "picture size of Mnih et al., Human-level control through deep reinforcement learning, Nature 518, 2015"
    return Rig(name="rl_amr", mounts=mounts, keyframe_hz=12.5, vehicle="amr", source=source)


_NUSCENES: dict[str, tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]] = {
    "CAM_FRONT": (
        (1.70079118954, 0.0159456324149, 1.51095763913),
        (0.4998015430569128, -0.5030316162024876, 0.4997798114386805, -0.49737083824542755),
        (1266.417203046554, 816.2670197447984, 491.50706579294757),
    ),
    "CAM_FRONT_LEFT": (
        (1.52387798135, 0.494631336551, 1.50932822144),
        (0.6757265034669446, -0.6736266522251881, 0.21214015046209478, -0.21122827103904068),
        (1272.5979470598488, 826.6154927353808, 479.75165386361925),
    ),
    "CAM_FRONT_RIGHT": (
        (1.5508477543, -0.493404796419, 1.49574800619),
        (0.2060347966337182, -0.2026940577919598, 0.6824507824531167, -0.6713610884174485),
        (1260.8474446004698, 807.968244525554, 495.3344268742088),
    ),
    "CAM_BACK": (
        (0.0283260309358, 0.00345136761476, 1.57910346144),
        (0.5037872666382278, -0.49740249788611096, -0.4941850223835201, 0.5045496097725578),
        (809.2209905677063, 829.2196003259838, 481.77842384512485),
    ),
    "CAM_BACK_LEFT": (
        (1.03569100218, 0.484795032713, 1.59097014818),
        (0.6924185592174665, -0.7031619420114925, -0.11648342771943819, 0.11203317912370753),
        (1256.7414812095406, 792.1125740759628, 492.7757465151356),
    ),
    "CAM_BACK_RIGHT": (
        (1.0148780988, -0.480568219723, 1.56239545128),
        (0.12280980120078765, -0.132400842670559, -0.7004305821388234, 0.690496031265798),
        (1259.5137405846733, 807.2529053838625, 501.19579884916527),
    ),
}
"""Translation, rotation (w x y z), focal length with principal point: calibrated_sensor.json of nuScenes' car n015."""

_NUSCENES_RADARS: dict[str, tuple[tuple[float, float, float], float]] = {
    "RADAR_FRONT": ((3.412, 0.0, 0.5), 0.2),
    "RADAR_FRONT_LEFT": ((2.422, 0.8, 0.78), 88.36),
    "RADAR_FRONT_RIGHT": ((2.422, -0.8, 0.77), -90.98),
    "RADAR_BACK_LEFT": ((-0.562, 0.628, 0.53), 174.41),
    "RADAR_BACK_RIGHT": ((-0.562, -0.618, 0.53), -176.11),
}
"""Translation, yaw in degrees (they are mounted level): the same file."""

_NUSCENES_SOURCE = "Caesar et al., nuScenes, CVPR 2020; calibrated_sensor.json of v1.0, car n015"


@entry("rigs", source=_NUSCENES_SOURCE)
def nuscenes() -> Rig:
    """Six cameras of 1600x900 at 12 Hz, an HDL-32E at 20 Hz, five radars at 13 Hz, keyframes at 2 Hz, as nuScenes.

    Of our vehicles the `suv` has its roof as close under the lidar as that car's roof rack: a quarter of all returns.
    """
    mounts = {name: _nuscenes_camera(*values) for name, values in _NUSCENES.items()}
    mounts["LIDAR_TOP"] = Mount(
        sensor="lidar",
        device="HDL-32E",
        ego_from_sensor=from_quaternion(
            (0.943713, 0.0, 1.84023),
            (0.7077955119163518, -0.006492242056004365, 0.010646214713995808, -0.7063073142877817),
        ),
        rate_hz=20.0,
        # Its x looks right: the seam is behind the car, whose roof the lower beams meet.
        parameters={"columns": 1084, "start_azimuth_deg": -90.0, "sees_ego": True},
    )
    mounts |= {name: _nuscenes_radar(*values) for name, values in _NUSCENES_RADARS.items()}
    return Rig(name="nuscenes", mounts=mounts, keyframe_hz=2.0, vehicle="suv", source=_NUSCENES_SOURCE)


def _nuscenes_camera(
    translation: tuple[float, ...], rotation: tuple[float, ...], calibrated: tuple[float, ...]
) -> Mount:
    parameters = {"width": 1600, "height": 900, "K": intrinsics(*calibrated)}
    return Mount(
        sensor="camera", ego_from_sensor=from_quaternion(translation, rotation), rate_hz=12.0, parameters=parameters
    )


def _nuscenes_radar(translation: tuple[float, float, float], yaw_deg: float) -> Mount:
    pose = Pose.from_xyz_rpy(*translation, yaw=float(np.radians(yaw_deg)))
    return Mount(sensor="radar", device="ARS408-21", ego_from_sensor=pose, rate_hz=13.0)


_AMR_SOURCE = "the usual layout of a warehouse robot: SICK application notes on AGV protection; Intel RealSense D435"


_ROBOT_TICKS = 120_000.0
"""Edges a wheel's revolution: encoders of 10000 on the motors, geared 8:1 and 1.5:1 (Neobotix MP-500, data sheet)."""


@entry("rigs", source=_AMR_SOURCE)
def amr() -> Rig:
    """A warehouse robot's senses: RGB-D to the front, safety lidars at two corners, odometry, IMU, bumpers.

    The robot is a MiR250; its two scanners see 275 deg each and together all around, 0.18 m above the floor.
    """
    camera = {"width": 848, "height": 480, "horizontal_fov_deg": 69.0, "channels": ("rgb", "depth", "instance")}
    front = Pose.from_xyz_rpy(0.395, 0.275, 0.18, yaw=np.pi / 4)
    rear = Pose.from_xyz_rpy(-0.395, -0.275, 0.18, yaw=-2.356194)
    mounts = {
        "RGBD": Mount(sensor="camera", ego_from_sensor=looking(0.41, 0.0, 0.27), rate_hz=25.0, parameters=camera),
        "SAFETY_FRONT": Mount(sensor="lidar", device="microScan3", ego_from_sensor=front, rate_hz=25.0),
        "SAFETY_REAR": Mount(sensor="lidar", device="microScan3", ego_from_sensor=rear, rate_hz=25.0),
        "ODOMETRY": Mount(
            sensor="odometry", ego_from_sensor=Pose.identity(), rate_hz=50.0, parameters={"ticks": _ROBOT_TICKS}
        ),
        "IMU": Mount(sensor="imu", device="ADIS16465", ego_from_sensor=Pose.from_xyz_rpy(0.0, 0.0, 0.2), rate_hz=100.0),
        "BUMPER_FRONT": _bumper(0.0),
        "BUMPER_REAR": _bumper(np.pi),
    }
    return Rig(name="amr", mounts=mounts, keyframe_hz=5.0, vehicle="amr", source=_AMR_SOURCE)


def _bumper(yaw: float) -> Mount:
    strip = Pose.from_xyz_rpy(0.0, 0.0, 0.1, yaw=yaw)
    return Mount(sensor="collision", ego_from_sensor=strip, rate_hz=50.0, parameters={"arc_deg": 120.0})


_KITTI_SOURCE = "Geiger et al., Vision meets robotics: the KITTI dataset, IJRR 2013; calibration of 2011_09_26"

_KITTI_CAM_FROM_VELO = (
    (7.533745e-03, -9.999714e-01, -6.166020e-04, -4.069766e-03),
    (1.480249e-02, 7.280733e-04, -9.998902e-01, -7.631618e-02),
    (9.998621e-01, 7.523790e-03, 1.480755e-02, -2.717806e-01),
)
_KITTI_VELO_FROM_IMU = (
    (9.999976e-01, 7.553071e-04, -2.035826e-03, -8.086759e-01),
    (-7.854027e-04, 9.998898e-01, -1.482298e-02, 3.195559e-01),
    (2.024406e-03, 1.482454e-02, 9.998881e-01, -7.997231e-01),
)
_KITTI_RECTIFY = (
    (9.999239e-01, 9.837760e-03, -7.445048e-03, 0.0),
    (-9.869795e-03, 9.999421e-01, -4.278459e-03, 0.0),
    (7.402527e-03, 4.351614e-03, 9.999631e-01, 0.0),
)
_KITTI_F, _KITTI_CX, _KITTI_CY = 721.5377, 609.5593, 172.8540
_KITTI_OFFSET_M = {"image_02": -44.85728 / _KITTI_F, "image_03": 339.5242 / _KITTI_F}
"""Along the rectified x axis from camera 0: -P[0, 3] / f of P_rect_02 and P_rect_03."""


@entry("rigs", source=_KITTI_SOURCE)
def kitti() -> Rig:
    """Two rectified colour cameras of 1242x375, an HDL-64E and an OXTS unit as on KITTI's car; every label.

    The lidar stands 1.73 m above the road (figure 3 of the paper), level, 0.76 m ahead of the rear axle; everything
    else follows from calib_velo_to_cam, calib_imu_to_velo and calib_cam_to_cam.
    """
    ego_from_velo = Pose.from_xyz_rpy(0.76, 0.0, 1.73)
    ego_from_imu = ego_from_velo @ from_rows(_KITTI_VELO_FROM_IMU)
    rectified_from_velo = from_rows(_KITTI_RECTIFY) @ from_rows(_KITTI_CAM_FROM_VELO)
    ego_from_rectified = ego_from_velo @ rectified_from_velo.inverse()
    matrix = [[_KITTI_F, 0.0, _KITTI_CX], [0.0, _KITTI_F, _KITTI_CY], [0.0, 0.0, 1.0]]
    camera = {"width": 1242, "height": 375, "K": matrix, "channels": CAMERA_CHANNELS}
    mounts = {
        name: Mount(
            sensor="camera",
            ego_from_sensor=ego_from_rectified @ Pose.from_xyz_rpy(offset_m, 0.0, 0.0),
            rate_hz=10.0,
            parameters=camera,
        )
        for name, offset_m in _KITTI_OFFSET_M.items()
    }
    mounts["velodyne"] = Mount(
        sensor="lidar",
        device="HDL-64E",
        ego_from_sensor=ego_from_velo,
        rate_hz=10.0,
        parameters={"sees_ego": True},  # the car's own roof takes half of the lowest rings, as in the recordings
    )
    mounts["oxts_imu"] = Mount(sensor="imu", device="RT3003", ego_from_sensor=ego_from_imu, rate_hz=100.0)
    mounts["oxts_gnss"] = Mount(
        sensor="gnss", device="RT3003", ego_from_sensor=ego_from_imu, rate_hz=10.0, parameters={"fix": "rtk_fixed"}
    )
    return Rig(name="kitti", mounts=mounts, keyframe_hz=10.0, vehicle="estate", source=_KITTI_SOURCE)
