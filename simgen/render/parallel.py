"""Bands of rows in threads: numba's loops free the lock, and bands give the same bytes in any order."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import TypeVar

_BANDS_PER_THREAD = 2
T = TypeVar("T")
R = TypeVar("R")


def thread_count() -> int:
    """Threads for loops over pixels: SIMGEN_THREADS, else as many processors as this process may use."""
    given = os.environ.get("SIMGEN_THREADS", "")
    return max(int(given), 1) if given.isdigit() else len(os.sched_getaffinity(0))


@cache
def _pool(process: int, threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix=f"pixels-{process}")


def each(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """The results of `work` in the order of the items."""
    threads = thread_count()
    if threads == 1 or len(items) < 2:
        return [work(item) for item in items]
    return list(_pool(os.getpid(), threads).map(work, items))


def begin(work: Callable[[T], R], items: Sequence[T]) -> Callable[[], list[R]]:
    """Starts `work` beside what the caller does next; a function that waits for the results."""
    threads = thread_count()
    if threads == 1 or len(items) < 2:  # waking a thread costs more than a small image
        return cache(lambda: [work(item) for item in items])
    pending = [_pool(os.getpid(), threads).submit(work, item) for item in items]
    return lambda: [future.result() for future in pending]


def bands(height: int) -> list[tuple[int, int]]:
    """First and last-plus-one row of bands that keep all threads busy."""
    count = 1 if thread_count() == 1 else min(_BANDS_PER_THREAD * thread_count(), max(height // 64, 1))
    edges = [height * k // count for k in range(count + 1)]
    return list(pairwise(edges))
