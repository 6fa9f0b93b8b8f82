"""Runs mypy and import-linter against a plain installation outside the clone.

Static tools do not see the mapped folders (worlds/, sensors/, scenarios/) in an editable installation.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "build", "*.egg-info", "demo", "dataset", "__pycache__")


def main() -> int:
    """Installs a copy of the tree into a temporary folder and checks it there."""
    with tempfile.TemporaryDirectory() as folder:
        source, site = Path(folder) / "source", Path(folder) / "site"
        shutil.copytree(ROOT, source, ignore=LEFT_OUT)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-q", "--no-deps"]
        subprocess.run([*pip, "--no-build-isolation", "--target", str(site), str(source)], check=True)
        environment = {**os.environ, "PYTHONPATH": str(site), "MYPYPATH": str(site)}
        config = str(ROOT / "pyproject.toml")
        mypy = [sys.executable, "-m", "mypy", "--config-file", config, "--cache-dir", str(ROOT / ".mypy_cache")]
        types = subprocess.run([*mypy, "-p", "simgen"], cwd=site, env=environment, check=False)
        linter = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
        layers = subprocess.run([*linter, "--config", config, "--no-cache"], cwd=site, env=environment, check=False)
        return types.returncode or layers.returncode


if __name__ == "__main__":
    sys.exit(main())
