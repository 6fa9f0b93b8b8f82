"""Where a fault happens: one mounted sensor, its random streams, and the ranges of a fault's parameters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from simgen.errors import InputError
from simgen.readings import FAULTS, Mount, Reading
from simgen.sampling import stream
from simgen.scenario.scenario import Fault

AnyReading = TypeVar("AnyReading", bound=Reading)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Site:
    """One mounted sensor.

    Attributes:
        name: of the mount.
        kind: of the sensor.
        seed: of the episode.
        attributes: what the sensor says of itself: max_range_m, threshold_db, ...
    """

    name: str
    kind: str
    mount: Mount
    seed: int
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def rng(self, fault: Fault, *names: int | str) -> np.random.Generator:
        """The random stream of one kind of fault: it depends on seed, mount, kind and these names alone."""
        return stream(self.seed, "fault", self.name, fault.kind, *names)

    def during(self, fault: Fault, k: int) -> bool:
        """Whether a fault holds at reading k."""
        start_s, end_s = span_s(fault)
        return 1e9 * start_s <= self.mount.time_ns(k) <= 1e9 * end_s

    def direction(self, fault: Fault, *names: int | str) -> Float[ndarray, "3"]:
        """A unit vector, the same for the whole episode and for any severity."""
        drawn = self.rng(fault, "direction", *names).standard_normal(3)
        unit: Float[ndarray, "3"] = drawn / np.linalg.norm(drawn)
        return unit


Effect = Callable[[Site, Fault, Reading], Reading]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A number that a fault takes: `default` where it is not given, else within `low` and `high`."""

    default: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of fault.

    Attributes:
        effect: what it does to a reading; readings that it leaves alone come back as they are.
        sensors: kinds of sensors that can have it; all where there is none.
        ranges: its numbers.
        lists: parameters that are lists, and how each is checked.
    """

    effect: Effect
    sensors: tuple[str, ...] = ()
    ranges: Mapping[str, Range] = field(default_factory=dict)
    lists: Mapping[str, Callable[[Any], bool]] = field(default_factory=dict)

    def check(self, fault: Fault) -> None:
        """Whether the fault's parameters can be used.

        Raises:
            InputError: an unknown parameter, or a value out of range.
        """
        span_s(fault)
        for name, value in fault.parameters.items():
            if name in self.lists:
                if not self.lists[name](value):
                    raise InputError(f"faults: {fault.kind}: {name}: expected a list of numbers, got {value!r}")
            elif name not in self.ranges:
                known = ", ".join((*self.ranges, *self.lists)) or "no parameters"
                raise InputError(f"faults: {fault.kind}: expected {known}, got {name!r}")
            else:
                low, high = self.ranges[name].low, self.ranges[name].high
                real = isinstance(value, int | float) and not isinstance(value, bool)
                if not real or not low <= value <= high:
                    raise InputError(f"faults: {fault.kind}: {name}: expected {low:g}..{high:g}, got {value!r}")


def span_s(fault: Fault) -> tuple[float, float]:
    """When a fault of a concrete scenario begins and ends.

    Raises:
        InputError: one of them is no number.
    """
    for value in (fault.start_s, fault.end_s):
        if not isinstance(value, int | float):
            raise InputError(f"faults: start_s, end_s: expected numbers, got {value!r}")
    return float(fault.start_s), float(fault.end_s)  # type: ignore[arg-type]


def number(fault: Fault, ranges: Mapping[str, Range], name: str) -> float:
    """A parameter of a fault, or its default."""
    return float(fault.parameters.get(name, ranges[name].default))


def flagged(reading: AnyReading, kind: str, **changes: Any) -> AnyReading:
    """The reading with the bit of a fault."""
    return replace(reading, faults=reading.faults | 1 << FAULTS.index(kind), **changes)


def is_vector(value: Any) -> bool:
    """Three finite numbers."""
    listed = isinstance(value, list | tuple | np.ndarray) and len(value) == 3
    return listed and all(isinstance(x, int | float | np.number) and np.isfinite(x) for x in value)
