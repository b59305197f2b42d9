"""The best trade against linear programmes, and what it may give."""

import math

import numpy as np
import pytest
from tests.decide.offers.linear import LIMITS, RULES, Cost, least_hurt, linear_deal, spent

import walkaway_sim as ws
from walkaway_sim.decide.offers.steps import may_give_to
from walkaway_sim.simulation.pilot import pilot_of


def trade_error(sim, rule, costs, weights, offer):
    """Four standard errors of the goodwill that a trade costs: of the pilot that chose it, and of the draws."""
    errors = [rule_error(one, rule, offer) for one in (sim, pilot_of(sim, 2**12))]
    least_rate = max(weights[cost.name] / (cost.each * cost.high) for cost in costs)
    return 4 * math.hypot(*errors) * least_rate


def rule_error(sim, rule, offer):
    from walkaway_sim.decide.room import room

    return room(rule, sim.surplus(offer), sim.n_replicates, 0.95).standard_error


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("seed", range(5))
def test_the_trade_costs_what_the_linear_programme_says(name, seed):
    rng = np.random.default_rng(seed)
    costs = tuple(Cost(f"t{k}", float(rng.uniform(0.05, 1.0))) for k in range(4))
    offer = {cost.name: float(np.round(rng.uniform(20, 90), 3)) for cost in costs}
    short = spent(costs, offer) - LIMITS[name]
    if short < 5:  # ask for more, so that there is something to trade
        offer["t0"] = 100.0
        costs = (Cost("t0", (LIMITS[name] + 15 - spent(costs[1:], offer)) / 100), *costs[1:])
    weights = {cost.name: float(rng.uniform(0.5, 2)) for cost in costs}
    weights = {key: value / sum(weights.values()) for key, value in weights.items()}
    sim = ws.simulate(linear_deal(costs), 2**14, "random", rng=seed)
    found = ws.respond(sim, RULES[name], offer, weights=weights)
    hurt, change = least_hurt(costs, weights, offer, LIMITS[name])
    error = trade_error(sim, RULES[name], costs, weights, offer)
    best = min([one.hurt for one in found.counters], default=math.inf)
    if found.trade is None:
        assert best <= hurt + error
        return
    assert abs(found.trade.hurt - hurt) <= error
    assert spent(costs, {**offer, **found.trade.changed}) <= LIMITS[name] + error / min(
        weights[cost.name] / (cost.each * cost.high) for cost in costs
    )
    moved = sum(weights[key] * abs(value - offer[key]) / 100 for key, value in found.trade.changed.items())
    # One term for one other is preferred to a little less change in more of them.
    assert moved >= change - 2 * error
    if len(found.trade.changed) > 2:
        assert moved <= change + 2 * error


def test_the_customer_is_as_well_off_where_the_ranges_allow():
    costs = (Cost("dear", 1.0, proposed=20), Cost("cheap", 0.1, proposed=20))
    sim = ws.simulate(linear_deal(costs), 2**14, rng=2)
    found = ws.respond(sim, RULES["mean"], {"dear": 100.0, "cheap": 50.0})
    # 1.0 x + 0.1 y = 100 with x + y = 150, equal weights: x = 94.44, y = 55.56
    assert found.trade.changed["dear"] == pytest.approx(94.44, abs=2)
    assert found.trade.changed["cheap"] == pytest.approx(55.56, abs=2)
    assert found.trade.hurt == pytest.approx(0, abs=0.005)
    assert "and in return" in found.reason


def test_weights_say_what_is_given():
    costs = (Cost("dear", 1.0), Cost("days", 0.1), Cost("hold", 0.1))
    sim = ws.simulate(linear_deal(costs), 2**14, rng=2)
    offer = {"dear": 95.0, "days": 50.0, "hold": 50.0}
    for liked, other in (("days", "hold"), ("hold", "days")):
        found = ws.respond(sim, RULES["mean"], offer, weights={"dear": 1, liked: 2, other: 0.5})
        assert set(found.trade.changed) == {"dear", liked}


def test_what_weighs_nothing_is_taken_back_first():
    costs = (Cost("dear", 1.0), Cost("free", 0.5))
    sim = ws.simulate(linear_deal(costs), 2**14, rng=2)
    found = ws.respond(sim, RULES["mean"], {"dear": 80.0, "free": 60.0}, weights={"dear": 1})
    assert found.trade is None  # one term alone hurts nobody
    assert (found.counters[0].term, found.counters[0].hurt) == ("free", 0.0)


def test_no_more_is_given_than_somebody_may_sign():
    terms = [
        ws.Term("dear", 20, range=(0, 100)),
        ws.Term("cheap", 20, range=(0, 100), authority={"sales": 30, "director": 45}, policy_limit=60),
    ]
    assert may_give_to(terms[1]) == 45
    deal = ws.Deal(
        name="Limits", inputs={"worth": ws.normal(100, 15)}, terms=terms,
        value=lambda inputs, at: inputs["worth"] - at["dear"] - 0.05 * at["cheap"],
    )  # fmt: skip
    found = ws.respond(
        ws.simulate(deal, 2**14, rng=2), ws.ExpectedValueRule(), {"dear": 100.0, "cheap": 35.0}
    )
    assert 35 < found.trade.changed["cheap"] <= 45


def test_terms_that_are_all_given_are_taken_back_together():
    """Neither term alone makes up for it, and nothing is left to give."""
    costs = (Cost("a", 1.0), Cost("b", 0.9))
    sim = ws.simulate(linear_deal(costs), 2**14, rng=2)
    found = ws.respond(sim, RULES["shortfall"], {"a": 100.0, "b": 100.0})
    assert found.counters == ()
    assert found.answer == "counter"
    assert found.trade.changed["a"] == 0.0
    exact = LIMITS["shortfall"] / 0.9
    assert found.trade.changed["b"] == pytest.approx(
        exact, abs=4 * rule_error(sim, RULES["shortfall"], {}) / 0.9
    )
    assert found.reason.startswith("We can do that with a of 0 instead of 100 and b of ")


@pytest.mark.parametrize("name", RULES)
def test_levels_change_hands_as_a_whole(name):
    costs = (Cost("a", 1.0), Cost("b", 0.4, levels=(0, 10, 20, 40)), Cost("c", 0.2, levels=(0, 10, 20, 40)))
    sim = ws.simulate(linear_deal(costs), 2**14, rng=2)
    offer = {"a": 100.0, "b": 20.0, "c": 10.0}
    found = ws.respond(sim, RULES[name], offer)
    assert found.trade.changed["a"] < 100
    for cost in costs[1:]:
        assert found.trade.changed.get(cost.name, 0) in cost.levels
    assert ws.respond(sim, RULES[name], {**offer, **found.trade.changed}).answer == "accept"


def either(drops=5, lead=2):
    """S = w - 20 - 60 where there are many drops or a short lead, w normal: a cost that either clause causes."""
    return ws.Deal(
        name="Either",
        inputs={"w": ws.normal(60, 10)},
        terms=[
            ws.Term("drops", drops, levels=(1, 2, 3, 5)),
            ws.Term("lead", lead, range=(0, 10), step=1, concession="down"),
        ],
        value=lambda inputs, at: inputs["w"] - 20 - 60 * ((at["drops"] >= 5) | (at["lead"] <= 2)),
    )


@pytest.mark.parametrize("design", ["sobol", "random"])
def test_a_cost_that_either_of_two_terms_causes_is_traded_away(design):
    """At the proposal the chance is 99.997%, and no change of one term gains anything."""
    sim = ws.simulate(either(drops=2, lead=6), 2**14, design, rng=1)
    found = ws.respond(sim, RULES["chance"], {"drops": 5, "lead": 2})
    assert (found.answer, found.counters) == ("counter", ())
    assert found.trade.changed == {"drops": 2, "lead": 6}
    assert found.say == "We can do that with 2 drops instead of 5 and lead of 6 instead of 2."
    assert ws.assess(sim, RULES["chance"], {**found.offer, **found.trade.changed}).verdict == "accept"


def test_where_the_proposal_is_not_acceptable_every_term_at_its_safest_end_is_tried():
    found = ws.respond(ws.simulate(either(), 2**14, rng=1), RULES["chance"], {})
    assert found.trade.changed == {"drops": 1, "lead": 10}


def test_no_answer_says_that_nothing_is_possible():
    found = ws.respond(ws.simulate(either(), 2**14, rng=1), ws.ExpectedValueRule(at_least=100), {})
    assert found.answer == "walk"
    assert "no trade was found" in found.say
    assert "No trade was found" in found.know
