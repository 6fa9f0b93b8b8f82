"""2D boxes of actors in a camera: amodal, visible, visibility, truncation."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, UInt32
from numpy import ndarray

from simgen.motion import Cast
from simgen.readings import Image


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Boxes2D:
    """A row an actor whose amodal box meets the image; the ego's own body is not listed.

    Attributes:
        amodal, visible: x1 y1 x2 y2, pixels (continuous image coordinates); visible NaN if no pixel shows.
        visibility: visible pixels over the pixels that the actor alone would cover inside the image.
        truncation: 1 - area of the amodal box inside the image over its whole area.
        distance_m: from the ego's origin to the actor's box centre.
    """

    actor_id: UInt32[ndarray, " n"]
    amodal: Float32[ndarray, "n 4"]
    visible: Float32[ndarray, "n 4"]
    visibility: Float32[ndarray, " n"]
    truncation: Float32[ndarray, " n"]
    distance_m: Float32[ndarray, " n"]


def boxes_2d(image: Image, cast: Cast, distance_m: Float[ndarray, " a"], size: tuple[int, int]) -> Boxes2D:
    """The boxes of one camera frame.

    Args:
        image: the frame, with pixel counts and bounds by actor id.
        cast: whose ego is left out.
        distance_m: by actor id (index 0 unused).
        size: width and height of the image.
    """
    width, height = size
    amodal = np.asarray(image.amodal, dtype=np.float64)
    clipped = np.clip(amodal, 0.0, [width, height, width, height])
    area = (amodal[:, 2] - amodal[:, 0]) * (amodal[:, 3] - amodal[:, 1])
    inside = (clipped[:, 2] - clipped[:, 0]) * (clipped[:, 3] - clipped[:, 1])
    meets = np.isfinite(area) & (inside > 0)
    meets[[0, cast.ego.id]] = False
    rows = np.flatnonzero(meets)
    alone = image.alone_pixels[rows]
    visibility = np.where(alone > 0, image.visible_pixels[rows] / np.maximum(alone, 1), 0.0)
    return Boxes2D(
        actor_id=rows.astype(np.uint32),
        amodal=amodal[rows].astype(np.float32),
        visible=np.asarray(image.visible)[rows].astype(np.float32),
        visibility=np.minimum(visibility, 1.0).astype(np.float32),
        truncation=(1.0 - inside[rows] / area[rows]).astype(np.float32),
        distance_m=distance_m[rows].astype(np.float32),
    )
