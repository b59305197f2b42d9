"""Other draws of the same deal, on which a choice is made that the draws themselves then judge."""

from __future__ import annotations

import warnings

from walkaway_sim._seeds import child_sequence
from walkaway_sim.errors import InputError
from walkaway_sim.sampling.plan import SamplingPlan
from walkaway_sim.simulation.engine import simulate
from walkaway_sim.simulation.outcome import Simulation

__all__ = ["need_as_drawn", "pilot_of", "pilot_size"]

_PILOT_KEY = 0x70696C6F  # sets the streams of pilots apart from those of the simulation itself


def pilot_size(sim: Simulation, least: int) -> int:
    """Return how many draws a pilot takes that needs some at least: a power of two in each replicate.

    Every design can be drawn in that size. A simulation of fewer draws is a pilot's most, see `pilot_of`.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> deal = ws.Deal(
    ...     name="One term", inputs={"worth": ws.normal(100, 15)},
    ...     terms=[ws.Term("rebate", 30, range=(0, 100))],
    ...     value=lambda inputs, terms: inputs["worth"] - terms["rebate"],
    ... )
    >>> pilot_size(ws.simulate(deal, 12 * 2**11, n_randomisations=12), 2**14)
    24576
    """
    size = sim.n_replicates
    while size < least:
        size *= 2
    return size


def need_as_drawn(sim: Simulation) -> SamplingPlan:
    """Return the plan that a simulation was drawn by, refusing one not kept, or changed after it was drawn."""
    if not sim.is_kept or sim.plan is None:
        raise InputError(
            "this needs a simulation as simulate(deal) returns it, with its draws kept: raise max_memory or take "
            "fewer draws"
        )
    return sim.plan


def pilot_of(sim: Simulation, n_draws: int | None = None) -> Simulation:
    """Return an independent simulation of the same deal, drawn once for each size and then remembered.

    What is picked because it looks best on some draws looks better there than it is. So directions, packages and
    trades are picked on the pilot, and how far they may go is found on the draws of `sim`, which had no say in it.

    Parameters
    ----------
    sim : Simulation
        Kept, as `simulate` made it.
    n_draws : int, optional
        As many as those of `sim` where not given, and never more.

    Returns
    -------
    Simulation
        Of the same design, on streams that descend from the seed of `sim`.

    Raises
    ------
    InputError
        Draws that are not kept, or were changed after they were drawn.
    """
    need_as_drawn(sim)
    size = sim.n_draws if n_draws is None else min(n_draws, sim.n_draws)
    key = f"pilot of {size}"
    if key not in sim.known:
        with warnings.catch_warnings():
            # Few points in each randomisation leave intervals in doubt; nobody looks at those of a pilot.
            warnings.filterwarnings("ignore", message=".* points in each of .* randomisations")
            sim.known[key] = simulate(
                sim.deal,
                size,
                sim.design,  # type: ignore[arg-type]  # it was checked when `sim` was drawn
                rng=child_sequence(sim.seed, _PILOT_KEY),
                n_randomisations=max(sim.n_replicates, 2),
                workers=sim.workers,
                max_memory=max(sim.n_draws * 8 * 4096, 2**29),
            )
    pilot: Simulation = sim.known[key]
    return pilot
