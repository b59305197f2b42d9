"""How often intervals cover, and how far a naive curve is off where this one is not: counted over seeds.

Each count is judged by a two-sided binomial test at a false-alarm rate of 0.1%.
"""

import warnings

import numpy as np
import pytest
from scipy.stats import binomtest
from tests.calibrate.quote_data import honest_quotes, quotes_set_knowing_the_customer

import walkaway_sim as ws
from walkaway_sim.calibrate.central import central_interval

FALSE_ALARM = 1e-3
ALL = {"reference": "last", "cost": "cost", "quantity": "size", "customer": "customer"}
TRUTH = {
    "rise": -9.0,
    "cut": -4.0,
    "quantity": -0.3,
    "customer_sd": 0.6,
    "location": np.log(10) + 0.3 / 9,
    "ratio": 9 / 4,
}
N = 90
SELLERS = 25


def covers(hits, n, level=0.9):
    return binomtest(hits, n, level).pvalue >= FALSE_ALARM


def quiet(*given, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ws.QuoteWarning)
        return ws.fit_win_curve(*given, **options)


def location(curve, **context):
    """Interval of the median log reservation price."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ws.QuoteWarning)
        plausible = curve.reservation_price(**context).plausible
    return central_interval(np.array([np.log(one.ppf(0.5)) for one in plausible]), 0.9)


@pytest.fixture(scope="module", params=["logit", "probit"])
def intervals(request):
    """Intervals by name, shape (N, 2), from prices varied without knowing the customer."""
    found = {name: [] for name in TRUTH}
    for seed in range(N):
        curve = quiet(honest_quotes(1000 + seed, link=request.param), **ALL, link=request.param, rng=seed)
        for name in ("rise", "cut", "quantity", "customer_sd"):
            found[name].append((curve[name].low, curve[name].high))
        found["ratio"].append((curve.rise_over_cut.low, curve.rise_over_cut.high))
        found["location"].append(location(curve, reference=10.0, quantity=1.0))
    return {name: np.array(each) for name, each in found.items()}


@pytest.mark.statistical
@pytest.mark.parametrize("name", list(TRUTH))
def test_intervals_cover(intervals, name):
    low, high = intervals[name].T
    hits = int(np.sum((low <= TRUTH[name]) & (high >= TRUTH[name])))
    assert covers(hits, N), hits


@pytest.mark.statistical
@pytest.mark.parametrize("name", ["rise", "location"])
def test_half_an_interval_does_not(intervals, name):
    """Negative control."""
    low, high = intervals[name].T
    inner = np.abs(TRUTH[name] - 0.5 * (low + high)) <= 0.25 * (high - low)
    assert not covers(int(inner.sum()), N)


@pytest.fixture(scope="module")
def informed():
    """Naive, by reference alone, and with customers: slopes where sellers knew the customer. The truth is -6."""
    rows = []
    for seed in range(SELLERS):
        quotes = quotes_set_knowing_the_customer(seed, n_customers=120)
        with pytest.warns(ws.QuoteWarning, match="set knowing the customer"):
            curve = ws.fit_win_curve(quotes, reference="last", cost="cost", customer="customer", rng=seed)
        alone = quiet(quotes, reference="last", cost="cost", rng=seed)
        bare = quiet(quotes, cost="cost", customer="customer", rng=seed)
        rows.append(
            {
                "naive": curve.endogeneity.naive.estimate,
                "reference alone": alone["rise"].estimate,
                "usual price alone": bare["price"].estimate,
                "rise": curve["rise"].estimate,
                "cut": curve["cut"].estimate,
                "naive covers": curve.endogeneity.naive.low <= -6.0,
                "rise covers": curve["rise"].low <= -6.0 <= curve["rise"].high,
                "cut covers": curve["cut"].low <= -6.0 <= curve["cut"].high,
            }
        )
    return {name: np.array([row[name] for row in rows], dtype=float) for name in rows[0]}


@pytest.mark.statistical
def test_a_naive_curve_is_flat_where_sellers_knew_the_customer(informed):
    """Negative control: nine tenths of the slope are lost, and its interval never covers."""
    assert np.median(informed["naive"]) > -1.0
    assert informed["naive covers"].sum() == 0


@pytest.mark.statistical
def test_within_the_customer_the_slope_is_found_again(informed):
    for name in ("rise", "cut", "usual price alone"):
        # The mean of the slopes, within three of its own standard errors and the tenth that a usual price known
        # from eight quotes leaves.
        error = informed[name].std(ddof=1) / np.sqrt(informed[name].size)
        assert abs(informed[name].mean() + 6.0) < 3 * error + 0.6, name
    assert covers(int(informed["rise covers"].sum()), SELLERS)
    assert covers(int(informed["cut covers"].sum()), SELLERS)


@pytest.mark.statistical
def test_the_last_price_alone_is_half_way(informed):
    """The last price says only half of what the seller knew: less wrong than naive, more than with customers."""
    off = {name: abs(informed[name].mean() + 6.0) for name in ("naive", "reference alone", "rise")}
    assert off["rise"] < off["reference alone"] < off["naive"]


def discounts_on_serious_deals(seed, n=1500):
    """Lost quotes have their discount recorded one time in three, won ones nearly always."""
    rng = np.random.default_rng(seed)
    quotes = honest_quotes(seed, n, 1, rise=-6.0, cut=-6.0, customer_sd=0.0, quantity=0.0)
    discount = rng.uniform(0.0, 0.4, n)
    won = rng.logistic(-0.1, 1 / 6, n) > np.log(1 - discount) + 0.1
    seen = rng.random(n) < np.where(won, 0.95, 0.35)
    return quotes[[]].assign(list=quotes.cost, discount=np.where(seen, discount, np.nan), won=won)


@pytest.mark.statistical
def test_a_discount_not_recorded_is_not_zero():
    """Filled with zero, a lost quote looks dear, and the slope is far too steep. Left out and told, it is right.

    So is the place of the curve, which is moved to hold for all quotes: won where the reservation price, of median
    ``log price over list = -0.2``, is at least the price.
    """
    hits, placed, as_seen, filled = 0, 0, 0, []
    for seed in range(30):
        quotes = discounts_on_serious_deals(seed)
        with pytest.warns(ws.QuoteWarning, match="serious is not missing by chance"):
            curve = ws.fit_win_curve(quotes, list_price="list", discount="discount", rng=seed)
        hits += curve["price"].low <= -6.0 <= curve["price"].high
        low, high = location(curve, list_price=1.0)
        placed += low <= -0.2 <= high
        # Negative control: the curve of the quotes recorded, not moved.
        as_seen += low <= -0.2 + curve.rows.offset / 6.0 <= high
        table = curve.rows.missing[0]
        assert table.depends_on_outcome
        assert table.lost_missing / table.lost > 0.5 > table.won_missing / table.won
        filled.append(
            quiet(quotes.fillna({"discount": 0.0}), list_price="list", discount="discount", rng=1)["price"]
        )
    assert covers(hits, 30)
    assert covers(placed, 30)
    assert not covers(as_seen, 30)
    assert all(one.high < -6.0 for one in filled)
