"""Joints and lane lines against pictures and the map."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.labels.keypoints import UNLABELLED, VISIBLE
from simgen.labels.lanes import LaneLines
from simgen.record.evidence import Evidence, Worst, transform
from simgen.record.eye import Eye
from simgen.record.stored import StoredSensor

JOINT_BOX_LIMIT_PX = 1.0
JOINT_MASK_LIMIT_PX = 1.5
LINE_PIXEL_LIMIT_PX = 0.1
LINE_MAP_LIMIT_M = 0.01
LINE_DEPTH_LIMIT = 0.02
_WINDOW = 3
_FEWEST = 20


def check_keypoints(evidence: Evidence) -> dict[str, Worst]:
    """How far joints lie out of their actor's amodal box, and visible ones from its mask (both px)."""
    found = {"box": Worst(), "mask": Worst()}
    for sensor in _cameras(evidence, "keypoints"):
        for k in evidence.usable(sensor):
            people, boxes = evidence.episode.keypoints(sensor.name, k), evidence.episode.boxes(sensor.name, k)
            rows = {int(actor_id): row for row, actor_id in enumerate(boxes.actor_id)}
            for i, actor_id in enumerate(people.actor_id.tolist()):
                place = f"{sensor.name} {k}, actor {actor_id}"
                points = people.points[i][people.points[i, :, 2] != UNLABELLED].astype(np.float64)
                if actor_id not in rows:
                    found["box"].see(np.inf, f"{place}: it has joints and no box")
                    continue
                box = boxes.amodal[rows[actor_id]]
                outside = np.maximum(box[:2] - points[:, :2], points[:, :2] - box[2:])
                found["box"].see(max(float(outside.max()), 0.0), place)
                if "instance" in sensor.columns:
                    seen = points[points[:, 2] == VISIBLE, :2]
                    found["mask"].see(_from_mask(sensor, k, actor_id, seen), place)
    return found


def check_lanes(evidence: Evidence) -> dict[str, Worst]:
    """Lines in images: against their own points in 3D (px), against the map (m), visible ones against depth (share)."""
    found = {"pixels": Worst(), "map": Worst(), "depth": Worst()}
    lines = evidence.episode.file["map/boundaries"] if "boundaries" in evidence.episode.file["map"] else None
    for sensor in _cameras(evidence, "lanes"):
        eye = Eye(evidence, sensor)
        for k in evidence.usable(sensor):
            labels, place = evidence.episode.lanes(sensor.name, k), f"{sensor.name} {k}"
            if not len(labels.id):
                continue
            ego = evidence.links(int(sensor.times_ns[k]))[evidence.rows_of(evidence.ego_id)[0]]
            world = transform(ego, labels.ego.astype(np.float64))
            pixels, seen = eye.project(k, world)
            found["pixels"].see(float(np.linalg.norm(pixels - labels.pixels, axis=1).max()), place)
            if lines is not None:
                found["map"].see(_from_map(lines["offsets"][:], lines["points/line"][:], labels, world), place)
            if "depth" in sensor.columns and labels.visible.sum() >= _FEWEST:
                depth = np.linalg.norm(seen, axis=1) if eye.has_range else seen[:, 2]
                found["depth"].see(_from_depth(sensor, k, labels, depth), place)
    return found


def _cameras(evidence: Evidence, label: str) -> list[StoredSensor]:
    episode = evidence.episode
    return [episode.sensors[name] for name in episode.cameras] if label in episode.labels else []


def _from_mask(sensor: StoredSensor, k: int, actor_id: int, points: Float[ndarray, "n 2"]) -> float:
    """How far the point that is furthest from the actor's pixels is from them, at most a little beyond the limit."""
    mask = np.pad(sensor.columns["instance"][k] == actor_id, _WINDOW)
    worst = 0.0
    for x, y in points:
        row, column = int(y) + _WINDOW, int(x) + _WINDOW
        part = np.argwhere(mask[row - _WINDOW : row + _WINDOW + 1, column - _WINDOW : column + _WINDOW + 1]) - _WINDOW
        away = np.linalg.norm(part, axis=1)
        worst = max(worst, float(away.min()) if len(away) else _WINDOW + 1.0)
    return worst


def _from_map(offsets: ndarray, line: Float[ndarray, "m 3"], labels: LaneLines, world: Float[ndarray, "p 3"]) -> float:
    """The largest distance of a point from the boundary that it is said to be on."""
    worst = 0.0
    for row, boundary in enumerate(labels.id.tolist()):
        points = world[labels.offsets[row] : labels.offsets[row + 1]]
        whole = line[offsets[boundary - 1] : offsets[boundary]]
        start, way = whole[:-1], np.diff(whole, axis=0)
        share = np.einsum("psk,sk->ps", points[:, None] - start, way) / np.maximum(np.sum(way * way, axis=1), 1e-12)
        nearest = start + np.clip(share, 0.0, 1.0)[..., None] * way
        worst = max(worst, float(np.linalg.norm(points[:, None] - nearest, axis=-1).min(axis=1).max()))
    return worst


def _from_depth(sensor: StoredSensor, k: int, labels: LaneLines, depth: Float[ndarray, " p"]) -> float:
    """The median deviation of visible points from the nearest depth of the four pixels around, as a share."""
    picture = sensor.columns["depth"][k]
    corner = np.floor(labels.pixels - 0.5).astype(np.int64)
    near = [
        picture[np.clip(corner[:, 1] + i, 0, picture.shape[0] - 1), np.clip(corner[:, 0] + j, 0, picture.shape[1] - 1)]
        for i in (0, 1)
        for j in (0, 1)
    ]
    low, high = np.min(near, axis=0), np.max(near, axis=0)
    out = np.maximum(np.maximum(low - depth, depth - high), 0.0) / depth
    return float(np.median(out[labels.visible]))
