"""Collision and bumper: what the ego touches, from the contacts of the physics."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.library import entry
from simgen.motion import Contact, View
from simgen.readings import Sample
from simgen.sensing.sensor import Setting

_PARAMETERS = {"arc_deg": 360.0, "least_impulse_Ns": 0.0}
_UNITS = {"pressed": "", "count": "", "impulse": "N s", "actor": "", "point": "m"}


@entry("sensors", "collision", source="the physics' own contacts", tags=("collision", "bumper"))
class Collision:
    """Whether something touched the ego since the last reading; with an arc it is a bumper strip.

    `impulse` is the sum over the contacts since the reading before; `actor` (0: the world) and `point` (in the sensor's
    frame, NaN without a contact) are those of the strongest.

    Parameters of the mount:
        arc_deg: width of the strip about the sensor's x axis, seen from its origin; 360 is the whole body (360).
        least_impulse_Ns: weaker contacts do not press it (0).
    """

    kind = "collision"

    def __init__(self, setting: Setting) -> None:
        """Checks the mount.

        Raises:
            InputError: unknown parameter or one out of range.
        """
        self._mount, self._cast = setting.mount, setting.scene.cast
        self._row = self._cast.rows(self._cast.ego.id).start
        self._options = dict(_PARAMETERS)
        for name, value in setting.mount.parameters.items():
            if name not in _PARAMETERS:
                raise InputError(f"{setting.name}: {name}: expected one of {', '.join(_PARAMETERS)}, got {name!r}")
            high = 360.0 if name == "arc_deg" else 1e9
            if not isinstance(value, int | float) or not 0.0 <= value <= high:
                raise InputError(f"{setting.name}: {name}: expected 0..{high:g}, got {value!r}")
            self._options[name] = float(value)

    def window_ns(self, k: int) -> tuple[int, int]:
        """From the reading before to this one."""
        time_ns = self._mount.time_ns(k)
        return time_ns - round(1e9 / self._mount.rate_hz), time_ns

    def attributes(self) -> Mapping[str, Any]:
        """Units."""
        return {"kind": self.kind, "device": self._mount.device or "contact switch", "units": _UNITS}

    def read(self, view: View, k: int) -> Sample:
        """What was touched between the reading before and time k."""
        start_ns, time_ns = self.window_ns(k)
        world_from_sensor = view.pose(self._row, time_ns) @ self._mount.ego_from_sensor
        touched = [
            (contact, place)
            for snapshot in view.snapshots
            if start_ns < snapshot.time_ns <= time_ns
            for contact in snapshot.contacts
            if (place := self._place(contact, Pose.from_array(snapshot.link_pose[self._row]))) is not None
        ]
        strongest = max(touched, key=lambda item: item[0].impulse_Ns, default=None)
        return Sample(
            k=k,
            time_ns=time_ns,
            reported_time_ns=time_ns,
            world_from_sensor=world_from_sensor.matrix(),
            values={
                "pressed": np.bool_(len(touched) > 0),
                "count": np.uint32(len(touched)),
                "impulse": np.float32(sum(contact.impulse_Ns for contact, _ in touched)),
                "actor": np.uint32(self._other(strongest[0]) if strongest else 0),
                "point": np.asarray(strongest[1] if strongest else np.full(3, np.nan), np.float32),
            },
        )

    def _place(self, contact: Contact, ego: Pose) -> Any:
        """Where it lies in the sensor's frame; None where it does not concern this strip."""
        if self._cast.ego.id not in (contact.actor_a, contact.actor_b):
            return None
        if contact.impulse_Ns < self._options["least_impulse_Ns"]:
            return None
        place = (ego @ self._mount.ego_from_sensor).inverse().apply(np.array(contact.point_m))
        bearing = abs(np.degrees(np.arctan2(place[1], place[0])))
        return place if bearing <= self._options["arc_deg"] / 2.0 else None

    def _other(self, contact: Contact) -> int:
        return contact.actor_b if contact.actor_a == self._cast.ego.id else contact.actor_a
