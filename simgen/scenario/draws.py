"""Replaces the distributions in a piece of a scenario by numbers, each from a random stream of its own."""

import dataclasses
from collections.abc import Mapping
from typing import TypeVar

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


def _label(item: object, index: int) -> str | int:
    """Things that have a name are known by it, whatever stands before them."""
    name = getattr(item, "name", "")
    return name if isinstance(name, str) and name else index
