"""Optical flow against the reprojection of depth and poses."""

import numpy as np
from jaxtyping import Float, Int64
from numpy import ndarray

from simgen.record.evidence import Evidence, Worst, pinhole, project, transform, unproject
from simgen.record.stored import StoredSensor

LIMIT_PX = 0.1
_PIXELS = 6000
_FEWEST = 50
_STEPS = {"flow_forward": 1, "flow_backward": -1}


def check_flow(evidence: Evidence) -> Worst:
    """The worst median end-point error, in pixels, of an actor or of what stands still, in one image.

    A pixel says which actor it shows, not which of its links: it is right if it moves as one of them does.
    """
    worst = Worst()
    for name in evidence.episode.cameras:
        sensor = evidence.episode.sensors[name]
        if not pinhole(sensor) or not {"depth", "instance"} <= set(sensor.columns):
            continue
        for k in evidence.usable(sensor):
            for channel, step in _STEPS.items():
                if channel in sensor.columns and 0 <= k + step < len(sensor):
                    _check_image(evidence, sensor, k, channel, worst)
    return worst


def _check_image(evidence: Evidence, sensor: StoredSensor, k: int, channel: str, worst: Worst) -> None:
    depth, instance = sensor.columns["depth"][k], sensor.columns["instance"][k].astype(np.int64)
    flow = sensor.columns[channel][k]
    row, column = np.nonzero(np.isfinite(depth) & np.isfinite(flow).all(axis=-1))
    thin = max(len(row) // _PIXELS, 1)
    row, column = row[::thin], column[::thin]
    points = unproject(sensor, depth[row, column], row, column)
    centre = np.stack([column + 0.5, row + 0.5], axis=-1)
    there = centre + flow[row, column]
    shown = instance[row, column]
    for actor_id in np.unique(shown).tolist():
        own = shown == actor_id
        if own.sum() < _FEWEST:
            continue
        then = _reproject(evidence, sensor, (k, k + _STEPS[channel]), points[own], evidence.rows_of(actor_id))
        if not len(then):
            continue  # an actor that is only there at one of both times has no flow to compare with
        error = np.linalg.norm(then - there[own], axis=-1)
        best = np.nanmin(np.where(np.isnan(error), np.inf, error), axis=0)
        what = "the world" if actor_id == 0 else f"actor {actor_id}"
        worst.see(float(np.median(best)), f"{sensor.name} {channel} {k}, {what}")


def _reproject(
    evidence: Evidence,
    sensor: StoredSensor,
    images: tuple[int, int],
    points: Float[ndarray, "n 3"],
    links: Int64[ndarray, " l"],
) -> Float[ndarray, "m n 2"]:
    """Where points of one image are in another, for each link that they may belong to (the world has none)."""
    now, then = images
    moved = transform(sensor.poses[now], points)[None]
    if len(links):
        before = evidence.links(int(sensor.times_ns[now]))[links]
        after = evidence.links(int(sensor.times_ns[then]))[links]
        present = np.isfinite(before[:, 0, 0]) & np.isfinite(after[:, 0, 0])
        moved = transform(after[present] @ np.linalg.inv(before[present]), moved[0])
    camera_from_world = np.linalg.inv(sensor.poses[then])
    return project(sensor, moved @ camera_from_world[:3, :3].T + camera_from_world[:3, 3])
