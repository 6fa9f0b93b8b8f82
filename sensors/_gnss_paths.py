"""How each satellite's signal comes to the antenna: directly, off a wall, through leaves, or not at all."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, UInt8
from numpy import ndarray

from simgen.render.raycast import Hits, LinkMotion, Raycaster
from simgen.render.raycast_pattern import RayPattern
from simgen.world.material import Material

STATES = ("below_mask", "direct", "multipath", "reflected", "foliage", "blocked")
"""Code of `satellite_state`: index here. Multipath: directly and off a wall; reflected: off a wall alone."""
BELOW, DIRECT, MULTIPATH, REFLECTED, FOLIAGE, BLOCKED = range(len(STATES))

_WITH_ECHO = {DIRECT: MULTIPATH, MULTIPATH: MULTIPATH, BLOCKED: REFLECTED, REFLECTED: REFLECTED, FOLIAGE: FOLIAGE}
"""What a signal's state becomes where it also comes off a wall."""

_FAN_DEG, _FAN_HEIGHTS_DEG = 7.5, (3.0, 30.0)
_WALL_M, _WALLS = 200.0, 8
_UPRIGHT = 0.3
_SAME_COSINE, _SAME_M = 0.985, 0.5
_LIFT_M = 0.02
_GRAZING = 0.02
_CROSS_POLAR = 0.35
"""Share of the amplitude that an antenna for right-handed waves takes of those that a wall turned left-handed: about
-9 dB near the horizon (Kaplan and Hegarty, Understanding GPS, 2nd ed., 2006, section 6.3)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paths:
    """The way of each satellite's signal.

    Attributes:
        state: index in `STATES`.
        delay_m: how much longer the way off the wall is; NaN without one.
        amplitude: of the reflected signal over that of a direct one.
    """

    state: UInt8[ndarray, " s"]
    delay_m: Float[ndarray, " s"]
    amplitude: Float[ndarray, " s"]

    @classmethod
    def open_sky(cls, visible: Bool[ndarray, " s"]) -> "Paths":
        """Nothing in the way of those above the mask."""
        state = np.where(visible, DIRECT, BELOW).astype(np.uint8)
        return cls(state=state, delay_m=np.full(len(state), np.nan), amplitude=np.zeros(len(state)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surroundings:
    """What stands about an antenna at one moment.

    Attributes:
        ignore: links that are no obstacle (the car that carries the antenna).
        leafy: by material: signals go through, attenuated.
        reflectivity: by material, of power.
    """

    caster: Raycaster
    motion: LinkMotion
    time_ns: int
    ignore: Bool[ndarray, " l"]
    leafy: Bool[ndarray, " m"]
    reflectivity: Float[ndarray, " m"]

    def paths(
        self, antenna: Float[ndarray, "3"], directions: Float[ndarray, "s 3"], visible: Bool[ndarray, " s"]
    ) -> Paths:
        """By ray casting: to each satellite above the mask, and by one mirror image off each near wall.

        A wall of normal n at distance d makes the way to a satellite in direction s longer by 2 d (s n): the geometry
        of a plane mirror (Braasch, Multipath effects, in Parkinson and Spilker, Global Positioning System, 1996, vol. I
        ch. 14). It counts where the mirrored ray meets that wall and the way on from there is free.
        """
        fan = _fan()
        up = np.flatnonzero(visible)
        hits = self._cast(antenna, np.concatenate([directions[up], fan]))
        paths = Paths.open_sky(visible)
        met = np.flatnonzero(hits.link[: len(up)] >= 0)
        leafy = self.leafy[hits.material[met]]
        paths.state[up[met]] = np.where(leafy, FOLIAGE, BLOCKED)
        walls = _walls(hits, len(up))
        if walls:
            self._reflect(antenna, directions, up, walls, paths)
        return paths

    def _reflect(
        self,
        antenna: Float[ndarray, "3"],
        directions: Float[ndarray, "s 3"],
        up: ndarray,
        walls: list[tuple[Float[ndarray, "3"], float]],
        paths: Paths,
    ) -> None:
        """Every satellite off every wall at once; the shortest detour of each counts."""
        satellite, wall = (pairs.reshape(-1) for pairs in np.meshgrid(up, np.arange(len(walls)), indexing="ij"))
        normal, offset = np.array([n for n, _ in walls])[wall], np.array([o for _, o in walls])[wall]
        distance = normal @ antenna - offset
        facing = np.einsum("ij,ij->i", directions[satellite], normal)
        kept = (facing > _GRAZING) & (distance > 0.0)
        if not kept.any():
            return
        satellite, normal, offset, facing = satellite[kept], normal[kept], offset[kept], facing[kept]
        delay = 2.0 * distance[kept] * facing
        hits = self._cast(antenna, directions[satellite] - 2.0 * facing[:, None] * normal)
        same = (hits.link == 0) & (np.einsum("ij,ij->i", hits.normal, normal) > _SAME_COSINE)
        same &= np.abs(np.einsum("ij,ij->i", np.nan_to_num(hits.point), normal) - offset) < _SAME_M
        if not same.any():
            return
        satellite, delay = satellite[same], delay[same]
        power = self.reflectivity[hits.material[same]]
        free = self._cast(hits.point[same] + _LIFT_M * normal[same], directions[satellite]).link < 0
        for k in np.flatnonzero(free)[np.argsort(-delay[free], kind="stable")]:  # the shortest comes last
            paths.delay_m[satellite[k]] = delay[k]
            paths.amplitude[satellite[k]] = _CROSS_POLAR * np.sqrt(power[k])
            paths.state[satellite[k]] = _WITH_ECHO[int(paths.state[satellite[k]])]

    def _cast(self, origin: Float[ndarray, "*n 3"], directions: Float[ndarray, "n 3"]) -> Hits:
        count = len(directions)
        poses = np.tile(np.eye(4), (count + 1, 1, 1))
        poses[:count, :3, 3] = origin
        poses[count, :3, 3] = poses[count - 1, :3, 3]
        bounds = np.full(count + 1, self.time_ns, np.int64)
        return self.caster.cast(RayPattern.of(directions[:, None]), poses, bounds, self.motion, ignore=self.ignore)


def leafy(materials: tuple[Material, ...]) -> Bool[ndarray, " m"]:
    """Which materials attenuate signals instead of stopping them: leaves (ITU-R P.833, about 1 dB/m at 1.6 GHz)."""
    return np.array([material.semantic == "vegetation" for material in materials], bool)


def _fan() -> Float[ndarray, "f 3"]:
    """Rays that look for walls all around."""
    azimuth = np.radians(np.arange(0.0, 360.0, _FAN_DEG))
    return np.concatenate(
        [
            np.stack(
                [np.cos(a) * np.cos(azimuth), np.cos(a) * np.sin(azimuth), np.full(len(azimuth), np.sin(a))], axis=1
            )
            for a in np.radians(_FAN_HEIGHTS_DEG)
        ]
    )


def _walls(hits: Hits, first: int) -> list[tuple[Float[ndarray, "3"], float]]:
    """Normal and offset of the upright planes that the fan met, nearest first."""
    found: list[tuple[Float[ndarray, "3"], float]] = []
    rows = np.arange(first, len(hits.t))
    rows = rows[(hits.link[rows] == 0) & (hits.t[rows] < _WALL_M) & (np.abs(hits.normal[rows, 2]) < _UPRIGHT)]
    for row in rows[np.argsort(hits.t[rows], kind="stable")]:
        normal = hits.normal[row].astype(np.float64)
        normal /= np.linalg.norm(normal)
        offset = float(hits.point[row] @ normal)
        if not any(normal @ n > _SAME_COSINE and abs(offset - o) < _SAME_M for n, o in found):
            found.append((normal, offset))
        if len(found) == _WALLS:
            break
    return found
