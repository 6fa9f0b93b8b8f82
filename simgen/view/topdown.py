"""The surroundings from above: lidar points, radar detections, cuboids, lanes, the ego looking up."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.geometry import Pose
from simgen.record.episode import Episode
from simgen.view.canvas import Canvas
from simgen.view.overlay import cuboid_corners
from simgen.view.palette import MUTED, TEXT, Colour, class_colour, colour_map

_AHEAD_M, _BEHIND_M = 52.0, 16.0
_GROUND: Colour = (20, 22, 28)
_RING: Colour = (46, 51, 61)
_LANE: Colour = (58, 66, 82)
_RADAR: Colour = (255, 92, 168)
_LOW_M, _HIGH_M = -0.3, 4.0
_BASE = (0, 2, 6, 4)
"""Corners of a cuboid's floor, in order."""


@dataclass(frozen=True, slots=True)
class _Chart:
    """From the ego's frame to pixels."""

    width: int
    height: int

    @property
    def scale(self) -> float:
        return self.height / (_AHEAD_M + _BEHIND_M)

    def pixels(self, points: Float[ndarray, "n k"]) -> Float[ndarray, "n 2"]:
        x, y = points[:, 0], points[:, 1]
        return np.stack([self.width / 2 - y * self.scale, (_AHEAD_M - x) * self.scale], axis=-1)


def draw_from_above(episode: Episode, keyframe: int, width: int, height: int) -> Canvas:
    """What the lidars measured at a keyframe: points by height, those on actors in the actors' colour."""
    time_ns = int(episode.times_ns[keyframe])
    canvas, chart = Canvas(width, height, _GROUND), _Chart(width, height)
    sensor = next((item for item in episode.sensors.values() if len(item)), None)
    if sensor is None:
        return canvas
    k = sensor.nearest(time_ns).k
    ego_from_sensor = Pose.from_matrix(sensor.attributes["ego_from_sensor"])
    ego_from_world = ego_from_sensor @ Pose.from_matrix(sensor.poses[k]).inverse()
    _draw_rings(canvas, chart)
    _draw_lanes(canvas, chart, episode, ego_from_world)
    count = sum(_draw_points(canvas, chart, episode, name, keyframe) for name in episode.lidars)
    echoes = sum(_draw_detections(canvas, chart, episode, name, time_ns, ego_from_world) for name in episode.radars)
    _draw_cuboids(canvas, chart, episode, keyframe, ego_from_world)
    _draw_ego(canvas, chart, episode)
    told = f"{count} lidar points, colour by height" if count else "no lidar"
    canvas.caption("from above", f"{told}; {echoes} radar detections, ghosts hollow" if echoes else told)
    return canvas


def _draw_rings(canvas: Canvas, chart: _Chart) -> None:
    centre = chart.pixels(np.zeros((1, 2)))[0]
    for radius in range(10, 80, 10):
        middle = (round(centre[0]), round(centre[1]))
        cv2.circle(canvas.pixels, middle, round(radius * chart.scale), _RING, 1, cv2.LINE_AA)
        y = centre[1] - radius * chart.scale
        if y > 30:
            canvas.text(f"{radius} m", centre[0] + 3, y + 2, 11, colour=MUTED)


def _draw_lanes(canvas: Canvas, chart: _Chart, episode: Episode, ego_from_world: Pose) -> None:
    lanes = episode.file["map/lanes"]
    offsets = lanes["offsets"][:]
    for side in ("left", "right"):
        points = ego_from_world.apply(lanes["points"][side][:]) if offsets[-1] else np.zeros((0, 3))
        near = np.abs(points[:, :2]).max(axis=1) < 2 * _AHEAD_M if len(points) else np.zeros(0, bool)
        for start, stop in pairwise(offsets.tolist()):
            if near[start:stop].any():
                canvas.polyline(chart.pixels(points[start:stop]), _LANE)


def _draw_points(canvas: Canvas, chart: _Chart, episode: Episode, lidar: str, keyframe: int) -> int:
    sensor = episode.sensors[lidar]
    if not len(sensor):
        return 0
    sweep = sensor.item(sensor.nearest(int(episode.times_ns[keyframe])).k)
    true, instance = sweep["xyz_true"].astype(np.float64), sweep["instance"]
    points = np.where(np.isfinite(true), true, sweep["xyz"])
    points = Pose.from_matrix(sensor.attributes["ego_from_sensor"]).apply(points)
    colours = colour_map(0.12 + 0.83 * (points[:, 2] - _LOW_M) / (_HIGH_M - _LOW_M))
    colours = (colours * np.clip(0.62 + 0.38 * (points[:, 2:3] - _LOW_M) / 1.5, 0.62, 1.0)).astype(np.uint8)
    for actor_id in np.unique(instance[instance > 0]).tolist():
        colours[instance == actor_id] = class_colour(episode.actors[actor_id - 1].category)
    order = np.argsort(points[:, 2], kind="stable")
    place = np.floor(chart.pixels(points[order])).astype(np.int64)
    inside = (place >= 0).all(axis=1) & (place[:, 0] < chart.width - 1) & (place[:, 1] < chart.height - 1)
    place, shade = place[inside], colours[order][inside]
    canvas.pixels[place[:, 1], place[:, 0]] = shade
    return len(points)


def _draw_detections(
    canvas: Canvas, chart: _Chart, episode: Episode, radar: str, time_ns: int, ego_from_world: Pose
) -> int:
    """Dots where a radar's last cycle found something; hollow for what is not there."""
    sensor = episode.sensors[radar]
    if not len(sensor):
        return 0
    k = sensor.nearest(time_ns).k
    scan = sensor.item(k)
    azimuth, elevation = scan["azimuth_rad"].astype(np.float64), scan["elevation_rad"].astype(np.float64)
    flat = np.cos(elevation)
    ahead = np.stack([flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation)], axis=-1)
    ego_from_sensor = ego_from_world @ Pose.from_matrix(sensor.poses[k])
    place = np.round(chart.pixels(ego_from_sensor.apply(ahead * scan["range_m"][:, None])))
    inside = (place >= 0).all(axis=1) & (place[:, 0] < chart.width) & (place[:, 1] < chart.height)
    for i in np.flatnonzero(inside).tolist():
        middle = (int(place[i, 0]), int(place[i, 1]))
        cv2.circle(canvas.pixels, middle, 4, _RADAR, 1 if scan["is_ghost"][i] else -1, cv2.LINE_AA)
    return len(azimuth)


def _draw_cuboids(canvas: Canvas, chart: _Chart, episode: Episode, keyframe: int, ego_from_world: Pose) -> None:
    cuboids = episode.cuboids(keyframe)
    for i, actor_id in enumerate(cuboids.actor_id.tolist()):
        colour = class_colour(episode.actors[actor_id - 1].category)
        corners = ego_from_world.apply(cuboid_corners(cuboids.pose[i], cuboids.extent_m[i]))
        floor = chart.pixels(corners[list(_BASE)])
        if not ((floor > -50) & (floor < [chart.width + 50, chart.height + 50])).all():
            continue
        canvas.polyline(floor, colour, 2, closed=True)
        centre = Pose.from_array(cuboids.pose[i])
        reach = np.array([[0.0, 0, 0], [cuboids.extent_m[i, 0] / 2, 0, 0]])
        ahead = chart.pixels(ego_from_world.apply(centre.apply(reach)))
        canvas.line((ahead[0, 0], ahead[0, 1]), (ahead[1, 0], ahead[1, 1]), colour, 2)
        _draw_velocity(canvas, chart, ego_from_world, centre.translation, cuboids.velocity_mps[i])


def _draw_velocity(
    canvas: Canvas, chart: _Chart, ego_from_world: Pose, centre: Float[ndarray, "3"], velocity: Float[ndarray, "3"]
) -> None:
    """Where it will be in a second."""
    if np.linalg.norm(velocity) > 0.3:
        ends = chart.pixels(ego_from_world.apply(np.stack([centre, centre + velocity])))
        one, two = (tuple(round(x) for x in end) for end in ends)
        cv2.arrowedLine(canvas.pixels, one, two, TEXT, 1, cv2.LINE_AA, 0, 0.15)


def ego_outline(episode: Episode) -> Float[ndarray, "4 2"]:
    """Corners of the ego from above, in its frame; its origin is its rear axle: about a fifth of a car is behind it."""
    length, width, _ = next(actor for actor in episode.actors if actor.is_ego).extent_m
    return np.array([[-0.22, -0.5], [0.78, -0.5], [0.78, 0.5], [-0.22, 0.5]]) * [length, width]


def _draw_ego(canvas: Canvas, chart: _Chart, episode: Episode) -> None:
    length, width, _ = next(actor for actor in episode.actors if actor.is_ego).extent_m
    outline = ego_outline(episode)
    cv2.fillPoly(canvas.pixels, [np.round(chart.pixels(outline)).astype(np.int32)], (222, 226, 233), cv2.LINE_AA)
    canvas.polyline(
        chart.pixels(np.array([[0.45 * length, -0.4 * width], [0.62 * length, 0.0], [0.45 * length, 0.4 * width]])),
        _GROUND,
        2,
    )
