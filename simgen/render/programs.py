"""GLSL programs, from the files beside this one."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import moderngl


@cache
def _source(name: str) -> str:
    lines = []
    for line in (files("simgen.render") / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#include"):
            lines.append(_source(line.split('"')[1]))
        else:
            lines.append(line)
    return "\n".join(lines)


def program(gl: moderngl.Context, vertex: str, fragment: str = "", defines: Sequence[str] = ()) -> moderngl.Program:
    """The program of a vertex and a fragment shader file, with words defined for the preprocessor."""
    head = "#version 430 core\n" + "".join(f"#define {word}\n" for word in defines)
    return gl.program(
        vertex_shader=head + _source(vertex),
        fragment_shader=head + _source(fragment) if fragment else None,
    )


def assign(target: moderngl.Program, **values: object) -> None:
    """Sets uniforms that change; those that the compiler dropped are skipped."""
    known = target.extra = target.extra or {}
    for name, value in values.items():
        if known.get(name) != value:
            known[name] = value
            member = target.get(name, None)
            if isinstance(member, moderngl.Uniform):
                member.value = value
