"""Bird's-eye semantics and criticality against cuboids, voxels against lidar points, lidar flow against links."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.spatial.transform import Rotation

from simgen.labels import bev, occupancy
from simgen.record.evidence import SAMPLES, Evidence, Worst, coinciding, transform
from simgen.record.stored import StoredSensor

BEV_LIMIT_M = 0.36
"""Half the diagonal of a cell: one that an actor reaches into may have its middle so far outside."""
FREE_LIMIT = 0.001
FLOW_LIMIT_MPS = 0.1
CRITICALITY_LIMIT_M = 0.1
_TURNING_MPS = 1.0
"""Where the ego turns, its middle is faster than its origin."""
_EDGE_M = 0.01
_LARGE_M = 0.4
_FEWEST = 20
_STEP_NS = round(1e9 / 60)
_BLINK_NS = 2_000_000
"""Short enough that limbs that whirl after an impact move straight."""


def check_bev(evidence: Evidence) -> Worst:
    """How far, in metres, the middle of an actor's cell lies out of its cuboid; every large actor must have one."""
    worst = Worst()
    for keyframe in _keyframes(evidence, "bev"):
        time_ns = int(evidence.episode.times_ns[keyframe])
        world_from_ego = _ego(evidence, time_ns)
        instance, cuboids = evidence.episode.bev(keyframe).instance, evidence.episode.cuboids(keyframe)
        for i, actor_id in enumerate(cuboids.actor_id.tolist()):
            place = f"keyframe {keyframe}, actor {actor_id}"
            turn = np.linalg.inv(world_from_ego) @ _matrix(cuboids.pose[i])
            cells = np.argwhere(instance == actor_id)
            if not len(cells):
                inside = np.abs(turn[:2, 3]).max() < -bev.LOW_M[0] and turn[2, 3] < bev.CEILING_M
                if inside and cuboids.extent_m[i, :2].min() > _LARGE_M:
                    worst.see(np.inf, f"{place}: it has no cell")
                continue
            middle = np.array(bev.LOW_M) + (cells + 0.5) * bev.CELL_M
            flat = np.linalg.inv(turn[:2, :2]) @ (middle - turn[:2, 3]).T
            outside = np.maximum(np.abs(flat.T) - cuboids.extent_m[i, :2] / 2.0, 0.0)
            worst.see(float(np.linalg.norm(outside, axis=1).max()), place)
    return worst


def check_occupancy(evidence: Evidence) -> dict[str, Worst]:
    """The shares of a sweep's points that lie in free voxels, and in voxels said not to be seen by the lidar."""
    found = {"free": Worst(), "unseen": Worst()}
    for keyframe in _keyframes(evidence, "occupancy"):
        time_ns = int(evidence.episode.times_ns[keyframe])
        grid = evidence.episode.occupancy(keyframe)
        for sensor, k in coinciding(evidence, "lidar", time_ns):
            points = _sweep(sensor, k)[0]
            ego = transform(np.linalg.inv(_ego(evidence, time_ns)) @ sensor.poses[k], points)
            cell = (ego - np.array(occupancy.LOW_M)) / occupancy.CELL_M
            edge = np.abs(cell - np.rint(cell)).min(axis=1) < _EDGE_M / occupancy.CELL_M
            kept = ((cell >= 0.0) & (cell < occupancy.SHAPE)).all(axis=1) & ~edge
            if kept.sum() < _FEWEST:
                continue
            at = tuple(np.floor(cell[kept]).astype(np.int64).T)
            place = f"{sensor.name} {k}"
            found["free"].see(float(np.mean(grid.semantic[at] == occupancy.FREE)), place)
            found["unseen"].see(float(np.mean((grid.visible[at] & occupancy.LIDAR) == 0)), place)
    return found


def check_lidar_flow(evidence: Evidence) -> Worst:
    """The worst median difference, in m/s, of an actor's points' flow from where its links are just before and after.

    A point says which actor it belongs to, not which link: it is right if it moves as one of them does, over both
    sides or, as in the moment of an impact, over one of them.
    """
    worst = Worst()
    for name in evidence.episode.lidars:
        sensor = evidence.episode.sensors[name]
        for k in evidence.usable(sensor) if "flow" in sensor.columns else []:
            time_ns = int(sensor.times_ns[k])
            points, instance, flow = _sweep(sensor, k)
            if (instance == 0).any():
                worst.see(float(np.abs(flow[instance == 0]).max()), f"{name} {k}, the world")
            now, before, after = (evidence.links(time_ns + step) for step in (0, -_BLINK_NS, _BLINK_NS))
            for actor_id in np.unique(instance[instance > 0]).tolist():
                rows, own = evidence.rows_of(actor_id), instance == actor_id
                rows = rows[np.isfinite((now + before + after)[rows, 0, 3])]
                if own.sum() < _FEWEST or not len(rows):
                    continue
                sides = np.concatenate([(a - b)[rows] for a, b in ((after, now), (now, before))]) / (1e-9 * _BLINK_NS)
                moved = np.concatenate([sides, (sides[: len(rows)] + sides[len(rows) :]) / 2.0])
                motion = moved @ np.tile(np.linalg.inv(now[rows]), (3, 1, 1))
                world = transform(sensor.poses[k], points[own])
                error = np.linalg.norm(transform(motion, world) - flow[own], axis=-1).min(axis=0)
                worst.see(float(np.median(error)), f"{name} {k}, actor {actor_id}")
    return worst


def check_criticality(evidence: Evidence) -> Worst:
    """By how many metres distances and times to collision contradict the cuboids.

    A gap is no longer than the way between the origins, and no shorter than that less both outlines; and nobody covers
    it in less time than their relative speed allows.
    """
    worst = Worst()
    size = np.array(evidence.episode.actors[evidence.ego_id - 1].extent_m)
    for keyframe in _keyframes(evidence, "criticality"):
        labels, cuboids = evidence.episode.criticality(keyframe), evidence.episode.cuboids(keyframe)
        rows = {int(actor_id): row for row, actor_id in enumerate(cuboids.actor_id)}
        time_ns = int(evidence.episode.times_ns[keyframe])
        now, then = _ego(evidence, time_ns), _ego(evidence, time_ns + _STEP_NS)
        velocity = (then - now)[:2, 3] * (1e9 / _STEP_NS)
        for i, actor_id in enumerate(labels.actor_id.tolist()):
            place = f"keyframe {keyframe}, actor {actor_id}"
            if actor_id not in rows:
                worst.see(np.inf, f"{place}: it has no cuboid")
                continue
            row, gap = rows[actor_id], float(labels.distance_m[i])
            way = float(np.linalg.norm(cuboids.pose[row, :2] - now[:2, 3]))
            outlines = float(np.linalg.norm(cuboids.extent_m[row, :2]) / 2.0 + np.linalg.norm(size[:2]))
            speed = float(np.linalg.norm(cuboids.velocity_mps[row, :2] - velocity)) + _TURNING_MPS
            early = gap - float(labels.ttc_s[i]) * speed
            worst.see(max(way - outlines - gap, gap - way, early, 0.0), place)
    return worst


def _sweep(sensor: StoredSensor, k: int) -> tuple[Float[ndarray, "n 3"], ndarray, Float[ndarray, "n 3"]]:
    """Points that were really hit: where they are at the sweep's end, whose they are, how they move."""
    sweep = sensor.item(k)
    points = sweep["xyz_true"].astype(np.float64)
    real = np.isfinite(points).all(axis=1)
    flow = sweep["flow"].astype(np.float64)[real] if "flow" in sensor.columns else np.zeros((int(real.sum()), 3))
    return points[real], sweep["instance"][real], flow


def _keyframes(evidence: Evidence, label: str) -> list[int]:
    count = len(evidence.episode) if label in evidence.episode.labels else 0
    return np.unique(np.linspace(0, count - 1, min(SAMPLES, count)).round().astype(int)).tolist() if count else []


def _ego(evidence: Evidence, time_ns: int) -> Float[ndarray, "4 4"]:
    return np.asarray(evidence.links(time_ns)[evidence.rows_of(evidence.ego_id)[0]])


def _matrix(pose: Float[ndarray, "7"]) -> Float[ndarray, "4 4"]:
    result = np.eye(4)
    result[:3, :3] = Rotation.from_quat(pose[3:]).as_matrix()
    result[:3, 3] = pose[:3]
    return result
