"""The same draws under other laws that could be true: one world for each plausible set of parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from walkaway_sim.deal.plausible import calibrated_laws, indices_of_worlds
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.revalue import revalued
from walkaway_sim.simulation.valuing import DrawBlock

__all__ = ["Worlds", "merged"]


class Worlds:
    """Plausible worlds of a simulation, on common random numbers.

    Each calibrated input is drawn again from another of its plausible laws, at the same points of the unit
    cube; everything else stays as it was drawn.

    Parameters
    ----------
    sim : Simulation
        Kept, as `simulate` made it.
    n_worlds : int
    """

    def __init__(self, sim: Simulation, n_worlds: int) -> None:
        if sim.plan is None:
            raise InputError("plausible worlds need a simulation as simulate(deal) returns it")
        self.sim = sim
        self.found = calibrated_laws(sim.deal)
        dependence = sim.plan.dependence
        blocks = tuple(one for one in dependence.blocks if not self.found.keys().isdisjoint(one.names))
        self.plan = replace(sim.plan, dependence=replace(dependence, blocks=blocks))
        self.n_worlds = n_worlds
        self.indices = indices_of_worlds(self.found, n_worlds, sim.seed)

    def world(self, number: int) -> Simulation:
        """Return one of the worlds: the same draws of what is known, the others by its laws."""
        laws = {name: one.laws[self.indices[name][number]] for name, one in self.found.items()}
        plan = replace(self.plan, distributions=laws)

        def change(drawn: Mapping[str, Any], index: int) -> dict[str, Any]:
            return {**drawn, **plan.draw(index)}

        return revalued(self.sim, change)


def merged(worlds: Sequence[Simulation]) -> Simulation:
    """Return the draws of several worlds as one simulation: what is predicted, whichever world is true.

    Draws of one randomisation stay together, so that intervals cover simulation error as they do elsewhere.
    """
    first = worlds[0]
    arrays = {name: np.concatenate([one.arrays[name] for one in worlds]) for name in first.arrays}
    whole: dict[str, Any] = {
        key: np.concatenate([getattr(one, key) for one in worlds])
        for key in ("best_alternative", "not_winning", "strategic_value", "proposed_value")
    }
    blocks: list[DrawBlock] = []
    start = 0
    for one in worlds:
        for block in one.blocks:
            blocks.append(replace(block, start=start))
            start += block.size
    return replace(first, n_draws=start, blocks=tuple(blocks), arrays=arrays, plan=None, **whole)
