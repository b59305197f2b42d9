"""Single values of a law that carry probability."""

from __future__ import annotations

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.mixtures import Mixture, leaves

__all__ = ["MOST_ATOMS", "atoms_of"]

MOST_ATOMS = 1024
"""Values that are listed, the heaviest first. Each of the others carries less than a thousandth, and of a law with so
many the rest is as good as continuous."""


def atoms_of(law: Distribution, low: float, high: float) -> tuple[FloatArray, FloatArray]:
    """Return the single values from `low` to `high` that carry probability, and how much each does.

    Parameters
    ----------
    law : Distribution
    low, high : float
        Both count [unit of the law].

    Returns
    -------
    values : ndarray, shape (n,)
        Ascending [unit of the law]; empty where the law is continuous there. At most `MOST_ATOMS`, the heaviest.
    chances : ndarray, shape (n,)
        Probability of each, above 0.

    Raises
    ------
    InputError
        A law whose values cannot be told one by one.

    Examples
    --------
    >>> from walkaway_sim.inputs import discrete, mixture, normal
    >>> values, chances = atoms_of(mixture([(0.5, discrete({1: 0.4, 3: 0.6})), (0.5, normal(0, 1))]), 0, 2)
    >>> values.tolist(), chances.tolist()
    ([1.0], [0.2])
    """
    parts = leaves(law.parts) if isinstance(law, Mixture) else ((1.0, law),)
    found = [(weight, *listed) for weight, part in parts if (listed := _listed(part)) is not None]
    if not found:
        return np.empty(0), np.empty(0)
    values, where = np.unique(np.concatenate([one for _, one, _ in found]), return_inverse=True)
    # Each part's own steps: differences of the mixed distribution function would count what spreads between too.
    steps = np.concatenate([weight * np.diff(reached, prepend=0.0) for weight, _, reached in found])
    chances: FloatArray = np.bincount(where, weights=steps, minlength=values.size).astype(np.float64)
    kept = np.flatnonzero((values >= low) & (values <= high) & (chances > 0.0))
    if kept.size > MOST_ATOMS:
        kept = np.sort(kept[np.argsort(-chances[kept], kind="stable")[:MOST_ATOMS]])
    return values[kept], chances[kept]


def _listed(law: Distribution) -> tuple[FloatArray, FloatArray] | None:
    """Return the values of one part and its distribution function there; None of a continuous one."""
    try:
        found = law._atoms()
    except InputError:
        found = None
    if found is None and law.is_discrete:
        raise InputError(
            f"{law}: its values cannot be told one by one, and each carries probability; replace it by a continuous "
            f"law, such as normal({law.mean():g}, {law.std():g})"
        )
    return found
