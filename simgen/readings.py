"""What sensors give: readings with their truth beside them; and how sensors are mounted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Shaped
from numpy import ndarray

from simgen import optics
from simgen.geometry import Pose
from simgen.orbit import Orbit

CAMERA_CHANNELS = (
    "rgb", "depth", "semantic", "instance", "normal", "flow_forward", "flow_backward",
)  # fmt: skip
EFFECT_CHANNELS = ("saturated", "soiled")
"""What cameras with effects can tell of each pixel beside `CAMERA_CHANNELS`."""

DEFAULT_CHANNELS = ("rgb", "depth", "semantic", "instance")
CAMERA_MODELS = optics.MODELS
FAULTS = (
    "dropped", "stuck", "late", "clock_drift", "miscalibrated", "dead_beams", "interference", "soiled", "jump", "bias",
    "packet_loss",
)  # fmt: skip
"""Bit i of `faults` is `FAULTS[i]`."""

OPTICAL_FROM_BODY = Pose(rotation=np.array([0.5, -0.5, 0.5, 0.5]), translation=np.zeros(3))
"""Turns x forward, y left, z up into x right, y down, z forward (REP 103)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A sensor on the ego, or fixed to the world.

    Attributes:
        sensor: name in the library: "camera", "lidar", "imu", "gnss".
        device: name of the product ("HDL-64E"), for sensors that need a datasheet.
        ego_from_sensor: for cameras of the optical frame (x right, y down, z forward).
        latency_s: added to the time at which a reading is handed over; `time_ns` stays the time of measurement.
        parameters: what the sensor's own constructor takes.
        fixed_to: what `ego_from_sensor` is relative to: "ego"; "world"; or "roadside", the foot of a pole beside the
            road ahead of where the ego starts (x along the road), which becomes "world" once the place is known; or
            "orbit": a pose of its own for each reading.
        orbit: those poses, for "orbit".
    """

    sensor: str
    device: str = ""
    ego_from_sensor: Pose
    rate_hz: float
    phase_s: float = 0.0
    latency_s: float = 0.0
    parameters: Mapping[str, Any] = field(default_factory=dict)
    fixed_to: str = "ego"
    orbit: Orbit | None = None

    def time_ns(self, k: int) -> int:
        """Time of reading k."""
        return int(np.rint(1e9 * (self.phase_s + k / self.rate_hz)))

    def index(self, time_ns: int) -> int:
        """The reading that a time belongs to: the nearest."""
        return max(int(np.rint((1e-9 * time_ns - self.phase_s) * self.rate_hz)), 0)

    def count(self, duration_s: float) -> int:
        """How many readings fall in [0, duration)."""
        count = max(int(np.ceil((duration_s - self.phase_s) * self.rate_hz - 1e-9)), 0)
        return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """Sensors by name, in the order in which an episode lists them.

    Attributes:
        keyframe_hz: how often cuboids are labelled.
        vehicle: name of the ego's model that the mounting belongs to.
    """

    name: str
    mounts: Mapping[str, Mount]
    keyframe_hz: float = 10.0
    vehicle: str = "suv"
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraModel:
    """Projection, in continuous image coordinates: (0, 0) is the outer corner of the top-left pixel.

    Attributes:
        K: pixels; of an equirectangular picture pixels a radian.
        model: "pinhole", "brown_conrady", "kannala_brandt" or "equirectangular", as in `simgen.optics`.
        distortion: of the model, in OpenCV's order.
    """

    width: int
    height: int
    K: Float[ndarray, "3 3"]
    model: str = "pinhole"
    distortion: Float[ndarray, " d"] = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def from_fov(
        cls,
        width: int,
        height: int,
        horizontal_fov_deg: float,
        *,
        model: str = "pinhole",
        distortion: Float[ndarray, " d"] | None = None,
    ) -> "CameraModel":
        """Square pixels, principal point in the middle, this angle from the left to the right edge.

        NaN intrinsics where the distortion's polynomial does not reach that far.
        """
        given = np.zeros(0) if distortion is None else np.asarray(distortion, dtype=np.float64)
        half = np.radians(horizontal_fov_deg) / 2
        radius = half if model == "equirectangular" else optics.distorted_radius(model, given, float(half))
        f = width / 2 / radius
        k = np.array([[f, 0, width / 2], [0, f, height / 2], [0, 0, 1]])
        return cls(width=width, height=height, K=k, model=model, distortion=given)

    def finer(self, samples: int) -> "CameraModel":
        """The same view with so many pixels a side in the place of each."""
        k = self.K * np.array([[samples], [samples], [1.0]])
        return replace(self, width=self.width * samples, height=self.height * samples, K=k)

    @property
    def lens(self) -> optics.Lens:
        """The projection as the loops of `simgen.optics` take it."""
        return optics.lens(self.model, self.K, self.distortion)

    @property
    def depth_kind(self) -> str:
        """What depth is along: "z" of the optical frame, or "range" for models that see behind a plane."""
        return "z" if self.model in ("pinhole", "brown_conrady") else "range"

    def project(self, points: Float[ndarray, "*n 3"]) -> Float[ndarray, "*n 2"]:
        """Optical-frame points to pixels; NaN where the camera does not see (a pinhole: behind it)."""
        return optics.project(self.lens, points)

    def rays(self, pixels: Float[ndarray, "*n 2"]) -> Float[ndarray, "*n 3"]:
        """Unit directions in the optical frame that are seen at image coordinates; NaN where nothing is."""
        return optics.rays(self.lens, pixels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """One reading k of one sensor.

    Attributes:
        time_ns: when it was measured (camera: middle of the exposure; lidar: end of the sweep).
        reported_time_ns: what a faulty clock said; equal to `time_ns` without faults.
        faults: bit field of `FAULTS`.
        delay_ns: from `time_ns` until it is handed over: the mount's latency, and what a fault adds.
        world_from_sensor: at `time_ns`.
    """

    k: int
    time_ns: int
    reported_time_ns: int
    faults: int = 0
    delay_ns: int = 0
    world_from_sensor: Float[ndarray, "4 4"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Image(Reading):
    """One camera frame.

    Attributes:
        channels: name -> array, as EPISODE_FORMAT has them: rgb (H,W,3) u1, depth (H,W) f4 metres +inf for sky,
            semantic u1, instance u4, normal (H,W,3) f2, flow_forward and flow_backward (H,W,2) f4, saturated and soiled
            bool.
        visible_pixels: per actor id (index 0 unused), pixels of the instance mask.
        alone_pixels: per actor id, pixels that the actor alone would cover inside the image.
        amodal: per actor id, x1 y1 x2 y2 of the unoccluded silhouette, not clipped to the image (near plane 0.1 m); NaN
            where it does not meet the image.
        visible: per actor id, bounds of the instance mask; NaN where it has no pixel.
    """

    channels: Mapping[str, Shaped[ndarray, "..."]]
    visible_pixels: Shaped[ndarray, " a"] = field(default_factory=lambda: np.zeros(0, np.int64))
    alone_pixels: Shaped[ndarray, " a"] = field(default_factory=lambda: np.zeros(0, np.int64))
    amodal: Shaped[ndarray, "a 4"] = field(default_factory=lambda: np.zeros((0, 4)))
    visible: Shaped[ndarray, "a 4"] = field(default_factory=lambda: np.zeros((0, 4)))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self.channels:
            raise AttributeError(f"no {name!r} in this reading")
        return self.channels[name]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PointCloud(Reading):
    """One lidar sweep; columns as in EPISODE_FORMAT, P rows each.

    Attributes:
        columns: xyz (P,3) f4, intensity f4, ring u2, column u2, offset_ns i4, return u1, semantic u1, instance u4,
            is_clutter bool, xyz_true (P,3) f4, flow (P,3) f4 (flow may be absent).
        rings: how many beams the device has.
    """

    columns: Mapping[str, Shaped[ndarray, "p ..."]]
    rings: int = 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self.columns:
            raise AttributeError(f"no {name!r} in this reading")
        return self.columns[name]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RadarScan(Reading):
    """One cycle of a radar; columns as in EPISODE_FORMAT, a row a detection.

    Attributes:
        columns: range_m, azimuth_rad (counter-clockwise from the sensor's x), elevation_rad (0 where the device does
            not measure it), velocity_mps (range rate, positive leaving), rcs_dbsm, snr_db f4, instance u4, is_ghost
            bool (nothing stands there: multipath or a false alarm; instance 0).
    """

    columns: Mapping[str, Shaped[ndarray, " d"]]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self.columns:
            raise AttributeError(f"no {name!r} in this reading")
        return self.columns[name]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventBatch(Reading):
    """What an event camera fired since the reading before; columns as in EPISODE_FORMAT, a row an event, by time.

    Attributes:
        columns: x, y u2 (pixel), offset_ns i4 (from `time_ns`, not above 0), polarity bool (brighter).
    """

    columns: Mapping[str, Shaped[ndarray, " e"]]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self.columns:
            raise AttributeError(f"no {name!r} in this reading")
        return self.columns[name]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample(Reading):
    """One sample of a sensor with a few numbers (IMU, GNSS).

    Attributes:
        values: quantity -> array or number.
    """

    values: Mapping[str, Any]
