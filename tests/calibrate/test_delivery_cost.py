"""Cost of a delivery against its size: least squares in closed form, exact intervals, and groups."""

import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats as st
from tests.calibrate.judged import accepted, holds, too_few
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.deal.supply.delivery import delivery
from walkaway_sim.examples.history import DELIVERIES, make_deliveries


def table(n=40, seed=1):
    stream = np.random.default_rng(seed)
    size = stream.lognormal(8, 1.2, n)
    return pd.DataFrame(
        {"size": size, "cost": np.exp(3 + 0.4 * np.log(size) + 0.5 * stream.standard_normal(n))}
    )


def test_least_squares_in_closed_form():
    data = table()
    found = ws.fit_delivery_cost(data, rng=1)
    line = st.linregress(np.log(data["size"]), np.log(data["cost"]))
    assert found.elasticity == pytest.approx(line.slope, rel=1e-10)
    assert found.intercept == pytest.approx(line.intercept, rel=1e-10)
    assert found.r_squared == pytest.approx(line.rvalue**2, rel=1e-10)
    residual = np.log(data["cost"]) - line.intercept - line.slope * np.log(data["size"])
    assert found.log_sd == pytest.approx(math.sqrt((residual**2).sum() / 38), rel=1e-10)
    assert found.smearing == pytest.approx(np.exp(residual).mean(), rel=1e-10)


def test_plausible_parameters_are_students():
    """Kolmogorov-Smirnov at a false-alarm rate of 0.1%, one for each parameter."""
    data = table(12)
    found = ws.fit_delivery_cost(data, rng=2, n_plausible=20_000)
    line = st.linregress(np.log(data["size"]), np.log(data["cost"]))
    slope = (found.plausible_elasticity - found.elasticity) / line.stderr
    assert st.kstest(slope, st.t(10).cdf).pvalue > 1e-3
    start = found.plausible_level - found.plausible_elasticity * found.centre - found.intercept
    assert st.kstest(start / line.intercept_stderr, st.t(10).cdf).pvalue > 1e-3
    assert st.kstest(10 * (found.log_sd / found.plausible_log_sd) ** 2, st.chi2(10).cdf).pvalue > 1e-3


def test_splitting_a_volume():
    found = ws.fit_delivery_cost(table(), rng=1)
    split = found.cost_of_splitting(4)
    assert split.estimate == pytest.approx(4 ** (1 - found.elasticity), rel=1e-12)
    interval = found.intervals().loc["elasticity"]
    assert (split.low, split.high) == pytest.approx(
        (4 ** (1 - interval["high"]), 4 ** (1 - interval["low"])), rel=1e-3
    )
    # The same factor as the model of a deal has.
    assert delivery(4.0, found.elasticity, 100.0, 0.0, 1.0) == pytest.approx(-100 * split.estimate, rel=1e-12)
    assert "n must be above 0" in refused(found.cost_of_splitting, 0)


def test_the_cost_of_a_delivery_has_the_mean_above_the_line():
    found = ws.fit_delivery_cost(table(), rng=1)
    line = math.exp(found.intercept + found.elasticity * math.log(5000))
    one = found.delivery_cost(5000).distribution
    assert one.ppf(0.5) == pytest.approx(line, rel=1e-12)
    assert one.mean() == pytest.approx(line * math.exp(found.log_sd**2 / 2), rel=1e-12)
    many = found.delivery_cost(5000, drops=100).distribution
    assert many.mean() == pytest.approx(one.mean(), rel=1e-12)
    assert many.std() == pytest.approx(one.std() / 10, rel=1e-12)


def test_inputs_of_one_fit_go_together_by_index():
    found = ws.fit_delivery_cost(table(), rng=1)
    small, large, beta = found.delivery_cost(1000), found.delivery_cost(2000), found.delivery_beta()
    assert small.fitted_with == large.fitted_with == beta.fitted_with
    for one, two, slope in zip(small.plausible, large.plausible, beta.plausible, strict=True):
        assert two.ppf(0.5) / one.ppf(0.5) == pytest.approx(2 ** slope.mean(), rel=1e-10)


def test_the_elasticity_stays_where_a_deal_takes_it():
    stream = np.random.default_rng(3)
    size = stream.lognormal(3, 1, 200)
    steep = pd.DataFrame({"size": size, "cost": size**1.3 * np.exp(0.1 * stream.standard_normal(200))})
    found = ws.fit_delivery_cost(steep, rng=1)
    assert found.elasticity == pytest.approx(1.3, abs=0.05)
    assert found.delivery_beta().distribution.mean() == 1.0


@pytest.mark.statistical
def test_intervals_cover():
    hits, n = 0, 400
    for seed in range(n):
        found = ws.fit_delivery_cost(table(12, seed), rng=seed, n_plausible=400)
        hits += holds(0.4, found.plausible_elasticity)
    assert accepted(hits, n), hits


@pytest.mark.statistical
def test_deliveries_of_one_lane_are_not_independent():
    """The level with lanes that differ: intervals by lanes cover, those by deliveries do not."""
    by_lane = plain = 0
    n = 200
    for seed in range(n):
        data = make_deliveries(600, 40, rng=seed)
        truth = DELIVERIES.intercept + DELIVERIES.elasticity * np.log(data["value"]).mean()
        grouped = ws.fit_delivery_cost(data, size="value", group="lane", rng=seed, n_plausible=300)
        by_lane += holds(truth, grouped.plausible_level + grouped.plausible_elasticity * (
            np.log(data["value"]).mean() - grouped.centre))  # fmt: skip
        plain += holds(
            truth, ws.fit_delivery_cost(data, size="value", rng=seed, n_plausible=300).plausible_level
        )
    assert accepted(by_lane, n), by_lane
    assert too_few(plain, n), plain


@pytest.mark.statistical
def test_the_elasticity_is_covered_for_few_lanes_and_not_by_resampled_ones():
    """Sizes differ by lane, so few lanes tell it; lanes drawn with replacement give too narrow intervals."""
    n, hits, resampled = 600, 0, 0
    for seed in range(n):
        stream = np.random.default_rng(seed)
        lane = np.repeat(np.arange(10), 8)
        x = stream.normal(8, 1, 10)[lane] + 0.4 * stream.standard_normal(80)
        y = 3 + 0.4 * x + 0.4 * stream.standard_normal(10)[lane] + 0.3 * stream.standard_normal(80)
        data = pd.DataFrame({"size": np.exp(x), "cost": np.exp(y), "lane": lane})
        found = ws.fit_delivery_cost(data, group="lane", rng=seed)
        hits += holds(0.4, found.plausible_elasticity)
        rows = (8 * stream.integers(0, 10, (200, 10))[:, :, None] + np.arange(8)).reshape(200, 80)
        apart = x[rows] - x[rows].mean(axis=1, keepdims=True)
        resampled += holds(0.4, (apart * y[rows]).sum(axis=1) / (apart**2).sum(axis=1))
    assert accepted(hits, n), hits
    assert too_few(resampled, n), resampled


@pytest.mark.statistical
def test_the_spread_of_uneven_lanes_is_covered_and_by_refits_without_each_is_not():
    """Ten lanes, some with many times the deliveries of others: the whole spread is known as well as lanes are."""
    n, hits, refits = 300, 0, 0
    for seed in range(n):
        stream = np.random.default_rng(seed)
        count = 1 + stream.poisson(stream.gamma(1.0, 7.0, 10))
        lane = np.repeat(np.arange(10), count)
        x = stream.normal(8, 1, 10)[lane] + 0.4 * stream.standard_normal(lane.size)
        y = 3 + 0.4 * x + 0.4 * stream.standard_normal(10)[lane] + 0.3 * stream.standard_normal(lane.size)
        data = pd.DataFrame({"size": np.exp(x), "cost": np.exp(y), "lane": lane})
        hits += holds(
            0.5, ws.fit_delivery_cost(data, group="lane", rng=seed, n_plausible=199).plausible_log_sd
        )
        logs = []
        for one in range(-1, 10):
            kept = lane != one
            at = x[kept] - x[kept].mean()
            left = y[kept] - y[kept].mean() - (at @ y[kept]) / (at @ at) * at
            logs.append(0.5 * math.log(left @ left / (kept.sum() - 2)))
        error = math.sqrt(0.9 * ((np.array(logs[1:]) - logs[0]) ** 2).sum())
        refits += abs(logs[0] - math.log(0.5)) <= st.t.ppf(0.95, 9) * error
    assert accepted(hits, n), hits
    assert too_few(refits, n), refits


def test_lanes_of_one_delivery_each_are_deliveries():
    data = table(30).assign(lane=range(30))
    by_lane, plain = (
        ws.fit_delivery_cost(data, group="lane", rng=1, n_plausible=4000),
        ws.fit_delivery_cost(data, rng=1, n_plausible=4000),
    )
    # Two samples of 4,000, of a relative deviation of 1/sqrt(2 x 28): four standard errors.
    assert by_lane.plausible_log_sd.mean() == pytest.approx(
        plain.plausible_log_sd.mean(), rel=4 * 0.134 * math.sqrt(2 / 4000)
    )


def test_the_generator_gives_its_truth_back():
    found = ws.fit_delivery_cost(make_deliveries(20_000, 200, rng=4), size="value", group="lane", rng=4)
    spread = found.intervals(0.9999)
    assert spread.loc["elasticity", "low"] < DELIVERIES.elasticity < spread.loc["elasticity", "high"]
    assert found.log_sd == pytest.approx(math.hypot(DELIVERIES.lane_sd, DELIVERIES.error_sd), rel=0.03)


def test_refusals():
    data = table().assign(lane="one")
    assert "10 groups in column 'lane'" in refused(ws.fit_delivery_cost, data, group="lane")
    assert "cost" in refused(ws.fit_delivery_cost, data.assign(cost=0.0))
    assert "must be above 0" in refused(ws.fit_delivery_cost(table(), rng=1).delivery_cost, 0.0)
    doubled = pd.concat([data.assign(id=range(40))] * 2, ignore_index=True)
    assert ws.fit_delivery_cost(doubled, shipment="id", rng=1).used.used == 40
