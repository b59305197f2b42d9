"""A generator of random numbers from whatever may stand for a seed."""

from __future__ import annotations

import numpy as np

from walkaway_sim._typing import RNGLike
from walkaway_sim.errors import InputError

__all__ = ["generator_from"]


def generator_from(rng: RNGLike) -> np.random.Generator:
    """Return a generator; an int of at least 0 (0 is a seed like any other) gives the same one each time.

    Raises
    ------
    InputError
        For what is no seed.
    """
    if isinstance(rng, bool) or not (
        rng is None
        or isinstance(rng, np.random.SeedSequence | np.random.Generator)
        or (isinstance(rng, int | np.integer) and rng >= 0)
    ):
        raise InputError(
            "rng must be an int of at least 0, a numpy SeedSequence, a numpy Generator or None, "
            f"got {rng!r}. Pass for instance rng=7"
        )
    return np.random.default_rng(rng)
