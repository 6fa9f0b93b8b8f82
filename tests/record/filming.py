"""Episodes of a few boxes on a plane, filmed in closed form: rays against boxes, none of the program's sensors."""

from dataclasses import dataclass, replace

import numpy as np

from simgen.geometry import Pose
from simgen.labels.boxes import boxes_2d
from simgen.labels.cuboids import CuboidLabeller
from simgen.motion import Actor, Cast, Contact, EgoTrace, Happening, View
from simgen.observe import Frame, Take
from simgen.readings import CAMERA_CHANNELS, OPTICAL_FROM_BODY, CameraModel, Image, Mount, PointCloud, Rig, Sample
from simgen.scenario.actions import Walk
from simgen.scenario.position import WorldPosition
from simgen.scenario.scenario import ConcreteScenario, CornerCase, Entity, Event
from simgen.scenario.triggers import AtTime
from simgen.world.taxonomy import code_of
from tests import staging

CAMERA, LIDAR, IMU = "CAM_FRONT", "LIDAR_TOP", "IMU"
RATE_HZ = 10.0
RINGS, COLUMNS = 24, 360
PLACES = ((14.0, -1.5, 6.0), (11.0, 2.5, 0.0), (22.0, 1.0, -3.0))
"""x, y and speed along x of the boxes."""


def pose_at(row: int, t: float) -> Pose:
    """The ego drives a gentle curve, the boxes go straight."""
    if row == 0:
        return Pose.from_xyz_rpy(8.0 * t, 0.3 * t * t, 0.0, yaw=0.1 * t)
    x, y, speed = PLACES[row - 1]
    return Pose.from_xyz_rpy(x + speed * t, y, 0.0, yaw=0.2 * row)


def rig() -> Rig:
    """A camera, a lidar and an IMU that share their times."""
    body_from_optical = OPTICAL_FROM_BODY.inverse()
    front = Pose(rotation=body_from_optical.rotation, translation=np.array([1.7, 0.0, 1.5]))
    top = Pose(rotation=np.array([0.0, 0.0, 0.0, 1.0]), translation=np.array([1.0, 0.0, 1.9]))
    return Rig(
        name="test",
        mounts={
            CAMERA: Mount(sensor="camera", ego_from_sensor=front, rate_hz=RATE_HZ),
            LIDAR: Mount(sensor="lidar", device="test", ego_from_sensor=top, rate_hz=RATE_HZ),
            IMU: Mount(sensor="imu", ego_from_sensor=Pose.identity(), rate_hz=RATE_HZ),
        },
        keyframe_hz=RATE_HZ,
    )


def scenario(duration_s: float) -> ConcreteScenario:
    """A corner case with a trigger, one without, an event that fires."""
    here = WorldPosition(x_m=0.0, y_m=0.0)
    dart = Event(name="dart", when=AtTime(time_s=0.1), do=Walk(path=(here,)), entities=("box0",), case="dart_out")
    return ConcreteScenario(
        name="test_scene",
        duration_s=duration_s,
        ego=Entity(name="ego", start=here),
        events=(dart, replace(dart, name="horn", case="")),
        cases=(
            CornerCase(case="dart_out", level="scenario", severity=0.7, entities=("box0",), trigger="dart"),
            CornerCase(case="fog", level="domain", severity=0.2, sensors=(CAMERA,)),
        ),
        seed=7,
    )


@dataclass(frozen=True)
class Film:
    """A take and its frames, ready to be written."""

    take: Take
    frames: list[Frame]


def film(frames: int = 3, size: tuple[int, int] = (96, 160), channels: tuple[str, ...] = CAMERA_CHANNELS) -> Film:
    """An episode of so many frames."""
    ego = Actor(id=1, name="ego", model=staging.box_model(), category="car", is_ego=True)
    cast = Cast.of([ego, *staging.cast(len(PLACES)).actors[1:]])
    duration = frames / RATE_HZ
    view = staging.view(cast, pose_at, end_s=duration + 0.2)
    view = View([_with_ego(snapshot) for snapshot in view.snapshots])
    camera = CameraModel.from_fov(size[1], size[0], 80.0)
    take = Take(
        episode_id="0123",
        scenario=scenario(duration),
        rig=rig(),
        world=staging.world(),
        cast=cast,
        renderer="closed form",
        sensors={
            CAMERA: {"kind": "camera", "width": size[1], "height": size[0], "K": camera.K},
            LIDAR: {"kind": "lidar", "range_sigma_m": 0.0},
            IMU: {"kind": "imu", "units": {"acceleration": "m/s2"}},
        },
        channels={CAMERA: channels},
    )
    labeller = CuboidLabeller(cast)
    result, begin = [], -(10**9)
    for k in range(frames):
        time_ns = take.rig.mounts[CAMERA].time_ns(k)
        image = photograph(view, take, camera, k, frames)
        cloud = scan(view, take, k)
        counts = np.bincount(cloud.columns["instance"], minlength=len(cast.actors) + 1)
        poses = view.link_poses(time_ns)
        distance = np.full(len(cast.actors) + 1, np.nan)
        for actor_id, (centre, _) in labeller.boxes(poses).items():
            distance[actor_id] = np.linalg.norm(centre.translation - poses[0, :3])
        boxes = boxes_2d(image, cast, distance, (camera.width, camera.height))
        seen = dict(zip(boxes.actor_id.tolist(), boxes.visibility.tolist(), strict=True))
        everyone = dict.fromkeys(range(1, len(cast.actors) + 1), 0.0)
        cuboids = labeller.label(view, time_ns, dict(enumerate(counts.tolist())), everyone | seen)
        still = Sample(**_stamp(view, take, IMU, k), values={"acceleration": np.array([0.0, 0.0, 9.81])})
        until = view.end_ns if k == frames - 1 else time_ns
        fresh = tuple(snapshot for snapshot in view.snapshots if begin < snapshot.time_ns <= until)
        begin = until
        readings = {CAMERA: image, LIDAR: cloud, IMU: still}
        result.append(
            Frame(time_ns=time_ns, readings=readings, boxes={CAMERA: boxes}, cuboids=cuboids, snapshots=fresh)
        )
    return Film(take, result)


def photograph(view: View, take: Take, camera: CameraModel, k: int, frames: int) -> Image:
    """One image, every channel from the hit points of its rays."""
    stamp = _stamp(view, take, CAMERA, k)
    columns, rows = np.meshgrid(np.arange(camera.width) + 0.5, np.arange(camera.height) + 0.5)
    pixels = np.stack([columns, rows, np.ones_like(rows)], axis=-1)
    rays = pixels @ np.linalg.inv(camera.K).T
    world_from_camera = Pose.from_matrix(stamp["world_from_sensor"])
    poses = view.link_poses(stamp["time_ns"])
    directions = world_from_camera.apply(rays) - world_from_camera.translation
    origin = np.broadcast_to(world_from_camera.translation, directions.shape)
    depth, instance, normal, alone = cast_rays(poses, take.cast, origin, directions)
    hits = origin + np.where(np.isfinite(depth), depth, 0.0)[..., None] * directions
    semantic = np.where(instance > 0, code_of("car"), np.where(np.isfinite(depth), code_of("road"), 0))
    palette = np.array([[120, 120, 125], [200, 60, 50], [60, 90, 200], [70, 170, 90], [230, 180, 60]], np.uint8)
    shade = np.where(np.isfinite(depth), 0.55 + 0.45 * np.abs(normal @ np.array([0.3, 0.5, 0.81])), 0.9)
    rgb = np.where(np.isfinite(depth)[..., None], palette[instance], np.array([150, 190, 230], np.uint8))
    channels = {
        "rgb": (rgb * shade[..., None]).astype(np.uint8),
        "depth": depth.astype(np.float32),
        "semantic": semantic.astype(np.uint8),
        "instance": instance.astype(np.uint32),
        "normal": (normal @ world_from_camera.matrix()[:3, :3]).astype(np.float16),
    }
    for name, step in (("flow_forward", 1), ("flow_backward", -1)):
        moved = _move(
            view, take, hits, instance, from_ns=stamp["time_ns"], to_ns=take.rig.mounts[CAMERA].time_ns(k + step)
        )
        then = _world_from(view, take, CAMERA, take.rig.mounts[CAMERA].time_ns(k + step))
        flow = camera.project(then.inverse().apply(moved)) - pixels[..., :2]
        missing = ~np.isfinite(depth) | (k + step < 0) | (k + step >= frames)
        channels[name] = np.where(missing[..., None], np.nan, flow).astype(np.float32)
    wanted = {name: channels[name] for name in take.channels[CAMERA]}
    amodal, visible = _bounds(poses, take.cast, world_from_camera, camera, instance)
    count = len(take.cast.actors) + 1
    return Image(
        **stamp,
        channels=wanted,
        visible_pixels=np.bincount(instance.ravel(), minlength=count),
        alone_pixels=np.array([0, *alone]),
        amodal=amodal,
        visible=visible,
    )


def scan(view: View, take: Take, k: int) -> PointCloud:
    """One sweep that ends at the reading's time, each column fired at its own."""
    stamp = _stamp(view, take, LIDAR, k)
    azimuth = -np.pi + 2 * np.pi * np.arange(COLUMNS) / COLUMNS
    elevation = np.radians(np.linspace(-22.0, 3.0, RINGS))
    offsets = np.rint(-1e9 / RATE_HZ * (1.0 - np.arange(COLUMNS) / COLUMNS)).astype(np.int64)
    beam = np.stack(
        [
            np.cos(elevation) * np.cos(azimuth)[:, None],
            np.cos(elevation) * np.sin(azimuth)[:, None],
            np.broadcast_to(np.sin(elevation), (COLUMNS, RINGS)),
        ],
        axis=-1,
    )
    times = stamp["time_ns"] + offsets
    trajectory = view.link_trajectory(times)
    world_from_lidar = Pose.from_array(trajectory[:, 0]) @ take.rig.mounts[LIDAR].ego_from_sensor
    pose = world_from_lidar[:, None]
    directions = pose.apply(beam) - pose.translation
    origin = np.broadcast_to(pose.translation, directions.shape)
    distance, instance, _, _ = cast_rays(trajectory[:, None], take.cast, origin, directions)
    hit = distance < 80.0
    distance = np.where(hit, distance, 0.0)
    true = origin + distance[..., None] * directions
    for actor in take.cast.actors[1:]:
        then = Pose.from_array(trajectory[:, None, actor.id - 1])
        moved = view.pose(actor.id - 1, stamp["time_ns"]).apply(then.inverse().apply(true))
        true = np.where((instance == actor.id)[..., None], moved, true)
    true = Pose.from_matrix(stamp["world_from_sensor"]).inverse().apply(true)
    column, ring = np.nonzero(hit)
    return PointCloud(
        **stamp,
        columns={
            "xyz": (distance[..., None] * beam)[hit].astype(np.float32),
            "intensity": np.full(len(ring), 0.3, np.float32),
            "ring": ring.astype(np.uint16),
            "column": column.astype(np.uint16),
            "offset_ns": offsets[column].astype(np.int32),
            "return": np.zeros(len(ring), np.uint8),
            "semantic": np.where(instance > 0, code_of("car"), code_of("road"))[hit].astype(np.uint8),
            "instance": instance[hit].astype(np.uint32),
            "is_clutter": np.zeros(len(ring), bool),
            "xyz_true": true[hit].astype(np.float32),
        },
    )


def cast_rays(poses, cast: Cast, origin, directions):
    """Distance in units of `directions`, instance, normal in the world, pixels that each actor alone would cover."""
    with np.errstate(divide="ignore", invalid="ignore"):
        best = np.where(directions[..., 2] < 0, -origin[..., 2] / directions[..., 2], np.inf)
        best = np.where(best < 200.0, best, np.inf)
    instance = np.zeros(best.shape, np.int64)
    normal = np.broadcast_to(np.array([0.0, 0.0, 1.0]), directions.shape).copy()
    alone = [0]
    for actor in cast.actors[1:]:
        pose = Pose.from_array(poses[..., actor.id - 1, :])
        inverse = pose.inverse()
        start = inverse.apply(origin)
        ray = inverse.apply(origin + directions) - start
        half = np.array(actor.model.extent_m) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            one = (np.array(actor.model.centre_m) - half - start) / ray
            two = (np.array(actor.model.centre_m) + half - start) / ray
        near, far = np.minimum(one, two), np.maximum(one, two)
        enter, leave = near.max(axis=-1), far.min(axis=-1)
        hit = (enter < leave) & (enter > 0)
        alone.append(int(hit.sum()))
        closer = hit & (enter < best)
        axis = near.argmax(axis=-1)
        local = -np.sign(np.take_along_axis(ray, axis[..., None], axis=-1)) * np.eye(3)[axis]
        best, instance = np.where(closer, enter, best), np.where(closer, actor.id, instance)
        normal = np.where(closer[..., None], pose.apply(local) - pose.translation, normal)
    return best, instance, normal, alone


def _with_ego(snapshot):
    times = snapshot.time_ns + np.rint(1e9 / 240 * np.arange(-3, 1)).astype(np.int64)
    poses = np.stack([pose_at(0, t * 1e-9).array() for t in times])
    trace = EgoTrace(
        time_ns=times,
        pose=poses,
        twist=np.zeros((4, 6)),
        acceleration=np.zeros((4, 3)),
        controls=np.zeros((4, 3)),
        lane_id=("1/0/-1",) * 4,
        lane_offset_m=np.zeros(4),
        route_s_m=np.arange(4.0),
    )
    happenings = ()
    if snapshot.time_ns == int(np.rint(1e9 * 6 / 60)):
        phases = ("trigger", "onset")
        happenings = tuple(Happening(case="dart_out", phase=phase, time_ns=snapshot.time_ns) for phase in phases)
        happenings += (Happening(case="horn", phase="trigger", time_ns=snapshot.time_ns),)
    touching = (Contact(actor_a=2, actor_b=0, impulse_Ns=1.5, point_m=(1.0, 2.0, 3.0)),) * (snapshot.time_ns == 0)
    return replace(snapshot, ego=trace, happenings=happenings, contacts=touching)


def _world_from(view: View, take: Take, name: str, time_ns: int) -> Pose:
    return view.pose(0, time_ns) @ take.rig.mounts[name].ego_from_sensor


def _stamp(view: View, take: Take, name: str, k: int) -> dict:
    time_ns = take.rig.mounts[name].time_ns(k)
    matrix = _world_from(view, take, name, time_ns).matrix()
    return {"k": k, "time_ns": time_ns, "reported_time_ns": time_ns, "world_from_sensor": matrix}


def _move(view: View, take: Take, points, instance, *, from_ns: int, to_ns: int):
    result = np.array(points)
    for actor in take.cast.actors[1:]:
        own = instance == actor.id
        result[own] = view.pose(actor.id - 1, to_ns).apply(
            view.pose(actor.id - 1, from_ns).inverse().apply(points[own])
        )
    return result


def _bounds(poses, cast: Cast, world_from_camera: Pose, camera: CameraModel, instance):
    count = len(cast.actors) + 1
    amodal, visible = np.full((count, 4), np.nan), np.full((count, 4), np.nan)
    signs = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    for actor in cast.actors[1:]:
        corners = signs * np.array(actor.model.extent_m) + np.array(actor.model.centre_m)
        pixels = camera.project(world_from_camera.inverse().apply(Pose.from_array(poses[actor.id - 1]).apply(corners)))
        amodal[actor.id] = [*pixels.min(axis=0), *pixels.max(axis=0)]
        rows, columns = np.nonzero(instance == actor.id)
        if len(rows):
            visible[actor.id] = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    return amodal, visible
