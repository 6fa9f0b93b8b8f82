"""One value that every sensor reads."""

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float32
from numpy import ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """Light and air.

    Attributes:
        sun_azimuth_deg: where the sun stands, counter-clockwise from the world's x axis.
        sun_elevation_deg: above the horizon; below 0 is dusk (-6 civil) and night.
        cloudiness: 0 clear .. 1 overcast (no direct sun).
        fog: 0 none .. 1, meteorological optical range 30 m; see `extinction_per_m`.
        rain_mm_h: 0..150.
        snow_mm_h: 0..20, as melted water.
        wetness: 0 dry .. 1 standing water on the ground.
        temperature_c: air.
        snow_cover: 0 bare .. 1 snow lies on all that is level and that nobody clears; see `snow.COVERS`.
        cloud_seed: which clouds, a whole number.
        exposure_ev: by how much cameras with the ideal exposure take brighter pictures, in stops; no light of its own.
    """

    sun_azimuth_deg: float = 130.0
    sun_elevation_deg: float = 45.0
    cloudiness: float = 0.2
    fog: float = 0.0
    rain_mm_h: float = 0.0
    snow_mm_h: float = 0.0
    wetness: float = 0.0
    temperature_c: float = 15.0
    snow_cover: float = 0.0
    cloud_seed: float = 0.0
    exposure_ev: float = 0.0

    def array(self) -> Float32[ndarray, " w"]:
        """The numbers in the order of `COLUMNS`."""
        return np.array([getattr(self, name) for name in COLUMNS], dtype=np.float32)

    @classmethod
    def from_array(cls, values: Float32[ndarray, " w"]) -> "Weather":
        """Back from `array`; an earlier version's has fewer numbers, and what it lacks was not there."""
        return cls(**{name: float(value) for name, value in zip(COLUMNS, values, strict=False)})

    @property
    def extinction_per_m(self) -> float:
        """Extinction coefficient of the fog for visible and near-infrared light, 1/m.

        The meteorological optical range (WMO-No. 8, part I, chapter 9: transmission falls to 5 %) is
        MOR = -ln(0.05) / extinction; `fog` = 1 is MOR 30 m, and extinction grows with the square of `fog`, so that
        0.3 is 333 m and 0.1 is 3 km. Fog drops are larger than the wavelength, so 905 nm sees the same
        extinction (Rasshofer et al. 2011, Adv. Radio Sci. 9).
        """
        return float(-np.log(0.05) / 30.0 * self.fog**2)


COLUMNS: tuple[str, ...] = tuple(entry.name for entry in fields(Weather))
