"""All faults of one mounted sensor, put on its readings; every reading says which faults it has."""

from collections.abc import Mapping, Sequence
from typing import Any

from simgen.errors import InputError
from simgen.readings import Mount, Reading
from simgen.scenario.scenario import Fault
from simgen.sensing.faults import clock, mounting, optics, samples, transport
from simgen.sensing.faults.site import Kind, Site

KINDS: dict[str, Kind] = {
    "miscalibrated": mounting.MISCALIBRATED,
    "soiled": optics.SOILED,
    "interference": optics.INTERFERENCE,
    "dead_beams": optics.DEAD_BEAMS,
    "bias": samples.BIAS,
    "jump": samples.JUMP,
    "packet_loss": transport.PACKET_LOSS,
    "stuck": transport.STUCK,
    "dropped": transport.DROPPED,
    "late": clock.LATE,
    "clock_drift": clock.CLOCK_DRIFT,
}
"""In the order in which they act, whatever the order in which a scenario names them: from the light to the clock."""

_ORDER = {name: place for place, name in enumerate(KINDS)}


class FaultModel:
    """The faults of one mounted sensor.

    Draws depend on the seed, the mount's name, the kind of fault and the number of the reading, so a reading has the
    same fault in whatever order it is asked for, and whatever other faults there are. Only a frozen frame is what was
    asked for last before it froze.
    """

    def __init__(
        self,
        name: str,
        kind: str,
        mount: Mount,
        faults: Sequence[Fault],
        seed: int,
        attributes: Mapping[str, Any] | None = None,
    ) -> None:
        """Keeps the faults that concern this sensor.

        Args:
            name: of the mount.
            kind: of the sensor: "camera", "lidar", "imu", "gnss".
            mount: where it should be, and when its readings fall due.
            faults: of the scenario; those for other sensors are left out.
            seed: of the episode.
            attributes: what the sensor says of itself.

        Raises:
            InputError: an unknown kind of fault, a parameter out of range, a fault that this sensor cannot have.
        """
        self.site = Site(name=name, kind=kind, mount=mount, seed=seed, attributes=attributes or {})
        mine = [fault for fault in faults if self._concerns(fault)]
        self.faults = tuple(sorted(mine, key=lambda fault: _ORDER[fault.kind]))
        for fault in self.faults:
            KINDS[fault.kind].check(fault)
        self._buffers = {id(fault): transport.Frozen() for fault in self.faults if fault.kind == "stuck"}

    def apply(self, reading: Reading) -> Reading:
        """The reading as the faulty sensor hands it over."""
        reading = clock.handed_over(self.site.mount, reading)
        for fault in self.faults:
            if fault.kind == "stuck":
                reading = self._buffers[id(fault)](self.site, fault, reading)
            elif self.site.during(fault, reading.k):
                reading = KINDS[fault.kind].effect(self.site, fault, reading)
        return reading

    def true_mount(self, k: int | None = None) -> Mount:
        """Where the sensor really is at reading k; with None: where its faults ever move it to."""
        for fault in self.faults:
            if fault.kind == "miscalibrated" and (k is None or self.site.during(fault, k)):
                return mounting.shifted(self.site, fault)
        return self.site.mount

    def delay_ns(self, k: int) -> int:
        """How long after its measurement reading k is handed over."""
        late = (fault for fault in self.faults if fault.kind == "late" and self.site.during(fault, k))
        usual = round(1e9 * self.site.mount.latency_s)
        return usual + sum(clock.delay_ns(self.site, fault, k) for fault in late)

    @property
    def longest_delay_ns(self) -> int:
        """No reading is handed over later than this after its measurement."""
        late = sum(clock.longest_delay_ns(fault) for fault in self.faults if fault.kind == "late")
        return round(1e9 * self.site.mount.latency_s) + late

    def _concerns(self, fault: Fault) -> bool:
        if fault.kind not in KINDS:
            raise InputError(f"faults: kind: expected one of {', '.join(sorted(KINDS))}, got {fault.kind!r}")
        site, able = self.site, KINDS[fault.kind].sensors
        named = site.name in fault.sensors or site.kind in fault.sensors
        fits = not able or site.kind in able
        if named and not fits:
            raise InputError(
                f"faults: {fault.kind}: sensors: expected a {' or '.join(able)}, got {site.name} ({site.kind})"
            )
        return fits and (named or "*" in fault.sensors)
