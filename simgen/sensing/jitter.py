"""Cameras that stand a little elsewhere than their rig says: the rig as it then is."""

import math
from dataclasses import fields, replace
from typing import Any

from simgen.geometry import Pose
from simgen.readings import OPTICAL_FROM_BODY, Mount, Rig
from simgen.scenario.draws import fix
from simgen.scenario.randomisation import CameraDraw
from simgen.scenario.scenario import ConcreteScenario

CAMERAS = ("camera", "event_camera")
_PREFIX = "camera."
_NAMES = tuple(field.name for field in fields(CameraDraw))


def jittered(rig: Rig, concrete: ConcreteScenario) -> tuple[Rig, ConcreteScenario]:
    """The rig with each camera where it was drawn to be, and the scenario with what was drawn.

    It is no fault: the calibration that an episode stores is the one of the rig that comes out.
    """
    wanted = concrete.randomise.camera
    if wanted == CameraDraw():
        return rig, concrete
    mounts = dict(rig.mounts)
    drawn: dict[str, Any] = {}
    for name, mount in rig.mounts.items():
        if mount.sensor in CAMERAS:
            found = fix(wanted, concrete.seed, "camera", name)
            values = {field: float(getattr(found, field)) for field in _NAMES}
            mounts[name] = _moved(mount, values)
            drawn |= {f"{_PREFIX}{name}.{field}": value for field, value in values.items() if value}
    kept: dict[str, Any] = {key: value for key, value in concrete.drawn.items() if not key.startswith(_PREFIX)}
    return replace(rig, mounts=mounts), replace(concrete, drawn={**kept, **drawn})


def _moved(mount: Mount, by: dict[str, float]) -> Mount:
    body_from_moved = Pose.from_xyz_rpy(
        by["forward_m"],
        by["left_m"],
        by["up_m"],
        roll=math.radians(by["roll_deg"]),
        pitch=math.radians(by["pitch_deg"]),
        yaw=math.radians(by["yaw_deg"]),
    )
    body_from_optical = OPTICAL_FROM_BODY.inverse()
    moved = mount.ego_from_sensor @ OPTICAL_FROM_BODY @ body_from_moved @ body_from_optical
    return replace(mount, ego_from_sensor=moved)
