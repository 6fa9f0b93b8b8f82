"""Spinning lidar, ray-cast: every beam at its own moment, with labels and noise-free truth."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float, Float32, Int64, Shaped
from numpy import ndarray

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.library import entry
from simgen.motion import View
from simgen.readings import PointCloud
from simgen.render.raycast import Hits, LinkMotion, Raycaster
from simgen.render.raycast_pattern import RayPattern
from simgen.sampling import stream
from simgen.sensing.carrier import carrier_row, sensor_matrices
from simgen.sensing.sensor import Setting
from simgen.world.weather import Weather

from . import _lidar_air as air
from . import _lidar_echo as echo
from ._lidar_clutter import Clutter
from ._lidar_points import collect
from ._lidar_scan import beam_pattern
from ._lidar_sky import Sky
from .devices import LidarDevice, lidar_device

_PARAMETERS = {"start_azimuth_deg": 180.0, "columns": 0, "sees_ego": False, "rays": 1, "returns": "strongest"}
_LEAST = {"columns": 0, "rays": 1}


@entry(
    "sensors",
    "lidar",
    source="Rasshofer et al. 2011; Oren and Nayar 1994; ITU-R P.1814; Hahner et al. 2021, 2022; the datasheets",
    tags=("lidar",),
)
class Lidar:
    """A lidar with a real beam table, exact sweep skew, echoes of finite beams, weather, and de-skewed truth.

    A sweep ends at the reading's time and lasts 1 / rate; a head turns clockwise (seen from above), so column c of C
    looks to start_azimuth - 360 c / C degrees, and the seam lies behind where the mount does not say otherwise.
    The sensor's frame has x forward, y left, z up at its optical centre.

    Parameters of the mount:
        start_azimuth_deg: where the sweep starts, counter-clockwise from the sensor's x axis (180).
        columns: firings a sweep; 0 takes the device's own (0).
        sees_ego: whether the ego's own body is in the way: what is nearer than the device's least range goes missing,
            the rest reflects. Right where the model has the place of the real car's lidar (False).
        rays: that sample the footprint of each beam, at a cost in proportion; 1 is a beam without width (1).
        returns: which echoes of a pulse are reported: strongest, first, last, or dual, the strongest (`return` 0) and
            the last (`return` 1; where the last is the strongest, the second strongest) ("strongest").
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
        self._rays, self._mode = int(options["rays"]), echo.MODES[options["returns"]]
        self._start_azimuth_deg = float(options["start_azimuth_deg"])
        self._period_ns = int(np.rint(1e9 / self._mount.rate_hz))
        share = self.device.duty * np.arange(columns + 1) / columns
        self._bounds_ns = np.rint(self._period_ns * (share - 1.0)).astype(np.int64)
        self._pattern = self._aimed(0)
        firing = self._bounds_ns[:-1, None] + self.device.delay * np.diff(self._bounds_ns)[:, None]
        self._offsets_ns = np.floor(firing).astype(np.int32).reshape(-1)
        scene = setting.scene
        self._carrier = carrier_row(self._mount, scene.cast)
        hides_ego = self._mount.fixed_to == "ego" and not options["sees_ego"]
        own = [link.actor_id == scene.cast.ego.id and hides_ego for link in scene.cast.links]
        self._ignore = np.array(own, bool)
        glass = np.array([material.transparent for material in scene.materials], bool)
        self._through = glass if glass.any() else None
        self._numbers = _numbers(self.device)
        self._weather: tuple[Weather | None, Sky] = (None, Sky.clear())
        self._clutter = Clutter(setting, self.device, self._rays)
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
            "range_at_10_percent_m": device.range_at_10_percent_m,
        }

    def read(self, view: View, k: int) -> PointCloud:
        """The sweep that ends at time k."""
        end_ns = self._mount.time_ns(k)
        bounds = end_ns + self._bounds_ns
        motion = LinkMotion.of(view, int(bounds[0]), end_ns)
        moments = np.append(bounds, end_ns)  # a device that fires for part of its period ends before `time_ns`
        poses = sensor_matrices(motion, self._mount, self._carrier, moments)
        world_from_sensor, at_end = poses[:-1], poses[-1]
        if not self.device.repeats:
            self._pattern = self._aimed(k)
        hits = self._caster().cast(
            self._pattern,
            world_from_sensor,
            bounds,
            motion,
            ignore=self._ignore,
            through=self._through,
            normals=False,
        )
        columns = self._points(hits, view, k, poses)
        return PointCloud(
            k=k,
            time_ns=end_ns,
            reported_time_ns=end_ns,
            world_from_sensor=at_end,
            columns=columns,
            rings=len(self.device.elevation_deg),
        )

    def _points(
        self, hits: Hits, view: View, k: int, poses: Float[ndarray, "bounds 4 4"]
    ) -> dict[str, Shaped[ndarray, "p ..."]]:
        """What the device reports of these hits, with its truth."""
        n, beams, rays, crew = len(self._offsets_ns), len(self.device.elevation_deg), self._rays, self._caster().crew
        shape = (n, 2 if self._mode == echo.DUAL else 1)
        kind, source = np.empty(shape, np.uint8), np.empty(shape, np.int32)
        distance, intensity = np.empty(shape, np.float32), np.empty(shape, np.float32)
        rng = stream(self._setting.seed, "sensor", self._setting.name, k)
        weather = self._air(view, k)
        draw = rng.integers(0, 65536, (2, n), dtype=np.uint16)
        kinds = len(weather.echoes)
        air_of = rng.integers(0, kinds, n, dtype=np.uint16) if kinds else np.zeros(n, np.uint16)
        seen, measured = self._received(hits, weather), (distance, intensity, kind, source)
        chance = (draw, echo.NORMAL)
        sky = self._clutter.add(
            hits, seen[1], weather, air_of, view, k, (self._pattern, poses[[0, -1]], self._offsets_ns), crew
        )

        def measure(a: int, b: int) -> tuple[int, int, int]:
            span = a * beams, b * beams
            return *span, echo.measure(*span, seen, self._numbers, self._mode, chance, sky, measured)

        pieces = crew.split(n // beams, measure)
        ends = np.cumsum([count for *_, count in pieces])
        columns = self._columns(int(ends[-1]))
        scene = self._setting.scene
        labels = (scene.semantic, scene.actor_of_link)
        end = _at_end(view, self._mount.time_ns(k), poses[-1])
        fired = (self._pattern.directions, self._offsets_ns, rays)
        behind = hits if hits.glass is None else hits.glass  # without glass nothing points beyond the hits
        met, panes = ((of.link, of.material, of.point) for of in (hits, behind))

        def pack(i: int, j: int) -> None:
            for (a, b, count), stop in zip(pieces[i:j], ends[i:j], strict=True):
                part = tuple(values[stop - count : stop] for values in columns.values())
                collect(a, b, fired, measured, met, panes, labels, end, part)

        crew.split(len(pieces), pack)
        return columns

    def _received(self, hits: Hits, weather: Sky) -> tuple[ndarray, ndarray, ndarray]:
        """Range and power of what each ray hit and of the panes that they went through, and which ray met which."""
        n, glass, crew = len(hits.t), hits.glass, self._caster().crew
        power = np.empty(n if glass is None else n + len(glass.t), np.float32)
        scene = (weather.surfaces, weather.paint, weather.puddles, weather.extinction_per_m)

        def reflect(of: Hits, to: Float32[ndarray, " n"]) -> None:
            met = (of.t, of.cosine, of.link, of.material, of.point)
            crew.split(len(of.t), lambda a, b: echo.reflect(a, b, *met, *scene, to))

        reflect(hits, power[:n])
        if glass is None or hits.panes is None or not len(glass.t):
            return hits.t, power[:n], np.zeros(0, np.int32)
        reflect(glass, power[n:])
        power[hits.glass_ray] *= echo.transmission(glass.cosine) ** (2 * hits.panes[hits.glass_ray].astype(int))
        glass_of = np.full(n, -1, np.int32)
        glass_of[hits.glass_ray] = np.arange(n, len(power), dtype=np.int32)
        return np.concatenate([hits.t, glass.t]), power, glass_of

    def _air(self, view: View, k: int) -> Sky:
        weather = Weather.from_array(view.nearest(self._mount.time_ns(k)).weather)
        if weather != self._weather[0]:
            rng = stream(self._setting.seed, "air", self._setting.name)
            self._weather = (weather, Sky.of(weather, self.device, self._setting.scene, rng))
        return self._weather[1]

    def _aimed(self, k: int) -> RayPattern:
        period_s, columns = 1e-9 * self._period_ns, len(self._bounds_ns) - 1
        start_s = 1e-9 * self.window_ns(k)[0]
        return beam_pattern(self.device, columns, self._start_azimuth_deg, self._rays, start_s, period_s)

    def _columns(self, count: int) -> dict[str, Shaped[ndarray, "p ..."]]:
        return {
            "xyz": np.empty((count, 3), np.float32),
            "intensity": np.empty(count, np.float32),
            "ring": np.empty(count, np.uint16),
            "column": np.empty(count, np.uint16),
            "offset_ns": np.empty(count, np.int32),
            "return": np.empty(count, np.uint8),
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


def _options(setting: Setting) -> dict[str, Any]:
    options = dict(_PARAMETERS)
    for name, value in setting.mount.parameters.items():
        if name not in options:
            raise InputError(f"{setting.name}: {name}: expected one of {', '.join(options)}, got {name!r}")
        if name == "returns":
            if value not in echo.MODES:
                raise InputError(f"{setting.name}: returns: expected one of {', '.join(echo.MODES)}, got {value!r}")
        elif not isinstance(value, int | float) or not np.isfinite(value):
            raise InputError(f"{setting.name}: {name}: expected a number, got {value!r}")
        elif value < _LEAST.get(name, value):
            raise InputError(f"{setting.name}: {name}: expected {_LEAST[name]} or more, got {value!r}")
        options[name] = value
    return options


def _numbers(device: LidarDevice) -> tuple[float, ...]:
    return tuple(
        float(value)
        for value in (
            device.min_range_m,
            device.max_range_m,
            device.range_at_10_percent_m,
            device.range_sigma_m,
            device.range_step_m,
            device.intensity_levels,
            device.diffuse_share,
            air.LIGHT_MPS * device.pulse_s,
            device.intensity_floor,
        )
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
