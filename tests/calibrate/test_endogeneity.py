"""When prices look set knowing the customer, and when they do not, from what the quotes have: no cost, no list price.

Rates are judged by a one-sided binomial test at a false-alarm rate of 0.1%.
"""

import numpy as np
import pytest
from scipy.stats import binomtest
from tests.calibrate.quote_data import honest_quotes
from tests.calibrate.test_win_coverage import quiet
from tests.calibrate.test_win_customers import asked_by_worth

pytestmark = pytest.mark.statistical
N = 40
ALARM = 0.01
POWER = 0.9


def honest(seed):
    return honest_quotes(seed, 60, 4, rise=-8.0, cut=-8.0)


def dear_goods(seed):
    """Customers differ in how dear the goods are that they buy, and those of dear ones win more often, at any price."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(60), 4)
    worth = rng.normal(0.0, 0.5, 60)[owner]
    quotes = honest_quotes(seed, 60, 4, rise=-8.0, cut=-8.0, customer_sd=0.0)
    quotes[["price", "last"]] *= np.exp(worth)[:, None]
    score = 0.3 - 8.0 * np.log(quotes["price"] / quotes["last"]) + worth + rng.normal(0.0, 0.5, 60)[owner]
    return quotes.assign(won=score + rng.logistic(size=owner.size) > 0)


def warned(make, **options):
    return sum(bool(quiet(make(seed), customer="customer", **options).endogeneity.signs) for seed in range(N))


def alarms_are_rare(count):
    return binomtest(count, N, ALARM, alternative="greater").pvalue > 1e-3


def test_changes_that_know_the_customer_are_told():
    """120 customers with four quotes, moved by six tenths of what each will bear; measured power 99% and more."""
    found = warned(lambda seed: asked_by_worth(seed, 120, 4), reference="last")
    assert binomtest(found, N, POWER, alternative="less").pvalue > 1e-3
    # Negative control: changes that know nothing have no such power.
    assert binomtest(warned(honest, reference="last"), N, POWER, alternative="less").pvalue < 1e-3


@pytest.mark.parametrize("make", [honest, dear_goods])
def test_honest_prices_are_left_alone(make):
    assert alarms_are_rare(warned(make, reference="last"))


def test_prices_of_different_goods_do_not_compare():
    """Negative control: held against nothing, what is dear looks set knowing the customer."""
    assert not alarms_are_rare(warned(dear_goods))


def test_with_a_cost_both_are_looked_at():
    assert alarms_are_rare(warned(honest, reference="last", cost="cost"))
    found = quiet(honest(1), reference="last", cost="cost", customer="customer").endogeneity
    assert (found.against, found.split_against in ("last", "cost")) == ("cost", True)
    alone = quiet(honest(1), reference="last", customer="customer").endogeneity
    assert (alone.against, alone.split_against) == ("last", "last")
    assert alone.within.estimate < -4.0
