"""A sensor that sits elsewhere than its calibration says."""

from dataclasses import replace

import numpy as np

from simgen.geometry import Pose
from simgen.readings import Mount, Reading
from simgen.scenario.scenario import Fault
from simgen.sensing.faults.site import Kind, Range, Site, flagged, is_vector, number

_SHIFT = {
    "rotation_deg": Range(default=1.0, low=0.0, high=180.0),
    "translation_m": Range(default=0.02, low=0.0, high=10.0),
}


def shifted(site: Site, fault: Fault) -> Mount:
    """The mount where it really is.

    The calibration is off by a turn about an axis of the episode's own and a shift in such a direction, in the sensor's
    frame; `rotation_vector_deg` and `translation_vector_m` give them instead.
    """
    turn = fault.parameters.get("rotation_vector_deg")
    if turn is None:
        turn = number(fault, _SHIFT, "rotation_deg") * site.direction(fault, "rotation")
    move = fault.parameters.get("translation_vector_m")
    if move is None:
        move = number(fault, _SHIFT, "translation_m") * site.direction(fault, "translation")
    half = np.radians(np.asarray(turn, np.float64)) / 2.0
    angle = float(np.linalg.norm(half))
    rotation = np.append(half * np.sinc(angle / np.pi), np.cos(angle))
    error = Pose(rotation=rotation, translation=np.asarray(move, np.float64))
    return replace(site.mount, ego_from_sensor=site.mount.ego_from_sensor @ error)


def mark(_site: Site, _fault: Fault, reading: Reading) -> Reading:
    """The reading, which was taken from where the sensor really is."""
    return flagged(reading, "miscalibrated")


MISCALIBRATED = Kind(
    effect=mark, ranges=_SHIFT, lists={"rotation_vector_deg": is_vector, "translation_vector_m": is_vector}
)
