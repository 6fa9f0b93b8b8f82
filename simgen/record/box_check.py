"""2D boxes against masks, against each other and against cuboids; sensor poses against the state."""

import numpy as np
from scipy.ndimage import find_objects
from scipy.spatial.transform import Rotation

from simgen.labels.boxes import Boxes2D
from simgen.readings import FAULTS
from simgen.record.evidence import Evidence, Worst, coinciding
from simgen.record.eye import Eye
from simgen.record.stored import StoredSensor

VISIBLE_LIMIT_PX = 0.0
AMODAL_LIMIT_PX = 0.6  # a mask's bounds reach half a pixel beyond the silhouette that covers its outermost centres
CUBOID_LIMIT_PX = 1.0
SHARE_LIMIT = 0.02
POSE_LIMIT_M = 1e-4
_NEAR_M = 0.1
_MISCALIBRATED = 1 << FAULTS.index("miscalibrated")
_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
_LATTICE = np.stack(np.meshgrid(*[np.linspace(-0.5, 0.5, 17)] * 3), axis=-1).reshape(-1, 3)
_SURFACE = _LATTICE[np.abs(_LATTICE).max(axis=1) == 0.5]
"""Points all over a cuboid: a lens may bend its edges outward between the corners."""
_LIMB_MPS = 8.0


def check_boxes(evidence: Evidence) -> dict[str, Worst]:
    """Visible boxes against masks (px), amodal around visible (px), visibility and truncation (shares)."""
    found = {name: Worst() for name in ("visible", "amodal", "visibility", "truncation")}
    for name in evidence.episode.cameras:
        sensor = evidence.episode.sensors[name]
        for k in evidence.usable(sensor):
            boxes = evidence.episode.boxes(name, k)
            if "instance" in sensor.columns:
                _against_mask(evidence, sensor, k, boxes, found)
            _against_each_other(sensor, k, boxes, found)
    return found


def check_cuboid_projection(evidence: Evidence) -> Worst:
    """How far, in pixels, an amodal box reaches out of the projection of its actor's cuboid."""
    worst = Worst()
    eyes: dict[str, Eye] = {}
    for keyframe, time_ns in enumerate(evidence.episode.times_ns.tolist()):
        cuboids = evidence.episode.cuboids(keyframe)
        rows = {int(actor_id): i for i, actor_id in enumerate(cuboids.actor_id)}
        for sensor, k in coinciding(evidence, "camera", time_ns):
            eye = eyes.setdefault(sensor.name, Eye(evidence, sensor))
            boxes = evidence.episode.boxes(sensor.name, k)
            for i, actor_id in enumerate(boxes.actor_id.tolist()):
                place = f"{sensor.name} {k}, actor {actor_id}"
                if actor_id not in rows:
                    worst.see(np.inf, f"{place}: it has no cuboid")
                    continue
                row = rows[actor_id]
                bounds = _cuboid_bounds(eye, k, actor_id, (cuboids.pose[row], cuboids.extent_m[row]))
                if bounds is not None:
                    out = np.concatenate([bounds[:2] - boxes.amodal[i, :2], boxes.amodal[i, 2:] - bounds[2:]])
                    worst.see(max(float(out.max()), 0.0), place)
    return worst


def _cuboid_bounds(eye: Eye, k: int, actor_id: int, cuboid: tuple[np.ndarray, np.ndarray]) -> np.ndarray | None:
    """x1 y1 x2 y2 of a cuboid's projection that moves with its actor; None where a part of it is not seen.

    Limbs and wheels move within the cuboid while a rolling shutter passes: the box may be that much larger.
    """
    pose, extent = cuboid
    shape = _CORNERS if eye.model.model == "pinhole" else _SURFACE
    world = Rotation.from_quat(pose[3:]).apply(shape * extent) + pose[:3]
    root = int(eye.evidence.rows_of(actor_id)[0])
    at = eye.evidence.links(int(eye.sensor.times_ns[k]))[root]
    pixels, seen = eye.project(k, (world - at[:3, 3]) @ at[:3, :3], root)
    nearest = float(np.linalg.norm(seen, axis=1).min() if eye.has_range else seen[:, 2].min())
    width = np.ptp(pixels[:, 0])
    wraps = eye.model.model == "equirectangular" and width > eye.model.width / 2
    if not nearest > _NEAR_M or np.isnan(width) or wraps:
        return None
    slack = _LIMB_MPS * eye.line_time_ns * 1e-9 * eye.model.height / 2 * eye.model.K[0, 0] / nearest
    low, high = pixels.min(axis=0) - slack, pixels.max(axis=0) + slack
    return np.concatenate([low, high])


def check_sensor_poses(evidence: Evidence) -> Worst:
    """How far, in metres, a sensor is from where its mount puts it (a shifted one: where it really is)."""
    worst = Worst()
    ego = int(evidence.rows_of(evidence.ego_id)[0])
    for name, sensor in evidence.episode.sensors.items():
        for k in evidence.usable(sensor):
            shifted = bool(sensor.faults[k] & _MISCALIBRATED) and "ego_from_sensor_true" in sensor.attributes
            mount = sensor.attributes["ego_from_sensor_true" if shifted else "ego_from_sensor"]
            on_ego = str(sensor.attributes.get("fixed_to", "ego")) == "ego"
            expected = evidence.links(int(sensor.times_ns[k]))[ego] @ mount if on_ego else mount
            orbit = evidence.episode.rig.mounts[name].orbit
            if orbit is not None:
                expected = orbit.pose(k).matrix() @ mount
            # A turn of 1e-4 rad counts as much as a shift of 0.1 mm.
            worst.see(float(np.abs(expected - sensor.poses[k]).max()), f"{name} {k}")
    return worst


def _against_mask(evidence: Evidence, sensor: StoredSensor, k: int, boxes: Boxes2D, found: dict[str, Worst]) -> None:
    mask = sensor.columns["instance"][k]
    pixels = np.bincount(mask.ravel(), minlength=len(evidence.episode.actors) + 1)
    extents = find_objects(mask.astype(np.int32), len(evidence.episode.actors))
    listed = boxes.actor_id.tolist()
    for actor_id in np.flatnonzero(pixels).tolist():
        if actor_id not in (0, evidence.ego_id, *listed):
            found["visible"].see(np.inf, f"{sensor.name} {k}, actor {actor_id}: it has pixels and no box")
    inside = _inside_area(sensor, boxes)
    for i, actor_id in enumerate(listed):
        place = f"{sensor.name} {k}, actor {actor_id}"
        count, share = int(pixels[actor_id]), float(boxes.visibility[i])
        if not count:
            found["visible"].see(0.0 if np.isnan(boxes.visible[i]).all() else np.inf, place)
            found["visibility"].see(share, place)
            continue
        rows, columns = extents[actor_id - 1]
        bounds = np.array([columns.start, rows.start, columns.stop, rows.stop])
        found["visible"].see(float(np.abs(bounds - boxes.visible[i]).max()), place)
        alone = count / share if share > 0 else np.inf  # what the actor alone would cover must fit into its amodal box
        found["visibility"].see(max(alone / inside[i] - 1.0, share - 1.0, 0.0), place)


def _against_each_other(sensor: StoredSensor, k: int, boxes: Boxes2D, found: dict[str, Worst]) -> None:
    whole = np.prod(boxes.amodal[:, 2:].astype(np.float64) - boxes.amodal[:, :2], axis=1)
    truncation = 1.0 - _inside_area(sensor, boxes, 0.0) / whole
    for i, actor_id in enumerate(boxes.actor_id.tolist()):
        place = f"{sensor.name} {k}, actor {actor_id}"
        found["truncation"].see(abs(float(truncation[i] - boxes.truncation[i])), place)
        if np.isfinite(boxes.visible[i]).all():
            out = np.concatenate(
                [boxes.amodal[i, :2] - boxes.visible[i, :2], boxes.visible[i, 2:] - boxes.amodal[i, 2:]]
            )
            found["amodal"].see(max(float(out.max()), 0.0), place)


def _inside_area(sensor: StoredSensor, boxes: Boxes2D, grown: float = 0.5) -> np.ndarray:
    """Pixels of the amodal boxes inside the image, each side half a pixel further out for what masks cover."""
    size = [sensor.attributes["width"], sensor.attributes["height"]] * 2
    amodal = boxes.amodal.astype(np.float64) + grown * np.array([-1.0, -1.0, 1.0, 1.0])
    clipped = np.clip(amodal, 0.0, size)
    return np.prod(clipped[:, 2:] - clipped[:, :2], axis=1)
