"""Cooke's performance weights: closed forms, the published case, simulated people, refusals."""

import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats as st
from tests.reference import agrees, case
from tests.strategies import refused

import walkaway_sim as ws
from walkaway_sim.calibrate.people import cooke

LEVELS = (0.05, 0.5, 0.95)
P = cooke.bin_probabilities(LEVELS)
Z = st.norm.ppf(LEVELS)


def test_bins():
    assert pytest.approx([0.05, 0.45, 0.45, 0.05]) == P
    answers = np.array([[1.0, 2.0, 3.0]] * 5)
    # A truth at a quantile lies in the bin below it.
    assert cooke.bin_counts(answers, np.array([0.5, 1.0, 2.5, 3.0, 9.0])).tolist() == [2, 0, 2, 1]


def test_calibration_in_closed_form():
    assert cooke.calibration_score(np.array([1, 9, 9, 1]), P) == pytest.approx(1)
    x = 2 * 10 * math.log(0.5 / 0.45)  # 2 n I of shares 0, 1/2, 1/2, 0
    three_degrees = math.erfc(math.sqrt(x / 2)) + math.sqrt(2 * x / math.pi) * math.exp(-x / 2)
    assert cooke.calibration_score(np.array([0, 5, 5, 0]), P) == pytest.approx(three_degrees, rel=1e-12)
    with_scipy = st.power_divergence([2, 5, 8, 5], 20 * P, lambda_="log-likelihood")
    assert cooke.calibration_score(np.array([2, 5, 8, 5]), P) == pytest.approx(with_scipy.pvalue, rel=1e-12)


def test_information_in_closed_form():
    flat = np.array([[0.05, 0.5, 0.95]])
    ranges = cooke.intrinsic_ranges(flat[None], np.array([0.4]), 0.05 / 0.9)
    assert ranges[0] == pytest.approx([0, 1])
    assert cooke.information_scores(flat, ranges, P) == pytest.approx(0, abs=1e-12)
    narrow = np.array([[0.45, 0.5, 0.55]])
    exact = 2 * 0.05 * math.log(0.05 / 0.45) + 2 * 0.45 * math.log(0.45 / 0.05)
    assert cooke.information_scores(narrow, np.array([[0.0, 1.0]]), P) == pytest.approx(exact)


def test_the_range_covers_everyone_and_the_truth():
    answers = np.array([[[2.0, 3.0, 4.0]], [[1.0, 2.0, 3.0]]])
    assert cooke.intrinsic_ranges(answers, np.array([6.0]), 0.1) == pytest.approx(np.array([[0.5, 6.5]]))


def test_the_published_weights():
    found = case("E12")
    weights = cooke.weights_of(*(np.array(found["inputs"][key]) for key in ("cal", "inf")), 0.0)
    assert all(agrees(one, exact, found["tol"]) for one, exact in zip(weights, found["exact"], strict=True))
    # The source prints seven digits, of scores that it had rounded.
    assert weights == pytest.approx(found["exact"], rel=1e-6)
    cut = cooke.weights_of(np.array([3.621e-5, 0.608, 0.327]), np.array([1.418, 0.558, 1.354]), 0.05)
    assert cut[0] == 0
    assert cut.sum() == pytest.approx(1)


def test_the_pool_of_one_is_its_own_and_of_two_lies_on_straight_lines():
    answers = np.array([[[1.0, 2.0, 3.0]], [[2.0, 3.0, 6.0]]])
    ranges = np.array([[0.0, 7.0]])
    own = cooke.pooled_quantiles(answers, ranges, np.array([0.0, 1.0]), LEVELS)
    assert own == pytest.approx(answers[1])
    both = cooke.pooled_quantiles(answers, ranges, np.array([0.5, 0.5]), LEVELS)[0]
    levels = [0.0, *LEVELS, 1.0]
    reached = [
        0.5 * np.interp(both, [0, 1, 2, 3, 7], levels) + 0.5 * np.interp(both, [0, 2, 3, 6, 7], levels)
    ]
    assert reached[0] == pytest.approx(LEVELS)


def panel(rng, n, sharpness, bias=0.0):
    """Truths, and answers of people who say that they are `sharpness` times as sure as they may be."""
    centre = rng.normal(0, 10, n)
    truth = centre + rng.normal(0, 1, n)
    answers = {name: centre[:, None] + bias + Z / factor for name, factor in sharpness.items()}
    return (
        {name: {f"q{i}": tuple(row) for i, row in enumerate(own)} for name, own in answers.items()},
        {f"q{i}": x for i, x in enumerate(truth)},
    )


def calibration_of_many(rng, n, runs, factor=1.0):
    chance = np.diff([0.0, *st.norm.cdf(Z / factor), 1.0])
    counts = rng.multinomial(n, chance, size=runs)
    return np.array([cooke.calibration_score(one, P) for one in counts])


@pytest.mark.statistical
def test_calibration_of_someone_calibrated_is_uniform_in_the_limit():
    # With 1000 questions the chi-square is near its limit; each binomial test errs once in 1000.
    found = calibration_of_many(np.random.default_rng(20), 1000, 4000)
    for level in (0.05, 0.2, 0.5, 0.8):
        assert st.binomtest(int((found <= level).sum()), found.size, level).pvalue > 1e-3, level


@pytest.mark.statistical
def test_someone_too_sure_is_told_apart():
    """Negative control: half the true spread must fail the test above."""
    found = calibration_of_many(np.random.default_rng(21), 1000, 200, factor=2.0)
    assert st.binomtest(int((found <= 0.05).sum()), found.size, 0.05).pvalue < 1e-3


def test_with_ten_questions_the_chi_square_is_rough_as_stated():
    """All outcomes of ten questions: someone calibrated is below 0.05 with an exact chance, not 5%."""
    share = 0.0
    for a in range(11):
        for b in range(11 - a):
            for c in range(11 - a - b):
                counts = np.array([a, b, c, 10 - a - b - c])
                if cooke.calibration_score(counts, P) <= 0.05:
                    share += st.multinomial.pmf(counts, 10, P)
    assert 0.02 < share < 0.10
    assert share != pytest.approx(0.05, abs=1e-3)


@pytest.mark.statistical
def test_weights_favour_who_is_calibrated():
    rng = np.random.default_rng(22)
    runs, wins = 100, 0
    for _ in range(runs):
        found = ws.performance_weights(*panel(rng, 20, {"calibrated": 1.0, "too sure": 3.0}))
        wins += found.weights["calibrated"] > found.weights["too sure"]
    # If the weights were blind, 50 would be expected; so many by chance once in 1e9.
    assert st.binomtest(wins, runs, 0.5, alternative="greater").pvalue < 1e-9


@pytest.mark.statistical
def test_ten_questions_cannot_tell_who_is_somewhat_too_sure_as_stated():
    """With calibration this blunt, narrower answers earn more: the docstring warns of it."""
    rng = np.random.default_rng(29)
    won = 0
    for _ in range(100):
        found = ws.performance_weights(*panel(rng, 10, {"calibrated": 1.0, "somewhat too sure": 1.5}))
        won += found.weights["calibrated"] > 0.5
    assert st.binomtest(won, 100, 0.5, alternative="less").pvalue < 1e-3


def test_weights_that_forget_calibration_favour_who_is_too_sure():
    """Negative control: by information alone the wrong one wins."""
    found = ws.performance_weights(
        *panel(np.random.default_rng(23), 40, {"calibrated": 1.0, "too sure": 3.0})
    )
    information = {one.name: one.information for one in found.people}
    assert information["too sure"] > information["calibrated"]
    assert found.weights["too sure"] < 0.01


def test_scores_do_not_depend_on_units():
    answers, truths = panel(np.random.default_rng(24), 15, {"a": 1.0, "b": 1.5})
    moved = {
        name: {q: tuple(3 + 7 * x for x in row) for q, row in own.items()} for name, own in answers.items()
    }
    first = ws.performance_weights(answers, truths)
    second = ws.performance_weights(moved, {q: 3 + 7 * x for q, x in truths.items()})
    powers = {
        name: {q: tuple(math.exp(x) for x in row) for q, row in own.items()} for name, own in answers.items()
    }
    third = ws.performance_weights(powers, {q: math.exp(x) for q, x in truths.items()}, scale="log")
    for other in (second, third):
        for one, same in zip(first.people, other.people, strict=True):
            assert one.counts == same.counts
            assert one.information == pytest.approx(same.information, rel=1e-9)


def test_the_best_cutoff_leaves_the_pool_no_worse():
    answers, truths = panel(np.random.default_rng(25), 20, {"a": 1.0, "b": 1.3, "c": 4.0})
    best = ws.performance_weights(answers, truths, cutoff="optimal")
    assert best.cutoff in {one.calibration for one in best.people}
    for cutoff in (0.0, *sorted(one.calibration for one in best.people)):
        tried = ws.performance_weights(answers, truths, cutoff=cutoff)
        assert best.weighted.score >= tried.weighted.score * (1 - 1e-12)
        assert all(
            (one.weight == 0) == (one.calibration < cutoff)
            for one in tried.people
            if one.calibration > 1e-300
        )


def test_weights_go_into_a_pool_and_tables_say_what_was_used():
    answers, truths = panel(np.random.default_rng(26), 12, {"ann": 1.0, "bob": 2.0})
    truths |= {"open": 3.0}
    answers["ann"]["open"] = (1, 2, 3)
    answers["bob"]["q0"] = (1.0, math.nan, 3.0)
    del truths["q1"]
    found = ws.performance_weights(answers, truths)
    assert found.n_questions == 10
    assert dict(found.dropped) == {
        "open": "not answered by bob", "q0": "not answered by bob", "q1": "its truth is not known",
    }  # fmt: skip
    assert sum(found.weights.values()) == pytest.approx(1)
    assert sum(found.people[0].counts) == 10
    frame = found.to_frame()
    assert list(frame.index) == ["ann", "bob", "weighted pool", "equal weights"]
    assert frame.loc["ann", "score"] == found.people[0].score
    assert list(frame.columns)[4:] == ["below q5", "q5 to q50", "q50 to q95", "above q95"]
    assert "10 seed questions" in frame.attrs["note"]
    assert "open, not answered by bob" in found._repr_html_()
    pooled = ws.pool({"ann": ws.normal(0, 1), "bob": ws.normal(1, 1)}, found.weights)
    assert pooled.weights == pytest.approx(found.weights)


def table_of(answers):
    rows = [
        {"person": name, "question": q, **{str(p): x for p, x in zip(LEVELS, row, strict=True)}}
        for name, own in answers.items()
        for q, row in own.items()
    ]
    return pd.DataFrame(rows)


def test_a_table_gives_the_same():
    answers, truths = panel(np.random.default_rng(27), 12, {"ann": 1.0, "bob": 2.0})
    table = table_of(answers)
    assert ws.performance_weights(table, truths) == ws.performance_weights(answers, truths)
    renamed = table.rename(columns={"0.5": 0.5})
    assert ws.performance_weights(renamed, truths) == ws.performance_weights(answers, truths)


ANSWERS, TRUTHS = panel(np.random.default_rng(28), 12, {"ann": 1.0, "bob": 2.0})
TABLE = table_of(ANSWERS)


def changed(name, question, row):
    return {**ANSWERS, name: {**ANSWERS[name], question: row}}


@pytest.mark.parametrize(
    ("answers", "truths", "options", "words"),
    [
        (ANSWERS, dict(list(TRUTHS.items())[:9]), {}, "needs at least 10 seed questions"),
        (ANSWERS, dict(list(TRUTHS.items())[:9]), {}, "got 9 (3 dropped: q9: its truth is not known"),
        (ANSWERS, {}, {}, "use equal weights"),
        (ANSWERS, [1], {}, "truths must be a mapping"),
        (3, TRUTHS, {}, "a mapping by person or a DataFrame"),
        ({}, TRUTHS, {}, "answers must give, by person"),
        ({"ann": [1]}, TRUTHS, {}, "answers must give, by person"),
        (changed("bob", "q3", (1, 2)), TRUTHS, {}, "bob on 'q3' must give 3 quantiles, got (1, 2)"),
        (changed("bob", "q3", (3, 2, 4)), TRUTHS, {}, "got 1 answers where they do not (bob on 'q3': 3, 2, 4)"),
        (changed("bob", "q3", (1, "2", 4)), TRUTHS, {}, "bob on 'q3' must be a finite number"),
        (changed("bob", "q3", (1, 2, math.inf)), TRUTHS, {}, "bob on 'q3' must be a finite number"),
        (ANSWERS, {**TRUTHS, "q3": "much"}, {}, "the truth of 'q3' must be a finite number"),
        (ANSWERS, TRUTHS, {"scale": "log"}, "needs answers and a truth above 0"),
        (ANSWERS, TRUTHS, {"scale": "logg"}, "did you mean 'log'"),
        (ANSWERS, TRUTHS, {"overshoot": 0}, "overshoot must be above 0"),
        (ANSWERS, TRUTHS, {"cutoff": 2}, "must lie between 0 and 1"),
        (ANSWERS, TRUTHS, {"cutoff": "best"}, "must be a finite number"),
        (ANSWERS, TRUTHS, {"cutoff": 1.0}, "must leave somebody"),
        (ANSWERS, TRUTHS, {"quantiles": (0.5, 0.05, 0.95)}, "quantiles must rise"),
        (ANSWERS, TRUTHS, {"quantiles": 0.5}, "two probabilities or more"),
        (TABLE.drop(columns="0.5"), TRUTHS, {}, "needs one column 0.5"),
        (TABLE.rename(columns={"person": "who"}), TRUTHS, {}, "needs one column 'person', got who, question"),
        (pd.concat([TABLE, TABLE.head(2)]), TRUTHS, {}, "got 2 more, such as 'ann' on 'q0'"),
        (TABLE.assign(person=TABLE["person"].where(TABLE.index != 4)), TRUTHS, {}, "column person of answers must be filled, got none in row 4"),
    ],
)  # fmt: skip
def test_refusals(answers, truths, options, words):
    assert words in refused(ws.performance_weights, answers, truths, **options)
