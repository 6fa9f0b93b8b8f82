"""Light beyond what pixels are coded for: half floats from the shaders, and the sun's disc.

Cameras with effects ask for it: what is a thousand times brighter than white matters to glare, flare and saturation.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Float32, UInt32
from numba import njit
from numpy import ndarray

from simgen.render.camera_view import CameraView
from simgen.render.heaven import SKY
from simgen.render.light import Light

HALVES: Float32[ndarray, " n"] = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
"""The number of each pattern of bits of a half float."""

_SUN_RAD = np.radians(0.2665)
"""Half of the sun's apparent width. Source: IAU nominal solar radius, 695 700 km, at one astronomical unit."""
_SUN_SR = 2.0 * np.pi * (1.0 - np.cos(_SUN_RAD))


@njit(cache=True, nogil=True)
@no_type_check
def wide_rows(
    start: int,
    stop: int,
    drawn: UInt32[ndarray, "h w 2"],
    wide: UInt32[ndarray, "h w 2"],
    halves: Float32[ndarray, " n"],
    to: Float32[ndarray, "h w 3"],
) -> None:
    """Light of the surfaces in rows start..stop: red and green, blue as pairs of half floats."""
    low, shift = np.uint32(0xFFFF), np.uint32(16)
    for row in range(start, stop):
        for column in range(drawn.shape[1]):
            if drawn[row, column, 0] != SKY:
                to[row, column, 0] = halves[wide[row, column, 0] & low]
                to[row, column, 1] = halves[wide[row, column, 0] >> shift]
                to[row, column, 2] = halves[wide[row, column, 1] & low]


def add_sun(to: Float32[ndarray, "h w 3"], drawn: UInt32[ndarray, "h w 2"], view: CameraView, light: Light) -> None:
    """Puts the sun's disc, which the picture of the sky cannot hold, where the sky is seen.

    All its light lands in the picture however few pixels it covers: radiance is irradiance over solid angle.
    """
    towards = view.world_from_camera[:3, :3].T @ light.to_sun
    if not light.sun.any() or towards[2] <= 0.05:
        return
    camera = view.camera
    middle = camera.project(towards)
    focal = float(np.sqrt(camera.K[0, 0] * camera.K[1, 1]))
    # A pixel off the axis sees less of the sky.
    across = focal * _SUN_RAD / towards[2] ** 2 + 1.0
    columns = np.arange(max(int(middle[0] - across), 0), min(int(middle[0] + across) + 1, camera.width))
    rows = np.arange(max(int(middle[1] - across), 0), min(int(middle[1] + across) + 1, camera.height))
    if not len(columns) or not len(rows):
        return
    u, v = np.meshgrid(columns, rows)
    rays = camera.rays(np.stack([u + 0.5, v + 0.5], axis=-1))
    away = np.arccos(np.clip(rays @ towards, -1.0, 1.0))
    inside = away <= max(_SUN_RAD, float(away.min()))
    pixel_sr = towards[2] ** 3 / focal**2
    radiance = light.exposure * light.sun * np.pi / (inside.sum() * pixel_sr)
    seen = inside & (drawn[v, u, 0] == SKY)
    to[v[seen], u[seen]] = radiance
