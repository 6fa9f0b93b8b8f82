"""From the scene's light to the picture of a real camera: what is before the lens, lens, image sensor, tones."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32, UInt8
from numpy import ndarray

from simgen.imaging import lens as glass
from simgen.imaging import precipitation
from simgen.imaging.defocus import circle_px, defocus
from simgen.imaging.exposure import Exposure, ExposureControl, grey_world, key, metered
from simgen.imaging.imager import SUNLIT_WHITE_CD_M2, FixedPattern, Imager, expose, image_illuminance_lx
from simgen.imaging.soiling import Soiling
from simgen.readings import CameraModel
from simgen.render.light import Light, light_of
from simgen.sampling import stream
from simgen.world.weather import Weather

from ._camera_options import Effects

_WARM_C = 20.0
"""An image sensor at work is warmer than the air by about this."""

_DROP_SHARE = 0.94
"""Radiance of a drop over that of what it shows. Source: Garg and Nayar, Vision and rain, IJCV 75, 2007, section 3."""

_FLAKE_ALBEDO = 0.9
_STEPS = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """What a picture shows, before any effect.

    Attributes:
        light: radiance relative to sunlit white.
        depth_m: as the camera stores it; None where no effect needs it.
        weather: of that moment.
        velocity_mps: of the camera, in its own frame.
        world_from_camera: its pose.
        time_ns: when that is.
    """

    light: Float32[ndarray, "h w 3"]
    depth_m: Float32[ndarray, "h w"] | None
    weather: Weather
    velocity_mps: Float[ndarray, "3"]
    world_from_camera: Float[ndarray, "4 4"]
    time_ns: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Metering:
    """What the meter saw of one frame.

    Attributes:
        level: luminance that it took for grey, relative to sunlit white.
        gains: of red, green, blue that would make the picture grey.
    """

    level: float
    gains: Float[ndarray, "3"]


class Development:
    """The effects of one camera; what stays the same from picture to picture is made once."""

    def __init__(self, effects: Effects, model: CameraModel, imager: Imager, seed: int, name: str) -> None:
        self.effects, self._model, self._imager = effects, model, imager
        self._seed, self._name = seed, name
        size = model.height, model.width
        self._lens = model.lens
        self._focal_px = float(np.sqrt(model.K[0, 0] * model.K[1, 1]))
        self._falloff = self._vignetting(size)
        self._stretch = _stretch(model) if effects.precipitation else np.ones((1, 1), np.float32)
        self._pattern = FixedPattern.of(imager, size, seed, name) if effects.noise else None
        self.soiling = None
        if effects.soils:
            self.soiling = Soiling.of(size, seed, name, dirt=effects.dirt, drops=effects.drops, crack=effects.crack)
        white_lx = image_illuminance_lx(SUNLIT_WHITE_CD_M2, effects.f_number, effects.transmission)
        self._white_e_s = imager.electrons_per_second(white_lx)
        places = effects.headroom * (np.arange(_STEPS) / (_STEPS - 1.0)) ** 2
        self._tone = np.rint(255.0 * effects.tone(places)).astype(np.uint8)

    @property
    def needs(self) -> tuple[str, ...]:
        """Channels of the renderer that the effects are made from."""
        depth = self.effects.precipitation or self.effects.focus_m > 0.0
        return ("light", "depth") if depth else ("light",)

    @property
    def meters(self) -> int:
        """How many frames back the camera looks; 0 where nothing is automatic."""
        if isinstance(self.effects.exposure, ExposureControl):
            return self.effects.exposure.frames
        return 1 if self.effects.white_balance == "auto" else 0

    def meter(self, light: Float32[ndarray, "h w 3"]) -> Metering:
        """What the meter makes of a (small) picture."""
        control = self.effects.exposure
        centre = isinstance(control, ExposureControl) and control.centre
        return Metering(level=metered(light, centre=centre), gains=grey_world(light))

    def exposure(self, before: list[Metering], weather: Weather) -> Exposure:
        """The exposure of a picture, from the meterings of the frames before it, the last one first."""
        control = self.effects.exposure
        full_s = self._imager.full_well_e / (self.effects.headroom * self._white_e_s)
        if isinstance(control, Exposure):
            return control
        if isinstance(control, ExposureControl):
            brighter = full_s * 2.0**control.bias_ev
            wanted = [brighter * key(seen.level * SUNLIT_WHITE_CD_M2) / seen.level for seen in before]
            return control.settled(control.smoothed(wanted))
        boundless = ExposureControl(min_time_s=0.0, max_gain=float("inf"))
        return boundless.settled(full_s * light_of(weather).exposure)

    def picture(
        self, scene: Scene, exposure: Exposure, before: list[Metering], k: int
    ) -> tuple[UInt8[ndarray, "h w 3"], Bool[ndarray, "h w"]]:
        """Picture k, and which of its pixels are saturated."""
        light = self._through_lens(self._before_lens(scene, exposure))
        effects, imager = self.effects, self._imager
        electrons = light * np.array(self._white_e_s * exposure.time_s * np.array(imager.response), np.float32)
        noisy = effects.noise
        numbers, saturated = expose(
            electrons,
            imager,
            exposure.gain,
            imager.dark_electrons(exposure.time_s, scene.weather.temperature_c + _WARM_C) if noisy else 0.0,
            self._pattern,
            stream(self._seed, self._name, "exposure", k) if noisy else None,
        )
        scale = effects.headroom / (imager.top_dn - imager.black_dn)
        gains = scale * self._balance(before) / np.array(imager.response)
        value = np.maximum(numbers - imager.black_dn, 0).astype(np.float32) * gains.astype(np.float32)
        steps = np.sqrt(value * np.float32(1.0 / effects.headroom)) * np.float32(_STEPS - 1) + np.float32(0.5)
        return self._tone[np.minimum(steps, _STEPS - 1).astype(np.int32)], saturated

    def _balance(self, before: list[Metering]) -> Float[ndarray, "3"]:
        balance = self.effects.white_balance
        if balance == "auto":
            return before[0].gains
        return np.ones(3) if isinstance(balance, str) else np.array(balance)

    def _before_lens(self, scene: Scene, exposure: Exposure) -> Float32[ndarray, "h w 3"]:
        effects, light = self.effects, scene.light
        if effects.focus_m > 0.0 and scene.depth_m is not None:
            pixel_m = 1e-6 * self._imager.pixel_um
            focal_m = self._focal_px * pixel_m
            circle = circle_px(scene.depth_m, effects.focus_m, focal_m, effects.f_number, pixel_m)
            light = defocus(light, scene.depth_m, circle, effects.focus_m)
        if effects.precipitation and scene.depth_m is not None:
            light = light.copy()
            self._let_fall(light, scene.depth_m * self._stretch, scene, exposure)
        return light if self.soiling is None else self.soiling.before(light)

    def _let_fall(
        self, light: Float32[ndarray, "h w 3"], reach: Float32[ndarray, "h w"], scene: Scene, exposure: Exposure
    ) -> None:
        weather, size = scene.weather, (reach.shape[0], reach.shape[1])
        aperture_m = 1e-6 * self._imager.pixel_um * self._focal_px / self.effects.f_number
        for name, rate in (("rain", weather.rain_mm_h), ("snow", weather.snow_mm_h)):
            if rate <= 0.0:
                continue
            snow = name == "snow"
            sizes = precipitation.snow_sizes(rate) if snow else precipitation.rain_sizes(rate)
            key = int(stream(self._seed, "precipitation", name).integers(1 << 62))  # the same for all cameras
            taken = (exposure.time_s, scene.world_from_camera, scene.velocity_mps, 1e-9 * scene.time_ns)
            particles = precipitation.falling(sizes, self._lens, size, *taken, key, snow=snow)
            bright = _particle_light(light_of(weather), snow)
            precipitation.draw(light, reach, particles, self._lens, exposure.time_s, bright, aperture_m=aperture_m)

    def _through_lens(self, light: Float32[ndarray, "h w 3"]) -> Float32[ndarray, "h w 3"]:
        effects = self.effects
        if effects.chromatic_aberration != 0.0:
            light = glass.lateral_colour(light, effects.chromatic_aberration)
        if effects.glare > 0.0:
            light = glass.glare(light, effects.glare)
        if effects.flare > 0.0:
            light = glass.ghosts(light, effects.flare, 8.0 * float(np.median(light)))
        return light if self._falloff is None else light * self._falloff[..., None]

    def _vignetting(self, size: tuple[int, int]) -> Float32[ndarray, "h w"] | None:
        vignetting = self.effects.vignetting
        if vignetting == "":
            return None
        if isinstance(vignetting, tuple):
            return glass.polynomial(size, vignetting)
        flat = self._model.depth_kind == "z"  # rectilinear
        return np.nan_to_num((glass.cos4 if flat else glass.equidistant)(_rays(self._model)))


def _particle_light(light: Light, snow: bool) -> Float[ndarray, "3"]:
    around = 0.5 * (light.sky + light.ground)
    # A white ball in the sun sends back a quarter of what a white wall across it would.
    return _FLAKE_ALBEDO * (around + 0.25 * light.sun) if snow else _DROP_SHARE * around


def _rays(model: CameraModel) -> Float[ndarray, "h w 3"]:
    columns, rows = np.meshgrid(np.arange(model.width) + 0.5, np.arange(model.height) + 0.5)
    return model.rays(np.stack([columns, rows], axis=-1))


def _stretch(model: CameraModel) -> Float32[ndarray, "h w"]:
    """Range over what the camera calls depth, pixel by pixel."""
    if model.depth_kind == "range":
        return np.ones((model.height, model.width), np.float32)
    return np.asarray(1.0 / _rays(model)[..., 2], dtype=np.float32)
