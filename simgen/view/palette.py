"""Colours: of classes, of actors, and of every camera channel."""

from collections.abc import Callable

import cv2
import numpy as np
from jaxtyping import Bool, Float, Shaped, UInt8
from numpy import ndarray

from simgen.world.taxonomy import BY_CODE, BY_NAME

Colour = tuple[int, int, int]

BACKGROUND: Colour = (17, 19, 24)
PANEL: Colour = (26, 29, 36)
TEXT: Colour = (236, 239, 244)
MUTED: Colour = (150, 158, 172)
ACCENT: Colour = (255, 176, 59)

NEAR_M, FAR_M = 2.0, 120.0
"""What the colours of depth span, logarithmically."""

_GOLDEN = 0.618033988749895
_VIVID: dict[str, Colour] = {
    "car": (79, 172, 255),
    "van": (92, 200, 255),
    "truck": (70, 130, 255),
    "bus": (120, 150, 255),
    "pedestrian": (255, 92, 108),
    "child": (255, 64, 160),
    "bicycle": (255, 140, 90),
    "cyclist": (255, 110, 70),
    "motorcycle": (190, 120, 255),
    "animal": (214, 160, 90),
    "debris": (255, 176, 59),
}
"""Taxonomies' own colours of actors are too dark for lines and text."""


def class_colour(name: str) -> Colour:
    """The colour of lines and text about actors of one class."""
    return _VIVID.get(name, _brightened(BY_NAME[name].colour))


def colour_channel(
    name: str, image: Shaped[ndarray, "h w ..."], rgb: UInt8[ndarray, "h w 3"] | None = None
) -> UInt8[ndarray, "h w 3"]:
    """A camera channel as a picture.

    Args:
        name: of the channel.
        image: its values.
        rgb: of the same frame; it shows through where there is no instance.
    """
    if name == "instance":
        return _instances(image, rgb)
    return _PICTURES.get(name, _mask)(image)


def colour_depth(depth: Float[ndarray, "*s"]) -> UInt8[ndarray, "*s 3"]:
    """Near is warm, far is cold, the sky is dark."""
    share = np.log(np.clip(depth, NEAR_M, FAR_M) / NEAR_M) / np.log(FAR_M / NEAR_M)
    picture = colour_map(1.0 - share)
    picture[~np.isfinite(depth)] = BACKGROUND
    return picture


def colour_map(share: Float[ndarray, "*s"], table: int = cv2.COLORMAP_TURBO) -> UInt8[ndarray, "*s 3"]:
    """Numbers 0..1 through one of OpenCV's colour maps."""
    levels = np.clip(np.nan_to_num(share) * 255, 0, 255).astype(np.uint8)
    return np.asarray(cv2.applyColorMap(levels.reshape(-1, 1), table))[:, 0, ::-1].reshape(*levels.shape, 3).copy()


def actor_colours(ids: Shaped[ndarray, "*s"]) -> UInt8[ndarray, "*s 3"]:
    """A colour for each id, far from that of its neighbours."""
    hue = (np.asarray(ids, np.float64) * _GOLDEN) % 1.0
    return _hsv(hue, np.full(hue.shape, 0.62), np.full(hue.shape, 1.0))


def _instances(image: Shaped[ndarray, "h w"], rgb: UInt8[ndarray, "h w 3"] | None) -> UInt8[ndarray, "h w 3"]:
    below = np.full((*image.shape, 3), BACKGROUND, np.uint8)
    if rgb is not None:
        grey = rgb.mean(axis=-1, keepdims=True) * 0.42
        below = np.broadcast_to(grey, rgb.shape).astype(np.uint8)
    return np.where((image > 0)[..., None], actor_colours(image), below)


def _mask(image: Bool[ndarray, "h w"]) -> UInt8[ndarray, "h w 3"]:
    return np.repeat((np.asarray(image, np.uint8) * 255)[..., None], 3, axis=-1)


def _normals(image: Shaped[ndarray, "h w 3"]) -> UInt8[ndarray, "h w 3"]:
    normal = image.astype(np.float32) * np.array([1.0, -1.0, -1.0], np.float32)
    picture = np.clip((normal * 0.5 + 0.5) * 255, 0, 255).astype(np.uint8)
    picture[np.abs(normal).sum(axis=-1) == 0] = BACKGROUND
    return picture


def _flow(image: Shaped[ndarray, "h w 2"]) -> UInt8[ndarray, "h w 3"]:
    """Direction as hue, length as saturation up to the 95th percentile (Baker et al. 2011's wheel)."""
    finite = np.isfinite(image).all(axis=-1)
    flow = np.where(finite[..., None], image, 0.0).astype(np.float64)
    length = np.linalg.norm(flow, axis=-1)
    most = max(float(np.percentile(length[finite], 95)) if finite.any() else 1.0, 1e-6)
    hue = np.arctan2(flow[..., 1], flow[..., 0]) / (2 * np.pi) % 1.0
    picture = _hsv(hue, np.clip(length / most, 0.0, 1.0), np.full(length.shape, 0.95))
    picture[~finite] = BACKGROUND
    return picture


def _hsv(
    hue: Float[ndarray, "*s"], saturation: Float[ndarray, "*s"], value: Float[ndarray, "*s"]
) -> UInt8[ndarray, "*s 3"]:
    stacked = np.stack([hue * 360, saturation, value], axis=-1).astype(np.float32).reshape(-1, 1, 3)
    return (cv2.cvtColor(stacked, cv2.COLOR_HSV2RGB) * 255).astype(np.uint8).reshape(*hue.shape, 3)


def _brightened(colour: Colour) -> Colour:
    most = max(*colour, 1)
    red, green, blue = (int(60 + 195 * part / most) for part in colour)
    return red, green, blue


def _semantic_table() -> UInt8[ndarray, "256 3"]:
    table = np.zeros((256, 3), np.uint8)
    for code, entry in BY_CODE.items():
        table[code] = entry.colour
    table[0] = (38, 48, 62)
    return table


_SEMANTIC = _semantic_table()
_PICTURES: dict[str, Callable[[ndarray], ndarray]] = {
    "rgb": np.asarray,
    "depth": colour_depth,
    "semantic": lambda image: _SEMANTIC[image],
    "normal": _normals,
    "flow_forward": _flow,
    "flow_backward": _flow,
}
