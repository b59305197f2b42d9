"""The histories that the package makes: the same for a seed, tidy, and like what they resemble."""

import numpy as np
import pandas as pd
import pytest

from walkaway_sim.examples import history

MAKERS = [getattr(history, name) for name in history.__all__ if name.startswith("make_")]


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_a_seed_makes_the_same_table(make):
    pd.testing.assert_frame_equal(make(rng=0), make(rng=0))
    assert not make(rng=0).equals(make(rng=1))
    assert isinstance(make(rng=np.random.default_rng(2)).index, pd.RangeIndex)


def test_quotes_whose_prices_know_the_customer():
    """Win rates are almost flat in price, though at a given customer a higher price loses."""
    table = history.make_quotes(2000, rng=1)
    margin = np.log(table["price"] / table["cost"])
    by_margin = table["won"].groupby(pd.qcut(margin, 4, labels=False)).mean()
    assert 0.3 < table["won"].mean() < 0.55
    assert by_margin.max() - by_margin.min() < 0.45
    own = margin - margin.groupby(table["customer"]).transform("mean")
    within = table["won"].groupby(pd.qcut(own, 4, labels=False)).mean()
    assert within.iloc[0] - within.iloc[-1] > by_margin.iloc[0] - by_margin.iloc[-1]


def test_a_rise_loses_more_than_a_cut_wins():
    table = history.make_quotes(3000, rng=2).dropna(subset=["last_price"])
    step = np.log(table["price"] / table["last_price"])
    rate = [table["won"][mask].mean() for mask in (step < -0.1, step.abs() < 0.05, step > 0.1)]
    assert rate[0] > rate[1] > rate[2]


def test_discounts_are_written_down_on_won_quotes():
    table = history.make_quotes(rng=3)
    written = table["discount"].notna().groupby(table["won"]).mean()
    assert written[True] > 0.9
    assert written[False] < 0.35
    assert table["last_price"].isna().sum() == table["customer"].nunique()


def test_invoices_are_consistent():
    table = history.make_invoices(rng=4)
    assert ((table["paid"] - table["due"]).dt.days == table["days_late"]).all()
    assert (table["days_late"] >= -30).all()
    assert table["invoice"].is_unique
    assert 0.25 < (table["days_late"] > 0).mean() < 0.5
