"""Shapes and types of every annotated function are checked at run time while tests run."""

import sys
from pathlib import Path

import pytest
from jaxtyping import install_import_hook

sys.path.insert(0, str(Path(__file__).parent))  # tests/staging.py, tests/typecheck.py
install_import_hook("simgen", "typecheck.check")

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Maps and scenarios that this project did not write; tests that need them are skipped where they are absent."""
    if not CORPUS.is_dir():
        pytest.skip(f"no {CORPUS}: the corpus lies beside the checkout")
    return CORPUS
