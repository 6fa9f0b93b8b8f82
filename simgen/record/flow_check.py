"""Optical flow against the reprojection of depth and poses."""

import numpy as np
from jaxtyping import Float, Int64
from numpy import ndarray

from simgen.record.evidence import Evidence, Worst
from simgen.record.eye import Eye

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
        if not {"depth", "instance"} <= set(sensor.columns):
            continue
        eye = Eye(evidence, sensor)
        for k in evidence.usable(sensor):
            for channel, step in _STEPS.items():
                if channel in sensor.columns and 0 <= k + step < len(sensor):
                    _check_image(eye, k, channel, worst)
    return worst


def _check_image(eye: Eye, k: int, channel: str, worst: Worst) -> None:
    sensor = eye.sensor
    depth, instance = sensor.columns["depth"][k], sensor.columns["instance"][k].astype(np.int64)
    flow = sensor.columns[channel][k]
    row, column = np.nonzero(np.isfinite(depth) & np.isfinite(flow).all(axis=-1))
    thin = max(len(row) // _PIXELS, 1)
    row, column = row[::thin], column[::thin]
    points = eye.unproject(depth[row, column], row, column)
    centre = np.stack([column + 0.5, row + 0.5], axis=-1)
    there = centre + flow[row, column]
    shown = instance[row, column]
    for actor_id in np.unique(shown).tolist():
        own = shown == actor_id
        if own.sum() < _FEWEST:
            continue
        links = eye.evidence.rows_of(actor_id)
        then = _reproject(eye, (k, k + _STEPS[channel]), row[own] + 0.5, points[own], links)
        if not len(then):
            continue  # an actor that is only there at one of both times has no flow to compare with
        error = np.linalg.norm(then - there[own], axis=-1)
        best = np.nanmin(np.where(np.isnan(error), np.inf, error), axis=0)
        what = "the world" if actor_id == 0 else f"actor {actor_id}"
        worst.see(float(np.median(best)), f"{sensor.name} {channel} {k}, {what}")


def _reproject(
    eye: Eye,
    images: tuple[int, int],
    v: Float[ndarray, " n"],
    points: Float[ndarray, "n 3"],
    links: Int64[ndarray, " l"],
) -> Float[ndarray, "m n 2"]:
    """Where points seen at heights v of one image are in another, by each link that they may belong to (or none)."""
    now, then = eye.passage(images[0]), eye.passage(images[1])
    camera = now.at(now.camera, v)
    world = np.einsum("nij,nj->ni", camera[:, :3, :3], points) + camera[:, :3, 3]
    if not len(links):
        return eye.project(images[1], world)[0][None]
    found = [np.zeros((0, len(points), 2))]
    for link in links.tolist():
        if np.isnan(now.links[:, link]).any() or np.isnan(then.links[:, link]).any():
            continue
        there = now.at(now.links[:, link], v)
        local = np.linalg.solve(there[:, :3, :3], (world - there[:, :3, 3])[..., None])[..., 0]
        found.append(eye.project(images[1], local, link)[0][None])
    return np.concatenate(found)
