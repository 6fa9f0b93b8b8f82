"""What a sensor is to the engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from simgen.motion import View
from simgen.readings import Mount, Reading
from simgen.render.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """What a sensor is built from: `library.find("sensors", mount.sensor).build(setting)`.

    Attributes:
        name: of the mount in its rig; also names the sensor's random stream.
        channels: camera channels that are wanted (flow_forward is left out where there is no future).
        engines: what sensors of one rig share within one thread (one OpenGL context, one Embree scene), by key; the
            first sensor that needs one makes it and leaves it for the others.
        readings: how many the episode will have; None where that is open (an environment).
    """

    name: str
    mount: Mount
    scene: Scene
    seed: int
    channels: tuple[str, ...]
    engines: dict[str, Any]
    readings: int | None = None


@runtime_checkable
class Sensor(Protocol):
    """One mounted sensor.

    Attributes:
        kind: "camera", "lidar", "imu", "gnss", ...: how an episode stores it.
    """

    kind: str

    def window_ns(self, k: int) -> tuple[int, int]:
        """The span of motion that reading k needs, absolute times; a view must cover it."""
        ...

    def read(self, view: View, k: int) -> Reading:
        """Reading k, without faults."""
        ...

    def attributes(self) -> Mapping[str, Any]:
        """What an episode stores as attributes of this sensor beside the mount's own: width, height, K, ..."""
        ...


@runtime_checkable
class Beginner(Protocol):
    """A sensor whose reading goes on beside what else is done."""

    def begin(self, view: View, k: int) -> Callable[[], Reading]:
        """Starts on reading k; a function that waits for it. Readings are waited for in the order of their begin."""
        ...
