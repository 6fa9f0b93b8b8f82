"""Faults of what a sensor receives: dead beams, interference, dirt on its window."""

from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Bool, UInt8
from numpy import ndarray

from simgen.imaging.soiling import Soiling, dirt_opacity
from simgen.readings import Image, PointCloud, RadarScan, Reading
from simgen.scenario.scenario import Fault
from simgen.sensing.faults.site import Kind, Range, Site, flagged, number
from simgen.sensing.faults.soiling import dirt_of_window

_DEAD = {"share": Range(default=0.1, low=0.0, high=1.0)}
_NOISE = {
    "share": Range(default=0.01, low=0.0, high=1.0),
    "floor_db": Range(default=10.0, low=0.0, high=60.0),
}
_SOIL = {
    "share": Range(default=0.2, low=0.0, high=1.0),
    "opacity": Range(default=0.9, low=0.0, high=1.0),
}
_BURST = 8
_MIN_RANGE_M, _USUAL_RANGE_M = 1.0, 100.0
_USUAL_THRESHOLD_DB = 12.0


def kill_beams(site: Site, fault: Fault, reading: Reading) -> Reading:
    """Some lasers of a lidar are dead: their rings are missing."""
    if not isinstance(reading, PointCloud):
        return reading
    ring = reading.columns["ring"]
    kept = ~_dead(site, fault, max(reading.rings, int(ring.max()) + 1 if len(ring) else 0))[ring]
    return flagged(reading, "dead_beams", columns={name: array[kept] for name, array in reading.columns.items()})


def _dead(site: Site, fault: Fault, rings: int) -> Bool[ndarray, " rings"]:
    dead = np.zeros(rings, bool)
    if "beams" in fault.parameters:
        listed = np.asarray(fault.parameters["beams"], dtype=np.int64)
        dead[listed[listed < rings]] = True
        return dead
    share = number(fault, _DEAD, "share")
    count = max(round(share * rings), 1) if share > 0 and rings else 0
    dead[site.rng(fault).permutation(rings)[:count]] = True  # nested: a larger share keeps the beams of a smaller one
    return dead


def is_rings(value: Any) -> bool:
    """A list of ring numbers."""
    listed = isinstance(value, list | tuple | np.ndarray)
    return listed and all(isinstance(beam, int | np.integer) and beam >= 0 for beam in value)


def interfere(site: Site, fault: Fault, reading: Reading) -> Reading:
    """Another sensor of the same kind is heard.

    A lidar takes the pulses of another for its own echoes: they come directly and hide the true echo, at a range that
    has to do with nothing, for bursts of firings while the other looks here (Kim, Eom and Park, Investigation on the
    occurrence of mutual interference between pulsed terrestrial LIDAR scanners, IEEE Intelligent Vehicles 2015). They
    are clutter. For a radar the floor of its noise rises, and what is below it then is lost (Brooker, Mutual
    interference of millimeter-wave radar systems, IEEE Trans. EMC 49, 2007).
    """
    if isinstance(reading, RadarScan):
        return _drowned(site, fault, reading)
    if not isinstance(reading, PointCloud) or not len(reading.columns["ring"]):
        return reading
    rng = site.rng(fault, reading.k)
    count = len(reading.columns["ring"])
    # Firings follow each other in the columns; a burst is some neighbours of them.
    hit = rng.random(-(-count // _BURST)) < number(fault, _NOISE, "share")
    struck = np.flatnonzero(np.repeat(hit, _BURST)[:count])
    if not len(struck):
        return reading
    columns = {name: array.copy() for name, array in reading.columns.items()}
    true = np.linalg.norm(columns["xyz"][struck].astype(np.float64), axis=1)
    far = float(site.attributes.get("max_range_m", _USUAL_RANGE_M))
    seeming = rng.uniform(_MIN_RANGE_M, far, len(struck))
    columns["xyz"][struck] *= (seeming / np.maximum(true, 1e-6))[:, None].astype(np.float32)
    none: dict[str, Any] = {"semantic": 0, "instance": 0, "is_clutter": True, "xyz_true": np.nan, "flow": np.nan}
    none["intensity"] = rng.random(len(struck)).astype(np.float32)
    for name, value in none.items():
        if name in columns:
            columns[name][struck] = value
    return flagged(reading, "interference", columns=columns)


def _drowned(site: Site, fault: Fault, reading: RadarScan) -> RadarScan:
    floor_db = number(fault, _NOISE, "floor_db")
    snr_db = reading.columns["snr_db"] - np.float32(floor_db)
    kept = snr_db > float(site.attributes.get("threshold_db", _USUAL_THRESHOLD_DB))
    columns = {name: array[kept] for name, array in {**reading.columns, "snr_db": snr_db}.items()}
    return flagged(reading, "interference", columns=columns)


def soil(site: Site, fault: Fault, reading: Reading) -> Reading:
    """Dirt on the lens or on the window, at the same places for as long as the fault holds.

    A camera sees it out of focus: its own colour over the picture (Uricar et al., SoilingNet, ITSC 2019). The window
    of a lidar takes light twice; an echo that falls under the weakest that the device reports is lost (Rivero et al.,
    Characterization and simulation of the effect of road dirt on the performance of a laser scanner, ITSC 2017).
    """
    share, opacity = number(fault, _SOIL, "share"), number(fault, _SOIL, "opacity")
    if isinstance(reading, Image) and "rgb" in reading.channels:
        height, width = reading.channels["rgb"].shape[:2]
        dirt = Soiling.under(np.float32(opacity) * dirt_opacity((height, width), share, site.rng(fault)))
        channels = dict(reading.channels)
        channels["rgb"] = _smeared(channels["rgb"], dirt)
        if "soiled" in channels:
            channels["soiled"] = channels["soiled"] | dirt.soiled
        return flagged(reading, "soiled", channels=channels)
    if isinstance(reading, PointCloud):
        return _dimmed(site, fault, reading, share, opacity)
    return flagged(reading, "soiled")


def _smeared(rgb: UInt8[ndarray, "h w 3"], dirt: Soiling) -> UInt8[ndarray, "h w 3"]:
    """The picture through dirt, as a camera with the same `soiling` has it, by way of light (gamma 2.2)."""
    behind = dirt.before((np.linspace(0.0, 1.0, 256, dtype=np.float32) ** 2.2)[rgb])
    smeared: UInt8[ndarray, "h w 3"] = np.rint(255.0 * np.clip(behind, 0.0, 1.0) ** (1.0 / 2.2)).astype(np.uint8)
    return smeared


def _dimmed(site: Site, fault: Fault, reading: PointCloud, share: float, opacity: float) -> PointCloud:
    columns = dict(reading.columns)
    xyz = columns["xyz"].astype(np.float64)
    azimuth, distance = np.arctan2(xyz[:, 1], xyz[:, 0]), np.linalg.norm(xyz, axis=1)
    through = 1.0 - opacity * dirt_of_window(azimuth, share, site.rng(fault))
    power = columns["intensity"] * through**2
    reach = float(site.attributes.get("range_at_10_percent_m", _USUAL_RANGE_M / 2))
    # What is just seen: 10 % of reflectance at that range, less in proportion to the square of the range.
    kept = power >= np.where(through < 1.0, 0.1 * (distance / reach) ** 2, 0.0)
    columns["intensity"] = power.astype(np.float32)
    return replace(
        flagged(reading, "soiled"), columns={name: np.asarray(array)[kept] for name, array in columns.items()}
    )


DEAD_BEAMS = Kind(effect=kill_beams, sensors=("lidar",), ranges=_DEAD, lists={"beams": is_rings})
INTERFERENCE = Kind(effect=interfere, sensors=("lidar", "radar"), ranges=_NOISE)
SOILED = Kind(effect=soil, sensors=("camera", "lidar"), ranges=_SOIL)
