"""Draw the inputs of a deal and value it at its proposed terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np

from walkaway_sim._checks import check_integer
from walkaway_sim._seeds import child_sequence, root_sequence
from walkaway_sim._typing import FloatArray, RNGLike
from walkaway_sim.deal.deal import Deal
from walkaway_sim.errors import InputError
from walkaway_sim.inputs.monthly import MonthlyUniforms
from walkaway_sim.inputs.records import RECORD_LAWS
from walkaway_sim.sampling.plan import DesignName, SamplingPlan, check_size, make_plan
from walkaway_sim.sampling.streams import BLOCK
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.regenerated import RegeneratedBlocks
from walkaway_sim.simulation.valuing import Beside, DrawBlock, ValuedBlock, value_draws
from walkaway_sim.simulation.workers import run_blocks

__all__ = ["simulate"]

MAX_MEMORY = 2**29
"""Bytes that draws may take where nothing else is said."""

MIN_MEMORY = 2**24

_CHOICE_KEY = 0x6E6F6465  # sets the streams on which the no-deal alternative is chosen apart


def simulate(
    deal: Deal,
    n_draws: int = 2**16,
    design: DesignName = "sobol",
    *,
    rng: RNGLike = None,
    n_randomisations: int = 16,
    workers: int = 1,
    executor: Executor | None = None,
    max_memory: int = MAX_MEMORY,
    progress: Callable[[int, int], None] | None = None,
) -> Simulation:
    """Draw the inputs of `deal` and value it at the proposed terms.

    Parameters
    ----------
    deal : Deal
    n_draws : int
        Draws in all. For ``"sobol"`` it is ``n_randomisations * 2**m``; for ``"lhs"`` a multiple
        of `n_randomisations`.
    design : {"sobol", "random", "lhs"}
        Randomised Sobol' points, independent draws, or Latin hypercubes.
    rng : int, SeedSequence, Generator or None
        Seed. The same seed gives the same draws on any number of workers. With None fresh entropy
        is taken, and recorded in ``sim.seed``.
    n_randomisations : int
        Independent randomisations from which the intervals of ``"sobol"`` and ``"lhs"`` come;
        16 to 32 are dependable.
    workers : int
        Threads.
    executor : concurrent.futures.Executor, optional
        Runs the blocks of this call instead of threads of its own, in this process or in others (the
        deal must then pickle). It may be shut down afterwards.
    max_memory : int
        Bytes that the draws may take. Of more, none are kept: each block is drawn again whenever it is
        looked at. `walkaway` gives the same answer to the bit; what needs all draws at once refuses.
    progress : callable, optional
        Called as ``progress(blocks_done, blocks_in_all)``.

    Returns
    -------
    Simulation
        The draws, and the deal's value, no-deal value and surplus on them.

    Raises
    ------
    InputError
        A number of draws that the design cannot have (the nearest is named), an unknown design, a
        seed that is none.
    ValueFunctionError
        The value function returned a wrong shape, or a NaN or infinite value: the message names
        the draw and its inputs.

    Warns
    -----
    UserWarning
        Fewer than 2**10 points in each Sobol' randomisation.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One price",
    ...     inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", proposed=70, range=(0, 150))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> sim = ws.simulate(deal, rng=7)
    >>> round(float(sim.value().mean()), 3)
    30.0
    """
    if not isinstance(deal, Deal):
        raise InputError(f"deal must be a Deal, got {deal!r}")
    check_size(n_draws, design, n_randomisations)
    check_integer("workers", workers, minimum=1)
    root = root_sequence(rng)
    laws = deal.sampled
    limit = check_integer("max_memory", max_memory, minimum=MIN_MEMORY)
    needed = 8 * n_draws * (_numbers_a_draw(laws) + 5)
    plan = make_plan(
        laws, deal.dependence, n_draws=n_draws, design=design, n_randomisations=n_randomisations, root=root
    )
    chosen = _choose_alternative(deal, root)
    if needed > limit and design == "lhs":
        raise InputError(
            f"design 'lhs' orders all draws at once, and so keeps them: max_memory must be at least {needed:,} bytes "
            f"for {n_draws} draws of this deal, got {limit:,}; allow more, or take design 'sobol' or 'random'"
        )
    if needed > limit:
        return _regenerating(deal, plan, chosen, root, design, workers, needed)
    names = [name for name, law in laws.items() if not isinstance(law, RECORD_LAWS)]
    arrays: dict[str, FloatArray] = {name: np.empty(n_draws) for name in names}
    no_deal, lost, strategic, value = (np.empty(n_draws) for _ in range(4))
    work = _ValueBlock(deal, plan, chosen)

    def place(index: int, done: ValuedBlock) -> DrawBlock:
        """Put the figures of one block in their place; the block keeps views of them."""
        rows = plan.rows(index)
        for name, array in arrays.items():
            array[rows] = done.drawn[name]
        beside = done.block.beside
        no_deal[rows], lost[rows] = beside.no_deal, beside.not_winning
        strategic[rows], value[rows] = beside.strategic, done.value
        views = {**arrays, "no_deal": no_deal}
        inputs: dict[str, Any] = {}
        for name in (*deal.inputs, "no_deal"):
            if name in views:
                inputs[name] = _read_only(views[name][rows])
            else:
                inputs[name] = done.drawn[name]
        held = Beside(no_deal[rows], lost[rows], strategic[rows])
        return DrawBlock(rows.start, rows.stop - rows.start, inputs, held)

    indices = range(plan.n_blocks)
    if executor is None:
        blocks = run_blocks(lambda k: place(k, work(k)), indices, workers=workers, progress=progress)
    else:
        # An executor may work in another process, which could not write into these arrays.
        valued = run_blocks(work, indices, executor=executor, progress=progress)
        blocks = [place(index, done) for index, done in enumerate(valued)]
    for array in (*arrays.values(), no_deal, lost, strategic, value):
        array.flags.writeable = False
    return Simulation(
        deal=deal,
        n_draws=n_draws,
        design=design,
        n_replicates=plan.design.n_replicates,
        seed=root,
        blocks=tuple(blocks),
        arrays=arrays,
        best_alternative=no_deal,
        not_winning=lost,
        strategic_value=strategic,
        proposed_value=value,
        chosen=chosen,
        plan=plan,
        workers=workers,
    )


def _regenerating(
    deal: Deal,
    plan: SamplingPlan,
    chosen: int | None,
    root: np.random.SeedSequence,
    design: str,
    workers: int,
    needed: int,
) -> Simulation:
    """Return a simulation that keeps no draws: each block is drawn again whenever it is looked at."""
    nothing = np.empty(0)
    return Simulation(
        deal=deal,
        n_draws=plan.n_draws,
        design=design,
        n_replicates=plan.design.n_replicates,
        seed=root,
        blocks=RegeneratedBlocks(deal, plan, chosen),
        arrays={},
        best_alternative=nothing,
        not_winning=nothing,
        strategic_value=nothing,
        proposed_value=nothing,
        chosen=chosen,
        plan=plan,
        workers=workers,
        bytes_needed=needed,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _ValueBlock:
    """Draw one block and value it; a class and not a closure, so that it can go to another process."""

    deal: Deal
    plan: SamplingPlan
    chosen: int | None

    def __call__(self, index: int) -> ValuedBlock:
        rows = self.plan.rows(index)
        return value_draws(self.deal, self.plan.draw(index), rows.start, rows.stop - rows.start, self.chosen)


def _numbers_a_draw(laws: Mapping[str, Any]) -> int:
    """Return how many numbers of 8 bytes the draws of these laws take, events counted as one."""
    return sum(-(-law.n_months // 2) if isinstance(law, MonthlyUniforms) else 1 for law in laws.values())


def _read_only(array: FloatArray) -> FloatArray:
    array.flags.writeable = False
    return array


def _choose_alternative(deal: Deal, root: np.random.SeedSequence) -> int | None:
    """Return the index of the no-deal alternative with the highest mean, on a stream of its own.

    Choosing on the draws that value the deal would flatter the choice. None where the best is
    taken per draw.
    """
    if len(deal.alternatives) == 1:
        return 0
    if deal.no_deal_choice == "per_draw":
        return None
    plan: SamplingPlan = make_plan(
        deal.sampled,
        deal.dependence,
        n_draws=BLOCK,
        design="random",
        n_randomisations=1,
        root=child_sequence(root, _CHOICE_KEY),
    )
    drawn = plan.draw(0)
    inputs = {name: drawn[name] for name in deal.inputs}
    means = [float(np.mean(one.values(drawn, inputs, BLOCK))) for one in deal.alternatives]
    if not np.isfinite(means).all():
        bad = int(np.flatnonzero(~np.isfinite(means))[0])
        raise InputError(
            f"{deal.alternatives[bad].name} must have a finite mean, since alternatives are compared with it; "
            f"over {BLOCK} draws it is {means[bad]}"
        )
    return int(np.argmax(means))
