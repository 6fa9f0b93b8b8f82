"""Echoes of clutter that a sweep meets: from the air, from spray, and halos of retroreflectors."""

import numpy as np
from jaxtyping import Float32, Int32, UInt16
from numpy import ndarray

from simgen.geometry import Pose
from simgen.motion import View
from simgen.render.raycast import Hits
from simgen.render.raycast_crew import Crew
from simgen.render.raycast_pattern import RayPattern
from simgen.sampling import stream
from simgen.sensing.sensor import Setting
from simgen.world.weather import Weather

from ._lidar_air import LIGHT_MPS
from ._lidar_sky import Sky
from ._lidar_spray import Fired, Plume, plume, sprays
from ._lidar_stray import Stray, halos
from .devices import LidarDevice

_SPRAYS = ("car", "van", "truck", "bus", "trailer", "motorcycle", "emergency_vehicle")


class Clutter:
    """What one lidar sees that is none of the scene's surfaces."""

    def __init__(self, setting: Setting, device: LidarDevice, rays: int) -> None:
        """Keeps what it is for.

        Args:
            setting: of the sensor.
            device: that it is.
            rays: to a beam.
        """
        self._setting, self._device, self._rays = setting, device, rays
        scene = setting.scene
        rows = [scene.cast.rows(actor.id).start for actor in scene.cast.actors if actor.category in _SPRAYS]
        self._sprays = {row: np.asarray(scene.link_meshes[row].bounds(), np.float64) for row in rows}
        self._retro = np.array([material.retroreflective for material in scene.materials], bool)

    def add(
        self,
        hits: Hits,
        power: Float32[ndarray, " all"],
        sky: Sky,
        air_of: UInt16[ndarray, " n"],
        view: View,
        k: int,
        fired: Fired,
        crew: Crew,
    ) -> tuple[Float32[ndarray, "e 2"], Int32[ndarray, " n"], int]:
        """Echoes (power, range), which each beam meets, and from which on they are seen though the beam ends before.

        Spray takes light from `power`, in place.

        Args:
            hits: of all rays.
            power: of their echoes.
            sky: the weather, with the echoes of its air.
            air_of: which of those each beam meets.
            view: of the scene's motion.
            k: number of the reading.
            fired: the beams.
            crew: threads to work with.
        """
        found = [self._spray(hits, power, view, k, fired, crew), self._halo(hits, power, fired[0], crew)]
        if not sum(len(stray.beam) for stray in found):
            return sky.echoes, air_of.astype(np.int32), len(sky.echoes)
        return _joined(sky.echoes, air_of, sorted(found, key=lambda stray: stray.passes))

    def _halo(self, hits: Hits, power: Float32[ndarray, " all"], pattern: RayPattern, crew: Crew) -> Stray:
        if not self._retro.any():
            return Stray.none()
        threshold, pulse_m = 0.1 / self._device.range_at_10_percent_m**2, LIGHT_MPS * self._device.pulse_s
        met = (hits.t, power[: len(hits.t)], hits.material)
        return halos(pattern, met, self._retro, self._rays, threshold, 0.5 * pulse_m, crew)

    def _spray(
        self, hits: Hits, power: Float32[ndarray, " all"], view: View, k: int, fired: Fired, crew: Crew
    ) -> Stray:
        end_ns = self._setting.mount.time_ns(k)
        wetness = Weather.from_array(view.nearest(end_ns).weather).wetness
        plumes = [] if wetness <= 0.0 else self._plumes(view, end_ns, wetness)
        if not plumes:
            return Stray.none()
        rng = stream(self._setting.seed, "spray", self._setting.name, k)
        return sprays(plumes, fired, self._rays, hits.t, power, LIGHT_MPS * self._device.pulse_s, rng, crew)

    def _plumes(self, view: View, end_ns: int, wetness: float) -> list[Plume]:
        poses, twists, found = view.link_poses(end_ns), view.nearest(end_ns).link_twist, []
        for row, bounds in self._sprays.items():
            if np.isnan(poses[row, 0]):
                continue
            made = plume(Pose.from_array(poses[row]).matrix(), twists[row, :3].astype(np.float64), bounds, wetness)
            found += [] if made is None else [made]
        return found


def _joined(
    echoes: Float32[ndarray, "e 2"], air_of: UInt16[ndarray, " n"], strays: list[Stray]
) -> tuple[Float32[ndarray, "f 2"], Int32[ndarray, " n"], int]:
    """Clutter of a beam's own beside the air's: the stronger counts, and of spray and halos the later in the list."""
    table = echoes if len(echoes) else np.zeros((1, 2), np.float32)  # nothing, for beams that meet none
    which, first = air_of.astype(np.int32), -1
    for stray in strays:
        if stray.passes and first < 0:
            first = len(table)
        stronger = stray.power > table[which[stray.beam], 0]
        which[stray.beam[stronger]] = len(table) + np.arange(int(stronger.sum()), dtype=np.int32)
        own = np.stack([stray.power[stronger], stray.distance_m[stronger]], axis=1).astype(np.float32)
        table = np.concatenate([table, own])
    return table, which, len(table) if first < 0 else first
