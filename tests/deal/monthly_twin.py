"""A slow twin of the built-in value model: one draw, month by month, written from docs/value-model.md alone.

It shares no code with the library and knows no closed forms. A deal becomes a ledger with one row a month, as
in a spreadsheet; nearly every component is the sum of a column of that ledger, brought back to today. The
numbers at the head of the components are those of the document.
"""

from __future__ import annotations

import math
from types import SimpleNamespace

# fmt: off
COMPONENTS = (
    "list_revenue", "shortfall_fee", "capacity_surge", "discount", "rebate", "price_reviews",
    "early_payment_discount", "financing", "unit_cost", "workload", "excess_work_billed", "delivery",
    "fixed_cost", "returns", "guarantee_penalties", "event_risks", "bad_debt", "early_termination",
    "set_up", "renewal", "leakage", "freed_capacity", "costs_avoided",
)
# fmt: on


# --- Times ---
def term(deal):
    """T: the term in whole months, at least 1."""
    return max(1, round(deal["months"]))


def month_of(time):
    """Return the month in which a moment falls, the time being in years; a moment at 0 falls in month 1."""
    return math.inf if math.isinf(time) else max(1, math.ceil(12 * time))


def exit_month(deal):
    """X: the month of the customer's exit; notice runs from the month in which it decides to leave."""
    return month_of(deal["exit_time"]) + round(deal["notice"])


def months_traded(deal):
    """L = min(T, X, D)."""
    return min(term(deal), exit_month(deal), month_of(deal["default_time"]))


def defaulted(deal):
    """Tell whether the customer goes bust before it has left and before the term is over."""
    left = deal["exit_time"] + round(deal["notice"]) / 12
    return deal["default_time"] < left and 12 * deal["default_time"] <= term(deal)


def worth(deal, months):
    """v^months: what one unit of money after so many months is worth today."""
    return (1 + deal["annual_rate"]) ** (-months / 12)


# --- Responses: a term acts on an input ---
def yearly_volume(deal):
    """V = volume ((1 - d)/(1 - d0))^(-price_elasticity)."""
    price_ratio = (1 - deal["discount"]) / (1 - deal["discount_proposed"])
    return deal["volume"] * price_ratio ** -deal["price_elasticity"]


def late_payment(deal):
    """late = days_late + late_days_per_day (days - days0)."""
    moved = deal["payment_days"] - deal["payment_days_proposed"]
    return deal["days_late"] + deal["late_days_per_day"] * moved


def reliability(deal):
    """A = min(1, max(0, on_time + on_time_response (g - g0)))."""
    moved = deal["on_time"] + deal["on_time_response"] * (deal["guarantee"] - deal["guarantee_proposed"])
    return min(1.0, max(0.0, moved))


# --- Volume and price, month by month ---
def ramp(deal, k):
    """ramp_k: while volume builds up, each month counts at its middle."""
    return (k - 0.5) / deal["ramp_months"] if k <= deal["ramp_months"] else 1.0


def grown(rate, k):
    """i^(k) = (1 + i)^((k-1)/12): a yearly rate at work since month 1."""
    return (1 + rate) ** ((k - 1) / 12)


def inflation(deal, name):
    """Return a yearly inflation; delivery, work and index follow that of unit costs where not given."""
    given = deal[name]
    if given is not None and given != "inflation":
        return given
    return 0.0 if name == "fixed_inflation" else deal["inflation"]


def units(deal, k):
    """Q_k = V/12 G_k ramp_k."""
    return yearly_volume(deal) / 12 * grown(deal["growth"], k) * ramp(deal, k)


def index_at(deal, t):
    """I(t): the index as a review at t months after signing reads it."""
    return (1 + inflation(deal, "index_inflation")) ** (max(t - deal["review_lag"], 0) / 12)


def review_target(deal, m):
    """1 + theta (I(m - 1)/I(b) - 1): the price level that a review in month m aims at."""
    base = 0 if deal["catch_up"] == 1 else min(deal["hold"], term(deal))
    return 1 + deal["review_pass_through"] * (index_at(deal, m - 1) / index_at(deal, base) - 1)


def review_months(deal):
    """Return held + 1 + j every, as far as the term goes."""
    held = math.ceil(min(deal["hold"], term(deal)))
    return range(held + 1, term(deal) + 1, max(1, round(deal["review_every"])))


def capped(deal, target, level):
    """min(target, (1 + review_cap) x level before it)."""
    return min(target, (1 + deal["review_cap"]) * level)


def price_levels(deal):
    """p_1 .. p_T: 1 until the first review; each review sets the level until the next."""
    levels, level, reviews = [], 1.0, review_months(deal)
    for k in range(1, term(deal) + 1):
        if k in reviews:
            level = capped(deal, review_target(deal, k), level)
        levels.append(level)
    return levels


def ledger(deal):
    """Return one row for each month traded: what the month sells, at which price, and what v^k it counts at."""
    levels = price_levels(deal)
    rows = []
    for k in range(1, months_traded(deal) + 1):
        sold = units(deal, k)
        rows.append(
            SimpleNamespace(
                month=k,
                year=math.ceil(k / 12),
                v=worth(deal, k),
                units=sold,
                level=levels[k - 1],
                listed=deal["list_price"] * sold,
                net=(1 - deal["discount"]) * deal["list_price"] * sold * levels[k - 1],
            )
        )
        rows[-1].bill = rows[-1].net + fee(deal, rows[-1]) + extra_work(deal, rows[-1])
    return rows


def today(rows, amount=lambda row: row.net):
    """Add up a column of the ledger (`net`, if none is named), each month brought back to today."""
    return math.fsum(amount(row) * row.v for row in rows)


def by_year(rows):
    """Split the ledger into contract years: months 12 y - 11 .. 12 y."""
    return [[row for row in rows if row.year == year] for year in sorted({row.year for row in rows})]


# --- 1 to 6: revenue, and what is given away of it ---
def missing_units(deal, k):
    """max(0, minimum_commitment/12 - V/12 G_k): what the commitment asks for and the customer doesn't take."""
    return max(0.0, deal["minimum_commitment"] / 12 - yearly_volume(deal) / 12 * grown(deal["growth"], k))


def fee(deal, row):
    """fee_k: missing units at the price of the month, softened by the ramp, where the fee is collected."""
    price = (1 - deal["discount"]) * deal["list_price"] * row.level
    return deal["collected"] * price * ramp(deal, row.month) * missing_units(deal, row.month)


def shortfall_fee(deal, rows):
    """2."""
    return today(rows, lambda row: fee(deal, row))


def capacity_surge(deal, rows):
    """3. Units beyond a twelfth of the yearly capacity cost a premium."""

    def premium(row):
        cost = deal["surge_premium"] * deal["unit_cost"] * grown(deal["inflation"], row.month)
        return cost * max(0.0, row.units - deal["capacity"] / 12)

    return -today(rows, premium)


def bonus(deal, tiers, turnover):
    """Return the tier bonus on a year's turnover: on what lies above each tier, or on all from the first unit."""
    if deal["retrospective"]:
        reached = [extra for above, extra in tiers if turnover >= above]
        return reached[-1] * turnover if reached else 0.0
    paid, before = 0.0, 0.0
    for above, extra in tiers:
        paid += (extra - before) * max(0.0, turnover - above)
        before = extra
    return paid


def rebate(deal, rows, traded, tiers, horizon):
    """5. The flat rebate runs behind every invoice; a bonus is paid after its year, or after the last month."""
    lag = deal["rebate_lag"]
    flat = deal["rebate"] * today(rows) * worth(deal, lag)
    bonuses = []
    for year in by_year(traded):
        paid_in = min(12 * year[0].year, months_traded(deal)) + lag
        if paid_in <= horizon:
            turnover = math.fsum(row.net for row in year)
            bonuses.append(bonus(deal, tiers, turnover) * worth(deal, paid_in))
    return -flat - math.fsum(bonuses)


def price_reviews(deal, rows):
    """6."""
    return today(rows, lambda row: (1 - deal["discount"]) * row.listed * (row.level - 1))


# --- 7 and 8: when the money comes ---
def paid_early(deal):
    """u: the share of invoices paid early; nobody pays early for nothing."""
    return deal["early_payment_uptake"] if deal["early_payment_discount"] > 0 else 0.0


def waiting(deal, days):
    """w(x) = 1 - (1 + annual_rate)^(-x/365): what waiting costs, as a share of the amount waited for."""
    return 1 - (1 + deal["annual_rate"]) ** (-days / 365)


def financing(deal, rows):
    """8. Waiting for the customer, less what suppliers wait for us, stock taken off."""
    u, e = paid_early(deal), deal["early_payment_discount"]
    on_time_share = (1 - u) * waiting(deal, deal["payment_days"] + late_payment(deal))
    early_share = u * (1 - e) * waiting(deal, deal["early_payment_days"])
    billed = today(rows, lambda row: row.bill)
    owed_to_us = (1 + deal["gst_rate"]) * billed * (on_time_share + early_share)
    owed_by_us = -unit_cost(deal, rows) * waiting(deal, deal["supplier_credit_days"] - deal["stock_days"])
    return -owed_to_us + owed_by_us


# --- 9 to 14: what it costs to serve ---
def unit_cost(deal, rows):
    """9."""
    return -today(rows, lambda row: deal["unit_cost"] * grown(deal["inflation"], row.month) * row.units)


def work_a_unit(deal, k):
    """W_k = work (1 + work_growth)^((k-1)/12)."""
    return deal["work"] * grown(deal["work_growth"], k)


def cost_of_work(deal, k):
    """h_k = work_cost work_inflation^(k)."""
    return deal["work_cost"] * grown(inflation(deal, "work_inflation"), k)


def excess_work(deal, k):
    """max(0, W_k - planned_work)."""
    return max(0.0, work_a_unit(deal, k) - deal["planned_work"])


def workload(deal, rows):
    """10. All work at its cost; work beyond plan at a premium."""

    def cost(row):
        hours = work_a_unit(deal, row.month) + deal["work_surge_premium"] * excess_work(deal, row.month)
        return cost_of_work(deal, row.month) * row.units * hours

    return -today(rows, cost)


def extra_work(deal, row):
    """extra_k: work beyond plan, at its price."""
    cost = cost_of_work(deal, row.month) * row.units * excess_work(deal, row.month)
    return deal["excess_work_price"] * cost


def excess_work_billed(deal, rows):
    """11."""
    return today(rows, lambda row: extra_work(deal, row))


def deliveries(deal):
    """n = 52/12 deliveries_per_week: drops a month as agreed."""
    return 52 / 12 * deal["deliveries_per_week"]


def drop_cost(deal, size):
    """f(s) = stop_cost + delivery_cost (s/reference_drop)^delivery_beta + (1 - A) redelivery_cost."""
    load = deal["delivery_cost"] * (size / deal["reference_drop"]) ** deal["delivery_beta"]
    return deal["stop_cost"] + load + (1 - reliability(deal)) * deal["redelivery_cost"]


def drops_and_size(deal, quantity):
    """(n_k, s_k): as agreed; where drops would be too small, as many of the least size as the month fills."""
    n, least = deliveries(deal), deal["minimum_drop"]
    return (n, quantity / n) if quantity / n >= least else (quantity / least, least)


def delivery(deal, rows):
    """12."""
    if deliveries(deal) == 0:
        return 0.0

    def cost(row):
        drops, size = drops_and_size(deal, row.units)
        return drops * drop_cost(deal, size) * grown(inflation(deal, "delivery_inflation"), row.month)

    return -today(rows, cost)


def fixed_cost(deal, rows):
    """13. The deal's own fixed cost and those declared "with" it, a twelfth a month."""
    yearly = math.fsum([deal["fixed_cost"], *deal["fixed_costs"].values()])
    return -today(rows, lambda row: yearly / 12 * grown(inflation(deal, "fixed_inflation"), row.month))


# --- 15: the service guarantee ---
def promises(deal):
    """N: how many events a month the guarantee counts."""
    given = deal["guarantee_events"]
    return round(deliveries(deal) if given is None or given == "deliveries" else given)


def penalty(deal, late):
    """f(x): the penalty, as a share of the month's invoice, with so many events late."""
    n = promises(deal)
    if n == 0:
        return 0.0
    points_missed = 100 * max(0.0, deal["guarantee"] - (n - late) / n)
    return min(deal["penalty_cap"], deal["penalty_rate"] * points_missed)


def chances(deal):
    """P(X = 0) .. P(X = N) for X ~ Binomial(N, 1 - A)."""
    n, a = promises(deal), reliability(deal)
    return [math.comb(n, x) * a ** (n - x) * (1 - a) ** x for x in range(n + 1)]


def late_events(cumulated, uniform):
    """X_k: the least x with P(X <= x) >= U_k."""
    return next((x for x, so_far in enumerate(cumulated) if so_far >= uniform), len(cumulated) - 1)


def guarantee_penalties(deal, rows, uniforms):
    """15. The mean of a month without an annual cap; drawn months, cut by the year, with one."""
    p = chances(deal)
    if math.isinf(deal["penalty_annual_cap"]):
        return -today(rows) * math.fsum(penalty(deal, x) * p[x] for x in range(len(p)))
    cumulated = [math.fsum(p[: x + 1]) for x in range(len(p))]
    total = []
    for year in by_year(rows):
        due = [penalty(deal, late_events(cumulated, uniforms[row.month - 1])) * row.net for row in year]
        scaling = annual_scaling(deal, math.fsum(row.net for row in year), math.fsum(due))
        total += [scaling * pen * row.v for pen, row in zip(due, year, strict=True)]
    return -math.fsum(total)


def annual_scaling(deal, turnover, due):
    """s_y = min(1, c N_y / what is due in the year), 1 where nothing is due."""
    return min(1.0, deal["penalty_annual_cap"] * turnover / due) if due > 0 else 1.0


# --- 16 to 23: what may happen, and what else the deal moves ---
def event_risks(deal, events, horizon):
    """16. Each loss is cut by the liability cap and by the insurance, and counts if it comes in time."""
    until = min(months_traded(deal), horizon)
    lost = []
    for share, severity in events:
        month = share * deal["event_months"]
        if month <= until:
            lost.append(min(severity, deal["liability_cap"], deal["insurance_excess"]) * worth(deal, month))
    return -math.fsum(lost)


def open_months(deal):
    """O: the months of invoices open at any time."""
    u = paid_early(deal)
    days = (1 - u) * (deal["payment_days"] + late_payment(deal)) + u * deal["early_payment_days"]
    return 12 / 365 * max(0.0, days)


def bad_debt(deal, traded, horizon):
    """17. Of the last invoices, as many months as are open: the last ones whole, the one before in part."""
    last = months_traded(deal)
    if not defaulted(deal) or last > horizon:
        return 0.0
    lost = [traded[last - 1 - j].bill * min(1.0, max(0.0, open_months(deal) - j)) for j in range(last)]
    still_owed = 1 - deal["early_payment_discount"] * paid_early(deal)
    return -deal["loss_given_default"] * worth(deal, last) * still_owed * math.fsum(lost)


def early_termination(deal, horizon):
    """18. Stranded cost, less the set-up that the customer pays back, and stock that nobody buys back."""
    last = months_traded(deal)
    if last >= term(deal) or last > horizon:
        return 0.0
    pays = 1 - deal["loss_given_default"] if defaulted(deal) else 1
    recovered = pays * deal["termination_recovery"] * deal["set_up"] * (1 - last / term(deal))
    stock = units(deal, last) * deal["stock_days"] * 12 / 365
    written_off = (
        (1 - pays * deal["stock_buy_back"]) * deal["unit_cost"] * grown(deal["inflation"], last) * stock
    )
    return worth(deal, last) * (-deal["stranded_cost"] + recovered - written_off)


def renewal(deal):
    """20. Only a deal that runs its term, without a default, is renewed; nobody renews at a loss."""
    t = term(deal)
    if 12 * deal["exit_time"] <= t or defaulted(deal):
        return 0.0
    a = math.fsum(worth(deal, k) for k in range(1, round(deal["renewal_months"]) + 1))
    gap = deal["discount"] - deal["market_discount"]
    margin = deal["market_margin"] - deal["precedent"] * deal["list_price"] * gap
    return deal["renewed"] * max(0.0, a * units(deal, t) * margin) * worth(deal, t)


def leakage(deal):
    """21. Other customers hear of the discount, whatever becomes of this one."""
    beyond = max(0.0, deal["discount"] - deal["leakage_reference"])
    annuity = math.fsum(worth(deal, k) for k in range(1, term(deal) + 1))
    return -deal["exposed_revenue"] / 12 * deal["leakage_probability"] * beyond * annuity


def freed_capacity(deal):
    """22. Months left over when trade ends, after those that finding other work takes."""
    left = max(0.0, term(deal) - months_traded(deal) - deal["refill_months"])
    return deal["redeploy_share"] * deal["no_deal"] * left / term(deal)


def costs_avoided(deal, rows):
    """23. What is paid only without the deal is saved while it is traded."""
    yearly = math.fsum(deal["fixed_costs_without"].values())
    return today(rows, lambda row: yearly / 12 * grown(inflation(deal, "fixed_inflation"), row.month))


def value_one(deal, *, events=(), tiers=(), uniforms=None, horizon=math.inf):
    """Return the components of one draw, in their order.

    `deal` maps every name to a number, or to None where the document says "where not given"; `events` are
    (share of event_months, severity), `tiers` (above, extra), `uniforms` U_1, U_2, ..; `horizon` is in months.
    """
    traded = ledger(deal)
    rows = [row for row in traded if row.month <= horizon]
    listed = today(rows, lambda row: row.listed)
    values = (
        listed,
        shortfall_fee(deal, rows),
        capacity_surge(deal, rows),
        -deal["discount"] * listed,
        rebate(deal, rows, traded, tiers, horizon),
        price_reviews(deal, rows),
        -deal["early_payment_discount"] * paid_early(deal) * today(rows, lambda row: row.bill),
        financing(deal, rows),
        unit_cost(deal, rows),
        workload(deal, rows),
        excess_work_billed(deal, rows),
        delivery(deal, rows),
        fixed_cost(deal, rows),
        -deal["returns_rate"] * today(rows),
        guarantee_penalties(deal, rows, uniforms),
        event_risks(deal, events, horizon),
        bad_debt(deal, traded, horizon),
        early_termination(deal, horizon),
        -deal["set_up"],
        renewal(deal),
        leakage(deal),
        freed_capacity(deal),
        costs_avoided(deal, rows),
    )
    return dict(zip(COMPONENTS, values, strict=True))
