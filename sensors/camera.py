"""The camera: an ideal pinhole with a global shutter is drawn, any other lens or shutter is cast ray by ray.

What it takes is ideal, or what light makes of it on the way through a real lens onto a real image sensor.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float, Float32, Shaped
from numpy import ndarray

from simgen.errors import InputError
from simgen.library import entry
from simgen.motion import View
from simgen.readings import CAMERA_CHANNELS, EFFECT_CHANNELS, CameraModel, Image
from simgen.render.camera_view import Moment, State
from simgen.render.labels import Rendering
from simgen.render.light import light_of
from simgen.render.raster import Rasteriser
from simgen.render.ray_camera import RayCamera
from simgen.render.ray_camera_shot import Shot
from simgen.sensing.carrier import STANDS, carrier_row, sensor_pose
from simgen.sensing.sensor import Setting
from simgen.world.weather import Weather

from ._camera_effects import Development, Metering, Scene
from ._camera_model import PARAMETERS, camera_model, line_time_ns
from ._camera_options import NAMES, effects
from .imagers import imager

_PARAMETERS = (*PARAMETERS, "channels", "sees_ego", "antialias", *NAMES)
_AROUND_NS = 2_000_000
"""Over this long before and after, the camera's speed is taken."""

_METER_PIXELS = 96
"""Width of the picture that the exposure is metered on."""


@entry("sensors", "camera", source="R. Hartley, A. Zisserman, Multiple View Geometry, 2nd ed., section 6.1")
class Camera:
    """A camera: rasterised where it is an ideal pinhole with a global shutter, else cast, a ray a pixel.

    Parameters of its mount: `width`, `height` (pixels), `model` and `distortion` (`simgen.optics` has their equations;
    coefficients in OpenCV's order), `K` (3 x 3) or `horizontal_fov_deg` (square pixels, principal point in the middle),
    `shutter` ("global" or "rolling") with `line_time_ns` from one row to the next, `channels`, and `sees_ego`: whether
    the vehicle that carries it is in the picture (default: no, as cameras behind a windscreen would look into their own
    cabin). Boxes of actors are found when labels are wanted beside `rgb`.

    `antialias` (1): samples a side of each pixel of the picture, blended as light, up to 4; labels are of its centre.

    Any of these makes it a real camera with the image sensor that the mount's `device` names ("AR0330", "IMX255"):
        noise: true for shot, read, dark-current and fixed-pattern noise (EMVA 1288), by seed, sensor and reading.
        exposure: "ideal" (by the weather's light), "auto", a table of min_time_s, max_time_s, max_gain_db, bias_ev,
            speed and metering ("average", "centre") for automatic exposure, or of time_s and gain_db for a fixed one.
        white_balance: "ideal", "auto", or gains of red, green, blue.
        tone: "filmic", "srgb", "linear", or a gamma (1..4).
        f_number (2), transmission (0.9): of the lens, 0.7..32 and 0.0001..1 (a grey filter).
        vignetting: "natural" (cos^4 t, of a fisheye sin t / t), or terms of r^2, r^4, ... (r = 1 in the corners).
        glare: share of the light that the lens scatters, 0..0.5; flare: share that it mirrors, 0..0.2.
        chromatic_aberration: share by which red is larger and blue smaller, -0.02..0.02.
        motion_blur: true, or an odd number of pictures over the exposure (9). Labels are those of its middle.
        focus_m: distance that is sharp, m; all are without it.
        precipitation: true for streaks of rain and snow.
        soiling: a table of dirt (share of the picture, 0..1), drops (how many, 0..500), crack (true or false).
    Beside `channels` there are `saturated` and `soiled`.

    Attributes:
        model: its projection.
        line_time_ns: from one row to the next, 0 for a global shutter.
    """

    kind = "camera"

    def __init__(self, setting: Setting) -> None:
        self._mount, self._scene = setting.mount, setting.scene
        self._readings = setting.readings
        self._channels = setting.channels
        given = setting.mount.parameters
        unknown = sorted(set(given) - set(_PARAMETERS))
        if unknown:
            raise InputError(f"rig: {setting.name}: expected parameters {', '.join(_PARAMETERS)}, got {unknown[0]!r}")
        self.model = camera_model(setting.name, given)
        self.line_time_ns = line_time_ns(setting.name, given)
        wanted = effects(setting.name, given)
        self._development: Development | None = None
        if wanted is not None:
            device = imager(setting.mount.device)
            self._development = Development(wanted, self.model, device, setting.seed, setting.name)
        self._samples = _antialias(setting.name, given)
        _check_channels(setting.name, self._channels, wanted is not None)
        self._metered: dict[int, Metering] = {}
        self._carrier = carrier_row(setting.mount, setting.scene.cast)
        sees_ego = bool(given.get("sees_ego", setting.mount.fixed_to != "ego"))
        self._hidden = () if sees_ego else (setting.scene.cast.ego.id,)
        if "raster" not in setting.engines:
            setting.engines["raster"] = Rasteriser(setting.scene)
        self._rasteriser: Rasteriser = setting.engines["raster"]
        self._rays: RayCamera | None = None
        if self.model.model != "pinhole" or self.line_time_ns > 0:
            self._rays = RayCamera.among(setting.engines, setting.scene)

    def window_ns(self, k: int) -> tuple[int, int]:
        """All the times that the reading shows, those of its neighbours for flow, of earlier ones for metering."""
        times = [self._mount.time_ns(k)]
        if self._has_before(k):
            times.insert(0, self._mount.time_ns(k - 1))
        if self._has_after(k):
            times.append(self._mount.time_ns(k + 1))
        half = self.line_time_ns * self.model.height // 2 + 1 if self.line_time_ns else 0
        if self._development is not None:
            half += max(round(0.5e9 * self._development.effects.longest_s), _AROUND_NS)
            times = [min(times[0], *(self._mount.time_ns(j) for j in self._before(k))), times[-1]]
        return times[0] - half, times[-1] + half

    def read(self, view: View, k: int) -> Image:
        """Image k."""
        return self.begin(view, k)()

    def begin(self, view: View, k: int) -> Callable[[], Image]:
        """Starts on image k; a function that waits for it."""
        time_ns = self._mount.time_ns(k)
        made: dict[str, Shaped[ndarray, "..."]] = {}
        rendered = self._channels
        if self._development is not None:
            rendered = tuple(name for name in self._channels if name in CAMERA_CHANNELS and name != "rgb")
            made = self._developed(self._development, view, k)
        wait = self._begun(
            view,
            time_ns,
            rendered,
            before=self._mount.time_ns(k - 1) if self._has_before(k) else None,
            after=self._mount.time_ns(k + 1) if self._has_after(k) else None,
            outlines=self._readings is not None,  # boxes are labels of episodes; an environment has none
        )
        pose = self._world_from_camera(view, time_ns)

        def finish() -> Image:
            result = wait()
            outlines = {}
            if result.outlines is not None:
                names = ("visible_pixels", "alone_pixels", "amodal", "visible")
                outlines = {name: getattr(result.outlines, name) for name in names}
            found = {**result.channels, **made}
            channels = {name: found[name] for name in self._channels}
            return Image(
                k=k, time_ns=time_ns, reported_time_ns=time_ns, world_from_sensor=pose, channels=channels, **outlines
            )

        return finish

    def attributes(self) -> Mapping[str, Any]:
        """Size and projection, as an episode stores them."""
        return {
            "kind": self.kind,
            "width": self.model.width,
            "height": self.model.height,
            "model": self.model.model,
            "K": self.model.K,
            "distortion": self.model.distortion,
            "shutter": "rolling" if self.line_time_ns else "global",
            "line_time_ns": self.line_time_ns,
            "depth_kind": self.model.depth_kind,
        }

    def _has_before(self, k: int) -> bool:
        return "flow_backward" in self._channels and k > 0

    def _has_after(self, k: int) -> bool:
        last = self._readings is not None and k >= self._readings - 1
        return "flow_forward" in self._channels and not last

    def _begun(
        self,
        view: View,
        time_ns: int,
        channels: Sequence[str],
        *,
        before: int | None = None,
        after: int | None = None,
        outlines: bool = False,
        model: CameraModel | None = None,
    ) -> Callable[[], Rendering]:
        """Starts on what the camera sees at a time, by the rasteriser if it knows lens and shutter, else by rays."""
        model = self.model if model is None else model
        if self._rays is None:
            then = [None if at is None else self._moment(view, at) for at in (before, after)]
            return self._rasteriser.begin(
                model, self._moment(view, time_ns), channels, state=_state(view, time_ns), before=then[0],
                after=then[1], hidden_actors=self._hidden, outlines=outlines, antialias=self._samples,
            )  # fmt: skip
        shots = [None if at is None else self._shot(view, at, model) for at in (before, after)]
        cast = self._rays.render(
            model, self._shot(view, time_ns, model), channels, state=_state(view, time_ns), before=shots[0],
            after=shots[1], hidden_actors=self._hidden, outlines=outlines, antialias=self._samples,
        )  # fmt: skip
        return lambda: cast

    def _developed(self, development: Development, view: View, k: int) -> dict[str, Shaped[ndarray, "..."]]:
        """The picture as a real camera takes it, and what is wrong with its pixels."""
        time_ns = self._mount.time_ns(k)
        soiling = development.soiling
        made: dict[str, Shaped[ndarray, "..."]] = {}
        if "soiled" in self._channels:
            none = np.zeros((self.model.height, self.model.width), bool)
            made["soiled"] = none if soiling is None else soiling.soiled.copy()
        if not {"rgb", "saturated"} & set(self._channels):
            return made
        weather = _state(view, time_ns).weather
        before = [self._metering(development, view, j) for j in self._before(k)]
        exposure = development.exposure(before, weather)
        scene = self._scene_at(development, view, time_ns, exposure.time_s)
        made["rgb"], made["saturated"] = development.picture(scene, exposure, before, k)
        return made

    def _scene_at(self, development: Development, view: View, time_ns: int, exposure_s: float) -> Scene:
        """What the lens sees over an exposure."""
        samples = development.effects.samples
        offsets_ns = np.rint(1e9 * exposure_s * ((np.arange(samples) + 0.5) / samples - 0.5)).astype(np.int64)
        total = np.zeros((self.model.height, self.model.width, 3), np.float32)
        depth = None
        for offset_ns in offsets_ns.tolist():
            middle = offset_ns == 0
            seen = self._begun(view, time_ns + offset_ns, development.needs if middle else ("light",))().channels
            total += seen["light"]
            depth = seen["depth"] if middle and "depth" in seen else depth
        weather = _state(view, time_ns).weather
        ends = [self._world_from_camera(view, time_ns + side * _AROUND_NS)[:3, 3] for side in (-1, 1)]
        pose = self._world_from_camera(view, time_ns)
        return Scene(
            light=total * np.float32(1.0 / (samples * light_of(weather).exposure)),
            depth_m=depth,
            weather=weather,
            velocity_mps=pose[:3, :3].T @ (ends[1] - ends[0]) / (2e-9 * _AROUND_NS),
            world_from_camera=pose,
            time_ns=time_ns,
        )

    def _before(self, k: int) -> list[int]:
        """The readings that the exposure of reading k is metered on, the last one first; the first on itself."""
        back = 0 if self._development is None else self._development.meters
        return [max(k - 1 - step, 0) for step in range(back)]

    def _metering(self, development: Development, view: View, k: int) -> Metering:
        # Kept, as the next readings ask for the same.
        if k not in self._metered:
            time_ns = self._mount.time_ns(k)
            small = _smaller(self.model)
            light: Float32[ndarray, "h w 3"] = self._begun(view, time_ns, ("light",), model=small)().channels["light"]
            relative = light * np.float32(1.0 / light_of(_state(view, time_ns).weather).exposure)
            self._metered[k] = development.meter(relative)
            for old in [key for key in self._metered if key < k - 8]:
                del self._metered[old]
        return self._metered[k]

    def _world_from_camera(self, view: View, time_ns: int) -> Float[ndarray, "4 4"]:
        return sensor_pose(view, self._mount, self._carrier, time_ns).matrix()

    def _standing(self, view: View, time_ns: int) -> Float[ndarray, "4 4"]:
        """The camera's pose on what carries it, in the world where nothing does."""
        if self._carrier == STANDS:
            return self._world_from_camera(view, time_ns)
        return self._mount.ego_from_sensor.matrix()

    def _moment(self, view: View, time_ns: int) -> Moment:
        return Moment(world_from_camera=self._world_from_camera(view, time_ns), link_pose=view.link_poses(time_ns))

    def _shot(self, view: View, time_ns: int, model: CameraModel) -> Shot:
        return Shot(
            view=view,
            time_ns=time_ns,
            line_time_ns=self.line_time_ns * self.model.height // model.height,
            height=model.height,
            carrier_row=self._carrier,
            carrier_from_camera=self._standing(view, time_ns),
        )


def _state(view: View, time_ns: int) -> State:
    snapshot = view.nearest(time_ns)
    return State(lamps=snapshot.lamps, signals=snapshot.signals, weather=Weather.from_array(snapshot.weather))


def _smaller(model: CameraModel) -> CameraModel:
    """The same view in few pixels."""
    width = min(model.width, _METER_PIXELS)
    height = max(round(model.height * width / model.width), 1)
    scale = np.diag([width / model.width, height / model.height, 1.0])
    return replace(model, width=width, height=height, K=scale @ model.K)


def _antialias(name: str, given: Mapping[str, Any]) -> int:
    value = given.get("antialias", 1)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 4:
        raise InputError(f"rig: {name}.antialias: expected 1..4 samples a side, got {value!r:.60}")
    return value


def _check_channels(name: str, channels: Sequence[str], real: bool) -> None:
    known = (*CAMERA_CHANNELS, *(EFFECT_CHANNELS if real else ()))
    unknown = sorted(set(channels) - set(known))
    if unknown:
        raise InputError(f"rig: {name}.channels: expected some of {', '.join(known)}, got {unknown[0]!r}")
