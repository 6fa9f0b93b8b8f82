"""Satellite navigation: where the antenna is on the ellipsoid, by the satellites that it can see from there."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.geometry import Pose, rotate
from simgen.library import entry
from simgen.motion import View
from simgen.readings import Sample
from simgen.render.raycast import LinkMotion, Raycaster
from simgen.sampling import stream
from simgen.sensing.carrier import STANDS, carrier_row, sensor_pose
from simgen.sensing.noise import Drift
from simgen.sensing.sensor import Setting
from simgen.world.world import World

from . import _gnss_fix as fixing
from ._gnss_paths import BELOW, STATES, Paths, Surroundings, leafy
from ._gnss_sky import SATELLITES, SIDEREAL_DAY_S, directions

FIXES = ("none", "single", "dgnss", "rtk_float", "rtk_fixed", "2d")
"""Code of `fix`: index here. "2d": three satellites, the altitude is held."""

_SIGMA_M = {"single": 1.2, "dgnss": 0.4, "rtk_float": 0.2, "rtk_fixed": 0.01}
"""Horizontal standard deviation (each axis) under an open sky. Source: OxTS RT3000 v2 datasheet (SPS 1.5 m CEP, DGPS
0.4 m, RTK float 0.2 m, RTK 0.02 m CEP, CEP = 1.18 sigma)."""

_OPEN_SKY = 1.3677
"""The same for ranges of an error of 1 m at the zenith: root mean square over a day at 48 deg north, mask 10 deg, of
what `fixing.solve` believes."""

_SLOW_SHARE, _SLOW_S = 0.9, 60.0
"""Share of the error's standard deviation that wanders with the sky and the multipath, and how fast: Rankin, An error
model for sensor simulation: GPS and differential GPS, IEEE PLANS 1994 (first-order Gauss-Markov)."""

_CARRIER = ("rtk_float", "rtk_fixed")
_FIXED_NEEDS, _POSITION_NEEDS, _FLAT_NEEDS = 5, 4, 3
"""Satellites that each kind of fix needs: ambiguities are resolved with five or more (Teunissen and Montenbruck,
Handbook of GNSS, 2017, ch. 26)."""

_VELOCITY_SIGMA_MPS = 0.03
_PARAMETERS: dict[str, tuple[float, float]] = {"mask_deg": (0.0, 60.0), "sky_s": (0.0, 1e9), "obstruction": (0.0, 1.0)}
_UNITS = {
    "latitude": "deg",
    "longitude": "deg",
    "altitude": "m",
    "velocity": "m/s",
    "covariance": "m2",
    "hdop": "",
    "vdop": "",
    "pdop": "",
    "satellites": "",
    "satellite_azimuth": "rad",
    "satellite_elevation": "rad",
    "satellite_state": "",
    "satellite_delay": "m",
    "latitude_true": "deg",
    "longitude_true": "deg",
    "altitude_true": "m",
}


@entry(
    "sensors",
    "gnss",
    source="GPS SPS Performance Standard, 2001; Misra and Enge 2006; Braasch 1996; OxTS RT3000; Rankin 1994; PROJ",
    tags=("gnss",),
)
class Gnss:
    """Latitude, longitude, ellipsoidal height and velocity (east, north, up) of an antenna on the ego.

    GPS' nominal constellation of 24 satellites stands in the sky as at a random time of the episode's own. A ray is
    cast to each satellite above the mask, and off each near wall: buildings block satellites or leave only their
    reflections, whose detour is an error of that range; leaves weaken them. The position follows by weighted least
    squares from what is left; five satellites make an ambiguity-fixed solution, four a position, three one with the
    altitude held ("2d"), fewer none. `covariance` is what the receiver believes in: it does not know of reflections.

    Parameters of the mount:
        fix: the best that the receiver can: "single", "dgnss", "rtk_float", "rtk_fixed" or "none" ("single").
        mask_deg: elevation below which no satellite is used (10).
        sky_s: seconds after the constellation's epoch at the start; drawn where it is not given.
        obstruction: 1: rays are cast; 0: the sky is always open (1).
    """

    kind = "gnss"

    def __init__(self, setting: Setting) -> None:
        """Checks the mount.

        Raises:
            InputError: unknown parameter or kind of fix, or a number out of range.
            MissingLibraryError: Open3D is missing.
        """
        self._setting, self._mount = setting, setting.mount
        self._fix, options = _options(setting)
        self._mask_deg, obstructed = options["mask_deg"], bool(options["obstruction"])
        cast, materials = setting.scene.cast, setting.scene.materials
        self._carrier = carrier_row(setting.mount, cast)
        self._geodesy = Geodesy(setting.scene.world)
        drawn = SIDEREAL_DAY_S * stream(setting.seed, "sensor", "gnss", "sky").random()  # one sky for all receivers
        self._sky_s = options.get("sky_s", drawn)
        self._slow = Drift.gauss_markov(
            setting.seed, "sensor", setting.name, "slow",
            channels=SATELLITES + 1, sigma=_SLOW_SHARE, time_constant_s=_SLOW_S, interval_s=1.0 / setting.mount.rate_hz,
        )  # fmt: skip
        own = cast.ego.id if self._carrier != STANDS else 0
        self._ignore = np.array([link.actor_id == own for link in cast.links], bool)
        self._leafy, self._reflectivity = leafy(materials), np.array([m.radar_reflectivity for m in materials])
        self._caster = self._raycaster() if obstructed else None

    def window_ns(self, k: int) -> tuple[int, int]:
        """The reading's own time."""
        time_ns = self._mount.time_ns(k)
        return time_ns, time_ns

    def attributes(self) -> Mapping[str, Any]:
        """Units of all quantities, and what the codes of `fix` and `satellite_state` mean."""
        return {
            "kind": self.kind,
            "device": self._mount.device,
            "units": _UNITS,
            "fixes": FIXES,
            "satellite_states": STATES,
            "mask_deg": self._mask_deg,
        }

    def read(self, view: View, k: int) -> Sample:
        """The fix at time k."""
        time_ns = self._mount.time_ns(k)
        world_from_sensor = sensor_pose(view, self._mount, self._carrier, time_ns)
        antenna = world_from_sensor.translation
        true = self._geodesy.of(antenna)
        sky = directions(*true, self._sky_s + 1e-9 * time_ns)
        paths = self._paths(view, time_ns, antenna, sky)
        rng = stream(self._setting.seed, "sensor", self._setting.name, k)
        draws = np.sqrt(1.0 - _SLOW_SHARE**2) * rng.standard_normal(SATELLITES + 1) + self._slow[k]
        fix, used = self._possible(paths)
        error, covariance = self._solved(fix, sky, paths, used, draws)
        measured = self._geodesy.of(antenna + error)
        velocity = self._velocity(view, time_ns) + _VELOCITY_SIGMA_MPS * rng.standard_normal(3)
        dilution = fixing.Dilution.of(sky[used])
        values = {
            "latitude": np.float64(measured[0]),
            "longitude": np.float64(measured[1]),
            "altitude": np.float64(measured[2]),
            "velocity": np.full(3, np.nan) if fix == "none" else velocity,
            "covariance": covariance,
            "fix": np.uint8(FIXES.index(fix)),
            "satellites": np.uint8(used.sum()),
            "hdop": np.float32(dilution.horizontal),
            "vdop": np.float32(dilution.vertical),
            "pdop": np.float32(dilution.position),
            "satellite_azimuth": np.arctan2(sky[:, 1], sky[:, 0]).astype(np.float32),
            "satellite_elevation": np.arcsin(sky[:, 2]).astype(np.float32),
            "satellite_state": paths.state,
            "satellite_delay": np.where(paths.state == BELOW, np.nan, paths.delay_m).astype(np.float32),
            "latitude_true": np.float64(true[0]),
            "longitude_true": np.float64(true[1]),
            "altitude_true": np.float64(true[2]),
        }
        matrix = world_from_sensor.matrix()
        return Sample(k=k, time_ns=time_ns, reported_time_ns=time_ns, world_from_sensor=matrix, values=values)

    def _paths(self, view: View, time_ns: int, antenna: Float[ndarray, "3"], sky: Float[ndarray, "24 3"]) -> Paths:
        visible = sky[:, 2] > np.sin(np.radians(self._mask_deg))
        if self._caster is None:
            return Paths.open_sky(visible)
        about = Surroundings(
            caster=self._caster,
            motion=LinkMotion.of(view, time_ns, time_ns),
            time_ns=time_ns,
            ignore=self._ignore,
            leafy=self._leafy,
            reflectivity=self._reflectivity,
        )
        return about.paths(antenna, sky, visible)

    def _possible(self, paths: Paths) -> tuple[str, Bool[ndarray, " s"]]:
        """The best fix that these satellites allow, and which of them it uses."""
        seen, tracked = (fixing.usable(paths, carrier=carrier) for carrier in (True, False))
        if self._fix == "rtk_fixed" and seen.sum() >= _FIXED_NEEDS:
            return "rtk_fixed", seen
        if self._fix in _CARRIER and seen.sum() >= _POSITION_NEEDS:
            return "rtk_float", seen
        if self._fix != "none" and tracked.sum() >= _POSITION_NEEDS:
            return ("dgnss" if self._fix in _CARRIER else self._fix), tracked
        if self._fix != "none" and tracked.sum() == _FLAT_NEEDS:
            return "2d", tracked
        return "none", np.zeros(len(tracked), bool)

    def _solved(
        self,
        fix: str,
        sky: Float[ndarray, "24 3"],
        paths: Paths,
        used: Bool[ndarray, " s"],
        draws: Float[ndarray, " d"],
    ) -> tuple[Float[ndarray, "3"], Float[ndarray, "3 3"]]:
        """Error of the position, and the covariance that the receiver believes in."""
        if fix == "none":
            return np.full(3, np.nan), np.diag(np.full(3, np.nan))
        best = fix if fix != "2d" else self._fix if self._fix not in _CARRIER else "dgnss"
        sigma = fixing.sigmas(sky, paths, _SIGMA_M[best] / _OPEN_SKY)
        error = sigma * draws[:SATELLITES] + fixing.biases_m(paths, carrier=fix == "rtk_fixed")
        return fixing.solve(sky[used], error[used], sigma[used], float(draws[SATELLITES]))

    def _velocity(self, view: View, time_ns: int) -> Float[ndarray, "3"]:
        if self._carrier == STANDS:
            return np.zeros(3)
        twist = view.nearest(time_ns).link_twist[self._carrier].astype(np.float64)
        ego: Pose = view.pose(self._carrier, time_ns)
        arm = rotate(ego.rotation, self._mount.ego_from_sensor.translation)
        velocity: Float[ndarray, "3"] = twist[:3] + np.cross(twist[3:], arm)
        return velocity

    def _raycaster(self) -> Raycaster:
        engines = self._setting.engines
        if "raycast" not in engines:
            engines["raycast"] = Raycaster(self._setting.scene, engines.get("threads", 0))
        caster: Raycaster = engines["raycast"]
        return caster


def _options(setting: Setting) -> tuple[str, dict[str, float]]:
    given = dict(setting.mount.parameters)
    fix = str(given.pop("fix", "single"))
    if fix not in ("none", *_SIGMA_M):
        raise InputError(f"{setting.name}: fix: expected one of none, {', '.join(_SIGMA_M)}, got {fix!r}")
    options = {"mask_deg": 10.0, "obstruction": 1.0}
    for name, value in given.items():
        if name not in _PARAMETERS:
            raise InputError(f"{setting.name}: expected fix, {', '.join(_PARAMETERS)}, got {name!r}")
        low, high = _PARAMETERS[name]
        if not isinstance(value, int | float) or not low <= value <= high:
            raise InputError(f"{setting.name}: {name}: expected {low:g}..{high:g}, got {value!r}")
        options[name] = float(value)
    return fix, options


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
