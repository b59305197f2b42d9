"""The rules by themselves: what they measure, and their words."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import walkaway_sim as ws

# Sixteen values of any kind, repeated to the 512 draws that a shortfall needs.
surplus_arrays = st.lists(st.floats(-1e3, 1e3), min_size=16, max_size=16).map(lambda some: np.tile(some, 32))
seeded = st.integers(0, 2**32).map(lambda seed: np.random.default_rng(seed).normal(size=512))
surpluses = st.one_of(surplus_arrays, seeded)


@given(surplus=surpluses, fraction=st.sampled_from([0.5, 0.6, 0.75, 0.9]))
def test_the_shortfall_is_the_mean_of_the_worst(surplus, fraction):
    """Exactly, where the fraction is a whole number of draws; weighting the one on the edge otherwise."""
    found = ws.ExpectedShortfallRule(fraction).measure(surplus, 1, 0.95).estimate
    ordered, count = np.sort(surplus), fraction * surplus.size
    whole = int(np.floor(count + 1e-9))
    edge = (count - whole) * ordered[whole] if count > whole + 1e-9 else 0.0
    assert found == pytest.approx((ordered[:whole].sum() + edge) / count, abs=1e-9 * 1e3)


@given(surplus=surpluses, n_replicates=st.sampled_from([1, 16]), level=st.sampled_from([0.8, 0.95]))
def test_judgement_and_measure_say_the_same(surplus, n_replicates, level):
    for rule in (
        ws.ChanceRule(0.7, at_least=1.0),
        ws.ExpectedValueRule(at_least=1.0),
        ws.ExpectedShortfallRule(0.5, at_least=1.0),
        ws.CertaintyEquivalentRule(1e4, at_least=1.0),
    ):
        judged = rule.judge(surplus, n_replicates, level)
        measured = rule.measure(surplus, n_replicates, level)
        slack = 1e-9
        if abs(measured.estimate - rule.level) > slack:
            assert (judged.estimate >= 0) == (measured.estimate >= rule.level)
        if abs(measured.low - rule.level) > slack:
            assert (judged.low >= 0) == (measured.low >= rule.level)
        if abs(measured.high - rule.level) > slack:
            assert (judged.high >= 0) == (measured.high >= rule.level)


def test_a_certainty_equivalent_does_not_overflow():
    rule = ws.CertaintyEquivalentRule(1.0)
    for shift in (-1e6, 0.0, 1e6):
        surplus = np.random.default_rng(0).normal(size=4096) + shift
        assert rule.measure(surplus, 1, 0.95).estimate == pytest.approx(shift - 0.5, abs=0.2)
        assert np.isfinite(rule.judge(surplus, 1, 0.95).low)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("chance:0.9", ws.ChanceRule(0.9)),
        ("chance:90%", ws.ChanceRule(0.9)),
        (" shortfall:7 % ", ws.ExpectedShortfallRule(0.07)),
        ("mean", ws.ExpectedValueRule()),
        ("shortfall:0.1", ws.ExpectedShortfallRule(0.1)),
        ("certainty:50000", ws.CertaintyEquivalentRule(50_000)),
        ("certainty:50_000", ws.CertaintyEquivalentRule(50_000)),
        ("need_to_win", ws.ExpectedValueRule()),
        ("want_to_win", ws.ChanceRule(0.9)),
        ("chance:0.9+mean", ws.AllOf(ws.ChanceRule(0.9), ws.ExpectedValueRule())),
    ],
)
def test_rules_as_text(text, rule):
    assert ws.parse_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("chanse:0.9", "did you mean 'chance:NUMBER'"),
        ("chance", "needs a number after a colon"),
        ("chance:most", "needs a number after a colon"),
        ("chance:1.5", "probability must lie strictly between"),
        ("chance:80", "needs a share between 0 and 1, got 'chance:80'; did you mean 'chance:0.8'?"),
        ("shortfall:10", "did you mean 'shortfall:0.1'?"),
        ("certainty:50%", "needs a number after a colon"),
        ("mean:3", "rule must be one of"),
        ("", "rule must be one of"),
        ("chance:0.9+", "rule must be one of"),
    ],
)
def test_rules_as_text_that_mean_nothing(text, message):
    with pytest.raises(ws.InputError, match=message):
        ws.parse_rule(text)


@given(st.text(max_size=30))
def test_any_text_is_a_rule_or_a_typed_error(text):
    with contextlib.suppress(ws.InputError):
        ws.parse_rule(text)


def test_rules_are_values():
    assert ws.ChanceRule(0.9) == ws.ChanceRule(0.9)
    assert len({ws.ChanceRule(0.9), ws.ChanceRule(0.9), ws.ExpectedValueRule()}) == 2
    with pytest.raises(AttributeError):
        ws.ChanceRule(0.9).probability = 0.5
    assert ws.AllOf(ws.ChanceRule(0.9), ws.ExpectedValueRule()).label == (
        "chance of at least 90% and expected surplus of at least 0"
    )
