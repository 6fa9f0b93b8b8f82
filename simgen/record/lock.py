"""One writer at a time: a lock that a killed process gives back by itself."""

import fcntl
import os
from pathlib import Path

from simgen.errors import InputError


class FolderLock:
    """The file `.lock` of a folder, held while the folder is written.

    The kernel releases the lock with its process, so one that was killed leaves nothing that blocks.

    Raises:
        InputError: another writer holds it.
        OSError: the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".lock"
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._handle: int | None = handle
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise InputError(f"{folder}: expected no other writer, got one that holds its .lock") from error
        if not self._is_ours(handle):
            os.close(handle)
            raise InputError(f"{folder}: expected no other writer, got one that has just finished; try again")

    def release(self) -> None:
        """Removes the file and gives the lock back; a second time it does nothing."""
        if self._handle is None:
            return
        self._path.unlink(missing_ok=True)
        os.close(self._handle)
        self._handle = None

    def _is_ours(self, handle: int) -> bool:
        # Another writer may have removed the file between our opening and our locking it.
        try:
            return os.path.samestat(os.fstat(handle), os.stat(self._path))
        except FileNotFoundError:
            return False
