"""Faults of time: readings that come late, and clocks that go wrong."""

from dataclasses import replace

import numpy as np

from simgen.readings import Mount, Reading
from simgen.scenario.scenario import Fault
from simgen.sensing.faults.site import Kind, Range, Site, flagged, number

_LATE = {
    "delay_s": Range(default=0.1, low=0.0, high=5.0),
    "jitter_s": Range(default=0.0, low=0.0, high=1.0),
    "stamped_on_arrival": Range(default=1.0, low=0.0, high=1.0),
}
_DRIFT = {
    "ppm": Range(default=50.0, low=-1e5, high=1e5),
    "offset_s": Range(default=0.0, low=-3600.0, high=3600.0),
    "jitter_s": Range(default=0.0, low=0.0, high=1.0),
}
_JITTER_CAP = 5.0


def delay_ns(site: Site, fault: Fault, k: int) -> int:
    """How much later than usual reading k is handed over: a fixed delay, and an exponential one (a queue's)."""
    extra = number(fault, _LATE, "jitter_s") * min(float(site.rng(fault, k).standard_exponential()), _JITTER_CAP)
    return round(1e9 * (number(fault, _LATE, "delay_s") + extra))


def longest_delay_ns(fault: Fault) -> int:
    """No reading comes later than this."""
    return round(1e9 * (number(fault, _LATE, "delay_s") + _JITTER_CAP * number(fault, _LATE, "jitter_s")))


def delay(site: Site, fault: Fault, reading: Reading) -> Reading:
    """The reading is handed over late; a receiver that stamps what comes in gives it that time, too."""
    later = delay_ns(site, fault, reading.k)
    reported = reading.reported_time_ns + (later if number(fault, _LATE, "stamped_on_arrival") else 0)
    return flagged(reading, "late", delay_ns=reading.delay_ns + later, reported_time_ns=reported)


def drift(site: Site, fault: Fault, reading: Reading) -> Reading:
    """The sensor's clock is off by an offset, and goes too fast by some parts in a million from the fault's start on.

    A free quartz is off by up to 100 ppm over temperature (IEEE 1588-2019 expects no more of an ordinary clock).
    """
    since = reading.reported_time_ns - round(1e9 * max(float(fault.start_s), 0.0))  # type: ignore[arg-type]
    wrong = 1e9 * number(fault, _DRIFT, "offset_s") + 1e-6 * number(fault, _DRIFT, "ppm") * since
    wrong += 1e9 * number(fault, _DRIFT, "jitter_s") * float(site.rng(fault, reading.k).standard_normal())
    return flagged(reading, "clock_drift", reported_time_ns=reading.reported_time_ns + int(np.rint(wrong)))


def handed_over(mount: Mount, reading: Reading) -> Reading:
    """The reading with the delay that the mount has without any fault."""
    return replace(reading, delay_ns=round(1e9 * mount.latency_s)) if mount.latency_s else reading


LATE = Kind(effect=delay, ranges=_LATE)
CLOCK_DRIFT = Kind(effect=drift, ranges=_DRIFT)
