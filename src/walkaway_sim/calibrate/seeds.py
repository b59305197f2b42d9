"""Random numbers of a fit: from one seed, and for each customer from a stream of its own."""

from __future__ import annotations

import numpy as np

from walkaway_sim._seeds import child_sequence, name_key

__all__ = ["generator", "own_seed"]


def own_seed(seed: np.random.SeedSequence, what: str, *figures: float) -> np.random.SeedSequence:
    """Return the seed of one fit: other fits from the same number, or to other data, do not share its draws.

    Parameters
    ----------
    seed : numpy SeedSequence
    what : str
        The function that fits.
    *figures : float
        What the data gave, to six digits, so that the order of their rows does not matter.
    """
    return child_sequence(seed, *name_key("; ".join([what, *(f"{one:.6g}" for one in figures)])))


def generator(seed: np.random.SeedSequence, name: str) -> np.random.Generator:
    """Return the stream of one name: the same whatever else is drawn, and in whatever order."""
    return np.random.Generator(np.random.PCG64DXSM(child_sequence(seed, *name_key(name))))
