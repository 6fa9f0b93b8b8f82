"""Faults on the way from the sensor: readings, parts of them, or their fresh content get lost."""

from typing import Any

import numpy as np
from jaxtyping import Bool
from numpy import ndarray

from simgen.readings import EventBatch, Image, PointCloud, RadarScan, Reading, Sample
from simgen.scenario.scenario import Fault
from simgen.sensing.faults.site import Kind, Range, Site, flagged, number

_EMPTY: dict[str, float] = {
    "rgb": 0, "depth": np.inf, "semantic": 0, "instance": 0, "normal": 0,
    "flow_forward": np.nan, "flow_backward": np.nan,
}  # fmt: skip
"""What EPISODE_FORMAT stores for a frame that was dropped."""

_DROP = {"probability": Range(default=1.0, low=0.0, high=1.0)}
_LOSS = {
    "probability": Range(default=0.05, low=0.0, high=1.0),
    "columns": Range(default=12, low=1, high=4096),
    "rows": Range(default=16, low=1, high=4096),
}
_STUCK = {
    "probability": Range(default=1.0, low=0.0, high=1.0),
    "readings": Range(default=10, low=1, high=1000),
}


def drop(site: Site, fault: Fault, reading: Reading) -> Reading:
    """The reading never arrives: its row stays, empty."""
    if site.rng(fault, reading.k).random() >= number(fault, _DROP, "probability"):
        return reading
    if isinstance(reading, Image):
        blank = {name: np.full_like(array, _EMPTY.get(name, 0)) for name, array in reading.channels.items()}
        return flagged(reading, "dropped", channels=blank)
    if isinstance(reading, PointCloud | RadarScan | EventBatch):
        return flagged(reading, "dropped", columns={name: array[:0] for name, array in reading.columns.items()})
    if isinstance(reading, Sample):
        return flagged(reading, "dropped", values={name: _missing(value) for name, value in reading.values.items()})
    return flagged(reading, "dropped")


def _missing(value: Any) -> Any:
    array = np.asarray(value)
    return np.full_like(array, np.nan) if array.dtype.kind == "f" else np.zeros_like(array)


def lose_packets(site: Site, fault: Fault, reading: Reading) -> Reading:
    """Some packets of a reading are lost: blocks of azimuth of a lidar, bands of rows of a camera.

    Each packet is lost independently of the others, as datagrams without retransmission are. An HDL-64E sends 12
    firings a packet (Velodyne, HDL-64E S2 manual, appendix E), a camera over Ethernet some rows.
    """
    if isinstance(reading, PointCloud):
        block = reading.columns["column"].astype(np.int64) // int(number(fault, _LOSS, "columns"))
        lost = _lost(site, fault, reading.k, int(block.max()) + 1 if len(block) else 0)
        if not lost.any():
            return reading
        kept = ~lost[block]
        return flagged(reading, "packet_loss", columns={name: array[kept] for name, array in reading.columns.items()})
    if isinstance(reading, Image) and reading.channels:
        height = len(next(iter(reading.channels.values())))
        rows = int(number(fault, _LOSS, "rows"))
        lost = np.repeat(_lost(site, fault, reading.k, -(-height // rows)), rows)[:height]
        if not lost.any():
            return reading
        return flagged(reading, "packet_loss", channels={n: _without(n, c, lost) for n, c in reading.channels.items()})
    return reading


def _lost(site: Site, fault: Fault, k: int, packets: int) -> Bool[ndarray, " packets"]:
    """Packet i is lost or not whatever the number of packets is."""
    lost: Bool[ndarray, " packets"] = site.rng(fault, k).random(packets) < number(fault, _LOSS, "probability")
    return lost


def _without(name: str, channel: ndarray, lost: Bool[ndarray, " h"]) -> ndarray:
    emptied = channel.copy()
    emptied[lost] = _EMPTY.get(name, 0)
    return emptied


class Frozen:
    """The frame buffer of one sensor that gets stuck: it keeps the last fresh reading."""

    def __init__(self) -> None:
        self._fresh: Reading | None = None

    def __call__(self, site: Site, fault: Fault, reading: Reading) -> Reading:
        """What the buffer holds instead of this reading; it must see the readings outside of the fault's span, too."""
        source = stuck_source(site, fault, reading.k)
        kept = self._fresh
        if source == reading.k or kept is None or kept.k > reading.k:
            return self.keep(reading)
        content = {name: getattr(kept, name) for name in ("channels", "columns", "values") if hasattr(kept, name)}
        return flagged(reading, "stuck", **content)

    def keep(self, reading: Reading) -> Reading:
        """Remembers a fresh reading, and gives it back."""
        self._fresh = reading
        return reading


def stuck_source(site: Site, fault: Fault, k: int) -> int:
    """The number of the reading whose content reading k has; k itself where the buffer works.

    At each reading within the fault's span the buffer may freeze, and then stays so for a number of readings. The first
    reading of an episode is always fresh: there is nothing to repeat.
    """
    while k > 0 and _is_stuck(site, fault, k):
        k -= 1
    return k


def _is_stuck(site: Site, fault: Fault, k: int) -> bool:
    if not site.during(fault, k):
        return False
    probability, readings = number(fault, _STUCK, "probability"), int(number(fault, _STUCK, "readings"))
    for j in range(k, max(k - readings, -1), -1):
        if not site.during(fault, j):
            continue
        if probability >= 1.0 or site.rng(fault, j).random() < probability:
            return True
    return False


DROPPED = Kind(effect=drop, ranges=_DROP)
PACKET_LOSS = Kind(effect=lose_packets, sensors=("camera", "lidar"), ranges=_LOSS)
STUCK = Kind(effect=lambda site, fault, reading: reading, ranges=_STUCK)
"""Its effect needs a memory: see `Frozen`."""
