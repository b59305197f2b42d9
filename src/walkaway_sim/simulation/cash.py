"""The cash of a supply agreement month by month: when it is paid, not when it is booked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from walkaway_sim._typing import FloatArray
from walkaway_sim.deal.model import GraphValue, TermSplit
from walkaway_sim.simulation.endings import built_in
from walkaway_sim.simulation.estimate import Estimate
from walkaway_sim.simulation.intervals import mean_estimate, proportion_estimate
from walkaway_sim.simulation.outcome import Simulation
from walkaway_sim.simulation.revalue import first_block

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BAND", "CashPosition", "cash_position"]

BAND = (0.1, 0.9)
"""Quantiles between which the band of a cash position lies."""

_INVOICED = (
    "list_revenue",
    "shortfall_fee",
    "discount",
    "price_reviews",
    "early_payment_discount",
    "excess_work_billed",
)
_AT_ONCE = (
    "capacity_surge",
    "workload",
    "delivery",
    "fixed_cost",
    "returns",
    "guarantee_penalties",
    "event_risks",
    "early_termination",
)
# Renewal, leakage, freed capacity and costs avoided lie outside the contract; undiscounted, waiting is free.


@dataclass(frozen=True, slots=True)
class CashPosition:
    """Cumulative cash of the contract by month, not discounted and before tax. Made by `cash_position`.

    Attributes
    ----------
    months : ndarray of int, shape (n_months + 1,)
        From 0, the signing, until the last invoice is paid on all but a few draws.
    mean, low, high : ndarray, shape (n_months + 1,)
        Mean, and the 10 and 90% quantiles over the draws [currency].
    deepest : Estimate
        Mean over the draws of the lowest position, 0 where it never falls below [currency].
    deepest_band : tuple of float
        Its 10 and 90% quantiles [currency].
    deepest_month : float
        Median month in which it is lowest.
    payback_month : float
        Median month from which the position stays at 0 or above; infinite where half of the draws never
        get there.
    never_paid_back : Estimate
        Share of draws whose position ends below 0.
    first_year : Estimate
        What the first twelve months bring, booked at invoice date, with the set-up [currency].
    exposure : Estimate
        Mean over the draws of the largest sum of open invoices: what a default can reach [currency].
    exposure_high : float
        Its 95% quantile [currency].
    deal_name, currency : str
    n_draws : int
    """

    months: np.ndarray
    mean: FloatArray
    low: FloatArray
    high: FloatArray
    deepest: Estimate
    deepest_band: tuple[float, float]
    deepest_month: float
    payback_month: float
    never_paid_back: Estimate
    first_year: Estimate
    exposure: Estimate
    exposure_high: float
    deal_name: str
    currency: str
    n_draws: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row per month: mean, low, high [currency]."""
        import pandas as pd

        index = pd.Index(self.months, name="month")
        return pd.DataFrame({"mean": self.mean, "low": self.low, "high": self.high}, index=index)


def cash_position(
    sim: Simulation, terms: Mapping[str, float] | None = None, *, confidence_level: float = 0.95
) -> CashPosition:
    """Follow the cash of a supply agreement month by month.

    Parameters
    ----------
    sim : Simulation
        Of a supply agreement. The first block of its draws is followed, 2**14 at the most.
    terms : mapping of str to float, optional
        Changes to the proposed terms [their units].
    confidence_level : float
        Of every interval.

    Returns
    -------
    CashPosition

    Raises
    ------
    InputError
        The deal has a value function of its own.

    Notes
    -----
    The components of the value model at an interest rate of zero, up to a horizon of ``m`` months. What
    is invoiced comes in after the days until payment, but for what a default loses of it; unit costs are
    paid after the supplier's credit days
    less the days in stock, a flat rebate after its lag, all else when it is booked; of a month that is paid
    in part, the part counts. Sales tax is left out.
    Renewal, leakage, freed capacity and costs avoided lie outside the contract.

    Examples
    --------
    >>> import walkaway_sim as ws
    >>> from walkaway_sim.examples import example_path
    >>> cash = ws.cash_position(ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7))
    >>> int(cash.months[0]), bool(cash.mean[0] < 0)
    (0, True)
    """
    model = built_in(sim, "cash_position")
    sim = first_block(sim)
    at = sim.deal.terms_at(terms)
    (block,) = sim.blocks
    walk = _Walk.start(model, block.inputs, at, block.size)
    n_months = walk.last_month()
    paid_in, invoiced = np.zeros((2, block.size))
    path = np.empty((n_months + 1, block.size))
    exposure = np.zeros(block.size)
    for month in range(n_months + 1):
        invoiced = walk.sum_at(_INVOICED, float(month))
        paid_in = walk.paid_in(float(month))
        exposure = np.maximum(exposure, invoiced - paid_in)
        path[month] = paid_in + walk.paid_out(float(month))
    deepest = np.minimum(path.min(axis=0), 0.0)
    from_then_on = np.flip(np.logical_and.accumulate(np.flip(path >= 0.0, axis=0), axis=0), axis=0)
    paid_back = from_then_on.any(axis=0)
    payback = np.where(paid_back, np.argmax(from_then_on, axis=0), np.inf)
    year = walk.sum_at((*_INVOICED, "bad_debt"), 12.0) + walk.paid_out(12.0, booked=True)
    replicates = sim.n_replicates

    def mean(moment: FloatArray) -> Estimate:
        return mean_estimate(moment, replicates, confidence_level)

    never = (~paid_back).reshape(-1, replicates).sum(axis=0, dtype=np.int64)
    low, high = np.quantile(path, BAND, axis=1)
    band = np.quantile(deepest, BAND)
    return CashPosition(
        months=np.arange(n_months + 1),
        mean=path.mean(axis=1),
        low=low,
        high=high,
        deepest=mean(deepest),
        deepest_band=(float(band[0]), float(band[1])),
        deepest_month=float(np.median(np.argmin(path, axis=0))),
        payback_month=float(np.median(payback)),
        never_paid_back=proportion_estimate(never, block.size, confidence_level),
        first_year=mean(year),
        exposure=mean(exposure),
        exposure_high=float(np.quantile(exposure, 0.95)),
        deal_name=sim.deal.name,
        currency=sim.deal.currency,
        n_draws=block.size,
    )


@dataclass(frozen=True, slots=True)
class _Walk:
    """The value model without discounting, cut where the horizon enters."""

    split: TermSplit
    known: Mapping[str, Any]
    fixed: Mapping[str, Any]
    size: int
    delay: FloatArray
    cost_shift: FloatArray
    rebate: float
    rebate_lag: float
    months: float
    life: FloatArray
    lost: FloatArray

    @classmethod
    def start(cls, model: GraphValue, inputs: Mapping[str, Any], at: Mapping[str, float], size: int) -> _Walk:
        plain = model.with_constants(annual_rate=0.0)
        split = plain.split("horizon")
        known, fixed = split.prepare(inputs, at)
        leaves = plain.leaves(inputs, at)
        found = plain.graph.evaluate(leaves, ("open_months", "life", "loss_share"))
        delay = found["open_months"]
        days = leaves["supplier_credit_days"] - leaves["stock_days"]
        return cls(
            split,
            known,
            fixed,
            size,
            np.broadcast_to(delay, (size,)),
            np.broadcast_to(np.asarray(days) * (12.0 / 365.0), (size,)),
            float(leaves["rebate"]),
            float(leaves["rebate_lag"]),
            float(leaves["months"]),
            np.broadcast_to(np.asarray(found["life"], dtype=np.float64), (size,)),
            np.broadcast_to(np.asarray(found["loss_share"], dtype=np.float64), (size,)),
        )

    def last_month(self) -> int:
        """Return the month by which nearly every invoice and cost is paid, at least one after the end."""
        wait = max(float(np.quantile(self.delay, 0.99)), float(np.quantile(self.cost_shift, 0.99)))
        return round(self.months) + max(int(np.ceil(max(wait, self.rebate_lag))), 1)

    def at(self, names: Iterable[str], horizon: Any) -> dict[str, Any]:
        """Return components or nodes up to a horizon; those that it does not touch as they are."""
        graph = self.split.model.graph
        asked = [name for name in names if name not in self.fixed]
        found = graph.evaluate({**self.known, "horizon": horizon}, asked)
        return {name: found[name] if name in found else self.fixed[name] for name in names}

    def sum_at(self, names: Iterable[str], horizon: Any) -> FloatArray:
        """Return the sum of some components up to a horizon, shape ``(n_draws,)`` [currency]."""
        wanted = tuple(names)
        whole = np.floor(horizon)
        total = np.zeros(self.size)
        for part in self.at(wanted, whole).values():
            total += part
        share = np.where(np.greater(horizon, -1.0), np.subtract(horizon, whole), 0.0)
        if not share.any():
            return total
        later = np.zeros(self.size)
        for part in self.at(wanted, whole + 1.0).values():
            later += part
        return total + share * (later - total)

    def paid_in(self, month: float) -> FloatArray:
        """Return what has come in up to a month: invoices, but for what a default loses of those then open."""
        arrived = self.sum_at(_INVOICED, month - self.delay)
        after = (month > self.life) & (self.lost > 0.0)
        if not after.any():
            return arrived
        before = self.sum_at(_INVOICED, self.life - self.delay)
        return arrived - np.where(after, self.lost * (arrived - before), 0.0)

    def paid_out(self, month: float, *, booked: bool = False) -> FloatArray:
        """Return all but receipts up to a month: when paid, or when booked."""
        costs = month if booked else month - self.cost_shift
        flat = month if booked else month - self.rebate_lag
        total = self.sum_at((*_AT_ONCE, "set_up"), month) + self.sum_at(("unit_cost",), costs)
        total -= self.rebate * self.sum_at(("net_revenue",), flat)
        # A bonus is booked when its year ends, and paid after the lag.
        return total - self.sum_at(("rebate_bonus",), month + self.rebate_lag if booked else month)
