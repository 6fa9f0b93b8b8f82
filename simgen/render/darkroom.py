"""Pictures from what shaders drew: the sky behind it, samples blended, the tone curve."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float32, Shaped, UInt32
from numpy import ndarray

from simgen.render.buffers import Pool
from simgen.render.camera_view import CameraView
from simgen.render.develop import LIGHT, TONE, light_rows, mean_rows, picture_rows
from simgen.render.heaven import coded_sky, sky_rows
from simgen.render.light import light_of
from simgen.render.parallel import bands, begin, each
from simgen.render.wide import HALVES, add_sun, wide_rows
from simgen.world.weather import Weather

PICTURES = ("rgb", "light")
"""Channels that need shading."""


class Darkroom:
    """Develops pictures, into arrays that are used again."""

    def __init__(self) -> None:
        self._pool = Pool()

    def develop(
        self,
        drawn: UInt32[ndarray, "h w 2"],
        wide: UInt32[ndarray, "h w 2"] | None,
        view: CameraView,
        channels: Sequence[str],
        *,
        samples: int,
        weather: Weather,
    ) -> Callable[[], dict[str, Shaped[ndarray, "..."]]]:
        """Starts on the channels among `PICTURES`.

        Args:
            drawn: triangle ids and coded light; the light of the sky is written into it.
            wide: light as half floats, for `light`.
            view: of the camera whose pixels these are.
            channels: what is wanted.
            samples: pixels a side that are blended into one.
            weather: of the sky.

        Returns:
            A function that waits for them.
        """
        if not channels:
            return dict
        height, width = drawn.shape[0], drawn.shape[1]
        world_from_pixel = view.world_from_camera[:3, :3] @ np.linalg.inv(view.camera.K)
        sky = coded_sky(weather)
        result: dict[str, Shaped[ndarray, "..."]] = {}
        rows, size = bands(height // samples), (height // samples, width // samples, 3)
        shared = 1 if "light" in channels else samples

        def fill(band: tuple[int, int]) -> None:
            sky_rows(band[0] * samples, band[1] * samples, drawn, world_from_pixel, sky, shared)

        def tone(band: tuple[int, int]) -> None:
            picture_rows(*band, drawn, world_from_pixel, sky, samples, shared, TONE, rgb)

        if "rgb" in channels:
            rgb = result["rgb"] = self._pool.take(size, "u1")
        if "light" not in channels:
            wait = begin(tone, rows)
            return lambda: (wait(), result)[1]
        each(tone if "rgb" in channels else fill, rows)
        light = self._light(drawn, wide, view, weather)
        result["light"] = light
        if samples > 1:
            result["light"] = mean = self._pool.take(size, "f4")
            each(lambda band: mean_rows(*band, light, samples, mean), rows)
        return lambda: result

    def _light(
        self,
        drawn: UInt32[ndarray, "h w 2"],
        wide: UInt32[ndarray, "h w 2"] | None,
        view: CameraView,
        weather: Weather,
    ) -> Float32[ndarray, "h w 3"]:
        rows = bands(drawn.shape[0])
        light = self._pool.take((*drawn.shape[:2], 3), "f4")
        each(lambda band: light_rows(*band, drawn, LIGHT, light), rows)
        if wide is not None:
            each(lambda band: wide_rows(*band, drawn, wide, HALVES, light), rows)
            add_sun(light, drawn, view, light_of(weather))
        return light
