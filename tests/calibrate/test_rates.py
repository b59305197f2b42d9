"""Disputes and returns: beta-binomial and credibility, against published figures, and their coverage."""

import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats as st
from tests.calibrate.hachemeister import RATIOS, WEIGHTS
from tests.calibrate.judged import accepted, holds, too_few
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.calibrate.history.grid import mode_and_draws
from walkaway_sim.calibrate.history.pooled_rate import beta_log_likelihood, pooled_rate
from walkaway_sim.calibrate.history.returns import credibility
from walkaway_sim.calibrate.history.used import Used
from walkaway_sim.examples.history import INVOICES, ORDERS, make_invoices, make_orders


def fitted(hits, trials, n_plausible=400, seed=1):
    names = [f"g{one}" for one in range(len(hits))]
    return pooled_rate(
        names, np.asarray(hits, float), np.asarray(trials, float), what="hits", group="group",
        used=Used(len(hits), len(hits)), n_plausible=n_plausible, seed=np.random.SeedSequence(seed),
    )  # fmt: skip


def simulated(stream, k, mean_trials, mean, rho):
    size = 1 / rho - 1
    trials = 1 + stream.poisson(mean_trials - 1, k)
    return stream.binomial(trials, stream.beta(mean * size, (1 - mean) * size, k)), trials


def test_the_likelihood_is_scipys():
    hits, trials = np.array([0.0, 3.0, 7.0, 3.0]), np.array([5.0, 9.0, 7.0, 9.0])

    def scipys(mean, rho):
        a, b = mean * (1 / rho - 1), (1 - mean) * (1 / rho - 1)
        return sum(st.betabinom(int(n), a, b).logpmf(int(x)) for x, n in zip(hits, trials, strict=True))

    ours = beta_log_likelihood(np.array([0.3, 0.6]), np.array([0.1, 0.4]), hits, trials)
    # Binomial coefficients are left out: only differences agree.
    assert ours[1] - ours[0] == pytest.approx(scipys(0.6, 0.4) - scipys(0.3, 0.1), rel=1e-10)


def test_the_grid_draws_a_normal():
    def density(x, y):
        return -0.5 * ((x[:, None] - 1.0) ** 2 / 0.01 + (y[None, :] - x[:, None]) ** 2)

    mode, draws = mode_and_draws(density, ((-5.0, 5.0), (-8.0, 8.0)), 20_000, np.random.default_rng(1))
    assert mode == pytest.approx([1.0, 1.0], abs=1e-4)
    # Four standard errors, and the widening by the cells.
    assert draws.mean(axis=1) == pytest.approx([1.0, 1.0], abs=4 / math.sqrt(20_000))
    assert draws[0].std() == pytest.approx(0.1, rel=4 / math.sqrt(40_000) + 0.01)
    assert np.cov(draws)[0, 1] == pytest.approx(0.01, rel=0.2)


def test_a_group_with_few_trials_is_drawn_to_the_mean():
    found = fitted([9, 1, 20, 30, 2], [10, 1, 100, 100, 40])
    size = 1 / found.overdispersion - 1
    table = found.to_frame()
    expected = (found.mean * size + table["hits"]) / (size + table["trials"])
    assert table["pooled_rate"].to_numpy() == pytest.approx(expected.to_numpy(), rel=1e-12)
    apart = (table["own_rate"] - found.mean).abs(), (table["pooled_rate"] - found.mean).abs()
    assert (apart[1] < apart[0]).all()
    assert found.known("g1").distribution.mean() == table.loc["g1", "pooled_rate"]


def test_a_new_group_spreads_as_groups_differ():
    found = fitted(*simulated(np.random.default_rng(2), 60, 12, 0.2, 0.1))
    law = found.new().distribution
    assert law.mean() == pytest.approx(found.mean, rel=1e-9)
    assert law.std() == pytest.approx(found.between_sd, rel=1e-9)
    assert len(found.new().plausible) == 400
    assert found.new().fitted_with == found.known("g3").fitted_with


def test_nothing_seen_is_no_certainty():
    found = fitted([0, 0, 0, 0], [20, 20, 20, 20])
    assert 0.0 < found.mean < 0.05
    assert np.quantile(found.plausible_mean, 0.95) > 0.01


@pytest.mark.statistical
def test_intervals_cover_and_those_of_one_binomial_sample_do_not():
    n, hits, naive = 100, np.zeros(2), 0
    for seed in range(n):
        x, trials = simulated(np.random.default_rng(seed), 30, 15, 0.2, 0.15)
        found = fitted(x, trials, seed=seed)
        hits += [holds(0.2, found.plausible_mean), holds(0.15, found.plausible_overdispersion)]
        naive += holds(
            0.2, st.beta(x.sum() + 0.5, (trials - x).sum() + 0.5).ppf((np.arange(400) + 0.5) / 400)
        )
    assert all(accepted(one, n) for one in hits), hits
    assert too_few(naive, n), naive


def test_days_added_compare_invoices_of_the_same_customer():
    table = make_invoices(40, 20, rng=3)
    found = ws.fit_disputes(table, rng=3)
    dummies = pd.get_dummies(table["customer"]).to_numpy(dtype=float)
    design = np.column_stack([table["disputed"].to_numpy(dtype=float), dummies])
    least_squares = np.linalg.lstsq(design, table["days_late"].to_numpy(dtype=float), rcond=None)[0][0]
    assert found.added == pytest.approx(least_squares, rel=1e-9)
    by_flag = table.groupby("disputed")["days_late"].mean()
    assert found.between_customers == pytest.approx(by_flag[True] - by_flag[False], rel=1e-12)


def test_days_added_when_late_customers_dispute_more():
    """The plain difference takes the customers' lateness for the dispute's."""
    stream = np.random.default_rng(4)
    own = 10 * stream.standard_normal(200)
    place = np.repeat(np.arange(200), 20)
    disputed = stream.random(4000) < 1 / (1 + np.exp(1.5 - own[place] / 5))
    late = own[place] + 4 * disputed + 5 * stream.standard_normal(4000)
    table = pd.DataFrame({"customer": place.astype(str), "disputed": disputed, "days_late": late})
    found = ws.fit_disputes(table, rng=4)
    assert found.added == pytest.approx(4.0, abs=4 * 5 / math.sqrt(4000 * 0.08))
    assert found.between_customers > 10.0
    interval = found.intervals().loc["added_days"]
    assert interval["low"] < 4.0 < interval["high"]


def test_disputes_of_the_generator():
    found = ws.fit_disputes(make_invoices(400, rng=5), rng=5)
    truth = INVOICES
    assert found.added == pytest.approx(truth.dispute_days, abs=4 * 5.4 / math.sqrt(10_000 * 0.17))
    between = math.sqrt(truth.dispute_rate * (1 - truth.dispute_rate) * truth.dispute_overdispersion)
    assert found.rate.mean == pytest.approx(truth.dispute_rate, abs=4 * math.hypot(between, 0.42 / 5) / 20)
    assert found.rate.between_sd == pytest.approx(between, abs=0.03)
    assert found.customer("C001").distribution.mean() == found.rate.known("C001").distribution.mean()
    assert found.added_days().fitted_with == found.new_customer().fitted_with


@pytest.mark.statistical
@pytest.mark.parametrize("k", [4, 12])
def test_the_days_added_are_covered_for_few_customers(k):
    """Refits to customers drawn with replacement do so for 75% of samples of 4."""
    n, hits = 120, 0
    for seed in range(n):
        stream = np.random.default_rng([seed, k])
        place = np.repeat(np.arange(k), 12)
        disputed = stream.random(12 * k) < stream.beta(4, 8, k)[place]
        disputed[::12] = True  # so that each customer has both kinds
        disputed[1::12] = False
        late = 6 * stream.standard_normal(k)[place] + 10 * disputed + 7 * stream.standard_normal(12 * k)
        table = pd.DataFrame({"customer": place.astype(str), "disputed": disputed, "days_late": late})
        found = ws.fit_disputes(table, rng=seed, n_plausible=200)
        hits += holds(10.0, found.plausible_added)
    assert accepted(hits, n), hits


def test_refusals_of_disputes():
    table = make_invoices(10, 8, rng=1)
    assert "both disputed and undisputed" in refused(ws.fit_disputes, table.assign(disputed=True))
    two = table["disputed"] & table["customer"].isin(["C001", "C002"])
    two[table["customer"].isin(["C001", "C002"]).to_numpy().nonzero()[0][[0, -1]]] = True
    few = table.assign(disputed=two)
    few.loc[(few["customer"] == "C001").to_numpy().nonzero()[0][1], "disputed"] = False
    few.loc[(few["customer"] == "C002").to_numpy().nonzero()[0][0], "disputed"] = False
    assert "undisputed invoices (2, and 3 are needed)" in refused(ws.fit_disputes, few)
    assert "at least 3 customers" in refused(ws.fit_disputes, table.assign(customer="one"))
    assert "no customer 'nobody'" in refused(ws.fit_disputes(table, rng=1).customer, "nobody")
    assert "yes or no" in refused(ws.fit_disputes, table.assign(disputed="perhaps"))


def statistics(ratios, weights):
    ratios, weights = np.asarray(ratios, float), np.asarray(weights, float)
    whole = weights.sum(axis=1)
    mean = (weights * ratios).sum(axis=1) / whole
    return (
        np.full(len(whole), ratios.shape[1]),
        whole,
        mean,
        (weights * (ratios - mean[:, None]) ** 2).sum(axis=1),
    )


def test_hachemeisters_states():
    """As published with the R package actuar: collective premium, both variances, premiums by state."""
    count, whole, rate, squares = statistics(RATIOS, WEIGHTS)
    mean, sd, noise = credibility(count, whole, rate, squares)
    assert (mean, sd**2, noise) == pytest.approx((1683.713, 89_639, 139_120_026), rel=5e-6)
    trust = whole * sd**2 / (whole * sd**2 + noise)
    assert mean + trust * (rate - mean) == pytest.approx(
        [2055.165, 1523.706, 1793.444, 1442.967, 1603.285], abs=6e-4
    )


def test_returns_pool_by_sales():
    table = make_orders(40, rng=6)
    found = ws.fit_returns(table, rng=6)
    frame = found.to_frame()
    trust = frame["sales"] * found.between_sd**2 / (frame["sales"] * found.between_sd**2 + found.noise)
    assert frame["credibility"].to_numpy() == pytest.approx(trust.to_numpy(), rel=1e-12)
    name = frame["sales"].idxmin()
    assert found.customer(name).distribution.mean() == pytest.approx(
        frame.loc[name, "pooled_rate"], rel=1e-12
    )
    law = found.new_customer().distribution
    assert (law.mean(), law.std()) == pytest.approx((found.mean, found.between_sd), rel=1e-6)


def test_customers_that_do_not_differ():
    stream = np.random.default_rng(8)
    table = pd.DataFrame({"customer": np.repeat(np.arange(30), 5), "sales": 100.0})
    table["returned"] = stream.permutation(np.tile([0.0, 5.0, 10.0, 15.0, 20.0], 30))
    found = ws.fit_returns(table, rng=8)
    # Standard deviation of one row 0.071, of the mean of 150 equally weighted 0.0058; drawn without replacement, 0.
    assert found.between_sd < 0.071 / math.sqrt(5)
    assert found.mean == pytest.approx(0.1, abs=4 * 0.0058)
    same = ws.fit_returns(table.assign(returned=10.0), rng=8)
    assert same.between_sd == pytest.approx(same.new_customer().distribution.std(), rel=1e-6)
    assert same.between_sd < 1e-3
    assert same.customer("3").distribution.mean() == pytest.approx(0.1, rel=1e-6)


@pytest.mark.statistical
def test_intervals_of_the_mean_return_cover_and_those_of_one_sample_do_not():
    n, hits, naive = 120, np.zeros(3), 0
    noise = ORDERS.chunk * (ORDERS.returned * (1 - ORDERS.returned) - ORDERS.between_sd**2)
    for seed in range(n):
        table = make_orders(60, 6, rng=seed)
        found = ws.fit_returns(table, rng=seed)
        hits += [
            holds(ORDERS.returned, found.plausible_mean),
            holds(ORDERS.between_sd, found.plausible_between_sd),
            holds(noise, found.plausible_noise),
        ]
        chunks, back = table["sales"].sum() / ORDERS.chunk, table["returned"].sum() / ORDERS.chunk
        naive += (
            st.binomtest(int(back), int(chunks)).proportion_ci(0.9).low
            <= ORDERS.returned
            <= (st.binomtest(int(back), int(chunks)).proportion_ci(0.9).high)
        )
    assert all(accepted(one, n) for one in hits), hits
    assert too_few(naive, n), naive


@pytest.mark.statistical
@pytest.mark.parametrize("k", [5, 10])
def test_returns_of_few_customers_are_covered_and_by_resampled_customers_are_not(k):
    n, hits, resampled = 100, np.zeros(2), 0
    truth = st.beta(2, 28)
    for seed in range(n):
        stream = np.random.default_rng([seed, k])
        place = np.repeat(np.arange(k), 6)
        sales = np.exp(stream.normal(7, 1, 6 * k))
        shares = np.minimum(1.0, stream.beta(2, 28, k)[place] * stream.exponential(1.0, 6 * k))
        table = pd.DataFrame({"customer": place, "sales": sales, "returned": sales * shares})
        found = ws.fit_returns(table, rng=seed)
        hits += [
            holds(truth.mean(), found.plausible_mean),
            holds(truth.std(), found.plausible_between_sd),
        ]
        columns = statistics(shares.reshape(k, 6), sales.reshape(k, 6))
        picked = stream.integers(0, k, (200, k))
        drawn = credibility(*(one[picked] for one in columns))
        resampled += holds(truth.std(), drawn[1])
    assert all(accepted(one, n) for one in hits), hits
    assert too_few(resampled, n), resampled


def test_returns_of_many_customers_whose_large_orders_vary_as_much_as_small_ones():
    """Where noise does not fall with sales, Bühlmann and Straub's standard deviation is too large by a fifth and more."""
    stream, k = np.random.default_rng(1), 2000
    place, truth = np.repeat(np.arange(k), 6), st.beta(2, 28)
    sales = np.exp(stream.normal(7, 1, 6 * k))
    shares = np.minimum(1.0, stream.beta(2, 28, k)[place] * stream.exponential(1.0, 6 * k))
    found = ws.fit_returns(
        pd.DataFrame({"customer": place, "sales": sales, "returned": sales * shares}), rng=1
    )
    low, high = np.quantile(found.plausible_between_sd, (0.001, 0.999))
    assert low < truth.std() < high
    assert low < found.between_sd < high
    plain = credibility(*statistics(shares.reshape(k, 6), sales.reshape(k, 6)))[1]
    assert not low < plain < high


def test_many_counts_are_shared_out_among_nodes():
    """Slopes of the log likelihood of 3,000 different counts: within 3e-4 a group of those one by one."""
    stream = np.random.default_rng(1)
    trials = np.exp(stream.normal(4, 1, 3000))
    hits = trials * stream.beta(2, 28, 3000)
    mean, rho = np.array([0.06, 0.07, 0.06]), np.array([0.03, 0.03, 0.04])
    together = beta_log_likelihood(mean, rho, hits, trials)
    alone = sum(
        beta_log_likelihood(mean, rho, hits[one : one + 300], trials[one : one + 300])
        for one in range(0, 3000, 300)
    )
    shapes = (1 / rho - 1) * np.array([mean, 1 - mean])
    for one in (1, 2):
        moved = np.abs(shapes[:, one] - shapes[:, 0]).sum()
        off = (together[one] - together[0]) - (alone[one] - alone[0])
        assert abs(off) < 3 * 3e-4 * 3000 * moved
        assert abs(off) < 0.05 * abs(alone[one] - alone[0])


def test_more_returned_than_sold():
    table = make_orders(20, rng=1)
    assert "must not exceed 'sales'" in refused(ws.fit_returns, table.assign(returned=2.0 * table["sales"]))
    one = table.copy()
    one.loc[0, "returned"] = 1.01 * one.loc[0, "sales"]
    found = ws.fit_returns(one, rng=1)
    assert "1 rows have more in 'returned' than in 'sales'" in str(found.used)
    assert found.used.used == len(table)


def test_nothing_returned_is_no_certainty():
    found = ws.fit_returns(make_orders(8, rng=1).assign(returned=0.0), rng=1)
    assert 0.0 < found.mean < 0.05
    assert np.all((found.plausible_mean > 0.0) & (found.plausible_mean < 0.5))


def test_refusals_of_returns():
    table = make_orders(20, rng=1)
    assert "no customer 'X'" in refused(ws.fit_returns(table, rng=1).customer, "X")
    assert "5 customers with two rows" in refused(ws.fit_returns, table.drop_duplicates("customer"))
    zero = table.copy()
    zero.loc[[0, 1], "sales"] = 0.0
    assert ws.fit_returns(zero, rng=1).used.dropped[0].reason == "no sales in the row"
