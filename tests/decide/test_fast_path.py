"""Fast paths are invisible: the affine search and the general one agree to 1e-9 of the range."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import walkaway_sim as ws
from walkaway_sim.decide import scan

RULES = st.one_of(
    st.builds(ws.ChanceRule, st.floats(0.05, 0.95)),
    st.just(ws.ExpectedValueRule()),
    st.builds(ws.ExpectedShortfallRule, st.floats(0.25, 0.9)),
    st.builds(ws.CertaintyEquivalentRule, st.floats(30, 1e4)),
    st.just(ws.AllOf(ws.ChanceRule(0.6), ws.ExpectedValueRule())),
)
DESIGNS = {"random": 2000, "lhs": 2048, "sobol": 2048}


def linear(inputs, terms):
    return inputs["a"] - terms["p"] * inputs["x"]


def bent(inputs, terms):
    return inputs["a"] - np.abs(terms["p"] - 3.0) * inputs["x"]


def simulate(value, design, slope_sd, seed, *, concession="up", a=(100, 15), buffer=0.0):
    inputs = {"a": ws.normal(*a), "x": ws.normal(20, slope_sd) if slope_sd else 20.0}
    term = ws.Term("p", proposed=2.0, range=(-4.0, 12.0), concession=concession)
    deal = ws.Deal(name="d", inputs=inputs, terms=[term], value=value, buffer=buffer)
    n_draws = DESIGNS[design]
    return ws.simulate(deal, n_draws, design, rng=seed, n_randomisations=2 if design != "random" else 16)


def same(sim, rule, width=16.0):
    fast = ws.walkaway(sim, rule)["p"]
    slow = ws.walkaway(sim, rule, fast=False)["p"]
    assert fast.status == slow.status
    assert fast.proposal_acceptable == slow.proposal_acceptable
    for name in ("estimate", "low", "high", "safe", "without_buffer"):
        np.testing.assert_allclose(getattr(fast, name), getattr(slow, name), rtol=0, atol=1e-9 * width)
    np.testing.assert_allclose(fast.acceptable_set, slow.acceptable_set, rtol=0, atol=1e-9 * width)
    return fast


@given(
    rule=RULES,
    design=st.sampled_from(list(DESIGNS)),
    slope_sd=st.sampled_from([0.0, 3.0, 15.0, 60.0]),  # from 15 on, slopes change sign between draws
    seed=st.integers(0, 2**32),
    concession=st.sampled_from(["up", "down"]),
    level=st.sampled_from([100, 0, -60, 400]),
    value=st.sampled_from([linear, bent]),
)
@pytest.mark.filterwarnings(
    "ignore:.*below 2.10.*:UserWarning", "ignore:.*randomisations. below 16.*:UserWarning"
)
def test_the_two_paths_agree(rule, design, slope_sd, seed, concession, level, value):
    try:
        same(simulate(value, design, slope_sd, seed, concession=concession, a=(level, 15)), rule)
    except ws.RuleError:
        assert isinstance(rule, ws.CertaintyEquivalentRule)  # at a tolerance too small for these draws


@pytest.mark.parametrize("design", ["random", "lhs", "sobol"])
@pytest.mark.parametrize("slope_sd", [3.0, 60.0])
def test_the_two_paths_agree_beyond_the_pilot(design, slope_sd):
    """Above 2^16 draws the grid is scanned on some of them; the answers are from all."""
    inputs = {"a": ws.normal(100, 15), "x": ws.normal(20, slope_sd)}
    term = ws.Term("p", proposed=2.0, range=(-4.0, 12.0))
    deal = ws.Deal(name="d", inputs=inputs, terms=[term], value=linear, buffer=3.0)
    sim = ws.simulate(deal, 2**17, design, rng=1)
    for rule in (ws.ChanceRule(0.6), ws.ExpectedValueRule(), ws.ExpectedShortfallRule(0.5)):
        same(sim, rule)


@pytest.mark.parametrize("design", ["random", "lhs", "sobol"])
def test_the_pilot_changes_nothing(monkeypatch, design):
    """With every point of the grid valued on all draws, the same walkaways come out."""
    deal = ws.Deal(
        name="d",
        inputs={"a": ws.normal(100, 15), "x": ws.normal(20, 3)},
        terms=[ws.Term("p", proposed=2.0, range=(-4.0, 12.0))],
        value=bent,
    )
    sim = ws.simulate(deal, 2**17, design, rng=1)
    rules = (
        ws.ChanceRule(0.9),
        ws.ExpectedValueRule(),
        ws.ExpectedShortfallRule(0.1),
        ws.CertaintyEquivalentRule(50),
    )
    first = [ws.walkaway(sim, rule)["p"] for rule in rules]
    monkeypatch.setattr(scan, "ALL_DRAWS", 2**20)
    for rule, pilot in zip(rules, first, strict=True):
        whole = ws.walkaway(sim, rule)["p"]
        for name in ("estimate", "low", "high", "safe"):
            assert getattr(pilot, name) == pytest.approx(getattr(whole, name), abs=1e-9 * 16)
        assert pilot.status == whole.status


@pytest.mark.parametrize("fraction", [0.01, 0.002])
def test_a_pilot_is_large_enough_for_a_rare_tail(fraction):
    """2^14 draws of the pilot have 164 in a tail of 1%: a shortfall with enough of all was once refused."""
    deal = ws.Deal(
        name="d",
        inputs={"a": ws.normal(100, 15)},
        terms=[ws.Term("p", proposed=20.0, range=(0.0, 120.0))],
        value=lambda inputs, terms: inputs["a"] - terms["p"],
    )
    sim = ws.simulate(deal, 2**17, "sobol", rng=1)
    found = ws.walkaway(sim, ws.ExpectedShortfallRule(fraction))["p"]
    from scipy.stats import norm

    exact = 100 - 15 * norm.pdf(norm.ppf(fraction)) / fraction
    assert abs(found.estimate - exact) <= 4 * found.standard_error
    both = ws.walkaway(sim, ws.AllOf(ws.ExpectedShortfallRule(fraction), ws.ChanceRule(0.5)))["p"]
    assert both.estimate == pytest.approx(found.estimate, abs=1e-6)


def step(inputs, terms):
    return inputs["a"] - 8 * terms["p"] - (90 if 6 < terms["p"] < 7 else 0)


def kink(inputs, terms):
    return inputs["a"] - 8 * terms["p"] - 40 * np.maximum(terms["p"] - 9, 0)


@pytest.mark.parametrize("value", [step, kink])
def test_what_is_nearly_affine_is_not_taken_for_it(value):
    """A dip between the points where affinity is checked on all draws shows on the grid."""
    sim = simulate(value, "random", 0.0, 3)
    found = same(sim, ws.ExpectedValueRule())
    if value is step:
        assert found.status == "several_crossings"
        assert found.estimate == pytest.approx(6.0, abs=1e-9)
