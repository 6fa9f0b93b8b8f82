"""Fails where a file is longer than 400 lines or a function, its docstring aside, longer than 50."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("simgen", "worlds", "sensors", "scenarios", "benchmarks", "tools", "examples")
FILE_LINES, FUNCTION_LINES = 400, 50


def complaints(path: Path) -> list[str]:
    """What is too long in one file."""
    text, place = path.read_text(encoding="utf-8"), path.relative_to(ROOT)
    lines = text.count("\n")
    found = [f"{place}: {lines} lines, at most {FILE_LINES}"] if lines > FILE_LINES else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = _span(node) - _docstring(node)
            if length > FUNCTION_LINES:
                found.append(f"{place}:{node.lineno}: {node.name}: {length} lines, at most {FUNCTION_LINES}")
    return found


def _span(node: ast.stmt) -> int:
    """How many lines a statement takes."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines its docstring takes."""
    return 0 if ast.get_docstring(function) is None else _span(function.body[0])


def main() -> int:
    """Every Python file of the project's own code."""
    files = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    found = [line for path in files for line in complaints(path)]
    print("\n".join(found) if found else f"sizes: {len(files)} files are short enough")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
