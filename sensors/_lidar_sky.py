"""What a weather means for one lidar: how surfaces reflect in it, and what the air does."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32
from numpy import ndarray

from simgen.render.scene import Scene
from simgen.world.material import Material
from simgen.world.snow import BARE, COVERS, REFLECTANCE_905NM, REFLECTANCE_1550NM, covered
from simgen.world.weather import Weather

from . import _lidar_air as air
from . import _lidar_echo as echo
from .devices import LidarDevice

_AIR_DRAWS = 8192
_GROUND = ("road", "marking", "sidewalk", "kerb", "shoulder", "parking", "crosswalk", "stop_line", "bicycle_lane")
_WATER_INDEX = 1.33
_HIDDEN = 0.5
_BLACK, _WHITE = 0.04, 0.85
"""Reflectance at 905 nm of car paint: carbon black, and titanium dioxide.
Source: Shin et al., car paints for lidar, Sensors 22, 2022."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sky:
    """What a weather means for one device.

    Attributes:
        surfaces: for each material its reflectance, its gain at grazing incidence, its kind, whether it is painted with
            its link's own paint, and whether water stands on it.
        paint: reflectance of each link's paint, NaN where there is none.
        puddles: share of the ground that is under water.
        extinction_per_m: of the air.
        echoes: strongest echo from the air (power, range) in many realisations; none in clear air.
    """

    surfaces: Float[ndarray, "m 5"]
    paint: Float[ndarray, " links"]
    puddles: float
    extinction_per_m: float
    echoes: Float32[ndarray, "draws 2"]

    @classmethod
    def clear(cls) -> "Sky":
        """No air, and nothing in it."""
        none = np.zeros((0, 2), np.float32)
        return cls(surfaces=np.zeros((0, 5)), paint=np.zeros(0), puddles=0.0, extinction_per_m=0.0, echoes=none)

    @classmethod
    def of(cls, weather: Weather, device: LidarDevice, scene: Scene, rng: np.random.Generator) -> "Sky":
        """Of this weather."""
        extinction = air.extinction_per_m(weather, device.wavelength_nm)
        found = np.zeros((0, 2), np.float32)
        if extinction > 0.0:
            pulse_m = air.LIGHT_MPS * device.pulse_s
            divergence_rad = float(np.radians(np.sqrt(device.divergence_deg[0] * device.divergence_deg[1])))
            found = air.echoes(weather, device.wavelength_nm, pulse_m, divergence_rad, rng, _AIR_DRAWS)
        surfaces = np.array([_surface(material, device, weather) for material in scene.materials])
        return cls(
            surfaces=surfaces.reshape(-1, 5),
            paint=paint_reflectance(scene.paint),
            puddles=puddle_share(weather.wetness),
            extinction_per_m=extinction,
            echoes=found,
        )


def puddle_share(wetness: float) -> float:
    """How much of the ground is under water: none on a damp road (0.5), half when it is full (assumed)."""
    return float(np.clip(wetness - 0.5, 0.0, 0.5))


def paint_reflectance(paint: Float32[ndarray, "links 3"]) -> Float[ndarray, " links"]:
    """Reflectance in the near infrared of paint of these colours (linear RGB): by the red, which is nearest to it.

    Carbon black drinks it, titanium dioxide does not; the line between them is assumed.
    """
    found: Float[ndarray, " links"] = _BLACK + (_WHITE - _BLACK) * np.clip(paint[:, 0].astype(np.float64), 0.0, 1.0)
    return found


def _surface(material: Material, device: LidarDevice, weather: Weather) -> tuple[float, float, float, float, float]:
    """Reflectance, gain at grazing incidence, kind, painted, under water; the ground as wet as it is, and under
    the snow that lies there.

    A film of water keeps light in: rho becomes rho / (n^2 (1 - rho) + rho), and no facet faces a grazing beam any more.
    Source: Angstrom, The albedo of various surfaces of ground, Geografiska Annaler 7, 1925, by Lekner and Dorf, Why
    some things are darker when wet, Appl. Opt. 27, 1988.
    """
    near, wetness = device.wavelength_nm < 1200, weather.wetness
    rho = material.reflectivity_905nm if near else material.reflectivity_1550nm
    gain, ground = echo.grazing_gain(material.roughness), material.semantic in _GROUND
    if wetness > 0.0 and ground:
        wet = rho / (_WATER_INDEX**2 * (1.0 - rho) + rho)
        rho, gain = rho + wetness * (wet - rho), gain * (1.0 - wetness)
    snow = covered(material.semantic, weather.snow_cover) if COVERS.get(material.semantic, BARE).level else 0.0
    if snow > 0.0:
        rho += snow * ((REFLECTANCE_905NM if near else REFLECTANCE_1550NM) - rho)
        gain *= 1.0 - snow
    kind = (
        echo.RETRO
        if material.retroreflective and snow < _HIDDEN
        else echo.GLASS
        if material.transparent
        else echo.DIFFUSE
    )
    painted = material.paint and material.semantic != "pedestrian"  # cloth is bright in the infrared, whatever its dye
    return rho, gain, float(kind), float(painted), float(ground and snow < _HIDDEN)
