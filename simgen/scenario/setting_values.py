"""Reads the value of a setting by the type of its field."""

import re
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any

from simgen.errors import InputError
from simgen.sampling import Choice, LogUniform, Normal, Uniform
from simgen.scenario import randomise_presets, weather_presets
from simgen.scenario.position import OnLane
from simgen.scenario.scenario import Randomisation, WeatherSpec

CALL = re.compile(r"^\s*(uniform|normal|loguniform|choice)\s*\((.*)\)\s*$", re.DOTALL)
BOOLS: Mapping[str, bool] = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def parse(text: Any, hint: Any, place: str) -> Any:
    """A value of the hinted type; what is not text is taken as it is.

    Numbers may be distributions where the field allows them: `uniform(3, 5)`, `normal(5, 1[, low, high])`,
    `loguniform(1, 100)`, `choice(a, b, ...)`. A place may be `LANE@S` or `LANE@S@OFFSET`, weather
    and `randomise` the name of a preset. Lists have commas.

    Raises:
        InputError: it is no such value.
    """
    if not isinstance(text, str):
        return text
    if hint is Any:
        return parse_free(text, place)
    members = typing.get_args(hint) if _is_union(hint) else (hint,)
    if type(None) in members and text.strip().lower() == "none":
        return None
    tuples = [member for member in members if typing.get_origin(member) is tuple]
    if tuples:
        return _tuple(text, typing.get_args(tuples[0]), place)
    return _one(text, members, place)


def _one(text: str, members: tuple[Any, ...], place: str) -> Any:
    if Uniform in members and CALL.match(text):
        return _distribution(text, place)
    if float in members:
        return _number(text, place)
    if OnLane in members:
        return _on_lane(text, place)
    if WeatherSpec in members:
        return weather_presets.preset(text, place)
    if Randomisation in members:
        return randomise_presets.preset(text, place)
    return _scalar(text, members, place)


def _scalar(text: str, members: tuple[Any, ...], place: str) -> Any:
    if bool in members:
        if text.strip().lower() not in BOOLS:
            raise InputError(f"{place}: expected true or false, got {text!r}")
        return BOOLS[text.strip().lower()]
    if int in members:
        try:
            return int(text)
        except ValueError:
            raise InputError(f"{place}: expected a whole number, got {text!r}") from None
    if str in members:
        return text
    names = ", ".join(getattr(member, "__name__", str(member)) for member in members)
    raise InputError(f"{place}: expected the path of one of its fields, not a whole {names}")


def parse_free(text: Any, place: str) -> Any:
    """A number, truth value, distribution or, failing these, the text itself, for fields that may be anything."""
    if not isinstance(text, str):
        return text
    if CALL.match(text):
        return _distribution(text, place)
    lowered = text.strip().lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _distribution(text: str, place: str) -> Uniform | Normal | LogUniform | Choice:
    match = CALL.match(text)
    name, inside = (match.group(1), match.group(2)) if match else ("", "")
    parts = _split(inside)
    if name == "choice":
        return Choice(values=tuple(parse_free(part, place) for part in parts))
    numbers = [_number(part, place) for part in parts]
    makers: Mapping[str, tuple[tuple[int, ...], Callable[..., Any]]] = {
        "uniform": ((2,), lambda low, high: Uniform(low=low, high=high)),
        "loguniform": ((2,), lambda low, high: LogUniform(low=low, high=high)),
        "normal": (
            (2, 4),
            lambda mean, sigma, low=float("-inf"), high=float("inf"): Normal(
                mean=mean, sigma=sigma, low=low, high=high
            ),
        ),
    }
    counts, make = makers[name]
    if len(numbers) not in counts:
        raise InputError(
            f"{place}: expected {' or '.join(map(str, counts))} numbers in {name}(...), got {len(numbers)}"
        )
    return typing.cast(Uniform | Normal | LogUniform, make(*numbers))


def _number(text: str, place: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{place}: expected a number, got {text!r}") from None


def _on_lane(text: str, place: str) -> OnLane:
    lane, *numbers = text.split("@")
    if not lane or len(numbers) not in (1, 2):
        raise InputError(f"{place}: expected LANE@S or LANE@S@OFFSET (or the path of a field), got {text!r}")
    values = [_number(number, place) for number in numbers]
    return OnLane(lane=lane, s_m=values[0], offset_m=values[1] if len(values) > 1 else 0.0)


def _tuple(text: str, items: tuple[Any, ...], place: str) -> tuple[Any, ...]:
    parts = _split(text)
    endless = len(items) == 2 and items[1] is Ellipsis
    if not endless and len(parts) != len(items):
        raise InputError(f"{place}: expected {len(items)} values, got {len(parts)}")
    hints = (items[0],) * len(parts) if endless else items
    return tuple(parse(part, hint, place) for part, hint in zip(parts, hints, strict=True))


def _split(text: str) -> list[str]:
    """Parts between commas that stand outside parentheses."""
    parts, depth, start = [], 0, 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    last = text[start:].strip()
    return [*parts, last] if last or parts else []


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType)
