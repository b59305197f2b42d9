"""Chances against what came true."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.reference import agrees, case

import walkaway_sim as ws


@pytest.fixture
def few_resamples(monkeypatch):
    """The test is exact with 99 sets of outcomes as with 999, and ten times as fast."""
    monkeypatch.setattr("walkaway_sim.calibrate.backtesting.reliability._RESAMPLES", 99)


def test_brier_and_its_parts_as_published():
    groups = case("G07")["inputs"]["groups"]
    chance = [p for p, n, _ in groups for _ in range(n)]
    came = [i < hits for _, n, hits in groups for i in range(n)]
    found = ws.reliability(chance, came, rng=1)
    parts = (found.brier, found.miscalibration, found.discrimination, found.uncertainty)
    assert all(agrees(one, exact, 1e-12) for one, exact in zip(parts, case("G07")["exact"], strict=True))
    assert found.chances.tolist() == [0.1, 0.5, 0.9]
    assert found.recalibrated.tolist() == pytest.approx([0.1, 0.5, 0.75])


cases = st.lists(st.tuples(st.sampled_from(np.linspace(0, 1, 11)), st.booleans()), min_size=10, max_size=60)


@settings(max_examples=25)
@given(cases)
def test_the_parts_add_up_and_none_is_negative(pairs):
    chance, came = np.array(pairs).T
    found = ws.reliability(chance, came, rng=1)
    whole = found.miscalibration - found.discrimination + found.uncertainty
    assert whole == pytest.approx(found.brier, abs=1e-12)
    assert found.miscalibration >= -1e-12
    assert found.discrimination >= -1e-12
    assert (np.diff(found.recalibrated) >= 0).all()
    assert sum(one.n for one in found.bins) == len(pairs)
    assert sum(one.came for one in found.bins) == came.sum()
    assert all(a.highest < b.lowest for a, b in zip(found.bins, found.bins[1:], strict=False))
    assert all(one.low <= one.share <= one.high for one in found.bins)


def test_the_base_rate_leaves_the_case_out():
    came = np.array([1, 1, 1, 0] * 5, dtype=float)
    found = ws.reliability(np.full(20, 0.75), came, rng=1)
    others = np.where(came == 1, 14 / 19, 15 / 19)
    assert found.skill.naive_score == pytest.approx(
        np.mean((others - came) ** 2 - others * (1 - others) / 18)
    )


def test_missing_outcomes_are_counted_and_said():
    chance = np.linspace(0, 1, 40)
    came = (np.arange(40) % 2).astype(float)
    came[:15] = np.nan
    found = ws.reliability(chance, came, rng=1)
    assert "25 of 40 forecasts are scored: of 15 the realised value is not known" in found.verdict
    masked = ws.reliability(chance, came, selected=np.arange(40) < 30, rng=1)
    assert masked.observed.n_left_out == 10


def test_the_worst_group_is_named():
    generator = np.random.default_rng(4)
    chance = generator.uniform(0, 1, 400)
    found = ws.reliability(chance, generator.random(400) < chance**3, rng=1)
    assert found.verdict.startswith("Do not take these chances at their word")
    assert "cases given" in found.verdict
    assert found.to_frame().attrs["verdict"] == found.verdict
    assert "<table" in found._repr_html_()
    assert "Do not take" in repr(found)


@pytest.mark.statistical
@pytest.mark.usefixtures("few_resamples")
def test_right_chances_are_refused_as_often_as_stated():
    """400 sets; p-values at or below 5% as often as that, by a two-sided binomial test at 0.1%."""
    generator = np.random.default_rng(8)
    chance = generator.beta(2, 3, 40)
    p_values = np.array(
        [
            ws.reliability(chance, generator.random(40) < chance, rng=seed).calibration.p_value
            for seed in range(400)
        ]
    )
    assert stats.binomtest(int((p_values <= 0.05).sum()), 400, 0.05).pvalue > 1e-3
    off = 0.3 + 0.4 * chance
    refused = [
        ws.reliability(off, generator.random(40) < chance**2, rng=seed).calibration.p_value <= 0.05
        for seed in range(50)
    ]
    assert stats.binomtest(sum(refused), 50, 0.05).pvalue < 1e-3


@pytest.mark.usefixtures("few_resamples")
@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("tied", [False, True])
def test_the_verdict_is_whether_the_line_leaves_its_band(wrong, tied):
    generator = np.random.default_rng(11)
    refused = 0
    for seed in range(40):
        chance = generator.beta(2, 3, 60)
        chance = np.round(chance, 1) if tied else chance
        found = ws.reliability(chance, generator.random(60) < (chance**2 if wrong else chance), rng=seed)
        left = bool(((found.recalibrated < found.low) | (found.recalibrated > found.high)).any())
        assert found.is_refused == left == found.verdict.startswith("Do not take")
        refused += left
    assert (refused > 15) == wrong


CHANCE = np.linspace(0, 1, 12)
CAME = np.arange(12) % 2


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (
            (CHANCE * 2, CAME),
            {},
            "probabilities must lie between 0 and 1, got others in rows 6, 7, 8, 9, 10 and 1 more",
        ),
        (
            (np.where(CHANCE == 0, np.nan, CHANCE), CAME),
            {},
            "probabilities must lie between 0 and 1, got others in row 0",
        ),
        ((CHANCE, CAME + 1), {}, "outcomes must be 1, 0 or missing, got others in rows 1, 3, 5"),
        ((CHANCE, CAME[:4]), {}, "outcomes must have one value for each of the 12"),
        ((CHANCE, [None] * 5 + [1] * 7), {}, "outcomes has 7 values to score"),
        ((CHANCE, CAME), {"n_bins": 0}, "n_bins must be"),
        ((CHANCE, CAME), {"selected": CHANCE / 2 + 0.1}, "selected must be true or false here"),
        ((pd.Series(CHANCE), pd.Series(CAME, index=range(1, 13))), {}, "must have the same index"),
        ((["a"] * 12, CAME), {}, "probabilities needs numbers"),
    ],
)
def test_bad_input_has_one_clear_message(arguments, options, message):
    with pytest.raises(ws.InputError) as refused:
        ws.reliability(*arguments, **options)
    assert message in str(refused.value)
