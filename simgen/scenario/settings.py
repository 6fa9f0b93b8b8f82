"""Changes fields of a scenario by dotted paths, as `--set ego.speed_mps=12` does."""

import dataclasses
import typing
from collections.abc import Callable, Mapping
from typing import Any

from simgen.errors import InputError
from simgen.library import Entry, Parameter, parameters
from simgen.scenario.scenario import Scenario
from simgen.scenario.setting_values import parse, parse_free
from simgen.scenario.validate import check_number, place_of, validate


def build_scenario(entry: Entry, settings: Mapping[str, Any]) -> Scenario:
    """Calls a scenario's builder and applies settings: its own parameters by name, all others as paths of fields.

    Raises:
        InputError: an unknown key, a value of the wrong type or out of range, or the builder itself fails.
    """
    place = f"scenarios/{entry.name}"
    known = parameters(entry)
    hints = typing.get_type_hints(entry.build) if known else {}
    own: dict[str, Any] = {}
    for key, text in settings.items():
        if key in known:
            path = f"{place}: {key}"
            own[key] = parse(text, hints.get(key, Any), path)
            _in_range(path, own[key], known[key][1])
    scenario = _call(entry.build, own, place)
    if not isinstance(scenario, Scenario):
        raise InputError(f"{place}: expected the builder to return a Scenario, got {type(scenario).__name__}")
    return apply_settings(scenario, {key: text for key, text in settings.items() if key not in own}, tuple(known))


def apply_settings(scenario: Scenario, settings: Mapping[str, Any], also: tuple[str, ...] = ()) -> Scenario:
    """The scenario with some fields changed.

    Args:
        scenario: left as it is.
        settings: path -> text, for example "ego.speed_mps" -> "uniform(3, 5)", "weather.fog" -> "0.3",
            "actors.child.speed_mps" -> "2". Actors, events, faults and cases go by name or by index.
        also: further keys to name where a key is unknown.

    Raises:
        InputError: unknown key (the possible ones are listed), wrong type, out of range.
    """
    for key, text in settings.items():
        place = f"{place_of(scenario)}: {key}"
        scenario = typing.cast(Scenario, _with(scenario, key.split("."), text, place, also))
    validate(scenario)
    return scenario


def _with(value: object, keys: list[str], text: Any, place: str, also: tuple[str, ...] = ()) -> object:
    """A copy of `value` in which what the keys lead to is replaced."""
    key, rest = keys[0], keys[1:]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        if key not in names:
            raise InputError(f"{place}: expected one of {', '.join((*names, *also))}, got {key!r}")
        hint = typing.get_type_hints(type(value))[key]
        changed = _with(getattr(value, key), rest, text, place) if rest else parse(text, hint, place)
        return dataclasses.replace(value, **{key: changed})
    if isinstance(value, tuple):
        index = _index(value, key, place)
        changed = _with(value[index], rest, text, place) if rest else parse_free(text, place)
        return (*value[:index], changed, *value[index + 1 :])
    if isinstance(value, Mapping):
        return {**value, key: _with(value.get(key), rest, text, place) if rest else parse_free(text, place)}
    raise InputError(f"{place}: {key!r} leads no further: expected the path of a field")


def _index(items: tuple[Any, ...], key: str, place: str) -> int:
    """Index of an item by its number or its name."""
    labels = [
        str(getattr(item, "name", "") or getattr(item, "case", "") or getattr(item, "kind", "")) for item in items
    ]
    if key in labels:
        return labels.index(key)
    if key.isdecimal() and int(key) < len(items):
        return int(key)
    known = ", ".join(label or str(index) for index, label in enumerate(labels))
    raise InputError(f"{place}: expected one of {known or 'none (the list is empty)'}, got {key!r}")


def _in_range(path: str, value: object, meaning: Parameter | None) -> None:
    """Numbers of a parameter with limits must keep them; NaN never passes."""
    numeric = isinstance(value, int | float) or hasattr(value, "draw")
    if meaning is not None and numeric and not isinstance(value, bool):
        check_number(path, value, (meaning.low, meaning.high))


def _call(build: Callable[..., Any], arguments: Mapping[str, Any], place: str) -> Any:
    """What the builder returns; whatever goes wrong in a user's file becomes one line."""
    try:
        return build(**arguments)
    except InputError:
        raise
    except (Exception, SystemExit) as error:
        text = str(error).splitlines()[0] if str(error) else "no message"
        raise InputError(f"{place}: {type(error).__name__}: {text}") from error
