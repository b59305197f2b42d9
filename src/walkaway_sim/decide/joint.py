"""One look at all draws for every term at once: what draws that are not kept, and other processes, are asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from walkaway_sim._typing import FloatArray
from walkaway_sim.decide.scan import TermScan
from walkaway_sim.decide.tallies import CountTally, add_up, replicate_counts
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import proportion_estimate
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.regenerated import RegeneratedBlocks
from walkaway_sim.simulation.valuing import finite, total
from walkaway_sim.simulation.workers import run_blocks

__all__ = ["chances", "look_once"]


@dataclass(frozen=True, slots=True)
class _LookAtBlock:
    """Draw a block and answer what every scan asks of it."""

    blocks: Sequence[Any]
    asked: tuple[tuple[Callable[[Any], Any], Callable[[Any], Any]], ...]

    def __call__(self, index: int) -> tuple[Any, ...]:
        block = self.blocks[index]
        return tuple(work(make(block)) for make, work in self.asked)


def look_once(sim: Simulation, scans: Sequence[TermScan], executor: Executor | None) -> None:
    """Ask every block once what all scans want to know, and let them know it."""
    if sim.plan is None:
        raise InputError("an executor needs draws that can be drawn again, as those of simulate(deal)")
    blocks = RegeneratedBlocks(sim.deal, sim.plan, sim.chosen)
    look = _LookAtBlock(blocks, tuple((scan.maker, scan.work()) for scan in scans))
    answers = run_blocks(look, range(len(blocks)), workers=sim.workers, executor=executor)
    for number, scan in enumerate(scans):
        scan.know([answer[number] for answer in answers])


@dataclass(frozen=True, slots=True)
class _CountAt:
    """Count the draws of a block whose surplus is 0 or more, at several sets of terms."""

    blocks: Sequence[Any]
    value: Callable[[Any, Any], Any]
    offset_of: Callable[[Any], FloatArray]
    kept: float
    offers: tuple[Mapping[str, float], ...]
    n_replicates: int

    def __call__(self, index: int) -> tuple[CountTally, ...]:
        block = self.blocks[index]
        offset = self.offset_of(block)
        return tuple(
            CountTally(
                block.size, replicate_counts(self._surplus(block, offset, at) >= 0.0, self.n_replicates)
            )
            for at in self.offers
        )

    def _surplus(self, block: Any, offset: FloatArray, at: Mapping[str, float]) -> FloatArray:
        return finite(total(self.value(block.inputs, at), block.size, self.kept), block, at) + offset


def chances(
    sim: Simulation,
    offers: Sequence[Mapping[str, float]],
    confidence_level: float,
    executor: Executor | None = None,
) -> list[Estimate]:
    """Return the chance that the deal beats no deal at each of several sets of terms."""
    blocks = sim.blocks
    if executor is not None and sim.plan is not None:
        blocks = RegeneratedBlocks(sim.deal, sim.plan, sim.chosen)
    deal = sim.deal
    count = _CountAt(blocks, deal.value, sim.offset_of(), deal.kept, tuple(offers), sim.n_replicates)
    parts = run_blocks(count, range(len(blocks)), workers=sim.workers, executor=executor)
    return [
        proportion_estimate(add_up(each).counts, sim.n_draws, confidence_level)
        for each in zip(*parts, strict=True)
    ]
