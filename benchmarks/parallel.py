"""Runs jobs on all cores; what the jobs refer to is inherited by forking, not copied."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence

_jobs: list[Callable[[], object]] = []


def run_all[T](jobs: Sequence[Callable[[], T]], done: Callable[[int], None] | None = None) -> list[T]:
    """Return the results of all jobs in their order; `done` hears how many have ended."""
    results: dict[int, T] = {}
    for index, result in _results(jobs):
        results[index] = result
        if done is not None:
            done(len(results))
    return [results[index] for index in range(len(jobs))]


def _results[T](jobs: Sequence[Callable[[], T]]) -> Iterator[tuple[int, T]]:
    workers = min(len(os.sched_getaffinity(0)), len(jobs))
    if workers <= 1:
        yield from ((index, job()) for index, job in enumerate(jobs))
        return
    _jobs[:] = jobs
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        yield from pool.imap_unordered(_run, range(len(jobs)))
    _jobs.clear()


def _run(index: int) -> tuple[int, object]:
    return index, _jobs[index]()
