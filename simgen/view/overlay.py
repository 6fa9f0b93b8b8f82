"""Labels drawn on a camera's picture: 2D boxes, cuboids, lanes, skeletons."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from simgen.geometry import Pose
from simgen.labels.boxes import Boxes2D
from simgen.readings import Image
from simgen.record.episode import Episode
from simgen.record.stored import StoredSensor
from simgen.view.canvas import Canvas
from simgen.view.palette import Colour, class_colour, colour_channel
from simgen.view.skeletons import draw_lines, draw_skeletons

_CORNERS = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
_EDGES = ((0, 1), (0, 2), (1, 3), (2, 3), (4, 5), (4, 6), (5, 7), (6, 7), (0, 4), (1, 5), (2, 6), (3, 7))
_NEAR_M = 0.1
_TALL_PX = 26.0
_WHOLE = 0.97
_LARGE = 900
_HIDDEN_M = 60.0
"""Actors that cannot be seen at all are drawn only this near, or every parked car of a town would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One image of one camera.

    Attributes:
        keyframe: whose cuboids belong to it, None for none.
        marked: ids of actors that are named however small or hidden they are.
    """

    episode: Episode
    camera: str
    image: Image
    keyframe: int | None = None
    marked: tuple[int, ...] = ()

    @classmethod
    def at(cls, episode: Episode, camera: str, keyframe: int, marked: tuple[int, ...] = ()) -> "Shot":
        """What a camera saw at a keyframe; cuboids belong to it only if it was taken at that very time."""
        image = episode[keyframe][camera]
        if not isinstance(image, Image):
            raise TypeError(f"{camera}: expected images, got {type(image).__name__}")
        same = image.time_ns == episode.times_ns[keyframe]
        own = keyframe if same else None
        return cls(episode=episode, camera=camera, image=image, keyframe=own, marked=marked)

    @property
    def sensor(self) -> StoredSensor:
        """All about the camera."""
        return self.episode.sensors[self.camera]

    def picture(self) -> UInt8[ndarray, "h w 3"]:
        """What to draw labels on: its colours, or else the channel that comes nearest."""
        channels = self.image.channels
        name = next(channel for channel in ("rgb", "semantic", "depth", *channels) if channel in channels)
        return colour_channel(name, channels[name])


def draw_labels(shot: Shot, width: int, *, cuboids: bool = True) -> Canvas:
    """A camera's picture with its labels: visible boxes solid, amodal ones dashed, cuboids as thin frames, and lines.

    Args:
        shot: what to draw.
        width: of the result, in pixels.
        cuboids: whether to draw them.
    """
    picture = shot.picture()
    scale = width / picture.shape[1]
    canvas = Canvas.on(picture, width, round(picture.shape[0] * scale))
    boxes = shot.episode.boxes(shot.camera, shot.image.k)
    if "lanes" in shot.episode.labels:
        draw_lines(canvas, shot.episode.lanes(shot.camera, shot.image.k), scale)
    if cuboids and shot.keyframe is not None and str(shot.sensor.attributes["model"]) == "pinhole":
        _draw_cuboids(canvas, shot, boxes, scale)
    order = np.lexsort([boxes.distance_m, ~np.isin(boxes.actor_id, shot.marked)]).tolist()
    for i in reversed(order):
        _draw_box(canvas, shot, boxes, i, scale)
    if "keypoints" in shot.episode.labels:
        draw_skeletons(canvas, shot.episode.keypoints(shot.camera, shot.image.k), scale)
    for i in order:
        _draw_tag(canvas, shot, boxes, i, scale)
    return canvas


def cuboid_corners(pose: Float[ndarray, "7"], extent_m: Float[ndarray, "3"]) -> Float[ndarray, "8 3"]:
    """The corners of a cuboid, in the world."""
    return Pose.from_array(pose).apply(_CORNERS * extent_m)


def _draw_box(canvas: Canvas, shot: Shot, boxes: Boxes2D, i: int, scale: float) -> None:
    colour = _colour(shot, int(boxes.actor_id[i]))
    seen = bool(np.isfinite(boxes.visible[i]).all())
    if not seen and boxes.distance_m[i] > _HIDDEN_M and boxes.actor_id[i] not in shot.marked:
        return
    if not seen or boxes.visibility[i] < _WHOLE:
        canvas.rectangle(np.clip(boxes.amodal[i] * scale, -1e4, 1e4).tolist(), colour, dashed=True)
    if seen:
        canvas.rectangle((boxes.visible[i] * scale).tolist(), colour, 2 if canvas.pixels.shape[1] > _LARGE else 1)


def _draw_tag(canvas: Canvas, shot: Shot, boxes: Boxes2D, i: int, scale: float) -> None:
    actor_id, visibility = int(boxes.actor_id[i]), float(boxes.visibility[i])
    seen = bool(np.isfinite(boxes.visible[i]).all())
    anchor = (boxes.visible[i] if seen else boxes.amodal[i]) * scale
    told = anchor[3] - anchor[1] >= _TALL_PX and (seen or boxes.distance_m[i] <= _HIDDEN_M)
    if not told and actor_id not in shot.marked:
        return
    share = "" if visibility >= _WHOLE else f"  {visibility:.0%} visible" if visibility > 0 else "  hidden"
    text = f"{shot.episode.actors[actor_id - 1].category} {boxes.distance_m[i]:.0f} m{share}"
    size = 15 if canvas.pixels.shape[1] > _LARGE else 11
    canvas.tag(text, float(anchor[0]), float(anchor[1]), _colour(shot, actor_id), size)


def _draw_cuboids(canvas: Canvas, shot: Shot, boxes: Boxes2D, scale: float) -> None:
    cuboids = shot.episode.cuboids(shot.keyframe or 0)
    camera_from_world = Pose.from_matrix(shot.image.world_from_sensor).inverse()
    shown = set(boxes.actor_id[~np.isnan(boxes.visible[:, 0])].tolist())
    for i, actor_id in enumerate(cuboids.actor_id.tolist()):
        if actor_id not in shown:
            continue
        seen = camera_from_world.apply(cuboid_corners(cuboids.pose[i], cuboids.extent_m[i]))
        for a, b in _EDGES:
            _draw_edge(canvas, (seen[a], seen[b]), shot.sensor.attributes["K"] * scale, _pale(_colour(shot, actor_id)))


def _draw_edge(canvas: Canvas, ends: tuple[ndarray, ndarray], intrinsic: Float[ndarray, "3 3"], colour: Colour) -> None:
    a, b = ends
    if max(a[2], b[2]) <= _NEAR_M:
        return
    if a[2] < _NEAR_M:
        a = a + (b - a) * (_NEAR_M - a[2]) / (b[2] - a[2])
    if b[2] < _NEAR_M:
        b = b + (a - b) * (_NEAR_M - b[2]) / (a[2] - b[2])
    one, two = intrinsic[:2] @ (a / a[2]), intrinsic[:2] @ (b / b[2])
    canvas.line((one[0], one[1]), (two[0], two[1]), colour)


def _colour(shot: Shot, actor_id: int) -> Colour:
    return class_colour(shot.episode.actors[actor_id - 1].category)


def _pale(colour: Colour) -> Colour:
    red, green, blue = (int(part * 0.75 + 40) for part in colour)
    return red, green, blue
