"""The uncertain quantities of a supply agreement: units, defaults and bounds.

The names are those of the deal-file format. A quantity may be a number or a distribution. Bounds are those
of the domain, both ends included.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["EVENTS_OF", "QUANTITIES", "Quantity"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """An uncertain quantity of the built-in model.

    Parameters
    ----------
    name : str
        Its name in files, inputs and results.
    unit : str
        Its unit.
    default : float, str or None
        Value where none is given. None: it must be given. A text is a marker: ``"inflation"``, the same
        as that quantity; ``"deliveries"``, every drop is a measured event.
    low, high : float
        Bounds of what it may be, both included.
    meaning : str
        What it is.
    """

    name: str
    unit: str
    default: float | str | None
    low: float
    high: float
    meaning: str


_INF = math.inf
_GROWTH = (-0.99, 10.0)
_RATE = (-0.99, 1.0)
_HAZARD = (0.0, 5.0)
_SHARE = (0.0, 1.0)
_ANY = (0.0, _INF)

QUANTITIES: dict[str, Quantity] = {
    name: Quantity(name, unit, default, *bounds, meaning)
    for name, unit, default, bounds, meaning in (
        # volume and price
        ("volume", "units a year", None, _ANY, "volume, as a rate of the first year"),
        ("growth", "a year", None, _GROWTH, "growth of the volume"),
        ("ramp_months", "months", 0.0, (0.0, 600.0), "length of the volume's ramp-up"),
        ("list_price", "currency a unit", None, _ANY, "list price at signing"),
        ("index_inflation", "a year", "inflation", _RATE, "inflation of the index of price reviews"),
        ("collection_chance", "probability", 1.0, _SHARE, "chance that shortfall fees are collected"),
        ("collected", "0 or 1", 1.0, _SHARE, "whether shortfall fees are collected"),
        # the customer's payment
        ("days_late", "days", None, (-365.0, 3650.0), "days that the customer pays late"),
        ("early_payment_uptake", "fraction of invoices", 1.0, _SHARE, "invoices paid early where offered"),
        ("gst_rate", "fraction of net", 0.0, _SHARE, "sales tax funded until an invoice is paid"),
        # costs
        ("unit_cost", "currency a unit", None, _ANY, "avoidable cost of a unit at signing"),
        ("inflation", "a year", None, _RATE, "inflation of unit costs, and of others without a rate of their own"),
        ("capacity", "units a year", _INF, _ANY, "volume above which units cost a surge premium"),
        ("surge_premium", "fraction of unit cost", 0.0, (0.0, 100.0), "premium on units above the capacity"),
        ("supplier_credit_days", "days", 0.0, (0.0, 3650.0), "credit days on the supplier's own costs"),
        ("stock_days", "days", 0.0, (0.0, 3650.0), "days that goods lie in stock, and are paid for"),
        ("stock_buy_back", "fraction of stock", 0.0, _SHARE, "stock that the customer buys back at an early end"),
        ("work", "pieces a unit", 0.0, _ANY, "work that a unit brings: tickets, calls, pallets touched"),
        ("work_growth", "a year", 0.0, _GROWTH, "growth of the work of a unit"),
        ("work_cost", "currency a piece", 0.0, _ANY, "cost of a piece of work at signing"),
        ("work_inflation", "a year", "inflation", _RATE, "inflation of the cost of work"),
        ("planned_work", "pieces a unit", _INF, _ANY, "work above which pieces cost a surge premium"),
        ("work_surge_premium", "fraction of work cost", 0.0, (0.0, 100.0), "premium on work above the plan"),
        ("delivery_cost", "currency a drop", None, _ANY, "cost of a drop of the reference size"),
        ("delivery_beta", "elasticity", 0.0, _SHARE, "elasticity of the cost of a drop to its size"),
        ("reference_drop", "units a drop", 1.0, (1e-9, _INF), "size of drop that delivery_cost is for"),
        ("stop_cost", "currency a drop", 0.0, _ANY, "cost of a stop, whatever the size of the drop"),
        ("redelivery_cost", "currency a failed drop", 0.0, _ANY, "cost of delivering again"),
        ("delivery_inflation", "a year", "inflation", _RATE, "inflation of the cost of a drop"),
        ("fixed_cost", "currency a year", 0.0, _ANY, "avoidable fixed cost to serve"),
        ("fixed_inflation", "a year", 0.0, _RATE, "inflation of fixed costs"),
        ("returns_rate", "fraction of net", None, _SHARE, "handling, returns and claims"),
        ("set_up", "currency", 0.0, _ANY, "set-up cost, paid at signing"),
        # the guarantee
        ("on_time", "probability", None, _SHARE, "probability that an event is on time"),
        ("guarantee_events", "events a month", "deliveries", (0.0, 1e5), "events the guarantee measures"),
        # what can go wrong
        ("insurance_excess", "currency an event", _INF, _ANY, "what the supplier bears of one insured event"),
        ("exit_hazard", "a year", 0.0, _HAZARD, "hazard of an early exit; gives exit_time"),
        ("exit_time", "years", _INF, _ANY, "when the customer gives notice"),
        ("stranded_cost", "currency", 0.0, _ANY, "cost left over by an early end"),
        ("default_hazard", "a year", 0.0, _HAZARD, "hazard of a default; gives default_time"),
        ("default_time", "years", _INF, _ANY, "when the customer defaults"),
        ("loss_given_default", "fraction of open invoices", 0.85, _SHARE, "share lost in a default"),
        # after the contract, and elsewhere
        ("redeploy_share", "fraction of no-deal value", 0.0, _SHARE, "earned by capacity freed early"),
        ("refill_months", "months", 0.0, _ANY, "time to redeploy freed capacity"),
        ("renewal_chance", "probability", 0.0, _SHARE, "chance that a contract that ran its term is renewed"),
        ("renewed", "0 or 1", 0.0, _SHARE, "whether it is renewed"),
        ("renewal_months", "months", 12.0, (0.0, 600.0), "length of the renewed contract"),
        ("market_margin", "currency a unit", 0.0, (-_INF, _INF), "margin of a unit at the market's discount"),
        ("market_discount", "fraction of list price", 0.0, (-1.0, 1.0), "discount that the market gives"),
        ("precedent", "fraction", 1.0, _SHARE, "share of today's gap to the market that carries over"),
        ("exposed_revenue", "currency a year", 0.0, _ANY, "revenue of customers who may hear of the discount"),
        ("leakage_probability", "probability", 0.0, _SHARE, "probability that they do"),
        ("leakage_reference", "fraction of list price", 0.0, (-1.0, 1.0), "discount that they have now"),
        # responses: a term acts on an input
        ("price_elasticity", "elasticity", 0.0, (0.0, 20.0), "per cent of volume that a price lower by 1% brings"),
        ("late_days_per_day", "days a day", 0.0, (-1.0, 10.0), "days late that a longer payment day brings"),
        ("on_time_response", "points a point", 0.0, (-10.0, 10.0), "on-time rate that a stiffer guarantee brings"),
    )
}  # fmt: skip

EVENTS_OF: dict[str, str] = {
    "exit_hazard": "exit_time",
    "default_hazard": "default_time",
    "collection_chance": "collected",
    "renewal_chance": "renewed",
}
"""Quantities that the graph does not read, and the event that is sampled from each: a time or a yes or no."""
