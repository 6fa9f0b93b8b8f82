"""The same jobs on the machines of a Ray cluster."""

import logging
import os
from collections.abc import Iterator, Sequence

from simgen.errors import MissingLibraryError
from simgen.generation import Job, JobReport, run


def run_ray(jobs: Sequence[Job], workers: int) -> Iterator[JobReport]:
    """Reports in the order in which jobs end; Ray decides where they run and starts lost ones again.

    Args:
        jobs: what is to be made; their paths must be reachable from every node.
        workers: how many tasks are in flight at once.

    Raises:
        MissingLibraryError: Ray is not installed.
    """
    try:
        import ray
    except ImportError:
        raise MissingLibraryError(
            "--runner ray: Ray is missing; install it with: pip install 'simgen-data[ray]'"
        ) from None
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported home unless the user wants it
    ray.init(ignore_reinit_error=True, log_to_driver=False, logging_level=logging.WARNING)
    remote = ray.remote(num_cpus=1, max_retries=1)(run)
    waiting = list(jobs)
    running: dict[object, Job] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            job = waiting.pop(0)
            running[remote.remote(job)] = job
        done, _ = ray.wait(list(running), num_returns=1)
        job = running.pop(done[0])
        try:
            yield ray.get(done[0])
        except ray.exceptions.RayError as error:
            yield JobReport(index=job.index, seed=job.seed, error=f"worker died: {type(error).__name__}")
