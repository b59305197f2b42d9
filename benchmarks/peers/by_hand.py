"""The packaging deal by hand: careful NumPy, and NumPy with matrices of months by draws."""

from __future__ import annotations

from typing import Any

import numpy as np

import careful_numpy as careful
from peers.break_even import Answer, break_even_answer

# --- careful NumPy: user code begins (it also needs all of careful_numpy.py)


def careful_walkaway(n: int, seed: int) -> Answer:
    """Return the walkaway of the discount from closed-form annuities."""
    draws = careful.draw(n, seed)
    return break_even_answer(lambda: careful.value(draws), draws["no_deal"])


# --- careful NumPy: user code ends
# --- matrices: user code begins


def value_by_matrices(draws: dict[str, Any]) -> Any:
    """Return the value of the deal with a matrix of months by draws, as spreadsheets are carried over."""
    c, t, months = careful.CONSTANTS, careful.TERMS, careful.MONTHS
    k = np.arange(1, months + 1)[:, None]
    v = (1 + careful.ANNUAL_RATE) ** (-k / 12)
    end = np.minimum(draws["exit_time"], draws["default_time"])
    life = np.minimum(np.maximum(np.ceil(12 * end), 1), months)
    traded = k <= life
    ramp = np.where(k <= c["ramp_months"], (k - 0.5) / c["ramp_months"], 1.0)
    units = draws["volume"] / 12 * (1 + draws["growth"]) ** ((k - 1) / 12) * ramp * traded
    inflated = (1 + draws["inflation"]) ** ((k - 1) / 12)
    reviewed = np.floor((k - 1 - t["hold"]) / c["review_every"]) * c["review_every"] + t["hold"]
    index = np.where(k > t["hold"], (1 + draws["inflation"]) ** (reviewed / 12) - 1, 0.0)
    bills = (1 - t["discount"]) * c["list_price"] * units * (1 + c["review_pass_through"] * index)
    net = (bills * v).sum(axis=0)
    wait = t["payment_days"] + draws["days_late"]
    drops = t["deliveries_per_week"] * 52 / 12
    a_drop = draws["delivery_cost"] + (1 - draws["on_time"]) * c["redelivery_cost"]
    costs = draws["unit_cost"] * units * inflated + drops * a_drop * inflated * traded
    costs = ((costs + c["fixed_cost"] / 12 * traded) * v).sum(axis=0)
    recalls = draws["events"]["recall"]
    when = recalls.time * months
    lost = recalls.severity * (1 + careful.ANNUAL_RATE) ** (-when / 12) * (when <= life[recalls.draw])
    recall = np.bincount(recalls.draw, weights=lost, minlength=life.size)
    at_end = (1 + careful.ANNUAL_RATE) ** (-life / 12)
    defaulted = (draws["default_time"] < draws["exit_time"]) & (12 * draws["default_time"] <= months)
    left_open = np.clip(wait * 12 / 365 - (life - k), 0, 1) * traded
    bad_debt = defaulted * c["loss_given_default"] * (bills * left_open).sum(axis=0) * at_end
    pays = 1 - defaulted * c["loss_given_default"]
    recovered = pays * c["termination_recovery"] * draws["set_up"] * (1 - life / months)
    ended = (life < months) * (recovered - c["stranded_cost"]) * at_end
    freed = (
        c["redeploy_share"] * draws["no_deal"] * np.maximum(months - life - c["refill_months"], 0) / months
    )
    shares = t["rebate"] + draws["returns_rate"] + careful.late_penalty(draws["on_time"])
    financing = net * (1 - (1 + careful.ANNUAL_RATE) ** (-wait / 365))
    return net * (1 - shares) - financing - costs - recall - bad_debt + ended - draws["set_up"] + freed


def matrix_walkaway(n: int, seed: int) -> Answer:
    """Return the walkaway of the discount from matrices of months by draws."""
    draws = careful.draw(n, seed)
    return break_even_answer(lambda: value_by_matrices(draws), draws["no_deal"])


# --- matrices: user code ends
