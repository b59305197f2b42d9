"""Leaves of the value model at which nothing is switched on, for tests that ask the graph itself."""

import math

from walkaway_sim.deal.supply import EVENTS_OF, QUANTITIES, TERMS

NEUTRAL = {
    **{name: one.default for name, one in QUANTITIES.items() if one.default is not None and name not in EVENTS_OF},
    **{name: one.default for name, one in TERMS.items() if one.default is not None},
    "no_deal": 0.0,
    "events": {},
    "event_months": 36.0,
    "horizon": math.inf,
    "rebate_tiers": (),
    "retrospective": 0.0,
    "fixed_costs": {},
    "fixed_costs_without": {},
    "late_uniforms": None,
    "discount_proposed": 0.06,
    "payment_days_proposed": 45.0,
    "guarantee_proposed": 0.93,
}  # fmt: skip
