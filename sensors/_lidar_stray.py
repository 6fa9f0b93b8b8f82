"""Light that goes astray in a lidar: halos about retroreflectors that blind it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32, Int64
from numpy import ndarray
from scipy.spatial import cKDTree

SATURATION = 100.0
"""How far over the detection threshold an echo must be to show a halo: where detectors saturate, some 20 dB."""

STRAY_SHARE = 3e-4
"""Share of a beam's power in a neighbour of its own width, close by; assumed: optics as clean as Harvey's mirrors."""

STRAY_CORE_DEG = 0.2
_REACH_DEG = 0.8
_TOGETHER = 32.0  # beside what is seen at all, an eighth of that counts: so many sources shine together


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stray:
    """Echoes of clutter, at most one a beam.

    Attributes:
        beam: which beams have one.
        power: relative to a white target at 1 m, as everywhere in `_lidar_echo`.
        distance_m: where it seems to be.
        passes: whether it is seen though the beam itself ends before (light of other beams).
    """

    beam: Int64[ndarray, " s"]
    power: Float[ndarray, " s"]
    distance_m: Float[ndarray, " s"]
    passes: bool

    @classmethod
    def none(cls) -> "Stray":
        """No clutter."""
        return cls(beam=np.zeros(0, np.int64), power=np.zeros(0), distance_m=np.zeros(0), passes=False)


def halo_share(angle_deg: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
    """Share of a beam's power that comes back through a neighbour that many degrees beside it.

    Scatter of optical surfaces, flat in the middle and falling with a power of the angle (ABg model, exponent 3).
    Source: Harvey, Light-scattering characteristics of optical surfaces, 1976; Dittman, K-correlation power spectral
    density and surface scatter model, SPIE 6291, 2006. Its numbers are assumed, so that a number plate at 10 m has a
    rim of a few points; blooming of lidars: Uttarkabat et al., BloomNet, IEEE Intelligent Vehicles, 2024.
    """
    share: Float[ndarray, " n"] = STRAY_SHARE * (1.0 + (angle_deg / STRAY_CORE_DEG) ** 2) ** -1.5
    return share


def halos(
    tree: cKDTree,
    shines: Bool[ndarray, " n"],
    t: Float32[ndarray, " n"],
    power: Float32[ndarray, " n"],
    threshold: float,
    apart_m: float,
) -> Stray:
    """What beams beside a retroreflector see of it, at its range; none where their own target is as far.

    Args:
        tree: of the beams' directions.
        shines: beams that hit a retroreflector.
        t: range of what each beam hit, inf for none.
        power: of its echo.
        threshold: power of an echo that is just detected.
        apart_m: echoes closer than this are one.
    """
    sources = np.flatnonzero(shines & (power > SATURATION * threshold))
    if not len(sources):
        return Stray.none()
    excess = (_TOGETHER * STRAY_SHARE * power[sources].astype(np.float64) / threshold) ** (2.0 / 3.0)
    reach_deg = np.minimum(STRAY_CORE_DEG * np.sqrt(np.maximum(excess - 1.0, 0.0)), _REACH_DEG)
    near = tree.query_ball_point(tree.data[sources], 2.0 * np.sin(0.5 * np.radians(reach_deg)), return_sorted=True)
    source = np.repeat(sources, [len(found) for found in near])
    beam = np.concatenate(near).astype(np.int64)
    apart = np.abs(t[beam].astype(np.float64) - t[source])
    kept = ~shines[beam] & ~(apart < apart_m)
    source, beam = source[kept], beam[kept]
    chord = np.linalg.norm(tree.data[beam] - tree.data[source], axis=1)
    light = power[source].astype(np.float64) * halo_share(np.degrees(2.0 * np.arcsin(0.5 * chord)))
    total = np.bincount(beam, light, len(t))
    middle = np.bincount(beam, light * t[source], len(t))
    seen = np.flatnonzero(total > 0.25 * threshold)
    return Stray(beam=seen, power=total[seen], distance_m=middle[seen] / total[seen], passes=True)
