"""Lidar points against cameras' depth, and against cuboids."""

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray
from scipy.spatial.transform import Rotation

from simgen.record.evidence import SAMPLES, Evidence, Worst, coinciding, transform
from simgen.record.eye import Eye, inside
from simgen.record.stored import StoredSensor

DEPTH_LIMIT_M = 0.02
DEPTH_SHARE = 0.001
CUBOID_LIMIT_M = 0.05
_FEWEST = 100
_FLAT = 0.01
_NEAR_M = 0.5


def check_lidar_depth(evidence: Evidence) -> Worst:
    """The worst median of |lidar - camera| - 0.1 % of the depth, in metres, of one sweep in one camera.

    Points that stand still are compared whatever the camera's time, moving ones only where both coincide (and a camera
    with a rolling shutter sees them at another time in each row).
    """
    worst = Worst()
    eyes = {name: Eye(evidence, evidence.episode.sensors[name]) for name in evidence.episode.cameras}
    for name in evidence.episode.lidars:
        lidar = evidence.episode.sensors[name]
        for k in evidence.usable(lidar):
            for eye in eyes.values():
                if len(eye.sensor) and {"depth", "instance", "semantic"} <= set(eye.sensor.columns):
                    _compare(lidar, k, eye, worst)
    return worst


def _compare(lidar: StoredSensor, k: int, eye: Eye, worst: Worst) -> None:
    camera = eye.sensor
    image = int(np.argmin(np.abs(camera.times_ns - lidar.times_ns[k])))
    if camera.faults[image]:
        return
    sweep = lidar.item(k)
    points = sweep["xyz_true"].astype(np.float64)
    usable = np.isfinite(points).all(axis=1)
    if camera.times_ns[image] != lidar.times_ns[k] or eye.is_rolling:
        usable &= sweep["instance"] == 0
    pixels, seen = eye.project(image, transform(lidar.poses[k], points[usable]))
    distance = np.linalg.norm(seen, axis=1) if eye.has_range else seen[:, 2]
    kept = inside(eye, pixels, 1.0) & (distance > _NEAR_M)
    seen, pixels = seen[kept], pixels[kept]
    depth, smooth = _sample(camera, image, pixels)
    seen, depth = seen[smooth], depth[smooth]
    if len(seen) < _FEWEST:
        return
    truth = np.linalg.norm(seen, axis=1) if eye.has_range else seen[:, 2]
    excess = np.abs(depth - truth) - DEPTH_SHARE * truth
    worst.see(max(float(np.median(excess)), 0.0), f"{lidar.name} {k} in {camera.name} {image}")


def _sample(
    camera: StoredSensor, image: int, pixels: Float[ndarray, "n 2"]
) -> tuple[Float[ndarray, " n"], Bool[ndarray, " n"]]:
    """Depth at image coordinates, interpolated in 1/depth (which is affine on a plane), and where there is no edge."""
    inverse = 1.0 / camera.columns["depth"][image].astype(np.float64)
    labels = camera.columns["instance"][image].astype(np.int64) * 256 + camera.columns["semantic"][image]
    corner = np.floor(pixels - 0.5).astype(np.int64)
    share = pixels - 0.5 - corner
    column, row = corner[:, 0], corner[:, 1]
    around = [(row + i, column + j) for i in (0, 1) for j in (0, 1)]
    a, b, c, d = (inverse[place] for place in around)
    same = np.all([labels[place] == labels[around[0]] for place in around[1:]], axis=0)
    x, y = share[:, 0], share[:, 1]
    value = (a * (1 - x) + b * x) * (1 - y) + (c * (1 - x) + d * x) * y
    smooth = same & (value > 0) & (np.abs(a - b - c + d) < _FLAT * value) & (np.abs(a - d) < 0.1 * value)
    with np.errstate(divide="ignore"):
        return 1.0 / value, smooth


def check_points_in_cuboids(evidence: Evidence) -> Worst:
    """How far, in metres, a de-skewed point lies outside the cuboid of its actor, at most."""
    worst = Worst()
    for keyframe in _keyframes(evidence):
        time_ns = int(evidence.episode.times_ns[keyframe])
        cuboids = evidence.episode.cuboids(keyframe)
        boxes = {int(actor_id): i for i, actor_id in enumerate(cuboids.actor_id)}
        for sensor, k in coinciding(evidence, "lidar", time_ns):
            sweep = sensor.item(k)
            points, instance = sweep["xyz_true"].astype(np.float64), sweep["instance"]
            for actor_id in np.unique(instance).tolist():
                if actor_id in (0, evidence.ego_id) or _absent(evidence, actor_id, time_ns):
                    continue
                place = f"{sensor.name} {k}, actor {actor_id}"
                if actor_id not in boxes:
                    worst.see(np.inf, f"{place}: it has no cuboid")
                    continue
                world = transform(sensor.poses[k], points[instance == actor_id])
                box = boxes[actor_id]
                worst.see(_outside(world, cuboids.pose[box], cuboids.extent_m[box]), place)
    return worst


def check_point_counts(evidence: Evidence) -> Worst:
    """By how many points a cuboid's `lidar_points` is wrong."""
    worst = Worst()
    for keyframe in _keyframes(evidence):
        cuboids = evidence.episode.cuboids(keyframe)
        count = np.zeros(len(evidence.episode.actors) + 1, dtype=np.int64)
        for sensor, k in coinciding(evidence, "lidar", int(evidence.episode.times_ns[keyframe])):
            count += np.bincount(sensor.item(k)["instance"], minlength=len(count))
        if evidence.episode.lidars:
            wrong = np.abs(count[cuboids.actor_id] - cuboids.lidar_points)
            worst.see(float(wrong.max(initial=0)), f"keyframe {keyframe}")
    return worst


def _keyframes(evidence: Evidence) -> list[int]:
    """Keyframes at which all lidars were sound."""
    times = evidence.episode.times_ns
    good = [
        k
        for k, time_ns in enumerate(times.tolist())
        if len(list(coinciding(evidence, "lidar", time_ns))) == len(evidence.episode.lidars)
    ]
    picks = np.unique(np.linspace(0, len(good) - 1, min(SAMPLES, len(good))).round().astype(int))
    return [good[pick] for pick in picks.tolist()]


def _absent(evidence: Evidence, actor_id: int, time_ns: int) -> bool:
    return bool(np.isnan(evidence.links(time_ns)[evidence.rows_of(actor_id)[0]]).any())


def _outside(world: Float[ndarray, "n 3"], pose: Float[ndarray, "7"], extent: Float[ndarray, "3"]) -> float:
    local = Rotation.from_quat(pose[3:]).inv().apply(world - pose[:3])
    return float(max(np.max(np.abs(local) - extent / 2), 0.0))
