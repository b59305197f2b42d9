"""Blocks of draws that are not kept, but drawn again from their streams whenever they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from walkaway_sim.deal.deal import Deal
from walkaway_sim.sampling.plan import SamplingPlan
from walkaway_sim.simulation.valuing import DrawBlock, draw_block

__all__ = ["RegeneratedBlocks"]


@dataclass(frozen=True, slots=True)
class RegeneratedBlocks(Sequence[DrawBlock]):
    """The blocks of a plan as a sequence; it can go to another process, and is the same there.

    Attributes
    ----------
    deal : Deal
    plan : SamplingPlan
    chosen : int or None
        The no-deal alternative chosen in expectation; None for the best on each draw.
    """

    deal: Deal
    plan: SamplingPlan
    chosen: int | None

    def __len__(self) -> int:
        return self.plan.n_blocks

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        rows = self.plan.rows(index % len(self))
        drawn = self.plan.draw(index % len(self))
        return draw_block(self.deal, drawn, rows.start, rows.stop - rows.start, self.chosen)
