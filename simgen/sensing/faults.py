"""What goes wrong with a sensor, put on its readings afterwards; every reading says which faults it has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Bool
from numpy import ndarray

from simgen.errors import InputError
from simgen.readings import FAULTS, Image, Mount, PointCloud, RadarScan, Reading, Sample
from simgen.sampling import stream
from simgen.scenario.scenario import Fault


class FaultModel:
    """The faults of one mounted sensor.

    Draws depend on the seed, the mount's name, the kind of fault and the number of the reading, so a reading has the
    same fault in whatever order it is asked for, and whatever other faults there are.
    """

    def __init__(self, name: str, kind: str, mount: Mount, faults: Sequence[Fault], seed: int) -> None:
        """Keeps the faults that concern this sensor.

        Args:
            name: of the mount.
            kind: of the sensor: "camera", "lidar", "imu", "gnss".
            mount: when its readings fall due.
            faults: of the scenario; those for other sensors are left out.
            seed: of the episode.

        Raises:
            InputError: an unknown kind of fault, a parameter out of range, a fault that this sensor cannot have.
        """
        self.name, self.kind, self.mount, self.seed = name, kind, mount, seed
        self.faults = tuple(fault for fault in faults if self._concerns(fault))
        for fault in self.faults:
            _CHECKS[fault.kind](fault)

    def apply(self, reading: Reading) -> Reading:
        """The reading as the faulty sensor hands it over."""
        for fault in self.faults:
            if 1e9 * float(_number(fault.start_s)) <= reading.time_ns <= 1e9 * float(_number(fault.end_s)):
                reading = _EFFECTS[fault.kind](self, fault, reading)
        return reading

    def rng(self, fault: Fault, *names: int) -> np.random.Generator:
        """The random stream of one kind of fault."""
        return stream(self.seed, "fault", self.name, fault.kind, *names)

    def _concerns(self, fault: Fault) -> bool:
        if fault.kind not in _EFFECTS:
            raise InputError(f"faults: kind: expected one of {', '.join(sorted(_EFFECTS))}, got {fault.kind!r}")
        named = self.name in fault.sensors or self.kind in fault.sensors
        fits = fault.kind not in _ONLY or _ONLY[fault.kind] == self.kind
        if named and not fits:
            raise InputError(
                f"faults: {fault.kind}: sensors: expected a {_ONLY[fault.kind]}, got {self.name} ({self.kind})"
            )
        return fits and (named or "*" in fault.sensors)


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise InputError(f"faults: start_s, end_s: expected numbers, got {value!r}")
    return float(value)


def _flagged(reading: Reading, kind: str, **changes: Any) -> Reading:
    return replace(reading, faults=reading.faults | 1 << FAULTS.index(kind), **changes)


_EMPTY: dict[str, float] = {
    "rgb": 0, "depth": np.inf, "semantic": 0, "instance": 0, "normal": 0,
    "flow_forward": np.nan, "flow_backward": np.nan,
}  # fmt: skip
"""What EPISODE_FORMAT stores for a frame that was dropped."""


def _drop(model: FaultModel, fault: Fault, reading: Reading) -> Reading:
    """The reading never arrives: its row stays, empty."""
    if model.rng(fault, reading.k).random() >= fault.parameters.get("probability", 1.0):
        return reading
    if isinstance(reading, Image):
        blank = {name: np.full_like(array, _EMPTY.get(name, 0)) for name, array in reading.channels.items()}
        return _flagged(reading, "dropped", channels=blank)
    if isinstance(reading, PointCloud | RadarScan):
        return _flagged(reading, "dropped", columns={name: array[:0] for name, array in reading.columns.items()})
    if isinstance(reading, Sample):
        return _flagged(reading, "dropped", values={name: _missing(value) for name, value in reading.values.items()})
    return _flagged(reading, "dropped")


def _missing(value: Any) -> Any:
    array = np.asarray(value)
    return np.full_like(array, np.nan) if array.dtype.kind == "f" else np.zeros_like(array)


def _kill_beams(model: FaultModel, fault: Fault, reading: Reading) -> Reading:
    """Some lasers of a lidar are dead: their rings are missing."""
    if not isinstance(reading, PointCloud):
        return reading
    ring = reading.columns["ring"]
    rings = max(reading.rings, int(ring.max()) + 1 if len(ring) else 0)
    dead = _dead(model, fault, rings)
    kept = ~dead[ring]
    return _flagged(reading, "dead_beams", columns={name: array[kept] for name, array in reading.columns.items()})


def _dead(model: FaultModel, fault: Fault, rings: int) -> Bool[ndarray, " rings"]:
    dead = np.zeros(rings, bool)
    if "beams" in fault.parameters:
        listed = np.asarray(fault.parameters["beams"], dtype=np.int64)
        dead[listed[listed < rings]] = True
        return dead
    share = float(fault.parameters.get("share", 0.1))
    count = max(round(share * rings), 1) if share > 0 and rings else 0
    dead[model.rng(fault).permutation(rings)[:count]] = True  # nested: a larger share keeps the beams of a smaller one
    return dead


def _check_probability(fault: Fault) -> None:
    _check_share(fault.kind, "probability", fault.parameters)


def _check_beams(fault: Fault) -> None:
    _check_share(fault.kind, "share", fault.parameters)
    beams = fault.parameters.get("beams", ())
    if not isinstance(beams, list | tuple | np.ndarray) or not all(
        isinstance(beam, int | np.integer) and beam >= 0 for beam in beams
    ):
        raise InputError(f"faults: {fault.kind}: beams: expected a list of ring numbers, got {beams!r}")


def _check_share(kind: str, name: str, parameters: Mapping[str, Any]) -> None:
    value = parameters.get(name, 0.0)
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise InputError(f"faults: {kind}: {name}: expected 0..1, got {value!r}")


_EFFECTS: dict[str, Callable[[FaultModel, Fault, Reading], Reading]] = {"dropped": _drop, "dead_beams": _kill_beams}
_CHECKS: dict[str, Callable[[Fault], None]] = {"dropped": _check_probability, "dead_beams": _check_beams}
_ONLY = {"dead_beams": "lidar"}
