"""From light on the pixels to numbers: the linear camera model of EMVA 1288.

    photons     mu_p = 50.34 A[um2] t[ms] wavelength[um] E[uW/cm2]                      (eq. 3)
    electrons   mu_e = quantum efficiency mu_p, Poisson distributed, plus dark current  (eq. 1, 2, 16)
    numbers     mu_y = black level + K (mu_e + mu_dark), K in DN/e-                     (eq. 5)
    noise       var_y = K^2 (var_d + mu_e + mu_dark) + 1/12                             (eq. 9, 11)

`PRNU` scales each pixel's response, `DSNU` shifts its dark signal; both stay as they are for the life of a sensor.
Source: EMVA Standard 1288, Standard for Characterization of Image Sensors and Cameras, release 3.1, 2016, chapter 2.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32, Int32
from numpy import ndarray

from simgen.sampling import stream

SUNLIT_WHITE_CD_M2 = 30_000.0
"""Luminance of a white surface in the sun, relative to which the scene's light is given: 100 klx / pi."""

_GREEN_UM = 0.555
_UW_PER_CM2_OF_LUX = 100.0 / 683.0
"""Irradiance of one lux at 555 nm. Source: CIE luminous efficacy, 683 lm/W."""

_POISSON_BELOW = 50.0
"""Electrons below which a normal distribution is no good stand-in for Poisson's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imager:
    """An image sensor, by the numbers of EMVA 1288.

    Attributes:
        pixel_um: width of a (square) pixel.
        quantum_efficiency: electrons for each photon of green light, filter included.
        response: of red, green and blue to white light, relative to green; white balance divides by it.
        full_well_e: saturation capacity, electrons.
        read_noise_e: temporal noise in the dark (sigma_d), electrons.
        dark_current_e_s: electrons each second at `dark_at_c`.
        dark_doubles_c: warming that doubles the dark current, kelvin.
        prnu: standard deviation of the pixels' response, 0..1.
        dsnu_e: standard deviation of the pixels' dark signal, electrons.
        bits: of a number.
        black_dn: number of a dark pixel without noise.
        source: where the numbers come from.
    """

    name: str
    pixel_um: float
    quantum_efficiency: float
    response: tuple[float, float, float] = (0.65, 1.0, 0.70)
    full_well_e: float
    read_noise_e: float
    dark_current_e_s: float = 5.0
    dark_at_c: float = 25.0
    dark_doubles_c: float = 8.0
    prnu: float = 0.006
    dsnu_e: float = 1.0
    bits: int = 12
    black_dn: int = 64
    source: str = ""

    @property
    def top_dn(self) -> int:
        """The largest number."""
        return (1 << self.bits) - 1

    @property
    def gain_dn_e(self) -> float:
        """System gain K at unity gain: a full well is the largest number."""
        return (self.top_dn - self.black_dn) / self.full_well_e

    def electrons_per_second(self, illuminance_lx: float) -> float:
        """Electrons each second of a green pixel under this illuminance (555 nm; EMVA 1288 eq. 3)."""
        photons_per_ms = 50.34 * self.pixel_um**2 * _GREEN_UM * _UW_PER_CM2_OF_LUX * illuminance_lx
        return self.quantum_efficiency * photons_per_ms * 1000.0

    def dark_electrons(self, time_s: float, temperature_c: float) -> float:
        """Mean dark signal after an exposure, electrons (EMVA 1288 eq. 16 and 19)."""
        warmer = 2.0 ** ((temperature_c - self.dark_at_c) / self.dark_doubles_c)
        return self.dark_current_e_s * warmer * time_s


def image_illuminance_lx(luminance_cd_m2: float, f_number: float, transmission: float) -> float:
    """Illuminance of the image of something far away, on the axis.

    Source: M. Born, E. Wolf, Principles of Optics, 7th ed., section 4.8.3: E = pi tau L / (4 N^2).
    """
    return np.pi * transmission * luminance_cd_m2 / (4.0 * f_number**2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FixedPattern:
    """How the pixels of one sensor differ, as long as it lives.

    Attributes:
        response: factor of each pixel.
        dark_e: dark signal of each pixel beyond the mean, electrons.
    """

    response: Float32[ndarray, "h w 3"]
    dark_e: Float32[ndarray, "h w 3"]

    @classmethod
    def of(cls, imager: Imager, size: tuple[int, int], seed: int, name: str) -> "FixedPattern":
        """The pattern of the sensor of this name; size is (height, width)."""
        draws = stream(seed, name, "fixed pattern").standard_normal((2, *size, 3), dtype=np.float32)
        return cls(
            response=np.maximum(1.0 + np.float32(imager.prnu) * draws[0], 0.0),
            dark_e=np.float32(imager.dsnu_e) * draws[1],
        )


def expose(
    electrons: Float[ndarray, "h w 3"],
    imager: Imager,
    gain: float,
    dark_e: float = 0.0,
    pattern: FixedPattern | None = None,
    rng: np.random.Generator | None = None,
) -> tuple[Int32[ndarray, "h w 3"], Bool[ndarray, "h w"]]:
    """Numbers of an exposure, and which pixels are saturated in any colour.

    Args:
        electrons: mean photo-electrons of each pixel and colour.
        imager: what counts them.
        gain: analogue gain, a factor on K.
        dark_e: mean electrons of dark current.
        pattern: of this sensor; None takes equal pixels.
        rng: of this exposure; None leaves shot and read noise out.
    """
    mean = np.asarray(electrons, dtype=np.float32)
    if pattern is not None:
        mean = mean * pattern.response
    mean = mean + np.float32(dark_e)
    charge = mean if rng is None else _noisy(mean, imager.read_noise_e, rng)
    if pattern is not None:
        charge = charge + pattern.dark_e
    # The dark signal is taken off again, as by the rows of covered pixels.
    full = np.float32(imager.full_well_e)
    value = np.rint(imager.black_dn + imager.gain_dn_e * gain * (np.minimum(charge, full) - dark_e))
    numbers = np.clip(value, 0, imager.top_dn).astype(np.int32)
    saturated = (charge >= full) | (numbers == imager.top_dn)
    return numbers, saturated.any(axis=-1)


def _noisy(mean: Float32[ndarray, "h w 3"], read_noise_e: float, rng: np.random.Generator) -> Float32[ndarray, "h w 3"]:
    draws = rng.standard_normal(mean.shape, dtype=np.float32)
    result = mean + np.sqrt(np.maximum(mean, 0.0) + np.float32(read_noise_e**2)) * draws
    few = mean < _POISSON_BELOW
    if few.any():
        result[few] = rng.poisson(np.maximum(mean[few], 0.0)).astype(np.float32) + read_noise_e * draws[few]
    return result
