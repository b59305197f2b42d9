"""The packaging deal with every component switched on, as a careful analyst would write it in NumPy.

This is the yardstick for the library's speed on a full contract, and an independent witness of its
values. It follows the equations of docs/value-model.md for the one contract of `careful_full_draws`, and
imports nothing of walkaway_sim. Whatever runs at a constant rate over a stretch of months is a
geometric sum, also beyond the month in which a growing quantity crosses a threshold; only the penalties,
which are random in every month, are added up month by month. Draws pass in chunks that stay in the cache.

Run it to see one look at the value: ``python benchmarks/careful_full.py``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from careful_full_draws import CONTRACT, COSTS_WITHOUT, FIXED_COSTS, REBATE_TIERS, TINY, Chunk, draw, log_rate
from careful_numpy import FloatArray

CHUNK = 2**14
COMPONENTS = (
    "list_revenue", "shortfall_fee", "capacity_surge", "discount", "rebate", "price_reviews",
    "early_payment_discount", "financing", "unit_cost", "workload", "excess_work_billed", "delivery",
    "fixed_cost", "returns", "guarantee_penalties", "event_risks", "bad_debt", "early_termination",
    "set_up", "renewal", "leakage", "freed_capacity", "costs_avoided",
)  # fmt: skip


def geometric(x: Any, after: Any, upto: Any) -> FloatArray:
    """Return the sum of ``exp(x (k - 1))`` over ``after < k <= upto``."""
    x = x + TINY
    total: FloatArray = np.expm1(x * upto)
    total -= np.expm1(x * after)
    total /= np.expm1(x)
    return total


def power(x: FloatArray, k: int) -> Any:
    """Return ``exp(x k)``, which is the number 1 at first."""
    return np.exp(x * k) if k > 0 else 1.0


def sides(
    start: Any, x: FloatArray, level: float, first: FloatArray, last: FloatArray
) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    """Return the months in which ``start exp(x (k - 1))`` is above a level, and those in which it is below.

    Both are pairs ``(after, upto)`` within ``first < k <= last``.
    """
    turn = np.log(level / start) / x
    turn += 1
    np.floor(turn, out=turn)
    np.clip(turn, first, last, out=turn)
    rising = (x > 0).astype(np.float64)
    early = (turn - first) * rising
    late = (last - turn) * rising
    return (first + early, turn + late), (turn - early, last - late)


def shortfall_fee(s: Chunk) -> FloatArray:
    """Return what the customer pays for volume below its commitment."""
    least = CONTRACT["minimum_commitment"] / 12
    lowest = s.units * np.minimum(s.growth_end, 1.0)
    i = np.flatnonzero((lowest < least) & (s.draws["collected"] > 0))
    units, x = s.units[i], s.growth[i] + s.log_v + TINY
    _, (first, last) = sides(units, s.growth[i], least, s.after_ramp[i], s.life[i])
    committed = least / math.expm1(s.log_v)
    wanted = units / np.expm1(x)

    def upto(month: FloatArray) -> Any:
        return committed * np.expm1(s.log_v * month) - wanted * np.expm1(x * month)

    whole = upto(last)
    before = np.ones_like(units)
    due = whole - upto(first)
    rises = [(0, before)]
    for start, level in s.reviews:
        here = level[i]
        rises.append((start, here - before))
        due += rises[-1][1] * (whole - upto(np.clip(start, first, last)))
        before = here
    for k, (share, trading, grown) in enumerate(s.ramp_of(i), 1):
        short = np.maximum(least - units * grown, 0.0) * (share * s.v ** (k - 1)) * trading
        due += short * sum(rise for start, rise in rises if start < k)
    fee = np.zeros_like(s.life)
    fee[i] = s.price * s.v * s.draws["collected"][i] * due
    return fee


def capacity_surge(s: Chunk) -> FloatArray:
    """Return the premium on units above capacity."""
    most = CONTRACT["capacity"] / 12
    i = np.flatnonzero(s.units * np.maximum(s.growth_end, 1.0) > most)
    units, growth = s.units[i], s.growth[i]
    y = s.inflation[i] + s.log_v
    above, _ = sides(units, growth, most, s.after_ramp[i], s.life[i])
    over = units * geometric(growth + y, *above) - most * geometric(y, *above)
    for k, (share, trading, grown) in enumerate(s.ramp_of(i)):
        over += np.maximum(share * grown * units - most, 0.0) * (power(y, k) * trading)
    surge = np.zeros_like(s.life)
    surge[i] = -CONTRACT["surge_premium"] * s.v * s.draws["unit_cost"][i] * over
    return surge


def workload(s: Chunk) -> tuple[FloatArray, FloatArray]:
    """Return the cost of the work, and what is billed of the work beyond plan."""
    c = CONTRACT
    work, plan = c["work"], c["planned_work"]
    x = log_rate(s.draws["work_growth"])
    y = log_rate(s.draws["work_inflation"])
    y += s.growth + s.log_v
    money = s.v * s.draws["work_cost"] * s.units
    (cost,) = s.ramped(x + y)
    cost *= -work
    cost *= money

    i = np.flatnonzero(x * (s.months - 1) > math.log(plan / work)) if work < plan else np.arange(x.size)
    x, y = x[i], y[i]
    above, _ = sides(work, x, plan, s.after_ramp[i], s.life[i])
    over = work * geometric(x + y, *above) - plan * geometric(y, *above)
    for k, (share, trading, _) in enumerate(s.ramp_of(i)):
        over += np.maximum(work * power(x, k) - plan, 0.0) * (power(y, k) * trading * share)
    over *= money[i]
    billed = np.zeros_like(s.life)
    billed[i] = c["excess_work_price"] * over
    cost[i] -= c["work_surge_premium"] * over
    return cost, billed


def delivery(s: Chunk) -> FloatArray:
    """Return the cost of the drops: as many as agreed, or fewer of the least size."""
    c = CONTRACT
    n = 52 / 12 * c["deliveries_per_week"]
    if n == 0:
        return np.zeros_like(s.life)
    beta, least = c["delivery_beta"], c["minimum_drop"]
    x = log_rate(s.draws["delivery_inflation"])
    x += s.log_v
    stop = c["stop_cost"] + (1 - s.on_time) * c["redelivery_cost"]
    drop = s.draws["delivery_cost"]
    size = (s.units / (n * c["reference_drop"])) ** beta
    size_growth = beta * s.growth
    least_size = (least / c["reference_drop"]) ** beta
    full, small = sides(s.units, s.growth, n * least, s.after_ramp, s.life)
    cost = drop * size
    cost *= geometric(x + size_growth, *full)
    cost += stop * geometric(x, *full)
    cost *= n
    drops = s.units / least
    cost += drops * (stop + drop * least_size) * geometric(x + s.growth, *small)
    for k, (share, trading, grown) in enumerate(s.ramp):
        of_drop = drop * np.maximum(share**beta * power(size_growth, k) * size, least_size)
        of_drop += stop
        of_drop *= np.minimum(share * grown * drops, n)
        cost += power(x, k) * trading * of_drop
    cost *= -s.v
    return cost


def late_steps(s: Chunk) -> list[tuple[Any, float]]:
    """Return the uniforms above which a further drop of a month is late, and what it adds to the penalty.

    Only drops that add something are returned. The uniforms are single precision; a chance whose last 29
    bits are cut off has the same ones above it.
    """
    c = CONTRACT
    n = round(c.get("guarantee_events", 52 / 12 * c["deliveries_per_week"]))
    steps: list[tuple[Any, float]] = []
    below = np.zeros_like(s.life)
    late = 1 - s.on_time
    before = 0.0
    for x in range(n + 1 if n else 0):
        points = 100 * max(0.0, c["guarantee"] - (n - x) / n)
        penalty = min(c["penalty_cap"], c["penalty_rate"] * points)
        if penalty > before:
            cut = (below.view(np.int64) & -(1 << 29)).view(np.float64)
            steps.append((cut.astype(np.float32), penalty - before))
        before = penalty
        if before >= c["penalty_cap"]:
            break
        below += math.comb(n, x) * late**x * s.on_time ** (n - x)
    return steps


def by_month(s: Chunk) -> tuple[list[FloatArray], FloatArray]:
    """Return the net revenue of each contract year, not discounted, and the penalties of late drops."""
    steps = late_steps(s)
    uniforms = np.empty(s.uniforms.shape[::-1], np.float32)
    for i in range(0, s.life.size, 512):
        uniforms[:, i : i + 512] = s.uniforms[i : i + 512].T
    gone = s.ended[np.argsort(s.life[s.ended].astype(np.int16), kind="stable")]
    cuts = np.searchsorted(s.life[gone], np.arange(s.months + 1), side="right")
    jumps: dict[int, Any] = {}
    before: Any = 1.0
    for start, level in s.reviews:
        jumps[start + 1] = level / before
        before = level

    step = np.exp(s.growth)
    running = s.price * s.units
    late, more = np.empty_like(running), np.empty_like(running)
    years = []
    penalties = np.zeros_like(running)
    for first in range(1, s.months + 1, 12):
        year, due, worth = np.zeros_like(running), np.zeros_like(running), np.zeros_like(running)
        for k in range(first, min(first + 12, s.months + 1)):
            if k > 1:
                running *= step
                running[gone[cuts[k - 2] : cuts[k - 1]]] = 0.0
            if k in jumps:
                running *= jumps[k]
            net = running * s.ramp[k - 1][0] if k <= len(s.ramp) else running
            year += net
            for j, (threshold, added) in enumerate(steps):
                np.greater(uniforms[k - 1], threshold, out=more if j else late)
                if j:
                    more *= added / steps[0][1]
                    late += more
            if steps:
                late *= net
                due += late
                late *= s.v**k
                worth += late
        years.append(year)
        if steps:
            due *= steps[0][1]
            scale = CONTRACT["penalty_annual_cap"] * year / np.maximum(due, 1e-290)
            np.minimum(scale, 1.0, out=scale)
            scale *= worth
            penalties -= steps[0][1] * scale
    return years, penalties


def rebate_bonus(s: Chunk, years: list[FloatArray]) -> FloatArray:
    """Return the rebate's tiers on each year's net revenue."""
    bonus = np.zeros_like(s.life)
    below = (0.0, *(extra for _, extra in REBATE_TIERS))
    for y, net in enumerate(years, 1):
        paid = s.v_end if 12 * y >= s.months else np.exp(s.log_v * np.minimum(s.life, 12 * y))
        for (above, extra), before in zip(REBATE_TIERS, below, strict=False):
            part = np.maximum(net - above, 0.0)
            part *= extra - before
            part *= paid
            bonus += part
    bonus *= s.v ** CONTRACT["rebate_lag"]
    return bonus


def bad_debt(s: Chunk, uptake: FloatArray) -> FloatArray:
    """Return the loss on the invoices open at a default."""
    c, i = CONTRACT, s.defaulted
    d = s.draws
    taken = uptake[i]
    open_months = (1 - taken) * s.wait[i] + taken * c["early_payment_days"]
    open_months = 12 / 365 * np.maximum(open_months, 0.0)
    held = s.reviews[0][0] if s.reviews else s.months
    every = max(1, round(c["review_every"]))
    levels = np.stack([np.ones(i.size), *(level[i] for _, level in s.reviews)])
    goods, least = s.price * s.units[i], s.price * c["minimum_commitment"] / 12
    work_growth, work_inflation = log_rate(d["work_growth"][i]), log_rate(d["work_inflation"][i])
    extra = c["excess_work_price"] * d["work_cost"][i] * s.units[i]
    owed = np.zeros(i.size)
    for j in range(math.ceil(open_months.max(initial=0.0))):
        month = s.life[i] - j
        at = np.clip((month - 1 - held) // every + 1, 0, len(s.reviews)).astype(np.intp)
        grown = np.exp(s.growth[i] * (month - 1))
        bill = goods * grown + d["collected"][i] * np.maximum(least - goods * grown, 0.0)
        bill *= levels[at, np.arange(i.size)]
        beyond = np.maximum(c["work"] * np.exp(work_growth * (month - 1)) - c["planned_work"], 0.0)
        bill += extra * np.exp(work_inflation * (month - 1)) * grown * beyond
        owed += (month >= 1) * bill * s.ramp_at(month) * np.clip(open_months - j, 0.0, 1.0)
    lost = np.zeros_like(s.life)
    owed *= 1 - c["early_payment_discount"] * taken
    lost[i] = -c["loss_given_default"] * owed * s.v_end[i]
    return lost


def early_termination(s: Chunk) -> FloatArray:
    """Return what an early end costs and recovers."""
    c, d, i = CONTRACT, s.draws, s.ended
    life = s.life[i]
    units = s.units[i] * s.ramp_at(life) * np.exp((s.growth[i] + s.inflation[i]) * (life - 1))
    pays = np.ones_like(s.life)
    pays[s.defaulted] -= c["loss_given_default"]
    pays = pays[i]
    stock = (1 - pays * c["stock_buy_back"]) * (c["stock_days"] * 12 / 365) * d["unit_cost"][i] * units
    recovered = pays * c["termination_recovery"] * d["set_up"][i] * (1 - life / s.months)
    result = np.zeros_like(s.life)
    result[i] = s.v_end[i] * (recovered - c["stranded_cost"] - stock)
    return result


def chunk_components(s: Chunk) -> dict[str, FloatArray]:
    """Return the components of a run of draws in any order, without the event risks."""
    c, d, v = CONTRACT, s.draws, s.v
    day = 12 * s.log_v / 365
    x = s.growth + s.log_v
    part = {"shortfall_fee": shortfall_fee(s), "capacity_surge": capacity_surge(s)}

    # Revenue, and the shares of it that go.
    month = s.units * (c["list_price"] * v)
    whole, *rest = s.ramped(x, [0, *(start for start, _ in s.reviews)])
    listed = part["list_revenue"] = month * whole
    part["discount"] = -c["discount"] * listed
    uplift = np.zeros_like(listed)
    before: Any = 1.0
    for (_, level), after in zip(s.reviews, rest, strict=True):
        after *= level - before
        uplift += after
        before = level
    uplift *= (1 - c["discount"]) * month
    part["price_reviews"] = uplift
    net = (1 - c["discount"]) * listed + uplift
    years, part["guarantee_penalties"] = by_month(s)
    part["rebate"] = -c["rebate"] * v ** c["rebate_lag"] * net - rebate_bonus(s, years)
    part["returns"] = -d["returns_rate"] * net

    # Waiting for the money.
    early = c["early_payment_discount"]
    uptake = d["early_payment_uptake"] if early > 0 else np.zeros_like(net)
    part["workload"], part["excess_work_billed"] = workload(s)
    billed = net + part["shortfall_fee"] + part["excess_work_billed"]
    part["early_payment_discount"] = -early * uptake * billed
    early_wait = -(1 - early) * math.expm1(day * c["early_payment_days"])
    waiting = early_wait * uptake - (1 - uptake) * np.expm1(day * s.wait)
    units_cost = d["unit_cost"] * s.units * v * s.ramped(x + s.inflation)[0]
    credit = -math.expm1(day * (c["supplier_credit_days"] - c["stock_days"]))
    part["financing"] = credit * units_cost - (1 + c["gst_rate"]) * billed * waiting

    # Costs.
    part["unit_cost"] = -units_cost
    part["delivery"] = delivery(s)
    a_year = v / 12 * geometric(math.log1p(c["fixed_inflation"]) / 12 + s.log_v, 0, s.life)
    part["fixed_cost"] = -(c["fixed_cost"] + sum(FIXED_COSTS.values())) * a_year
    part["costs_avoided"] = sum(COSTS_WITHOUT.values()) * a_year
    part["set_up"] = -d["set_up"]

    # The end, and after it.
    part["bad_debt"] = bad_debt(s, uptake)
    part["early_termination"] = early_termination(s)
    gap = c["precedent"] * c["list_price"] * (c["discount"] - c["market_discount"])
    renewals = sum(v**k for k in range(1, round(c["renewal_months"]) + 1))
    ramp_end = min(1.0, (s.months - 0.5) / c["ramp_months"]) if s.months <= c["ramp_months"] else 1.0
    renewed_unit = max(0.0, renewals * (c["market_margin"] - gap)) * ramp_end * v**s.months
    part["renewal"] = renewed_unit * d["renewed"] * s.units * s.growth_end
    part["renewal"][12 * d["exit_time"] <= s.months] = 0.0
    part["renewal"][s.defaulted] = 0.0
    exposed = c["exposed_revenue"] / 12 * c["leakage_probability"] * sum(v**k for k in range(1, s.months + 1))
    part["leakage"] = np.full_like(net, -exposed * max(0.0, c["discount"] - c["leakage_reference"]))
    left = np.maximum(s.months - s.life - c["refill_months"], 0.0)
    part["freed_capacity"] = c["redeploy_share"] / s.months * d["no_deal"] * left
    return part


def event_risks(s: Chunk, events: list[tuple[Any, Any, Any]], lo: int, hi: int) -> FloatArray:
    """Return the losses by events, from their draws in order, times and severities."""
    most = min(CONTRACT["liability_cap"], CONTRACT["insurance_excess"])
    total = np.zeros_like(s.life)
    for draw_of, when, severity in events:
        here = slice(*np.searchsorted(draw_of, (lo, hi)))
        month = when[here] * CONTRACT["event_months"]
        owner = draw_of[here] - lo
        losses = np.minimum(severity[here], most) * np.exp(s.log_v * month) * (month <= s.life[owner])
        total -= np.bincount(owner, weights=losses, minlength=hi - lo)
    return total


def chunks(draws: dict[str, Any]) -> Iterator[tuple[slice, dict[str, FloatArray]]]:
    """Yield the components chunk by chunk, and the draws that they belong to."""
    n = draws["volume"].size
    events = []
    for found in draws["events"].values():
        order = np.argsort(found.draw, kind="stable")
        events.append((found.draw[order], found.time[order], found.severity[order]))
    for lo in range(0, n, CHUNK):
        hi = min(lo + CHUNK, n)
        s = Chunk(draws, lo, hi)
        yield slice(lo, hi), {**chunk_components(s), "event_risks": event_risks(s, events, lo, hi)}


def components(draws: dict[str, Any]) -> dict[str, FloatArray]:
    """Return the components of the value on each draw at the proposed terms, in their order [currency]."""
    result = {name: np.empty(draws["volume"].size) for name in COMPONENTS}
    for here, part in chunks(draws):
        for name, array in result.items():
            array[here] = part[name]
    return result


def value(draws: dict[str, Any]) -> FloatArray:
    """Return the value of the deal on each draw at the proposed terms [currency]."""
    result = np.zeros(draws["volume"].size)
    for here, part in chunks(draws):
        total = result[here]
        for name in COMPONENTS:
            total += part[name]
    return result


if __name__ == "__main__":
    begun = time.perf_counter()
    drawn = draw(2**20, 7)
    sampled = time.perf_counter()
    values = value(drawn)
    valued = time.perf_counter()
    print(f"sampling {sampled - begun:.3f} s, one look at the value {valued - sampled:.3f} s")
    for component, amounts in components(drawn).items():
        print(f"{component:24s} {amounts.mean():14,.0f}")
    print(f"{'value':24s} {values.mean():14,.0f}")
