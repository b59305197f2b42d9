"""How often the plausible distributions cover the truth, and how often the goodness of fit cries wolf."""

import dataclasses
import functools

import numpy as np
import pytest
import scipy.stats as st

import walkaway_sim as ws
from walkaway_sim.calibrate.fitting.candidates import fit_family
from walkaway_sim.calibrate.fitting.families import FAMILIES
from walkaway_sim.calibrate.fitting.goodness import distance
from walkaway_sim.calibrate.fitting.likelihood import maximum_likelihood
from walkaway_sim.calibrate.fitting.plausible import refit
from walkaway_sim.calibrate.fitting.result import quantiles
from walkaway_sim.calibrate.fitting.sample import read_sample
from walkaway_sim.calibrate.fitting.several import weights

pytestmark = pytest.mark.statistical

SEEDS = 200
REFITS = 99
LEVEL = 0.9
FALSE_ALARM = 1e-4
"""Chance that one test of a right method fails; there are about 30."""

exp = np.exp
LAWS = {
    "lognormal": ([0.4, -0.3], lambda t: st.lognorm(exp(t[:, 1]), scale=exp(t[:, 0]))),
    "normal": ([0.4, -0.3], lambda t: st.norm(t[:, 0], exp(t[:, 1]))),
    "weibull": ([0.2, -0.2], lambda t: st.weibull_min(exp(-t[:, 1]), scale=exp(t[:, 0]))),
    "gamma": ([0.5, 0.4], lambda t: st.gamma(exp(t[:, 1]), scale=exp(t[:, 0] - t[:, 1]))),
    "inverse_gaussian": ([0.4, 0.7], lambda t: st.invgauss(exp(-t[:, 1]), scale=exp(t[:, 0] + t[:, 1]))),
}  # fmt: skip


def figures(name, theta):
    law = LAWS[name][1](theta)
    return np.stack([law.mean(), *(law.ppf(q) for q in (0.05, 0.5, 0.95))], axis=-1)


def covered(name, n, *, censored=False, turned=True):
    """How many of the 90% intervals of mean, P5, median and P95 cover, out of how many; and the p-values."""
    family = dataclasses.replace(FAMILIES[name], make=lambda theta: theta)
    theta = np.array(LAWS[name][0])
    truth = figures(name, theta[None])[0]
    rng = np.random.default_rng(12)
    hits, goodness = np.zeros(truth.size, dtype=int), []
    rank = round((REFITS + 1) * (1 - LEVEL) / 2)
    for _ in range(SEEDS):
        x = family.draw(rng, theta, (n,))
        lower = None
        if censored:
            ends = 1.5 * family.draw(rng, theta, (n,))
            lower, x = x > ends, np.minimum(x, ends)
        sample = read_sample(x, support=family.support, censored=lower)
        candidate = fit_family(family, sample)
        found = refit(family, candidate, sample, rng, REFITS)
        plausible = np.array(found.plausible)
        if not turned:  # what a plain bootstrap would take: the refits themselves
            plausible = 2.0 * np.asarray(candidate.distribution) - plausible
        each = np.sort(figures(name, plausible), axis=0)
        hits += (each[rank - 1] <= truth) & (truth <= each[-rank])
        goodness.append(found.goodness)
    return hits, np.array(goodness)


def accepted(hits):
    return all(st.binomtest(int(hit), SEEDS, LEVEL).pvalue > FALSE_ALARM for hit in hits)


@pytest.mark.parametrize(
    ("name", "n"),
    [("lognormal", 10), ("normal", 15), ("weibull", 25), ("gamma", 25), ("inverse_gaussian", 25)],
)
def test_intervals_cover_and_the_test_of_fit_has_its_size(name, n):
    hits, goodness = covered(name, n)
    assert accepted(hits), hits / SEEDS
    assert st.binomtest(int((goodness <= 0.1).sum()), SEEDS, 0.1).pvalue > FALSE_ALARM


def test_intervals_cover_with_lower_bounds():
    hits, goodness = covered("lognormal", 80, censored=True)
    assert accepted(hits), hits / SEEDS
    assert np.isnan(goodness).all()


def test_the_refits_themselves_do_not_cover():
    """Negative control: a percentile bootstrap of ten observations must be caught."""
    hits, _ = covered("lognormal", 10, turned=False)
    assert not accepted(hits), hits / SEEDS


def test_a_table_for_known_parameters_has_the_wrong_size():
    """Negative control: Kolmogorov's test with fitted parameters as if known hardly ever rejects."""
    rng = np.random.default_rng(3)
    x = rng.normal(10, 3, (SEEDS, 50))
    p = [st.kstest(one, st.norm(one.mean(), one.std()).cdf).pvalue for one in x]
    assert st.binomtest(int((np.array(p) <= 0.1).sum()), SEEDS, 0.1).pvalue < FALSE_ALARM


def test_what_does_not_fit_is_found_out():
    rng = np.random.default_rng(3)
    for x, name in ((rng.exponential(1, 100), "lognormal"), (rng.standard_t(2, 100), "normal")):
        sample = read_sample(x)
        family = FAMILIES[name]
        found = refit(family, fit_family(family, sample), sample, rng, REFITS)
        assert found.goodness <= 0.02


def test_rounding_is_no_reason_to_reject():
    rng = np.random.default_rng(3)
    family = FAMILIES["gamma"]
    sample = read_sample(rng.gamma(9, 1, 3000).round().clip(1), support="positive")
    assert sample.step == 1.0
    assert refit(family, fit_family(family, sample), sample, rng, REFITS).goodness > 0.01
    # Negative control: against draws that are not rounded, the same sample is rejected.
    bare = dataclasses.replace(sample, step=0.0)
    assert refit(family, fit_family(family, bare), bare, rng, REFITS).goodness <= 0.01


def test_large_samples_have_intervals_as_narrow_as_theory_says():
    """Refits stop at 1000 observations: the spread of a mean must be sd/sqrt(n) all the same."""
    n = 20_000
    sample = read_sample(np.random.default_rng(1).normal(0, 1, n))
    family = dataclasses.replace(FAMILIES["normal"], make=lambda theta: theta)
    plausible = np.array(
        refit(family, fit_family(family, sample), sample, np.random.default_rng(2), 1000).plausible
    )
    # 1000 draws tell a standard deviation to 2.2%; k = 4.
    assert plausible[:, 0].std() * np.sqrt(n) == pytest.approx(1.0, rel=4 * 0.022 + 0.02)
    assert plausible[:, 1].std() * np.sqrt(2 * n) == pytest.approx(1.0, rel=4 * 0.022)


def test_the_distance_and_its_p_value_are_scipys():
    x = np.random.default_rng(6).gumbel(0, 1, 40)
    family, sample = FAMILIES["gumbel"], read_sample(x)
    weight = np.full(40, 1 / 40)
    theta, _ = maximum_likelihood(family, x[None], None, weight, np.zeros(2))
    found = distance(family, x[None], weight, theta, 40.0)[0]
    theirs = st.goodness_of_fit(
        st.gumbel_r, x, statistic="ad", n_mc_samples=199, rng=np.random.default_rng(1)
    )
    assert found == pytest.approx(theirs.statistic, rel=1e-6)
    own = refit(family, fit_family(family, sample), sample, np.random.default_rng(2), 999).goodness
    spread = np.sqrt(theirs.pvalue * (1 - theirs.pvalue) * (1 / 199 + 1 / 999))
    assert abs(own - theirs.pvalue) < 4 * spread


def test_distance_of_counts_by_hand():
    family = FAMILIES["poisson"]
    x, rate = np.array([0.0, 0.0, 1.0, 3.0]), 1.0
    law = st.poisson(rate)
    gaps = np.array([0.5, 0.75, 0.75, 1.0]) - law.cdf(np.arange(4))
    expected = 4 * float(gaps**2 @ law.pmf(np.arange(4)))
    assert distance(family, x[None], np.full(4, 0.25), np.array([[1.0]]), 4.0)[0] == pytest.approx(
        expected, rel=1e-12
    )


def lower_limits(*, known):
    """How many lower 95% limits of the 1% point hold, of normal samples that could be lognormal as well."""
    rng = np.random.default_rng(14)
    truth, hits, sets = st.norm(10, 2.5).ppf(0.01), 0, 150
    for seed in range(sets):
        x = rng.normal(10, 2.5, 30)
        found = ws.fit(x, ["normal", "lognormal"], rng=seed, n_plausible=100, level=0)
        if known:
            found = ws.fit(x, found.family, rng=seed, n_plausible=100, level=0)
        low = np.sort([quantiles(law, np.array([0.01]))[0] for law in found.plausible])[4]
        hits += low <= truth
    return st.binomtest(int(hits), sets, 0.95, alternative="less").pvalue


def test_limits_hold_though_the_data_chose_the_family():
    assert lower_limits(known=False) > 1e-3


def test_limits_that_take_the_chosen_family_as_known_do_not_hold():
    """Negative control: the same judge on the plausible distributions of the chosen family alone."""
    assert lower_limits(known=True) < 1e-6


SETS = 60
SAMPLED = {
    "t3": (st.t(3), ["normal", "logistic", "student_t", "gumbel"]),
    "gamma": (st.gamma(3), ["lognormal", "gamma", "weibull"]),
}


@functools.cache
def held(truth):
    """How many lower 95% limits of the 5% and 10% point and the median hold, of 25 values each: all families, the best."""
    law, families = SAMPLED[truth]
    chances = np.array([0.05, 0.1, 0.5])
    hits = np.zeros((2, chances.size), dtype=int)
    for seed in range(SETS):
        x = law.rvs(25, random_state=np.random.default_rng([25, seed]))
        found = ws.fit(x, families, rng=seed, n_plausible=100)
        each = np.array([quantiles(one, chances) for one in found.plausible])
        best = np.array([one.kind == found.family for one in found.plausible])
        for hit, figures in zip(hits, (each, each[best]), strict=True):
            hit += np.quantile(figures, 0.05, axis=0, method="lower") <= law.ppf(chances)
    return hits


def too_few(hits):
    """Whether 95% limits hold too seldom, one-sided, at a false-alarm rate of 1 in 1000 for each of the figures."""
    return [st.binomtest(int(hit), SETS, 0.95, alternative="less").pvalue < 1e-3 for hit in hits]


@pytest.mark.parametrize("truth", SAMPLED)
def test_limits_of_small_samples_hold_within_their_reach(truth):
    assert not any(too_few(held(truth)[0])), held(truth)


def test_the_best_family_alone_does_not_hold():
    """Negative control: of t data, the same judge on the plausible distributions of the best family alone."""
    assert too_few(held("t3")[1])[0], held("t3")


def test_families_that_are_not_told_apart_share_alike():
    aicc = np.array([50.0, 53.9, 54.0, 56.0, np.inf])
    np.testing.assert_allclose(weights(aicc), [1.0, 1.0, 1.0, np.exp(-1.0), 0.0], rtol=1e-12)
    # Families that lie far behind have what Akaike's weight gives them, all but nothing.
    assert weights(np.array([0.0, 40.0]))[1] < 1e-7


def test_a_sample_says_how_far_it_reaches():
    x = np.random.default_rng(3).normal(0, 1, 200)
    few, many = (ws.fit(x[:n], rng=1, n_plausible=100) for n in (25, 200))
    assert (few.reach, many.reach) == (0.04, 0.005)
    notes = [note for note in few.notes if "rests on the family alone" in note]
    assert notes
    assert "25 observations reach to the 4% and 96% points" in notes[0]
    assert not any("rests on the family alone" in note for note in many.notes)
