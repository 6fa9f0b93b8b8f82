"""One writer at a time: a lock that a killed process gives back by itself."""

import fcntl
import os
from pathlib import Path

from simgen.errors import InputError


class FolderLock:
    """The file `.lock` of a folder, held while the folder is written.

    The kernel releases the lock with its process, so one that was killed leaves nothing that blocks.

    Raises:
        InputError: another writer holds it, or the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".lock"
        try:
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise InputError(f"{folder}: expected a folder that can be written, got: {error.strerror}") from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise InputError(f"{folder}: expected no other writer, got one that holds its .lock") from error
        if not self._is_ours():
            os.close(self._handle)
            raise InputError(f"{folder}: expected no other writer, got one that has just finished; try again")

    def release(self) -> None:
        """Removes the file and gives the lock back."""
        self._path.unlink(missing_ok=True)
        os.close(self._handle)

    def _is_ours(self) -> bool:
        # Another writer may have removed the file between our opening and our locking it.
        try:
            return os.path.samestat(os.fstat(self._handle), os.stat(self._path))
        except FileNotFoundError:
            return False
