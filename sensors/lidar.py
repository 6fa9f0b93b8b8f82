"""Spinning lidar, ray-cast: every beam at its own moment, with labels and noise-free truth."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float, Int64, Shaped
from numpy import ndarray

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.library import entry
from simgen.motion import View
from simgen.readings import PointCloud
from simgen.render.raycast import Hits, LinkMotion, Raycaster
from simgen.render.raycast_pattern import RayPattern
from simgen.sampling import stream
from simgen.sensing.sensor import Setting
from simgen.world.weather import Weather

from . import _lidar_physics as physics
from .devices import LidarDevice, lidar_device

_FOG_DRAWS, _FOG_DEPTH_M = 8192, 40.0
_PARAMETERS = {"start_azimuth_deg": 180.0, "columns": 0, "sees_ego": False}


@entry("sensors", "lidar", source="Rasshofer et al. 2011; Hahner et al. 2021; the device's datasheet", tags=("lidar",))
class Lidar:
    """A spinning lidar with a real beam table, exact sweep skew and de-skewed truth.

    A sweep ends at the reading's time and lasts 1 / rate; the head turns clockwise (seen from above), so column c of C
    looks to start_azimuth - 360 c / C degrees, and the seam lies behind where the mount does not say otherwise.
    The sensor's frame has x forward, y left, z up at its optical centre.

    Parameters of the mount:
        start_azimuth_deg: where the sweep starts, counter-clockwise from the sensor's x axis (180).
        columns: firings a sweep; 0 takes the device's own (0).
        sees_ego: whether the ego's own body reflects; a lidar high on a roof hardly sees it (False).
    """

    kind = "lidar"

    def __init__(self, setting: Setting) -> None:
        """Checks the mount, and looks up its device.

        Raises:
            InputError: unknown device or parameter, or a rate that the device cannot turn at.
            MissingLibraryError: Open3D is missing.
        """
        self._setting, self._mount = setting, setting.mount
        options = _options(setting)
        self.device = lidar_device(setting.mount.device)
        low, high = self.device.rate_hz
        if not low <= self._mount.rate_hz <= high:
            raise InputError(
                f"{setting.name}: rate_hz: expected {low}..{high} ({self.device.name}), got {self._mount.rate_hz}"
            )
        columns = int(options["columns"]) or self.device.columns(self._mount.rate_hz)
        self._period_ns = int(np.rint(1e9 / self._mount.rate_hz))
        self._bounds_ns = np.rint(self._period_ns * (np.arange(columns + 1) / columns - 1.0)).astype(np.int64)
        self._pattern = beam_pattern(self.device, columns, float(options["start_azimuth_deg"]))
        firing = self._bounds_ns[:-1, None] + self.device.delay * np.diff(self._bounds_ns)[:, None]
        self._offsets_ns = np.floor(firing).astype(np.int32).reshape(-1)
        scene = setting.scene
        self._ego_row = scene.cast.rows(scene.cast.ego.id).start
        own = [link.actor_id == scene.cast.ego.id and not options["sees_ego"] for link in scene.cast.links]
        self._ignore = np.array(own, bool)
        nm = self.device.wavelength_nm
        self._reflectance = np.array([getattr(m, f"reflectivity_{nm}nm") for m in scene.materials], np.float64)
        surfaces = [1 if m.retroreflective else 2 if m.transparent else 0 for m in scene.materials]
        self._surface = np.array(surfaces, np.uint8)
        self._numbers = _numbers(self.device)
        self._fog: tuple[float, Any] = (0.0, np.zeros((0, 2), np.float32))
        self._caster()

    def window_ns(self, k: int) -> tuple[int, int]:
        """The sweep that ends at the reading's time."""
        end = self._mount.time_ns(k)
        return end - self._period_ns, end

    def attributes(self) -> Mapping[str, Any]:
        """Beam table and numbers of the device."""
        device = self.device
        return {
            "kind": self.kind,
            "device": device.name,
            "beam_elevation_deg": device.elevation_deg,
            "beam_azimuth_deg": device.azimuth_deg,
            "columns": len(self._bounds_ns) - 1,
            "range_sigma_m": device.range_sigma_m,
            "max_range_m": device.max_range_m,
        }

    def read(self, view: View, k: int) -> PointCloud:
        """The sweep that ends at time k."""
        end_ns = self._mount.time_ns(k)
        bounds = end_ns + self._bounds_ns
        motion = LinkMotion.of(view, int(bounds[0]), int(bounds[-1]))
        world_from_sensor = motion.matrices(self._ego_row, bounds) @ self._mount.ego_from_sensor.matrix()
        hits = self._caster().cast(self._pattern, world_from_sensor, bounds, motion, ignore=self._ignore)
        columns = self._points(hits, view, k, world_from_sensor[-1])
        return PointCloud(
            k=k,
            time_ns=end_ns,
            reported_time_ns=end_ns,
            world_from_sensor=world_from_sensor[-1],
            columns=columns,
            rings=len(self.device.elevation_deg),
        )

    def _points(
        self, hits: Hits, view: View, k: int, world_from_sensor: Float[ndarray, "4 4"]
    ) -> dict[str, Shaped[ndarray, "p ..."]]:
        """What the device reports of these hits, with its truth."""
        n, beams, crew = len(hits.t), self._pattern.directions.shape[1], self._caster().crew
        kind, distance, intensity = np.empty(n, np.uint8), np.empty(n, np.float32), np.empty(n, np.float32)
        noise, *air = self._noise(n, view, k)
        tables = (self._reflectance, self._surface, self._numbers, *air[:2])

        def measure(a: int, b: int) -> tuple[slice, int]:
            at = slice(a * beams, b * beams)
            seen = (hits.t[at], hits.cosine[at], hits.material[at], noise[:, at])
            return at, physics.measure(*seen, *tables, air[2][at], distance[at], intensity[at], kind[at])

        pieces = crew.split(n // beams, measure)
        ends = np.cumsum([count for _, count in pieces])
        columns = self._columns(int(ends[-1]))
        results = [values for name, values in columns.items() if name != "return"]
        scene = self._setting.scene
        labels = (scene.semantic, scene.actor_of_link)
        end = _at_end(view, self._mount.time_ns(k), world_from_sensor)

        def collect(a: int, b: int) -> None:
            for (at, count), stop in zip(pieces[a:b], ends[a:b], strict=True):
                first, last = at.start // beams, at.stop // beams
                measured = (kind[at], distance[at], intensity[at], self._pattern.directions[first:last])
                seen = (self._offsets_ns[at], hits.link[at], hits.material[at], hits.point[at])
                part = (values[stop - count : stop] for values in results)
                physics.collect(first, *measured, *seen, *labels, *end, *part)

        crew.split(len(pieces), collect)
        return columns

    def _noise(self, n: int, view: View, k: int) -> tuple[Any, float, Any, Any]:
        """Normal numbers for each ray, the air's extinction, echoes of its fog, and which of them each ray meets."""
        rng = stream(self._setting.seed, "sensor", self._setting.name, k)
        noise = rng.standard_normal((2, n), dtype=np.float32)
        weather = Weather.from_array(view.nearest(self._mount.time_ns(k)).weather)
        fog = self._fog_echoes(weather.extinction_per_m)
        fog_of = rng.integers(0, len(fog), n, dtype=np.uint16) if len(fog) else np.zeros(n, np.uint16)
        return noise, weather.extinction_per_m, fog, fog_of

    def _fog_echoes(self, extinction_per_m: float) -> Shaped[ndarray, "draws 2"]:
        if extinction_per_m != self._fog[0]:
            pulse_m = physics.LIGHT_MPS * self.device.pulse_s
            rng = stream(self._setting.seed, "fog", self._setting.name)
            draws = rng.standard_exponential((_FOG_DRAWS, int(_FOG_DEPTH_M / (0.5 * pulse_m))))
            self._fog = (extinction_per_m, physics.fog_echoes(extinction_per_m, pulse_m, draws))
        return self._fog[1] if extinction_per_m > 0 else np.zeros((0, 2), np.float32)

    def _columns(self, count: int) -> dict[str, Shaped[ndarray, "p ..."]]:
        return {
            "xyz": np.empty((count, 3), np.float32),
            "intensity": np.empty(count, np.float32),
            "ring": np.empty(count, np.uint16),
            "column": np.empty(count, np.uint16),
            "offset_ns": np.empty(count, np.int32),
            "return": np.zeros(count, np.uint8),
            "semantic": np.empty(count, np.uint8),
            "instance": np.empty(count, np.uint32),
            "is_clutter": np.empty(count, bool),
            "xyz_true": np.empty((count, 3), np.float32),
            "flow": np.empty((count, 3), np.float32),
        }

    def _caster(self) -> Raycaster:
        engines = self._setting.engines
        if "raycast" not in engines:
            engines["raycast"] = Raycaster(self._setting.scene, engines.get("threads", 0))
        caster: Raycaster = engines["raycast"]
        return caster


def beam_pattern(device: LidarDevice, columns: int, start_azimuth_deg: float) -> RayPattern:
    """The beams of one sweep in the sensor's frame: a group for each firing, clockwise."""
    head = np.radians(start_azimuth_deg - 360.0 * (np.arange(columns)[:, None] + device.delay) / columns)
    azimuth, elevation = head + np.radians(device.azimuth_deg), np.radians(device.elevation_deg)
    flat = np.cos(elevation)
    up = np.broadcast_to(np.sin(elevation), azimuth.shape)
    return RayPattern.of(np.stack([flat * np.cos(azimuth), flat * np.sin(azimuth), up], axis=-1), device.delay)


def _options(setting: Setting) -> dict[str, Any]:
    options = dict(_PARAMETERS)
    for name, value in setting.mount.parameters.items():
        if name not in options:
            raise InputError(f"{setting.name}: {name}: expected one of {', '.join(options)}, got {name!r}")
        if not isinstance(value, int | float) or not np.isfinite(value) or (name == "columns" and value < 0):
            raise InputError(f"{setting.name}: {name}: expected a number, got {value!r}")
        options[name] = value
    return options


def _numbers(device: LidarDevice) -> Float[ndarray, "8"]:
    return np.array(
        [
            device.min_range_m,
            device.max_range_m,
            device.range_at_10_percent_m,
            device.range_sigma_m,
            device.range_step_m,
            device.intensity_levels,
            device.diffuse_share,
            physics.LIGHT_MPS * device.pulse_s,
        ]
    )


def _at_end(
    view: View, end_ns: int, world_from_sensor: Float[ndarray, "4 4"]
) -> tuple[Float[ndarray, "l 3 4"], Float[ndarray, "l 3 3"], Float[ndarray, "l 6"]]:
    """For link ids (0 is the world): where links are in the sensor's frame, how they are turned, and their twists."""
    poses = view.link_poses(end_ns)
    present = ~np.isnan(poses[:, 0])
    poses[~present, 3:] = (0.0, 0.0, 0.0, 1.0)
    world_from_link = np.concatenate([np.eye(4)[None], Pose.from_array(poses).matrix()])
    sensor_from_link = (np.linalg.inv(world_from_sensor) @ world_from_link)[:, :3]
    twist = np.concatenate([np.zeros((1, 6)), _twists(view, end_ns)])
    return np.ascontiguousarray(sensor_from_link), np.ascontiguousarray(world_from_link[:, :3, :3]), twist


def _twists(view: View, time_ns: int) -> Float[ndarray, "l 6"]:
    times: Int64[ndarray, " s"] = np.array([snapshot.time_ns for snapshot in view.snapshots], np.int64)
    a = min(max(int(np.searchsorted(times, time_ns, side="right")) - 1, 0), len(times) - 1)
    b = min(a + 1, len(times) - 1)
    share = (time_ns - times[a]) / max(times[b] - times[a], 1)
    before, after = view.snapshots[a].link_twist.astype(np.float64), view.snapshots[b].link_twist
    return before if share == 0 else before + share * (after - before)
