"""Finds worlds, models, sensors, rigs, scenarios, injections and formats by name, by path, or by entry point.

A plug-in file marks what it offers with `entry`; nothing is registered anywhere, so importing a file changes nothing
global. The engine refers to the libraries through this module alone.
"""

import functools
import hashlib
import importlib
import importlib.metadata
import importlib.util
import inspect
import pkgutil
import sys
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from simgen.errors import InputError

KINDS: dict[str, tuple[str, ...]] = {
    "worlds": ("simgen.worlds",),
    "models": ("simgen.worlds.models",),
    "sensors": ("simgen.sensors",),
    "rigs": ("simgen.sensors",),
    "scenarios": ("simgen.scenarios",),
    "injections": ("simgen.scenarios.injections",),
    "formats": ("simgen.export",),
}

MESHES = (".glb", ".gltf", ".obj", ".ply")
"""Files that stand for models."""

_USER = "simgen_user_"
"""Begins the names of modules that were loaded from a path."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a parameter of an entry means: `speed_mps: Annotated[float, Parameter(...)] = 5.0`."""

    text: str = field(kw_only=False)
    unit: str = ""
    low: float = float("-inf")
    high: float = float("inf")
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that the library offers.

    Attributes:
        build: the function or class that makes it, called with keyword arguments.
        source: standard, datasheet or paper that it follows.
        tags: further facts, for example the level of a corner case.
    """

    kind: str
    name: str
    summary: str
    source: str
    build: Callable[..., Any]
    tags: tuple[str, ...] = ()


def entry(kind: str, name: str = "", *, source: str = "", tags: tuple[str, ...] = ()) -> Callable[[F], F]:
    """Marks a function or class as an entry of the library; its docstring's first line is the summary."""

    def mark(build: F) -> F:
        summary = (inspect.getdoc(build) or "").split("\n")[0]
        offered = Entry(kind=kind, name=name or build.__name__, summary=summary, source=source, build=build, tags=tags)
        build.simgen_entry = offered  # type: ignore[attr-defined]
        return build

    return mark


def entries(kind: str) -> tuple[Entry, ...]:
    """Everything of one kind, sorted by name: the library's own, then what other distributions offer by entry point."""
    return tuple(_everything(kind).values())


@functools.lru_cache(maxsize=len(KINDS))
def _everything(kind: str) -> dict[str, Entry]:
    """By name, sorted; kept, because reading what is installed takes tens of milliseconds."""
    found: dict[str, Entry] = {}
    for module in _modules(kind):
        for offered in _offered(module, kind):
            found.setdefault(offered.name, offered)
    for point in _entry_points(kind):
        found.setdefault(point.name, _only(point.load(), kind, f"entry point {point.name}"))
    return {name: found[name] for name in sorted(found)}


def find(kind: str, name: str) -> Entry:
    """The entry with this name; `name` may also be the path of a .py file that offers exactly one of this kind.

    A model may also be the path of a mesh: the library's `user_mesh` of that file.

    Raises:
        InputError: unknown name (the nearest names are given), unreadable or broken file.
    """
    if kind == "models" and Path(name).suffix.lower() in MESHES:
        reader = find("models", "user_mesh")
        return replace(reader, name=name, build=functools.partial(reader.build, path=name))
    if name.endswith(".py") or "/" in name or (Path(name).suffix and Path(name).exists()):
        return _only(_load_path(Path(name)), kind, name)
    for package in KINDS[kind]:
        direct = f"{package}.{name}"
        if name.isidentifier() and importlib.util.find_spec(direct) is not None:
            for offered in _offered(importlib.import_module(direct), kind):
                if offered.name == name:
                    return offered
    everything = _everything(kind)
    if name in everything:
        return everything[name]
    own = Path(kind) / f"{name}.py"
    if own.is_file():
        return _only(_load_path(own), kind, str(own))
    raise InputError(f"{kind}: {name!r} is not in the library; expected one of {', '.join(sorted(everything))}")


def parameters(offered: Entry) -> dict[str, tuple[inspect.Parameter, Parameter | None]]:
    """The keyword parameters of an entry: signature and, where annotated, what it means."""
    build = offered.build.func if isinstance(offered.build, functools.partial) else offered.build
    hints = typing.get_type_hints(build, include_extras=True)
    result: dict[str, tuple[inspect.Parameter, Parameter | None]] = {}
    for name, parameter in inspect.signature(offered.build).parameters.items():
        extras = getattr(hints.get(name), "__metadata__", ())
        meaning = next((extra for extra in extras if isinstance(extra, Parameter)), None)
        result[name] = (parameter, meaning)
    return result


def call(offered: Entry, *arguments: Any, **named: Any) -> Any:
    """What an entry builds; whatever goes wrong in a user's file becomes one line, what goes wrong in ours does not.

    Raises:
        InputError: the user's file fails.
    """
    try:
        return offered.build(*arguments, **named)
    except InputError:
        raise
    except (Exception, SystemExit) as error:
        if not getattr(offered.build, "__module__", "").startswith(_USER):
            raise
        raise InputError(f"{offered.kind}/{offered.name}: {type(error).__name__}: {_first_line(error)}") from error


def _modules(kind: str) -> Iterator[ModuleType]:
    for package in KINDS[kind]:
        parent = importlib.import_module(package)
        for info in sorted(pkgutil.iter_modules(parent.__path__), key=lambda info: info.name):
            if not info.ispkg and not info.name.startswith("_"):
                yield importlib.import_module(f"{package}.{info.name}")


def _entry_points(kind: str) -> list[importlib.metadata.EntryPoint]:
    return sorted(importlib.metadata.entry_points(group=f"simgen.{kind}"), key=lambda point: point.name)


def _offered(module: ModuleType, kind: str) -> list[Entry]:
    marks = [getattr(value, "simgen_entry", None) for value in vars(module).values()]
    unique = {mark.name: mark for mark in marks if isinstance(mark, Entry) and mark.kind == kind}
    return list(unique.values())


def _only(source: ModuleType | Any, kind: str, place: str) -> Entry:
    offered = getattr(source, "simgen_entry", None)
    if isinstance(offered, Entry):
        return offered
    found = _offered(source, kind) if isinstance(source, ModuleType) else []
    if len(found) != 1:
        raise InputError(f"{place}: expected exactly one of {kind} marked with @entry, found {len(found)}")
    return found[0]


def _load_path(path: Path) -> ModuleType:
    if path.is_dir():
        raise InputError(f"{path}: expected a .py file, got a folder")
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    if path.suffix != ".py":
        raise InputError(f"{path}: expected a .py file, got {path.suffix or 'one without a suffix'}")
    name = f"{_USER}{path.stem}_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InputError(f"{path}: expected a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except InputError:
        raise
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        line = getattr(error, "lineno", None) or _line_in(error, path)
        raise InputError(f"{path}:{line}: {type(error).__name__}: {_first_line(error)}") from error
    return module


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0]


def _line_in(error: BaseException, path: Path) -> int:
    line, trace = 0, error.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename).resolve() == path.resolve():
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
