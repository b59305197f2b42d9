"""Deals: checks when they are made, and the no-deal side."""

import numpy as np
import pytest
from scipy import stats

import walkaway_sim as ws

TERM = ws.Term("price", proposed=70, range=(0, 150))


def make(**changes):
    given = {
        "name": "One",
        "inputs": {"worth": ws.normal(100, 15)},
        "terms": [TERM],
        "value": lambda inputs, terms: inputs["worth"] - terms["price"],
    }
    return ws.Deal(**(given | changes))


def simulated(deal, n_draws=2**14):
    return ws.simulate(deal, n_draws, rng=3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": ""}, "name of the deal"),
        ({"value": 3}, "value must be a function"),
        ({"inputs": {"no_deal": 1.0}}, "the deal's own"),
        ({"inputs": {"worth": "lots"}}, "inputs: worth"),
        ({"inputs": [1]}, "inputs must map"),
        ({"terms": []}, "terms must be a list"),
        ({"terms": TERM}, "terms must be a list"),
        ({"terms": [TERM, TERM]}, "taken already"),
        ({"terms": ["price"]}, "Term objects"),
        ({"inputs": {"price": 1.0}}, "taken already"),
        ({"buffer": -1}, "buffer must be 0 or more"),
        ({"cost_of_not_winning": -1}, "cost_of_not_winning must be 0 or more"),
        ({"no_deal_choice": "best"}, "no_deal_choice must be one of"),
        ({"no_deal": []}, "got none"),
        ({"no_deal": "nothing"}, "no_deal must be"),
        ({"no_deal": stats.cauchy()}, "finite mean"),
        ({"no_deal": stats.pareto(0.9)}, "finite mean"),
        ({"correlation": {("worth", "wroth"): 0.5}}, "wroth"),
        ({"red_lines": [""]}, "a red line"),
    ],
)
def test_refusals(changes, message):
    with pytest.raises(ws.InputError, match=message):
        make(**changes)


def test_an_unknown_term_is_refused_with_the_nearest():
    sim = simulated(make())
    with pytest.raises(ws.InputError, match="did you mean 'price'"):
        sim.value({"prise": 3})
    with pytest.raises(ws.InputError, match="between 0 and 150"):
        sim.value({"price": 151})


def test_the_surplus_is_what_the_design_says():
    deal = make(no_deal=ws.normal(6, 2), strategic=ws.uniform(0, 4), buffer=3.0, cost_of_not_winning=1.5)
    sim = simulated(deal)
    expected = sim.value() + sim.strategic() - sim.no_deal() - 3.0
    np.testing.assert_allclose(sim.surplus(), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(sim.no_deal(), sim.draws["no_deal"] - 1.5, rtol=0, atol=1e-12)
    np.testing.assert_allclose(sim.surplus(buffer=False) - sim.surplus(), 3.0, rtol=0, atol=1e-12)


def test_the_best_alternative_in_expectation_is_held_fixed():
    deal = make(no_deal=[ws.normal(0, 50), 5.0, lambda inputs: 0.01 * inputs["worth"]])
    sim = simulated(deal)
    assert sim.chosen == 1
    np.testing.assert_array_equal(sim.no_deal(), 5.0)


def test_perfect_foresight_takes_the_best_of_each_draw():
    deal = make(no_deal=[ws.normal(0, 50), 5.0], no_deal_choice="per_draw")
    sim = simulated(deal)
    assert sim.chosen is None
    np.testing.assert_array_equal(sim.no_deal(), np.maximum(sim.draws["no_deal.1"], 5.0))


def test_the_choice_is_made_on_another_stream_than_the_draws():
    # Two equal alternatives: choosing on the draws that value the deal would always take the better.
    alternatives = [ws.normal(0, 50), ws.normal(0, 50)]
    gaps = []
    for seed in range(40):
        sim = ws.simulate(make(no_deal=alternatives), 2**10, "random", rng=seed)
        means = [sim.draws[f"no_deal.{i}"].mean() for i in (1, 2)]
        gaps.append(means[sim.chosen] - means[1 - sim.chosen])
    # Flattery would give a mean gap of 50 * sqrt(2/1024) * sqrt(2/pi) = 1.76; fair choice gives 0, with
    # standard deviation 50 * sqrt(2/1024)/sqrt(40) = 0.35. Four of these: 1.40.
    assert abs(np.mean(gaps)) < 1.40


def test_no_deal_may_be_correlated_with_an_input():
    deal = make(no_deal=ws.normal(6, 2), correlation={("worth", "no_deal"): 0.6})
    sim = simulated(deal, 2**16)
    attained = stats.spearmanr(sim.draws["worth"], sim.draws["no_deal"]).statistic
    assert abs(attained - 0.6) < 4 / np.sqrt(2**16)
    frame = sim.attained_correlation()
    assert {"asked", "used", "attained"} <= set(frame.columns)


def test_components_sum_to_the_value_from_left_to_right():
    deal = make(value=lambda inputs, terms: {"worth": inputs["worth"], "price": -terms["price"], "fee": -1.0})
    sim = simulated(deal)
    parts = sim.components({"price": 60})
    assert list(parts) == ["worth", "price", "fee"]
    np.testing.assert_array_equal(parts["worth"] + parts["price"] + parts["fee"], sim.value({"price": 60}))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (lambda inputs, terms: inputs["worth"][:-1], r"an array of shape \(\d+,\); got shape"),
        (lambda inputs, terms: np.stack([inputs["worth"]] * 2), "got shape"),
        (lambda inputs, terms: "much", "one number per draw"),
        (lambda inputs, terms: np.where(inputs["worth"] < 60, np.nan, 1.0), r"for draw \d+ \(inputs: worth="),
        (lambda inputs, terms: {"a": inputs["worth"], "b": np.inf}, "finite number for every draw"),
    ],
)
def test_a_value_function_that_fails_is_named_with_its_draw(value, message):
    with pytest.raises(ws.ValueFunctionError, match=message):
        simulated(make(value=value))


def test_a_value_function_that_fails_inside_a_range_is_named_too():
    deal = make(value=lambda inputs, terms: inputs["worth"] * np.sqrt(140 - terms["price"]))
    sim = simulated(deal)
    with pytest.raises(ws.ValueFunctionError, match="price="), np.errstate(invalid="ignore"):
        ws.walkaway(sim, ws.ExpectedValueRule())


def test_memory_is_bounded_by_a_setting():
    with pytest.raises(ws.InputError, match="max_memory must be a whole number of at least"):
        ws.simulate(make(), 2**16, rng=1, max_memory=1000)
