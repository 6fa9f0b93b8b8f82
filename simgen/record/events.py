"""The table /events: corner cases that were injected, and scenario events that fired."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import h5py
import numpy as np

from simgen.motion import Cast, Happening
from simgen.record.layout import table, texts
from simgen.scenario.scenario import ConcreteScenario, CornerCase

NEVER_NS = -1


@dataclass(slots=True, kw_only=True)
class EventRow:
    """One row of /events; times are `NEVER_NS` for what never came."""

    case: str
    version: int = 1
    level: str = "scenario"
    severity: float = 0.0
    entities: tuple[str, ...] = ()
    sensors: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    times_ns: dict[str, int] = field(default_factory=dict)


def event_rows(scenario: ConcreteScenario, happenings: Iterable[Happening]) -> list[EventRow]:
    """Rows of the corner cases, whether or not they came about, then of other events that fired."""
    rows = {case.case: _case_row(case) for case in scenario.cases}
    events = {event.name: event for event in scenario.events}
    owner = {name: event.case for name, event in events.items() if event.case in rows}
    owner |= {case.trigger: case.case for case in scenario.cases if case.trigger}
    for happening in happenings:
        name = owner.get(happening.case, happening.case)
        if name not in rows:
            entities = events[name].entities if name in events else ()
            rows[name] = EventRow(case=name, entities=entities)
        rows[name].times_ns.setdefault(happening.phase, happening.time_ns)
    for case in scenario.cases:
        _fill_times(rows[case.case], case, scenario)
    return list(rows.values())


def write_events(file: h5py.File, rows: list[EventRow], cast: Cast, sensors: Mapping[str, str]) -> None:
    """The table, once the episode is over.

    Args:
        file: of the episode.
        rows: of the table.
        cast: whose names are given as ids.
        sensors: name -> kind; rows may name either, or "*" for all, and are written with the names.
    """
    group = file.create_group("events")
    ids = {actor.name: actor.id for actor in cast.actors}
    texts(group, "case", [row.case for row in rows])
    table(group, "version", [row.version for row in rows], np.int32)
    texts(group, "level", [row.level for row in rows])
    for name in ("onset", "trigger", "end"):
        table(group, f"{name}_ns", [row.times_ns.get(name, NEVER_NS) for row in rows], np.int64)
    table(group, "severity", [row.severity for row in rows], np.float32)
    texts(group, "actor_ids", [json.dumps([ids[name] for name in row.entities if name in ids]) for row in rows])
    texts(group, "sensors", [json.dumps(_names(row.sensors, sensors)) for row in rows])
    texts(group, "parameters", [json.dumps(dict(row.parameters)) for row in rows])


def _names(wanted: tuple[str, ...], sensors: Mapping[str, str]) -> list[str]:
    return [name for name, kind in sensors.items() if {name, kind, "*"} & set(wanted)]


def _case_row(case: CornerCase) -> EventRow:
    return EventRow(
        case=case.case,
        version=case.version,
        level=case.level,
        severity=case.severity,
        entities=case.entities,
        sensors=case.sensors,
        parameters=case.parameters,
    )


def _fill_times(row: EventRow, case: CornerCase, scenario: ConcreteScenario) -> None:
    """A case without a trigger lasts from the first reading on, or as long as the faults that it consists of."""
    if case.trigger:
        if "trigger" in row.times_ns:
            row.times_ns.setdefault("onset", row.times_ns["trigger"])
        return
    faults = [fault for fault in scenario.faults if fault.case == case.case]
    start_s = min((float(fault.start_s) for fault in faults), default=0.0)  # type: ignore[arg-type]
    end_s = max((float(fault.end_s) for fault in faults), default=np.inf)  # type: ignore[arg-type]
    row.times_ns["trigger"] = row.times_ns["onset"] = int(np.rint(1e9 * start_s))
    if np.isfinite(end_s):
        row.times_ns["end"] = int(np.rint(1e9 * end_s))
