"""How long and how strongly an image is exposed: fixed, or as the frames before it were bright."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
"""Share of linear sRGB in the luminance. Source: IEC 61966-2-1."""

GREY = 0.18
"""Reflectance that a light meter takes for the mean. Source: ISO 2720:1974."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One image's exposure.

    Attributes:
        time_s: how long light is gathered.
        gain: analogue gain, a factor.
    """

    time_s: float
    gain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureControl:
    """Automatic exposure: longer up to a limit, then gain, so that the metered mean becomes grey.

    Attributes:
        min_time_s, max_time_s: limits of the exposure time; short ones keep moving things sharp.
        max_gain: limit of the gain, a factor.
        bias_ev: stops brighter than grey.
        speed: share of the way to its aim that the loop goes in each frame; the exposure of a frame then is a mean (of
            logarithms) over the frames before it, weighted speed (1 - speed)^j.
        frames: how many frames back it looks.
        centre: weight the middle of the picture more (Gaussian, sigma a quarter of its size).
    """

    min_time_s: float = 2e-5
    max_time_s: float = 0.012
    max_gain: float = 16.0
    bias_ev: float = 0.0
    speed: float = 0.6
    frames: int = 3
    centre: bool = False

    def settled(self, time_gain_s: float) -> Exposure:
        """The exposure whose product of time and gain comes nearest to what is wanted: time first."""
        time_s = float(np.clip(time_gain_s, self.min_time_s, self.max_time_s))
        return Exposure(time_s=time_s, gain=float(np.clip(time_gain_s / time_s, 1.0, self.max_gain)))

    def smoothed(self, wanted: Sequence[float]) -> float:
        """What the loop has come to, of what was wanted in the frames before, the last one first."""
        weight = self.speed * (1.0 - self.speed) ** np.arange(len(wanted))
        weight[-1] = max(1.0 - weight[:-1].sum(), 0.0)  # before the first frame it had settled
        return float(np.exp(np.sum(weight * np.log(wanted))))


def metered(light: Float[ndarray, "h w 3"], *, centre: bool = False, floor: float = 1e-7) -> float:
    """Log-average luminance of a picture: what a meter takes for grey; highlights weigh little.

    Source: E. Reinhard et al., Photographic tone reproduction for digital images, SIGGRAPH 2002, eq. 1.
    """
    luminance = np.maximum(np.asarray(light, dtype=np.float64) @ LUMINANCE, floor)
    weight = np.ones(luminance.shape)
    if centre:
        rows, columns = (np.linspace(-2.0, 2.0, n) for n in luminance.shape)
        weight = np.exp(-0.5 * (rows[:, None] ** 2 + columns**2))
    return float(np.exp(np.sum(weight * np.log(luminance)) / weight.sum()))


def key(luminance_cd_m2: float) -> float:
    """How bright a picture is to be on average, 0..1: grey by day, less at night, or night would look like day.

    Source: G. Krawczyk, K. Myszkowski, H.-P. Seidel, Lightness perception in tone reproduction for high dynamic range
    images, Computer Graphics Forum 24, 2005, eq. 11; relative to its value at 100 cd/m2, above which it is grey.
    """

    def bright(luminance: float) -> float:
        return 1.03 - 2.0 / (2.0 + float(np.log10(luminance + 1.0)))

    return GREY * min(bright(luminance_cd_m2) / bright(100.0), 1.0)


def grey_world(light: Float[ndarray, "h w 3"]) -> Float[ndarray, "3"]:
    """Gains of red, green and blue that make the mean of a picture grey; highlights are left out.

    Source: G. Buchsbaum, A spatial processor model for object colour perception, J. Franklin Inst. 310, 1980.
    """
    colours = np.asarray(light, dtype=np.float64).reshape(-1, 3)
    luminance = colours @ LUMINANCE
    usual = colours[luminance <= np.quantile(luminance, 0.95)]
    mean = np.maximum(usual.mean(axis=0), 1e-9)
    gains: Float[ndarray, "3"] = np.clip(mean[1] / mean, 0.4, 2.5)
    return gains
