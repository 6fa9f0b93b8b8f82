"""Shapes and types of every annotated function are checked at run time while tests run."""

import ast
import sys
from pathlib import Path

import jaxtyping
import jaxtyping._import_hook as hook
import pytest
from hypothesis import settings

settings.register_profile("simgen", deadline=None, derandomize=True)  # machines are shared: no timed assertion
settings.load_profile("simgen")

sys.path.insert(0, str(Path(__file__).parent))  # tests/staging.py, tests/typecheck.py

_without_check = hook._is_no_type_check


def _is_compiled(node: ast.AST) -> bool:
    """Numba compiles what is below its decorator, and can neither compile nor cache a checked function."""
    function = node.func if isinstance(node, ast.Call) else node
    name = getattr(function, "attr", getattr(function, "id", ""))
    return name in ("njit", "vectorize", "guvectorize") or _without_check(node)


hook._is_no_type_check = _is_compiled
jaxtyping.install_import_hook("simgen", "typecheck.checked")

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Maps and scenarios that this project did not write; tests that need them are skipped where they are absent."""
    if not CORPUS.is_dir():
        pytest.skip(f"no {CORPUS}: the corpus lies beside the checkout")
    return CORPUS
