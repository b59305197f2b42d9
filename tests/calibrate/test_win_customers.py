"""Slopes where the seller moved the price from the last one knowing the customer: they are those within customers.

Coverage is judged by a one-sided binomial test at a false-alarm rate of 0.1%.
"""

import numpy as np
import pytest
from tests.calibrate.judged import accepted, too_few
from tests.calibrate.test_win_coverage import location, quiet

from walkaway_sim.calibrate.quotes.design import usual_columns

SLOPE = -1 / 0.12
N = 60


def asked_by_worth(seed, n_customers=60, each=4):
    """The price is the last one, moved by what the seller knows the customer will bear; no cost or list price."""
    import pandas as pd

    rng = np.random.default_rng(seed)
    customer = np.repeat(np.arange(n_customers), each)
    worth = rng.normal(0.0, 0.15, n_customers)[customer]
    last = np.exp(rng.normal(2.3, 0.3, worth.size))
    price = last * np.exp(0.6 * worth + rng.normal(0.0, 0.15, worth.size))
    won = np.log(last) + worth + rng.logistic(0.0, -1 / SLOPE, worth.size) > np.log(price)
    return pd.DataFrame({"price": price, "last": last, "won": won, "customer": customer})


@pytest.mark.statistical
def test_the_slope_is_found_where_changes_know_the_customer():
    held, off = 0, 0
    for seed in range(N):
        quotes = asked_by_worth(seed)
        one = quiet(quotes, reference="last", customer="customer", kink=False, rng=seed)["change"]
        held += one.low <= SLOPE <= one.high
        # Negative control: without customers the slope is that between them as well.
        bare = quiet(quotes, reference="last", kink=False, rng=seed)["change"]
        off += bare.low <= SLOPE <= bare.high
    assert accepted(held, N), held
    assert too_few(off, N), off


def test_means_are_of_the_columns_that_a_price_moves():
    price, last, scale = np.array([11.0, 9.0, 10.0]), np.array([10.0, 10.0, np.nan]), np.full(3, 5.0)
    found = usual_columns(price, last, scale)
    np.testing.assert_allclose(found[:, 0], np.log(price / 5.0))
    np.testing.assert_allclose(found[:, 1], [np.log(1.1), 0.0, 0.0])
    np.testing.assert_allclose(found[:, 2], [0.0, np.log(0.9), 0.0])


@pytest.mark.parametrize(("kink", "names"), [(True, {"usual_rise", "usual_cut"}), (False, {"usual_change"})])
def test_customers_bring_their_means(kink, names):
    curve = quiet(asked_by_worth(3, 40, 8), reference="last", customer="customer", kink=kink, rng=1)
    found = {one.name for one in curve.coefficients if one.name.startswith("usual")}
    assert found == {"usual_price", *names}
    # Who is not in the history is taken at the average of the customers' means.
    usual = curve.model.usual_of(np.array([10.0]), np.array([1.0]))
    assert np.isnan(usual[0, 1:]).all()
    table = asked_by_worth(3, 2, 1).assign(customer="new")
    assert curve.predict(table)["win_chance"].between(0.0, 1.0).all()


@pytest.mark.statistical
def test_a_new_customer_may_be_any_of_them():
    """What the customers' means say of those in the history is not known of a new one: it spreads like all.

    The median reservation price is the last price, and its logarithm has the variance of worth and noise together.
    """
    placed, spread, narrow = 0, [], []
    for seed in range(N):
        curve = quiet(asked_by_worth(seed), reference="last", customer="customer", kink=False, rng=seed)
        low, high = location(curve, reference=10.0)
        placed += low <= np.log(10.0) <= high
        score_sd, per_log_price = curve.model.new_sd()[0], -curve["change"].estimate
        spread.append(score_sd / per_log_price)
        narrow.append(curve["customer_sd"].estimate / per_log_price)
    assert accepted(placed, N), placed
    found, error = np.median(spread), 1.25 * np.std(spread) / np.sqrt(N)
    assert abs(found - 0.15) < 3.3 * error
    # Negative control: the effects that the means do not explain spread less.
    assert np.median(narrow) < 0.15 - 3.3 * error
