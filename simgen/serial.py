"""Frozen dataclasses to and from JSON, so that an episode says by itself what it was made of.

Every dataclass becomes an object with its class's name as `type` beside the fields, so unions need no schema. Arrays
become nested lists, tuples become lists, and numbers that JSON lacks become the strings "inf", "-inf" and "nan". Fields
keep their order, so equal values give equal text. Where a field is typed `Any`, those three strings become numbers
again, lists become tuples, and objects with the `type` of a distribution or a pose become those.
"""

import dataclasses
import json
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

import cattrs
import numpy as np
from cattrs.gen import make_dict_structure_fn
from jaxtyping import AbstractArray

from simgen.errors import InputError
from simgen.geometry import Pose
from simgen.sampling import Choice, LogUniform, Normal, Uniform

T = TypeVar("T")
TYPE = "type"
NON_FINITE = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}
ANYWHERE = {kind.__name__: kind for kind in (Uniform, Normal, LogUniform, Choice, Pose)}
"""Classes that may stand where a field says nothing about its type."""


def to_json(value: object) -> str:
    """A dataclass (or a list or mapping of them) as one line of JSON."""
    return json.dumps(to_plain(value), ensure_ascii=False, allow_nan=False, separators=(", ", ": "))


def from_json(text: str | bytes, kind: type[T], place: str = "json") -> T:
    """The dataclass that `to_json` wrote.

    Args:
        text: what was written.
        kind: the class to make of it.
        place: what the messages call the text (a file, say).

    Raises:
        InputError: no JSON, or something in it is missing, unknown or of the wrong type; the message has its path.
    """
    try:
        plain = json.loads(text)
    except ValueError as error:
        raise InputError(f"{place}: expected JSON: {error}") from error
    return from_plain(plain, kind, place)


def from_plain(plain: object, kind: type[T], place: str = "json") -> T:
    """Like `from_json`, from what `json.loads` gives.

    Raises:
        InputError: as there.
    """
    try:
        return _converter().structure(plain, kind)
    except cattrs.BaseValidationError as error:
        raise InputError(f"{place}: {_first_line(error)}") from error
    except (TypeError, ValueError) as error:
        raise InputError(f"{place}: {error}") from error


def to_plain(value: object) -> Any:
    """The same as dicts, lists, strings, numbers, booleans and None.

    Raises:
        InputError: a value that has no such form.
    """
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: to_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {TYPE: type(value).__name__, **fields}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return to_plain(value.tolist())
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    raise InputError(f"expected numbers, text, arrays, mappings or dataclasses, got {type(value).__name__}")


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    for kind in (int, bool, str):
        converter.register_structure_hook(kind, _exactly(kind))
    converter.register_structure_hook(float, lambda value, _: _float(value))
    converter.register_structure_hook_factory(dataclasses.is_dataclass, lambda kind: _dataclass_hook(kind, converter))
    converter.register_structure_hook_func(_is_union, lambda value, kind: _union(value, kind, converter))
    converter.register_structure_hook_func(_is_array, _array)
    converter.register_structure_hook_func(_is_open_list, lambda value, _: _anything(value, converter))
    converter.register_structure_hook_func(lambda kind: kind is Any, lambda value, _: _anything(value, converter))
    return converter


def _exactly(kind: type) -> Callable[[object, type], object]:
    def structure(value: object, _: type) -> object:
        if type(value) is not kind:
            raise TypeError(f"expected {kind.__name__}, got {value!r:.60}")
        return value

    return structure


def _float(value: object) -> float | int:
    if isinstance(value, str) and value in NON_FINITE:
        return NON_FINITE[value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"expected a number, got {value!r:.60}")
    return value


def _dataclass_hook(kind: Any, converter: cattrs.Converter) -> Callable[[object, Any], object]:
    fill = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)

    def structure(value: object, _: Any) -> object:
        if not isinstance(value, Mapping):
            raise TypeError(f"expected {kind.__name__} (an object), got {value!r:.60}")
        if value.get(TYPE, kind.__name__) != kind.__name__:
            raise TypeError(f"expected {TYPE} {kind.__name__}, got {value[TYPE]!r}")
        return fill({key: item for key, item in value.items() if key != TYPE}, kind)

    return structure


def _is_union(kind: Any) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType)


def _union(value: object, kind: Any, converter: cattrs.Converter) -> object:
    """The member that the `type` of an object names, or that a plain value is."""
    members = typing.get_args(kind)
    if isinstance(value, Mapping):
        named: list[Any] = [member for member in members if dataclasses.is_dataclass(member)]
        for member in named:
            if member.__name__ == value.get(TYPE):
                return converter.structure(value, member)
        names = ", ".join(member.__name__ for member in named)
        raise TypeError(f"expected an object whose {TYPE} is one of {names}, got {value.get(TYPE)!r}")
    for member in members:
        if member is types.NoneType and value is None:
            return None
        if member is str and isinstance(value, str):
            return value
        if member is bool and isinstance(value, bool):
            return value
        if member in (int, float) and _is_number(value):
            return converter.structure(value, member)
        if typing.get_origin(member) in (tuple, list, Sequence) and isinstance(value, list):
            return converter.structure(value, member)
    names = ", ".join(getattr(member, "__name__", str(member)) for member in members)
    raise TypeError(f"expected one of {names}, got {value!r:.60}")


def _is_number(value: object) -> bool:
    return (isinstance(value, int | float) and not isinstance(value, bool)) or (
        isinstance(value, str) and value in NON_FINITE
    )


def _is_array(kind: Any) -> bool:
    return kind is np.ndarray or (isinstance(kind, type) and issubclass(kind, AbstractArray))


def _is_open_list(kind: Any) -> bool:
    """A list of whatever; cattrs would leave what is in it as it is."""
    return typing.get_origin(kind) in (Sequence, tuple, list) and typing.get_args(kind)[0] is Any


def _array(value: object, kind: Any) -> np.ndarray:
    names: tuple[str, ...] = tuple(getattr(kind, "dtypes", ()))
    dtype = np.dtype(names[0] if len(names) == 1 else "int64" if names and "float64" not in names else "float64")
    if dtype.kind == "f":
        value = _finite_or_named(value)
    return np.asarray(value, dtype=dtype)


def _finite_or_named(value: object) -> object:
    if isinstance(value, list):
        return [_finite_or_named(item) for item in value]
    return _float(value)


def _anything(value: object, converter: cattrs.Converter) -> object:
    if isinstance(value, str):
        return NON_FINITE.get(value, value)
    if isinstance(value, list):
        return tuple(_anything(item, converter) for item in value)
    if isinstance(value, Mapping):
        kind = ANYWHERE.get(cast(str, value.get(TYPE, "")))
        if kind is not None:
            return converter.structure(value, kind)
        return {key: _anything(item, converter) for key, item in value.items()}
    return value


def _first_line(error: BaseException) -> str:
    """The innermost first mistake and the path to it."""
    for line in cattrs.transform_error(error, path="", format_exception=_describe):
        text, _, path = line.rpartition(" @ ")
        return f"{path.lstrip('.')}: {text}" if path else text
    return str(error)


def _describe(error: BaseException, _: Any) -> str:
    if isinstance(error, KeyError):
        return "required field missing"
    if isinstance(error, cattrs.ForbiddenExtraKeysError):
        known = ", ".join(field.name for field in dataclasses.fields(error.cl))
        return f"expected one of the fields {known}, got {', '.join(sorted(error.extra_fields))}"
    return str(error).splitlines()[0]
