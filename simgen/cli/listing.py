"""`simgen list` and `simgen show`."""

import json as json_module
from typing import Annotated, Any

import tyro

from simgen import library
from simgen.errors import InputError


def list_(
    kind: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="KIND")] = "",
    *,
    json: tyro.conf.FlagCreatePairsOff[bool] = False,
) -> int:
    """Lists worlds, models, sensors, rigs, scenarios, injections or formats.

    Args:
        kind: one of them; all by default.
        json: prints a list of objects.
    """
    if kind and kind not in library.KINDS:
        raise InputError(f"list: KIND: expected one of {', '.join(library.KINDS)}, got {kind!r}")
    kinds = [kind] if kind else list(library.KINDS)
    rows = [(name, offered) for name in kinds for offered in library.entries(name)]
    if json:
        objects = [
            {"kind": name, "name": o.name, "summary": o.summary, "source": o.source, "tags": list(o.tags)}
            for name, o in rows
        ]
        print(json_module.dumps(objects, indent=1))
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in (["kind"] if not kind else []) + ["name", "what", "source"]:
        table.add_column(heading, no_wrap=heading in ("kind", "name"))
    for name, offered in rows:
        table.add_row(*([name] if not kind else []), offered.name, offered.summary, offered.source)
    Console().print(table)
    return 0


def show(
    kind: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="KIND")],
    name: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="NAME")],
    *,
    json: tyro.conf.FlagCreatePairsOff[bool] = False,
) -> int:
    """Shows the parameters of one entry with ranges, units and sources.

    Args:
        kind: worlds, models, sensors, rigs, scenarios, injections or formats.
        name: of the entry, or a .py file.
        json: prints one object.
    """
    if kind not in library.KINDS:
        raise InputError(f"show: KIND: expected one of {', '.join(library.KINDS)}, got {kind!r}")
    offered = library.find(kind, name)
    rows = [_row(key, *found) for key, found in library.parameters(offered).items()]
    if json:
        fields = {"kind": kind, "name": offered.name, "summary": offered.summary, "source": offered.source}
        print(json_module.dumps({**fields, "tags": list(offered.tags), "parameters": rows}, indent=1))
        return 0
    import inspect

    print(f"{offered.name}: {inspect.getdoc(offered.build) or ''}\n")
    if offered.source:
        print(f"source: {offered.source}")
    for row in rows:
        bounds = f" [{row['low']}..{row['high']}]" if row["low"] is not None else ""
        print(f"  {row['name']} = {row['default']} {row['unit']}{bounds}  {row['text']}  {row['source']}".rstrip())
    return 0


def _row(name: str, parameter: Any, meaning: library.Parameter | None) -> dict[str, Any]:
    default = None if parameter.default is parameter.empty else repr(parameter.default)
    finite = meaning is not None and meaning.low != float("-inf")
    return {
        "name": name,
        "default": default,
        "unit": meaning.unit if meaning else "",
        "low": meaning.low if meaning and finite else None,
        "high": meaning.high if meaning and finite else None,
        "text": meaning.text if meaning else "",
        "source": meaning.source if meaning else "",
    }
