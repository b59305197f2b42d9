"""Histories that look like a supplier's exports, from known parameters: to learn on, and to test fits against.

Nothing here is anybody's data. The parameters are set so that invoices, accounts, deliveries and quotes resemble
published ones; they stand beside each function, so that what a fit finds can be held against the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from walkaway_sim._checks import check_integer
from walkaway_sim._typing import RNGLike

__all__ = [
    "ACCOUNTS",
    "CONTRACTS",
    "DELIVERIES",
    "EVENTS",
    "INVOICES",
    "ORDERS",
    "QUOTES",
    "AccountTruth",
    "make_accounts",
    "make_deliveries",
    "make_events",
    "make_invoices",
    "make_orders",
    "make_quotes",
]


@dataclass(frozen=True, slots=True)
class InvoiceTruth:
    """What `make_invoices` draws from [days, shares]."""

    mean: float = -6.2
    """Mean over customers of the days late of undisputed invoices: most pay before the due date."""
    between_sd: float = 10.1
    """Between customers' means."""
    within_sd: float = 5.4
    """Between undisputed invoices of one customer."""
    dispute_rate: float = 0.227
    dispute_overdispersion: float = 0.05
    """Customers differ in how much they dispute: ``1/(a + b + 1)`` of a beta distribution."""
    dispute_days: float = 12.0
    """Days that a dispute adds."""
    terms_days: int = 30


@dataclass(frozen=True, slots=True)
class AccountTruth:
    """What `make_accounts` draws from."""

    edges: tuple[float, ...] = (0.0, 500.0, 2000.0, 5000.0)
    """Where each band of prior spend begins [currency a year]."""
    retention: tuple[float, ...] = (0.42, 0.71, 0.88, 0.95)
    """Chance to buy again, by band."""
    centre: float = -0.17
    """Of the logarithm of growth of those retained."""
    scale: float = 0.72
    degrees: float = 4.0
    """Of Student's t."""
    median_spend: float = 850.0
    spend_log_sd: float = 1.4


@dataclass(frozen=True, slots=True)
class DeliveryTruth:
    """What `make_deliveries` draws from."""

    intercept: float = 3.96
    elasticity: float = 0.42
    """``ln cost = intercept + elasticity ln value + lane + error``."""
    lane_sd: float = 0.3
    error_sd: float = 0.8
    late_direct: float = 0.05
    late_warehouse: float = 0.17
    """Chance to be late, by the way of delivery; half of the deliveries go either way."""
    late_median: float = 12.0
    late_log_sd: float = 1.19
    """Days late of late ones, rounded up."""


@dataclass(frozen=True, slots=True)
class OrderTruth:
    """What `make_orders` draws from."""

    returned: float = 0.062
    between_sd: float = 0.05
    """Mean returned share of sales, and its standard deviation between customers."""
    chunk: float = 40.0
    """Goods come back in chunks of this value [currency]."""


@dataclass(frozen=True, slots=True)
class EventTruth:
    """What `make_events` draws from."""

    rate: float = 0.5
    """Events a contract-year."""
    median: float = 20_000.0
    log_sd: float = 1.0
    """Of what an event costs [currency]."""


@dataclass(frozen=True, slots=True)
class QuoteTruth:
    """What `make_quotes` draws from: the customer buys where the price is below what it would pay.

    ``ln(limit) = ln(cost) + mark_up + customer + error``, and the price counts as ``exp(rise)`` higher where it is
    above the last one, and as ``exp(-cut)`` lower where it is below.
    """

    mark_up: float = 0.38
    """Mean over customers of the logarithm of limit over cost."""
    customer_sd: float = 0.20
    error_scale: float = 0.08
    """Of the logistic error of one quote."""
    known_to_seller: float = 0.8
    """Share of the customer's effect that the seller prices in: why win rates are flat in price."""
    asked: float = 0.40
    asked_sd: float = 0.10
    """Logarithm of price over cost that the seller asks of the average customer, and its spread."""
    rise_weight: float = 0.30
    cut_weight: float = 0.10
    """What a log point above, and below, the last price weighs."""
    discount_recorded_won: float = 0.95
    discount_recorded_lost: float = 0.25
    """How often the discount is written down: a missing one is not 0."""


INVOICES, ACCOUNTS, DELIVERIES = InvoiceTruth(), AccountTruth(), DeliveryTruth()
ORDERS, EVENTS, QUOTES = OrderTruth(), EventTruth(), QuoteTruth()
CONTRACTS = AccountTruth(
    edges=(0.0,), retention=(0.94,), centre=0.0, scale=0.05, median_spend=400_000.0, spend_log_sd=0.8
)
"""Accounts under contract: steadier by far than those that buy from order to order, as `ACCOUNTS` do."""


def make_invoices(customers: int = 100, mean_invoices: float = 25.0, *, rng: RNGLike = None) -> pd.DataFrame:
    """Make paid invoices; the truth is `INVOICES`.

    Parameters
    ----------
    customers : int
    mean_invoices : float
        A customer; some have many more than others, and each has one at least.
    rng : int, SeedSequence, Generator or None

    Returns
    -------
    DataFrame
        One row per invoice: invoice, customer, amount [currency], due and paid (dates), days_late, disputed. Days are
        whole, so that a dispute's and the spreads are rounded by up to half a day.

    Examples
    --------
    >>> make_invoices(3, rng=7).columns.tolist()
    ['invoice', 'customer', 'amount', 'due', 'paid', 'days_late', 'disputed']
    """
    stream, truth = np.random.default_rng(rng), INVOICES
    k = check_integer("customers", customers, minimum=1)
    count = 1 + stream.poisson(stream.gamma(2.0, (mean_invoices - 1.0) / 2.0, k))
    place = np.repeat(np.arange(k), count)
    n = place.size
    own = truth.mean + truth.between_sd * stream.standard_normal(k)
    disputes = stream.beta(*_shapes(truth.dispute_rate, truth.dispute_overdispersion), k)
    disputed = stream.random(n) < disputes[place]
    late = own[place] + truth.within_sd * stream.standard_normal(n) + truth.dispute_days * disputed
    whole = np.rint(np.maximum(late, -truth.terms_days)).astype(np.int64)
    due = pd.Timestamp("2024-01-31") + pd.to_timedelta(stream.integers(0, 730, n), unit="D")
    return pd.DataFrame(
        {
            "invoice": np.arange(1, n + 1),
            "customer": _names("C", place),
            "amount": np.round(stream.lognormal(np.log(600.0), 0.9, n), 2),
            "due": due,
            "paid": due + pd.to_timedelta(whole, unit="D"),
            "days_late": whole,
            "disputed": disputed,
        }
    )


def make_accounts(
    accounts: int = 4000, *, truth: AccountTruth = ACCOUNTS, rng: RNGLike = None
) -> pd.DataFrame:
    """Make accounts with their spend in two years.

    Parameters
    ----------
    accounts : int
    truth : AccountTruth
        What they are drawn from, such as `CONTRACTS`; by default `ACCOUNTS`.
    rng : int, SeedSequence, Generator or None

    Returns
    -------
    DataFrame
        One row per account that bought in the first year: account, before and after [currency a year]; 0 after where
        it was lost.

    Examples
    --------
    >>> table = make_accounts(rng=7)
    >>> 0.5 < float((table["after"] > 0).mean()) < 0.8
    True
    """
    stream = np.random.default_rng(rng)
    n = check_integer("accounts", accounts, minimum=1)
    before = stream.lognormal(np.log(truth.median_spend), truth.spend_log_sd, n)
    band = np.searchsorted(np.array(truth.edges), before, side="right") - 1
    stays = stream.random(n) < np.array(truth.retention)[band]
    growth = truth.centre + truth.scale * stream.standard_t(truth.degrees, n)
    return pd.DataFrame(
        {
            "account": _names("A", np.arange(n)),
            "before": before,
            "after": np.where(stays, before * np.exp(growth), 0.0),
        }
    )


def make_deliveries(deliveries: int = 2000, lanes: int = 30, *, rng: RNGLike = None) -> pd.DataFrame:
    """Make deliveries with their cost and lateness; the truth is `DELIVERIES`.

    Returns
    -------
    DataFrame
        One row per delivery: delivery, lane, via ("direct" or "warehouse"), value and cost [currency], days_late.

    Examples
    --------
    >>> table = make_deliveries(rng=7)
    >>> late = table["days_late"] > 0
    >>> bool(late[table["via"] == "direct"].mean() < late[table["via"] == "warehouse"].mean())
    True
    """
    stream, truth = np.random.default_rng(rng), DELIVERIES
    n = check_integer("deliveries", deliveries, minimum=1)
    lane = stream.integers(0, check_integer("lanes", lanes, minimum=1), n)
    shift = truth.lane_sd * stream.standard_normal(lanes)
    value = stream.lognormal(np.log(30_000.0), 1.7, n)
    error = truth.error_sd * stream.standard_normal(n)
    cost = np.exp(truth.intercept + truth.elasticity * np.log(value) + shift[lane] + error)
    direct = stream.random(n) < 0.5
    late = stream.random(n) < np.where(direct, truth.late_direct, truth.late_warehouse)
    days = np.ceil(stream.lognormal(np.log(truth.late_median), truth.late_log_sd, n))
    early = -stream.integers(0, 8, n)
    return pd.DataFrame(
        {
            "delivery": np.arange(1, n + 1),
            "lane": _names("L", lane),
            "via": np.where(direct, "direct", "warehouse"),
            "value": np.round(value, 2),
            "cost": np.round(cost, 2),
            "days_late": np.where(late, days, early).astype(np.int64),
        }
    )


def make_orders(customers: int = 200, mean_orders: float = 8.0, *, rng: RNGLike = None) -> pd.DataFrame:
    """Make orders with what came back of them; the truth is `ORDERS`.

    Returns
    -------
    DataFrame
        One row per order: customer, sales and returned [currency].

    Examples
    --------
    >>> table = make_orders(rng=7)
    >>> bool((table["returned"] <= table["sales"]).all())
    True
    """
    stream, truth = np.random.default_rng(rng), ORDERS
    k = check_integer("customers", customers, minimum=1)
    place = np.repeat(np.arange(k), 1 + stream.poisson(mean_orders - 1.0, k))
    chunks = 1 + stream.poisson(stream.lognormal(np.log(8.0), 0.8, place.size))
    size = truth.returned * (1.0 - truth.returned) / truth.between_sd**2 - 1.0
    share = stream.beta(truth.returned * size, (1.0 - truth.returned) * size, k)
    back = stream.binomial(chunks, share[place])
    return pd.DataFrame(
        {
            "customer": _names("C", place),
            "sales": truth.chunk * chunks,
            "returned": truth.chunk * back,
        }
    )


def make_events(contract_years: float = 40.0, *, rng: RNGLike = None) -> pd.DataFrame:
    """Make a record of events over so many contract-years; the truth is `EVENTS`.

    Returns
    -------
    DataFrame
        One row per event: event, contract_year, when it struck, and severity [currency].

    Examples
    --------
    >>> make_events(rng=7).columns.tolist()
    ['event', 'contract_year', 'severity']
    """
    stream, truth = np.random.default_rng(rng), EVENTS
    n = int(stream.poisson(truth.rate * contract_years))
    return pd.DataFrame(
        {
            "event": np.arange(1, n + 1),
            "contract_year": np.sort(stream.uniform(0.0, contract_years, n)),
            "severity": np.round(stream.lognormal(np.log(truth.median), truth.log_sd, n), 2),
        }
    )


def make_quotes(customers: int = 400, mean_quotes: float = 9.0, *, rng: RNGLike = None) -> pd.DataFrame:
    """Make won and lost quotes, priced by a seller who knows its customers; the truth is `QUOTES`.

    Parameters
    ----------
    customers : int
    mean_quotes : float
        A customer; the first has no last price.
    rng : int, SeedSequence, Generator or None

    Returns
    -------
    DataFrame
        One row per quote, in the order of time: customer, quantity, cost, price, last_price [currency a unit, NaN for
        the first], discount [fraction of the price that the seller would ask of the average customer; NaN where nobody
        wrote it down], won. The last price is the one last quoted.

    Examples
    --------
    >>> table = make_quotes(rng=7)
    >>> bool(0.2 < table["won"].mean() < 0.7)
    True
    """
    stream, truth = np.random.default_rng(rng), QUOTES
    k = check_integer("customers", customers, minimum=1)
    count = 1 + stream.poisson(mean_quotes - 1.0, k)
    place = np.repeat(np.arange(k), count)
    n = place.size
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    effect = truth.customer_sd * stream.standard_normal(k)
    log_cost = np.log(1.8) + 0.25 * stream.standard_normal(k)[place] + 0.05 * stream.standard_normal(n)
    asked = truth.asked + truth.asked_sd * stream.standard_normal(n)
    log_price = log_cost + asked + truth.known_to_seller * effect[place]
    last = np.roll(log_price, 1)
    last[first] = np.nan
    step = np.nan_to_num(log_price - last)
    felt = log_price + truth.rise_weight * np.maximum(step, 0.0) + truth.cut_weight * np.minimum(step, 0.0)
    limit = log_cost + truth.mark_up + effect[place] + truth.error_scale * stream.logistic(size=n)
    won = felt <= limit
    discount = 1.0 - np.exp(log_price - log_cost - truth.asked)
    written = stream.random(n) < np.where(won, truth.discount_recorded_won, truth.discount_recorded_lost)
    return pd.DataFrame(
        {
            "customer": _names("C", place),
            "quantity": np.round(stream.lognormal(1.0, 1.0, n), 3),
            "cost": np.exp(log_cost),
            "price": np.exp(log_price),
            "last_price": np.exp(last),
            "discount": np.where(written, discount, np.nan),
            "won": won,
        }
    )


def _names(letter: str, place: np.ndarray) -> list[str]:
    return [f"{letter}{number + 1:03d}" for number in place.tolist()]


def _shapes(mean: float, overdispersion: float) -> tuple[float, float]:
    size = 1.0 / overdispersion - 1.0
    return mean * size, (1.0 - mean) * size
