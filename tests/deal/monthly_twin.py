"""A slow twin of the built-in value model: one draw, month by month, written from the equations.

It shares no code with the library. Every sum is `math.fsum` over months or over numbers of late events.
"""

from __future__ import annotations

import math

COMPONENTS = (
    "list_revenue",
    "discount",
    "rebate",
    "price_reviews",
    "financing",
    "unit_cost",
    "delivery",
    "fixed_cost",
    "returns",
    "guarantee_penalties",
    "event_risks",
    "bad_debt",
    "early_termination",
    "set_up",
    "freed_capacity",
)


def month_of(time):
    if math.isinf(time):
        return math.inf
    return max(1, math.ceil(12 * time))


def traded_months(deal):
    return int(min(deal["months"], month_of(deal["exit_time"]), month_of(deal["default_time"])))


def ramp(deal, k):
    return (k - 0.5) / deal["ramp_months"] if k <= deal["ramp_months"] else 1.0


def volume(deal, k):
    return deal["volume"] / 12 * (1 + deal["growth"]) ** ((k - 1) / 12) * ramp(deal, k)


def inflated(deal, k):
    return (1 + deal["inflation"]) ** ((k - 1) / 12)


def index_change(deal, k):
    """Walk through the reviews up to month k; return I_m/I_b - 1 of the last one."""
    hold = min(deal["hold"], deal["months"])
    review = math.ceil(hold) + 1
    if k < review:
        return 0.0
    while review + deal["review_every"] <= k:
        review += deal["review_every"]
    exponent = max(review - 1 - deal["review_lag"], 0)
    base = 0.0 if deal["catch_up"] else hold
    return math.expm1(math.log1p(deal["index_inflation"]) * (exponent - base) / 12)


def penalty_mean(deal):
    drops = deal["deliveries_per_week"] * 52 / 12
    events = deal["guarantee_events"]
    n = round(drops if events is None else events)
    if n == 0:
        return 0.0
    a = deal["on_time"]
    terms = []
    for x in range(n + 1):
        points = 100 * max(0.0, deal["guarantee"] - (n - x) / n)
        penalty = min(deal["penalty_cap"], deal["penalty_rate"] * points)
        terms.append(penalty * math.comb(n, x) * a ** (n - x) * (1 - a) ** x)
    return math.fsum(terms)


def value_one(deal, events=()):
    """Return the components of one draw; `deal` maps every name to a number, `events` are (time, loss)."""
    total, months, rate = traded_months(deal), deal["months"], deal["annual_rate"]
    v = (1 + rate) ** (-1 / 12)
    all_months = range(1, total + 1)
    price, d = deal["list_price"], deal["discount"]
    theta = deal["review_pass_through"]
    wait = deal["payment_days"] + deal["days_late"]
    drops = deal["deliveries_per_week"] * 52 / 12

    listed = [price * volume(deal, k) * v**k for k in all_months]
    reviewed = [(1 - d) * theta * index_change(deal, k) * listed[k - 1] for k in all_months]
    net = [(1 - d) * listed[k - 1] + reviewed[k - 1] for k in all_months]
    cost = [deal["unit_cost"] * inflated(deal, k) * volume(deal, k) * v**k for k in all_months]
    wait_share = 1 - (1 + rate) ** (-wait / 365)
    credit_share = 1 - (1 + rate) ** (-deal["supplier_credit_days"] / 365)

    delivered = []
    for k in all_months:
        size = volume(deal, k) / drops if drops else 0.0
        a_drop = deal["delivery_cost"] * (size / deal["reference_drop"]) ** deal["delivery_beta"]
        failed = (1 - deal["on_time"]) * deal["redelivery_cost"]
        delivered.append(drops * (a_drop + failed) * inflated(deal, k) * v**k)

    lost = math.fsum(
        loss * (1 + rate) ** (-share * months / 12) for share, loss in events if share * months <= total
    )

    bad_debt = 0.0
    if deal["default_time"] < deal["exit_time"] and month_of(deal["default_time"]) <= months:
        bad_debt = deal["loss_given_default"] * net[-1] * max(0.0, min(total, wait * 12 / 365))

    ended = 0.0
    if total < months:
        recovered = deal["recovery_share"] * deal["set_up"] * (1 - total / months)
        ended = (recovered - deal["stranded_cost"]) * v**total

    freed = deal["redeploy_share"] * deal["no_deal"] * max(0.0, months - total - deal["refill_months"])

    return {
        "list_revenue": math.fsum(listed),
        "discount": -d * math.fsum(listed),
        "rebate": -deal["rebate"] * math.fsum(net),
        "price_reviews": math.fsum(reviewed),
        "financing": -wait_share * math.fsum(net) + credit_share * math.fsum(cost),
        "unit_cost": -math.fsum(cost),
        "delivery": -math.fsum(delivered),
        "fixed_cost": -math.fsum(deal["fixed_cost"] / 12 * v**k for k in all_months),
        "returns": -deal["returns_rate"] * math.fsum(net),
        "guarantee_penalties": -penalty_mean(deal) * math.fsum(net),
        "event_risks": -lost,
        "bad_debt": -bad_debt,
        "early_termination": ended,
        "set_up": -deal["set_up"],
        "freed_capacity": freed / months,
    }
