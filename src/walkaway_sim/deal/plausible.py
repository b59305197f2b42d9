"""Which of a deal's laws are calibrated: what else could be true, and what goes together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from walkaway_sim._seeds import child_sequence, name_key
from walkaway_sim._typing import IntArray
from walkaway_sim.deal.deal import Deal
from walkaway_sim.inputs.base import Distribution
from walkaway_sim.inputs.entry import Input
from walkaway_sim.inputs.events import EventRisk

__all__ = ["Calibrated", "calibrated_laws", "indices_of_worlds"]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """One thing that is drawn, with its plausible laws.

    Attributes
    ----------
    laws : tuple of Distribution or EventRisk
        Each as likely as the next.
    group : str
        Things of one group go together, the first law of one with the first of the others.
    """

    laws: tuple[Distribution | EventRisk, ...]
    group: str


def calibrated_laws(deal: Deal) -> dict[str, Calibrated]:
    """Return what of a deal was fitted or elicited with more than one law that could be true, by name as drawn."""
    entries: dict[str, Input] = dict(deal.inputs)
    for quantity in (*deal.alternatives, deal.strategic_value, deal.not_winning):
        if quantity.about is not None and quantity.distribution is not None:
            entries[quantity.name] = quantity.about
    return {
        name: Calibrated(entry.plausible, entry.fitted_with or f"{name} alone")
        for name, entry in entries.items()
        if entry.plausible
    }


def indices_of_worlds(
    found: Mapping[str, Calibrated], n_worlds: int, root: np.random.SeedSequence
) -> dict[str, IntArray]:
    """Return which law of each each world takes, shape (n_worlds,).

    Every law of a group is taken as often as the others, but for one; groups are combined at random, each by a
    stream of its own name.
    """
    indices: dict[str, IntArray] = {}
    for name, one in found.items():
        size = min(len(other.laws) for other in found.values() if other.group == one.group)
        key = child_sequence(root, *name_key(one.group), _WORLDS)
        order = np.random.Generator(np.random.PCG64DXSM(key))
        # Whole rounds of the laws, each in an order of its own.
        rounds = [order.permutation(size) for _ in range(-(-n_worlds // size))]
        indices[name] = np.concatenate(rounds)[:n_worlds]
    return indices


_WORLDS = 0x776F726C  # sets these streams apart from those that draw
