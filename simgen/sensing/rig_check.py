"""Checks a rig before anything is simulated: people write rigs themselves."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.library import find
from simgen.orbit import Orbit
from simgen.readings import CAMERA_CHANNELS, EFFECT_CHANNELS, Mount, Rig

_RATE_HZ = (1e-3, 1000.0)
_PHASE_S = (0.0, 60.0)
_NEARBY_M, _IN_WORLD_M = 100.0, 1e5
_STANDING = ("camera", "lidar", "radar", "event_camera")
"""What can be fixed to something else than the ego."""

FRAMES = ("ego", "world", "roadside", "orbit")


def check_rig(rig: object, place: str) -> Rig:
    """The rig, whose numbers, names and sensors can be used; what only a sensor knows it checks itself.

    Args:
        rig: what a rig's builder returned.
        place: how the rig was named, for the message.

    Raises:
        InputError: the first thing that cannot be used.
    """
    if not isinstance(rig, Rig):
        raise InputError(f"{place}: expected a function that returns a Rig, got {type(rig).__name__}")
    if not isinstance(rig.mounts, Mapping):
        raise InputError(f"{place}: mounts: expected names and mounts, got {rig.mounts!r:.60}")
    _number(f"{place}: keyframe_hz", rig.keyframe_hz, _RATE_HZ)
    for name, mount in rig.mounts.items():
        # The name becomes a group of an HDF5 file and a part of file names.
        if (
            not isinstance(name, str)
            or not name.isprintable()
            or not name.strip(". ")
            or set(name) & set('/\\\0:*?"<>|')
        ):
            raise InputError(f"{place}: mounts: expected names without special signs, got {name!r}")
        if not isinstance(mount, Mount):
            raise InputError(f"{place}: {name}: expected a Mount, got {mount!r:.60}")
        _mount(f"{place}: {name}", mount)
    return rig


def _mount(place: str, mount: Mount) -> None:
    for field in ("sensor", "device"):
        if not isinstance(getattr(mount, field), str):
            raise InputError(f"{place}.{field}: expected a name, got {getattr(mount, field)!r:.60}")
    try:
        find("sensors", mount.sensor)
    except InputError as error:
        raise InputError(f"{place}.sensor: {error}") from error
    _number(f"{place}.rate_hz", mount.rate_hz, _RATE_HZ)
    _number(f"{place}.phase_s", mount.phase_s, _PHASE_S)
    _number(f"{place}.latency_s", mount.latency_s, _PHASE_S)
    if mount.fixed_to not in FRAMES or (mount.fixed_to != "ego" and mount.sensor not in _STANDING):
        expected = ", ".join(FRAMES) if mount.sensor in _STANDING else f"ego for a sensor {mount.sensor}"
        raise InputError(f"{place}.fixed_to: expected {expected}, got {mount.fixed_to!r:.60}")
    if (mount.fixed_to == "orbit") != isinstance(mount.orbit, Orbit) or (mount.orbit and mount.sensor != "camera"):
        raise InputError(f"{place}.orbit: expected an Orbit for a camera that is fixed to one, and none otherwise")
    _pose(f"{place}.ego_from_sensor", mount.ego_from_sensor, _IN_WORLD_M if mount.fixed_to == "world" else _NEARBY_M)
    if not isinstance(mount.parameters, Mapping) or not all(isinstance(key, str) for key in mount.parameters):
        raise InputError(f"{place}.parameters: expected names and values, got {mount.parameters!r:.60}")
    channels = mount.parameters.get("channels", ())
    known = (*CAMERA_CHANNELS, *EFFECT_CHANNELS)
    if not isinstance(channels, tuple | list) or not set(map(str, channels)) <= set(known):
        raise InputError(f"{place}.channels: expected some of {', '.join(known)}, got {channels!r:.60}")


def _pose(place: str, pose: object, reach_m: float) -> None:
    if not isinstance(pose, Pose) or np.shape(pose.translation) != (3,) or np.shape(pose.rotation) != (4,):
        raise InputError(f"{place}: expected one Pose, got {pose!r:.60}")
    if not np.all(np.abs(pose.translation) <= reach_m):  # NaN is not, either
        raise InputError(f"{place}: expected a place within {reach_m:g} m, got {pose.translation.tolist()}")
    if not abs(float(np.linalg.norm(pose.rotation)) - 1.0) < 1e-6:
        raise InputError(f"{place}: expected a rotation as a unit quaternion, got {pose.rotation.tolist()}")


def _number(place: str, value: Any, bounds: tuple[float, float]) -> None:
    real = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not real or not bounds[0] <= value <= bounds[1]:
        raise InputError(f"{place}: expected {bounds[0]:g}..{bounds[1]:g}, got {value!r}")
