"""The bytes of a file that HDF5 writes, on a disk that may become full."""

import os
from pathlib import Path
from typing import Any


class Storage:
    """A file for `h5py.File` whose writes never fail: HDF5 crashes the process when one does.

    After the first failure (a full disk, or an interruption that comes while HDF5 writes) what is written stays in
    memory, so that HDF5 can still close the file, which is worth nothing then; `check` raises what happened. Call it
    often, so that little gathers.

    Args:
        path: is made anew.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        self._position = self._size = 0
        self._failure: BaseException | None = None
        self._lost: list[tuple[int, bytes]] = []

    def check(self) -> None:
        """Raises what made the first write fail, if one did."""
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Waits until all is on the disk, and closes the file.

        Raises:
            OSError: not all of it got there.
        """
        handle, self._handle = self._handle, -1
        if handle < 0:
            return
        try:
            self.check()
            os.fsync(handle)
        finally:
            os.close(handle)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Moves to an offset from the start or, with SEEK_END, from the end."""
        self._position = offset + (self._size if whence == os.SEEK_END else 0)
        return self._position

    def tell(self) -> int:
        """Where the next byte goes."""
        return self._position

    def write(self, data: Any) -> int:
        """Writes all bytes of a buffer, or keeps them aside."""
        view, start = memoryview(data).cast("B"), self._position
        count = len(view)
        self._position = start + count
        self._size = max(self._size, self._position)
        if self._failure is None:
            try:
                while view:
                    written = os.pwrite(self._handle, view, start)
                    view, start = view[written:], start + written
                return count
            except BaseException as error:  # kept for `check`
                self._failure = error
        self._lost.append((start, bytes(view)))
        return count

    def read(self, count: int) -> bytes:
        """The next bytes, with zeros where nothing was written."""
        found = bytearray(count)
        self.readinto(found)
        return bytes(found)

    def readinto(self, buffer: Any) -> int:
        """Fills the buffer, with zeros where nothing was written."""
        view, start = memoryview(buffer).cast("B"), self._position
        count = len(view)
        found = os.pread(self._handle, count, start)
        view[: len(found)] = found
        view[len(found) :] = bytes(count - len(found))
        for place, data in self._lost:
            first, last = max(place, start), min(place + len(data), start + count)
            if first < last:
                view[first - start : last - start] = data[first - place : last - place]
        self._position = start + count
        return count

    def truncate(self, size: int) -> int:
        """Sets the length."""
        self._size = size
        if self._failure is None:
            try:
                os.ftruncate(self._handle, size)
            except OSError as error:
                self._failure = error
        return size

    def flush(self) -> None:
        """Nothing waits here."""
