"""Run the blocks of a simulation one after another, on threads, or on an executor of the user's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TypeVar

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
        return _collect(executor, work, items, progress)
    if workers > 1 and len(items) > 1:
        with ThreadPoolExecutor(workers) as threads:
            return _collect(threads, work, items, progress)
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
    results = []
    for done, result in enumerate(executor.map(work, items), start=1):
        results.append(result)
        if progress is not None:
            progress(done, len(items))
    return results
