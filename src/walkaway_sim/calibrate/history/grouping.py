"""Rows by their group: names, numbers and sums."""

from __future__ import annotations

import numpy as np

from walkaway_sim._typing import FloatArray, IntArray

__all__ = ["group_sums", "numbered"]


def numbered(labels: list[str]) -> tuple[tuple[str, ...], IntArray]:
    """Return the names of the groups, sorted, and the number of each row's group.

    Examples
    --------
    >>> names, place = numbered(["b", "a", "b"])
    >>> names, place.tolist()
    (('a', 'b'), [1, 0, 1])
    """
    names, place = np.unique(np.array(labels, dtype=object), return_inverse=True)
    return tuple(str(name) for name in names), place.astype(np.int64)


def group_sums(place: IntArray, values: FloatArray) -> FloatArray:
    """Return the sum of each group, shape (n_groups,)."""
    return np.bincount(place, weights=values).astype(np.float64)
