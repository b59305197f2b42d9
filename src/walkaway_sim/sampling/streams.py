"""Random streams by name: what one input draws depends on no other input, worker or setting."""

from __future__ import annotations

import numpy as np

from walkaway_sim._seeds import child_sequence, name_key

__all__ = ["BLOCK", "stream"]

BLOCK = 2**14
"""Draws in a block. A constant of the library: results must not depend on memory or workers."""


def stream(root: np.random.SeedSequence, name: str, purpose: int, index: int) -> np.random.Generator:
    """Return the generator keyed by (seed, SHA-256 of `name`, `purpose`, block or replicate).

    Parameters
    ----------
    root : numpy.random.SeedSequence
        From `root_sequence`.
    name : str
        Name of the input, or of a quantity derived from it.
    purpose : int
        Keeps the uses of one name apart: a scramble is not a block of draws.
    index : int
        Number of the block or of the replicate.
    """
    child = child_sequence(root, *name_key(name), purpose, index)
    return np.random.Generator(np.random.PCG64DXSM(child))
