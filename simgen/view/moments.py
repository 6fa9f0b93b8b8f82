"""Which moments of an episode to show: around what makes it a corner case."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.record.episode import Episode

BEFORE_NS = 400_000_000
AFTER_NS = 500_000_000
ROOM_M = 7.0
"""Nearer than this an actor hides the scene that it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """What to show.

    Attributes:
        camera: the one that looks ahead, "" without any.
        key: the keyframe that tells most.
        strip: keyframes that tell how it came and went.
        case: the corner case or event that they are about, "" for none.
        actors: ids of those whom it concerns.
    """

    camera: str
    key: int
    strip: tuple[int, ...]
    case: str
    actors: tuple[int, ...] = ()


def choose_moments(episode: Episode, count: int = 4) -> Moments:
    """The keyframe in which the actors of the first corner case show most, and some around it."""
    camera = _ahead(episode)
    event = next((event for event in episode.events() if _start_ns(event) >= 0 and event["actor_ids"]), None)
    others = tuple(actor.id for actor in episode.actors if not actor.is_ego)
    ids = _concerned(episode, event["actor_ids"]) if event else ()
    ids = ids or others
    start = _start_ns(event) if event else 0
    area = _areas(episode, camera, ids) if camera else np.zeros(len(episode))
    area = np.where(episode.times_ns >= start, area, -1.0)
    # The last keyframe has no forward flow to show.
    key = int(np.argmax(area[:-1])) if len(area) > 1 else 0
    first = max(start - BEFORE_NS, 0) if event else 0
    last = min(int(episode.times_ns[key]) + AFTER_NS, int(episode.times_ns[-1])) if event else int(episode.times_ns[-1])
    times = np.linspace(first, max(last, first), count)
    strip = tuple(dict.fromkeys(int(np.argmin(np.abs(episode.times_ns - t))) for t in times))
    concerned = ids if event else ()
    return Moments(camera=camera, key=key, strip=strip, case=str(event["case"]) if event else "", actors=concerned)


def _concerned(episode: Episode, ids: list[int]) -> tuple[int, ...]:
    """Of the actors that a case names, those that act; what only stands in the way counts if nobody does."""
    named = [episode.actors[actor_id - 1] for actor_id in ids]
    acting = [actor.id for actor in named if not actor.is_static and not actor.is_ego]
    return tuple(acting) or tuple(actor.id for actor in named if not actor.is_ego)


def _start_ns(event: dict[str, Any]) -> int:
    return int(event["onset_ns"] if event["onset_ns"] >= 0 else event["trigger_ns"])


def _ahead(episode: Episode) -> str:
    cameras = [name for name in episode.cameras if len(episode.sensors[name])]
    ahead = [round(float(episode.sensors[name].attributes["ego_from_sensor"][0, 2]), 3) for name in cameras]
    return cameras[int(np.argmax(ahead))] if cameras else ""


def _areas(episode: Episode, camera: str, ids: tuple[int, ...]) -> Float[ndarray, " k"]:
    """How much of the picture these actors fill at each keyframe; what is cut off at its border counts less."""
    sensor = episode.sensors[camera]
    result = np.zeros(len(episode))
    for keyframe, time_ns in enumerate(episode.times_ns.tolist()):
        boxes = episode.boxes(camera, sensor.nearest(time_ns).k)
        own = np.isin(boxes.actor_id, ids) & np.isfinite(boxes.visible).all(axis=1) & (boxes.distance_m > ROOM_M)
        size = np.prod(boxes.visible[own, 2:] - boxes.visible[own, :2], axis=1)
        result[keyframe] = float(np.sum(np.sqrt(size) * (1.0 - boxes.truncation[own])))
    return result
