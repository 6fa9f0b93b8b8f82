"""Camera poses that jump from picture to picture: round some things, from all sides, near and far."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from simgen.geometry import Pose
from simgen.sampling import stream

UNPLACED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Orbit:
    """Where a sensor is for each of its readings: it looks at a random point of a box from a random side.

    Attributes:
        distance_m: least and most to the point that it looks at; drawn with even logarithms.
        azimuth_deg: from where it looks, counter-clockwise from the world's x.
        elevation_deg: how high it stands above that point's horizon.
        roll_deg: least and most turn about its own axis.
        aside_deg: most turn off the point, so that it is not always in the middle.
        per_size: `distance_m` in diagonals of the largest thing, where it is known.
        low_m: corner of the box that it looks at.
        high_m: the other corner.
        seed: of the draws; -1 until somebody has placed it.
    """

    distance_m: tuple[float, float] = (1.0, 3.0)
    azimuth_deg: tuple[float, float] = (-180.0, 180.0)
    elevation_deg: tuple[float, float] = (10.0, 70.0)
    roll_deg: tuple[float, float] = (-5.0, 5.0)
    aside_deg: float = 8.0
    per_size: bool = False
    low_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
    high_m: tuple[float, float, float] = (0.0, 0.0, 0.0)
    seed: int = UNPLACED

    def placed(
        self, low_m: tuple[float, float, float], high_m: tuple[float, float, float], size_m: float, seed: int
    ) -> "Orbit":
        """About a box of things whose largest has a diagonal of `size_m`."""
        near, far = self.distance_m
        share = size_m if self.per_size else 1.0
        return replace(
            self, distance_m=(near * share, far * share), per_size=False, low_m=low_m, high_m=high_m, seed=seed
        )

    def pose(self, k: int) -> Pose:
        """Of reading k: x towards what it looks at, z up."""
        rng = stream(self.seed, "orbit", k)
        target = rng.uniform(self.low_m, self.high_m)
        azimuth, elevation = np.radians([rng.uniform(*self.azimuth_deg), rng.uniform(*self.elevation_deg)])
        distance = float(np.exp(rng.uniform(*np.log(self.distance_m))))
        out = np.array([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)])
        aside = np.radians(rng.uniform(-self.aside_deg, self.aside_deg, 2))
        roll = float(np.radians(rng.uniform(*self.roll_deg)))
        towards = Rotation.from_euler("ZYX", [azimuth + np.pi, elevation, 0.0])
        turn = towards * Rotation.from_euler("ZYX", [aside[0], aside[1], roll])
        return Pose(rotation=turn.as_quat(), translation=target + distance * out)
