"""A few threads for loops that release the interpreter's lock."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count, pairwise
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

    def split(self, size: int, work: Callable[[int, int], T], each: int = 1) -> list[T]:
        """`work(start, stop)` for some pieces of 0..size, `each` a thread; results in the order of pieces.

        Threads take the next piece when they are done with one.
        """
        parts = self.threads * each if self.threads > 1 else 1
        spans = list(pairwise(size * k // parts for k in range(parts + 1)))
        if len(spans) == 1:
            return [work(*spans[0])]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.threads - 1, thread_name_prefix="simgen-rays")
        done: dict[int, T] = {}
        numbers = count()

        def take() -> None:
            while (k := next(numbers)) < len(spans):
                done[k] = work(*spans[k])

        others = [self._pool.submit(take) for _ in range(self.threads - 1)]
        take()
        for other in others:
            other.result()
        return [done[k] for k in range(len(spans))]

    def close(self) -> None:
        """Ends the threads."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
