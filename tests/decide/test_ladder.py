"""Each term from the opening offer to the limit: rounding to the step, what binds first, what a step costs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import walkaway_sim as ws
from walkaway_sim.decide.ladder import on_step
from walkaway_sim.examples import example_path


def term(**changes):
    given = {"name": "rebate", "proposed": 70, "range": (0, 150)}
    return ws.Term(**(given | changes))


def deal(*terms):
    return ws.Deal(
        name="One price",
        inputs={"worth": ws.normal(100, 15)},
        terms=list(terms),
        value=lambda inputs, terms: inputs["worth"] - sum(terms.values()),
    )


def rung(one, rule=None):
    sim = ws.simulate(deal(one), 2**14, rng=7)
    return ws.ladder(sim, ws.walkaway(sim, rule or ws.ChanceRule(0.9)))[0]


@given(
    st.floats(0.0, 1.0),
    st.sampled_from([0.0025, 0.005, 0.01, 0.1, 1 / 3, 0.25]),
    st.sampled_from(["up", "down"]),
)
def test_a_rounded_value_is_on_the_step_and_on_the_safe_side(value, step, concession):
    one = ws.Term("x", proposed=0.5, range=(0.0, 1.0), step=step, concession=concession)
    rounded = on_step(one, value)
    assert 0.0 <= rounded <= 1.0
    hair = 1e-8
    assert (value - rounded) * one.sign >= -hair
    if rounded not in (one.low, one.high):
        assert abs(rounded / step - round(rounded / step)) < 1e-6
        assert abs(value - rounded) < step + hair


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0874, 0.085), (0.0875, 0.0875), (0.0875 - 1e-13, 0.0875), (math.nan, math.nan)]
)
def test_rounding_where_decimals_are_no_floats(value, expected):
    rounded = on_step(ws.Term("x", 0.06, range=(0, 0.3), step=0.0025), value)
    assert rounded == expected or (math.isnan(rounded) and math.isnan(expected))


def test_without_a_step_nothing_is_rounded():
    assert on_step(term(), 80.123) == 80.123


@pytest.mark.parametrize(
    ("changes", "binds", "limit", "who"),
    [
        ({"step": 1}, "economics", 80.0, ""),
        ({"step": 1, "policy_limit": 75}, "policy", 75.0, ""),
        ({"step": 1, "policy_limit": 90}, "economics", 80.0, ""),
        ({"step": 1, "authority": {"a": 72, "b": 74}, "policy_limit": 75}, "authority", 74.0, "b"),
        ({"step": 1, "authority": {"a": 80}}, "economics", 80.0, "a"),
        ({"range": (0, 75), "step": 1}, "range", 75.0, ""),
    ],
)
def test_what_binds_first(changes, binds, limit, who):
    found = rung(term(**changes))
    assert (found.binds, found.limit, found.who) == (binds, limit, who)


def test_a_term_that_is_acceptable_nowhere_binds_everywhere():
    found = rung(term(range=(60, 150)), ws.ChanceRule(0.9999))
    assert found.binds == "nowhere"
    assert math.isnan(found.limit)


def test_a_concession_downwards():
    one = ws.Term(
        "price", proposed=-70, range=(-150, 0), concession="down", step=1, authority={"a": -72, "b": -75}
    )
    other = ws.Deal(
        name="x", inputs={"worth": ws.normal(100, 15)}, terms=[one],
        value=lambda inputs, terms: inputs["worth"] + terms["price"],
    )  # fmt: skip
    sim = ws.simulate(other, 2**14, rng=7)
    found = ws.ladder(sim, ws.walkaway(sim, ws.ChanceRule(0.9)))[0]
    assert (found.safe, found.binds, found.limit, found.who) == (-80.0, "authority", -75.0, "b")
    assert found.step_worth.estimate == pytest.approx(1.0)


def test_a_step_costs_what_it_costs():
    found = rung(term(step=2))
    assert found.step_worth.estimate == pytest.approx(2.0, rel=1e-12)
    assert found.step_worth.standard_error == pytest.approx(0.0, abs=1e-12)
    assumed = rung(term())
    assert (assumed.step, assumed.step_given) == (1.5, False)
    assert assumed.step_worth.estimate == pytest.approx(1.5, rel=1e-12)


def test_levels_step_to_the_next_and_end_at_the_last():
    found = rung(ws.Term("rebate", proposed=70, levels=(60, 70, 85)))
    assert found.step_worth.estimate == pytest.approx(15.0)
    assert rung(ws.Term("rebate", proposed=85, levels=(60, 70, 85))).step_worth is None


def test_a_proposal_at_the_end_of_its_range_has_no_step_left():
    assert rung(term(proposed=150, step=1)).step_worth is None


def test_steps_of_the_packaging_deal_are_paired_differences():
    sim = ws.simulate(ws.read_deal(example_path("packaging")), 2**14, rng=7)
    found = ws.ladder(sim, ws.walkaway(sim, ws.ChanceRule(0.9)))
    for one in found:
        to = one.proposed + one.step
        lost = sim.surplus() - sim.surplus({one.term.name: to})
        assert one.step_worth.estimate == pytest.approx(lost.mean(), rel=1e-9)
        assert one.step_worth.estimate > 0
        # Paired on the same draws, a step is known far better than the surplus itself.
        assert one.step_worth.standard_error < 0.1 * lost.std() / np.sqrt(lost.size) * 50


def test_a_stretch_narrower_than_a_step_is_not_rounded_out_of():
    one = ws.Term("r", 6.5, range=(0, 10), step=1)
    other = ws.Deal(
        name="x", inputs={"w": ws.normal(0, 1)}, terms=[one],
        value=lambda i, t: 0.001 * i["w"] + 1 - ((t["r"] - 6.55) / 0.25) ** 2,
    )  # fmt: skip
    sim = ws.simulate(other, 2**14, rng=1)
    found = ws.ladder(sim, ws.walkaway(sim, ws.ChanceRule(0.9)))[0]
    assert (sim.surplus({"r": found.safe}) >= 0).mean() >= 0.9


@pytest.mark.parametrize("step", [None, 0.05])
@pytest.mark.parametrize("sd", [0.01, 1.0])
def test_a_rescue_in_the_direction_of_concession_holds(step, sd):
    one = ws.Term("r", 0.1, range=(0, 0.3), step=step)
    other = ws.Deal(
        name="x",
        inputs={"w": ws.normal(0, sd)},
        terms=[one],
        value=lambda i, t: i["w"] + 100 * (t["r"] - 0.2013),
    )
    sim = ws.simulate(other, 2**14, rng=1)
    (rescue,) = ws.assess(sim, ws.ChanceRule(0.9)).rescues
    assert ws.assess(sim, ws.ChanceRule(0.9), {"r": rescue.value}).verdict == "accept"


def test_a_step_that_is_not_safe_is_no_place_to_concede_to():
    """Two-sided and narrow: rounded to its step the safe value would leave the safe stretch."""
    deal = ws.Deal(
        name="x", inputs={"z": ws.normal(0, 1)}, terms=[ws.Term("t", proposed=0.2, range=(0, 0.3), step=0.1)],
        value=lambda i, t: i["z"] + 1e4 * (0.015**2 - (t["t"] - 0.115) ** 2) - 0.008,
    )  # fmt: skip
    sim, rule = ws.simulate(deal, 2**14, "random", rng=3), ws.ExpectedValueRule()
    (rung,) = ws.ladder(sim, ws.walkaway(sim, rule))
    assert rule.judge(sim.surplus({"t": rung.safe}), 1, 0.95).at_least >= 0
