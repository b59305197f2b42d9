"""The packaging deal as a careful analyst would write it: NumPy, closed-form annuities, nothing else.

This is the yardstick for the library's speed, and an independent witness of its values: `draw` samples the
inputs, `value` values the deal once, at the proposed terms. It imports nothing of walkaway_sim.

Run it to see one look at the value: ``python benchmarks/careful_numpy.py``.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr

FloatArray = NDArray[np.float64]

# The contract and its terms; currency NZD, nominal.
MONTHS = 36
ANNUAL_RATE = 0.07
TABLE = np.linspace(-7.0, 7.0, 4097)
CONSTANTS: dict[str, float] = {
    "list_price": 980.0,
    "delivery_beta": 0.0,
    "reference_drop": 1.0,
    "redelivery_cost": 180.0,
    "fixed_cost": 36_000.0,
    "stranded_cost": 12_000.0,
    "termination_recovery": 0.5,
    "loss_given_default": 0.85,
    "redeploy_share": 0.7,
    "refill_months": 6.0,
    "ramp_months": 3.0,
    "penalty_rate": 0.01,
    "penalty_cap": 0.05,
    "review_pass_through": 0.8,
    "review_every": 6.0,
}
TERMS: dict[str, float] = {
    "discount": 0.06,
    "payment_days": 45.0,
    "deliveries_per_week": 3.0,
    "guarantee": 0.93,
    "hold": 6.0,
    "rebate": 0.02,
}
EXIT_HAZARD, DEFAULT_HAZARD = 0.06, 0.012
RECALLS, RECALL_MEDIAN, RECALL_LOG_SD = 0.12, 35_000.0, 0.8

PERTS: dict[str, tuple[float, float, float]] = {
    "growth": (-0.12, 0.01, 0.12),
    "unit_cost": (620.0, 640.0, 690.0),
    "inflation": (-0.03, 0.035, 0.10),
    "days_late": (0.0, 6.0, 30.0),
    "returns_rate": (0.003, 0.008, 0.025),
    "on_time": (0.90, 0.97, 0.99),
    "delivery_cost": (290.0, 340.0, 430.0),
    "set_up": (45_000.0, 60_000.0, 95_000.0),
    "no_deal": (-20_000.0, 40_000.0, 160_000.0),
}
CORRELATED = ("volume", "growth", "unit_cost", "inflation", "on_time")
RANK_CORRELATIONS = {("volume", "growth"): 0.3, ("unit_cost", "inflation"): 0.3, ("volume", "on_time"): -0.3}


@dataclass(frozen=True, slots=True)
class Recalls:
    """Recalls over all draws, one entry an event."""

    n_draws: int
    draw: NDArray[np.int64]
    time: FloatArray
    severity: FloatArray


def pert_shape(name: str) -> tuple[float, float, float, float]:
    """Return the two shapes of the beta distribution behind a PERT, and its ends."""
    low, mode, high = PERTS[name]
    width = high - low
    return 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, low, high


def draw(n: int, seed: int, *, tabulated: bool = False) -> dict[str, Any]:
    """Draw the inputs of the deal.

    Parameters
    ----------
    n : int
        Number of draws.
    seed : int
        Seed of the generator.
    tabulated : bool
        Whether to read the quantiles of the correlated PERTs from a table of 4097 normal scores, good to
        about 1e-6 of their width, instead of computing each one.

    Returns
    -------
    dict
        Arrays of shape (n,) by name, and the recalls under ``events``.
    """
    rng = np.random.default_rng(seed)
    correlation = np.eye(len(CORRELATED))
    for (one, other), rank in RANK_CORRELATIONS.items():
        i, j = CORRELATED.index(one), CORRELATED.index(other)
        correlation[i, j] = correlation[j, i] = 2 * math.sin(math.pi * rank / 6)
    scores = np.linalg.cholesky(correlation) @ rng.standard_normal((len(CORRELATED), n))

    draws: dict[str, Any] = {"volume": 1100.0 * np.exp(0.15 * scores[0])}
    for name, score in zip(CORRELATED[1:], scores[1:], strict=True):
        a, b, low, high = pert_shape(name)
        asked = TABLE if tabulated else score
        share = betaincinv(a, b, ndtr(asked))
        share = np.interp(score, TABLE, share) if tabulated else share
        draws[name] = low + (high - low) * share
    for name in [name for name in PERTS if name not in draws]:
        a, b, low, high = pert_shape(name)
        draws[name] = low + (high - low) * rng.beta(a, b, n)
    draws["exit_time"] = rng.exponential(1 / EXIT_HAZARD, n)
    draws["default_time"] = rng.exponential(1 / DEFAULT_HAZARD, n)

    owner = np.repeat(np.arange(n), rng.poisson(RECALLS, n))
    severity = RECALL_MEDIAN * np.exp(RECALL_LOG_SD * rng.standard_normal(owner.size))
    draws["events"] = {"recall": Recalls(n, owner, rng.random(owner.size), severity)}
    return draws


def annuity(x: FloatArray, n: Any) -> FloatArray:
    """Return the sum of ``exp(x (k - 1))`` over ``k = 1 .. n``."""
    x = np.where(x == 0, 1e-300, x)
    result: FloatArray = np.expm1(x * n) / np.expm1(x)
    return result


def ramped(x: FloatArray, n: FloatArray) -> FloatArray:
    """Return the same sum, less what the ramp-up of the first months takes off."""
    total = annuity(x, n)
    ramp = CONSTANTS["ramp_months"]
    for k in range(1, int(ramp) + 1):
        total -= (n >= k) * (1 - (k - 0.5) / ramp) * np.exp(x * (k - 1))
    return total


def late_penalty(on_time: FloatArray) -> FloatArray:
    """Return the expected penalty of a month [fraction of net], by the binomial law of late drops."""
    n = round(TERMS["deliveries_per_week"] * 52 / 12)
    cap = CONSTANTS["penalty_cap"]
    expected = np.zeros_like(on_time)
    below = np.zeros_like(on_time)
    for x in range(n + 1):
        penalty = CONSTANTS["penalty_rate"] * 100 * max(0.0, TERMS["guarantee"] - (n - x) / n)
        if penalty >= cap:
            break
        chance = math.comb(n, x) * on_time ** (n - x) * (1 - on_time) ** x
        expected += penalty * chance
        below += chance
    return expected + cap * (1 - below)


def value(draws: dict[str, Any]) -> FloatArray:
    """Return the value of the deal on each draw at the proposed terms [currency]."""
    c, t = CONSTANTS, TERMS
    log_rate = math.log1p(ANNUAL_RATE) / 12
    log_growth = np.log1p(draws["growth"]) / 12
    log_inflation = np.log1p(draws["inflation"]) / 12
    v = math.exp(-log_rate)

    # Months traded.
    end_time = np.minimum(draws["exit_time"], draws["default_time"])
    life = np.minimum(np.maximum(np.ceil(12 * end_time), 1.0), MONTHS)
    v_end = np.exp(-log_rate * life)
    ended = life < MONTHS

    # Revenue, with a price review every six months after the hold.
    x = log_growth - log_rate
    month = c["list_price"] * draws["volume"] / 12
    price = 1 - t["discount"]
    listed = month * v * ramped(x, life)
    uplift = np.zeros_like(life)
    first = int(t["hold"])
    up_to = annuity(x, np.minimum(life, first))
    for start in range(first, MONTHS, int(c["review_every"])):
        change = np.expm1(log_inflation * start)
        here = annuity(x, np.minimum(life, start + c["review_every"]))
        uplift += change * (here - up_to)
        up_to = here
    theta = c["review_pass_through"]
    net = price * (listed + theta * month * v * uplift)

    # Costs.
    wait = t["payment_days"] + draws["days_late"]
    financing = net * -np.expm1(wait * (-12 * log_rate / 365))
    unit_cost = draws["unit_cost"] * draws["volume"] / 12 * v * ramped(x + log_inflation, life)
    drops = t["deliveries_per_week"] * 52 / 12
    a_drop = draws["delivery_cost"] + (1 - draws["on_time"]) * c["redelivery_cost"]
    delivery = drops * a_drop * v * annuity(log_inflation - log_rate, life)
    fixed = c["fixed_cost"] / 12 * v * (1 - v_end) / (1 - v)

    # Events.
    recalls = draws["events"]["recall"]
    when = recalls.time * MONTHS
    losses = recalls.severity * np.exp(-log_rate * when) * (when <= life[recalls.draw])
    recall = np.bincount(recalls.draw, weights=losses, minlength=life.size)

    defaulted = (draws["default_time"] < draws["exit_time"]) & (12 * draws["default_time"] <= MONTHS)
    rows = np.flatnonzero(defaulted)
    end, left_open = life[rows], np.minimum(life, wait * 12 / 365)[rows]
    owed = np.zeros(rows.size)
    for back in range(int(np.ceil(left_open.max(initial=0)))):
        k = np.maximum(end - back, 1)
        ramp = np.where(k <= c["ramp_months"], (k - 0.5) / c["ramp_months"], 1.0)
        review = np.floor((k - 1 - first) / c["review_every"]) * c["review_every"] + first
        level = 1 + theta * np.where(k > first, np.expm1(log_inflation[rows] * review), 0.0)
        owed += np.clip(left_open - back, 0, 1) * np.exp(log_growth[rows] * (k - 1)) * ramp * level
    bad_debt = np.zeros_like(life)
    bad_debt[rows] = c["loss_given_default"] * price * month[rows] * owed * v_end[rows]

    recovered = c["termination_recovery"] * draws["set_up"] * (1 - life / MONTHS)
    recovered[rows] *= 1 - c["loss_given_default"]
    termination = ended * (recovered - c["stranded_cost"]) * v_end
    left = np.maximum(MONTHS - life - c["refill_months"], 0.0)
    freed = c["redeploy_share"] * draws["no_deal"] * left / MONTHS

    shares = t["rebate"] + draws["returns_rate"] + late_penalty(draws["on_time"])
    result: FloatArray = (
        net * (1 - shares) - financing - unit_cost - delivery - fixed - recall - bad_debt
        + termination - draws["set_up"] + freed
    )  # fmt: skip
    return result


def draw_and_value(n: int, seed: int) -> FloatArray:
    """Return the value of the deal on `n` fresh draws [currency]."""
    return value(draw(n, seed))


if __name__ == "__main__":
    begun = time.perf_counter()
    drawn = draw(2**20, 7)
    sampled = time.perf_counter()
    values = value(drawn)
    valued = time.perf_counter()
    surplus = values - drawn["no_deal"]
    print(f"sampling {sampled - begun:.3f} s, one look at the value {valued - sampled:.3f} s")
    print(f"mean value {values.mean():,.0f}, P(surplus >= 0) {np.mean(surplus >= 0):.4f}")
