"""Random streams by name: what one input draws depends on no other input, worker or setting."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np

from walkaway_sim._typing import RNGLike
from walkaway_sim.errors import InputError

__all__ = ["BLOCK", "child_sequence", "root_sequence", "stream"]

BLOCK = 2**14
"""Draws in a block. A constant of the library: results must not depend on memory or workers."""


def root_sequence(rng: RNGLike) -> np.random.SeedSequence:
    """Return the seed sequence that every stream of a simulation descends from.

    Parameters
    ----------
    rng : int, SeedSequence, Generator or None
        An int of at least 0 (0 is a seed like any other) or a `SeedSequence` give the same root
        each time. A `Generator` is asked for 128 bits, so that a second call with the same
        generator gives another root. None takes fresh entropy, which the result records.

    Returns
    -------
    numpy.random.SeedSequence

    Raises
    ------
    InputError
        For anything else.
    """
    if isinstance(rng, np.random.SeedSequence):
        return rng
    if isinstance(rng, np.random.Generator):
        return np.random.SeedSequence([int(word) for word in rng.integers(0, 2**32, size=4, dtype=np.uint32)])
    if rng is None:
        return np.random.SeedSequence()
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool) and rng >= 0:
        return np.random.SeedSequence(int(rng))
    raise InputError(
        "rng must be an int of at least 0, a numpy SeedSequence, a numpy Generator or None, "
        f"got {rng!r}. Pass for instance rng=7"
    )


@lru_cache(maxsize=4096)
def _name_key(name: str) -> tuple[int, ...]:
    digest = hashlib.sha256(name.encode("utf-8")).digest()
    words = tuple(int.from_bytes(digest[i : i + 4], "big") for i in range(0, 32, 4))
    # NumPy takes one long number apart into the same words, which is quicker; it drops leading zeros.
    return (sum(word << (32 * k) for k, word in enumerate(words)),) if words[-1] else words


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
    child = child_sequence(root, *_name_key(name), purpose, index)
    return np.random.Generator(np.random.PCG64DXSM(child))


def child_sequence(root: np.random.SeedSequence, *key: int) -> np.random.SeedSequence:
    """Return the seed sequence that descends from `root` by a key, the same one each time."""
    spawn_key = (*root.spawn_key, *key)
    return np.random.SeedSequence(entropy=root.entropy, spawn_key=spawn_key, pool_size=root.pool_size)
