"""What a radar's rays meet, as point scatterers: range, direction, range rate and radar cross-section of each."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int32, Int64
from numba import njit
from numpy import ndarray

from simgen.geometry import Pose, cross, rotate
from simgen.motion import View
from simgen.render.raycast import Hits
from simgen.world.material import Material

GHOST = -1
"""In place of an actor: nothing stands there."""

_FLAT = (
    "road", "marking", "sidewalk", "kerb", "shoulder", "parking", "bicycle_lane", "crosswalk", "stop_line", "ground",
)  # fmt: skip
_DIFFUSE = dict.fromkeys(_FLAT, 0.06) | {"vegetation": 0.35, "pedestrian": 0.35}
_USUAL_DIFFUSE = 0.25
_SPIKE = dict.fromkeys(_FLAT, 2.0) | {"terrain": 2.0, "vegetation": 1.0, "pedestrian": 1.0}
_USUAL_SPIKE, _SPIKE_M = 4.0, 0.5
_SLOPES = {"vegetation": 0.9, "trunk": 0.5, "terrain": 0.25, "pedestrian": 0.6, "barrier": 0.45, "fence": 0.45}
_METAL_SLOPE, _USUAL_SLOPE = 0.2, 0.12
_LEAST_COSINE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scatterers:
    """Points that send power back, in the sensor's frame.

    Attributes:
        range_m, azimuth_rad, elevation_rad: where they seem to be.
        velocity_mps: range rate, positive leaving.
        rcs_m2: radar cross-section, in m2.
        actor: id, 0 for the world, `GHOST` for what only seems to be there.
    """

    range_m: Float[ndarray, " n"]
    azimuth_rad: Float[ndarray, " n"]
    elevation_rad: Float[ndarray, " n"]
    velocity_mps: Float[ndarray, " n"]
    rcs_m2: Float[ndarray, " n"]
    actor: Int64[ndarray, " n"]

    def and_(self, other: "Scatterers") -> "Scatterers":
        """These and others."""
        return Scatterers(
            **{name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in self.__slots__}
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Echoes:
    """Each ray that met something: what `ghosts` needs beside the scatterers.

    Attributes:
        point, normal, velocity: in the world.
        area_m2: of the surface that the ray stands for.
        material: index in the scene's table.
    """

    point: Float[ndarray, "n 3"]
    normal: Float[ndarray, "n 3"]
    velocity: Float[ndarray, "n 3"]
    area_m2: Float[ndarray, " n"]
    material: Int64[ndarray, " n"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surfaces:
    """What materials do at 77 GHz, by their index.

    Attributes:
        reflectivity: power reflection coefficient.
        slope: root mean square slope of the surface about its mesh, at a few wavelengths (4 mm).
        diffuse: share of the reflected power that leaves in all directions: edges, gaps, leaves, posts.
        spike: how unevenly that share is spread over a surface (exponent of `spikes`).
    """

    reflectivity: Float[ndarray, " m"]
    slope: Float[ndarray, " m"]
    diffuse: Float[ndarray, " m"]
    spike: Float[ndarray, " m"]

    @classmethod
    def of(cls, materials: tuple[Material, ...]) -> "Surfaces":
        """The table of a scene's materials."""
        metal = [_METAL_SLOPE if m.radar_reflectivity > 0.5 else _USUAL_SLOPE for m in materials]
        return cls(
            reflectivity=np.array([m.radar_reflectivity for m in materials]),
            slope=np.array([_SLOPES.get(m.semantic, usual) for m, usual in zip(materials, metal, strict=True)]),
            diffuse=np.array([_DIFFUSE.get(m.semantic, _USUAL_DIFFUSE) for m in materials]),
            spike=np.array([_SPIKE.get(m.semantic, _USUAL_SPIKE) for m in materials]),
        )

    def backscatter(
        self, material: Int64[ndarray, " n"], cosine: Float[ndarray, " n"], spikes: Float[ndarray, " n"] | float = 1.0
    ) -> Float[ndarray, " n"]:
        """Normalised radar cross-section: m2 of RCS for each m2 of surface.

        Geometrical-optics limit of physical optics on a surface of Gaussian slopes s (Barrick, Rough surface
        scattering based on the specular point theory, IEEE Trans. AP 16, 1968),
        |R|^2 exp(-tan^2 / (2 s^2)) / (2 s^2 cos^4); a smooth sphere of radius a then has its pi a^2 |R|^2. Beside it a
        Lambertian share, 4 |R|^2 cos^2 (Ulaby and Long, Microwave Radar and Radiometric Remote Sensing, 2014, ch. 5),
        times `spikes`, whose mean is 1.
        """
        cosine = np.maximum(cosine, _LEAST_COSINE)
        twice = 2.0 * self.slope[material] ** 2
        tangent_squared = 1.0 / cosine**2 - 1.0
        lobe = np.exp(-np.minimum(tangent_squared / twice, 700.0)) / (twice * cosine**4)
        diffuse = self.diffuse[material]
        result: Float[ndarray, " n"] = self.reflectivity[material] * (
            (1.0 - diffuse) * lobe + 4.0 * diffuse * cosine**2 * spikes
        )
        return result


def scatterers(
    hits: Hits,
    directions: Float[ndarray, "n 3"],
    solid_angle: Float[ndarray, " n"],
    surfaces: Surfaces,
    view: View,
    time_ns: int,
    actor_of_link: ndarray,
    world_from_sensor: Float[ndarray, "4 4"],
    sensor_velocity: Float[ndarray, "3"],
) -> tuple[Scatterers, Echoes]:
    """The scatterer that each ray met.

    Args:
        hits: of rays that all left at one moment.
        directions: unit, in the sensor's frame.
        solid_angle: steradians that each ray stands for.
        surfaces: the scene's materials.
        view: covers the time.
        time_ns: that moment.
        actor_of_link: actor id by link id.
        world_from_sensor: at that moment.
        sensor_velocity: of the sensor, world axes.
    """
    met: Int64[ndarray, " k"] = np.flatnonzero(hits.link >= 0)
    link, material = hits.link[met], hits.material[met].astype(np.int64)
    point, normal, velocity = _in_world(hits, met, view, time_ns)
    ahead = directions[met]
    distance, cosine = hits.t[met].astype(np.float64), hits.cosine[met].astype(np.float64)
    uneven = spikes(link, hits.point[met], surfaces.spike[material])
    area = solid_angle[met] * distance**2 / np.maximum(cosine, _LEAST_COSINE)
    found = Scatterers(
        range_m=distance,
        azimuth_rad=np.arctan2(ahead[:, 1], ahead[:, 0]),
        elevation_rad=np.arcsin(ahead[:, 2]),
        velocity_mps=np.einsum("ij,ij->i", velocity - sensor_velocity, ahead @ world_from_sensor[:3, :3].T),
        rcs_m2=surfaces.backscatter(material, cosine, uneven) * area,
        actor=actor_of_link[link].astype(np.int64),
    )
    return found, Echoes(point=point, normal=normal, velocity=velocity, area_m2=area, material=material)


@njit(cache=True)
def spikes(
    link: Int32[ndarray, " n"], point: Float[ndarray, "n 3"], exponent: Float[ndarray, " n"]
) -> Float[ndarray, " n"]:
    """How much more than the mean each piece of a surface scatters: corners and frames that no mesh has.

    Weibull-distributed, as land clutter is at low angles and fine resolution (Billingsley, Low-Angle Radar Land
    Clutter, 2002), of mean 1, and fixed to the surface: it follows from the link and the place on it alone.
    """
    result = np.empty(len(link))
    for i in range(len(link)):
        key = np.uint64(link[i])
        for k in range(3):
            key = key * np.uint64(0x9E3779B97F4A7C15) + np.uint64(np.int64(np.floor(point[i, k] / _SPIKE_M)))
            key ^= key >> np.uint64(29)
            key *= np.uint64(0xBF58476D1CE4E5B9)
            key ^= key >> np.uint64(32)
        uniform = (np.float64(key >> np.uint64(11)) + 0.5) / 2.0**53
        result[i] = (-math.log(uniform)) ** exponent[i] / math.gamma(1.0 + exponent[i])
    return result


def _in_world(
    hits: Hits, met: Int64[ndarray, " k"], view: View, time_ns: int
) -> tuple[Float[ndarray, "k 3"], Float[ndarray, "k 3"], Float[ndarray, "k 3"]]:
    link = hits.link[met]
    point, normal = hits.point[met], hits.normal[met].astype(np.float64)
    velocity = np.zeros_like(point)
    moving: Bool[ndarray, " k"] = link > 0
    rows = link[moving] - 1
    poses, twists = view.link_poses(time_ns)[rows], link_twists(view, time_ns)[rows]
    arm = rotate(poses[:, 3:], point[moving])
    velocity[moving] = twists[:, :3] + cross(twists[:, 3:], arm)
    point[moving] = poses[:, :3] + arm
    normal[moving] = rotate(poses[:, 3:], normal[moving])
    return point, normal, velocity


def link_twists(view: View, time_ns: int) -> Float[ndarray, "l 6"]:
    """Twists of all links at one time, linear between snapshots."""
    times: Int64[ndarray, " s"] = np.array([snapshot.time_ns for snapshot in view.snapshots], np.int64)
    after = min(max(int(np.searchsorted(times, time_ns, side="left")), 0), len(times) - 1)
    before = max(after - 1, 0)
    share = (time_ns - times[before]) / max(int(times[after] - times[before]), 1) if after > before else 0.0
    a, b = (view.snapshots[k].link_twist.astype(np.float64) for k in (before, after))
    # An actor may appear or leave between two snapshots: its twist is then that of the one where it is.
    blend = a + share * (b - a)
    return np.where(np.isnan(blend), np.where(np.isnan(a), b, a), blend)


def sensor_velocity(view: View, ego_row: int, time_ns: int, ego_from_sensor: Pose) -> Float[ndarray, "3"]:
    """Velocity of a mount on the ego, world axes."""
    twist = link_twists(view, time_ns)[ego_row]
    arm = rotate(view.pose(ego_row, time_ns).rotation, ego_from_sensor.translation)
    result: Float[ndarray, "3"] = twist[:3] + np.cross(twist[3:], arm)
    return result
