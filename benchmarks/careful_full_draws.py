"""The packaging contract with everything: its numbers, draws of its inputs, and what a chunk of them shares.

The numbers of the smaller packaging deal stand in `careful_numpy`; here are those that come on top, and
those that differ. Names are the leaf names of the library; nothing of walkaway_sim is imported.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from careful_numpy import ANNUAL_RATE, CONSTANTS, MONTHS, TERMS, FloatArray
from careful_numpy import draw as draw_packaging

__all__ = [
    "CONTRACT",
    "COSTS_WITHOUT",
    "FIXED_COSTS",
    "PERTS",
    "REBATE_TIERS",
    "TINY",
    "Chunk",
    "LateUniforms",
    "draw",
    "log_rate",
]

# Every number of the contract, its terms as proposed; currency NZD, nominal.
CONTRACT: dict[str, float] = {
    "months": MONTHS,
    "annual_rate": ANNUAL_RATE,
    "event_months": MONTHS,
    **CONSTANTS,
    **TERMS,
    "discount_proposed": TERMS["discount"],
    "payment_days_proposed": TERMS["payment_days"],
    "guarantee_proposed": TERMS["guarantee"],
    "price_elasticity": 0.5,
    "late_days_per_day": 0.2,
    "on_time_response": 0.1,
    "minimum_commitment": 950.0,
    "capacity": 1300.0,
    "surge_premium": 0.15,
    "work": 0.02,
    "planned_work": 0.021,
    "work_surge_premium": 0.6,
    "excess_work_price": 1.0,
    "fixed_inflation": 0.02,
    "early_payment_discount": 0.01,
    "early_payment_days": 10.0,
    "gst_rate": 0.15,
    "supplier_credit_days": 20.0,
    "stock_days": 15.0,
    "stock_buy_back": 0.5,
    "delivery_beta": 0.42,
    "reference_drop": 7.0,
    "stop_cost": 25.0,
    "minimum_drop": 6.0,
    "rebate_lag": 2.0,
    "review_cap": 0.03,
    "review_lag": 1.0,
    "catch_up": 1.0,
    "notice": 2.0,
    "penalty_annual_cap": 0.02,
    "liability_cap": 150_000.0,
    "insurance_excess": 100_000.0,
    "termination_recovery": 0.5,
    "renewal_months": 24.0,
    "market_margin": 120.0,
    "market_discount": 0.05,
    "precedent": 0.6,
    "exposed_revenue": 400_000.0,
    "leakage_probability": 0.3,
    "leakage_reference": 0.04,
}
# Fixed costs of the deal alone [currency a year], and the marginal tiers of the rebate.
FIXED_COSTS: dict[str, float] = {"post": 12_000.0}
# And what is paid only without it.
COSTS_WITHOUT: dict[str, float] = {"idle line": 9_000.0}
REBATE_TIERS: tuple[tuple[float, float], ...] = ((900_000.0, 0.005), (1_200_000.0, 0.01))
COLLECTION_CHANCE, RENEWAL_CHANCE = 0.8, 0.5

PERTS: dict[str, tuple[float, float, float]] = {
    "work_growth": (-0.05, 0.02, 0.10),
    "work_cost": (26.0, 29.0, 35.0),
    "work_inflation": (-0.02, 0.04, 0.10),
    "delivery_inflation": (-0.04, 0.03, 0.12),
    "index_inflation": (-0.03, 0.03, 0.09),
    "early_payment_uptake": (0.1, 0.3, 0.6),
}


@dataclass(frozen=True, slots=True)
class LateUniforms:
    """The uniforms behind the late events, one a draw and month."""

    values: NDArray[np.float32]


def pert(rng: np.random.Generator, n: int, low: float, mode: float, high: float) -> FloatArray:
    """Draw `n` numbers of a PERT distribution."""
    width = high - low
    return low + width * rng.beta(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, n)


def draw(n: int, seed: int, *, tabulated: bool = False) -> dict[str, Any]:
    """Draw the inputs of the deal.

    Parameters
    ----------
    n : int
        Number of draws.
    seed : int
        Seed of the generators.
    tabulated : bool
        Whether to read the quantiles of the correlated PERTs from a table, as `careful_numpy.draw` does.

    Returns
    -------
    dict
        Arrays of shape (n,) by name, the recalls under ``events``, and under ``late_uniforms`` the uniforms
        of the late events.
    """
    draws = draw_packaging(n, seed, tabulated=tabulated)
    rng = np.random.default_rng([seed, 1])
    for name, (low, mode, high) in PERTS.items():
        draws[name] = pert(rng, n, low, mode, high)
    draws["collected"] = (rng.random(n) < COLLECTION_CHANCE).astype(np.float64)
    draws["renewed"] = (rng.random(n) < RENEWAL_CHANCE).astype(np.float64)
    draws["late_uniforms"] = LateUniforms(rng.random((n, MONTHS), dtype=np.float32))
    return draws


TINY = 1e-300  # keeps a rate of 0 from being divided by, and is lost in any other


def log_rate(yearly: FloatArray) -> FloatArray:
    """Return the monthly log of a yearly rate."""
    x = np.log1p(yearly)
    x *= 1 / 12
    x += TINY
    return x


class Chunk:
    """A run of draws, with what several components share.

    Parameters
    ----------
    draws : dict
        As `draw` returns them.
    lo, hi : int
        The first draw, and the one after the last.
    """

    def __init__(self, draws: dict[str, Any], lo: int, hi: int) -> None:
        c = CONTRACT
        d = {name: array[lo:hi] for name, array in draws.items() if isinstance(array, np.ndarray)}
        self.draws: dict[str, FloatArray] = d
        self.uniforms: NDArray[np.float32] = draws["late_uniforms"].values[lo:hi]
        self.months = max(1, round(c["months"]))
        self.log_v = -math.log1p(c["annual_rate"]) / 12
        self.v = math.exp(self.log_v)
        self.price = (1 - c["discount"]) * c["list_price"]

        # Months traded.
        leaves = np.maximum(np.ceil(12 * d["exit_time"]), 1.0)
        leaves += round(c["notice"])
        fails = np.maximum(np.ceil(12 * d["default_time"]), 1.0)
        self.life: FloatArray = np.minimum(np.minimum(leaves, fails), self.months)
        self.ended = np.flatnonzero(self.life < self.months)
        first = d["default_time"] < d["exit_time"] + round(c["notice"]) / 12
        self.defaulted = np.flatnonzero(first & (12 * d["default_time"] <= self.months))
        self.v_end: FloatArray = np.exp(self.log_v * self.life)

        # Responses to the terms.
        kept = (1 - c["discount"]) / (1 - c["discount_proposed"])
        self.units: FloatArray = d["volume"] * (
            kept ** -c["price_elasticity"] / 12
        )  # of a month at the start
        extra_days = c["payment_days"] - c["payment_days_proposed"]
        self.wait: FloatArray = d["days_late"] + (c["payment_days"] + c["late_days_per_day"] * extra_days)
        promised = c["on_time_response"] * (c["guarantee"] - c["guarantee_proposed"])
        self.on_time: FloatArray = np.clip(d["on_time"] + promised, 0.0, 1.0)

        self.growth = log_rate(d["growth"])
        self.inflation = log_rate(d["inflation"])
        self.growth_end: FloatArray = np.exp(self.growth * (self.months - 1))
        self.reviews = list(self.price_levels())

        # The months of the ramp-up: their share of the volume, who still trades, growth so far.
        n_ramp = min(int(c["ramp_months"]), self.months)
        self.after_ramp: FloatArray = np.minimum(self.life, n_ramp)
        self.ramp: list[tuple[float, Any, Any]] = []
        for k in range(1, n_ramp + 1):
            trading = (self.life >= k).astype(np.float64) if k > 1 else 1.0
            grown = np.exp(self.growth * (k - 1)) if k > 1 else 1.0
            self.ramp.append(((k - 0.5) / c["ramp_months"], trading, grown))

    def price_levels(self) -> Iterator[tuple[int, FloatArray]]:
        """Yield the price reviews: the months before each, and the price level it sets."""
        c = CONTRACT
        index = log_rate(self.draws["index_inflation"])
        hold = min(c["hold"], self.months)
        base = 0.0 if c["catch_up"] else max(hold - c["review_lag"], 0.0)
        level: Any = 1.0
        for start in range(math.ceil(hold), self.months, max(1, round(c["review_every"]))):
            target = np.expm1(index * (max(start - c["review_lag"], 0.0) - base))
            target *= c["review_pass_through"]
            target += 1
            level = np.minimum(target, (1 + c["review_cap"]) * level)
            yield start, level

    def ramp_of(self, i: NDArray[np.intp]) -> Iterator[tuple[float, Any, Any]]:
        """Yield the months of the ramp-up for some draws only."""
        for share, trading, grown in self.ramp:
            first = isinstance(trading, float)
            yield share, trading if first else trading[i], grown if first else grown[i]

    def ramp_at(self, month: FloatArray) -> FloatArray:
        """Return the share of the volume that a month has reached."""
        full = CONTRACT["ramp_months"]
        return np.where(month <= full, (month - 0.5) / full, 1.0)

    def ramped(self, x: FloatArray, starts: Sequence[int] = (0,)) -> list[FloatArray]:
        """Return the sums of ``ramp_k exp(x (k - 1))`` over the months traded after each start."""
        x = x + TINY
        step = np.expm1(x)
        end = np.expm1(x * self.life)
        sums = []
        for start in starts:
            total = end - np.expm1(x * np.minimum(self.life, start)) if start else end.copy()
            total /= step
            sums.append(total)
        step += 1
        power: Any = 1.0
        for k, (share, trading, _) in enumerate(self.ramp, 1):
            missing = (1 - share) * trading * power
            for start, total in zip(starts, sums, strict=True):
                if start < k:
                    total -= missing
            power = power * step
        return sums
