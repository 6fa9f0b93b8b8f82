"""Depth of field of a thin lens."""

import cv2
import numpy as np
from jaxtyping import Float, Float32
from numpy import ndarray

_SMALLEST_PX = 0.7
_STEP = 1.35
"""Circles of neighbouring layers differ by this factor: less than one sees."""


def circle_px(
    depth_m: Float[ndarray, "*n"], focus_m: float, focal_m: float, f_number: float, pixel_m: float
) -> Float[ndarray, "*n"]:
    """Diameter of the circle of confusion, pixels; infinite depth is allowed.

    c = A |z - z_f| / z f / (z_f - f), with the aperture A = f / N.
    Source: M. Potmesil, I. Chakravarty, A lens and aperture camera model for synthetic image generation, SIGGRAPH 1981.
    """
    aperture = focal_m / f_number
    with np.errstate(invalid="ignore"):
        off = np.abs(1.0 - focus_m / np.asarray(depth_m, dtype=np.float64))
    circle: Float[ndarray, "*n"] = aperture * off * focal_m / (focus_m - focal_m) / pixel_m
    return circle


def defocus(
    light: Float32[ndarray, "h w 3"], depth_m: Float32[ndarray, "h w"], circle: Float[ndarray, "h w"], focus_m: float
) -> Float32[ndarray, "h w 3"]:
    """The picture with everything spread over its circle of confusion, layer by layer from the back.

    What stands behind a blurred edge is not known, so layers are filled up from their surroundings.
    Source: M. Kraus, M. Strengert, Depth-of-field rendering by pyramidal image processing, Eurographics 2007.
    """
    sign = np.where(depth_m < focus_m, -1.0, 1.0)
    level = np.rint(np.log(np.maximum(circle, _SMALLEST_PX) / _SMALLEST_PX) / np.log(_STEP)) * sign
    result = np.zeros_like(light)
    for value in sorted(np.unique(level), reverse=True):
        mask = (level == value).astype(np.float32)
        kernel = _disc(_SMALLEST_PX * _STEP ** abs(value) / 2.0)
        colour, alpha = light * mask[..., None], mask
        if kernel.shape[0] > 1:
            colour = cv2.filter2D(colour, -1, kernel, borderType=cv2.BORDER_REPLICATE)
            alpha = cv2.filter2D(alpha, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        behind = level > value
        # Where nothing farther is known, this layer's own colour stands for what it hides.
        filled = colour / np.maximum(alpha, 1e-4)[..., None]
        known = result if behind.any() else filled
        result = colour + known * (1.0 - alpha)[..., None]
        hole = (level < value) & (alpha > 1e-3)
        result[hole] = filled[hole]
    return np.asarray(result, dtype=np.float32)


def _disc(radius: float) -> Float32[ndarray, "n n"]:
    n = int(np.floor(radius + 0.5))
    y, x = np.mgrid[-n : n + 1, -n : n + 1]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0.0, 1.0).astype(np.float32)
    return np.asarray(disc / disc.sum(), dtype=np.float32)
