"""The back-test: what each form of forecast gives, what is scored, what is said, what is refused."""

import dataclasses
import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tests.reference import agrees, case

import walkaway_sim as ws
from walkaway_sim.calibrate.backtesting.coverage import Coverage, judge_coverage
from walkaway_sim.calibrate.backtesting.judgement import limit_of
from walkaway_sim.calibrate.backtesting.likelihood_ratios import Significance
from walkaway_sim.calibrate.backtesting.pit import uniformity
from walkaway_sim.calibrate.backtesting.skill import paired_skill

N = 120
NO = Significance(math.nan, math.nan, "not judged")


@pytest.fixture(scope="module")
def centres():
    return np.random.default_rng(2).normal(100, 20, N)


@pytest.fixture(scope="module")
def came(centres):
    return np.random.default_rng(3).normal(centres, 10)


def normals(centres, sd=10.0):
    return [ws.normal(float(mean), sd) for mean in centres]


def table(centres, levels=(0.05, 0.25, 0.5, 0.75, 0.95), sd=10.0):
    return pd.DataFrame({level: centres + sd * stats.norm.ppf(level) for level in levels})


def test_normals_in_closed_form(centres, came):
    found = ws.backtest(normals(centres), came, rng=1)
    z = (came - centres) / 10
    np.testing.assert_allclose(found.pit, stats.norm.cdf(z), atol=1e-9)
    assert found.form == "distributions"
    for one, level in zip(found.coverage, (0.5, 0.8, 0.95), strict=True):
        assert one.level == level
        assert one.held == (np.abs(z) <= stats.norm.ppf(0.5 + level / 2)).sum()
        exact = stats.binomtest(one.held, N).proportion_ci(0.95, method="exact")
        assert (one.low, one.high) == pytest.approx((exact.low, exact.high), abs=1e-12)
    assert found.median.held == (z < 0).sum()
    exact = stats.kstest(stats.norm.cdf(z), "uniform", method="exact")
    assert found.uniformity.p_value == pytest.approx(exact.pvalue, abs=1e-8)
    # Nothing is refused, so the band is that of the first of Holm's eight tests.
    reach = stats.kstwo.ppf(1 - 0.05 / 8, N)
    assert found.limit == pytest.approx(0.05 / 8)
    assert found.curve.high == pytest.approx(np.minimum(found.curve.nominal + reach, 1))
    assert found.n_impossible == 0
    assert math.isnan(found.brier)
    assert found.skill.score == pytest.approx(found.scores.mean())
    assert found.skill.estimate == pytest.approx(1 - found.scores.mean() / found.naive_scores.mean())
    difference = stats.ttest_rel(found.scores, found.naive_scores)
    assert found.skill.p_value == pytest.approx(difference.pvalue, rel=1e-9)


def test_critical_value_as_published():
    exact, tolerance = case("G08")["exact"][0], case("G08")["tol"]
    found = uniformity(np.append(np.linspace(exact, 1, 29), 1.0), None)
    # 30 cases, the first as far up as the critical value.
    assert agrees(found.statistic, exact, tolerance)
    assert found.p_value == pytest.approx(0.05, abs=1e-9)


def test_the_interval_of_skill_holds_what_student_does_not_refuse(centres, came):
    found = ws.backtest(normals(centres), came, rng=1)
    quantile = stats.t.ppf(0.975, N - 1)
    for end in (found.skill.low, found.skill.high):
        d = (1 - end) * found.naive_scores - found.scores
        assert abs(d.mean()) == pytest.approx(quantile * d.std(ddof=1) / math.sqrt(N), rel=1e-9)


def test_skill_where_nothing_can_be_said():
    zero = np.zeros(12)
    assert math.isnan(paired_skill(zero, zero, np.ones(12), "x").estimate)
    wild = np.zeros(12)
    wild[0] = 1.0
    assert paired_skill(np.full(12, 0.1), wild, np.ones(12), "x").low == -math.inf
    same = paired_skill(np.ones(12), np.ones(12), np.ones(12), "x")
    assert (same.estimate, same.p_value) == (0.0, 1.0)
    assert paired_skill(np.ones(12), np.full(12, 2.0), np.ones(12), "x").p_value == 0.0


def test_one_seed_one_answer(centres, came):
    values = np.round(came / 10)
    laws = [ws.poisson(max(float(mean), 1.0) / 10) for mean in centres]
    first, again, other = (ws.backtest(laws, values, rng=seed).pit for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_at_atoms_the_transform_lies_within_the_jump():
    laws = [ws.poisson(3)] * 40
    values = np.random.default_rng(1).poisson(3, 40).astype(float)
    found = ws.backtest(laws, values, rng=5)
    assert (found.pit >= stats.poisson.cdf(values - 1, 3)).all()
    assert (found.pit <= stats.poisson.cdf(values, 3)).all()


def test_draws_give_their_rank():
    draws = np.tile(np.arange(1.0, 5.0), (10, 1))
    values = np.array([0, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 9])
    found = ws.backtest(draws, values, rng=5)
    low = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]) / 5
    high = np.array([1, 2, 2, 3, 3, 4, 4, 5, 5, 5]) / 5
    assert ((low <= found.pit) & (found.pit <= high)).all()


def test_quantiles_give_the_cell_they_leave(centres, came):
    found = ws.backtest(table(centres), came, rng=1)
    edges = np.array([0, 0.05, 0.25, 0.5, 0.75, 0.95, 1])
    cell = np.searchsorted(edges, stats.norm.cdf((came - centres) / 10)) - 1
    assert ((edges[cell] <= found.pit) & (found.pit <= edges[cell + 1])).all()
    assert [one.level for one in found.coverage] == [0.5, 0.9]
    assert found.curve.given.tolist() == [0.05, 0.25, 0.5, 0.75, 0.95]
    share = [np.mean(came <= centres + 10 * stats.norm.ppf(level)) for level in found.curve.given]
    assert found.curve.at(found.curve.given) == pytest.approx(share)
    assert "quantile score" in found.score_name
    exact = ws.backtest(normals(centres), came, levels=[0.5, 0.9], rng=1)
    assert [one.held for one in found.coverage] == [one.held for one in exact.coverage]
    assert found.median.held == exact.median.held
    shuffled = table(centres)[[0.95, 0.5, 0.05, 0.75, 0.25]].rename(columns=lambda level: f"q{level}")
    assert np.array_equal(ws.backtest(shuffled, came, rng=1).pit, found.pit)


def test_one_truth_in_three_forms_scores_alike(centres, came):
    levels = (np.arange(199) + 0.5) / 199
    exact = ws.backtest(normals(centres), came, rng=1).skill.score
    draws = np.array([mean + 10 * stats.norm.ppf(levels) for mean in centres])
    assert ws.backtest(draws, came, rng=1).skill.score == pytest.approx(exact, rel=0.02)
    assert ws.backtest(table(centres, levels), came, rng=1).skill.score == pytest.approx(exact, rel=0.02)


def test_scipy_and_inputs_are_forecasts_too(centres, came):
    ours = ws.backtest(normals(centres), came, rng=1)
    theirs = ws.backtest([stats.norm(mean, 10) for mean in centres], came, rng=1)
    np.testing.assert_allclose(theirs.scores, ours.scores, atol=1e-7)
    inputs = [ws.Input(one) for one in normals(centres)]
    assert np.array_equal(ws.backtest(inputs, came, rng=1).scores, ours.scores)


def test_an_input_is_forecast_with_what_is_not_known_of_its_parameters():
    wide = ws.Input(ws.normal(0, 1), plausible=[ws.normal(-3, 1), ws.normal(3, 1)])
    values = np.random.default_rng(1).normal(size=20)
    mixed = ws.mixture([(0.5, ws.normal(-3, 1)), (0.5, ws.normal(3, 1))])
    found = ws.backtest([wide] * 20, values, rng=1)
    np.testing.assert_allclose(found.pit, mixed.cdf(values), atol=1e-9)


def test_chances_have_a_brier_score():
    groups = case("G07")["inputs"]["groups"]
    laws = [ws.bernoulli(chance) for chance, n, _ in groups for _ in range(n)]
    values = [float(i < hits) for _, n, hits in groups for i in range(n)]
    assert agrees(ws.backtest(laws, values, rng=1).brier, case("G07")["exact"][0], 1e-12)


def test_naive_forecasts(centres, came):
    found = ws.backtest(normals(centres), came, naive=ws.normal(100, 22), rng=1)
    listed = ws.backtest(normals(centres), came, naive=[ws.normal(100, 22)] * N, rng=1)
    assert np.array_equal(found.naive_scores, listed.naive_scores)
    assert found.skill.naive == "the one given"
    same = ws.backtest(normals(centres), came, naive=normals(centres), rng=1)
    assert (same.skill.estimate, same.skill.p_value) == (0.0, 1.0)
    by_quantiles = ws.backtest(table(centres), came, naive=ws.normal(100, 22), rng=1)
    again = ws.backtest(table(centres), came, naive=table(np.full(N, 100.0), sd=22.0), rng=1)
    np.testing.assert_allclose(by_quantiles.naive_scores, again.naive_scores, atol=1e-9)
    with pytest.raises(ws.InputError, match="their scores do not compare"):
        ws.backtest(normals(centres), came, naive=table(centres))
    with pytest.raises(ws.InputError, match="one forecast for each of the 120 forecasts, got 3"):
        ws.backtest(normals(centres), came, naive=[ws.normal(0, 1)] * 3)


def test_what_is_not_known_is_counted_and_said(centres, came):
    values = came.copy()
    values[::3] = np.nan
    found = ws.backtest(normals(centres), values, rng=1)
    assert (found.observed.n_forecast, found.n_scored, found.observed.n_unknown) == (120, 80, 40)
    assert "80 of 120 forecasts are scored: of 40 the realised value is not known" in found.verdict
    assert "it says nothing of the others" in found.verdict
    kept = ~np.isnan(values)
    alone = ws.backtest(normals(centres[kept]), came[kept], rng=1)
    assert np.array_equal(found.pit, alone.pit)
    assert "All 80 forecasts" in alone.verdict


def test_a_mask_leaves_out(centres, came):
    mask = np.arange(N) % 2 == 0
    values = came.copy()
    values[:10] = np.nan
    found = ws.backtest(normals(centres), values, selected=mask, rng=1)
    assert (found.n_scored, found.observed.n_unknown, found.observed.n_left_out) == (55, 10, 55)
    assert "55 were not selected" in found.observed.note


def test_weights_weigh(centres, came):
    chance = np.where(np.arange(N) % 2 == 0, 0.5, 0.25)
    found = ws.backtest(normals(centres), came, selected=chance, rng=1)
    z, w = (came - centres) / 10, 1 / chance
    held = np.abs(z) <= stats.norm.ppf(0.9)
    one = found.coverage[1]
    assert one.share == pytest.approx(w[held].sum() / w.sum())
    assert found.observed.n_effective == pytest.approx(w.sum() ** 2 / (w**2).sum())
    assert "not judged with weights" in one.order.method
    assert math.isnan(one.joint.p_value)
    # The interval has the levels that the test does not refuse at 5%.
    for end in (one.low, one.high):
        assert judge_coverage("x", end, held, w, 4.0).frequency.p_value == pytest.approx(0.05, abs=1e-9)
    assert "stand for all" in found.verdict
    even = ws.backtest(normals(centres), came, selected=np.full(N, 0.4), rng=1)
    assert even.coverage == ws.backtest(normals(centres), came, rng=1).coverage


def test_impossible_values_are_a_fault(came):
    found = ws.backtest([ws.uniform(0, 110)] * N, came, rng=1)
    assert found.n_impossible == ((came < 0) | (came > 110)).sum()
    assert "values that were called impossible" in found.faults


@pytest.mark.parametrize(
    ("shift", "sd", "fault"),
    [
        (0, 4, "intervals too narrow"),
        (0, 30, "intervals too wide"),
        (12, 12, "forecasts too high"),
        (-12, 12, "forecasts too low"),
    ],
)
def test_what_is_wrong_is_said_in_words(centres, came, shift, sd, fault):
    found = ws.backtest(normals(centres + shift, sd), came, rng=1)
    assert fault in found.faults
    assert found.verdict.startswith(f"Do not trust these forecasts as they are: {found.faults[0]}")
    assert fault in found.verdict
    assert found.to_frame().attrs["verdict"] == found.verdict


def test_good_forecasts_are_let_pass(centres, came):
    found = ws.backtest(normals(centres), came, rng=1)
    assert found.faults == ()
    assert "Nothing speaks against these forecasts on 120 cases" in found.verdict
    assert "80% intervals held" in found.verdict
    assert "they are of use" in found.verdict
    blind = ws.backtest([ws.normal(100, 23)] * N, came, rng=1)
    assert "they are of use" not in blind.verdict


def test_clustered_misses_are_said():
    held = np.ones(200, dtype=bool)
    held[50:80] = False
    values = np.where(held, 0.0, 30.0) + np.linspace(-5, 5, 200)
    found = ws.backtest([ws.normal(0, 8)] * 200, values, levels=[0.8], rng=1)
    assert "misses do not fall at random in time" in found.faults
    assert "depends on the case before it (p below 0.001)" in found.verdict


def test_the_result_is_frozen_and_shows_itself(centres, came):
    found = ws.backtest(normals(centres), came, rng=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.form = "x"
    frame = found.to_frame()
    assert frame.index.tolist() == ["50% interval", "80% interval", "95% interval", "below the median"]
    assert frame.loc["80% interval", "held"] == found.coverage[1].held
    assert "<table" in found._repr_html_()
    assert found.verdict in repr(found)


@given(st.lists(st.floats(-1e6, 1e6), min_size=10, max_size=30), st.integers(2, 6))
def test_any_values_can_be_judged(values, n_draws):
    draws = np.random.default_rng(0).normal(size=(len(values), n_draws))
    found = ws.backtest(draws, values, rng=0)
    assert ((found.pit >= 0) & (found.pit <= 1)).all()
    for one in (*found.coverage, found.median):
        assert 0 <= one.low <= one.share <= one.high <= 1
        assert 0 <= one.frequency.p_value <= 1
    assert 0 <= found.uniformity.p_value <= 1
    assert found.verdict


GOOD = normals(range(12))
VALUES = np.arange(12.0)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((np.arange(12.0), VALUES), {}, "say nothing of how far off they may be"),
        (([1, 2, 3], VALUES), {}, "say nothing of how far off they may be"),
        ((ws.normal(0, 1), VALUES), {}, "forecasts must be a list of distributions"),
        ((None, VALUES), {}, "forecasts must be a list of distributions"),
        (([*GOOD[:-1], "high"], VALUES), {}, "forecasts: row 11 (counted from 0): needs a distribution"),
        ((np.ones((12, 1)), VALUES), {}, "two draws a row or more"),
        ((np.where(np.eye(12) == 1, np.nan, 1.0), VALUES), {}, "got empty cells in rows 0, 1, 2, 3, 4 and 7 more"),
        ((np.where(np.arange(24).reshape(12, 2) == 9, np.inf, 1.0), VALUES), {}, "must be finite, got infinity in row 4 (counted from 0)"),
        ((pd.DataFrame({"low": VALUES, "high": VALUES}), VALUES), {}, "must be probabilities strictly between 0 and 1"),
        ((pd.DataFrame({"0.1": VALUES, 0.1: VALUES}), VALUES), {}, "each probability once"),
        ((pd.DataFrame({0.1: VALUES + (VALUES == 7), 0.9: VALUES}), VALUES), {}, "got some that fall in row 7 by index"),
        ((pd.DataFrame({0.1: VALUES, 0.9: ["x"] * 12}), VALUES), {}, "needs numbers, got 'x' in rows 0, 1, 2, 3, 4 and 7 more"),
        ((pd.DataFrame({0.1: VALUES, 0.3: VALUES}), VALUES), {}, "the ends of no central interval"),
        ((pd.DataFrame({0.1: VALUES, 0.9: VALUES}), VALUES), {"levels": [0.5]}, "levels they have: 0.8"),
        ((GOOD, VALUES[:5]), {}, "one value for each of the 12 forecasts, got 5"),
        ((GOOD, ["a", *range(11)]), {}, "realised needs numbers, got 'a' in row 0"),
        ((GOOD, np.where(VALUES == 3, np.inf, VALUES)), {}, "realised must be finite, got infinity in row 3"),
        ((GOOD, np.where(VALUES < 4, np.nan, VALUES)), {}, "has 8 values to score of 12 forecasts; a back-test needs 10"),
        ((GOOD, 3), {}, "realised must be a column of numbers"),
        ((GOOD, VALUES), {"selected": np.where(VALUES == 2, 1.5, 0.5)}, "got others in row 2 (counted from 0)"),
        ((GOOD, np.append(VALUES[:11], np.nan)), {"selected": np.append(np.full(11, 0.5), np.nan)}, "where the value is not known as well"),
        ((GOOD, VALUES), {"levels": [1.2]}, "levels must lie strictly between 0 and 1"),
        ((GOOD, VALUES), {"levels": []}, "levels is empty"),
        ((GOOD, VALUES), {"levels": 0.8}, "levels must be a list"),
        ((GOOD, VALUES), {"rng": -1}, "rng must be"),
        ((table(VALUES), pd.Series(VALUES, index=VALUES + 1)), {}, "must have the same index"),
    ],
)  # fmt: skip
def test_bad_input_has_one_clear_message(arguments, options, message):
    with pytest.raises(ws.InputError) as refused:
        ws.backtest(*arguments, **options)
    assert message in str(refused.value)


def test_a_back_test_of_distributions_loads_no_tables_and_no_pictures():
    code = (
        "import walkaway_sim as ws, sys\nws.backtest, ws.reliability\nsys.stdout.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"pandas", "matplotlib", "scipy.stats"}


def test_missing_may_be_written_in_several_ways():
    values = [1.0, None, pd.NA, np.nan, *range(10)]
    found = ws.backtest(normals(np.zeros(14)), values, rng=1)
    assert found.observed.n_unknown == 3


def outside(curve):
    return bool(np.any((curve.observed < curve.low - 1e-12) | (curve.observed > curve.high + 1e-12)))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("shift", "sd"), [(0, 10), (0, 7), (0, 14), (3, 10), (-6, 10)])
def test_verdict_faults_and_picture_are_one_judgement(centres, came, shift, sd, weighted):
    """The line leaves its band, and a mark its bar, exactly if the verdict refuses what they show."""
    selected = np.where(np.arange(N) % 3 == 0, 0.4, 0.9) if weighted else None
    for seed in range(12):
        mixed = np.random.default_rng(seed).permutation(N)[:60]
        options = {"selected": selected[mixed]} if weighted else {}
        found = ws.backtest(normals(centres[mixed] + shift, sd), came[mixed], rng=seed, **options)
        assert outside(found.curve) == (found.uniformity.p_value <= found.limit)
        for mark, one in zip(found.curve.marks, (*found.coverage, found.median), strict=True):
            beyond = not mark.low - 1e-12 <= mark.share <= mark.high + 1e-12
            assert mark.refused == beyond == (one.frequency.p_value <= found.limit)
        shown = outside(found.curve) or any(mark.refused for mark in found.curve.marks)
        in_time = "misses do not fall at random in time" in found.faults
        assert bool(found.faults) == (shown or in_time)
        assert found.verdict.startswith("Do not trust" if found.faults else "Nothing speaks")


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8))
def test_the_limit_is_holms(p_values):
    """Refused are those that Holm's steps refuse, and none else."""
    tests = [Significance(0.0, p, "") for p in p_values]
    one = [Coverage("x", 0.5, 1, 1, 1.0, 0.0, 1.0, test, NO, NO) for test in tests]
    limit = limit_of(NO, one[0], one[1:])
    refused, m = set(), len(p_values)
    for k, at in enumerate(np.argsort(p_values, kind="stable")):
        if p_values[at] > 0.05 / (m - k):
            break
        refused.add(int(at))
    assert {at for at, p in enumerate(p_values) if p <= limit} == refused
