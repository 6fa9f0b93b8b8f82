"""Satellite navigation: where the antenna is on the ellipsoid, with white and slow errors by the kind of fix."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.geometry import Pose, rotate
from simgen.library import entry
from simgen.motion import View
from simgen.readings import Sample
from simgen.sampling import stream
from simgen.sensing.noise import Drift
from simgen.sensing.sensor import Setting
from simgen.world.world import World

FIXES = ("none", "single", "dgnss", "rtk_float", "rtk_fixed")
"""Code of `fix`: index here."""

_SIGMA_M = {"single": (1.2, 2.0), "dgnss": (0.4, 0.7), "rtk_float": (0.2, 0.3), "rtk_fixed": (0.01, 0.02)}
"""Horizontal (each axis) and vertical standard deviations. Source: OxTS RT3000 v2 datasheet (SPS 1.5 m CEP, DGPS 0.4 m,
RTK float 0.2 m, RTK 0.02 m CEP, CEP = 1.18 sigma); vertical by the usual ratio of dilutions, 1.7."""

_SLOW_SHARE, _SLOW_S = 0.9, 60.0
"""Share of the error's standard deviation that wanders with the sky and the multipath, and how fast: Rankin, An error
model for sensor simulation: GPS and differential GPS, IEEE PLANS 1994 (first-order Gauss-Markov)."""

_VELOCITY_SIGMA_MPS = 0.03
_UNITS = {
    "latitude": "deg",
    "longitude": "deg",
    "altitude": "m",
    "velocity": "m/s",
    "covariance": "m2",
    "latitude_true": "deg",
    "longitude_true": "deg",
    "altitude_true": "m",
}


@entry("sensors", "gnss", source="OxTS RT3000 datasheet; Rankin 1994; PROJ topocentric conversion", tags=("gnss",))
class Gnss:
    """Latitude, longitude, ellipsoidal height and velocity (east, north, up) of an antenna on the ego.

    Parameters of the mount:
        fix: "single", "dgnss", "rtk_float", "rtk_fixed" or "none" ("single").
    """

    kind = "gnss"

    def __init__(self, setting: Setting) -> None:
        """Checks the mount.

        Raises:
            InputError: unknown parameter or kind of fix.
        """
        unknown = [name for name in setting.mount.parameters if name != "fix"]
        if unknown:
            raise InputError(f"{setting.name}: expected only fix, got {unknown[0]!r}")
        self._fix = str(setting.mount.parameters.get("fix", "single"))
        if self._fix not in FIXES:
            raise InputError(f"{setting.name}: fix: expected one of {', '.join(FIXES)}, got {self._fix!r}")
        self._setting, self._mount = setting, setting.mount
        cast = setting.scene.cast
        self._ego_row = cast.rows(cast.ego.id).start
        self._geodesy = Geodesy(setting.scene.world)
        flat, up = _SIGMA_M.get(self._fix, (np.nan, np.nan))
        self._sigma_m = np.array([flat, flat, up])
        self._slow = Drift.gauss_markov(
            setting.seed, "sensor", setting.name, "slow",
            channels=3, sigma=_SLOW_SHARE, time_constant_s=_SLOW_S, interval_s=1.0 / setting.mount.rate_hz,
        )  # fmt: skip

    def window_ns(self, k: int) -> tuple[int, int]:
        """The reading's own time."""
        time_ns = self._mount.time_ns(k)
        return time_ns, time_ns

    def attributes(self) -> Mapping[str, Any]:
        """Units of all quantities, and what the codes of `fix` mean."""
        return {"kind": self.kind, "device": self._mount.device, "units": _UNITS, "fixes": FIXES}

    def read(self, view: View, k: int) -> Sample:
        """The fix at time k."""
        time_ns = self._mount.time_ns(k)
        world_from_sensor = view.pose(self._ego_row, time_ns) @ self._mount.ego_from_sensor
        antenna = world_from_sensor.translation
        rng = stream(self._setting.seed, "sensor", self._setting.name, k)
        white = np.sqrt(1.0 - _SLOW_SHARE**2) * rng.standard_normal(3)
        error = self._sigma_m * (self._slow[k] + white)
        true, measured = self._geodesy.of(antenna), self._geodesy.of(antenna + error)
        velocity = self._velocity(view, time_ns) + _VELOCITY_SIGMA_MPS * rng.standard_normal(3)
        lost = self._fix == "none"
        values = {
            "latitude": np.float64(measured[0]),
            "longitude": np.float64(measured[1]),
            "altitude": np.float64(measured[2]),
            "velocity": np.full(3, np.nan) if lost else velocity,
            "covariance": np.diag(self._sigma_m**2),
            "fix": np.uint8(FIXES.index(self._fix)),
            "latitude_true": np.float64(true[0]),
            "longitude_true": np.float64(true[1]),
            "altitude_true": np.float64(true[2]),
        }
        matrix = world_from_sensor.matrix()
        return Sample(k=k, time_ns=time_ns, reported_time_ns=time_ns, world_from_sensor=matrix, values=values)

    def _velocity(self, view: View, time_ns: int) -> Float[ndarray, "3"]:
        twist = view.nearest(time_ns).link_twist[self._ego_row].astype(np.float64)
        ego: Pose = view.pose(self._ego_row, time_ns)
        arm = rotate(ego.rotation, self._mount.ego_from_sensor.translation)
        velocity: Float[ndarray, "3"] = twist[:3] + np.cross(twist[3:], arm)
        return velocity


class Geodesy:
    """Between a world's metres and the WGS 84 ellipsoid."""

    def __init__(self, world: World) -> None:
        """By the map's own projection where it has one, by the tangent plane at the world's origin otherwise.

        Raises:
            InputError: the map's geoReference is no projection that PROJ knows.
        """
        from pyproj import CRS, Transformer
        from pyproj.exceptions import ProjError

        self._world = world
        self._projected = bool(world.geo_reference.strip())
        if self._projected:
            try:
                source = CRS.from_user_input(_projection(world.geo_reference))
                self._transformer = Transformer.from_crs(source, "EPSG:4326", always_xy=True)
            except ProjError as error:
                reason = str(error).splitlines()[0]
                raise InputError(f"{world.name}: geoReference: expected a PROJ string: {reason}") from error
        else:
            at = f"+lon_0={world.longitude_deg!r} +lat_0={world.latitude_deg!r} +h_0={world.altitude_m!r}"
            self._transformer = Transformer.from_pipeline(
                f"+proj=pipeline +step +inv +proj=topocentric +ellps=WGS84 {at} "
                "+step +inv +proj=cart +ellps=WGS84 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
            )

    def of(self, point_m: Float[ndarray, "3"]) -> tuple[float, float, float]:
        """Latitude and longitude in degrees and ellipsoidal height in metres of a point of the world."""
        x, y, z = (float(value) for value in point_m)
        if self._projected:
            origin = self._world.origin_m
            longitude, latitude = self._transformer.transform(x + origin[0], y + origin[1])
            return latitude, longitude, self._world.altitude_m + z
        longitude, latitude, height = self._transformer.transform(x, y, z)
        return latitude, longitude, height


def _projection(geo_reference: str) -> str:
    """What many maps write, as PROJ takes it.

    The grid of a geoid is a file that PROJ rarely has, and moves heights alone: heights stay above the map's own zero.
    CARLA and others give the middle of a projection without its name: OpenDRIVE's examples are transverse Mercator.
    """
    words = [word for word in geo_reference.split() if not word.startswith("+geoidgrids=")]
    if words and words[0].startswith("+") and not any(word.startswith(("+proj=", "+init=")) for word in words):
        words = ["+proj=tmerc", "+datum=WGS84", *words]
    return " ".join(words)
