"""How often the tests refuse: right forecasts at the stated rate, wrong ones nearly always.

Rates are judged by a binomial test at a false alarm rate of 0.1%, as everywhere in this suite.
"""

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

import walkaway_sim as ws
from walkaway_sim.calibrate.backtesting import weighted
from walkaway_sim.calibrate.backtesting.coverage import judge_coverage
from walkaway_sim.calibrate.backtesting.crps import crps_of_others
from walkaway_sim.calibrate.backtesting.likelihood_ratios import kupiec
from walkaway_sim.calibrate.backtesting.pit import randomised, uniformity
from walkaway_sim.calibrate.backtesting.skill import paired_skill

pytestmark = pytest.mark.statistical
SETS = 400
N = 60


def exactly(count, sets, rate):
    """Whether a count of refusals agrees with its rate."""
    return stats.binomtest(int(count), sets, rate).pvalue > 1e-3


def at_most(count, sets, rate):
    """Whether a count of refusals is no larger than its rate allows."""
    return stats.binomtest(int(count), sets, rate, alternative="greater").pvalue > 1e-3


def exact_size(n, rate):
    """How often Kupiec's test at 5% refuses right forecasts, which is less than 5%, as counts are whole."""
    refused = [kupiec(count, n, rate).p_value <= 0.05 for count in range(n + 1)]
    return float(stats.binom.pmf(np.arange(n + 1), n, rate)[refused].sum())


@pytest.fixture(scope="module")
def right():
    """Back-tests of right forecasts, from 19 draws each."""
    generator = np.random.default_rng(21)
    out = []
    for seed in range(SETS):
        centres = generator.normal(0, 2, N)
        draws = generator.normal(centres[:, None], 1.0, (N, 19))
        out.append(ws.backtest(draws, generator.normal(centres, 1.0), rng=seed))
    return out


def test_uniformity_refuses_right_forecasts_at_its_rate(right):
    assert exactly(sum(one.uniformity.p_value <= 0.05 for one in right), SETS, 0.05)


@pytest.mark.parametrize(("index", "level"), [(0, 0.5), (1, 0.8), (2, 0.95)])
def test_coverage_is_refused_at_its_exact_rate(right, index, level):
    refused = sum(one.coverage[index].frequency.p_value <= 0.05 for one in right)
    assert exactly(refused, SETS, exact_size(N, 1 - level))
    share = sum(one.coverage[index].held for one in right)
    assert exactly(share, SETS * N, level)


def test_order_is_refused_no_more_often_than_stated(right):
    for index in range(3):
        assert at_most(sum(one.coverage[index].order.p_value <= 0.05 for one in right), SETS, 0.05)
        assert at_most(sum(one.coverage[index].joint.p_value <= 0.05 for one in right), SETS, 0.05)


def test_all_tests_together_raise_few_alarms(right):
    assert at_most(sum(bool(one.faults) for one in right), SETS, 0.05)


def test_quantiles_are_judged_at_the_same_rate():
    generator = np.random.default_rng(22)
    levels = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
    refused = 0
    for seed in range(SETS):
        values = generator.normal(size=N)
        cells = np.searchsorted(stats.norm.ppf(levels), values)
        edges = np.concatenate([[0], levels, [1]])
        pit = randomised(edges[cells], edges[cells + 1], np.random.default_rng(seed))
        refused += uniformity(pit, None, generator)[0].p_value <= 0.05
    assert exactly(refused, SETS, 0.05)


def poisson_refusals(spread):
    generator = np.random.default_rng(23)
    refused = 0
    for _ in range(SETS):
        values = generator.poisson(3, N)
        below, upto = stats.poisson.cdf(values - 1, 3), stats.poisson.cdf(values, 3)
        refused += uniformity(spread(below, upto, generator), None, generator)[0].p_value <= 0.05
    return refused


def test_atoms_are_judged_at_the_same_rate():
    assert exactly(poisson_refusals(randomised), SETS, 0.05)


def test_the_upper_end_of_the_jump_fails():
    """Negative control: a transform that is not randomised at atoms must not pass the same judge."""
    assert not exactly(poisson_refusals(lambda below, upto, generator: upto), SETS, 0.05)


def test_the_plain_chi_square_fails():
    """Negative control: with 250 cases at 99% Kupiec's statistic has not reached its limit."""
    counts, times = np.unique(np.random.default_rng(24).binomial(250, 0.01, 2000), return_counts=True)
    found = [kupiec(int(count), 250, 0.01) for count in counts]
    plain = times[[stats.chi2.sf(one.statistic, 1) <= 0.05 for one in found]].sum()
    assert not at_most(plain, 2000, 0.05)
    assert at_most(times[[one.p_value <= 0.05 for one in found]].sum(), 2000, 0.05)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (lambda mean: ws.normal(mean, 0.6), "intervals too narrow"),
        (lambda mean: ws.normal(mean, 1.7), "intervals too wide"),
        (lambda mean: ws.normal(mean + 0.7, 1.0), "forecasts too high"),
        (lambda mean: ws.normal(mean - 0.7, 1.0), "forecasts too low"),
    ],
    ids=["narrow", "wide", "high", "low"],
)
def test_wrong_forecasts_are_refused(wrong, fault):
    generator = np.random.default_rng(25)
    found = 0
    for seed in range(30):
        centres = generator.normal(0, 2, 120)
        forecasts = [wrong(float(mean)) for mean in centres]
        found += fault in ws.backtest(forecasts, generator.normal(centres, 1.0), rng=seed).faults
    assert found >= 25


def test_misses_in_clusters_are_refused_though_their_number_is_right():
    """Spread that comes in calm and wild stretches of 25 cases, forecast by its average."""
    generator = np.random.default_rng(26)
    sd = np.tile(np.repeat([0.4, 1.9], 25), 6)
    half = stats.norm.ppf(0.9)
    # The width at which 80% hold over calm and wild stretches together.
    grid = np.linspace(0.1, 3, 2000)
    held = np.mean(2 * stats.norm.cdf(half * grid[:, None] / np.array([0.4, 1.9])) - 1, axis=1)
    width = grid[np.argmin(np.abs(held - 0.8))]
    by_order = by_frequency = 0
    for seed in range(40):
        values = generator.normal(0, sd)
        found = ws.backtest([ws.normal(0, float(width))] * sd.size, values, levels=[0.8], rng=seed).coverage[
            0
        ]
        by_order += found.order.p_value <= 0.05
        by_frequency += found.frequency.p_value <= 0.05
    assert by_order >= 35
    assert by_frequency <= 6


def test_the_interval_of_skill_covers():
    """Forecasts that know the centre against the spread of all: the exact skill is ``1 - 1/sqrt(5)``."""
    generator = np.random.default_rng(27)
    truth, covered = 1 - 1 / np.sqrt(5), 0
    for _ in range(SETS):
        z, values = generator.normal(size=100), generator.normal(0, 2, 100)
        scores = z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi)
        found = paired_skill(scores, crps_of_others(values + z, np.ones(100)), np.ones(100), "others")
        covered += found.low <= truth <= found.high
    assert stats.binomtest(covered, SETS, 0.94, alternative="less").pvalue > 1e-3


def test_weights_undo_a_selection_by_how_it_came_out(monkeypatch):
    """Good outcomes are seen more often: unweighted forecasts look biased, weighted ones are right."""
    monkeypatch.setattr("walkaway_sim.calibrate.backtesting.weighted.DRAWS", 499)
    generator = np.random.default_rng(28)
    plain, refused, spread = 0, 0, 0
    sets = 200
    for _ in range(sets):
        values = generator.normal(size=400)
        chance = 0.15 + 0.8 * expit(2 * values)
        seen = generator.random(400) < chance
        pit, weights = stats.norm.cdf(values[seen]), 1 / chance[seen]
        held = np.abs(pit - 0.5) <= 0.4
        refused += judge_coverage("80%", 0.8, held, weights, generator).frequency.p_value <= 0.05
        refused_median = (
            judge_coverage("median", 0.5, pit < 0.5, weights, generator).frequency.p_value <= 0.05
        )
        spread += refused_median
        plain += kupiec(int((pit < 0.5).sum()), pit.size, 0.5).p_value <= 0.05
    # Asymptotic tests are allowed one point above their rate.
    assert at_most(refused, sets, 0.06)
    assert at_most(spread, sets, 0.06)
    assert plain > 0.9 * sets


def test_weighted_uniformity_keeps_its_rate(monkeypatch):
    monkeypatch.setattr("walkaway_sim.calibrate.backtesting.pit._FLIPS", 199)
    generator = np.random.default_rng(29)
    refused = 0
    for _ in range(200):
        values = generator.normal(size=200)
        chance = 0.15 + 0.8 * expit(2 * values)
        seen = generator.random(200) < chance
        found, _ = uniformity(stats.norm.cdf(values[seen]), 1 / chance[seen], generator)
        refused += found.p_value <= 0.05
    assert at_most(refused, 200, 0.06)


def weighted_alarms(judge, sets=150):
    """Right forecasts, whose chances of being known have nothing to do with what came: how many are refused at 1%."""
    generator = np.random.default_rng(30)
    refused = 0
    for _ in range(sets):
        chance = generator.uniform(0.1, 0.9, 100)
        weights = 1 / chance[generator.random(100) < chance]
        refused += judge(generator.random(weights.size) < 0.95, weights, generator) <= 0.01
    return refused, sets


def test_weighted_coverage_raises_few_alarms():
    """Holm's first test of five is at 1%; 30 cases of 95% intervals that all hold are no reason to refuse."""
    refused, sets = weighted_alarms(
        lambda *given: weighted.judge_weighted(given[0], given[1], 0.95, given[2]).p_value
    )
    assert at_most(refused, sets, 0.01)
    found = weighted.judge_weighted(
        np.ones(30, dtype=bool), np.linspace(1, 1.5, 30), 0.95, np.random.default_rng(1)
    )
    # Both tails: all 30 hold with a chance of 0.95^30 (21%); 1999 draws tell it to 0.01 (k = 4: 0.08 of both).
    assert found.p_value == pytest.approx(2 * 0.95**30, abs=0.08)
    assert found.high == 1.0


def test_a_variance_from_the_cases_raises_many():
    """Negative control: what was observed to hold says too little of how much it could have varied."""

    def by_score(held, weights, _):
        part = weights * (held - 0.95)
        return 2 * stats.norm.sf(abs(part.sum()) / np.sqrt(part @ part))

    refused, sets = weighted_alarms(by_score)
    assert not at_most(refused, sets, 0.01)


def test_drawn_limits_become_the_exact_ones_as_weights_become_equal():
    held = np.arange(40) < 31
    weights = 1 + 1e-12 * np.arange(40)
    at_least, more = weighted.thresholds(held, weights, np.random.default_rng(2))
    # Order statistics, as Clopper and Pearson's limits are quantiles of (Kolmogorov's test at 0.1%).
    assert stats.ks_1samp(at_least, stats.beta(31, 10).cdf).pvalue > 1e-3
    assert stats.ks_1samp(more, stats.beta(32, 9).cdf).pvalue > 1e-3
    found = weighted.judge_weighted(held, weights, 0.8, np.random.default_rng(2))
    # A 2.5% quantile of 1999 draws errs in chance by 0.0035 (k = 4).
    assert stats.binom.sf(30, 40, found.low) < 0.025 + 4 * 0.0035
    assert stats.binom.cdf(31, 40, found.high) < 0.025 + 4 * 0.0035


def test_all_weighted_tests_together_raise_few_alarms(monkeypatch):
    monkeypatch.setattr("walkaway_sim.calibrate.backtesting.pit._FLIPS", 499)
    monkeypatch.setattr("walkaway_sim.calibrate.backtesting.weighted.DRAWS", 499)
    generator = np.random.default_rng(31)
    alarms = 0
    for seed in range(150):
        chance, values = generator.uniform(0.3, 0.9, 100), generator.normal(size=100)
        values[generator.random(100) > chance] = np.nan
        found = ws.backtest([ws.normal(0, 1)] * 100, values, selected=chance, rng=seed)
        alarms += bool(found.faults)
    assert at_most(alarms, 150, 0.05)
