"""Run the blocks of a simulation one after another, on threads, or on an executor of the user's."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import TypeVar

from walkaway_sim.errors import InputError, WorkerError

__all__ = ["run_blocks"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def run_blocks(
    work: Callable[[_Item], _Result],
    items: Sequence[_Item],
    *,
    workers: int = 1,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[_Result]:
    """Return ``[work(item) for item in items]``, in the order of the items, whoever did them."""
    if executor is not None:
        if not callable(getattr(executor, "map", None)):
            raise InputError(
                f"executor must be a concurrent.futures.Executor, such as ProcessPoolExecutor(4), got {executor!r}"
            )
        return _collect(executor, work, items, progress)
    if workers > 1 and len(items) > 1:
        threads = ThreadPoolExecutor(workers)
        try:
            return _collect(threads, work, items, progress)
        finally:
            # After an error or an interrupt, what has not begun is not begun any more.
            threads.shutdown(cancel_futures=True)
    results = []
    for done, item in enumerate(items, start=1):
        results.append(work(item))
        if progress is not None:
            progress(done, len(items))
    return results


def _collect(
    executor: Executor,
    work: Callable[[_Item], _Result],
    items: Sequence[_Item],
    progress: Callable[[int, int], None] | None,
) -> list[_Result]:
    results: list[_Result] = []
    try:
        if isinstance(executor, ProcessPoolExecutor):
            _check_travels(work)
        for done, result in enumerate(executor.map(work, items, chunksize=_chunk(len(items))), start=1):
            results.append(result)
            if progress is not None:
                progress(done, len(items))
    except BrokenExecutor as error:
        raise WorkerError(
            f"a worker of the executor died after {len(results)} of {len(items)} blocks, perhaps for want of memory; "
            "take fewer workers, or none, and run it again: the same seed gives the same answer"
        ) from error
    except RuntimeError as error:
        if "after shutdown" not in str(error):
            raise
        raise WorkerError("executor must be open, got one that is shut down; open a new one") from None
    return results


def _chunk(n_items: int) -> int:
    """Return how many items go to a worker process at once: the work itself travels with every chunk."""
    return max(1, min(n_items // 32, 64))


def _check_travels(work: object) -> None:
    """Refuse work that cannot be sent to another process, before any worker sees it."""
    try:
        pickle.dumps(work)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise WorkerError(
            f"the deal must be picklable to go to other processes, but {error}; define its value function at the top "
            "level of a module (no lambda, no function inside a function), or use threads"
        ) from None
