"""Deals to compare the value model and its monthly twin on: a base deal, random deals, and what they must reach.

Jumps are kept off knife edges, where a closed form and a loop may rightly fall on different sides: thresholds of
tiers and uniforms are odd numbers, and moments of exits, defaults and events coincide only where the
arithmetic is exact. Kinks, such as max(0, .), need no such care.
"""

from itertools import accumulate
from types import SimpleNamespace

import numpy as np
from hypothesis import strategies as st

INF = np.inf


def uniforms(seed, n):
    """Return U_k for n draws of 60 months."""
    return SimpleNamespace(values=np.random.default_rng(seed).random((n, 60)))


# Every feature is at work; `EVERYTHING` adds the ends of a trade.
BASE_TERMS = {
    "discount": 0.06,
    "payment_days": 45.0,
    "deliveries_per_week": 3.0,
    "guarantee": 0.93,
    "hold": 6.0,
    "rebate": 0.02,
    "rebate_lag": 1.5,
    "minimum_commitment": 1_120.0,
    "months": 36.0,
    "notice": 2.0,
    "liability_cap": 50_000.0,
    "penalty_rate": 0.01,
    "penalty_cap": 0.05,
    "penalty_annual_cap": 0.008,
    "early_payment_discount": 0.015,
    "early_payment_days": 10.0,
    "minimum_drop": 4.0,
    "termination_recovery": 0.5,
    "excess_work_price": 1.1,
    "review_every": 6.0,
    "review_lag": 1.0,
    "review_pass_through": 0.8,
    "review_cap": 0.011,
    "catch_up": 1.0,
}
BASE_QUANTITIES = {
    "volume": 1_100.0,
    "list_price": 980.0,
    "growth": 0.01,
    "unit_cost": 640.0,
    "inflation": 0.035,
    "delivery_inflation": None,
    "work_inflation": 0.04,
    "fixed_inflation": 0.025,
    "index_inflation": 0.03,
    "days_late": 6.0,
    "early_payment_uptake": 0.3,
    "gst_rate": 0.1,
    "supplier_credit_days": 20.0,
    "stock_days": 12.0,
    "stock_buy_back": 0.25,
    "returns_rate": 0.008,
    "on_time": 0.97,
    "delivery_cost": 340.0,
    "delivery_beta": 0.42,
    "reference_drop": 7.0,
    "stop_cost": 60.0,
    "redelivery_cost": 180.0,
    "fixed_cost": 36_000.0,
    "set_up": 60_000.0,
    "exit_time": INF,
    "default_time": INF,
    "stranded_cost": 12_000.0,
    "loss_given_default": 0.85,
    "redeploy_share": 0.7,
    "refill_months": 6.0,
    "ramp_months": 3.0,
    "guarantee_events": None,
    "collected": 1.0,
    "capacity": 1_118.0,
    "surge_premium": 0.15,
    "work": 1.5,
    "work_growth": 0.02,
    "work_cost": 12.0,
    "planned_work": 1.52,
    "work_surge_premium": 0.4,
    "insurance_excess": 30_000.0,
    "renewed": 1.0,
    "renewal_months": 24.0,
    "market_margin": 90.0,
    "market_discount": 0.1,
    "precedent": 0.6,
    "exposed_revenue": 4e6,
    "leakage_probability": 0.2,
    "leakage_reference": 0.02,
    "price_elasticity": 1.2,
    "late_days_per_day": 0.1,
    "on_time_response": 0.3,
}
BASE = {
    **BASE_TERMS,
    **BASE_QUANTITIES,
    "annual_rate": 0.07,
    "no_deal": 40_000.0,
    "events": [],
    "event_months": 60.0,
    "horizon": INF,
    "rebate_tiers": ((500_003.7, 0.01), (900_007.1, 0.025)),
    "retrospective": 0,
    "fixed_costs": {"depot": 5_000.0},
    "fixed_costs_without": {"idle crew": 7_000.0},
    "late_uniforms": None,
    "discount_proposed": 0.05,
    "payment_days_proposed": 30.0,
    "guarantee_proposed": 0.9,
}
EVERYTHING = {
    "default_time": np.array([1.4, INF]),
    "events": [(0, 0.2, 35_000.0), (1, 0.5, 9_000.0)],
}


def between(low, high):
    """Draw numbers to twelve decimals: what is close to an underflow is no deal."""
    return st.floats(low, high).map(lambda drawn: round(drawn, 12))


RATES = st.one_of(st.sampled_from([0.0, 1e-12, -1e-12, -0.05]), between(-0.2, 0.5))
SHARES = st.sampled_from([0.0, 0.35, 1.0])

RANDOM_TERMS = {
    "discount": st.one_of(st.sampled_from([0.0, 0.06, -0.1]), between(0, 0.9)),
    "payment_days": st.sampled_from([0.0, 30.0, 90.0, 400.0]),
    "deliveries_per_week": st.sampled_from([3.0, 2.0, 5.0, 0.5, 0.0]),
    "guarantee": st.sampled_from([0.97, 0.93, 0.5, 1.0, 0.0]),
    "hold": st.sampled_from([6.0, 0.0, 1.0, 1.5, 5.5, 12.0, 36.0, INF]),
    "rebate": between(0, 0.2),
    "rebate_lag": st.sampled_from([0.0, 1.0, 2.5, 9.0]),
    "minimum_commitment": st.sampled_from([880.0, 1_000.0, 1_300.0, 0.5, 1e5, 0.0]),
    "months": st.sampled_from([1, 2, 17.3, 24, 36, 36, 43, 60]),
    "notice": st.sampled_from([0.0, 1.0, 2.5, 6.0, 60.0]),
    "liability_cap": st.sampled_from([0.0, 20_000.0, INF]),
    "penalty_rate": st.sampled_from([0.001, 0.01, 0.5, 0.0]),
    "penalty_cap": st.sampled_from([0.05, 1.0, 0.0]),
    "penalty_annual_cap": st.sampled_from([0.004, 0.03, 10.0, INF, INF, 0.0]),
    "early_payment_discount": st.sampled_from([0.0, 0.01, 0.03]),
    "early_payment_days": st.sampled_from([0.0, 10.0, 70.0]),
    "minimum_drop": st.sampled_from([3.3, 5.9, 7.1, 9.3, 1e4, 0.0]),
    "termination_recovery": SHARES,
    "excess_work_price": st.sampled_from([0.0, 1.3]),
    "review_every": st.sampled_from([6, 1, 2.5, 3, 40]),
    "review_lag": st.sampled_from([2.0, 0.0, 4.5, 9.0]),
    "review_pass_through": st.sampled_from([0.8, 1.0, 0.0]),
    "review_cap": st.sampled_from([0.02, 0.0, 0.004, 0.01, 0.1, INF]),
    "catch_up": st.sampled_from([0, 1]),
}
RANDOM_QUANTITIES = {
    "volume": st.sampled_from([1_100.0, 900.0, 1_500.0, 1.0, 0.0]),
    "list_price": st.one_of(st.sampled_from([0.0, 980.0]), between(1, 2_000)),
    "growth": st.one_of(
        st.sampled_from([0.0, 1e-12, -1e-12, -0.5, -0.9]), between(-0.1, 0.2), between(-0.9, 1)
    ),
    "unit_cost": between(0, 1_000),
    "inflation": RATES,
    "fixed_inflation": RATES,
    "days_late": between(-60, 60),
    "early_payment_uptake": SHARES,
    "gst_rate": st.sampled_from([0.0, 0.1]),
    "supplier_credit_days": st.sampled_from([0.0, 30.0]),
    "stock_days": st.sampled_from([0.0, 12.0, 45.0]),
    "stock_buy_back": SHARES,
    "returns_rate": st.sampled_from([0.0, 0.008, 0.1]),
    "on_time": st.one_of(st.sampled_from([0.0, 1e-12, 0.97, 1 - 1e-12, 1.0]), between(0, 1)),
    "delivery_cost": st.sampled_from([0.0, 340.0]),
    "delivery_beta": st.sampled_from([0.0, 0.42, 1.0]),
    "reference_drop": st.sampled_from([1.0, 50.0]),
    "stop_cost": st.sampled_from([0.0, 60.0]),
    "redelivery_cost": st.sampled_from([0.0, 180.0]),
    "fixed_cost": st.sampled_from([0.0, 36_000.0]),
    "set_up": between(0, 1e5),
    "exit_time": st.sampled_from(
        [INF] * 8 + [0.0, 1e-9, 0.5 / 12, 1 / 12, 1.0, 1.4, 1.98, 35.5 / 12, 3.0, 40.0]
    ),
    "default_time": st.sampled_from(
        [INF] * 8 + [0.0, 0.3 / 12, 1 / 12, 0.55, 1.0, 1.71, 35.2 / 12, 3.0, 3.07]
    ),
    "stranded_cost": st.sampled_from([0.0, 12_000.0]),
    "loss_given_default": SHARES,
    "redeploy_share": SHARES,
    "refill_months": st.sampled_from([0.0, 2.5, 6.0]),
    "ramp_months": st.sampled_from([0.0, 0.0, 0.3, 2.0, 2.5, 12.0, 50.0]),
    "collected": SHARES,
    "capacity": st.sampled_from([1_000.0, 1_150.0, 0.0, 1e7, INF]),
    "surge_premium": st.sampled_from([0.0, 0.15]),
    "work": st.sampled_from([0.0, 1.5]),
    "work_growth": RATES,
    "work_cost": st.sampled_from([0.0, 12.0]),
    "planned_work": st.sampled_from([0.0, 1.48, 1.52, 1e4, INF]),
    "work_surge_premium": st.sampled_from([0.0, 0.4]),
    "insurance_excess": st.sampled_from([0.0, 15_000.0, INF]),
    "renewed": SHARES,
    "renewal_months": st.sampled_from([0.0, 12.0, 24.5]),
    "market_margin": st.sampled_from([-100.0, 90.0]),
    "market_discount": st.sampled_from([0.0, 0.1, 0.4]),
    "precedent": SHARES,
    "exposed_revenue": st.sampled_from([0.0, 4e6]),
    "leakage_probability": SHARES,
    "leakage_reference": st.sampled_from([0.0, 0.02, 0.3]),
    "price_elasticity": st.sampled_from([0.0, 1.2]),
    "late_days_per_day": st.sampled_from([0.0, 0.1]),
    "on_time_response": st.sampled_from([-0.4, 0.0, 0.3]),
    "no_deal": between(-1e5, 1e5),
    "horizon": st.sampled_from([INF] * 4 + [0.0, 1.0, 7.3, 12.0, 13.5, 30.0, 37.0, 200.0]),
}
MAYBE_NOT_GIVEN = {
    "delivery_inflation": (RATES, [None, "inflation"]),
    "work_inflation": (RATES, [None, "inflation"]),
    "index_inflation": (st.one_of(between(0.01, 0.3), RATES), [None, "inflation"]),
    "guarantee_events": (st.sampled_from([40.0, 13.0, 1.0, 0.0]), [None, "deliveries"]),
}
RANDOM_CONSTANTS = {
    "annual_rate": st.sampled_from([0.07, 0.0, -0.03, 1e-14, 0.4]),
    "retrospective": st.sampled_from([0, 1]),
    "discount_proposed": st.sampled_from([0.0, 0.06, 0.5]),
    "payment_days_proposed": st.sampled_from([0.0, 45.0]),
    "guarantee_proposed": st.sampled_from([0.0, 0.93]),
}
# Half of the deals run long and sell something, so that clauses come and go within the term.
BUSY = {
    "months": st.sampled_from([24, 36, 43]),
    "hold": st.sampled_from([0.0, 1.0, 1.5, 5.5, 6.0]),
    "notice": st.sampled_from([0.0, 1.0]),
    "review_every": st.sampled_from([1, 2.5, 3, 6]),
    "review_pass_through": st.sampled_from([0.8, 1.0]),
    "review_cap": st.sampled_from([0.0, 0.004, 0.01, 0.02]),
    "volume": st.sampled_from([900.0, 1_100.0, 1_500.0]),
    "growth": between(-0.1, 0.2),
    "exit_time": st.sampled_from([INF, INF, 1.9, 1.98, 34.5 / 12, 35.5 / 12, 3.0]),
    "default_time": st.sampled_from([INF, INF, INF, 1.71]),
    "horizon": st.sampled_from([INF, INF, INF, 25.0, 37.0, 44.0]),
    "ramp_months": st.sampled_from([0.0, 2.5, 12.0]),
    "work": st.just(1.5),
    "planned_work": st.sampled_from([1.48, 1.52, 1.6]),
    "work_growth": between(-0.05, 0.1),
    "on_time": between(0.8, 1.0),
}
THRESHOLDS = (0.0, 1_003.7717, 137_003.7717, 811_111.1371, 1.7717e12)


def _number_or_array(draw, n, each):
    return np.array([draw(each) for _ in range(n)], dtype=float) if draw(st.booleans()) else draw(each)


@st.composite
def deals(draw):
    """Draw (n, deal): 1 to 4 draws of a deal, its quantities being arrays or numbers."""
    n = draw(st.integers(1, 4))
    other = BUSY if draw(st.booleans()) else {}
    deal = {name: draw(other.get(name, each)) for name, each in (RANDOM_TERMS | RANDOM_CONSTANTS).items()}
    deal |= {
        name: _number_or_array(draw, n, other.get(name, each)) for name, each in RANDOM_QUANTITIES.items()
    }
    for name, (given, not_given) in MAYBE_NOT_GIVEN.items():
        deal[name] = draw(st.sampled_from([..., ..., *not_given]))
        if deal[name] is ...:
            deal[name] = _number_or_array(draw, n, given)
    moments = st.sampled_from([0.0, 0.11, 0.5, 0.987, 1.0])
    deal["events"] = draw(st.lists(st.tuples(st.integers(0, n - 1), moments, between(0, 1e5)), max_size=5))
    deal["event_months"] = max(1, round(deal["months"])) + draw(st.sampled_from([0.0, 12.5]))
    above = sorted(draw(st.sets(st.sampled_from(THRESHOLDS), max_size=3)))
    steps = [draw(st.sampled_from([0.004, 0.03])) for _ in above]
    deal["rebate_tiers"] = tuple(zip(above, accumulate(steps), strict=True))
    names = draw(st.sampled_from([(), ("depot",), ("depot", "clerk")]))
    deal["fixed_costs"] = {name: _number_or_array(draw, n, between(0, 1e4)) for name in names}
    names = draw(st.sampled_from([(), ("idle crew",), ("idle crew", "lease")]))
    deal["fixed_costs_without"] = {name: _number_or_array(draw, n, between(0, 1e4)) for name in names}
    drawn = uniforms(draw(st.integers(0, 999)), n)
    deal["late_uniforms"] = None if deal["penalty_annual_cap"] == INF and draw(st.booleans()) else drawn
    return n, deal


def one_draw(deal, row):
    """Return the leaves of one draw as plain numbers, and what the twin takes beside them."""

    def number(value):
        value = value[row] if isinstance(value, np.ndarray) else value
        return float(value) if isinstance(value, np.floating) else value

    one = {name: number(value) for name, value in deal.items()}
    for table in ("fixed_costs", "fixed_costs_without"):
        one[table] = {name: number(value) for name, value in deal[table].items()}
    late = one.pop("late_uniforms")
    beside = {
        "events": [(share, severity) for draw, share, severity in one.pop("events") if draw == row],
        "tiers": one.pop("rebate_tiers"),
        "uniforms": None if late is None else late.values[row].tolist(),
        "horizon": one.pop("horizon"),
    }
    return one, beside


def _three_ways(name, months):
    """Name how a clause acts over the months: never, sometimes or always."""
    months = list(months)
    return (
        f"{name}: {'always' if all(months) else 'sometimes' if any(months) else 'never'}" if months else None
    )


def situations(twin, one, beside):
    """Yield the name of every situation that this draw is in."""
    t, x, d = twin.term(one), twin.exit_month(one), twin.month_of(one["default_time"])
    rows, h = twin.ledger(one), beside["horizon"]
    last, leaves = len(rows), twin.month_of(one["exit_time"])
    rates = ["annual_rate", "inflation", "fixed_inflation", "work_growth", "growth"]
    for name in rates:
        yield f"{name}: {'zero' if one[name] == 0 else 'tiny' if abs(one[name]) < 1e-9 else one[name] > 0}"
    for name in ("delivery_inflation", "work_inflation", "index_inflation"):
        rate = twin.inflation(one, name)
        yield f"{name}: {'not given' if rate is not one[name] else 'zero' if rate == 0 else rate > 0}"
    yield f"growth: collapse {one['growth'] <= -0.5}"
    yield f"term: {'one month' if t == 1 else 'whole years' if t % 12 == 0 else 'broken years'}"
    hold = one["hold"]
    yield f"hold: {'never reviewed' if hold == INF else 'beyond' if hold >= t else 'broken' if hold % 1 else 'whole'}"
    for name, happens in {
        "review lag beyond hold": hold < one["review_lag"] < last,
        "exit: first month": x == last == 1,
        "exit: last month": x == last == t > 1,
        "exit: notice beyond term": leaves <= t < x,
        "default: before exit": twin.defaulted(one) and x < INF,
        "default: after exit": x < d <= t,
        "default: first month": twin.defaulted(one) and d == 1,
        "volume: zero": one["volume"] == 0,
        "ramp: longer than the trade": one["ramp_months"] > last,
        "ramp: broken": last > one["ramp_months"] and one["ramp_months"] % 1,
        "fixed costs": bool(one["fixed_costs"]),
        "costs avoided until an early end": bool(one["fixed_costs_without"]) and last < t,
        "default: with a shortfall fee open": twin.defaulted(one)
        and one["collected"] > 0
        and twin.missing_units(one, last) > 0,
        "default: with extra work open": twin.defaulted(one) and twin.extra_work(one, rows[-1]) > 0,
        "default: with set-up to recover": twin.defaulted(one)
        and last < t
        and one["termination_recovery"] > 0
        and 0 < one["loss_given_default"] < 1,
        "default: with stock to buy back": twin.defaulted(one)
        and last < t
        and one["stock_buy_back"] > 0
        and one["stock_days"] > 0,
        "horizon: zero": h == 0,
        "horizon: one month": h == 1 < last,
        "horizon: broken": h % 1 and h < last,
        "horizon: within": 1 < h < last,
        "horizon: beyond": last < h < INF,
        "horizon: cuts off a bonus": bool(beside["tiers"]) and last <= h < last + one["rebate_lag"],
    }.items():
        if happens:
            yield name
    if one["early_payment_discount"] == 0:
        yield "early payment: none"
    else:
        yield f"early payment: {one['early_payment_uptake']}"
    if one["volume"] > 0:
        yield from _clauses(twin, one, beside, rows)


def _clauses(twin, one, beside, rows):
    """Yield how each clause acts on a deal that sells something."""
    months = [row.month for row in rows]
    yield _three_ways("commitment missed", (twin.missing_units(one, k) > 0 for k in months))
    yield _three_ways("beyond capacity", (row.units > one["capacity"] / 12 for row in rows))
    if one["work"] > 0:
        yield _three_ways("beyond planned work", (twin.excess_work(one, k) > 0 for k in months))
    if one["deliveries_per_week"] > 0:
        agreed = twin.deliveries(one)
        small = (twin.drops_and_size(one, row.units)[0] < agreed for row in rows)
        yield _three_ways(f"minimum drop, beta {one['delivery_beta']}", small)
    reviewed = [k for k in twin.review_months(one) if k <= len(rows)]
    if reviewed and one["review_cap"] < INF and one["review_pass_through"] > 0:
        levels = twin.price_levels(one)
        cut = (levels[k - 1] < twin.review_target(one, k) for k in reviewed)
        yield _three_ways(f"review cap, catch-up {one['catch_up']}", cut)
    chances = twin.chances(one)
    missed = [x for x in range(len(chances)) if x > 0 and one["guarantee"] > 1 - x / (len(chances) - 1)]
    if missed and one["penalty_rate"] > 0:
        uncut = {**one, "penalty_cap": INF}
        yield _three_ways("penalty cap", (twin.penalty(one, x) < twin.penalty(uncut, x) for x in missed))
        if one["penalty_annual_cap"] < INF:
            free = -twin.guarantee_penalties({**one, "penalty_annual_cap": 1e9}, rows, beside["uniforms"])
            paid = -twin.guarantee_penalties(one, rows, beside["uniforms"])
            if free > 0:
                yield f"annual penalty cap: {'zero' if paid == 0 else 'binds' if paid < free else 'does not'}"
    for year in twin.by_year(rows):
        turnover = sum(row.net for row in year)
        reached = sum(turnover >= above for above, _ in beside["tiers"])
        kind = "retrospective" if one["retrospective"] else "marginal"
        if beside["tiers"]:
            yield f"{kind} tiers: {'none' if reached == 0 else 'all' if reached == len(beside['tiers']) else 'some'}"


def _every(name, *ways):
    return {f"{name}: {way}" for way in ways}


THREE = ("never", "sometimes", "always")
MUST_REACH = set().union(
    _every("annual_rate", "zero", "tiny", False, True),
    *(
        _every(name, "zero", "tiny", False, True)
        for name in ("inflation", "fixed_inflation", "work_growth", "growth")
    ),
    *(
        _every(f"{name}_inflation", "not given", "zero", False, True)
        for name in ("delivery", "work", "index")
    ),
    {"growth: collapse True", "review lag beyond hold", "volume: zero", "fixed costs"},
    {"costs avoided until an early end"},
    _every(
        "default",
        *(
            f"with {what}"
            for what in ("a shortfall fee open", "extra work open", "set-up to recover", "stock to buy back")
        ),
    ),
    _every("term", "one month", "whole years", "broken years"),
    _every("hold", "never reviewed", "beyond", "broken", "whole"),
    _every("exit", "first month", "last month", "notice beyond term"),
    _every("default", "before exit", "after exit", "first month"),
    _every("ramp", "longer than the trade", "broken"),
    _every("horizon", "zero", "one month", "broken", "within", "beyond", "cuts off a bonus"),
    _every("early payment", "none", 0.0, 0.35, 1.0),
    _every("commitment missed", *THREE),
    _every("beyond capacity", *THREE),
    _every("beyond planned work", *THREE),
    *(_every(f"minimum drop, beta {beta}", *THREE) for beta in (0.0, 0.42, 1.0)),
    _every("review cap, catch-up 0", "never", "sometimes"),
    _every("review cap, catch-up 1", *THREE),
    _every("penalty cap", *THREE),
    _every("annual penalty cap", "zero", "binds", "does not"),
    *(_every(f"{kind} tiers", "none", "some", "all") for kind in ("retrospective", "marginal")),
)
