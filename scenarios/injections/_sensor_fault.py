"""What the injections of sensor faults have in common."""

import dataclasses
from collections.abc import Mapping

from simgen.scenario.scenario import CornerCase, Fault, Scenario


def between(severity: float, least: float, most: float) -> float:
    """`least` at severity 0 and `most` at 1; it grows by equal ratios."""
    return float(least * (most / least) ** severity)


def with_fault(
    scenario: Scenario,
    case: str,
    severity: float,
    *,
    kind: str,
    sensors: tuple[str, ...],
    parameters: Mapping[str, float],
    tag: str,
    span: tuple[float, float] | None = None,
) -> Scenario:
    """The scenario with one more fault, and its corner case.

    Args:
        scenario: without it.
        case: its name.
        severity: 0..1.
        kind: of the fault, from `readings.FAULTS`.
        sensors: kinds that have it.
        parameters: of the fault.
        tag: what it is called.
        span: from when to when, as shares of the duration; None is always.
    """
    fault = Fault(kind=kind, sensors=sensors, parameters=dict(parameters), case=case)
    if span is not None:
        start, end = (share * scenario.duration_s for share in span)
        fault = dataclasses.replace(fault, start_s=start, end_s=end)
    told = CornerCase(
        case=case, level="hardware", tags=(tag,), severity=severity, sensors=sensors, parameters=dict(parameters)
    )
    return dataclasses.replace(scenario, faults=(*scenario.faults, fault), cases=(*scenario.cases, told))
