"""A few threads for loops that release the interpreter's lock."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")


class Crew:
    """Splits a range among threads. What is computed must not depend on where it is split."""

    def __init__(self, threads: int = 0) -> None:
        """Makes the threads when first needed.

        Args:
            threads: how many; 0 takes as many as this process may use cores.
        """
        self.threads = threads or len(os.sched_getaffinity(0))
        self._pool: ThreadPoolExecutor | None = None

    def split(self, count: int, work: Callable[[int, int], T]) -> list[T]:
        """`work(start, stop)` for as many pieces of 0..count as there are threads; results in the order of pieces."""
        cuts = [count * k // self.threads for k in range(self.threads + 1)]
        spans = list(pairwise(cuts))
        if len(spans) == 1:
            return [work(*spans[0])]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.threads - 1, thread_name_prefix="simgen-rays")
        others = [self._pool.submit(work, *span) for span in spans[1:]]
        first = work(*spans[0])
        return [first, *(other.result() for other in others)]

    def close(self) -> None:
        """Ends the threads."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
