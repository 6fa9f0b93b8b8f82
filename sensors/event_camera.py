"""Event camera: pixels that tell when their light changes, from pictures of the scene in small steps of time."""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float32, Int64
from numpy import ndarray

from simgen.errors import InputError
from simgen.imaging.events import Array, EventPixel, fired, log_intensity, merged, noise
from simgen.library import entry
from simgen.motion import LEAD_NS, View
from simgen.readings import EventBatch
from simgen.render.camera_view import Moment, State
from simgen.render.labels import Rendering
from simgen.render.light import light_of
from simgen.render.raster import Rasteriser
from simgen.render.ray_camera import RayCamera
from simgen.render.ray_camera_shot import Shot
from simgen.sampling import stream
from simgen.sensing.carrier import STANDS, carrier_row, sensor_pose
from simgen.sensing.sensor import Setting
from simgen.world.weather import Weather

from ._camera_model import camera_model

_SIZE = ("width", "height", "model", "K", "horizontal_fov_deg", "distortion", "sees_ego")
_NUMBERS: dict[str, tuple[float, float, str]] = {
    "on_threshold": (0.05, 2.0, ""),
    "off_threshold": (0.05, 2.0, ""),
    "mismatch": (0.0, 0.5, ""),
    "refractory_s": (0.0, 0.1, " s"),
    "leak_hz": (0.0, 100.0, " Hz"),
    "noise_hz": (0.0, 100.0, " Hz"),
    "dark": (1e-8, 1.0, ""),
}
_COUNTS = {"steps": (1, 64), "antialias": (1, 4)}


@entry(
    "sensors",
    "event_camera",
    source="Rebecq et al., ESIM, CoRL 2018; Hu et al., v2e, CVPR Workshops 2021; iniVation DAVIS346 specifications",
    tags=("camera", "event"),
)
class EventCamera:
    """An event camera: pixels fire when their logarithm of light has changed by a threshold.

    Reading k has the events after reading k - 1 up to its own time; each has a time of its own, as log intensity is
    taken for linear between pictures. What pixels remember at its begin follows from the pictures of one more period
    before, so that a reading depends on nothing but seed, sensor, number and motion.

    Parameters of the mount:
        width, height, model, K or horizontal_fov_deg, distortion, sees_ego: as of a camera (346 x 260, pinhole, 60
            deg); other lenses than a pinhole's are cast ray by ray.
        on_threshold, off_threshold: change of log intensity that fires (0.2).
        mismatch: standard deviation of the thresholds over the pixels (0.03).
        refractory_s: for which a pixel is blind after an event (0.0005).
        leak_hz: ON events in still light (0.1); noise_hz: of photons' noise, in the dark (1).
        dark: light relative to sunlit white that the dark current stands for (1e-5).
        steps: pictures a reading (8). A picture's edge should move about a pixel from one to the next.
        antialias: samples a side of each pixel, blended as light (2).

    Attributes:
        model: its projection.
    """

    kind = "event"

    def __init__(self, setting: Setting) -> None:
        """Checks the mount.

        Raises:
            InputError: unknown parameter or one out of range, or a rate below 10 Hz.
        """
        given = {"width": 346, "height": 260, **setting.mount.parameters}
        if "K" not in given:
            given.setdefault("horizontal_fov_deg", 60.0)
        known = (*_SIZE, *_NUMBERS, *_COUNTS)
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise InputError(f"rig: {setting.name}: expected parameters {', '.join(known)}, got {unknown[0]!r}")
        if setting.mount.rate_hz < 10.0:  # motion is known from two periods before the first reading on
            raise InputError(f"rig: {setting.name}.rate_hz: expected 10 or more, got {setting.mount.rate_hz:g}")
        self._mount, self._name, self._seed = setting.mount, setting.name, setting.seed
        self.model = camera_model(setting.name, given)
        self._steps = _count(setting.name, given, "steps", 8)
        self._samples = _count(setting.name, given, "antialias", 2)
        self._pixel = EventPixel(**{"dark": 1e-5} | _numbers(setting.name, given))
        self._array = Array.of(self._pixel, (self.model.height, self.model.width), setting.seed, setting.name)
        self._carrier = carrier_row(setting.mount, setting.scene.cast)
        sees_ego = bool(given.get("sees_ego", self._carrier == STANDS))
        self._hidden = () if sees_ego else (setting.scene.cast.ego.id,)
        if "raster" not in setting.engines:
            setting.engines["raster"] = Rasteriser(setting.scene)
        self._rasteriser: Rasteriser = setting.engines["raster"]
        self._rays: RayCamera | None = None
        if self.model.model != "pinhole":
            self._rays = RayCamera.among(setting.engines, setting.scene)
        self._seen: dict[int, Float32[ndarray, "h w"]] = {}

    def window_ns(self, k: int) -> tuple[int, int]:
        """From two periods before the reading to its time."""
        return int(self._times_ns(k)[0]), self._mount.time_ns(k)

    def read(self, view: View, k: int) -> EventBatch:
        """The events of reading k."""
        times_ns = self._times_ns(k)
        start_ns, end_ns = self._mount.time_ns(k - 1), self._mount.time_ns(k)
        logs = np.stack([self._log(view, int(time_ns)) for time_ns in times_ns])
        self._seen = {int(time_ns): self._seen[int(time_ns)] for time_ns in times_ns}  # the next reading begins there
        rng = stream(self._seed, self._name, "noise", k)
        events = merged(
            fired(logs, times_ns, self._array, self._pixel, start_ns),
            noise(logs[-1], self._pixel, start_ns, end_ns, rng),
        )
        return EventBatch(
            k=k,
            time_ns=end_ns,
            reported_time_ns=end_ns,
            world_from_sensor=sensor_pose(view, self._mount, self._carrier, end_ns).matrix(),
            columns={
                "x": events.x,
                "y": events.y,
                "offset_ns": (events.time_ns - end_ns).astype(np.int32),
                "polarity": events.polarity,
            },
        )

    def attributes(self) -> Mapping[str, Any]:
        """Size and projection, as an episode stores them."""
        return {
            "kind": self.kind,
            "width": self.model.width,
            "height": self.model.height,
            "model": self.model.model,
            "K": self.model.K,
            "distortion": self.model.distortion,
        }

    def _times_ns(self, k: int) -> Int64[ndarray, " t"]:
        """When pictures are drawn: over the reading's period and the one before."""
        ends = [self._mount.time_ns(j) for j in (k - 2, k - 1, k)]
        share = np.arange(self._steps) / self._steps
        parts = [a + np.rint((b - a) * share).astype(np.int64) for a, b in itertools.pairwise(ends)]
        times_ns = np.concatenate([*parts, [ends[-1]]])
        return np.unique(np.maximum(times_ns, -LEAD_NS))

    def _log(self, view: View, time_ns: int) -> Float32[ndarray, "h w"]:
        if time_ns not in self._seen:
            snapshot = view.nearest(time_ns)
            weather = Weather.from_array(snapshot.weather)
            state = State(lamps=snapshot.lamps, signals=snapshot.signals, weather=weather)
            light: Float32[ndarray, "h w 3"] = self._drawn(view, time_ns, state).channels["light"]
            relative = light * np.float32(1.0 / light_of(weather).exposure)
            self._seen[time_ns] = log_intensity(relative, self._pixel.dark)
        return self._seen[time_ns]

    def _drawn(self, view: View, time_ns: int, state: State) -> Rendering:
        """The light at a time, by the rasteriser if it knows the lens, else by rays."""
        if self._rays is None:
            pose = sensor_pose(view, self._mount, self._carrier, time_ns).matrix()
            now = Moment(world_from_camera=pose, link_pose=view.link_poses(time_ns))
            return self._rasteriser.render(
                self.model, now, ("light",), state=state, hidden_actors=self._hidden, outlines=False,
                antialias=self._samples,
            )  # fmt: skip
        shot = Shot(
            view=view,
            time_ns=time_ns,
            line_time_ns=0.0,
            height=self.model.height,
            carrier_row=self._carrier,
            carrier_from_camera=self._mount.ego_from_sensor.matrix(),
        )
        return self._rays.render(
            self.model, shot, ("light",), state=state, hidden_actors=self._hidden, outlines=False,
            antialias=self._samples,
        )  # fmt: skip


def _numbers(name: str, given: Mapping[str, Any]) -> dict[str, float]:
    found = {}
    for key, (low, high, unit) in _NUMBERS.items():
        if key in given:
            value = given[key]
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise InputError(f"rig: {name}.{key}: expected {low:g}..{high:g}{unit}, got {value!r:.60}")
            found[key] = float(value)
    return found


def _count(name: str, given: Mapping[str, Any], key: str, usual: int) -> int:
    value, (low, high) = given.get(key, usual), _COUNTS[key]
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise InputError(f"rig: {name}.{key}: expected a whole number {low}..{high}, got {value!r:.60}")
    return value
