"""A folder that an exporter fills: there as a whole, or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simgen.errors import InputError


@contextmanager
def whole_folder(dest: Path) -> Iterator[Path]:
    """A folder beside `dest` to write into, which becomes `dest` when all went well.

    Raises:
        InputError: `dest` is a file, is not empty, or cannot be made.
    """
    if dest.exists() and not dest.is_dir():
        raise InputError(f"{dest}: expected a folder, got a file")
    if dest.is_dir() and any(dest.iterdir()):
        raise InputError(f"{dest}: expected an empty folder or none, got one that holds something")
    partial = dest.with_name(dest.name + ".partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
    except OSError as error:
        raise InputError(f"{dest}: expected a folder that can be written, got: {error.strerror}") from error
    try:
        yield partial
        os.replace(partial, dest)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
