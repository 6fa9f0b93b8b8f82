"""Where the rays of a sweep go: every firing, every beam, and the rays that sample a beam's footprint."""

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.render.raycast_pattern import RayPattern

from .devices import LidarDevice

_SIGMAS_IN_FWHM = 2.0 * np.sqrt(2.0 * np.log(2.0))
_GOLDEN_RAD = np.pi * (3.0 - np.sqrt(5.0))


def beam_pattern(
    device: LidarDevice,
    columns: int,
    start_azimuth_deg: float,
    rays: int = 1,
    start_s: float = 0.0,
    period_s: float = 0.1,
) -> RayPattern:
    """The rays of one sweep in the sensor's frame: a group for each firing, the rays of a beam side by side.

    Args:
        device: whose beams.
        columns: firings in the sweep.
        start_azimuth_deg: where a head that turns stands at the start; others do not heed it.
        rays: that sample a beam's footprint; the first is its axis.
        start_s: when the sweep starts, for patterns that do not repeat.
        period_s: how long it lasts.
    """
    share = (np.arange(columns)[:, None] + device.delay) / columns
    if device.aim is None:
        azimuth_deg = start_azimuth_deg - 360.0 * share + device.azimuth_deg
        elevation_deg = np.broadcast_to(device.elevation_deg, azimuth_deg.shape)
    else:
        azimuth_deg, elevation_deg = device.aim(share, start_s + period_s * device.duty * share)
    across, up = footprint_deg(device.divergence_deg, rays)
    azimuth, elevation = np.radians(azimuth_deg)[..., None], np.radians(elevation_deg)[..., None]
    azimuth = azimuth + np.radians(across) / np.maximum(np.cos(elevation), 0.05)
    elevation = elevation + np.radians(up)
    flat = np.cos(elevation)
    directions = np.stack([flat * np.cos(azimuth), flat * np.sin(azimuth), np.sin(elevation)], axis=-1)
    return RayPattern.of(directions.reshape(columns, -1, 3), np.repeat(device.delay, rays))


def footprint_deg(divergence_deg: tuple[float, float], rays: int) -> Float[ndarray, "2 rays"]:
    """Angles across and up from a beam's axis of rays that each carry the same share of a Gaussian beam's power.

    Radii are those within which (i + 1/2) / n of the power lies, turned on by the golden angle; the first ray is the
    axis itself. Source: Vogel, Math. Biosciences 44, 1979, for the spiral.
    """
    order = np.arange(rays)
    radius = np.sqrt(-2.0 * np.log1p(-(order + 0.5) / rays)) / _SIGMAS_IN_FWHM
    radius[0] = 0.0
    turn = order * _GOLDEN_RAD
    return np.stack([divergence_deg[0] * radius * np.cos(turn), divergence_deg[1] * radius * np.sin(turn)])
