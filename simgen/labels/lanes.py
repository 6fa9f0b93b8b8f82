"""Lines between lanes in a camera's image."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32, Int64, UInt8, UInt32
from numpy import ndarray

from simgen.labels.sight import Sight
from simgen.world.boundaries import KINDS, lane_boundaries
from simgen.world.world import World

REACH_M = 100.0
"""Lines are labelled up to this distance from the camera."""
_STRETCH = 16
_HALVINGS = 8
_CLOSE_M, _PARTS = 10.0, 5
_ONE_MORE_M = 1.5
"""So that the point after the last one within reach is there, too."""
_ROOM_M, _ROOM_SHARE = 0.05, 0.01
"""A point counts as seen if it is at most this much, and this share of its depth, behind what is seen around it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LaneLines:
    """A row a polyline: one stretch of a boundary that lies in the image, from one end inside it to the other.

    Attributes:
        id: of the boundary, as in /map/boundaries; one that leaves the image and comes back has several rows.
        kind: code of its paint, index in `KINDS`.
        offsets: points offsets[i] to offsets[i + 1] belong to row i.
        pixels: continuous image coordinates.
        ego: the same points in the ego's frame at the image's time, metres.
        visible: whether nothing stands before the point.
    """

    id: UInt32[ndarray, " n"]
    kind: UInt8[ndarray, " n"]
    offsets: Int64[ndarray, " n1"]
    pixels: Float32[ndarray, "p 2"]
    ego: Float32[ndarray, "p 3"]
    visible: Bool[ndarray, " p"]


class LaneLabeller:
    """Knows the boundaries of a world in stretches, so that an image costs what is near it."""

    def __init__(self, world: World) -> None:
        boundaries = lane_boundaries(world)
        lines = [boundary.line for boundary in boundaries]
        self._points = np.concatenate([*lines, np.zeros((0, 3))])
        self._owner = np.repeat(np.arange(len(lines)), [len(line) for line in lines]).astype(np.int64)
        self._kind = np.array([KINDS.index(boundary.kind) for boundary in boundaries], dtype=np.uint8)
        count = -(-len(self._points) // _STRETCH)
        padded = np.full((count * _STRETCH, 3), np.nan)
        padded[: len(self._points)] = self._points
        stretches = padded.reshape(count, _STRETCH, 3)
        self._middle = np.nanmean(stretches, axis=1) if count else np.zeros((0, 3))
        away = np.linalg.norm(stretches - self._middle[:, None], axis=-1)
        self._radius = np.nanmax(away, axis=1) if count else np.zeros(0)

    def label(self, sight: Sight) -> LaneLines:
        """The lines in one image, which must have the channel `depth`."""
        eye = sight.image.world_from_sensor[:3, 3]
        away = self._middle - eye
        near = np.linalg.norm(away, axis=1) < REACH_M + self._radius + _ONE_MORE_M
        if sight.model.depth_kind == "z":  # such a camera sees nothing behind itself
            near &= away @ sight.image.world_from_sensor[:3, 2] > -self._radius - _ONE_MORE_M
        chosen = np.flatnonzero(np.repeat(near, _STRETCH)[: len(self._points)])
        # Two chosen points are joined if the one follows the other along one boundary.
        joined = (np.diff(chosen) == 1) & (np.diff(self._owner[chosen]) == 0)
        which, share, joined = _finer(np.linalg.norm(self._points[chosen] - eye, axis=1) < _CLOSE_M, joined)
        ahead = np.minimum(which + 1, len(chosen) - 1)
        points = self._points[chosen[which]]
        points = points + share[:, None] * (self._points[chosen[ahead]] - points)
        owner = self._owner[chosen[which]]
        points, owner, first = _runs(sight, points, owner, _inside(sight, points), joined)
        pixels, depth = sight.look(points[None])
        visible = _is_seen(sight, pixels, depth)
        kept = np.isin(owner, owner[visible])
        offsets = np.flatnonzero(first[kept])
        ego_from_world = sight.view.pose(sight.ego_row, sight.image.time_ns).inverse()
        return LaneLines(
            id=(owner[kept][offsets] + 1).astype(np.uint32),
            kind=self._kind[owner[kept][offsets]],
            offsets=np.append(offsets, kept.sum()).astype(np.int64),
            pixels=pixels[kept].astype(np.float32),
            ego=ego_from_world.apply(points[kept]).astype(np.float32),
            visible=visible[kept],
        )


def _finer(
    close: Bool[ndarray, " n"], joined: Bool[ndarray, " m"]
) -> tuple[Int64[ndarray, " k"], Float[ndarray, " k"], Bool[ndarray, " j"]]:
    """More points where a lens would bend the straight line between two: after which point, how far to the next."""
    parts = np.ones(len(close), dtype=np.int64)
    parts[:-1][joined & (close[:-1] | close[1:])] = _PARTS
    which = np.repeat(np.arange(len(close)), parts)
    begins = np.repeat(np.cumsum(parts) - parts, parts)
    share = (np.arange(len(which)) - begins) / parts[which]
    same = np.diff(which) == 0
    return which, share, same | joined[which[:-1]] if len(joined) else same


def _inside(sight: Sight, points: Float[ndarray, "n 3"]) -> Bool[ndarray, " n"]:
    eye = sight.image.world_from_sensor[:3, 3]
    pixels, _ = sight.look(points[None])
    return np.asarray(sight.inside(pixels) & (np.linalg.norm(points - eye, axis=1) <= REACH_M))


def _runs(
    sight: Sight,
    points: Float[ndarray, "n 3"],
    owner: Int64[ndarray, " n"],
    inside: Bool[ndarray, " n"],
    joined: Bool[ndarray, " m"],
) -> tuple[Float[ndarray, "p 3"], Int64[ndarray, " p"], Bool[ndarray, " p"]]:
    """Runs of points inside the image, with a point on its border where a line crosses that; and where runs begin."""
    enters = np.flatnonzero(joined & ~inside[:-1] & inside[1:])
    leaves = np.flatnonzero(joined & inside[:-1] & ~inside[1:])
    within, without = np.concatenate([enters + 1, leaves]), np.concatenate([enters, leaves + 1])
    ends = _borders(sight, points[within], points[without])
    kept = np.flatnonzero(inside)
    # A crossing before point k is sorted in at k - 0.5, one after it at k + 0.5.
    place = np.concatenate([kept, (within + without) / 2.0])
    order = np.argsort(place, kind="stable")
    begins = inside.copy()
    begins[1:] &= ~(joined & inside[:-1])
    begins[enters + 1] = False
    first = np.concatenate([begins[kept], np.arange(len(within)) < len(enters)])
    all_points = np.concatenate([points[kept], ends])
    all_owners = np.concatenate([owner[kept], owner[within]])
    return all_points[order], all_owners[order], first[order]


def _borders(sight: Sight, within: Float[ndarray, "n 3"], without: Float[ndarray, "n 3"]) -> Float[ndarray, "n 3"]:
    """The last points inside the image on the way from each point within it to one without."""
    low, high = np.zeros(len(within)), np.ones(len(within))
    for _ in range(_HALVINGS if len(within) else 0):
        middle = (low + high) / 2.0
        good = _inside(sight, within + middle[:, None] * (without - within))
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return np.asarray(within + low[:, None] * (without - within))


def _is_seen(sight: Sight, pixels: Float[ndarray, "p 2"], depth: Float[ndarray, " p"]) -> Bool[ndarray, " p"]:
    """Whether what is seen at one of the four nearest pixels is not nearer than the point itself.

    Of four, as at a flat angle the road's depth changes by metres from one pixel to the next.
    """
    picture = sight.image.channels["depth"]
    farthest = np.zeros(len(pixels))
    for shift in ((-0.5, -0.5), (-0.5, 0.5), (0.5, -0.5), (0.5, 0.5)):
        farthest = np.maximum(farthest, picture[sight.at(pixels + np.array(shift))])
    with np.errstate(invalid="ignore"):
        return np.asarray(depth * (1.0 - _ROOM_SHARE) - _ROOM_M <= farthest)
