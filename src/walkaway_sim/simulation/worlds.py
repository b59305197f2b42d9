"""The same draws under other laws that could be true: one world for each plausible set of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.plausible import calibrated_laws, indices_of_worlds
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.records import RECORDS, join_records
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.revalue import revalued
from walkaway_sim.simulation.valuing import Beside, DrawBlock

__all__ = ["Worlds"]


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
        return self.together((number,))

    def together(self, numbers: Sequence[int]) -> Simulation:
        """Return several worlds as one simulation of one block, the draws of one world after those of another.

        Few draws cost as much to value as a few times more; and a value function works draw by draw, whatever
        world a draw is of. Draws of one randomisation stay together, so that rules find them.

        Parameters
        ----------
        numbers : sequence of int

        Returns
        -------
        Simulation
            With ``len(numbers)`` times as many draws.
        """
        parts = [self._drawn(number, index) for number in numbers for index in range(len(self.sim.blocks))]
        again = {name: _joined([part[name] for part in parts]) for name in self.found}
        return revalued(_repeated(self.sim, len(numbers)), lambda drawn, _: {**drawn, **again})

    def _drawn(self, number: int, index: int) -> dict[str, Any]:
        """Draw what is calibrated, in one block of one world."""
        laws = {name: one.laws[self.indices[name][number]] for name, one in self.found.items()}
        return dict(replace(self.plan, distributions=laws).draw(index))


def _repeated(sim: Simulation, times: int) -> Simulation:
    """Return the draws of a simulation so many times over, as one block."""
    arrays = {name: _read_only(np.tile(array, times)) for name, array in sim.arrays.items()}
    whole: dict[str, Any] = {
        key: np.tile(getattr(sim, key), times)
        for key in ("best_alternative", "not_winning", "strategic_value", "proposed_value")
    }
    records = {
        name: _joined([block.inputs[name] for block in sim.blocks] * times)
        for name, held in sim.blocks[0].inputs.items()
        if isinstance(held, RECORDS)
    }
    beside = Beside(whole["best_alternative"], whole["not_winning"], whole["strategic_value"])
    block = DrawBlock(0, sim.n_draws * times, records, beside)
    return replace(sim, n_draws=block.size, blocks=(block,), arrays=arrays, plan=None, **whole)


def _joined(parts: Sequence[Any]) -> Any:
    """Put the draws of several blocks one after another."""
    return join_records(parts) if isinstance(parts[0], RECORDS) else _read_only(np.concatenate(parts))


def _read_only(array: FloatArray) -> FloatArray:
    # A value function that worked in place would change the draws under every later look.
    array.flags.writeable = False
    return array
