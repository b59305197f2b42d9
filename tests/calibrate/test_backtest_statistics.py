"""How often the tests refuse: right forecasts at the stated rate, wrong ones nearly always.

Rates are judged by a binomial test at a false alarm rate of 0.1%, as everywhere in this suite.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import expit

import walkaway_sim as ws
from walkaway_sim.calibrate.backtesting.coverage import judge_coverage
from walkaway_sim.calibrate.backtesting.crps import crps_of_others
from walkaway_sim.calibrate.backtesting.likelihood_ratios import kupiec
from walkaway_sim.calibrate.backtesting.pit import randomised, uniformity
from walkaway_sim.calibrate.backtesting.skill import paired_skill
from walkaway_sim.calibrate.backtesting.weighted import weighted_share

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
        refused += uniformity(pit, None).p_value <= 0.05
    assert exactly(refused, SETS, 0.05)


def poisson_refusals(spread):
    generator = np.random.default_rng(23)
    refused = 0
    for _ in range(SETS):
        values = generator.poisson(3, N)
        below, upto = stats.poisson.cdf(values - 1, 3), stats.poisson.cdf(values, 3)
        refused += uniformity(spread(below, upto, generator), None).p_value <= 0.05
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


def by_outcome(of_missed, of_held):
    """Being known goes with what came: each case outside its interval with one chance, each inside with another."""

    def make(generator, n, level):
        held = generator.random(n) < level
        chance = np.where(held, of_held, of_missed)
        seen = generator.random(n) < chance
        return held[seen], 1 / chance[seen], 1 / min(of_missed, of_held)

    return make


def by_value(steepness):
    """Being known goes with the value itself, up or down."""

    def make(generator, n, level):
        values = generator.normal(size=n)
        chance = 0.15 + 0.8 * expit(steepness * values)
        seen = generator.random(n) < chance
        held = np.abs(stats.norm.cdf(values) - 0.5) <= 0.5 * level
        return held[seen], 1 / chance[seen], float(1 / chance.min())

    return make


def by_chance(low, high):
    """Being known has nothing to do with what came."""

    def make(generator, n, level):
        held, chance = generator.random(n) < level, generator.uniform(low, high, n)
        seen = generator.random(n) < chance
        return held[seen], 1 / chance[seen], float(1 / chance.min())

    return make


KNOWN = {
    "misses seldom known": by_outcome(0.1, 0.9),
    "hits seldom known": by_outcome(0.9, 0.3),
    "known by value": by_value(2.0),
    "known by chance": by_chance(0.3, 0.9),
    "hardly known": by_chance(0.02, 1.0),
}


def refusals(make, judge, n, level, sets=300):
    generator = np.random.default_rng(30)
    return sum(judge(*make(generator, n, level), level) <= 0.05 for _ in range(sets)), sets


def by_gamma(held, weights, largest, level):
    return weighted_share(held, weights, largest).p_value(level)


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize(("n", "level"), [(60, 0.95), (200, 0.8), (200, 0.95), (600, 0.5)])
def test_weighted_shares_are_refused_no_more_often_than_stated(name, n, level):
    assert at_most(*refusals(KNOWN[name], by_gamma, n, level), 0.05)


@pytest.mark.parametrize(("n", "level"), [(60, 0.95), (200, 0.95)])
def test_a_variance_from_the_cases_raises_many(n, level):
    """Negative control: what was seen says too little of how much there could be that was not."""

    def by_score(held, weights, _, share):
        part = weights * (held - share)
        return 2 * stats.norm.sf(abs(part.sum()) / np.sqrt(part @ part))

    assert not at_most(*refusals(KNOWN["misses seldom known"], by_score, n, level), 0.05)


def test_the_largest_weight_must_be_that_of_all():
    """Negative control: with the largest weight seen, none is left for the misses that are not known."""

    def by_seen(held, weights, _, level):
        return weighted_share(held, weights, float(weights.max())).p_value(level)

    assert not at_most(*refusals(KNOWN["misses seldom known"], by_seen, 200, 0.95), 0.05)


@pytest.mark.parametrize("truth", [0.6, 0.95])
def test_weighted_shares_that_are_wrong_are_refused(truth):
    """Of 400 forecasts whose 80% intervals hold 60% or 95%, six or seven in ten known: measured power 1.00."""
    generator, refused, sets = np.random.default_rng(32), 0, 100
    for _ in range(sets):
        held, weights, largest = by_chance(0.3, 0.9)(generator, 400, truth)
        refused += by_gamma(held, weights, largest, 0.8) <= 0.05
    assert stats.binomtest(refused, sets, 0.9, alternative="less").pvalue > 1e-3


@pytest.mark.parametrize("count", [0, 1, 7, 40])
def test_equal_weights_have_the_exact_interval_of_a_poisson_count(count):
    """Garwood (1936): half of chi-square quantiles with 2k and 2k + 2 degrees of freedom."""
    held = np.arange(50) < count
    found = weighted_share(held, np.ones(50), 1.0).held
    down, up = found.margins(0.05)
    low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    assert (count - down, count + up) == pytest.approx(
        (low, stats.chi2.ppf(0.975, 2 * count + 2) / 2), abs=1e-9
    )


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.booleans(), st.floats(1.0, 20.0)), min_size=10, max_size=60), st.floats(0.02, 0.98)
)
def test_the_interval_has_the_shares_that_are_not_refused(cases, level):
    held, weights = np.array([one for one, _ in cases]), np.array([weight for _, weight in cases])
    found = weighted_share(held, weights, 20.0)
    low, high = found.interval(0.05)
    p_value = found.p_value(level)
    if abs(p_value - 0.05) > 1e-6:
        assert (low <= level <= high) == (p_value > 0.05)


def test_weights_undo_a_selection_by_how_it_came_out():
    """Good outcomes are seen more often: unweighted forecasts look biased, weighted ones are right."""
    generator = np.random.default_rng(28)
    plain, refused, spread, sets = 0, 0, 0, 200
    for _ in range(sets):
        values = generator.normal(size=400)
        chance = 0.15 + 0.8 * expit(2 * values)
        seen = generator.random(400) < chance
        pit, weights, largest = stats.norm.cdf(values[seen]), 1 / chance[seen], float(1 / chance.min())
        held = judge_coverage("80%", 0.8, np.abs(pit - 0.5) <= 0.4, weights, largest)
        refused += held.frequency.p_value <= 0.05
        refused_median = judge_coverage("median", 0.5, pit < 0.5, weights, largest).frequency.p_value <= 0.05
        spread += refused_median
        plain += kupiec(int((pit < 0.5).sum()), pit.size, 0.5).p_value <= 0.05
    assert at_most(refused, sets, 0.05)
    assert at_most(spread, sets, 0.05)
    assert plain > 0.9 * sets


def flips(pit, weights, generator):
    """Kolmogorov's weighted distance, judged by the flipped signs of each case's part."""
    order = np.argsort(pit)
    u, share = pit[order], weights[order] / weights.sum()

    def farthest(parts):
        risen, drift = np.cumsum(parts, axis=1), parts.sum(axis=1, keepdims=True) * u
        return np.maximum(np.abs(risen - drift), np.abs(risen - parts - drift)).max(axis=1)

    flipped = farthest(share * generator.choice((-1.0, 1.0), (199, u.size)))
    return (1 + (flipped >= farthest(share[None, :])[0]).sum()) / 200


def test_weighted_uniformity_keeps_its_rate():
    """Large values are seldom known. Negative control: flipped signs see too little of what is not known."""
    generator = np.random.default_rng(29)
    refused = wrong = 0
    for _ in range(300):
        values = generator.random(100)
        chance = np.where(values > 0.8, 0.1, 0.9)
        seen = generator.random(100) < chance
        refused += uniformity(values[seen], 1 / chance[seen], 10.0).p_value <= 0.05
        wrong += flips(values[seen], 1 / chance[seen], generator) <= 0.05
    assert at_most(refused, 300, 0.05)
    assert not at_most(wrong, 300, 0.05)


def test_all_weighted_tests_together_raise_few_alarms():
    generator = np.random.default_rng(31)
    alarms = 0
    for seed in range(200):
        values = generator.normal(size=100)
        chance = generator.uniform(0.3, 0.9, 100) if seed % 2 else 0.15 + 0.8 * expit(-3 * values)
        values[generator.random(100) > chance] = np.nan
        found = ws.backtest([ws.normal(0, 1)] * 100, values, selected=chance, rng=seed)
        alarms += bool(found.faults)
    assert at_most(alarms, 200, 0.05)
