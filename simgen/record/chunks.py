"""Compresses chunks in threads and commits them to a file in the order in which they were handed over."""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import hdf5plugin
import numcodecs.blosc
from numpy import ndarray

from simgen.errors import InputError

COMPRESSIONS = ("lz4", "zstd")
PENDING_BYTES = 64 << 20
"""How much may wait before `ChunkQueue.submit` makes its caller wait."""

_LEVELS = {"lz4": 5, "zstd": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compression:
    """Blosc with bitshuffle: how chunks are encoded, and the filter that tells readers so.

    Attributes:
        name: "lz4" (fast) or "zstd" (smaller).
    """

    name: str = "lz4"

    def __post_init__(self) -> None:
        if self.name not in COMPRESSIONS:
            raise InputError(f"compression: expected one of {', '.join(COMPRESSIONS)}, got {self.name!r}")

    def filter(self) -> dict[str, Any]:
        """What `create_dataset` needs: HDF5 filter 32001 reads exactly the frames that `encode` makes."""
        shuffle = hdf5plugin.Blosc.BITSHUFFLE
        return dict(hdf5plugin.Blosc(cname=self.name, clevel=_LEVELS[self.name], shuffle=shuffle))

    def encode(self, array: ndarray) -> bytes:
        """One chunk as a Blosc frame; the calling thread does all the work, so that the bytes never vary."""
        blosc = numcodecs.blosc
        encoded: bytes = blosc.compress(array, self.name.encode(), _LEVELS[self.name], blosc.BITSHUFFLE, 0)
        return encoded


class ChunkQueue:
    """A pool of threads whose results are committed in the order of submission, by the submitting thread alone.

    Every operation on the file goes through here, so its bytes depend on the order of submission and not on which
    thread was done first. At most `PENDING_BYTES` wait: a producer that is too fast waits in `submit`.
    """

    def __init__(self, threads: int | None = None) -> None:
        # Blosc's own threads would make the bytes depend on their number.
        numcodecs.blosc.use_threads = False
        self._pool = ThreadPoolExecutor(threads or len(os.sched_getaffinity(0)), thread_name_prefix="chunks")
        self._pending: deque[tuple[Future[Any] | None, Callable[[Any], None], int]] = deque()
        self._bytes = 0

    def submit(self, work: Callable[[], Any], commit: Callable[[Any], None], size: int) -> None:
        """Does something in a thread, and commits its result in its turn.

        Args:
            work: for a thread.
            commit: gets the result, in the thread that submits.
            size: bytes that are held until then.
        """
        self._append(self._pool.submit(work), commit, size)

    def then(self, commit: Callable[[], None]) -> None:
        """Commits something that needs no work, in its turn."""
        self._append(None, lambda _: commit(), 0)

    def flush(self) -> None:
        """Waits until everything is committed."""
        while self._pending:
            self._commit_first()

    def close(self) -> None:
        """Ends the threads; what is pending is dropped."""
        for future, _, _ in self._pending:
            if future is not None:
                future.cancel()
        self._pending.clear()
        self._pool.shutdown(wait=True)

    def _append(self, future: Future[Any] | None, commit: Callable[[Any], None], size: int) -> None:
        self._pending.append((future, commit, size))
        self._bytes += size
        while self._pending and (self._bytes > PENDING_BYTES or self._first_is_done()):
            self._commit_first()

    def _first_is_done(self) -> bool:
        future = self._pending[0][0]
        return future is None or future.done()

    def _commit_first(self) -> None:
        future, commit, size = self._pending.popleft()
        self._bytes -= size
        commit(None if future is None else future.result())
