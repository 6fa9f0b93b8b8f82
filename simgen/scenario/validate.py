"""Tells a user in one line what is wrong with a scenario."""

import dataclasses
import math
import typing
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from simgen.errors import InputError
from simgen.library import entries, find
from simgen.readings import FAULTS
from simgen.sampling import Choice, LogUniform, Normal, Uniform
from simgen.scenario.actions import Action, FollowTrajectory, SetLamps, SpeedProfile
from simgen.scenario.position import Position, RelativeLane, RelativeObject
from simgen.scenario.randomisation import check_textures
from simgen.scenario.ranges import WORDS, range_of
from simgen.scenario.scenario import CornerCase, Entity, Event, Fault, Scatter, Scenario, Traffic, WeatherSpec
from simgen.scenario.triggers import Distance, State, TimeHeadway, TimeToCollision, Trigger
from simgen.scenario.weather import check_time
from simgen.world.lamps import LAMPS
from simgen.world.taxonomy import BY_NAME

Bound = tuple[float, float]


def place_of(scenario: Scenario) -> str:
    """How messages name a scenario."""
    return f"scenarios/{scenario.name}"


def validate(scenario: Scenario) -> None:
    """Checks every field of a scenario, logical or concrete.

    Raises:
        InputError: one line with the field, what was expected and what is there.
    """
    try:
        _check_all(scenario)
    except InputError as error:
        raise InputError(f"{place_of(scenario)}: {error}") from error


def _check_all(scenario: Scenario) -> None:
    _structure(scenario)
    for path, owner, field, value in numbers_in(scenario):
        bound = range_of(owner, field)
        if bound is not None:
            check_number(path, value, bound)
    for path, part in parts_in(scenario):
        _words(path, part)
    check_time(scenario.weather)
    check_textures(scenario.randomise.materials)
    names = _names(scenario)
    _entities(scenario)
    _scatters(scenario)
    _references(scenario, names)
    for index, fault in enumerate(scenario.faults):
        _fault(f"faults.{index}", fault)


def parts_in(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every dataclass in a scenario with its path, the scenario itself first."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield path, value
        for field in dataclasses.fields(value):
            yield from parts_in(getattr(value, field.name), _join(path, field.name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            label = getattr(item, "name", "") or index
            yield from parts_in(item, _join(path, str(label)))


def numbers_in(scenario: Scenario) -> Iterator[tuple[str, type, str, object]]:
    """Every field that has a range: path, class, field, value (each item of a tuple)."""
    for path, part in parts_in(scenario):
        relative = isinstance(part, Entity) and bool(part.speed_like)
        for field in dataclasses.fields(part):  # type: ignore[arg-type]
            value = getattr(part, field.name)
            if range_of(type(part), field.name) is None or value is None or (relative and field.name == "speed_mps"):
                continue
            items = value if isinstance(value, tuple) else (value,)
            for item in items:
                yield _join(path, field.name), type(part), field.name, item


def check_number(path: str, value: object, bound: Bound) -> None:
    """A number, or every number that a distribution can give, must lie in a range.

    Raises:
        InputError: it does not, or is no number.
    """
    low, high = bound
    expected = f"{path}: expected {_range(low, high)}"
    for number in _extremes(value, path, bound):
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise InputError(f"{expected}, got {number!r}")
        if math.isnan(number) or not low <= number <= high:
            raise InputError(f"{expected}, got {number:g}")


def _extremes(value: object, path: str, bound: Bound) -> tuple[Any, ...]:
    """The smallest and largest outcome of a distribution, or the value itself."""
    if isinstance(value, Uniform | LogUniform):
        if not value.low <= value.high or (isinstance(value, LogUniform) and value.low <= 0.0):
            raise InputError(f"{path}: expected a distribution with low <= high, got {value.low:g}..{value.high:g}")
        return (value.low, value.high)
    if isinstance(value, Normal):
        if not (value.sigma >= 0.0 and value.low <= value.high):
            raise InputError(f"{path}: expected sigma >= 0 and low <= high, got {value}")
        limits = (number for number in (value.low, value.high) if math.isfinite(number))
        return (value.mean, *limits)
    if isinstance(value, Choice):
        _choice(path, value)
        return tuple(number for item in value.values for number in _extremes(item, path, bound))
    return (value,)


def _choice(path: str, value: Choice) -> None:
    weights = value.weights
    bad = weights is not None and (
        len(weights) != len(value.values) or min(weights, default=0.0) < 0.0 or not 0.0 < sum(weights) < math.inf
    )
    if not value.values or bad:
        raise InputError(f"{path}: expected choices with one weight >= 0 each, got {value}")


def _structure(scenario: Scenario) -> None:
    """Everything has the type that it should have, so that later checks may rely on it."""
    _is_a(scenario.ego, Entity, "ego")
    _is_a(scenario.traffic, Traffic, "traffic")
    _is_a(scenario.weather, WeatherSpec, "weather")
    groups: tuple[tuple[str, type], ...] = (
        ("actors", Entity), ("events", Event), ("faults", Fault), ("cases", CornerCase),
        ("scatter", Scatter),
    )  # fmt: skip
    for name, kind in groups:
        _is_a(getattr(scenario, name), tuple, name)
        for index, item in enumerate(getattr(scenario, name)):
            _is_a(item, kind, f"{name}.{index}")
    for text in ("name", "world"):
        if not isinstance(getattr(scenario, text), str) or not getattr(scenario, text):
            raise InputError(f"{text}: expected a name, got {getattr(scenario, text)!r}")
    for path, entity in _entity_paths(scenario):
        _is_a(entity.start, typing.get_args(Position), f"{path}.start")
    for event in scenario.events:
        _is_a(event.when, typing.get_args(Trigger), f"events.{event.name}.when")
        _is_a(event.do, typing.get_args(Action), f"events.{event.name}.do")


def _is_a(value: object, kind: Any, path: str) -> None:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if not isinstance(value, kinds):
        expected = " or ".join(each.__name__ for each in kinds)
        raise InputError(f"{path}: expected {expected}, got {value!r:.60}")


def _words(path: str, part: object) -> None:
    for field, words in WORDS.get(type(part).__name__, {}).items():
        if getattr(part, field) not in words:
            raise InputError(f"{_join(path, field)}: expected one of {', '.join(words)}, got {getattr(part, field)!r}")
    if isinstance(part, SetLamps | Entity):
        unknown = [lamp for lamp in part.lamps if lamp not in LAMPS]
        if unknown:
            raise InputError(f"{_join(path, 'lamps')}: expected some of {', '.join(LAMPS)}, got {unknown[0]!r}")
    if isinstance(part, SpeedProfile) and part.durations_s is not None:
        _same_length(path, "durations_s", part.durations_s, "speeds_mps", part.speeds_mps)
    if isinstance(part, FollowTrajectory):
        _same_length(path, "times_s", part.times_s, "positions", part.positions)


def _same_length(path: str, left: str, a: tuple[Any, ...], right: str, b: tuple[Any, ...]) -> None:
    if len(a) != len(b) or not a:
        raise InputError(f"{_join(path, left)}: expected one for each of {right} ({len(b)}), got {len(a)}")


def _entity_paths(scenario: Scenario) -> list[tuple[str, Entity]]:
    return [("ego", scenario.ego), *((f"actors.{actor.name}", actor) for actor in scenario.actors)]


def _names(scenario: Scenario) -> tuple[str, ...]:
    """Names of the entities, which must be different, like those of the events."""
    names = (scenario.ego.name, *(actor.name for actor in scenario.actors))
    for kind, group in (("actors", names), ("events", tuple(event.name for event in scenario.events))):
        for name, count in Counter(group).items():
            if count > 1:
                raise InputError(f"{kind}: expected different names, got {name!r} {count} times")
            if not name or not isinstance(name, str):
                raise InputError(f"{kind}: expected a name for each, got {name!r}")
    return names


def _entities(scenario: Scenario) -> None:
    for path, entity in _entity_paths(scenario):
        models = entity.model.values if isinstance(entity.model, Choice) else (entity.model,)
        for model in () if entity is scenario.ego and entity.model == "" else models:
            if not isinstance(model, str):
                raise InputError(f"{path}.model: expected the name of a model, got {model!r}")
            _known(f"{path}.model", "models", model)
        if entity.category and entity.category not in BY_NAME:
            raise InputError(f"{path}.category: expected one of {', '.join(BY_NAME)}, got {entity.category!r}")
        if entity.paint is not None and len(entity.paint) != 3:
            raise InputError(f"{path}.paint: expected red, green and blue, got {len(entity.paint)} numbers")
        _parameters(f"{path}.parameters", entity.parameters)


def _scatters(scenario: Scenario) -> None:
    for scatter in scenario.scatter:
        path = f"scatter.{scatter.name}"
        for model in scatter.model.values if isinstance(scatter.model, Choice) else (scatter.model,):
            _known(f"{path}.model", "models", str(model))
        if scatter.category and scatter.category not in BY_NAME:
            raise InputError(f"{path}.category: expected one of {', '.join(BY_NAME)}, got {scatter.category!r}")
        if len(scatter.area_m) != 4 or not (
            scatter.area_m[0] < scatter.area_m[2] and scatter.area_m[1] < scatter.area_m[3]
        ):
            raise InputError(f"{path}.area_m: expected low x, low y, high x, high y, got {scatter.area_m}")
        if not scatter.levels_m:
            raise InputError(f"{path}.levels_m: expected heights, got none")


def _parameters(path: str, parameters: Mapping[str, Any]) -> None:
    for key, value in parameters.items():
        if isinstance(value, float) and math.isnan(value):
            raise InputError(f"{path}.{key}: expected a number, got nan")
        if key.endswith("speed_mps"):
            check_number(f"{path}.{key}", value, (0.0, 60.0))


def _known(path: str, kind: str, name: str) -> None:
    try:
        find(kind, name)
    except InputError as error:
        if "/" in name or "." in name:
            raise InputError(f"{path}: {error}") from error
        known = ", ".join(entry.name for entry in entries(kind))
        raise InputError(f"{path}: expected one of {known}, got {name!r}") from error


def _speed_references(scenario: Scenario, names: tuple[str, ...]) -> None:
    like = {entity.name: entity.speed_like for entity in (scenario.ego, *scenario.actors)}
    for path, entity in _entity_paths(scenario):
        if not entity.speed_like:
            continue
        check_number(f"{path}.speed_mps", entity.speed_mps, (-60.0, 60.0))
        _one_of(f"{path}.speed_like", entity.speed_like, names)
        chain = [entity.speed_like]
        while like[chain[-1]] in names and len(chain) <= len(like):
            chain.append(like[chain[-1]])
        if len(chain) > len(like):
            raise InputError(f"{path}.speed_like: entities take their speeds from each other in a circle")


def _references(scenario: Scenario, names: tuple[str, ...]) -> None:
    _speed_references(scenario, names)
    events = tuple(event.name for event in scenario.events)
    for path, part in parts_in(scenario):
        for field in _entity_fields(part):
            _one_of(_join(path, field), getattr(part, field), names)
        if isinstance(part, State):
            _one_of(_join(path, "event"), part.event, events)
    for event in scenario.events:
        for name in event.entities:
            _one_of(f"events.{event.name}.entities", name, names)
    for index, case in enumerate(scenario.cases):
        for name in case.entities:
            _one_of(f"cases.{index}.entities", name, names)
        if case.trigger:
            _one_of(f"cases.{index}.trigger", case.trigger, events)


def _entity_fields(part: object) -> tuple[str, ...]:
    """Fields of triggers and positions that name an entity."""
    if isinstance(part, RelativeLane | RelativeObject):
        return ("entity",)
    if isinstance(part, Distance | TimeHeadway | TimeToCollision):
        return ("entity", "to") if isinstance(part.to, str) else ("entity",)
    return ("entity",) if hasattr(part, "entity") else ()


def _one_of(path: str, name: object, names: tuple[str, ...]) -> None:
    if name not in names:
        raise InputError(f"{path}: expected one of {', '.join(names) or 'none'}, got {name!r}")


def _fault(path: str, fault: Fault) -> None:
    if fault.kind not in FAULTS:
        raise InputError(f"{path}.kind: expected one of {', '.join(FAULTS)}, got {fault.kind!r}")
    if not fault.sensors:
        raise InputError(f"{path}.sensors: expected names of sensors, their kinds, or '*', got none")
    bounds: dict[str, Bound] = {"probability": (0.0, 1.0), "share": (0.0, 1.0)}
    for key, value in fault.parameters.items():
        if key in bounds:
            check_number(f"{path}.parameters.{key}", value, bounds[key])


def _range(low: float, high: float) -> str:
    return f"{low:g}..{high:g}"


def _join(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field
