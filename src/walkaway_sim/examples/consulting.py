"""A fixed-fee project: a deal with a value function of the user's own.

Run it with ``python -m walkaway_sim.examples.consulting``, or import `deal`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

import walkaway_sim as ws

__all__ = ["deal", "main", "value"]

RATE = 0.07  # borrowing cost a year: the rule below carries the risk
BUDGET_DAYS = 240  # what the fee was reckoned from


def value(inputs: Mapping[str, Any], terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return the components of the project's value, arrays over draws [NZD].

    The fee is fixed; the effort is not, and work asked for beyond the scope is paid only in part.
    """
    months = inputs["effort_days"] / 40  # two people
    discount = (1 + RATE) ** (-(months / 2) / 12)
    waiting = 1 - (1 + RATE) ** (-(terms["payment_days"] + inputs["days_late"]) / 365)
    extra_days = 6.0 * inputs["change_requests"]
    return {
        "fee": terms["fee"] * discount,
        "paid_changes": extra_days * 1_300 * inputs["share_of_changes_paid"] * discount,
        "waiting_for_money": -terms["fee"] * waiting * discount,
        "effort": -(inputs["effort_days"] + extra_days) * inputs["cost_of_a_day"] * discount,
        "free_support": -terms["free_support_months"] * inputs["support_cost_a_month"] * discount,
        "damage": -np.minimum(inputs["liability"].total(), 150_000),  # the contract's cap on liability
    }


def deal() -> ws.Deal:
    """Return the deal; every figure is judgement, with its reason beside it."""
    return ws.Deal(
        name="Fixed-fee project",
        currency="NZD",
        inputs={
            # Nine projects in ten of this kind took between 200 and 330 days.
            "effort_days": ws.between(200, 330),
            "cost_of_a_day": ws.pert(780, 830, 960),  # salaries known, contractors not
            "change_requests": ws.poisson(4),  # four a project, over the last twenty
            "share_of_changes_paid": ws.uniform(0.3, 0.9),  # depends on the customer's steering group
            "days_late": ws.pert(0, 8, 40),
            "support_cost_a_month": ws.metalog({0.1: 1_500, 0.5: 2_600, 0.9: 5_500}, lower=0),
            "liability": ws.event_risk(0.04, ws.lognormal(60_000, 0.9)),
        },
        correlation={("effort_days", "change_requests"): 0.5, ("effort_days", "share_of_changes_paid"): -0.3},
        terms=[
            ws.Term("fee", proposed=270_000, range=(200_000, 320_000), concession="down", unit="NZD"),
            ws.Term("payment_days", proposed=30, range=(0, 120), concession="up", unit="days"),
            ws.Term(
                "free_support_months", proposed=2, levels=(0, 1, 2, 3, 6, 12), concession="up", unit="months"
            ),
        ],
        value=value,
        # The same people on internal work, or a smaller project that may fall through.
        no_deal=[-5_000, ws.mixture([(0.4, 0.0), (0.6, ws.normal(9_000, 4_000))])],
        strategic=5_000,  # a reference in a new sector
    )


def main() -> None:
    """Print the walkaways of the project."""
    sim = ws.simulate(deal(), rng=7)
    rule = ws.ChanceRule(0.8)
    verdict = ws.assess(sim, rule)
    sys.stdout.write(f"Fixed-fee project, a value function of its own: {verdict.verdict}\n")
    sys.stdout.write(f"{ws.walkaway(sim, rule)}\n")


if __name__ == "__main__":
    main()
