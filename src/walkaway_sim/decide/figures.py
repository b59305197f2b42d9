"""The figures that a deal desk asks for beside the threshold."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.model import GraphValue
from walkaway_sim.decide.rules import ExpectedValueRule
from walkaway_sim.decide.search import BoundName, Search
from walkaway_sim.simulation.best_guess import best_guess
from walkaway_sim.simulation.cash import CashPosition
from walkaway_sim.simulation.endings import ratio_estimate
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import mean_estimate
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.revalue import first_block, scaled

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Figure", "break_even_volume", "deal_figures", "figures_frame"]

_OUTSIDE = ("renewal", "leakage", "freed_capacity", "costs_avoided")
_NET = (
    "list_revenue",
    "shortfall_fee",
    "discount",
    "rebate",
    "price_reviews",
    "early_payment_discount",
    "excess_work_billed",
)
_TO_SERVE = ("workload", "delivery", "fixed_cost", "returns")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the deal at its proposed terms.

    Attributes
    ----------
    name : str
    estimate : Estimate
        With its interval, for simulation error.
    unit : str
        ``"currency"``, ``"fraction"``, ``"months"`` or what it is counted in.
    meaning : str
        How it is defined, in a line.
    """

    name: str
    estimate: Estimate
    unit: str
    meaning: str


def deal_figures(
    sim: Simulation, cash: CashPosition | None, *, confidence_level: float = 0.95
) -> tuple[Figure, ...]:
    """Return contribution, first year, cash, break-even, cost of a drop and exposure at the proposed terms.

    Parameters
    ----------
    sim : Simulation
    cash : CashPosition or None
        Of the same simulation; without it, and for a deal with a value function of its own, what needs
        months is left out.
    confidence_level : float
        Of every interval.

    Returns
    -------
    tuple of Figure
        In the order in which a deal desk reads them.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples import example_path
    >>> sim = ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)
    >>> [figure.name for figure in ws.deal_figures(sim, ws.cash_position(sim))][:2]
    ['best_guess', 'contribution']
    """
    return tuple(_all(sim, cash, confidence_level))


def _all(sim: Simulation, cash: CashPosition | None, confidence_level: float) -> Iterator[Figure]:
    if not isinstance(sim.deal.value, GraphValue):
        value = mean_estimate(sim.value(), sim.n_replicates, confidence_level)
        yield Figure("value", value, "currency", "net present value of the deal")
        return
    guess = _plain(best_guess(sim))
    yield Figure(
        "best_guess",
        guess,
        "currency",
        "surplus with every input at its most likely value",
    )
    parts = sim.components()
    contract = _sum(parts, [name for name in parts if name not in (*_OUTSIDE, "tax")])
    net = _sum(parts, _NET)
    mean = mean_estimate(contract, sim.n_replicates, confidence_level)
    yield Figure("contribution", mean, "currency", "net present value of the contract itself, before tax")
    if net.any():
        share = ratio_estimate(contract, net, sim.n_replicates, confidence_level)
        yield Figure("contribution_percent", share, "fraction", "contribution, of net revenue after rebates")
    if cash is not None:
        yield Figure("first_year", cash.first_year, "currency", "booked in twelve months, with the set-up")
        yield Figure(
            "deepest_cash",
            cash.deepest,
            "currency",
            "mean of each draw's lowest cumulative cash; the mean path dips less",
        )
        yield Figure(
            "deepest_month", _plain(cash.deepest_month), "months", "median month in which cash is lowest"
        )
        yield Figure(
            "payback_month",
            _plain(cash.payback_month),
            "months",
            "median month from which cash stays above 0",
        )
        yield Figure(
            "never_paid_back", cash.never_paid_back, "fraction", "share of draws in which it never does"
        )
        yield Figure(
            "exposure_at_default", cash.exposure, "currency", "most that is invoiced and open, on average"
        )
        yield Figure(
            "exposure_at_default_high",
            _plain(cash.exposure_high),
            "currency",
            "its 95% quantile over the draws",
        )
    volume = break_even_volume(sim, confidence_level=confidence_level)
    yield Figure("break_even_volume", volume, _volume_unit(sim), _meaning_of_break_even(sim, volume))
    yield from _drops(sim, sim.deal.value, confidence_level)


def _sum(parts: dict[str, FloatArray], names: list[str] | tuple[str, ...]) -> FloatArray:
    total = np.zeros(next(iter(parts.values())).size)
    for name in names:
        total += parts[name]
    return total


def _plain(value: float) -> Estimate:
    """Return a figure without an interval: a median or a quantile over the draws."""
    return Estimate(value, math.nan, math.nan, math.nan)


def _volume_unit(sim: Simulation) -> str:
    recipe = sim.deal.recipe
    return "units a year" if recipe is None else recipe["inputs"]["volume"].unit


def _meaning_of_break_even(sim: Simulation, volume: Estimate) -> str:
    """Return what the break-even volume is; a commitment bills what is not taken, and so changes what it means."""
    recipe = sim.deal.recipe or {"fixed_terms": {}}
    committed = {**recipe["fixed_terms"], **sim.deal.proposed}.get("minimum_commitment", 0.0)
    found = math.isfinite(volume.estimate)
    nowhere = "none from a hundredth to ten times today's"
    if not committed:
        return f"first-year volume at which expected surplus is 0{'' if found else f'; {nowhere}'}"
    billed = f"what is not taken of the commitment of {committed:,.0f} is billed all the same"
    if found:
        return f"volume taken in the first year at which expected surplus is 0, though {billed}"
    return f"volume taken in the first year at which expected surplus is 0: {nowhere}; {billed}"


def _drops(sim: Simulation, model: GraphValue, confidence_level: float) -> Iterator[Figure]:
    """Yield the cost to serve of one drop, where there are drops."""
    head = first_block(sim)
    plain = model.with_constants(annual_rate=0.0)
    leaves = plain.leaves(head.blocks[0].inputs, sim.deal.proposed)
    if not leaves["deliveries_per_week"]:
        return
    found = plain.graph.evaluate(leaves, ("drops_made", *_TO_SERVE))
    drops = np.broadcast_to(np.asarray(found["drops_made"], dtype=np.float64), (head.n_draws,))
    cost = np.zeros(head.n_draws)
    for name in _TO_SERVE:
        cost -= found[name]
    if not np.isfinite(cost / np.where(drops > 0.0, drops, np.nan)).any():
        return
    a_drop = ratio_estimate(cost, drops, head.n_replicates, confidence_level)
    yield Figure(
        "cost_to_serve_a_drop",
        a_drop,
        "currency",
        "delivery, work, fixed cost and handling over the drops made, not discounted",
    )


@dataclass(frozen=True, slots=True)
class _VolumeProfile:
    """The surplus of each draw with the volume multiplied by a factor."""

    sim: Simulation
    start: int = 0

    @property
    def n_draws(self) -> int:
        """Draws held."""
        return self.sim.n_draws

    def at(self, value: float) -> FloatArray:
        """Return the surplus at a factor, shape ``(n_draws,)`` [currency]."""
        return scaled(self.sim, "volume", value).surplus()

    def each(self, work: Callable[[Any], Any]) -> list[Any]:
        """Return what `work` makes of all draws, in a list."""
        return [work(self)]


_FACTORS = (0.01, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0)


def break_even_volume(sim: Simulation, *, confidence_level: float = 0.95) -> Estimate:
    """Return the first-year volume at which the expected surplus is 0, all else as it is.

    Parameters
    ----------
    sim : Simulation
        Of a supply agreement. The first block of its draws is valued again.
    confidence_level : float
        Of the interval, by inverting the test of the mean.

    Returns
    -------
    Estimate
        [units a year], as a mean over the draws. NaN where no volume from a hundredth to ten times the
        mean breaks even; an end of the interval is NaN where the search does not reach it.

    Notes
    -----
    The nearest crossing to today's volume, on a grid of factors, is refined. The volume is what the customer takes:
    with a minimum commitment it is billed for what it does not take, at no cost of goods, so that the surplus
    may rise again below the commitment, and there may be no volume at which it is 0.
    """
    head = first_block(sim)
    search = Search(_VolumeProfile(head), ExpectedValueRule(), head.n_replicates, confidence_level, 10.0)
    volume = _mean_volume(head)
    nothing = Estimate(math.nan, math.nan, math.nan, math.nan)
    middle = _nearest_crossing(search, "estimate")
    if math.isnan(middle) or not volume:
        return nothing
    ends = [_nearest_crossing(search, bound) for bound in ("low", "high")]
    low, high = min(ends), max(ends)
    half = search.half_width(middle)
    return Estimate(middle * volume, low * volume, high * volume, (high - low) * volume / (2.0 * half))


def _nearest_crossing(search: Search, bound: BoundName) -> float:
    """Return the factor nearest to 1 at which a bound of the mean changes sign; NaN where none does."""
    signs = [search.holds(bound, factor) for factor in _FACTORS]
    changes = [i for i in range(len(_FACTORS) - 1) if signs[i] != signs[i + 1]]
    if not changes:
        return math.nan
    found = []
    for below in changes:
        ends = _FACTORS[below], _FACTORS[below + 1]
        inside, outside = ends if signs[below] else ends[::-1]
        found.append(search.crossing(bound, inside, outside))
    return min(found, key=lambda factor: abs(math.log(factor)))


def _mean_volume(sim: Simulation) -> float:
    if "volume" in sim.draws:
        return float(np.mean(sim.draws["volume"]))
    model = sim.deal.value
    return float(model.constants["volume"]) if isinstance(model, GraphValue) else 0.0


def figures_frame(figures: tuple[Figure, ...]) -> pd.DataFrame:
    """Return one row per figure: estimate, low, high, unit, meaning."""
    import pandas as pd

    rows = [
        (one.estimate.estimate, one.estimate.low, one.estimate.high, one.unit, one.meaning) for one in figures
    ]
    index = pd.Index([one.name for one in figures], name="figure")
    return pd.DataFrame(rows, index=index, columns=["estimate", "low", "high", "unit", "meaning"])
