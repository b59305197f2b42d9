"""A deal valued once at an offer, so that searches along any of its terms start from what is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.model import GraphValue
from walkaway_sim.deal.parts import PartsValue
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.paths import Path
from walkaway_sim.simulation.pieces import ModelPiece, Question
from walkaway_sim.simulation.profile import BlockProfile, block_profile, piece_maker
from walkaway_sim.simulation.valuing import DrawBlock, finite, total
from walkaway_sim.simulation.workers import run_blocks

__all__ = ["OpenedDeal"]

_MOST_KEPT = 2**18
"""Draws of which the intermediate results are kept, about half a kilobyte each; of more, they are worked out anew for
every path."""


class OpenedDeal:
    """The surplus of an offer, and the profile of any path that starts from it.

    Parameters
    ----------
    sim : Simulation
        Kept.
    offer : mapping of str to float
        Values of all terms [their units].

    Attributes
    ----------
    surplus : ndarray, shape (n_draws,)
        Of the offer, the buffer taken off [currency].

    Notes
    -----
    A value model in parts is asked for the whole value once. What a path does not touch is then taken from it,
    whichever terms move; `piece_maker` would work it out for each path. Any other value function is asked for all,
    each time.
    """

    def __init__(self, sim: Simulation, offer: Mapping[str, float]) -> None:
        self.sim = sim
        self.offer = dict(offer)
        self._known: list[tuple[dict[str, Any], dict[str, Any]]] = []
        model = sim.deal.value
        if not isinstance(model, GraphValue | PartsValue) or not sim.is_kept or sim.n_draws > _MOST_KEPT:
            self.surplus: FloatArray = sim.surplus(self.offer)
            return

        def one(block: DrawBlock) -> tuple[dict[str, Any], dict[str, Any]]:
            return model.opened(block.inputs, self.offer)

        self._known = run_blocks(one, sim.blocks, workers=sim.workers)
        values = [
            finite(total(components, block.size, sim.deal.kept), block, self.offer)
            for block, (_, components) in zip(sim.blocks, self._known, strict=True)
        ]
        self.surplus = np.concatenate(values) + sim.offset()

    def profile(self, path: Path) -> BlockProfile:
        """Return the profile of a path; terms that do not move are as in the offer."""
        sim, model = self.sim, self.sim.deal.value
        if not self._known or not isinstance(model, GraphValue | PartsValue):
            return block_profile(sim, piece_maker(sim, path, self.offer))
        split = model.split(*path.names)
        others = {name: value for name, value in self.offer.items() if name not in path.names}
        question = Question(split.evaluate, others, path, sim.deal.kept)
        offset_of = sim.offset_of()
        pieces = []
        for block, kept in zip(sim.blocks, self._known, strict=True):
            known, untouched = split.reuse(*kept)
            rest = total(untouched, block.size, sim.deal.kept) + offset_of(block)
            pieces.append(ModelPiece(DrawBlock(block.start, block.size, known), rest, question))
        return BlockProfile(tuple(pieces), sim.n_draws, sim.workers)
