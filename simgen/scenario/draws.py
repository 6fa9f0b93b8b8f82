"""Replaces the distributions in a piece of a scenario by numbers, each from a random stream of its own."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from simgen.sampling import Choice, LogUniform, Normal, Uniform, draw, stream

T = TypeVar("T")
DISTRIBUTIONS = (Uniform, Normal, LogUniform, Choice)


def fix(value: T, seed: int, *names: str | int) -> T:
    """The same value with every distribution in it drawn.

    The stream of each number is named by the path to it (entity, field, ...), so adding an entity, an event or a field
    changes no other draw.
    """
    return _fix(value, seed, names)  # type: ignore[return-value]


def _fix(value: object, seed: int, names: tuple[str | int, ...]) -> object:
    if isinstance(value, DISTRIBUTIONS):
        return _fix(draw(value, stream(seed, "scenario", *names)), seed, (*names, "drawn"))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {
            field.name: _fix(getattr(value, field.name), seed, (*names, field.name))
            for field in dataclasses.fields(value)
        }
        if all(changes[name] is getattr(value, name) for name in changes):
            return value
        return dataclasses.replace(value, **changes)
    if isinstance(value, tuple):
        items = tuple(_fix(item, seed, (*names, _label(item, index))) for index, item in enumerate(value))
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    if isinstance(value, Mapping):
        return {key: _fix(item, seed, (*names, str(key))) for key, item in value.items()}
    return value


def draws_of(value: object, seed: int, *names: str | int) -> dict[str, Any]:
    """What `fix` draws for each distribution in a value, by the path to it, its names joined by dots."""
    if isinstance(value, DISTRIBUTIONS):
        return {".".join(map(str, names)): fix(value, seed, *names)}
    found: dict[str, Any] = {}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            found |= draws_of(getattr(value, field.name), seed, *names, field.name)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            found |= draws_of(item, seed, *names, _label(item, index))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            found |= draws_of(item, seed, *names, str(key))
    return found


def _label(item: object, index: int) -> str | int:
    """Things that have a name are known by it, whatever stands before them."""
    name = getattr(item, "name", "")
    return name if isinstance(name, str) and name else index
