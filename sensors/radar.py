"""77 GHz FMCW radar: detections with range, direction, Doppler and RCS, from ray-cast scatterers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.library import entry
from simgen.motion import View
from simgen.readings import RadarScan
from simgen.render.raycast import LinkMotion, Raycaster
from simgen.render.raycast_pattern import RayPattern
from simgen.sampling import stream
from simgen.sensing.carrier import STANDS, carrier_row, sensor_pose
from simgen.sensing.sensor import Setting
from simgen.world.weather import Weather

from ._radar_detect import Detections, detect
from ._radar_ghosts import ghosts
from ._radar_scatter import Surfaces, scatterers, sensor_velocity
from .radar_devices import RadarDevice, radar_device

_PARAMETERS = {"fluctuation": 1.0, "ghosts": 1.0, "false_alarms": 1.0, "ray_step_deg": 0.5}
_FINE_DEG, _FINE_SHARE = 10.0, 0.4
_HORIZON_DEG, _HORIZON_SHARE = 0.6, 0.15
_RAIN_K, _RAIN_ALPHA = 1.1253, 0.7188
_AIR_DB_KM = 0.4


@entry(
    "sensors",
    "radar",
    source="Skolnik, Radar Handbook, 2008; Richards, Fundamentals of Radar Signal Processing, 2014; the datasheet",
    tags=("radar",),
)
class Radar:
    """An automotive radar: scatterers by ray casting, cells, threshold, multipath.

    All rays leave at the reading's time. Each is a patch of surface whose radar cross-section follows from material,
    angle and area; its range rate is that of the very point that was hit, so wheels and limbs have a micro-Doppler.
    The sensor's frame has x forward, y left, z up; azimuth is counter-clockwise from x, range rate positive when
    leaving. Ghosts (multipath, false alarms) have instance 0 and `is_ghost`; static clutter (rails, poles) has
    instance 0 alone.

    Parameters of the mount:
        fluctuation: 1: RCS fluctuates from cycle to cycle (Swerling III); 0: it does not (1).
        ghosts: 1: with multipath; 0: without (1).
        false_alarms: factor on the device's number of them (1).
        ray_step_deg: between rays; 0.4 of it within 10 deg of the axis and 2 deg of the horizon, 0.15 of it within 0.6
            deg of that, where a rail 200 m away is 0.1 deg high, 4 of it far above and below (0.5).
    """

    kind = "radar"

    def __init__(self, setting: Setting) -> None:
        """Checks the mount, and looks up its device.

        Raises:
            InputError: unknown device or parameter, or a rate that the device has not.
            MissingLibraryError: Open3D is missing.
        """
        self._setting, self._mount = setting, setting.mount
        self._options = _options(setting)
        self.device = radar_device(setting.mount.device)
        low, high = self.device.rate_hz
        if not low <= self._mount.rate_hz <= high:
            raise InputError(
                f"{setting.name}: rate_hz: expected {low}..{high} ({self.device.name}), got {self._mount.rate_hz}"
            )
        self._pattern, self._solid_angle = radar_pattern(self.device, self._options["ray_step_deg"])
        scene = setting.scene
        self._surfaces = Surfaces.of(scene.materials)
        self._carrier = carrier_row(self._mount, scene.cast)
        own = scene.cast.ego.id if self._carrier != STANDS else 0
        self._ignore = np.array([link.actor_id == own for link in scene.cast.links], bool)
        self._caster()

    def window_ns(self, k: int) -> tuple[int, int]:
        """The moment of the reading."""
        time_ns = self._mount.time_ns(k)
        return time_ns, time_ns

    def attributes(self) -> Mapping[str, Any]:
        """Resolution of the device, mode by mode, and whether it measures elevation."""
        modes = self.device.modes
        return {
            "kind": self.kind,
            "device": self.device.name,
            "range_resolution_m": [mode.range_resolution_m for mode in modes],
            "azimuth_resolution_deg": [mode.azimuth_resolution_deg for mode in modes],
            "velocity_resolution_mps": [mode.velocity_resolution_mps for mode in modes],
            "max_range_m": max(mode.range_m[1] for mode in modes),
            "threshold_db": self.device.threshold_db,
            "measures_elevation": any(mode.elevation_resolution_deg > 0 for mode in modes),
        }

    def read(self, view: View, k: int) -> RadarScan:
        """The detections of the cycle at time k."""
        time_ns = self._mount.time_ns(k)
        world_from_sensor = sensor_pose(view, self._mount, self._carrier, time_ns).matrix()
        velocity = np.zeros(3)
        if self._carrier != STANDS:
            velocity = sensor_velocity(view, self._carrier, time_ns, self._mount.ego_from_sensor)
        bounds = np.full(len(self._pattern.directions) + 1, time_ns, np.int64)
        poses = np.broadcast_to(world_from_sensor, (len(bounds), 4, 4))
        motion = LinkMotion.of(view, time_ns, time_ns)
        hits = self._caster().cast(self._pattern, poses, bounds, motion, ignore=self._ignore)
        found, echoes = scatterers(
            hits,
            self._pattern.directions.reshape(-1, 3),
            self._solid_angle,
            self._surfaces,
            view,
            time_ns,
            self._setting.scene.actor_of_link,
            world_from_sensor,
            velocity,
        )
        if self._options["ghosts"]:
            found = found.and_(ghosts(found, echoes, self._surfaces, world_from_sensor, velocity))
        weather = Weather.from_array(view.nearest(time_ns).weather)
        rng = stream(self._setting.seed, "sensor", self._setting.name, k)
        return RadarScan(
            k=k,
            time_ns=time_ns,
            reported_time_ns=time_ns,
            world_from_sensor=world_from_sensor,
            columns=self._detections(found, attenuation_db_km(weather.rain_mm_h), rng),
        )

    def _detections(self, found: Any, attenuation: float, rng: np.random.Generator) -> Detections:
        device, fluctuates = self.device, bool(self._options["fluctuation"])
        scans = [
            detect(device, mode, found, attenuation, rng, self._options["false_alarms"], fluctuates=fluctuates)
            for mode in device.modes
        ]
        columns = {name: np.concatenate([scan[name] for scan in scans]) for name in scans[0]}
        strongest = np.argsort(-columns["snr_db"], kind="stable")[: device.max_detections]
        order = strongest[np.argsort(columns["range_m"][strongest], kind="stable")]
        return {name: values[order] for name, values in columns.items()}

    def _caster(self) -> Raycaster:
        engines = self._setting.engines
        if "raycast" not in engines:
            engines["raycast"] = Raycaster(self._setting.scene, engines.get("threads", 0))
        caster: Raycaster = engines["raycast"]
        return caster


def attenuation_db_km(rain_mm_h: float) -> float:
    """What air and rain take one way: ITU-R P.838-3 (k R^alpha at 76.5 GHz, horizontal) and P.676 (0.4 dB/km)."""
    return float(_AIR_DB_KM + (_RAIN_K * rain_mm_h**_RAIN_ALPHA if rain_mm_h > 0 else 0.0))


def radar_pattern(device: RadarDevice, step_deg: float) -> tuple[RayPattern, Float[ndarray, " n"]]:
    """Rays over the device's field of view, finer near its axis and the horizon, and the solid angle of each."""
    side = max(mode.reach[-1][0] for mode in device.modes)
    height = 0.75 * max(mode.elevation_fov_deg for mode in device.modes)
    azimuth = _edges(side, _FINE_DEG, step_deg, 1.0)
    elevation = _edges(height, 2.0, step_deg, 4.0)
    far = np.abs(elevation) > min(_HORIZON_DEG, height) + 1e-6
    near = _edges(min(_HORIZON_DEG, height), height, step_deg * _HORIZON_SHARE / _FINE_SHARE, 1.0)
    elevation = np.sort(np.concatenate([elevation[far], near]))
    middle_a, middle_e = (np.radians((edges[1:] + edges[:-1]) / 2.0) for edges in (azimuth, elevation))
    flat = np.cos(middle_e)[None, :]
    directions = np.stack(
        np.broadcast_arrays(flat * np.cos(middle_a)[:, None], flat * np.sin(middle_a)[:, None], np.sin(middle_e)),
        axis=-1,
    )
    solid = np.diff(np.radians(azimuth))[:, None] * np.diff(np.sin(np.radians(elevation)))[None, :]
    return RayPattern.of(directions), solid.reshape(-1)


def _edges(half: float, fine_half: float, step: float, wider: float) -> Float[ndarray, " n"]:
    fine_half = min(fine_half, half)
    fine = np.linspace(-fine_half, fine_half, 2 * max(round(fine_half / (step * _FINE_SHARE)), 1) + 1)
    coarse = np.linspace(fine_half, half, max(round((half - fine_half) / (wider * step)), 0) + 1)[1:]
    result: Float[ndarray, " n"] = np.concatenate([-coarse[::-1], fine, coarse])
    return result


def _options(setting: Setting) -> dict[str, float]:
    options = dict(_PARAMETERS)
    for name, value in setting.mount.parameters.items():
        if name not in options:
            raise InputError(f"{setting.name}: {name}: expected one of {', '.join(options)}, got {name!r}")
        least = 0.05 if name == "ray_step_deg" else 0.0
        if not isinstance(value, int | float) or not least <= value <= 100.0:
            raise InputError(f"{setting.name}: {name}: expected {least}..100, got {value!r}")
        options[name] = float(value)
    return options
