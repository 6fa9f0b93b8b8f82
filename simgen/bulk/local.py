"""Many jobs on one machine: a pool of processes in which a dead worker costs one job, never the batch."""

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import FrameType

from simgen.generation import Job, JobReport, run

_PATIENCE_S = 10.0
"""How long a worker may take to leave before it is killed."""
_PR_SET_PDEATHSIG = 1
"""Source: Linux, prctl(2)."""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    job: Job | None = None


def run_local(jobs: Iterable[Job], workers: int) -> Iterator[JobReport]:
    """Reports in the order in which jobs end.

    One worker runs in this process. More run in fresh processes (spawned, not forked: OpenGL and Embree do not survive
    a fork), each bound to its share of the processors, so that their threads do not fight.

    Args:
        jobs: what is to be made; taken lazily.
        workers: at least 1.
    """
    if workers == 1:
        yield from map(run, jobs)
    else:
        yield from run_pool(jobs, shares(workers))


def run_pool(jobs: Iterable[Job], processors: list[list[int]]) -> Iterator[JobReport]:
    """The same in a fresh process for each list of processors."""
    queue = iter(jobs)
    context = multiprocessing.get_context("spawn")
    pool: list[_Worker] = []
    try:
        for share in processors:
            worker = _start(context, share)
            pool.append(worker)
            _feed(worker, queue)
        yield from _collect(pool, queue, context, processors)
    except BaseException:
        for worker in pool:
            worker.process.terminate()
        raise
    finally:
        for worker in pool:
            worker.connection.close()  # ends a worker that waits for its next job
        for worker in pool:
            worker.process.join(_PATIENCE_S)
            worker.process.kill()
            worker.process.join()


def _collect(
    pool: list[_Worker],
    queue: Iterator[Job],
    context: multiprocessing.context.SpawnContext,
    processors: list[list[int]],
) -> Iterator[JobReport]:
    while any(worker.job for worker in pool):
        for ready in wait([worker.connection for worker in pool if worker.job]):
            place = next(i for i, worker in enumerate(pool) if worker.connection is ready)
            worker = pool[place]
            job = worker.job
            if job is None:
                continue
            try:
                report: JobReport = worker.connection.recv()
            except (EOFError, ConnectionResetError):
                worker.process.join()
                code = worker.process.exitcode
                report = JobReport(index=job.index, seed=job.seed, error=f"worker died (exit code {code})")
                pool[place] = worker = _start(context, processors[place])
            _feed(worker, queue)
            yield report


def _feed(worker: _Worker, queue: Iterator[Job]) -> None:
    worker.job = next(queue, None)
    if worker.job is not None:
        worker.connection.send(worker.job)


def _start(context: multiprocessing.context.SpawnContext, share: list[int]) -> _Worker:
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, share), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process=process, connection=ours)


def _work(connection: Connection, share: list[int]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # at once, even in the middle of a long call
    threading.Thread(target=_die_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent decides
    signal.signal(signal.SIGTERM, _stop)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, share)
    os.environ["LP_NUM_THREADS"] = str(len(share) if len(share) > 1 else 0)
    while True:
        try:
            connection.send(run(connection.recv()))
        except (EOFError, OSError):  # the parent wants no more
            return


def _stop(number: int, frame: FrameType | None) -> None:
    """Leaves the way of an exception, so that the unfinished file is removed."""
    raise SystemExit(1)


def _die_with_parent() -> None:
    """A worker that outlives a killed parent would write into a folder that the next call has locked."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def shares(workers: int) -> list[list[int]]:
    """Which processors each worker may use."""
    if hasattr(os, "sched_getaffinity"):
        processors = sorted(os.sched_getaffinity(0))
    else:
        processors = list(range(os.cpu_count() or 1))
    each = max(len(processors) // workers, 1)
    return [[processors[(k * each + i) % len(processors)] for i in range(each)] for k in range(workers)]
