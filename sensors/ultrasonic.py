"""Ultrasonic parking sensor: the first echo in a wide cone."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.library import entry
from simgen.motion import View
from simgen.readings import Sample
from simgen.render.raycast import Hits, LinkMotion, Raycaster
from simgen.render.raycast_pattern import RayPattern
from simgen.sampling import stream
from simgen.sensing.carrier import STANDS, carrier_row, sensor_pose
from simgen.sensing.sensor import Setting
from simgen.world.weather import Weather

MIN_RANGE_M, MAX_RANGE_M = 0.15, 5.5
"""Bosch, ultrasonic sensor generation 6: 0.15 to 5.5 m."""

_WIDTH_DEG, _HEIGHT_DEG = 140.0, 70.0
_STEP_DEG = 2.0
_BIN_M = 0.02
_PIPE_M2 = 0.075 / 2.0 * 1.0
"""Echo area of the pipe: half its radius' width of curved face, all of its height (a cylinder's is a L for waves far
shorter than it, spread over the beam)."""

_SLOPE, _DIFFUSE = 0.2, 0.1
_SIGMA_M, _STEP_M = 0.005, 0.01
_SOFT = {"vegetation": 0.2, "pedestrian": 0.3, "terrain": 0.2}
_UNITS = {"range": "m", "echo": "", "instance": "", "range_true": "m"}


@entry("sensors", "ultrasonic", source="Bosch ultrasonic sensor gen 6; ISO 17386; Urick 1983", tags=("ultrasonic",))
class Ultrasonic:
    """Range of the first echo over the threshold; NaN where there is none within 0.15 to 5.5 m.

    Rays over the beam (140 x 70 deg at -6 dB, Gaussian) carry the echo of the patch of surface that they meet: specular
    about its normal (slopes of 0.2) beside a diffuse share. The threshold is such that the pipe of ISO 17386 (7.5 cm
    across, 1 m high) is just heard head-on at any distance; the ground's echo stays below it. Ranges are wrong by
    what the sensor's thermometer makes of the speed of sound (1 K is 0.17 %), for a whole episode.
    `instance` (0: the world) and `range_true` are those of the surface that gave the echo; `echo` is its level over
    the threshold, a ratio.
    """

    kind = "ultrasonic"

    def __init__(self, setting: Setting) -> None:
        """Prepares the rays.

        Raises:
            InputError: the mount has parameters.
            MissingLibraryError: Open3D is missing.
        """
        if setting.mount.parameters:
            raise InputError(f"{setting.name}: expected no parameters, got {next(iter(setting.mount.parameters))!r}")
        self._setting, self._mount = setting, setting.mount
        self._pattern, self._weight = _pattern()
        scene = setting.scene
        self._carrier = carrier_row(self._mount, scene.cast)
        own = scene.cast.ego.id if self._carrier != STANDS else 0
        self._ignore = np.array([link.actor_id == own for link in scene.cast.links], bool)
        self._hardness = np.array([_SOFT.get(material.semantic, 1.0) for material in scene.materials])
        rng = stream(setting.seed, "sensor", setting.name, "thermometer")
        self._scale = 1.0 + 0.0017 * rng.standard_normal()
        self._caster()

    def window_ns(self, k: int) -> tuple[int, int]:
        """The moment of the reading."""
        return self._mount.time_ns(k), self._mount.time_ns(k)

    def attributes(self) -> Mapping[str, Any]:
        """Units and limits."""
        return {
            "kind": self.kind,
            "device": self._mount.device or "Bosch ultrasonic gen 6",
            "units": _UNITS,
            "min_range_m": MIN_RANGE_M,
            "max_range_m": MAX_RANGE_M,
        }

    def read(self, view: View, k: int) -> Sample:
        """The first echo at time k."""
        time_ns = self._mount.time_ns(k)
        pose = sensor_pose(view, self._mount, self._carrier, time_ns).matrix()
        bounds = np.full(len(self._pattern.directions) + 1, time_ns, np.int64)
        poses = np.broadcast_to(pose, (len(bounds), 4, 4))
        motion = LinkMotion.of(view, time_ns, time_ns)
        hits = self._caster().cast(self._pattern, poses, bounds, motion, ignore=self._ignore)
        rain = Weather.from_array(view.nearest(time_ns).weather).rain_mm_h
        true, echo, actor = self._first(hits, rain)
        rng = stream(self._setting.seed, "sensor", self._setting.name, k)
        measured = np.round((true * self._scale + _SIGMA_M * rng.standard_normal()) / _STEP_M) * _STEP_M
        return Sample(
            k=k,
            time_ns=time_ns,
            reported_time_ns=time_ns,
            world_from_sensor=pose,
            values={
                "range": np.float32(measured),
                "echo": np.float32(echo),
                "instance": np.uint32(actor),
                "range_true": np.float32(true),
            },
        )

    def _first(self, hits: Hits, rain_mm_h: float) -> tuple[float, float, int]:
        """Range, level and actor of the first 2 cm of range whose echo is over the threshold."""
        met = np.flatnonzero((hits.t > MIN_RANGE_M) & (hits.t < MAX_RANGE_M))
        distance = hits.t[met].astype(np.float64)
        level = self._weight[met] * echo_area(distance, hits.cosine[met].astype(np.float64), rain_mm_h)
        level *= self._hardness[hits.material[met]]
        bins = (distance / _BIN_M).astype(np.int64)
        total = np.bincount(bins, level, int(MAX_RANGE_M / _BIN_M) + 2)
        total[1:] += total[:-1]  # an echo may lie on the edge of a bin
        over = np.flatnonzero(total > 1.0)
        if not len(over):
            return np.nan, 0.0, 0
        within = np.flatnonzero((bins == over[0]) | (bins == over[0] - 1))
        loudest = within[np.argmax(level[within])]
        actor = self._setting.scene.actor_of_link[hits.link[met[loudest]]]
        return float(distance[loudest]), float(total[over[0]]), int(actor)

    def _caster(self) -> Raycaster:
        engines = self._setting.engines
        if "raycast" not in engines:
            engines["raycast"] = Raycaster(self._setting.scene, engines.get("threads", 0))
        caster: Raycaster = engines["raycast"]
        return caster


def echo_area(
    distance_m: Float[ndarray, " n"], cosine: Float[ndarray, " n"], rain_mm_h: float = 0.0
) -> Float[ndarray, " n"]:
    """Echo of each steradian of surface over the threshold, on the axis.

    The threshold follows the fall of echoes with range and absorption (time-varied gain), so that the same echo area is
    needed at every distance. A surface of Gaussian slopes s has exp(-tan^2 / (2 s^2)) / (2 s^2 cos^4) for each m2,
    beside a Lambertian share (Urick, Principles of Underwater Sound, 1983, ch. 8); heavy rain is noise.
    """
    cosine = np.maximum(cosine, 1e-3)
    lobe = np.exp(-np.minimum((1.0 / cosine**2 - 1.0) / (2 * _SLOPE**2), 700.0)) / (2 * _SLOPE**2 * cosine**4)
    scatter = (1 - _DIFFUSE) * lobe + 4.0 * _DIFFUSE * cosine**2
    result: Float[ndarray, " n"] = scatter * distance_m**2 / cosine / (_PIPE_M2 * (1.0 + rain_mm_h / 50.0))
    return result


def _pattern() -> tuple[RayPattern, Float[ndarray, " n"]]:
    """Rays over twice the beam's -6 dB width, at most a half space; the weight of each: solid angle and antenna."""
    azimuth, elevation = (np.arange(-limit + _STEP_DEG / 2, limit, _STEP_DEG) for limit in (80.0, 50.0))
    # Columns are shifted against each other: rows would meet the ground at a few ranges, far apart.
    shift = _STEP_DEG * (np.mod(np.arange(len(azimuth)) * 0.618034, 1.0) - 0.5)
    a = np.broadcast_to(np.radians(azimuth)[:, None], (len(azimuth), len(elevation)))
    e = np.radians(elevation + shift[:, None])
    directions = np.stack([np.cos(e) * np.cos(a), np.cos(e) * np.sin(a), np.sin(e)], axis=-1)
    width, height = np.radians(_WIDTH_DEG) / 2, np.radians(_HEIGHT_DEG) / 2
    antenna = 10.0 ** (-0.6 * ((a / width) ** 2 + (e / height) ** 2))
    solid = np.radians(_STEP_DEG) ** 2 * np.cos(e)
    return RayPattern.of(directions), (antenna * solid).reshape(-1)
