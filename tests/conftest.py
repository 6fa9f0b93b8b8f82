"""Shapes and types of every annotated function are checked at run time while tests run."""

import ast
import sys
from collections.abc import Callable
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


@pytest.fixture
def simgen(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Calls the command line in this process, in an empty folder; gives the one line of its refusal.

    Asserts that it refuses, that it does so in one line, and that it leaves nothing.
    """
    from simgen import cli  # after the hook above, which it could not see otherwise

    monkeypatch.chdir(tmp_path)

    def call(*arguments: str | Path, code: int = 2) -> str:
        before = set(tmp_path.rglob("*"))
        capsys.readouterr()
        assert cli._run([str(argument) for argument in arguments], False) == code
        lines = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
        assert len(lines) == 1, lines
        assert lines[0].startswith("simgen: ")
        assert set(tmp_path.rglob("*")) == before
        return lines[0]

    return call
