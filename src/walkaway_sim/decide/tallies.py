"""What a rule needs of a block of draws, so that blocks can be added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from walkaway_sim._typing import IntArray

__all__ = ["CountTally", "add_up", "replicate_counts"]


@dataclass(frozen=True, slots=True)
class CountTally:
    """Counts of acceptable draws that can be added up over blocks.

    Attributes
    ----------
    n : int
        Draws.
    counts : ndarray of int, shape (n_replicates,)
        Those that are acceptable, by replicate.
    """

    n: int
    counts: IntArray

    @staticmethod
    def add_up(parts: Sequence[CountTally]) -> CountTally:
        """Return the counts of all draws."""
        counts: IntArray = np.sum([part.counts for part in parts], axis=0, dtype=np.int64)
        return CountTally(sum(part.n for part in parts), counts)


def add_up(parts: Sequence[Any]) -> Any:
    """Return the tally of all draws from those of their blocks."""
    return parts[0] if len(parts) == 1 else type(parts[0]).add_up(parts)


def replicate_counts(acceptable: np.ndarray, n_replicates: int) -> IntArray:
    """Return how many draws of each replicate are acceptable, shape ``(n_replicates,)``."""
    counts: IntArray = acceptable.reshape(-1, n_replicates).sum(axis=0, dtype=np.int64)
    return counts
