"""Seeds: from whatever may stand for one, and others that descend from it by name and number."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np

from walkaway_sim._typing import RNGLike
from walkaway_sim.errors import InputError

__all__ = ["child_sequence", "generator_from", "name_key", "root_sequence"]


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


def generator_from(rng: RNGLike) -> np.random.Generator:
    """Return a generator of a seed; arguments as for `root_sequence`."""
    return np.random.default_rng(root_sequence(rng))


@lru_cache(maxsize=4096)
def name_key(name: str) -> tuple[int, ...]:
    """Return the SHA-256 of a name, as a part of the key of a seed that descends from another."""
    digest = hashlib.sha256(name.encode("utf-8")).digest()
    words = tuple(int.from_bytes(digest[i : i + 4], "big") for i in range(0, 32, 4))
    # NumPy takes one long number apart into the same words, which is quicker; it drops leading zeros.
    return (sum(word << (32 * k) for k, word in enumerate(words)),) if words[-1] else words


def child_sequence(root: np.random.SeedSequence, *key: int) -> np.random.SeedSequence:
    """Return the seed sequence that descends from `root` by a key, the same one each time."""
    spawn_key = (*root.spawn_key, *key)
    return np.random.SeedSequence(entropy=root.entropy, spawn_key=spawn_key, pool_size=root.pool_size)
