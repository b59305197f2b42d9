"""How a supply agreement ends, and what the surplus is for each way of ending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from walkaway_sim._typing import BoolArray, FloatArray
from walkaway_sim.deal.model import GraphValue
from walkaway_sim.errors import InputError
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import mean_estimate, proportion_estimate
from walkaway_sim.simulation.outcome import Simulation

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Ending", "Endings", "built_in", "endings", "ratio_estimate"]

WAYS = ("ran its term", "customer left early", "customer defaulted")


@dataclass(frozen=True, slots=True)
class Ending:
    """The draws that ended one way.

    Attributes
    ----------
    name : str
        ``"ran its term"``, ``"customer left early"`` or ``"customer defaulted"``.
    share : Estimate
        How many of all draws end like that.
    probability : Estimate or None
        ``P(S >= 0)`` among them; None where there are too few to say.
    surplus : Estimate or None
        Mean surplus among them [currency]; None where there are too few to say.
    draws : ndarray of bool, shape (n_draws,)
        Which draws they are.
    """

    name: str
    share: Estimate
    probability: Estimate | None
    surplus: Estimate | None
    draws: BoolArray


@dataclass(frozen=True, slots=True)
class Endings:
    """The surplus split by what ended the deal. Made by `endings`.

    Attributes
    ----------
    ways : tuple of Ending
    surplus : ndarray, shape (n_draws,)
        Of every draw [currency].
    deal_name, currency : str
    """

    ways: tuple[Ending, ...]
    surplus: FloatArray
    deal_name: str
    currency: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row per way of ending: share, probability and surplus, each with its interval."""
        import pandas as pd

        rows = []
        for way in self.ways:
            row: dict[str, float] = {}
            for name in ("share", "probability", "surplus"):
                one = getattr(way, name)
                values = (np.nan, np.nan, np.nan) if one is None else (one.estimate, one.low, one.high)
                row |= dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))
            rows.append(row)
        return pd.DataFrame(rows, index=pd.Index([way.name for way in self.ways], name="ending"))


MIN_DRAWS = 100
"""Draws of one ending below which nothing is said of it."""


def built_in(sim: Simulation, wanted: str) -> GraphValue:
    """Return the built-in value model of a simulation, or refuse a value function of the user's."""
    if not isinstance(sim.deal.value, GraphValue):
        raise InputError(
            f"{wanted} needs the built-in supply agreement; deal {sim.deal.name!r} has a value function of its own"
        )
    return sim.deal.value


def endings(
    sim: Simulation, terms: Mapping[str, float] | None = None, *, confidence_level: float = 0.95
) -> Endings:
    """Split the surplus by what ended the deal.

    Parameters
    ----------
    sim : Simulation
        Of a supply agreement.
    terms : mapping of str to float, optional
        Changes to the proposed terms [their units].
    confidence_level : float
        Of every interval.

    Returns
    -------
    Endings

    Raises
    ------
    InputError
        The deal has a value function of its own.

    Notes
    -----
    A conditional chance is exactly binomial for independent draws, given how many end like that. A
    conditional mean is a ratio of two means; its interval is that of the linearised ratio (Cochran 1977,
    Sampling Techniques, section 2.11), by the design.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples import example_path
    >>> split = ws.endings(ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7))
    >>> [way.name for way in split.ways]
    ['ran its term', 'customer left early', 'customer defaulted']
    """
    model = built_in(sim, "endings")
    at = sim.deal.terms_at(terms)
    surplus = sim.surplus(terms)
    left, default = [], []
    for block in sim.blocks:
        known = model.leaves(block.inputs, at)
        found = model.graph.evaluate(known, ("life", "term_length", "defaulted"))
        gone = np.broadcast_to(np.asarray(found["defaulted"]), (block.size,))
        early = np.broadcast_to(np.less(found["life"], found["term_length"]), (block.size,))
        default.append(gone)
        left.append(early & ~gone)
    defaulted, exited = np.concatenate(default), np.concatenate(left)
    masks = (~defaulted & ~exited, exited, defaulted)
    ways = tuple(
        _ending(name, mask, surplus, sim.n_replicates, confidence_level)
        for name, mask in zip(WAYS, masks, strict=True)
    )
    return Endings(ways, surplus, sim.deal.name, sim.deal.currency)


def _ending(
    name: str, mask: BoolArray, surplus: FloatArray, n_replicates: int, confidence_level: float
) -> Ending:
    counts = mask.reshape(-1, n_replicates).sum(axis=0, dtype=np.int64)
    share = proportion_estimate(counts, surplus.size, confidence_level)
    if int(counts.sum()) < MIN_DRAWS:
        return Ending(name, share, None, None, mask)
    weight = mask.astype(np.float64)
    mean = ratio_estimate(weight * surplus, weight, n_replicates, confidence_level)
    return Ending(name, share, _chance(mask, surplus, n_replicates, confidence_level), mean, mask)


def _chance(mask: BoolArray, surplus: FloatArray, n_replicates: int, confidence_level: float) -> Estimate:
    """Return ``P(S >= 0)`` among some draws: exact binomial given their number, or a ratio over replicates."""
    n_draws = int(mask.sum())
    good = mask & (surplus >= 0.0)
    if n_replicates == 1:
        return proportion_estimate(np.array([int(good.sum())]), n_draws, confidence_level)
    found = ratio_estimate(
        good.astype(np.float64), mask.astype(np.float64), n_replicates, confidence_level, skewed=False
    )
    # Counts live on a lattice: where replicates all count alike, their spread says nothing.
    lattice = n_replicates / n_draws
    return replace(
        found,
        low=max(min(found.low, found.estimate - lattice), 0.0),
        high=min(max(found.high, found.estimate + lattice), 1.0),
        standard_error=max(found.standard_error, lattice / 2.0),
    )


def ratio_estimate(
    above: FloatArray,
    below: FloatArray,
    n_replicates: int,
    confidence_level: float,
    *,
    skewed: bool = True,
) -> Estimate:
    """Return a ratio of two means as an `Estimate`, by linearisation.

    Parameters
    ----------
    above, below : ndarray, shape (n_draws,)
        Whose means are divided; that of `below` must not be 0.
    n_replicates, confidence_level, skewed
        As for ``mean_estimate``.
    """
    centre = float(above.mean() / below.mean())
    moment = (above - centre * below) / float(below.mean())
    found = mean_estimate(moment, n_replicates, confidence_level, skewed=skewed)
    return Estimate(centre, centre + found.low, centre + found.high, found.standard_error)
