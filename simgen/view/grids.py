"""Bird's-eye semantics and occupancy as pictures, the ego in the middle looking up."""

import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from simgen.labels import occupancy
from simgen.record.episode import Episode
from simgen.view.canvas import Canvas
from simgen.view.palette import TEXT, colour_channel
from simgen.view.topdown import ego_outline

_EMPTY = 18
_UNSEEN = 0.45


def draw_grids(episode: Episode, keyframe: int, width: int) -> list[UInt8[ndarray, "_ _ 3"]]:
    """Those grids that the episode has, square pictures of this width."""
    pictures = []
    if "bev" in episode.labels:
        grid = episode.bev(keyframe)
        reach = -float(episode.file["labels/bev"].attrs["low_m"][0])
        for name, codes in (("bird's-eye", grid.semantic), ("ground", grid.ground)):
            told = f"{codes.shape[0]} x {codes.shape[1]} cells"
            pictures.append(_picture(episode, colour_channel("semantic", codes), width, reach, (name, told)))
    if "occupancy" in episode.labels:
        voxels = episode.occupancy(keyframe)
        told = "highest voxel; dim: no sensor sees it"
        shaded = _from_above(voxels)
        pictures.append(_picture(episode, shaded, width, -occupancy.LOW_M[0], ("occupancy", told)))
    return pictures


def _from_above(voxels: occupancy.Occupancy) -> UInt8[ndarray, "x y 3"]:
    """The class of the highest voxel in each column, brighter the higher it is, dim where nothing of it is seen."""
    filled = voxels.semantic != occupancy.FREE
    top = filled.shape[2] - 1 - np.argmax(filled[..., ::-1], axis=2)
    at = (*np.indices(top.shape), top)
    height: Float[ndarray, "x y"] = 0.6 + 0.4 * np.clip((top - 2) / 6.0, 0.0, 1.0)
    seen = np.where((voxels.visible != 0)[at], 1.0, _UNSEEN)
    colour = colour_channel("semantic", voxels.semantic[at]) * (height * seen)[..., None]
    return np.where(filled.any(axis=2)[..., None], colour, _EMPTY).astype(np.uint8)


def _picture(
    episode: Episode, cells: UInt8[ndarray, "x y 3"], width: int, reach_m: float, caption: tuple[str, str]
) -> UInt8[ndarray, "_ _ 3"]:
    # Cells count ahead and to the left, rows of a picture down and to the right.
    upright = np.ascontiguousarray(cells[::-1, ::-1])
    index = np.minimum((np.arange(width) + 0.5) * len(upright) / width, len(upright) - 1).astype(np.int64)
    canvas = Canvas(width, width)
    canvas.pixels[:] = upright[index][:, index]
    scale = width / (2.0 * reach_m)
    outline = ego_outline(episode)
    canvas.polyline(width / 2.0 - outline[:, ::-1] * scale, TEXT, 1, closed=True)
    canvas.caption(*caption, 14)
    return canvas.pixels
