"""Plays the events of a concrete scenario: which actions begin now, and what is worth a row of `/events`."""

from collections.abc import Iterable

import numpy as np

from simgen.motion import Happening
from simgen.scenario.actions import Appear, SetLamps
from simgen.scenario.conditions import Evidence, holds
from simgen.scenario.scenario import ConcreteScenario, CornerCase, Event
from simgen.scenario.situation import Situation, Started, StoryStep
from simgen.world.lanes import LaneNetwork

INSTANT = (SetLamps, Appear)
"""Actions that are complete as soon as they begin."""

SKIPPED_LANES = 4
"""An entity may pass this many lanes between two situations and still count as going straight on."""


class Storyboard:
    """Events in their three states: standby, running, complete (ASAM OpenSCENARIO 1.3, 7.3.3).

    An event starts once, in the first situation in which its trigger holds, and is complete when all of its entities
    have reported that they are done. Events are looked at in the scenario's order, so that a `State` trigger sees an
    event that started in the same step.
    """

    def __init__(self, concrete: ConcreteScenario, lanes: LaneNetwork) -> None:
        self._events = {event.name: event for event in concrete.events}
        self._cases = _rows(concrete)
        self._pending: list[Happening] = _windows(concrete)
        self._lanes = lanes
        self._waiting = list(concrete.events)
        self._busy: dict[str, set[str]] = {}
        self._reached_s: dict[tuple[str, str], float] = {}
        self._begun: dict[str, float] = {}
        self._lane: dict[str, str] = {}
        self._traversed: set[str] = set()
        self._places: dict[int, np.ndarray] = {}
        self._completed: list[str] = []
        self._names: tuple[str, ...] = ()
        self._row: dict[str, int] = {}

    def state(self, event: str) -> str:
        """State of an event: "standby", "running" or "complete"."""
        if (event, "complete") in self._reached_s:
            return "complete"
        return "running" if (event, "running") in self._reached_s else "standby"

    def step(self, situation: Situation) -> StoryStep:
        """Starts every event whose trigger holds now; call it once for each situation, in order of time."""
        if situation.names != self._names:
            self._names = situation.names
            self._row = {name: row for row, name in enumerate(situation.names)}
        self._follow_lanes(situation)
        happenings = self._due(situation.time_s)
        happenings += self._finish(situation.time_s)
        evidence = Evidence(
            situation=situation,
            lanes=self._lanes,
            row=self._row,
            reached_s=self._reached_s,
            traversed=frozenset(self._traversed),
            places=self._places,
        )
        started: list[Started] = []
        for event in list(self._waiting):
            if holds(event.when, evidence):
                self._waiting.remove(event)
                happenings += self._begin(event, situation.time_s)
                started += [Started(event=event.name, entity=name, action=event.do) for name in event.entities]
        happenings += self._finish(situation.time_s)
        return StoryStep(started=tuple(started), happenings=tuple(happenings))

    def complete(self, event: str, entity: str) -> None:
        """An entity is done with the event's action; the next `step` reports what ended by it."""
        busy = self._busy.get(event)
        if busy is None or entity not in busy:
            return
        busy.discard(entity)
        if not busy:
            self._completed.append(event)

    def _begin(self, event: Event, time_s: float) -> list[Happening]:
        self._reached_s[event.name, "running"] = time_s
        self._busy[event.name] = set(event.entities)
        if isinstance(event.do, INSTANT) or not event.entities:
            self._busy[event.name] = set()
            self._completed.append(event.name)
        happenings: list[Happening] = []
        for case in self._cases[event.name]:
            if case not in self._begun:
                self._begun[case] = time_s
                happenings += [Happening(case=case, phase=phase, time_ns=_ns(time_s)) for phase in ("trigger", "onset")]
        return happenings

    def _finish(self, time_s: float) -> list[Happening]:
        happenings: list[Happening] = []
        for name in self._completed:
            self._reached_s[name, "complete"] = time_s
            for case in self._cases[name]:
                parts = [event for event, cases in self._cases.items() if case in cases]
                if all(self.state(part) == "complete" for part in parts):
                    happenings.append(Happening(case=case, phase="end", time_ns=_ns(time_s)))
        self._completed.clear()
        return happenings

    def _due(self, time_s: float) -> list[Happening]:
        due = [happening for happening in self._pending if happening.time_ns <= _ns(time_s)]
        self._pending = [happening for happening in self._pending if happening.time_ns > _ns(time_s)]
        return due

    def _follow_lanes(self, situation: Situation) -> None:
        for name, lane in zip(situation.names, situation.lane, strict=True):
            before = self._lane.get(name)
            if not lane or lane == before:
                continue
            if before is not None and lane not in self._ahead(before):
                self._traversed.add(name)
            self._lane[name] = lane

    def _ahead(self, lane: str) -> set[str]:
        """Lanes that continue this one, a few deep."""
        seen, edge = {lane}, [lane]
        for _ in range(SKIPPED_LANES):
            edge = [
                following
                for name in edge
                if name in self._lanes.lanes
                for following in self._lanes.lanes[name].successors
                if following not in seen
            ]
            seen.update(edge)
        return seen


def _rows(concrete: ConcreteScenario) -> dict[str, tuple[str, ...]]:
    """Under which names each event is reported: its corner cases, or its own name where it belongs to none."""
    result: dict[str, tuple[str, ...]] = {}
    for event in concrete.events:
        own = [event.case] if event.case else []
        own += [case.case for case in concrete.cases if case.trigger == event.name and case.case not in own]
        result[event.name] = tuple(own) or (event.name,)
    return result


def _windows(concrete: ConcreteScenario) -> list[Happening]:
    """Onset and end of the cases that no event starts: those of their faults, else the first reading."""
    evented = {case for event in concrete.events for case in [event.case]}
    result: list[Happening] = []
    for case in concrete.cases:
        if case.trigger or case.case in evented:
            continue
        result += _window(case, concrete)
    return sorted(result, key=lambda happening: happening.time_ns)


def _window(case: CornerCase, concrete: ConcreteScenario) -> Iterable[Happening]:
    faults = [fault for fault in concrete.faults if fault.case == case.case]
    start_s = min((float(fault.start_s) for fault in faults), default=0.0)  # type: ignore[arg-type]
    end_s = max((float(fault.end_s) for fault in faults), default=float("inf"))  # type: ignore[arg-type]
    yield Happening(case=case.case, phase="onset", time_ns=_ns(max(start_s, 0.0)))
    if np.isfinite(end_s) and end_s < concrete.duration_s:
        yield Happening(case=case.case, phase="end", time_ns=_ns(end_s))


def _ns(time_s: float) -> int:
    return int(np.rint(time_s * 1e9))
