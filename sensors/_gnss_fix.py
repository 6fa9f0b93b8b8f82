"""From ranges to a position: geometry, errors of each range, weighted least squares."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from ._gnss_paths import DIRECT, FOLIAGE, MULTIPATH, REFLECTED, Paths

_CHIP_M = 299_792_458.0 / 1.023e6
_WAVELENGTH_M = 299_792_458.0 / 1_575.42e6
_SPACING = 0.1
"""Early to late correlator, chips: a narrow one (van Dierendonck, Fenton and Ford, Navigation 39, 1992)."""

_WEAK = 2.0
"""How much noisier a range is whose signal is weaker by 6 to 10 dB: reflected or through leaves."""
_HELD_ALTITUDE_M = 5.0
_DIMENSIONS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dilution:
    """Dilutions of precision: how geometry turns errors of ranges into those of the position."""

    horizontal: float
    vertical: float
    position: float

    @classmethod
    def of(cls, directions: Float[ndarray, "s 3"]) -> "Dilution":
        """Of these satellites, each weighted alike; NaN for fewer than four (Misra and Enge, Global Positioning System,
        2nd ed., 2006, section 6.1).
        """
        if len(directions) < _DIMENSIONS:
            return cls(horizontal=np.nan, vertical=np.nan, position=np.nan)
        design = _design(directions)
        east, north, up, _ = np.diag(np.linalg.pinv(design.T @ design))
        return cls(
            horizontal=float(np.sqrt(east + north)),
            vertical=float(np.sqrt(up)),
            position=float(np.sqrt(east + north + up)),
        )


def _design(directions: Float[ndarray, "s 3"]) -> Float[ndarray, "s 4"]:
    return np.concatenate([-directions, np.ones((len(directions), 1))], axis=1)


def sigmas(directions: Float[ndarray, "s 3"], paths: Paths, range_error_m: float) -> Float[ndarray, " s"]:
    """Standard deviation of each range: it grows towards the horizon as a^2 + b^2 / sin^2, a = b (RTKLIB manual 2.4.2,
    appendix E.6), and for weak signals.
    """
    sine = np.maximum(directions[:, 2], 0.05)
    weak = np.where(np.isin(paths.state, (REFLECTED, FOLIAGE)), _WEAK, 1.0)
    result: Float[ndarray, " s"] = range_error_m * weak * np.sqrt(0.5 + 0.5 / sine**2)
    return result


def code_multipath_m(delay_m: Float[ndarray, " s"], amplitude: Float[ndarray, " s"]) -> Float[ndarray, " s"]:
    """Error of a code range whose signal comes a second time, weaker and later.

    Of a coherent early-minus-late loop on a triangular correlation: alpha delta cos / (1 + alpha cos) near, then a
    plateau of alpha d/2 chips, down to none at 1 + d/2 chips; the phase of the carrier follows from the delay (Braasch
    1996, figures 4 to 6).
    """
    phase = np.cos(2.0 * np.pi * delay_m / _WAVELENGTH_M + np.pi)
    strength = amplitude * phase
    near = strength * delay_m / (1.0 + strength)
    plateau = strength * _SPACING / 2.0 * _CHIP_M
    fading = np.clip((1.0 + _SPACING / 2.0 - delay_m / _CHIP_M) / _SPACING, 0.0, 1.0)
    result: Float[ndarray, " s"] = np.where(np.abs(near) < np.abs(plateau), near, plateau) * fading
    return result


def phase_multipath_m(delay_m: Float[ndarray, " s"], amplitude: Float[ndarray, " s"]) -> Float[ndarray, " s"]:
    """The same of a carrier phase: lambda / (2 pi) atan(alpha sin / (1 + alpha cos)), at most a quarter of a wave."""
    angle = 2.0 * np.pi * delay_m / _WAVELENGTH_M + np.pi
    result: Float[ndarray, " s"] = (
        _WAVELENGTH_M / (2.0 * np.pi) * np.arctan2(amplitude * np.sin(angle), 1.0 + amplitude * np.cos(angle))
    )
    return result


def biases_m(paths: Paths, *, carrier: bool) -> Float[ndarray, " s"]:
    """What reflections add to each range: an error of the tracking loop beside a direct signal, else all the detour."""
    loop = (phase_multipath_m if carrier else code_multipath_m)(np.nan_to_num(paths.delay_m), paths.amplitude)
    found = np.where(paths.state == MULTIPATH, loop, 0.0)
    result: Float[ndarray, " s"] = np.where(paths.state == REFLECTED, np.nan_to_num(paths.delay_m), found)
    return result


def usable(paths: Paths, *, carrier: bool) -> Bool[ndarray, " s"]:
    """Which satellites a receiver uses; carrier phases only of those that it sees itself."""
    states = (DIRECT, MULTIPATH) if carrier else (DIRECT, MULTIPATH, REFLECTED, FOLIAGE)
    result: Bool[ndarray, " s"] = np.isin(paths.state, states)
    return result


def solve(
    directions: Float[ndarray, "s 3"], error_m: Float[ndarray, " s"], sigma_m: Float[ndarray, " s"], altitude: float
) -> tuple[Float[ndarray, "3"], Float[ndarray, "3 3"]]:
    """Error of the position (east, north, up) and the covariance that the receiver believes in.

    Weighted least squares (Misra and Enge, section 6.1). With three satellites the altitude is held as the receiver
    last knew it.

    Args:
        directions: to the satellites that are used, three or more.
        error_m: of each range.
        sigma_m: what each range's error is believed to be.
        altitude: error of the altitude that is held, in its standard deviations; it counts with three satellites.
    """
    design, error, sigma = _design(directions), error_m, sigma_m
    if len(directions) < _DIMENSIONS:
        design = np.concatenate([design, [[0.0, 0.0, 1.0, 0.0]]])
        error = np.append(error, altitude * _HELD_ALTITUDE_M)
        sigma = np.append(sigma, _HELD_ALTITUDE_M)
    weighted = design / sigma[:, None]
    covariance = np.linalg.pinv(weighted.T @ weighted)
    found = covariance @ (weighted.T @ (error / sigma))
    return found[:3], covariance[:3, :3]
