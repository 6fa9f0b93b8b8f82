"""What a radar's rays meet, as point scatterers: range, direction, range rate and radar cross-section of each."""

import math
from dataclasses import dataclass
from typing import no_type_check

import numpy as np
from jaxtyping import Float, Int32, Int64
from numba import njit
from numpy import ndarray

from simgen.geometry import Pose, rotate
from simgen.motion import View
from simgen.render.raycast import Hits
from simgen.world.material import Material

GHOST = -1
"""In place of an actor: nothing stands there."""

_FLAT = (
    "road", "marking", "sidewalk", "kerb", "shoulder", "parking", "bicycle_lane", "crosswalk", "stop_line", "ground",
)  # fmt: skip
_DIFFUSE = dict.fromkeys(_FLAT, 0.06) | {"vegetation": 0.25, "pedestrian": 0.35}
_USUAL_DIFFUSE = 0.12
_SPIKE = dict.fromkeys(_FLAT, 2.0) | {"terrain": 2.0, "vegetation": 1.0, "pedestrian": 1.0}
_USUAL_SPIKE, _SPIKE_M = 4.0, 0.5
_SLOPES = {"vegetation": 0.9, "trunk": 0.5, "terrain": 0.25, "pedestrian": 0.6, "barrier": 0.45, "fence": 0.45}
_METAL_SLOPE, _USUAL_SLOPE = 0.2, 0.12
_LEAST_COSINE = 1e-3

_CORNERS = {
    "building": 0.12, "wall": 0.08, "fence": 0.2, "barrier": 0.3, "pole": 0.5, "traffic_sign": 0.5,
    "traffic_light": 0.5, "furniture": 0.3, "bridge": 0.12, "tunnel": 0.12,
}  # fmt: skip
_VEHICLE_CORNERS = 0.2
_VEHICLES = ("car", "van", "truck", "bus", "trailer", "tram", "motorcycle", "train")
"""Share of pieces of half a metre that hold a corner: sills, brackets, posts' feet, wheel arches, frames. Assumed, such
that detections have the cross-sections of an ARS 548's on the road."""

_EDGE_M, _EDGE_SPREAD, _LONGEST_EDGE_M = 0.055, 0.45, 0.15
_WAVELENGTH_M = 299_792_458.0 / 76.5e9


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
        corner: share of its pieces that hold a corner reflector.
    """

    reflectivity: Float[ndarray, " m"]
    slope: Float[ndarray, " m"]
    diffuse: Float[ndarray, " m"]
    spike: Float[ndarray, " m"]
    corner: Float[ndarray, " m"]

    @classmethod
    def of(cls, materials: tuple[Material, ...]) -> "Surfaces":
        """The table of a scene's materials."""
        metal = [_METAL_SLOPE if m.radar_reflectivity > 0.5 else _USUAL_SLOPE for m in materials]
        return cls(
            reflectivity=np.array([m.radar_reflectivity for m in materials]),
            slope=np.array([_SLOPES.get(m.semantic, usual) for m, usual in zip(materials, metal, strict=True)]),
            diffuse=np.array([_DIFFUSE.get(m.semantic, _USUAL_DIFFUSE) for m in materials]),
            spike=np.array([_SPIKE.get(m.semantic, _USUAL_SPIKE) for m in materials]),
            corner=np.array(
                [_VEHICLE_CORNERS if m.semantic in _VEHICLES else _CORNERS.get(m.semantic, 0.0) for m in materials]
            ),
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
        factors = np.broadcast_to(np.asarray(spikes, np.float64), cosine.shape)
        found: Float[ndarray, " n"] = _backscatters(self.table()[material], np.asarray(cosine, np.float64), factors)
        return found

    def table(self) -> Float[ndarray, "m 6"]:
        """All numbers, a row a material, and what makes the mean of its spikes 1."""
        unit = np.array([1.0 / math.gamma(1.0 + exponent) for exponent in self.spike])
        return np.stack([self.reflectivity, self.slope, self.diffuse, self.spike, self.corner, unit], axis=1)


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
    count = len(met)
    point, normal, velocity = np.empty((count, 3)), np.empty((count, 3)), np.empty((count, 3))
    numbers = np.empty((count, 6))
    rays = (hits.t, hits.link, hits.material, hits.point, hits.normal, hits.cosine, directions, solid_angle)
    motion = (view.link_poses(time_ns), link_twists(view, time_ns), world_from_sensor, sensor_velocity)
    _sense(met, *rays, *motion, surfaces.table(), point, normal, velocity, numbers)
    found = Scatterers(
        range_m=numbers[:, 0],
        azimuth_rad=numbers[:, 1],
        elevation_rad=numbers[:, 2],
        velocity_mps=numbers[:, 3],
        rcs_m2=numbers[:, 4],
        actor=actor_of_link[hits.link[met]].astype(np.int64),
    )
    material = hits.material[met].astype(np.int64)
    return found, Echoes(point=point, normal=normal, velocity=velocity, area_m2=numbers[:, 5], material=material)


@njit(cache=True, nogil=True)
@no_type_check
def _sense(
    met: Int64[ndarray, " k"],
    distance: Float[ndarray, " n"],
    link: Int32[ndarray, " n"],
    material: Int32[ndarray, " n"],
    hit: Float[ndarray, "n 3"],
    facing: Float[ndarray, "n 3"],
    cosine: Float[ndarray, " n"],
    directions: Float[ndarray, "n 3"],
    solid_angle: Float[ndarray, " n"],
    pose: Float[ndarray, "l 7"],
    twist: Float[ndarray, "l 6"],
    world_from_sensor: Float[ndarray, "4 4"],
    sensor_velocity: Float[ndarray, "3"],
    table: Float[ndarray, "m 6"],
    point: Float[ndarray, "k 3"],
    normal: Float[ndarray, "k 3"],
    velocity: Float[ndarray, "k 3"],
    numbers: Float[ndarray, "k 6"],
) -> None:
    """Of each ray that met something: where, how it moves, and range, azimuth, elevation, rate, RCS and area.

    No arrays are cut within the loop: numba would count references to every piece.
    """
    for i in range(len(met)):
        ray = met[i]
        x, y, z, far = directions[ray, 0], directions[ray, 1], directions[ray, 2], np.float64(distance[ray])
        key = _piece(link[ray], hit[ray, 0], hit[ray, 1], hit[ray, 2])
        _carry(link[ray], ray, hit, facing, pose, twist, i, point, normal, velocity)
        rate = 0.0
        for k in range(3):
            along = world_from_sensor[k, 0] * x + world_from_sensor[k, 1] * y + world_from_sensor[k, 2] * z
            rate += (velocity[i, k] - sensor_velocity[k]) * along
        m = material[ray]
        flat = np.float64(cosine[ray])
        area = solid_angle[ray] * far * far / max(flat, _LEAST_COSINE)
        uneven = (-math.log(_uniform(key))) ** table[m, 3] * table[m, 5]
        each = _backscatter(table[m, 0], table[m, 1], table[m, 2], flat, uneven) + _corner(key, table[m, 4])
        numbers[i, 0], numbers[i, 1], numbers[i, 2] = far, math.atan2(y, x), math.asin(z)
        numbers[i, 3], numbers[i, 4], numbers[i, 5] = rate, each * area, area


@njit(cache=True, nogil=True, inline="always")
@no_type_check
def _carry(
    link: int,
    ray: int,
    hit: Float[ndarray, "n 3"],
    facing: Float[ndarray, "n 3"],
    pose: Float[ndarray, "l 7"],
    twist: Float[ndarray, "l 6"],
    i: int,
    point: Float[ndarray, "k 3"],
    normal: Float[ndarray, "k 3"],
    velocity: Float[ndarray, "k 3"],
) -> None:
    """A hit in its link's frame, into the world, and how fast that point moves."""
    for k in range(3):
        point[i, k], normal[i, k], velocity[i, k] = hit[ray, k], facing[ray, k], 0.0
    if link > 0:
        row = link - 1
        turn = pose[row, 3], pose[row, 4], pose[row, 5], pose[row, 6]
        x, y, z = _turned(turn, hit[ray, 0], hit[ray, 1], hit[ray, 2])
        normal[i, 0], normal[i, 1], normal[i, 2] = _turned(turn, facing[ray, 0], facing[ray, 1], facing[ray, 2])
        velocity[i, 0] = twist[row, 0] + twist[row, 4] * z - twist[row, 5] * y
        velocity[i, 1] = twist[row, 1] + twist[row, 5] * x - twist[row, 3] * z
        velocity[i, 2] = twist[row, 2] + twist[row, 3] * y - twist[row, 4] * x
        point[i, 0], point[i, 1], point[i, 2] = x + pose[row, 0], y + pose[row, 1], z + pose[row, 2]


@njit(cache=True, nogil=True)
@no_type_check
def _turned(pose: tuple[float, float, float, float], a: float, b: float, c: float) -> tuple[float, float, float]:
    """A vector turned by a quaternion: v + 2 q x (q x v + w v)."""
    x, y, z, w = pose
    p, q, r = y * c - z * b + w * a, z * a - x * c + w * b, x * b - y * a + w * c
    return a + 2.0 * (y * r - z * q), b + 2.0 * (z * p - x * r), c + 2.0 * (x * q - y * p)


@njit(cache=True)
def _backscatter(reflectivity: float, slope: float, diffuse: float, cosine: float, spike: float) -> float:
    flat = max(cosine, _LEAST_COSINE)
    twice = 2.0 * slope * slope
    lobe = math.exp(-min((1.0 / flat**2 - 1.0) / twice, 700.0)) / (twice * flat**4)
    return reflectivity * ((1.0 - diffuse) * lobe + 4.0 * diffuse * flat**2 * spike)


@njit(cache=True)
def _backscatters(
    rows: Float[ndarray, "n 6"], cosine: Float[ndarray, " n"], spikes: Float[ndarray, " n"]
) -> Float[ndarray, " n"]:
    result = np.empty(len(cosine))
    for i in range(len(cosine)):
        result[i] = _backscatter(rows[i, 0], rows[i, 1], rows[i, 2], cosine[i], spikes[i])
    return result


@njit(cache=True)
def _piece(link: int, x: float, y: float, z: float) -> np.uint64:
    """The key of the piece of a surface that a point lies on: it follows from the link and the place on it alone."""
    key = np.uint64(link)
    for value in (x, y, z):
        key = key * np.uint64(0x9E3779B97F4A7C15) + np.uint64(np.int64(np.floor(value / _SPIKE_M)))
        key = _mixed(key)
    return key


@njit(cache=True)
def _mixed(key: np.uint64) -> np.uint64:
    key ^= key >> np.uint64(29)
    key *= np.uint64(0xBF58476D1CE4E5B9)
    key ^= key >> np.uint64(32)
    return key


@njit(cache=True)
def _uniform(key: np.uint64) -> float:
    return (np.float64(key >> np.uint64(11)) + 0.5) / 2.0**53


@njit(cache=True)
def _corner(key: np.uint64, share: float) -> float:
    """Cross-section of the corner in a piece, for each m2 of it; 0 where there is none.

    A trihedral of edge a sends 4 pi a^4 / (3 lambda^2) back over tens of degrees (Skolnik, Radar Handbook, 3rd ed.,
    2008, ch. 14): 5.5 cm, 4 dBsm. Edges are log-normal.
    """
    if share <= 0.0:
        return 0.0
    first = _mixed(key + np.uint64(0x632BE59BD9B4E019))
    if _uniform(first) >= share:
        return 0.0
    second = _mixed(first + np.uint64(0x9E3779B97F4A7C15))
    third = _mixed(second + np.uint64(0x9E3779B97F4A7C15))
    normal = math.sqrt(-2.0 * math.log(_uniform(second))) * math.cos(2.0 * math.pi * _uniform(third))
    edge = min(_EDGE_M * math.exp(_EDGE_SPREAD * normal), _LONGEST_EDGE_M)
    return 4.0 * math.pi * edge**4 / (3.0 * _WAVELENGTH_M**2) / _SPIKE_M**2


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
        key = _piece(link[i], point[i, 0], point[i, 1], point[i, 2])
        result[i] = (-math.log(_uniform(key))) ** exponent[i] / math.gamma(1.0 + exponent[i])
    return result


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
