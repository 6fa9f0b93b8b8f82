"""What a lens does to the light of an image: falls off to the corners, scatters, mirrors, splits colours."""

import cv2
import numpy as np
from jaxtyping import Float, Float32
from numpy import ndarray

_GLARE_SHARES = (0.45, 0.30, 0.25)
_GLARE_SIGMAS = (0.004, 0.018, 0.08)
_GHOSTS = ((-0.55, 0.45, (1.0, 0.85, 0.6)), (-1.05, 0.30, (0.6, 1.0, 0.8)), (0.42, 0.25, (0.7, 0.75, 1.0)))
"""Magnification about the centre, share of the ghosts' light, tint of the coatings."""


def cos4(rays: Float[ndarray, "h w 3"]) -> Float32[ndarray, "h w"]:
    """Natural vignetting: illuminance over that on the axis, by the angle of each pixel's ray to the axis.

    Source: M. Born, E. Wolf, Principles of Optics, 7th ed., section 4.8.3.
    """
    length2 = np.sum(np.asarray(rays, dtype=np.float64) ** 2, axis=-1)
    cosine = np.maximum(rays[..., 2], 0.0) / np.sqrt(length2)
    return np.asarray(cosine**4, dtype=np.float32)


def equidistant(rays: Float[ndarray, "h w 3"]) -> Float32[ndarray, "h w"]:
    """The same of a fisheye, sin(t) / t: what a pixel sees of the sky shrinks, while the entrance pupil turns along.

    Source: M. Laikin, Lens Design, 4th ed., 2006, chapter 9 (fisheyes' pupils tilt and keep their size).
    """
    length = np.linalg.norm(np.asarray(rays, dtype=np.float64), axis=-1)
    angle = np.arccos(np.clip(rays[..., 2] / length, -1.0, 1.0))
    return np.asarray(np.sinc(angle / np.pi), dtype=np.float32)


def polynomial(size: tuple[int, int], terms: tuple[float, ...]) -> Float32[ndarray, "h w"]:
    """Vignetting of a real lens: 1 + a1 r^2 + a2 r^4 + a3 r^6, r = 1 in the corners, never below 0.

    Source: D. Goldman, Vignette and exposure calibration and compensation, IEEE TPAMI 32, 2010, eq. 3.
    """
    height, width = size
    y, x = np.mgrid[:height, :width] + 0.5 - np.array([height, width])[:, None, None] / 2.0
    r2 = (x * x + y * y) / (0.25 * (height**2 + width**2))
    share = 1.0 + sum(term * r2 ** (power + 1) for power, term in enumerate(terms))
    return np.maximum(share, 0.0).astype(np.float32)


def glare(light: Float32[ndarray, "h w 3"], share: float) -> Float32[ndarray, "h w 3"]:
    """Bloom and veiling glare: a share of all light is scattered by the lens and its dust.

    The point spread is (1 - share) of a point and three Gaussians whose sum falls off about as 1 / r^2, from 0.4 % to
    8 % of the picture's width. Only its tails are blurred, at a fraction of the size. Light that leaves the picture
    is lost; none enters from outside.
    Source: E. Talvala et al., Veiling glare in high dynamic range imaging, SIGGRAPH 2007 (glare spread function of a
    sharp peak and a wide tail); G. Spencer et al., Physically-based glare effects, SIGGRAPH 1995.
    """
    width = light.shape[1]
    scattered = np.zeros_like(light)
    for part, sigma in zip(_GLARE_SHARES, _GLARE_SIGMAS, strict=True):
        scattered += np.float32(part) * _blurred(light, sigma * width)
    return np.asarray(light * np.float32(1.0 - share) + scattered * np.float32(share), dtype=np.float32)


def ghosts(light: Float32[ndarray, "h w 3"], share: float, above: float) -> Float32[ndarray, "h w 3"]:
    """Lens flare: faces of the lens mirror what is very bright to the other side of the centre, out of focus.

    Args:
        light: of the image.
        share: of a highlight's light that is in all its ghosts.
        above: light from which on a pixel is a highlight.

    Source: M. Hullin et al., Physically-based real-time lens flare rendering, SIGGRAPH 2011.
    """
    height, width = light.shape[:2]
    bright = np.maximum(light - np.float32(above), 0.0)
    if not bright.any():
        return light
    small = max(width // 160, 1)
    size = (max(width // small, 1), max(height // small, 1))
    source = cv2.resize(bright, size, interpolation=cv2.INTER_AREA)
    total = np.zeros_like(source)
    centre = np.array(size) / 2.0 - 0.5
    for scale, part, tint in _GHOSTS:
        matrix = np.array([[scale, 0.0, centre[0] * (1.0 - scale)], [0.0, scale, centre[1] * (1.0 - scale)]])
        mirrored = cv2.warpAffine(source, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        disc = _disc(max(0.02 * size[0] * (1.0 + abs(scale)), 1.0))
        soft = cv2.GaussianBlur(cv2.filter2D(mirrored, -1, disc), (0, 0), 0.25 * disc.shape[0] / 2.0 + 0.5)
        total += np.float32(part / scale**2) * soft * np.array(tint, np.float32)
    return np.asarray(light + np.float32(share) * cv2.resize(total, (width, height)), dtype=np.float32)


def lateral_colour(light: Float32[ndarray, "h w 3"], share: float) -> Float32[ndarray, "h w 3"]:
    """Lateral chromatic aberration: red is magnified by 1 + share about the centre, blue by 1 - share.

    Source: T. Boult, G. Wolberg, Correcting chromatic aberrations using image warping, CVPR 1992.
    """
    height, width = light.shape[:2]
    result = light.copy()
    for channel, scale in ((0, 1.0 + share), (2, 1.0 - share)):
        matrix = np.array(
            [[scale, 0.0, (width - 1) / 2.0 * (1.0 - scale)], [0.0, scale, (height - 1) / 2.0 * (1.0 - scale)]]
        )
        plane = np.ascontiguousarray(light[..., channel])
        result[..., channel] = cv2.warpAffine(
            plane, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
    return result


def _blurred(light: Float32[ndarray, "h w 3"], sigma: float) -> Float32[ndarray, "h w 3"]:
    # A wide blur loses nothing on a smaller copy: it keeps a sigma of two pixels there.
    height, width = light.shape[:2]
    factor = max(int(sigma / 2.0), 1)
    pad = -height % factor, -width % factor
    padded = cv2.copyMakeBorder(light, 0, pad[0], 0, pad[1], cv2.BORDER_CONSTANT, value=(0, 0, 0))
    size = padded.shape[1] // factor, padded.shape[0] // factor
    small = cv2.resize(padded, size, interpolation=cv2.INTER_AREA) if factor > 1 else padded
    small = cv2.GaussianBlur(small, (0, 0), max(sigma / factor, 0.3), borderType=cv2.BORDER_CONSTANT)
    large = cv2.resize(small, padded.shape[1::-1], interpolation=cv2.INTER_LINEAR) if factor > 1 else small
    return np.asarray(large[:height, :width], dtype=np.float32)


def _disc(radius: float) -> Float32[ndarray, "n n"]:
    n = int(np.ceil(radius))
    y, x = np.mgrid[-n : n + 1, -n : n + 1]
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0.0, 1.0).astype(np.float32)
    return np.asarray(disc / disc.sum(), dtype=np.float32)
